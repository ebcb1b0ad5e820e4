//! The order in which the parts of a program stand in its source.
//!
//! The relocation table tells it: `.cap` fills the table as it is met, and
//! `la` takes the next slot of the linkage when a target is new. Segments are
//! cut where labels are, and their parts put in an order that makes the same
//! table. Invariant: within a segment parts stay in the order of their places.

use std::collections::{BTreeMap, BTreeSet};

use isa::Ring;
use isa::instruction::format::CapabilityImmediate;
use isa::instruction::{INSTRUCTION_SIZE, Opcode};

use crate::image::SymbolKind;

use super::data::word;
use super::names::Referrers;
use super::reference::table;
use super::segment::{content_end, is_executable};
use super::{Disassembler, data};

/// A part of a segment: a procedure, or what is outside of all from a label on.
pub(super) struct Unit {
    pub(super) segment: u16,
    pub(super) start: u64,
    pub(super) end: u64,
    /// The symbol of the procedure that it is.
    pub(super) procedure: Option<usize>,
    /// The labels in it, in order.
    pub(super) labels: Vec<usize>,
    /// The procedure that it is written in, though it is not its code.
    pub(super) host: Option<usize>,
    /// The units that are written in this one.
    pub(super) hosted: Vec<usize>,
}

/// What a unit does to the relocation table.
enum Event {
    /// It has the `.cap` of this row.
    Row(usize),
    /// It loads this slot of the linkage of a ring.
    Slot(Ring, usize),
}

