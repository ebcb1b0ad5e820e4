//! The page that a disassembly is written on: columns, labels, and comments
//! that say where a statement is and what it was made from.

use std::fmt::Write;

use crate::image::Image;

use super::Lines;

/// Where comments begin.
const COMMENT: usize = 48;

/// A text that grows by statements.
pub(super) struct Page<'a> {
    text: String,
    lines: &'a Lines<'a>,
    /// The line that was told last.
    told: Option<(usize, u32)>,
}

impl<'a> Page<'a> {
    pub(super) fn new(lines: &'a Lines<'a>) -> Self {
        Self {
            text: String::new(),
            lines,
            told: None,
        }
    }

    /// An empty line, unless there is one, or nothing above it.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A label on a line of its own.
    pub(super) fn label(&mut self, name: &str) {
        let _ = writeln!(self.text, "{name}:");
    }

    /// A statement, and what is to be said of it.
    pub(super) fn statement(&mut self, statement: &str, comment: Option<&str>) {
        let line = format!("        {statement}");
        let _ = match comment {
            Some(comment) if line.len() < COMMENT => {
                writeln!(self.text, "{line:<COMMENT$}; {comment}")
            }
            Some(comment) => writeln!(self.text, "{line}  ; {comment}"),
            None => writeln!(self.text, "{line}"),
        };
    }

    /// The statement at an address, with its offset; and the line of the
    /// source, where another one begins.
    pub(super) fn at(&mut self, image: &Image, address: u64, statement: &str) {
        let offset = format!("{:#06x}", address & u64::from(u32::MAX));
        let line = image.locate(address).filter(|line| line.address == address);
        let source = line.filter(|line| self.told != Some((line.file, line.line)));
        let Some(line) = source else {
            self.statement(statement, Some(&offset));
            return;
        };
        self.told = Some((line.file, line.line));
        let file = image.files().get(line.file).map_or("", String::as_str);
        let quoted = (self.lines)(file, line.line);
        if let Some(quoted) = quoted {
            let quoted: String = quoted
                .trim()
                .chars()
                .filter(|letter| !letter.is_control() || *letter == '\t')
                .collect();
            let _ = writeln!(self.text, "; {quoted}");
        }
        // A name of a file has no control characters, so it cannot end the comment.
        let comment = format!("{offset}  {file}:{}", line.line);
        self.statement(statement, Some(&comment));
    }

    pub(super) fn finish(mut self) -> String {
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
        self.text
    }
}
