//! Formats: which operands an instruction has, and where they stand.
//!
//! Each format is a plain struct of decoded operands. Invariant: the places
//! of a format do not overlap, and every bit that belongs to none of them is
//! zero in a valid word; a test checks both for each format.

use super::names::{CapabilityField, ControlField, IoOperation};
use super::operand::{
    Compare, InAccess, InC, InCompare, InImmediate, InIndex, InMemory, InName, InOffset, InR,
    InTarget, Index, Memory, Offset, OperandKind, Place, READ, UPDATE, WRITE,
};
use super::register::{C, R};
use crate::access::AccessKind;

/// One operand of a format, as the assembler and the manual see it.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// Its name in the description of the operation, for example `rd`.
    pub name: &'static str,
    /// What may stand there.
    pub kind: OperandKind,
    /// The bits of the instruction word that hold it.
    pub mask: u64,
}

/// The bits of the word that hold the opcode.
pub const OPCODE_MASK: u64 = 0xff;

macro_rules! formats {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $type:ty = $place:ty),* };)+) => {
        /// The formats by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format { $($(#[doc = $doc])+ $name,)+ }

        impl Format {
            /// Every format.
            pub const ALL: &'static [Format] = &[$(Format::$name,)+];

            /// The operands in the order in which assembly writes them.
            pub const fn operands(self) -> &'static [Operand] {
                match self {
                    $(Format::$name => &[$(Operand {
                        name: stringify!($field),
                        kind: <$place as Place>::KIND,
                        mask: <$place as Place>::MASK,
                    },)*],)+
                }
            }

            /// Whether the operand bits of this word are valid: every register
            /// and name exists, and unused bits are zero.
            pub fn accepts(self, word: u64) -> bool {
                match self {
                    $(Format::$name => $name::unpack(word).is_some(),)+
                }
            }
        }

        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub struct $name {
                $(#[doc = concat!("Operand `", stringify!($field), "`.")] pub $field: $type,)*
            }

            impl $name {
                const USED: u64 = OPCODE_MASK $(| <$place as Place>::MASK)*;

                /// The operands of this word, or `None` if it is no valid
                /// encoding of this format. The opcode is not looked at.
                pub fn unpack(word: u64) -> Option<Self> {
                    if word | Self::USED != Self::USED {
                        return None;
                    }
                    Some(Self { $($field: <$place as Place>::read(word)?,)* })
                }

                /// The operand bits of the word, with the opcode byte zero.
                pub fn pack(self) -> u64 {
                    0 $(| <$place as Place>::write(self.$field))*
                }
            }
        )+
    };
}

