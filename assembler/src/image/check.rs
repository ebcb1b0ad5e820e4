//! The rules that every image keeps, whoever made it: the linker, or a file from anywhere.
//!
//! The limits bound what reading a file can cost, whatever is in it.

use std::collections::HashSet;

use super::{Image, ImageError, offset_of, segment_of};

/// The longest name of a segment or symbol, in bytes.
pub const NAME_LIMIT: usize = 255;
/// The longest name of a source file, in bytes.
pub const FILE_NAME_LIMIT: usize = 1024;
/// The most source files that an image can name.
pub const FILE_LIMIT: usize = 16384;

/// Says the first rule that the image breaks. Its parts are in order already.
pub(super) fn check(image: &Image) -> Result<(), ImageError> {
    segments(image)?;
    entry(image)?;
    symbols(image)?;
    lines(image)
}

fn segments(image: &Image) -> Result<(), ImageError> {
    let mut names = HashSet::new();
    for segment in &image.segments {
        name("segment", &segment.name, NAME_LIMIT)?;
        if !names.insert(segment.name.as_str()) {
            return Err(ImageError::Twice {
                what: "segments",
                name: segment.name.clone(),
            });
        }
        if segment.number == 0 {
            return Err(ImageError::NumberZero(segment.name.clone()));
        }
        let bytes = segment.bytes.len() as u64;
        if bytes > segment.length {
            let (name, length) = (segment.name.clone(), segment.length);
            return Err(ImageError::SegmentBytes {
                name,
                bytes,
                length,
            });
        }
    }
    for pair in image.segments.windows(2) {
        if let [first, second] = pair
            && first.number == second.number
        {
            return Err(ImageError::Twice {
                what: "segments",
                name: format!("{:#x}", first.number),
            });
        }
    }
    let mut places: Vec<_> = image
        .segments
        .iter()
        .filter(|segment| segment.length > 0)
        .collect();
    places.sort_by_key(|segment| segment.real);
    for pair in places.windows(2) {
        if let [first, second] = pair
            && first.real.saturating_add(first.length) > second.real
        {
            let (first, real, second) = (first.name.clone(), second.real, second.name.clone());
            return Err(ImageError::Overlap {
                first,
                second,
                real,
            });
        }
    }
    Ok(())
}

fn entry(image: &Image) -> Result<(), ImageError> {
    if !image.entry.is_multiple_of(8) {
        return Err(ImageError::EntryAlignment(image.entry));
    }
    inside(image, image.entry, 8, || "the entry".to_owned())
}

fn symbols(image: &Image) -> Result<(), ImageError> {
    for symbol in &image.symbols {
        name("symbol", &symbol.name, NAME_LIMIT)?;
        inside(image, symbol.address, symbol.size, || {
            format!("the symbol `{}`", symbol.name)
        })?;
    }
    Ok(())
}

fn lines(image: &Image) -> Result<(), ImageError> {
    let files = image.files.len();
    if files > FILE_LIMIT {
        return Err(ImageError::TooMany {
            what: "files",
            count: files,
            limit: FILE_LIMIT,
        });
    }
    let mut names = HashSet::new();
    for file in &image.files {
        name("file", file, FILE_NAME_LIMIT)?;
        if !names.insert(file.as_str()) {
            return Err(ImageError::Twice {
                what: "files",
                name: file.clone(),
            });
        }
    }
    for line in &image.lines {
        if line.line == 0 || line.file >= files {
            let (address, file, line) = (line.address, line.file, line.line);
            return Err(ImageError::Line {
                address,
                line,
                file,
                files,
            });
        }
        inside(image, line.address, 1, || {
            format!("line {} of file {}", line.line, line.file)
        })?;
    }
    Ok(())
}

/// Names end up on terminals and in tables of strings that end at a zero byte.
fn name(what: &'static str, name: &str, limit: usize) -> Result<(), ImageError> {
    if name.is_empty() || name.len() > limit || name.chars().any(char::is_control) {
        let name = name.chars().take(40).collect();
        return Err(ImageError::Name { what, name, limit });
    }
    Ok(())
}

/// Whether `size` bytes at an address are in a segment of the image.
fn inside(
    image: &Image,
    address: u64,
    size: u64,
    what: impl Fn() -> String,
) -> Result<(), ImageError> {
    let length = image
        .segment(segment_of(address))
        .map(|segment| segment.length);
    let end = offset_of(address).checked_add(size);
    match (length, end) {
        (Some(length), Some(end)) if end <= length => Ok(()),
        _ => Err(ImageError::Outside {
            what: what(),
            address,
        }),
    }
}
