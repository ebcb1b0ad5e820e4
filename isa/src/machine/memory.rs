//! Real memory: bytes, and out of band for each granule a validity bit and a label, for each page an owner.
//!
//! Invariant: [`Memory::write`] is the only code that changes bytes, and it clears the validity bit of every
//! granule that it touches. So no sequence of data stores, by whatever path, ever makes a tag.

use std::ops::Range;

use bitvec::vec::BitVec;
use thiserror::Error;

use super::bytes::Bytes;
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real};
use crate::label::Label;

/// The largest memory of a machine in bytes, 64 GiB.
pub const MAX_MEMORY: u64 = 64 << 30;

/// The host cannot give a machine as much memory as was asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("a machine with {0} bytes of memory is more than this host can hold")]
pub struct TooMuchMemory(pub u64);

/// A real address beyond the memory of the machine.
#[derive(Copy, Clone, Debug, Error, PartialEq, Eq)]
#[error("real address {0} is outside memory")]
pub struct OutsideMemory(pub Real);

/// The sixteen bytes of a granule and whether they are a capability.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Granule {
    /// The bytes, little-endian.
    pub bits: u128,
    /// The validity bit.
    pub valid: bool,
}

/// The content of one page.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// Its 4096 bytes.
    pub bytes: &'a [u8],
    /// The validity bits of its 256 granules, the first one in the lowest bit of the first word.
    pub valid: &'a [u64],
    /// The labels of its 256 granules.
    pub labels: &'a [u8],
}

/// The memory of one machine. All of it starts as zero bytes, untagged, with label 0, owned by the machine itself.
#[derive(Clone)]
pub struct Memory {
    bytes: Bytes,
    valid: BitVec<u64>,
    labels: Vec<u8>,
    owners: Vec<u16>,
    /// The pages that changed, if somebody wants to know.
    changed: Option<Vec<u64>>,
}

/// Where the parts of a memory lie on the host, for an engine that moves bytes by itself. Each points to the first of
/// its elements; they stay there until the memory is dropped, and are [`Memory::size`] bytes, a bit and a label for
/// each granule, an owner for each page. The elements lie in a row, but that with the feature `guarded` there is as much
/// between a page of bytes and the next as a page has.
#[derive(Clone, Copy, Debug)]
pub struct RawMemory {
    /// The bytes.
    pub bytes: *mut u8,
    /// The validity bits, the lowest granule in the lowest bit of the first word.
    pub valid: *mut u64,
    /// The labels of the granules.
    pub labels: *mut u8,
    /// The owners of the pages.
    pub owners: *mut u16,
}

impl Memory {
    /// Memory of `size` bytes, rounded down to whole pages. Untouched pages cost the host nothing.
    ///
    /// # Errors
    /// When the host cannot reserve as much.
    pub fn new(size: u64) -> Result<Memory, TooMuchMemory> {
        let too_much = || TooMuchMemory(size);
        if size > MAX_MEMORY {
            return Err(too_much());
        }
        let size = usize::try_from(size / PAGE_SIZE * PAGE_SIZE).map_err(|_| too_much())?;
        let granules = size / GRANULE_SIZE as usize;
        Ok(Memory {
            bytes: Bytes::new(size).ok_or_else(too_much)?,
            valid: BitVec::from_vec(vec![0; granules / u64::BITS as usize]),
            labels: vec![0; granules],
            owners: vec![0; size / PAGE_SIZE as usize],
            changed: None,
        })
    }

    /// From now on, remembers which pages change.
    pub fn watch(&mut self) {
        self.changed.get_or_insert_default();
    }

    /// Takes the numbers of the pages of which something may have changed since the last call: bytes, validity bits,
    /// labels or the owner. A page may be named more than once. Nothing without [`Memory::watch`].
    pub fn take_changed(&mut self, mut each: impl FnMut(&mut Memory, u64)) {
        let Some(mut pages) = self.changed.take() else {
            return;
        };
        for page in pages.drain(..) {
            each(self, page);
        }
        self.changed = Some(pages);
    }

    /// Where the parts of this memory are on the host. Whoever writes there keeps the promises of [`Memory::write`]
    /// himself, and names nothing in [`Memory::take_changed`].
    pub fn raw(&mut self) -> RawMemory {
        RawMemory {
            bytes: self.bytes.first(),
            valid: self.valid.as_raw_mut_slice().as_mut_ptr(),
            labels: self.labels.as_mut_ptr(),
            owners: self.owners.as_mut_ptr(),
        }
    }

    /// Notes that something of `size` bytes at `at` changes.
    fn note(&mut self, at: Real, size: u64) {
        if let Some(changed) = &mut self.changed {
            let last = at.0.saturating_add(size.max(1) - 1) / PAGE_SIZE;
            for page in at.0 / PAGE_SIZE..=last {
                if changed.last() != Some(&page) {
                    changed.push(page);
                }
            }
        }
    }

    /// The number of bytes, a multiple of [`PAGE_SIZE`].
    pub fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether `size` bytes from `at` are all in memory.
    pub fn contains(&self, at: Real, size: u64) -> bool {
        at.0.checked_add(size).is_some_and(|end| end <= self.size())
    }

