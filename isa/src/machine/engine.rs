//! What a faster engine needs of a machine whose steps it makes: the state to work on, how long nothing comes in
//! between, and where the bytes of a segment lie.
//!
//! Invariant: an engine leaves here what steps of this machine would have left. Everything that it does not do by
//! itself it has done by [`Machine::step`], so that there is one meaning of all that is rare.

use super::Machine;
use super::level::Host;
use super::memory::Memory;
use super::translate::Walk;
use crate::abi::LINE_TIMER;
use crate::access::Lookup;
use crate::address::{PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::context::STATUS_MASKED;
use crate::descriptor::{DESCRIPTOR_SIZE, Descriptor, DescriptorFlags};
use crate::instruction::Intercept;
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
    /// Whether what is known is known of one page only.
    pub is_page: bool,
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

    /// How many steps can be made before the clock by itself brings an interrupt or an exit about; 0 if one is there, or if
    /// the machine has ended. An instruction that sets a timer, a mask or a line, uses a device or waits is not thought
    /// of; nor is one that a host intercepts, but for `clock`, since that is so common.
    pub fn quiet_steps(&self) -> u64 {
        let minds = |Host { run, .. }: &Host| {
            run.terms.proceed || run.terms.intercept_instructions & Intercept::Clock.bit() != 0
        };
        if self.end.is_some() || self.before().is_some() || self.hosts.iter().any(minds) {
            return 0;
        }
        let levels = 0..self.levels();
        levels
            .map(|level| self.quiet_steps_of(level))
            .min()
            .unwrap_or(0)
    }

    /// The same as far as one level goes: a timer that interrupts it, or its budget.
    fn quiet_steps_of(&self, level: usize) -> u64 {
        let (state, clock) = (self.state_at(level), self.clock_at(level));
        let is_leaf = level == self.level();
        let hears = !is_leaf || state.context.status & STATUS_MASKED == 0;
        let counts = hears && state.timer != 0 && state.process.lines >> LINE_TIMER & 1 == 1;
        let timer = match counts {
            true => state.timer.saturating_sub(clock),
            false => u64::MAX,
        };
        let host = level.checked_sub(1).and_then(|host| self.hosts.get(host));
        let budget = host.map_or(0, |host| host.run.terms.budget);
        let left = match budget {
            0 => u64::MAX,
            budget => budget.saturating_sub(clock),
        };
        timer.min(left)
    }

    /// How often a guest was entered or left. What an engine knows of capabilities, segments and pages it knows of one
    /// number.
    pub fn chain_changes(&self) -> u64 {
        self.chain_changes
    }

    /// The stretch around an offset of a segment, if the maps lead there and the descriptor is of use: as much as is
    /// under one descriptor, or the one page of a segment with pages. None for a device.
    pub fn stretch(&self, segment: SegmentNumber, offset: u64) -> Option<Stretch> {
        if self.level() > 0 {
            return self.stretch_of_guest(segment, offset);
        }
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
            is_page: descriptor.has(DescriptorFlags::PAGED),
            maps,
        })
    }

    /// The same in a guest: the page, as all levels have it.
    fn stretch_of_guest(&self, segment: SegmentNumber, offset: u64) -> Option<Stretch> {
        let (walk, level) = (&mut Walk::default(), self.level());
        let found = self.descriptor_at(walk, level, segment).ok()?;
        let Lookup::Found(descriptor) = found else {
            return None;
        };
        let length = u64::from(descriptor.length);
        let is_memory = descriptor.has(DescriptorFlags::PRESENT)
            && !descriptor.has(DescriptorFlags::DEVICE)
            && descriptor.is_well_formed(self.memory_size_at(level));
        if segment.0 == 0 || !is_memory || offset >= length {
            return None;
        }
        let first = offset - offset % PAGE_SIZE;
        let own = self.own_real(walk, level, &descriptor, first)?;
        let real = self.outermost_page(walk, level, own, false).ok()??;
        let owner = usize::from(self.memory.owner(real));
        if owner < level {
            return None;
        }
        let mut maps = std::mem::take(&mut walk.maps);
        maps.sort_unstable();
        maps.dedup();
        Some(Stretch {
            first,
            end: (first + PAGE_SIZE).min(length),
            real,
            descriptor,
            own: owner == level,
            is_page: true,
            maps,
        })
    }
}
