//! Sets of flags with a table of their rows, stated once.
//!
//! `flags!` is the `bitflags` macro with the names and texts kept, so that the
//! manual and the assembler read them from the same place as the compiler.

/// One flag, as the manual and the assembler name it.
#[derive(Clone, Copy, Debug)]
pub struct FlagRow {
    /// The number of its bit.
    pub bit: u32,
    /// Its name.
    pub name: &'static str,
    /// What it means while it is set.
    pub meaning: &'static str,
}

/// `flags! { /// what it is
/// Type: u8 { /// what it means
/// NAME "name" = value; … } }` gives a set of flags with a constant `ROWS`.
macro_rules! flags {
    ($(#[doc = $doc:literal])+ $type:ident: $bits:ty {
        $($(#[doc = $meaning:literal])+ $flag:ident $name:literal = $value:literal;)+
    }) => {
        bitflags::bitflags! {
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct $type: $bits {
                $($(#[doc = $meaning])+ const $flag = $value;)+
            }
        }

        impl $type {
            /// The flags, the lowest bit first.
            pub const ROWS: &'static [$crate::flags::FlagRow] = &[
                $($crate::flags::FlagRow {
                    bit: <$bits>::trailing_zeros($value),
                    name: $name,
                    meaning: concat!($($meaning),+).trim_ascii_start(),
                },)+
            ];
        }
    };
}
pub(crate) use flags;
