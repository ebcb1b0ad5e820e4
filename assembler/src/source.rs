//! Source files and places in them.
//!
//! This crate reads no files. Whoever calls it gives the first sources, and a
//! [`Loader`] for those that are included. Invariant: the text of a source
//! never changes once it is in the map, so a [`Span`] always means the same.

use std::ops::Range;

use crate::expansion::Expansion;

/// The largest source text in bytes; offsets are 32 bits wide.
pub const SOURCE_LIMIT: usize = 1 << 28;

/// One source text and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// Offset of the first byte that was no UTF-8, if there was one.
    broken: Option<usize>,
    /// Offset of the first byte of each line.
    lines: Vec<u32>,
    /// Where the text comes from, if it stands in no file.
    expansion: Option<Box<Expansion>>,
    /// The `.include` that brought it, in a file.
    included: Option<Span>,
}

impl Source {
    /// A source from its text. The name is what messages and images call it,
    /// normally the path as the user gave it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        // Longer texts are refused before anything looks at their lines.
        let lines = std::iter::once(0)
            .chain(starts)
            .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
            .collect();
        Self {
            name: name.into(),
            text,
            broken: None,
            lines,
            expansion: None,
            included: None,
        }
    }

    /// A text that was made of others. Its places are never shown, so its
    /// lines need no numbers.
    pub(crate) fn expanded(name: String, text: String, expansion: Expansion) -> Self {
        Self {
            name,
            text,
            broken: None,
            lines: vec![0],
            expansion: Some(Box::new(expansion)),
            included: None,
        }
    }

    /// The same, brought by an `.include` at this place in a file.
    pub(crate) fn included(mut self, by: Option<Span>) -> Self {
        self.included = by;
        self
    }

    /// A source from bytes that may not be UTF-8. What is not becomes the
    /// replacement character, and assembling the source reports it.
    pub fn from_bytes(name: impl Into<String>, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(name, text),
            Err(error) => Self {
                broken: Some(error.valid_up_to()),
                ..Self::new(name, String::from_utf8_lossy(bytes))
            },
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Offset of the first byte that was no UTF-8, if there was one.
    pub fn broken(&self) -> Option<usize> {
        self.broken
    }
}

/// Names a source of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// Its position in the map, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes as a range, for slicing the text of the source.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line number.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// All sources of one run, in the order in which they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Puts a source into the map.
    pub fn add(&mut self, source: Source) -> SourceId {
        // A map cannot reach 2^32 sources: each takes more than a byte.
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(source);
        id
    }

    /// The source, or `None` if the id comes from another map.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.index())
    }

    /// Every source with its id, in order; not the texts that macros and the
    /// like make.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        let all = (0..).map(SourceId).zip(&self.sources);
        all.filter(|(_, source)| source.expansion.is_none())
    }

    /// Where the text of a source comes from, if it stands in no file.
    pub(crate) fn expansion(&self, id: SourceId) -> Option<&Expansion> {
        self.get(id)?.expansion.as_deref()
    }

    /// The place of the `.include` that brought a source; none if it was given.
    pub fn included_by(&self, id: SourceId) -> Option<Span> {
        self.get(id)?.included
    }

    /// The name of a source; empty if the id comes from another map.
    pub fn name(&self, id: SourceId) -> &str {
        self.get(id).map_or("", Source::name)
    }

    /// The text of a span; empty if it does not lie in its source.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source)
            .and_then(|source| source.text.get(span.range()))
            .unwrap_or("")
    }

    /// The text of a line of a source, which has numbers from 1.
    pub fn line(&self, id: SourceId, line: u32) -> Option<&str> {
        let source = self.get(id)?;
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *source.lines.get(index)? as usize;
        source.text.get(start..)?.lines().next()
    }

    /// Line and column of a byte offset; past the end, those of the end.
    pub fn position(&self, id: SourceId, offset: u32) -> Position {
        let Some(source) = self.get(id) else {
            return Position { line: 1, column: 1 };
        };
        let line = source.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| source.lines.get(line));
        let before = start.map_or(0, |start| *start as usize)..offset as usize;
        // An offset inside a character counts as its beginning.
        let column = match source.text.get(before.clone()) {
            Some(before) => before.chars().count(),
            None => source
                .text
                .char_indices()
                .skip_while(|(at, _)| *at < before.start)
                .take_while(|(at, letter)| at + letter.len_utf8() <= before.end)
                .count(),
        };
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

/// Finds the files that `.include` names.
pub trait Loader {
    /// The source for `path`, written in an `.include` of the source called
    /// `from`. Its name decides whether it is the same file as another one.
    ///
    /// # Errors
    /// Why it cannot be read, as a phrase for the user: `no such file`.
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String>;

    /// The bytes for `path`, written in an `.incbin` of the source called
    /// `from`, at most `limit` of them.
    ///
    /// # Errors
    /// Why they cannot be read, as a phrase for the user. A loader that says
    /// nothing of bytes has none.
    fn load_bytes(&mut self, from: &str, path: &str, limit: usize) -> Result<Vec<u8>, String> {
        let _ = (from, path, limit);
        Err("there are no files of bytes here".to_owned())
    }
}

/// A loader for sources that stand alone: every `.include` fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
        Err("this source stands alone and can include nothing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let mut map = SourceMap::default();
        let id = map.add(Source::new("a.s", "nop\n; é x\n"));
        let at = |offset| {
            let position = map.position(id, offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 4));
        assert_eq!(at(4), (2, 1));
        assert_eq!(at(7), (2, 3), "inside a character");
        assert_eq!(at(8), (2, 4));
        assert_eq!(at(9), (2, 5));
        assert_eq!(at(1000), (3, 1));
    }

    #[test]
    fn bytes_that_are_no_text_are_noted() {
        let source = Source::from_bytes("a.s", b"nop \xff");
        assert_eq!(source.broken(), Some(4));
        assert_eq!(source.text(), "nop \u{fffd}");
        assert_eq!(Source::from_bytes("a.s", b"nop").broken(), None);
    }
}
