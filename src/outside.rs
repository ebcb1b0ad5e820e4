//! What comes into a machine from outside and differs from run to run: live input, the date, entropy, and the failures of
//! the host to write a block.
//!
//! Invariant: all of it is written down in the order in which it came, and what was written down gives the same again.
//! Input is written down with the step before which it came, since a program can tell when it came; the date and
//! entropy only come when the program asks.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use isa::abi::{SLOT_DATE, SLOT_ENTROPY};
use isa::machine::device::Device;
use isa::machine::device::block::StoreFailed;
use isa::machine::{BootError, Machine};

use crate::failure::Failure;
use crate::host::{Host, Received, Wait};

/// The most that is written down, in bytes, so that a run without end does not fill the host's memory.
const LIMIT: usize = 64 << 20;

/// What writing down one thing costs besides its bytes, roughly.
const OVERHEAD: usize = 32;

/// Everything that came, or is to come again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Events {
    /// Input of consoles.
    pub(crate) arrivals: VecDeque<Arrival>,
    /// What each reading of the date gave.
    pub(crate) dates: VecDeque<u64>,
    /// What each request for entropy gave.
    pub(crate) entropy: VecDeque<Vec<u8>>,
    /// Which writings of blocks failed, by their number from 1.
    pub(crate) failed_writes: VecDeque<u64>,
    bytes: usize,
}

/// How much of all that came had come at some time: of each kind, the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    arrivals: usize,
    dates: usize,
    entropy: usize,
    failed_writes: usize,
}

/// Input of a console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// How many steps had been made when it came.
    pub(crate) clock: u64,
    /// The console's slot.
    pub(crate) slot: usize,
    /// The bytes; none are the end of the input.
    pub(crate) bytes: Vec<u8>,
}

/// Whether something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    Nothing,
    Something,
}

/// The world outside of one machine. The devices of the machine share it.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    world: Arc<Mutex<World>>,
}

#[derive(Debug)]
enum World {
    Live {
        events: Events,
        /// What the host said when it first failed to write a block.
        trouble: Option<String>,
    },
    /// What is still to come, and what has come already.
    Recorded { left: Events, given: Events },
}

impl Outside {
    /// The world as it is.
    pub(crate) fn live() -> Outside {
        Outside::new(World::Live {
            events: Events::default(),
            trouble: None,
        })
    }

    /// The world as it was.
    pub(crate) fn recorded(events: Events) -> Outside {
        Outside::new(World::Recorded {
            left: events,
            given: Events::default(),
        })
    }

    fn new(world: World) -> Outside {
        Outside {
            world: Arc::new(Mutex::new(world)),
        }
    }

    /// What has come until now, or `None` if it was more than the limit.
    pub(crate) fn events(&self) -> Option<Events> {
        match &*self.lock() {
            World::Live { events, .. } if events.bytes <= LIMIT => Some(events.clone()),
            World::Live { .. } => None,
            World::Recorded { given, .. } => Some(given.clone()),
        }
    }

    /// How much has come until now, or `None` if it was more than the limit.
    pub(crate) fn position(&self) -> Option<Position> {
        let world = self.lock();
        let given = match &*world {
            World::Live { events, .. } if events.bytes > LIMIT => return None,
            World::Live { events: given, .. } | World::Recorded { given, .. } => given,
        };
        Some(Position {
            arrivals: given.arrivals.len(),
            dates: given.dates.len(),
            entropy: given.entropy.len(),
            failed_writes: given.failed_writes.len(),
        })
    }

    /// Whether more than a quarter of the limit has come.
    pub(crate) fn is_long_told(&self) -> bool {
        match &*self.lock() {
            World::Live { events, .. } => events.bytes > LIMIT / 4,
            World::Recorded { .. } => false,
        }
    }

    /// Goes back to where this much had come; the rest is to come again. Nothing changes if more came than is written down.
    pub(crate) fn go_back(&self, to: Position) {
        let mut world = self.lock();
        let (mut given, left) = match &*world {
            World::Live { events, .. } if events.bytes > LIMIT => return,
            World::Live { events, .. } => (events.clone(), Events::default()),
            World::Recorded { left, given } => (given.clone(), left.clone()),
        };
        let left = Events {
            arrivals: behind(&mut given.arrivals, to.arrivals, left.arrivals),
            dates: behind(&mut given.dates, to.dates, left.dates),
            entropy: behind(&mut given.entropy, to.entropy, left.entropy),
            failed_writes: behind(
                &mut given.failed_writes,
                to.failed_writes,
                left.failed_writes,
            ),
            bytes: 0,
        };
        *world = World::Recorded { left, given };
    }

    /// From now on new things come: what was to come again does not.
    pub(crate) fn go_live(&self) {
        let mut world = self.lock();
        if let World::Recorded { given, .. } = &mut *world {
            let events = std::mem::take(given);
            *world = World::Live {
                events,
                trouble: None,
            };
        }
    }

    /// What the host said when it first failed to write a block, if it did.
    pub(crate) fn trouble(&self) -> Option<String> {
        match &*self.lock() {
            World::Live { trouble, .. } => trouble.clone(),
            World::Recorded { .. } => None,
        }
    }

