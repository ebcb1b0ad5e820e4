//! Segments from sections: what they are, how they are numbered, and where the
//! sections of each lie in it.

use isa::DescriptorFlags;
use isa::address::SEGMENT_SIZE_MAX;
use isa::instruction::INSTRUCTION_SIZE;
use isa::{abi, address::PAGE_SIZE};

use crate::diagnostic::{Code, Diagnostic};
use crate::machine::{MachineSegment, machine_segments, other_stacks, stack_name_taken};
use crate::numbering::{self, Claim, Numbered, Refusal};
use crate::object::Section;
use crate::segment::{SegmentOptions, preset};

use super::{Linker, Placed, Segment};

impl<'o> Linker<'o> {
    /// Puts the sections of each segment together, and settles its options.
    pub(super) fn merge(&mut self) {
        let stack = self.stack();
        for segment in machine_segments((!self.options.bare).then_some(stack)) {
            self.add_machine_segment(segment);
        }
        for object in 0..self.objects.len() {
            let mut places = Vec::new();
            let sections = self.objects.get(object).map(|object| &object.sections);
            for section in sections.into_iter().flatten() {
                places.push(self.merge_section(object, section));
            }
            self.places.push(places);
        }
        for index in 0..self.segments.len() {
            self.check_mode(index);
        }
        self.check_code();
        self.add_other_stacks();
    }

    fn add_machine_segment(&mut self, segment: MachineSegment) {
        let MachineSegment {
            name,
            number,
            options,
        } = segment;
        let mut segment = Segment::new(name, options);
        segment.machine = true;
        segment.number = number;
        self.add_segment(segment);
    }

    /// Adds the stacks of other rings that run something.
    fn add_other_stacks(&mut self) {
        if self.options.bare {
            return;
        }
        let segments = self.segments.iter().filter(|segment| !segment.dropped);
        let stacks = other_stacks(segments.map(|segment| (&segment.options, segment.number)));
        for stack in stacks {
            let other = self.segments_by_name.get(stack.name);
            let other = other.and_then(|index| self.segments.get(*index));
            let Some((object, place)) = other.and_then(|segment| segment.opened) else {
                self.add_machine_segment(stack);
                continue;
            };
            let (message, help) = stack_name_taken(&stack);
            let diagnostic =
                self.diagnostic(Code::ReservedName, object, place, stack.name, message);
            self.report(diagnostic.help(help));
        }
    }

    /// Reports sections with instructions in segments that cannot be executed, where the object
    /// leaves it to others what may be done with the segment.
    fn check_code(&mut self) {
        for object in 0..self.objects.len() {
            let sections = self.objects.get(object).map(|object| &object.sections);
            for (index, section) in sections.into_iter().flatten().enumerate() {
                let (Some(place), None) = (section.code, section.options) else {
                    continue;
                };
                let Some(placed) = self.placed(object, index) else {
                    continue;
                };
                let segment = self.segments.get(placed.segment);
                let known = segment.is_some_and(|segment| segment.given.is_some());
                if !known || self.has(placed.segment, DescriptorFlags::EXECUTE) {
                    continue;
                }
                let message = format!("the segment `{}` cannot be executed", section.name);
                let diagnostic = self
                    .diagnostic(Code::NotExecutable, object, place, "", message)
                    .label("an instruction")
                    .help("write `.text` in front of the code");
                self.report(diagnostic);
            }
        }
    }

    /// The bytes of the stack of ring 4.
    fn stack(&mut self) -> u64 {
        let mut stacks = self
            .objects
            .iter()
            .enumerate()
            .filter_map(|(index, object)| {
                let (size, place) = object.stack?;
                Some((size, index, place))
            });
        let Some((size, first, place)) = stacks.next() else {
            return abi::STACK_SIZE;
        };
        let others: Vec<_> = stacks.collect();
        for (_, object, other) in others {
            let message = "a program has one `.stack`".to_owned();
            let diagnostic =
                self.diagnostic(Code::DuplicateSymbol, object, other, ".stack", message);
            let diagnostic = self.second(diagnostic, (first, place), ".stack", "the first one");
            self.report(diagnostic);
        }
        size
    }

