//! Literals: what numbers, characters and strings in a source stand for.
//!
//! Invariant: each function takes the text of one token of its kind, and says
//! which of its bytes are wrong rather than guess.

use std::ops::Range;

/// What is wrong with a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiteralError {
    pub(crate) kind: LiteralErrorKind,
    /// The bytes of the literal that are wrong.
    pub(crate) range: Range<usize>,
}

/// How a literal can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiteralErrorKind {
    /// A character that is no digit in this base.
    Digit { base: u32 },
    /// A prefix without digits after it.
    NoDigits,
    /// An integer of more than 64 bits.
    TooLarge,
    /// A backslash before what is no escape.
    Escape,
    /// A character literal without a character, or with several.
    Character,
}

fn error<T>(kind: LiteralErrorKind, range: Range<usize>) -> Result<T, LiteralError> {
    Err(LiteralError { kind, range })
}

/// The value of an integer: decimal, or hexadecimal, octal or binary after
/// `0x`, `0o`, `0b`. Underscores may stand between digits.
pub(crate) fn integer(text: &str) -> Result<u64, LiteralError> {
    let (base, from) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, 2),
        [b'0', b'o' | b'O', ..] => (8, 2),
        [b'0', b'b' | b'B', ..] => (2, 2),
        _ => (10, 0),
    };
    let mut value: Option<u64> = None;
    for (at, letter) in text.char_indices().skip(from) {
        if letter == '_' {
            continue;
        }
        let Some(digit) = letter.to_digit(base) else {
            return error(LiteralErrorKind::Digit { base }, at..at + letter.len_utf8());
        };
        let next = value
            .unwrap_or(0)
            .checked_mul(u64::from(base))
            .and_then(|value| value.checked_add(u64::from(digit)));
        if next.is_none() {
            return error(LiteralErrorKind::TooLarge, 0..text.len());
        }
        value = next;
    }
    match value {
        Some(value) => Ok(value),
        None => error(LiteralErrorKind::NoDigits, 0..text.len()),
    }
}

/// The bytes of a string, with or without its closing quote.
pub(crate) fn string(text: &str) -> Result<Vec<u8>, LiteralError> {
    let mut bytes = Vec::new();
    let (from, inner) = inner(text, '"');
    unescape(inner, from, |piece| match piece {
        Piece::Byte(byte) => bytes.push(byte),
        Piece::Letter(letter) => {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    })?;
    Ok(bytes)
}

/// The value of a character: its number in Unicode, or the byte that an
/// escape names.
pub(crate) fn character(text: &str) -> Result<u64, LiteralError> {
    let mut value = None;
    let mut count = 0;
    let (from, inner) = inner(text, '\'');
    unescape(inner, from, |piece| {
        count += 1;
        value = Some(match piece {
            Piece::Byte(byte) => u64::from(byte),
            Piece::Letter(letter) => u64::from(u32::from(letter)),
        });
    })?;
    match value {
        Some(value) if count == 1 => Ok(value),
        _ => error(LiteralErrorKind::Character, 0..text.len()),
    }
}

enum Piece {
    Byte(u8),
    Letter(char),
}

/// What stands between the quotes, and at which byte it begins.
fn inner(text: &str, quote: char) -> (usize, &str) {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let from = text.len() - inner.len();
    (from, inner.strip_suffix(quote).unwrap_or(inner))
}

/// Takes the text apart; `from` is where it begins in the literal.
fn unescape(text: &str, from: usize, mut take: impl FnMut(Piece)) -> Result<(), LiteralError> {
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter != '\\' {
            take(Piece::Letter(letter));
            continue;
        }
        let escape = letters.next().map(|(_, letter)| letter);
        let byte = match escape {
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('r') => b'\r',
            Some('0') => 0,
            Some(same @ ('\\' | '"' | '\'')) => same as u8,
            Some('x') => {
                let digits = text.get(at + 2..at + 4).unwrap_or("");
                // The parser of numbers would take a sign.
                let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                match u8::from_str_radix(digits, 16) {
                    Ok(byte) if hexadecimal => {
                        letters.nth(1);
                        byte
                    }
                    _ => return error(LiteralErrorKind::Escape, from + at..from + at + 2),
                }
            }
            other => {
                let length = 1 + other.map_or(0, char::len_utf8);
                return error(LiteralErrorKind::Escape, from + at..from + at + length);
            }
        };
        take(Piece::Byte(byte));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(integer("0"), Ok(0));
        assert_eq!(integer("0x1F"), Ok(31));
        assert_eq!(integer("0b101"), Ok(5));
        assert_eq!(integer("0o17"), Ok(15));
        assert_eq!(integer("1_000"), Ok(1000));
        assert_eq!(integer("0xffff_ffff_ffff_ffff"), Ok(u64::MAX));
        let kind = |text| integer(text).map_err(|error| (error.kind, error.range));
        assert_eq!(
            kind("12a"),
            Err((LiteralErrorKind::Digit { base: 10 }, 2..3))
        );
        assert_eq!(
            kind("0b12"),
            Err((LiteralErrorKind::Digit { base: 2 }, 3..4))
        );
        assert_eq!(kind("0x"), Err((LiteralErrorKind::NoDigits, 0..2)));
        assert_eq!(
            kind("18446744073709551616"),
            Err((LiteralErrorKind::TooLarge, 0..20))
        );
    }

    #[test]
    fn strings_and_characters() {
        assert_eq!(string(r#""a\n\x41\\\"é""#), Ok("a\nA\\\"é".into()));
        assert_eq!(string(r#""\xff""#), Ok(vec![0xff]));
        assert_eq!(string(r#""open"#), Ok(b"open".to_vec()));
        assert_eq!(character("'a'"), Ok(97));
        assert_eq!(character(r"'\''"), Ok(39));
        assert_eq!(character("'é'"), Ok(0xe9));
        let range = |text| string(text).map_err(|error| error.range);
        assert_eq!(range(r#""ab\q""#), Err(3..5));
        assert_eq!(range(r#""\x+1""#), Err(1..3));
        assert_eq!(range(r#""\x4""#), Err(1..3));
        assert_eq!(range(r#""\xé0""#), Err(1..3));
        assert!(character("''").is_err());
        assert!(character("'ab'").is_err());
    }
}
