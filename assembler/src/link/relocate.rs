//! Values into their places: the numbers that only linking knows.

use isa::DescriptorFlags;
use isa::instruction::operand::{Compare, InCompare, InImmediate, Place as _};
use isa::instruction::{INSTRUCTION_SIZE, R};

use crate::diagnostic::{Code, Diagnostic};
use crate::object::{Form, Relocation, Site};

use super::names::Meaning;
use super::{Linker, Placed};

impl Linker<'_> {
    /// Puts all numbers where they go, and keeps what is of capabilities for later.
    pub(super) fn relocate(&mut self) {
        for object in 0..self.objects.len() {
            let relocations = self.objects.get(object).map(|object| &object.relocations);
            for relocation in relocations.into_iter().flatten() {
                let Some(placed) = self.placed(object, relocation.section) else {
                    continue;
                };
                match relocation.site {
                    Site::Link
                    | Site::Capability
                    | Site::CapabilityLength
                    | Site::CapabilityPermissions
                    | Site::Authority => self.note_capability(object, relocation, placed),
                    _ => {
                        self.relocate_one(object, relocation, placed);
                    }
                }
            }
        }
    }

    fn relocate_one(
        &mut self,
        object: usize,
        relocation: &Relocation,
        placed: Placed,
    ) -> Option<()> {
        let at = placed.offset.saturating_add(relocation.offset);
        let site = relocation.site;
        if site == Site::Branch {
            let displacement = self.displacement(object, relocation, placed.segment, at)?;
            return self.patch_word(placed.segment, at, InImmediate::write(displacement));
        }
        let value = self.value(object, relocation)?;
        match site {
            Site::Low => self.patch_word(placed.segment, at, InImmediate::write(value as i32)),
            Site::High => {
                let upper = (value >> 32) as i32;
                self.patch_word(placed.segment, at, InImmediate::write(upper))
            }
            Site::Immediate => {
                let number = self.in_range(object, relocation, value, -1 << 31, (1 << 31) - 1)?;
                let number = i32::try_from(number).ok()?;
                self.patch_word(placed.segment, at, InImmediate::write(number))
            }
            Site::Compare => {
                let number = self.in_range(object, relocation, value, -128, 127)?;
                let compare = Compare {
                    register: R::ZERO,
                    immediate: i8::try_from(number).ok()?,
                };
                self.patch_word(placed.segment, at, InCompare::write(compare))
            }
            _ => {
                let width = site.size();
                if width < 8 {
                    let (least, most) = (-1_i64 << (width * 8 - 1), (1_i64 << (width * 8)) - 1);
                    self.in_range(object, relocation, value, least, most)?;
                }
                let bytes = value.to_le_bytes();
                let bytes = bytes.get(..usize::try_from(width).ok()?)?;
                let place = self.bytes_at(placed.segment, at, width)?;
                place.copy_from_slice(bytes);
                Some(())
            }
        }
    }

    /// The value that a relocation puts somewhere. What is wrong is reported.
    pub(super) fn value(&mut self, object: usize, relocation: &Relocation) -> Option<i64> {
        let Some(symbol) = relocation.symbol else {
            return Some(relocation.addend);
        };
        let meaning = self.meaning(object, symbol)?;
        let name = self.name_of(object, relocation);
        let place = match meaning {
            Meaning::Number(number) => match relocation.form {
                Form::Value => return Some(relocation.of(number)),
                _ => {
                    let message = format!("`{name}` is a number, and a label is wanted here");
                    let diagnostic = self.about(Code::Function, object, relocation, message);
                    self.report(diagnostic);
                    return None;
                }
            },
            Meaning::Segment(segment) => (segment, 0),
            Meaning::Section { segment, offset } => (segment, offset),
            Meaning::Label(label) => (label.segment, label.offset),
        };
        let (segment, offset) = (self.segments.get(place.0)?, place.1.cast_signed());
        let number = i64::from(segment.number);
        let value = match (relocation.form, meaning) {
            (Form::Value, _) => {
                let wide = matches!(relocation.site, Site::Dword | Site::Low | Site::High);
                if !wide || !relocation.is_plain() {
                    let message = format!("`{name}` is an address, and a number is wanted here");
                    let diagnostic = self
                        .about(Code::AddressNotNumber, object, relocation, message)
                        .help(format!(
                            "write `offset({name})` or `segment({name})` for its parts"
                        ));
                    self.report(diagnostic);
                    return None;
                }
                (number << 32).wrapping_add(offset)
            }
            (Form::Offset, _) => offset,
            (Form::Segment, _) => number,
            (Form::Length, Meaning::Label(label)) => label.extent.cast_signed(),
            (Form::Length, _) => segment.extent().cast_signed(),
        };
        Some(relocation.of(value))
    }

    /// The displacement of a branch at an offset of a segment.
    fn displacement(
        &mut self,
        object: usize,
        relocation: &Relocation,
        from: usize,
        at: u64,
    ) -> Option<i32> {
        let meaning = self.meaning(object, relocation.symbol?)?;
        let (segment, offset) = match meaning {
            Meaning::Number(_) => {
                let message = "a branch goes to a label, and this is a number".to_owned();
                let diagnostic = self.about(Code::OperandKind, object, relocation, message);
                self.report(diagnostic);
                return None;
            }
            Meaning::Segment(segment) => (segment, 0),
            Meaning::Section { segment, offset } => (segment, offset),
            Meaning::Label(label) => (label.segment, label.offset),
        };
        let offset = offset.cast_signed().wrapping_add(relocation.addend);
        let (own, other) = (self.segments.get(from)?, self.segments.get(segment)?);
        let (name, length) = (own.name, own.extent());
        if segment != from {
            let other = other.name;
            let message = format!("this goes from segment `{name}` to segment `{other}`");
            let diagnostic = self
                .about(Code::OtherSegment, object, relocation, message)
                .label(format!("a place in `{other}`"))
                .help("load an entry capability with `la c1, …` and call it with `callc c1`");
            self.report(diagnostic);
            return None;
        }
        if !u64::try_from(offset).is_ok_and(|offset| offset < length) {
            let message = format!("offset {offset} is outside of the segment `{name}`");
            let diagnostic = self
                .about(Code::BranchOutside, object, relocation, message)
                .note(format!("the segment has {length:#x} bytes"));
            self.report(diagnostic);
            return None;
        }
        if offset % INSTRUCTION_SIZE.cast_signed() != 0 {
            let message = format!("offset {offset:#x} is not a multiple of 8");
            let diagnostic = self
                .about(Code::BranchAlignment, object, relocation, message)
                .note("instructions lie at multiples of 8");
            self.report(diagnostic);
            return None;
        }
        // A segment is shorter than 2^28 bytes, so every displacement fits.
        i32::try_from(offset - at.cast_signed()).ok()
    }

    fn in_range(
        &mut self,
        object: usize,
        relocation: &Relocation,
        value: i64,
        least: i64,
        most: i64,
    ) -> Option<i64> {
        if (least..=most).contains(&value) {
            return Some(value);
        }
        let message = format!("{value} does not fit here");
        let diagnostic = self
            .about(Code::OutOfRange, object, relocation, message)
            .label(format!("expected {least} to {most}"));
        self.report(diagnostic);
        None
    }

    /// Adds bits to the instruction at an offset of a segment.
    pub(super) fn patch_word(&mut self, segment: usize, at: u64, bits: u64) -> Option<()> {
        let place = self.bytes_at(segment, at, INSTRUCTION_SIZE)?;
        let word = u64::from_le_bytes(place.try_into().ok()?) | bits;
        place.copy_from_slice(&word.to_le_bytes());
        Some(())
    }

    /// The bytes at an offset of a segment, which may be zeros that were not given.
    fn bytes_at(&mut self, segment: usize, at: u64, size: u64) -> Option<&mut [u8]> {
        let segment = self.segments.get_mut(segment)?;
        let end = at.checked_add(size).filter(|end| *end <= segment.length)?;
        let (start, end) = (usize::try_from(at).ok()?, usize::try_from(end).ok()?);
        if segment.bytes.len() < end {
            segment.bytes.resize(end, 0);
        }
        segment.bytes.get_mut(start..end)
    }

    /// The name of a relocation's symbol, for messages.
    pub(super) fn name_of(&self, object: usize, relocation: &Relocation) -> String {
        let symbol = relocation
            .symbol
            .and_then(|symbol| self.objects.get(object)?.symbols.get(symbol));
        symbol.map_or(String::new(), |symbol| symbol.name.clone())
    }

    /// A diagnostic about the place of a relocation.
    pub(super) fn about(
        &mut self,
        code: Code,
        object: usize,
        relocation: &Relocation,
        message: String,
    ) -> Diagnostic {
        let place = self.place_of(object, relocation);
        let name = self.name_of(object, relocation);
        self.diagnostic(code, object, place, &name, message)
    }

    /// Whether a segment has a right.
    pub(super) fn has(&self, segment: usize, flag: DescriptorFlags) -> bool {
        let segment = self.segments.get(segment);
        segment.is_some_and(|segment| segment.options.has(flag))
    }
}
