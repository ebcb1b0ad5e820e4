//! What became of each statement, for listings.
//!
//! It is gathered when the bytes are made, whatever is wrong with others.
//! Invariant: entries are in the order of the statements, and a place is
//! always in a file, never in a text that a macro made.

use crate::source::Span;
use crate::unit::{OperationKind, Unit};

/// The most bytes of data that an entry has.
pub const LISTED_BYTES: usize = 64;

/// A statement that has a place in a segment, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where a file has it: for what a macro made, the use of the macro.
    pub place: Span,
    /// The line that stands for what the file has, if a macro or a control
    /// directive made it.
    pub made: Option<String>,
    /// The number of its segment; 0 if that could get none.
    pub segment: u16,
    /// The offset of its first byte.
    pub offset: u64,
    /// How many bytes it has.
    pub size: u64,
    /// Its bytes: of instructions all, of data the first [`LISTED_BYTES`].
    /// Zeros at the end of a segment may be left out.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: ListedKind,
}

/// What a statement is, for those who show its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedKind {
    /// An instruction.
    Instruction,
    /// A short form of some instructions.
    Pseudo,
    /// Data, or a label alone.
    Data,
}

impl Unit<'_> {
    /// The statements that have bytes or labels.
    pub(crate) fn listing(&self) -> Vec<Listed> {
        let program = self.program;
        let statements = program.statements.iter().enumerate();
        statements
            .filter_map(|(index, statement)| {
                let context = self.context(index)?;
                let place = self.places.get(index)?;
                let offset = place.offset?;
                let label = statement.labels.first().copied();
                let operation = statement.operation.as_ref().map(|it| it.span);
                let span = match (operation, label) {
                    (Some(operation), Some(_)) => operation,
                    (Some(operation), None) if place.size > 0 => operation,
                    (None, Some(label)) => label,
                    _ => return None,
                };
                let segment = self.segment(context.segment)?;
                let kind = match context.operation {
                    Some(OperationKind::Instruction(_)) => ListedKind::Instruction,
                    Some(OperationKind::Pseudo(_)) => ListedKind::Pseudo,
                    _ => ListedKind::Data,
                };
                let start = usize::try_from(offset).ok()?;
                let size = usize::try_from(place.size).ok()?;
                let shown = match kind {
                    ListedKind::Data => size.min(LISTED_BYTES),
                    _ => size,
                };
                let given = segment.bytes.get(start..).unwrap_or(&[]);
                let bytes = given.get(..shown).unwrap_or(given);
                Some(Listed {
                    place: self.sources.known_place(span),
                    made: self.made_line(span),
                    segment: segment.number,
                    offset,
                    size: place.size,
                    bytes: bytes.to_vec(),
                    kind,
                })
            })
            .collect()
    }

    /// The line of a made text around a place; none if the place is in a file.
    fn made_line(&self, span: Span) -> Option<String> {
        self.sources.expansion(span.source)?;
        let text = self.sources.get(span.source)?.text();
        let before = text.get(..span.start as usize)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text.get(start..)?.lines().next()?;
        Some(line.trim().to_owned())
    }
}
