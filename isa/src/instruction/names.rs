//! Immediates that are names: which field `cget` reads, which control field
//! `getctl` and `setctl` mean, what `io` asks of a device.
//!
//! Invariant: each list is stated once, with explicit numbers; the assembler,
//! the disassembler and the manual read it through [`Named`].

use crate::capability::Capability;

/// An immediate operand that is one of a short list of names.
pub trait Named: Copy + Sized + 'static {
    /// What the list is called in the manual and in messages.
    const LIST: &'static str;

    /// The rows of the list, by rising number.
    const ROWS: &'static [NamedRow];

    /// The member with this number, or `None`.
    fn from_number(number: u32) -> Option<Self>;

    /// Its number in the instruction's immediate.
    fn number(self) -> u32;

    /// Its name in assembly.
    fn name(self) -> &'static str {
        let number = self.number();
        Self::ROWS
            .iter()
            .find(|row| row.number == number)
            .map_or("?", |row| row.name)
    }
}

/// One row of such a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedRow {
    /// The number in the immediate.
    pub number: u32,
    /// The name in assembly.
    pub name: &'static str,
    /// What it means, one sentence for the manual.
    pub meaning: &'static str,
}

/// A list of numbered names, with the enumeration of its members.
macro_rules! names {
    ($(#[$attribute:meta])* $type:ident $list:literal {
        $($(#[doc = $doc:literal])+ $number:literal $variant:ident $name:literal;)+
    }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum $type {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        impl Named for $type {
            const LIST: &'static str = $list;
            const ROWS: &'static [NamedRow] = &[
                $(NamedRow { number: $number, name: $name, meaning: concat!($($doc, "\n"),+) },)+
            ];

            fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn number(self) -> u32 {
                self as u32
            }
        }
    };
}

pub(crate) use names;

names! {
    /// A field of a capability that `cget` reads.
    CapabilityField "capability field" {
        /// Segment and cursor as one address, `segment << 32 | cursor`; of an untagged value its low word.
        0 Address "address";
        /// The cursor, a byte offset in the segment.
        1 Cursor "cursor";
        /// The segment number.
        2 Segment "segment";
        /// The ring.
        3 Ring "ring";
        /// The generation.
        4 Generation "generation";
        /// The kind: 0 data, 1 entry, 2 return, 4 to 31 sealed by software.
        5 Kind "kind";
        /// The first byte offset that it reaches.
        6 Base "base";
        /// One past the last byte offset that it reaches.
        7 Limit "limit";
        /// Bytes from base to limit; zero where the limit is below the base.
        8 Length "length";
        /// The permissions, one bit each.
        9 Permissions "permissions";
        /// 1 if it is tagged, else 0.
        10 Tag "tag";
        /// The low word of its bits.
        11 Low "low";
        /// The high word of its bits.
        12 High "high";
    }
}

impl CapabilityField {
    /// What it is of this value.
    #[inline]
    pub fn of(self, value: &Capability) -> u64 {
        match self {
            CapabilityField::Address => value.address(),
            CapabilityField::Cursor => value.cursor().into(),
            CapabilityField::Segment => value.segment().0.into(),
            CapabilityField::Ring => value.ring().number().into(),
            CapabilityField::Generation => value.generation().into(),
            CapabilityField::Kind => value.kind().number().into(),
            CapabilityField::Base => value.base().into(),
            CapabilityField::Limit => value.limit().into(),
            CapabilityField::Length => value.limit().saturating_sub(value.base()).into(),
            CapabilityField::Permissions => value.permissions().bits().into(),
            CapabilityField::Tag => value.is_tagged().into(),
            CapabilityField::Low => value.low(),
            CapabilityField::High => value.high(),
        }
    }
}

names! {
    /// A control field of the machine, read by `getctl` and written by `setctl`.
    ControlField "control field" {
        /// Steps that this machine and its guests have done. Cannot be written.
        0 Clock "clock";
        /// The clock value at which the timer's line goes up; 0 is not armed.
        1 Timer "timer";
        /// Lines that software has raised, a bit each.
        2 Pending "pending";
        /// Lines that may interrupt, a bit each.
        3 Lines "lines";
        /// 1 while interrupts are masked, else 0.
        4 Masked "masked";
        /// The address, `segment << 32 | offset`, at which traps and interrupts enter; 0 is none.
        5 Entry "entry";
        /// All lines that are up now: devices that are ready, the timer, and what is pending. Cannot be written.
        6 Up "up";
        /// The real address of the descriptor segment. Cannot be written; `setprocess` changes it.
        7 DescriptorBase "descriptor_base";
        /// How many descriptors there are. Cannot be written; `setprocess` changes it.
        8 DescriptorCount "descriptor_count";
        /// Labels 0 to 63 that the process may read, a bit each.
        16 Read0 "read0";
        /// Labels 64 to 127 that the process may read.
        17 Read1 "read1";
        /// Labels 128 to 191 that the process may read.
        18 Read2 "read2";
        /// Labels 192 to 255 that the process may read.
        19 Read3 "read3";
        /// Labels 0 to 63 that the process may write, a bit each.
        20 Write0 "write0";
        /// Labels 64 to 127 that the process may write.
        21 Write1 "write1";
        /// Labels 128 to 191 that the process may write.
        22 Write2 "write2";
        /// Labels 192 to 255 that the process may write.
        23 Write3 "write3";
    }
}

impl ControlField {
    /// Whether `setctl` may name it.
    pub const fn is_writable(self) -> bool {
        !matches!(
            self,
            Self::Clock | Self::Up | Self::DescriptorBase | Self::DescriptorCount
        )
    }
}

names! {
    /// What `io` asks of a device.
    IoOperation "device operation" {
        /// Result: the kind of the device in the low byte, and its size above it (blocks, for a block device).
        0 Identify "identify";
        /// Moves bytes from the device into the buffer; waits where nothing is there yet.
        1 Read "read";
        /// Moves bytes from the buffer to the device.
        2 Write "write";
        /// As read, but gives 0 at once where nothing is there yet.
        3 Poll "poll";
        /// Gives the device a command number: for power, the exit status, which ends the machine; for a console, 1 for raw and 0 for line input.
        4 Control "control";
    }
}
