//! Devices: what a segment with the device bit leads to, and the one door through which anything not reproducible
//! comes.
//!
//! Invariant: a device is used in two steps. [`Device::plan`] says, from the operation and its argument alone, what
//! the operation will do to the device and to the buffer; the machine checks all of that; only then
//! [`Device::perform`] acts. So an `io` that traps has had no effect on the device.

pub mod block;
pub mod console;

use std::fmt;

use self::block::{Block, BlockStore};
use self::console::Console;
use crate::instruction::names::IoOperation;

/// The largest transfer of one `io` in bytes; longer counts are cut to it.
pub const MAX_TRANSFER: u64 = 4096;

/// What a device is; the number is what `identify` and the reset record say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum DeviceKind {
    /// Bytes in and out.
    Console = 1,
    /// The switch.
    Power = 2,
    /// The date.
    Date = 3,
    /// Random bytes.
    Entropy = 4,
    /// Blocks of 4 KiB.
    Block = 5,
}

/// Why a device operation gave no result; its value is what the data register of `io` gets, as a negative number.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Failure {
    /// The input has ended.
    End = -1,
    /// The device has no such operation.
    Unsupported = -2,
    /// The argument names something that the device does not have.
    Range = -3,
    /// The host could not do it.
    Host = -4,
}

impl Failure {
    /// The word that a data register gets.
    pub fn word(self) -> u64 {
        self as i64 as u64
    }
}

/// What an operation is going to do with the buffer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    NoBuffer,
    /// Write up to this many bytes, at least 1, into it.
    Fill(u64),
    /// Read this many bytes, at least 1, from it.
    Drain(u64),
}

/// What an operation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is complete; the word is the result.
    Done(u64),
    /// It cannot complete before the host supplies input.
    NeedsInput,
    /// It is complete and switches the machine off with this status.
    PowerOff(u64),
}

/// Where the date comes from: each call gives the nanoseconds since 1970.
pub type DateSource = Box<dyn FnMut() -> u64 + Send>;
/// Where entropy comes from: each call fills the buffer.
pub type EntropySource = Box<dyn FnMut(&mut [u8]) + Send>;

/// What stands in a device slot.
pub enum Device {
    /// Bytes in and out.
    Console(Console),
    /// The switch.
    Power,
    /// The date, and how many times it was read.
    Date {
        /// What the host supplies.
        source: DateSource,
        /// Completed reads.
        reads: u64,
    },
    /// Random bytes, and how many were given out.
    Entropy {
        /// What the host supplies.
        source: EntropySource,
        /// Bytes given out.
        position: u64,
    },
    /// Blocks of 4 KiB that stay.
    Block(Block),
}

impl Device {
    /// A date device.
    pub fn date(source: DateSource) -> Device {
        Device::Date { source, reads: 0 }
    }

    /// An entropy device.
    pub fn entropy(source: EntropySource) -> Device {
        Device::Entropy {
            source,
            position: 0,
        }
    }

    /// A block device.
    pub fn block(store: Box<dyn BlockStore>) -> Device {
        Device::Block(Block::new(store))
    }

    /// Its kind.
    pub fn kind(&self) -> DeviceKind {
        match self {
            Device::Console(_) => DeviceKind::Console,
            Device::Power => DeviceKind::Power,
            Device::Date { .. } => DeviceKind::Date,
            Device::Entropy { .. } => DeviceKind::Entropy,
            Device::Block(_) => DeviceKind::Block,
        }
    }

    /// Whether the device has something for a program that waits. Only a console ever has: all else answers at
    /// once.
    pub fn is_ready(&self) -> bool {
        matches!(self, Device::Console(console) if console.is_ready())
    }

    /// Whether input that the host has not supplied yet can still make the device ready.
    pub fn awaits_input(&self) -> bool {
        matches!(self, Device::Console(console) if console.awaits_input())
    }

