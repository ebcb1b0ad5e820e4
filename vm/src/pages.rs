//! What is known of each page of real memory, a byte a page, so that a plain store looks at one byte.
//!
//! Invariant: a page with a tag in it has [`TAGS`], one from which instructions were decoded [`CODE`], one that holds a
//! map that something was derived from [`MAP`], one that is another machine's [`FOREIGN`]. A bit may be set without need.

use isa::address::{PAGE_SIZE, Real};
use isa::machine::memory::Memory;

use crate::fault::{Fault, Planted};

/// A granule of the page may be tagged.
pub(crate) const TAGS: u8 = 1;
/// Instructions were decoded from the page.
pub(crate) const CODE: u8 = 2;
/// A descriptor or page word in the page was used for what is remembered.
pub(crate) const MAP: u8 = 4;
/// The page is not the machine's own.
pub(crate) const FOREIGN: u8 = 8;

/// The summaries of a memory.
pub(crate) struct Pages {
    /// One more than there are pages, so that two can always be read at once.
    summary: Vec<u8>,
    /// Whether labels in the page were looked at for what is remembered. No store changes a label.
    labels: Vec<bool>,
    /// The pages of which one or the other was noted.
    noted: Vec<u64>,
    planted: Planted,
}

impl Pages {
    /// Looks at all pages.
    pub(crate) fn of(memory: &Memory, planted: Planted) -> Pages {
        let count = (memory.size() / PAGE_SIZE) as usize;
        let mut pages = Pages {
            summary: vec![0; count + 1],
            labels: vec![false; count],
            noted: Vec::new(),
            planted,
        };
        for page in 0..count as u64 {
            pages.look(memory, page);
        }
        pages
    }

    /// Looks at a page anew: for tags, and whose it is. Says whether it is another machine's than before.
    pub(crate) fn look(&mut self, memory: &Memory, page: u64) -> bool {
        let at = Real(page * PAGE_SIZE);
        let Some(summary) = self.summary.get_mut(page as usize) else {
            return false;
        };
        let before = *summary;
        *summary &= !(TAGS | FOREIGN);
        if memory.has_tags(at) {
            *summary |= TAGS;
        }
        if memory.owner(at) != 0 {
            *summary |= FOREIGN;
        }
        (before ^ *summary) & FOREIGN != 0
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

    /// Notes that something is derived from a map in the page.
    pub(crate) fn note_map(&mut self, page: u64) {
        if self.get(page) & MAP == 0 {
            self.set(page, MAP);
            self.noted.push(page);
        }
    }

    /// Notes that something is derived from the labels in the page.
    pub(crate) fn note_labels(&mut self, page: u64) {
        if let Some(noted) = self.labels.get_mut(page as usize)
            && !*noted
            && !self.planted.is(Fault::StaleLabel)
        {
            *noted = true;
            self.noted.push(page);
        }
    }

    /// Whether something that is remembered was derived from the maps or the labels of the page.
    pub(crate) fn is_remembered(&self, page: u64) -> bool {
        self.get(page) & MAP != 0 || self.labels.get(page as usize).copied().unwrap_or(false)
    }

    /// Nothing is remembered any more that was derived from maps or labels.
    pub(crate) fn forget(&mut self) {
        for page in std::mem::take(&mut self.noted) {
            self.clear(page, MAP);
            if let Some(noted) = self.labels.get_mut(page as usize) {
                *noted = false;
            }
        }
    }

    /// Where the summaries are on the host.
    pub(crate) fn raw(&mut self) -> *mut u8 {
        self.summary.as_mut_ptr()
    }
}
