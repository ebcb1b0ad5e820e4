//! What a machine finds in its memory when it begins: the reset record, and the image's relocations.
//!
//! The reset record fits a page; a record that would not is refused when it is made, never cut.

use crate::address::{Address, PAGE_SIZE};
use crate::layout::{bytes_at, layout, put, put_word, word_at};

/// The kind of the device in each slot, 0 for none.
pub type DeviceKinds = [u8; 16];

/// What a machine is told at reset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResetRecord {
    /// The bytes of real memory.
    pub memory_size: u64,
    /// How deep the machine may nest guests.
    pub depth_left: u64,
    /// The bytes that it may give to guests.
    pub memory_left: u64,
    /// The filled device slots: bit `n` is slot `n`.
    pub slots: u64,
    /// What is in them.
    pub device_kinds: DeviceKinds,
    /// The real address of the first byte behind the image.
    pub free: u64,
    /// The argument strings.
    pub arguments: Vec<Vec<u8>>,
}

layout! {
    /// The reset record: what a machine is told when it begins. It is a page, in a system segment of fixed number.
    ResetRecord "reset" {
        /// The bytes of real memory.
        MEMORY_SIZE_OFFSET "memory_size": 8;
        /// How deep the machine may nest guests.
        DEPTH_LEFT_OFFSET "depth_left": 8;
        /// The bytes that it may give to guests.
        MEMORY_LEFT_OFFSET "memory_left": 8;
        /// The filled device slots: bit n is slot n.
        SLOTS_OFFSET "slots": 8;
        /// The kind of the device in each slot, a byte each; 0 is none.
        DEVICE_KINDS_OFFSET "device_kinds": 16;
        /// The real address of the first byte behind the image.
        FREE_OFFSET "free": 8;
        /// How many argument strings there are.
        ARGUMENT_COUNT_OFFSET "argument_count": 8;
        /// Zero.
        RESERVED_OFFSET "reserved": 64;
        /// The table of arguments, one entry each, and behind it their bytes, each string ended by a zero byte.
        ARGUMENTS_OFFSET "arguments": PAGE_SIZE - Self::ARGUMENTS_OFFSET;
    }
}

/// An entry in the reset record's table of arguments.
pub enum Argument {}

layout! {
    /// An entry in the reset record's table of arguments.
    Argument "argument" {
        /// Where the string is, as an offset in the reset record.
        OFFSET_OFFSET "offset": 8;
        /// Its bytes, without the zero byte behind it.
        LENGTH_OFFSET "length": 8;
    }
}

/// The arguments do not fit the page of the reset record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the arguments need {needed} bytes of the reset record, which has {PAGE_SIZE}")]
pub struct ResetRecordTooLong {
    /// The bytes that the record would have.
    pub needed: u64,
}

impl ResetRecord {
    /// The page that stands for it, or an error when the arguments do not fit.
    pub fn to_bytes(&self) -> Result<[u8; Self::SIZE as usize], ResetRecordTooLong> {
        let mut bytes = [0; Self::SIZE as usize];
        put_word(&mut bytes, Self::MEMORY_SIZE_OFFSET, self.memory_size);
        put_word(&mut bytes, Self::DEPTH_LEFT_OFFSET, self.depth_left);
        put_word(&mut bytes, Self::MEMORY_LEFT_OFFSET, self.memory_left);
        put_word(&mut bytes, Self::SLOTS_OFFSET, self.slots);
        put(&mut bytes, Self::DEVICE_KINDS_OFFSET, &self.device_kinds);
        put_word(&mut bytes, Self::FREE_OFFSET, self.free);
        put_word(
            &mut bytes,
            Self::ARGUMENT_COUNT_OFFSET,
            self.arguments.len() as u64,
        );
        let mut entry = Self::ARGUMENTS_OFFSET;
        let mut place = entry + self.arguments.len() as u64 * Argument::SIZE;
        for argument in &self.arguments {
            put_word(&mut bytes, entry + Argument::OFFSET_OFFSET, place);
            put_word(
                &mut bytes,
                entry + Argument::LENGTH_OFFSET,
                argument.len() as u64,
            );
            put(&mut bytes, place, argument);
            entry += Argument::SIZE;
            place += argument.len() as u64 + 1;
        }
        if place <= Self::SIZE {
            Ok(bytes)
        } else {
            Err(ResetRecordTooLong { needed: place })
        }
    }

    /// The record that a page stands for; none if an argument is said to be outside it.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> Option<ResetRecord> {
        let count = word_at(bytes, Self::ARGUMENT_COUNT_OFFSET);
        if count > (Self::SIZE - Self::ARGUMENTS_OFFSET) / Argument::SIZE {
            return None;
        }
        let argument = |index: u64| {
            let entry = Self::ARGUMENTS_OFFSET + index * Argument::SIZE;
            let start = word_at(bytes, entry + Argument::OFFSET_OFFSET);
            let end = start.checked_add(word_at(bytes, entry + Argument::LENGTH_OFFSET))?;
            let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
            bytes.get(range).map(<[u8]>::to_vec)
        };
        Some(ResetRecord {
            memory_size: word_at(bytes, Self::MEMORY_SIZE_OFFSET),
            depth_left: word_at(bytes, Self::DEPTH_LEFT_OFFSET),
            memory_left: word_at(bytes, Self::MEMORY_LEFT_OFFSET),
            slots: word_at(bytes, Self::SLOTS_OFFSET),
            device_kinds: bytes_at(bytes, Self::DEVICE_KINDS_OFFSET),
            free: word_at(bytes, Self::FREE_OFFSET),
            arguments: (0..count).map(argument).collect::<Option<_>>()?,
        })
    }
}

/// A capability that the start-up code has to make and store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// Where the capability is to be stored.
    pub place: Address,
    /// Its bits, as the operands of `mint`.
    pub capability: u128,
}

layout! {
    /// A relocation: a capability that the start-up code mints and stores, since images hold no tags.
    Relocation "relocation" {
        /// Where it is to be stored, as segment << 32 | offset.
        PLACE_OFFSET "place": 8;
        /// Zero.
        FLAGS_OFFSET "flags": 8;
        /// Its bits, the low word first, as the operands of `mint`.
        CAPABILITY_OFFSET "capability": 16;
    }
}

impl Relocation {
    /// The bytes that stand for it.
    pub fn to_bytes(&self) -> [u8; Self::SIZE as usize] {
        let mut bytes = [0; Self::SIZE as usize];
        put_word(&mut bytes, Self::PLACE_OFFSET, self.place.word());
        put(
            &mut bytes,
            Self::CAPABILITY_OFFSET,
            &self.capability.to_le_bytes(),
        );
        bytes
    }

    /// The relocation that these bytes stand for; none if the place is no address or a flag is set.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> Option<Relocation> {
        if word_at(bytes, Self::FLAGS_OFFSET) != 0 {
            return None;
        }
        Some(Relocation {
            place: Address::from_word(word_at(bytes, Self::PLACE_OFFSET))?,
            capability: u128::from_le_bytes(bytes_at(bytes, Self::CAPABILITY_OFFSET)),
        })
    }
}