    /// Has a block written, the so manieth from 1; or, in the world as it was, lets it fail if it failed then.
    pub(crate) fn write_block(
        &self,
        number: u64,
        write: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), StoreFailed> {
        match &mut *self.lock() {
            World::Live { events, trouble } => write().map_err(|error| {
                trouble.get_or_insert_with(|| error.to_string());
                events.note(size_of::<u64>(), |events| {
                    events.failed_writes.push_back(number)
                });
                StoreFailed
            }),
            World::Recorded { left, given } => {
                match left.failed_writes.pop_front_if(|failed| *failed <= number) {
                    None => Ok(()),
                    Some(failed) => {
                        given.failed_writes.push_back(failed);
                        Err(StoreFailed)
                    }
                }
            }
        }
    }

    /// Puts the devices into the machine through which the date and entropy come.
    pub(crate) fn attach(&self, machine: &mut Machine) -> Result<(), BootError> {
        let (date, entropy) = (self.clone(), self.clone());
        machine.attach(
            SLOT_DATE.into(),
            Device::date(Box::new(move || date.lock().date())),
        )?;
        machine.attach(
            SLOT_ENTROPY.into(),
            Device::entropy(Box::new(move |bytes| entropy.lock().entropy(bytes))),
        )
    }

    /// Gives the consoles what has come next, if anything has. Whether there can be more: a world as it was gives by
    /// [`Outside::replay`] alone, and has nothing for a console that waits then.
    pub(crate) fn receive(
        &self,
        machine: &mut Machine,
        host: &mut dyn Host,
        wait: Wait,
    ) -> Result<Receipt, Failure> {
        if let World::Recorded { .. } = &*self.lock() {
            return Ok(Receipt::Nothing);
        }
        let (slot, bytes) = match host.receive(wait)? {
            Received::Nothing => return Ok(Receipt::Nothing),
            Received::Bytes(slot, bytes) => (slot, bytes),
            Received::End(slot) => (slot, Vec::new()),
        };
        self.supply(machine, slot, bytes);
        Ok(Receipt::Something)
    }

    /// Gives a console bytes now, or none for the end of its input.
    pub(crate) fn supply(&self, machine: &mut Machine, slot: usize, bytes: Vec<u8>) {
        let clock = machine.steps();
        let arrival = Arrival { clock, slot, bytes };
        arrival.give(machine);
        if let World::Live { events, .. } = &mut *self.lock() {
            events.note(arrival.bytes.len(), |events| {
                events.arrivals.push_back(arrival)
            });
        }
    }

    /// Whether this is a world as it was.
    pub(crate) fn is_recorded(&self) -> bool {
        matches!(&*self.lock(), World::Recorded { .. })
    }

    /// Gives the consoles what had come to them when the machine was last at this step. In the world as it is, nothing.
    pub(crate) fn replay(&self, machine: &mut Machine) {
        let World::Recorded { left, given } = &mut *self.lock() else {
            return;
        };
        let now = machine.steps();
        while let Some(arrival) = left.arrivals.pop_front_if(|arrival| arrival.clock <= now) {
            arrival.give(machine);
            given.arrivals.push_back(arrival);
        }
    }

    /// How many steps have to be made before [`Outside::replay`] has something to give.
    pub(crate) fn next_arrival(&self) -> Option<u64> {
        match &*self.lock() {
            World::Live { .. } => None,
            World::Recorded { left, .. } => left.arrivals.front().map(|arrival| arrival.clock),
        }
    }

    /// No code can panic while it holds the lock, and what is written down is never half written.
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts a list at a place: what was behind it, and behind that what is still to come.
fn behind<T>(given: &mut VecDeque<T>, place: usize, left: VecDeque<T>) -> VecDeque<T> {
    let mut behind = given.split_off(place.min(given.len()));
    behind.extend(left);
    behind
}

impl Arrival {
    fn give(&self, machine: &mut Machine) {
        let Some(console) = machine.console_mut(self.slot) else {
            return;
        };
        if self.bytes.is_empty() {
            console.close();
        } else {
            console.supply(&self.bytes);
        }
    }
}

impl World {
    fn date(&mut self) -> u64 {
        match self {
            World::Live { events, .. } => {
                let now = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                let date = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
                events.note(size_of::<u64>(), |events| events.dates.push_back(date));
                date
            }
            World::Recorded { left, given } => {
                let date = left.dates.pop_front().unwrap_or_default();
                given.dates.push_back(date);
                date
            }
        }
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        match self {
            World::Live { events, .. } => {
                // Every host that this runs on has a source; without one, programs get zeros.
                let _ = getrandom::fill(bytes);
                events.note(bytes.len(), |events| {
                    events.entropy.push_back(bytes.to_vec())
                });
            }
            World::Recorded { left, given } => {
                let noted = left.entropy.pop_front().unwrap_or_default();
                bytes
                    .iter_mut()
                    .zip(&noted)
                    .for_each(|(byte, noted)| *byte = *noted);
                given.entropy.push_back(noted);
            }
        }
    }
}

impl Events {
    /// What is to come again, each in its order.
    pub(crate) fn new(
        arrivals: Vec<Arrival>,
        dates: Vec<u64>,
        entropy: Vec<Vec<u8>>,
        failed_writes: Vec<u64>,
    ) -> Events {
        Events {
            arrivals: arrivals.into(),
            dates: dates.into(),
            entropy: entropy.into(),
            failed_writes: failed_writes.into(),
            bytes: 0,
        }
    }

    /// Writes something down that has so many bytes, unless the limit was passed.
    fn note(&mut self, bytes: usize, write: impl FnOnce(&mut Events)) {
        self.bytes = self.bytes.saturating_add(bytes.saturating_add(OVERHEAD));
        if self.bytes <= LIMIT {
            write(self);
        }
    }
}
