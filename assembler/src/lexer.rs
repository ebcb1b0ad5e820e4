//! The lexer: from text to tokens, line by line.
//!
//! Invariant: it never fails. What is no token is reported here and becomes
//! [`Token::Broken`], about which nobody complains a second time.

use logos::Logos;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::image::NAME_LIMIT;
use crate::source::{SourceId, Span};

/// A kind of token. Its text is that of its span.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip r"[ \t\r\f]+")]
#[logos(skip(r";[^\n]*", allow_greedy = true))]
pub(crate) enum Token {
    #[token("\n")]
    End,
    #[regex(r"[A-Za-z_.$][A-Za-z0-9_.$]*")]
    Name,
    #[token("$", priority = 10)]
    Here,
    #[regex(r"[0-9][0-9A-Za-z_]*")]
    Number,
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9A-Za-z_]*", priority = 5)]
    #[regex(
        r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[eE][+-]?[0-9][0-9A-Za-z_]*",
        priority = 6
    )]
    Float,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#)]
    Text,
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#)]
    OpenText,
    #[regex(r"'([^'\\\n]|\\[^\n])*'")]
    Character,
    #[regex(r"'([^'\\\n]|\\[^\n])*\\?")]
    OpenCharacter,
    /// A parameter of a macro, `\name`, or one of `\@`, `\#` and `\()`.
    #[regex(r"\\([A-Za-z_][A-Za-z0-9_]*|[@#]|\(\))")]
    Parameter,
    #[token(",")]
    Comma,
    #[token("=")]
    Assign,
    #[token(":")]
    Colon,
    #[token("(")]
    Open,
    #[token(")")]
    Close,
    #[token("[")]
    OpenMemory,
    #[token("]")]
    CloseMemory,
    #[token("||")]
    OrElse,
    #[token("&&")]
    AndAlso,
    #[token("|")]
    Or,
    #[token("^")]
    Xor,
    #[token("&")]
    And,
    #[token("==")]
    Equal,
    #[token("!=")]
    Different,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token("<<")]
    Left,
    #[token(">>")]
    Right,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Times,
    #[token("/")]
    Over,
    #[token("%")]
    Remainder,
    #[token("~")]
    Complement,
    #[token("!")]
    Not,
    /// What is no token. It stands for all of a run of such characters.
    Broken,
}

/// A token and where it stands, as the parser takes it.
pub(crate) type Placed = (u32, Token, u32);

/// The tokens of a text, and what is wrong with them. The last token is the
/// end of a line. The text is shorter than 2^32 bytes.
pub(crate) fn tokens(source: SourceId, text: &str, sink: &mut Sink) -> Vec<Placed> {
    let mut tokens: Vec<Placed> = Vec::new();
    // The beginning and end of the run of broken characters before this token.
    let mut broken: Option<(u32, u32)> = None;
    for (token, range) in Token::lexer(text).spanned() {
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let end = u32::try_from(range.end).unwrap_or(u32::MAX);
        let span = Span { source, start, end };
        let Ok(token) = token else {
            match &mut broken {
                Some(run) if run.1 == start => run.1 = end,
                _ => {
                    flush(&mut broken, source, text, &mut tokens, sink);
                    broken = Some((start, end));
                }
            }
            continue;
        };
        flush(&mut broken, source, text, &mut tokens, sink);
        let token = match token {
            Token::OpenText => {
                sink.push(unterminated(span, "string", '"'));
                Token::Text
            }
            Token::OpenCharacter => {
                sink.push(unterminated(span, "character", '\''));
                Token::Broken
            }
            // Words are quoted in messages, and names are kept in images.
            Token::Name | Token::Number | Token::Float | Token::Parameter
                if range.len() > NAME_LIMIT =>
            {
                sink.push(too_long(span, token, range.len()));
                Token::Broken
            }
            token => token,
        };
        tokens.push((start, token, end));
    }
    flush(&mut broken, source, text, &mut tokens, sink);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    tokens.push((end, Token::End, end));
    tokens
}

fn flush(
    broken: &mut Option<(u32, u32)>,
    source: SourceId,
    text: &str,
    tokens: &mut Vec<Placed>,
    sink: &mut Sink,
) {
    let Some((start, end)) = broken.take() else {
        return;
    };
    let span = Span { source, start, end };
    let characters = text.get(span.range()).unwrap_or("");
    // A file that is no text at all would otherwise be quoted at length.
    let shown: String = characters
        .chars()
        .take(8)
        .flat_map(char::escape_debug)
        .collect();
    let mut diagnostic = Diagnostic::new(
        Code::UnknownCharacter,
        span,
        format!("`{shown}` has no meaning here"),
    );
    if characters.starts_with('#') {
        diagnostic = diagnostic.help("a comment begins with `;`; a number needs no mark in front");
    }
    sink.push(diagnostic);
    tokens.push((start, Token::Broken, end));
}

fn too_long(span: Span, token: Token, length: usize) -> Diagnostic {
    let what = match token {
        Token::Number | Token::Float => "number",
        _ => "name",
    };
    let message = format!("this {what} is {length} bytes long");
    Diagnostic::new(Code::NameTooLong, span, message)
        .note(format!("a {what} has at most {NAME_LIMIT} bytes"))
}

fn unterminated(span: Span, what: &str, quote: char) -> Diagnostic {
    Diagnostic::new(
        Code::Unterminated,
        span,
        format!("this {what} has no end on its line"),
    )
    .label(format!("`{quote}` is missing at the end"))
}
