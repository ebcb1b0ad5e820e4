//! Images as files: 64-bit little-endian ELF executables of a machine of our own.
//!
//! | image | file |
//! |---|---|
//! | segment | a section with its name, at virtual address `number << 32` |
//! | its memory | a program header to load: real address in `p_paddr`, length in `p_memsz` |
//! | symbol | an entry of `.symtab`; a gate is a function with protected visibility |
//! | lines and files | `.debug_line` and what belongs to it |
//!
//! Equal images give equal bytes. Flags of sections and program headers repeat what the
//! descriptors, which are bytes of the image, say; nothing is read back from them.

pub(crate) mod read;
pub(crate) mod write;

use object::elf::Machine;

/// The machine number of images in ELF headers: `NS`.
pub const MACHINE: u16 = 0x4e53;

pub(crate) const ELF_MACHINE: Machine = Machine(MACHINE);

/// The names of sections that are no segments, and that a segment therefore cannot have.
pub(super) fn is_taken(name: &str) -> bool {
    matches!(name, ".symtab" | ".strtab" | ".shstrtab") || name.starts_with(".debug_")
}

/// The text at an offset of a table of strings, up to its zero byte. None when there is no such
/// place, no zero byte within the limit, or the text is not UTF-8. The search ends at the limit,
/// so that many names in a long table without zero bytes take no longer than others.
pub(crate) fn text(table: &[u8], offset: usize, limit: usize) -> Option<&str> {
    let rest = table.get(offset..)?;
    let within = rest.get(..limit.saturating_add(1)).unwrap_or(rest);
    let end = within.iter().position(|&byte| byte == 0)?;
    std::str::from_utf8(within.get(..end)?).ok()
}
