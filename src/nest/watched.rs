//! A nest is run and watched: the exits to each level, when its innermost machine begins and ends, and whether a
//! hypervisor ends before it.
//!
//! What is counted is what comes between the first step of the innermost machine and its end, so getting hypervisors
//! going is left out, and so is switching them off.
//!
//! Invariant: what was seen to end has ended: whoever waits may be woken, and is then forgotten to have waited.

use std::ops::ControlFlow;
use std::time::Duration;

use isa::Trap;
use isa::abi::SEGMENT_RESET;
use isa::address::{Address, SegmentNumber};
use isa::context::{ExitReason, MachineBlock, ResetRecord};
use isa::instruction::names::Named as _;
use isa::machine::{self, Machine, Stepped, Stop};

use super::Nested;
use super::measure::{End, Exits, HypervisorEnd};
use crate::failure::Failure;
use crate::fault;
use crate::levels::Exited;
use crate::runner::Runner;
use crate::session::{Session, Settings};

/// So many steps are made before somebody is asked whether to go on.
const CHUNK: u64 = 1 << 22;

/// A nest that runs.
pub(super) struct Watched {
    runner: Runner,
    innermost: usize,
    pub(super) exits: Exits,
    pub(super) record: Option<ResetRecord>,
    /// The host's time when the innermost machine made its first step.
    begun: Option<Duration>,
    /// And from there to its end.
    pub(super) host: Option<Duration>,
    /// The steps before the first exit behind the innermost machine's last step, if that was seen.
    left_at: Option<u64>,
    /// How it ended, if it did or may have: the clock, and the steps before that was told.
    pub(super) last: Option<(End, u64, u64)>,
    /// The hypervisor that ended before it.
    pub(super) hypervisor: Option<Seen>,
}

/// The end of a hypervisor.
pub(super) struct Seen {
    level: usize,
    end: End,
    /// The trap that ended it, and what its delivery met.
    traps: Option<(Trap, Option<Trap>)>,
    /// The steps before it, or, of the outermost machine, up to it.
    at: u64,
}

impl Seen {
    /// The same with the account of its trap, for which the run is made again.
    pub(super) fn explained(
        &self,
        nested: &Nested,
        settings: &Settings,
    ) -> Result<HypervisorEnd, Failure> {
        let account = match &self.traps {
            None => None,
            Some((first, second)) => {
                let mut session = Session::boot(nested.program(), settings.clone())?;
                session.go_on(self.at);
                Some(match self.level {
                    0 => fault::account(&session, first, second.as_ref()),
                    level => fault::account_of_level(&session, level, first)?,
                })
            }
        };
        Ok(HypervisorEnd {
            level: self.level,
            end: self.end,
            account,
        })
    }
}

impl Watched {
    /// A nest before its first step, with the settings of its outermost machine.
    pub(super) fn boot(nested: &Nested, settings: &Settings) -> Result<Watched, Failure> {
        let which = settings.machine;
        let machine = Session::boot(nested.program(), settings.clone())?.into_machine();
        Ok(Watched {
            runner: Runner::new(which, machine),
            innermost: nested.levels(),
            exits: Exits::default(),
            record: None,
            begun: None,
            host: None,
            left_at: None,
            last: None,
            hypervisor: None,
        })
    }

    pub(super) fn machine(&self) -> &Machine {
        self.runner.machine()
    }

    /// The steps of all machines so far.
    pub(super) fn steps(&self) -> u64 {
        self.machine().steps()
    }

