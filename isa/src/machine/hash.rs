//! The state hash: 128 bits that machines share when everything that can be seen from inside is the same, and else
//! only by chance.
//!
//! What goes in, in this order, every number little-endian:
//!
//! 1. `r0` to `r31`, 8 bytes each; `c0` to `c15`, then the program counter, each 16 bytes and a byte for its tag;
//!    a byte for the interrupt mask.
//! 2. The process block: descriptor base and count, enabled lines, 8 bytes each; the labels that it may read,
//!    then those that it may write, 32 bytes each; the stack pointers of the rings 0 to 7, as capabilities above.
//! 3. Pending lines, timer, clock, trap entry, 8 bytes each.
//! 4. The size of memory, 8 bytes. Then each page that is not all zero, in order: its number, 8 bytes; its 4096
//!    bytes; 32 bytes of validity bits; 256 labels. Pages of bytes, validity bits and labels that are all zero are
//!    left out, which loses nothing, since the numbers of the others say which they are. Then 2^64 - 1, 8 bytes. In
//!    a page that belongs to a deeper machine the validity bits and labels are those that ring 0 reads with
//!    `ldtag`.
//! 5. Each of the 16 device slots: a byte for its kind (0: empty) and a byte for its ready line, then
//!    - console: bytes read, bytes written, 8 bytes each; the digest of what was written, 16 bytes; a byte for
//!      raw mode;
//!    - date: how many times it was read, 8 bytes;
//!    - entropy: how many bytes it gave, 8 bytes;
//!    - block: the number of blocks, then the blocks as memory has its pages, without validity bits and labels; a
//!      block that the host cannot read counts as its number with all bits inverted.
//! 6. A byte for how the machine ended: 0 it did not; 1 by power, then the status, 8 bytes; 2 by a double fault,
//!    then a byte for each of: there is no trap entry; there is a second trap; then the records of the first and of
//!    the second trap, as they stand in memory; 3 by waiting for nothing.
//!
//! Invariant: owners of pages, input that was not read yet and everything else that belongs to the host stay out;
//! nothing else does.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use super::device::Device;
use super::device::block::{BLOCK, BlockStore};
use super::memory::Memory;
use super::{End, Machine};
use crate::address::PAGE_SIZE;
use crate::capability::Capability;
use crate::context::TrapRecord;
use crate::trap::Trap;

/// The state hash of a machine.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateHash(pub u128);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What stands where a list of numbered pages ends; no page has this number.
const END_OF_PAGES: u64 = u64::MAX;

impl Machine {
    /// The state hash, as the head of this file writes it down.
    pub fn state_hash(&self) -> StateHash {
        let mut feed = Feed(Xxh3::new());
        feed.registers(self);
        feed.process(self);
        for word in [self.pending, self.timer, self.clock, self.entry] {
            feed.word(word);
        }
        feed.memory(&self.memory);
        for slot in &self.slots {
            feed.byte(slot.device.as_ref().map_or(0, |device| device.kind() as u8));
            feed.flag(slot.ready);
            if let Some(device) = &slot.device {
                feed.device(device);
            }
        }
        feed.end(self.end.as_ref());
        StateHash(feed.0.digest128())
    }
}

/// The hash so far.
struct Feed(Xxh3);

impl Feed {
    fn byte(&mut self, byte: u8) {
        self.0.update(&[byte]);
    }

    fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    fn word(&mut self, word: u64) {
        self.0.update(&word.to_le_bytes());
    }

    fn capability(&mut self, capability: Capability) {
        self.0.update(&capability.bits().to_le_bytes());
        self.flag(capability.is_tagged());
    }

    fn registers(&mut self, machine: &Machine) {
        machine.r.iter().for_each(|word| self.word(*word));
        machine
            .c
            .iter()
            .for_each(|capability| self.capability(*capability));
        self.capability(machine.pc);
        self.flag(machine.masked);
    }

    fn process(&mut self, machine: &Machine) {
        let process = &machine.process;
        self.word(process.descriptor_base);
        self.word(process.descriptor_count);
        self.word(process.lines);
        self.0.update(&process.read_labels.to_bytes());
        self.0.update(&process.write_labels.to_bytes());
        process.banks.iter().for_each(|bank| self.capability(*bank));
    }

    fn memory(&mut self, memory: &Memory) {
        self.word(memory.size());
        for (number, page) in memory.pages().enumerate() {
            let zero = page.bytes == [0; PAGE_SIZE as usize]
                && page.valid.iter().all(|word| *word == 0)
                && page.labels.iter().all(|label| *label == 0);
            if !zero {
                self.word(number as u64);
                self.0.update(page.bytes);
                page.valid.iter().for_each(|word| self.word(*word));
                self.0.update(page.labels);
            }
        }
        self.word(END_OF_PAGES);
    }

    fn device(&mut self, device: &Device) {
        match device {
            Device::Console(console) => {
                self.word(console.input_position());
                self.word(console.output_count());
                self.0.update(&console.output_digest().to_le_bytes());
                self.flag(console.is_raw());
            }
            Device::Power => {}
            Device::Date { reads, .. } => self.word(*reads),
            Device::Entropy { position, .. } => self.word(*position),
            Device::Block(block) => self.blocks(block.store()),
        }
    }

    fn blocks(&mut self, store: &dyn BlockStore) {
        self.word(store.count());
        for number in 0..store.count() {
            match store.read(number) {
                Ok(bytes) if bytes == [0; BLOCK] => {}
                Ok(bytes) => {
                    self.word(number);
                    self.0.update(&bytes);
                }
                Err(_) => self.word(!number),
            }
        }
        self.word(END_OF_PAGES);
    }

    fn end(&mut self, end: Option<&End>) {
        match end {
            None => self.byte(0),
            Some(End::Power { status }) => {
                self.byte(1);
                self.word(*status);
            }
            Some(End::DoubleFault {
                first,
                second,
                no_entry,
            }) => {
                self.byte(2);
                self.flag(*no_entry);
                self.flag(second.is_some());
                self.trap(first);
                second.iter().for_each(|trap| self.trap(trap));
            }
            Some(End::Wait) => self.byte(3),
        }
    }

    fn trap(&mut self, trap: &Trap) {
        self.0.update(&TrapRecord::from(trap).to_bytes());
    }
}
