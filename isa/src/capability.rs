//! The capability: 128 bits that name bytes of a segment and what may be done with them, and the tag that makes
//! them count.
//!
//! Any 128 bits decode. Tagged values are made here and in the derivations alone; a tagged value that a machine ever
//! holds is well formed ([`Capability::is_well_formed`]).
//!
//! ```text
//!       63 62 61    57 56        51 50  48 47             32 31                    0
//!      +-----+--------+------------+------+-----------------+-----------------------+
//! low  |  0  |  kind  | generation | ring |     segment     |         cursor        |
//!      +-----+--------+------------+------+-----------------+-----------------------+
//!       63         56 55                         28 27                             0
//!      +-------------+-----------------------------+--------------------------------+
//! high | permissions |            limit            |              base              |
//!      +-------------+-----------------------------+--------------------------------+
//! ```

use std::fmt;

use crate::address::SegmentNumber;
use crate::permission::Permissions;
use crate::ring::Ring;

const BASE: u32 = 64;
const LIMIT: u32 = 92;
const OFFSET_MASK: u32 = (1 << 28) - 1;

/// The type of an object whose capabilities software has sealed: 4 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType(u8);

impl ObjectType {
    /// The lowest type.
    pub const FIRST: ObjectType = ObjectType(4);
    /// The highest type.
    pub const LAST: ObjectType = ObjectType(31);

    /// The type of this number, if it is one.
    pub const fn new(number: u32) -> Option<ObjectType> {
        if number >= 4 && number <= 31 {
            Some(ObjectType(number as u8))
        } else {
            None
        }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// What a capability is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 0: access to memory or a device, or a sealing authority.
    #[default]
    Data,
    /// 1: can only be called.
    Entry,
    /// 2: can only be returned through.
    Return,
    /// 3: good for nothing.
    Reserved,
    /// 4 to 31: sealed by software; good for nothing until it is unsealed.
    Software(ObjectType),
}

/// The kinds for the manual: numbers, name, meaning.
pub const KINDS: &[(&str, &str, &str)] = &[
    (
        "0",
        "data",
        "Access to memory or a device, or a sealing authority.",
    ),
    ("1", "entry", "Can only be called."),
    ("2", "return", "Can only be returned through."),
    ("3", "reserved", "Good for nothing."),
    (
        "4 to 31",
        "software",
        "Sealed by software; good for nothing until it is unsealed.",
    ),
];

impl Kind {
    /// The kind in the lowest five bits of a word; higher bits are ignored.
    pub const fn from_bits(bits: u64) -> Kind {
        match bits & 0x1f {
            0 => Kind::Data,
            1 => Kind::Entry,
            2 => Kind::Return,
            3 => Kind::Reserved,
            number => Kind::Software(ObjectType(number as u8)),
        }
    }

    /// Its number, 0 to 31.
    pub const fn number(self) -> u8 {
        match self {
            Kind::Data => 0,
            Kind::Entry => 1,
            Kind::Return => 2,
            Kind::Reserved => 3,
            Kind::Software(object_type) => object_type.number(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Data => f.write_str("data"),
            Kind::Entry => f.write_str("entry"),
            Kind::Return => f.write_str("return"),
            Kind::Reserved => f.write_str("reserved"),
            Kind::Software(object_type) => write!(f, "sealed {}", object_type.number()),
        }
    }
}

/// The fields of a capability, apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fields {
    /// The offset in the segment that it points to; anywhere in 32 bits, checked when used.
    pub cursor: u32,
    /// The segment.
    pub segment: SegmentNumber,
    /// The weakest ring that had a hand in it.
    pub ring: Ring,
    /// The descriptor's generation when it was made. 6 bits.
    pub generation: u8,
    /// What it is for.
    pub kind: Kind,
    /// The two spare bits; zero in every tagged value.
    pub spare: u8,
    /// The first offset that it covers. 28 bits.
    pub base: u32,
    /// The first offset behind what it covers. 28 bits.
    pub limit: u32,
    /// What may be done.
    pub permissions: Permissions,
}

/// What a capability register holds: 128 bits and a tag. Without the tag the bits are data.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Capability {
    bits: u128,
    tag: bool,
}

