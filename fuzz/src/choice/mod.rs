//! What comes next in a program, by what the registers of the machine hold now.
//!
//! Most instructions are to complete; some are to miss by little, as a byte beyond a bound or a ring too far; a few are
//! any bits. Invariant: whatever is asked of the machine here, it is only asked: nothing changes it.

mod kernel;
mod memory;
mod operand;
mod scene;

use isa::instruction::{Class, Opcode};
use isa::machine::Machine;
use isa::{Capability, Kind, Ring};

use crate::author::{Author, Loop};
use crate::chance::{choose, interesting};
use crate::code::{self, c, number, r};

/// What an instruction is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Complete.
    Complete,
    /// Trap.
    Miss,
}

/// How often another instruction is looked for, where one cannot do what it is to do.
const ATTEMPTS: usize = 40;

/// How often operands are looked for.
const TRIES: usize = 12;

/// A choice at one place of a program.
pub(crate) struct Choice<'a, 'b> {
    author: &'a mut Author<'b>,
    machine: &'a Machine,
    aim: Aim,
}

impl<'a, 'b> Choice<'a, 'b> {
    pub(crate) fn new(author: &'a mut Author<'b>, machine: &'a Machine) -> Choice<'a, 'b> {
        let aim = match author.rng.u8(0..10) {
            0 => Aim::Miss,
            _ => Aim::Complete,
        };
        Choice {
            author,
            machine,
            aim,
        }
    }

    /// The next instructions: at least one.
    pub(crate) fn make(&mut self) -> Vec<u64> {
        match self.author.rng.u8(..) {
            // Never zero, which stands for a place where nothing was written.
            0..=2 => return vec![self.author.rng.u64(1..)],
            3..=14 if self.author.loops.len() < 2 => return self.open_loop(),
            15..=34 => {
                if let Some(words) = self.change_code() {
                    return words;
                }
            }
            35..=40 => {
                if let Some(words) = self.narrow() {
                    return words;
                }
            }
            41..=46 => {
                if let Some((ca, _)) = self.c_of(|value| value.kind() == Kind::Entry) {
                    return vec![self.call_through(ca)];
                }
            }
            47..=104 if self.ring() == Ring::KERNEL => {
                if let Some(words) = self.kernel() {
                    return words;
                }
            }
            _ => {}
        }
        for _ in 0..ATTEMPTS {
            let opcode = self.opcode();
            if let Some(words) = self.operands(opcode) {
                return words;
            }
        }
        vec![self.arithmetic(Opcode::Add)]
    }

    fn ring(&self) -> Ring {
        self.machine.ring()
    }

    /// An instruction of the table. Groups have their weights, so that the many of arithmetic do not hide the others.
    fn opcode(&mut self) -> Opcode {
        let group = *choose(
            self.author.rng,
            &[
                "arithmetic",
                "arithmetic",
                "float",
                "control",
                "control",
                "memory",
                "memory",
                "memory",
                "memory",
                "capability",
                "capability",
                "capability",
                "atomic",
                "block",
                "system",
            ],
        );
        let may_be = |opcode: &&Opcode| {
            let privileged = matches!(opcode.class(), Class::Privileged(_));
            opcode.group() == group && (!privileged || self.ring() == Ring::KERNEL)
        };
        let opcodes: Vec<Opcode> = Opcode::ALL.iter().filter(may_be).copied().collect();
        let any_privileged = group == "system" && self.aim == Aim::Miss;
        match opcodes.as_slice() {
            [] => Opcode::Add,
            _ if any_privileged => *choose(self.author.rng, Opcode::ALL),
            opcodes => *choose(self.author.rng, opcodes),
        }
    }

    /// A count into a register, and then a loop around what is written next.
    fn open_loop(&mut self) -> Vec<u64> {
        let counter = self.author.rng.u8(16..32);
        if self.author.loops.iter().any(|open| open.counter == counter) {
            return vec![code::nop()];
        }
        let count = match self.author.rng.u8(0..12) {
            0 => self.author.rng.u64(30..400),
            _ => self.author.rng.u64(2..12),
        };
        let words = code::li(r(counter), count);
        let pc = self.machine.pc();
        let start = u64::from(pc.cursor()) + 8 * words.len() as u64;
        if let Ok(start) = u32::try_from(start) {
            self.author.loops.push(Loop {
                counter,
                start: isa::Address::new(pc.segment(), start),
                left: self.author.rng.u32(2..14),
            });
        }
        words
    }

    /// A data register to write: not one that counts a loop.
    fn rd(&mut self) -> isa::instruction::R {
        for _ in 0..TRIES {
            let number = self.author.rng.u8(0..32);
            if self.author.loops.iter().all(|open| open.counter != number) {
                return r(number);
            }
        }
        r(1)
    }

    fn any_r(&mut self) -> isa::instruction::R {
        r(self.author.rng.u8(0..32))
    }

    /// A capability register to write: rather one that holds nothing.
    fn cd(&mut self) -> isa::instruction::C {
        if self.author.rng.u8(0..40) == 0 {
            return c(15);
        }
        let empty = (1..15).filter(|number| !self.machine.c(c(*number)).is_tagged());
        let empty: Vec<u8> = empty.collect();
        match empty.as_slice() {
            [] => c(self.author.rng.u8(1..15)),
            _ if self.author.rng.u8(0..4) == 0 => c(self.author.rng.u8(1..15)),
            empty => c(*choose(self.author.rng, empty)),
        }
    }

    fn any_c(&mut self) -> isa::instruction::C {
        c(self.author.rng.u8(0..16))
    }

    /// A capability register that holds something of this kind, if there is one.
    fn c_of(
        &mut self,
        wanted: impl Fn(&Capability) -> bool,
    ) -> Option<(isa::instruction::C, Capability)> {
        let found: Vec<u8> = (1..16)
            .filter(|number| wanted(&self.machine.c(c(*number))))
            .collect();
        if found.is_empty() {
            return None;
        }
        let register = c(*choose(self.author.rng, &found));
        Some((register, self.machine.c(register)))
    }

    /// A capability register that holds a pointer, if there is one.
    fn pointer(&mut self) -> Option<(isa::instruction::C, Capability)> {
        self.c_of(|value| value.is_tagged() && value.kind() == Kind::Data)
    }

    /// Whether something that passes, or does not, is what is wanted.
    fn suits(&self, passes: bool) -> bool {
        passes == (self.aim == Aim::Complete)
    }

    /// An instruction of arithmetic, by numbers at edges.
    fn arithmetic(&mut self, opcode: Opcode) -> u64 {
        let (rd, ra) = (self.rd(), self.any_r());
        let x = self.index();
        code::alu(opcode, rd, ra, x)
    }

    fn index(&mut self) -> isa::instruction::operand::Index {
        let immediate = interesting(self.author.rng) as i32;
        match self.author.rng.u8(0..3) {
            0 => number(immediate),
            1 => code::register(self.any_r()),
            _ => code::index(self.any_r(), self.author.rng.u8(0..5), immediate),
        }
    }
}
