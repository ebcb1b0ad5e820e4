//! The conditions and loops that are open, and their ends.
//!
//! Invariant: a condition on constants ends in the text in which it begins;
//! what decides when the program runs may begin in one macro and end in another.

use crate::reader::line::Head;
use crate::reader::{Reader, Text, condition, control};
use crate::source::Span;

/// A condition or loop.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Where it begins.
    pub(super) span: Span,
    pub(super) kind: BlockKind,
    /// The `.else` that it has had.
    pub(super) otherwise: Option<Span>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// `.if` on constants: whether this part is read, and whether one was.
    Chosen { active: bool, done: bool },
    /// `.if` in what is not read.
    Skipped,
    /// `.if` at run time: its number, and how many conditions it has had.
    Branch { number: u64, conditions: u32 },
    /// `.while`, by its number.
    Loop { number: u64 },
}

impl Block {
    /// The text that ends it where it decides at run time.
    pub(super) fn end_labels(&self) -> Option<String> {
        match self.kind {
            BlockKind::Loop { number } => Some(format!("{}:\n", control::end(number))),
            BlockKind::Branch { number, conditions } => {
                let end = condition::end_label(number);
                Some(match self.otherwise {
                    Some(_) => format!("{end}:\n"),
                    None => format!("{}: {end}:\n", condition::branch_label(number, conditions)),
                })
            }
            _ => None,
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self.kind {
            BlockKind::Loop { .. } => (".while", ".endw"),
            _ => (".if", ".endif"),
        }
    }

    /// Whether it decides when the program runs.
    fn runs(&self) -> bool {
        matches!(self.kind, BlockKind::Branch { .. } | BlockKind::Loop { .. })
    }
}

impl Reader<'_> {
    /// Whether what comes now is not read.
    pub(super) fn skipping(&self) -> bool {
        let last = self.blocks.last().map(|block| &block.kind);
        matches!(
            last,
            Some(BlockKind::Skipped | BlockKind::Chosen { active: false, .. })
        )
    }

    /// Opens a block at a directive.
    pub(super) fn open_block(&mut self, head: &Head<'_>, kind: BlockKind) {
        self.blocks.push(Block {
            span: head.span(),
            kind,
            otherwise: None,
        });
    }

    /// The innermost block, if the text that is being read may end it.
    pub(super) fn innermost(&self) -> Option<&Block> {
        let block = self.blocks.last()?;
        (block.runs() || self.blocks.len() > self.floor).then_some(block)
    }

    /// Closes what a text leaves open and must not, and reports it.
    pub(super) fn end_blocks(&mut self, kind: Text) {
        let from = match kind {
            Text::File => self.floor,
            Text::Expansion => {
                let own = self.blocks.iter().skip(self.floor);
                let kept = own.take_while(|block| block.runs());
                self.floor + kept.count()
            }
        };
        if from < self.blocks.len() {
            self.close_from(from);
        }
    }

    /// Closes the loops and conditions at run time that a procedure leaves open.
    pub(super) fn end_procedure(&mut self) {
        let kept = self.blocks.iter().rev().take_while(|block| block.runs());
        let from = self.blocks.len() - kept.count();
        self.close_from(from);
    }

    fn close_from(&mut self, from: usize) {
        for block in self.blocks.split_off(from) {
            let (open, close) = block.words();
            self.unended(block.span, open.to_owned(), close);
            // Its branches have a place to go to, so that nobody misses that as well.
            if let Some(text) = block.end_labels() {
                self.put(block.span, &format!("{text}nop\n"));
            }
        }
    }
}
