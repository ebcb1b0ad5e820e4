//! Which image each machine of a nest runs, so that what it does has names.
//!
//! Invariant: it only looks. Until a guest has run, it has the names of the image that its host carries in a segment, which is
//! how hypervisors come by their guests. From then on it has names only of what was found in its memory: of an image whose
//! text it runs, or where its text is a copy of some of an image. Each text is compared when the guest first comes to it.

mod carried;
mod text;

use std::collections::{BTreeSet, HashSet};

use assembler::image::{Image, Part};
use isa::machine::Machine;
use isa::{Capability, DescriptorFlags};

use crate::names::Names;
use carried::Carried;
use text::Text;

/// With so many guests, all are forgotten and met anew.
const GUESTS: usize = 1024;

/// The images of a nest, by level.
#[derive(Clone, Debug)]
pub struct Images<'a> {
    outermost: &'a Image,
    carried: Vec<Carried>,
    /// The guests that were met.
    guests: Vec<Guest>,
    /// Which of them was last met at each level, from level 1.
    current: Vec<usize>,
    /// How many machines were live when they were last looked at.
    live: usize,
    unknown: Image,
}

/// A guest that was met.
#[derive(Clone, Debug)]
struct Guest {
    /// Its window and those of the machines around it, the outermost first: what tells it from other guests.
    windows: Vec<Capability>,
    known: Known,
    /// The segments with text that was found to be that of its image.
    compared: BTreeSet<u16>,
    /// The segments that are copies.
    copies: Vec<Copied>,
    /// The segments and instructions for which a text was looked for.
    tried: HashSet<(u16, u64)>,
}

/// What is known of a guest.
#[derive(Clone, Debug)]
enum Known {
    /// Nothing was seen of it yet.
    Nothing,
    /// It runs this image.
    Image(usize),
    /// It has copies of some of images, which are together here.
    Copies(Image),
}

/// A segment of a guest that is a copy of some of an image.
#[derive(Clone, Copy, Debug)]
struct Copied {
    /// The number that the segment has in the guest.
    segment: u16,
    /// The image, and the number that the segment has there.
    of: (usize, u16),
    /// The offset there of its first byte, and how many bytes it has.
    from: u64,
    size: usize,
}

