//! `.if`, `.elseif`, `.else`, `.endif`: on constants, and at run time.
//!
//! A condition that names a register decides when the program runs; any other
//! decides what is read. Invariant: of the parts of a condition on constants
//! at most one is read.

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::reader::Reader;
use crate::reader::block::{Block, BlockKind};
use crate::reader::line::Head;
use crate::syntax::{Expression, NodeKind, OperandSyntax};

impl Reader<'_> {
    /// A directive of a condition in what is read.
    pub(super) fn condition(&mut self, head: &Head<'_>) {
        let word = self.sources.text(head.word).to_owned();
        if word == ".if" {
            self.begin_condition(head);
            return;
        }
        let innermost = self.innermost().cloned();
        let Some(block) = innermost.filter(|block| !matches!(block.kind, BlockKind::Loop { .. }))
        else {
            let mut diagnostic = self.without(head, ".if");
            if let Some(block) = self.innermost() {
                diagnostic = diagnostic.second(block.span, "this has no end before it");
            }
            self.sink.push(diagnostic);
            return;
        };
        match word.as_str() {
            ".endif" => self.end_condition(head, block),
            _ => self.next_condition(head, block),
        }
    }

    /// A directive of a condition in what is not read.
    pub(super) fn skipped_condition(&mut self, head: &Head<'_>) {
        let word = self.sources.text(head.word).to_owned();
        match (word.as_str(), self.blocks.last().cloned()) {
            (".if", _) => self.open_block(head, BlockKind::Skipped),
            (".endif", _) => {
                self.blocks.pop();
            }
            (_, Some(block)) if block.kind != BlockKind::Skipped => {
                self.next_condition(head, block);
            }
            _ => {}
        }
    }

    fn begin_condition(&mut self, head: &Head<'_>) {
        let Some(expression) = self.expression(head) else {
            // What was meant is unknown, so all of it is read, and its end found.
            let (active, done) = (true, true);
            self.open_block(head, BlockKind::Chosen { active, done });
            return;
        };
        if self.names_register(expression) {
            let number = self.next_number();
            let conditions = 1;
            self.open_block(head, BlockKind::Branch { number, conditions });
            self.branch_past(head.span(), expression, &branch_label(number, 1));
            return;
        }
        let value = self.constant(expression);
        let active = value.is_none_or(|value| value != 0);
        let done = active;
        self.open_block(head, BlockKind::Chosen { active, done });
    }

    /// `.elseif` and `.else`.
    fn next_condition(&mut self, head: &Head<'_>, mut block: Block) {
        // A label belongs to the part that ends here.
        if !self.skipping() {
            self.labels(head);
        }
        let head = &Head {
            labels: Vec::new(),
            ..head.clone()
        };
        let last = self.sources.text(head.word) == ".else";
        if let Some(first) = block.otherwise {
            let word = self.sources.text(head.word);
            let message = format!("`{word}` comes after the `.else`");
            let diagnostic =
                Diagnostic::new(Code::Misplaced, head.word, message).second(first, "the `.else`");
            self.sink.push(diagnostic);
            return;
        }
        if last {
            block.otherwise = Some(head.word);
            self.no_operands(head, ".else");
        }
        match &mut block.kind {
            BlockKind::Chosen { active, done } => {
                if *done {
                    *active = false;
                } else if last {
                    (*active, *done) = (true, true);
                } else {
                    // A condition after one that was met is never looked at.
                    let value = match self.expression(head) {
                        Some(expression) if self.names_register(expression) => {
                            self.mixed(head, &block);
                            None
                        }
                        Some(expression) => self.constant(expression),
                        None => None,
                    };
                    let chosen = value.is_some_and(|value| value != 0);
                    block.kind = BlockKind::Chosen {
                        active: chosen,
                        done: chosen,
                    };
                }
            }
            BlockKind::Branch { number, conditions } => {
                let (number, condition) = (*number, *conditions);
                *conditions = condition.saturating_add(1);
                let (end, next) = (end_label(number), branch_label(number, condition));
                self.put(head.span(), &format!("j {end}\n{next}:\n"));
                if !last && let Some(expression) = self.expression(head) {
                    self.branch_past(
                        head.span(),
                        expression,
                        &branch_label(number, condition + 1),
                    );
                }
            }
            _ => {}
        }
        if let Some(place) = self.blocks.last_mut() {
            *place = block;
        }
    }

    fn end_condition(&mut self, head: &Head<'_>, block: Block) {
        self.labels(head);
        self.no_operands(head, ".endif");
        self.blocks.pop();
        if let Some(text) = block.end_labels() {
            self.put(head.span(), &text);
        }
    }

    /// The condition behind a word; none if it is missing or wrong, which is
    /// reported.
    pub(super) fn expression(&mut self, head: &Head<'_>) -> Option<Expression> {
        let before = self.sink.count();
        let operation = self.operation(head);
        let operands = operation.as_ref().map(|operation| &operation.operands);
        if let Some([operand]) = operands.map(Vec::as_slice)
            && let OperandSyntax::Value(expression) = operand.kind
        {
            return Some(expression);
        }
        if self.sink.count() == before {
            let word = self.sources.text(head.word).to_owned();
            self.wrong_condition(head, &word);
        }
        None
    }

    fn no_operands(&mut self, head: &Head<'_>, word: &str) {
        if !head.operands().is_empty() {
            self.wrong_condition(head, word);
        }
    }

    fn wrong_condition(&mut self, head: &Head<'_>, word: &str) {
        let syntax = Directive::named(word).map_or("", Directive::syntax);
        let message = format!("`{word}` is not written like this");
        let diagnostic = Diagnostic::new(Code::OperandCount, head.span(), message)
            .note(format!("it is written `{syntax}`"));
        self.sink.push(diagnostic);
    }

    fn mixed(&mut self, head: &Head<'_>, block: &Block) {
        let message = "this condition names a register, and the `.if` is one on constants";
        let diagnostic = Diagnostic::new(Code::ConditionMixed, head.span(), message)
            .second(block.span, "decided when the source is read")
            .help("write `.else`, and in it an `.if` of its own");
        self.sink.push(diagnostic);
    }

    /// A diagnostic about an end or middle without a beginning.
    pub(super) fn without(&self, head: &Head<'_>, open: &str) -> Diagnostic {
        let word = self.sources.text(head.word);
        let message = format!("`{word}` without a `{open}` before it");
        Diagnostic::new(Code::Misplaced, head.word, message)
    }

    /// Whether an expression has a register in it.
    pub(super) fn names_register(&self, expression: Expression) -> bool {
        let nodes = self.program.nodes.postfix(expression).iter();
        let mut names = nodes.filter(|node| node.kind == NodeKind::Name);
        names.any(|node| self.is_register(self.sources.text(node.span)))
    }
}

pub(super) fn branch_label(number: u64, condition: u32) -> String {
    format!("if${number}.{condition}")
}

pub(super) fn end_label(number: u64) -> String {
    format!("endif${number}")
}
