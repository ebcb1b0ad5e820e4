//! Making the bytes: instructions and data.
//!
//! Everything has its place by now, so every value can be known, but what only
//! the linker knows. Invariant: bytes go only where layout made room for them.

use isa::instruction::format::Jump;
use isa::instruction::{INSTRUCTION_SIZE, Opcode};

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::literal;
use crate::procedure::word;
use crate::reader::literal_diagnostic;
use crate::symbol::{SegmentId, Value};
use crate::syntax::{Operand, OperandSyntax, Operation};
use crate::unit::{OperationKind, Unit};

impl Unit<'_> {
    /// Makes the bytes of all statements.
    pub(crate) fn emit(&mut self) {
        let program = self.program;
        for (index, statement) in program.statements.iter().enumerate() {
            let Some(context) = self.context(index) else {
                continue;
            };
            let Some((operation, kind)) = statement.operation.as_ref().zip(context.operation)
            else {
                continue;
            };
            let place = self.places.get(index).copied().unwrap_or_default();
            let Some(offset) = place.offset else {
                continue;
            };
            if kind == OperationKind::Directive(Directive::Equ) {
                self.settle_equ(operation, &context);
            }
            if kind == OperationKind::Directive(Directive::Assert) {
                self.check_assertion(operation, index);
            }
            if place.size == 0 {
                continue;
            }
            self.note_line(context.segment, offset, operation.span);
            match kind {
                OperationKind::Instruction(opcode) => {
                    if let Some(word) = self.encode(opcode, operation, index) {
                        self.write_words(context.segment, offset, &[word]);
                    }
                }
                OperationKind::Pseudo(pseudo) => {
                    let length = usize::try_from(place.size / INSTRUCTION_SIZE).unwrap_or(0);
                    if let Some(words) = self.expand(pseudo, operation, index, length) {
                        self.write_words(context.segment, offset, &words);
                    }
                }
                OperationKind::Directive(Directive::Gate) => {
                    self.emit_gate(operation, index, context.segment, offset);
                }
                OperationKind::Directive(Directive::Cap) => {
                    self.emit_capability(operation, index);
                }
                OperationKind::Directive(Directive::Authority) => {
                    self.emit_authority(operation, index);
                }
                OperationKind::Directive(directive) => {
                    let bytes = self.data(directive, operation, index, place.size);
                    self.write(context.segment, offset, &bytes);
                }
            }
            self.note_deferred(context.segment, offset);
        }
    }

    /// `.assert expression, "message"`.
    fn check_assertion(&mut self, operation: &Operation, statement: usize) {
        let [condition, message @ ..] = operation.operands.as_slice() else {
            return;
        };
        let (
            OperandSyntax::Value(expression),
            []
            | [
                Operand {
                    kind: OperandSyntax::Text,
                    ..
                },
            ],
        ) = (condition.kind, message)
        else {
            self.wrong_count(operation, Directive::Assert.syntax());
            return;
        };
        let value = self.number(expression, statement);
        if self.known(value, "an assertion") != Some(0) {
            return;
        }
        let said = message
            .first()
            .and_then(|message| self.text_operand(message));
        let message = said.unwrap_or_else(|| "this assertion does not hold".to_owned());
        let mut diagnostic = Diagnostic::new(Code::Assertion, condition.span, message);
        let sides = self.program.nodes.operands(expression);
        if let [left, right] = sides.as_slice()
            && let Ok(Value::Number(left)) = self.evaluate(*left, statement)
            && let Ok(Value::Number(right)) = self.evaluate(*right, statement)
        {
            diagnostic =
                diagnostic.label(format!("the left side is {left}, the right side {right}"));
        }
        self.report(diagnostic);
    }

    /// The text of a string operand; that it is none is reported.
    fn text_operand(&mut self, operand: &Operand) -> Option<String> {
        match literal::string(self.text(operand.span)) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                self.report(literal_diagnostic(operand.span, &error));
                None
            }
        }
    }

    fn emit_gate(
        &mut self,
        operation: &Operation,
        statement: usize,
        segment: SegmentId,
        offset: u64,
    ) {
        let Some(operand) = operation.operands.get(1) else {
            return;
        };
        let OperandSyntax::Value(expression) = operand.kind else {
            self.wrong_count(operation, Directive::Gate.syntax());
            return;
        };
        if let Some(target) = self.target(expression, operand.span, statement) {
            let jump = word(Opcode::J, Jump { target }.pack());
            self.write_words(segment, offset, &[jump]);
        }
    }

    fn write_words(&mut self, segment: SegmentId, offset: u64, words: &[u64]) {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.write(segment, offset, &bytes);
    }

    /// Puts bytes into a segment, as far as it has the length for them.
    pub(crate) fn write(&mut self, id: SegmentId, offset: u64, bytes: &[u8]) {
        let Some(segment) = self.segment_mut(id) else {
            return;
        };
        let end = offset.saturating_add(bytes.len() as u64);
        let (Ok(start), Ok(end)) = (usize::try_from(offset), usize::try_from(end)) else {
            return;
        };
        if bytes.is_empty() || end as u64 > segment.length {
            return;
        }
        if segment.bytes.len() < end {
            segment.bytes.resize(end, 0);
        }
        if let Some(place) = segment.bytes.get_mut(start..end) {
            place.copy_from_slice(bytes);
        }
    }
}
