//! Objects: a part of a program, assembled and not linked yet.
//!
//! An object has a section for each segment that its sources speak of, names,
//! and relocations: the places whose value needs the layout of the whole
//! program or the names of other objects. Invariant: an [`Object`] that exists
//! is sound in itself: every index is that of something there, every place
//! lies in its section, and no name of a definition stands twice among those
//! that others see.

mod check;
mod elf;
mod error;
mod relocation;

pub use error::ObjectError;
pub(crate) use relocation::{Form, Relocation, Site};

use crate::image::Line;
use crate::segment::SegmentOptions;
use crate::source::Span;
use crate::symbol::LabelKind;

/// A part of a program, to be linked with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// In the order in which the sources open them.
    pub(crate) sections: Vec<Section>,
    pub(crate) symbols: Vec<Symbol>,
    /// By place.
    pub(crate) relocations: Vec<Relocation>,
    /// The source files; lines and places refer to them by position.
    pub(crate) files: Vec<String>,
    /// By address, which is [`address`] of section and offset.
    pub(crate) lines: Vec<Line>,
    /// `.entry`.
    pub(crate) entry: Option<Entry>,
    /// The bytes that `.stack` asks for, and where.
    pub(crate) stack: Option<(u64, Place)>,
}

/// What an object puts into a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The name of the segment.
    pub(crate) name: String,
    /// The options of the segment, and where they are given; none where it is
    /// only named.
    pub(crate) options: Option<(SegmentOptions, Place)>,
    /// Where the sources first open it; nowhere if it is only begun in.
    pub(crate) opened: Option<Place>,
    /// Whether the segment is to be there for what the object puts into it.
    pub(crate) used: bool,
    /// How many gates it begins with.
    pub(crate) gates: u16,
    /// The first instruction in it.
    pub(crate) code: Option<Place>,
    /// What its place in the segment is a multiple of, a power of two.
    pub(crate) align: u64,
    /// The bytes at its beginning that are given; those after them are zero.
    pub(crate) bytes: Vec<u8>,
    /// Its length in bytes.
    pub(crate) length: u64,
}

/// A name, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) name: String,
    pub(crate) definition: Definition,
    /// Whether other objects see it.
    pub(crate) global: bool,
    /// The procedure that it is local to, counted in the object.
    pub(crate) procedure: Option<u32>,
    /// Where it is defined, or where an `.extern` declares it.
    pub(crate) place: Place,
}

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Definition {
    /// Something that another object defines, or a segment of the machine.
    External,
    /// A number.
    Constant(i64),
    /// The segment of a section.
    Segment(usize),
    /// A place in a section.
    Label {
        section: usize,
        offset: u64,
        /// The bytes that it names; 0 for a mere place.
        size: u64,
        /// The bytes that a capability to it reaches if it is data, and that
        /// `length` gives.
        extent: u64,
        kind: LabelKind,
    },
}

/// Where the machine begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) section: usize,
    pub(crate) offset: i64,
    pub(crate) place: Place,
}

/// A place in a source, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing is known of it.
    Unknown,
    /// It is among the sources of this run.
    Span(Span),
    /// An object has it, by the position of its file there.
    Recorded { file: u32, line: u32, column: u32 },
}

/// Address of an offset in a section, as lines have it: sections take the
/// place of segment numbers, from 1.
pub(crate) fn address(section: usize, offset: u64) -> u64 {
    ((section as u64 + 1) << 32).wrapping_add(offset)
}
