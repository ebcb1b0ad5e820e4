//! Images: what the linker makes and a machine boots from.
//!
//! An image is the initial real memory of a machine, cut into segments, with the names and source
//! lines that explain it. The one invariant: every [`Image`] has passed the rules in `check`, and
//! its parts are in one canonical order, so equal contents are equal values and equal files.
//!
//! An address is 64 bits everywhere here: `segment << 32 | offset`.

mod check;
pub(crate) mod dwarf;
pub(crate) mod elf;
mod error;
mod load;
mod names;

pub use check::{
    FILE_LIMIT, FILE_NAME_LIMIT, LINE_LIMIT, NAME_LIMIT, REAL_LIMIT, SEGMENT_LIMIT, SYMBOL_LIMIT,
};
pub(crate) use check::{at_most, name as check_name};
pub use elf::MACHINE;
pub use error::ImageError;
pub use load::{Boot, Piece};
pub use names::{Source, Target};

use isa::descriptor::DESCRIPTOR_SIZE;
use isa::{Descriptor, abi};

/// A linked program: immutable, checked, in canonical order. The default is of nothing, and gives no names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    entry: u64,
    segments: Vec<Segment>,
    symbols: Vec<Symbol>,
    /// For each symbol the nearest earlier one that ends later, which is where a search for the
    /// symbol around an address goes on.
    enclosing: Vec<Option<usize>>,
    lines: Vec<Line>,
    files: Vec<String>,
}

/// What an image is made of, in any order; [`Image::new`] checks and sorts it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Address of the first instruction.
    pub entry: u64,
    /// The segments that are in memory at reset.
    pub segments: Vec<Segment>,
    /// Names of places in these segments.
    pub symbols: Vec<Symbol>,
    /// Which source line each address came from.
    pub lines: Vec<Line>,
    /// Names of the source files, as given; lines refer to them by position.
    pub files: Vec<String>,
}

/// A segment and its place in real memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// The name that the source gave it; also the name of its section.
    pub name: String,
    /// Its number, 1 to 65535: the upper half of its addresses.
    pub number: u16,
    /// Real address of its first byte, a multiple of 4096; 0 when the length is 0.
    pub real: u64,
    /// The bytes at its beginning that are given; those after them, up to `length`, are zero.
    pub bytes: Vec<u8>,
    /// Its length in bytes. A segment of length 0 takes no memory: it names a number, such as
    /// that of a device.
    pub length: u64,
}

/// Some of the bytes that a segment is given.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// Offset of the first byte.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// A name for a range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name as the source has it.
    pub name: String,
    /// Address of the first byte.
    pub address: u64,
    /// How many bytes it covers; 0 for a mere place.
    pub size: u64,
    /// What it names.
    pub kind: SymbolKind,
}

/// What a symbol names. The order is that of preference when several name the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A place in code, such as the head of a loop.
    Label,
    /// Data.
    Object,
    /// A gate: the slot at which outer rings may enter.
    Gate,
    /// A procedure.
    Procedure,
}

/// The source of the bytes from `address` up to the next line of the segment, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Address of the first byte.
    pub address: u64,
    /// Position in the image's files.
    pub file: usize,
    /// Line number, from 1.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
}

impl Image {
    /// Checks the contents and puts them in order: segments by number, symbols and lines by
    /// address. Of several lines at one address the last given stays; without lines, no file does.
    ///
    /// # Errors
    /// The first rule of images that the contents break.
    pub fn new(contents: Contents) -> Result<Self, ImageError> {
        let Contents {
            entry,
            mut segments,
            mut symbols,
            mut lines,
            mut files,
        } = contents;
        segments.sort_by_key(|segment| segment.number);
        symbols.sort_by(names::order);
        // A stable sort of the reversed list puts the line given last first, and that one is kept.
        lines.reverse();
        lines.sort_by_key(|line| line.address);
        lines.dedup_by_key(|line| line.address);
        if lines.is_empty() {
            files.clear();
        }
        let enclosing = names::enclosing(&symbols);
        let image = Self {
            entry,
            segments,
            symbols,
            enclosing,
            lines,
            files,
        };
        check::check(&image)?;
        Ok(image)
    }

