//! Writes the program of a world while the specification runs it: at each place that the program reaches first, the
//! instruction is chosen by what the registers hold there. So nearly every instruction does what it is there for,
//! whatever was derived, raised, sealed or revoked before.
//!
//! Invariant: what was written is never changed from here. Where the program itself has stored something, that runs.

use fastrand::Rng;
use isa::access::{Request, Verdict};
use isa::address::INSTRUCTION_SIZE;
use isa::context::{ExitReason, MachineBlock};
use isa::instruction::Opcode;
use isa::instruction::names::Named;
use isa::machine::Machine;
use isa::{AccessKind, Address, Real};

use crate::case::{Attach, Case, WORLD_REAL};
use crate::chance::choose;
use crate::choice::Choice;
use crate::code;
use crate::coverage::Coverage;
use crate::nest;
use crate::world::{self, World};

/// How many hosts a world has around it.
const HOSTS: [u64; 8] = [0, 0, 0, 0, 1, 1, 2, 3];

/// About the steps that each host takes before its guest begins, and the guest before its program.
const BOOT_STEPS: u64 = 700;

/// A loop that is being written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    /// The register that counts down.
    pub(crate) counter: u8,
    /// The address of its first instruction.
    pub(crate) start: Address,
    /// How many instructions are still to be written.
    pub(crate) left: u32,
}

/// What is known while a program is written.
pub(crate) struct Author<'a> {
    pub(crate) rng: &'a mut Rng,
    pub(crate) world: World,
    /// Instructions that come next, the last first.
    pub(crate) pending: Vec<u64>,
    pub(crate) loops: Vec<Loop>,
}

/// Makes a case of at most so many steps: a world with a program. What it does is added to the coverage.
pub(crate) fn write(
    rng: &mut Rng,
    steps: u64,
    attach: Attach,
    coverage: &mut Coverage,
) -> Option<Case> {
    let mut world = world::build(rng);
    let hosts = *choose(rng, &HOSTS);
    for _ in 0..hosts {
        world.case = nest::around(rng, &world.case);
        world.inner.0 += nest::HOST;
    }
    let steps = steps + hosts * BOOT_STEPS;
    let mut machine = world.case.machine(attach)?;
    let mut author = Author {
        rng,
        world,
        pending: Vec::new(),
        loops: Vec::new(),
    };
    let mut made = 0;
    while made < steps {
        author.visit(&mut machine);
        let opcode = next_opcode(&machine);
        match machine.step() {
            Ok(stepped) => {
                coverage.note(opcode, &stepped);
                if stepped == isa::machine::Stepped::Exited {
                    coverage.note_exit(exit_reason(&machine));
                }
                if !matches!(stepped, isa::machine::Stepped::Ran) {
                    author.pending.clear();
                }
            }
            Err(stop) => {
                coverage.note_stop(opcode, &stop);
                break;
            }
        }
        made += 1;
    }
    let mut case = author.world.case;
    // One step more than there are shows how it ended.
    case.steps = (made + 1).min(steps);
    Some(case)
}

/// The instruction that is next, if it can be fetched.
fn next_opcode(machine: &Machine) -> Option<Opcode> {
    let place = fetched(machine)?;
    Opcode::of(machine.memory().read_word(place).ok()?)
}

/// Why the guest of the machine that runs exited, if that machine has its block where hosts have it.
fn exit_reason(machine: &Machine) -> Option<ExitReason> {
    let block = machine.c(code::c(1));
    let place = machine.locate(Address::new(block.segment(), block.cursor()))?;
    let place = Real(place.0 + MachineBlock::EXIT_REASON_OFFSET);
    let reason = machine.memory().read_word(place).ok()?;
    ExitReason::from_number(u32::try_from(reason).ok()?)
}

/// Where the next instruction is in real memory, if it can be fetched.
fn fetched(machine: &Machine) -> Option<Real> {
    let pc = machine.pc();
    let request = Request::new(AccessKind::Execute, pc.cursor().into(), INSTRUCTION_SIZE);
    match machine.examine(&pc, &request) {
        Verdict::Pass { .. } => machine.locate(Address::new(pc.segment(), pc.cursor())),
        Verdict::Fail(_) => None,
    }
}

impl Author<'_> {
    /// Writes the instruction at the program counter, if there is none.
    fn visit(&mut self, machine: &mut Machine) {
        let Some(place) = fetched(machine) else {
            return;
        };
        let Some(offset) = place.0.checked_sub(WORLD_REAL) else {
            return;
        };
        if machine.memory().read_word(place) != Ok(0) || self.world.case.word(offset) != 0 {
            return;
        }
        let word = self.next(machine);
        self.world.case.set_word(offset, word);
        // The place was read just now, so it is in memory.
        let _ = machine.poke_memory().write(place, &word.to_le_bytes());
    }

    /// The next instruction: what is pending, the end of a loop, or something new.
    fn next(&mut self, machine: &Machine) -> u64 {
        if let Some(word) = self.pending.pop() {
            return word;
        }
        if let Some(word) = self.close_loop(machine) {
            return word;
        }
        let mut words = Choice::new(self, machine).make();
        words.reverse();
        let first = words.pop();
        self.pending = words;
        first.unwrap_or(crate::code::nop())
    }

    /// The end of the innermost loop, if it is due here.
    fn close_loop(&mut self, machine: &Machine) -> Option<u64> {
        let pc = machine.pc();
        let open = self.loops.last_mut()?;
        let distance = i64::from(pc.cursor()) - i64::from(open.start.offset());
        if pc.segment() != open.start.segment() || !(0..4096).contains(&distance) {
            self.loops.clear();
            return None;
        }
        if open.left > 0 {
            open.left -= 1;
            return None;
        }
        let counter = crate::code::r(open.counter);
        let back = -(distance as i32) - INSTRUCTION_SIZE as i32;
        self.loops.pop();
        self.pending = vec![crate::code::branch(Opcode::Bne, counter, 0, back)];
        let one = crate::code::number(1);
        Some(crate::code::alu(Opcode::Sub, counter, counter, one))
    }
}
