//! What is known of each page of real memory: a byte a page, so that a plain store looks at one byte, and behind it who
//! remembers something of the page.
//!
//! Invariant: a page with a tag in it has [`TAGS`], one from which instructions were decoded [`CODE`], one that holds a
//! map that something was derived from [`MAP`]. A bit may be set without need.

use isa::address::{PAGE_SIZE, Real};
use isa::machine::memory::Memory;

use crate::fault::{Fault, Planted};

/// A granule of the page may be tagged.
pub(crate) const TAGS: u8 = 1;
/// Instructions were decoded from the page.
pub(crate) const CODE: u8 = 2;
/// A descriptor or page word in the page was used for what is remembered.
pub(crate) const MAP: u8 = 4;

/// How many machines of a nest there is something remembered of. Those that are deeper share the last place.
pub(crate) const KEPT: usize = u64::BITS as usize;

/// What was derived from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Derived {
    /// What a machine's own maps and labels say.
    Own,
    /// Where the pages of a guest are, by the maps of its hosts.
    Outward,
}

/// For each page, the places of those who remember something of it, a bit each; and for each place, its pages.
struct Notes {
    of_page: Vec<u64>,
    by_place: Vec<Vec<u64>>,
}

impl Notes {
    fn new(pages: usize) -> Notes {
        Notes {
            of_page: vec![0; pages],
            by_place: vec![Vec::new(); KEPT],
        }
    }

    fn of(&self, page: u64) -> u64 {
        self.of_page.get(page as usize).copied().unwrap_or(0)
    }

    fn note(&mut self, page: u64, place: usize) {
        let bit = 1 << place;
        if let (Some(known), Some(noted)) = (
            self.of_page.get_mut(page as usize),
            self.by_place.get_mut(place),
        ) && *known & bit == 0
        {
            *known |= bit;
            noted.push(page);
        }
    }
}

/// The summaries of a memory.
pub(crate) struct Pages {
    /// One more than there are pages, so that two can always be read at once.
    summary: Vec<u8>,
    /// The owners as they were when they were looked at last.
    owners: Vec<u16>,
    /// By [`Derived`].
    notes: [Notes; 2],
    planted: Planted,
}

impl Pages {
    /// Looks at all pages.
    pub(crate) fn of(memory: &Memory, planted: Planted) -> Pages {
        let count = (memory.size() / PAGE_SIZE) as usize;
        let mut pages = Pages {
            summary: vec![0; count + 1],
            owners: vec![0; count],
            notes: [Notes::new(count), Notes::new(count)],
            planted,
        };
        for page in 0..count as u64 {
            pages.look(memory, page);
        }
        pages
    }

    /// Looks at a page anew: for tags, and whose it is. If it is another machine's than before, gives the outer of the two
    /// levels.
    pub(crate) fn look(&mut self, memory: &Memory, page: u64) -> Option<u16> {
        let at = Real(page * PAGE_SIZE);
        let owner = self.owners.get_mut(page as usize)?;
        let before = std::mem::replace(owner, memory.owner(at));
        let after = *owner;
        self.clear(page, TAGS);
        if memory.has_tags(at) {
            self.set(page, TAGS);
        }
        (before != after).then_some(before.min(after))
    }

    pub(crate) fn get(&self, page: u64) -> u8 {
        self.summary.get(page as usize).copied().unwrap_or(0)
    }

    pub(crate) fn set(&mut self, page: u64, bits: u8) {
        if let Some(summary) = self.summary.get_mut(page as usize) {
            *summary |= bits;
        }
    }

    pub(crate) fn clear(&mut self, page: u64, bits: u8) {
        if let Some(summary) = self.summary.get_mut(page as usize) {
            *summary &= !bits;
        }
    }

    /// Notes that the one at this place derived something from a map in the page.
    pub(crate) fn note_map(&mut self, page: u64, place: usize, derived: Derived) {
        self.set(page, MAP);
        self.notes[derived as usize].note(page, place);
    }

    /// Notes that the one at this place derived something from the labels in the page. No store changes a label.
    pub(crate) fn note_labels(&mut self, page: u64, place: usize) {
        if !self.planted.is(Fault::StaleLabel) {
            self.notes[Derived::Own as usize].note(page, place);
        }
    }

    /// The places of those who remember something that was derived from the maps or the labels of the page, a bit each.
    pub(crate) fn noted(&self, page: u64, derived: Derived) -> u64 {
        self.notes[derived as usize].of(page)
    }

    /// The one at this place remembers nothing of it any more.
    pub(crate) fn forget(&mut self, place: usize, derived: Derived) {
        let mut noted = std::mem::take(&mut self.notes[derived as usize].by_place[place]);
        for page in noted.drain(..) {
            if let Some(known) = self.notes[derived as usize].of_page.get_mut(page as usize) {
                *known &= !(1 << place);
            }
            if self.noted(page, Derived::Own) | self.noted(page, Derived::Outward) == 0 {
                self.clear(page, MAP);
            }
        }
        self.notes[derived as usize].by_place[place] = noted;
    }

    /// Where the summaries are on the host.
    pub(crate) fn raw(&mut self) -> *mut u8 {
        self.summary.as_mut_ptr()
    }
}
