//! `.struct` and `.enum`: constants that are counted rather than written.
//!
//! Invariant: what a record or list defines are plain constants, known from
//! then on to conditions as well.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::directive::Directive;
use crate::expansion::{Builder, Reason};
use crate::lexer::{Placed, Token};
use crate::reader::Reader;
use crate::reader::line::Head;
use crate::source::{Source, Span};
use crate::syntax::{NodeKind, Operand, OperandSyntax, Operation, Statement};

/// The largest record, in bytes: no more fits in a segment.
const LARGEST: u64 = isa::address::SEGMENT_SIZE_MAX;

/// The record or list that is open, and the records that there are.
#[derive(Debug, Default)]
pub(super) struct Records {
    open: Option<Open>,
    /// The shapes of the records of the given file.
    shapes: HashMap<String, Shape>,
}

/// What is open.
#[derive(Clone, Debug)]
struct Open {
    name: Span,
    at: Span,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Record(Shape),
    /// The number of the next name.
    List(i64),
}

/// How many bytes something has, and what it is aligned to.
#[derive(Clone, Copy, Debug)]
struct Shape {
    size: u64,
    align: u64,
}

impl Records {
    /// Whether a record is open.
    pub(super) fn in_record(&self) -> bool {
        matches!(
            self.open,
            Some(Open {
                kind: Kind::Record(_),
                ..
            })
        )
    }

    /// Whether a list is open.
    pub(super) fn in_list(&self) -> bool {
        self.list().is_some()
    }

