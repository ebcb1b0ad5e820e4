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
mod tests {
    use super::*;
    use crate::abi::SLOT_CONSOLE;
    use crate::context::{ExitRecord, MachineBlock, Terms};
    use crate::instruction::names::IoOperation;
    use crate::label::Label;
    use crate::machine::access::Through;
    use crate::machine::device::console::Console;
    use crate::machine::level::Run;
    use crate::machine::memory::Memory;
    use crate::trap::{Cause, TrapRegister};

    const SLOT_EMPTY: usize = 9;

    /// A stopped machine in which nothing is zero that can be something else.
    fn stopped() -> Machine {
        let mut machine = Machine::new(4 * PAGE_SIZE).expect("a small memory");
        let value = |number: u64| {
            Capability::from_words(
                number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                !number,
                number.is_multiple_of(2),
            )
        };
        machine.r = std::array::from_fn(|number| value(number as u64).low());
        machine.c = std::array::from_fn(|number| value(100 + number as u64));
        machine.pc = value(200);
        machine.process.descriptor_base = 0x1000;
        machine.process.descriptor_count = 3;
        machine.process.lines = 0x10001;
        machine.process.banks = std::array::from_fn(|number| value(300 + number as u64));
        (machine.pending, machine.timer, machine.clock, machine.entry) = (2, 1000, 93, 32 << 32);
        machine
            .memory
            .write(Real(0x1008), b"something")
            .expect("inside memory");
        let date = Device::date(Box::new(|| 5));
        let entropy = Device::entropy(Box::new(|bytes| bytes.fill(1)));
        let disk = Device::block(Box::new(vec![0; 3 * BLOCK]));
        for (slot, device) in [
            Device::Console(Console::with_input(b"input")),
            Device::Power,
            date,
            entropy,
            disk,
        ]
        .into_iter()
        .enumerate()
        {
            machine.attach(slot, device).expect("a slot");
        }
        machine.end = Some(End::Power { status: 3 });
        machine
    }

    type Change = Box<dyn Fn(&mut Machine)>;

    fn flip(value: Capability, bit: u32) -> Capability {
        match bit {
            128 => Capability::from_words(value.low(), value.high(), !value.is_tagged()),
            bit => {
                let bits = value.bits() ^ 1 << bit;
                Capability::from_words(bits as u64, (bits >> 64) as u64, value.is_tagged())
            }
        }
    }

    fn registers() -> Vec<Change> {
        let mut changes: Vec<Change> = vec![Box::new(|m| m.masked = !m.masked)];
        for bit in 0..64 {
            for number in 0..32 {
                changes.push(Box::new(move |m| m.r[number] ^= 1 << bit));
            }
            changes.push(Box::new(move |m| m.pending ^= 1 << bit));
            changes.push(Box::new(move |m| m.timer ^= 1 << bit));
            changes.push(Box::new(move |m| m.clock ^= 1 << bit));
            changes.push(Box::new(move |m| m.entry ^= 1 << bit));
            changes.push(Box::new(move |m| m.process.descriptor_base ^= 1 << bit));
            changes.push(Box::new(move |m| m.process.descriptor_count ^= 1 << bit));
            changes.push(Box::new(move |m| m.process.lines ^= 1 << bit));
            for word in 0..4 {
                changes.push(Box::new(move |m| m.process.read_labels.0[word] ^= 1 << bit));
                changes.push(Box::new(move |m| {
                    m.process.write_labels.0[word] ^= 1 << bit
                }));
            }
        }
        for bit in 0..=128 {
            changes.push(Box::new(move |m| m.pc = flip(m.pc, bit)));
            for number in 0..16 {
                changes.push(Box::new(move |m| m.c[number] = flip(m.c[number], bit)));
            }
            for number in 0..8 {
                changes.push(Box::new(move |m| {
                    m.process.banks[number] = flip(m.process.banks[number], bit)
                }));
            }
        }
        changes
    }

