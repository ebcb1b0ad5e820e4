//! Files that only we write: what they are, of which version, their parts, and a checksum over all of it.
//!
//! The file, every number little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | what it is |
//! | 4 | the version of the format |
//! | … | the parts, one after another |
//! | 16 | the checksum: XXH3-128 of everything before |
//!
//! Invariant: what is opened is what was sealed, or an error says why not. A file from a stranger is like an image from
//! one: its parts are checked for their form, and it can do what a machine can.

use isa::stream::{Malformed, Reader, Writer};
use xxhash_rust::xxh3::xxh3_128;

/// Bytes of the checksum.
const CHECKSUM: usize = 16;

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seal {
    /// Its first bytes.
    pub(crate) magic: &'static [u8; 8],
    /// The version of its format that we write, and the only one that we read.
    pub(crate) format: u32,
}

/// Why a file cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It begins otherwise.
    #[error("it does not begin like one")]
    Magic,
    /// It has a format of another version.
    #[error("it has version {found} of the format, and this nestor reads version {ours}")]
    Format {
        /// That version.
        found: u32,
        /// The one that is read.
        ours: u32,
    },
    /// Its checksum is not that of its bytes.
    #[error("it is damaged: its checksum does not fit")]
    Damaged,
    /// The checksum fits, and yet a part of it cannot be.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

impl Seal {
    /// The bytes of a file with these parts.
    pub(crate) fn seal(&self, parts: &[u8]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.bytes.extend_from_slice(self.magic);
        writer.bytes.extend_from_slice(&self.format.to_le_bytes());
        writer.bytes.extend_from_slice(parts);
        let checksum = xxh3_128(&writer.bytes);
        writer.wide(checksum);
        writer.bytes
    }

    /// What `read` makes of the parts of a file, all of which it reads.
    ///
    /// # Errors
    /// When the bytes are no such file.
    pub(crate) fn open<T>(
        &self,
        bytes: &[u8],
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Malformed>,
    ) -> Result<T, SealError> {
        let body = bytes.strip_prefix(self.magic).ok_or(SealError::Magic)?;
        let (format, _) = body.split_first_chunk().ok_or(SealError::Damaged)?;
        let (found, ours) = (u32::from_le_bytes(*format), self.format);
        if found != ours {
            return Err(SealError::Format { found, ours });
        }
        let (summed, checksum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(SealError::Damaged)?;
        if u128::from_le_bytes(*checksum) != xxh3_128(summed) {
            return Err(SealError::Damaged);
        }
        let parts = summed.get(self.magic.len() + size_of_val(&found)..);
        let mut reader = Reader::new(parts.ok_or(SealError::Damaged)?);
        let value = read(&mut reader)?;
        match reader.is_at_end() {
            true => Ok(value),
            false => Err(Malformed("more than its parts").into()),
        }
    }
}
