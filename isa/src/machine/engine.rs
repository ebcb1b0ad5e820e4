//! What a faster engine needs of a machine whose steps it makes: the state to work on, how long nothing comes in
//! between, and where the bytes of a segment lie.
//!
//! Invariant: an engine leaves here what steps of this machine would have left. Everything that it does not do by
//! itself it has done by [`Machine::step`], so that there is one meaning of all that is rare.

use super::Machine;
use super::memory::Memory;
use crate::abi::LINE_TIMER;
use crate::access::Lookup;
use crate::address::{PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::descriptor::{DESCRIPTOR_SIZE, Descriptor, DescriptorFlags};
use crate::instruction::register::{C_COUNT, R_COUNT};

/// The state that common instructions change.
#[derive(Debug)]
pub struct WorkingState<'a> {
    /// The data registers; the first stays zero.
    pub r: &'a mut [u64; R_COUNT],
    /// The capability registers; the first stays null.
    pub c: &'a mut [Capability; C_COUNT],
    /// The program counter.
    pub pc: &'a mut Capability,
    /// The stack pointers of the other rings.
    pub banks: &'a mut [Capability; 8],
    /// The steps made.
    pub clock: &'a mut u64,
}

/// Offsets of a segment that lie one behind another in real memory, and under one descriptor, one page word and one
/// owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first offset.
    pub first: u64,
    /// The first offset behind.
    pub end: u64,
    /// Where the first offset is in real memory.
    pub real: Real,
    /// The descriptor.
    pub descriptor: Descriptor,
    /// Whether the pages are the machine's own.
    pub own: bool,
    /// The pages of real memory that hold the maps: when one of them changes, none of this is known any more.
    pub maps: Vec<u64>,
}

impl Machine {
    /// The state to work on.
    pub fn working_state(&mut self) -> WorkingState<'_> {
        WorkingState {
            r: &mut self.r,
            c: &mut self.c,
            pc: &mut self.pc,
            banks: &mut self.process.banks,
            clock: &mut self.clock,
        }
    }

    /// The memory, to be watched and to be worked on.
    pub fn working_memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// How many steps can be made before the clock by itself brings an interrupt about; 0 if one is there, or if the
    /// machine has ended. An instruction that sets a timer, a mask or a line, uses a device or waits is not thought of.
    pub fn quiet_steps(&self) -> u64 {
        if self.end.is_some() || self.interrupt().is_some() {
            return 0;
        }
        let counts = !self.masked && self.timer != 0 && self.process.lines >> LINE_TIMER & 1 == 1;
        if counts {
            self.timer.saturating_sub(self.clock)
        } else {
            u64::MAX
        }
    }

    /// The stretch around an offset of a segment, if the maps lead there and the descriptor is of use: as much as is
    /// under one descriptor, or the one page of a segment with pages. None for a device.
    pub fn stretch(&self, segment: SegmentNumber, offset: u64) -> Option<Stretch> {
        let descriptor = self.present(segment)?;
        let length = u64::from(descriptor.length);
        let is_device = descriptor.has(DescriptorFlags::DEVICE);
        if is_device || offset >= length || !descriptor.is_well_formed(self.memory.size()) {
            return None;
        }
        let place = self.process.descriptor_base + u64::from(segment.0) * DESCRIPTOR_SIZE;
        let mut maps = vec![place / PAGE_SIZE, (place + DESCRIPTOR_SIZE - 1) / PAGE_SIZE];
        maps.dedup();
        let page = offset - offset % PAGE_SIZE;
        let real = self.real(&descriptor, page)?;
        if !self.memory.contains(real, 1) {
            return None;
        }
        let owner = self.memory.owner(real);
        let same = |at: u64| self.memory.owner(descriptor.real_of(at).unwrap_or(real)) == owner;
        let (mut first, mut end) = (page, (page + PAGE_SIZE).min(length));
        if descriptor.has(DescriptorFlags::PAGED) {
            let Lookup::Found(_) = self.page_word(&descriptor, offset) else {
                return None;
            };
            maps.push(descriptor.page_word_of(offset)?.0 / PAGE_SIZE);
        } else {
            while first > 0 && same(first - PAGE_SIZE) {
                first -= PAGE_SIZE;
            }
            while end < length && same(end) {
                end = (end + PAGE_SIZE).min(length);
            }
        }
        Some(Stretch {
            first,
            end,
            real: Real(real.0 - (page - first)),
            descriptor,
            own: owner == 0,
            maps,
        })
    }
}
