//! What went wrong last, in full: of the machine that it happened to, however deep the one is that runs.
//!
//! Invariant: the run is where it was afterwards.

use isa::context::ExitReason;
use isa::machine::{End, Stepped, Stop as Halt};
use isa::{Cause, Trap};

use super::Debugger;
use super::timeline::Moment;
use crate::failure::Failure;
use crate::fault;
use crate::levels::Exited;

/// What went wrong in a step.
struct Wrong {
    trap: Trap,
    /// The level that it is a trap of.
    level: usize,
    outcome: Outcome,
}

/// What came of it.
enum Outcome {
    /// The level's own handler has it.
    Handled,
    /// It could not be delivered, so the level was left for its host.
    Ended,
    /// The level denies it to this machine in it, and the level was told by an exit.
    Denied { to: usize },
}

impl Debugger<'_> {
    /// The account of the trap that ended the machine, or else of what went wrong last before now.
    pub(super) fn why(&mut self) -> Result<String, Failure> {
        if let Some(End::DoubleFault { first, second, .. }) = self.machine().end() {
            let account = fault::account(self.timeline.session(), first, second.as_ref());
            return Ok(account.render() + "\n");
        }
        let now = self.timeline.now();
        let stops = std::mem::take(&mut self.stops);
        let found = self.last_before(now, |debugger, _, stepped| {
            debugger.wrong(stepped).map(|_| String::new())
        });
        self.stops = stops;
        let account = match found {
            Ok(Some((moment, _))) => self.account_at(moment),
            Ok(None) => Ok("there was no trap\n".to_owned()),
            Err(failure) => Err(failure),
        };
        self.timeline.go_to(now)?;
        account
    }

    /// The account of what goes wrong in the step after a moment.
    fn account_at(&mut self, moment: Moment) -> Result<String, Failure> {
        self.timeline.go_to(moment)?;
        let stepped = self.timeline.step();
        let Some(Wrong {
            trap,
            level,
            outcome,
        }) = self.wrong(&stepped)
        else {
            return Ok("there was no trap\n".to_owned());
        };
        self.meet();
        let heir = self.machine().levels() - 1;
        let goes_on = self.place(heir, self.machine().pc().address());
        self.timeline.go_to(moment)?;
        let mut account = fault::account_of_level(self.timeline.session(), level, &trap)?;
        account.ending = match outcome {
            Outcome::Handled => format!("its handler is at {goes_on}"),
            Outcome::Ended => format!("{}, which goes on at {goes_on}", account.ending),
            Outcome::Denied { to } => format!(
                "level {level} denies this to machine {to}, hears of it by an exit, and goes on at {goes_on}"
            ),
        };
        Ok(account.render() + "\n")
    }

    /// What went wrong in a step that was just made, if anything did.
    fn wrong(&self, stepped: &Result<Stepped, Halt>) -> Option<Wrong> {
        let leaf = self.machine().levels() - 1;
        match stepped {
            Ok(Stepped::Delivered(trap)) if trap.cause != Cause::Interrupt => Some(Wrong {
                trap: *trap,
                level: leaf,
                outcome: Outcome::Handled,
            }),
            Ok(Stepped::Exited) => {
                let exited = Exited::of(self.machine())?;
                let (level, outcome) = match exited.reason()? {
                    ExitReason::DoubleFault => (exited.level(leaf), Outcome::Ended),
                    ExitReason::Memory => {
                        let to = exited.level(leaf);
                        (leaf, Outcome::Denied { to })
                    }
                    _ => return None,
                };
                Some(Wrong {
                    trap: exited.record().trap.trap()?,
                    level,
                    outcome,
                })
            }
            _ => None,
        }
    }
}
