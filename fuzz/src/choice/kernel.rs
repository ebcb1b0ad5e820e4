//! What only ring 0 can do, in the few instructions that it takes: capabilities from nothing, changes of descriptors,
//! pages and labels, of processes and contexts, time.

use isa::address::{GRANULE_SIZE, PAGE_SIZE};
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::format::{Block, BlockValue, Capabilities, Plain};
use isa::instruction::names::ControlField;
use isa::instruction::{C, Opcode};
use isa::{Capability, DescriptorFlags, Fields, Permissions, Ring, abi};

use super::Choice;
use crate::chance::choose;
use crate::code::{self, number, r};
use crate::world::{CONTEXT_STRIDE, CONTEXTS, PAGED_PAGES};

impl Choice<'_, '_> {
    /// Something that only ring 0 can do, if what it needs is there.
    pub(super) fn kernel(&mut self) -> Option<Vec<u64>> {
        match self.author.rng.u8(0..20) {
            0..=2 => self.mint(),
            3..=4 => self.change_descriptor(),
            5..=6 => self.change_page(),
            7 => self.change_labels(),
            8 => self.set_time(),
            9 => self.wait(),
            10 => self.change_process(),
            11..=12 => self.resume(),
            13..=14 => self.relabel(),
            15 => self.lend(),
            16..=18 => self.scene(),
            _ => self.move_page(),
        }
    }

    /// A capability to some segment of the process.
    fn mint(&mut self) -> Option<Vec<u64>> {
        let segment = *choose(self.author.rng, &self.author.world.segments);
        let descriptor = self.machine.present(segment)?;
        let mut permissions = Permissions::all().difference(Permissions::AUTHORITY);
        if !descriptor.has(DescriptorFlags::EXECUTE) {
            permissions.remove(Permissions::EXECUTE);
        }
        let cursor = match descriptor.length {
            0 => 0,
            length => self.author.rng.u32(0..length) / 16 * 16,
        };
        let value = Capability::new(Fields {
            segment,
            ring: Ring::from_bits(self.author.rng.u64(0..2) * self.author.rng.u64(0..8)),
            generation: descriptor.generation,
            limit: descriptor.length,
            cursor,
            permissions: permissions.legal(),
            ..Fields::default()
        });
        let cd = self.cd();
        Some(code::mint(cd, value.low(), value.high(), (r(1), r(2))))
    }

    /// Changes bits of a word of the world.
    pub(super) fn change(&mut self, at: u64, bits: u64) -> Option<Vec<u64>> {
        let window = self.window()?;
        let back = number(at as i32 - self.machine.c(window).cursor() as i32);
        let mut words = vec![code::load(Opcode::Ld, r(9), window, back)];
        words.extend(code::li(r(10), bits));
        words.push(code::alu(Opcode::Xor, r(9), r(9), code::register(r(10))));
        words.push(code::store(Opcode::St, r(9), window, back));
        Some(words)
    }

    /// Changes a flag, a bracket, the label or the generation of a segment.
    fn change_descriptor(&mut self) -> Option<Vec<u64>> {
        let segment = *choose(self.author.rng, &self.author.world.segments);
        if self.author.world.keeps(segment) {
            return None;
        }
        let table = *choose(self.author.rng, &self.author.world.tables);
        let row = table + u64::from(segment.0) * DESCRIPTOR_SIZE;
        let (word, bits) = match self.author.rng.u8(0..6) {
            0 => (2, u64::from(*choose(self.author.rng, &[1u8, 2, 4, 8, 16]))),
            1 => (2, 1 << self.author.rng.u32(8..17)),
            2 => (2, 1 << self.author.rng.u32(24..26)),
            3 => (2, 1 << 32),
            // The length, and the base by pages.
            4 => (1, 1 << self.author.rng.u32(3..13)),
            _ => (0, PAGE_SIZE),
        };
        self.change(row + word * 8, bits)
    }

    /// Changes a flag of a page, or where it is.
    fn change_page(&mut self) -> Option<Vec<u64>> {
        let table = *choose(self.author.rng, &self.author.world.page_tables);
        let at = table + self.author.rng.u64(0..PAGED_PAGES) * 8;
        let bits = match self.author.rng.u8(0..3) {
            0 => PAGE_SIZE << self.author.rng.u32(0..3),
            _ => 1 << self.author.rng.u32(0..4),
        };
        self.change(at, bits)
    }

    /// Sets which labels the process may read or write.
    fn change_labels(&mut self) -> Option<Vec<u64>> {
        let field = *choose(
            self.author.rng,
            &[
                ControlField::Read0,
                ControlField::Write0,
                ControlField::Read3,
            ],
        );
        let labels = self.author.rng.u64(0..16) | 1;
        let mut words = code::li(r(9), labels);
        words.push(code::setctl(field, r(9)));
        Some(words)
    }

