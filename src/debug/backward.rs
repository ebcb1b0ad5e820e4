//! How a run goes back: to an earlier step, or to where something would have stopped it.
//!
//! Invariant: where it cannot go back, it is where it was.

use std::sync::atomic::Ordering;

use isa::machine::{End, Stepped, Stop as Halt};

use super::stops::Value;
use super::timeline::Moment;
use super::{Debugger, usage};
use crate::failure::Failure;

impl Debugger<'_> {
    /// Goes back by so many steps.
    pub(super) fn back(&mut self, count: u64) -> Result<String, Failure> {
        self.level = None;
        let now = self.timeline.now();
        let is_step = matches!(self.machine().end(), None | Some(End::Power { .. }));
        let count = count - u64::from(!is_step);
        let first = self.timeline.first();
        let step = now.step.checked_sub(count).filter(|step| *step >= first);
        let step = step.ok_or_else(|| {
            usage(match self.timeline.session().beginning() {
                None => format!("the run begins at step {first}"),
                Some(_) => format!(
                    "the machine was saved at step {first}, and what came before is not in its file"
                ),
            })
        })?;
        self.timeline.go_to(Moment::before(step))?;
        self.meet();
        Ok(self.here())
    }

    /// Goes back to the last moment before now at which something would have stopped the run: before the instruction that
    /// changed what is watched.
    pub(super) fn reverse(&mut self) -> Result<String, Failure> {
        if self.stops.is_empty() {
            return Err(usage(
                "nothing would have stopped the run: set a `break` or a `watch` first".into(),
            ));
        }
        self.level = None;
        let now = self.timeline.now();
        let found = self.last_before(now, |debugger, before, _| {
            debugger.changed(before, ", by this instruction")
        })?;
        let text = match found {
            Some((moment, why)) => {
                self.timeline.go_to(moment)?;
                why
            }
            None => {
                let step = self.timeline.first();
                self.timeline.go_to(Moment::before(step))?;
                "nothing stopped the run before; this is where it begins".to_owned()
            }
        };
        self.meet();
        Ok(format!("{text}\n{}", self.here()))
    }

    /// The last moment before one after which a step was made of which `tells` has something to tell, or at which there
    /// is a stop. `tells` gets what was watched before the step, and what became of it. The run is anywhere afterwards.
    pub(super) fn last_before(
        &mut self,
        end: Moment,
        tells: impl Fn(&Debugger<'_>, &[Option<Value>], &Result<Stepped, Halt>) -> Option<String>,
    ) -> Result<Option<(Moment, String)>, Failure> {
        let mut until = end;
        while let Some(step) = self.timeline.kept_before(until) {
            self.timeline.go_to(Moment::before(step))?;
            let (mut before, mut found) = (self.values(), None);
            while self.timeline.now() < until {
                let moment = self.timeline.now();
                if self.interrupted.load(Ordering::Relaxed) {
                    self.timeline.go_to(end)?;
                    return Err(usage(
                        "stopped from outside; the run is where it was".into(),
                    ));
                }
                if let Some(why) = self.stop_here() {
                    found = Some((moment, why));
                }
                if self.stops_in_guests() && self.timeline.enter() {
                    let entered = self.timeline.now();
                    if entered >= until {
                        break;
                    }
                    if let Some(why) = self.stop_here() {
                        found = Some((entered, why));
                    }
                }
                let stepped = self.timeline.step();
                if let Some(why) = tells(self, &before, &stepped) {
                    found = Some((moment, why));
                }
                self.renew(&mut before);
                if stepped.is_err() {
                    break;
                }
            }
            if found.is_some() {
                return Ok(found);
            }
            until = Moment::before(step);
        }
        Ok(None)
    }
}
