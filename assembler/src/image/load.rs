//! What a machine needs to boot from an image, as plain data.
//!
//! Whoever has the machine copies the pieces and resets it; nothing here knows of machines.

use isa::abi;
use isa::descriptor::DESCRIPTOR_SIZE;

use super::{Image, ImageError};

/// Where everything goes in a machine that starts from zeroed memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boot<'a> {
    /// What to copy into real memory.
    pub pieces: Vec<Piece<'a>>,
    /// Real address of the descriptors.
    pub descriptor_base: u64,
    /// How many descriptors there are.
    pub descriptor_count: u64,
    /// Address of the first instruction.
    pub entry: u64,
    /// Real address of the first byte after the image; its last page may go on from there.
    pub free: u64,
}

/// Bytes and their place in real memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Real address of the first.
    pub real: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Image {
    /// How to boot a machine with so many bytes of memory.
    ///
    /// # Errors
    /// When the memory is too small, or the image has no descriptors.
    pub fn boot(&self, memory: u64) -> Result<Boot<'_>, ImageError> {
        let number = abi::SEGMENT_DESCRIPTORS;
        let table = self.segment(number).filter(|table| {
            table.length >= DESCRIPTOR_SIZE && table.length.is_multiple_of(DESCRIPTOR_SIZE)
        });
        let table = table.ok_or(ImageError::NoDescriptors(number))?;
        let ends = self
            .segments
            .iter()
            .map(|segment| segment.real + segment.length);
        let free = ends.max().unwrap_or(0);
        if free > memory {
            return Err(ImageError::Memory {
                needed: free,
                memory,
            });
        }
        let given = self
            .segments
            .iter()
            .filter(|segment| !segment.bytes.is_empty());
        let pieces = given.map(|segment| Piece {
            real: segment.real,
            bytes: &segment.bytes,
        });
        Ok(Boot {
            pieces: pieces.collect(),
            descriptor_base: table.real,
            descriptor_count: table.length / DESCRIPTOR_SIZE,
            entry: self.entry,
            free,
        })
    }
}
