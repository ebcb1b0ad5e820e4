//! Putting a text that was made of others in the place of a line.
//!
//! Invariant: expansions are nested to a bounded depth, and all of a program
//! make a bounded number of lines and bytes.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::expansion::{Builder, Expansion};
use crate::lexer::{self, Placed, Token};
use crate::reader::line::{Head, Lines, leading_labels};
use crate::reader::{Reader, Text};
use crate::source::{SOURCE_LIMIT, Source, SourceId, Span};

/// How many expansions may be within one another.
const DEPTH: usize = 128;

/// How many lines all expansions of a program may have.
const LINES: usize = 1 << 20;

/// How far expansion may go on.
#[derive(Debug)]
pub(super) struct Bounds {
    depth: usize,
    lines: usize,
    /// How many bytes may be read again as they are. What is said of them
    /// costs memory each time.
    repeated: usize,
    /// How many expansions there were; each is known by its number.
    count: u64,
    /// Whether one was too much; then there are no more.
    pub(super) exceeded: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            depth: 0,
            lines: LINES,
            repeated: SOURCE_LIMIT,
            count: 0,
            exceeded: false,
        }
    }
}

/// The text of a macro or repetition, in which names are replaced.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) span: Span,
    pub(super) tokens: Vec<Placed>,
    /// The labels that it defines itself, which are local to each expansion.
    locals: HashSet<String>,
}

impl Body {
    /// Whether every expansion of it is the same.
    pub(super) fn is_constant(&self) -> bool {
        self.locals.is_empty()
            && self
                .tokens
                .iter()
                .all(|(_, token, _)| *token != Token::Parameter)
    }
}

