//! The machine block: a guest, as its host has it in memory.
//!
//! Invariant: any bytes are a block, and storing it gives what it means and no more. Tags are heeded only on bits that
//! a derivation can make, a flag is 0 or 1, and what is not used is zero.

use super::{ExecutionContext, ExitRecord, ProcessBlock, TrapRecord};
use crate::address::PAGE_SIZE;
use crate::layout::{bytes_at, layout, put, put_word, word_at};

/// The bit of the mask of guests that has the entries of deeper guests exit to the host.
pub const INTERCEPT_ENTRIES: u64 = 1;
/// The bit of the mask of guests that has the exits of deeper guests exit to the host.
pub const INTERCEPT_EXITS: u64 = 2;

/// What a machine has beside its memory, its devices and its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineState {
    /// Registers, program counter and mask.
    pub context: ExecutionContext,
    /// Namespace, labels, enabled lines and stacks. The stack pointer of the current ring is `c15`, and its bank is
    /// not heeded.
    pub process: ProcessBlock,
    /// The trap entry, as `segment << 32 | offset`; 0 is none.
    pub entry: u64,
    /// The lines that software has raised.
    pub pending: u64,
    /// The deadline of the timer; 0 is not armed.
    pub timer: u64,
}

/// On what terms a host runs its guest, and what passes between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The clock at which the guest exits; 0 is never.
    pub budget: u64,
    /// The classes of instructions that exit.
    pub intercept_instructions: u64,
    /// The traps that exit.
    pub intercept_traps: u64,
    /// What of deeper guests exits: [`INTERCEPT_ENTRIES`], [`INTERCEPT_EXITS`].
    pub intercept_guests: u64,
    /// The bytes of memory that the guest is told of.
    pub memory_given: u64,
    /// How deep the guest may nest guests, as its host wants it.
    pub depth_given: u64,
    /// Whether the guest is in the middle of a run.
    pub running: bool,
    /// Whether the context is the outcome of the instruction of the last event, whose step is still to be counted.
    pub complete: bool,
    /// Whether the event of the exit record is to be offered to the next host.
    pub proceed: bool,
    /// Whether a trap is to be delivered to the guest.
    pub inject: bool,
    /// That trap.
    pub inject_trap: TrapRecord,
    /// Why the guest exited last.
    pub exit: ExitRecord,
}

/// The page that is a guest to its host: what `vmrun` reads at entry and stores at exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineBlock {
    /// What the guest computes with.
    pub state: MachineState,
    /// The steps that the guest and its guests have made.
    pub clock: u64,
    /// What the host wants of it, and what it says to the host.
    pub terms: Terms,
}

layout! {
    /// A machine block: one page that is a guest to its host. `vmrun` reads it whole at entry and stores it whole at an
    /// exit or a suspension. Any values are accepted.
    MachineBlock "machine" {
        /// The guest's execution context.
        CONTEXT_OFFSET "context": ExecutionContext::SIZE;
        /// The guest's process block.
        PROCESS_OFFSET "process": ProcessBlock::SIZE;
        /// The guest's trap entry, as segment << 32 | offset; 0 is none.
        ENTRY_OFFSET "entry": 8;
        /// The lines that software has raised: bit n is line n.
        PENDING_OFFSET "pending": 8;
        /// The deadline of the guest's timer, by its clock; 0 is not armed.
        TIMER_OFFSET "timer": 8;
        /// The steps that the guest and its guests have made.
        CLOCK_OFFSET "clock": 8;
        /// The clock at which the guest exits with its budget used up; 0 is never.
        BUDGET_OFFSET "budget": 8;
        /// The classes of instructions that exit to the host: bit n is class n.
        INTERCEPT_INSTRUCTIONS_OFFSET "intercept_instructions": 8;
        /// The traps that exit to the host: bit n is the cause of number n.
        INTERCEPT_TRAPS_OFFSET "intercept_traps": 8;
        /// What of the guest's own guests exits to the host: bit 0 their entries, bit 1 their exits.
        INTERCEPT_GUESTS_OFFSET "intercept_guests": 8;
        /// The bytes of real memory that the guest is told of. The machine does not look at it: the window says how many
        /// there are.
        MEMORY_GIVEN_OFFSET "memory_given": 8;
        /// How deep the guest may nest guests of its own, but always less than its host may.
        DEPTH_GIVEN_OFFSET "depth_given": 8;
        /// 1 while the guest is suspended in the middle of a run, so that the next `vmrun` goes on with it.
        RUNNING_OFFSET "running": 8;
        /// 1: the instruction of the last event is done, and the context is its outcome; the next step only counts.
        COMPLETE_OFFSET "complete": 8;
        /// 1: the event in the exit record is offered to the next who intercepts it, and then happens.
        PROCEED_OFFSET "proceed": 8;
        /// 1: the trap beside is delivered to the guest at its next step.
        INJECT_OFFSET "inject": 8;
        /// The trap record that is injected.
        INJECT_TRAP_OFFSET "inject_trap": TrapRecord::SIZE;
        /// Why the guest exited, by the number of the exit.
        EXIT_REASON_OFFSET "exit_reason": 8;
        /// How many levels further in it happened; 0 is the guest itself.
        EXIT_LEVEL_OFFSET "exit_level": 8;
        /// The machine block of the machine in which it happened, as an offset in the window, if the level is not 0.
        EXIT_BLOCK_OFFSET "exit_block": 8;
        /// The instruction, as its eight bytes.
        EXIT_INSTRUCTION_OFFSET "exit_instruction": 8;
        /// The mask of the tags of the exit record: bit 0 the next program counter, bits 1 to 3 the operands.
        EXIT_TAGS_OFFSET "exit_tags": 8;
        /// The slot of the guest's device and the operation of an `io`, as slot | operation << 8.
        EXIT_DEVICE_OFFSET "exit_device": 8;
        /// The program counter after the instruction.
        EXIT_NEXT_OFFSET "exit_next": 16;
        /// The values of the registers that the instruction names, in the order of its bytes; data is zero-extended. At
        /// exit `power` the first is the status; at `exit` the first is the reason of the exit of the deeper guest.
        EXIT_OPERANDS_OFFSET "exit_operands": 3 * 16;
        /// Where the memory operand is in the window: two extents, each an offset and a length. Length 0 is none.
        EXIT_EXTENTS_OFFSET "exit_extents": 2 * 16;
        /// The trap record of the trap that was intercepted, that ended the guest, or that the host's map denied.
        EXIT_TRAP_OFFSET "exit_trap": TrapRecord::SIZE;
        /// Zero, up to the end of the page.
        REST_OFFSET "rest": PAGE_SIZE - Self::REST_OFFSET;
    }
}

