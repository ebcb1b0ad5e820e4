//! Places in a program as users name them: `fill`, `fill+0x10`, `0x11000000008`.

use std::ops::Range;

use assembler::image::{Image, Symbol, SymbolKind};

use crate::command::did_you_mean;
use crate::failure::Failure;
use crate::names::Names;

/// The addresses of the instructions that a name covers: a procedure, or from a label to the next one.
///
/// # Errors
/// When nothing has this name, or it is data.
pub(crate) fn code(image: &Image, name: &str) -> Result<Range<u64>, Failure> {
    let symbol = symbol(image, name)?;
    if symbol.kind == SymbolKind::Object {
        return Err(Failure::Usage(format!(
            "'{name}' is data: no steps are made in it"
        )));
    }
    Ok(Names { image }.extent(symbol))
}

/// The addresses from one place up to another, written `A..B`. A side that is left out is as far as there is anything.
///
/// # Errors
/// When it is not written so, or nothing has a name in it.
pub(crate) fn range(image: &Image, text: &str) -> Result<Range<u64>, Failure> {
    let (start, end) = text.split_once("..").ok_or_else(|| {
        Failure::Usage(format!(
            "'{text}' is no range: write A..B, from A up to and not with B"
        ))
    })?;
    let side = |side: &str, other| match side {
        "" => Ok(other),
        place => address(image, place),
    };
    Ok(side(start, 0)?..side(end, u64::MAX)?)
}

/// The address of a place: a number, or a name of a symbol or a segment, and perhaps `+` and a number of bytes.
///
/// # Errors
/// When nothing has this name.
pub(crate) fn address(image: &Image, text: &str) -> Result<u64, Failure> {
    if let Some(address) = number(text) {
        return Ok(address);
    }
    let (name, distance) = text.split_once('+').unwrap_or((text, "0"));
    let distance = number(distance)
        .ok_or_else(|| Failure::Usage(format!("'{distance}' in '{text}' is no number of bytes")))?;
    let start = match image.segment_named(name) {
        Some(segment) => segment.address(),
        None => symbol(image, name)?.address,
    };
    Ok(start.saturating_add(distance))
}

fn symbol<'a>(image: &'a Image, name: &str) -> Result<&'a Symbol, Failure> {
    image.symbol(name).ok_or_else(|| {
        let names = image.symbols().iter().map(|symbol| symbol.name.as_str());
        let guess = did_you_mean(name, names);
        Failure::Usage(format!("the program has no '{name}'{guess}"))
    })
}

/// A number in decimal digits, or in hexadecimal ones behind `0x`.
pub(crate) fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        None if !text.starts_with('+') => text.parse().ok(),
        _ => None,
    }
}