impl Capability {
    /// The untagged zero: what `c0` holds, and the null pointer.
    pub const NULL: Capability = Capability {
        bits: 0,
        tag: false,
    };

    /// A tagged capability of these fields, each cut to its width. Authority out of nothing: a machine may do this
    /// only where its rules make a capability, as for a program counter.
    pub const fn new(fields: Fields) -> Capability {
        Capability {
            bits: Capability::pack(fields),
            tag: true,
        }
    }

    /// These bits, as data.
    pub const fn untagged(bits: u128) -> Capability {
        Capability { bits, tag: false }
    }

    /// The two words and the tag, as memory with tags has them.
    pub const fn from_words(low: u64, high: u64, tag: bool) -> Capability {
        Capability {
            bits: low as u128 | (high as u128) << 64,
            tag,
        }
    }

    /// The value of a register that a context in memory holds as data: tagged only if its bit of the tag mask says so
    /// and the bits are well formed, so that no edited context brings forth what no derivation could.
    pub fn restored(bits: u128, tag: bool) -> Capability {
        let value = Capability { bits, tag };
        Capability {
            bits,
            tag: tag && value.is_well_formed(),
        }
    }

    const fn pack(fields: Fields) -> u128 {
        let low = fields.cursor as u64
            | (fields.segment.0 as u64) << 32
            | (fields.ring.number() as u64) << 48
            | (fields.generation as u64 & 0x3f) << 51
            | (fields.kind.number() as u64) << 57
            | (fields.spare as u64 & 3) << 62;
        let high = (fields.base & OFFSET_MASK) as u64
            | ((fields.limit & OFFSET_MASK) as u64) << 28
            | (fields.permissions.bits() as u64) << 56;
        low as u128 | (high as u128) << 64
    }

    /// The fields, apart.
    pub const fn fields(&self) -> Fields {
        Fields {
            cursor: self.cursor(),
            segment: self.segment(),
            ring: self.ring(),
            generation: self.generation(),
            kind: self.kind(),
            spare: (self.bits >> 62) as u8 & 3,
            base: self.base(),
            limit: self.limit(),
            permissions: self.permissions(),
        }
    }

    /// All 128 bits.
    pub const fn bits(&self) -> u128 {
        self.bits
    }

    /// The low word: cursor, segment, ring, generation, kind.
    pub const fn low(&self) -> u64 {
        self.bits as u64
    }

    /// The high word: base, limit, permissions.
    pub const fn high(&self) -> u64 {
        (self.bits >> 64) as u64
    }

    /// Is it a capability, and not only data?
    pub const fn is_tagged(&self) -> bool {
        self.tag
    }

    /// The same bits, as data.
    pub const fn untag(self) -> Capability {
        Capability {
            bits: self.bits,
            tag: false,
        }
    }

    /// The offset in the segment that it points to.
    pub const fn cursor(&self) -> u32 {
        self.bits as u32
    }

    /// The segment.
    pub const fn segment(&self) -> SegmentNumber {
        SegmentNumber((self.bits >> 32) as u16)
    }

    /// The weakest ring that had a hand in it; in a program counter, the current ring.
    pub const fn ring(&self) -> Ring {
        Ring::from_bits((self.bits >> 48) as u64)
    }

    /// The generation, 0 to 63.
    pub const fn generation(&self) -> u8 {
        (self.bits >> 51) as u8 & 0x3f
    }

    /// What it is for.
    pub const fn kind(&self) -> Kind {
        Kind::from_bits((self.bits >> 57) as u64)
    }

    /// The first offset that it covers.
    pub const fn base(&self) -> u32 {
        (self.bits >> BASE) as u32 & OFFSET_MASK
    }

    /// The first offset behind what it covers.
    pub const fn limit(&self) -> u32 {
        (self.bits >> LIMIT) as u32 & OFFSET_MASK
    }

