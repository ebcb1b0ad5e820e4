//! Memory in which what is beside a page cannot be touched: whoever goes astray dies at once, by a signal.
//!
//! Tests of the fast engine are built with it; no program that users run has it. [`Pages`] are pages of guest memory,
//! [`Row`] is a row of anything, of decoded instructions say.
//!
//! Invariant: between any two pages, and in front of and behind everything, is a page that can be neither read nor
//! written.

#![allow(unsafe_code, reason = "it maps memory")]

use std::cell::Cell;
use std::io;
use std::ops::Deref;
use std::ptr::NonNull;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

/// The bytes of a page.
pub const PAGE: usize = 4096;

/// The bytes from one page of [`Pages`] to the next.
pub const DISTANCE: usize = 2 * PAGE;

/// A range of addresses of the host, of which nothing can be touched before it is opened.
struct Range {
    first: NonNull<u8>,
    bytes: usize,
}

impl Range {
    fn new(bytes: usize) -> io::Result<Range> {
        if rustix::param::page_size() != PAGE {
            return Err(io::Error::other("the pages of this host have another size"));
        }
        // SAFETY: without an address the host takes a range that nobody has.
        let first = unsafe {
            mmap_anonymous(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::empty(),
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        }?;
        let first = NonNull::new(first.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Range { first, bytes })
    }

    /// The byte at an offset, which is in the range.
    fn at(&self, offset: usize) -> *mut u8 {
        self.first.as_ptr().wrapping_add(offset)
    }

    /// Lets bytes be read and written, which are zero.
    fn open(&self, offset: usize, bytes: usize) -> io::Result<()> {
        assert!(offset + bytes <= self.bytes);
        // SAFETY: the range is ours, and no reference into it exists that could be contradicted by more being allowed.
        unsafe {
            mprotect(
                self.at(offset).cast(),
                bytes,
                MprotectFlags::READ | MprotectFlags::WRITE,
            )
        }?;
        Ok(())
    }
}

impl Drop for Range {
    fn drop(&mut self) {
        // SAFETY: the range is ours; whoever holds it hands out nothing that outlives it.
        let unmapped = unsafe { munmap(self.first.as_ptr().cast(), self.bytes) };
        debug_assert!(unmapped.is_ok());
    }
}

/// Pages of bytes, [`DISTANCE`] from one another.
pub struct Pages {
    range: Range,
    count: usize,
}

impl Pages {
    /// So many pages of zeros.
    ///
    /// # Errors
    /// When the host has no room for them, or pages of another size.
    pub fn new(count: usize) -> io::Result<Pages> {
        let bytes = count
            .checked_mul(DISTANCE)
            .and_then(|bytes| bytes.checked_add(PAGE));
        let range = Range::new(bytes.ok_or(io::ErrorKind::OutOfMemory)?)?;
        for number in 0..count {
            range.open(PAGE + number * DISTANCE, PAGE)?;
        }
        Ok(Pages { range, count })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Where the first one is.
    pub fn first(&mut self) -> *mut u8 {
        self.range.at(PAGE)
    }

    /// The bytes of a page.
    pub fn page(&self, number: usize) -> Option<&[u8; PAGE]> {
        let place = self.range.at(PAGE + number.checked_mul(DISTANCE)?);
        // SAFETY: the page is open and initialised, and nobody changes it as long as `self` is borrowed.
        (number < self.count).then(|| unsafe { &*place.cast() })
    }

    /// The bytes of a page, to be changed.
    pub fn page_mut(&mut self, number: usize) -> Option<&mut [u8; PAGE]> {
        let place = self.range.at(PAGE + number.checked_mul(DISTANCE)?);
        // SAFETY: as for `page`, and nobody else has it.
        (number < self.count).then(|| unsafe { &mut *place.cast() })
    }
}

// SAFETY: the range belongs to this value alone, and is reached through its borrows only.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

/// Values in a row, the last of which ends where nothing can be touched any more.
pub struct Row<T: Copy> {
    first: *const Cell<T>,
    count: usize,
    /// Unmapped with the row.
    _range: Range,
}

impl<T: Copy> Row<T> {
    /// So many values, each made from its number.
    ///
    /// # Errors
    /// When the host has no room for them, or pages of another size.
    pub fn new(count: usize, value: impl Fn(usize) -> T) -> io::Result<Row<T>> {
        let too_much = io::ErrorKind::OutOfMemory;
        let bytes = count.checked_mul(size_of::<T>()).ok_or(too_much)?;
        let open = bytes.checked_next_multiple_of(PAGE).ok_or(too_much)?;
        let range = Range::new(open.checked_add(2 * PAGE).ok_or(too_much)?)?;
        if open > 0 {
            range.open(PAGE, open)?;
        }
        let first = range.at(PAGE + open - bytes).cast::<Cell<T>>();
        assert!(first.is_aligned());
        for number in 0..count {
            // SAFETY: the place is in the open part, and nothing refers to it yet.
            unsafe { first.add(number).write(Cell::new(value(number))) };
        }
        Ok(Row {
            first,
            count,
            _range: range,
        })
    }
}

impl<T: Copy> Deref for Row<T> {
    type Target = [Cell<T>];

    fn deref(&self) -> &[Cell<T>] {
        // SAFETY: so many values were written there, and they stay until the row is dropped.
        unsafe { std::slice::from_raw_parts(self.first, self.count) }
    }
}
