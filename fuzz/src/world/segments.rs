//! The segments of a world: what describes them, and what is in them at the beginning.

use isa::abi::{SEGMENT_LINKAGE, SEGMENT_STACKS};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::{
    Brackets, Descriptor, DescriptorFlags, Label, PageFlags, PageWord, Real, Ring, SegmentNumber,
    abi,
};

use super::{
    BUSY, Builder, DATA, END, HANDLER, KERNEL, PAGED, PAGED_PAGES, SERVICE, SHARED, STACK,
    SYSTEM_DATA, SYSTEM_END, TEXTS,
};
use crate::case::{WORLD_REAL, What, inner};
use crate::chance::{choose, interesting};
use crate::code;

impl Builder<'_> {
    /// Texts, stacks, linkage, data and devices. Returns the frames that several segments may share.
    pub(super) fn segments(&mut self) -> Vec<u64> {
        let rx = DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::EXECUTE;
        let mut frames = Vec::new();
        for (number, name, brackets, gates) in [
            (HANDLER, "handler", brackets(0, 0, 0), 0),
            (KERNEL, "kernel", brackets(0, 0, 5), 3),
            (SERVICE, "service", brackets(2, 2, 5), 3),
            (SHARED, "shared", brackets(0, 7, 7), 0),
            (TEXTS, "text", brackets(4, 4, 4), 0),
            (TEXTS + 1, "text_b", brackets(4, 5, 7), 2),
            (TEXTS + 2, "text_c", brackets(2, 4, 6), 2),
            (TEXTS + 3, "text_d", brackets(7, 7, 7), 0),
        ] {
            let at = self.allocate(name, 2, What::Code);
            let linkage = SegmentNumber(SEGMENT_LINKAGE);
            let length = 2 * PAGE_SIZE - self.rng.u64(0..4) * 8;
            let descriptor = Descriptor {
                brackets,
                gates,
                linkage,
                label: self.rare_label(),
                ..inner(WORLD_REAL + at, length, rx)
            };
            self.set(number, descriptor);
            if number != HANDLER {
                frames.push(at + PAGE_SIZE);
            }
        }
        let hold = rw() | DescriptorFlags::HOLD;
        let at = self.allocate("stack", 2, What::Words);
        self.set(STACK, inner(WORLD_REAL + at, 2 * PAGE_SIZE, hold));
        for ring in [1, 2, 4, 5, 7] {
            let at = self.allocate(&format!("stack_{ring}"), 1, What::Words);
            let own = brackets(ring, ring, ring);
            let stack = Descriptor {
                brackets: own,
                ..inner(WORLD_REAL + at, PAGE_SIZE, hold)
            };
            self.set(SEGMENT_STACKS + u16::from(ring), stack);
        }
        let at = self.allocate("linkage", 1, What::Words);
        for ring in 0..8 {
            let linkage = Descriptor {
                brackets: brackets(0, ring, 7),
                ..inner(WORLD_REAL + at, 256, hold)
            };
            self.set(SEGMENT_LINKAGE + u16::from(ring), linkage);
        }
        for number in (DATA..PAGED).chain(SYSTEM_DATA..SYSTEM_END) {
            let pages = self.rng.u64(1..=2);
            let at = self.allocate(&format!("data_{number}"), pages, What::Words);
            frames.extend((0..pages).map(|page| at + page * PAGE_SIZE));
            let odd = *choose(self.rng, &[0, 0, 1, 8, 16, 100, 2048]);
            let descriptor = self.data(WORLD_REAL + at, pages * PAGE_SIZE - odd);
            self.set(number, descriptor);
        }
        for slot in 0..5 {
            if let Some(number) = abi::device_segment(slot) {
                let device = rw() | DescriptorFlags::DEVICE;
                let descriptor = Descriptor {
                    brackets: brackets(4, 4, 4),
                    ..inner(slot.into(), 64, device)
                };
                self.set(number.0, descriptor);
            }
        }
        frames
    }

    pub(super) fn data(&mut self, base: u64, length: u64) -> Descriptor {
        let mut flags = rw();
        if self.rng.u8(0..5) == 0 {
            flags.remove(DescriptorFlags::WRITE);
        }
        if self.rng.u8(0..4) != 0 {
            flags.insert(DescriptorFlags::HOLD);
        }
        let r1 = *choose(self.rng, &[0, 2, 4, 4, 5, 7]);
        let r2 = r1.max(*choose(self.rng, &[4, 4, 5, 7]));
        Descriptor {
            brackets: brackets(r1, r2, 7),
            label: self.rare_label(),
            generation: *choose(self.rng, &[0, 0, 0, 1, 63]),
            ..inner(base, length, flags)
        }
    }

    pub(super) fn rare_label(&mut self) -> Label {
        Label(*choose(self.rng, &[0, 0, 0, 0, 0, 1]))
    }

    /// Segments with pages, whose frames others have too.
    pub(super) fn paged(&mut self, page_tables: [u64; 3], frames: &[u64]) {
        for (number, table) in (PAGED..END).zip(page_tables) {
            let words: Vec<u64> = (0..PAGED_PAGES)
                .map(|_| {
                    let frame = match self.rng.u8(0..12) {
                        0 => table,
                        _ => *choose(self.rng, frames),
                    };
                    let mut flags = PageFlags::all();
                    match self.rng.u8(0..8) {
                        0 => flags.remove(PageFlags::MODIFIED),
                        1 => flags.remove(PageFlags::USED),
                        2 => flags.remove(PageFlags::WRITABLE),
                        3 => flags.remove(PageFlags::PRESENT),
                        _ => {}
                    }
                    PageWord::new(Real(WORLD_REAL + frame), flags).0
                })
                .collect();
            self.put_words(table, &words);
            let odd = *choose(self.rng, &[0, 0, 8, 1000]);
            let mut descriptor = self.data(WORLD_REAL + table, PAGED_PAGES * PAGE_SIZE - odd);
            descriptor.flags.insert(DescriptorFlags::PAGED);
            if self.rng.u8(0..4) == 0 {
                descriptor.flags.insert(DescriptorFlags::EXECUTE);
                descriptor.linkage = SegmentNumber(SEGMENT_LINKAGE);
            }
            self.set(number, descriptor);
        }
    }

    /// The gates of the texts that have some jump to somewhere behind them.
    pub(super) fn gates(&mut self) {
        for number in [KERNEL, SERVICE, TEXTS + 1, TEXTS + 2] {
            let at = self.offset(number);
            for gate in 0..u64::from(self.get(number).gates) {
                let target = (16 + self.rng.u64(0..400)) * INSTRUCTION_SIZE;
                let word = code::jump((target - gate * INSTRUCTION_SIZE) as i32);
                self.put_words(at + gate * INSTRUCTION_SIZE, &[word]);
            }
        }
    }

    /// Random words, and capabilities among them.
    pub(super) fn fill_data(&mut self, frames: &[u64]) {
        for frame in frames {
            if self.is_code(*frame) {
                continue;
            }
            for _ in 0..24 {
                let word = interesting(self.rng);
                let at = frame + self.rng.u64(0..PAGE_SIZE / 8) * 8;
                self.put_words(at, &[word]);
            }
            for number in 0..10 {
                let ring = code::ring(*choose(self.rng, &[0, 4, 4, 5]));
                let value = self.capability(ring);
                let within = if number < 2 { PAGE_SIZE } else { BUSY };
                let at = code::granule(frame + self.rng.u64(0..within));
                self.put(at, &value.bits().to_le_bytes());
                self.tags.push((at, code::tag_word(true, Label(0))));
            }
        }
        let linkage = self.offset(SEGMENT_LINKAGE);
        for slot in 0..12 {
            let value = self.capability(Ring::KERNEL);
            let at = linkage + slot * GRANULE_SIZE;
            self.put(at, &value.bits().to_le_bytes());
            self.tags.push((at, code::tag_word(true, Label(0))));
        }
    }

    /// Some granules get labels.
    pub(super) fn label_some(&mut self, frames: &[u64]) {
        for _ in 0..self.rng.u8(0..4) {
            let frame = *choose(self.rng, frames);
            let first = self.rng.u64(0..2 * BUSY / GRANULE_SIZE);
            let label = Label(self.rng.u8(1..4));
            for granule in first..(first + self.rng.u64(1..20)).min(PAGE_SIZE / GRANULE_SIZE) {
                let at = frame + granule * GRANULE_SIZE;
                if self.tags.iter().all(|(other, _)| *other != at) {
                    self.tags.push((at, code::tag_word(false, label)));
                }
            }
        }
    }
}

pub(super) fn rw() -> DescriptorFlags {
    DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::WRITE
}

fn brackets(r1: u8, r2: u8, r3: u8) -> Brackets {
    Brackets {
        r1: code::ring(r1),
        r2: code::ring(r2),
        r3: code::ring(r3),
    }
}