    /// The `size` bytes at `at`, which are in one page.
    ///
    /// # Errors
    /// When they are not all in memory.
    pub fn read(&self, at: Real, size: u64) -> Result<&[u8], OutsideMemory> {
        self.range(at, size)
            .and_then(|range| self.bytes.get(range.start, range.len()))
            .ok_or(OutsideMemory(at))
    }

    /// The little-endian 64-bit word at `at`.
    ///
    /// # Errors
    /// When it is not all in memory.
    pub fn read_word(&self, at: Real) -> Result<u64, OutsideMemory> {
        let mut word = [0; 8];
        word.copy_from_slice(self.read(at, 8)?);
        Ok(u64::from_le_bytes(word))
    }

    /// Store bytes, and clear the validity bit of every granule that they touch; labels and owners stay.
    ///
    /// # Errors
    /// When they do not all fit in memory; then nothing is written.
    pub fn write(&mut self, at: Real, bytes: &[u8]) -> Result<(), OutsideMemory> {
        let range = self
            .range(at, bytes.len() as u64)
            .ok_or(OutsideMemory(at))?;
        let granules =
            range.start / GRANULE_SIZE as usize..range.end.div_ceil(GRANULE_SIZE as usize);
        self.note(at, bytes.len() as u64);
        if !range.is_empty() {
            self.bytes.set(range.start, bytes);
            self.valid[granules].fill(false);
        }
        Ok(())
    }

    /// Where `size` bytes from `at` are in `bytes`, when they all are.
    fn range(&self, at: Real, size: u64) -> Option<Range<usize>> {
        if !self.contains(at, size) {
            return None;
        }
        let start = usize::try_from(at.0).ok()?;
        Some(start..start + usize::try_from(size).ok()?)
    }

    /// The granule that holds the byte at `at`.
    ///
    /// # Errors
    /// When it is outside memory.
    pub fn granule(&self, at: Real) -> Result<Granule, OutsideMemory> {
        let mut bits = [0; GRANULE_SIZE as usize];
        bits.copy_from_slice(self.read(granule_start(at), GRANULE_SIZE)?);
        Ok(Granule {
            bits: u128::from_le_bytes(bits),
            valid: self.is_valid(at),
        })
    }

    /// Store a whole granule with its validity bit; its label stays.
    ///
    /// # Errors
    /// When it is outside memory; then nothing is written.
    pub fn set_granule(&mut self, at: Real, granule: Granule) -> Result<(), OutsideMemory> {
        self.write(granule_start(at), &granule.bits.to_le_bytes())?;
        self.set_valid(at, granule.valid);
        Ok(())
    }

    /// The validity bit of the granule that holds `at`; clear outside memory.
    pub fn is_valid(&self, at: Real) -> bool {
        self.valid.get(granule_index(at)).is_some_and(|bit| *bit)
    }

    /// Whether any granule of the page that holds `at` is valid; no outside memory.
    pub fn has_tags(&self, at: Real) -> bool {
        let words = (PAGE_SIZE / GRANULE_SIZE) as usize / u64::BITS as usize;
        let first = (at.0 / PAGE_SIZE) as usize * words;
        let page = self.valid.as_raw_slice().get(first..first + words);
        page.is_some_and(|page| page.iter().any(|word| *word != 0))
    }

    /// Set or clear the validity bit of the granule that holds `at`, its bytes as they are; nothing outside memory.
    pub fn set_valid(&mut self, at: Real, valid: bool) {
        let granule = granule_index(at);
        if granule < self.valid.len() {
            self.valid.set(granule, valid);
            self.note(at, 1);
        }
    }

    /// The label of the granule that holds `at`; 0 outside memory.
    pub fn label(&self, at: Real) -> Label {
        Label(self.labels.get(granule_index(at)).copied().unwrap_or(0))
    }

    /// Give the granule that holds `at` a label; nothing outside memory.
    pub fn set_label(&mut self, at: Real, label: Label) {
        if let Some(place) = self.labels.get_mut(granule_index(at)) {
            *place = label.0;
            self.note(at, 1);
        }
    }

