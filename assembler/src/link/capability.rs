//! Capabilities that a program has from the start: their bits.
//!
//! An image contains no tags. So each is a row of the relocation table: a
//! place, and the bits that boot code mints and stores there. Slots, rows and
//! object types are given out in the order of numbers and offsets of segments,
//! and so do not depend on how a program is cut into objects. Invariant: no
//! capability reaches beyond its segment, or has a right that its segment does
//! not give.

use std::collections::{BTreeMap, HashMap};

use isa::instruction::operand::{InImmediate, Place as _};
use isa::{
    Brackets, Capability, DescriptorFlags, Fields, Kind, ObjectType, Permissions, Ring,
    SegmentNumber, abi,
};

use crate::diagnostic::Code;
use crate::object::{Relocation, Site};
use crate::segment::SegmentOptions;

use super::names::Meaning;
use super::{Linker, Placed, Segment};

/// What linking adds to a program.
#[derive(Debug, Default)]
pub(super) struct Linkage {
    /// What is still to be made, by where it goes: number and offset of the
    /// segment.
    wanted: BTreeMap<(u16, usize, u64), Wanted>,
    /// The capability constants of each ring, in order of their slots.
    slots: BTreeMap<Ring, Vec<Target>>,
    slot_numbers: HashMap<(Ring, Target), i32>,
    pub(super) rows: Vec<Row>,
    /// How many object types the authorities have so far.
    object_types: u32,
}

/// The relocations of one place.
#[derive(Debug)]
struct Wanted {
    object: usize,
    relocations: Vec<Relocation>,
}

/// A capability to be made, and where it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) segment: usize,
    pub(super) offset: u64,
    pub(super) capability: Capability,
}

/// What a capability is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    Segment {
        segment: usize,
        addend: i64,
    },
    /// A label, by the object that defines it and the symbol in it.
    Label {
        symbol: (usize, usize),
        addend: i64,
    },
}

/// All that a segment with these flags lets a capability do: to data that has
/// a label, or to code or the whole segment.
pub(crate) fn rights(flags: DescriptorFlags, data: bool) -> Permissions {
    let mut rights = Permissions::empty();
    for (flag, right) in [
        (DescriptorFlags::READ, Permissions::READ),
        (DescriptorFlags::WRITE, Permissions::WRITE),
        (DescriptorFlags::EXECUTE, Permissions::EXECUTE),
        (
            DescriptorFlags::HOLD,
            Permissions::LOAD_CAP
                .union(Permissions::STORE_CAP)
                .union(Permissions::LOAD_MUTABLE),
        ),
    ] {
        if flags.contains(flag) {
            rights |= right;
        }
    }
    // Data beside code is there to be read, not to be run.
    if data && rights.contains(Permissions::READ) {
        rights -= Permissions::EXECUTE;
    }
    rights.legal()
}

