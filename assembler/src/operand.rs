//! Operands: what the expressions of an instruction mean in their places.
//!
//! A sum such as `c2 + r1 << 3 + 8` is taken apart into its registers and its
//! number. Invariant: a register counts only as a term of the sum, and an
//! index register may be shifted by a scale; anywhere else it is a mistake.

use isa::instruction::operand::Index;
use isa::instruction::{C, R};

use crate::builtin::Register;
use crate::diagnostic::{Code, Diagnostic};
use crate::operator::binary;
use crate::source::Span;
use crate::symbol::Value;
use crate::syntax::{Binary, Expression, NodeKind, Operand, OperandSyntax};
use crate::unit::{Failure, Unit};

/// A sum of registers and a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub(crate) base: Option<C>,
    pub(crate) index: Option<(R, u8)>,
    pub(crate) constant: Value,
}

impl Unit<'_> {
    /// The register that an operand is, if it is a register alone.
    pub(crate) fn operand_register(&self, operand: &Operand, statement: usize) -> Option<Register> {
        match operand.kind {
            OperandSyntax::Value(expression) => self.register_at(expression.root, statement),
            _ => None,
        }
    }

    /// The register that the node at an index names.
    pub(crate) fn register_at(&self, index: u32, statement: usize) -> Option<Register> {
        let node = self.program.nodes.get(index)?;
        let procedure = self
            .context(statement)
            .and_then(|context| context.procedure);
        match node.kind {
            NodeKind::Name => self.register(self.text(node.span), procedure),
            _ => None,
        }
    }

    /// What an operand is, in words, for messages.
    pub(crate) fn describe(&self, operand: &Operand, statement: usize) -> &'static str {
        match operand.kind {
            OperandSyntax::Memory(_) => "a place in memory",
            OperandSyntax::Text => "a string",
            OperandSyntax::Alias { .. } => "a register alias",
            OperandSyntax::Value(expression) => match self.operand_register(operand, statement) {
                Some(Register::R(_)) => "a data register",
                Some(Register::C(_)) => "a capability register",
                None => self.describe_sum(expression, statement),
            },
        }
    }

    fn describe_sum(&self, expression: Expression, statement: usize) -> &'static str {
        let registers = self.registers_in(expression, statement);
        let capability = |index: &u32| {
            let register = self.register_at(*index, statement);
            matches!(register, Some(Register::C(_)))
        };
        match registers.as_slice() {
            [] => "a number",
            registers if registers.iter().any(capability) => "a sum with a capability register",
            _ => "a sum with a register",
        }
    }

    /// The indices of the nodes of an expression that are registers, rising.
    pub(crate) fn registers_in(&self, expression: Expression, statement: usize) -> Vec<u32> {
        let nodes = self.program.nodes.postfix(expression);
        let first = (u64::from(expression.root) + 1).saturating_sub(nodes.len() as u64);
        (first..=u64::from(expression.root))
            .filter_map(|index| u32::try_from(index).ok())
            .filter(|index| self.register_at(*index, statement).is_some())
            .collect()
    }

    /// Takes a sum apart.
    pub(crate) fn sum(&mut self, expression: Expression, statement: usize) -> Result<Sum, Failure> {
        let registers = self.registers_in(expression, statement);
        let program = self.program;
        let mut sum = Sum {
            base: None,
            index: None,
            constant: Value::Number(0),
        };
        // The terms that are still to be looked at, the next one last.
        let mut terms = vec![(Binary::Plus, expression)];
        while let Some((sign, term)) = terms.pop() {
            let Some(node) = program.nodes.get(term.root) else {
                return Err(Failure::Reported);
            };
            let first = registers.partition_point(|index| *index < node.start);
            if registers.get(first).is_none_or(|index| *index > term.root) {
                let value = self.evaluate(term, statement)?;
                let total = binary(sign, sum.constant, value);
                sum.constant = self.checked(total, node.span)?;
                continue;
            }
            let operands = program.nodes.operands(term);
            match (node.kind, operands.as_slice()) {
                (NodeKind::Binary(operator @ (Binary::Plus | Binary::Minus)), [left, right])
                    if sign == Binary::Plus =>
                {
                    terms.push((operator, *right));
                    terms.push((Binary::Plus, *left));
                }
                _ if sign == Binary::Minus => {
                    return self.misused(node.span, "a register cannot be subtracted here");
                }
                (NodeKind::Name, _) => match self.register_at(term.root, statement) {
                    Some(Register::C(register)) => {
                        if sum.base.replace(register).is_some() {
                            return self.misused(node.span, "a second capability register");
                        }
                    }
                    Some(Register::R(register)) => self.index(&mut sum, register, 0, node.span)?,
                    None => return Err(Failure::Reported),
                },
                (NodeKind::Binary(Binary::Left), [left, right]) => {
                    let Some(Register::R(register)) = self.register_at(left.root, statement) else {
                        return self.misused(node.span, "only a data register can be scaled");
                    };
                    let scale = self.number(*right, statement)?;
                    let scale = self.scale(scale, *right)?;
                    self.index(&mut sum, register, scale, node.span)?;
                }
                _ => {
                    return self.misused(
                        node.span,
                        "registers can only be added, and a data register shifted left",
                    );
                }
            }
        }
        Ok(sum)
    }

    fn index(&mut self, sum: &mut Sum, register: R, scale: u8, span: Span) -> Result<(), Failure> {
        match sum.index.replace((register, scale)) {
            None => Ok(()),
            Some(_) => self.misused(span, "a second data register"),
        }
    }

    fn scale(&mut self, scale: i64, place: Expression) -> Result<u8, Failure> {
        let span = self.program.nodes.get(place.root).map(|node| node.span);
        let fits = u8::try_from(scale)
            .ok()
            .filter(|scale| *scale <= Index::MAX_SCALE);
        if fits.is_none()
            && let Some(span) = span
        {
            let message = format!("a register cannot be scaled by {scale}");
            let diagnostic = Diagnostic::new(Code::Scale, span, message)
                .label("expected 0 to 4")
                .note("the scale is a power of two: 3 is for words of eight bytes");
            self.report(diagnostic);
        }
        fits.ok_or(Failure::Reported)
    }

    fn misused<T>(&mut self, span: Span, message: &str) -> Result<T, Failure> {
        let diagnostic = Diagnostic::new(Code::OperandKind, span, message)
            .note("such a sum is at most a register, shifted left by a scale, and a number; in memory operands also one capability: `[c1 + r2 << 3 + 8]`");
        self.report(diagnostic);
        Err(Failure::Reported)
    }
}
