//! Control at run time: `.while`, and what conditions become.
//!
//! A condition becomes branches to labels that no source can see in an image.
//! Invariant: what is put in the place of a directive leads back to it, and a
//! condition is evaluated from left to right and no further than it must.

use crate::diagnostic::{Code, Diagnostic};
use crate::expansion::{Builder, Reason};
use crate::reader::Reader;
use crate::reader::block::BlockKind;
use crate::reader::line::Head;
use crate::source::Span;
use crate::syntax::{Binary, Expression, NodeKind, Unary};

/// How deep `&&`, `||` and `!` may be within one another in a condition.
const DEPTH: usize = 64;

/// A part of a text that is put in the place of a directive.
enum Part {
    Text(String),
    Copy(Span),
}

/// How a condition is to be read.
#[derive(Clone, Copy)]
struct Reading {
    /// The branch is taken if the condition has this value.
    when: bool,
    unsigned: bool,
    depth: usize,
}

impl Reader<'_> {
    /// `.while`, `.endw`, `.break`, `.continue`.
    pub(super) fn control(&mut self, head: &Head<'_>) {
        let word = self.sources.text(head.word).to_owned();
        if word == ".while" {
            let expression = self.expression(head);
            let number = self.next_number();
            self.open_block(head, BlockKind::Loop { number });
            self.put(head.span(), &format!("{}:\n", top(number)));
            if let Some(expression) = expression {
                self.branch_past(head.span(), expression, &end(number));
            }
            return;
        }
        self.labels(head);
        if !head.operands().is_empty() {
            let message = format!("`{word}` takes no operands");
            let diagnostic = Diagnostic::new(Code::OperandCount, head.span(), message);
            self.sink.push(diagnostic);
        }
        if word == ".endw" {
            let innermost = self
                .innermost()
                .map(|block| (block.span, block.kind.clone()));
            match innermost {
                Some((_, BlockKind::Loop { number })) => {
                    self.blocks.pop();
                    self.put(
                        head.span(),
                        &format!("j {}\n{}:\n", top(number), end(number)),
                    );
                }
                other => {
                    let mut diagnostic = self.without(head, ".while");
                    if let Some((span, _)) = other {
                        diagnostic = diagnostic.second(span, "this has no `.endif` before it");
                    }
                    self.sink.push(diagnostic);
                }
            }
            return;
        }
        let number = self.blocks.iter().rev().find_map(|block| match block.kind {
            BlockKind::Loop { number } => Some(number),
            _ => None,
        });
        match (number, word.as_str()) {
            (None, _) => {
                let message = format!("`{word}` belongs in a loop");
                let diagnostic = Diagnostic::new(Code::Misplaced, head.word, message)
                    .help("loops are what is between `.while` and `.endw`");
                self.sink.push(diagnostic);
            }
            (Some(number), ".break") => self.put(head.span(), &format!("j {}\n", end(number))),
            (Some(number), _) => self.put(head.span(), &format!("j {}\n", top(number))),
        }
    }

    /// Puts a text in the place of a directive.
    pub(super) fn put(&mut self, span: Span, text: &str) {
        self.put_parts(span, vec![Part::Text(text.to_owned())]);
    }

    fn put_parts(&mut self, span: Span, parts: Vec<Part>) {
        let mut builder = Builder::new(self.sources);
        for part in parts {
            match part {
                Part::Text(text) => builder.stand_in(&text, span),
                Part::Copy(from) => builder.copy(from),
            }
        }
        let (text, made) = builder.finish(Reason::Control);
        self.expand(span, "control".to_owned(), text, made);
    }

    /// A branch to a label if a condition does not hold.
    pub(super) fn branch_past(&mut self, span: Span, condition: Expression, label: &str) {
        let mut parts = Vec::new();
        let reading = Reading {
            when: false,
            unsigned: false,
            depth: 0,
        };
        if self.branch(condition, reading, label, &mut parts).is_some() {
            self.put_parts(span, parts);
        }
    }

    /// Branches to `label` if the condition has the value of the reading. What
    /// is wrong is reported.
    fn branch(
        &mut self,
        condition: Expression,
        reading: Reading,
        label: &str,
        parts: &mut Vec<Part>,
    ) -> Option<()> {
        let node = self.program.nodes.get(condition.root)?;
        if reading.depth > DEPTH {
            return self.no_condition(node.span);
        }
        let operands = self.program.nodes.operands(condition);
        let deeper = Reading {
            depth: reading.depth + 1,
            ..reading
        };
        match (node.kind, operands.as_slice()) {
            (NodeKind::Binary(both @ (Binary::AndAlso | Binary::OrElse)), [left, right]) => {
                // The value of the left one that decides alone.
                let decides = both == Binary::OrElse;
                if reading.when == decides {
                    self.branch(*left, deeper, label, parts)?;
                    return self.branch(*right, deeper, label, parts);
                }
                let past = format!("past${}", self.next_number());
                let other = Reading {
                    when: decides,
                    ..deeper
                };
                self.branch(*left, other, &past, parts)?;
                self.branch(*right, deeper, label, parts)?;
                parts.push(Part::Text(format!("{past}:\n")));
                Some(())
            }
            (NodeKind::Unary(Unary::Not), [inner]) => {
                let other = Reading {
                    when: !reading.when,
                    ..deeper
                };
                self.branch(*inner, other, label, parts)
            }
            (NodeKind::Call { .. }, [_]) if self.is_unsigned(node.start) => {
                let inner = *operands.first()?;
                let other = Reading {
                    unsigned: true,
                    ..deeper
                };
                self.branch(inner, other, label, parts)
            }
            _ if !self.names_register(condition) => {
                let value = self.constant(condition)? != 0;
                if value == reading.when {
                    parts.push(Part::Text(format!("j {label}\n")));
                }
                Some(())
            }
            (NodeKind::Binary(operator), [left, right]) => {
                let sides = match (self.alone(*left), self.alone(*right)) {
                    (true, _) => Some((*left, operator, *right)),
                    (false, true) => mirrored(operator).map(|operator| (*right, operator, *left)),
                    _ => None,
                };
                let Some((left, operator, right)) = sides else {
                    return self.no_condition(node.span);
                };
                let Some(name) = mnemonic(operator, reading) else {
                    return self.no_condition(node.span);
                };
                let (left, right) = (self.span(left)?, self.span(right)?);
                parts.push(Part::Text(format!("{name} ")));
                parts.push(Part::Copy(left));
                parts.push(Part::Text(", ".to_owned()));
                parts.push(Part::Copy(right));
                parts.push(Part::Text(format!(", {label}\n")));
                Some(())
            }
            (NodeKind::Name, _) => {
                let name = if reading.when { "bnez" } else { "beqz" };
                parts.push(Part::Text(format!("{name} ")));
                parts.push(Part::Copy(node.span));
                parts.push(Part::Text(format!(", {label}\n")));
                Some(())
            }
            _ => self.no_condition(node.span),
        }
    }

    fn no_condition(&mut self, span: Span) -> Option<()> {
        let message = "this is no condition that branches can decide";
        let diagnostic = Diagnostic::new(Code::Condition, span, message)
            .note("a data register is compared with a register or a number: `r1 < r2`, `unsigned(r1 >= 8)`; a register alone is compared with 0; `&&`, `||` and `!` join conditions")
            .help("compute what is to be compared into a register first");
        self.sink.push(diagnostic);
        None
    }

    /// Whether an expression is a register alone.
    fn alone(&self, expression: Expression) -> bool {
        let node = self.program.nodes.get(expression.root);
        node.is_some_and(|node| {
            node.kind == NodeKind::Name && self.is_register(self.sources.text(node.span))
        })
    }

    fn span(&self, expression: Expression) -> Option<Span> {
        Some(self.program.nodes.get(expression.root)?.span)
    }

    fn is_unsigned(&self, function: u32) -> bool {
        let function = self.program.nodes.get(function);
        function.is_some_and(|function| self.sources.text(function.span) == "unsigned")
    }
}

