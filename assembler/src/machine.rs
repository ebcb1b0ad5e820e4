//! The segments that every image has, whether its program speaks of them or
//! not: what the machine reads itself, the devices, and the stacks.
//!
//! Invariant: their numbers are those of `isa::abi`.

use isa::address::PAGE_SIZE;
use isa::{Brackets, DescriptorFlags, Ring, SegmentNumber, abi};

use crate::diagnostic::{Code, Diagnostic};
use crate::segment::{Segment, SegmentOptions};
use crate::unit::Unit;

/// The bytes of the stack of a ring that is not the program's own, in a program that the start-up code starts.
const OTHER_STACK: u64 = 8192;

/// The names of the segments of the stacks, by ring.
const STACKS: [&str; 8] = [
    "stack0", "stack1", "stack2", "stack3", "stack4", "stack5", "stack6", "stack7",
];

/// The names of the segments of the device slots, in order.
pub(crate) const DEVICES: [&str; 16] = [
    "console", "power", "date", "entropy", "block", "device5", "device6", "device7", "device8",
    "device9", "device10", "device11", "device12", "device13", "device14", "device15",
];

impl<'a> Unit<'a> {
    /// Adds these segments.
    pub(crate) fn machine_segments(&mut self) {
        let read = DescriptorFlags::READ;
        let write = DescriptorFlags::WRITE;
        let inner = Brackets::only(Ring::KERNEL);
        let outer = Brackets::only(abi::PROGRAM_RING);
        let program_reads = Brackets {
            r1: Ring::KERNEL,
            ..outer
        };
        let bare = self.options.bare;
        let mut add = |name, number, flags, rings, length, slot| {
            let options = SegmentOptions {
                rings,
                length,
                slot,
                ..SegmentOptions::new(flags)
            };
            let mut segment = Segment::new(name, None, options);
            segment.number = number;
            self.add_segment(segment);
        };
        let (table, record) = (abi::SEGMENT_DESCRIPTORS, abi::SEGMENT_RESET);
        add("descriptors", table, read | write, inner, 0, 0);
        add("reset", record, read, program_reads, PAGE_SIZE, 0);
        add("relocations", abi::SEGMENT_RELOCATIONS, read, inner, 0, 0);
        for (slot, name) in (0..).zip(DEVICES) {
            if let Some(SegmentNumber(number)) = abi::device_segment(slot) {
                let device = read | write | DescriptorFlags::DEVICE;
                add(name, number, device, outer, 0, slot);
            }
        }
        if !bare {
            for ring in [Ring::KERNEL, abi::PROGRAM_RING] {
                self.add_stack(ring);
            }
        }
    }

    /// Adds the stack of each other ring that runs a segment of the program, for the start-up code to find, unless the
    /// program has a segment of its own in that place.
    pub(crate) fn add_other_stacks(&mut self) {
        if self.options.bare {
            return;
        }
        for ring in Ring::ALL {
            let number = abi::stack_segment(ring).0;
            let runs = |segment: &Segment<'_>| {
                segment.options.has(DescriptorFlags::EXECUTE) && segment.options.rings.r2 == ring
            };
            let there = |segment: &Segment<'_>| {
                segment.number == number || segment.options.number == Some(number)
            };
            if self.segments.iter().any(runs) && !self.segments.iter().any(there) {
                self.add_stack(ring);
            }
        }
    }

    fn add_stack(&mut self, ring: Ring) {
        let Some(name) = STACKS.get(usize::from(ring.number())).copied() else {
            return;
        };
        let SegmentNumber(number) = abi::stack_segment(ring);
        let other = self.segments_by_name.get(name).copied();
        if let Some(span) = other.and_then(|id| self.segment(id)?.span) {
            let message = format!("the stack of ring {ring} needs the name `{name}`");
            let help =
                format!("choose another name, or make it that stack with `number({number})`");
            self.report(Diagnostic::new(Code::ReservedName, span, message).help(help));
            return;
        }
        let flags = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
        let options = SegmentOptions {
            rings: Brackets::only(ring),
            length: match ring {
                abi::PROGRAM_RING => abi::STACK_SIZE,
                _ => OTHER_STACK,
            },
            ..SegmentOptions::new(flags)
        };
        let mut segment = Segment::new(name, None, options);
        segment.number = number;
        self.add_segment(segment);
    }
}
