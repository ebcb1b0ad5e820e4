//! The numbers of segments: those that are asked for, and free ones for the
//! others.
//!
//! Invariant: no two segments get one number, and a program's never get one
//! that belongs to the machine, but in place of a device.

use std::collections::HashMap;

use isa::{DescriptorFlags, abi};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::unit::Unit;

impl Unit<'_> {
    /// Gives every segment a number: first those that ask for one, then the
    /// others in the order in which they were opened.
    pub(crate) fn number_segments(&mut self) {
        let mut taken: HashMap<u16, usize> = HashMap::new();
        // The machine's own segments come last, so that a program can take the place of a device.
        let (own, machine): (Vec<usize>, Vec<usize>) =
            (0..self.segments.len()).partition(|index| {
                self.segments
                    .get(*index)
                    .is_some_and(|segment| segment.number == 0)
            });
        for index in machine {
            let replaced = self.replaced_device(index);
            if let Some(segment) = self.segments.get(index)
                && !replaced
            {
                taken.insert(segment.number, index);
            }
        }
        let mut waiting = Vec::new();
        for index in own {
            let segment = self.segments.get(index);
            let Some(segment) = segment.filter(|segment| !segment.dropped) else {
                continue;
            };
            let options = segment.options;
            let device = options.has(DescriptorFlags::DEVICE);
            let asked = options.number.or_else(|| {
                let slot = abi::device_segment(options.slot).filter(|_| device);
                slot.map(|number| number.0)
            });
            match asked {
                Some(number) => self.take_number(index, number, &mut taken),
                None => waiting.push((index, options.system)),
            }
        }
        let (mut system, mut private) = (abi::SEGMENT_SYSTEM, abi::SEGMENT_PRIVATE);
        for (index, is_system) in waiting {
            let (next, end) = if is_system {
                (&mut system, abi::SYSTEM_LIMIT)
            } else {
                (&mut private, u16::MAX)
            };
            while *next < end && taken.contains_key(next) {
                *next += 1;
            }
            if *next == end {
                self.blame_number(index, "no segment number is left for".to_owned(), None);
                continue;
            }
            let number = *next;
            taken.insert(number, index);
            if let Some(segment) = self.segments.get_mut(index) {
                segment.number = number;
            }
        }
    }

    /// Removes a device segment of the machine whose place the program takes.
    fn replaced_device(&mut self, index: usize) -> bool {
        let Some(segment) = self.segments.get(index) else {
            return false;
        };
        let (number, slot) = (segment.number, segment.options.slot);
        let device = DescriptorFlags::DEVICE;
        let replaced = segment.options.has(device)
            && self.segments.iter().any(|other| {
                !other.openings.is_empty()
                    && (other.options.has(device) && other.options.slot == slot
                        || other.options.number == Some(number))
            });
        if replaced {
            self.drop_segment(index);
        }
        replaced
    }

    fn take_number(&mut self, index: usize, number: u16, taken: &mut HashMap<u16, usize>) {
        let Some(segment) = self.segments.get(index) else {
            return;
        };
        let device = segment.options.has(DescriptorFlags::DEVICE);
        let devices = abi::SEGMENT_DEVICES..abi::SEGMENT_SYSTEM;
        if let Some(other) = taken.get(&number) {
            let other = self
                .segments
                .get(*other)
                .map(|other| (other.name, other.span));
            let (name, span) = other.unwrap_or(("", None));
            let reason =
                format!("segment number {number} is that of `{name}`, so it cannot be that of");
            self.blame_number(index, reason, span);
        } else if number < abi::SEGMENT_SYSTEM && !(device && devices.contains(&number)) {
            let reason =
                format!("segment number {number} belongs to the machine and cannot be that of");
            self.blame_number(index, reason, None);
        } else if segment.options.system && number >= abi::SYSTEM_LIMIT {
            let reason = format!(
                "segment number {number} is not below 256, which it must be for the system segment"
            );
            self.blame_number(index, reason, None);
        } else {
            taken.insert(number, index);
            if let Some(segment) = self.segments.get_mut(index) {
                segment.number = number;
            }
        }
    }

    /// Reports that a segment cannot have a number, for a reason that ends
    /// in front of its name.
    fn blame_number(&mut self, index: usize, reason: String, other: Option<Span>) {
        let Some(segment) = self.segments.get(index) else {
            return;
        };
        let Some(span) = segment.span else {
            return;
        };
        let message = format!("{reason} `{}`", segment.name);
        let mut diagnostic = Diagnostic::new(Code::SegmentNumber, span, message);
        if let Some(other) = other {
            diagnostic = diagnostic.second(other, "the segment that has it");
        }
        self.report(diagnostic.help("without `number(…)` the assembler chooses a free one"));
    }
}
