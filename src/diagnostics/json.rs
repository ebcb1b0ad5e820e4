//! The assembler's diagnostics for other programs: a JSON object each.
//!
//! Invariant: [`KEYS`] and the tables behind it name every key and nothing else; a test compares them.

use assembler::{Annotation, Diagnostic, SourceMap, Span};
use serde::Serialize;

use super::{Findings, SHOWN, word};
use crate::failure::Failure;

/// The keys of a diagnostic and what they mean.
pub const KEYS: &[(&str, &str)] = &[
    ("severity", "error or warning"),
    (
        "code",
        "the code that `nestor explain` knows; null if it is about no source",
    ),
    ("message", "what is wrong, in a sentence"),
    (
        "spans",
        "the places that are marked, the primary one first; none if it is about the whole program",
    ),
    ("notes", "facts that explain it"),
    ("helps", "what to do about it"),
    (
        "expansion",
        "what leads to the place, the outermost first: files included, macros used",
    ),
    ("rendered", "what people are shown, with line feeds"),
];

/// The keys of a place: those with which every span and every step of an expansion begins.
pub const PLACE_KEYS: &[(&str, &str)] = &[
    (
        "file",
        "as it was given or included; the start-up code is <startup.s>",
    ),
    (
        "byte_start",
        "the first byte, from 0; a byte that was no UTF-8 counts as the three of U+FFFD",
    ),
    ("byte_end", "the byte behind the last one"),
    ("line_start", "the line of the first byte, from 1"),
    ("column_start", "its column, from 1, in characters"),
    ("line_end", "the line of the byte behind the last one"),
    ("column_end", "its column"),
];

/// The further keys of a span.
pub const SPAN_KEYS: &[(&str, &str)] = &[
    ("primary", "whether this is the place of the mistake"),
    ("label", "what is said of the place, or null"),
];

/// The further keys of a step of what leads to a place.
pub const EXPANSION_KEYS: &[(&str, &str)] = &[
    ("kind", "include or macro"),
    ("name", "the file that is included, the macro that is used"),
];

/// A diagnostic.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    severity: &'static str,
    code: Option<String>,
    message: String,
    spans: Vec<Marked>,
    notes: Vec<String>,
    helps: Vec<String>,
    expansion: Vec<Step>,
    rendered: String,
}

#[derive(Clone, Debug, Serialize)]
struct Place {
    file: String,
    byte_start: u32,
    byte_end: u32,
    line_start: u32,
    column_start: u32,
    line_end: u32,
    column_end: u32,
}

#[derive(Clone, Debug, Serialize)]
struct Marked {
    #[serde(flatten)]
    place: Place,
    primary: bool,
    label: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Step {
    kind: &'static str,
    name: String,
    #[serde(flatten)]
    place: Place,
}

impl Message {
    pub(crate) fn new(diagnostic: &Diagnostic, findings: &Findings) -> Message {
        let sources = &findings.sources;
        let primary = diagnostic.primary.iter().map(|mark| (mark, true));
        let secondary = diagnostic.secondary.iter().map(|mark| (mark, false));
        Message {
            severity: word(diagnostic.severity()),
            code: Some(diagnostic.code.id()),
            message: diagnostic.message.clone(),
            spans: primary
                .chain(secondary)
                .map(|(mark, primary)| Marked::new(mark, primary, sources))
                .collect(),
            notes: diagnostic.notes.clone(),
            helps: diagnostic.help.clone(),
            expansion: steps(diagnostic, sources),
            rendered: plain(&findings.rendered(diagnostic)),
        }
    }

    /// What is wrong, but not with a place in a source.
    fn without_place(message: &str) -> Message {
        let message = plain(message);
        Message {
            severity: "error",
            code: None,
            spans: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            expansion: Vec::new(),
            rendered: format!("error: {message}"),
            message,
        }
    }

    /// As JSON in one line, with its line feed.
    fn to_line(&self) -> String {
        // Every key is a string, and nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

impl Place {
    fn new(span: Span, sources: &SourceMap) -> Place {
        let start = sources.position(span.source, span.start);
        let end = sources.position(span.source, span.end);
        Place {
            file: sources.name(span.source).to_owned(),
            byte_start: span.start,
            byte_end: span.end,
            line_start: start.line,
            column_start: start.column,
            line_end: end.line,
            column_end: end.column,
        }
    }
}

impl Marked {
    fn new(mark: &Annotation, primary: bool, sources: &SourceMap) -> Marked {
        Marked {
            place: Place::new(mark.span, sources),
            primary,
            label: (!mark.label.is_empty()).then(|| mark.label.clone()),
        }
    }
}

/// The files and macros that lead to the place of a diagnostic.
fn steps(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut inner = diagnostic.primary.as_ref().map(|mark| mark.span.source);
    // Nothing is included more than a bounded number of files deep.
    while let Some(source) = inner
        && let Some(by) = sources.included_by(source)
    {
        steps.push(Step {
            kind: "include",
            name: sources.name(source).to_owned(),
            place: Place::new(by, sources),
        });
        inner = Some(by.source);
    }
    steps.reverse();
    steps.extend(diagnostic.macros.iter().map(|used| Step {
        kind: "macro",
        name: used.name.clone(),
        place: Place::new(used.span, sources),
    }));
    steps
}

impl Findings {
    /// Those that people are shown as JSON, an object a line; and one behind them if they are not all.
    pub fn to_json_lines(&self) -> String {
        let shown = self.shown().map(|found| Message::new(found, self));
        let rest = self.diagnostics.len().checked_sub(SHOWN + 1).map(|_| {
            let all = self.diagnostics.len();
            Message::without_place(&format!(
                "there are {all} errors and warnings, of which the first {SHOWN} are shown"
            ))
        });
        shown.chain(rest).map(|message| message.to_line()).collect()
    }
}

impl Failure {
    /// What went wrong as JSON, an object a line: the diagnostics of sources, or one for anything else.
    pub fn to_json_lines(&self) -> String {
        match self {
            Failure::Source(findings) => findings.to_json_lines(),
            failure => Message::without_place(&failure.to_string()).to_line(),
        }
    }
}

/// Text without the marks of colour.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