    /// Runs to the end of the innermost machine or of the outermost, or to a step, and looks at what happens. It breaks
    /// where it is stopped from outside.
    pub(super) fn run(&mut self, max_steps: u64, is_stopped: &dyn Fn() -> bool) -> ControlFlow<()> {
        self.look();
        loop {
            if is_stopped() {
                return ControlFlow::Break(());
            }
            let left = max_steps.saturating_sub(self.steps()).min(CHUNK);
            let mut has_exited = false;
            let stop = self.runner.run_while(left, |stepped| {
                has_exited = *stepped == Stepped::Exited;
                !matches!(stepped, Stepped::Ran | Stepped::Exited)
            });
            match has_exited {
                true => self.exited(),
                false => self.look(),
            }
            if self.is_over() {
                break;
            }
            match stop {
                Stop::Steps if self.steps() < max_steps => {}
                Stop::Ended(end) => {
                    self.ended(&end);
                    break;
                }
                Stop::Steps | Stop::Input(_) => {
                    // Whoever waits may be woken by what would have come.
                    self.hypervisor.take_if(|seen| seen.end == End::Wait);
                    break;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Runs to a step. It breaks where it is stopped from outside.
    pub(super) fn run_unwatched(
        &mut self,
        step: u64,
        is_stopped: &dyn Fn() -> bool,
    ) -> ControlFlow<()> {
        while self.steps() < step {
            let left = (step - self.steps()).min(CHUNK);
            if is_stopped() {
                return ControlFlow::Break(());
            }
            if self.runner.run(left) != Stop::Steps {
                break;
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether the innermost machine has ended for good; one that waits may be woken.
    fn is_over(&self) -> bool {
        matches!(self.last, Some((End::Power(_) | End::Trap(_), ..)))
    }

    /// After a step that was no exit.
    fn look(&mut self) {
        let machine = self.runner.machine();
        if machine.levels() == self.innermost + 1 {
            self.left_at = None;
            self.hypervisor = None;
            self.last.take_if(|(end, ..)| *end == End::Wait);
            if self.begun.is_none() {
                self.record = reset_record(machine);
                self.begun = Some(host_time());
            }
        }
    }

    /// After an exit, when the leaf is the host that it came to.
    fn exited(&mut self) {
        let machine = self.runner.machine();
        let (host, before) = (machine.levels() - 1, machine.steps().saturating_sub(1));
        let Some(exited) = Exited::of(machine) else {
            return;
        };
        let Some(reason) = exited.reason() else {
            return;
        };
        if self.begun.is_some() {
            self.exits.count(host, reason.name());
        }
        let at = *self.left_at.get_or_insert(before);
        let level = exited.level(host);
        let Some(end) = end_of(reason, &exited.block) else {
            return;
        };
        if host + 1 == self.innermost {
            self.last = Some((end, exited.block.clock, at));
            self.host = self.begun.map(|begun| host_time().saturating_sub(begun));
        } else if level < self.innermost {
            let trap = exited.record().trap.trap();
            self.note(Seen {
                level,
                end,
                traps: trap
                    .filter(|_| matches!(end, End::Trap(_)))
                    .map(|trap| (trap, None)),
                at: before,
            });
        }
    }

    /// When the outermost machine has ended.
    fn ended(&mut self, end: &machine::End) {
        let (end, traps) = match end {
            machine::End::Power { status } => (End::Power(*status), None),
            machine::End::DoubleFault { first, second, .. } => {
                (End::Trap(Some(first.cause)), Some((*first, *second)))
            }
            machine::End::Wait => (End::Wait, None),
        };
        let machine = self.runner.machine();
        if self.innermost == 0 {
            self.last = Some((end, machine.clock(), machine.steps()));
            self.host = self.begun.map(|begun| host_time().saturating_sub(begun));
        } else {
            let at = machine.steps().saturating_add(1);
            self.note(Seen {
                level: 0,
                end,
                traps,
                at,
            });
        }
    }

    /// Notes that a hypervisor has ended. The first that did is the one to tell of, unless it but waited and something
    /// else came of that.
    fn note(&mut self, seen: Seen) {
        let is_known = match &self.hypervisor {
            Some(known) => known.end != End::Wait || seen.end == End::Wait,
            None => self.last.is_some(),
        };
        if !is_known {
            self.hypervisor = Some(seen);
        }
    }
}

/// How a machine ended that was left for this reason, if that is an end.
fn end_of(reason: ExitReason, block: &MachineBlock) -> Option<End> {
    let exit = &block.terms.exit;
    match reason {
        ExitReason::Power => Some(End::Power(exit.operands[0].low())),
        ExitReason::DoubleFault => Some(End::Trap(exit.trap.trap().map(|trap| trap.cause))),
        ExitReason::Wait => Some(End::Wait),
        _ => None,
    }
}

/// The time that the host has worked in this thread. What else it does meanwhile is not in it.
fn host_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// What the leaf was told at reset, if it still has it.
fn reset_record(machine: &Machine) -> Option<ResetRecord> {
    let place = Address::new(SegmentNumber(SEGMENT_RESET), 0);
    let bytes = machine.peek(place, ResetRecord::SIZE as usize);
    ResetRecord::from_bytes(&bytes.try_into().ok()?)
}
