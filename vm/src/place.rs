//! Where bytes of real memory are from the first one on the host, and which page and which granule is there.
//!
//! Invariant: a place is inside memory if it came from [`of`] an address that is. Memory lies in a row; with the feature
//! `guarded`, for tests, each page lies by itself, and windows and spans end where it ends.

use isa::address::{GRANULE_SIZE, PAGE_SIZE};

/// The pages of memory are a row of bytes on the host, so what is said of several of them can be used as one.
pub(crate) const IN_A_ROW: bool = cfg!(not(feature = "guarded"));

/// The bytes from a page to the next.
#[cfg(not(feature = "guarded"))]
const DISTANCE: u64 = PAGE_SIZE;
#[cfg(feature = "guarded")]
const DISTANCE: u64 = guard::DISTANCE as u64;

/// The place of a real address.
pub(crate) const fn of(real: u64) -> u64 {
    real / PAGE_SIZE * DISTANCE + real % PAGE_SIZE
}

/// The number of the page at a place.
#[inline(always)]
pub(crate) const fn page(place: usize) -> usize {
    place / DISTANCE as usize
}

/// The number of the granule at a place.
#[inline(always)]
pub(crate) const fn granule(place: usize) -> usize {
    const GRANULE: usize = GRANULE_SIZE as usize;
    if IN_A_ROW {
        return place / GRANULE;
    }
    page(place) * (PAGE_SIZE as usize / GRANULE) + place % PAGE_SIZE as usize / GRANULE
}

/// The byte and the bit in it that a granule has, in bits that lie in a row from the lowest of the first byte on.
#[inline(always)]
pub(crate) fn bit(granule: usize) -> (usize, u8) {
    /// The bits of a byte.
    static WITH: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
    (granule / 8, WITH[granule % 8])
}
