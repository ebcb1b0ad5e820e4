//! The manual, generated from the tables.
//!
//! [`whole`] is `docs/isa.md`; [`page`] is one part of it, by the name of an
//! instruction or of a table. Invariant: nothing is stated here that a table
//! states; a fact that changes there changes the manual.

mod instruction;
mod table;

use crate::instruction::{Opcode, R};
use std::fmt::Write;

pub use table::Table;

/// The page of an instruction, by mnemonic, or of a table, by name.
pub fn page(name: &str) -> Option<String> {
    Opcode::from_mnemonic(name)
        .map(instruction::page)
        .or_else(|| Table::from_name(name).map(Table::page))
}

/// Every name that [`page`] knows: mnemonics, then tables.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mnemonics = Opcode::ALL.iter().map(|opcode| opcode.mnemonic());
    mnemonics.chain(Table::ALL.iter().map(|table| table.name()))
}

/// One line an instruction, then one a table.
pub fn index() -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for opcode in Opcode::ALL {
        let _ = writeln!(text, "{}", instruction::line(*opcode));
    }
    let _ = writeln!(text, "\nTables:");
    for table in Table::ALL {
        let _ = writeln!(text, "  {:<14} {}", table.name(), table.title());
    }
    text
}

/// How assembly writes an instruction: `add rd, ra, x: rb << scale + imm`.
pub fn syntax(opcode: Opcode) -> String {
    instruction::syntax(opcode)
}

/// The whole manual, as Markdown.
pub fn whole() -> String {
    let mut text = format!(
        "# The instruction set\n\n\
         This manual is generated from the tables of the crate `isa`: `nestor isa manual` prints it, and a test fails \
         when it is stale. For the ideas behind it read [the guide to the machine](machine.md).\n\n\
         An instruction is eight bytes, little-endian, at a multiple of eight. There are {} instructions, {} data \
         registers of 64 bits and {} capability registers of 128 bits and a tag. In the operations below, `rd` and `cd` \
         are written, other registers are read; `x` stands for `rb << scale + imm`, where the register, the shift of 0 \
         to 4 bits and the signed immediate may each be left out; `m` is an address in memory; `sign32` and its like \
         extend the sign of the low bits. Each instruction has exactly one encoding: a word with an unknown opcode, a \
         register that does not exist, or an unused bit that is set traps with cause `illegal`.\n\n",
        Opcode::ALL.len(),
        R::all().count(),
        crate::instruction::C::all().count(),
    );
    let _ = writeln!(text, "## Tables\n");
    for table in Table::ALL {
        let _ = writeln!(text, "{}", table.page());
    }
    let _ = writeln!(text, "## Instructions\n");
    for opcode in Opcode::ALL {
        let _ = writeln!(text, "{}", instruction::page(*opcode));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
