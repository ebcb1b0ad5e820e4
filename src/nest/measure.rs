//! What a nest comes to at one depth: how its innermost machine ended, and what that took.
//!
//! Invariant: the state of the innermost machine is that before its last exit, the first that a host was told of what
//! ended it. At no depth is there anything of a host in it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use isa::context::ResetRecord;
use isa::machine::StateHash;
use isa::trap::Cause;

use super::Nested;
use super::watched::Watched;
use crate::failure::Failure;
use crate::fault::Account;
use crate::session::Settings;

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
    /// How long the host worked, from the first step of the innermost machine to its end; none if it did not end.
    pub host: Option<Duration>,
    /// What the innermost machine was told at reset.
    pub record: Option<ResetRecord>,
    /// How a hypervisor ended before the innermost machine did.
    pub hypervisor: Option<HypervisorEnd>,
}

/// How a machine ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It switched itself off, with this status.
    Power(u64),
    /// A trap of this cause could not be delivered to it.
    Trap(Option<Cause>),
    /// It waits for what nobody brings.
    Wait,
    /// It had not ended when the run did: there were no more steps, or a hypervisor around it ended.
    Steps,
}

/// How a hypervisor ended that had a machine in it which could have gone on.
#[derive(Clone, Debug)]
pub struct HypervisorEnd {
    /// Its level; the outermost machine is 0.
    pub level: usize,
    /// How it ended.
    pub end: End,
    /// The account of its trap, if that ended it.
    pub account: Option<Account>,
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

    pub(super) fn count(&mut self, level: usize, reason: &'static str) {
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
    loop {
        // Nothing stops it, so the first time is the last.
        if let Some(row) = measure_until(nested, settings, max_steps, &|| false)? {
            return Ok(row);
        }
    }
}

/// The same, or nothing if it is stopped from outside before that is known.
///
/// # Errors
/// As [`measure`].
pub fn measure_until(
    nested: &Nested,
    settings: &Settings,
    max_steps: u64,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Option<Row>, Failure> {
    let settings = &Settings {
        memory: nested.memory(),
        depth: settings.depth + nested.levels() as u64,
        input: Some(settings.input.clone().unwrap_or_default()),
        ..settings.clone()
    };
    let mut watched = Watched::boot(nested, settings)?;
    if watched.run(max_steps, is_stopped).is_break() {
        return Ok(None);
    }
    let hypervisor = match &watched.hypervisor {
        Some(seen) => Some(seen.explained(nested, settings)?),
        None => None,
    };
    // A short time is worth measuring again: something else may have had the host for a moment.
    let mut host = watched.host;
    for _ in 0..REPETITIONS {
        if host.is_some_and(|host| host < SHORT) {
            let mut again = Watched::boot(nested, settings)?;
            if again.run(max_steps, is_stopped).is_break() {
                return Ok(None);
            }
            host = host.min(again.host.or(host));
        }
    }
    let steps = watched.steps();
    let (end, clock, at) = watched.last.unwrap_or((End::Steps, 0, steps));
    // The same run again, up to there.
    let mut again = Watched::boot(nested, settings)?;
    if again.run_unwatched(at, is_stopped).is_break() {
        return Ok(None);
    }
    let machine = again.machine();
    let level = nested.levels();
    let its_clock = machine.level_clock(level);
    let clock = match end {
        End::Steps => its_clock.unwrap_or_default(),
        _ => clock,
    };
    debug_assert!(its_clock.is_none_or(|its| its == clock));
    Ok(Some(Row {
        depth: nested.levels(),
        steps,
        end,
        clock,
        state_hash: its_clock.map(|_| machine.state_hash_of(level)),
        exits: watched.exits,
        host,
        record: watched.record,
        hypervisor,
    }))
}
