//! What is said about a line that is no statement, and about literals.
//!
//! Invariant: the names of the grammar's terminals are never shown; they are
//! put into words here.

use lalrpop_util::ParseError;

use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Placed, Token};
use crate::literal::{LiteralError, LiteralErrorKind};
use crate::reader::Reader;
use crate::source::{SourceId, Span};

impl Reader<'_> {
    /// Reports a line that the grammar does not take.
    pub(super) fn syntax(
        &mut self,
        source: SourceId,
        line: &[Placed],
        error: ParseError<u32, Token, ()>,
    ) {
        let ((start, token, end), expected) = match error {
            ParseError::UnrecognizedToken { token, expected } => (token, expected),
            ParseError::ExtraToken { token } => (token, Vec::new()),
            // A line ends with a token of its own, so there is always one that did not fit.
            _ => match line.last() {
                Some(token) => (*token, Vec::new()),
                None => return,
            },
        };
        // The lexer has said what is wrong with a broken token.
        if line.iter().any(|(_, token, _)| *token == Token::Broken) {
            return;
        }
        let span = Span { source, start, end };
        let found = match token {
            Token::End => "the end of the line".to_owned(),
            _ => format!("`{}`", shorten(self.sources.text(span))),
        };
        let expected = expectation(&expected);
        let mut diagnostic = Diagnostic::new(
            Code::Syntax,
            span,
            format!("expected {expected}, found {found}"),
        )
        .label(format!("expected {expected}"));
        if token == Token::Parameter {
            diagnostic = diagnostic.help("a backslash stands in front of parameters, in macros");
        }
        let first = line.first().map(|(_, token, _)| *token);
        if token == Token::Over || first == Some(Token::Over) {
            diagnostic = diagnostic.help("a comment begins with `;`");
        }
        self.sink.push(diagnostic);
    }
}

/// The beginning of a text that may be long.
fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// Names of terminals of the grammar, in words.
fn expectation(terminals: &[String]) -> String {
    let has = |name: &str| {
        terminals
            .iter()
            .any(|terminal| terminal.trim_matches('"') == name)
    };
    let mut words = Vec::new();
    if has("number") {
        words.push(match (has("string"), has("name")) {
            (true, _) => "an operand",
            _ => "a value",
        });
    } else if has("name") {
        words.push(if has(":") || has("end of line") {
            "an instruction or directive"
        } else {
            "a name"
        });
    }
    if has("+") {
        words.push("an operator");
    }
    for (terminal, word) in [
        (",", "`,`"),
        ("]", "`]`"),
        (")", "`)`"),
        ("end of line", "the end of the line"),
    ] {
        if has(terminal) {
            words.push(word);
        }
    }
    match words.as_slice() {
        [] => "something else".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What is wrong with a literal that lies at `span`.
pub(crate) fn literal_diagnostic(span: Span, error: &LiteralError) -> Diagnostic {
    let offset = |at: usize| u32::try_from(at).map_or(span.end, |at| span.start.saturating_add(at));
    let place = Span {
        start: offset(error.range.start),
        end: offset(error.range.end),
        ..span
    };
    match error.kind {
        LiteralErrorKind::Digit { base } => Diagnostic::new(
            Code::Digit,
            place,
            format!("this is no digit of a number in base {base}"),
        )
        .second(span, "the number"),
        LiteralErrorKind::NoDigits => {
            Diagnostic::new(Code::Digit, place, "a number without digits")
        }
        LiteralErrorKind::TooLarge => Diagnostic::new(
            Code::IntegerTooLarge,
            place,
            "this integer does not fit in 64 bits",
        )
        .note("the largest is 0xffff_ffff_ffff_ffff"),
        LiteralErrorKind::Escape => Diagnostic::new(Code::Escape, place, "unknown escape")
            .help(r#"the escapes are \n \t \r \0 \\ \" \' and \x with two hexadecimal digits"#),
        LiteralErrorKind::Character => Diagnostic::new(
            Code::Character,
            place,
            "a character literal is one character",
        )
        .help("several characters make a string, in double quotes"),
    }
}
