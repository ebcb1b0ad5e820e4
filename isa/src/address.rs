//! The address spaces, one type each, so that the compiler refuses to mix them up.
//!
//! An offset in a segment is a plain number; a place in the namespace is an [`Address`]; a place in a machine's real
//! memory is a [`Real`].

use std::fmt;

use crate::abi;

/// The bytes of a page.
pub const PAGE_SIZE: u64 = 4096;
/// The bytes of a granule: the unit that has a validity bit and a label.
pub const GRANULE_SIZE: u64 = 16;
/// The bytes of an instruction.
pub const INSTRUCTION_SIZE: u64 = 8;
/// The most bytes that a segment can have.
pub const SEGMENT_SIZE_MAX: u64 = (1 << 28) - PAGE_SIZE;

/// The number of a segment in a namespace: the index of its descriptor. Number 0 never names a segment.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentNumber(pub u16);

impl SegmentNumber {
    /// Is it a system segment: the same one in every process, which holds capabilities to system segments only?
    pub const fn is_system(self) -> bool {
        self.0 < abi::SYSTEM_LIMIT
    }
}

impl fmt::Display for SegmentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for SegmentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "segment {:#x}", self.0)
    }
}

/// A place in a namespace: a segment and an offset in it, as the word `segment << 32 | offset`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(u64);

impl Address {
    /// The address of an offset in a segment.
    pub const fn new(segment: SegmentNumber, offset: u32) -> Address {
        Address((segment.0 as u64) << 32 | offset as u64)
    }

    /// The address that a word stands for; none if the bits above the segment number are not zero.
    pub const fn from_word(word: u64) -> Option<Address> {
        if word >> 48 == 0 {
            Some(Address(word))
        } else {
            None
        }
    }

    /// The word `segment << 32 | offset`.
    pub const fn word(self) -> u64 {
        self.0
    }

    /// The segment.
    pub const fn segment(self) -> SegmentNumber {
        SegmentNumber((self.0 >> 32) as u16)
    }

    /// The offset in the segment, in bytes.
    pub const fn offset(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:#x}", self.segment(), self.offset())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "address {self}")
    }
}

/// A byte of a machine's real memory. Nothing says that the memory reaches so far.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Real(pub u64);

impl Real {
    /// The place so many bytes further, if there is a number for it.
    pub fn checked_add(self, bytes: u64) -> Option<Real> {
        self.0.checked_add(bytes).map(Real)
    }

    /// Is it the first byte of a page?
    pub const fn is_page_aligned(self) -> bool {
        self.0.is_multiple_of(PAGE_SIZE)
    }

    /// Does a memory of `memory_size` bytes contain all of the `size` bytes that begin here?
    pub fn extent_within(self, size: u64, memory_size: u64) -> bool {
        self.0
            .checked_add(size)
            .is_some_and(|end| end <= memory_size)
    }
}

impl fmt::Display for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "real {:#x}", self.0)
    }
}
