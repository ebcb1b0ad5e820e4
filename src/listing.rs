//! Listings: the sources, line by line, with what became of each.
//!
//! A line has its address, its bytes, its number and its text. Below it stand, with `+`, the instructions that a short
//! form is and the lines that a macro made, and with `>>>` what is wrong with it. Invariant: every line of the files
//! that were given is there once, in order, whatever is wrong.

use std::collections::BTreeMap;
use std::fmt::Write;

use assembler::{Listed, ListedKind, STARTUP_NAME, SourceId, print};

use crate::diagnostics::{Findings, word};

/// The bytes on a line.
const BYTES: usize = 8;
/// The lines of one statement's data.
const LINES: usize = 8;
/// Where the numbers of lines begin.
const NUMBER: usize = 32;

/// The listing of a program, from what the assembler tells of its statements and what it found.
pub fn listing(listed: &[Listed], findings: &Findings) -> String {
    let mut page = Page {
        text: String::new(),
        findings,
        told: vec![false; findings.diagnostics.len()],
        by_line: by_line(findings),
        open: Vec::new(),
        seen: Vec::new(),
        last: None,
    };
    for statement in listed {
        if findings.sources.name(statement.place.source) != STARTUP_NAME {
            page.statement(statement);
        }
    }
    page.finish()
}

/// The findings by the line that they are about, as positions in the list.
fn by_line(findings: &Findings) -> BTreeMap<(SourceId, u32), Vec<usize>> {
    let mut by_line: BTreeMap<(SourceId, u32), Vec<usize>> = BTreeMap::new();
    for (index, diagnostic) in findings.diagnostics.iter().enumerate() {
        if let Some(primary) = &diagnostic.primary {
            let span = primary.span;
            let line = findings.sources.position(span.source, span.start).line;
            by_line.entry((span.source, line)).or_default().push(index);
        }
    }
    by_line
}

struct Page<'a> {
    text: String,
    findings: &'a Findings,
    /// Which findings are on the page.
    told: Vec<bool>,
    by_line: BTreeMap<(SourceId, u32), Vec<usize>>,
    /// The files that are being listed, and the next line of each; the innermost last.
    open: Vec<(SourceId, u32)>,
    seen: Vec<SourceId>,
    /// The line that was listed last, below which its findings still have to come.
    last: Option<(SourceId, u32)>,
}

