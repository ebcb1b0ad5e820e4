//! A world to begin with: descriptors, page tables, texts, data, stacks, contexts of several rings, and a handler of
//! traps that keeps things going.
//!
//! The handler goes on behind an instruction that trapped, arms the timer again, maps pages, and starts the next of the
//! contexts where the program counter itself was wrong. Invariant: texts hold no instructions but gates and handler;
//! what else runs is written by [`crate::author`].

use fastrand::Rng;
use isa::abi::{LINE_TIMER, SEGMENT_LINKAGE, SEGMENT_PRIVATE, SEGMENT_STACKS};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::context::{ExecutionContext, ProcessBlock, STATUS_MASKED, TRAP_FRAME_SIZE, TrapRecord};
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::names::ControlField;
use isa::instruction::{C, Opcode, R};
use isa::{
    Address, Brackets, Capability, Cause, Descriptor, DescriptorFlags, Fields, Kind, Label,
    LabelSet, ObjectType, PageFlags, PageWord, Permissions, Real, Ring, SegmentNumber,
    TrapRegister, abi,
};

use crate::case::{BOOT, BOOT_SIZE, Case, Part, WORLD, WORLD_REAL, What};
use crate::code::{self, c, number, r};

/// System segments of a world, behind those that it begins with.
const HANDLER: u16 = WORLD.0 + 1;
const KERNEL: u16 = WORLD.0 + 2;
const SERVICE: u16 = WORLD.0 + 3;
const SHARED: u16 = WORLD.0 + 4;
const STACK: u16 = WORLD.0 + 5;
const SYSTEM_DATA: u16 = WORLD.0 + 6;
const SYSTEM_END: u16 = SYSTEM_DATA + 2;

/// Private segments: the whole world for ring 0, then those of programs.
const ALL: u16 = SEGMENT_PRIVATE;
const TEXTS: u16 = ALL + 1;
const DATA: u16 = TEXTS + 4;
const PAGED: u16 = DATA + 6;
const END: u16 = PAGED + 3;

/// The rows of a descriptor table.
const COUNT: u64 = END as u64;

/// The contexts that a world begins with.
pub(crate) const CONTEXTS: u64 = 8;

/// From one context to the next: room for a trap frame.
pub(crate) const CONTEXT_STRIDE: u64 = 1024;

/// At the beginning of every page of data are the bytes that are used most.
pub(crate) const BUSY: u64 = 320;

/// The pages of each paged segment.
pub(crate) const PAGED_PAGES: u64 = 3;

/// A world that was made.
pub(crate) struct World {
    pub(crate) case: Case,
    /// Where the world itself is in that of the case, which begins with its hosts, and how long it is.
    pub(crate) inner: (u64, u64),
    /// The segments that a program may want to name.
    pub(crate) segments: Vec<SegmentNumber>,
    /// Where the process blocks are in the world.
    pub(crate) blocks: [u64; 2],
    /// Where the descriptor tables are in the world.
    pub(crate) tables: [u64; 2],
    /// Where the page tables are in the world.
    pub(crate) page_tables: [u64; 3],
    /// Where the contexts are in the world.
    pub(crate) contexts: u64,
    /// The segments by which ring 0 reaches all of the world: of the system, and private.
    pub(crate) everything: [SegmentNumber; 2],
    /// Where pages of data are in the world that programs use much.
    pub(crate) busy: Vec<u64>,
}

impl World {
    /// Whether a program leaves this segment as it is, since nothing goes on without it.
    pub(crate) fn keeps(&self, segment: SegmentNumber) -> bool {
        self.everything.contains(&segment) || [BOOT.0, HANDLER, STACK].contains(&segment.0)
    }
}

struct Builder<'a> {
    rng: &'a mut Rng,
    bytes: Vec<u8>,
    parts: Vec<Part>,
    table: Vec<Descriptor>,
    /// Granules of the world to give tags and labels.
    tags: Vec<(u64, u64)>,
    /// Segments to which most capabilities lead, so that several meet in one.
    favourites: [u16; 3],
}

