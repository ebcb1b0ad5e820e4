//! The segments that every image has, whether its program speaks of them or
//! not: what the machine reads itself, the devices, and the stacks.
//!
//! Invariant: their numbers are those of `isa::abi`.

use isa::address::PAGE_SIZE;
use isa::{Brackets, DescriptorFlags, Ring, SegmentNumber, abi};

use crate::segment::{Segment, SegmentOptions};
use crate::unit::Unit;

/// The bytes of the stack of ring 0 in a program that the start-up code starts.
const INNER_STACK: u64 = 8192;

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
            let stack = read | write | DescriptorFlags::HOLD;
            let SegmentNumber(number) = abi::stack_segment(Ring::KERNEL);
            add("stack0", number, stack, inner, INNER_STACK, 0);
            let SegmentNumber(number) = abi::stack_segment(abi::PROGRAM_RING);
            add("stack4", number, stack, outer, abi::STACK_SIZE, 0);
        }
    }
}