    /// The same with a segment of its own for some bytes of a segment of another image, with their names and lines: what is
    /// known of a machine that such bytes were copied to. Whatever had the number is left out. The new segment is where
    /// the image begins.
    ///
    /// # Errors
    /// The first rule of images that the two break together, such as two segments of one name.
    pub fn with_part_of(
        &self,
        other: &Image,
        part: Part<'_>,
        number: u16,
    ) -> Result<Image, ImageError> {
        let Part {
            segment,
            offset,
            bytes,
        } = part;
        let stays = |address| segment_of(address) != number;
        // Where an address of the other image is here, if it is in the part to its end.
        let moved = |address, size| {
            let within = offset_of(address).checked_sub(offset)?;
            let is_in =
                segment_of(address) == segment.number && within + size <= bytes.len() as u64;
            is_in.then_some(u64::from(number) << 32 | within)
        };
        let mut files = self.files.clone();
        // Where a file of the other image is here.
        let places: Vec<usize> = other
            .files
            .iter()
            .map(|name| {
                let known = files.iter().position(|file| file == name);
                known.unwrap_or_else(|| {
                    files.push(name.clone());
                    files.len() - 1
                })
            })
            .collect();
        let segments = self.segments.iter().filter(|held| held.number != number);
        let symbols = self.symbols.iter().filter(|held| stays(held.address));
        let lines = self.lines.iter().filter(|held| stays(held.address));
        let new_segment = Segment {
            number,
            bytes: bytes.to_vec(),
            length: bytes.len() as u64,
            ..segment.clone()
        };
        let new_symbols = other.symbols.iter().filter_map(|new| {
            let address = moved(new.address, new.size)?;
            Some(Symbol {
                address,
                ..new.clone()
            })
        });
        let new_lines = other.lines.iter().filter_map(|new| {
            let address = moved(new.address, 1)?;
            let file = *places.get(new.file)?;
            Some(Line {
                address,
                file,
                ..*new
            })
        });
        Image::new(Contents {
            entry: u64::from(number) << 32,
            segments: segments.cloned().chain([new_segment]).collect(),
            symbols: symbols.cloned().chain(new_symbols).collect(),
            lines: lines.copied().chain(new_lines).collect(),
            files,
        })
    }

    /// Address of the first instruction.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The segments, by number.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The descriptor of a segment, as the segment of descriptors has it; none beyond its end.
    pub fn descriptor(&self, number: u16) -> Option<Descriptor> {
        let table = self.segment(abi::SEGMENT_DESCRIPTORS)?;
        let begin = u64::from(number) * DESCRIPTOR_SIZE;
        if begin + DESCRIPTOR_SIZE > table.length {
            return None;
        }
        // What is not given is zero.
        let mut bytes = [0; 32];
        let given = table.bytes.iter().skip(begin as usize);
        bytes
            .iter_mut()
            .zip(given)
            .for_each(|(byte, given)| *byte = *given);
        Some(Descriptor::from_bytes(&bytes))
    }

    /// The symbols, by address.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The lines, by address; no two have the same.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines as a file has them, given where segments end.
    fn line_table<'a>(&'a self, end: &'a dyn Fn(u64) -> u64) -> dwarf::Lines<'a> {
        dwarf::Lines {
            files: &self.files,
            lines: &self.lines,
            end,
        }
    }

    /// The names of the source files.
    pub fn files(&self) -> &[String] {
        &self.files
    }
}

impl Segment {
    /// Address of its first byte.
    pub fn address(&self) -> u64 {
        u64::from(self.number) << 32
    }
}

impl Symbol {
    /// Number of the segment that it is in.
    pub fn segment(&self) -> u16 {
        segment_of(self.address)
    }

    /// Offset of its first byte in its segment.
    pub fn offset(&self) -> u64 {
        offset_of(self.address)
    }

    /// Address after its last byte.
    pub fn end(&self) -> u64 {
        self.address.saturating_add(self.size)
    }
}

/// The segment number of an address; 0, which is no segment, when it has none.
fn segment_of(address: u64) -> u16 {
    u16::try_from(address >> 32).unwrap_or(0)
}

/// The offset of an address in its segment.
fn offset_of(address: u64) -> u64 {
    address & u64::from(u32::MAX)
}