    /// The name of the list that is open.
    pub(super) fn list(&self) -> Option<Span> {
        match &self.open {
            Some(Open {
                name,
                kind: Kind::List(_),
                ..
            }) => Some(*name),
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// `.struct`, `.endstruct`, `.enum` and `.endenum`.
    pub(super) fn record(&mut self, head: &Head<'_>) {
        self.labels(head);
        match self.sources.text(head.word) {
            ".struct" => self.begin_record(head, Kind::Record(Shape { size: 0, align: 1 })),
            ".enum" => self.begin_record(head, Kind::List(0)),
            word => {
                let list = word == ".endenum";
                match self.records.open.take() {
                    Some(open) if matches!(open.kind, Kind::List(_)) == list => {
                        self.end_record(&open);
                    }
                    other => {
                        self.records.open = other;
                        let open = if list { ".enum" } else { ".struct" };
                        let diagnostic = self.without(head, open);
                        self.sink.push(diagnostic);
                    }
                }
            }
        }
    }

    /// Reports a record that has no end in its file.
    pub(super) fn unended_record(&mut self) {
        if let Some(open) = self.records.open.take() {
            let (word, close) = match open.kind {
                Kind::Record(_) => (".struct", ".endstruct"),
                Kind::List(_) => (".enum", ".endenum"),
            };
            self.unended(open.at, word.to_owned(), close);
        }
    }

    fn begin_record(&mut self, head: &Head<'_>, kind: Kind) {
        let [(start, Token::Name, end)] = head.operands() else {
            let word = self.sources.text(head.word);
            let syntax = Directive::named(word).map_or("", Directive::syntax);
            let message = format!("`{word}` is followed by one name");
            let diagnostic = Diagnostic::new(Code::Record, head.span(), message)
                .note(format!("it is written `{syntax}`"));
            self.sink.push(diagnostic);
            return;
        };
        let name = Span {
            start: *start,
            end: *end,
            ..head.word
        };
        let at = head.span();
        if let Some(open) = &self.records.open {
            let message = "a record cannot be within another one";
            let diagnostic = Diagnostic::new(Code::Record, at, message)
                .second(open.at, "this has no end before it")
                .help("give the other record a name, and the field its name");
            self.sink.push(diagnostic);
            return;
        }
        self.records.open = Some(Open { name, at, kind });
    }

    fn end_record(&mut self, open: &Open) {
        let Kind::Record(shape) = open.kind else {
            return;
        };
        let size = shape.size.next_multiple_of(shape.align);
        let name = self.sources.text(open.name).to_owned();
        self.define_constant(format!("size.{name}"), open.name, size.cast_signed());
        let shape = Shape { size, ..shape };
        self.records.shapes.insert(name, shape);
    }

    /// A line of a list: a name, and what it is if that is said.
    pub(super) fn member(&mut self, head: &Head<'_>) {
        self.labels(head);
        let plain = !self.sources.text(head.word).starts_with('.') && head.labels.is_empty();
        let value = match head.operands() {
            [] if plain => None,
            [(_, Token::Assign, _), value @ ..] if plain && !value.is_empty() => {
                match self.value_of(head, value) {
                    Some(value) => Some(value),
                    None => return,
                }
            }
            _ => {
                let message = "a line of a list is a name, or `name = number`";
                self.sink
                    .push(Diagnostic::new(Code::Record, head.span(), message));
                return;
            }
        };
        let Some(Open {
            name,
            kind: Kind::List(next),
            ..
        }) = &mut self.records.open
        else {
            return;
        };
        let value = value.unwrap_or(*next);
        *next = value.wrapping_add(1);
        let full = format!(
            "{}.{}",
            self.sources.text(*name),
            self.sources.text(head.word)
        );
        self.define_constant(full, head.word, value);
    }

    /// The value of an expression that stands behind the `=` of a line.
    fn value_of(&mut self, head: &Head<'_>, value: &[Placed]) -> Option<i64> {
        let mut line: Vec<Placed> = head.line.first().copied().into_iter().collect();
        line.extend_from_slice(value);
        line.extend(head.line.last());
        let operation = self.parse(head.word.source, &line).operation?;
        let [operand] = operation.operands.as_slice() else {
            return None;
        };
        match operand.kind {
            OperandSyntax::Value(expression) => self.constant(expression),
            _ => {
                let message = "expected a number";
                self.sink
                    .push(Diagnostic::new(Code::OperandKind, operand.span, message));
                None
            }
        }
    }

    /// A statement of a record: a field.
    pub(super) fn field(&mut self, statement: &Statement) {
        let Some(Open {
            name,
            kind: Kind::Record(shape),
            ..
        }) = self.records.open.clone()
        else {
            return;
        };
        let place = match &statement.operation {
            None => Some((Shape { size: 0, align: 1 }, 1)),
            Some(operation) => self.field_shape(operation, shape),
        };
        let Some((field, count)) = place else {
            return;
        };
        let at = shape.size.next_multiple_of(field.align);
        let end = field
            .size
            .checked_mul(count)
            .and_then(|size| size.checked_add(at))
            .filter(|end| *end <= LARGEST);
        let Some(end) = end else {
            let span = statement
                .operation
                .as_ref()
                .map_or(name, |operation| operation.span);
            let message = "the record becomes larger than any segment here";
            self.sink
                .push(Diagnostic::new(Code::OutOfRange, span, message));
            return;
        };
        for label in &statement.labels {
            let full = format!("{}.{}", self.sources.text(name), self.sources.text(*label));
            self.define_constant(full, *label, at.cast_signed());
        }
        if let Some(Open {
            kind: Kind::Record(shape),
            ..
        }) = &mut self.records.open
        {
            shape.size = end;
            shape.align = shape.align.max(field.align);
        }
    }

    /// The shape of a field, and how many there are; none if it is none, which
    /// is reported.
    fn field_shape(&mut self, operation: &Operation, record: Shape) -> Option<(Shape, u64)> {
        let word = self.sources.text(operation.name).to_owned();
        let count = match operation.operands.as_slice() {
            [] => None,
            [
                Operand {
                    kind: OperandSyntax::Value(expression),
                    span,
                },
            ] => {
                let count = self.constant(*expression)?;
                let Ok(count) = u64::try_from(count) else {
                    let message = format!("there cannot be {count} of a field");
                    self.sink
                        .push(Diagnostic::new(Code::OutOfRange, *span, message));
                    return None;
                };
                Some(count)
            }
            _ => {
                let message = "a field is its kind and how many there are";
                self.sink
                    .push(Diagnostic::new(Code::Record, operation.span, message));
                return None;
            }
        };
        let plain = |size| Shape { size, align: size };
        let shape = match word.as_str() {
            ".byte" => plain(1),
            ".half" => plain(2),
            ".word" | ".single" => plain(4),
            ".dword" | ".double" => plain(8),
            ".cap" => plain(16),
            ".space" => plain(1),
            ".align" => {
                let align = count.filter(|align| align.is_power_of_two() && *align <= 4096);
                let Some(align) = align else {
                    let message = "an alignment is a power of two from 1 to 4096";
                    self.sink
                        .push(Diagnostic::new(Code::Alignment, operation.span, message));
                    return None;
                };
                let size = record.size.next_multiple_of(align) - record.size;
                return Some((Shape { size, align: 1 }, 1)).inspect(|_| self.align_record(align));
            }
            other => match self.records.shapes.get(other) {
                Some(shape) => *shape,
                None => {
                    let message = format!("`{other}` is no kind of field");
                    let diagnostic = Diagnostic::new(Code::Record, operation.name, message)
                        .note("fields are `.byte`, `.half`, `.word`, `.dword`, `.single`, `.double`, `.cap`, `.space`, `.align`, and records that stand earlier");
                    self.sink.push(diagnostic);
                    return None;
                }
            },
        };
        Some((shape, count.unwrap_or(1)))
    }

    fn align_record(&mut self, align: u64) {
        if let Some(Open {
            kind: Kind::Record(shape),
            ..
        }) = &mut self.records.open
        {
            shape.align = shape.align.max(align);
        }
    }

    /// Defines a constant as an `.equ` does, for what is at `origin`.
    fn define_constant(&mut self, name: String, origin: Span, value: i64) {
        let word = Directive::Equ.name();
        let number = value.to_string();
        let mut builder = Builder::new(self.sources);
        for text in [word, &name, &number] {
            builder.stand_in(text, origin);
        }
        let (text, made) = builder.finish(Reason::Control);
        // A name and a number have some bytes, and all such texts are bounded by the source.
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (name_at, number_at) = (end(word.len()), end(word.len() + name.len()));
        let whole = end(text.len());
        let source = self
            .sources
            .add(Source::expanded("constant".to_owned(), text, made));
        let span = |start, end| Span { source, start, end };
        let nodes = &mut self.program.nodes;
        let mut operand = |kind, span| Operand {
            kind: OperandSyntax::Value(nodes.leaf(kind, span)),
            span,
        };
        let operands = vec![
            operand(NodeKind::Name, span(name_at, number_at)),
            operand(NodeKind::Number(value), span(number_at, whole)),
        ];
        self.program.statements.push(Statement {
            labels: Vec::new(),
            operation: Some(Operation {
                name: span(0, name_at),
                operands,
                span: span(0, whole),
            }),
        });
        self.know(name, value);
    }
}
