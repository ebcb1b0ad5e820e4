//! Names of registers: thirty-two for data, sixteen for capabilities.
//!
//! Invariant: a value of these types names a register that exists, so an
//! instruction that was decoded can index the register files without a check.

use std::fmt;

/// A data register, `r0` to `r31`, 64 bits wide. `r0` reads as zero and
/// ignores what is written to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct R(u8);

/// A capability register, `c0` to `c15`, 128 bits and a tag wide. `c0` reads
/// as the null capability and ignores what is written to it; `c15` is the
/// stack pointer of the current ring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct C(u8);

/// How many data registers there are.
pub const R_COUNT: usize = 32;

/// How many capability registers there are.
pub const C_COUNT: usize = 16;

macro_rules! register {
    ($name:ident, $letter:literal, $count:expr) => {
        impl $name {
            /// The register with this number, or `None` where there is none.
            pub const fn new(number: u8) -> Option<Self> {
                if (number as usize) < $count {
                    Some(Self(number))
                } else {
                    None
                }
            }

            /// Its number, which is smaller than the count of such registers.
            pub const fn number(self) -> u8 {
                self.0
            }

            /// Its number, for indexing an array of all such registers.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// Every such register, in order.
            pub fn all() -> impl Iterator<Item = Self> {
                (0..$count as u8).map(Self)
            }

            /// Register zero, which is always zero or null.
            pub const ZERO: Self = Self(0);
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

register!(R, "r", R_COUNT);
register!(C, "c", C_COUNT);

impl C {
    /// The stack pointer of the current ring.
    pub const STACK: C = C(15);
}
