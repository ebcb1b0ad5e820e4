//! Relocations: the closed set of what an object can leave to the linker.
//!
//! Each says where a value goes, its *site*, and which value that is, its
//! *form*, of a symbol, shifted left, plus a number, shifted right. Invariant:
//! the number of a type in a file is `right << 24 | left << 16 | site << 8 |
//! form`, and none of them ever changes its meaning.

use super::Place;

macro_rules! numbered {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $row:literal])+ $number:literal $variant:ident;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum $name { $($(#[doc = $row])+ $variant = $number,)+ }

        impl $name {
            /// Every one, by its number.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }
    };
}

numbered! {
    /// Where a value goes.
    Site {
        /// One byte of data, a number with or without a sign.
        1 Byte;
        /// Two bytes of data.
        2 Half;
        /// Four bytes of data.
        3 Word;
        /// Eight bytes of data.
        4 Dword;
        /// The immediate of an instruction, a signed number of 32 bits.
        5 Immediate;
        /// The number that a branch compares with, of 8 bits with a sign.
        6 Compare;
        /// The displacement of a branch to a place in its own segment.
        7 Branch;
        /// The immediate of an instruction: the lower half of a number, of which `High` has the rest.
        8 Low;
        /// The immediate of an instruction: the upper half of a number.
        9 High;
        /// The immediate of `ldk`: the linkage slot with a capability to the symbol.
        10 Link;
        /// A capability to the symbol, in a granule.
        11 Capability;
        /// The length of the capability in the same granule.
        12 CapabilityLength;
        /// The permissions of the capability in the same granule, as `isa` numbers them.
        13 CapabilityPermissions;
        /// An authority over so many object types, in a granule.
        14 Authority;
    }
}

numbered! {
    /// Which value of a symbol is meant.
    Form {
        /// The symbol itself: a number, or an address, `segment << 32 | offset`.
        0 Value;
        /// The offset in its segment.
        1 Offset;
        /// The number of its segment.
        2 Segment;
        /// The bytes of its extent.
        3 Length;
    }
}

impl Site {
    /// How many bytes it takes from its offset on.
    pub(crate) fn size(self) -> u64 {
        match self {
            Self::Byte => 1,
            Self::Half => 2,
            Self::Word => 4,
            Self::Dword => 8,
            Self::Immediate
            | Self::Compare
            | Self::Branch
            | Self::Low
            | Self::High
            | Self::Link => isa::instruction::INSTRUCTION_SIZE,
            Self::Capability
            | Self::CapabilityLength
            | Self::CapabilityPermissions
            | Self::Authority => isa::address::GRANULE_SIZE,
        }
    }

    /// What its offset is a multiple of.
    pub(crate) fn align(self) -> u64 {
        match self.size() {
            size @ isa::address::GRANULE_SIZE => size,
            _ if matches!(self, Self::Byte | Self::Half | Self::Word | Self::Dword) => 1,
            size => size,
        }
    }

    /// The data of so many bytes.
    pub(crate) fn of_width(width: u64) -> Self {
        match width {
            1 => Self::Byte,
            2 => Self::Half,
            4 => Self::Word,
            _ => Self::Dword,
        }
    }
}

/// A place in a section whose value the linker finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Relocation {
    pub(crate) section: usize,
    pub(crate) offset: u64,
    pub(crate) site: Site,
    pub(crate) form: Form,
    /// How many bits the value of the symbol is shifted left, below 64.
    pub(crate) shift: u8,
    /// The symbol, by its position in the object; none for a plain number.
    pub(crate) symbol: Option<usize>,
    pub(crate) addend: i64,
    /// How many bits the sum is shifted right, below 64.
    pub(crate) right: u8,
    pub(crate) place: Place,
}

/// The type of a relocation, which is all of it but place, symbol and addend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Type {
    pub(crate) site: Site,
    pub(crate) form: Form,
    pub(crate) shift: u8,
    pub(crate) right: u8,
}

impl Type {
    /// Its number in a file.
    pub(crate) fn number(self) -> u32 {
        let (right, shift) = (u32::from(self.right), u32::from(self.shift));
        right << 24 | shift << 16 | (self.site as u32) << 8 | self.form as u32
    }

    /// The type with this number.
    pub(crate) fn of_number(number: u32) -> Option<Self> {
        let [form, site, shift, right] = number.to_le_bytes();
        let form = Form::ALL.iter().find(|row| **row as u8 == form)?;
        let site = Site::ALL.iter().find(|row| **row as u8 == site)?;
        (shift < 64 && right < 64).then_some(Self {
            site: *site,
            form: *form,
            shift,
            right,
        })
    }
}

impl Relocation {
    /// Its type.
    pub(crate) fn kind(&self) -> Type {
        Type {
            site: self.site,
            form: self.form,
            shift: self.shift,
            right: self.right,
        }
    }

    /// Whether it shifts neither left nor right.
    pub(crate) fn is_plain(&self) -> bool {
        self.shift == 0 && self.right == 0
    }

    /// What it makes of the value of its symbol.
    pub(crate) fn of(&self, value: i64) -> i64 {
        let shifted = value.checked_shl(self.shift.into()).unwrap_or(0);
        let sum = shifted.wrapping_add(self.addend);
        sum.checked_shr(self.right.into()).unwrap_or(0)
    }
}
