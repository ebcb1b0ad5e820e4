//! A host around a case: a case of its own, in whose memory the inner one is a guest from its first step on.
//!
//! The host boots, lends the memory of its guest, and runs it again and again. What it is told it answers at random: it lets
//! an event proceed or completes it, gives another budget, other intercepts, a timer; a guest that has ended it begins
//! anew. Its interrupts make holes in the map of the guest's memory, and its page traps mend them. Around that goes the
//! next host. Invariant: host and guest are one case, and all that is random about them is in its bytes.

use fastrand::Rng;
use isa::abi::{LINE_TIMER, SEGMENT_DEVICES};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::context::{
    ExecutionContext, ExitReason, ExitRecord, MachineBlock, MachineState, ProcessBlock,
    STATUS_MASKED, Terms, TrapRecord,
};
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::format::{Block, ThreeCapabilities};
use isa::instruction::names::{ControlField, Named};
use isa::instruction::{C, Intercept, Opcode, R};
use isa::{
    Brackets, Capability, Cause, Descriptor, DescriptorFlags, Fields, LabelSet, PageFlags,
    PageWord, Permissions, Real, Ring,
};

use crate::case::{BOOT, BOOT_REAL, BOOT_SIZE, Case, Part, TABLE, WORLD, WORLD_REAL, What};
use crate::chance::choose;
use crate::code::{self, c, number, r};

/// Where things are in the world of a host, and behind them the memory of the guest.
const DESCRIPTORS: u64 = 0;
const PROCESS: u64 = PAGE_SIZE;
const SINK: u64 = PROCESS + PAGE_SIZE / 2;
const GUEST: u64 = 2 * PAGE_SIZE;
const DEVICES: u64 = 3 * PAGE_SIZE;
const STACK: u64 = 4 * PAGE_SIZE;
const SAVED: u64 = 5 * PAGE_SIZE;
const PAGES: u64 = 6 * PAGE_SIZE;
const OTHER_PAGES: u64 = 7 * PAGE_SIZE;
const WINDOW: u64 = 8 * PAGE_SIZE;

/// What the world of a host has more than the memory of its guest.
pub(crate) const HOST: u64 = WORLD_REAL + WINDOW;

/// The segments of a host, behind those that it begins with.
const GUEST_SEGMENT: u16 = WORLD.0 + 1;
const DEVICES_SEGMENT: u16 = WORLD.0 + 2;
const STACK_SEGMENT: u16 = WORLD.0 + 3;
const WINDOW_SEGMENT: u16 = WORLD.0 + 4;
const OTHER_SEGMENT: u16 = WORLD.0 + 5;
const COUNT: u64 = WORLD.0 as u64 + 6;

/// The device slots that a host may pass on.
const SLOTS: u16 = 5;

/// The register with which the host answers at random, and the one that is compared.
const STATE: u8 = 20;
const REASON: u8 = 1;

/// The host's case around that of its guest.
pub(crate) fn around(rng: &mut Rng, inner: &Case) -> Case {
    let memory = inner.image();
    let size = memory.len() as u64;
    let mut world = vec![0; WINDOW as usize];
    world.extend(memory);
    let whole = world.len() as u64;
    let mut put = |offset: u64, bytes: &[u8]| {
        let place = offset as usize..offset as usize + bytes.len();
        if let Some(place) = world.get_mut(place) {
            place.copy_from_slice(bytes);
        }
    };
    for (segment, descriptor) in descriptors(size, whole) {
        let row = DESCRIPTORS + u64::from(segment) * DESCRIPTOR_SIZE;
        put(row, &descriptor.to_bytes());
    }
    put(
        PROCESS,
        &process(WORLD_REAL + DESCRIPTORS, COUNT).to_bytes(),
    );
    let guest = guest(rng).to_bytes();
    put(GUEST, &guest);
    put(SAVED, &guest);
    for (other, page) in exchanged(rng, inner, size / PAGE_SIZE).into_iter().zip(0..) {
        let mut flags = PageFlags::all();
        match rng.u8(0..24) {
            0 => flags.remove(PageFlags::PRESENT),
            1 => flags.remove(PageFlags::MODIFIED),
            2 => flags.remove(PageFlags::USED),
            _ => {}
        }
        let word = PageWord::new(Real(HOST + page * PAGE_SIZE), flags).0;
        put(PAGES + page * 8, &word.to_le_bytes());
        let other = PageWord::new(Real(HOST + other * PAGE_SIZE), PageFlags::all()).0;
        put(OTHER_PAGES + page * 8, &other.to_le_bytes());
    }
    let parts = [
        ("host_descriptors", DESCRIPTORS),
        ("host_process", PROCESS),
        ("guest", GUEST),
        ("devices", DEVICES),
        ("host_stack", STACK),
        ("saved", SAVED),
        ("host_pages", PAGES),
        ("host_pages_b", OTHER_PAGES),
        ("guest_memory", WINDOW),
    ];
    let ends = parts.iter().skip(1).map(|(_, end)| *end);
    let ends = ends.chain([WINDOW + WORLD_REAL]);
    let number = inner
        .parts
        .iter()
        .filter(|part| part.name.starts_with(parts[0].0));
    let number = number.count();
    let own = parts.iter().zip(ends).map(|((name, offset), end)| Part {
        name: format!("{name}_{number}"),
        offset: *offset,
        size: end - offset,
        what: What::Words,
    });
    let inside = inner.parts.iter().map(|part| Part {
        offset: part.offset + HOST,
        ..part.clone()
    });
    Case {
        boot: boot(rng, size, whole),
        parts: own.chain(inside).collect(),
        world,
        steps: inner.steps,
        depth: inner.depth + 1,
    }
}

