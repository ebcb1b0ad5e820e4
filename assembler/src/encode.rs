//! Instructions to words: operands against the table.
//!
//! Invariant: nothing here knows an instruction by name, but the three whose
//! link register may be left out; the table says what each takes.

use isa::instruction::operand::{Compare, Index, Memory, Offset, OperandKind};
use isa::instruction::value::Value as Encoded;
use isa::instruction::{C, INSTRUCTION_SIZE, Opcode, R};
use isa::{abi, instruction};

use crate::builtin::Register;
use crate::declare::{in_words, operands};
use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::object::{Form, Site};
use crate::operand::Sum;
use crate::source::Span;
use crate::symbol::Value;
use crate::syntax::{Expression, Operand, OperandSyntax, Operation};
use crate::unit::{OperationKind, Unit};

/// How an instruction is written: `add rd, ra, rb << scale + imm`.
pub fn syntax(opcode: Opcode) -> String {
    let operands: Vec<&str> = opcode
        .format()
        .operands()
        .iter()
        .map(|operand| match operand.kind {
            OperandKind::Index => "rb << scale + imm",
            OperandKind::Memory => "[cb + rc << scale + imm]",
            OperandKind::Offset => "[cb + imm]",
            OperandKind::Compare => "rb + imm",
            _ => operand.name,
        })
        .collect();
    format!("{} {}", opcode.mnemonic(), operands.join(", "))
        .trim_end()
        .to_owned()
}

/// What may stand in a place, in words.
fn expectation(kind: OperandKind) -> String {
    match kind {
        OperandKind::R(_) => "a data register".to_owned(),
        OperandKind::C(_) => "a capability register".to_owned(),
        OperandKind::Index => "a number, a data register, or their sum".to_owned(),
        OperandKind::Memory => "a place in memory, as in `[c1 + r2 << 3 + 8]`".to_owned(),
        OperandKind::Offset => "a place in memory, as in `[c1 + 8]`".to_owned(),
        OperandKind::Compare => {
            "a data register, a number from -128 to 127, or their sum".to_owned()
        }
        OperandKind::Target => "a label of this segment".to_owned(),
        OperandKind::Immediate => "a number".to_owned(),
        OperandKind::Name { list, .. } => format!("a {list}"),
    }
}

/// The ordinal of an operand, in words.
fn ordinal(index: usize) -> &'static str {
    match index {
        0 => "first",
        1 => "second",
        2 => "third",
        _ => "fourth",
    }
}

/// The instruction that does for capabilities what this one does for data: the
/// same name with a `c` behind it or in front.
fn counterpart(name: &str) -> Option<&'static str> {
    [format!("{name}c"), format!("c{name}")]
        .iter()
        .find_map(|name| Opcode::from_mnemonic(name))
        .map(Opcode::mnemonic)
}

