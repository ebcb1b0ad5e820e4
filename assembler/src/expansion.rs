//! Text that comes of other text: of a macro, a repetition, a short form.
//!
//! It becomes a source of its own, which is read like any other. Invariant:
//! every byte of it leads to the place that it comes from, so that a user is
//! never shown text that stands in no file.

use crate::diagnostic::{Annotation, Diagnostic, MacroUse};
use crate::source::{SourceMap, Span};

/// How many places of a chain of macros a diagnostic names at each of its ends.
const NAMED: usize = 3;

/// Why a text was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The use of the macro of this name, at this place.
    Macro { name: String, used: Span },
    /// A directive that repeats lines.
    Repeat,
    /// A directive that instructions stand for. What is wrong with them is
    /// shown where the directive stands.
    Control,
}

/// Where a text that was made comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expansion {
    reason: Reason,
    /// By rising beginnings, the first at 0.
    pieces: Vec<Piece>,
}

/// A stretch of the text. It ends where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    start: u32,
    length: u32,
    /// Where it is copied from, or what it stands for.
    origin: Span,
    copied: bool,
    /// The parameter that it replaces.
    parameter: Option<Span>,
}

impl Piece {
    /// The place that a part of the piece comes from; both offsets are those
    /// of the text.
    fn place(&self, start: u32, end: u32) -> Span {
        if !self.copied {
            return self.origin;
        }
        let at = |offset: u32| {
            let inside = offset.saturating_sub(self.start).min(self.length);
            self.origin.start.saturating_add(inside)
        };
        Span {
            start: at(start),
            end: at(end),
            ..self.origin
        }
    }
}

impl Expansion {
    /// The place that a part of the text comes from, and the parameter that it
    /// replaces, if it is all of one.
    fn origin(&self, start: u32, end: u32) -> Option<(Span, Option<Span>)> {
        let last = end.saturating_sub(1).max(start);
        let piece = |offset: u32| {
            let after = self.pieces.partition_point(|piece| piece.start <= offset);
            self.pieces.get(after.checked_sub(1)?)
        };
        let (first, last) = (piece(start)?, piece(last)?);
        if first == last {
            return Some((first.place(start, end), first.parameter));
        }
        // Parts of several pieces are shown in the text that they were put into.
        let from = first.parameter.unwrap_or(first.place(start, end));
        let to = last.parameter.unwrap_or(last.place(start, end));
        let hull = Span {
            source: from.source,
            start: from.start.min(to.start),
            end: from.end.max(to.end),
        };
        let same = from.source == to.source;
        Some((if same { hull } else { from }, None))
    }
}

/// Makes a text and remembers where it comes from.
pub(crate) struct Builder<'a> {
    sources: &'a SourceMap,
    text: String,
    pieces: Vec<Piece>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(sources: &'a SourceMap) -> Self {
        Self {
            sources,
            text: String::new(),
            pieces: Vec::new(),
        }
    }

    /// Adds a copy of what is at a place.
    pub(crate) fn copy(&mut self, origin: Span) {
        let text = self.sources.text(origin);
        self.add(text, origin, true, None);
    }

    /// Adds a copy of what is at a place, in place of a parameter.
    pub(crate) fn replace(&mut self, parameter: Span, origin: Span) {
        let text = self.sources.text(origin);
        self.add(text, origin, true, Some(parameter));
    }

    /// Adds a text that stands for what is at a place.
    pub(crate) fn stand_in(&mut self, text: &str, origin: Span) {
        self.add(text, origin, false, None);
    }

    fn add(&mut self, text: &str, origin: Span, copied: bool, parameter: Option<Span>) {
        if text.is_empty() {
            return;
        }
        // Texts are bounded like sources, far below 2^32 bytes.
        let offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.pieces.push(Piece {
            start: offset(self.text.len()),
            length: offset(text.len()),
            origin,
            copied,
            parameter,
        });
        self.text.push_str(text);
    }

    /// The bytes of the text so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text, and where it comes from.
    pub(crate) fn finish(self, reason: Reason) -> (String, Expansion) {
        let pieces = self.pieces;
        (self.text, Expansion { reason, pieces })
    }
}

impl SourceMap {
    /// Whether a place is in what a directive stands for, which no user wrote.
    pub(crate) fn is_control(&self, span: Span) -> bool {
        let expansion = self.expansion(span.source);
        expansion.is_some_and(|expansion| expansion.reason == Reason::Control)
    }

    /// The place in a file that a user knows something by: for what a macro
    /// made, where it is used.
    pub(crate) fn known_place(&self, mut span: Span) -> Span {
        while let Some(expansion) = self.expansion(span.source) {
            span = match (&expansion.reason, expansion.origin(span.start, span.end)) {
                (Reason::Macro { used, .. }, _) => *used,
                (_, Some((origin, _))) => origin,
                (_, None) => break,
            };
        }
        span
    }

    /// The place in a file where something is written.
    pub(crate) fn written_place(&self, mut span: Span) -> Span {
        while let Some(expansion) = self.expansion(span.source)
            && let Some((origin, _)) = expansion.origin(span.start, span.end)
        {
            span = origin;
        }
        span
    }
}

/// The diagnostic with places in files alone: what is wrong in a macro is shown
/// where the macro is used, then what leads from there to the line in the macro.
pub(crate) fn resolve(mut diagnostic: Diagnostic, sources: &SourceMap) -> Diagnostic {
    for second in &mut diagnostic.secondary {
        second.span = sources.written_place(second.span);
    }
    let Some(primary) = diagnostic.primary.as_mut() else {
        return diagnostic;
    };
    let mut span = primary.span;
    // From the line that is wrong out to the use that a file has.
    let mut trail: Vec<Annotation> = Vec::new();
    while let Some(expansion) = sources.expansion(span.source)
        && let Some((origin, parameter)) = expansion.origin(span.start, span.end)
    {
        if let Reason::Macro { name, used } = &expansion.reason {
            diagnostic.macros.push(MacroUse {
                name: name.clone(),
                span: sources.written_place(*used),
            });
        }
        span = match (&expansion.reason, parameter) {
            (Reason::Repeat | Reason::Control, _) => origin,
            (Reason::Macro { name, .. }, Some(parameter)) => {
                let label = format!("what takes its place in the macro `{name}`");
                let span = sources.written_place(parameter);
                trail.push(Annotation { span, label });
                origin
            }
            (Reason::Macro { name, used }, None) => {
                let label = std::mem::replace(
                    &mut primary.label,
                    format!("in this use of the macro `{name}`"),
                );
                let span = sources.written_place(origin);
                trail.push(Annotation { span, label });
                *used
            }
        };
    }
    primary.span = span;
    trail.reverse();
    if trail.len() > 2 * NAMED {
        let left_out = trail.len() - 2 * NAMED;
        trail.drain(NAMED..NAMED + left_out);
        let note = format!("{left_out} uses of macros in between are not shown");
        diagnostic.notes.push(note);
    }
    diagnostic.secondary.splice(0..0, trail);
    diagnostic.macros.reverse();
    if let Some(left_out) = diagnostic.macros.len().checked_sub(2 * NAMED) {
        diagnostic.macros.drain(NAMED..NAMED + left_out);
    }
    if let Some(by) = sources.included_by(span.source) {
        let position = sources.position(by.source, by.start);
        diagnostic.notes.push(format!(
            "`{}` is included at {}:{}:{}",
            sources.name(span.source),
            sources.name(by.source),
            position.line,
            position.column
        ));
    }
    diagnostic
}
