//! A capability as plain numbers, put together and taken apart by arithmetic.

use isa::{Capability, Causes};

/// The causes by their numbers in the manual.
pub(crate) const TAG: u32 = 3;
pub(crate) const SEAL: u32 = 4;
pub(crate) const PERMISSION: u32 = 5;
pub(crate) const BOUNDS: u32 = 6;
pub(crate) const ALIGNMENT: u32 = 7;
pub(crate) const CURSOR: u32 = 8;
pub(crate) const SEGMENT: u32 = 9;
pub(crate) const GENERATION: u32 = 10;
pub(crate) const DESCRIPTOR: u32 = 11;
pub(crate) const RING: u32 = 12;
pub(crate) const MODE: u32 = 13;
pub(crate) const HOLD: u32 = 14;
pub(crate) const DEVICE: u32 = 15;
pub(crate) const PAGE: u32 = 16;
pub(crate) const OWNER: u32 = 17;
pub(crate) const LABEL: u32 = 18;
pub(crate) const GATE: u32 = 19;

/// The permissions by their bits in the manual.
pub(crate) const R: u64 = 1;
pub(crate) const W: u64 = 2;
pub(crate) const X: u64 = 4;
pub(crate) const L: u64 = 8;
pub(crate) const S: u64 = 16;
pub(crate) const M: u64 = 32;
pub(crate) const E: u64 = 64;
pub(crate) const U: u64 = 128;

/// The fields of a capability. No field is ever wider than its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) tag: bool,
    pub(crate) cursor: u64,
    pub(crate) segment: u64,
    pub(crate) ring: u64,
    pub(crate) generation: u64,
    pub(crate) kind: u64,
    pub(crate) spare: u64,
    pub(crate) base: u64,
    pub(crate) limit: u64,
    pub(crate) permissions: u64,
}

/// The widths of the fields, from the lowest bit up, as the manual draws them.
pub(crate) const WIDTHS: [u32; 9] = [32, 16, 3, 6, 5, 2, 28, 28, 8];

impl Plain {
    /// The fields, from the lowest bit up.
    fn in_order(&self) -> [u64; 9] {
        [
            self.cursor,
            self.segment,
            self.ring,
            self.generation,
            self.kind,
            self.spare,
            self.base,
            self.limit,
            self.permissions,
        ]
    }

    pub(crate) fn bits(&self) -> u128 {
        let mut bits = 0;
        let mut place = 1u128;
        for (field, width) in self.in_order().into_iter().zip(WIDTHS) {
            bits += u128::from(field) * place;
            place = place.wrapping_mul(1 << width);
        }
        bits
    }

    pub(crate) fn of_bits(bits: u128, tag: bool) -> Plain {
        let mut rest = bits;
        let [
            cursor,
            segment,
            ring,
            generation,
            kind,
            spare,
            base,
            limit,
            permissions,
        ] = WIDTHS.map(|width| {
            let size = 1u128 << width;
            let field = rest % size;
            rest /= size;
            field as u64
        });
        Plain {
            tag,
            cursor,
            segment,
            ring,
            generation,
            kind,
            spare,
            base,
            limit,
            permissions,
        }
    }

    pub(crate) fn capability(&self) -> Capability {
        let bits = self.bits();
        Capability::from_words(
            (bits % (1 << 64)) as u64,
            (bits / (1 << 64)) as u64,
            self.tag,
        )
    }

    pub(crate) fn of(capability: &Capability) -> Plain {
        Plain::of_bits(
            u128::from(capability.low()) + u128::from(capability.high()) * (1 << 64),
            capability.is_tagged(),
        )
    }
}

/// A set of causes: bit `n` is the cause of number `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failed(pub(crate) u32);

impl Failed {
    /// Puts the cause into the set if it fails.
    pub(crate) fn when(&mut self, fails: bool, cause: u32) {
        if fails {
            self.0 |= 1 << cause;
        }
    }

    pub(crate) fn only(cause: u32) -> Failed {
        Failed(1 << cause)
    }
}

impl From<Causes> for Failed {
    fn from(causes: Causes) -> Failed {
        Failed(causes.bits())
    }
}
