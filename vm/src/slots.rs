//! The decoded instructions of a span, where operations find them by pointers.
//!
//! Invariant: slots stay where they are until all of them are dropped, and are changed only while no operation runs, through
//! cells: so a pointer to the first one leads to all of them for as long.

#[cfg(not(feature = "guarded"))]
use std::cell::Cell;

use crate::code::Insn;

#[cfg(not(feature = "guarded"))]
type Row = Vec<Cell<Insn>>;
/// For tests: nothing can be touched behind the last slot.
#[cfg(feature = "guarded")]
type Row = guard::Row<Insn>;

/// A row of slots.
pub(crate) struct Slots(Row);

impl Slots {
    /// So many slots, each filled by its number.
    pub(crate) fn new(count: u64, fill: impl Fn(u64) -> Insn) -> Slots {
        #[cfg(not(feature = "guarded"))]
        let row = (0..count).map(|index| Cell::new(fill(index))).collect();
        #[cfg(feature = "guarded")]
        #[expect(clippy::expect_used, reason = "only tests have this")]
        let row = Row::new(count as usize, |index| fill(index as u64)).expect("the host has room");
        Slots(row)
    }

    /// Where the first slot is, and behind it the others.
    pub(crate) fn first(&self) -> *const Insn {
        self.0.as_ptr().cast()
    }

    /// What is in a slot.
    pub(crate) fn get(&self, index: u64) -> Insn {
        self.0[index as usize].get()
    }

    /// Fills a slot.
    pub(crate) fn set(&self, index: u64, insn: Insn) {
        self.0[index as usize].set(insn);
    }
}
