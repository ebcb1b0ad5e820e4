//! Where the pages of a guest are in the memory of the outermost machine, as far as an engine has this remembered.
//!
//! The specification by itself remembers nothing: here is something only while an engine lends the machine a
//! [`Composition`] of its own, and the machine that comes of it is the same.
//!
//! Invariant: what is kept was said by the rule of access at every level. It holds for one chain of levels, as long as
//! nothing changes in the pages that were read as maps for it, and as long as no page gets an owner further out than the
//! leaf. Whoever lends it sees to this.

use std::cell::{Cell, RefCell};

use crate::address::{PAGE_SIZE, Real};

/// A page may be loaded from.
const LOADS: u64 = 1;
/// A page may be stored to.
const STORES: u64 = 2;
/// The chain of nobody.
const NO_CHAIN: u64 = u64::MAX;

/// The pages of the leaf that hosts have let it use so far.
#[derive(Debug)]
pub struct Composition {
    /// The number of the chain for which it holds; see [`super::Machine::chain_changes`].
    chain: u64,
    /// By page of the leaf: the page of the outermost memory, and what hosts allow there; 0 where nothing is known.
    pages: Vec<Cell<u64>>,
    /// The pages of the outermost memory that were read as maps for it, until somebody takes them.
    maps: RefCell<Vec<u64>>,
}

impl Default for Composition {
    fn default() -> Composition {
        Composition {
            chain: NO_CHAIN,
            pages: Vec::new(),
            maps: RefCell::default(),
        }
    }
}

impl Composition {
    /// Has it hold for this chain, whose leaf has so many bytes of memory.
    pub fn hold(&mut self, chain: u64, memory_size: u64) {
        self.chain = chain;
        let pages = (memory_size / PAGE_SIZE) as usize;
        self.pages.resize(pages, Cell::new(0));
    }

    /// Has it hold for nothing, for as long as others may change the machine.
    pub fn rest(&mut self) {
        self.chain = NO_CHAIN;
    }

    /// Forgets all pages.
    pub fn clear(&mut self) {
        self.pages.clear();
        self.chain = NO_CHAIN;
    }

    /// Whether maps were read since they were taken last.
    #[inline]
    pub fn has_maps(&mut self) -> bool {
        !self.maps.get_mut().is_empty()
    }

    /// Gives the pages of the outermost memory that were read as maps since the last call.
    pub fn take_maps(&mut self, each: impl FnMut(u64)) {
        self.maps.get_mut().drain(..).for_each(each);
    }

    /// Whether it holds for this chain.
    #[inline]
    pub(super) fn is_of(&self, chain: u64) -> bool {
        self.chain == chain
    }

    /// The page of the outermost memory, if this is known.
    #[inline]
    pub(super) fn get(&self, page: Real, stores: bool) -> Option<Real> {
        let known = self.pages.get((page.0 / PAGE_SIZE) as usize)?.get();
        (known & right(stores) != 0).then_some(Real(known & !(LOADS | STORES)))
    }

    /// Keeps what hosts said of a page, and which maps they read for it.
    pub(super) fn keep(&self, page: Real, stores: bool, outermost: Real, maps: &[u64]) {
        let Some(place) = self.pages.get((page.0 / PAGE_SIZE) as usize) else {
            return;
        };
        place.set(place.get() | right(stores) | outermost.0);
        self.maps.borrow_mut().extend_from_slice(maps);
    }
}

fn right(stores: bool) -> u64 {
    match stores {
        true => STORES,
        false => LOADS,
    }
}
