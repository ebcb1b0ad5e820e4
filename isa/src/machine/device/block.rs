//! The block device: numbered blocks of 4 KiB in a store that the host supplies.
//!
//! Invariant: every transfer is one whole block; the number of blocks never changes.

use super::Failure;

/// Bytes of a block.
pub const BLOCK: usize = 4096;

/// What holds the blocks. The machine asks only for blocks below [`BlockStore::count`], which must stay the same.
pub trait BlockStore: Send {
    /// The number of blocks.
    fn count(&self) -> u64;

    /// The bytes of block `number`.
    ///
    /// # Errors
    /// When the host cannot read it.
    fn read(&self, number: u64) -> Result<[u8; BLOCK], StoreFailed>;

    /// Replace the bytes of block `number`.
    ///
    /// # Errors
    /// When the host cannot write it; then the block should be as before.
    fn write(&mut self, number: u64, bytes: &[u8; BLOCK]) -> Result<(), StoreFailed>;
}

/// The host failed to read or write a block; programs see the result -4.
#[derive(Copy, Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the host cannot reach the block")]
pub struct StoreFailed;

/// A store in the memory of the host. A last block that is not full is padded with zeros.
impl BlockStore for Vec<u8> {
    fn count(&self) -> u64 {
        self.len().div_ceil(BLOCK) as u64
    }

    fn read(&self, number: u64) -> Result<[u8; BLOCK], StoreFailed> {
        let mut block = [0; BLOCK];
        let bytes = self.chunks(BLOCK).nth(number as usize).ok_or(StoreFailed)?;
        block[..bytes.len()].copy_from_slice(bytes);
        Ok(block)
    }

    fn write(&mut self, number: u64, bytes: &[u8; BLOCK]) -> Result<(), StoreFailed> {
        if number >= self.count() {
            return Err(StoreFailed);
        }
        self.resize(self.len().next_multiple_of(BLOCK), 0);
        let place = self
            .chunks_mut(BLOCK)
            .nth(number as usize)
            .ok_or(StoreFailed)?;
        place.copy_from_slice(bytes);
        Ok(())
    }
}

/// A block device over its store.
pub struct Block {
    store: Box<dyn BlockStore>,
}

impl Block {
    pub(super) fn new(store: Box<dyn BlockStore>) -> Block {
        Block { store }
    }

    /// The number of blocks.
    pub fn count(&self) -> u64 {
        self.store.count()
    }

    /// The store, for those who look at the machine from outside.
    pub fn store(&self) -> &dyn BlockStore {
        self.store.as_ref()
    }

    /// The store, for those who change it from outside.
    pub fn store_mut(&mut self) -> &mut dyn BlockStore {
        self.store.as_mut()
    }

    pub(super) fn holds(&self, number: u64) -> bool {
        number < self.count()
    }

    pub(super) fn read(&self, number: u64) -> Result<Vec<u8>, Failure> {
        self.store
            .read(number)
            .map(Vec::from)
            .map_err(|_| Failure::Host)
    }

    /// Write one block; the result is the number of bytes.
    pub(super) fn write(&mut self, number: u64, bytes: &[u8]) -> Result<u64, Failure> {
        let bytes: &[u8; BLOCK] = bytes.try_into().map_err(|_| Failure::Range)?;
        self.store.write(number, bytes).map_err(|_| Failure::Host)?;
        Ok(BLOCK as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_of_bytes_is_a_store_padded_to_blocks() {
        let mut store = vec![7u8; BLOCK + 10];
        assert_eq!(store.count(), 2);
        let last = store.read(1).expect("there are two blocks");
        assert_eq!((last[9], last[10]), (7, 0));
        assert_eq!(store.write(1, &[1; BLOCK]), Ok(()));
        assert_eq!(store.count(), 2);
        assert_eq!(store.read(1), Ok([1; BLOCK]));
        assert_eq!(store.read(2), Err(StoreFailed));
        assert_eq!(store.write(2, &[0; BLOCK]), Err(StoreFailed));
    }
}
