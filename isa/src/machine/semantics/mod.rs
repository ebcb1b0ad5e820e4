//! What each instruction does, a function each, in files by group. The table of instructions names the functions.
//!
//! Invariant: a function that returns a fault has changed nothing: first everything is computed and checked, then, if
//! the instruction is not for everybody, the hosts are asked, and then registers and memory are written. The program counter is written by the step, as the returned [`Flow`] says.

mod arithmetic;
mod atomic;
mod block;
mod capability;
mod control;
mod float;
mod memory;
mod system;

use super::Machine;
use super::translate::Fault;
use crate::capability::Capability;
use crate::for_each_instruction;
use crate::instruction::{Opcode, format};
use crate::trap::Cause;

/// How a machine goes on after an instruction that did not trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// To the next instruction.
    Next,
    /// To this program counter.
    Jump(Capability),
    /// To the same instruction, which has made progress.
    Again,
    /// To the same instruction, which has let time pass.
    Idle,
    /// Nowhere: it is switched off, with this status.
    PowerOff(u64),
    /// Nowhere before the console in this slot has input; the instruction is not complete.
    NeedsInput(usize),
    /// Nowhere by itself; the instruction is not complete.
    WaitsForever,
    /// Into the guest, which is the leaf now.
    Entered,
}

type Done = Result<Flow, Fault>;

/// The instruction is complete.
fn next() -> Done {
    Ok(Flow::Next)
}

macro_rules! dispatch {
    ($($(#[doc = $doc:literal])+ $number:literal $variant:ident $mnemonic:literal $format:ident $group:ident :: $function:ident $class:ident $(($intercept:ident))?;)+) => {
        /// Carries out the instruction of this opcode and word. A word that is none of this opcode's is illegal.
        pub(super) fn execute(machine: &mut Machine, opcode: Opcode, word: u64) -> Done {
            match opcode {
                $(Opcode::$variant => {
                    let operands = format::$format::unpack(word).ok_or_else(|| machine.at_instruction(Cause::Illegal))?;
                    $group::$function(machine, operands)
                })+
            }
        }
    };
}

for_each_instruction!(dispatch);