impl Disassembler<'_> {
    /// The units of these segments, in order of segments and places.
    pub(super) fn units(&self, segments: &[u16]) -> Vec<Unit> {
        let rows = table(self.image);
        let slots: Vec<u64> = rows.iter().map(|row| row.place.word()).collect();
        let mut units = Vec::new();
        for number in segments {
            let Some(segment) = self.image.segment(*number) else {
                continue;
            };
            if self.references.is_linkage(*number) {
                continue;
            }
            let end = content_end(self.image, segment, &slots);
            self.units_of(*number, end, &mut units);
        }
        units
    }

    fn units_of(&self, segment: u16, end: u64, units: &mut Vec<Unit>) {
        let mut labels: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for index in self.names.of_segment(segment) {
            let procedure = self.names.symbol(index).map(|it| it.kind);
            if procedure == Some(SymbolKind::Procedure) {
                continue;
            }
            // Local to a procedure elsewhere, it still lies outside of all that are here.
            let own = self.names.scope(index);
            let own = own.filter(|own| self.names.procedures_of(segment).contains(own));
            labels.entry(own).or_default().push(index);
        }
        let outside = labels.remove(&None).unwrap_or_default();
        let mut outside = outside.into_iter().peekable();
        let mut at = 0;
        for procedure in self.names.procedures_of(segment) {
            let Some(symbol) = self.names.symbol(*procedure) else {
                continue;
            };
            let (start, stop) = (symbol.offset(), symbol.offset() + symbol.size);
            if start < at {
                continue;
            }
            self.gap(segment, at..start, true, &mut outside, units);
            // A gate in it is for all, but stands where it stands.
            let mut own = labels.remove(&Some(*procedure)).unwrap_or_default();
            while let Some(gate) = outside.next_if(|it| self.names.offset(*it) < stop) {
                own.push(gate);
            }
            own.sort_by_key(|label| self.names.offset(*label));
            units.push(Unit {
                segment,
                start,
                end: stop,
                procedure: Some(*procedure),
                labels: own,
                host: None,
                hosted: Vec::new(),
            });
            at = stop;
        }
        self.gap(segment, at..end, false, &mut outside, units);
    }

    /// The units between two procedures: one at each label.
    fn gap(
        &self,
        segment: u16,
        range: std::ops::Range<u64>,
        before_procedure: bool,
        outside: &mut std::iter::Peekable<impl Iterator<Item = usize>>,
        units: &mut Vec<Unit>,
    ) {
        let mut start = range.start;
        loop {
            let mut labels = Vec::new();
            let reach = |it: &usize| {
                let offset = self.names.offset(*it);
                let symbol = self.names.symbol(*it).map(|it| it.kind);
                let gate = symbol == Some(SymbolKind::Gate);
                // A gate takes bytes, so at the beginning of a procedure it is in it.
                offset <= start && !(before_procedure && gate && offset == range.end)
            };
            while let Some(label) = outside.next_if(reach) {
                labels.push(label);
            }
            let next = outside.peek().map(|it| self.names.offset(*it));
            let end = next.unwrap_or(range.end).min(range.end);
            if end > start || !labels.is_empty() {
                units.push(Unit {
                    segment,
                    start,
                    end,
                    procedure: None,
                    labels,
                    host: None,
                    hosted: Vec::new(),
                });
            }
            let more = next.is_some_and(|next| next <= range.end) && end > start;
            if !more && end >= range.end {
                return;
            }
            if end <= start {
                return;
            }
            start = end;
        }
    }

    /// Moves what shares its name with another into procedures: those that
    /// refer to it, or the next that lack the name.
    pub(super) fn host(&mut self, units: &mut [Unit]) {
        let homeless = self.names.homeless();
        if homeless.is_empty() {
            return;
        }
        let referrers = self.referrers(units);
        let mut kept = BTreeSet::new();
        let mut after = 0;
        for symbol in homeless {
            let Some(named) = self.names.symbol(symbol) else {
                continue;
            };
            let Some(unit) = units.iter().position(|unit| unit.labels.contains(&symbol)) else {
                continue;
            };
            let users = referrers.get(&named.address).into_iter().flatten();
            let user = users.copied().find(|user| *user >= after);
            if user.is_none() && kept.insert(named.name.clone()) {
                continue;
            }
            let mut hosts = user
                .into_iter()
                .chain(self.names.procedures().collect::<Vec<_>>());
            let Some(host) =
                hosts.find(|host| *host >= after && self.names.move_into(symbol, *host))
            else {
                continue;
            };
            after = host;
            let at = units.iter().position(|it| it.procedure == Some(host));
            if let Some(unit) = units.get_mut(unit)
                && unit.host.is_none()
            {
                unit.host = Some(host);
            }
            if let Some(host) = at.and_then(|at| units.get_mut(at))
                && !host.hosted.contains(&unit)
            {
                host.hosted.push(unit);
            }
        }
    }

    /// The procedures that load a capability to an address or its number.
    fn referrers(&self, units: &[Unit]) -> Referrers {
        let mut referrers = Referrers::new();
        for unit in units {
            let Some(procedure) = unit.procedure else {
                continue;
            };
            for (_, slot) in self.loads(unit) {
                if let Some(fields) = self.linked_by(unit.segment, slot).map(|it| it.fields()) {
                    let segment = u64::from(fields.segment.0) << 32;
                    for offset in [fields.base, fields.cursor] {
                        let place = referrers.entry(segment | u64::from(offset));
                        place.or_default().insert(procedure);
                    }
                }
            }
        }
        referrers
    }

    /// The `ldk` instructions of a unit: where they are and what slots they load.
    fn loads(&self, unit: &Unit) -> Vec<(u64, i32)> {
        let Some(segment) = self.image.segment(unit.segment) else {
            return Vec::new();
        };
        if !is_executable(self.image, unit.segment) {
            return Vec::new();
        }
        let first = unit.start.next_multiple_of(INSTRUCTION_SIZE);
        (first..unit.end)
            .step_by(8)
            .filter(|at| self.names.object_end(segment.address() + at).is_none())
            .filter_map(|at| {
                let word = word(segment, at);
                let load = Opcode::of(word) == Some(Opcode::Ldk);
                let operands = CapabilityImmediate::unpack(word).filter(|_| load)?;
                Some((segment.address() + at, operands.imm))
            })
            .collect()
    }

    /// What `ldk` of a slot loads in a text, if `la` brings that about.
    pub(super) fn linked_by(&self, text: u16, slot: i32) -> Option<isa::Capability> {
        let ring = self.image.descriptor(text)?.brackets.r2;
        self.references.linked(ring, slot)
    }

    /// An order of the units that makes the same relocation table; none if
    /// there is none with the linkage that `la` makes.
    pub(super) fn order(&self, units: &[Unit]) -> Option<Vec<usize>> {
        let mut queues: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (index, unit) in units.iter().enumerate().rev() {
            queues.entry(unit.segment).or_default().push(index);
        }
        let mut state = State::default();
        let mut order = Vec::new();
        loop {
            let before = order.len();
            let segments: Vec<u16> = queues.keys().copied().collect();
            for segment in segments {
                while let Some(index) = queues.get(&segment).and_then(|it| it.last().copied()) {
                    let Some(next) = self.step(units, index, &queues, &state) else {
                        break;
                    };
                    state = next;
                    let hosted = units.get(index).map_or(&[][..], |unit| &unit.hosted);
                    for taken in hosted.iter().chain([&index]) {
                        let of = units.get(*taken).map(|unit| unit.segment);
                        if let Some(queue) = of.and_then(|of| queues.get_mut(&of)) {
                            queue.pop();
                        }
                    }
                    order.push(index);
                }
            }
            if order.len() == before {
                break;
            }
        }
        let complete = queues.values().all(Vec::is_empty)
            && self.references.linkage().all(|(ring, count)| {
                let made = state.slots.get(&ring).map_or(0, Vec::len);
                made == count
            });
        complete.then_some(order)
    }

    /// The state behind a unit, if it may come next.
    fn step(
        &self,
        units: &[Unit],
        index: usize,
        queues: &BTreeMap<u16, Vec<usize>>,
        state: &State,
    ) -> Option<State> {
        let unit = units.get(index)?;
        if unit.host.is_some() {
            return None;
        }
        let mut state = state.clone();
        let mut taken: BTreeMap<u16, usize> = BTreeMap::new();
        for hosted in &unit.hosted {
            let other = units.get(*hosted)?;
            let done = taken.entry(other.segment).or_default();
            let queue = queues.get(&other.segment)?;
            let next = queue.len().checked_sub(*done + 1)?;
            if queue.get(next) != Some(hosted) {
                return None;
            }
            *done += 1;
            self.apply(other, &mut state)?;
        }
        self.apply(unit, &mut state)?;
        Some(state)
    }

    fn apply(&self, unit: &Unit, state: &mut State) -> Option<()> {
        for event in self.events(unit) {
            match event {
                Event::Row(row) => {
                    if row != state.rows {
                        return None;
                    }
                    state.rows += 1;
                }
                Event::Slot(ring, slot) => {
                    let scope = unit.procedure.or(unit.host);
                    let capability = self.references.linked(ring, i32::try_from(slot).ok()?)?;
                    let holder = isa::Brackets::only(ring);
                    let target = self.target(capability, holder, scope)?.target;
                    let made = state.slots.entry(ring).or_default();
                    match made.iter().position(|it| *it == target) {
                        Some(place) if place == slot => {}
                        None if made.len() == slot => made.push(target),
                        _ => return None,
                    }
                }
            }
        }
        Some(())
    }

    fn events(&self, unit: &Unit) -> Vec<Event> {
        let mut events = Vec::new();
        let begin = u64::from(unit.segment) << 32;
        let mut at = begin + unit.start;
        while let Some(place) = self.references.slot_from(at)
            && place < begin + unit.end
        {
            events.extend(self.references.row(place).map(Event::Row));
            at = place + data::SLOT;
        }
        let ring = self.image.descriptor(unit.segment).map(|it| it.brackets.r2);
        for (_, slot) in self.loads(unit) {
            if let (Some(ring), Some(_)) = (ring, self.linked_by(unit.segment, slot)) {
                events.extend(usize::try_from(slot).map(|slot| Event::Slot(ring, slot)));
            }
        }
        events
    }
}

/// How far the relocation table and the linkage have come.
#[derive(Clone, Default)]
struct State {
    rows: usize,
    slots: BTreeMap<Ring, Vec<(Option<usize>, u16, i64)>>,
}
