//! What the assembler found wrong, as text for people: the source, what is marked in it, and what to do.
//!
//! Invariant: the text is styled always; whoever prints it goes through a stream that strips what the reader cannot use.

use std::fmt;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, Title};
use assembler::{Annotation, Diagnostic, Severity};
use assembler::{SourceId, SourceMap};

/// Marked places that are farther apart than this many bytes are shown on their own, so that the work for a
/// diagnostic does not grow with the file.
const NEAR: usize = 4096;

/// The most that are shown. Whoever has more gave us something that is no source.
pub const SHOWN: usize = 1000;

/// What the assembler found in a program's sources.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Errors and warnings, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// All sources that were read.
    pub sources: SourceMap,
}

/// Those that are shown, and a last line that counts all of them. Nothing when there are none.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
        for diagnostic in self.shown() {
            writeln!(
                f,
                "{}\n",
                renderer.render(&[group(diagnostic, &self.sources)])
            )?;
        }
        match self.summary() {
            Some(summary) => writeln!(f, "{}", renderer.render(&[Group::with_title(summary)])),
            None => Ok(()),
        }
    }
}

impl Findings {
    /// The first [`SHOWN`] of them.
    pub fn shown(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().take(SHOWN)
    }

    fn summary(&self) -> Option<Title<'static>> {
        let first = self.diagnostics.first()?;
        let errors = self
            .diagnostics
            .iter()
            .filter(|found| found.severity() == Severity::Error)
            .count();
        let (level, subject) = match (errors, self.diagnostics.len() - errors) {
            (0, warnings) => (Level::WARNING, count(warnings, "warning")),
            (errors, 0) => (Level::ERROR, count(errors, "error")),
            (errors, warnings) => (
                Level::ERROR,
                format!(
                    "{} and {}",
                    count(errors, "error"),
                    count(warnings, "warning")
                ),
            ),
        };
        let shown = match self.diagnostics.len() {
            0..=SHOWN => String::new(),
            _ => format!(", of which the first {SHOWN} are shown"),
        };
        let (code, which) = (
            first.code.id(),
            if self.diagnostics.len() == 1 {
                "it"
            } else {
                "the first"
            },
        );
        Some(level.primary_title(format!(
            "{subject}{shown}; `nestor explain {code}` says more about {which}"
        )))
    }
}

/// What messages call it.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Group<'a> {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(&diagnostic.message)
        .id(diagnostic.code.id());
    Group::with_title(title)
        .elements(
            views(diagnostic)
                .into_iter()
                .filter_map(|view| view.snippet(sources)),
        )
        .elements(
            diagnostic
                .notes
                .iter()
                .map(|note| Level::NOTE.message(note)),
        )
        .elements(diagnostic.help.iter().map(|help| Level::HELP.message(help)))
}

/// Places of one source that are shown together.
struct View<'a> {
    source: SourceId,
    range: Range<usize>,
    marks: Vec<(AnnotationKind, &'a Annotation)>,
}

/// The marked places of a diagnostic, the primary one first, and those near each other together.
fn views(diagnostic: &Diagnostic) -> Vec<View<'_>> {
    let primary = diagnostic
        .primary
        .iter()
        .map(|mark| (AnnotationKind::Primary, mark));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|mark| (AnnotationKind::Context, mark));
    let mut views: Vec<View<'_>> = Vec::new();
    for (kind, mark) in primary.chain(secondary) {
        let (source, range) = (mark.span.source, mark.span.range());
        match views
            .iter_mut()
            .find(|view| view.source == source && view.is_near(&range))
        {
            Some(view) => {
                view.range = view.range.start.min(range.start)..view.range.end.max(range.end);
                view.marks.push((kind, mark));
            }
            None => views.push(View {
                source,
                range,
                marks: vec![(kind, mark)],
            }),
        }
    }
    views
}

impl<'a> View<'a> {
    fn is_near(&self, range: &Range<usize>) -> bool {
        range.start <= self.range.end.saturating_add(NEAR)
            && self.range.start <= range.end.saturating_add(NEAR)
    }

    /// The whole lines that the marked places touch, with the marks; `None` if they are not in the sources.
    fn snippet(
        self,
        sources: &'a SourceMap,
    ) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let source = sources.get(self.source)?;
        let text = source.text();
        let start = text
            .get(..self.range.start)?
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let after = text.get(self.range.end..)?;
        let end = self.range.end + after.find('\n').unwrap_or(after.len());
        let first = sources.position(self.source, u32::try_from(start).ok()?);
        let marks = self.marks.into_iter().map(|(kind, mark)| {
            let range = mark.span.range();
            let label = (!mark.label.is_empty()).then_some(mark.label.as_str());
            kind.span(range.start - start..range.end - start)
                .label(label)
        });
        Some(
            Snippet::source(text.get(start..end)?)
                .path(source.name())
                .line_start(usize::try_from(first.line).ok()?)
                .annotations(marks),
        )
    }
}
