//! How the segments of an image are opened: the option of `.segment` that
//! make its descriptor.
//!
//! Invariant: a segment that every image has is not opened, and a number is
//! asked for only where the assembler would choose another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use isa::{Brackets, Descriptor, DescriptorFlags, Label, abi};

use crate::image::{Image, Segment};
use crate::machine;

use super::order::Unit;

/// A segment that has to be opened.
pub(super) struct Opening {
    pub(super) number: u16,
    name: String,
    /// Mode and options, all but the number.
    options: String,
    /// The directive that opens it with these options, if there is one.
    directive: Option<&'static str>,
    /// The number is that of its device.
    is_device: bool,
}

/// Whether instructions can be in a segment.
pub(super) fn is_executable(image: &Image, number: u16) -> bool {
    image
        .descriptor(number)
        .is_some_and(|it| it.has(DescriptorFlags::EXECUTE))
}

/// How much of a segment its source gives, byte by byte or as a space.
pub(super) fn content_end(image: &Image, segment: &Segment, slots: &[u64]) -> u64 {
    let symbols = image.symbols();
    let first = symbols.partition_point(|symbol| symbol.address < segment.address());
    let of_segment = symbols.iter().skip(first);
    let symbols = of_segment
        .take_while(|symbol| symbol.segment() == segment.number)
        .map(|symbol| symbol.offset() + symbol.size)
        .max();
    let slots = slots
        .iter()
        .filter(|slot| **slot >> 32 == u64::from(segment.number))
        .map(|slot| (slot & u64::from(u32::MAX)) + 16)
        .max();
    (segment.bytes.len() as u64)
        .max(symbols.unwrap_or(0))
        .max(slots.unwrap_or(0))
        .min(segment.length)
}

/// The segments that a source has to open, by number.
pub(super) fn openings(image: &Image) -> Vec<Opening> {
    let slots: Vec<u64> = super::reference::table(image)
        .iter()
        .map(|row| row.place.word())
        .collect();
    image
        .segments()
        .iter()
        .filter_map(|segment| {
            let descriptor = image.descriptor(segment.number)?;
            if is_given(segment, &descriptor) {
                return None;
            }
            let content = content_end(image, segment, &slots);
            Some(opening(segment, &descriptor, content))
        })
        .collect()
}

/// Whether every image has this segment.
fn is_given(segment: &Segment, descriptor: &Descriptor) -> bool {
    let name = segment.name.as_str();
    match segment.number {
        abi::SEGMENT_DESCRIPTORS => name == "descriptors",
        abi::SEGMENT_RESET => name == "reset",
        abi::SEGMENT_RELOCATIONS => name == "relocations",
        number => (0..).zip(machine::DEVICES).any(|(slot, device)| {
            let plain = Descriptor {
                base: isa::Real(u64::from(slot)),
                flags: DescriptorFlags::PRESENT
                    | DescriptorFlags::READ
                    | DescriptorFlags::WRITE
                    | DescriptorFlags::DEVICE,
                brackets: Brackets::only(abi::PROGRAM_RING),
                ..Descriptor::default()
            };
            name == device
                && abi::device_segment(slot).is_some_and(|it| it.0 == number)
                && *descriptor == plain
        }),
    }
}

fn opening(segment: &Segment, descriptor: &Descriptor, content: u64) -> Opening {
    let mut options = String::new();
    for (flag, letter) in [
        (DescriptorFlags::READ, 'r'),
        (DescriptorFlags::WRITE, 'w'),
        (DescriptorFlags::EXECUTE, 'x'),
    ] {
        if descriptor.has(flag) {
            options.push(letter);
        }
    }
    if descriptor.has(DescriptorFlags::HOLD) {
        options.push_str(", hold");
    }
    let is_device = descriptor.has(DescriptorFlags::DEVICE);
    if !is_device && isa::SegmentNumber(segment.number).is_system() {
        options.push_str(", system");
    }
    if descriptor.brackets != Brackets::only(abi::PROGRAM_RING) {
        let Brackets { r1, r2, r3 } = descriptor.brackets;
        let _ = write!(options, ", rings({r1}, {r2}, {r3})");
    }
    if segment.length > content {
        let _ = write!(options, ", length({:#x})", segment.length);
    }
    if descriptor.label != Label(0) {
        let _ = write!(options, ", label({})", descriptor.label.0);
    }
    if descriptor.generation != 0 {
        let _ = write!(options, ", generation({})", descriptor.generation);
    }
    if is_device {
        let _ = write!(options, ", device({})", descriptor.base.0);
    }
    let directive = match (segment.name.as_str(), options.as_str()) {
        ("text", "rx") => Some(".text"),
        ("data", "rw, hold") => Some(".data"),
        ("rodata", "r") => Some(".rodata"),
        _ => None,
    };
    let usual = abi::device_segment(u8::try_from(descriptor.base.0).unwrap_or(u8::MAX));
    Opening {
        number: segment.number,
        name: segment.name.clone(),
        options,
        directive,
        is_device: is_device && usual.is_some_and(|it| it.0 == segment.number),
    }
}

impl Opening {
    /// The statement that opens it: with its options the first time.
    pub(super) fn written(&self, first: bool, numbered: bool) -> String {
        let Self { name, options, .. } = self;
        match (self.directive, first, numbered) {
            (Some(directive), _, false) => directive.to_owned(),
            (_, false, _) => format!(".segment {name}"),
            (_, true, false) => format!(".segment {name}, {options}"),
            (_, true, true) => format!(".segment {name}, {options}, number({})", self.number),
        }
    }
}

/// The numbers of the segments whose number has to be asked for, since the
/// assembler gives other numbers to segments that are opened in this order.
pub(super) fn numbered(openings: &[Opening], units: &[Unit], order: &[usize]) -> BTreeSet<u16> {
    let mut opened: Vec<u16> = Vec::new();
    // A file begins in the text, so that is the first, wherever it is opened.
    let text = openings.iter().find(|opening| opening.name == "text");
    let used = order
        .iter()
        .filter_map(|index| units.get(*index))
        .flat_map(|unit| {
            let hosted = unit.hosted.iter().filter_map(|index| units.get(*index));
            hosted.chain([unit]).map(|unit| unit.segment)
        });
    let text = text.map(|text| text.number);
    for number in text
        .into_iter()
        .chain(used)
        .chain(openings.iter().map(|opening| opening.number))
    {
        if !opened.contains(&number) {
            opened.push(number);
        }
    }
    let by_number: BTreeMap<u16, &Opening> = openings.iter().map(|it| (it.number, it)).collect();
    let mut asked = BTreeSet::new();
    loop {
        let before = asked.len();
        let (mut system, mut private) = (abi::SEGMENT_SYSTEM, abi::SEGMENT_PRIVATE);
        for number in &opened {
            let Some(opening) = by_number.get(number) else {
                continue;
            };
            if asked.contains(number) || opening.is_device {
                continue;
            }
            let is_system = opening.options.contains(", system");
            let next = if is_system { &mut system } else { &mut private };
            while asked.contains(next) {
                *next = next.saturating_add(1);
            }
            if *next == *number {
                *next = next.saturating_add(1);
            } else {
                asked.insert(*number);
            }
        }
        if asked.len() == before {
            return asked;
        }
    }
}
