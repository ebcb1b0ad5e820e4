//! The word of a page table: where a page of a segment is, and what may be done with it.
//!
//! The machine never writes a page word: *used* and *modified* are set by the software that handles the page trap.
//!
//! ```text
//!  63      52 51                     12 11       4   3    2    1    0
//! +----------+-------------------------+----------+----+----+----+----+
//! | software |          frame          | software | M  | U  | W  | P  |
//! +----------+-------------------------+----------+----+----+----+----+
//! ```

use std::fmt;

use crate::address::{PAGE_SIZE, Real};
use crate::flags::flags;

flags! {
    /// The bits of a page word that the machine looks at.
    PageFlags: u64 {
        /// The page is in memory.
        PRESENT "present" = 1;
        /// The page may be stored to.
        WRITABLE "writable" = 2;
        /// Software has noted that the page is in use; while clear, any access traps.
        USED "used" = 4;
        /// Software has noted that the page is changed; while clear, a store traps.
        MODIFIED "modified" = 8;
    }
}

/// One word of a page table. Any 64 bits are one.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PageWord(pub u64);

impl PageWord {
    const FRAME: u64 = (1 << 52) - PAGE_SIZE;

    /// A word that maps to this frame, whose low 12 bits and bits above 51 are dropped.
    pub const fn new(frame: Real, flags: PageFlags) -> PageWord {
        PageWord(frame.0 & PageWord::FRAME | flags.bits())
    }

    /// Its flags.
    pub const fn flags(self) -> PageFlags {
        PageFlags::from_bits_truncate(self.0)
    }

    /// The first byte of the page's frame.
    pub const fn frame(self) -> Real {
        Real(self.0 & PageWord::FRAME)
    }

    /// Where the byte of this offset in the segment is, if the offset lies in the page of this word.
    pub const fn real_of(self, offset: u64) -> Real {
        Real(self.frame().0 | (offset % PAGE_SIZE))
    }

    /// Does the word allow the access? Any needs *present* and *used*; a store *writable* and *modified* also.
    pub fn allows(self, store: bool) -> bool {
        let needed = if store {
            PageFlags::all()
        } else {
            PageFlags::PRESENT | PageFlags::USED
        };
        self.flags().contains(needed)
    }
}

impl fmt::Display for PageWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = self.flags();
        let letter = |flag, letter| if flags.contains(flag) { letter } else { '-' };
        write!(
            f,
            "frame {} {}{}{}{}",
            self.frame(),
            letter(PageFlags::PRESENT, 'p'),
            letter(PageFlags::WRITABLE, 'w'),
            letter(PageFlags::USED, 'u'),
            letter(PageFlags::MODIFIED, 'm'),
        )
    }
}

impl fmt::Debug for PageWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({:#x})", self.0)
    }
}
