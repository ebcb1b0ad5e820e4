//! Rings of protection and the brackets that a segment sets on them.
//!
//! A smaller number is more trusted. Ring 0 is the most trusted one, and no value of [`Ring`] is above 7.

use std::fmt;

/// A ring, 0 (most trusted) to 7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ring(u8);

impl Ring {
    /// Ring 0: traps and interrupts are handled here, and privileged instructions run here alone.
    pub const KERNEL: Ring = Ring(0);
    /// Ring 4: programs run here.
    pub const USER: Ring = Ring(4);
    /// Ring 7, the least trusted.
    pub const OUTERMOST: Ring = Ring(7);
    /// All rings, the most trusted first.
    pub const ALL: [Ring; 8] = [
        Ring(0),
        Ring(1),
        Ring(2),
        Ring(3),
        Ring(4),
        Ring(5),
        Ring(6),
        Ring(7),
    ];

    /// The ring of this number, if it is one.
    pub const fn new(number: u8) -> Option<Ring> {
        if number < 8 { Some(Ring(number)) } else { None }
    }

    /// The ring in the lowest three bits of a word, as the packed formats have it; higher bits are ignored.
    pub const fn from_bits(bits: u64) -> Ring {
        Ring((bits & 7) as u8)
    }

    /// Its number, 0 to 7.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The less trusted of the two.
    pub const fn max(self, other: Ring) -> Ring {
        if self.0 < other.0 { other } else { self }
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The brackets of a segment: which rings may write, read, execute and call it.
///
/// They are of use only when `r1 <= r2 <= r3`; a descriptor may hold others, and then every use of it traps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Brackets {
    /// The highest ring that may write, and the lowest that may execute.
    pub r1: Ring,
    /// The highest ring that may read and execute.
    pub r2: Ring,
    /// The highest ring that may call a gate.
    pub r3: Ring,
}

impl Brackets {
    /// Brackets that give one ring, and no outer one, everything.
    pub const fn only(ring: Ring) -> Brackets {
        Brackets {
            r1: ring,
            r2: ring,
            r3: ring,
        }
    }

    /// Is `r1 <= r2 <= r3`?
    pub fn ordered(self) -> bool {
        self.r1 <= self.r2 && self.r2 <= self.r3
    }

    /// May this ring write?
    pub fn may_write(self, ring: Ring) -> bool {
        ring <= self.r1
    }

    /// May this ring read?
    pub fn may_read(self, ring: Ring) -> bool {
        ring <= self.r2
    }

    /// May this ring execute? Code is run by the rings that were meant to, not by more trusted ones.
    pub fn may_execute(self, ring: Ring) -> bool {
        self.r1 <= ring && ring <= self.r2
    }

    /// May this ring call, as a procedure of its own ring or through a gate?
    pub fn may_call(self, ring: Ring) -> bool {
        ring <= self.r3
    }
}

impl fmt::Display for Brackets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {}, {})", self.r1, self.r2, self.r3)
    }
}