    fn memory() -> Vec<Change> {
        let mut changes: Vec<Change> = vec![Box::new(|m| {
            m.memory = Memory::new(5 * PAGE_SIZE).expect("small")
        })];
        for at in (0..4 * PAGE_SIZE).step_by(13) {
            changes.push(Box::new(move |m| {
                let valid = m.memory.is_valid(Real(at));
                let byte = m.memory.read(Real(at), 1).expect("inside memory")[0];
                m.memory
                    .write(Real(at), &[byte ^ 1 << (at % 8)])
                    .expect("inside memory");
                m.memory.set_valid(Real(at), valid);
            }));
        }
        for at in (0..4 * PAGE_SIZE).step_by(16) {
            changes.push(Box::new(move |m| {
                let valid = m.memory.is_valid(Real(at));
                m.memory.set_valid(Real(at), !valid);
            }));
            changes.push(Box::new(move |m| {
                let Label(label) = m.memory.label(Real(at));
                m.memory
                    .set_label(Real(at), Label(label ^ 1 << (at / 16 % 8)));
            }));
        }
        changes
    }

    fn operate(slot: usize, operation: IoOperation, argument: u64, bytes: &'static [u8]) -> Change {
        Box::new(move |m| {
            let device = m.slots[slot].device.as_mut().expect("a device");
            device.perform(operation, argument, bytes);
        })
    }

    fn devices() -> Vec<Change> {
        let console = usize::from(SLOT_CONSOLE);
        let mut changes: Vec<Change> = vec![
            Box::new(|m| m.slots[SLOT_EMPTY].device = Some(Device::Power)),
            Box::new(|m| m.slots[1].device = None),
            Box::new(|m| m.slots[1].device = Some(Device::Console(Console::new()))),
            Box::new(|m| m.slots.swap(2, 3)),
            Box::new(|m| m.slots[4].device = Some(Device::block(Box::new(vec![0; 2 * BLOCK])))),
            operate(console, IoOperation::Read, 1, b""),
            operate(console, IoOperation::Write, 1, b"x"),
            operate(console, IoOperation::Write, 1, b"y"),
            operate(console, IoOperation::Control, 1, b""),
            operate(2, IoOperation::Read, 0, b""),
            operate(3, IoOperation::Read, 1, b""),
            operate(3, IoOperation::Read, 2, b""),
            operate(4, IoOperation::Write, 0, &[1; BLOCK]),
            operate(4, IoOperation::Write, 2, &[1; BLOCK]),
        ];
        for slot in 0..16 {
            changes.push(Box::new(move |m| {
                m.slots[slot].ready = !m.slots[slot].ready
            }));
        }
        changes
    }

    fn ends() -> Vec<Change> {
        let first = Trap::from(Cause::Bounds);
        let double = |first, second, no_entry| {
            Some(End::DoubleFault {
                first,
                second,
                no_entry,
            })
        };
        let others = [
            None,
            Some(End::Wait),
            Some(End::Power { status: 2 }),
            Some(End::Power {
                status: 1 << 63 | 3,
            }),
            double(first, None, false),
            double(first, None, true),
            double(first, Some(first), false),
            double(first, Some(Trap::from(Cause::Tag)), false),
            double(
                Trap {
                    register: TrapRegister::PC,
                    ..first
                },
                None,
                false,
            ),
            double(Trap { offset: 1, ..first }, None, false),
            double(Trap { size: 1, ..first }, None, false),
        ];
        others
            .into_iter()
            .map(|end| Box::new(move |m: &mut Machine| m.end = end.clone()) as Change)
            .collect()
    }

    #[test]
    fn every_bit_counts() {
        let mut seen = std::collections::HashSet::from([stopped().state_hash()]);
        let changes = [registers(), memory(), devices(), ends()];
        for (number, change) in changes.iter().flatten().enumerate() {
            let mut machine = stopped();
            change(&mut machine);
            assert!(
                seen.insert(machine.state_hash()),
                "change {number} is not seen, or looks like another"
            );
        }
    }

    /// The same machine, running a guest whose block is page 2.
    fn nested() -> Machine {
        hosting(stopped())
    }

