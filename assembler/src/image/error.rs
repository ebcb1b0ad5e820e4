//! What can be wrong with an image. Each message says what, where, and what to do about it.

use thiserror::Error;

/// Why something is no image, or cannot be made one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A name that tools could not print or keep.
    #[error(
        "the {what} name {name:?} is empty, longer than {limit} bytes, or has control characters in it; choose another"
    )]
    Name {
        /// What has the name.
        what: &'static str,
        /// The name, cut to a printable length.
        name: String,
        /// The longest name allowed, in bytes.
        limit: usize,
    },
    /// A name that belongs to the file format.
    #[error(
        "the segment name `{0}` is that of a section which every image has; rename the segment"
    )]
    NameTaken(String),
    /// Two things of one kind with one name.
    #[error("two {what} are called `{name}`; rename one of them")]
    Twice {
        /// The kind of thing, in the plural.
        what: &'static str,
        /// What both are called.
        name: String,
    },
    /// Two segments with one number.
    #[error("segments `{first}` and `{second}` both have number {number:#x}; renumber one of them")]
    NumberTaken {
        /// One segment.
        first: String,
        /// The other.
        second: String,
        /// Their number.
        number: u16,
    },
    /// Segment number 0.
    #[error("segment `{0}` has number 0, which is no segment; give it a number from 1 to 65535")]
    NumberZero(String),
    /// A segment that is longer than a descriptor can say.
    #[error("segment `{name}` is {length} bytes long, and {limit} is the most; split it")]
    SegmentLength {
        /// The segment.
        name: String,
        /// Its length in bytes.
        length: u64,
        /// The greatest length.
        limit: u64,
    },
    /// More bytes than the segment is long.
    #[error("segment `{name}` has {bytes} bytes but is {length} bytes long; lengthen it")]
    SegmentBytes {
        /// The segment.
        name: String,
        /// How many bytes are given.
        bytes: u64,
        /// Its length in bytes.
        length: u64,
    },
    /// A segment at a real address where none can be.
    #[error(
        "segment `{name}` is at real address {real:#x}; it must be a multiple of 4096 below {limit:#x}, and 0 for a segment without memory"
    )]
    RealAddress {
        /// The segment.
        name: String,
        /// Its real address.
        real: u64,
        /// Where real memory must end.
        limit: u64,
    },
    /// Two segments in the same real memory.
    #[error(
        "segments `{first}` and `{second}` overlap in real memory at {real:#x}; move one of them"
    )]
    Overlap {
        /// The lower segment.
        first: String,
        /// The higher segment.
        second: String,
        /// Real address where the higher one begins.
        real: u64,
    },
    /// A segment that is not where or what its descriptor says.
    #[error(
        "segment `{name}` has {what} {has:#x}, and its descriptor says {described:#x}; make them agree"
    )]
    Disagreement {
        /// The segment.
        name: String,
        /// The field in question.
        what: &'static str,
        /// What the segment has.
        has: u64,
        /// What the descriptor says.
        described: u64,
    },
    /// An address that lies in no segment of the image.
    #[error(
        "{what} is at {address:#x}, which is in no segment of the image; correct its address or size"
    )]
    Outside {
        /// What is there.
        what: String,
        /// Its address.
        address: u64,
    },
    /// An entry that is not at an instruction.
    #[error("the entry address {0:#x} is not a multiple of 8; put the entry at an instruction")]
    EntryAlignment(u64),
    /// A line without a file or number.
    #[error(
        "the line at {address:#x} says line {line} of file {file}, and there are {files} files; lines count from 1, files from 0"
    )]
    Line {
        /// Address of the line.
        address: u64,
        /// The line number.
        line: u32,
        /// The position of the file.
        file: usize,
        /// How many files there are.
        files: usize,
    },
    /// More of something than an image can have.
    #[error("the image has {count} {what}, and {limit} is the most; split the program")]
    TooMany {
        /// The kind of thing, in the plural.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not the file format of images.
    #[error("this is no ELF file, and images are; give the name of a file that was assembled")]
    NotElf,
    /// An ELF file, but not of an image.
    #[error(
        "the file header says {what} {found:#x}, and that of an image {want:#x}; the file is for another machine, or damaged"
    )]
    Header {
        /// The field of the header.
        what: &'static str,
        /// What it says.
        found: u64,
        /// What it must say.
        want: u64,
    },
    /// A part that is not all there.
    #[error(
        "{part} should take {size} bytes at {offset:#x} of the file, which has {length:#x} bytes; the file is cut off or damaged: make it again"
    )]
    CutOff {
        /// The part.
        part: String,
        /// Where it begins in the file.
        offset: u64,
        /// How many bytes it takes.
        size: u64,
        /// How many bytes the file has.
        length: u64,
    },
    /// A part that makes no sense.
    #[error("{part} is damaged: {problem}; make the file again")]
    Damaged {
        /// The part.
        part: String,
        /// What is wrong with it.
        problem: String,
    },
    /// What the file format has no room for.
    #[error("the image cannot be written: {0}; split the program")]
    Write(String),
    /// No descriptors to boot with.
    #[error(
        "the image has no segment {0} with whole descriptors, so no machine can boot from it; link it again"
    )]
    NoDescriptors(u16),
    /// A machine with too little memory.
    #[error("the image needs {needed} bytes of memory, and the machine has {memory}; give it more")]
    Memory {
        /// How many bytes the image needs.
        needed: u64,
        /// How many bytes there are.
        memory: u64,
    },
}