impl<'a> Images<'a> {
    /// Those of a nest whose outermost machine runs this image.
    pub fn of(outermost: &'a Image) -> Images<'a> {
        Images {
            outermost,
            carried: carried::all(outermost),
            guests: Vec::new(),
            current: Vec::new(),
            live: 1,
            unknown: Image::default(),
        }
    }

    /// Looks at what the guests that are live are about to run. Whoever names guests calls this whenever they may have
    /// come to other text, which is after each step.
    pub fn meet(&mut self, machine: &Machine) {
        let live = machine.levels();
        let changed = self.tell_apart(machine);
        // A host is at its `vmrun` as long as it has the same guest.
        let first = if live == self.live {
            changed.min(live - 1)
        } else {
            1
        };
        self.live = live;
        for level in first.max(1)..live {
            // One that has only begun may be another machine than was there before.
            if machine.level_clock(level).is_some_and(|clock| clock <= 1) {
                self.replace(level);
            }
            if let Some(text) = Text::next(machine, level) {
                self.meet_text(&text);
            }
        }
    }

    /// Finds out which guest each level has. The first level that has another one than before.
    fn tell_apart(&mut self, machine: &Machine) -> usize {
        if self.guests.len() >= GUESTS {
            self.guests.clear();
            self.current.clear();
        }
        let live = machine.levels();
        let window = |level| machine.level_window(level).unwrap_or(Capability::NULL);
        let is_same = |level: usize| {
            let guest = self.current.get(level - 1);
            let guest = guest.and_then(|guest| self.guests.get(*guest));
            guest.and_then(|guest| guest.windows.last()) == Some(&window(level))
        };
        let changed = (1..live).find(|level| !is_same(*level)).unwrap_or(live);
        for level in changed..live {
            self.current.truncate(level - 1);
            let windows: Vec<Capability> = (1..=level).map(window).collect();
            // Of several in the same place it is the last one.
            let met = self
                .guests
                .iter()
                .rposition(|guest| guest.windows == windows);
            let number = met.unwrap_or_else(|| {
                self.guests.push(Guest::new(windows));
                self.guests.len() - 1
            });
            self.current.push(number);
        }
        changed
    }

    /// Has another guest at a level than the one that is known there.
    fn replace(&mut self, level: usize) {
        let known = self.met(level);
        let known = known.filter(|guest| !matches!(guest.known, Known::Nothing));
        let Some(windows) = known.map(|guest| guest.windows.clone()) else {
            return;
        };
        let number = self.guests.len();
        self.guests.push(Guest::new(windows));
        if let Some(current) = self.current.get_mut(level - 1) {
            *current = number;
        }
    }

    fn meet_text(&mut self, text: &Text<'_>) {
        let number = text.segment.0;
        let image = self.at(text.level);
        let word = image.segment(number).map(|segment| text.word_in(segment));
        let is_here = word == Some(Some(text.word));
        let is_behind = word == Some(None);
        let descriptor = image.descriptor(number);
        let may_change = descriptor.is_some_and(|found| found.has(DescriptorFlags::WRITE));
        let Some(guest) = self.met(text.level) else {
            return;
        };
        let is_compared = guest.compared.contains(&number);
        if is_here && is_compared || guest.tried.contains(&(number, text.word)) {
            return;
        }
        let found = match self.image_of_text(text) {
            Some(image) => Some(Found::Image(image)),
            None => self.copied(text).map(Found::Copy),
        };
        // Of text that can be written an instruction may well be another, and behind a text there may be anything.
        let stays = found.is_none() && is_compared && (may_change || is_behind);
        let is_unknown = matches!(guest.known, Known::Copies(_)) && !is_compared;
        let copies = match found {
            Some(Found::Image(_)) => None,
            None if stays || is_unknown => None,
            None | Some(Found::Copy(_)) => {
                let mut copies = self.copies(guest);
                copies.retain(|copied| copied.segment != number);
                if let Some(Found::Copy(copied)) = found {
                    copies.push(copied);
                }
                Some((self.joined(&copies), copies))
            }
        };
        let guest = self.guest_at(text.level);
        let Some(guest) = guest.and_then(|guest| self.guests.get_mut(guest)) else {
            return;
        };
        if found.is_some() {
            // What was not found for another text may be found for one that comes here later.
            guest.tried.retain(|(segment, _)| *segment != number);
        }
        guest.tried.insert((number, text.word));
        if let Some(Found::Image(image)) = found {
            guest.run(image, number);
        }
        if let Some((joined, copies)) = copies {
            guest.have(copies, joined);
        }
    }

    /// The carried image that has this text as a segment of the same number: that which the guest runs already, or one that
    /// its host carries, or any.
    fn image_of_text(&self, text: &Text<'_>) -> Option<usize> {
        let own = self.met(text.level);
        let own = match own.map(|guest| &guest.known) {
            Some(Known::Image(image)) => Some(*image),
            _ => None,
        };
        let host = self.source(text.level - 1);
        let all = || self.carried.iter().zip(1..);
        let carried = |number: usize| all().filter(move |(_, at)| *at == number);
        let by_host = all().filter(|(carried, _)| Some(carried.by) == host);
        let groups: [Vec<(&Carried, usize)>; 3] = [
            carried(own.unwrap_or(0)).collect(),
            by_host.collect(),
            all().collect(),
        ];
        groups.into_iter().find_map(|group| {
            let mut same = group
                .into_iter()
                .filter(|(carried, _)| text.is_of(&carried.image));
            let first = same.next()?;
            let rest: Vec<_> = same.collect();
            // Programs have their start-up code in common: then all that does not change tells them apart.
            let mut alike = [first].into_iter().chain(rest.iter().copied());
            let whole = match rest.is_empty() {
                true => None,
                false => alike.find(|(carried, _)| text.is_beside_all_of(&carried.image)),
            };
            Some(whole.unwrap_or(first).1)
        })
    }

    /// Where in the texts of images there is one that this is a copy of.
    fn copied(&self, text: &Text<'_>) -> Option<Copied> {
        self.all().zip(0..).find_map(|(image, of)| {
            let part = text.part_of(image)?;
            Some(Copied {
                segment: text.segment.0,
                of: (of, part.segment.number),
                from: part.offset,
                size: part.bytes.len(),
            })
        })
    }

    /// What of a guest was found to be some of images.
    fn copies(&self, guest: &Guest) -> Vec<Copied> {
        let Known::Image(of) = guest.known else {
            return guest.copies.clone();
        };
        let segments = guest.compared.iter().filter_map(|number| {
            let size = self.image(of)?.segment(*number)?.bytes.len();
            Some(Copied {
                segment: *number,
                of: (of, *number),
                from: 0,
                size,
            })
        });
        segments.collect()
    }

    /// An image of these copies, as far as they do not have the same names.
    fn joined(&self, copies: &[Copied]) -> Image {
        let mut joined = Image::default();
        for copied in copies {
            let (of, number) = copied.of;
            let with = self.image(of).and_then(|image| {
                let segment = image.segment(number)?;
                let begin = usize::try_from(copied.from).ok()?;
                let bytes = segment.bytes.get(begin..)?.get(..copied.size)?;
                let offset = copied.from;
                let part = Part {
                    segment,
                    offset,
                    bytes,
                };
                joined.with_part_of(image, part, copied.segment).ok()
            });
            joined = with.unwrap_or(joined);
        }
        joined
    }

    /// The image from which an address of a level has its name, and the address there.
    pub(crate) fn original(&self, level: usize, address: u64) -> Option<(usize, u64)> {
        let guest = self.met(level);
        match guest.map(|guest| (&guest.known, &guest.copies)) {
            Some((Known::Copies(_), copies)) => {
                let segment = (address >> 32) as u16;
                let copied = copies.iter().find(|copied| copied.segment == segment)?;
                let offset = copied.from + (address & u64::from(u32::MAX));
                Some((copied.of.0, u64::from(copied.of.1) << 32 | offset))
            }
            _ => Some((self.source(level)?, address)),
        }
    }

    /// The image of a level; one of nothing where it is not known.
    pub fn at(&self, level: usize) -> &Image {
        self.image_of(level, self.guest_at(level))
    }

    /// The number of the guest that was last met at a level.
    pub(crate) fn guest_at(&self, level: usize) -> Option<usize> {
        self.current.get(level.checked_sub(1)?).copied()
    }

    fn met(&self, level: usize) -> Option<&Guest> {
        self.guest_at(level)
            .and_then(|guest| self.guests.get(guest))
    }

    /// The image of a level when it had this guest.
    pub(crate) fn image_of(&self, level: usize, guest: Option<usize>) -> &Image {
        let guest = guest.and_then(|guest| self.guests.get(guest));
        let image = match guest.map(|guest| &guest.known) {
            Some(Known::Copies(image)) => Some(image),
            Some(Known::Image(image)) => self.image(*image),
            Some(Known::Nothing) | None => self.expected(level).and_then(|of| self.image(of)),
        };
        image.unwrap_or(&self.unknown)
    }

    /// All that there are, from the outermost.
    pub fn all(&self) -> impl Iterator<Item = &Image> {
        let carried = self.carried.iter().map(|carried| &carried.image);
        std::iter::once(self.outermost).chain(carried)
    }

    /// Those that a level may come to run: what it runs, or if nothing was seen of it, what its host carries.
    pub(crate) fn possible(&self, level: usize) -> Vec<&Image> {
        let guest = self.met(level);
        let is_met = guest.is_some_and(|guest| !matches!(guest.known, Known::Nothing));
        match is_met || level == 0 {
            true => vec![self.at(level)],
            false => self
                .candidates(level)
                .filter_map(|of| self.image(of))
                .collect(),
        }
    }

    /// The names of a level.
    pub(crate) fn names(&self, level: usize) -> Names<'_> {
        Names {
            image: self.at(level),
        }
    }

