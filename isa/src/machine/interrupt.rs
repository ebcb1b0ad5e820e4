//! Interrupt lines, the timer, and waiting for them.
//!
//! Invariant: a line is a level and no event. It stays up until its reason is gone: the device is used, the timer
//! set anew, the pending bit cleared.

use super::semantics::Flow;
use super::{Machine, SLOTS};
use crate::abi::LINE_TIMER;
use crate::trap::{Cause, Trap};

impl Machine {
    /// The lines that are up: devices that are ready, the timer while it is armed and its time has come, and what
    /// software has raised.
    pub fn lines_up(&self) -> u64 {
        let devices = self
            .slots
            .iter()
            .zip(0..)
            .fold(0, |up, (slot, line)| up | u64::from(slot.ready) << line);
        let timer = self.timer != 0 && self.clock >= self.timer;
        devices | u64::from(timer) << LINE_TIMER | self.pending
    }

    /// The interrupt to deliver before the next instruction: the lowest line that is up and enabled, unless masked.
    pub(super) fn interrupt(&self) -> Option<Trap> {
        let up = self.lines_up() & self.process.lines;
        (up != 0 && !self.masked).then(|| Trap {
            offset: up.trailing_zeros().into(),
            ..self.trap(Cause::Interrupt)
        })
    }

    /// Waits until an enabled line is up, masked or not. The ready lines of the devices are looked at here; an
    /// armed timer makes the clock tick, enabled or not. With neither, only input from outside can help.
    pub(super) fn wait(&mut self) -> Flow {
        for slot in 0..SLOTS {
            self.latch(slot);
        }
        if self.lines_up() & self.process.lines != 0 {
            return Flow::Next;
        }
        if self.clock < self.timer {
            return Flow::Idle;
        }
        let enabled = |slot: &usize| self.process.lines >> slot & 1 == 1;
        let awaits = |slot: &usize| {
            self.slots[*slot]
                .device
                .as_ref()
                .is_some_and(|device| device.awaits_input())
        };
        match (0..SLOTS).filter(enabled).find(awaits) {
            Some(slot) => Flow::NeedsInput(slot),
            None => Flow::WaitsForever,
        }
    }

    /// Sets the ready line of a slot to what its device says now.
    pub(super) fn latch(&mut self, slot: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.ready = slot.device.as_ref().is_some_and(|device| device.is_ready());
        }
    }
}
