//! The same run on both machines, held together.
//!
//! Invariant: both get the same from outside, byte for byte and at the same steps, so any difference is a mistake of ours.

use std::fmt;
use std::io;

use isa::machine::{Machine, StateHash};
use thiserror::Error;

use crate::failure::Failure;
use crate::runner::Which;
use crate::session::Session;

/// The specification made something else of a run than the engine did.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "the fast engine and the specification do not agree; step {step} is the first after which they differ\n  \
     engine:        {engine}\n  specification: {specification}\n\
     This is a mistake of nestor and not of the program. Keep the run with `--record FILE`, and report it with that file."
)]
pub struct Difference {
    /// The step that they make differently, counted from 1.
    pub step: u64,
    /// What the engine had after it.
    pub engine: State,
    /// What the specification had.
    pub specification: State,
}

/// Where a machine is, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pc: isa::Capability,
    clock: u64,
    hash: StateHash,
}

impl State {
    fn of(machine: &Machine) -> State {
        State {
            pc: machine.pc(),
            clock: machine.steps(),
            hash: machine.state_hash(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "step {}, state {}, at {}",
            self.clock, self.hash, self.pc
        )
    }
}

/// Has the specification make the run that the engine made, and says of how many steps they agree.
///
/// # Errors
/// When they do not, or when the run cannot be made again because too much came from outside.
pub fn compare(session: &Session<'_>) -> Result<u64, Failure> {
    let begun = session.beginning().map_or(0, |saved| saved.steps());
    let steps = session.machine().steps() - begun;
    // The end of a machine by a trap that cannot be delivered is no step; it comes when one more is wanted.
    let ended = u64::from(session.machine().end().is_some());
    let after = |which, steps| -> Result<State, Failure> {
        let again = session.again_on(which);
        let mut again = again.ok_or(Failure::NotAgain)?;
        again.run(Some(steps), &mut io::empty(), &mut io::sink())?;
        Ok(State::of(again.machine()))
    };
    if after(Which::Spec, steps + ended)? == State::of(session.machine()) {
        return Ok(steps);
    }
    // They agree before the first step. Between a number of steps after which they agree and one after which they do not
    // there is a first one.
    let (mut same, mut other) = (0, steps + 1);
    while other - same > 1 {
        let middle = same + (other - same) / 2;
        match after(Which::Fast, middle)? == after(Which::Spec, middle)? {
            true => same = middle,
            false => other = middle,
        }
    }
    Err(Failure::Differ(Box::new(Difference {
        step: begun + other,
        engine: after(Which::Fast, other)?,
        specification: after(Which::Spec, other)?,
    })))
}
