//! The instructions that a world begins with: boot code, and the handler of traps.

use isa::abi::LINE_TIMER;
use isa::address::{INSTRUCTION_SIZE, PAGE_SIZE};
use isa::context::{ExecutionContext, TrapRecord};
use isa::instruction::names::ControlField;
use isa::instruction::{C, Opcode, R};
use isa::{Address, Cause, PageFlags, Permissions, SegmentNumber, TrapRegister};

use super::{ALL, Builder, CONTEXT_STRIDE, CONTEXTS, HANDLER, PAGED_PAGES};
use crate::case::WORLD;
use crate::code::{self, c, number, r};

impl Builder<'_> {
    /// The boot code: changes to the first process, gives granules their tags and labels, and resumes the first context.
    pub(super) fn boot(&mut self, block: u64, tags: u64, length: u64, period: u64) -> Vec<u64> {
        let whole = self.bytes.len() as u64;
        let world = code::high(Permissions::READ | Permissions::WRITE, whole);
        let sink = block + PAGE_SIZE / 2;
        let scratch = (r(1), r(2));
        let mut words = code::mint(c(1), code::low(WORLD.0, block), world, scratch);
        words.extend(code::mint(c(2), code::low(WORLD.0, sink), world, scratch));
        words.push(code::setprocess(c(1), c(2)));
        words.extend(code::mint(c(1), code::low(WORLD.0, tags), world, scratch));
        let any = Permissions::READ
            | Permissions::WRITE
            | Permissions::LOAD_CAP
            | Permissions::STORE_CAP
            | Permissions::LOAD_MUTABLE;
        words.extend(code::mint(
            c(2),
            code::low(ALL, 0),
            code::high(any, whole),
            scratch,
        ));
        words.extend(code::li(r(4), 0));
        words.extend(code::li(r(5), length));
        words.extend([
            code::branch_register(Opcode::Bgeu, r(4), r(5), 7 * 8),
            code::load(Opcode::Ld, r(6), c(1), code::register(r(4))),
            code::load(Opcode::Ld, r(7), c(1), code::index(r(4), 0, 8)),
            code::derive(Opcode::Cadd, c(3), c(2), code::register(r(6))),
            code::sttag(r(7), c(3)),
            code::alu(Opcode::Add, r(4), r(4), number(16)),
            code::jump(-6 * 8),
        ]);
        let entry = Address::new(SegmentNumber(HANDLER), 0).word();
        words.extend(code::li(r(1), entry));
        words.push(code::setctl(ControlField::Entry, r(1)));
        let steps = words.len() as u64 + length / 16 * 7;
        words.extend(code::li(r(1), steps + period));
        words.push(code::setctl(ControlField::Timer, r(1)));
        words.push(code::resume());
        words
    }

    /// Where the handler is in the world, and its instructions.
    pub(super) fn handler(
        &mut self,
        block: u64,
        contexts: u64,
        page_tables: [u64; 3],
    ) -> (u64, Vec<u64>) {
        let record = ExecutionContext::SIZE as i32;
        let pc = number(ExecutionContext::PC_OFFSET as i32);
        let field = |offset: u64| number(record + offset as i32);
        let mend = self.rng.bool();
        let period = self.rng.i32(2..200);
        let skip = [
            code::load(Opcode::Ld, r(2), C::STACK, pc),
            code::alu(Opcode::Add, r(2), r(2), number(INSTRUCTION_SIZE as i32)),
            code::store(Opcode::St, r(2), C::STACK, pc),
            code::resume(),
        ];
        let timer = [
            code::getctl(r(2), ControlField::Clock),
            code::alu(Opcode::Add, r(2), r(2), number(period)),
            code::setctl(ControlField::Timer, r(2)),
            code::setctl(ControlField::Pending, R::ZERO),
            code::alu(Opcode::Add, r(2), R::ZERO, number(1 << LINE_TIMER)),
            code::setctl(ControlField::Lines, r(2)),
            code::resume(),
        ];
        let world = code::high(
            Permissions::READ | Permissions::WRITE,
            self.bytes.len() as u64,
        );
        let mut pages = Vec::new();
        for table in page_tables {
            pages.extend(code::mint(
                c(1),
                code::low(WORLD.0, table),
                world,
                (r(2), r(3)),
            ));
            for page in 0..PAGED_PAGES as i32 {
                pages.push(code::load(Opcode::Ld, r(4), c(1), number(page * 8)));
                let flags = PageFlags::all().bits() as i32;
                pages.push(code::alu(Opcode::Or, r(4), r(4), number(flags)));
                pages.push(code::store(Opcode::St, r(4), c(1), number(page * 8)));
            }
        }
        pages.push(code::resume());
        // The next context, by a counter behind the second process block.
        let counter = block + 3 * PAGE_SIZE / 4;
        let mut lost = code::mint(c(1), code::low(WORLD.0, counter), world, (r(2), r(3)));
        lost.extend([
            code::load(Opcode::Ld, r(4), c(1), number(0)),
            code::alu(Opcode::Add, r(5), r(4), number(1)),
            code::store(Opcode::St, r(5), c(1), number(0)),
            code::alu(Opcode::And, r(4), r(4), number(CONTEXTS as i32 - 1)),
            code::alu(Opcode::Mul, r(4), r(4), number(CONTEXT_STRIDE as i32)),
        ]);
        lost.extend(code::mint(
            c(2),
            code::low(WORLD.0, contexts),
            world,
            (r(2), r(3)),
        ));
        lost.extend([
            code::derive(Opcode::Cadd, c(2), c(2), code::register(r(4))),
            code::cmov(c(3), C::STACK),
            code::alu(Opcode::Add, r(5), R::ZERO, number(record)),
            code::copy(c(3), c(2), r(5)),
            code::resume(),
        ]);
        // What comes first asks for the cause, and goes to one of these.
        let head = 5;
        let place = |before: &[&[u64]]| head + before.iter().map(|part| part.len()).sum::<usize>();
        let to = |from: usize, place: usize| (place as i32 - from as i32) * INSTRUCTION_SIZE as i32;
        let after_skip = place(&[&skip]);
        let after_timer = place(&[&skip, &timer]);
        let after_pages = place(&[&skip, &timer, &pages]);
        let cause = |cause: Cause| cause.number() as i8;
        let page = if mend { after_timer } else { head };
        let lost_pc = TrapRegister::PC.0 as i8;
        let mut words = vec![
            code::load(Opcode::Ld, r(1), C::STACK, field(TrapRecord::CAUSE_OFFSET)),
            code::branch(
                Opcode::Beq,
                r(1),
                cause(Cause::Interrupt),
                to(1, after_skip),
            ),
            code::branch(Opcode::Beq, r(1), cause(Cause::Page), to(2, page)),
            code::load(
                Opcode::Ld,
                r(2),
                C::STACK,
                field(TrapRecord::REGISTER_OFFSET),
            ),
            code::branch(Opcode::Beq, r(2), lost_pc, to(4, after_pages)),
        ];
        words.extend(skip.into_iter().chain(timer).chain(pages).chain(lost));
        (self.offset(HANDLER), words)
    }
}