fn top(number: u64) -> String {
    format!("while${number}")
}

pub(super) fn end(number: u64) -> String {
    format!("endw${number}")
}

/// The operator with its sides exchanged.
fn mirrored(operator: Binary) -> Option<Binary> {
    Some(match operator {
        Binary::Equal | Binary::Different => operator,
        Binary::Less => Binary::Greater,
        Binary::LessEqual => Binary::GreaterEqual,
        Binary::Greater => Binary::Less,
        Binary::GreaterEqual => Binary::LessEqual,
        _ => return None,
    })
}

/// The branch that is taken if a comparison has the value of the reading.
fn mnemonic(operator: Binary, reading: Reading) -> Option<&'static str> {
    let (holds, fails) = match (operator, reading.unsigned) {
        (Binary::Equal, _) => ("beq", "bne"),
        (Binary::Different, _) => ("bne", "beq"),
        (Binary::Less, false) => ("blt", "bge"),
        (Binary::LessEqual, false) => ("ble", "bgt"),
        (Binary::Greater, false) => ("bgt", "ble"),
        (Binary::GreaterEqual, false) => ("bge", "blt"),
        (Binary::Less, true) => ("bltu", "bgeu"),
        (Binary::LessEqual, true) => ("bleu", "bgtu"),
        (Binary::Greater, true) => ("bgtu", "bleu"),
        (Binary::GreaterEqual, true) => ("bgeu", "bltu"),
        _ => return None,
    };
    Some(if reading.when { holds } else { fails })
}
