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
//!    - console: bytes read, bytes written, 8 bytes each; the digest of what was written, 16 bytes: XXH3-128 of the
//!      digest of all pieces of 1024 bytes so far (0 at the beginning, then in the same way) and of the bytes behind
//!      those; a byte for raw mode;
//!    - date: how many times it was read, 8 bytes;
//!    - entropy: how many bytes it gave, 8 bytes;
//!    - block: the number of blocks, then the blocks as memory has its pages, without validity bits and labels; a
//!      block that the host cannot read counts as its number with all bits inverted.
//! 6. A byte for how the machine ended: 0 it did not; 1 by power, then the status, 8 bytes; 2 by a double fault,
//!    then a byte for each of: there is no trap entry; there is a second trap; then the records of the first and of
//!    the second trap, as they stand in memory; 3 by waiting for nothing.
//!
//! While guests run, what goes in is what there would be if they were suspended into their blocks now: that is all there is
//! to them. A guest that is live has a hash of its own, by the same list: its memory is its window, a page of which counts
//! as zero if its hosts' maps do not lead to it, and without validity bits and labels if it belongs to a host; its slots
//! are what was passed through. So it is the hash of a machine that runs the same on no host at all.
//!
//! Invariant: owners of pages, input that was not read yet and everything else that belongs to the host stay out;
//! nothing else does.

use std::borrow::Cow;
use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use super::device::Device;
use super::device::block::{BLOCK, BlockStore};
use super::interrupt::Wired;
use super::memory::Page;
use super::translate::Walk;
use super::{End, Machine, SLOTS};
use crate::access::AccessKind;
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real};
use crate::capability::Capability;
use crate::context::{ExecutionContext, ProcessBlock, STATUS_MASKED, TrapRecord};
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
        self.state_hash_of(0)
    }

    /// The state hash of a live level: 0 is the outermost machine, and with it everything.
    pub fn state_hash_of(&self, level: usize) -> StateHash {
        let mut feed = Feed(Xxh3::new());
        let state = self.state_at(level);
        feed.context(&state.context);
        feed.process(&state.process);
        for word in [
            state.pending,
            state.timer,
            self.clock_at(level),
            state.entry,
        ] {
            feed.word(word);
        }
        feed.memory(self, level);
        for slot in 0..SLOTS {
            feed.slot(self, level, slot);
        }
        feed.end(self.end.as_ref().filter(|_| level == self.level()));
        StateHash(feed.0.digest128())
    }

    /// A page of the memory of a level as it would be if its guests were suspended now.
    fn suspended_page(&self, level: usize, number: u64) -> Option<SuspendedPage<'_>> {
        let real = Real(number * PAGE_SIZE);
        let guest = self
            .hosts
            .iter()
            .skip(level)
            .position(|host| host.run.block.get(level) == Some(&real));
        if let Some(block) = guest.and_then(|guest| self.block_at(level + guest + 1)) {
            let page = self.page_of_level(level, real)?;
            return Some(SuspendedPage {
                bytes: Cow::Owned(block.to_bytes().to_vec()),
                valid: &[0; VALID_WORDS],
                labels: page.labels,
            });
        }
        let page = self.page_of_level(level, real)?;
        Some(SuspendedPage {
            bytes: Cow::Borrowed(page.bytes),
            valid: page.valid,
            labels: page.labels,
        })
    }

    /// The page of the memory of a level, if the maps lead there.
    fn page_of_level(&self, level: usize, real: Real) -> Option<Page<'_>> {
        let walk = &mut Walk::default();
        let outermost = self.outermost_page(walk, level, real, false).ok()??;
        let page = self.memory.page(outermost.0 / PAGE_SIZE)?;
        let is_host_s = usize::from(self.memory.owner(outermost)) < level;
        Some(match is_host_s {
            true => Page {
                valid: &[0; VALID_WORDS],
                labels: &[0; LABELS],
                ..page
            },
            false => page,
        })
    }
}

/// The granules of a page, each with a label, and the words that their validity bits take.
const LABELS: usize = (PAGE_SIZE / GRANULE_SIZE) as usize;
const VALID_WORDS: usize = LABELS / u64::BITS as usize;

/// A page, of which the bytes may not be in memory.
struct SuspendedPage<'a> {
    bytes: Cow<'a, [u8]>,
    valid: &'a [u64],
    labels: &'a [u8],
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

    fn context(&mut self, context: &ExecutionContext) {
        context.r.iter().for_each(|word| self.word(*word));
        context
            .c
            .iter()
            .for_each(|capability| self.capability(*capability));
        self.capability(context.pc);
        self.flag(context.status & STATUS_MASKED != 0);
    }

    fn process(&mut self, process: &ProcessBlock) {
        self.word(process.descriptor_base);
        self.word(process.descriptor_count);
        self.word(process.lines);
        self.0.update(&process.read_labels.to_bytes());
        self.0.update(&process.write_labels.to_bytes());
        process.banks.iter().for_each(|bank| self.capability(*bank));
    }

    fn memory(&mut self, machine: &Machine, level: usize) {
        let size = machine.memory_size_at(level);
        self.word(size);
        for number in 0..size / PAGE_SIZE {
            let Some(page) = machine.suspended_page(level, number) else {
                continue;
            };
            let zero = page.bytes.iter().all(|byte| *byte == 0)
                && page.valid.iter().all(|word| *word == 0)
                && page.labels.iter().all(|label| *label == 0);
            if !zero {
                self.word(number);
                self.0.update(&page.bytes);
                page.valid.iter().for_each(|word| self.word(*word));
                self.0.update(page.labels);
            }
        }
        self.word(END_OF_PAGES);
    }

    fn slot(&mut self, machine: &Machine, level: usize, slot: usize) {
        let real = match machine.wired(level, slot, AccessKind::Input) {
            Wired::Device(slot) => machine.slots.get(slot),
            Wired::Emulated { .. } => None,
        };
        let device = real.and_then(|slot| slot.device.as_ref());
        self.byte(device.map_or(0, |device| device.kind() as u8));
        self.flag(real.is_some_and(|slot| slot.ready));
        if let Some(device) = device {
            self.device(device);
        }
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

#[cfg(test)]
mod tests;
