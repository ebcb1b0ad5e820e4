//! Relocations: what each capability is to, in the words of `.cap`,
//! `.authority` and `la`.
//!
//! Invariant: the words are found by the rules by which the assembler makes
//! capabilities, so they make the same bits; where no words do, there are none.

use std::collections::{BTreeMap, HashMap};

use isa::context::Relocation;
use isa::{
    Brackets, Capability, Descriptor, DescriptorFlags, Fields, Kind, Permissions, Ring, abi,
};

use crate::image::{Image, Segment, SymbolKind};
use crate::link::rights;

use super::Disassembler;

/// The rows of the relocation table.
pub(super) fn table(image: &Image) -> Vec<Relocation> {
    let Some(table) = image.segment(abi::SEGMENT_RELOCATIONS) else {
        return Vec::new();
    };
    let rows = table.bytes.chunks_exact(32);
    rows.filter_map(|row| Relocation::from_bytes(row.try_into().ok()?))
        .collect()
}

/// The capabilities of an image, by place.
pub(super) struct References {
    slots: BTreeMap<u64, Capability>,
    /// The places in the order of the table, all but those of `linkage`.
    rows: HashMap<u64, usize>,
    /// Linkage segments that `la` brings about, by ring.
    linkage: BTreeMap<Ring, Vec<Capability>>,
}

/// What a capability is to, and how that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// What the assembler counts as one: the symbol, or none for the segment; and the addend.
    pub(super) target: (Option<usize>, u16, i64),
    pub(super) text: String,
}

impl References {
    pub(super) fn new(image: &Image) -> Self {
        let table = table(image);
        let capability = |row: &Relocation| Capability::restored(row.capability, true);
        let slots: BTreeMap<u64, Capability> = table
            .iter()
            .map(|row| (row.place.word(), capability(row)))
            .collect();
        let mut linkage = BTreeMap::new();
        // The rows of linkage are the last, ring by ring.
        let mut end = table.len();
        for ring in (0..8).rev().filter_map(Ring::new) {
            let Some(segment) = plain_linkage(image, ring) else {
                continue;
            };
            let count = usize::try_from(segment.length / 16).unwrap_or(0);
            let Some(first) = end.checked_sub(count) else {
                continue;
            };
            let rows = table.get(first..end).unwrap_or(&[]);
            let places = (segment.address()..).step_by(16);
            if rows
                .iter()
                .zip(places)
                .all(|(row, place)| row.place.word() == place)
            {
                linkage.insert(ring, rows.iter().map(capability).collect());
                end = first;
            }
        }
        let rows = table.iter().map(|row| row.place.word());
        let rows = rows.zip(0..).collect();
        Self {
            slots,
            rows,
            linkage,
        }
    }

    /// The first slot at an address or behind it.
    pub(super) fn slot_from(&self, address: u64) -> Option<u64> {
        self.slots.range(address..).next().map(|(place, _)| *place)
    }

    pub(super) fn slot(&self, address: u64) -> Option<Capability> {
        self.slots.get(&address).copied()
    }

    /// The row of a slot in the table.
    pub(super) fn row(&self, address: u64) -> Option<usize> {
        self.rows.get(&address).copied()
    }

    /// What `ldk` of a number in a ring loads, if `la` brings that about.
    pub(super) fn linked(&self, ring: Ring, number: i32) -> Option<Capability> {
        let slots = self.linkage.get(&ring)?;
        slots.get(usize::try_from(number).ok()?).copied()
    }

    /// How many slots the linkage of each ring has.
    pub(super) fn linkage(&self) -> impl Iterator<Item = (Ring, usize)> + '_ {
        self.linkage
            .iter()
            .map(|(ring, slots)| (*ring, slots.len()))
    }

    pub(super) fn is_linkage(&self, number: u16) -> bool {
        let mut rings = self.linkage.keys();
        rings.any(|ring| abi::linkage_segment(*ring).0 == number)
    }

    /// No slot comes to be by `la` any more.
    pub(super) fn write_out_linkage(&mut self) {
        self.linkage.clear();
    }
}

/// The linkage segment of a ring, if it is as the linker makes it.
fn plain_linkage(image: &Image, ring: Ring) -> Option<&Segment> {
    let number = abi::linkage_segment(ring);
    let segment = image.segment(number.0)?;
    let descriptor = image.descriptor(number.0)?;
    let plain = Descriptor {
        base: descriptor.base,
        length: descriptor.length,
        flags: DescriptorFlags::PRESENT
            | DescriptorFlags::READ
            | DescriptorFlags::WRITE
            | DescriptorFlags::HOLD,
        brackets: Brackets::only(ring),
        ..Descriptor::default()
    };
    let named = segment.name == format!("linkage{ring}");
    let empty = segment.bytes.iter().all(|byte| *byte == 0);
    let symbols = image.symbols();
    let labelled = symbols.iter().any(|it| it.segment() == number.0);
    (descriptor == plain && named && empty && !labelled && segment.length % 16 == 0)
        .then_some(segment)
}