impl Linker<'_> {
    /// Keeps what is of a capability until all is known that it needs.
    pub(super) fn note_capability(
        &mut self,
        object: usize,
        relocation: &Relocation,
        placed: Placed,
    ) {
        let Some(segment) = self.segments.get(placed.segment) else {
            return;
        };
        let offset = placed.offset.saturating_add(relocation.offset);
        let place = (segment.number, placed.segment, offset);
        let wanted = self.linkage.wanted.entry(place);
        let wanted = wanted.or_insert(Wanted {
            object,
            relocations: Vec::new(),
        });
        wanted.relocations.push(*relocation);
    }

    /// Makes all capabilities, and the linkage of the rings that need it.
    pub(super) fn add_capabilities(&mut self) {
        for ((_, segment, offset), wanted) in std::mem::take(&mut self.linkage.wanted) {
            let Wanted {
                object,
                relocations,
            } = wanted;
            let Some((first, rest)) = relocations.split_first() else {
                continue;
            };
            match first.site {
                Site::Link => {
                    self.link_slot(object, first, segment, offset);
                }
                Site::Authority => {
                    self.authority(object, first, segment, offset);
                }
                _ => {
                    self.capability_at(object, first, rest, segment, offset);
                }
            }
        }
        self.add_linkage();
    }

    /// What a relocation wants a capability to. What is wrong is reported.
    fn target(&mut self, object: usize, relocation: &Relocation) -> Option<Target> {
        let addend = relocation.addend;
        match self.meaning(object, relocation.symbol?)? {
            Meaning::Number(_) => {
                let name = self.name_of(object, relocation);
                let message =
                    format!("`{name}` is a number, and no object to have a capability to");
                let diagnostic = self.about(Code::CapabilityTarget, object, relocation, message);
                self.report(diagnostic);
                None
            }
            Meaning::Segment(segment) | Meaning::Section { segment, .. } => {
                Some(Target::Segment { segment, addend })
            }
            Meaning::Label(label) if label.is_code() && addend != 0 => {
                let message = "an entry capability is to a label alone".to_owned();
                let diagnostic = self
                    .about(Code::CapabilityTarget, object, relocation, message)
                    .note("what is called begins at its label");
                self.report(diagnostic);
                None
            }
            Meaning::Label(label) => Some(Target::Label {
                symbol: label.symbol,
                addend,
            }),
        }
    }

    /// The segment that a target is in.
    fn segment_of(&self, target: Target) -> Option<usize> {
        match target {
            Target::Segment { segment, .. } => Some(segment),
            Target::Label { symbol, .. } => match self.meaning(symbol.0, symbol.1)? {
                Meaning::Label(label) => Some(label.segment),
                _ => None,
            },
        }
    }

    /// The capability to a target with all rights and the bounds of the
    /// object, as held by a segment with these brackets.
    fn capability(&self, target: Target, holder: Brackets) -> Option<Capability> {
        let segment = self.segments.get(self.segment_of(target)?)?;
        let whole = (0, segment.extent());
        let (start, addend, code, data, (base, limit)) = match target {
            Target::Segment { addend, .. } => (0, addend, false, false, whole),
            Target::Label { symbol, addend } => {
                let Meaning::Label(label) = self.meaning(symbol.0, symbol.1)? else {
                    return None;
                };
                let code = label.is_code();
                let bounds = match code {
                    // What is called goes on to other procedures of its segment.
                    true => whole,
                    false => (label.offset, label.offset.saturating_add(label.extent)),
                };
                (label.offset, addend, code, !code, bounds)
            }
        };
        let cursor = start.cast_signed().wrapping_add(addend);
        Some(Capability::new(Fields {
            cursor: u32::try_from(cursor).ok()?,
            segment: SegmentNumber(segment.number),
            ring: holder.r1,
            generation: segment.options.generation,
            kind: if code { Kind::Entry } else { Kind::Data },
            spare: 0,
            base: u32::try_from(base).ok()?,
            limit: u32::try_from(limit).ok()?,
            permissions: rights(segment.options.flags, data),
        }))
    }

    fn blame_cursor(&mut self, object: usize, relocation: &Relocation) {
        let message = "the cursor of this capability does not fit in 32 bits".to_owned();
        let diagnostic = self.about(Code::CapabilityBounds, object, relocation, message);
        self.report(diagnostic);
    }

    /// Gives an `ldk` its slot in the linkage of the ring that runs it.
    fn link_slot(
        &mut self,
        object: usize,
        relocation: &Relocation,
        text: usize,
        offset: u64,
    ) -> Option<()> {
        let target = self.target(object, relocation)?;
        let ring = self.segments.get(text)?.options.rings.r2;
        let known = self.linkage.slot_numbers.get(&(ring, target)).copied();
        let slot = match known {
            Some(slot) => slot,
            None => {
                if self.capability(target, Brackets::only(ring)).is_none() {
                    self.blame_cursor(object, relocation);
                    return None;
                }
                let slots = self.linkage.slots.entry(ring).or_default();
                let slot = i32::try_from(slots.len()).ok()?;
                slots.push(target);
                self.linkage.slot_numbers.insert((ring, target), slot);
                slot
            }
        };
        self.patch_word(text, offset, InImmediate::write(slot))
    }

    /// Makes a capability that stands in data.
    fn capability_at(
        &mut self,
        object: usize,
        relocation: &Relocation,
        rest: &[Relocation],
        holder: usize,
        offset: u64,
    ) -> Option<()> {
        let target = self.target(object, relocation)?;
        let brackets = self.segments.get(holder)?.options.rings;
        self.may_hold(object, relocation, holder, target)?;
        let Some(capability) = self.capability(target, brackets) else {
            self.blame_cursor(object, relocation);
            return None;
        };
        let capability = match rest.split_first() {
            None => capability,
            Some((length, letters)) => {
                let segment = self.segment_of(target)?;
                self.narrow(object, capability, segment, relocation, length, letters)?
            }
        };
        self.linkage.rows.push(Row {
            segment: holder,
            offset,
            capability,
        });
        Some(())
    }

    /// The capability with the length and permissions that are asked for.
    fn narrow(
        &mut self,
        object: usize,
        capability: Capability,
        segment: usize,
        target: &Relocation,
        length: &Relocation,
        letters: &[Relocation],
    ) -> Option<Capability> {
        let mut fields = capability.fields();
        if fields.kind == Kind::Entry {
            let message = "an entry capability has no length and permissions of its own".to_owned();
            let diagnostic = self.about(Code::CapabilityBounds, object, length, message);
            let place = (object, self.place_of(object, target));
            let name = self.name_of(object, target);
            let label = "this is code, so the capability is to its entry";
            let diagnostic = self.second(diagnostic, place, &name, label);
            self.report(diagnostic);
            return None;
        }
        let bytes = self.value(object, length)?;
        let (name, extent) = {
            let segment = self.segments.get(segment)?;
            (segment.name, segment.extent())
        };
        let end = u64::try_from(bytes)
            .ok()
            .and_then(|bytes| u64::from(fields.cursor).checked_add(bytes))
            .filter(|end| *end <= extent)
            .and_then(|end| u32::try_from(end).ok());
        let Some(end) = end else {
            let from = fields.cursor;
            let message = match bytes {
                ..0 => format!("a capability cannot have {bytes} bytes"),
                _ => format!("{bytes} bytes from offset {from:#x} leave the segment `{name}`"),
            };
            let diagnostic = self
                .about(Code::CapabilityBounds, object, length, message)
                .note(format!("the segment has {extent:#x} bytes"));
            self.report(diagnostic);
            return None;
        };
        fields.base = fields.cursor;
        fields.limit = end;
        if let Some(letters) = letters.first() {
            fields.permissions = self.permissions(object, letters, fields.permissions, name)?;
        }
        Some(Capability::new(fields))
    }

    fn permissions(
        &mut self,
        object: usize,
        letters: &Relocation,
        given: Permissions,
        segment: &str,
    ) -> Option<Permissions> {
        let asked = u8::try_from(letters.addend).ok();
        let asked = asked.and_then(Permissions::from_bits)?;
        // The letters alone, as they are written.
        let letters_alone = asked.to_string().replace('-', "");
        if !given.contains(asked) {
            let message = format!("the segment `{segment}` does not give `{letters_alone}`");
            let diagnostic = self
                .about(Code::CapabilityPermissions, object, letters, message)
                .label(format!("at most `{given}`"));
            self.report(diagnostic);
            return None;
        }
        if !asked.is_legal() {
            let message = format!("the permissions `{letters_alone}` are not legal together");
            let diagnostic = self
                .about(Code::CapabilityPermissions, object, letters, message)
                .note("`l` needs `r`, `s` needs `w`, `m` needs `l`, and `x` excludes `w`");
            self.report(diagnostic);
            return None;
        }
        Some(asked)
    }

    /// Makes an authority over the next object types that no other one has.
    fn authority(
        &mut self,
        object: usize,
        relocation: &Relocation,
        holder: usize,
        offset: u64,
    ) -> Option<()> {
        let (first, last) = (ObjectType::FIRST, ObjectType::LAST);
        let (first, end) = (u32::from(first.number()), u32::from(last.number()) + 1);
        let count = relocation.addend;
        let start = first + self.linkage.object_types;
        let left = end - start;
        let fits = u32::try_from(count)
            .ok()
            .filter(|count| (1..=left).contains(count));
        let Some(number) = fits else {
            let message = match count {
                ..1 => format!("an authority cannot be over {count} object types"),
                _ => format!("there are not {count} object types left"),
            };
            let diagnostic = self
                .about(Code::ObjectTypes, object, relocation, message)
                .note(format!(
                    "a machine has {} of them, and the authorities before this one leave {left}",
                    end - first
                ));
            self.report(diagnostic);
            return None;
        };
        self.linkage.object_types += number;
        self.may_hold_any(object, relocation, holder)?;
        let ring = self.segments.get(holder)?.options.rings.r1;
        self.linkage.rows.push(Row {
            segment: holder,
            offset,
            capability: Capability::new(Fields {
                cursor: start,
                segment: SegmentNumber(0),
                ring,
                base: start,
                limit: start + number,
                permissions: Permissions::AUTHORITY,
                ..Fields::default()
            }),
        });
        Some(())
    }

    /// Whether a segment may hold a capability to a target; else it is reported.
    fn may_hold(
        &mut self,
        object: usize,
        relocation: &Relocation,
        holder: usize,
        target: Target,
    ) -> Option<()> {
        self.may_hold_any(object, relocation, holder)?;
        let target = self.segments.get(self.segment_of(target)?)?;
        let segment = self.segments.get(holder)?;
        let system = |segment: &Segment<'_>| SegmentNumber(segment.number).is_system();
        if !system(segment) || system(target) {
            return Some(());
        }
        let (name, target) = (segment.name, target.name);
        let message = format!("the system segment `{name}` cannot hold a capability to `{target}`");
        let diagnostic = self
            .about(Code::NoHold, object, relocation, message)
            .note("system segments hold only capabilities to system segments");
        self.report(diagnostic);
        None
    }

    /// Whether a segment may hold capabilities at all; else it is reported.
    fn may_hold_any(
        &mut self,
        object: usize,
        relocation: &Relocation,
        holder: usize,
    ) -> Option<()> {
        if self.has(holder, DescriptorFlags::HOLD) {
            return Some(());
        }
        let name = self.segments.get(holder)?.name;
        let message = format!("the segment `{name}` cannot hold capabilities");
        let diagnostic = self
            .about(Code::NoHold, object, relocation, message)
            .help("open it with the option `hold`");
        self.report(diagnostic);
        None
    }

    /// Makes the linkage segments of the rings that need them.
    fn add_linkage(&mut self) {
        const NAMES: [&str; 8] = [
            "linkage0", "linkage1", "linkage2", "linkage3", "linkage4", "linkage5", "linkage6",
            "linkage7",
        ];
        let slots = std::mem::take(&mut self.linkage.slots);
        for (ring, targets) in slots {
            let brackets = Brackets::only(ring);
            let number = abi::linkage_segment(ring).0;
            let Some(name) = NAMES.get(usize::from(ring.number())).copied() else {
                continue;
            };
            let mut segments = self.segments.iter();
            let other = segments
                .find(|segment| {
                    !segment.dropped && (segment.number == number || segment.name == name)
                })
                .and_then(|segment| Some((segment.name, segment.opened?)));
            if let Some((own, (object, place))) = other {
                let message = format!(
                    "the linkage of ring {ring} needs segment number {number} and the name `{name}`"
                );
                let diagnostic = self
                    .diagnostic(Code::SegmentNumber, object, place, own, message)
                    .label("this segment has one of them")
                    .note("`la` keeps its capabilities there");
                self.report(diagnostic);
                continue;
            }
            let flags = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
            let options = SegmentOptions {
                rings: brackets,
                ..SegmentOptions::new(flags)
            };
            let mut segment = Segment::new(name, options);
            segment.number = number;
            segment.length = 16 * targets.len() as u64;
            let index = self.segments.len();
            self.segments.push(segment);
            for (offset, target) in (0..).step_by(16).zip(targets) {
                if let Some(capability) = self.capability(target, brackets) {
                    self.linkage.rows.push(Row {
                        segment: index,
                        offset,
                        capability,
                    });
                }
            }
        }
    }
}