    /// Arms the timer, raises a line, enables some, or masks them.
    fn set_time(&mut self) -> Option<Vec<u64>> {
        let timer = 1 << abi::LINE_TIMER;
        let (field, value) = match self.author.rng.u8(0..6) {
            0 => (ControlField::Pending, self.author.rng.u64(0..4)),
            1 => (ControlField::Lines, timer | self.author.rng.u64(0..8)),
            2 => (ControlField::Masked, self.author.rng.u64(0..2)),
            _ => {
                let ahead = self.author.rng.i32(1..120);
                return Some(vec![
                    code::getctl(r(9), ControlField::Clock),
                    code::alu(Opcode::Add, r(9), r(9), number(ahead)),
                    code::setctl(ControlField::Timer, r(9)),
                ]);
            }
        };
        let mut words = code::li(r(9), value);
        words.push(code::setctl(field, r(9)));
        Some(words)
    }

    /// Waits, where the timer will wake.
    fn wait(&mut self) -> Option<Vec<u64>> {
        let left = self.machine.timer().checked_sub(self.machine.clock())?;
        let enabled = self.machine.process().lines >> abi::LINE_TIMER & 1 == 1;
        (enabled && left < 500).then(|| vec![code::word(Opcode::Wfi, Plain {}.pack())])
    }

    /// Saves the process in its block or in the other, and takes the other or the same.
    fn change_process(&mut self) -> Option<Vec<u64>> {
        if !self.machine.pc().segment().is_system() {
            return None;
        }
        let window = self.window()?;
        let (new, old) = (
            *choose(self.author.rng, &self.author.world.blocks),
            *choose(self.author.rng, &self.author.world.blocks),
        );
        let (ca, cb) = (code::c(1), code::c(2));
        if window == ca || window == cb {
            return None;
        }
        let seek = |to, at: u64| code::derive(Opcode::Cseek, to, window, number(at as i32));
        let change = Capabilities { ca, cb }.pack();
        Some(vec![
            seek(ca, new),
            seek(cb, old),
            code::word(Opcode::Setprocess, change),
        ])
    }

    /// Goes on with one of the contexts of the world.
    fn resume(&mut self) -> Option<Vec<u64>> {
        let window = self.window()?;
        let context = self.author.rng.u64(0..CONTEXTS) * CONTEXT_STRIDE;
        let at = self.author.world.contexts + context;
        let seek = code::derive(Opcode::Cseek, C::STACK, window, number(at as i32));
        Some(vec![seek, code::resume()])
    }

    /// Copies a page of data over another, with all that is in it.
    fn move_page(&mut self) -> Option<Vec<u64>> {
        let window = self.window()?;
        let data = self.author.world.case.parts.iter();
        let data = data.filter(|part| part.name.starts_with("data"));
        let pages: Vec<u64> = data
            .map(|part| part.offset - self.author.world.inner.0)
            .collect();
        let (to, from) = (
            *choose(self.author.rng, &pages),
            *choose(self.author.rng, &pages),
        );
        let (ca, cb) = (code::c(3), code::c(4));
        if window == ca || window == cb {
            return None;
        }
        let seek = |to, at: u64| code::derive(Opcode::Cseek, to, window, number(at as i32));
        let moved = Capabilities { ca, cb }.pack();
        Some(vec![
            seek(ca, to),
            seek(cb, from),
            code::word(Opcode::Movepage, moved),
        ])
    }

    /// A pointer to a page that programs use much, behind what makes it.
    fn busy_page(&mut self) -> Option<(C, u64)> {
        let window = self.window()?;
        if self.author.world.busy.is_empty() {
            return None;
        }
        let at = *choose(self.author.rng, &self.author.world.busy);
        let cd = code::c(3);
        let seek = code::derive(Opcode::Cseek, cd, window, number(at as i32));
        (window != cd).then_some((cd, seek))
    }

    /// Gives labels to what programs use much.
    fn relabel(&mut self) -> Option<Vec<u64>> {
        let (ca, seek) = self.busy_page()?;
        let size = self.author.rng.u64(1..PAGE_SIZE / GRANULE_SIZE) * GRANULE_SIZE;
        let label = self.author.rng.u64(0..4);
        let (rb, rc) = (r(9), r(10));
        let mut words = vec![seek];
        words.extend(code::li(rb, label));
        words.extend(code::li(rc, size));
        words.push(code::word(
            Opcode::Relabel,
            BlockValue { ca, rb, rc }.pack(),
        ));
        Some(words)
    }

    /// Lends a page that programs use much, or takes it back.
    fn lend(&mut self) -> Option<Vec<u64>> {
        let (ca, seek) = self.busy_page()?;
        let opcode = *choose(self.author.rng, &[Opcode::Lend, Opcode::Reclaim]);
        let rc = r(9);
        let mut words = vec![seek];
        words.extend(code::li(rc, PAGE_SIZE));
        words.push(code::word(opcode, Block { ca, rc }.pack()));
        Some(words)
    }
}
