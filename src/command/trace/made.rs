//! How a run is made that is traced: step by step, or at the engine's own pace and then its end again, to be looked at.
//!
//! Invariant: what the program prints comes out once, as it is printed, however often a part of the run is made.

use std::io::{self, Write};

use isa::abi::SLOT_CONSOLE;
use isa::machine::Stepped;

use crate::failure::Failure;
use crate::host::{Host, Received, Wait};
use crate::session::{Ending, Session};
use crate::terminal::Terminal;

/// So many steps are made at a time at the engine's pace. What comes from outside in so few is not too much to be written
/// down, if a quarter of what may be was there before.
const CHUNK: u64 = 1 << 13;

/// What looks at each step.
pub(super) trait Watcher {
    /// Looks at a machine that is about to make a step. Whether it is to make it.
    fn before(&mut self, session: &Session<'_>) -> bool;

    /// Looks at what came of it: what the machine said of it, or none if it ended instead, and what was printed.
    ///
    /// # Errors
    /// When what it was cannot be shown.
    fn after(
        &mut self,
        session: &Session<'_>,
        stepped: Option<&Stepped>,
        console: Vec<u8>,
    ) -> Result<(), Failure>;
}

/// The host of a run that is traced. Input comes when the machine waits for it, so that a trace is the same each time.
pub(super) struct Patient<'a> {
    terminal: Terminal<'a>,
}

impl<'a> Patient<'a> {
    /// What the program prints goes to the output. From now on Ctrl-C stops the run.
    ///
    /// # Errors
    /// When the host lets us have no signals.
    pub(super) fn new(output: &'a mut dyn Write) -> Result<Patient<'a>, Failure> {
        let terminal = Terminal::new(output).map_err(Failure::Host)?;
        Ok(Patient { terminal })
    }
}

impl Host for Patient<'_> {
    fn receive(&mut self, wait: Wait) -> Result<Received, Failure> {
        match wait {
            Wait::Console(_) => self.terminal.receive(wait),
            Wait::Not | Wait::For(_) => Ok(Received::Nothing),
        }
    }

    fn output(&mut self, slot: usize, bytes: &[u8]) -> Result<(), Failure> {
        self.terminal.output(slot, bytes)
    }

    fn is_stopped(&self) -> bool {
        self.terminal.is_stopped()
    }
}

/// Makes steps up to the end, and has each looked at. How the run ended; none if the watcher did not want the next step.
///
/// # Errors
/// When the host's input or output fails, or the watcher does.
pub(super) fn step_by_step(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    end: u64,
    watcher: &mut dyn Watcher,
) -> Result<Option<Ending>, Failure> {
    while session.machine().steps() < end {
        if host.is_stopped() {
            return Ok(Some(Ending::Stopped));
        }
        if !watcher.before(session) {
            return Ok(None);
        }
        let stepped = session.step_with(host)?;
        let ended = session.machine().end().cloned();
        if stepped.is_none() && ended.is_none() {
            return Ok(Some(Ending::Stopped));
        }
        let console = session.drain();
        if !console.is_empty() {
            host.output(SLOT_CONSOLE.into(), &console)?;
        }
        watcher.after(session, stepped.as_ref(), console)?;
        if let Some(end) = ended {
            return Ok(Some(Ending::Ended(end)));
        }
    }
    Ok(Some(Ending::Steps))
}

/// Makes steps up to the end at the engine's pace. How the run ended; none if it stands where it could soon not be made
/// again, for all that came from outside.
///
/// # Errors
/// When the host's input or output fails.
pub(super) fn at_pace(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    end: u64,
) -> Result<Option<Ending>, Failure> {
    loop {
        if session.is_long_told() {
            return Ok(None);
        }
        let left = end.saturating_sub(session.machine().steps());
        match session.run_with(Some(left.min(CHUNK)), host)? {
            Ending::Steps if left > CHUNK => {}
            ending => return Ok(Some(ending)),
        }
    }
}

/// The same run again, at the engine's pace to the so manieth step.
///
/// # Errors
/// When it cannot be made again.
pub(super) fn again_to<'a>(
    session: &Session<'a>,
    step: u64,
    output: &mut dyn Write,
) -> Result<Session<'a>, Failure> {
    let mut again = session.again().ok_or(Failure::NotAgain)?;
    let left = step.saturating_sub(again.machine().steps());
    again.run(Some(left), &mut io::empty(), output)?;
    Ok(again)
}

/// Has the steps of a run that is made again looked at, up to where the other one is.
///
/// # Errors
/// When the watcher fails.
pub(super) fn look_again(
    session: &Session<'_>,
    again: &mut Session<'_>,
    watcher: &mut dyn Watcher,
) -> Result<(), Failure> {
    let (end, steps) = (session.machine().end(), session.machine().steps());
    let is_over = |again: &Session<'_>| match end {
        Some(_) => again.machine().end().is_some(),
        None => again.machine().steps() >= steps,
    };
    while !is_over(again) && watcher.before(again) {
        let stepped = again.go_on_by_one().ok();
        if stepped.is_none() && again.machine().end().is_none() {
            break;
        }
        let console = again.drain();
        watcher.after(again, stepped.as_ref(), console)?;
    }
    Ok(())
}

/// The last bytes that were printed, up to a limit.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) bytes: Vec<u8>,
    limit: usize,
}

impl Tail {
    pub(super) fn new(limit: usize) -> Tail {
        let bytes = Vec::new();
        Tail { bytes, limit }
    }
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend(bytes);
        let excess = self.bytes.len().saturating_sub(self.limit);
        self.bytes.drain(..excess);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