    fn hosting(mut machine: Machine) -> Machine {
        let terms = Terms {
            budget: 1000,
            intercept_instructions: 1,
            intercept_traps: 2,
            intercept_guests: 3,
            memory_given: 4,
            depth_given: 5,
            running: false,
            complete: false,
            proceed: false,
            inject: false,
            inject_trap: TrapRecord::default(),
            exit: ExitRecord::default(),
        };
        let block = MachineBlock {
            state: machine.state_at(0),
            clock: 77,
            terms,
        };
        let run = Run {
            block: vec![Real(2 * PAGE_SIZE)],
            memory: Through::NONE,
            devices: [None; SLOTS],
            depth: 0,
            terms,
        };
        machine.push(run, &block);
        machine
    }

    fn hosts_and_terms() -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        for bit in 0..64 {
            for number in 0..32 {
                changes.push(Box::new(move |m| {
                    m.hosts[0].state.context.r[number] ^= 1 << bit
                }));
            }
            changes.push(Box::new(move |m| m.hosts[0].ahead ^= 1 << bit));
            changes.push(Box::new(move |m| m.hosts[0].state.timer ^= 1 << bit));
            changes.push(Box::new(move |m| m.hosts[0].run.terms.budget ^= 1 << bit));
            changes.push(Box::new(move |m| {
                m.hosts[0].run.terms.intercept_traps ^= 1 << bit
            }));
            changes.push(Box::new(move |m| {
                m.hosts[0].run.terms.exit.block ^= 1 << bit
            }));
        }
        changes.push(Box::new(|m| m.hosts[0].run.terms.complete = true));
        changes.push(Box::new(|m| m.hosts[0].run.terms.proceed = true));
        changes.push(Box::new(|m| m.hosts[0].run.terms.inject = true));
        changes.push(Box::new(|m| m.end = Some(End::Power { status: 9 })));
        changes
    }

    #[test]
    fn every_bit_of_a_guest_and_of_its_host_counts() {
        let mut seen = std::collections::HashSet::from([nested().state_hash()]);
        let changes = [registers(), hosts_and_terms()];
        for (number, change) in changes.iter().flatten().enumerate() {
            let mut machine = nested();
            change(&mut machine);
            assert!(
                seen.insert(machine.state_hash()),
                "change {number} is not seen, or looks like another"
            );
        }
    }

    #[test]
    fn a_nest_has_the_hash_that_it_has_when_it_is_suspended() {
        let mut machine = Machine::new(4 * PAGE_SIZE).expect("a small memory");
        (machine.r[1], machine.clock) = (5, 9);
        let mut machine = hosting(machine);
        (machine.r[2], machine.clock) = (6, 78);
        let live = machine.state_hash();
        machine.suspend_to(0);
        assert_eq!((machine.r[2], machine.clock), (0, 10));
        assert_eq!(machine.state_hash(), live);
    }

    #[test]
    fn what_is_the_hosts_does_not_count() {
        let hash = stopped().state_hash();
        let host: [Change; 5] = [
            Box::new(|m| m.memory.set_owner(Real(0), 1)),
            Box::new(|m| m.last_trap = Some(Trap::from(Cause::Tag))),
            Box::new(|m| m.console_mut(0).expect("a console").supply(b"more")),
            Box::new(|m| {
                m.memory
                    .write(Real(0x3000), &[0; 16])
                    .expect("inside memory")
            }),
            Box::new(|m| {
                let device = Device::date(Box::new(|| 77));
                m.slots[2].device = Some(device);
            }),
        ];
        for (number, change) in host.iter().enumerate() {
            let mut machine = stopped();
            change(&mut machine);
            assert_eq!(machine.state_hash(), hash, "{number}");
        }
    }

    #[test]
    fn the_hash_of_an_empty_machine_is_written_down() {
        let machine = Machine::new(PAGE_SIZE).expect("a small memory");
        assert_eq!(
            machine.state_hash().to_string(),
            "9b65f411bdfafff4f18cba8a409c5c4b"
        );
    }
}
