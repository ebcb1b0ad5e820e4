//! A nest is run and watched: the exits to each level, and when its innermost machine begins and ends.
//!
//! What is counted is what comes between the first step of the innermost machine and its end, so getting hypervisors
//! going is left out, and so is switching them off.
//!
//! Invariant: the state of the innermost machine is that before its last exit, the first that a host was told of what
//! ended it. At no depth is there anything of a host in it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use isa::abi::SEGMENT_RESET;
use isa::address::{Address, SegmentNumber};
use isa::context::{ExitReason, ResetRecord};
use isa::instruction::names::Named as _;
use isa::machine::{self, Machine, StateHash, Stepped, Stop};
use isa::trap::Cause;

use super::Nested;
use crate::failure::Failure;
use crate::levels::{self, Exited};
use crate::runner::Runner;
use crate::session::{Session, Settings};

/// What it came to at one depth.
#[derive(Clone, Debug)]
pub struct Row {
    /// How many hypervisors there are around the innermost machine.
    pub depth: usize,
    /// The steps of all machines, from the beginning of the outermost to the end of the innermost.
    pub steps: u64,
    /// How the innermost machine ended.
    pub end: End,
    /// Its clock then: the steps that it made itself.
    pub clock: u64,
    /// Its state then; none if it never began.
    pub state_hash: Option<StateHash>,
    /// What came back to hosts from the first step of the innermost machine to its end, which comes back as well.
    pub exits: Exits,
    /// How long the host worked, from the first step of the innermost machine to its end.
    pub host: Duration,
    /// What the innermost machine was told at reset.
    pub record: Option<ResetRecord>,
}

/// How the innermost machine ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It switched itself off, with this status.
    Power(u64),
    /// A trap of this cause could not be delivered to it.
    Trap(Option<Cause>),
    /// It waits for what nobody brings.
    Wait,
    /// It had not ended when there were as many steps as there were to be.
    Steps,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Power(status) => write!(f, "status {status}"),
            End::Trap(Some(cause)) => write!(f, "trap {}", cause.name()),
            End::Trap(None) => f.write_str("trap"),
            End::Wait => f.write_str("waits for ever"),
            End::Steps => f.write_str("still runs"),
        }
    }
}

/// How often each level was left for its host, by the level of the host and the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exits {
    /// For each level from the outermost, how often which reason was.
    pub levels: Vec<BTreeMap<&'static str, u64>>,
}

impl Exits {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.levels.iter().flat_map(BTreeMap::values).sum()
    }

    fn count(&mut self, level: usize, reason: &'static str) {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, BTreeMap::new);
        }
        if let Some(reasons) = self.levels.get_mut(level) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
}

/// How often a short time is measured again, of which the shortest counts.
const REPETITIONS: usize = 2;
const SHORT: Duration = Duration::from_millis(20);

/// Runs a nest to its end, or for so many steps of all machines. The settings are those of the innermost machine, whose
/// console has no more input than they give; its memory is that of the nest.
///
/// # Errors
/// When the host lacks the memory, or the program does not fit.
pub fn measure(nested: &Nested, settings: &Settings, max_steps: u64) -> Result<Row, Failure> {
    let mut watched = Watched::boot(nested, settings)?;
    watched.run(max_steps);
    let Watched {
        runner,
        exits,
        record,
        host,
        last,
        ..
    } = watched;
    let steps = runner.machine().steps();
    // A short time is worth measuring again: something else may have had the host for a moment.
    let mut host = host.unwrap_or_default();
    for _ in 0..REPETITIONS {
        if host < SHORT {
            let mut again = Watched::boot(nested, settings)?;
            again.run(max_steps);
            host = host.min(again.host.unwrap_or(host));
        }
    }
    let (end, clock, at) = last.unwrap_or((End::Steps, 0, steps));
    // The same run again, up to there.
    let mut again = Watched::boot(nested, settings)?.runner;
    again.run(at);
    let machine = again.machine();
    let level = nested.levels();
    let its_clock = machine.level_clock(level);
    let clock = match end {
        End::Steps => its_clock.unwrap_or_default(),
        _ => clock,
    };
    debug_assert!(its_clock.is_none_or(|its| its == clock));
    Ok(Row {
        depth: nested.levels(),
        steps,
        end,
        clock,
        state_hash: its_clock.map(|_| machine.state_hash_of(level)),
        exits,
        host,
        record,
    })
}

/// A nest that runs.
struct Watched {
    runner: Runner,
    innermost: usize,
    exits: Exits,
    record: Option<ResetRecord>,
    /// The host's time when the innermost machine made its first step.
    begun: Option<Duration>,
    host: Option<Duration>,
    /// The steps before the first exit behind the innermost machine's last step, if that was seen.
    left_at: Option<u64>,
    /// How it ended, if it did or may have: the clock, and the steps before that was told.
    last: Option<(End, u64, u64)>,
}

impl Watched {
    fn boot(nested: &Nested, settings: &Settings) -> Result<Watched, Failure> {
        let innermost = nested.levels();
        let settings = Settings {
            memory: nested.memory(),
            depth: settings.depth + innermost as u64,
            input: Some(settings.input.clone().unwrap_or_default()),
            ..settings.clone()
        };
        let which = settings.machine;
        let machine = Session::boot(nested.program(), settings)?.into_machine();
        Ok(Watched {
            runner: Runner::new(which, machine),
            innermost,
            exits: Exits::default(),
            record: None,
            begun: None,
            host: None,
            left_at: None,
            last: None,
        })
    }

    fn run(&mut self, max_steps: u64) {
        self.look();
        loop {
            let left = max_steps.saturating_sub(self.runner.machine().steps());
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
                return;
            }
            match stop {
                Stop::Steps if self.runner.machine().steps() < max_steps => {}
                Stop::Ended(end) => return self.ended(end),
                Stop::Steps | Stop::Input(_) => return,
            }
        }
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
            if self.begun.is_none() {
                self.record = reset_record(machine);
                self.begun = Some(host_time());
            }
        }
    }

    /// After an exit, when the leaf is the host that it came to.
    fn exited(&mut self) {
        let machine = self.runner.machine();
        let (level, steps) = (machine.levels() - 1, machine.steps());
        let Some(Exited { block, .. }) = Exited::of(machine) else {
            return;
        };
        let Some(reason) = levels::reason(block.terms.exit.reason) else {
            return;
        };
        if self.begun.is_some() {
            self.exits.count(level, reason.name());
        }
        let at = *self.left_at.get_or_insert(steps.saturating_sub(1));
        if level + 1 == self.innermost {
            let end = match reason {
                ExitReason::Power => End::Power(block.terms.exit.operands[0].low()),
                ExitReason::DoubleFault => {
                    End::Trap(block.terms.exit.trap.trap().map(|trap| trap.cause))
                }
                ExitReason::Wait => End::Wait,
                _ => return,
            };
            self.last = Some((end, block.clock, at));
            self.host = self.begun.map(|begun| host_time().saturating_sub(begun));
        }
    }

    /// When the outermost machine has ended.
    fn ended(&mut self, end: machine::End) {
        if self.innermost > 0 {
            return;
        }
        let machine = self.runner.machine();
        let end = match end {
            machine::End::Power { status } => End::Power(status),
            machine::End::DoubleFault { first, .. } => End::Trap(Some(first.cause)),
            machine::End::Wait => End::Wait,
        };
        self.last = Some((end, machine.clock(), machine.steps()));
        self.host = self.begun.map(|begun| host_time().saturating_sub(begun));
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
