//! The text that a guest runs, compared with that of images.
//!
//! Invariant: it only looks, and reads no more of a guest than there is of the image.

use assembler::image::{Image, Part, Segment};
use isa::address::{Address, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::machine::Machine;
use isa::{Descriptor, DescriptorFlags, SegmentNumber, abi};

use crate::levels::{real_bytes, word_at};

/// The text that a guest runs.
pub(super) struct Text<'a> {
    machine: &'a Machine,
    pub(super) level: usize,
    pub(super) segment: SegmentNumber,
    /// The offset of the next instruction.
    at: usize,
    /// That instruction.
    pub(super) word: u64,
}

impl<'a> Text<'a> {
    /// What a live level is about to run.
    pub(super) fn next(machine: &'a Machine, level: usize) -> Option<Text<'a>> {
        let pc = machine.level_state(level)?.context.pc;
        Some(Text {
            machine,
            level,
            segment: pc.segment(),
            at: pc.cursor() as usize,
            word: word_at(machine, level, pc)?,
        })
    }

    /// What a segment of an image has where the next instruction is.
    pub(super) fn word_in(&self, segment: &Segment) -> Option<u64> {
        let bytes = segment.bytes.get(self.at..)?;
        bytes.first_chunk().copied().map(u64::from_le_bytes)
    }

    /// Whether it is a segment of an image, of the same number there. Of one that can be written, the next instruction
    /// alone says it.
    pub(super) fn is_of(&self, image: &Image) -> bool {
        let number = self.segment.0;
        let segment = image.segment(number);
        let descriptor = image.descriptor(number);
        let (Some(segment), Some(descriptor)) = (segment, descriptor) else {
            return false;
        };
        let is_text = descriptor.has(DescriptorFlags::EXECUTE);
        let may_change = descriptor.has(DescriptorFlags::WRITE);
        is_text
            && self.word_in(segment) == Some(self.word)
            && (may_change || self.has(self.segment, &segment.bytes))
    }

    /// Whether all segments of an image that nothing can be written to are in the same machine.
    pub(super) fn is_beside_all_of(&self, image: &Image) -> bool {
        let stays = |descriptor: Descriptor| {
            descriptor.has(DescriptorFlags::PRESENT)
                && !descriptor.has(DescriptorFlags::WRITE)
                && !descriptor.has(DescriptorFlags::DEVICE)
        };
        let segments = image.segments().iter();
        let mut constant = segments.filter(|segment| {
            segment.number != abi::SEGMENT_DESCRIPTORS
                && image.descriptor(segment.number).is_some_and(stays)
        });
        constant.all(|segment| self.has(SegmentNumber(segment.number), &segment.bytes))
    }

    /// The part of the texts of an image of which it is a copy.
    pub(super) fn part_of<'i>(&self, image: &'i Image) -> Option<Part<'i>> {
        let is_text = |segment: &&Segment| {
            let descriptor = image.descriptor(segment.number);
            descriptor.is_some_and(|descriptor| descriptor.has(DescriptorFlags::EXECUTE))
        };
        let mut texts = image.segments().iter().filter(is_text);
        texts.find_map(|segment| self.part_of_segment(segment))
    }

    /// The part of a segment of which it is a copy: it begins with the whole of it, or is somewhere in it as a whole.
    fn part_of_segment<'i>(&self, segment: &'i Segment) -> Option<Part<'i>> {
        if self.word_in(segment) == Some(self.word) && self.begins_with(&segment.bytes) {
            let (offset, bytes) = (0, &*segment.bytes);
            return Some(Part {
                segment,
                offset,
                bytes,
            });
        }
        let words = segment.bytes.chunks_exact(INSTRUCTION_SIZE as usize);
        let alike = words
            .zip((0..).step_by(INSTRUCTION_SIZE as usize))
            .filter(|(word, _)| **word == self.word.to_le_bytes());
        let mut begins = alike
            .filter_map(|(_, at): (_, usize)| at.checked_sub(self.at))
            .peekable();
        begins.peek()?;
        let length = self.length(segment.bytes.len());
        begins.find_map(|offset| {
            let bytes = segment.bytes.get(offset..)?.get(..length)?;
            let offset = offset as u64;
            self.begins_with(bytes).then_some(Part {
                segment,
                offset,
                bytes,
            })
        })
    }

    fn begins_with(&self, bytes: &[u8]) -> bool {
        let mut pages = bytes.chunks(PAGE_SIZE as usize).zip(0..);
        pages.all(|(bytes, page)| self.page(self.segment, page, bytes.len()) == Some(bytes))
    }

    /// Whether a segment of the same machine begins with these bytes, as far as its pages are there.
    fn has(&self, segment: SegmentNumber, bytes: &[u8]) -> bool {
        let descriptor = self.machine.level_descriptor(self.level, segment);
        let has_room = descriptor.is_some_and(|found| found.length as usize >= bytes.len());
        let mut pages = bytes.chunks(PAGE_SIZE as usize).zip(0..);
        let is_same = |(bytes, page): (&[u8], u32)| {
            let here = self.page(segment, page, bytes.len());
            here.is_none_or(|here| here == bytes)
        };
        has_room && pages.all(is_same)
    }

    /// How long it is up to the zeros at its end; if that is more than a limit, something more than the limit.
    fn length(&self, limit: usize) -> usize {
        let pages = 0..=(limit as u64 / PAGE_SIZE) as u32;
        let ends = pages.map_while(|page| {
            let bytes = self.page(self.segment, page, PAGE_SIZE as usize)?;
            let last = bytes.iter().rposition(|byte| *byte != 0);
            Some(last.map_or(0, |last| page as usize * PAGE_SIZE as usize + last + 1))
        });
        let descriptor = self.machine.level_descriptor(self.level, self.segment);
        let whole = descriptor.map_or(0, |descriptor| descriptor.length as usize);
        let end = ends.max().unwrap_or(0);
        end.next_multiple_of(INSTRUCTION_SIZE as usize).min(whole)
    }

    /// Bytes at the beginning of a page of a segment.
    fn page(&self, segment: SegmentNumber, page: u32, size: usize) -> Option<&[u8]> {
        let offset = page.checked_mul(PAGE_SIZE as u32)?;
        let place = Address::new(segment, offset);
        real_bytes(self.machine, self.level, place, size as u64)
    }
}
