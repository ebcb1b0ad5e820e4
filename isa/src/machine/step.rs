//! One step after another.
//!
//! Invariant: every step that completes adds one to the clock of the machine that made it and of its hosts, and nothing
//! else does. An instruction that has to wait for the host, and the end of the machine by a double fault or by waiting
//! for nothing, are no steps; nor is it one to enter a guest.

use super::Machine;
use super::guest::Event;
use super::interrupt::Before;
use super::semantics::{self, Flow};
use super::translate::Fault;
use super::trap::Undelivered;
use crate::access::{AccessKind, Request};
use crate::address::INSTRUCTION_SIZE;
use crate::context::{ExitReason, TrapRecord};
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
    /// A `vmrun`, which an exit of the guest completed.
    Exited,
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
        self.end().cloned().map_or(Stop::Steps, Stop::Ended)
    }

    /// Makes one step: one tick of the clock of the outermost machine, by whatever level.
    ///
    /// # Errors
    /// When the machine cannot go on: it has ended, or it needs input. Then no step was made. The step that
    /// switches a machine off is one, and the next one says that it ended.
    pub fn step(&mut self) -> Result<Stepped, Stop> {
        if let Some(end) = self.end() {
            return Err(Stop::Ended(end.clone()));
        }
        self.step_from(self.before())
    }

    /// Makes one step, of which this comes first.
    pub(super) fn step_from(&mut self, before: Option<Before>) -> Result<Stepped, Stop> {
        let mut before = before;
        // A guest that is entered is a level more, a fault of a host at least one less to go; so this ends.
        loop {
            let stepped = match before {
                Some(Before::Fault(fault)) => Some(self.face(fault)?),
                Some(Before::Inject(record)) => Some(self.inject(record)?),
                Some(Before::Complete) => self.take_completion()?,
                None => match self.instruction() {
                    Ok(flow) => self.follow(flow)?,
                    Err(fault) => Some(self.face(fault)?),
                },
            };
            if let Some(stepped) = stepped {
                return Ok(stepped);
            }
            before = self.before();
        }
    }

    /// The host has done the instruction; its step is all that is left of it.
    fn take_completion(&mut self) -> Result<Option<Stepped>, Stop> {
        if let Some(host) = self.hosts.last_mut() {
            host.run.terms.complete = false;
        }
        self.follow(Flow::Again)
    }

    /// Goes where an instruction led. None if no step was made yet.
    fn follow(&mut self, flow: Flow) -> Result<Option<Stepped>, Stop> {
        let mut stepped = Stepped::Ran;
        match flow {
            Flow::Next => self.advance(),
            Flow::Jump(target) => self.pc = target,
            Flow::Again => {}
            Flow::Idle => stepped = Stepped::Idle,
            Flow::PowerOff(status) => {
                self.advance();
                self.end = Some(End::Power { status });
            }
            Flow::NeedsInput(slot) => return Err(Stop::Input(slot)),
            Flow::Entered => return Ok(None),
            Flow::WaitsForever => return self.wait_for_host().map(Some),
        }
        self.count();
        Ok(Some(stepped))
    }

    /// A guest that nothing can wake exits; the outermost machine ends.
    fn wait_for_host(&mut self) -> Result<Stepped, Stop> {
        let Some(host) = self.level().checked_sub(1) else {
            return Err(self.finish(End::Wait));
        };
        let record = self.instruction_record(ExitReason::Wait, host, &[]);
        Ok(self.exit(host, record))
    }

    /// Does what a fault calls for.
    fn face(&mut self, fault: Fault) -> Result<Stepped, Stop> {
        let trap = match fault {
            Fault::Trap(trap) => trap,
            Fault::Host(level, trap) => {
                self.suspend_to(level);
                trap
            }
            Fault::Denied(host, trap) => {
                let record = self.trap_record(ExitReason::Memory, host, (&trap).into());
                return Ok(self.exit(host, record));
            }
            Fault::Exit(host, record) => return Ok(self.exit(host, *record)),
        };
        let record = TrapRecord::from(&trap);
        let delivery = match self.delivery() {
            Ok(delivery) => delivery,
            Err(undelivered) => return self.undelivered(record, undelivered),
        };
        if self.wanted().traps != 0 {
            let tell = |host| self.trap_record(ExitReason::Trap, host, record);
            if let Some((host, record)) = self.taker(0..self.level(), Event::Trap(trap), tell) {
                return Ok(self.exit(host, record));
            }
        }
        self.deliver(&delivery, &record);
        self.count();
        Ok(Stepped::Delivered(trap))
    }

    /// Delivers the trap that the host injects, whatever its record says.
    fn inject(&mut self, record: TrapRecord) -> Result<Stepped, Stop> {
        let delivery = self.delivery();
        if let (false, Some(host)) = (
            matches!(delivery, Err(Undelivered::Fault(_))),
            self.hosts.last_mut(),
        ) {
            host.run.terms.inject = false;
        }
        match delivery {
            Ok(delivery) => {
                self.deliver(&delivery, &record);
                self.count();
                let trap = record.trap().unwrap_or(Trap::from(Cause::Software));
                Ok(Stepped::Delivered(trap))
            }
            Err(undelivered) => self.undelivered(record, undelivered),
        }
    }

    /// What comes of a trap of the leaf that cannot be delivered: the outermost machine ends, and a guest exits. Where a
    /// host keeps it from being delivered, that is the next fault to face, of a level further out.
    fn undelivered(&mut self, record: TrapRecord, why: Undelivered) -> Result<Stepped, Stop> {
        let second = match why {
            Undelivered::Fault(fault) => return self.face(fault),
            Undelivered::DoubleFault(second) => second,
        };
        let Some(host) = self.level().checked_sub(1) else {
            return Err(self.finish(End::DoubleFault {
                first: record.trap().unwrap_or(Trap::from(Cause::Software)),
                second,
                no_entry: self.entry == 0,
            }));
        };
        let record = self.trap_record(ExitReason::DoubleFault, host, record);
        Ok(self.exit(host, record))
    }

    /// Goes to the next instruction. This one was fetched from inside its segment, so eight bytes on is no
    /// overflow.
    pub(super) fn advance(&mut self) {
        self.pc = self.pc.add(INSTRUCTION_SIZE as i64).unwrap_or(self.pc);
    }

    fn finish(&mut self, end: End) -> Stop {
        self.end = Some(end.clone());
        Stop::Ended(end)
    }

    /// Fetches and carries out the instruction at the program counter, which itself stays.
    pub(super) fn instruction(&mut self) -> Result<Flow, Fault> {
        let word = self.fetch()?;
        let opcode = Opcode::of(word).ok_or_else(|| self.at_instruction(Cause::Illegal))?;
        if matches!(opcode.class(), Class::Privileged(_)) && self.ring() != Ring::KERNEL {
            return Err(self.at_instruction(Cause::Privilege).into());
        }
        semantics::execute(self, opcode, word)
    }

    /// The instruction word at the program counter.
    pub(super) fn fetch(&self) -> Result<u64, Fault> {
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