/// Makes a world.
pub(crate) fn build(rng: &mut Rng) -> World {
    Builder {
        rng,
        bytes: Vec::new(),
        parts: Vec::new(),
        table: vec![Descriptor::default(); COUNT as usize],
        tags: Vec::new(),
        favourites: [0; 3],
    }
    .build()
}

impl Builder<'_> {
    fn build(mut self) -> World {
        self.favourites = [
            self.rng.u16(DATA..PAGED),
            self.rng.u16(PAGED..END),
            self.rng.u16(SYSTEM_DATA..SYSTEM_END),
        ];
        let table_pages = (COUNT * DESCRIPTOR_SIZE).div_ceil(PAGE_SIZE);
        let tables = [
            self.allocate("descriptors", table_pages, What::Words),
            self.allocate("descriptors_b", table_pages, What::Words),
        ];
        let blocks = self.allocate("blocks", 1, What::Words);
        let blocks = [blocks, blocks + PAGE_SIZE / 4];
        let contexts = self.allocate(
            "contexts",
            CONTEXTS * CONTEXT_STRIDE / PAGE_SIZE,
            What::Words,
        );
        let tags = self.allocate("tags", 2, What::Words);
        let page_tables =
            ["pages_a", "pages_b", "pages_c"].map(|name| self.allocate(name, 1, What::Words));
        let frames = self.segments();
        self.paged(page_tables, &frames);
        self.gates();
        let handler = self.handler(blocks[0], contexts, page_tables);
        self.put_words(handler.0, &handler.1);
        self.fill_data(&frames);
        self.label_some(&frames);

        let whole = self.bytes.len() as u64;
        self.set(
            WORLD.0,
            inner(WORLD_REAL, whole, rw() | DescriptorFlags::HOLD),
        );
        self.set(ALL, inner(WORLD_REAL, whole, rw() | DescriptorFlags::HOLD));
        let boot = DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::EXECUTE;
        self.set(BOOT.0, inner(WORLD_REAL - BOOT_SIZE, BOOT_SIZE, boot));

        let period = self.rng.u64(3..300);
        self.processes(blocks, tables);
        let first = self.contexts(contexts);
        let top = self.stack_top();
        let frame = self.offset(STACK) + top - TRAP_FRAME_SIZE;
        self.put(frame, &first);
        self.tables(tables);
        let list: Vec<u64> = self.tags.iter().flat_map(|(at, tag)| [*at, *tag]).collect();
        self.put_words(tags, &list);
        let boot = self.boot(blocks[0], tags, list.len() as u64 * 8, period);
        let [data, paged, system] = self.favourites;
        let table = self.offset(paged);
        let words = (table..table + PAGED_PAGES * 8).step_by(8);
        let frames = words.map(|at| PageWord(self.word(at)).frame().0 - WORLD_REAL);
        let busy = frames
            .chain([self.offset(data), self.offset(system)])
            .filter(|frame| !self.is_code(*frame) && *frame != table)
            .collect();
        let segments = (BOOT.0..SYSTEM_END).chain([16, 17, 18, 19, 20]);
        let private = (SEGMENT_STACKS..SEGMENT_STACKS + 16).chain(ALL..END);
        World {
            segments: segments.chain(private).map(SegmentNumber).collect(),
            case: Case {
                boot,
                world: self.bytes,
                parts: self.parts,
                steps: 0,
                depth: self.rng.u64(0..2),
            },
            inner: (0, whole),
            blocks,
            tables,
            page_tables,
            contexts,
            everything: [WORLD, SegmentNumber(ALL)],
            busy,
        }
    }

    fn allocate(&mut self, name: &str, pages: u64, what: What) -> u64 {
        let (offset, size) = (self.bytes.len() as u64, pages * PAGE_SIZE);
        self.bytes.resize((offset + size) as usize, 0);
        let name = name.to_owned();
        self.parts.push(Part {
            name,
            offset,
            size,
            what,
        });
        offset
    }

    fn put(&mut self, offset: u64, bytes: &[u8]) {
        let place = offset as usize..offset as usize + bytes.len();
        if let Some(place) = self.bytes.get_mut(place) {
            place.copy_from_slice(bytes);
        }
    }

    fn put_words(&mut self, offset: u64, words: &[u64]) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.put(offset, &bytes);
    }

    fn word(&self, offset: u64) -> u64 {
        let bytes = self.bytes.get(offset as usize..offset as usize + 8);
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    }

    /// Whether there are instructions at an offset of the world.
    fn is_code(&self, offset: u64) -> bool {
        self.parts.iter().any(|part| {
            part.what == What::Code && (part.offset..part.offset + part.size).contains(&offset)
        })
    }

    fn set(&mut self, number: u16, descriptor: Descriptor) {
        self.table[usize::from(number)] = descriptor;
    }

    fn get(&self, number: u16) -> Descriptor {
        self.table[usize::from(number)]
    }

    /// Where a segment without pages begins in the world.
    fn offset(&self, number: u16) -> u64 {
        self.get(number).base.0 - WORLD_REAL
    }

    /// Texts, stacks, linkage, data and devices. Returns the frames that several segments may share.
    fn segments(&mut self) -> Vec<u64> {
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

    fn data(&mut self, base: u64, length: u64) -> Descriptor {
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

    fn rare_label(&mut self) -> Label {
        Label(*choose(self.rng, &[0, 0, 0, 0, 0, 1]))
    }

    /// Segments with pages, whose frames others have too.
    fn paged(&mut self, page_tables: [u64; 3], frames: &[u64]) {
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
    fn gates(&mut self) {
        for number in [KERNEL, SERVICE, TEXTS + 1, TEXTS + 2] {
            let at = self.offset(number);
            for gate in 0..u64::from(self.get(number).gates) {
                let target = (16 + self.rng.u64(0..400)) * INSTRUCTION_SIZE;
                let word = code::jump((target - gate * INSTRUCTION_SIZE) as i32);
                self.put_words(at + gate * INSTRUCTION_SIZE, &[word]);
            }
        }
    }

    /// Where the handler is in the world, and its instructions.
    fn handler(&mut self, block: u64, contexts: u64, page_tables: [u64; 3]) -> (u64, Vec<u64>) {
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

    /// Random words, and capabilities among them.
    fn fill_data(&mut self, frames: &[u64]) {
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
    fn label_some(&mut self, frames: &[u64]) {
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

    /// A capability that ring `ring` might have.
    fn capability(&mut self, ring: Ring) -> Capability {
        if self.rng.u8(0..16) == 0 {
            return self.authority(ring);
        }
        let number = match self.rng.u8(0..12) {
            0 => self.rng.u16(16..21),
            1 => KERNEL,
            2 => SERVICE,
            3 => self.rng.u16(TEXTS..DATA),
            4 => SHARED,
            5..=6 => self.rng.u16(DATA..END),
            _ => *choose(self.rng, &self.favourites),
        };
        self.capability_to(number, ring)
    }

    fn authority(&mut self, ring: Ring) -> Capability {
        let first = u32::from(ObjectType::FIRST.number());
        Capability::new(Fields {
            ring,
            base: first,
            limit: first + 8,
            cursor: first + self.rng.u32(0..8),
            permissions: Permissions::SEAL | Permissions::UNSEAL,
            ..Fields::default()
        })
    }

    fn capability_to(&mut self, number: u16, ring: Ring) -> Capability {
        let descriptor = self.get(number);
        let length = descriptor.length.max(1);
        let mut permissions = Permissions::all().difference(Permissions::AUTHORITY);
        let executes = descriptor.has(DescriptorFlags::EXECUTE);
        if !executes {
            permissions.remove(Permissions::EXECUTE);
        }
        if self.rng.u8(0..4) == 0 {
            permissions &= Permissions::from_bits_truncate(self.rng.u8(..));
        }
        let (mut base, mut limit) = (0, length);
        if self.rng.u8(0..3) == 0 {
            base = self.rng.u32(0..length);
            limit = self.rng.u32(base..=length);
        }
        let mut cursor = self.rng.u32(base..=limit);
        let mut kind = Kind::Data;
        let (r1, r2) = (descriptor.brackets.r1, descriptor.brackets.r2);
        let mut own = ring;
        if self.rng.u8(0..4) == 0 {
            own = ring.max(code::ring(self.rng.u8(..)));
        }
        if executes {
            own = ring;
            permissions.insert(Permissions::EXECUTE);
            (base, limit) = (0, length);
            cursor = self.rng.u32(0..length / 8) * 8;
            kind = *choose(
                self.rng,
                &[Kind::Data, Kind::Entry, Kind::Entry, Kind::Return],
            );
            if descriptor.gates > 0 && kind == Kind::Entry && ring > r2 {
                // One too many now and then.
                cursor = self.rng.u32(0..=descriptor.gates.into()) * 8;
            }
            if kind != Kind::Entry || ring < r1 {
                own = ring.max(r1);
            }
        }
        let revoked = u8::from(self.rng.u8(0..25) == 0);
        Capability::new(Fields {
            segment: SegmentNumber(number),
            ring: own,
            generation: descriptor.generation ^ revoked,
            kind,
            base,
            limit,
            cursor,
            permissions: permissions.legal(),
            spare: 0,
        })
    }

    fn stack_of(&mut self, ring: u8) -> Capability {
        let number = match ring {
            0 => STACK,
            1 | 2 | 4 | 5 | 7 => SEGMENT_STACKS + u16::from(ring),
            _ => return Capability::NULL,
        };
        let cursor = match ring {
            0 => self.stack_top(),
            _ => PAGE_SIZE / 2 + self.rng.u64(0..64) * GRANULE_SIZE,
        };
        Capability::new(Fields {
            segment: SegmentNumber(number),
            ring: code::ring(ring),
            limit: self.get(number).length,
            cursor: cursor as u32,
            permissions: Permissions::all()
                .difference(Permissions::AUTHORITY | Permissions::EXECUTE),
            ..Fields::default()
        })
    }

    fn stack_top(&self) -> u64 {
        2 * PAGE_SIZE - 64
    }

    /// Two processes: the second has other labels, and its own descriptors.
    fn processes(&mut self, blocks: [u64; 2], tables: [u64; 2]) {
        for (number, (block, table)) in blocks.into_iter().zip(tables).enumerate() {
            let mut banks = [0, 1, 2, 3, 4, 5, 6, 7].map(|ring| self.stack_of(ring));
            if number == 0 {
                // The first one begins with a frame on this stack.
                banks[0] = banks[0].add(-(TRAP_FRAME_SIZE as i64)).unwrap_or_default();
            }
            let lines = match self.rng.u8(0..8) {
                0 => 1 << LINE_TIMER | 0x1f,
                _ => 1 << LINE_TIMER,
            };
            let (read_labels, write_labels) = match (number, self.rng.u8(0..4)) {
                (0, 0) => (LabelSet::ALL, LabelSet::ALL),
                (0, _) => (set(&[0, 1, 2]), set(&[0, 1, 3])),
                (_, _) => (set(&[0, 2, 3]), set(&[0, 2])),
            };
            let process = ProcessBlock {
                descriptor_base: WORLD_REAL + table,
                descriptor_count: COUNT,
                lines,
                read_labels,
                write_labels,
                banks,
            };
            self.put(block, &process.to_bytes());
        }
    }

    /// The contexts, and the bytes of the first.
    fn contexts(&mut self, at: u64) -> Vec<u8> {
        let starts = [
            (TEXTS, 4),
            (SHARED, 4),
            (KERNEL, 0),
            (TEXTS + 1, 5),
            (SERVICE, 2),
            (KERNEL, 0),
            (SHARED, 1),
            (TEXTS + 3, 7),
        ];
        let mut first = Vec::new();
        let shift = self.rng.usize(0..starts.len());
        for index in 0..starts.len() {
            let (segment, ring) = starts[(index + shift) % starts.len()];
            let context = self.context(segment, ring).to_bytes();
            if index == 0 {
                first = context.to_vec();
            }
            self.put(at + index as u64 * CONTEXT_STRIDE, &context);
        }
        first
    }

    fn context(&mut self, segment: u16, ring: u8) -> ExecutionContext {
        let own = code::ring(ring);
        let descriptor = self.get(segment);
        let place = (16 + self.rng.u32(0..600)) * INSTRUCTION_SIZE as u32;
        let pc = isa::access::text_capability(SegmentNumber(segment), &descriptor, own, place);
        let mut c = [Capability::NULL; 16];
        for value in c.iter_mut().take(15).skip(1) {
            let found = self.capability(own);
            *value = match self.rng.u8(0..20) {
                0 => found.untag(),
                1 if found.kind() == Kind::Data => {
                    found.seal(&self.authority(own)).unwrap_or(found)
                }
                _ => found,
            };
        }
        // A gate, and the place behind the last one.
        let service = self.get(SERVICE);
        if ring > service.brackets.r2.number() && ring <= service.brackets.r3.number() {
            for (register, gate) in [(12, 0), (13, service.gates.into())] {
                let at = gate * INSTRUCTION_SIZE as u32;
                let number = SegmentNumber(SERVICE);
                let text = isa::access::text_capability(number, &service, own, at);
                c[register] = text.entry().unwrap_or(text);
            }
        }
        if ring == 0 {
            c[8] = self.capability_to(WORLD.0, own);
            c[9] = self.capability_to(ALL, own);
        }
        c[15] = self.stack_of(ring);
        let mut r = [0; 32];
        r.iter_mut()
            .skip(1)
            .for_each(|value| *value = interesting(self.rng));
        let masked = ring == 0 && self.rng.bool();
        let status = if masked { STATUS_MASKED } else { 0 };
        ExecutionContext { pc, status, r, c }
    }

    /// Writes the descriptors; in the second table some data segments are others.
    fn tables(&mut self, tables: [u64; 2]) {
        for (index, descriptor) in self.table.clone().iter().enumerate() {
            self.put(
                tables[0] + index as u64 * DESCRIPTOR_SIZE,
                &descriptor.to_bytes(),
            );
        }
        let (a, b) = (self.rng.u16(DATA..PAGED), self.rng.u16(DATA..PAGED));
        self.table.swap(a.into(), b.into());
        for (index, descriptor) in self.table.clone().iter().enumerate() {
            self.put(
                tables[1] + index as u64 * DESCRIPTOR_SIZE,
                &descriptor.to_bytes(),
            );
        }
        self.table.swap(a.into(), b.into());
    }

    /// The boot code: changes to the first process, gives granules their tags and labels, and resumes the first context.
    fn boot(&mut self, block: u64, tags: u64, length: u64, period: u64) -> Vec<u64> {
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
}

fn rw() -> DescriptorFlags {
    DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::WRITE
}

fn brackets(r1: u8, r2: u8, r3: u8) -> Brackets {
    Brackets {
        r1: code::ring(r1),
        r2: code::ring(r2),
        r3: code::ring(r3),
    }
}

/// A segment of ring 0.
fn inner(base: u64, length: u64, flags: DescriptorFlags) -> Descriptor {
    Descriptor {
        base: Real(base),
        length: length as u32,
        flags,
        brackets: Brackets::only(Ring::KERNEL),
        ..Descriptor::default()
    }
}

fn set(labels: &[u8]) -> LabelSet {
    let mut set = LabelSet::EMPTY;
    labels.iter().for_each(|label| set.insert(Label(*label)));
    set
}

/// One of some values.
pub(crate) fn choose<'a, T>(rng: &mut Rng, values: &'a [T]) -> &'a T {
    &values[rng.usize(0..values.len())]
}

/// A number at an edge of something, or any.
pub(crate) fn interesting(rng: &mut Rng) -> u64 {
    match rng.u8(0..10) {
        0 => 0,
        1 => rng.u64(0..16),
        2 => rng.u64(0..5000),
        3 => 1 << rng.u32(0..64),
        4 => (1u64 << rng.u32(0..64)).wrapping_sub(1),
        5 => rng.i64(-20..0) as u64,
        6 => f64::to_bits(f64::from(rng.i16(..)) / 8.0),
        7 => f32::to_bits(f32::from(rng.i16(..)) / 8.0).into(),
        8 => *choose(
            rng,
            &[i64::MIN as u64, i64::MAX as u64, 0x7ff8 << 48, 0xfff0 << 48],
        ),
        _ => rng.u64(..),
    }
}
