//! What differs in the memory that an instruction may store in, before a step and after it.
//!
//! Invariant: only those bytes are looked at, so a step costs the same however large the memory is.

use isa::address::{GRANULE_SIZE, PAGE_SIZE};
use isa::instruction::Opcode;
use isa::machine::Machine;
use isa::{Address, Capability, Label, Real};

use crate::upcoming::{Bytes, Stores, Upcoming};

/// What a step stored, and what it did to the granules there.
#[derive(Clone, Debug)]
pub(super) struct MemoryChange {
    pub(super) start: Address,
    /// The bytes before; as many as are stored.
    pub(super) old: Vec<u8>,
    /// The bytes that are stored; none where only tags, labels or owners change.
    pub(super) new: Vec<u8>,
    pub(super) form: Form,
    /// The granules that are changed in more than their bytes, in order.
    pub(super) granules: Vec<GranuleChange>,
}

/// What stored bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A number from a register.
    Number,
    /// A capability from a register, or what a register held instead of one: the value before, and now.
    Capability(Capability, Capability),
    /// Bytes from elsewhere.
    Bytes,
}

/// What a step did to a granule besides its bytes. What it left alone is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GranuleChange {
    pub(super) at: Address,
    /// Whether it is tagged now.
    pub(super) tag: Option<bool>,
    /// Its label now.
    pub(super) label: Option<Label>,
    /// The owner of its page now.
    pub(super) owner: Option<u16>,
}

/// A granule but for its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Granule {
    at: Address,
    tag: bool,
    label: Label,
    owner: u16,
}

/// The memory that an instruction may store in, as it was before.
pub(super) struct Granules {
    stores: Stores,
    /// Whether it stores bytes for certain, be they the same as before.
    certain: bool,
    parts: Vec<Part>,
}

/// Bytes next to each other, and their granules.
struct Part {
    bytes: Bytes,
    content: Vec<u8>,
    granules: Vec<Granule>,
}

impl Granules {
    pub(super) fn before(machine: &Machine, next: Option<Upcoming>) -> Granules {
        let stores = next.map_or(Stores::Nothing, |next| next.stores(machine));
        // A step stores at most a page. Of more, it is the first one or the last one.
        let (first, last) = match stores {
            Stores::Nothing => (None, None),
            Stores::All(bytes) | Stores::Result(bytes, _) => (Some(bytes), None),
            Stores::Chunk(bytes, ..) => (Some(bytes.first(PAGE_SIZE)), bytes.last(PAGE_SIZE)),
        };
        Granules {
            stores,
            certain: next.is_some_and(|next| stores_bytes(next.opcode)),
            parts: first
                .into_iter()
                .chain(last)
                .map(|bytes| Part::of(machine, bytes))
                .collect(),
        }
    }

    /// What the step that was made since has done to it.
    pub(super) fn after(self, machine: &Machine) -> Option<MemoryChange> {
        let stored = self.stores.made(machine)?;
        let (part, mut old) = self
            .parts
            .iter()
            .find_map(|part| Some((part, part.content(stored)?)))?;
        let mut new = machine.peek(stored.start, old.len());
        if !self.certain && old == new {
            old.clear();
            new.clear();
        }
        let granules: Vec<GranuleChange> = Granule::all(machine, stored)
            .into_iter()
            .filter_map(|now| part.granule(now.at)?.change(now))
            .collect();
        let values = part.value(stored.start, &old);
        let form = match (
            self.stores,
            values.zip(machine.peek_capability(stored.start)),
        ) {
            (Stores::All(_), _) if new.len() <= size_of::<u64>() => Form::Number,
            (Stores::All(_), Some((old, new))) => Form::Capability(old, new),
            _ => Form::Bytes,
        };
        (!new.is_empty() || !granules.is_empty()).then_some(MemoryChange {
            start: stored.start,
            old,
            new,
            form,
            granules,
        })
    }
}

/// Whether an instruction that stores stores bytes, whatever the bytes there are.
fn stores_bytes(opcode: Opcode) -> bool {
    let compares = matches!(opcode, Opcode::Cas | Opcode::Casw | Opcode::Casc);
    let marks = matches!(
        opcode,
        Opcode::Sttag | Opcode::Relabel | Opcode::Lend | Opcode::Reclaim
    );
    !compares && !marks
}

impl Part {
    fn of(machine: &Machine, bytes: Bytes) -> Part {
        let size = usize::try_from(bytes.size).unwrap_or(0);
        Part {
            bytes,
            content: machine.peek(bytes.start, size),
            granules: Granule::all(machine, bytes),
        }
    }

    /// What these bytes were, if all of them are here.
    fn content(&self, bytes: Bytes) -> Option<Vec<u8>> {
        let skipped = bytes.start.word().checked_sub(self.bytes.start.word())?;
        let begin = usize::try_from(skipped).ok()?;
        let end = begin.checked_add(usize::try_from(bytes.size).ok()?)?;
        self.content.get(begin..end).map(<[u8]>::to_vec)
    }

    fn granule(&self, at: Address) -> Option<Granule> {
        let place = self
            .granules
            .binary_search_by_key(&at.word(), |granule| granule.at.word());
        self.granules.get(place.ok()?).copied()
    }

    /// What a load of the granule at this place gave, whose bytes were these.
    fn value(&self, at: Address, bytes: &[u8]) -> Option<Capability> {
        let bits = u128::from_le_bytes(bytes.try_into().ok()?);
        Some(Capability::restored(bits, self.granule(at)?.tag))
    }
}

impl Granule {
    /// Those that bytes touch, up to where there is no memory. The maps are asked once for each page.
    fn all(machine: &Machine, bytes: Bytes) -> Vec<Granule> {
        let memory = machine.memory();
        let mut next: Option<Real> = None;
        let granules = bytes.granules().map_while(|at| {
            let begins_page = u64::from(at.offset()).is_multiple_of(PAGE_SIZE);
            let real = match next {
                Some(real) if !begins_page => real,
                _ => machine.locate(at)?,
            };
            next = real.0.checked_add(GRANULE_SIZE).map(Real);
            Some(Granule {
                at,
                tag: memory.is_valid(real),
                label: memory.label(real),
                owner: memory.owner(real),
            })
        });
        granules.collect()
    }

    fn change(self, now: Granule) -> Option<GranuleChange> {
        let Granule {
            at,
            tag,
            label,
            owner,
        } = now;
        (self != now).then_some(GranuleChange {
            at,
            tag: (tag != self.tag).then_some(tag),
            label: (label != self.label).then_some(label),
            owner: (owner != self.owner).then_some(owner),
        })
    }
}