/// How many object types a capability is over, if it is one that `.authority`
/// makes for a segment with these brackets.
pub(super) fn authority(capability: Capability, holder: Brackets) -> Option<u32> {
    let fields = capability.fields();
    let made = Fields {
        cursor: fields.base,
        ring: holder.r1,
        base: fields.base,
        limit: fields.limit,
        permissions: Permissions::AUTHORITY,
        ..Fields::default()
    };
    (fields == made && fields.base < fields.limit).then(|| fields.limit - fields.base)
}

impl Disassembler<'_> {
    /// The target of a capability by itself, as `la` and `.cap` take it, that
    /// a segment with these brackets holds.
    pub(super) fn target(
        &self,
        capability: Capability,
        holder: Brackets,
        scope: Option<usize>,
    ) -> Option<Reference> {
        let fields = capability.fields();
        let number = fields.segment.0;
        let segment = self.image.segment(number)?;
        let descriptor = self.image.descriptor(number)?;
        let same = fields.ring == holder.r1 && fields.generation == descriptor.generation;
        if !same || fields.spare != 0 {
            return None;
        }
        let (base, limit) = (u64::from(fields.base), u64::from(fields.limit));
        let whole = base == 0 && limit == segment.length;
        let begin = segment.address() + base;
        if fields.kind == Kind::Entry {
            let entry = segment.address() + u64::from(fields.cursor);
            let given = rights(descriptor.flags, false);
            let here = self.names.at(entry, scope);
            let code = here.into_iter().find(|index| {
                let symbol = self.names.symbol(*index);
                symbol.is_some_and(|it| it.kind != SymbolKind::Object)
            })?;
            let sound = whole && fields.permissions == given;
            let text = self.names.symbol(code)?.name.clone();
            let target = (Some(code), number, 0);
            return sound.then_some(Reference { target, text });
        }
        if fields.kind != Kind::Data {
            return None;
        }
        let addend = i64::from(fields.cursor) - i64::from(fields.base);
        let object = self.names.at(begin, scope).into_iter().find(|index| {
            let symbol = self.names.symbol(*index);
            symbol.is_some_and(|it| it.kind == SymbolKind::Object && it.size == limit - base)
        });
        if let Some(object) = object
            && fields.permissions == rights(descriptor.flags, true)
        {
            let text = sum(&self.names.symbol(object)?.name, addend);
            let target = (Some(object), number, addend);
            return Some(Reference { target, text });
        }
        let named = self.names.is_free(&segment.name, scope);
        let sound = whole && named && fields.permissions == rights(descriptor.flags, false);
        let text = sum(&segment.name, addend);
        let target = (None, number, addend);
        sound.then_some(Reference { target, text })
    }

    /// The operands of `.cap`: with a length and permissions where needed.
    pub(super) fn capability(
        &self,
        capability: Capability,
        holder: Brackets,
        scope: Option<usize>,
    ) -> Option<String> {
        if let Some(reference) = self.target(capability, holder, scope) {
            return Some(reference.text);
        }
        let fields = capability.fields();
        let segment = self.image.segment(fields.segment.0)?;
        let descriptor = self.image.descriptor(fields.segment.0)?;
        let (base, limit) = (u64::from(fields.base), u64::from(fields.limit));
        let sound = fields.kind == Kind::Data && fields.cursor == fields.base && base <= limit;
        if !sound {
            return None;
        }
        // The object around it, or else the segment, says what it is cut from.
        let around = self.image.symbol_at(segment.address() + base);
        let around = around
            .filter(|(it, _)| it.kind == SymbolKind::Object)
            .and_then(|(it, _)| {
                let here = self.names.at(it.address, scope);
                let mut here = here.into_iter().filter_map(|at| self.names.symbol(at));
                here.find(|it| it.kind == SymbolKind::Object)
            })
            .map(|it| (it, rights(descriptor.flags, true)))
            .filter(|(_, given)| given.contains(fields.permissions));
        let (name, start, given) = match around {
            Some((symbol, given)) => (symbol.name.as_str(), symbol.offset(), given),
            None => (segment.name.as_str(), 0, rights(descriptor.flags, false)),
        };
        let from = sum(name, i64::try_from(base - start).ok()?);
        let length = limit - base;
        let letters: String = fields
            .permissions
            .to_string()
            .chars()
            .filter(|letter| *letter != '-')
            .collect();
        Some(match fields.permissions == given {
            true => format!("{from}, {length}"),
            false => format!("{from}, {length}, {letters}"),
        })
    }
}

fn sum(name: &str, addend: i64) -> String {
    match addend {
        0 => name.to_owned(),
        1.. => format!("{name} + {addend}"),
        _ => format!("{name} - {}", addend.unsigned_abs()),
    }
}
