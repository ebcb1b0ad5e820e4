//! What a running session wants of the host: input as it comes, a place for output, and when to stop.
//!
//! Invariant: what a host says here reaches the machine between two steps and is written down with the step before
//! which it came, so a run is repeatable whatever the host does.

use std::io::{self, Read, Write};
use std::time::Duration;

use isa::abi::SLOT_CONSOLE;

use crate::failure::Failure;

/// The most that is asked of a stream at a time.
const PIECE: usize = 4096;

/// How long to wait for something to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    Not,
    /// As long as this.
    For(Duration),
    /// Until something comes; the machine waits for the console in this slot.
    Console(usize),
}

/// What has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Nothing.
    Nothing,
    /// Bytes for the console in this slot.
    Bytes(usize, Vec<u8>),
    /// The end of the input of the console in this slot.
    End(usize),
}

/// The host's side of a running session.
pub trait Host {
    /// What has come next, for whichever console.
    ///
    /// # Errors
    /// When input cannot be read.
    fn receive(&mut self, wait: Wait) -> Result<Received, Failure>;

    /// Takes what the program wrote to the console in a slot.
    ///
    /// # Errors
    /// When it cannot be written.
    fn output(&mut self, slot: usize, bytes: &[u8]) -> Result<(), Failure>;

    /// Hears that the program reads the console in a slot, single keys if it is raw and else lines.
    fn attend(&mut self, _slot: usize, _is_raw: bool) {}

    /// Whether the run is to stop here.
    fn is_stopped(&self) -> bool {
        false
    }

    /// Whether somebody is there for whom waiting has to take its time.
    fn is_paced(&self) -> bool {
        false
    }
}

/// A host that has two streams for the first console and nothing for any other. It reads when the machine waits.
pub(crate) struct Streams<'a> {
    pub(crate) input: &'a mut dyn Read,
    pub(crate) output: &'a mut dyn Write,
}

impl Host for Streams<'_> {
    fn receive(&mut self, wait: Wait) -> Result<Received, Failure> {
        let Wait::Console(slot) = wait else {
            return Ok(Received::Nothing);
        };
        if slot != usize::from(SLOT_CONSOLE) {
            return Ok(Received::End(slot));
        }
        Ok(match piece(self.input).map_err(Failure::Input)? {
            bytes if bytes.is_empty() => Received::End(slot),
            bytes => Received::Bytes(slot, bytes),
        })
    }

    fn output(&mut self, slot: usize, bytes: &[u8]) -> Result<(), Failure> {
        if slot == usize::from(SLOT_CONSOLE) {
            self.output.write_all(bytes)?;
            self.output.flush()?;
        }
        Ok(())
    }
}

/// What comes next from a stream; nothing at its end.
pub(crate) fn piece(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; PIECE];
    let count = loop {
        match stream.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => break result?,
        }
    };
    bytes.truncate(count);
    Ok(bytes)
}