    fn add_segment(&mut self, segment: Segment<'o>) -> usize {
        let index = self.segments.len();
        self.segments_by_name.insert(segment.name, index);
        self.segments.push(segment);
        index
    }

    /// The segment that a section belongs to; its offset comes later.
    fn merge_section(&mut self, object: usize, section: &'o Section) -> Option<Placed> {
        let name = section.name.as_str();
        let known = self.segments_by_name.get(name).copied();
        let index = match known {
            Some(index) => {
                let own = self.segments.get(index)?;
                let device = section.options.as_ref().is_some_and(|(options, _)| {
                    own.options.slot == options.slot
                        && options.has(DescriptorFlags::DEVICE)
                        && own.options.has(DescriptorFlags::DEVICE)
                });
                match own.machine {
                    false => index,
                    true if device => {
                        // It takes the place of the machine's own, among those of the program.
                        self.add_segment(Segment::new(name, SegmentOptions::new(own.options.flags)))
                    }
                    true => {
                        self.blame_reserved(object, section);
                        return None;
                    }
                }
            }
            None => {
                let none = SegmentOptions::new(DescriptorFlags::empty());
                let mut segment = Segment::new(name, preset(name).unwrap_or(none));
                segment.dropped = true;
                self.add_segment(segment)
            }
        };
        let segment = self.segments.get_mut(index)?;
        segment.dropped &= !section.used;
        if let (None, Some(place)) = (segment.opened, section.opened) {
            segment.opened = Some((object, place));
        }
        if let Some((options, place)) = section.options {
            match segment.given {
                None => {
                    segment.options = options;
                    segment.given = Some((object, place));
                }
                Some(first) if segment.options != options => {
                    let (had, first_place) = (segment.options, first);
                    self.blame_conflict(section, (object, place), options, first_place, had);
                }
                Some(_) => {}
            }
        }
        Some(Placed {
            segment: index,
            offset: 0,
        })
    }

    fn blame_reserved(&mut self, object: usize, section: &Section) {
        let name = section.name.as_str();
        let Some(place) = section.opened.filter(|_| section.used) else {
            return;
        };
        let message = format!("the segment `{name}` belongs to the machine");
        let diagnostic = self.diagnostic(Code::ReservedName, object, place, name, message);
        self.report(diagnostic.help("choose another name"));
    }

    fn blame_conflict(
        &mut self,
        section: &Section,
        (object, place): (usize, crate::object::Place),
        options: SegmentOptions,
        first: (usize, crate::object::Place),
        had: SegmentOptions,
    ) {
        let name = section.name.as_str();
        let message = format!("the segment `{name}` has other options already");
        let diagnostic = self.diagnostic(Code::SegmentConflict, object, place, name, message);
        let diagnostic = self.second(diagnostic, first, name, "they are given here");
        self.report(
            diagnostic
                .note(format!("here it is `{options}`, there `{had}`"))
                .help("to go on in a segment, name it without options"),
        );
    }

    /// Reports a segment of which no object says what may be done with it.
    fn check_mode(&mut self, index: usize) {
        let Some(segment) = self.segments.get(index) else {
            return;
        };
        let settled = segment.given.is_some() || preset(segment.name).is_some();
        if segment.machine || segment.dropped || settled {
            return;
        }
        let (name, opened) = (segment.name, segment.opened);
        let message = format!("the segment `{name}` has no mode");
        let diagnostic = match opened {
            Some((object, place)) => {
                self.diagnostic(Code::SegmentOption, object, place, name, message)
            }
            None => Diagnostic::global(Code::SegmentOption, message),
        };
        self.report(diagnostic.help("say what may be done with it: `r`, `rw`, `rx` or `x`"));
    }

