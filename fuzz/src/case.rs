//! A case: all that a machine is given, so that a run can be made again, and written down.
//!
//! In real memory there is a small table of descriptors, which names the *boot* segment, in ring 0, and the *world*, all
//! the rest of memory. The boot code changes to the process that the world holds, whose descriptors can be anything.
//! So a case is nothing but two segments, which a source can declare, whatever it does afterwards.
//!
//! Invariant: the same case makes the same machine. What devices give is the caller's, and should be the same too.

use isa::abi::{SEGMENT_DESCRIPTORS, SEGMENT_RESET, SEGMENT_SYSTEM};
use isa::address::PAGE_SIZE;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::machine::{LoadPiece, Machine, Reset};
use isa::{Address, Brackets, Descriptor, DescriptorFlags, Real, Ring, SegmentNumber};

/// The segment of the boot code.
pub const BOOT: SegmentNumber = SegmentNumber(SEGMENT_SYSTEM);

/// The segment that is the rest of memory.
pub const WORLD: SegmentNumber = SegmentNumber(SEGMENT_SYSTEM + 1);

/// The bytes of the boot segment.
pub(crate) const BOOT_SIZE: u64 = PAGE_SIZE;

/// Where the first descriptors are in real memory, and behind them the reset record and the boot code: where the linker
/// puts them.
pub(crate) const TABLE: u64 = PAGE_SIZE;
const RESET: u64 = TABLE + PAGE_SIZE;
pub(crate) const BOOT_REAL: u64 = RESET + PAGE_SIZE;

/// The real address of the world.
pub const WORLD_REAL: u64 = BOOT_REAL + BOOT_SIZE;

/// Puts devices into the slots of a machine.
pub type Attach = fn(&mut Machine);

/// What a part of a world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Instructions, and zeros where none is.
    Code,
    /// Anything else.
    Words,
}

/// A part of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called.
    pub name: String,
    /// Its first byte in the world.
    pub offset: u64,
    /// Its bytes.
    pub size: u64,
    /// What is in it.
    pub what: What,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The instructions of the boot segment.
    pub boot: Vec<u64>,
    /// The bytes of the world, whole pages.
    pub world: Vec<u8>,
    /// What is where in the world, by rising offset.
    pub parts: Vec<Part>,
    /// How many steps are compared.
    pub steps: u64,
    /// How deep the machine may nest guests.
    pub depth: u64,
}

impl Case {
    /// The bytes of memory that its machine has.
    pub fn memory(&self) -> u64 {
        WORLD_REAL + self.world.len() as u64
    }

    /// A machine before its first step; none if the host lacks the memory.
    pub fn machine(&self, attach: Attach) -> Option<Machine> {
        let mut machine = Machine::new(self.memory()).ok()?;
        let (table, boot) = (self.table(), self.boot_bytes());
        let pieces = [
            (TABLE, table.as_slice()),
            (BOOT_REAL, boot.as_slice()),
            (WORLD_REAL, self.world.as_slice()),
        ];
        let pieces = pieces.map(|(real, bytes)| LoadPiece { real, bytes });
        machine.load(&pieces).ok()?;
        attach(&mut machine);
        let reset = Reset {
            descriptor_base: TABLE,
            descriptor_count: u64::from(WORLD.0) + 1,
            entry: Address::new(BOOT, 0).word(),
            depth_left: self.depth,
            free: self.memory(),
            ..Reset::default()
        };
        machine.reset(&reset).ok()?;
        Some(machine)
    }

    /// The bytes of memory before the first step, but for the reset record.
    pub(crate) fn image(&self) -> Vec<u8> {
        let mut bytes = vec![0; WORLD_REAL as usize];
        for (at, piece) in [(TABLE, self.table()), (BOOT_REAL, self.boot_bytes())] {
            let place = at as usize..at as usize + piece.len();
            if let Some(place) = bytes.get_mut(place) {
                place.copy_from_slice(&piece);
            }
        }
        bytes.extend(&self.world);
        bytes
    }

    fn table(&self) -> Vec<u8> {
        (0..=WORLD.0)
            .flat_map(|number| self.first_descriptor(number).to_bytes())
            .collect()
    }

    fn boot_bytes(&self) -> Vec<u8> {
        let words = self.boot.iter();
        words.flat_map(|word| word.to_le_bytes()).collect()
    }

    /// The descriptors with which the machine begins.
    fn first_descriptor(&self, number: u16) -> Descriptor {
        let read = DescriptorFlags::PRESENT | DescriptorFlags::READ;
        let write = DescriptorFlags::WRITE;
        let (base, length, flags) = match SegmentNumber(number) {
            SegmentNumber(SEGMENT_DESCRIPTORS) => (
                TABLE,
                u64::from(WORLD.0 + 1) * DESCRIPTOR_SIZE,
                read | write,
            ),
            SegmentNumber(SEGMENT_RESET) => (RESET, PAGE_SIZE, read),
            BOOT => (BOOT_REAL, BOOT_SIZE, read | DescriptorFlags::EXECUTE),
            WORLD => (WORLD_REAL, self.world.len() as u64, read | write),
            _ => return Descriptor::default(),
        };
        inner(base, length, flags)
    }

    /// The word at an offset of the world; 0 beyond it.
    pub fn word(&self, offset: u64) -> u64 {
        let bytes = self.world.get(offset as usize..offset as usize + 8);
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u64::from_le_bytes)
    }

    /// Sets the word at an offset of the world; nothing beyond it.
    pub fn set_word(&mut self, offset: u64, word: u64) {
        if let Some(place) = self.world.get_mut(offset as usize..offset as usize + 8) {
            place.copy_from_slice(&word.to_le_bytes());
        }
    }

    /// The places of instructions in the world that are not zero, by rising offset.
    pub fn instructions(&self) -> Vec<u64> {
        self.parts
            .iter()
            .filter(|part| part.what == What::Code)
            .flat_map(|part| (part.offset..part.offset + part.size).step_by(8))
            .filter(|offset| self.word(*offset) != 0)
            .collect()
    }
}

/// A segment of ring 0.
pub(crate) fn inner(base: u64, length: u64, flags: DescriptorFlags) -> Descriptor {
    Descriptor {
        base: Real(base),
        length: length as u32,
        flags,
        brackets: Brackets::only(Ring::KERNEL),
        ..Descriptor::default()
    }
}
