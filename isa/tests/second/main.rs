//! Second statements: what `isa` says once for assembler, specification and engine, said once more from the prose of
//! the manual, and held against it row by row.
//!
//! The statements here work on plain numbers and share nothing with `isa`: they pack bits by multiplying, add in 128
//! bits, and look things up in tables of their own. Each file is one subject. `cargo test` goes through a fixed
//! slice of the rows; with `NESTOR_ROWS=all` in the environment it goes through all of them.

mod plain;
mod rows;

mod access;
mod answer;
mod bytes;
mod causes;
mod derivation;
mod descriptor;
mod encoding;
mod labels;
mod loading;
mod offsets;
mod pages;
mod permissions;
mod question;
mod transfer;
