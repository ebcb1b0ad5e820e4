//! How a machine comes to its first step: memory is filled, devices are put into slots, and reset sets the rest.
//!
//! Invariant: after reset nothing is tagged but the program counter. All authority is what boot code mints.

use thiserror::Error;

use super::device::Device;
use super::{MAX_DEPTH, Machine, SLOTS};
use crate::abi::SEGMENT_RESET;
use crate::access::text_capability;
use crate::address::{Address, Real, SegmentNumber};
use crate::capability::Capability;
use crate::context::{ProcessBlock, ResetRecord, ResetRecordTooLong};
use crate::descriptor::DescriptorFlags;
use crate::label::LabelSet;
use crate::ring::Ring;

/// Bytes of an image and where they go in real memory.
#[derive(Clone, Copy, Debug)]
pub struct LoadPiece<'a> {
    /// The real address of the first byte.
    pub real: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// What a machine begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reset {
    /// The real address of the descriptor of segment 0.
    pub descriptor_base: u64,
    /// The number of descriptors.
    pub descriptor_count: u64,
    /// Where the program begins, as `segment << 32 | offset`.
    pub entry: u64,
    /// How deep the machine may nest guests, up to [`MAX_DEPTH`].
    pub depth_left: u64,
    /// The argument strings.
    pub arguments: Vec<Vec<u8>>,
    /// The real address of the first byte behind the image.
    pub free: u64,
}

/// Why a machine could not be set up.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BootError {
    /// A piece of the image does not fit.
    #[error(
        "{size} bytes at real address {real:#x} are outside the machine's memory of {memory} bytes"
    )]
    OutsideMemory {
        /// Where it should go.
        real: u64,
        /// Its bytes.
        size: u64,
        /// The bytes of memory.
        memory: u64,
    },
    /// There is no such device slot.
    #[error("there is no device slot {0}: the last is {last}", last = SLOTS - 1)]
    NoSlot(usize),
    /// The segment that the machine begins in is not there.
    #[error("the image has no segment for its entry {0:#x}")]
    NoEntry(u64),
    /// The segment of the reset record is not there, not in memory, or too short for a page.
    #[error("the image has no segment {SEGMENT_RESET} that can hold the reset record")]
    NoResetSegment,
    /// The arguments do not fit.
    #[error(transparent)]
    TooLong(#[from] ResetRecordTooLong),
}

impl Machine {
    /// Copies the pieces of an image into memory.
    ///
    /// # Errors
    /// When one is not inside memory; those before it have been copied.
    pub fn load(&mut self, pieces: &[LoadPiece<'_>]) -> Result<(), BootError> {
        for LoadPiece { real, bytes } in pieces {
            let (size, memory) = (bytes.len() as u64, self.memory.size());
            let outside = BootError::OutsideMemory {
                real: *real,
                size,
                memory,
            };
            self.memory.write(Real(*real), bytes).map_err(|_| outside)?;
        }
        Ok(())
    }

    /// Puts a device into a slot, in place of what was there.
    ///
    /// # Errors
    /// When there is no such slot.
    pub fn attach(&mut self, slot: usize, device: Device) -> Result<(), BootError> {
        self.slots
            .get_mut(slot)
            .ok_or(BootError::NoSlot(slot))?
            .device = Some(device);
        self.latch(slot);
        Ok(())
    }

    /// Makes the machine ready for its first step: registers zero, ring 0 at the entry with the whole segment as
    /// text, interrupts masked, all labels allowed, timer, lines and trap entry none; and the reset record in its
    /// segment. Memory is otherwise left as it was loaded.
    ///
    /// # Errors
    /// When the image lacks the segment of its entry or of the reset record, or the arguments do not fit. Then
    /// nothing has changed.
    pub fn reset(&mut self, reset: &Reset) -> Result<(), BootError> {
        let process = ProcessBlock {
            descriptor_base: reset.descriptor_base,
            descriptor_count: reset.descriptor_count,
            lines: 0,
            read_labels: LabelSet::ALL,
            write_labels: LabelSet::ALL,
            banks: [Capability::NULL; 8],
        };
        let before = std::mem::replace(&mut self.process, process);
        let hosts = std::mem::take(&mut self.hosts);
        let prepared = self.prepare(reset);
        let (pc, place, record) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                self.process = before;
                self.hosts = hosts;
                return Err(error);
            }
        };
        self.memory
            .write(place, &record)
            .map_err(|_| BootError::NoResetSegment)?;
        self.r = [0; 32];
        self.c = [Capability::NULL; 16];
        self.pc = pc;
        self.masked = true;
        (self.pending, self.timer, self.clock, self.entry) = (0, 0, 0, 0);
        (self.end, self.last_trap) = (None, None);
        self.chain_changes = self.chain_changes.wrapping_add(1);
        self.depth = reset.depth_left.min(MAX_DEPTH);
        (0..SLOTS).for_each(|slot| self.latch(slot));
        Ok(())
    }

    /// The first program counter, and the reset record with its place.
    fn prepare(&self, reset: &Reset) -> Result<(Capability, Real, Vec<u8>), BootError> {
        let no_entry = BootError::NoEntry(reset.entry);
        let entry = Address::from_word(reset.entry).ok_or(no_entry.clone())?;
        let text = self.present(entry.segment()).ok_or(no_entry)?;
        let pc = text_capability(entry.segment(), &text, Ring::KERNEL, entry.offset());
        let record = self.reset_record(reset).to_bytes()?;
        let segment = self
            .present(SegmentNumber(SEGMENT_RESET))
            .ok_or(BootError::NoResetSegment)?;
        let plain = !segment.has(DescriptorFlags::PAGED) && !segment.has(DescriptorFlags::DEVICE);
        let room = u64::from(segment.length) >= ResetRecord::SIZE
            && segment.is_well_formed(self.memory.size());
        if !plain || !room {
            return Err(BootError::NoResetSegment);
        }
        Ok((pc, segment.base, record.to_vec()))
    }

    /// What the machine is told: all of its memory may go to guests.
    fn reset_record(&self, reset: &Reset) -> ResetRecord {
        let kinds =
            std::array::from_fn(|slot| self.device(slot).map_or(0, |device| device.kind() as u8));
        let filled = |(slots, kind): (u64, &u8)| slots << 1 | u64::from(*kind != 0);
        ResetRecord {
            memory_size: self.memory.size(),
            depth_left: reset.depth_left.min(MAX_DEPTH),
            memory_left: self.memory.size(),
            slots: kinds
                .iter()
                .rev()
                .fold(0, |slots, kind| filled((slots, kind))),
            device_kinds: kinds,
            free: reset.free,
            arguments: reset.arguments.clone(),
        }
    }
}
