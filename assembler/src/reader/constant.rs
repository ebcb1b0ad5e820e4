//! What constants are worth while a source is being read: for conditions and
//! repetitions, which decide what is read.
//!
//! Invariant: only what stands earlier in the same file, or in what it has
//! included, counts; so reading goes through a source once.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::builtin::{self, Register};
use crate::diagnostic::{Code, Diagnostic};
use crate::operator::{OperatorError, binary, unary};
use crate::reader::Reader;
use crate::source::Span;
use crate::symbol::Value;
use crate::syntax::{Expression, NodeKind, OperandSyntax, Operation};

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The file's own names, then those of the procedure that is open.
    scopes: Vec<Scope>,
    /// The constants of the machine, once they were asked for.
    machine: BTreeMap<String, i64>,
}

#[derive(Debug, Default)]
struct Scope {
    /// Constants; none for one whose value depends on what is not known yet.
    constants: HashMap<String, Option<i64>>,
    aliases: HashSet<String>,
}

impl Known {
    /// Forgets all but the constants of the machine.
    pub(super) fn clear(&mut self) {
        self.scopes.clear();
    }

    fn innermost(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::default());
        }
        // There is one by now.
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// The value of a constant, if there is one, and if it is known.
    fn constant(&self, name: &str) -> Option<Option<i64>> {
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.constants.get(name).copied())
    }

    fn enter(&mut self) {
        self.innermost();
        self.scopes.push(Scope::default());
    }

    fn leave(&mut self) {
        if self.scopes.len() > 1 {
            self.scopes.pop();
        }
    }
}

/// Why an expression has no value yet.
enum Obstacle {
    /// The name here is unknown, or its value.
    Unknown(Span),
    /// It divides by zero here.
    Zero(Span),
    /// It is broken, and that was reported.
    Broken,
}

impl Reader<'_> {
    /// Notes what a statement says about constants and registers.
    pub(super) fn note(&mut self, operation: &Operation) {
        match (
            self.sources.text(operation.name),
            operation.operands.as_slice(),
        ) {
            (".equ", [name, value]) => {
                let (Some(name), OperandSyntax::Value(value)) = (self.plain_name(name), value.kind)
                else {
                    return;
                };
                let value = self.try_constant(value).ok();
                let name = self.sources.text(name).to_owned();
                self.known
                    .innermost()
                    .constants
                    .entry(name)
                    .or_insert(value);
            }
            (".endproc", _) => {
                self.end_procedure();
                self.known.leave();
            }
            (word, operands) => {
                if word == ".proc" {
                    self.known.enter();
                }
                for operand in operands {
                    if let OperandSyntax::Alias { name, .. } = operand.kind {
                        let name = self.sources.text(name).to_owned();
                        self.known.innermost().aliases.insert(name);
                    }
                }
            }
        }
    }

    /// Notes the value of a constant.
    pub(super) fn know(&mut self, name: String, value: i64) {
        let constants = &mut self.known.innermost().constants;
        constants.entry(name).or_insert(Some(value));
    }

    /// Whether a name is that of a register here.
    pub(super) fn is_register(&self, name: &str) -> bool {
        let mut scopes = self.known.scopes.iter();
        Register::named(name).is_some() || scopes.any(|scope| scope.aliases.contains(name))
    }

    /// The value of an expression; that it has none is reported.
    pub(super) fn constant(&mut self, expression: Expression) -> Option<i64> {
        let diagnostic = match self.try_constant(expression) {
            Ok(value) => return Some(value),
            Err(Obstacle::Broken) => return None,
            Err(Obstacle::Zero(span)) => {
                let message = "this expression divides by zero";
                Diagnostic::new(Code::DivisionByZero, span, message).label("the divisor is 0")
            }
            Err(Obstacle::Unknown(span)) => {
                let text = self.sources.text(span);
                let message = format!("`{text}` is no number that is known here");
                Diagnostic::new(Code::NotYetKnown, span, message)
                    .note("what is read depends on it, so only constants that stand earlier in the same file count")
            }
        };
        self.sink.push(diagnostic);
        None
    }

    fn try_constant(&mut self, expression: Expression) -> Result<i64, Obstacle> {
        let nodes = self.program.nodes.postfix(expression).to_vec();
        let mut values: Vec<i64> = Vec::new();
        let mut nodes = nodes.into_iter();
        while let Some(node) = nodes.next() {
            let mut pop = || values.pop().ok_or(Obstacle::Broken);
            let value = match node.kind {
                NodeKind::Number(number) => number,
                NodeKind::Broken => return Err(Obstacle::Broken),
                NodeKind::Float | NodeKind::Here | NodeKind::Call { .. } => {
                    return Err(Obstacle::Unknown(node.span));
                }
                NodeKind::Name => self.named(self.text_of(node.span), node.span)?,
                NodeKind::Function => {
                    let argument = nodes.next().ok_or(Obstacle::Broken)?;
                    let call = nodes.next().map(|call| call.kind);
                    let (NodeKind::Name, Some(NodeKind::Call { arguments: 1 })) =
                        (argument.kind, call)
                    else {
                        return Err(Obstacle::Unknown(node.span));
                    };
                    let name = self.text_of(argument.span);
                    match self.sources.text(node.span) {
                        "defined" => i64::from(self.is_defined(&name)),
                        "sizeof" => self.named(format!("size.{name}"), argument.span)?,
                        _ => return Err(Obstacle::Unknown(node.span)),
                    }
                }
                NodeKind::Unary(operator) => {
                    let value = Value::Number(pop()?);
                    plain(unary(operator, value), node.span)?
                }
                NodeKind::Binary(operator) => {
                    let right = Value::Number(pop()?);
                    let left = Value::Number(pop()?);
                    plain(binary(operator, left, right), node.span)?
                }
            };
            values.push(value);
        }
        values.pop().ok_or(Obstacle::Broken)
    }

    fn text_of(&self, span: Span) -> String {
        self.sources.text(span).to_owned()
    }

    fn named(&mut self, name: String, span: Span) -> Result<i64, Obstacle> {
        let list = self.records.list().map(|list| self.sources.text(list));
        let member = list.map(|list| format!("{list}.{name}"));
        // In a list, its own names need no other in front.
        let value = member
            .and_then(|member| self.known.constant(&member))
            .or_else(|| self.known.constant(&name));
        match value {
            Some(value) => value.ok_or(Obstacle::Unknown(span)),
            None => self.machine(&name).ok_or(Obstacle::Unknown(span)),
        }
    }

    fn machine(&mut self, name: &str) -> Option<i64> {
        if self.known.machine.is_empty() {
            self.known.machine = builtin::constants_by_name();
        }
        self.known.machine.get(name).copied()
    }

    /// Whether a name is that of a constant or macro that stands earlier.
    fn is_defined(&mut self, name: &str) -> bool {
        let mut scopes = self.known.scopes.iter();
        scopes.any(|scope| scope.constants.contains_key(name))
            || self.macros.contains_key(name)
            || self.machine(name).is_some()
    }
}

fn plain(result: Result<Value, OperatorError>, span: Span) -> Result<i64, Obstacle> {
    match result {
        Ok(Value::Number(number)) => Ok(number),
        Ok(Value::Address { .. } | Value::Deferred(_))
        | Err(OperatorError::Address | OperatorError::Deferred) => Err(Obstacle::Unknown(span)),
        Err(OperatorError::Zero) => Err(Obstacle::Zero(span)),
    }
}
