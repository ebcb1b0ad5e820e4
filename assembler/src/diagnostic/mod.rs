//! Diagnostics: what is wrong with a source, where, and what to do about it.
//!
//! They are collected, all of a run, and rendered by whoever shows them; this
//! crate prints nothing. Invariant: each has a code of the table in [`code`],
//! where `nestor explain` finds the long text.

mod code;

pub use code::Code;

use crate::expansion;
use crate::source::{SourceMap, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The image is made all the same.
    Warning,
    /// No image is made.
    Error,
}

/// A place in the source and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The place.
    pub span: Span,
    /// A phrase beside it; may be empty.
    pub label: String,
}

/// A use of a macro that led to what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroUse {
    /// The name of the macro.
    pub name: String,
    /// Where it is used: in a file, which may be in another macro.
    pub span: Span,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of mistake it is.
    pub code: Code,
    /// The message: a sentence without a full stop.
    pub message: String,
    /// Where it is. Only what concerns the program as a whole has no place.
    pub primary: Option<Annotation>,
    /// Other places that explain it.
    pub secondary: Vec<Annotation>,
    /// The uses of macros that led there, the outermost first; of very many,
    /// the first and last.
    pub macros: Vec<MacroUse>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic about a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let label = String::new();
        Self {
            primary: Some(Annotation { span, label }),
            ..Self::global(code, message)
        }
    }

    /// A diagnostic about the program as a whole.
    pub fn global(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            macros: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// The same with a phrase at its place.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.label = label.into();
        }
        self
    }

    /// The same with another place that explains it.
    pub fn second(mut self, span: Span, label: impl Into<String>) -> Self {
        let label = label.into();
        self.secondary.push(Annotation { span, label });
        self
    }

    /// The same with a fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// How bad it is, by its code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// The most errors that a run reports, and the most warnings: a source that is
/// nothing but mistakes must not cost memory for each of them.
pub const DIAGNOSTIC_LIMIT: usize = 10_000;

/// Collects what is wrong in a run.
#[derive(Debug)]
pub(crate) struct Sink {
    diagnostics: Vec<Diagnostic>,
    /// How many of each severity there were, kept or not.
    errors: usize,
    warnings: usize,
    /// How many more suggestions there may be, and how many names they may
    /// look at. Both bound what a source full of mistakes can cost.
    suggestions: usize,
    comparisons: usize,
}

impl Default for Sink {
    fn default() -> Self {
        Self {
            diagnostics: Vec::new(),
            errors: 0,
            warnings: 0,
            suggestions: 256,
            comparisons: 1 << 20,
        }
    }
}

impl Sink {
    /// Keeps a diagnostic, unless there are [`DIAGNOSTIC_LIMIT`] like it.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity() {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count <= DIAGNOSTIC_LIMIT {
            self.diagnostics.push(diagnostic);
        }
    }

    /// How many there were so far.
    pub(crate) fn count(&self) -> usize {
        self.errors + self.warnings
    }

    /// Whether there was an error.
    pub(crate) fn failed(&self) -> bool {
        self.errors > 0
    }

    /// All of them, in the order of their places; those without one last. What
    /// is said of each repetition of one place is said once.
    pub(crate) fn finish(self, sources: &SourceMap) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = self
            .diagnostics
            .into_iter()
            .map(|diagnostic| expansion::resolve(diagnostic, sources))
            .collect();
        diagnostics.sort_by_key(|diagnostic| {
            let span = diagnostic.primary.as_ref().map(|primary| primary.span);
            (span.is_none(), span, diagnostic.code)
        });
        diagnostics.dedup();
        diagnostics
    }

    /// Whether a search for what was meant is still worth its cost.
    pub(crate) fn may_suggest(&self) -> bool {
        self.suggestions > 0
    }

    /// The known name that is most like a wrong one, if any is like it: for
    /// "did you mean". Of several, the first in alphabetical order. A
    /// source with very many mistakes gets no more suggestions at some point.
    pub(crate) fn closest<'a>(
        &mut self,
        wrong: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        // Comparing is quadratic in the length, and nobody mistypes that much.
        const LONGEST: usize = 64;
        if wrong.len() > LONGEST || self.suggestions == 0 {
            return None;
        }
        self.suggestions -= 1;
        let lower = wrong.to_ascii_lowercase();
        let enough = (lower.len() / 3).max(1);
        // Fewest changes first; then names that begin alike; then those of the same length, in
        // which letters are exchanged rather than left out.
        let mut best: Option<(usize, bool, usize, &str)> = None;
        for name in known {
            let Some(left) = self.comparisons.checked_sub(1) else {
                break;
            };
            self.comparisons = left;
            let difference = name.len().abs_diff(wrong.len());
            if name == wrong || difference > enough {
                continue;
            }
            let distance = strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase());
            let otherwise = !name.starts_with(|first: char| lower.starts_with(first));
            let candidate = (distance, otherwise, difference, name);
            if distance <= enough
                && distance < name.len()
                && best.is_none_or(|best| candidate < best)
            {
                best = Some(candidate);
            }
        }
        best.map(|(.., name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn did_you_mean() {
        let mut sink = Sink::default();
        let known = ["add", "and", "cadd", "ldsb", "seth", "r1"];
        assert_eq!(sink.closest("ADD", known), Some("add"));
        assert_eq!(sink.closest("ldbs", known), Some("ldsb"));
        assert_eq!(sink.closest("frobnicate", known), None);
        assert_eq!(sink.closest("q", known), None);
    }
}