    /// What may be done.
    pub const fn permissions(&self) -> Permissions {
        Permissions::from_bits_retain((self.bits >> 120) as u8)
    }

    /// The number that comparing, subtracting and casting use: `segment << 32 | cursor` of a tagged value, the low
    /// word of an untagged one.
    pub const fn address(&self) -> u64 {
        if self.tag {
            self.low() & ((1 << 48) - 1)
        } else {
            self.low()
        }
    }

    /// Is it tagged and sealed by software?
    pub const fn is_software_sealed(&self) -> bool {
        self.tag && matches!(self.kind(), Kind::Software(_))
    }

    /// Is it tagged and of a private segment, so that no system segment may hold it?
    pub const fn is_private(&self) -> bool {
        self.tag && !self.segment().is_system()
    }

    /// Could the bits be those of a tagged value: spare bits zero, kind not reserved, base not above limit, a legal
    /// set of permissions, and an authority only in segment 0?
    pub const fn is_well_formed(&self) -> bool {
        self.has_plain_spare()
            && !matches!(self.kind(), Kind::Reserved)
            && self.base() <= self.limit()
            && self.permissions().is_legal()
            && self.authority_in_place()
    }

    pub(crate) const fn has_plain_spare(&self) -> bool {
        self.bits >> 62 & 3 == 0
    }

    pub(crate) const fn authority_in_place(&self) -> bool {
        self.segment().0 == 0 || !self.permissions().intersects(Permissions::AUTHORITY)
    }

    pub(crate) const fn with_tag(self) -> Capability {
        Capability {
            bits: self.bits,
            tag: true,
        }
    }

    /// The same value with another low word; what the word says beyond the cursor is the caller's care.
    pub(crate) const fn with_low(self, low: u64) -> Capability {
        Capability {
            bits: self.bits >> 64 << 64 | low as u128,
            tag: self.tag,
        }
    }

    pub(crate) const fn with_cursor(self, cursor: u32) -> Capability {
        Capability {
            bits: self.bits >> 32 << 32 | cursor as u128,
            tag: self.tag,
        }
    }

    pub(crate) const fn with_ring(self, ring: Ring) -> Capability {
        Capability {
            bits: self.bits & !(7 << 48) | (ring.number() as u128) << 48,
            tag: self.tag,
        }
    }

    pub(crate) const fn with_kind(self, kind: Kind) -> Capability {
        Capability {
            bits: self.bits & !(0x1f << 57) | (kind.number() as u128) << 57,
            tag: self.tag,
        }
    }

    pub(crate) const fn with_bounds(self, base: u32, limit: u32) -> Capability {
        let bounds =
            ((base & OFFSET_MASK) as u128) << BASE | ((limit & OFFSET_MASK) as u128) << LIMIT;
        let cleared = self.bits & !((OFFSET_MASK as u128) << BASE | (OFFSET_MASK as u128) << LIMIT);
        Capability {
            bits: cleared | bounds,
            tag: self.tag,
        }
    }

    pub(crate) const fn with_permissions(self, permissions: Permissions) -> Capability {
        let cleared = self.bits & !(0xff << 120);
        Capability {
            bits: cleared | (permissions.bits() as u128) << 120,
            tag: self.tag,
        }
    }
}

/// A tagged value by its fields, an untagged one by its bits:
/// `seg 0x110[0x0..0x40] rw---- ring 4 gen 0 cursor 0x0`, `untagged 0x2a`. A sealed one names its kind at the end.
impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tag {
            return write!(f, "untagged {:#x}", self.bits);
        }
        write!(
            f,
            "seg {}[{:#x}..{:#x}] {} ring {} gen {} cursor {:#x}",
            self.segment(),
            self.base(),
            self.limit(),
            self.permissions(),
            self.ring(),
            self.generation(),
            self.cursor(),
        )?;
        match self.kind() {
            Kind::Data => Ok(()),
            kind => write!(f, " {kind}"),
        }
    }
}

impl fmt::Debug for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
