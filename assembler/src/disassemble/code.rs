//! Instructions as a person writes them: labels where branches go, and the
//! short forms.
//!
//! Invariant: a short form is printed only where it stands for exactly the
//! words that are there.

use isa::instruction::format::{AluImmediate, Derive};
use isa::instruction::operand::{Compare, Index};
use isa::instruction::value::Value;
use isa::instruction::{C, INSTRUCTION_SIZE, Opcode, R};
use isa::permission::PERMISSIONS;
use isa::{Brackets, abi};

use crate::image::Segment;
use crate::print;

use super::Disassembler;
use super::data::word;
use super::page::Page;

/// An index of nothing: the number zero.
const NOTHING: Index = Index {
    register: R::ZERO,
    scale: 0,
    immediate: 0,
};

impl Disassembler<'_> {
    /// Prints the instructions of a range, which has no labels but at its beginning.
    pub(super) fn print_code(
        &self,
        segment: &Segment,
        start: u64,
        stop: u64,
        scope: Option<usize>,
        page: &mut Page,
    ) {
        let mut at = start;
        while at < stop {
            let next = at + INSTRUCTION_SIZE;
            let wide = (next < stop)
                .then(|| self.wide_number(word(segment, at), word(segment, next), scope))
                .flatten();
            let (statement, size) = match wide {
                Some(statement) => (statement, 2 * INSTRUCTION_SIZE),
                None => (self.instruction(segment, at, scope), INSTRUCTION_SIZE),
            };
            page.at(self.image, segment.address() + at, &statement);
            at += size;
        }
    }

    /// `li` of a number that takes two instructions.
    fn wide_number(&self, first: u64, second: u64, scope: Option<usize>) -> Option<String> {
        let (rd, low) = small_number(first)?;
        let seth = Opcode::of(second) == Some(Opcode::Seth);
        let upper = AluImmediate::unpack(second).filter(|_| seth)?;
        let value = i64::from(upper.imm) << 32 | i64::from(low.cast_unsigned());
        let wide = i32::try_from(value).is_err();
        (wide && upper.rd == rd && upper.ra == rd)
            .then(|| format!("li      {rd}, {}", self.word_text(value, scope)))
    }

    fn instruction(&self, segment: &Segment, at: u64, scope: Option<usize>) -> String {
        let word = word(segment, at);
        let Some(opcode) = Opcode::of(word) else {
            return format!(".dword  {word:#018x}");
        };
        if let Some(short) = self.short_form(opcode, segment, at, word, scope) {
            return short;
        }
        let operands: Option<Vec<String>> = opcode
            .operands(word)
            .map(|(operand, value)| match value {
                Value::Target(_) => self.jump_target(segment, at, word, scope),
                _ => print::operand_text(operand, value),
            })
            .collect();
        match operands {
            None => format!(".dword  {word:#018x}"),
            Some(operands) => statement(opcode.mnemonic(), &operands),
        }
    }

    /// Where an instruction branches to: a label, or the way there. None if
    /// no source could say so.
    pub(super) fn jump_target(
        &self,
        segment: &Segment,
        at: u64,
        word: u64,
        scope: Option<usize>,
    ) -> Option<String> {
        let opcode = Opcode::of(word)?;
        let mut operands = opcode.operands(word);
        let (operand, value) = operands.find(|(_, value)| matches!(value, Value::Target(_)))?;
        let Value::Target(by) = value else {
            return None;
        };
        let target = at.checked_add_signed(by.into())?;
        if target >= segment.length {
            return None;
        }
        let here = self.names.at(segment.address() + target, scope);
        match here.first().and_then(|index| self.names.symbol(*index)) {
            Some(symbol) => Some(symbol.name.clone()),
            None => print::operand_text(operand, value),
        }
    }

    fn short_form(
        &self,
        opcode: Opcode,
        segment: &Segment,
        at: u64,
        word: u64,
        scope: Option<usize>,
    ) -> Option<String> {
        let values: Vec<Value> = opcode.operands(word).map(|(_, value)| value).collect();
        let link = C::new(abi::REGISTER_LINK)?;
        let target = || self.jump_target(segment, at, word, scope);
        let register = |register: R| register.to_string();
        let (name, operands) = match (opcode, values.as_slice()) {
            (Opcode::Add, [Value::R(R::ZERO), Value::R(R::ZERO), Value::Index(NOTHING)]) => {
                return Some("nop".to_owned());
            }
            (Opcode::Add, [Value::R(rd), Value::R(R::ZERO), Value::Index(index)]) => {
                let number = index.register == R::ZERO && index.scale == 0;
                let value = self.word_text(index.immediate.into(), scope);
                number.then_some(("li", vec![register(*rd), value]))?
            }
            (Opcode::Add, [Value::R(rd), Value::R(ra), Value::Index(NOTHING)]) => {
                ("mov", vec![register(*rd), register(*ra)])
            }
            (Opcode::Xor, [Value::R(rd), Value::R(ra), Value::Index(index)]) => {
                let ones = Index {
                    immediate: -1,
                    ..NOTHING
                };
                (*index == ones).then_some(("not", vec![register(*rd), register(*ra)]))?
            }
            (Opcode::Sub, [Value::R(rd), Value::R(R::ZERO), Value::Index(index)]) => {
                let plain = Index {
                    register: index.register,
                    ..NOTHING
                };
                let negates = *index == plain && index.register != R::ZERO;
                let operands = vec![register(*rd), register(index.register)];
                negates.then_some(("neg", operands))?
            }
            (Opcode::Beq | Opcode::Bne, [Value::R(ra), Value::Compare(compare), _]) => {
                let zero = Compare {
                    register: R::ZERO,
                    immediate: 0,
                };
                let name = if opcode == Opcode::Beq {
                    "beqz"
                } else {
                    "bnez"
                };
                (*compare == zero).then_some((name, vec![register(*ra), target()?]))?
            }
            (Opcode::Ret, [Value::C(ca)]) if *ca == link => return Some("ret".to_owned()),
            (Opcode::Call, [Value::C(cd), _]) if *cd == link => ("call", vec![target()?]),
            (Opcode::Callc, [Value::C(cd), Value::C(ca)]) if *cd == link => {
                ("callc", vec![ca.to_string()])
            }
            (Opcode::Ldk, [Value::C(cd), Value::Immediate(slot)]) => {
                let ring = self.image.descriptor(segment.number)?.brackets.r2;
                let capability = self.references.linked(ring, *slot)?;
                let target = self.target(capability, Brackets::only(ring), scope)?;
                ("la", vec![cd.to_string(), target.text])
            }
            (Opcode::Cperm, _) => {
                let Derive { cd, ca, x } = Derive::unpack(word)?;
                let plain = x.register == R::ZERO && x.scale == 0;
                let names = permissions(x.immediate).filter(|_| plain)?;
                ("cperm", vec![cd.to_string(), ca.to_string(), names])
            }
            _ => return None,
        };
        Some(statement(name, &operands))
    }
}

/// A mask of permissions by the names of the constants.
fn permissions(mask: i32) -> Option<String> {
    let mut left = mask;
    let mut names = Vec::new();
    for row in PERMISSIONS {
        let bit = i32::from(row.permission.bits());
        if left & bit != 0 {
            left &= !bit;
            names.push(crate::builtin::constant_name("permission", row.name));
        }
    }
    (left == 0 && !names.is_empty()).then(|| names.join(" | "))
}

/// The register and number of `add rd, r0, number`.
fn small_number(word: u64) -> Option<(R, i32)> {
    if Opcode::of(word) != Some(Opcode::Add) {
        return None;
    }
    let alu = isa::instruction::format::Alu::unpack(word)?;
    let plain = alu.ra == R::ZERO && alu.x.register == R::ZERO && alu.x.scale == 0;
    plain.then_some((alu.rd, alu.x.immediate))
}

fn statement(name: &str, operands: &[String]) -> String {
    match operands {
        [] => name.to_owned(),
        _ => format!("{name:<7} {}", operands.join(", ")),
    }
}