    /// What `operation` with `argument` will do with the buffer.
    ///
    /// # Errors
    /// When it is certain to fail; then no buffer is looked at.
    pub fn plan(&self, operation: IoOperation, argument: u64) -> Result<Plan, Failure> {
        let count = argument.min(MAX_TRANSFER);
        match (self, operation) {
            (_, IoOperation::Identify) => Ok(Plan::NoBuffer),
            (
                Device::Console(_) | Device::Entropy { .. },
                IoOperation::Read | IoOperation::Poll,
            ) => Ok(fill(count)),
            (Device::Console(_), IoOperation::Write) if count == 0 => Ok(Plan::NoBuffer),
            (Device::Console(_), IoOperation::Write) => Ok(Plan::Drain(count)),
            (Device::Console(_), IoOperation::Control) if argument > 1 => Err(Failure::Range),
            (Device::Console(_) | Device::Power, IoOperation::Control) => Ok(Plan::NoBuffer),
            (Device::Date { .. }, IoOperation::Read | IoOperation::Poll) => Ok(Plan::Fill(8)),
            (Device::Block(block), IoOperation::Read | IoOperation::Poll | IoOperation::Write)
                if !block.holds(argument) =>
            {
                Err(Failure::Range)
            }
            (Device::Block(_), IoOperation::Read | IoOperation::Poll) => {
                Ok(Plan::Fill(MAX_TRANSFER))
            }
            (Device::Block(_), IoOperation::Write) => Ok(Plan::Drain(MAX_TRANSFER)),
            _ => Err(Failure::Unsupported),
        }
    }

    /// Do what was planned. `drained` holds the bytes of a [`Plan::Drain`], and is empty otherwise; the bytes that
    /// come out go to the start of the buffer of a [`Plan::Fill`].
    pub fn perform(
        &mut self,
        operation: IoOperation,
        argument: u64,
        drained: &[u8],
    ) -> (Outcome, Vec<u8>) {
        let count = argument.min(MAX_TRANSFER);
        let outcome = match (self, operation) {
            (Device::Console(console), IoOperation::Read) => return console.read(count, true),
            (Device::Console(console), IoOperation::Poll) => return console.read(count, false),
            (Device::Date { source, reads }, IoOperation::Read | IoOperation::Poll) => {
                *reads += 1;
                return filled(source().to_le_bytes().to_vec());
            }
            (Device::Entropy { source, position }, IoOperation::Read | IoOperation::Poll) => {
                let mut bytes = vec![0; count as usize];
                source(&mut bytes);
                *position += count;
                return filled(bytes);
            }
            (Device::Block(block), IoOperation::Read | IoOperation::Poll) => {
                match block.read(argument) {
                    Ok(bytes) => return filled(bytes),
                    Err(failure) => Outcome::Done(failure.word()),
                }
            }
            (device, IoOperation::Identify) => Outcome::Done(device.identity()),
            (Device::Console(console), IoOperation::Write) => Outcome::Done(console.write(drained)),
            (Device::Console(console), IoOperation::Control) => {
                Outcome::Done(console.set_raw(argument != 0))
            }
            (Device::Power, IoOperation::Control) => Outcome::PowerOff(argument),
            (Device::Block(block), IoOperation::Write) => {
                Outcome::Done(block.write(argument, drained).unwrap_or_else(Failure::word))
            }
            _ => Outcome::Done(Failure::Unsupported.word()),
        };
        (outcome, Vec::new())
    }

    /// The result of `identify`: the kind in the low byte, above it the number of blocks of a block device.
    fn identity(&self) -> u64 {
        let size = match self {
            Device::Block(block) => block.count(),
            _ => 0,
        };
        self.kind() as u64 | size << 8
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind())
    }
}

/// A transfer into the buffer; one of no bytes leaves the buffer alone.
fn fill(count: u64) -> Plan {
    if count == 0 {
        Plan::NoBuffer
    } else {
        Plan::Fill(count)
    }
}

/// Bytes for the buffer, whose number is the result.
fn filled(bytes: Vec<u8>) -> (Outcome, Vec<u8>) {
    (Outcome::Done(bytes.len() as u64), bytes)
}