/// The pages of the guest's memory in their order, but for some of data, which have changed places.
fn exchanged(rng: &mut Rng, inner: &Case, count: u64) -> Vec<u64> {
    let mut pages: Vec<u64> = (0..count).collect();
    let data = inner
        .parts
        .iter()
        .filter(|part| part.name.starts_with("data"));
    let data: Vec<usize> = data
        .map(|part| ((WORLD_REAL + part.offset) / PAGE_SIZE) as usize)
        .collect();
    for _ in 0..4 {
        if !data.is_empty() {
            pages.swap(*choose(rng, &data), *choose(rng, &data));
        }
    }
    pages
}

fn descriptors(size: u64, whole: u64) -> Vec<(u16, Descriptor)> {
    let rw = DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::WRITE;
    let hold = rw | DescriptorFlags::HOLD;
    let text = DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::EXECUTE;
    let inner = |base: u64, length: u64, flags: DescriptorFlags| Descriptor {
        base: Real(base),
        length: length as u32,
        flags,
        brackets: Brackets::only(Ring::KERNEL),
        ..Descriptor::default()
    };
    let paged = hold | DescriptorFlags::PAGED;
    let mut all = vec![
        (BOOT.0, inner(BOOT_REAL, BOOT_SIZE, text)),
        (WORLD.0, inner(WORLD_REAL, whole, rw)),
        (GUEST_SEGMENT, inner(WORLD_REAL + GUEST, PAGE_SIZE, hold)),
        (
            DEVICES_SEGMENT,
            inner(WORLD_REAL + DEVICES, PAGE_SIZE, hold),
        ),
        (STACK_SEGMENT, inner(WORLD_REAL + STACK, PAGE_SIZE, hold)),
        (WINDOW_SEGMENT, inner(WORLD_REAL + PAGES, size, paged)),
        (OTHER_SEGMENT, inner(WORLD_REAL + OTHER_PAGES, size, paged)),
    ];
    for slot in 0..SLOTS {
        let device = rw | DescriptorFlags::DEVICE;
        all.push((SEGMENT_DEVICES + slot, inner(slot.into(), 64, device)));
    }
    all
}

fn process(descriptor_base: u64, descriptor_count: u64) -> ProcessBlock {
    ProcessBlock {
        descriptor_base,
        descriptor_count,
        lines: 1 << LINE_TIMER,
        read_labels: LabelSet::ALL,
        write_labels: LabelSet::ALL,
        banks: [Capability::NULL; 8],
    }
}

/// A guest at its reset, and what its host wants to know of it.
fn guest(rng: &mut Rng) -> MachineBlock {
    let pc = Capability::new(Fields {
        segment: BOOT,
        limit: BOOT_SIZE as u32,
        permissions: Permissions::READ | Permissions::EXECUTE,
        ..Fields::default()
    });
    let context = ExecutionContext {
        pc,
        status: STATUS_MASKED,
        r: [0; 32],
        c: [Capability::NULL; 16],
    };
    MachineBlock {
        state: MachineState {
            context,
            process: ProcessBlock {
                lines: 0,
                ..process(TABLE, u64::from(WORLD.0) + 1)
            },
            entry: 0,
            pending: 0,
            timer: 0,
        },
        clock: 0,
        terms: Terms {
            budget: rng.u64(0..2) * rng.u64(1..4000),
            intercept_instructions: classes(rng),
            intercept_traps: match rng.u8(0..4) {
                0 => 1 << rng.u32(1..25),
                1 => rng.u64(..) & rng.u64(..),
                _ => 0,
            },
            intercept_guests: rng.u64(0..2) * rng.u64(0..4),
            memory_given: 0,
            depth_given: 8,
            running: rng.u8(0..16) == 0,
            complete: false,
            proceed: false,
            inject: rng.u8(0..16) == 0,
            inject_trap: TrapRecord::default(),
            exit: ExitRecord::default(),
        },
    }
}

