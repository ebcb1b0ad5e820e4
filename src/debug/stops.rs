//! Where a run is to stop: at an instruction, or when something changes.
//!
//! Invariant: a stop only looks.

use isa::instruction::{C, R};
use isa::machine::Machine;
use isa::{Address, Capability};

use super::address::named;
use super::memory::{granule, read};
use super::show::hex;
use super::{Debugger, usage};
use crate::dump::number;
use crate::failure::Failure;
use crate::places;

/// Something that a run stops for.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) number: usize,
    /// The level whose instruction, register or memory it is.
    pub(super) level: usize,
    pub(super) what: What,
    /// As the user wrote it.
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The level is about to carry out the instruction at this address.
    At(u64),
    /// A data register changes.
    R(R),
    /// A capability register changes.
    C(C),
    /// One of so many bytes changes.
    Bytes(Address, u64),
    /// The tag of a granule, or the capability in it, changes.
    Tag(Address),
}

/// What is watched, as it is at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    R(u64),
    C(Capability),
    Bytes(Vec<u8>),
}

impl Stop {
    /// Whether the machine is where it is to stop.
    pub(super) fn is_here(&self, machine: &Machine) -> bool {
        match self.what {
            What::At(address) => {
                machine.levels() == self.level + 1 && machine.pc().address() == address
            }
            _ => false,
        }
    }

    /// What is watched as it is now; none if the level is not live or has nothing there.
    pub(super) fn value(&self, machine: &Machine) -> Option<Value> {
        let is_leaf = machine.levels() == self.level + 1;
        let context = || {
            let state = machine.level_state(self.level);
            state.map(|state| state.context)
        };
        match self.what {
            What::At(_) => None,
            What::R(register) if is_leaf => Some(Value::R(machine.r(register))),
            What::C(register) if is_leaf => Some(Value::C(machine.c(register))),
            What::R(register) => Some(Value::R(*context()?.r.get(register.index())?)),
            What::C(register) => Some(Value::C(*context()?.c.get(register.index())?)),
            What::Bytes(address, size) => {
                let bytes = read(machine, self.level, address, size);
                (!bytes.is_empty()).then_some(Value::Bytes(bytes))
            }
            What::Tag(address) => Some(Value::C(granule(machine, self.level, address)?)),
        }
    }
}

impl Debugger<'_> {
    /// What is watched, as it is now.
    pub(super) fn values(&self) -> Vec<Option<Value>> {
        let machine = self.machine();
        self.stops.iter().map(|stop| stop.value(machine)).collect()
    }

    /// The same again; what cannot be seen now is as it was seen last.
    pub(super) fn renew(&self, values: &mut [Option<Value>]) {
        for (stop, value) in self.stops.iter().zip(values) {
            if let Some(now) = stop.value(self.machine()) {
                *value = Some(now);
            }
        }
    }

    /// Why the run is to stop here, if it is.
    pub(super) fn hit(&self, before: &[Option<Value>]) -> Option<String> {
        self.stop_here().or_else(|| self.changed(before, ""))
    }

    /// The stop at the instruction that comes next, if there is one.
    pub(super) fn stop_here(&self) -> Option<String> {
        let here = self.stops.iter().find(|stop| stop.is_here(self.machine()));
        here.map(|stop| format!("stop {}: {}", stop.number, stop.text))
    }

    /// Whether the run may have to stop where a guest is entered.
    pub(super) fn stops_in_guests(&self) -> bool {
        let mut stops = self.stops.iter();
        stops.any(|stop| stop.level > 0 && matches!(stop.what, What::At(_)))
    }

    /// What changed of what is watched, and behind that by what.
    pub(super) fn changed(&self, before: &[Option<Value>], by: &str) -> Option<String> {
        let machine = self.machine();
        self.stops.iter().zip(before).find_map(|(stop, before)| {
            let (before, now) = (before.as_ref()?, stop.value(machine)?);
            (*before != now).then(|| self.change(stop, before, &now, by))
        })
    }

    /// The change of one of them.
    fn change(&self, stop: &Stop, before: &Value, now: &Value, by: &str) -> String {
        let shown = |value: &Value| match value {
            Value::R(value) => number(*value),
            Value::C(value) => self.named(stop.level, *value),
            Value::Bytes(bytes) => hex(bytes),
        };
        format!(
            "stop {}: {}{by}\n    from {}\n    to   {}",
            stop.number,
            stop.text,
            shown(before),
            shown(now)
        )
    }

    /// Stops the run at an instruction, or says what stops it.
    pub(super) fn stop_at(&mut self, rest: &str) -> Result<String, Failure> {
        if rest.is_empty() {
            let none = if self.stops.is_empty() {
                "nothing stops the run\n"
            } else {
                ""
            };
            let lines = self.stops.iter();
            let lines = lines.map(|stop| format!("{}  {}\n", stop.number, stop.text));
            return Ok(none.to_owned() + &lines.collect::<String>());
        }
        let (level, address) = self.instruction_at(rest)?;
        // Of a level that has not run yet it is not known whose names are right.
        let place = match self.text.images().possible(level).len() {
            0 | 1 => self.place(level, address),
            _ => self.level_of(rest)?.1.to_owned(),
        };
        Ok(self.add(level, What::At(address), format!("at {place}")))
    }

    /// Stops the run when something changes.
    pub(super) fn watch(&mut self, rest: &str) -> Result<String, Failure> {
        let (level, rest) = self.level_of(rest)?;
        let what = if let Some(register) = named(C::all(), rest) {
            What::C(register)
        } else if let Some(register) = named(R::all(), rest) {
            What::R(register)
        } else if let Some(place) = rest.strip_prefix("tag ") {
            What::Tag(self.data_address(level, place)?)
        } else {
            let (address, size) = self.range(level, rest, 8)?;
            What::Bytes(address, size)
        };
        let text = match what {
            What::Bytes(address, size) => {
                let place = self.place(level, address.word());
                format!("{size} bytes at {place} change")
            }
            What::Tag(address) => {
                format!(
                    "the capability at {} changes",
                    self.place(level, address.word())
                )
            }
            _ => format!("{rest} changes"),
        };
        Ok(self.add(level, what, text))
    }

    fn add(&mut self, level: usize, what: What, text: String) -> String {
        self.last_number += 1;
        let number = self.last_number;
        let text = match level {
            0 => text,
            _ => format!("{text}, level {level}"),
        };
        let stop = Stop {
            number,
            level,
            what,
            text,
        };
        let is_memory = matches!(what, What::Bytes(..) | What::Tag(_));
        let nothing = match is_memory && stop.value(self.machine()).is_none() {
            true => "; nothing is there now",
            false => "",
        };
        let said = format!("stop {number}: {}{nothing}\n", stop.text);
        self.stops.push(stop);
        said
    }

    /// Stops the run no more for this, or for anything.
    pub(super) fn delete(&mut self, rest: &str) -> Result<String, Failure> {
        if rest.is_empty() {
            self.stops.clear();
            return Ok(String::new());
        }
        let number = places::number(rest);
        let place = self
            .stops
            .iter()
            .position(|stop| Some(stop.number as u64) == number);
        let place = place.ok_or_else(|| usage(format!("there is no stop {rest}")))?;
        self.stops.remove(place);
        Ok(String::new())
    }
}
