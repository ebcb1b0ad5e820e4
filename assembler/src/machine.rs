//! The segments that every image has, whether its program speaks of them or
//! not: what the machine reads itself, the devices, and the stacks.
//!
//! Invariant: their numbers are those of `isa::abi`.

use isa::address::PAGE_SIZE;
use isa::{Brackets, DescriptorFlags, Ring, SegmentNumber, abi};

use crate::diagnostic::{Code, Diagnostic};
use crate::segment::{Segment, SegmentOptions};
use crate::unit::{Completeness, Unit};

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

/// A segment that every image has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineSegment {
    pub(crate) name: &'static str,
    pub(crate) number: u16,
    pub(crate) options: SegmentOptions,
}

/// These segments; the stacks are among them in programs that the start-up code
/// starts, that of ring 4 with so many bytes.
pub(crate) fn machine_segments(stack: Option<u64>) -> Vec<MachineSegment> {
    let read = DescriptorFlags::READ;
    let write = DescriptorFlags::WRITE;
    let inner = Brackets::only(Ring::KERNEL);
    let outer = Brackets::only(abi::PROGRAM_RING);
    let program_reads = Brackets {
        r1: Ring::KERNEL,
        ..outer
    };
    let mut segments = Vec::new();
    let mut add = |name, number, flags, rings, length, slot| {
        let options = SegmentOptions {
            rings,
            length,
            slot,
            ..SegmentOptions::new(flags)
        };
        segments.push(MachineSegment {
            name,
            number,
            options,
        });
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
    if let Some(size) = stack {
        segments.extend(stack_of(Ring::KERNEL, OTHER_STACK));
        segments.extend(stack_of(abi::PROGRAM_RING, size));
    }
    segments
}

fn stack_of(ring: Ring, length: u64) -> Option<MachineSegment> {
    let flags = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
    Some(MachineSegment {
        name: STACKS.get(usize::from(ring.number()))?,
        number: abi::stack_segment(ring).0,
        options: SegmentOptions {
            rings: Brackets::only(ring),
            length,
            ..SegmentOptions::new(flags)
        },
    })
}

/// The stack of each other ring that runs one of these segments, for the start-up code to find, unless one of them is in
/// that place. Segments are given by options and number, which is 0 before they have one.
pub(crate) fn other_stacks<'s>(
    segments: impl Iterator<Item = (&'s SegmentOptions, u16)> + Clone,
) -> Vec<MachineSegment> {
    let stacks = Ring::ALL.into_iter().filter_map(|ring| {
        let stack = stack_of(ring, OTHER_STACK)?;
        let runs = |(options, _): (&SegmentOptions, u16)| {
            options.has(DescriptorFlags::EXECUTE) && options.rings.r2 == ring
        };
        let there = |(options, number): (&SegmentOptions, u16)| {
            number == stack.number || options.number == Some(stack.number)
        };
        (segments.clone().any(runs) && !segments.clone().any(there)).then_some(stack)
    });
    stacks.collect()
}

/// What is said of a segment that has the name of such a stack, and what to do about it.
pub(crate) fn stack_name_taken(stack: &MachineSegment) -> (String, String) {
    let MachineSegment {
        name,
        number,
        options,
    } = stack;
    let ring = options.rings.r1;
    (
        format!("the stack of ring {ring} needs the name `{name}`"),
        format!("choose another name, or make it that stack with `number({number})`"),
    )
}

impl Unit<'_> {
    /// Adds these segments.
    pub(crate) fn add_machine_segments(&mut self) {
        let stack = match self.completeness {
            Completeness::Startup { stack } => Some(stack.unwrap_or(abi::STACK_SIZE)),
            _ if self.options.bare => None,
            _ => Some(abi::STACK_SIZE),
        };
        for segment in machine_segments(stack) {
            self.add_machine_segment(segment);
        }
    }

    /// Adds the stacks of other rings that run something.
    pub(crate) fn add_other_stacks(&mut self) {
        if self.options.bare || self.completeness != Completeness::Whole {
            return;
        }
        let segments = self.segments.iter();
        let stacks = other_stacks(segments.map(|segment| (&segment.options, segment.number)));
        for stack in stacks {
            let other = self.segments_by_name.get(stack.name).copied();
            if let Some(span) = other.and_then(|id| self.segment(id)?.span) {
                let (message, help) = stack_name_taken(&stack);
                self.report(Diagnostic::new(Code::ReservedName, span, message).help(help));
                continue;
            }
            self.add_machine_segment(stack);
        }
    }

    fn add_machine_segment(&mut self, segment: MachineSegment) {
        let MachineSegment {
            name,
            number,
            options,
        } = segment;
        let mut segment = Segment::new(name, None, options);
        segment.number = number;
        segment.machine = true;
        self.add_segment(segment);
    }
}
