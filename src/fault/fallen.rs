//! The guest whose trap ended a run, where that was its hosts' own decision: they end with a status, and the trap is told
//! nowhere else.
//!
//! Invariant: a run with a guest that did not end on a trap, or that went on afterwards, has no such thing.

use isa::Trap;
use isa::context::ExitReason;
use isa::machine::{Machine, Stepped, Stop};

use super::WATCHED_STEPS;
use crate::images::Images;
use crate::levels::Exited;
use crate::session::Session;

/// A guest that a trap ended.
struct Fallen {
    level: usize,
    trap: Trap,
    /// The steps before that.
    at: u64,
}

/// Says of which trap a guest ended in a run that is over, if none of its hosts let it go on; nothing where that cannot be
/// found out. The run is made again, but only where there can have been guests.
pub fn fallen_guest(session: &Session<'_>) -> Option<String> {
    Images::of(session.program().image()).all().nth(1)?;
    let end = session.machine().steps();
    let mut again = session.again().filter(|_| end <= WATCHED_STEPS)?;
    let mut fallen: Option<Fallen> = None;
    loop {
        let mut has_exited = false;
        let left = end.saturating_sub(again.machine().steps());
        let stop = again.go_on_while(left, |stepped| {
            has_exited = *stepped == Stepped::Exited;
            !matches!(stepped, Stepped::Ran | Stepped::Exited)
        });
        let machine = again.machine();
        match has_exited {
            // The first that is told of is the one that its hosts then have to do with.
            true => fallen = fallen.or_else(|| fell(machine)),
            false => {
                fallen.take_if(|fallen| fallen.level < machine.levels());
            }
        }
        if stop != Stop::Steps || machine.steps() >= end {
            break;
        }
    }
    let Fallen { level, trap, at } = fallen?;
    Some(format!(
        "note: level {level} ended on trap {} at step {at}, and its hosts did not go on with it; in `nestor debug`, \
         `continue` and `why` explain it\n",
        trap.cause.name()
    ))
}

/// The machine that the last step told a host of, if a trap ended it.
fn fell(machine: &Machine) -> Option<Fallen> {
    let exited = Exited::of(machine)?;
    let is_end = exited.reason()? == ExitReason::DoubleFault;
    let trap = exited.record().trap.trap().filter(|_| is_end)?;
    Some(Fallen {
        level: exited.level(machine.levels() - 1),
        trap,
        at: machine.steps().saturating_sub(1),
    })
}
