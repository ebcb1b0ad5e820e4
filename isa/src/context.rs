//! The records that machine and software share in memory: contexts, blocks, and what a machine begins with.
//!
//! In all of them capabilities are plain data beside a word that is the mask of their tags: no granule of a record is
//! tagged. Any bytes can be read as one.

mod exit;
mod machine;
mod reset;

pub use exit::{ExitReason, ExitRecord};
pub use machine::{INTERCEPT_ENTRIES, INTERCEPT_EXITS, MachineBlock, MachineState, Terms};
pub use reset::{Argument, DeviceKinds, Relocation, ResetRecord, ResetRecordTooLong};

use crate::access::AccessKind;
use crate::address::SegmentNumber;
use crate::capability::Capability;
use crate::label::LabelSet;
use crate::layout::{Layout, bytes_at, layout, put, put_word, word_at};
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap, TrapRegister};

/// The layouts of all records in memory.
pub const LAYOUTS: &[Layout] = &[
    ExecutionContext::LAYOUT,
    TrapRecord::LAYOUT,
    ProcessBlock::LAYOUT,
    MachineBlock::LAYOUT,
    ResetRecord::LAYOUT,
    Argument::LAYOUT,
    Relocation::LAYOUT,
];

/// The bytes of a trap frame: an execution context, and the trap record behind it.
pub const TRAP_FRAME_SIZE: u64 = ExecutionContext::SIZE + TrapRecord::SIZE;

/// The bit of the status word that masks interrupts.
pub const STATUS_MASKED: u64 = 1;

/// The bit of an execution context's mask of tags that is the program counter's; the lower ones are the c registers'.
const PC_TAG: u32 = 16;

fn capability_at(bytes: &[u8], offset: u64, tag: bool) -> Capability {
    Capability::restored(u128::from_le_bytes(bytes_at(bytes, offset)), tag)
}

/// Puts capabilities one behind the other, and gives the mask of their tags.
fn put_capabilities(bytes: &mut [u8], offset: u64, values: &[Capability]) -> u64 {
    values.iter().zip(0..).fold(0, |tags, (value, index)| {
        put(bytes, offset + 16 * index, &value.bits().to_le_bytes());
        tags | u64::from(value.is_tagged()) << index
    })
}

/// What a machine computes with: registers, program counter and the bit that masks interrupts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutionContext {
    /// The program counter; its ring is the current ring.
    pub pc: Capability,
    /// The status word; of its bits, [`STATUS_MASKED`] means something.
    pub status: u64,
    /// The data registers. `r0` is zero, whatever the record holds.
    pub r: [u64; 32],
    /// The capability registers. `c0` is null, whatever the record holds.
    pub c: [Capability; 16],
}

layout! {
    /// An execution context: all that a machine computes with. A trap frame begins with one, and a process that is
    /// switched out and a guest are one each.
    ExecutionContext "context" {
        /// The program counter, a capability; its ring is the current ring.
        PC_OFFSET "pc": 16;
        /// The mask of tags: bit i is the tag of `c` i, bit 16 that of the program counter. Bits that would tag what
        /// no derivation makes are not heeded.
        TAGS_OFFSET "tags": 8;
        /// Bit 0: interrupts are masked. The other bits mean nothing; the machine stores them as zero.
        STATUS_OFFSET "status": 8;
        /// The data registers r0 to r31. The slot of r0 is not heeded.
        R_OFFSET "r": 32 * 8;
        /// The capability registers c0 to c15. The slot of c0 is not heeded.
        C_OFFSET "c": 16 * 16;
    }
}

impl ExecutionContext {
    /// The bytes that stand for it.
    pub fn to_bytes(&self) -> [u8; Self::SIZE as usize] {
        let mut bytes = [0; Self::SIZE as usize];
        let pc_tag = put_capabilities(&mut bytes, Self::PC_OFFSET, &[self.pc]) << PC_TAG;
        let tags = put_capabilities(&mut bytes, Self::C_OFFSET, &self.c);
        put_word(&mut bytes, Self::TAGS_OFFSET, tags | pc_tag);
        put_word(&mut bytes, Self::STATUS_OFFSET, self.status);
        for (value, index) in self.r.iter().zip(0..) {
            put_word(&mut bytes, Self::R_OFFSET + 8 * index, *value);
        }
        bytes
    }

