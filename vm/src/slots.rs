//! The decoded instructions of a span, where operations find them by pointers.
//!
//! Invariant: slots stay where they are until all of them are dropped, and are changed only while no operation runs, through
//! cells: so a pointer to the first one leads to all of them for as long.

use std::cell::Cell;

use crate::code::Insn;

/// A row of slots.
pub(crate) struct Slots(Vec<Cell<Insn>>);

impl Slots {
    /// So many slots, each filled by its number.
    pub(crate) fn new(count: u64, fill: impl Fn(u64) -> Insn) -> Slots {
        Slots((0..count).map(|index| Cell::new(fill(index))).collect())
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
