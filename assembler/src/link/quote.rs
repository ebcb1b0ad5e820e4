//! Quoting sources that only objects know: file, line and column.
//!
//! A message shows the line of the source if the file is there and still has at
//! that line what the message speaks of; else it shows the place, and of the
//! line only that. Invariant: no more than a bounded text is made or read,
//! whatever objects say.

use std::collections::HashMap;

use crate::source::{Loader, Source, SourceId, SourceMap, Span};

/// The most bytes of text that are made for places whose source is not there.
const MADE_LIMIT: usize = 4 << 20;
/// The most files that are read.
const FILE_LIMIT: usize = 256;

/// The sources of objects.
pub(crate) struct Quotes<'l> {
    names: &'l [String],
    loader: &'l mut dyn Loader,
    sources: SourceMap,
    by_name: HashMap<String, Option<SourceId>>,
    made: HashMap<(String, u32, u32), Span>,
    left: usize,
}

impl<'l> Quotes<'l> {
    /// Quotes of objects with these names.
    pub(crate) fn new(names: &'l [String], loader: &'l mut dyn Loader) -> Self {
        Self {
            names,
            loader,
            sources: SourceMap::default(),
            by_name: HashMap::new(),
            made: HashMap::new(),
            left: MADE_LIMIT,
        }
    }

    /// What messages call an object.
    pub(crate) fn name(&self, object: usize) -> Option<&str> {
        self.names.get(object).map(String::as_str)
    }

    /// All sources that spans are in.
    pub(crate) fn into_sources(self) -> SourceMap {
        self.sources
    }

    /// A place in a file, where a text stands: at the column, or anywhere in
    /// the line if it is not there.
    pub(crate) fn span(&mut self, file: &str, line: u32, column: u32, text: &str) -> Option<Span> {
        if let Some(source) = self.source(file)
            && let Some(span) = self.written(source, line, column, text)
        {
            return Some(span);
        }
        self.make(file, line, column, text)
    }

    fn source(&mut self, file: &str) -> Option<SourceId> {
        if let Some(known) = self.by_name.get(file) {
            return *known;
        }
        if self.by_name.len() >= FILE_LIMIT {
            return None;
        }
        let source = self.loader.load("", file).ok();
        let source = source.filter(|source| source.broken().is_none());
        // The name is the object's, however the loader came to the file.
        let source = source.map(|source| self.sources.add(Source::new(file, source.text())));
        self.by_name.insert(file.to_owned(), source);
        source
    }

    fn written(&self, id: SourceId, line: u32, column: u32, text: &str) -> Option<Span> {
        let content = self.sources.get(id)?.text();
        let quoted = self.sources.line(id, line)?;
        let start = quoted.as_ptr() as usize - content.as_ptr() as usize;
        let first = usize::try_from(column).ok()?.checked_sub(1)?;
        let first = quoted.char_indices().nth(first).map(|(at, _)| at)?;
        let within = match text {
            // The statement that begins there, without what follows it on its line.
            "" => {
                let rest = quoted.get(first..)?;
                let rest = rest.split(';').next().unwrap_or(rest).trim_end();
                (!rest.is_empty()).then_some((first, first + rest.len()))?
            }
            _ => {
                let at = match quoted.get(first..)?.find(text) {
                    Some(at) => first + at,
                    None => quoted.find(text)?,
                };
                (at, at + text.len())
            }
        };
        Some(Span {
            source: id,
            start: u32::try_from(start + within.0).ok()?,
            end: u32::try_from(start + within.1).ok()?,
        })
    }

    /// A place of which nothing is known but the text there.
    fn make(&mut self, file: &str, line: u32, column: u32, text: &str) -> Option<Span> {
        let key = (file.to_owned(), line, column);
        if let Some(span) = self.made.get(&key) {
            return Some(*span);
        }
        let before = usize::try_from(line).ok()?.checked_sub(1)?;
        let indent = usize::try_from(column).ok()?.saturating_sub(1);
        let size = before.checked_add(indent)?.checked_add(text.len())?;
        self.left = self.left.checked_sub(size.checked_add(file.len())?)?;
        let mut content = "\n".repeat(before);
        content.push_str(&" ".repeat(indent));
        let start = u32::try_from(content.len()).ok()?;
        content.push_str(text);
        let end = u32::try_from(content.len()).ok()?;
        let source = self.sources.add(Source::new(file, content));
        let span = Span { source, start, end };
        self.made.insert(key, span);
        Some(span)
    }
}
