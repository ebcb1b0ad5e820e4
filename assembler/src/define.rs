//! Definitions: names get their meanings.
//!
//! Invariant: a name that is a register or a constant of the machine is never
//! defined, and the first definition of a name is the one that counts.

use crate::diagnostic::{Code, Diagnostic};
use crate::scope::OpenScopes;
use crate::source::Span;
use crate::symbol::{Label, LabelKind, Meaning, ScopeId, SegmentId, State, Symbol, SymbolId};
use crate::syntax::{Expression, NodeKind, Operand, OperandSyntax, Operation};
use crate::unit::Unit;

impl Unit<'_> {
    /// Defines a label, which gets its place in layout.
    pub(crate) fn define_label(
        &mut self,
        span: Span,
        kind: LabelKind,
        segment: SegmentId,
        scope: Option<ScopeId>,
    ) {
        let meaning = Meaning::Label(Label {
            segment,
            offset: None,
            file: 0,
            kind,
        });
        self.define(span, scope, meaning);
    }

    /// Gives a name its meaning, unless it is taken.
    pub(crate) fn define(
        &mut self,
        span: Span,
        scope: Option<ScopeId>,
        meaning: Meaning,
    ) -> Option<SymbolId> {
        let procedure = scope.and_then(|scope| self.symbols.procedure_of(scope));
        let name = self.text(span);
        if let Some(register) = self.register(name, procedure) {
            let message = match register.to_string() {
                same if same == name => format!("`{name}` is a register"),
                other => format!("`{name}` is the register {other}"),
            };
            let diagnostic =
                Diagnostic::new(Code::ReservedName, span, message).help("choose another name");
            self.report(diagnostic);
            return None;
        }
        if self.constants.contains_key(name) {
            let message = format!("`{name}` is a constant of the machine");
            let diagnostic =
                Diagnostic::new(Code::ReservedName, span, message).help("choose another name");
            self.report(diagnostic);
            return None;
        }
        let symbol = Symbol {
            name,
            span,
            scope,
            meaning,
            used: false,
            foreign: false,
        };
        match self.symbols.define(symbol) {
            Ok(id) => Some(id),
            Err(first) => {
                let message = format!("`{name}` is defined twice");
                let mut diagnostic = Diagnostic::new(Code::DuplicateSymbol, span, message)
                    .label("defined again here");
                if let Some(first) = self.symbols.get(first) {
                    diagnostic = diagnostic.second(first.span, "first defined here");
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// `.equ NAME, expression`.
    pub(crate) fn define_constant(
        &mut self,
        operation: &Operation,
        index: usize,
        scopes: &OpenScopes<'_>,
    ) {
        let [_, value] = operation.operands.as_slice() else {
            return;
        };
        let Some(name) = self.name_operand(operation, "a constant") else {
            return;
        };
        let OperandSyntax::Value(expression) = value.kind else {
            let message = "expected an expression";
            self.report(Diagnostic::new(Code::OperandKind, value.span, message));
            return;
        };
        let meaning = Meaning::Constant {
            expression,
            statement: index,
            state: State::Fresh,
        };
        let scope = scopes.of(self.text(name));
        self.define(name, scope, meaning);
    }

    /// The first operand, which must be a name of the program's own.
    pub(crate) fn name_operand(&mut self, operation: &Operation, what: &str) -> Option<Span> {
        let operand = operation.operands.first()?;
        let span = self.plain_name(operand);
        if span.is_none() {
            let message = format!("expected the name of {what}");
            self.report(Diagnostic::new(Code::OperandKind, operand.span, message));
        }
        span
    }

    /// The place of a name that is an operand alone.
    pub(crate) fn plain_name(&self, operand: &Operand) -> Option<Span> {
        match operand.kind {
            OperandSyntax::Value(expression) => self.plain_expression(expression),
            _ => None,
        }
    }

    fn plain_expression(&self, expression: Expression) -> Option<Span> {
        let node = self.program.nodes.get(expression.root)?;
        (node.kind == NodeKind::Name).then_some(node.span)
    }
}
