//! Interrupt lines, the timer, waiting for them, and what comes between two steps.
//!
//! Invariant: a line is a level and no event. It stays up until its reason is gone: the device is used, the timer
//! set anew, the pending bit cleared.

use super::device::Device;
use super::level::Host;
use super::semantics::Flow;
use super::translate::Fault;
use super::{End, Machine, SLOTS};
use crate::abi::LINE_TIMER;
use crate::access::AccessKind;
use crate::context::{ExitReason, STATUS_MASKED, TrapRecord};
use crate::trap::{Cause, Trap};

/// What a machine does before it looks at its next instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// A trap, an interrupt or an exit, of the leaf or of a host.
    Fault(Fault),
    /// The host has completed the instruction of the last event.
    Complete,
    /// The host has this trap delivered.
    Inject(TrapRecord),
}

/// Where a device slot leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wired {
    /// To the device in this slot of the outermost machine.
    Device(usize),
    /// To a host, which has put no device of its own into this slot of its guest.
    Emulated {
        /// The level of the host.
        host: usize,
        /// The slot of its guest.
        slot: usize,
    },
}

impl Machine {
    /// The lines of the leaf that are up: devices that are ready, the timer while it is armed and its time has come, and
    /// what software has raised.
    pub fn lines_up(&self) -> u64 {
        self.lines_up_of(self.level(), u64::MAX)
    }

    /// The lines among these that are up at a level.
    fn lines_up_of(&self, level: usize, lines: u64) -> u64 {
        let state = self.hosts.get(level).map(|host| &host.state);
        let (pending, timer) = state.map_or((self.pending, self.timer), |state| {
            (state.pending, state.timer)
        });
        let is_due = timer != 0 && self.clock_at(level) >= timer;
        let mut up = pending | u64::from(is_due) << LINE_TIMER;
        for slot in 0..SLOTS {
            if lines >> slot & 1 == 1 && self.is_ready(level, slot) {
                up |= 1 << slot;
            }
        }
        up & lines
    }

    /// The ready line of a slot of a level.
    fn is_ready(&self, level: usize, slot: usize) -> bool {
        match self.wired(level, slot, AccessKind::Input) {
            Wired::Device(slot) => self.slots.get(slot).is_some_and(|slot| slot.ready),
            Wired::Emulated { .. } => false,
        }
    }

    /// Where a slot of a level leads for this kind of access.
    pub(super) fn wired(&self, level: usize, slot: usize, kind: AccessKind) -> Wired {
        let mut slot = slot;
        for (host, Host { run, .. }) in self.hosts.iter().enumerate().take(level).rev() {
            let passed = run.devices.get(slot).copied().flatten();
            let allowed = passed.filter(|passed| match kind {
                AccessKind::Output => passed.output,
                _ => passed.input,
            });
            match allowed {
                Some(passed) => slot = passed.slot,
                None => return Wired::Emulated { host, slot },
            }
        }
        Wired::Device(slot)
    }

    /// The interrupt of a level: the lowest line that is up and enabled.
    fn interrupt_of(&self, level: usize) -> Option<Trap> {
        let up = self.lines_up_of(level, self.process_at(level).lines);
        (up != 0).then(|| Trap {
            offset: up.trailing_zeros().into(),
            ring: self.ring_at(level),
            ..Trap::from(Cause::Interrupt)
        })
    }

    /// What comes before the next instruction. Of each level, from the outermost: an enabled line that is up, which a
    /// host that has masked interrupts hears of by an exit; then the end of its budget. Last the leaf, which hears of
    /// what its host wants of it before its own lines.
    pub(super) fn before(&self) -> Option<Before> {
        self.before_of_hosts().or_else(|| self.before_of_leaf())
    }

    /// The part of it that is a host's.
    pub(super) fn before_of_hosts(&self) -> Option<Before> {
        let leaf = self.level();
        let exit = |host, reason| Fault::Exit(host, Box::new(self.record(reason, host + 1, host)));
        for (level, host) in self.hosts.iter().enumerate() {
            if let Some(interrupt) = self.interrupt_of(level) {
                if host.state.context.status & STATUS_MASKED == 0 {
                    return Some(Before::Fault(Fault::Host(level, interrupt)));
                }
                if !(level + 1 == leaf && self.end.is_some()) {
                    return Some(Before::Fault(exit(level, ExitReason::Interrupt)));
                }
            }
            if let (Some(End::Power { status }), true) = (&self.end, level + 1 == leaf) {
                let record = Box::new(Machine::power_record(*status));
                return Some(Before::Fault(Fault::Exit(level, record)));
            }
            let budget = host.run.terms.budget;
            if budget != 0 && self.clock_at(level + 1) >= budget {
                return Some(Before::Fault(exit(level, ExitReason::Budget)));
            }
        }
        None
    }

    /// The part of it that is the leaf's.
    pub(super) fn before_of_leaf(&self) -> Option<Before> {
        if let Some(run) = self.own_run() {
            if run.terms.complete {
                return Some(Before::Complete);
            }
            if run.terms.inject {
                return Some(Before::Inject(run.terms.inject_trap));
            }
        }
        let leaf = self.level();
        let interrupt = self.interrupt_of(leaf).filter(|_| !self.masked);
        interrupt.map(|interrupt| Before::Fault(interrupt.into()))
    }

    /// What comes of waiting until an enabled line is up, masked or not. What the devices say now counts; an armed timer
    /// makes the clock tick, enabled or not. With neither, a guest exits; at level 0 only input from outside can help.
    pub(super) fn waiting(&self) -> Flow {
        let level = self.level();
        let lines = self.process.lines;
        let enabled = || {
            let slots = (0..SLOTS).filter(|slot| lines >> slot & 1 == 1);
            slots.filter_map(|slot| self.device_at(level, slot).map(|device| (slot, device)))
        };
        let slots = (1 << SLOTS) - 1;
        let up = self.lines_up_of(level, lines & !slots) | self.pending & lines;
        if up != 0 || enabled().any(|(_, device)| device.is_ready()) {
            return Flow::Next;
        }
        if self.clock < self.timer {
            return Flow::Idle;
        }
        match enabled().find(|(_, device)| device.awaits_input()) {
            Some((slot, _)) if level == 0 => Flow::NeedsInput(slot),
            _ => Flow::WaitsForever,
        }
    }

    /// The device that a slot of a level leads to.
    pub(super) fn device_at(&self, level: usize, slot: usize) -> Option<&Device> {
        match self.wired(level, slot, AccessKind::Input) {
            Wired::Device(slot) => self.device(slot),
            Wired::Emulated { .. } => None,
        }
    }

    /// Sets the ready lines of all slots of the leaf to what their devices say now.
    pub(super) fn latch_all(&mut self) {
        for slot in 0..SLOTS {
            if let Wired::Device(slot) = self.wired(self.level(), slot, AccessKind::Input) {
                self.latch(slot);
            }
        }
    }

    /// Sets the ready line of a slot to what its device says now.
    pub(super) fn latch(&mut self, slot: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            let ready = slot.device.as_ref().is_some_and(|device| device.is_ready());
            self.line_changes = self.line_changes.wrapping_add((ready != slot.ready).into());
            slot.ready = ready;
        }
    }
}
