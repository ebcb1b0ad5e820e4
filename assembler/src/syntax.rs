//! The syntax tree: what the parser makes of a source, meaning nothing yet.
//!
//! Expressions are kept in postfix order in one vector, operands before their
//! operator. So no depth of nesting in a source makes anything here recurse,
//! and an expression is a range. Invariant: within that range each node's
//! operands end right before it or before its later operands, and
//! [`Node::start`] says where the first of them begins.

use std::collections::HashMap;

use crate::source::{SourceId, Span};

/// All statements of a program, in order.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) statements: Vec<Statement>,
    /// Every expression's nodes.
    pub(crate) nodes: Nodes,
    /// For each file that was given (not included), how many statements there
    /// are up to its end.
    pub(crate) files: Vec<usize>,
    /// The source of each of these files; what it includes comes behind it.
    pub(crate) roots: Vec<SourceId>,
    /// The bytes of each `.incbin`, by its statement.
    pub(crate) binaries: HashMap<usize, Vec<u8>>,
}

/// The nodes of all expressions.
#[derive(Debug, Default)]
pub(crate) struct Nodes(Vec<Node>);

/// A line of the source: labels, then at most one operation.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) labels: Vec<Span>,
    pub(crate) operation: Option<Operation>,
}

/// An instruction, pseudo-instruction or directive.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) name: Span,
    pub(crate) operands: Vec<Operand>,
    /// From the name to the end of the last operand.
    pub(crate) span: Span,
}

/// An operand as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand {
    pub(crate) kind: OperandSyntax,
    pub(crate) span: Span,
}

/// What an operand looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OperandSyntax {
    /// An expression, a register and a name among them.
    Value(Expression),
    /// An expression in brackets.
    Memory(Expression),
    /// A string; its bytes are those of the operand's span, decoded.
    Text,
    /// `name: register`.
    Alias { name: Span, register: Span },
}

/// An expression: its last node is at `root`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expression {
    pub(crate) root: u32,
}

/// A node of an expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// The whole of this part of the source, its operands included.
    pub(crate) span: Span,
    /// Index of the first node that belongs to it.
    pub(crate) start: u32,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// An integer or character.
    Number(i64),
    /// An integer that could not be read; it was reported.
    Broken,
    /// A number with a point or an exponent.
    Float,
    /// A name.
    Name,
    /// `$`, the place of the statement.
    Here,
    /// The name in front of the arguments of a call. It has no value.
    Function,
    /// A call of the function so many nodes earlier.
    Call { arguments: u32 },
    /// An operator on the expression before it.
    Unary(Unary),
    /// An operator on the two expressions before it.
    Binary(Binary),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Minus,
    Complement,
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    OrElse,
    AndAlso,
    Or,
    Xor,
    And,
    Equal,
    Different,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Left,
    Right,
    Plus,
    Minus,
    Times,
    Over,
    Remainder,
}

impl Nodes {
    /// A node without operands.
    pub(crate) fn leaf(&mut self, kind: NodeKind, span: Span) -> Expression {
        let start = self.len();
        self.push(Node { kind, span, start })
    }

    /// An operator on one expression.
    pub(crate) fn unary(&mut self, operator: Unary, operand: Expression, span: Span) -> Expression {
        let start = self.start(operand);
        let kind = NodeKind::Unary(operator);
        self.push(Node { kind, span, start })
    }

    /// An operator on two expressions: `left`, and the one made after it.
    pub(crate) fn binary(&mut self, operator: Binary, left: Expression, span: Span) -> Expression {
        let start = self.start(left);
        let kind = NodeKind::Binary(operator);
        self.push(Node { kind, span, start })
    }

    /// A call of a function whose name is at `function`.
    pub(crate) fn call(
        &mut self,
        function: Expression,
        arguments: &[Expression],
        span: Span,
    ) -> Expression {
        let start = function.root;
        let arguments = u32::try_from(arguments.len()).unwrap_or(u32::MAX);
        let kind = NodeKind::Call { arguments };
        self.push(Node { kind, span, start })
    }

    /// The node at an index.
    pub(crate) fn get(&self, index: u32) -> Option<Node> {
        self.0.get(index as usize).copied()
    }

    /// How many nodes there are; the index of the next one.
    pub(crate) fn len(&self) -> u32 {
        // Every node takes a byte of source, and sources are bounded.
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// All nodes of an expression in postfix order.
    pub(crate) fn postfix(&self, expression: Expression) -> &[Node] {
        let range = self.start(expression) as usize..expression.root as usize + 1;
        self.0.get(range).unwrap_or(&[])
    }

    /// The nodes made since there were `len`, for reading their literals.
    pub(crate) fn since(&mut self, len: u32) -> &mut [Node] {
        self.0.get_mut(len as usize..).unwrap_or(&mut [])
    }

    /// The operands of the operator or call at the root of an expression,
    /// first to last; empty for a leaf.
    pub(crate) fn operands(&self, expression: Expression) -> Vec<Expression> {
        let count = match self.get(expression.root).map(|node| node.kind) {
            Some(NodeKind::Unary(_)) => 1,
            Some(NodeKind::Binary(_)) => 2,
            Some(NodeKind::Call { arguments }) => arguments,
            _ => 0,
        };
        let mut operands = Vec::new();
        let mut end = expression.root;
        for _ in 0..count {
            let Some(root) = end.checked_sub(1) else {
                break;
            };
            let operand = Expression { root };
            operands.push(operand);
            end = self.start(operand);
        }
        operands.reverse();
        operands
    }

    fn start(&self, expression: Expression) -> u32 {
        self.get(expression.root)
            .map_or(expression.root, |node| node.start)
    }

    fn push(&mut self, node: Node) -> Expression {
        let root = self.len();
        self.0.push(node);
        Expression { root }
    }
}