    /// The pages in order, each with all that is in it but its owner.
    pub fn pages(&self) -> impl Iterator<Item = Page<'_>> {
        (0..self.size() / PAGE_SIZE).filter_map(|number| self.page(number))
    }

    /// The page of this number, with all that is in it but its owner.
    pub fn page(&self, number: u64) -> Option<Page<'_>> {
        let number = usize::try_from(number).ok()?;
        let granules = (PAGE_SIZE / GRANULE_SIZE) as usize;
        let words = granules / u64::BITS as usize;
        let range = |size: usize| {
            Some(number.checked_mul(size)?..number.checked_add(1)?.checked_mul(size)?)
        };
        Some(Page {
            bytes: self
                .bytes
                .get(range(PAGE_SIZE as usize)?.start, PAGE_SIZE as usize)?,
            valid: self.valid.as_raw_slice().get(range(words)?)?,
            labels: self.labels.get(range(granules)?)?,
        })
    }

    /// Makes the page of this number what it was elsewhere; nothing outside memory.
    pub(super) fn set_page(&mut self, number: u64, page: Page<'_>, owner: u16) {
        let start = number.saturating_mul(PAGE_SIZE);
        if self.write(Real(start), page.bytes).is_err() {
            return;
        }
        let bits = |word: &u64| {
            (0..u64::BITS)
                .map(move |bit| word >> bit & 1 == 1)
                .collect::<Vec<_>>()
        };
        let granules = page.valid.iter().flat_map(bits).zip(page.labels);
        for ((valid, label), at) in granules.zip((start..).step_by(GRANULE_SIZE as usize)) {
            self.set_valid(Real(at), valid);
            self.set_label(Real(at), Label(*label));
        }
        self.set_owner(Real(start), owner);
    }

    /// The owner of the page that holds `at`, as the level of the machine whose tags it holds: 0 is the outermost. 0
    /// outside memory.
    pub fn owner(&self, at: Real) -> u16 {
        self.owners
            .get((at.0 / PAGE_SIZE) as usize)
            .copied()
            .unwrap_or(0)
    }

    /// Give the page that holds `at` an owner; nothing outside memory.
    pub fn set_owner(&mut self, at: Real, owner: u16) {
        if let Some(place) = self.owners.get_mut((at.0 / PAGE_SIZE) as usize) {
            *place = owner;
            self.note(at, 1);
        }
    }
}

/// The number of the granule that holds a real address.
fn granule_index(at: Real) -> usize {
    (at.0 / GRANULE_SIZE) as usize
}

/// The first byte of the granule that holds a real address.
fn granule_start(at: Real) -> Real {
    Real(at.0 / GRANULE_SIZE * GRANULE_SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(bits: u128) -> Granule {
        Granule { bits, valid: true }
    }

    fn memory() -> Memory {
        Memory::new(4 * PAGE_SIZE).expect("four pages fit in any host")
    }

    #[test]
    fn size_is_whole_pages_and_has_a_limit() {
        assert_eq!(
            Memory::new(2 * PAGE_SIZE + 5).map(|memory| memory.size()),
            Ok(2 * PAGE_SIZE)
        );
        assert_eq!(Memory::new(0).map(|memory| memory.size()), Ok(0));
        assert!(Memory::new(u64::MAX).is_err());
    }

    #[test]
    fn a_write_of_any_size_at_any_byte_clears_exactly_the_granules_it_touches() {
        for at in 0..48 {
            for size in 1..=(48 - at) {
                let mut memory = memory();
                for granule in 0..3 {
                    memory
                        .set_granule(Real(16 * granule), tagged(7))
                        .expect("inside");
                    memory.set_label(Real(16 * granule), Label(9));
                }
                memory
                    .write(Real(at), &vec![1; size as usize])
                    .expect("inside");
                for granule in 0..3 {
                    let touched = at < 16 * granule + 16 && at + size > 16 * granule;
                    assert_eq!(memory.is_valid(Real(16 * granule)), !touched);
                    assert_eq!(memory.label(Real(16 * granule)), Label(9));
                }
            }
        }
    }

    #[test]
    fn an_empty_write_clears_nothing() {
        let mut memory = memory();
        memory.set_granule(Real(0), tagged(7)).expect("inside");
        memory.write(Real(0), &[]).expect("inside");
        memory.write(Real(8), &[]).expect("inside");
        assert_eq!(memory.granule(Real(0)), Ok(tagged(7)));
    }

    #[test]
    fn a_write_that_does_not_fit_writes_nothing() {
        let mut memory = memory();
        let end = memory.size();
        memory
            .set_granule(Real(end - 16), tagged(7))
            .expect("inside");
        assert_eq!(
            memory.write(Real(end - 8), &[1; 9]),
            Err(OutsideMemory(Real(end - 8)))
        );
        assert_eq!(
            memory.write(Real(u64::MAX), &[1]),
            Err(OutsideMemory(Real(u64::MAX)))
        );
        assert_eq!(memory.granule(Real(end - 16)), Ok(tagged(7)));
    }

    #[test]
    fn granules_are_little_endian_and_keep_their_label() {
        let mut memory = memory();
        memory.set_label(Real(0x20), Label(3));
        memory
            .set_granule(Real(0x20), tagged(0x0102))
            .expect("inside");
        assert_eq!(memory.read(Real(0x20), 3), Ok(&[2, 1, 0][..]));
        assert_eq!(memory.read_word(Real(0x20)), Ok(0x0102));
        assert_eq!(memory.label(Real(0x2f)), Label(3));
        assert_eq!(memory.label(Real(0x30)), Label(0));
    }

    #[test]
    fn outside_memory_there_is_nothing() {
        let mut memory = memory();
        let outside = Real(memory.size());
        memory.set_valid(outside, true);
        memory.set_label(outside, Label(1));
        memory.set_owner(outside, 1);
        assert!(!memory.is_valid(outside));
        assert_eq!(
            (memory.label(outside), memory.owner(outside)),
            (Label(0), 0)
        );
        assert!(memory.granule(Real(u64::MAX)).is_err());
        assert!(memory.read_word(Real(memory.size() - 7)).is_err());
    }
}
