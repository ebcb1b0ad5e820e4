//! Objects as files: 64-bit little-endian relocatable ELF files of the machine of images.
//!
//! | object | file |
//! |---|---|
//! | section | a section with the name of its segment |
//! | symbol | an entry of `.symtab`; a gate is a function with protected visibility |
//! | relocation | an entry of `.rela.NAME`, of type `right << 24 | left << 16 | site << 8 | form` |
//! | lines | `.debug_line` and what belongs to it |
//! | files | `.nestor.files` |
//! | options of segments | `.nestor.segments` |
//! | where symbols are defined, and what they are local to | `.nestor.symbols` |
//! | `.entry` and `.stack` | `.nestor.program` |
//!
//! The address of a section is its number in the file `<< 32`; so addresses of lines need no
//! relocations, and tools tell sections apart. The tables of our own are rows of 32-bit words,
//! stated in [`record`]. Equal objects give equal bytes.

mod read;
mod record;
mod write;
