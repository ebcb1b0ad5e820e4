//! The machines of a nest for whoever looks at one: which image each of them runs, and what the block of a guest says.
//!
//! Invariant: it only looks. A guest is taken to run the image that the image of its host carries in a segment, which is
//! how hypervisors come by their guests; where there is none, its addresses have no names.

use std::cell::OnceCell;

use assembler::image::Image;
use isa::address::{Address, INSTRUCTION_SIZE};
use isa::context::{ExitReason, ExitRecord, MachineBlock};
use isa::instruction::Opcode;
use isa::instruction::format::ThreeCapabilities;
use isa::instruction::names::Named as _;
use isa::machine::{MAX_DEPTH, Machine};
use isa::{Capability, Real};

use crate::names::Names;
use crate::program::is_image;

/// The images of a nest, by level.
#[derive(Debug)]
pub struct Images<'a> {
    outermost: &'a Image,
    /// Those further in, read when somebody first asks for one.
    inner: OnceCell<Vec<Image>>,
    unknown: Image,
}

impl<'a> Images<'a> {
    /// Those of a nest whose outermost machine runs this image.
    pub fn of(outermost: &'a Image) -> Images<'a> {
        Images {
            outermost,
            inner: OnceCell::new(),
            unknown: Image::default(),
        }
    }

    /// The image of a level; one of nothing where it is not known.
    pub fn at(&self, level: usize) -> &Image {
        match level.checked_sub(1) {
            None => self.outermost,
            Some(inner) => self.inner().get(inner).unwrap_or(&self.unknown),
        }
    }

    /// All that are known, from the outermost.
    pub fn all(&self) -> impl Iterator<Item = &Image> {
        std::iter::once(self.outermost).chain(self.inner())
    }

    /// The names of a level.
    pub(crate) fn names(&self, level: usize) -> Names<'_> {
        Names {
            image: self.at(level),
        }
    }

    fn inner(&self) -> &[Image] {
        self.inner.get_or_init(|| inner(self.outermost))
    }
}

/// The images of the guests of a machine that runs this image, from its own guest inward.
pub(crate) fn inner(outermost: &Image) -> Vec<Image> {
    let mut images: Vec<Image> = Vec::new();
    while let Some(image) = carried(images.last().unwrap_or(outermost))
        && (images.len() as u64) < MAX_DEPTH
    {
        images.push(image);
    }
    images
}

/// The image that an image has in a segment.
fn carried(image: &Image) -> Option<Image> {
    let segments = image.segments().iter();
    let mut carried = segments.filter(|segment| is_image(&segment.bytes));
    Image::read(&carried.next()?.bytes).ok()
}

/// The operands of a word, if it is a `vmrun`.
pub(crate) fn vmrun(word: u64) -> Option<ThreeCapabilities> {
    let is_one = Opcode::of(word) == Some(Opcode::Vmrun);
    ThreeCapabilities::unpack(word).filter(|_| is_one)
}

/// A guest that exited with the last step of the leaf.
#[derive(Clone, Debug)]
pub(crate) struct Exited {
    /// Its block, with the exit record.
    pub(crate) block: MachineBlock,
    /// Its window.
    pub(crate) window: Capability,
}

impl Exited {
    /// The guest whose exit completed the last instruction of the leaf.
    pub(crate) fn of(machine: &Machine) -> Option<Exited> {
        let pc = machine.pc();
        let before = u64::from(pc.cursor()).checked_sub(INSTRUCTION_SIZE)?;
        let place = Address::new(pc.segment(), u32::try_from(before).ok()?);
        let word = machine.peek(place, INSTRUCTION_SIZE as usize);
        let operands = vmrun(u64::from_le_bytes(word.try_into().ok()?))?;
        Some(Exited {
            block: block_in(machine, machine.c(operands.ca))?,
            window: machine.c(operands.cb),
        })
    }

    /// What its host is told.
    pub(crate) fn record(&self) -> &ExitRecord {
        &self.block.terms.exit
    }

    /// Why it exited.
    pub(crate) fn reason(&self) -> Option<ExitReason> {
        reason(self.record().reason)
    }

    /// The block of the machine in which it happened: its own, or that of a machine further in.
    pub(crate) fn innermost(&self, machine: &Machine) -> Option<MachineBlock> {
        let record = self.record();
        if record.level == 0 {
            return Some(self.block);
        }
        let offset = u64::from(self.window.base()).checked_add(record.block)?;
        let place = Address::new(self.window.segment(), u32::try_from(offset).ok()?);
        block_at(machine, place)
    }
}

/// The reason of this number.
pub(crate) fn reason(number: u64) -> Option<ExitReason> {
    ExitReason::from_number(u32::try_from(number).ok()?)
}

/// The block that a capability of the leaf's points to.
pub(crate) fn block_in(machine: &Machine, capability: Capability) -> Option<MachineBlock> {
    block_at(
        machine,
        Address::new(capability.segment(), capability.cursor()),
    )
}

fn block_at(machine: &Machine, place: Address) -> Option<MachineBlock> {
    let bytes = machine.peek(place, MachineBlock::SIZE as usize);
    Some(MachineBlock::from_bytes(&bytes.try_into().ok()?))
}

/// The block from which a live guest was entered: while it runs, memory has it as it was then.
pub(crate) fn entered_from(machine: &Machine, level: usize) -> Option<MachineBlock> {
    let host = level.checked_sub(1)?;
    let context = machine.level_state(host)?.context;
    let word = word_at(machine, host, context.pc)?;
    let block = context.c.get(usize::from(vmrun(word)?.ca.number()))?;
    let bytes = bytes_at(machine, host, *block, MachineBlock::SIZE)?;
    Some(MachineBlock::from_bytes(&bytes.try_into().ok()?))
}

/// The instruction at the program counter of a live level.
pub(crate) fn word_at(machine: &Machine, level: usize, pc: Capability) -> Option<u64> {
    let bytes = bytes_at(machine, level, pc, INSTRUCTION_SIZE)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// Bytes at the cursor of a capability of a live level. They lie in one page.
fn bytes_at(machine: &Machine, level: usize, at: Capability, size: u64) -> Option<Vec<u8>> {
    let place = Address::new(at.segment(), at.cursor());
    let places = machine.level_places(level, place);
    let real: Real = *places.get(level)?;
    machine.memory().read(real, size).ok().map(<[u8]>::to_vec)
}