/// The classes of instructions that a host intercepts.
fn classes(rng: &mut Rng) -> u64 {
    let one = choose(rng, Intercept::ALL).bit();
    match rng.u8(0..6) {
        0 => u64::MAX,
        1 | 2 => one,
        3 => one | rng.u64(..) & rng.u64(..) & rng.u64(..),
        _ => 0,
    }
}

/// A branch whose place is known later: where it is, by which register and number, and to which place it leads.
type Open = (usize, Option<(R, i8)>, &'static str);

/// Instructions with places that are known later.
#[derive(Default)]
struct Text {
    words: Vec<u64>,
    /// Branches and jumps.
    open: Vec<Open>,
    places: Vec<(&'static str, usize)>,
}

impl Text {
    fn add(&mut self, words: impl IntoIterator<Item = u64>) {
        self.words.extend(words);
    }

    fn place(&mut self, name: &'static str) {
        self.places.push((name, self.words.len()));
    }

    /// To the place if the register holds this number.
    fn branch(&mut self, register: R, value: u32, place: &'static str) {
        let condition = Some((register, value as i8));
        self.open.push((self.words.len(), condition, place));
        self.words.push(code::nop());
    }

    fn jump(&mut self, place: &'static str) {
        self.open.push((self.words.len(), None, place));
        self.words.push(code::nop());
    }

    fn offset(&self, name: &str) -> u64 {
        let found = self.places.iter().find(|(place, _)| *place == name);
        found.map_or(0, |(_, at)| *at as u64 * INSTRUCTION_SIZE)
    }

    /// The words, where every branch leads to its place.
    fn finish(mut self) -> Vec<u64> {
        for (at, condition, place) in std::mem::take(&mut self.open) {
            let distance = self.offset(place) as i32 - at as i32 * INSTRUCTION_SIZE as i32;
            self.words[at] = match condition {
                Some((register, value)) => code::branch(Opcode::Beq, register, value, distance),
                None => code::jump(distance),
            };
        }
        self.words
    }
}

/// A word of the block of the guest, into a register and back.
fn get(register: R, offset: u64) -> u64 {
    code::load(Opcode::Ld, register, c(1), number(offset as i32))
}

fn set(register: R, base: C, offset: u64) -> u64 {
    code::store(Opcode::St, register, base, number(offset as i32))
}

/// The code of the host, from its reset on.
fn boot(rng: &mut Rng, size: u64, whole: u64) -> Vec<u64> {
    let scratch = (r(2), r(3));
    let plain = Permissions::READ | Permissions::WRITE;
    let rights = plain | Permissions::LOAD_CAP | Permissions::STORE_CAP | Permissions::LOAD_MUTABLE;
    let page = code::high(rights, PAGE_SIZE);
    let world = code::high(plain, whole);
    let period = rng.i32(20..900);
    let mut text = Text::default();
    text.jump("start");

    // Traps: a page is mapped, time goes on and makes a hole, and what else is wrong is left behind.
    text.place("trapped");
    let record = |offset: u64| number((ExecutionContext::SIZE + offset) as i32);
    let at_pc = number(ExecutionContext::PC_OFFSET as i32);
    text.add([code::load(
        Opcode::Ld,
        r(1),
        C::STACK,
        record(TrapRecord::CAUSE_OFFSET),
    )]);
    text.add(code::mint(c(1), code::low(WORLD.0, PAGES), world, scratch));
    text.branch(r(1), u32::from(Cause::Page.number()), "page");
    text.branch(r(1), u32::from(Cause::Interrupt.number()), "time");
    text.add([
        code::load(Opcode::Ld, r(2), C::STACK, at_pc),
        code::alu(Opcode::Add, r(2), r(2), number(INSTRUCTION_SIZE as i32)),
        code::store(Opcode::St, r(2), C::STACK, at_pc),
        code::resume(),
    ]);
    text.place("page");
    text.add([
        code::load(
            Opcode::Ld,
            r(2),
            C::STACK,
            record(TrapRecord::OFFSET_OFFSET),
        ),
        code::alu(Opcode::Shr, r(2), r(2), number(12)),
        code::load(Opcode::Ld, r(3), c(1), code::index(r(2), 3, 0)),
        code::alu(
            Opcode::Or,
            r(3),
            r(3),
            number(PageFlags::all().bits() as i32),
        ),
        code::store(Opcode::St, r(3), c(1), code::index(r(2), 3, 0)),
        code::resume(),
    ]);
    text.place("time");
    let hole = *choose(
        rng,
        &[
            PageFlags::PRESENT,
            PageFlags::MODIFIED,
            PageFlags::USED,
            PageFlags::empty(),
        ],
    );
    let pages = (size / PAGE_SIZE) as i32;
    text.add([
        code::getctl(r(2), ControlField::Clock),
        code::alu(Opcode::Add, r(3), r(2), number(period)),
        code::setctl(ControlField::Timer, r(3)),
        code::alu(Opcode::Mul, r(2), r(2), number(rng.i32(1..1000))),
        code::alu(Opcode::Remu, r(2), r(2), number(pages)),
        code::load(Opcode::Ld, r(3), c(1), code::index(r(2), 3, 0)),
        code::alu(Opcode::And, r(3), r(3), number(!(hole.bits() as i32))),
        code::store(Opcode::St, r(3), c(1), code::index(r(2), 3, 0)),
        code::resume(),
    ]);

    // The start: its own process, the memory of the guest lent, the devices that are passed on.
    text.place("start");
    text.add(code::mint(
        c(1),
        code::low(WORLD.0, PROCESS),
        world,
        scratch,
    ));
    text.add(code::mint(c(2), code::low(WORLD.0, SINK), world, scratch));
    text.add([code::setprocess(c(1), c(2))]);
    let stack = code::low(STACK_SEGMENT, PAGE_SIZE);
    text.add(code::mint(C::STACK, stack, page, scratch));
    text.add(code::mint(
        c(3),
        code::low(DEVICES_SEGMENT, 0),
        page,
        scratch,
    ));
    for slot in 0..SLOTS {
        if rng.u8(0..4) > 0 {
            let device = code::low(SEGMENT_DEVICES + slot, 0);
            let place = number(i32::from(slot) * GRANULE_SIZE as i32);
            text.add(code::mint(c(4), device, code::high(plain, 64), scratch));
            text.add([code::store_capability(c(4), c(3), place)]);
        }
    }
    let entry = isa::Address::new(BOOT, text.offset("trapped") as u32).word();
    text.add(code::li(r(2), entry));
    text.add([code::setctl(ControlField::Entry, r(2))]);
    let window = code::low(WINDOW_SEGMENT, 0);
    text.add(code::mint(c(2), window, code::high(rights, size), scratch));
    // The same memory in another order is another guest, which now and then runs in the place of this one.
    let other = code::low(OTHER_SEGMENT, 0);
    text.add(code::mint(c(10), other, code::high(rights, size), scratch));
    text.add([code::cmov(c(5), c(2)), code::cmov(c(11), c(2))]);
    text.add(code::li(r(4), size));
    text.add([code::word(
        Opcode::Lend,
        Block { ca: c(5), rc: r(4) }.pack(),
    )]);
    text.add(code::mint(c(1), code::low(GUEST_SEGMENT, 0), page, scratch));
    text.add(code::mint(c(6), code::low(WORLD.0, SAVED), world, scratch));
    text.add(code::li(r(STATE), rng.u64(..)));
    text.add([
        code::getctl(r(2), ControlField::Clock),
        code::alu(Opcode::Add, r(2), r(2), number(period)),
        code::setctl(ControlField::Timer, r(2)),
    ]);
    if rng.u8(0..4) > 0 {
        text.add([code::setctl(ControlField::Masked, R::ZERO)]);
    }
    answers(rng, &mut text);
    text.finish()
}

/// Runs the guest, and answers what it exits with.
fn answers(rng: &mut Rng, text: &mut Text) {
    let (reason, state) = (r(REASON), r(STATE));
    let one = |rd| code::alu(Opcode::Add, rd, R::ZERO, number(1));
    text.place("again");
    let registers = ThreeCapabilities {
        ca: c(1),
        cb: c(2),
        cc: c(3),
    };
    text.add([
        code::word(Opcode::Vmrun, registers.pack()),
        get(reason, MachineBlock::EXIT_REASON_OFFSET),
        code::alu(Opcode::Mul, state, state, number(rng.i32(..) | 5)),
        code::alu(Opcode::Add, state, state, number(rng.i32(..) | 1)),
        code::alu(Opcode::Shr, r(5), state, number(40)),
        code::alu(Opcode::And, r(5), r(5), number(511)),
        get(r(6), MachineBlock::CLOCK_OFFSET),
        code::alu(Opcode::Add, r(6), r(6), code::register(r(5))),
        code::cmov(c(2), c(11)),
        // The block of the machine in which it happened.
        code::cmov(c(7), c(1)),
        get(r(7), MachineBlock::EXIT_LEVEL_OFFSET),
    ]);
    text.branch(r(7), 0, "own");
    text.add([
        get(r(7), MachineBlock::EXIT_BLOCK_OFFSET),
        code::derive(Opcode::Cadd, c(7), c(2), code::register(r(7))),
    ]);
    text.place("own");
    for (exit, place) in [
        (ExitReason::Wait, "wait"),
        (ExitReason::Device, "complete"),
        (ExitReason::Budget, "budget"),
        (ExitReason::Interrupt, "interrupt"),
        (ExitReason::Instruction, "instruction"),
        (ExitReason::Trap, "trap"),
        (ExitReason::Entry, "proceed"),
        (ExitReason::Exit, "proceed"),
    ] {
        text.branch(reason, exit.number(), place);
    }
    // It is over, and begins anew as it was saved last.
    let size = MachineBlock::CLOCK_OFFSET;
    text.add([
        code::cmov(c(8), c(1)),
        code::cmov(c(9), c(6)),
        code::alu(Opcode::Add, r(7), R::ZERO, number(size as i32)),
        code::copy(c(8), c(9), r(7)),
    ]);
    text.jump("again");
    text.place("wait");
    text.add([set(r(6), c(1), MachineBlock::TIMER_OFFSET)]);
    text.jump("again");
    text.place("budget");
    text.add([
        set(r(6), c(1), MachineBlock::BUDGET_OFFSET),
        code::alu(Opcode::Shr, r(7), state, number(20)),
        code::alu(Opcode::And, r(7), r(7), number(rng.i32(..) & rng.i32(..))),
        set(r(7), c(1), MachineBlock::INTERCEPT_INSTRUCTIONS_OFFSET),
        code::cmov(c(8), c(6)),
        code::cmov(c(9), c(1)),
        code::alu(Opcode::Add, r(7), R::ZERO, number(size as i32)),
        code::copy(c(8), c(9), r(7)),
        code::alu(Opcode::And, r(7), state, number(7 << 24)),
    ]);
    text.branch(r(7), 0, "another");
    text.jump("again");
    text.place("another");
    text.add([code::cmov(c(2), c(10))]);
    text.jump("again");
    text.place("interrupt");
    text.add([
        code::getctl(r(7), ControlField::Clock),
        code::alu(Opcode::Add, r(7), r(7), number(rng.i32(10..400))),
        code::setctl(ControlField::Timer, r(7)),
        code::setctl(ControlField::Pending, R::ZERO),
    ]);
    text.jump("again");
    text.place("trap");
    text.add([code::alu(Opcode::And, r(7), state, number(7 << 20))]);
    text.branch(r(7), 0, "inject");
    text.jump("proceed");
    text.place("inject");
    text.add([
        set(r(5), c(7), MachineBlock::INJECT_TRAP_OFFSET),
        one(r(7)),
        set(r(7), c(7), MachineBlock::INJECT_OFFSET),
    ]);
    text.jump("again");
    text.place("instruction");
    text.add([code::alu(Opcode::And, r(7), state, number(3 << 20))]);
    text.branch(r(7), 0, "complete");
    text.place("proceed");
    text.add([one(r(7)), set(r(7), c(1), MachineBlock::PROCEED_OFFSET)]);
    text.jump("again");
    text.place("complete");
    text.add([
        get(r(7), MachineBlock::EXIT_NEXT_OFFSET),
        set(
            r(7),
            c(7),
            MachineBlock::CONTEXT_OFFSET + ExecutionContext::PC_OFFSET,
        ),
        one(r(7)),
        set(r(7), c(7), MachineBlock::COMPLETE_OFFSET),
    ]);
    text.jump("again");
}
