//! A world to begin with: descriptors, page tables, texts, data, stacks, contexts of several rings, and a handler of
//! traps that keeps things going.
//!
//! The handler goes on behind an instruction that trapped, arms the timer again, maps pages, and starts the next of the
//! contexts where the program counter itself was wrong. Invariant: texts hold no instructions but gates and handler;
//! what else runs is written by [`crate::author`].

mod contexts;
mod handler;
mod segments;

use fastrand::Rng;
use isa::abi::{SEGMENT_PRIVATE, SEGMENT_STACKS};
use isa::address::PAGE_SIZE;
use isa::context::TRAP_FRAME_SIZE;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::{Descriptor, DescriptorFlags, PageWord, SegmentNumber};

use self::segments::rw;
use crate::case::{BOOT, BOOT_SIZE, Case, Part, WORLD, WORLD_REAL, What, inner};

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
}
