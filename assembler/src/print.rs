//! The disassembler of one instruction.
//!
//! Invariant: what it prints assembles to the same bits. A word that is no
//! instruction, or whose target no segment could contain, is a `.dword`.

use isa::address::SEGMENT_SIZE_MAX;
use isa::instruction::format::Operand;
use isa::instruction::operand::{Compare, Index, Memory, Offset, OperandKind};
use isa::instruction::value::Value;
use isa::instruction::{INSTRUCTION_SIZE, Opcode, R};

/// The text of an instruction word.
pub fn instruction(word: u64) -> String {
    known(word).unwrap_or_else(|| format!(".dword {word:#018x}"))
}

fn known(word: u64) -> Option<String> {
    let opcode = Opcode::of(word)?;
    let mut text = opcode.mnemonic().to_owned();
    for (position, (operand, value)) in opcode.operands(word).enumerate() {
        text.push_str(if position == 0 { " " } else { ", " });
        text.push_str(&operand_text(operand, value)?);
    }
    Some(text)
}

/// The text of an operand in its place; none for a target that no segment could contain.
pub(crate) fn operand_text(operand: &Operand, value: Value) -> Option<String> {
    Some(match value {
        Value::R(register) => register.to_string(),
        Value::C(register) => register.to_string(),
        Value::Index(index) => sum(&[], index),
        Value::Memory(Memory { base, index }) => format!("[{}]", sum(&[base.to_string()], index)),
        Value::Offset(Offset { base, immediate }) => {
            let index = number(immediate);
            format!("[{}]", sum(&[base.to_string()], index))
        }
        Value::Compare(Compare {
            register,
            immediate,
        }) => sum(
            &[],
            Index {
                register,
                scale: 0,
                immediate: immediate.into(),
            },
        ),
        Value::Target(displacement) => {
            let displacement = i64::from(displacement);
            let reachable = displacement.unsigned_abs() < SEGMENT_SIZE_MAX
                && displacement % INSTRUCTION_SIZE.cast_signed() == 0;
            match (reachable, displacement) {
                (false, _) => return None,
                (true, 0) => "$".to_owned(),
                (true, forward @ 1..) => format!("$ + {forward}"),
                (true, backward) => format!("$ - {}", backward.unsigned_abs()),
            }
        }
        Value::Immediate(immediate) => immediate.to_string(),
        Value::Name(number) => match operand.kind {
            OperandKind::Name { rows, .. } => {
                let row = rows.iter().find(|row| row.number == number)?;
                row.name.to_owned()
            }
            _ => return None,
        },
    })
}

fn number(immediate: i32) -> Index {
    Index {
        register: R::ZERO,
        scale: 0,
        immediate,
    }
}

/// The terms of a sum, those that are nothing left out; a sum of nothing is 0,
/// unless a base is in front.
fn sum(base: &[String], index: Index) -> String {
    let mut terms = base.to_vec();
    // A scaled r0 adds nothing, but its scale is part of the word.
    if index.register != R::ZERO || index.scale != 0 {
        terms.push(match index.scale {
            0 => index.register.to_string(),
            scale => format!("{} << {scale}", index.register),
        });
    }
    let immediate = index.immediate;
    match (terms.is_empty(), immediate) {
        (true, _) => immediate.to_string(),
        (false, 0) => terms.join(" + "),
        (false, 1..) => format!("{} + {immediate}", terms.join(" + ")),
        (false, _) => format!("{} - {}", terms.join(" + "), immediate.unsigned_abs()),
    }
}
