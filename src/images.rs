//! Which image each machine of a nest runs, so that what it does has names.
//!
//! Invariant: it only looks. A guest is taken to run the image that the image of its host carries in a segment, which is
//! how hypervisors come by their guests, until it runs other text: if that is a copy of text of one of the images, it has
//! the names that are there, else none.

use std::collections::HashSet;

use assembler::image::{Image, Part, Segment};
use isa::address::{Address, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::machine::{MAX_DEPTH, Machine};
use isa::{DescriptorFlags, SegmentNumber};

use crate::levels::{real_bytes, word_at};
use crate::names::Names;
use crate::program::is_image;

/// The images of a nest, by level.
#[derive(Debug)]
pub struct Images<'a> {
    outermost: &'a Image,
    /// Those that were found in one another, from the guest of the outermost machine inward.
    carried: Vec<Image>,
    /// What is known of each guest, from that of the outermost machine inward.
    guests: Vec<Image>,
    unknown: Image,
    /// The segments of guests that are copies.
    copies: Vec<Copied>,
    /// The levels, segments and instructions for which a copied text was looked for.
    tried: HashSet<(usize, u16, u64)>,
    /// How many machines were live when they were last looked at.
    live: usize,
}

/// A segment of a guest that is a copy of some of an image.
#[derive(Clone, Copy, Debug)]
struct Copied {
    /// The level of the guest, and the number that the segment has there.
    at: (usize, u16),
    /// The level of the image, and the number that it has there.
    of: (usize, u16),
    /// The offset there of its first byte.
    from: u64,
}

impl<'a> Images<'a> {
    /// Those of a nest whose outermost machine runs this image.
    pub fn of(outermost: &'a Image) -> Images<'a> {
        let carried = inner(outermost);
        Images {
            outermost,
            guests: carried.clone(),
            carried,
            unknown: Image::default(),
            copies: Vec::new(),
            tried: HashSet::new(),
            live: 1,
        }
    }

    /// Looks at what the guests that are live are about to run. Whoever names guests calls this whenever they may have
    /// come to other text, which is after each step.
    pub fn meet(&mut self, machine: &Machine) {
        let live = machine.levels();
        // A host is at its `vmrun` as long as it has the same guest.
        let first = if live == self.live { live - 1 } else { 1 };
        self.live = live;
        for level in first.max(1)..live {
            if let Some(text) = Text::next(machine, level) {
                self.meet_text(&text);
            }
        }
    }

    fn meet_text(&mut self, text: &Text<'_>) {
        let known = self.at(text.level);
        let number = text.segment.0;
        if known.segment(number).and_then(|known| text.word_in(known)) == Some(text.word)
            || !self.tried.insert((text.level, number, text.word))
        {
            return;
        }
        let known = self.at(text.level);
        let learned = self.all().zip(0..).find_map(|(image, of): (_, usize)| {
            let part = text.part_of(image)?;
            let copied = Copied {
                at: (text.level, number),
                of: (of, part.segment.number),
                from: part.offset,
            };
            Some((known.with_part_of(image, part, number).ok()?, copied))
        });
        let Some((learned, copied)) = learned else {
            return;
        };
        let count = self.guests.len().max(text.level);
        self.guests.resize(count, Image::default());
        if let Some(guest) = self.guests.get_mut(text.level - 1) {
            *guest = learned;
        }
        // What was not found for another text may be found for one that comes here later.
        self.tried
            .retain(|(level, number, _)| (*level, *number) != copied.at);
        self.copies.retain(|known| known.at != copied.at);
        self.copies.push(copied);
    }

    /// The level of the image from which an address of a level has its name, and the address there.
    pub(crate) fn original(&self, level: usize, address: u64) -> (usize, u64) {
        let at = (level, (address >> 32) as u16);
        match self.copies.iter().find(|copied| copied.at == at) {
            None => (level, address),
            Some(Copied { of, from, .. }) => {
                let offset = from + (address & u64::from(u32::MAX));
                (of.0, u64::from(of.1) << 32 | offset)
            }
        }
    }

    /// The image of a level; one of nothing where it is not known.
    pub fn at(&self, level: usize) -> &Image {
        match level.checked_sub(1) {
            None => self.outermost,
            Some(guest) => self.guests.get(guest).unwrap_or(&self.unknown),
        }
    }

    /// All that there are, from the outermost.
    pub fn all(&self) -> impl Iterator<Item = &Image> {
        std::iter::once(self.outermost).chain(&self.carried)
    }

    /// The names of a level.
    pub(crate) fn names(&self, level: usize) -> Names<'_> {
        Names {
            image: self.at(level),
        }
    }
}

/// The images of the guests of a machine that runs this image, from its own guest inward.
fn inner(outermost: &Image) -> Vec<Image> {
    let mut images: Vec<Image> = Vec::new();
    while let Some(image) = carried(images.last().unwrap_or(outermost))
        && (images.len() as u64) < MAX_DEPTH
    {
        images.push(image);
    }
    images
}

/// The image that an image has in a segment.
fn carried(image: &Image) -> Option<Image> {
    let segments = image.segments().iter();
    let mut carried = segments.filter(|segment| is_image(&segment.bytes));
    Image::read(&carried.next()?.bytes).ok()
}

/// The text that a guest runs.
struct Text<'a> {
    machine: &'a Machine,
    level: usize,
    segment: SegmentNumber,
    /// The offset of the next instruction.
    at: usize,
    /// That instruction.
    word: u64,
}

impl<'a> Text<'a> {
    /// What a live level is about to run.
    fn next(machine: &'a Machine, level: usize) -> Option<Text<'a>> {
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
    fn word_in(&self, segment: &Segment) -> Option<u64> {
        let bytes = segment.bytes.get(self.at..)?;
        bytes.first_chunk().copied().map(u64::from_le_bytes)
    }

    /// The part of the texts of an image of which it is a copy.
    fn part_of<'i>(&self, image: &'i Image) -> Option<Part<'i>> {
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
        let pages = bytes.chunks(PAGE_SIZE as usize).zip(0..);
        pages
            .into_iter()
            .all(|(bytes, page)| self.page(page, bytes.len()) == Some(bytes))
    }

    /// How long it is up to the zeros at its end; if that is more than a limit, something more than the limit.
    fn length(&self, limit: usize) -> usize {
        let pages = 0..=(limit as u64 / PAGE_SIZE) as u32;
        let ends = pages.map_while(|page| {
            let bytes = self.page(page, PAGE_SIZE as usize)?;
            let last = bytes.iter().rposition(|byte| *byte != 0);
            Some(last.map_or(0, |last| page as usize * PAGE_SIZE as usize + last + 1))
        });
        let descriptor = self.machine.level_descriptor(self.level, self.segment);
        let whole = descriptor.map_or(0, |descriptor| descriptor.length as usize);
        let end = ends.max().unwrap_or(0);
        end.next_multiple_of(INSTRUCTION_SIZE as usize).min(whole)
    }

    /// Bytes at the beginning of one of its pages.
    fn page(&self, page: u32, size: usize) -> Option<&[u8]> {
        let offset = page.checked_mul(PAGE_SIZE as u32)?;
        let place = Address::new(self.segment, offset);
        real_bytes(self.machine, self.level, place, size as u64)
    }
}
