//! The executable specification: a machine that steps by the functions of this crate and by nothing else.
//!
//! It is slow and small, and right by being read. [`Machine::step`] is one step: an interrupt, or fetch, decode,
//! privilege and the semantics of one instruction, or the delivery of its trap. Memory is [`memory`], the way from
//! a capability to bytes is `access`, what an instruction does is in `semantics`, and what a run leaves is
//! summed up in [`hash`].
//!
//! Invariant: an instruction that traps has changed nothing. Each one computes and checks everything first, and
//! then commits.

mod access;
mod boot;
mod bytes;
mod composed;
pub mod device;
mod engine;
mod guest;
pub mod hash;
mod inspect;
mod interrupt;
mod level;
pub mod memory;
mod saved;
mod semantics;
mod step;
mod translate;
mod trap;

pub use boot::{BootError, LoadPiece, Reset};
pub use composed::Composition;
pub use engine::{Horizon, Stretch, WorkingState};
pub use hash::StateHash;
pub use level::MAX_DEPTH;
pub use saved::{Saved, Unlike};
pub use step::{End, Stepped, Stop};

use self::device::Device;
use self::level::Host;
use self::memory::{Memory, TooMuchMemory};
use crate::capability::Capability;
use crate::context::ProcessBlock;
use crate::instruction::operand::Index;
use crate::instruction::{C, R};
use crate::label::LabelSet;
use crate::ring::Ring;
use crate::trap::{Cause, Trap};

/// The number of device slots.
pub const SLOTS: usize = 16;

/// A device slot. The ready line is a latch: it changes only within an `io` on the device and while the machine
/// waits.
#[derive(Debug, Default)]
struct Slot {
    device: Option<Device>,
    ready: bool,
}

/// A machine.
pub struct Machine {
    r: [u64; 32],
    c: [Capability; 16],
    pc: Capability,
    masked: bool,
    /// The bank of the current ring is null; its stack pointer is `c15`.
    process: ProcessBlock,
    pending: u64,
    timer: u64,
    clock: u64,
    entry: u64,
    memory: Memory,
    slots: [Slot; SLOTS],
    /// How deep the outermost machine may nest guests.
    depth: u64,
    /// The suspended hosts of the machine whose registers are above, from the outermost.
    hosts: Vec<Host>,
    /// How often a level was added to these or taken away.
    chain_changes: u64,
    /// How often the ready line of a device went up or down.
    line_changes: u64,
    /// What an engine has the machine remember of the way outward.
    composition: Composition,
    /// How the machine above ended. A guest that switched itself off is left by the next step.
    end: Option<End>,
    last_trap: Option<Trap>,
}

impl Machine {
    /// A machine with so many bytes of memory, rounded down to pages, and no devices. All of it is zero; it runs
    /// after [`Machine::reset`].
    ///
    /// # Errors
    /// When the host cannot hold as much.
    pub fn new(memory_bytes: u64) -> Result<Machine, TooMuchMemory> {
        Ok(Machine {
            r: [0; 32],
            c: [Capability::NULL; 16],
            pc: Capability::NULL,
            masked: true,
            process: ProcessBlock {
                descriptor_base: 0,
                descriptor_count: 0,
                lines: 0,
                read_labels: LabelSet::ALL,
                write_labels: LabelSet::ALL,
                banks: [Capability::NULL; 8],
            },
            pending: 0,
            timer: 0,
            clock: 0,
            entry: 0,
            memory: Memory::new(memory_bytes)?,
            slots: Default::default(),
            depth: 0,
            hosts: Vec::new(),
            chain_changes: 0,
            line_changes: 0,
            composition: Composition::default(),
            end: None,
            last_trap: None,
        })
    }

    /// The current ring: that of the program counter.
    pub fn ring(&self) -> Ring {
        self.pc.ring()
    }

    fn get_r(&self, register: R) -> u64 {
        self.r[register.index()]
    }

    fn get_c(&self, register: C) -> Capability {
        self.c[register.index()]
    }

    /// Writes a data register; `r0` stays zero.
    fn set_r(&mut self, register: R, value: u64) {
        if register != R::ZERO {
            self.r[register.index()] = value;
        }
    }

    /// Writes a capability register; `c0` stays null.
    fn set_c(&mut self, register: C, value: Capability) {
        if register != C::ZERO {
            self.c[register.index()] = value;
        }
    }

    /// The value of `register << scale + immediate`, wrapping.
    fn index(&self, index: Index) -> u64 {
        let scaled = self.get_r(index.register) << index.scale.min(Index::MAX_SCALE);
        scaled.wrapping_add_signed(index.immediate.into())
    }

    /// A trap in the current ring that is about no access.
    fn trap(&self, cause: Cause) -> Trap {
        Trap {
            ring: self.ring(),
            ..Trap::from(cause)
        }
    }

    /// Makes `ring` the one whose stack pointer is `c15`: the stack pointer of the current ring goes into its bank,
    /// and that of `ring` comes out of its own, which is null from then on.
    fn exchange_stacks(&mut self, ring: Ring) {
        let (old, new) = (
            usize::from(self.ring().number()),
            usize::from(ring.number()),
        );
        if old != new {
            self.process.banks[old] = self.get_c(C::STACK);
            let stack = std::mem::take(&mut self.process.banks[new]);
            self.set_c(C::STACK, stack);
        }
    }
}
