//! Which granules are worth showing: those around the cursors of capabilities, and those that are stored to.

use std::collections::HashMap;

use isa::address::GRANULE_SIZE;
use isa::instruction::C;
use isa::machine::Machine;
use isa::{Address, Capability, Kind};

use super::Granule;

/// How many bytes before a cursor are shown, and how many from there on.
pub(super) const AROUND: [u32; 2] = [32, 96];

/// The most granules that are remembered; with more, all are forgotten and looked at anew.
const LIMIT: usize = 20_000;

/// A granule of a level: the level, and where it is in a segment of it.
type Key = (usize, Address);

/// The granules that were in view, as they were last.
#[derive(Debug, Default)]
pub(super) struct View {
    granules: HashMap<Key, Granule>,
}

impl View {
    /// Takes into view what is around the cursors; gives the granules that were not there before.
    pub(super) fn look(&mut self, machine: &Machine) -> Vec<Granule> {
        let level = machine.levels() - 1;
        let mut new = Vec::new();
        for register in C::all() {
            for at in around(machine.c(register)) {
                new.extend(self.take(machine, level, at));
            }
        }
        new
    }

    /// Forgets all granules if there are too many; says whether it did.
    pub(super) fn tidy(&mut self) -> bool {
        let full = self.granules.len() > LIMIT;
        if full {
            self.granules.clear();
        }
        full
    }

    /// Takes a granule into view; gives it if it was not there before.
    pub(super) fn take(&mut self, machine: &Machine, level: usize, at: Address) -> Option<Granule> {
        if self.granules.contains_key(&(level, at)) {
            return None;
        }
        let granule = granule(machine, level, at)?;
        self.granules.insert((level, at), granule.clone());
        Some(granule)
    }

    /// The granules in view of the running level that are not what they were.
    pub(super) fn changed(&mut self, machine: &Machine) -> Vec<Granule> {
        let level = machine.levels() - 1;
        let mut changed = Vec::new();
        for ((its, at), old) in &mut self.granules {
            if *its == level
                && let Some(now) = granule(machine, level, *at)
                && now != *old
            {
                *old = now.clone();
                changed.push(now);
            }
        }
        changed.sort_by_key(|granule| (granule.1, granule.2));
        changed
    }

    /// Those of these granules that are in view and are not what they were.
    pub(super) fn changed_of(
        &mut self,
        machine: &Machine,
        granules: impl Iterator<Item = Address>,
    ) -> Vec<Granule> {
        let level = machine.levels() - 1;
        let mut changed = Vec::new();
        for at in granules {
            if let Some(old) = self.granules.get_mut(&(level, at))
                && let Some(now) = granule(machine, level, at)
                && now != *old
            {
                *old = now.clone();
                changed.push(now);
            }
        }
        changed
    }
}

/// The granules around a capability's cursor, inside its bounds.
fn around(capability: Capability) -> impl Iterator<Item = Address> {
    let size = GRANULE_SIZE as u32;
    let shown = capability.is_tagged() && capability.kind() == Kind::Data;
    let cursor = capability.cursor();
    let first = cursor.saturating_sub(AROUND[0]).max(capability.base());
    let end = cursor.saturating_add(AROUND[1]).min(capability.limit());
    let end = if shown { end } else { 0 };
    (first / size..end.div_ceil(size))
        .map(move |number| Address::new(capability.segment(), number * size))
}

fn granule(machine: &Machine, level: usize, at: Address) -> Option<Granule> {
    let real = machine.locate(at)?;
    let memory = machine.memory();
    let bytes = machine.peek(at, GRANULE_SIZE as usize);
    if bytes.is_empty() {
        return None;
    }
    let digits = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let owner = i32::from(memory.owner(real)) - i32::try_from(level).unwrap_or(0);
    Some(Granule(
        level,
        at.segment().0,
        at.offset() / GRANULE_SIZE as u32,
        digits,
        memory.is_valid(real).into(),
        memory.label(real).0,
        owner,
    ))
}
