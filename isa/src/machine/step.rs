//! One step after another.
//!
//! Invariant: every step that completes adds one to the clock, and nothing else does. An instruction that has to
//! wait for the host, and the end of the machine by a double fault or by waiting for nothing, are no steps.

use super::Machine;
use super::semantics::{self, Flow};
use crate::access::{AccessKind, Request};
use crate::address::INSTRUCTION_SIZE;
use crate::instruction::{Class, Opcode};
use crate::ring::Ring;
use crate::trap::{Cause, Trap, TrapRegister};

/// How a machine ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was switched off.
    Power {
        /// What it said: the exit status of a program.
        status: u64,
    },
    /// A trap could not be delivered. Registers and memory are as they were when it happened.
    DoubleFault {
        /// The trap.
        first: Trap,
        /// What failed in delivering it: the fetch at the trap entry, or the store of the frame. None without an
        /// entry.
        second: Option<Trap>,
        /// Whether no trap entry was set.
        no_entry: bool,
    },
    /// It waits, and nothing can ever wake it.
    Wait,
}

/// What a step was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// An instruction, or a chunk of one that works on a block.
    Ran,
    /// A trap or an interrupt, delivered to its handler.
    Delivered(Trap),
    /// A tick in which the machine waited for its timer.
    Idle,
}

/// Why a machine did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It ended, and makes no more steps.
    Ended(End),
    /// It made as many steps as it was to.
    Steps,
    /// It waits for input of the console in this slot: supply some or close it, and go on.
    Input(usize),
}

impl Machine {
    /// Makes steps, at most so many.
    pub fn run(&mut self, max_steps: u64) -> Stop {
        for _ in 0..max_steps {
            if let Err(stop) = self.step() {
                return stop;
            }
        }
        self.end.clone().map_or(Stop::Steps, Stop::Ended)
    }

    /// Makes one step.
    ///
    /// # Errors
    /// When the machine cannot go on: it has ended, or it needs input. Then no step was made. The step that
    /// switches a machine off is one, and the next one says that it ended.
    pub fn step(&mut self) -> Result<Stepped, Stop> {
        if let Some(end) = &self.end {
            return Err(Stop::Ended(end.clone()));
        }
        let outcome = match self.interrupt() {
            Some(interrupt) => Err(interrupt),
            None => self.instruction(),
        };
        let stepped = match outcome {
            Ok(Flow::Next) => {
                self.advance();
                Stepped::Ran
            }
            Ok(Flow::Jump(target)) => {
                self.pc = target;
                Stepped::Ran
            }
            Ok(Flow::Again) => Stepped::Ran,
            Ok(Flow::Idle) => Stepped::Idle,
            Ok(Flow::PowerOff(status)) => {
                self.advance();
                self.end = Some(End::Power { status });
                Stepped::Ran
            }
            Ok(Flow::NeedsInput(slot)) => return Err(Stop::Input(slot)),
            Ok(Flow::WaitsForever) => return Err(self.finish(End::Wait)),
            Err(trap) => {
                self.deliver(trap).map_err(|end| self.finish(end))?;
                Stepped::Delivered(trap)
            }
        };
        self.clock = self.clock.wrapping_add(1);
        Ok(stepped)
    }

    /// Goes to the next instruction. This one was fetched from inside its segment, so eight bytes on is no
    /// overflow.
    fn advance(&mut self) {
        self.pc = self.pc.add(INSTRUCTION_SIZE as i64).unwrap_or(self.pc);
    }

    fn finish(&mut self, end: End) -> Stop {
        self.end = Some(end.clone());
        Stop::Ended(end)
    }

    /// Fetches and carries out the instruction at the program counter, which itself stays.
    fn instruction(&mut self) -> Result<Flow, Trap> {
        let word = self.fetch()?;
        let opcode = Opcode::of(word).ok_or_else(|| self.at_instruction(Cause::Illegal))?;
        if matches!(opcode.class(), Class::Privileged(_)) && self.ring() != Ring::KERNEL {
            return Err(self.at_instruction(Cause::Privilege));
        }
        semantics::execute(self, opcode, word)
    }

    /// The instruction word at the program counter.
    fn fetch(&self) -> Result<u64, Trap> {
        let request = Request::new(
            AccessKind::Execute,
            self.pc.cursor().into(),
            INSTRUCTION_SIZE,
        );
        let place = self.check(self.through_pc(), request)?;
        Ok(self.read_number(&place))
    }

    /// A trap about the instruction at the program counter.
    pub(super) fn at_instruction(&self, cause: Cause) -> Trap {
        Trap {
            register: TrapRegister::PC,
            segment: self.pc.segment(),
            offset: self.pc.cursor().into(),
            kind: AccessKind::Execute,
            size: INSTRUCTION_SIZE,
            ..self.trap(cause)
        }
    }
}
