//! Real time for a machine that waits for its timer.
//!
//! A step in which a machine idles lasts a microsecond, if somebody is there for whom that matters. Other steps last as
//! long as they do.
//!
//! Invariant: how long a step lasts changes nothing that a program can see.

use std::time::{Duration, Instant};

use isa::machine::{Stepped, Stop};

use crate::host::Wait;
use crate::runner::Runner;

/// How long a step of idling lasts.
const TICK: Duration = Duration::from_micros(1);

/// How many steps are idled before the time is waited for: as long as input from the host waits at most.
const PIECE: u32 = 1000;

/// When the idling began, so that waits that end late do not add up.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    idle: Option<(Instant, Duration)>,
}

impl Pace {
    /// Makes steps as the machine does, but stops after a piece of idling.
    pub(crate) fn run(&mut self, machine: &mut Runner, max_steps: u64) -> Stop {
        let mut idled = 0;
        machine.run_while(max_steps, |stepped| {
            if *stepped != Stepped::Idle {
                self.idle = None;
                return true;
            }
            let (_, waited) = self.idle.get_or_insert((Instant::now(), Duration::ZERO));
            *waited += TICK;
            idled += 1;
            idled < PIECE
        })
    }

    /// How long to wait now, if the machine idles.
    pub(crate) fn wait(&self) -> Option<Wait> {
        let (since, lasts) = self.idle?;
        let left = lasts.checked_sub(since.elapsed())?;
        Some(Wait::For(left))
    }
}
