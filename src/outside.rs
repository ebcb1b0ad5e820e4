//! What comes into a machine from outside and differs from run to run: live input, the date, entropy.
//!
//! Invariant: all of it is written down in the order in which it came, and a recording gives the same again.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use isa::abi::{SLOT_DATE, SLOT_ENTROPY};
use isa::machine::device::Device;
use isa::machine::{BootError, Machine};

use crate::failure::Failure;

/// The most that is written down, in bytes, so that a run without end does not fill the host's memory.
const LIMIT: usize = 64 << 20;

/// The most that is asked of live input at a time.
const INPUT_CHUNK: usize = 4096;

/// Everything that came, or is to come again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    input: VecDeque<Vec<u8>>,
    dates: VecDeque<u64>,
    entropy: VecDeque<Vec<u8>>,
    bytes: usize,
}

/// The world outside of one machine. The devices of the machine share it.
#[derive(Clone, Debug)]
pub(crate) struct Outside {
    world: Arc<Mutex<World>>,
}

#[derive(Debug)]
enum World {
    Live(Recording),
    Recorded(Recording),
}

impl Outside {
    /// The world as it is.
    pub(crate) fn live() -> Outside {
        Outside {
            world: Arc::new(Mutex::new(World::Live(Recording::default()))),
        }
    }

    /// The world as it was.
    pub(crate) fn recorded(recording: Recording) -> Outside {
        Outside {
            world: Arc::new(Mutex::new(World::Recorded(recording))),
        }
    }

    /// What has come until now, or `None` if it was more than the limit.
    pub(crate) fn recording(&self) -> Option<Recording> {
        match &*self.lock() {
            World::Live(recording) if recording.bytes <= LIMIT => Some(recording.clone()),
            _ => None,
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

    /// Gives a console that waits what comes next from `input`, or its end.
    pub(crate) fn supply(
        &self,
        machine: &mut Machine,
        slot: usize,
        input: &mut dyn Read,
    ) -> Result<(), Failure> {
        let bytes = self.lock().input(input)?;
        if let Some(console) = machine.console_mut(slot) {
            if bytes.is_empty() {
                console.close();
            } else {
                console.supply(&bytes);
            }
        }
        Ok(())
    }

    /// No code can panic while it holds the lock, and a recording is never half written.
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn date(&mut self) -> u64 {
        match self {
            World::Live(recording) => {
                let now = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                let date = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
                recording.note(size_of::<u64>(), |recording| {
                    recording.dates.push_back(date)
                });
                date
            }
            World::Recorded(recording) => recording.dates.pop_front().unwrap_or_default(),
        }
    }

    fn entropy(&mut self, bytes: &mut [u8]) {
        match self {
            World::Live(recording) => {
                // Every host that this runs on has a source; without one, programs get zeros.
                let _ = getrandom::fill(bytes);
                recording.note(bytes.len(), |recording| {
                    recording.entropy.push_back(bytes.to_vec())
                });
            }
            World::Recorded(recording) => {
                let noted = recording.entropy.pop_front().unwrap_or_default();
                bytes
                    .iter_mut()
                    .zip(noted)
                    .for_each(|(byte, noted)| *byte = noted);
            }
        }
    }

    /// The next bytes of the console's input; none at its end.
    fn input(&mut self, live: &mut dyn Read) -> Result<Vec<u8>, Failure> {
        match self {
            World::Live(recording) => {
                let mut bytes = vec![0; INPUT_CHUNK];
                let count = loop {
                    match live.read(&mut bytes) {
                        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                        result => break result.map_err(Failure::Input)?,
                    }
                };
                bytes.truncate(count);
                recording.note(count, |recording| recording.input.push_back(bytes.clone()));
                Ok(bytes)
            }
            World::Recorded(recording) => Ok(recording.input.pop_front().unwrap_or_default()),
        }
    }
}

impl Recording {
    /// Writes something down that has so many bytes, unless the limit was passed.
    fn note(&mut self, bytes: usize, write: impl FnOnce(&mut Recording)) {
        self.bytes = self.bytes.saturating_add(bytes.max(1));
        if self.bytes <= LIMIT {
            write(self);
        }
    }
}