impl Reader<'_> {
    /// The number of the next expansion.
    pub(super) fn next_number(&mut self) -> u64 {
        self.bounds.count += 1;
        self.bounds.count
    }

    /// Takes numbers of expansions that were made together with the last one.
    pub(super) fn take_numbers(&mut self, count: u64) {
        self.bounds.count = self.bounds.count.saturating_add(count);
    }

    /// The body of a block that begins at `head` and reaches to `close`, where
    /// other blocks of the kind may be inside. That there is no end is reported.
    pub(super) fn body<'t>(
        &mut self,
        head: &Head<'_>,
        lines: &mut Lines<'t>,
        close: &str,
    ) -> Option<(Body, &'t [Placed])> {
        let source = head.word.source;
        let open = self.sources.text(head.word);
        let mut inside = 0_usize;
        let found = lines.until(|line| {
            let word = Head::of(source, line).map(|head| self.sources.text(head.word));
            match word {
                Some(word) if word == open => inside += 1,
                Some(word) if word == close => match inside.checked_sub(1) {
                    Some(less) => inside = less,
                    None => return true,
                },
                _ => {}
            }
            false
        });
        let Some((tokens, last)) = found else {
            lines.skip();
            self.unended(head.span(), open.to_owned(), close);
            return None;
        };
        let end = last.first().map_or(head.after(), |(start, _, _)| *start);
        let body = Body {
            span: Span {
                source,
                start: head.after(),
                end,
            },
            tokens: tokens.to_vec(),
            locals: self.locals(source, tokens),
        };
        Some((body, tokens))
    }

    /// Reports that a block has no end.
    pub(super) fn unended(&mut self, span: Span, open: String, close: &str) {
        let message = format!("this `{open}` has no `{close}`");
        let diagnostic = Diagnostic::new(Code::BlockMissingEnd, span, message)
            .label("it begins here")
            .help(format!("write `{close}` behind what belongs to it"));
        self.sink.push(diagnostic);
    }

    /// The labels that a text defines by names of its own; fields of records
    /// are no labels.
    fn locals(&self, source: SourceId, tokens: &[Placed]) -> HashSet<String> {
        let mut locals = HashSet::new();
        let mut lines = Lines::new(tokens);
        let mut record = false;
        while let Some(line) = lines.next() {
            match Head::of(source, line).map(|head| self.sources.text(head.word)) {
                Some(".struct") => record = true,
                Some(".endstruct") => record = false,
                _ => {}
            }
            if !record {
                let labels = leading_labels(source, line);
                locals.extend(
                    labels
                        .iter()
                        .map(|span| self.sources.text(*span).to_owned()),
                );
            }
        }
        locals
    }

    /// Copies a body, with what `replace` gives for the parameters and new
    /// names for its labels. A parameter that it does not know is kept.
    pub(super) fn fill(
        &self,
        builder: &mut Builder<'_>,
        body: &Body,
        number: u64,
        mut replace: impl FnMut(&mut Builder<'_>, Span, &str) -> bool,
    ) {
        let source = body.span.source;
        let mut at = body.span.start;
        let copy = |builder: &mut Builder<'_>, start: u32, end: u32| {
            builder.copy(Span { source, start, end });
        };
        for (index, &(start, token, end)) in body.tokens.iter().enumerate() {
            let span = Span { source, start, end };
            let text = self.sources.text(span);
            match token {
                Token::Parameter => {
                    copy(builder, at, start);
                    let name = text.trim_start_matches('\\');
                    match name {
                        "@" => builder.stand_in(&number.to_string(), span),
                        _ if replace(builder, span, name) => {}
                        _ => copy(builder, start, end),
                    }
                    at = end;
                }
                Token::Name if body.locals.contains(text) && !joined(&body.tokens, index) => {
                    copy(builder, at, start);
                    builder.stand_in(&format!("{text}${number}"), span);
                    at = end;
                }
                _ => {}
            }
        }
        copy(builder, at, body.span.end);
    }

    /// Reads a text in the place of what is at `span`.
    pub(super) fn expand(&mut self, span: Span, name: String, text: String, made: Expansion) {
        let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let Some(left) = self.left.checked_sub(text.len()) else {
            return self.exceed(span);
        };
        if !self.take(span, lines) {
            return;
        }
        self.left = left;
        let source = self.sources.add(Source::expanded(name, text, made));
        let text = self.sources.get(source).map_or("", Source::text);
        let tokens = lexer::tokens(source, text, self.sink);
        self.inside(source, &tokens);
    }

    /// Reads tokens again as they are, in the place of what is at `span`.
    pub(super) fn again(&mut self, span: Span, body: &Body) {
        let ends = body.tokens.iter();
        let ends = ends.filter(|(_, token, _)| *token == Token::End);
        let Some(repeated) = self.bounds.repeated.checked_sub(body.span.range().len()) else {
            return self.exceed(span);
        };
        self.bounds.repeated = repeated;
        // Nothing at all is counted too, for it takes time.
        if self.take(span, ends.count() + 1) {
            self.inside(body.span.source, &body.tokens);
        }
    }

    fn inside(&mut self, source: SourceId, tokens: &[Placed]) {
        self.bounds.depth += 1;
        self.text(source, tokens, Text::Expansion);
        self.bounds.depth -= 1;
    }

    /// Takes from the bounds what an expansion needs; that it is too much is
    /// reported once.
    fn take(&mut self, span: Span, lines: usize) -> bool {
        if self.bounds.exceeded {
            return false;
        }
        match self.bounds.lines.checked_sub(lines) {
            Some(left) if self.bounds.depth < DEPTH => {
                self.bounds.lines = left;
                true
            }
            _ => {
                self.exceed(span);
                false
            }
        }
    }

    /// Reports that expansions are too much, and ends them.
    fn exceed(&mut self, span: Span) {
        if std::mem::replace(&mut self.bounds.exceeded, true) {
            return;
        }
        let message = match self.bounds.depth {
            DEPTH => format!("more than {DEPTH} expansions are within one another here"),
            _ => "the expansions of this program are too much".to_owned(),
        };
        let diagnostic = Diagnostic::new(Code::Expansion, span, message)
            .label("expanded no further")
            .note(format!(
                "expansions are nested at most {DEPTH} deep, and have {LINES} lines in all"
            ))
            .help("a macro that uses itself needs an `.if` around that use");
        self.sink.push(diagnostic);
    }
}

/// Whether a token is written together with a parameter, so that it is only
/// part of a name.
fn joined(tokens: &[Placed], index: usize) -> bool {
    let parameter = |token: Option<&Placed>| {
        token
            .filter(|(_, token, _)| *token == Token::Parameter)
            .copied()
    };
    let Some((start, _, end)) = tokens.get(index) else {
        return false;
    };
    let before = parameter(index.checked_sub(1).and_then(|before| tokens.get(before)));
    let after = parameter(tokens.get(index + 1));
    before.is_some_and(|(_, _, before)| before == *start)
        || after.is_some_and(|(after, _, _)| after == *end)
}