impl Unit<'_> {
    /// The word of an instruction in a statement. What is wrong is reported.
    pub(crate) fn encode(
        &mut self,
        opcode: Opcode,
        operation: &Operation,
        statement: usize,
    ) -> Option<u64> {
        let wanted = opcode.format().operands();
        let given = operation.operands.as_slice();
        let mut word = u64::from(opcode.number());
        // `ret`, `call L` and `callc c1` mean the link register c7.
        let links = matches!(opcode, Opcode::Ret | Opcode::Call | Opcode::Callc);
        let mut rest = wanted;
        if links
            && given.len() + 1 == wanted.len()
            && let [first, others @ ..] = wanted
        {
            word |= first.place(Encoded::C(C::new(abi::REGISTER_LINK)?))?;
            rest = others;
        }
        if given.len() != rest.len() {
            let message = format!(
                "`{}` takes {}, and here {}",
                opcode.mnemonic(),
                operands(wanted.len()),
                match given.len() {
                    0 => "are none".to_owned(),
                    1 => "is one".to_owned(),
                    count => format!("are {}", in_words(count)),
                },
            );
            let diagnostic = Diagnostic::new(Code::OperandCount, operation.span, message)
                .note(format!("it is written `{}`", syntax(opcode)));
            self.report(diagnostic);
            return None;
        }
        // Every operand is looked at, so that every mistake is reported.
        let mut sound = true;
        for (index, (wanted, given)) in rest.iter().zip(given).enumerate() {
            let place = Slot {
                operation: OperationKind::Instruction(opcode),
                index,
                statement,
            };
            let bits = self
                .operand(wanted.kind, given, place)
                .and_then(|value| wanted.place(value));
            match bits {
                Some(bits) => word |= bits,
                None => sound = false,
            }
        }
        sound.then_some(word)
    }

    /// The value of an operand in its place. What is wrong is reported.
    pub(crate) fn operand(
        &mut self,
        kind: OperandKind,
        operand: &Operand,
        slot: Slot,
    ) -> Option<Encoded> {
        let statement = slot.statement;
        match (kind, operand.kind) {
            (OperandKind::R(_), _) => match self.operand_register(operand, statement) {
                Some(Register::R(register)) => Some(Encoded::R(register)),
                _ => self.mismatch(kind, operand, slot),
            },
            (OperandKind::C(_), _) => match self.operand_register(operand, statement) {
                Some(Register::C(register)) => Some(Encoded::C(register)),
                _ => self.mismatch(kind, operand, slot),
            },
            (OperandKind::Index, OperandSyntax::Value(expression)) => {
                let sum = self.plain_sum(kind, expression, operand, slot)?;
                Some(Encoded::Index(self.index_of(
                    &sum,
                    operand.span,
                    statement,
                )?))
            }
            (OperandKind::Compare, OperandSyntax::Value(expression)) => {
                let sum = self.plain_sum(kind, expression, operand, slot)?;
                self.compare(&sum, operand.span, statement)
                    .map(Encoded::Compare)
            }
            (OperandKind::Memory | OperandKind::Offset, OperandSyntax::Memory(expression)) => {
                self.memory(kind, expression, operand, slot)
            }
            (OperandKind::Target, OperandSyntax::Value(expression)) => {
                if self.operand_register(operand, statement).is_some() {
                    return self.mismatch(kind, operand, slot);
                }
                self.target(expression, operand.span, statement)
                    .map(Encoded::Target)
            }
            (OperandKind::Immediate, OperandSyntax::Value(expression)) => {
                if self.operand_register(operand, statement).is_some() {
                    return self.mismatch(kind, operand, slot);
                }
                let value = self.evaluate(expression, statement);
                let value = self.known(value, "the operand of an instruction")?;
                if let Value::Deferred(value) = value {
                    self.defer(Site::Immediate, value, 0, operand.span);
                    return Some(Encoded::Immediate(0));
                }
                let number = self.number(expression, statement);
                let number = self.known(number, "the operand of an instruction")?;
                self.signed(number, 32, operand.span)
                    .and_then(|number| i32::try_from(number).ok())
                    .map(Encoded::Immediate)
            }
            (OperandKind::Name { list, rows }, OperandSyntax::Value(expression)) => {
                // A name of a list may contain what else is an operator.
                let text = self.text(operand.span);
                let found = rows.iter().find(|row| row.name == text);
                match found {
                    Some(row) => Some(Encoded::Name(row.number)),
                    None => self.unnamed(list, rows, expression, operand, slot),
                }
            }
            _ => self.mismatch(kind, operand, slot),
        }
    }

    fn mismatch<T>(&mut self, kind: OperandKind, operand: &Operand, slot: Slot) -> Option<T> {
        let wanted = expectation(kind);
        // A name that means nothing was probably meant as what the place wants.
        if let Some(name) = self.plain_name(operand)
            && self.is_unknown(self.text(name), slot.statement)
        {
            let mut diagnostic = self.undefined(name, slot.statement);
            diagnostic = diagnostic.label(format!("expected {wanted}"));
            self.report(diagnostic);
            return None;
        }
        let found = self.describe(operand, slot.statement);
        let name = slot.operation.name();
        let message = format!(
            "the {} operand of `{name}` is {wanted}, not {found}",
            ordinal(slot.index)
        );
        let mut diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
            .label(format!("this is {found}"))
            .note(format!("it is written `{}`", slot.operation.syntax()));
        let capability = self.operand_register(operand, slot.statement);
        if let Some(Register::C(_)) = capability
            && let Some(counterpart) = counterpart(name)
        {
            diagnostic = diagnostic.help(format!("for capabilities there is `{counterpart}`"));
        }
        self.report(diagnostic);
        None
    }

    /// Whether a name means nothing in a statement.
    fn is_unknown(&self, name: &str, statement: usize) -> bool {
        let context = self.context(statement);
        let procedure = context.and_then(|context| context.procedure);
        let scope = context.and_then(|context| context.scope);
        self.symbols.lookup(scope, name).is_none()
            && !self.constants.contains_key(name)
            && !self.segments_by_name.contains_key(name)
            && self.register(name, procedure).is_none()
    }

    fn unnamed(
        &mut self,
        list: &str,
        rows: &[instruction::names::NamedRow],
        expression: Expression,
        operand: &Operand,
        slot: Slot,
    ) -> Option<Encoded> {
        let name = self.plain_name(operand).map(|name| self.text(name));
        if name.is_none_or(|name| !self.is_unknown(name, slot.statement))
            && self.operand_register(operand, slot.statement).is_none()
        {
            let number = self.number(expression, slot.statement);
            let number = self.known(number, "the operand of an instruction")?;
            let row = rows.iter().find(|row| i64::from(row.number) == number);
            if let Some(row) = row {
                return Some(Encoded::Name(row.number));
            }
        }
        let text = self.text(operand.span);
        let message = format!("`{text}` is no {list}");
        let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
        let mut diagnostic = Diagnostic::new(Code::UnknownName, operand.span, message);
        if let Some(close) = self.sink.closest(text, names.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `{close}`?"));
        }
        self.report(diagnostic.note(format!("there are {}", names.join(", "))));
        None
    }

    /// A sum without a capability.
    fn plain_sum(
        &mut self,
        kind: OperandKind,
        expression: Expression,
        operand: &Operand,
        slot: Slot,
    ) -> Option<Sum> {
        if let Some(Register::C(_)) = self.operand_register(operand, slot.statement) {
            return self.mismatch(kind, operand, slot);
        }
        let sum = self.sum(expression, slot.statement);
        let sum = self.known(sum, "the operand of an instruction")?;
        if sum.base.is_some() {
            return self.mismatch(kind, operand, slot);
        }
        Some(sum)
    }

    fn memory(
        &mut self,
        kind: OperandKind,
        expression: Expression,
        operand: &Operand,
        slot: Slot,
    ) -> Option<Encoded> {
        let sum = self.sum(expression, slot.statement);
        let sum = self.known(sum, "the operand of an instruction")?;
        let Some(base) = sum.base else {
            let message = "a place in memory needs a capability register";
            let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message).note(
                "memory is reached through capabilities alone: `la c1, label`, then `[c1 + 8]`",
            );
            self.report(diagnostic);
            return None;
        };
        let index = self.index_of(&sum, operand.span, slot.statement)?;
        if let OperandKind::Memory = kind {
            return Some(Encoded::Memory(Memory { base, index }));
        }
        if sum.index.is_some() {
            let name = slot.operation.name();
            let message = format!("`{name}` takes no index register");
            let diagnostic = Diagnostic::new(Code::OperandKind, operand.span, message)
                .note(format!("it is written `{}`", slot.operation.syntax()));
            self.report(diagnostic);
            return None;
        }
        let immediate = index.immediate;
        Some(Encoded::Offset(Offset { base, immediate }))
    }

    fn index_of(&mut self, sum: &Sum, span: Span, statement: usize) -> Option<Index> {
        let number = self.plain_number(sum.constant, Site::Immediate, span, statement)?;
        let number = self.signed(number, 32, span)?;
        let (register, scale) = sum.index.unwrap_or((R::ZERO, 0));
        Some(Index {
            register,
            scale,
            immediate: i32::try_from(number).ok()?,
        })
    }

    fn compare(&mut self, sum: &Sum, span: Span, statement: usize) -> Option<Compare> {
        let number = self.plain_number(sum.constant, Site::Compare, span, statement)?;
        let number = self.signed(number, 8, span)?;
        let (register, scale) = sum.index.unwrap_or((R::ZERO, 0));
        if scale != 0 {
            let message = "a register cannot be scaled in a comparison";
            self.report(Diagnostic::new(Code::Scale, span, message));
            return None;
        }
        Some(Compare {
            register,
            immediate: i8::try_from(number).ok()?,
        })
    }

    /// The number of a sum; an address is a mistake. For what only linking knows it is 0, and
    /// the linker puts the number at the site.
    fn plain_number(
        &mut self,
        value: Value,
        site: Site,
        span: Span,
        statement: usize,
    ) -> Option<i64> {
        match value {
            Value::Number(number) => Some(number),
            Value::Deferred(value) => {
                self.defer(site, value, 0, span);
                Some(0)
            }
            Value::Address { .. } => {
                let mut diagnostic = Diagnostic::new(
                    Code::AddressNotNumber,
                    span,
                    "an address stands where a number is wanted",
                );
                let in_code = self
                    .context(statement)
                    .is_some_and(|context| context.operation.is_some());
                if in_code {
                    diagnostic = diagnostic.help(
                        "to reach what is there, load a capability with `la`; `offset(label)` is its place in the segment",
                    );
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// A number that must fit in so many bits with a sign.
    pub(crate) fn signed(&mut self, number: i64, bits: u32, span: Span) -> Option<i64> {
        let limit = 1_i64 << (bits - 1);
        if (-limit..limit).contains(&number) {
            return Some(number);
        }
        let message = format!("{number} does not fit here");
        let mut diagnostic = Diagnostic::new(Code::OutOfRange, span, message).label(format!(
            "expected {} to {}",
            -limit,
            limit - 1
        ));
        diagnostic = match bits {
            32 => diagnostic.help("put it into a register with `li` first"),
            _ => diagnostic.help("put it into a register first"),
        };
        self.report(diagnostic);
        None
    }

    /// The displacement from a statement to a place in its segment.
    pub(crate) fn target(
        &mut self,
        expression: Expression,
        span: Span,
        statement: usize,
    ) -> Option<i32> {
        let value = self.evaluate(expression, statement);
        let value = self.known(value, "the target of a branch")?;
        let context = self.context(statement)?;
        let here = self.places.get(statement)?.offset?;
        if let Value::Deferred(deferred) = value
            && deferred.form == Form::Value
            && deferred.is_plain()
        {
            self.defer(Site::Branch, deferred, 0, span);
            return Some(0);
        }
        let Value::Address {
            segment, offset, ..
        } = value
        else {
            let message = "a branch goes to a label, and this is a number";
            let diagnostic = Diagnostic::new(Code::OperandKind, span, message)
                .help("`$ + 16` is two instructions further");
            self.report(diagnostic);
            return None;
        };
        let own = self.segment(context.segment)?;
        if segment != context.segment {
            let (from, to) = (own.name, self.segment(segment)?.name);
            let message = format!("this goes from segment `{from}` to segment `{to}`");
            let diagnostic = Diagnostic::new(Code::OtherSegment, span, message)
                .label(format!("a place in `{to}`"));
            let gate = OperationKind::Directive(Directive::Gate);
            self.report(if context.operation == Some(gate) {
                diagnostic.help("a gate leads to a place in its own segment")
            } else {
                diagnostic
                    .help("load an entry capability with `la c1, …` and call it with `callc c1`")
            });
            return None;
        }
        let length = own.extent();
        let inside = u64::try_from(offset).is_ok_and(|offset| offset < length);
        if !inside {
            let message = format!(
                "offset {} is outside of the segment `{}`",
                signed_hex(offset),
                own.name
            );
            let diagnostic = Diagnostic::new(Code::BranchOutside, span, message)
                .note(format!("the segment has {length:#x} bytes"));
            self.report(diagnostic);
            return None;
        }
        if offset % INSTRUCTION_SIZE.cast_signed() != 0 {
            let message = format!("offset {offset:#x} is not a multiple of 8");
            let diagnostic = Diagnostic::new(Code::BranchAlignment, span, message)
                .note("instructions lie at multiples of 8");
            self.report(diagnostic);
            return None;
        }
        // A segment is shorter than 2^28 bytes, so every displacement fits.
        i32::try_from(offset - here.cast_signed()).ok()
    }
}

/// A number in hexadecimal with its sign.
fn signed_hex(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{:#x}", number.unsigned_abs())
}

/// The place of an operand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The operation, which messages name.
    pub(crate) operation: OperationKind,
    /// The operand's position, from 0.
    pub(crate) index: usize,
    pub(crate) statement: usize,
}
