//! The console: bytes that the host supplies, and bytes that it may take away and show.
//!
//! Invariant: what the machine can see, and what enters the state hash, is how many bytes it has read, how many it
//! has written, which ones (as a running digest), and the mode. Bytes that wait in the queues are the host's.

use std::collections::VecDeque;

use xxhash_rust::xxh3::xxh3_128;

use super::{Failure, Outcome, filled};
use crate::stream::{Malformed, Reader, Writer};

/// How many bytes go into a digest at a time.
const PIECE: usize = 1024;

/// A running digest of bytes, which does not depend on how they were cut, and is itself a few bytes: that of the
/// whole pieces so far, and the piece that is not full.
#[derive(Clone, Debug, Default)]
struct Digest {
    pieces: u128,
    rest: Vec<u8>,
}

impl Digest {
    fn update(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        while self.rest.len() >= PIECE {
            let rest = self.rest.split_off(PIECE);
            self.pieces = self.value();
            self.rest = rest;
        }
    }

    /// XXH3-128 of the digest of the whole pieces, as 16 bytes, and the rest behind it.
    fn value(&self) -> u128 {
        let mut bytes = self.pieces.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.rest);
        xxh3_128(&bytes)
    }
}

/// A console and its two queues.
#[derive(Clone)]
pub struct Console {
    input: VecDeque<u8>,
    closed: bool,
    input_position: u64,
    output: Vec<u8>,
    output_count: u64,
    output_digest: Digest,
    raw: bool,
    asked: bool,
}

impl Default for Console {
    fn default() -> Console {
        Console::new()
    }
}

impl Console {
    /// A console whose input is open and has nothing yet.
    pub fn new() -> Console {
        Console {
            input: VecDeque::new(),
            closed: false,
            input_position: 0,
            output: Vec::new(),
            output_count: 0,
            output_digest: Digest::default(),
            raw: false,
            asked: false,
        }
    }

    /// A console whose whole input is known from the start.
    pub fn with_input(bytes: &[u8]) -> Console {
        let mut console = Console::new();
        console.supply(bytes);
        console.close();
        console
    }

    /// Append bytes to the input. After [`Console::close`] they are dropped: an end, once seen, is final.
    pub fn supply(&mut self, bytes: &[u8]) {
        if !self.closed {
            self.input.extend(bytes);
        }
    }

    /// End the input after what was supplied.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Take the output that was written since the last call.
    pub fn drain(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Bytes read by the machine so far.
    pub fn input_position(&self) -> u64 {
        self.input_position
    }

    /// Bytes written by the machine so far.
    pub fn output_count(&self) -> u64 {
        self.output_count
    }

    /// The 128-bit digest of all bytes written so far.
    pub fn output_digest(&self) -> u128 {
        self.output_digest.value()
    }

    /// Whether the machine asked for single keys instead of lines.
    pub fn is_raw(&self) -> bool {
        self.raw
    }

    /// Whether a read would complete at once, be it with the end of the input.
    pub fn is_ready(&self) -> bool {
        self.closed || !self.input.is_empty()
    }

    /// Whether the host can still supply input, and none waits.
    pub fn awaits_input(&self) -> bool {
        !self.is_ready()
    }

    /// How many bytes of the input wait to be read.
    pub fn waiting(&self) -> usize {
        self.input.len()
    }

    /// Whether a read or a poll ever found nothing while the input was open: from then on it is worth the host's while
    /// to look for some.
    pub fn has_asked(&self) -> bool {
        self.asked
    }

    /// Read up to `count` bytes. With none there: the end if closed, else wait, or give 0 bytes when not to `wait`.
    pub(super) fn read(&mut self, count: u64, wait: bool) -> (Outcome, Vec<u8>) {
        if count == 0 || !self.input.is_empty() {
            let count = self.input.len().min(count as usize);
            self.input_position += count as u64;
            return filled(self.input.drain(..count).collect());
        }
        self.asked |= !self.closed;
        let outcome = match (self.closed, wait) {
            (true, _) => Outcome::Done(Failure::End.word()),
            (false, true) => Outcome::NeedsInput,
            (false, false) => Outcome::Done(0),
        };
        (outcome, Vec::new())
    }

    /// Write bytes; the result is their number.
    pub(super) fn write(&mut self, bytes: &[u8]) -> u64 {
        self.output.extend_from_slice(bytes);
        self.output_digest.update(bytes);
        self.output_count += bytes.len() as u64;
        bytes.len() as u64
    }

    /// Writes all of it down.
    pub(in crate::machine) fn write_to(&self, writer: &mut Writer) {
        writer.string(&self.input.iter().copied().collect::<Vec<_>>());
        writer.word(self.input_position);
        writer.string(&self.output);
        writer.word(self.output_count);
        writer.wide(self.output_digest.pieces);
        writer.string(&self.output_digest.rest);
        for flag in [self.closed, self.raw, self.asked] {
            writer.flag(flag);
        }
    }

    /// What [`Console::write_to`] wrote.
    pub(in crate::machine) fn read_from(reader: &mut Reader<'_>) -> Result<Console, Malformed> {
        let input = reader.string()?.iter().copied().collect();
        let input_position = reader.word()?;
        let output = reader.string()?.to_vec();
        let output_count = reader.word()?;
        let (pieces, rest) = (reader.wide()?, reader.string()?.to_vec());
        if rest.len() >= PIECE {
            return Err(Malformed("digest of a console"));
        }
        Ok(Console {
            input,
            input_position,
            output,
            output_count,
            output_digest: Digest { pieces, rest },
            closed: reader.flag()?,
            raw: reader.flag()?,
            asked: reader.flag()?,
        })
    }

    /// Choose single keys (raw) or lines; the result is the mode before, 1 for raw.
    pub(super) fn set_raw(&mut self, raw: bool) -> u64 {
        u64::from(std::mem::replace(&mut self.raw, raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_wait_while_open_and_end_when_closed() {
        let mut console = Console::new();
        assert_eq!(console.read(4, true), (Outcome::NeedsInput, vec![]));
        assert_eq!(console.read(4, false), (Outcome::Done(0), vec![]));
        assert!(!console.is_ready() && console.awaits_input());
        assert!(console.has_asked());
        console.supply(b"abcdef");
        assert_eq!(console.waiting(), 6);
        assert_eq!(console.read(4, true), (Outcome::Done(4), b"abcd".to_vec()));
        console.close();
        console.supply(b"late");
        assert_eq!(console.read(4, true), (Outcome::Done(2), b"ef".to_vec()));
        assert_eq!(console.read(4, true), (Outcome::Done(u64::MAX), vec![]));
        assert_eq!(console.read(4, false), (Outcome::Done(u64::MAX), vec![]));
        assert_eq!(console.read(0, true), (Outcome::Done(0), vec![]));
        assert_eq!(console.input_position(), 6);
    }

    #[test]
    fn the_digest_is_of_the_bytes_and_not_of_how_they_were_cut() {
        let (mut whole, mut cut) = (Console::new(), Console::new());
        assert_eq!(whole.write(b"hello"), 5);
        cut.write(b"he");
        cut.drain();
        cut.write(b"llo");
        assert_eq!(whole.output_digest(), cut.output_digest());
        assert_eq!(
            (whole.drain(), cut.drain()),
            (b"hello".to_vec(), b"llo".to_vec())
        );
        cut.write(b"!");
        assert_ne!(whole.output_digest(), cut.output_digest());
    }
}
