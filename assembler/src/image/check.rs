//! The rules that every image keeps, whoever made it: the linker, or a file from anywhere.
//!
//! The limits bound what reading a file can cost, whatever is in it.

use std::collections::HashSet;

use isa::DescriptorFlags;
use isa::address::{PAGE_SIZE, SEGMENT_SIZE_MAX};

use super::{Image, ImageError, Segment, elf, offset_of, segment_of};

/// The most segments that an image can have.
pub const SEGMENT_LIMIT: usize = 16384;
/// The most symbols that an image can have.
pub const SYMBOL_LIMIT: usize = 1 << 20;
/// The most source lines that an image can have.
pub const LINE_LIMIT: usize = 1 << 22;
/// Where real memory must end: a page word has room for the real addresses below.
pub const REAL_LIMIT: u64 = 1 << 52;
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
    at_most("segments", image.segments.len(), SEGMENT_LIMIT)?;
    let mut names = HashSet::new();
    for segment in &image.segments {
        name("segment", &segment.name, NAME_LIMIT)?;
        if elf::is_taken(&segment.name) {
            return Err(ImageError::NameTaken(segment.name.clone()));
        }
        if !names.insert(segment.name.as_str()) {
            return Err(ImageError::Twice {
                what: "segments",
                name: segment.name.clone(),
            });
        }
    }
    numbers(image)?;
    for segment in &image.segments {
        size(segment)?;
        place(segment)?;
        agreement(image, segment)?;
    }
    disjoint(image)
}

fn numbers(image: &Image) -> Result<(), ImageError> {
    for pair in image.segments.windows(2) {
        if let [first, second] = pair
            && first.number == second.number
        {
            let (first, second, number) = (&first.name, &second.name, first.number);
            let (first, second) = (first.clone(), second.clone());
            return Err(ImageError::NumberTaken {
                first,
                second,
                number,
            });
        }
    }
    match image.segments.first() {
        Some(segment) if segment.number == 0 => Err(ImageError::NumberZero(segment.name.clone())),
        _ => Ok(()),
    }
}

fn size(segment: &Segment) -> Result<(), ImageError> {
    let (bytes, length) = (segment.bytes.len() as u64, segment.length);
    let name = || segment.name.clone();
    if length > SEGMENT_SIZE_MAX {
        return Err(ImageError::SegmentLength {
            name: name(),
            length,
            limit: SEGMENT_SIZE_MAX,
        });
    }
    if bytes > length {
        return Err(ImageError::SegmentBytes {
            name: name(),
            bytes,
            length,
        });
    }
    Ok(())
}

fn place(segment: &Segment) -> Result<(), ImageError> {
    let real = segment.real;
    let end = real.checked_add(segment.length);
    let inside = end.is_some_and(|end| end <= REAL_LIMIT);
    if !inside || !real.is_multiple_of(PAGE_SIZE) || segment.length == 0 && real != 0 {
        let name = segment.name.clone();
        return Err(ImageError::RealAddress {
            name,
            real,
            limit: REAL_LIMIT,
        });
    }
    Ok(())
}

/// A descriptor that is given for a segment must describe the memory that it has; else tools
/// would explain one thing, and the machine do another.
fn agreement(image: &Image, segment: &Segment) -> Result<(), ImageError> {
    let Some(descriptor) = image.descriptor(segment.number) else {
        return Ok(());
    };
    let elsewhere = descriptor
        .flags
        .intersects(DescriptorFlags::DEVICE | DescriptorFlags::PAGED);
    if segment.length == 0 || elsewhere || !descriptor.flags.contains(DescriptorFlags::PRESENT) {
        return Ok(());
    }
    let length = u64::from(descriptor.length);
    let pairs = [
        ("base", segment.real, descriptor.base.0),
        ("length", segment.length, length),
    ];
    for (what, has, described) in pairs {
        if has != described {
            let name = segment.name.clone();
            return Err(ImageError::Disagreement {
                name,
                what,
                has,
                described,
            });
        }
    }
    Ok(())
}

fn disjoint(image: &Image) -> Result<(), ImageError> {
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
    at_most("symbols", image.symbols.len(), SYMBOL_LIMIT)?;
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

/// Whether there are no more of something than there may be.
pub(crate) fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), ImageError> {
    if count <= limit {
        Ok(())
    } else {
        Err(ImageError::TooMany { what, count, limit })
    }
}

/// Names end up on terminals and in tables of strings that end at a zero byte.
pub(crate) fn name(what: &'static str, name: &str, limit: usize) -> Result<(), ImageError> {
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
