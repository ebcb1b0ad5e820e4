//! What differs between a machine before a step and after it, but for its memory.

use isa::context::{ExecutionContext, MachineState, ProcessBlock, STATUS_MASKED};
use isa::instruction::names::{ControlField, Named as _};
use isa::instruction::{C, R};
use isa::machine::Machine;
use isa::{Capability, Ring};

use super::granules::MemoryChange;

/// What a step changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub(super) registers: Vec<RegisterChange>,
    pub(super) controls: Vec<ControlChange>,
    pub(super) memory: Option<MemoryChange>,
}

/// A register, its old value and the new one.
#[derive(Clone, Copy, Debug)]
pub(super) enum RegisterChange {
    Data(R, u64, u64),
    Capability(C, Capability, Capability),
    /// The stack pointer of a ring that was not the current one.
    Bank(Ring, Capability, Capability),
}

/// A control field, its old value and the new one.
#[derive(Clone, Copy, Debug)]
pub(super) struct ControlChange {
    pub(super) field: ControlField,
    pub(super) old: u64,
    pub(super) new: u64,
}

/// All of a machine but its memory and its devices.
#[derive(Clone, Debug)]
pub(super) struct State {
    clock: u64,
    context: ExecutionContext,
    process: ProcessBlock,
    timer: u64,
    pending: u64,
    entry: u64,
}

impl State {
    pub(super) fn of(machine: &Machine) -> State {
        State {
            clock: machine.steps(),
            context: machine.context(),
            process: *machine.process(),
            timer: machine.timer(),
            pending: machine.pending(),
            entry: machine.entry(),
        }
    }

    /// The state of a guest that is about to be entered, when there were so many steps.
    pub(super) fn of_guest(state: &MachineState, clock: u64) -> State {
        let MachineState {
            context,
            process,
            entry,
            pending,
            timer,
        } = *state;
        State {
            clock,
            context,
            process,
            timer,
            pending,
            entry,
        }
    }

    pub(super) fn clock(&self) -> u64 {
        self.clock
    }

    pub(super) fn pc(&self) -> Capability {
        self.context.pc
    }

    /// The registers that have another value afterwards. The exchange of stack pointers that comes with another ring
    /// shows in `c15` alone.
    pub(super) fn changed_registers(&self, after: &State) -> Vec<RegisterChange> {
        let data = R::all().zip(self.context.r.into_iter().zip(after.context.r));
        let data = data
            .filter(|(_, (old, new))| old != new)
            .map(|(register, (old, new))| RegisterChange::Data(register, old, new));
        let capabilities = C::all().zip(self.context.c.into_iter().zip(after.context.c));
        let capabilities = capabilities
            .filter(|(_, (old, new))| old != new)
            .map(|(register, (old, new))| RegisterChange::Capability(register, old, new));
        let same_ring = self.pc().ring() == after.pc().ring();
        let banks = Ring::ALL
            .into_iter()
            .zip(self.process.banks.into_iter().zip(after.process.banks));
        let banks = banks
            .filter(|(_, (old, new))| same_ring && old != new)
            .map(|(ring, (old, new))| RegisterChange::Bank(ring, old, new));
        data.chain(capabilities).chain(banks).collect()
    }

    /// The control fields that have another value afterwards, but for those that only say what others are.
    pub(super) fn changed_controls(&self, after: &State) -> Vec<ControlChange> {
        let fields = ControlField::ROWS
            .iter()
            .filter_map(|row| ControlField::from_number(row.number));
        let change = |field| {
            let (old, new) = (self.control(field)?, after.control(field)?);
            (old != new).then_some(ControlChange { field, old, new })
        };
        fields.filter_map(change).collect()
    }

    fn control(&self, field: ControlField) -> Option<u64> {
        let process = &self.process;
        Some(match field {
            ControlField::Timer => self.timer,
            ControlField::Pending => self.pending,
            ControlField::Lines => process.lines,
            ControlField::Masked => self.context.status & STATUS_MASKED,
            ControlField::Entry => self.entry,
            ControlField::DescriptorBase => process.descriptor_base,
            ControlField::DescriptorCount => process.descriptor_count,
            ControlField::Read0 => process.read_labels.0[0],
            ControlField::Read1 => process.read_labels.0[1],
            ControlField::Read2 => process.read_labels.0[2],
            ControlField::Read3 => process.read_labels.0[3],
            ControlField::Write0 => process.write_labels.0[0],
            ControlField::Write1 => process.write_labels.0[1],
            ControlField::Write2 => process.write_labels.0[2],
            ControlField::Write3 => process.write_labels.0[3],
            ControlField::Clock | ControlField::Up => return None,
        })
    }
}

impl RegisterChange {
    /// The name of the register.
    pub(super) fn name(&self) -> String {
        match self {
            RegisterChange::Data(register, ..) => register.to_string(),
            RegisterChange::Capability(register, ..) => register.to_string(),
            RegisterChange::Bank(ring, ..) => format!("bank{ring}"),
        }
    }

    /// Whether it is zero or null now.
    pub(super) fn is_cleared(&self) -> bool {
        match self {
            RegisterChange::Data(_, _, new) => *new == 0,
            RegisterChange::Capability(_, _, new) | RegisterChange::Bank(_, _, new) => {
                *new == Capability::NULL
            }
        }
    }
}