impl Page<'_> {
    fn statement(&mut self, statement: &Listed) {
        let source = statement.place.source;
        let line = self
            .findings
            .sources
            .position(source, statement.place.start)
            .line;
        self.turn_to(source);
        let next = self.open.last().map_or(1, |(_, next)| *next);
        // A statement made by a macro stands on the line of its use, of which there may be more.
        if line >= next {
            self.lines_before(source, line);
            let first = match (&statement.made, statement.kind) {
                (None, ListedKind::Instruction | ListedKind::Data) => bytes(statement, 0),
                _ => String::new(),
            };
            let address = Some((statement.segment, statement.offset));
            self.source_line(source, line, address, &first);
        }
        self.details(statement);
    }

    /// What stands below the line of a statement.
    fn details(&mut self, statement: &Listed) {
        let Listed { segment, size, .. } = *statement;
        if let Some(made) = &statement.made {
            let first = match statement.kind {
                ListedKind::Pseudo => String::new(),
                _ => bytes(statement, 0),
            };
            self.detail(
                Some((segment, statement.offset)),
                &first,
                &format!("+ {made}"),
            );
        }
        match statement.kind {
            ListedKind::Instruction => {}
            ListedKind::Pseudo => {
                let sign = if statement.made.is_some() { "++" } else { "+" };
                for (word, at) in statement.bytes.chunks(BYTES).zip((0..).step_by(BYTES)) {
                    let text = word.try_into().map(u64::from_le_bytes);
                    let text = text.map_or(String::new(), print::instruction);
                    let address = (segment, statement.offset + at as u64);
                    self.detail(
                        Some(address),
                        &bytes(statement, at),
                        &format!("{sign} {text}"),
                    );
                }
            }
            ListedKind::Data => {
                // Zeros at the end, of which there may be many, say nothing new.
                let given = statement.bytes.iter().rposition(|byte| *byte != 0);
                let given = given.map_or(0, |last| last + 1);
                let shown = match size <= 2 * BYTES as u64 {
                    true => statement.bytes.len(),
                    false => given,
                };
                let shown = shown.div_ceil(BYTES).min(LINES);
                for line in 1..shown {
                    let at = line * BYTES;
                    let address = (segment, statement.offset + at as u64);
                    self.detail(Some(address), &bytes(statement, at), "");
                }
                if size > (shown.max(1) * BYTES) as u64 {
                    let rest = format!("… {size} bytes");
                    self.detail(None, &rest, "");
                }
            }
        }
    }

    /// Makes a file the innermost one that is listed: a new one is listed where the last one includes it.
    fn turn_to(&mut self, source: SourceId) {
        if let Some(depth) = self.open.iter().position(|(open, _)| *open == source) {
            if self.open.len() > depth + 1 {
                while self.open.len() > depth + 1 {
                    self.close();
                }
                self.title(source);
            }
            return;
        }
        while !self.includes(source) {
            while !self.open.is_empty() {
                self.close();
            }
            // A file is read before those that it includes.
            match self.next_file() {
                Some(next) if next < source => self.begin(next),
                _ => break,
            }
        }
        self.begin(source);
    }

    /// Lists the innermost file up to where it includes another one, if it does.
    fn includes(&mut self, source: SourceId) -> bool {
        let name = self.findings.sources.name(source);
        let Some((outer, line)) = self.including_line(name) else {
            return false;
        };
        self.lines_before(outer, line);
        self.source_line(outer, line, None, "");
        true
    }

    /// The first file that is not listed.
    fn next_file(&self) -> Option<SourceId> {
        let sources = &self.findings.sources;
        let mut all = sources.iter();
        all.find(|(source, text)| !self.seen.contains(source) && text.name() != STARTUP_NAME)
            .map(|(source, _)| source)
    }

    fn begin(&mut self, source: SourceId) {
        self.findings_of_last();
        self.title(source);
        self.open.push((source, 1));
        self.seen.push(source);
    }

    fn title(&mut self, source: SourceId) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{}", self.findings.sources.name(source));
    }

    /// The next line of the open files that includes a file of this name, the innermost file first.
    fn including_line(&self, name: &str) -> Option<(SourceId, u32)> {
        let (source, next) = *self.open.last()?;
        let text = self.findings.sources.get(source)?.text();
        let lines = text.lines().zip(1_u32..).skip(next as usize - 1);
        let found = lines.filter_map(|(line, number)| {
            let operand = line.split(';').next()?.split_once(".include")?.1;
            let path = operand.trim().trim_matches('"');
            name.ends_with(path.trim_start_matches("./"))
                .then_some(number)
        });
        Some((source, found.min()?))
    }

    /// The rest of the innermost file.
    fn close(&mut self) {
        let Some((source, _)) = self.open.last().copied() else {
            return;
        };
        let text = self.findings.sources.get(source).map_or("", |it| it.text());
        let count = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        self.lines_before(source, count.saturating_add(1));
        self.findings_of_last();
        self.open.pop();
    }

    /// Lists the lines in front of one, which have no bytes.
    fn lines_before(&mut self, source: SourceId, line: u32) {
        let Some(next) = self.open.last().map(|(_, next)| *next) else {
            return;
        };
        for line in next..line {
            self.source_line(source, line, None, "");
        }
    }

    fn source_line(
        &mut self,
        source: SourceId,
        line: u32,
        address: Option<(u16, u64)>,
        bytes: &str,
    ) {
        self.findings_of_last();
        self.last = Some((source, line));
        let text = self.findings.sources.line(source, line).unwrap_or("");
        let place = place(address, bytes);
        let row = format!("{place:<NUMBER$}{line:>5}  {text}");
        let _ = writeln!(self.text, "{}", row.trim_end());
        if let Some((_, next)) = self.open.last_mut() {
            *next = line + 1;
        }
    }

    fn detail(&mut self, address: Option<(u16, u64)>, bytes: &str, text: &str) {
        let place = place(address, bytes);
        let indent = if text.is_empty() { "" } else { "       " };
        let row = format!("{place:<NUMBER$}{indent}{text}");
        let _ = writeln!(self.text, "{}", row.trim_end());
    }

    /// What was found about the line that was listed last.
    fn findings_of_last(&mut self) {
        let indices = self.last.take().and_then(|last| self.by_line.remove(&last));
        let indices = indices.unwrap_or_default();
        for index in indices {
            self.finding(index);
        }
    }

    fn finding(&mut self, index: usize) {
        let Some(diagnostic) = self.findings.diagnostics.get(index) else {
            return;
        };
        if let Some(told) = self.told.get_mut(index) {
            *told = true;
        }
        let severity = word(diagnostic.severity());
        let (code, message) = (diagnostic.code.id(), &diagnostic.message);
        let _ = writeln!(self.text, ">>> {severity}[{code}]: {message}");
        let about = diagnostic.notes.iter().map(|note| ("note", note));
        let advice = diagnostic.help.iter().map(|help| ("help", help));
        for (what, text) in about.chain(advice) {
            let _ = writeln!(self.text, ">>>     {what}: {text}");
        }
    }

    /// The files in which nothing has a place, and what is wrong with no line.
    fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        while let Some(source) = self.next_file() {
            self.begin(source);
            self.close();
        }
        let rest: Vec<usize> = (0..self.told.len())
            .filter(|index| self.told.get(*index) == Some(&false))
            .collect();
        if !rest.is_empty() {
            self.text.push('\n');
        }
        for index in rest {
            self.finding(index);
        }
        self.text
    }
}

fn place(address: Option<(u16, u64)>, bytes: &str) -> String {
    match address {
        Some((segment, offset)) => format!("{segment:3x}:{offset:05x}  {bytes}"),
        None => format!("           {bytes}"),
    }
}

/// The bytes of a line of a statement, in pairs of digits.
fn bytes(statement: &Listed, from: usize) -> String {
    let rest = statement.bytes.get(from..).unwrap_or(&[]);
    rest.iter()
        .take(BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