    /// Gives every segment a number.
    pub(super) fn number(&mut self) {
        let claims: Vec<Claim<'_>> = self
            .segments
            .iter()
            .map(|segment| Claim {
                name: segment.name,
                options: &segment.options,
                machine: segment.machine.then_some(segment.number),
                opened: !segment.machine && segment.opened.is_some(),
                dropped: segment.dropped,
            })
            .collect();
        let (numbers, refusals) = numbering::number(&claims);
        for (number, segment) in numbers.into_iter().zip(&mut self.segments) {
            match number {
                Numbered::Number(number) => segment.number = number,
                Numbered::Dropped => {
                    segment.number = 0;
                    segment.dropped = true;
                }
                Numbered::Refused => {}
            }
        }
        for Refusal {
            index,
            message,
            other,
        } in refusals
        {
            let opened = |index: usize| {
                let segment = self.segments.get(index)?;
                Some((segment.name, segment.opened?))
            };
            let other = other.and_then(opened);
            let Some((name, (object, place))) = opened(index) else {
                continue;
            };
            let mut diagnostic = self.diagnostic(Code::SegmentNumber, object, place, name, message);
            if let Some((name, other)) = other {
                diagnostic = self.second(diagnostic, other, name, "the segment that has it");
            }
            self.report(diagnostic.help(numbering::ADVICE));
        }
    }

    /// Puts the sections behind one another, each at a multiple of what it asks for.
    pub(super) fn place(&mut self) {
        let mut room = self.options.image_limit;
        for object in 0..self.objects.len() {
            let sections = self.objects.get(object).map(|object| &object.sections);
            for (index, section) in sections.into_iter().flatten().enumerate() {
                self.place_section(object, index, section, &mut room);
            }
        }
    }

    fn place_section(&mut self, object: usize, index: usize, section: &Section, room: &mut u64) {
        let Some(Placed { segment: id, .. }) = self.placed(object, index) else {
            return;
        };
        let Some(segment) = self.segments.get_mut(id) else {
            return;
        };
        if let Some(place) = self.places.get_mut(object).and_then(|it| it.get_mut(index)) {
            *place = None;
        }
        let name = segment.name;
        let align = section.align.clamp(1, PAGE_SIZE);
        let offset = match section.length {
            0 => segment.length,
            _ => segment.length.next_multiple_of(align),
        };
        let length = offset.saturating_add(section.length);
        let place = (section.opened).unwrap_or(crate::object::Place::Unknown);
        if length > SEGMENT_SIZE_MAX {
            let message = format!("the segment `{name}` would be {length:#x} bytes long");
            let diagnostic = self
                .diagnostic(Code::SegmentTooLong, object, place, name, message)
                .note(format!("a segment has at most {SEGMENT_SIZE_MAX:#x} bytes"));
            self.report(diagnostic);
            return;
        }
        let Some(left) = room.checked_sub(length - segment.length) else {
            let limit = self.options.image_limit;
            let message = "the image becomes too large here".to_owned();
            let diagnostic = self
                .diagnostic(Code::ImageTooLarge, object, place, name, message)
                .note(format!("the limit is {limit} bytes"));
            self.report(diagnostic);
            *room = 0;
            return;
        };
        *room = left;
        let gates_first = u64::from(segment.gates) * INSTRUCTION_SIZE;
        let behind = section.gates > 0 && offset != gates_first;
        segment.gates = segment.gates.saturating_add(section.gates);
        segment.length = length;
        if !section.bytes.is_empty()
            && let (Ok(start), Ok(end)) = (
                usize::try_from(offset),
                usize::try_from(offset + section.bytes.len() as u64),
            )
        {
            segment.bytes.resize(end, 0);
            if let Some(room) = segment.bytes.get_mut(start..end) {
                room.copy_from_slice(&section.bytes);
            }
        }
        if let Some(place) = self.places.get_mut(object).and_then(|it| it.get_mut(index)) {
            *place = Some(Placed {
                segment: id,
                offset,
            });
        }
        if behind {
            let message = format!("gates come first in the segment `{name}`");
            let diagnostic = self
                .diagnostic(Code::GateNotFirst, object, place, name, message)
                .note("objects before this one put other things there")
                .note("gate i is the instruction at offset 8 * i")
                .help("link the object with the gates first");
            self.report(diagnostic);
        }
    }
}

impl<'o> Segment<'o> {
    pub(super) fn new(name: &'o str, options: SegmentOptions) -> Self {
        Self {
            name,
            options,
            given: None,
            opened: None,
            machine: false,
            dropped: false,
            number: 0,
            gates: 0,
            length: 0,
            bytes: Vec::new(),
        }
    }
}
