//! Exits: why control came back from a guest to its host, and the record of it in the machine block.

use super::{MachineBlock, TrapRecord, capability_at, put_capabilities};
use crate::capability::Capability;
use crate::instruction::names::{Named, NamedRow, names};
use crate::layout::{bytes_at, put, put_word, word_at};

names! {
    /// Why a guest exited: the field `exit_reason` of its machine block.
    ExitReason "exit" {
        /// The guest waits, and its own timer is not armed. Its `wfi` is not complete.
        1 Wait "wait";
        /// The guest switched itself off. The first operand of the record is the status.
        2 Power "power";
        /// An `io` on a device that the host did not pass through, or not for this operation; also how a guest calls its host.
        3 Device "device";
        /// The host's map denies the guest's access; the trap record tells of the access to the host's segment.
        4 Memory "memory";
        /// A trap of the guest could not be delivered to it; the trap record is that trap.
        5 DoubleFault "double_fault";
        /// The guest's clock has reached its budget.
        6 Budget "budget";
        /// A line of the host is up and enabled, and the host has masked interrupts.
        7 Interrupt "interrupt";
        /// An instruction of an intercepted class is about to take effect.
        8 Instruction "instruction";
        /// An intercepted trap is about to be delivered; the trap record is that trap.
        9 Trap "trap";
        /// A deeper guest is about to be entered.
        10 Entry "entry";
        /// A deeper guest is about to exit to its host. The first operand of the record is the reason.
        11 Exit "exit";
    }
}

/// What a host is told about an exit. Read from memory, the words may be anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExitRecord {
    /// The number of an [`ExitReason`].
    pub reason: u64,
    /// How many levels further in it happened; 0 is the guest itself.
    pub level: u64,
    /// The offset in the window of the block of the machine in which it happened, if the level is not 0.
    pub block: u64,
    /// The instruction, as its eight bytes.
    pub instruction: u64,
    /// Slot and operation of an `io`.
    pub device: u64,
    /// The program counter after the instruction.
    pub next: Capability,
    /// The values of the registers that the instruction names.
    pub operands: [Capability; 3],
    /// The memory operand in the window: offset and length, twice.
    pub extents: [(u64, u64); 2],
    /// A trap that has to do with it.
    pub trap: TrapRecord,
}

impl ExitRecord {
    /// Puts the record into the bytes of a machine block.
    pub(super) fn put_into(&self, block: &mut [u8]) {
        let words = [
            (MachineBlock::EXIT_REASON_OFFSET, self.reason),
            (MachineBlock::EXIT_LEVEL_OFFSET, self.level),
            (MachineBlock::EXIT_BLOCK_OFFSET, self.block),
            (MachineBlock::EXIT_INSTRUCTION_OFFSET, self.instruction),
            (MachineBlock::EXIT_DEVICE_OFFSET, self.device),
        ];
        for (offset, word) in words {
            put_word(block, offset, word);
        }
        let next = put_capabilities(block, MachineBlock::EXIT_NEXT_OFFSET, &[self.next]);
        let operands = put_capabilities(block, MachineBlock::EXIT_OPERANDS_OFFSET, &self.operands);
        put_word(block, MachineBlock::EXIT_TAGS_OFFSET, next | operands << 1);
        let extents = self
            .extents
            .iter()
            .flat_map(|(offset, length)| [*offset, *length]);
        for (word, index) in extents.zip(0..) {
            put_word(block, MachineBlock::EXIT_EXTENTS_OFFSET + 8 * index, word);
        }
        put(block, MachineBlock::EXIT_TRAP_OFFSET, &self.trap.to_bytes());
    }

    /// The record in the bytes of a machine block.
    pub(super) fn from_block(block: &[u8]) -> ExitRecord {
        let word = |offset| word_at(block, offset);
        let tags = word(MachineBlock::EXIT_TAGS_OFFSET);
        let operand = |index: u64| {
            let offset = MachineBlock::EXIT_OPERANDS_OFFSET + 16 * index;
            capability_at(block, offset, tags >> (index + 1) & 1 == 1)
        };
        let extent = |index: u64| {
            let offset = MachineBlock::EXIT_EXTENTS_OFFSET + 16 * index;
            (word(offset), word(offset + 8))
        };
        ExitRecord {
            reason: word(MachineBlock::EXIT_REASON_OFFSET),
            level: word(MachineBlock::EXIT_LEVEL_OFFSET),
            block: word(MachineBlock::EXIT_BLOCK_OFFSET),
            instruction: word(MachineBlock::EXIT_INSTRUCTION_OFFSET),
            device: word(MachineBlock::EXIT_DEVICE_OFFSET),
            next: capability_at(block, MachineBlock::EXIT_NEXT_OFFSET, tags & 1 == 1),
            operands: [operand(0), operand(1), operand(2)],
            extents: [extent(0), extent(1)],
            trap: TrapRecord::from_bytes(&bytes_at(block, MachineBlock::EXIT_TRAP_OFFSET)),
        }
    }
}