    /// The context that these bytes stand for.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> ExecutionContext {
        let tags = word_at(bytes, Self::TAGS_OFFSET);
        let mut r = [0; 32];
        for (value, index) in r.iter_mut().zip(0..).skip(1) {
            *value = word_at(bytes, Self::R_OFFSET + 8 * index);
        }
        let mut c = [Capability::NULL; 16];
        for (value, index) in c.iter_mut().zip(0..).skip(1) {
            *value = capability_at(bytes, Self::C_OFFSET + 16 * index, tags >> index & 1 == 1);
        }
        ExecutionContext {
            pc: capability_at(bytes, Self::PC_OFFSET, tags >> PC_TAG & 1 == 1),
            status: word_at(bytes, Self::STATUS_OFFSET),
            r,
            c,
        }
    }
}

/// A trap record as it is in memory: eight words, which may be anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrapRecord {
    /// The number of the cause.
    pub cause: u64,
    /// The checks that failed: bit `n` is the cause of number `n`.
    pub failed: u64,
    /// The number of a [`TrapRegister`].
    pub register: u64,
    /// The segment of the access.
    pub segment: u64,
    /// The effective offset of the access.
    pub offset: u64,
    /// The ring at which the access was judged.
    pub ring: u64,
    /// The number of an [`AccessKind`].
    pub kind: u64,
    /// The bytes of the access.
    pub size: u64,
}

layout! {
    /// A trap record: what happened. It is the second part of a trap frame, behind the execution context.
    TrapRecord "trap" {
        /// The number of the cause: the most urgent of the checks that failed.
        CAUSE_OFFSET "cause": 8;
        /// All checks of the stage that failed: bit n is the cause of number n.
        FAILED_OFFSET "failed": 8;
        /// The register through which the access went: 0 to 15 a c register, 16 the program counter, 255 none.
        REGISTER_OFFSET "register": 8;
        /// The number of the segment.
        SEGMENT_OFFSET "segment": 8;
        /// The effective offset, never wrapped; the number of a software trap; the line of an interrupt.
        OFFSET_OFFSET "offset": 8;
        /// The ring at which the access was judged: that of the capability.
        RING_OFFSET "ring": 8;
        /// The kind of access, by its number.
        KIND_OFFSET "kind": 8;
        /// The bytes of the access.
        SIZE_OFFSET "size": 8;
    }
}

impl TrapRecord {
    /// The bytes that stand for it.
    pub fn to_bytes(&self) -> [u8; Self::SIZE as usize] {
        let mut bytes = [0; Self::SIZE as usize];
        put_word(&mut bytes, Self::CAUSE_OFFSET, self.cause);
        put_word(&mut bytes, Self::FAILED_OFFSET, self.failed);
        put_word(&mut bytes, Self::REGISTER_OFFSET, self.register);
        put_word(&mut bytes, Self::SEGMENT_OFFSET, self.segment);
        put_word(&mut bytes, Self::OFFSET_OFFSET, self.offset);
        put_word(&mut bytes, Self::RING_OFFSET, self.ring);
        put_word(&mut bytes, Self::KIND_OFFSET, self.kind);
        put_word(&mut bytes, Self::SIZE_OFFSET, self.size);
        bytes
    }

    /// The record that these bytes stand for.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> TrapRecord {
        TrapRecord {
            cause: word_at(bytes, Self::CAUSE_OFFSET),
            failed: word_at(bytes, Self::FAILED_OFFSET),
            register: word_at(bytes, Self::REGISTER_OFFSET),
            segment: word_at(bytes, Self::SEGMENT_OFFSET),
            offset: word_at(bytes, Self::OFFSET_OFFSET),
            ring: word_at(bytes, Self::RING_OFFSET),
            kind: word_at(bytes, Self::KIND_OFFSET),
            size: word_at(bytes, Self::SIZE_OFFSET),
        }
    }

    /// The trap that the record tells of; none if a machine could not have written it.
    pub fn trap(&self) -> Option<Trap> {
        let trap = Trap {
            cause: Cause::from_number(self.cause)?,
            failed: Causes::from_bits(u32::try_from(self.failed).ok()?)?,
            register: TrapRegister(u8::try_from(self.register).ok()?),
            segment: SegmentNumber(u16::try_from(self.segment).ok()?),
            offset: self.offset,
            ring: u8::try_from(self.ring).ok().and_then(Ring::new)?,
            kind: AccessKind::from_number(self.kind)?,
            size: self.size,
        };
        Some(trap)
    }
}

