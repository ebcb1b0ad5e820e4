//! What the tests share: assembling from text, and diagnostics as plain text.

use std::fmt::Write;
use std::path::PathBuf;

use assembler::{Annotation, Assembly, Diagnostic, Loader, NoFiles, Options, Source, SourceMap};

/// Assembles one source that stands alone.
pub(crate) fn assemble(text: &str) -> Assembly {
    assemble_with(text, &Options::default())
}

/// Assembles one source that stands alone, with options.
pub(crate) fn assemble_with(text: &str, options: &Options) -> Assembly {
    let files = vec![Source::new("main.s", text)];
    assembler::assemble(files, &mut NoFiles, options)
}

/// Loads what the sources include, by names relative to their folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Loader for Folder {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        match std::fs::read(self.0.join(path)) {
            Ok(bytes) => Ok(Source::from_bytes(path, &bytes)),
            Err(_) => Err("no such file".to_owned()),
        }
    }

    fn load_bytes(&mut self, _from: &str, path: &str, _limit: usize) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|_| "no such file".to_owned())
    }
}

/// All diagnostics as text: code, place, message, then what else is said.
pub(crate) fn report(assembly: &Assembly) -> String {
    findings(&assembly.diagnostics, &assembly.sources)
}

/// The same of what was found in these sources.
pub(crate) fn findings(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let code = diagnostic.code.id();
        let severity = format!("{:?}", diagnostic.severity()).to_lowercase();
        let at = diagnostic
            .primary
            .as_ref()
            .map(|primary| place(sources, primary))
            .unwrap_or_default();
        let message = &diagnostic.message;
        let _ = writeln!(text, "{severity}[{code}] {at}{message}");
        let primary = diagnostic.primary.iter().map(|primary| ("here", primary));
        let secondary = diagnostic.secondary.iter().map(|second| ("also", second));
        for (word, annotation) in primary.chain(secondary) {
            let shown = sources.text(annotation.span).trim_end();
            let place = match word {
                "also" => place(sources, annotation),
                _ => String::new(),
            };
            let label = &annotation.label;
            let _ = writeln!(text, "    {word}: {place}`{shown}` {label}");
        }
        for note in &diagnostic.notes {
            let _ = writeln!(text, "    note: {note}");
        }
        for help in &diagnostic.help {
            let _ = writeln!(text, "    help: {help}");
        }
    }
    text
}

fn place(sources: &SourceMap, annotation: &Annotation) -> String {
    let span = annotation.span;
    let position = sources.position(span.source, span.start);
    let name = sources.name(span.source);
    format!("{name}:{}:{}: ", position.line, position.column)
}
