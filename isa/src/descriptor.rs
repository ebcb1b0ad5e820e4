//! The segment descriptor: four words that say what a segment is and who may use it.
//!
//! Any four words decode, and encode to the same words again; whether they make sense is asked at each use.
//!
//! ```text
//!          63           48 47           32 31                                   0
//!         +---------------+---------------+--------------------------------------+
//! word 0  |  base: a real address of segment or page table, or a device slot     |
//!         +---------------+---------------+--------------------------------------+
//! word 1  |    linkage    |     gates     |                length                |
//!         +---------------+---------------+--------------------------------------+
//! word 2  |  software   37:32  generation | 31:24 label | 16:14 r3 | 13:11 r2 |  |
//!         |                               | 10:8 r1 | 6:0 flags | else software  |
//!         +-------------------------------+--------------------------------------+
//! word 3  |                               software                               |
//!         +----------------------------------------------------------------------+
//! ```

use std::fmt;

use crate::address::{PAGE_SIZE, Real, SEGMENT_SIZE_MAX, SegmentNumber};
use crate::flags::flags;
use crate::label::Label;
use crate::layout::word_at;
use crate::ring::{Brackets, Ring};

flags! {
    /// The lowest bits of word 2.
    DescriptorFlags: u8 {
        /// There is a segment; while clear, all other fields are software's.
        PRESENT "present" = 1;
        /// The segment may be read.
        READ "read" = 2;
        /// The segment may be written.
        WRITE "write" = 4;
        /// The segment may be executed.
        EXECUTE "execute" = 8;
        /// The segment may hold capabilities. A device never holds any, whatever this bit says.
        HOLD "hold" = 16;
        /// The segment is a device: base is its slot, and `io` is its only use.
        DEVICE "device" = 32;
        /// Base is the real address of a page table, with one page word for each 4096 bytes of length.
        PAGED "paged" = 64;
    }
}

/// The bytes of a descriptor in memory.
pub const DESCRIPTOR_SIZE: u64 = 32;
/// The device slots of a machine.
pub const DEVICE_SLOTS: u64 = 16;

const FLAGS: u64 = 0x7f;
const GENERATION: u64 = 0x3f;
const FIELDS_OF_WORD_2: u64 = FLAGS | 0x1ff << 8 | 0xff << 24 | GENERATION << 32;

/// A segment descriptor, unpacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Descriptor {
    /// Where the segment is: its first byte, its page table's first byte, or a device slot.
    pub base: Real,
    /// Its length in bytes.
    pub length: u32,
    /// How many gates it begins with, of one instruction each.
    pub gates: u16,
    /// The segment that holds the capability constants of this text in ring 0; ring `k` has the `k`-th after it.
    pub linkage: SegmentNumber,
    /// What it is and which modes it has.
    pub flags: DescriptorFlags,
    /// Which rings may use it.
    pub brackets: Brackets,
    /// The label that its granules have from the start, and by which others' pages in it are judged.
    pub label: Label,
    /// Capabilities of another generation are dead. 6 bits; more are dropped on encoding.
    pub generation: u8,
    /// The bits of word 2 that have no meaning here (the others are dropped on encoding), and word 3.
    pub software: [u64; 2],
}

impl Descriptor {
    /// The descriptor that four words stand for.
    pub const fn decode(words: [u64; 4]) -> Descriptor {
        let [base, sizes, rights, software] = words;
        Descriptor {
            base: Real(base),
            length: sizes as u32,
            gates: (sizes >> 32) as u16,
            linkage: SegmentNumber((sizes >> 48) as u16),
            flags: DescriptorFlags::from_bits_truncate((rights & FLAGS) as u8),
            brackets: Brackets {
                r1: Ring::from_bits(rights >> 8),
                r2: Ring::from_bits(rights >> 11),
                r3: Ring::from_bits(rights >> 14),
            },
            label: Label((rights >> 24) as u8),
            generation: (rights >> 32 & GENERATION) as u8,
            software: [rights & !FIELDS_OF_WORD_2, software],
        }
    }

    /// The four words that stand for it.
    pub const fn encode(&self) -> [u64; 4] {
        let sizes = self.length as u64 | (self.gates as u64) << 32 | (self.linkage.0 as u64) << 48;
        let rights = self.flags.bits() as u64 & FLAGS
            | (self.brackets.r1.number() as u64) << 8
            | (self.brackets.r2.number() as u64) << 11
            | (self.brackets.r3.number() as u64) << 14
            | (self.label.0 as u64) << 24
            | (self.generation as u64 & GENERATION) << 32
            | self.software[0] & !FIELDS_OF_WORD_2;
        [self.base.0, sizes, rights, self.software[1]]
    }

    /// The descriptor that 32 bytes of memory stand for.
    pub fn from_bytes(bytes: &[u8; 32]) -> Descriptor {
        Descriptor::decode([0, 8, 16, 24].map(|offset| word_at(bytes, offset)))
    }

    /// The 32 bytes that stand for it in memory.
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.encode()) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// Does it have all of these flags?
    pub const fn has(&self, flags: DescriptorFlags) -> bool {
        self.flags.contains(flags)
    }

    /// Is it of use in a machine with so many bytes of real memory: brackets in order, length within the maximum,
    /// base aligned, and the segment (or its page table) inside the memory? A device's base is one of the slots.
    pub fn is_well_formed(&self, memory_size: u64) -> bool {
        let placed = if self.has(DescriptorFlags::DEVICE) {
            self.base.0 < DEVICE_SLOTS
        } else {
            let extent = if self.has(DescriptorFlags::PAGED) {
                u64::from(self.length).div_ceil(PAGE_SIZE) * 8
            } else {
                u64::from(self.length)
            };
            self.base.is_page_aligned() && self.base.extent_within(extent, memory_size)
        };
        self.brackets.ordered() && u64::from(self.length) <= SEGMENT_SIZE_MAX && placed
    }

    /// Where the byte of this offset is in a segment without pages; none beyond the numbers.
    pub fn real_of(&self, offset: u64) -> Option<Real> {
        self.base.checked_add(offset)
    }

    /// Where the page word of this offset is in a segment with pages; none beyond the numbers.
    pub fn page_word_of(&self, offset: u64) -> Option<Real> {
        self.base.checked_add(offset / PAGE_SIZE * 8)
    }
}

/// On one line: mode, place, length, brackets, and what else differs from nothing.
impl fmt::Display for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.has(DescriptorFlags::PRESENT) {
            return f.write_str("not present");
        }
        let letter = |flag, letter| if self.has(flag) { letter } else { '-' };
        write!(
            f,
            "{}{}{}{} ",
            letter(DescriptorFlags::READ, 'r'),
            letter(DescriptorFlags::WRITE, 'w'),
            letter(DescriptorFlags::EXECUTE, 'x'),
            letter(DescriptorFlags::HOLD, 'h'),
        )?;
        if self.has(DescriptorFlags::DEVICE) {
            write!(f, "device slot {}", self.base.0)?;
        } else if self.has(DescriptorFlags::PAGED) {
            write!(f, "page table {}", self.base)?;
        } else {
            write!(f, "base {}", self.base)?;
        }
        write!(
            f,
            " length {:#x} rings {} label {} gen {}",
            self.length, self.brackets, self.label, self.generation
        )?;
        if self.gates > 0 {
            write!(f, " gates {}", self.gates)?;
        }
        if self.linkage != SegmentNumber(0) {
            write!(f, " linkage {}", self.linkage)?;
        }
        Ok(())
    }
}
