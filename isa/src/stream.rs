//! Numbers and strings of bytes, one after another, for files: little-endian, and each string with its length before it.
//!
//! Invariant: reading never goes beyond the bytes that are there, and never makes room for more than those.

use thiserror::Error;

/// Something that was read and cannot be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("its parts do not fit together: {0}")]
pub struct Malformed(pub &'static str);

/// Bytes that are being written.
#[derive(Debug, Default)]
pub struct Writer {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Writer {
    /// Writes a byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Writes 8 bytes.
    pub fn word(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// Writes 16 bytes.
    pub fn wide(&mut self, value: u128) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// Writes how many bytes there are, and these.
    pub fn string(&mut self, string: &[u8]) {
        self.word(string.len() as u64);
        self.bytes.extend_from_slice(string);
    }

    /// Writes a byte that is 0 or 1.
    pub fn flag(&mut self, value: bool) {
        self.byte(value.into());
    }

    /// Writes how many there are, and each of them.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Writer, T),
    ) {
        self.word(items.len() as u64);
        items.for_each(|item| write(self, item));
    }
}

/// Bytes that are being read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Begins with the first of these bytes.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// Whether all of them were read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed("end"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// So many bytes.
    ///
    /// # Errors
    /// When there is less.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed("end"))
    }

    /// A byte.
    ///
    /// # Errors
    /// When there is less.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// A word of 8 bytes.
    ///
    /// # Errors
    /// When there is less.
    pub fn word(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A number of 16 bytes.
    ///
    /// # Errors
    /// When there is less.
    pub fn wide(&mut self) -> Result<u128, Malformed> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    /// Bytes behind their number.
    ///
    /// # Errors
    /// When there is less.
    pub fn string(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.word()?).map_err(|_| Malformed("length"))?;
        self.take(length)
    }

    /// The same, which are UTF-8.
    ///
    /// # Errors
    /// When there is less.
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.string()?).map_err(|_| Malformed("text"))
    }

    /// A list, as [`Writer::list`] writes it.
    ///
    /// # Errors
    /// When there is less, or `read` says so.
    pub fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = self.word()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// A byte that is 0 or 1.
    ///
    /// # Errors
    /// When it is another.
    pub fn flag(&mut self) -> Result<bool, Malformed> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed("flag")),
        }
    }

    /// A list of one or none.
    ///
    /// # Errors
    /// When there is less or more, or `read` says so.
    pub fn optional<T>(
        &mut self,
        read: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        let mut items = self.list(read)?;
        match items.len() {
            0 | 1 => Ok(items.pop()),
            _ => Err(Malformed("twice")),
        }
    }
}
