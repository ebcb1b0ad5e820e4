//! Capabilities that a program has from the start, as sources ask for them:
//! `.cap`, `.authority`, and what `la` loads.
//!
//! Which bits they have is known when the program is linked. Invariant: what
//! is left to the linker names something that there can be a capability to.

use isa::Permissions;

use crate::diagnostic::{Code, Diagnostic};
use crate::leavings::Target;
use crate::object::{Form, Site};
use crate::source::Span;
use crate::symbol::{Base, Object, Value};
use crate::syntax::{Operand, OperandSyntax, Operation};
use crate::unit::Unit;

impl Unit<'_> {
    /// What an operand asks for a capability to. What is wrong is reported.
    pub(crate) fn capability_target(
        &mut self,
        operand: &Operand,
        statement: usize,
    ) -> Option<Target> {
        let value = match operand.kind {
            OperandSyntax::Value(expression)
                if self.operand_register(operand, statement).is_none() =>
            {
                let value = self.evaluate(expression, statement);
                self.known(value, "the target of a capability")?
            }
            _ => {
                let found = self.describe(operand, statement);
                let message = format!("expected a label or a segment, and this is {found}");
                self.report(Diagnostic::new(
                    Code::CapabilityTarget,
                    operand.span,
                    message,
                ));
                return None;
            }
        };
        match value {
            Value::Address {
                offset,
                object: Some(object),
                ..
            } => {
                if let Some(start) = self.object_offset(object) {
                    let addend = offset.wrapping_sub(start);
                    return Some(Target::Object { object, addend });
                }
            }
            Value::Deferred(value) if value.form == Form::Value && value.is_plain() => {
                let addend = value.addend;
                match value.base {
                    Base::External(name) => return Some(Target::External { name, addend }),
                    Base::Named(segment) => {
                        let object = Object::Segment(segment);
                        return Some(Target::Object { object, addend });
                    }
                    Base::Segment(_) => {}
                }
            }
            _ => {}
        }
        let message = "there is no object here to have a capability to";
        let diagnostic = Diagnostic::new(Code::CapabilityTarget, operand.span, message)
            .label("expected a label or a segment, at most with a number added");
        self.report(diagnostic);
        None
    }

    /// `.cap target, length, permissions`.
    pub(crate) fn emit_capability(&mut self, operation: &Operation, statement: usize) {
        let [target, rest @ ..] = operation.operands.as_slice() else {
            return;
        };
        let place = target.span;
        let Some(target) = self.capability_target(target, statement) else {
            return;
        };
        let mut sound = true;
        if let [length, letters @ ..] = rest {
            sound &= self.emit_length(length, statement).is_some();
            if let Some(letters) = letters.first() {
                sound &= self.emit_permissions(letters).is_some();
            }
        }
        if sound {
            self.defer_target(Site::Capability, target, place);
        } else {
            self.deferred.clear();
        }
    }

    fn emit_length(&mut self, operand: &Operand, statement: usize) -> Option<()> {
        let OperandSyntax::Value(expression) = operand.kind else {
            let message = "expected the length of the capability in bytes";
            self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
            return None;
        };
        let value = self.evaluate(expression, statement);
        match self.known(value, "the length of a capability")? {
            Value::Deferred(value) => {
                self.defer(Site::CapabilityLength, value, 0, operand.span);
            }
            _ => {
                let bytes = self.number(expression, statement);
                let bytes = self.known(bytes, "the length of a capability")?;
                self.defer_number(Site::CapabilityLength, bytes, operand.span);
            }
        }
        Some(())
    }

    fn emit_permissions(&mut self, operand: &Operand) -> Option<()> {
        let text = self.text(operand.span);
        let Some(asked) = Permissions::from_letters(text) else {
            let message = format!("`{text}` is no set of permissions");
            let diagnostic = Diagnostic::new(Code::CapabilityPermissions, operand.span, message)
                .note("the letters are r, w, x, l, s and m");
            self.report(diagnostic);
            return None;
        };
        let bits = i64::from(asked.bits());
        self.defer_number(Site::CapabilityPermissions, bits, operand.span);
        Some(())
    }

    /// `.authority types`.
    pub(crate) fn emit_authority(&mut self, operation: &Operation, statement: usize) {
        if let Some((count, span)) = self.object_types(operation, statement) {
            self.defer_number(Site::Authority, count, span);
        }
    }

    /// How many object types an authority is over, and where that is said.
    fn object_types(&mut self, operation: &Operation, statement: usize) -> Option<(i64, Span)> {
        let [operand, ..] = operation.operands.as_slice() else {
            return Some((1, operation.span));
        };
        let OperandSyntax::Value(expression) = operand.kind else {
            let message = "expected how many object types the authority is over";
            self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
            return None;
        };
        let count = self.number(expression, statement);
        Some((self.known(count, "a number of types")?, operand.span))
    }
}
