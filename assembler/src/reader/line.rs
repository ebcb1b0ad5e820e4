//! Lines of tokens, and what stands at their beginnings.
//!
//! Invariant: a line ends with the token of its end, so none is empty.

use crate::lexer::{Placed, Token};
use crate::source::{SourceId, Span};

/// The lines of a text, one after another.
pub(super) struct Lines<'t> {
    rest: &'t [Placed],
}

impl<'t> Lines<'t> {
    pub(super) fn new(tokens: &'t [Placed]) -> Self {
        Self { rest: tokens }
    }

    /// The next line, with its end.
    pub(super) fn next(&mut self) -> Option<&'t [Placed]> {
        let end = self
            .rest
            .iter()
            .position(|(_, token, _)| *token == Token::End)?;
        let (line, rest) = self.rest.split_at_checked(end + 1)?;
        self.rest = rest;
        Some(line)
    }

    /// The lines up to the one for which `ends` holds, and that one; none if
    /// there is no such line, and then nothing is taken.
    pub(super) fn until(
        &mut self,
        mut ends: impl FnMut(&[Placed]) -> bool,
    ) -> Option<(&'t [Placed], &'t [Placed])> {
        let all = self.rest;
        let mut lines = Lines::new(all);
        let mut length = 0;
        while let Some(line) = lines.next() {
            if ends(line) {
                self.rest = lines.rest;
                return Some((all.get(..length)?, line));
            }
            length += line.len();
        }
        None
    }

    /// Takes all that is left.
    pub(super) fn skip(&mut self) {
        self.rest = &[];
    }
}

/// The labels and the first word of a line.
#[derive(Clone, Debug)]
pub(super) struct Head<'t> {
    pub(super) labels: Vec<Span>,
    pub(super) word: Span,
    /// From the word on, with the end of the line.
    pub(super) line: &'t [Placed],
}

impl<'t> Head<'t> {
    /// The head of a line that has a word behind its labels.
    pub(super) fn of(source: SourceId, line: &'t [Placed]) -> Option<Self> {
        let labels = leading_labels(source, line);
        let rest = line.get(2 * labels.len()..)?;
        let (start, Token::Name, end) = *rest.first()? else {
            return None;
        };
        Some(Self {
            labels,
            word: Span { source, start, end },
            line: rest,
        })
    }

    /// What stands behind the word, without the end of the line.
    pub(super) fn operands(&self) -> &'t [Placed] {
        self.line.get(1..self.line.len() - 1).unwrap_or(&[])
    }

    /// From the word to the last token.
    pub(super) fn span(&self) -> Span {
        let last = self.operands().last();
        Span {
            end: last.map_or(self.word.end, |(_, _, end)| *end),
            ..self.word
        }
    }

    /// Where the text after the line begins.
    pub(super) fn after(&self) -> u32 {
        self.line.last().map_or(self.word.end, |(_, _, end)| *end)
    }
}

/// The labels in front of a statement.
pub(super) fn leading_labels(source: SourceId, line: &[Placed]) -> Vec<Span> {
    line.chunks_exact(2)
        .map_while(|pair| match pair {
            [(start, Token::Name, end), (_, Token::Colon, _)] => Some(Span {
                source,
                start: *start,
                end: *end,
            }),
            _ => None,
        })
        .collect()
}