    fn image(&self, number: usize) -> Option<&Image> {
        match number.checked_sub(1) {
            None => Some(self.outermost),
            Some(carried) => self.carried.get(carried).map(|carried| &carried.image),
        }
    }

    /// The image that a level runs, or is taken to run before it was seen to.
    fn source(&self, level: usize) -> Option<usize> {
        let guest = self.met(level);
        match guest.map(|guest| &guest.known) {
            Some(Known::Image(image)) => Some(*image),
            Some(Known::Copies(_)) => None,
            Some(Known::Nothing) | None => self.expected(level),
        }
    }

    /// The image that a level is taken to run before it was seen to.
    fn expected(&self, level: usize) -> Option<usize> {
        self.candidates(level).next()
    }

    /// What the image of a level's host carries; of an unknown host, what is carried as deep.
    fn candidates(&self, level: usize) -> impl Iterator<Item = usize> {
        let host = level.checked_sub(1).map(|host| self.source(host));
        let is_one = move |carried: &Carried| match host {
            None => false,
            Some(Some(host)) => carried.by == host,
            Some(None) => carried.level == level,
        };
        let outermost = (level == 0).then_some(0);
        let carried = self.carried.iter().zip(1..);
        let carried = carried.filter(move |(carried, _)| is_one(carried));
        outermost
            .into_iter()
            .chain(carried.map(|(_, number)| number))
    }
}

/// Where the text of a guest was found.
#[derive(Clone, Copy, Debug)]
enum Found {
    Image(usize),
    Copy(Copied),
}

impl Guest {
    /// It runs an image, of which it has the text in this segment.
    fn run(&mut self, image: usize, text: u16) {
        if !matches!(self.known, Known::Image(before) if before == image) {
            self.compared.clear();
            self.copies.clear();
            self.known = Known::Image(image);
        }
        self.compared.insert(text);
    }

    /// It has these copies and nothing else that is known; all of them together are an image.
    fn have(&mut self, copies: Vec<Copied>, joined: Image) {
        self.compared = copies.iter().map(|copied| copied.segment).collect();
        self.copies = copies;
        self.known = Known::Copies(joined);
    }

    fn new(windows: Vec<Capability>) -> Guest {
        Guest {
            windows,
            known: Known::Nothing,
            compared: BTreeSet::new(),
            copies: Vec::new(),
            tried: HashSet::new(),
        }
    }
}
