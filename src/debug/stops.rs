//! Where a run is to stop: at an instruction, or when something changes.
//!
//! Invariant: it only looks.

use isa::address::GRANULE_SIZE;
use isa::instruction::{C, R};
use isa::machine::Machine;
use isa::{Address, Capability, Real};

/// Something that a run stops for.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) number: usize,
    /// The level whose instruction, register or memory it is.
    pub(super) level: usize,
    pub(super) what: What,
    /// As the user wrote it.
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The level is about to carry out the instruction at this address.
    At(u64),
    /// A data register changes.
    R(R),
    /// A capability register changes.
    C(C),
    /// One of so many bytes changes.
    Bytes(Address, u64),
    /// The tag of a granule, or the capability in it, changes.
    Tag(Address),
}

/// What is watched, as it is at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    R(u64),
    C(Capability),
    Bytes(Vec<u8>),
}

impl Stop {
    /// Whether the machine is where it is to stop.
    pub(super) fn is_here(&self, machine: &Machine) -> bool {
        match self.what {
            What::At(address) => {
                machine.levels() == self.level + 1 && machine.pc().address() == address
            }
            _ => false,
        }
    }

    /// What is watched as it is now; none if the level is not live or has nothing there.
    pub(super) fn value(&self, machine: &Machine) -> Option<Value> {
        let is_leaf = machine.levels() == self.level + 1;
        let context = || {
            let state = machine.level_state(self.level);
            state.map(|state| state.context)
        };
        match self.what {
            What::At(_) => None,
            What::R(register) if is_leaf => Some(Value::R(machine.r(register))),
            What::C(register) if is_leaf => Some(Value::C(machine.c(register))),
            What::R(register) => Some(Value::R(*context()?.r.get(register.index())?)),
            What::C(register) => Some(Value::C(*context()?.c.get(register.index())?)),
            What::Bytes(address, size) => {
                let bytes = read(machine, self.level, address, size);
                (!bytes.is_empty()).then_some(Value::Bytes(bytes))
            }
            What::Tag(address) => Some(Value::C(granule(machine, self.level, address)?)),
        }
    }
}

/// Where an address of a level is in the memory of the outermost machine.
pub(super) fn outermost(machine: &Machine, level: usize, address: Address) -> Option<Real> {
    let descriptor = machine.level_descriptor(level, address.segment())?;
    let is_memory = !descriptor.has(isa::DescriptorFlags::DEVICE);
    let inside = is_memory && address.offset() < descriptor.length;
    let places = machine.level_places(level, address);
    let outermost = places.last().filter(|_| places.len() == level + 1)?;
    inside.then_some(*outermost)
}

/// Up to so many bytes of a level, as many as the maps lead to.
pub(super) fn read(machine: &Machine, level: usize, address: Address, size: u64) -> Vec<u8> {
    let end = u64::from(address.offset()).saturating_add(size);
    let offsets = u64::from(address.offset())..end;
    let byte = |offset| {
        let address = Address::new(address.segment(), u32::try_from(offset).ok()?);
        let real = outermost(machine, level, address)?;
        machine.memory().read(real, 1).ok()?.first().copied()
    };
    offsets.map_while(byte).collect()
}

/// The granule of a level that holds an address, tagged if its validity bit is set.
pub(super) fn granule(machine: &Machine, level: usize, address: Address) -> Option<Capability> {
    let start = address.offset() - address.offset() % GRANULE_SIZE as u32;
    let real = outermost(machine, level, Address::new(address.segment(), start))?;
    let granule = machine.memory().granule(real).ok()?;
    Some(Capability::restored(granule.bits, granule.valid))
}
