//! The machines of a nest for whoever looks at one: what the block of a guest says, and what is where in a machine that
//! hosts the others.
//!
//! Invariant: it only looks.

use isa::address::{Address, INSTRUCTION_SIZE};
use isa::context::{ExitReason, ExitRecord, MachineBlock};
use isa::instruction::Opcode;
use isa::instruction::format::ThreeCapabilities;
use isa::instruction::names::Named as _;
use isa::machine::{MAX_DEPTH, Machine};
use isa::{Capability, Real};

/// The deepest level that there can be.
const MAX_LEVEL: usize = MAX_DEPTH as usize;

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

    /// The level of the machine in which it happened: its own, or one further in. Its host has this one.
    pub(crate) fn level(&self, host: usize) -> usize {
        usize::try_from(self.record().level).map_or(MAX_LEVEL, |further| {
            further.saturating_add(host + 1).min(MAX_LEVEL)
        })
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

/// Which levels hear nothing of a fault of a host while a machine in it ran, in words; none where that is the host itself.
pub(crate) fn asleep(host: usize, ran: usize) -> Option<String> {
    let first = host + 1;
    match ran.checked_sub(host)? {
        0 => None,
        1 => Some(format!("level {ran} is suspended")),
        2 => Some(format!("levels {first} and {ran} are suspended")),
        _ => Some(format!("levels {first} to {ran} are suspended")),
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
    real_bytes(machine, level, place, size).map(<[u8]>::to_vec)
}

/// Bytes at an address of a live level. They lie in one page.
pub(crate) fn real_bytes(
    machine: &Machine,
    level: usize,
    place: Address,
    size: u64,
) -> Option<&[u8]> {
    let places = machine.level_places(level, place);
    let real: Real = *places.get(level)?;
    machine.memory().read(real, size).ok()
}

#[cfg(test)]
mod tests {
    use isa::machine::{End, StateHash, Stop};

    use crate::nest::{Hypervisor, Nested};
    use crate::program::Program;
    use crate::session::{Session, Settings};

    /// What a session comes to.
    fn end_of(mut session: Session<'_>) -> (Option<End>, u64, StateHash) {
        assert!(matches!(session.go_on(1 << 20), Stop::Ended(_)));
        let machine = session.machine();
        (
            machine.end().cloned(),
            machine.steps(),
            machine.state_hash(),
        )
    }

    #[test]
    fn a_run_goes_on_the_same_from_each_of_its_levels() {
        let text = ".text\n.proc main\nli r1, 9\nsub r1, r1, 2\nret\n.endproc\n";
        let program = Program::from_text("seven.s", text).expect("it assembles");
        let reflect = Hypervisor::named("reflect").expect("it is shipped");
        let nested = (0..2).try_fold(Nested::alone(program, 1 << 20), |nested, _| {
            nested.inside(&reflect)
        });
        let nested = nested.expect("it fits");
        let settings = Settings {
            memory: nested.memory(),
            ..Settings::default()
        };
        let mut session = Session::boot(nested.program(), settings).expect("it fits");
        let whole = end_of(session.again().expect("a run that can be made again"));
        let mut levels = 0;
        while session.go_on(61) == Stop::Steps {
            let live = session.machine().levels();
            levels = levels.max(live);
            for level in 0..live {
                let same = session.at_level(level).expect("the same");
                assert_eq!(same.machine().levels(), level + 1);
                assert_eq!(end_of(same), whole, "level {level}");
            }
        }
        assert_eq!(levels, 3);
    }
}