impl From<&Trap> for TrapRecord {
    fn from(trap: &Trap) -> TrapRecord {
        TrapRecord {
            cause: trap.cause.number().into(),
            failed: trap.failed.bits().into(),
            register: trap.register.0.into(),
            segment: trap.segment.0.into(),
            offset: trap.offset,
            ring: trap.ring.number().into(),
            kind: trap.kind.number().into(),
            size: trap.size,
        }
    }
}

/// What a process has beside its execution context: its namespace, its labels, its lines and its stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessBlock {
    /// The real address of descriptor 0.
    pub descriptor_base: u64,
    /// How many descriptors there are.
    pub descriptor_count: u64,
    /// The enabled lines: bit `n` is line `n`.
    pub lines: u64,
    /// The labels that it may read.
    pub read_labels: LabelSet,
    /// The labels that it may write.
    pub write_labels: LabelSet,
    /// The stack pointers of the rings.
    pub banks: [Capability; 8],
}

layout! {
    /// A process block: the namespace of a process, its labels, enabled lines, and the stack pointers of its rings.
    ProcessBlock "process" {
        /// The real address of the first descriptor.
        DESCRIPTOR_BASE_OFFSET "descriptor_base": 8;
        /// How many descriptors there are.
        DESCRIPTOR_COUNT_OFFSET "descriptor_count": 8;
        /// The enabled lines: bit n is line n.
        LINES_OFFSET "lines": 8;
        /// The mask of tags: bit k is the tag of bank k.
        BANK_TAGS_OFFSET "bank_tags": 8;
        /// The labels that the process may read: label n is bit n % 64 of word n / 64.
        READ_LABELS_OFFSET "read_labels": 32;
        /// The labels that the process may write.
        WRITE_LABELS_OFFSET "write_labels": 32;
        /// The stack pointers of rings 0 to 7.
        BANKS_OFFSET "banks": 8 * 16;
    }
}

impl ProcessBlock {
    /// The bytes that stand for it.
    pub fn to_bytes(&self) -> [u8; Self::SIZE as usize] {
        let mut bytes = [0; Self::SIZE as usize];
        put_word(
            &mut bytes,
            Self::DESCRIPTOR_BASE_OFFSET,
            self.descriptor_base,
        );
        put_word(
            &mut bytes,
            Self::DESCRIPTOR_COUNT_OFFSET,
            self.descriptor_count,
        );
        put_word(&mut bytes, Self::LINES_OFFSET, self.lines);
        let tags = put_capabilities(&mut bytes, Self::BANKS_OFFSET, &self.banks);
        put_word(&mut bytes, Self::BANK_TAGS_OFFSET, tags);
        put(
            &mut bytes,
            Self::READ_LABELS_OFFSET,
            &self.read_labels.to_bytes(),
        );
        put(
            &mut bytes,
            Self::WRITE_LABELS_OFFSET,
            &self.write_labels.to_bytes(),
        );
        bytes
    }

    /// The block that these bytes stand for. Tags on what no derivation makes are not heeded.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> ProcessBlock {
        let tags = word_at(bytes, Self::BANK_TAGS_OFFSET);
        let mut banks = [Capability::NULL; 8];
        for (bank, index) in banks.iter_mut().zip(0..) {
            *bank = capability_at(
                bytes,
                Self::BANKS_OFFSET + 16 * index,
                tags >> index & 1 == 1,
            );
        }
        ProcessBlock {
            descriptor_base: word_at(bytes, Self::DESCRIPTOR_BASE_OFFSET),
            descriptor_count: word_at(bytes, Self::DESCRIPTOR_COUNT_OFFSET),
            lines: word_at(bytes, Self::LINES_OFFSET),
            read_labels: LabelSet::from_bytes(&bytes_at(bytes, Self::READ_LABELS_OFFSET)),
            write_labels: LabelSet::from_bytes(&bytes_at(bytes, Self::WRITE_LABELS_OFFSET)),
            banks,
        }
    }
}