formats! {
    /// No operands.
    Plain {};
    /// A result, a register, and a scaled register plus immediate.
    Alu { rd: R = InR<0, WRITE>, ra: R = InR<1, READ>, x: Index = InIndex };
    /// A result, a register and an immediate.
    AluImmediate { rd: R = InR<0, WRITE>, ra: R = InR<1, READ>, imm: i32 = InImmediate };
    /// A result alone.
    Result { rd: R = InR<0, WRITE> };
    /// A result and a register.
    Unary { rd: R = InR<0, WRITE>, ra: R = InR<1, READ> };
    /// A result and two registers.
    Binary { rd: R = InR<0, WRITE>, ra: R = InR<1, READ>, rb: R = InR<2, READ> };
    /// A result and three registers.
    Ternary { rd: R = InR<0, WRITE>, ra: R = InR<1, READ>, rb: R = InR<2, READ>, rc: R = InR<3, READ> };
    /// A capability chosen by a register from two.
    CapabilitySelect { cd: C = InC<0, WRITE>, ra: R = InR<1, READ>, cb: C = InC<2, READ>, cc: C = InC<3, READ> };
    /// A comparison and a place to go to.
    Branch { ra: R = InR<0, READ>, x: Compare = InCompare, target: i32 = InTarget };
    /// A place to go to.
    Jump { target: i32 = InTarget };
    /// A capability register that is written, and a place in the text.
    Call { cd: C = InC<0, WRITE>, target: i32 = InTarget };
    /// Memory into a data register.
    Load { rd: R = InR<0, WRITE>, m: Memory = InMemory };
    /// A data register into memory.
    Store { ra: R = InR<0, READ>, m: Memory = InMemory };
    /// Memory into a capability register.
    LoadCapability { cd: C = InC<0, WRITE>, m: Memory = InMemory };
    /// A capability register into memory.
    StoreCapability { ca: C = InC<0, READ>, m: Memory = InMemory };
    /// The old value of memory, a new one, and the place.
    Atomic { rd: R = InR<0, UPDATE>, rb: R = InR<2, READ>, m: Offset = InOffset };
    /// The old value of memory, a new one, and the place, for capabilities.
    AtomicCapability { cd: C = InC<0, UPDATE>, cb: C = InC<2, READ>, m: Offset = InOffset };
    /// A granule of memory and a data register that is written.
    LoadTag { rd: R = InR<0, WRITE>, m: Offset = InOffset };
    /// A granule of memory and a data register that is read.
    StoreTag { ra: R = InR<0, READ>, m: Offset = InOffset };
    /// A capability derived from one by a number.
    Derive { cd: C = InC<0, WRITE>, ca: C = InC<1, READ>, x: Index = InIndex };
    /// A capability derived from one.
    CapabilityUnary { cd: C = InC<0, WRITE>, ca: C = InC<1, READ> };
    /// A capability derived from two.
    CapabilityBinary { cd: C = InC<0, WRITE>, ca: C = InC<1, READ>, cb: C = InC<2, READ> };
    /// A capability made from two words.
    CapabilityWords { cd: C = InC<0, WRITE>, ra: R = InR<1, READ>, rb: R = InR<2, READ> };
    /// A number from two capabilities.
    CapabilityCompare { rd: R = InR<0, WRITE>, ca: C = InC<1, READ>, cb: C = InC<2, READ> };
    /// A field of a capability.
    CapabilityGet { rd: R = InR<0, WRITE>, ca: C = InC<1, READ>, field: CapabilityField = InName<CapabilityField> };
    /// A question about an access.
    Probe { rd: R = InR<0, WRITE>, ca: C = InC<1, READ>, rb: R = InR<2, READ>, kind: AccessKind = InAccess };
    /// A capability register that is written, and a number.
    CapabilityImmediate { cd: C = InC<0, WRITE>, imm: i32 = InImmediate };
    /// A capability register that is read, and a number.
    ImmediateCapability { ca: C = InC<0, READ>, imm: i32 = InImmediate };
    /// One capability.
    Capability { ca: C = InC<0, READ> };
    /// Two capabilities.
    Capabilities { ca: C = InC<0, READ>, cb: C = InC<1, READ> };
    /// Three capabilities.
    ThreeCapabilities { ca: C = InC<0, READ>, cb: C = InC<1, READ>, cc: C = InC<2, READ> };
    /// Two places in memory and a length, all of which make progress.
    BlockPair { ca: C = InC<0, UPDATE>, cb: C = InC<1, UPDATE>, rc: R = InR<2, UPDATE> };
    /// A place in memory, a value and a length.
    BlockValue { ca: C = InC<0, UPDATE>, rb: R = InR<1, READ>, rc: R = InR<2, UPDATE> };
    /// A place in memory and a length.
    Block { ca: C = InC<0, UPDATE>, rc: R = InR<1, UPDATE> };
    /// A number.
    Number { imm: i32 = InImmediate };
    /// A device, a buffer, an operation, and a register for count and result.
    Io { rd: R = InR<0, UPDATE>, cb: C = InC<1, READ>, cc: C = InC<2, READ>, operation: IoOperation = InName<IoOperation> };
    /// A control field that is read.
    ControlRead { rd: R = InR<0, WRITE>, field: ControlField = InName<ControlField> };
    /// A control field that is written.
    ControlWrite { field: ControlField = InName<ControlField>, ra: R = InR<0, READ> };
}