impl MachineBlock {
    /// The page that stands for it.
    pub fn to_bytes(&self) -> [u8; Self::SIZE as usize] {
        let MachineBlock {
            state,
            clock,
            terms,
        } = self;
        let mut bytes = [0; Self::SIZE as usize];
        put(&mut bytes, Self::CONTEXT_OFFSET, &state.context.to_bytes());
        put(&mut bytes, Self::PROCESS_OFFSET, &state.process.to_bytes());
        let words = [
            (Self::ENTRY_OFFSET, state.entry),
            (Self::PENDING_OFFSET, state.pending),
            (Self::TIMER_OFFSET, state.timer),
            (Self::CLOCK_OFFSET, *clock),
            (Self::BUDGET_OFFSET, terms.budget),
            (
                Self::INTERCEPT_INSTRUCTIONS_OFFSET,
                terms.intercept_instructions,
            ),
            (Self::INTERCEPT_TRAPS_OFFSET, terms.intercept_traps),
            (Self::INTERCEPT_GUESTS_OFFSET, terms.intercept_guests),
            (Self::MEMORY_GIVEN_OFFSET, terms.memory_given),
            (Self::DEPTH_GIVEN_OFFSET, terms.depth_given),
            (Self::RUNNING_OFFSET, terms.running.into()),
            (Self::COMPLETE_OFFSET, terms.complete.into()),
            (Self::PROCEED_OFFSET, terms.proceed.into()),
            (Self::INJECT_OFFSET, terms.inject.into()),
        ];
        for (offset, word) in words {
            put_word(&mut bytes, offset, word);
        }
        put(
            &mut bytes,
            Self::INJECT_TRAP_OFFSET,
            &terms.inject_trap.to_bytes(),
        );
        terms.exit.put_into(&mut bytes);
        bytes
    }

    /// The block that a page stands for. A flag is set by any word but 0.
    pub fn from_bytes(bytes: &[u8; Self::SIZE as usize]) -> MachineBlock {
        let word = |offset| word_at(bytes, offset);
        let flag = |offset| word_at(bytes, offset) != 0;
        MachineBlock {
            state: MachineState {
                context: ExecutionContext::from_bytes(&bytes_at(bytes, Self::CONTEXT_OFFSET)),
                process: ProcessBlock::from_bytes(&bytes_at(bytes, Self::PROCESS_OFFSET)),
                entry: word(Self::ENTRY_OFFSET),
                pending: word(Self::PENDING_OFFSET),
                timer: word(Self::TIMER_OFFSET),
            },
            clock: word(Self::CLOCK_OFFSET),
            terms: Terms {
                budget: word(Self::BUDGET_OFFSET),
                intercept_instructions: word(Self::INTERCEPT_INSTRUCTIONS_OFFSET),
                intercept_traps: word(Self::INTERCEPT_TRAPS_OFFSET),
                intercept_guests: word(Self::INTERCEPT_GUESTS_OFFSET),
                memory_given: word(Self::MEMORY_GIVEN_OFFSET),
                depth_given: word(Self::DEPTH_GIVEN_OFFSET),
                running: flag(Self::RUNNING_OFFSET),
                complete: flag(Self::COMPLETE_OFFSET),
                proceed: flag(Self::PROCEED_OFFSET),
                inject: flag(Self::INJECT_OFFSET),
                inject_trap: TrapRecord::from_bytes(&bytes_at(bytes, Self::INJECT_TRAP_OFFSET)),
                exit: ExitRecord::from_block(bytes),
            },
        }
    }
}
