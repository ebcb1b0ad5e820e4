//! The memory of a level, as far as the maps of all levels lead.
//!
//! Invariant: it only looks, and asks for no right.

use isa::address::GRANULE_SIZE;
use isa::machine::Machine;
use isa::{Address, Capability, Real};

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
