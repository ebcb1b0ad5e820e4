//! The manual's page of one instruction: syntax, encoding, operation, traps,
//! class and an example, all read from the instruction table.

use crate::instruction::operand::OperandKind;
use crate::instruction::{Class, Opcode, Operand};
use std::fmt::Write;

/// One line: mnemonic with operands, and the first sentence of its meaning.
pub(super) fn line(opcode: Opcode) -> String {
    let meaning = opcode.meaning();
    let first = meaning
        .find(". ")
        .map_or(meaning.as_str(), |end| &meaning[..=end]);
    format!("{:<34} {first}", syntax(opcode))
}

/// The page, as Markdown.
pub(super) fn page(opcode: Opcode) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "### `{}`\n", opcode.mnemonic());
    let _ = writeln!(text, "{}\n", opcode.meaning());
    let _ = writeln!(
        text,
        "```text\n{}\n\n{}```\n",
        syntax(opcode),
        encoding(opcode)
    );
    let _ = writeln!(text, "- Operation: `{}`", opcode.operation());
    let _ = writeln!(text, "- Traps: {}", traps(opcode));
    let _ = writeln!(text, "- Class: {}", class(opcode));
    let _ = writeln!(text, "- Example: `{}`", opcode.example());
    text
}

/// How assembly writes it.
pub(super) fn syntax(opcode: Opcode) -> String {
    let operands: Vec<String> = opcode.format().operands().iter().map(operand).collect();
    format!("{} {}", opcode.mnemonic(), operands.join(", "))
        .trim_end()
        .to_owned()
}

fn operand(operand: &Operand) -> String {
    match operand.kind {
        OperandKind::Index => format!("{}: rb << scale + imm", operand.name),
        OperandKind::Memory => "[cb + rc << scale + imm]".to_owned(),
        OperandKind::Offset => "[cb + imm]".to_owned(),
        OperandKind::Compare => format!("{}: rb + imm8", operand.name),
        OperandKind::Name { .. }
        | OperandKind::R(_)
        | OperandKind::C(_)
        | OperandKind::Target
        | OperandKind::Immediate => operand.name.to_owned(),
    }
}

/// The instruction word with what stands in each of its fields.
fn encoding(opcode: Opcode) -> String {
    let mut immediate = String::new();
    let mut bytes = [String::new(), String::new(), String::new()];
    for operand in opcode.format().operands() {
        place(operand, &mut immediate, &mut bytes);
    }
    let [a, b, c] = bytes;
    let number = format!("{:#04x}", opcode.number());
    let rule = "+----------------------+----------+--------+--------+--------+\n";
    format!(
        " 63                  32 31      24 23    16 15     8 7      0\n{rule}|{}|{}|{}|{}|{}|\n{rule}",
        centred(&immediate, 22),
        centred(&c, 10),
        centred(&b, 8),
        centred(&a, 8),
        centred(&number, 8),
    )
}

fn place(operand: &Operand, immediate: &mut String, bytes: &mut [String; 3]) {
    let name = operand.name.to_owned();
    match operand.kind {
        OperandKind::Index => {
            bytes[2] = "scale rb".to_owned();
            *immediate = "imm".to_owned();
        }
        OperandKind::Memory => {
            bytes[1] = "cb".to_owned();
            bytes[2] = "scale rc".to_owned();
            *immediate = "imm".to_owned();
        }
        OperandKind::Offset => {
            bytes[1] = "cb".to_owned();
            *immediate = "imm".to_owned();
        }
        OperandKind::Compare => {
            bytes[1] = "rb".to_owned();
            bytes[2] = "imm8".to_owned();
        }
        OperandKind::Target | OperandKind::Immediate | OperandKind::Name { .. } => {
            *immediate = name;
        }
        OperandKind::R(_) | OperandKind::C(_) => {
            // A register stands in the byte that its mask covers; the fourth
            // byte is the lowest of the immediate.
            let slot = (operand.mask.trailing_zeros() / 8).saturating_sub(1) as usize;
            match bytes.get_mut(slot) {
                Some(byte) => *byte = name,
                None => *immediate = name,
            }
        }
    }
}

fn centred(text: &str, width: usize) -> String {
    let shown = if text.is_empty() { "0" } else { text };
    format!("{shown:^width$}")
}

fn traps(opcode: Opcode) -> String {
    let privilege = match opcode.class() {
        Class::Privileged(_) => Some("`privilege`".to_owned()),
        Class::User | Class::Sensitive(_) => None,
    };
    let names: Vec<String> = privilege
        .into_iter()
        .chain(opcode.traps().map(|name| match name {
            "access" => "any check of the [rule of access](#the-rule-of-access)".to_owned(),
            cause => format!("`{cause}`"),
        }))
        .collect();
    if names.is_empty() {
        "none of its own".to_owned()
    } else {
        names.join(", ")
    }
}

fn class(opcode: Opcode) -> String {
    let class = opcode.class();
    match class.intercept() {
        None => class.name().to_owned(),
        Some(intercept) => format!("{}, intercept `{}`", class.name(), intercept.name()),
    }
}
