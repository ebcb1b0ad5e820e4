//! What a faster engine needs of a machine whose steps it makes: the state to work on, how long nothing comes in
//! between, and where the bytes of a segment lie.
//!
//! Invariant: an engine leaves here what steps of this machine would have left. Everything that it does not do by
//! itself it has done by [`Machine::step`], so that there is one meaning of all that is rare.

use super::composed::Composition;
use super::level::Host;
use super::memory::Memory;
use super::translate::Walk;
use super::{Machine, Stepped, Stop};
use crate::abi::LINE_TIMER;
use crate::access::Lookup;
use crate::address::{PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::context::ProcessBlock;
use crate::descriptor::{Descriptor, DescriptorFlags};
use crate::instruction::Intercept;
use crate::instruction::register::{C_COUNT, R_COUNT};
use crate::ring::Ring;

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
    /// Whether it is less than the segment.
    pub is_part: bool,
    /// The pages of real memory that hold the maps: when one of them changes, none of this is known any more.
    pub maps: Vec<u64>,
}

/// What the addresses of a level mean, beside what is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Its process.
    pub process: &'a ProcessBlock,
    /// The ring that its host is in, and the host's capability to its memory; none of the outermost machine.
    pub window: Option<(Ring, Capability)>,
    /// The bytes of its memory.
    pub memory_size: u64,
}

/// How long nothing comes of a host by itself. The clock of a guest may be any number, and wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The clock of the leaf when that was asked.
    pub from: u64,
    /// The steps from then on.
    pub steps: u64,
}

impl Horizon {
    /// The steps that are left of it when the leaf's clock is this.
    #[inline]
    pub fn left(self, clock: u64) -> u64 {
        self.steps.saturating_sub(clock.wrapping_sub(self.from))
    }
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

    /// How many steps the leaf can make before something comes of a host by itself: an interrupt, or the end of a budget. None
    /// if something of a host comes before the next step. It holds until [`Machine::events`] says something else.
    pub fn horizon(&self) -> Horizon {
        let from = self.clock;
        if self.end.is_some() || self.before_of_hosts().is_some() {
            return Horizon { from, steps: 0 };
        }
        let left = |deadline: u64, level| match deadline {
            0 => u64::MAX,
            deadline => deadline.saturating_sub(self.clock_at(level)),
        };
        let of_host = |(level, host): (usize, &Host)| {
            let counts = host.state.process.lines >> LINE_TIMER & 1 == 1;
            let timer = if counts { host.state.timer } else { 0 };
            left(timer, level).min(left(host.run.terms.budget, level + 1))
        };
        let first = self.hosts.iter().enumerate().map(of_host).min();
        let steps = first.unwrap_or(u64::MAX);
        Horizon { from, steps }
    }

    /// Two numbers that change when a guest is entered or left, and when the ready line of a device changes.
    pub fn events(&self) -> (u64, u64) {
        (self.chain_changes, self.line_changes)
    }

    /// How many steps can be made before something comes in between, with a [`Machine::horizon`] that holds; 0 if something
    /// is there, or if the machine has ended. An instruction that sets a timer, a mask or a line, uses a device or waits is
    /// not thought of; nor is one that a host intercepts.
    pub fn quiet_steps(&self, horizon: Horizon) -> u64 {
        let hosts = horizon.left(self.clock);
        let is_quiet = self.end.is_none() && !self.wanted().proceeds;
        if hosts == 0 || !is_quiet || self.before_of_leaf().is_some() {
            return 0;
        }
        let hears = !self.masked && self.process.lines >> LINE_TIMER & 1 == 1;
        match self.timer {
            timer if hears && timer != 0 => hosts.min(timer.saturating_sub(self.clock)),
            _ => hosts,
        }
    }

    /// Whether a host wants to be asked about instructions of this class.
    pub fn is_intercepted(&self, class: Intercept) -> bool {
        self.wanted().instructions & class.bit() != 0
    }

    /// Makes one step, as [`Machine::step`], with a [`Machine::horizon`] that holds: hosts are not looked at where nothing
    /// comes of them.
    ///
    /// # Errors
    /// When the machine cannot go on.
    pub fn step_within(&mut self, horizon: Horizon) -> Result<Stepped, Stop> {
        if self.end.is_some() || horizon.left(self.clock) == 0 {
            return self.step();
        }
        self.step_from(self.before_of_leaf())
    }

    /// What the machine remembers of the way outward, to be lent to it and taken again.
    #[inline]
    pub fn composition(&mut self) -> &mut Composition {
        &mut self.composition
    }

    /// How often a guest was entered or left. What an engine knows of capabilities, segments and pages it knows of one
    /// number.
    pub fn chain_changes(&self) -> u64 {
        self.chain_changes
    }

    /// What the leaf's addresses mean, as far as levels have a part in it.
    pub fn standing(&self, level: usize) -> Standing<'_> {
        let host = level.checked_sub(1).and_then(|host| self.hosts.get(host));
        Standing {
            process: self.process_at(level),
            window: host.map(|host| (host.state.context.pc.ring(), host.run.memory.capability)),
            memory_size: self.memory_size_at(level),
        }
    }

    /// The stretch around an offset of a segment, if the maps lead there and the descriptor is of use: as much as is
    /// under one descriptor and in a row in the memory of all levels, or the one page of a segment with pages. None for a
    /// device.
    pub fn stretch(&self, segment: SegmentNumber, offset: u64) -> Option<Stretch> {
        let (mut noting, level) = (Walk::noting(), self.level());
        let walk = &mut noting;
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
        let page = offset - offset % PAGE_SIZE;
        let own = self.own_real(walk, level, &descriptor, page)?;
        let places = |walk: &mut Walk, own| {
            let place =
                |walk: &mut Walk, stores| self.outermost_page(walk, level, own, stores).ok()?;
            (place(walk, false), place(walk, true))
        };
        let (loads, stores) = places(walk, own);
        let real = loads?;
        let owner = self.memory.owner(real);
        if usize::from(owner) < level || !self.memory.contains(real, 1) {
            return None;
        }
        let is_paged = descriptor.has(DescriptorFlags::PAGED);
        let (mut first, mut end) = (page, (page + PAGE_SIZE).min(length));
        if !is_paged {
            // Whether what holds of the page holds of the one at a distance from it, at a place as far away.
            let mut same = |at: u64| {
                let shifted = |place: Option<Real>| match place {
                    Some(place) => (place.0 + at).checked_sub(page).map(Real),
                    None => None,
                };
                let (Some(real), Some(own)) = (shifted(Some(real)), shifted(Some(own))) else {
                    return false;
                };
                self.memory.owner(real) == owner
                    && (level == 0 || places(walk, own) == (Some(real), shifted(stores)))
            };
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
            own: usize::from(owner) == level,
            is_part: is_paged || (first, end) != (0, length),
            maps: noting.into_maps(),
        })
    }
}
