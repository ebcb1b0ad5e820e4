//! Sizes of memory and of disks as users write them: `16M`, `65536`.

use std::str::FromStr;

/// Bytes of memory of a machine: whole pages, and within what the host will give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySize(u64);

/// Why a text is no memory size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemorySizeError {
    /// It is not digits and perhaps a suffix.
    #[error("a size is a number of bytes, or a number followed by K, M or G")]
    Form,
    /// It is not a multiple of a page.
    #[error("memory comes in pages of 4096 bytes")]
    Page,
    /// Too small to hold a program, or larger than the machine takes.
    #[error("a machine has from 64K to 4G of memory")]
    Range,
}

impl MemorySize {
    /// What `nestor run` gives a machine unless told otherwise.
    pub const DEFAULT: MemorySize = MemorySize(16 << 20);

    const PAGE: u64 = 4096;
    const MIN: u64 = 64 << 10;
    const MAX: u64 = 4 << 30;

    /// Whether a machine can have so many bytes: whole pages, and not too many.
    pub(crate) fn is_possible(bytes: u64) -> bool {
        bytes.is_multiple_of(Self::PAGE) && bytes <= Self::MAX
    }

    /// The size in bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for MemorySize {
    type Err = MemorySizeError;

    fn from_str(text: &str) -> Result<Self, MemorySizeError> {
        match bytes_of(text).ok_or(MemorySizeError::Form)? {
            bytes if bytes % Self::PAGE != 0 => Err(MemorySizeError::Page),
            bytes @ Self::MIN..=Self::MAX => Ok(MemorySize(bytes)),
            _ => Err(MemorySizeError::Range),
        }
    }
}

/// The number of bytes that a text says, if it is digits and perhaps a suffix; what 64 bits cannot hold is the most that
/// they can of whole pages.
pub(crate) fn bytes_of(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..)? {
        "" => 0,
        "K" | "k" => 10,
        "M" | "m" => 20,
        "G" | "g" => 30,
        _ => return None,
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse::<u64>().ok();
    let bytes = number.and_then(|number| number.checked_mul(1 << unit));
    Some(bytes.unwrap_or(u64::MAX - u64::MAX % MemorySize::PAGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Result<u64, MemorySizeError> {
        text.parse().map(MemorySize::bytes)
    }

    #[test]
    fn suffixes_are_powers_of_1024() {
        assert_eq!(bytes("131072"), Ok(131_072));
        assert_eq!(bytes("64K"), Ok(65_536));
        assert_eq!(bytes("16m"), Ok(MemorySize::DEFAULT.bytes()));
        assert_eq!(bytes("4G"), Ok(1 << 32));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in [
            "", "M", "-1M", "+1M", "1.5M", "16 M", "16MB", "16T", "é", "M16",
        ] {
            assert_eq!(bytes(text), Err(MemorySizeError::Form), "{text:?}");
        }
        assert_eq!(bytes("100001"), Err(MemorySizeError::Page));
        for text in [
            "0",
            "4K",
            "5G",
            "99999999999999999999",
            "18446744073709551615G",
        ] {
            assert_eq!(bytes(text), Err(MemorySizeError::Range), "{text:?}");
        }
    }
}
