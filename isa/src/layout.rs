//! How records in memory are laid out, stated once.
//!
//! `layout!` gives a type its offsets as constants and its table of fields, from which the assembler's symbols, the
//! manual and C headers come. Fields follow each other without gaps; words are little-endian.

/// One field of a record in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; the assembler knows it as `layout.field`.
    pub name: &'static str,
    /// Its first byte.
    pub offset: u64,
    /// Its bytes.
    pub size: u64,
    /// What it says.
    pub doc: &'static str,
}

/// A record in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Its name.
    pub name: &'static str,
    /// Its bytes.
    pub size: u64,
    /// Its fields, by offset.
    pub fields: &'static [Field],
    /// What it is for.
    pub doc: &'static str,
}

/// `layout! { /// what it is for
/// Type "name" { /// what it says
/// FIELD_OFFSET "field": size; … } }` gives `Type` one constant a field, `SIZE`, `FIELDS` and `LAYOUT`.
macro_rules! layout {
    ($(#[doc = $doc:literal])+ $type:ident $name:literal {
        $( $(#[doc = $field_doc:literal])+ $offset:ident $field:literal: $size:expr; )+
    }) => {
        impl $type {
            $crate::layout::layout!(@offsets 0; $( $(#[doc = $field_doc])+ $offset: $size; )+);

            /// The fields, by offset.
            pub const FIELDS: &'static [$crate::layout::Field] = &[
                $( $crate::layout::Field {
                    name: $field,
                    offset: Self::$offset,
                    size: $size,
                    doc: concat!($($field_doc),+).trim_ascii_start(),
                }, )+
            ];

            /// The whole layout.
            pub const LAYOUT: $crate::layout::Layout = $crate::layout::Layout {
                name: $name,
                size: Self::SIZE,
                fields: Self::FIELDS,
                doc: concat!($($doc),+).trim_ascii_start(),
            };
        }
    };
    (@offsets $at:expr;) => {
        /// The bytes of the record.
        pub const SIZE: u64 = $at;
    };
    (@offsets $at:expr; $(#[doc = $doc:literal])+ $offset:ident: $size:expr; $($rest:tt)*) => {
        $(#[doc = $doc])+
        pub const $offset: u64 = $at;
        $crate::layout::layout!(@offsets $at + $size; $($rest)*);
    };
}
pub(crate) use layout;

/// The bytes from an offset on, as many as an array of them has; zero beyond the end.
pub(crate) fn bytes_at<const N: usize>(bytes: &[u8], offset: u64) -> [u8; N] {
    let mut found = [0; N];
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|offset| bytes.get(offset..))
        .unwrap_or_default();
    let size = rest.len().min(N);
    found[..size].copy_from_slice(&rest[..size]);
    found
}

/// The word at an offset; zero beyond the end.
pub(crate) fn word_at(bytes: &[u8], offset: u64) -> u64 {
    u64::from_le_bytes(bytes_at(bytes, offset))
}

/// Puts bytes at an offset; what would be beyond the end is dropped.
pub(crate) fn put(bytes: &mut [u8], offset: u64, value: &[u8]) {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|offset| bytes.get_mut(offset..))
        .unwrap_or_default();
    for (place, byte) in rest.iter_mut().zip(value) {
        *place = *byte;
    }
}

/// Puts a word at an offset; what would be beyond the end is dropped.
pub(crate) fn put_word(bytes: &mut [u8], offset: u64, value: u64) {
    put(bytes, offset, &value.to_le_bytes());
}
