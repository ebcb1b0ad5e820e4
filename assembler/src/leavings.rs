//! What a unit leaves to the linker: its object.
//!
//! All that is in a statement's bytes and is known stands in them; the rest is
//! relocations, gathered while the bytes are made. Invariant: symbols and
//! relocations are in the order of the sources, so equal sources give equal
//! objects.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::image::Line;
use crate::object::{
    self, Definition, Entry, Form, Object, Place, Relocation, Section, Site, Symbol,
};
use crate::source::{SourceId, Span};
use crate::symbol::{self, Base, Deferred, LabelKind, Meaning, SegmentId, State, SymbolId, Value};
use crate::unit::{Completeness, Unit};
use isa::instruction::INSTRUCTION_SIZE;

/// What is gathered while layout and bytes are made.
#[derive(Debug, Default)]
pub(crate) struct Leavings {
    relocations: Vec<(SegmentId, u64, Leftover)>,
    lines: Vec<LinePlace>,
    /// The bytes that `.stack` asks for, and its statement.
    pub(crate) stack: Option<(u64, usize)>,
    /// The names that `.extern` declares and no file here defines.
    pub(crate) externs: Vec<Span>,
}

/// The place of a statement's bytes, and where it stands in its source.
#[derive(Clone, Copy, Debug)]
struct LinePlace {
    segment: SegmentId,
    offset: u64,
    span: Span,
}

/// A value that goes into the bytes of a statement when it is linked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leftover {
    site: Site,
    value: Left,
    /// The offset in the bytes of the statement.
    at: u64,
    span: Span,
}

#[derive(Clone, Copy, Debug)]
enum Left {
    Value(Deferred),
    Target(Target),
    Number(i64),
}

/// What a capability is to, and where its cursor is from there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    Object { object: symbol::Object, addend: i64 },
    External { name: Span, addend: i64 },
}

impl<'a> Unit<'a> {
    /// Leaves a value of the statement whose bytes are being made.
    pub(crate) fn defer(&mut self, site: Site, value: Deferred, at: u64, span: Span) {
        let value = Left::Value(value);
        self.deferred.push(Leftover {
            site,
            value,
            at,
            span,
        });
    }

    /// Leaves a capability of that statement.
    pub(crate) fn defer_target(&mut self, site: Site, target: Target, span: Span) {
        let value = Left::Target(target);
        self.deferred.push(Leftover {
            site,
            value,
            at: 0,
            span,
        });
    }

    /// Leaves what belongs to a capability of that statement.
    pub(crate) fn defer_number(&mut self, site: Site, number: i64, span: Span) {
        let value = Left::Number(number);
        self.deferred.push(Leftover {
            site,
            value,
            at: 0,
            span,
        });
    }

    /// Notes where the bytes of a statement go.
    pub(crate) fn note_line(&mut self, segment: SegmentId, offset: u64, span: Span) {
        self.leavings.lines.push(LinePlace {
            segment,
            offset,
            span,
        });
    }

    /// Notes what the statement whose bytes were made leaves.
    pub(crate) fn note_deferred(&mut self, segment: SegmentId, offset: u64) {
        let deferred = self.deferred.drain(..);
        let placed = deferred.map(|left| (segment, offset.saturating_add(left.at), left));
        self.leavings.relocations.extend(placed);
    }

    /// The object of all that was made.
    pub(crate) fn object(&mut self) -> Object {
        let entry = self.entry_place();
        let bytes = self.segments.iter_mut();
        let bytes = bytes
            .map(|segment| std::mem::take(&mut segment.bytes))
            .collect();
        let mut gatherer = Gatherer::new(self);
        gatherer.add_sections(bytes);
        gatherer.add_symbols();
        gatherer.add_relocations();
        gatherer.add_lines();
        gatherer.order_symbols();
        let entry = entry.and_then(|(segment, offset, span)| {
            Some(Entry {
                section: *gatherer.sections.get(&segment)?,
                offset,
                place: gatherer.place(span),
            })
        });
        let stack = self.leavings.stack.and_then(|(size, statement)| {
            let operation = self.program.statements.get(statement)?.operation.as_ref()?;
            Some((size, gatherer.place(operation.span)))
        });
        Object {
            entry,
            stack,
            ..gatherer.object
        }
    }

    /// What `.entry` says. What is wrong with it is reported.
    fn entry_place(&mut self) -> Option<(SegmentId, i64, Span)> {
        let (expression, statement) = self.entry?;
        let span = self.program.nodes.get(expression.root)?.span;
        let value = self.evaluate(expression, statement);
        let diagnostic = match self.known(value, "the entry")? {
            Value::Address {
                segment: id,
                offset,
                ..
            } => {
                let segment = self.segment(id)?;
                let message = if segment.machine {
                    format!("ring 0 cannot execute the segment `{}`", segment.name)
                } else if segment.dropped && self.completeness == Completeness::Whole {
                    format!("nothing stands in the segment `{}`", segment.name)
                } else {
                    return Some((id, offset, span));
                };
                Diagnostic::new(Code::Entry, span, message)
            }
            Value::Number(_) => {
                let message = "the entry is a label, and this is a number";
                Diagnostic::new(Code::Entry, span, message)
            }
            Value::Deferred(_) => {
                let message = "the entry is a label of this file";
                Diagnostic::new(Code::ObjectExpression, span, message)
                    .label("this is known only when the program is linked")
                    .help("write `.entry` in the file that defines the label")
            }
        };
        self.report(diagnostic);
        None
    }
}

/// Makes the object of a unit.
struct Gatherer<'u, 'a> {
    unit: &'u Unit<'a>,
    object: Object,
    sections: HashMap<SegmentId, usize>,
    labels: HashMap<SymbolId, usize>,
    externals: HashMap<&'a str, usize>,
    files: HashMap<SourceId, u32>,
}

impl<'u, 'a> Gatherer<'u, 'a> {
    fn new(unit: &'u Unit<'a>) -> Self {
        let mut object = Object::default();
        let mut by_name: HashMap<&str, u32> = HashMap::new();
        let mut files = HashMap::new();
        for (id, source) in unit.sources.iter() {
            let next = u32::try_from(object.files.len()).unwrap_or(u32::MAX);
            let file = *by_name.entry(source.name()).or_insert(next);
            if file == next {
                object.files.push(source.name().to_owned());
            }
            files.insert(id, file);
        }
        Self {
            unit,
            object,
            sections: HashMap::new(),
            labels: HashMap::new(),
            externals: HashMap::new(),
            files,
        }
    }

    /// A place, as it is in this run or as a file can keep it.
    fn place(&self, span: Span) -> Place {
        if self.unit.completeness == Completeness::Whole {
            return Place::Span(span);
        }
        let sources = self.unit.sources;
        let span = sources.known_place(span);
        let position = sources.position(span.source, span.start);
        match self.files.get(&span.source) {
            Some(file) => Place::Recorded {
                file: *file,
                line: position.line,
                column: position.column,
            },
            None => Place::Unknown,
        }
    }

    fn add_sections(&mut self, bytes: Vec<Vec<u8>>) {
        let whole = self.unit.completeness == Completeness::Whole;
        let segments = (0..).map(SegmentId).zip(&self.unit.segments);
        for ((id, segment), bytes) in segments.zip(bytes) {
            // Without the numbers of the machine's devices, those that a program replaces are left.
            if segment.machine || whole && segment.dropped {
                continue;
            }
            let given = segment.given.map(|span| self.place(span));
            let settled = whole || segment.given.is_some();
            let section = self.object.sections.len();
            self.sections.insert(id, section);
            self.object.sections.push(Section {
                name: segment.name.to_owned(),
                options: settled.then(|| (segment.options, given.unwrap_or(Place::Unknown))),
                opened: segment.span.map(|span| self.place(span)),
                used: !segment.dropped,
                gates: segment.gates,
                code: segment.code.map(|span| self.place(span)),
                align: segment.align,
                bytes,
                length: segment.length,
            });
            self.object.symbols.push(Symbol {
                name: segment.name.to_owned(),
                definition: Definition::Segment(section),
                global: false,
                procedure: None,
                place: Place::Unknown,
            });
        }
    }

    fn add_symbols(&mut self) {
        let unit = self.unit;
        let ends: HashMap<Span, u64> = unit
            .procedures
            .iter()
            .filter_map(|procedure| Some((procedure.span, procedure.end?)))
            .collect();
        for (id, symbol) in unit.symbols.iter() {
            let global = symbol.scope.is_none();
            let definition = match symbol.meaning {
                Meaning::Label(_) if unit.sources.is_control(symbol.span) => None,
                Meaning::Label(label) => self.label(id, label, ends.get(&symbol.span).copied()),
                // In a whole program everything that uses a constant has its value already.
                Meaning::Constant {
                    state: State::Known(Value::Number(number)),
                    ..
                } if global && unit.completeness != Completeness::Whole => {
                    Some(Definition::Constant(number))
                }
                _ => None,
            };
            let Some(definition) = definition else {
                continue;
            };
            if let Definition::Label { .. } = definition {
                self.labels.insert(id, self.object.symbols.len());
            }
            let procedure = symbol
                .scope
                .and_then(|scope| unit.symbols.procedure_of(scope));
            self.object.symbols.push(Symbol {
                name: symbol.name.to_owned(),
                definition,
                global,
                procedure: procedure.map(|procedure| procedure.0),
                place: self.place(symbol.span),
            });
        }
        for span in unit.leavings.externs.iter().copied() {
            let place = self.place(span);
            self.external(unit.text(span), place);
        }
    }

    fn label(
        &self,
        id: SymbolId,
        label: symbol::Label,
        procedure_end: Option<u64>,
    ) -> Option<Definition> {
        let offset = label.offset?;
        let (start, end) = self.unit.extent(symbol::Object::Label(id))?;
        let extent = end.saturating_sub(start);
        let size = match label.kind {
            LabelKind::Data => extent,
            LabelKind::Gate => INSTRUCTION_SIZE,
            LabelKind::Procedure => procedure_end?.saturating_sub(offset),
            LabelKind::Code | LabelKind::Open => 0,
        };
        Some(Definition::Label {
            section: *self.sections.get(&label.segment)?,
            offset,
            size,
            extent,
            kind: label.kind,
        })
    }

    /// The symbol of a name that others define.
    fn external(&mut self, name: &'a str, place: Place) -> usize {
        let next = self.object.symbols.len();
        let index = *self.externals.entry(name).or_insert(next);
        if index == next {
            self.object.symbols.push(Symbol {
                name: name.to_owned(),
                definition: Definition::External,
                global: true,
                procedure: None,
                place,
            });
        }
        index
    }

    /// The symbol of a segment as a whole, which is known by its name.
    fn segment(&mut self, id: SegmentId) -> Option<usize> {
        let name = self.unit.segment(id)?.name;
        Some(self.external(name, Place::Unknown))
    }

    fn add_relocations(&mut self) {
        let unit = self.unit;
        for (segment, offset, left) in &unit.leavings.relocations {
            let Some(section) = self.sections.get(segment).copied() else {
                continue;
            };
            let (shift, right) = match left.value {
                Left::Value(value) => (value.shift, value.right),
                _ => (0, 0),
            };
            let (form, symbol, addend) = match left.value {
                Left::Number(number) => (Form::Value, None, number),
                Left::Value(value) => (value.form, self.base(value.base), value.addend),
                Left::Target(Target::External { name, addend }) => {
                    let name = self.external(unit.text(name), Place::Unknown);
                    (Form::Value, Some(name), addend)
                }
                Left::Target(Target::Object { object, addend }) => {
                    let symbol = match object {
                        symbol::Object::Segment(id) => self.segment(id),
                        symbol::Object::Label(id) => self.labels.get(&id).copied(),
                    };
                    (Form::Value, symbol, addend)
                }
            };
            if symbol.is_none() && !matches!(left.value, Left::Number(_)) {
                continue;
            }
            let place = match unit.completeness {
                Completeness::Whole => Place::Span(left.span),
                // The line at the offset says it.
                _ => Place::Unknown,
            };
            self.object.relocations.push(Relocation {
                section,
                offset: *offset,
                site: left.site,
                form,
                shift,
                symbol,
                addend,
                right,
                place,
            });
        }
        let place =
            |relocation: &Relocation| (relocation.section, relocation.offset, relocation.site);
        self.object.relocations.sort_by_key(place);
    }

    fn base(&mut self, base: Base) -> Option<usize> {
        match base {
            Base::External(name) => Some(self.external(self.unit.text(name), Place::Unknown)),
            // Sections have their symbols in front, in order.
            Base::Segment(id) => self.sections.get(&id).copied(),
            Base::Named(id) => self.segment(id),
        }
    }

    /// Puts what others see behind the rest, as files have it.
    fn order_symbols(&mut self) {
        let symbols = std::mem::take(&mut self.object.symbols);
        let mut numbered: Vec<(usize, Symbol)> = symbols.into_iter().enumerate().collect();
        numbered.sort_by_key(|(_, symbol)| symbol.global);
        let mut now = vec![0; numbered.len()];
        for (index, (before, _)) in numbered.iter().enumerate() {
            if let Some(place) = now.get_mut(*before) {
                *place = index;
            }
        }
        for relocation in &mut self.object.relocations {
            relocation.symbol = relocation
                .symbol
                .and_then(|symbol| now.get(symbol).copied());
        }
        self.object.symbols = numbered.into_iter().map(|(_, symbol)| symbol).collect();
    }

    fn add_lines(&mut self) {
        let sources = self.unit.sources;
        let lines = self.unit.leavings.lines.iter().filter_map(|place| {
            let section = *self.sections.get(&place.segment)?;
            let span = sources.known_place(place.span);
            let position = sources.position(span.source, span.start);
            Some(Line {
                address: object::address(section, place.offset),
                file: usize::try_from(*self.files.get(&span.source)?).ok()?,
                line: position.line,
                column: position.column,
            })
        });
        let mut lines: Vec<Line> = lines.collect();
        lines.sort_by_key(|line| line.address);
        self.object.lines = lines;
    }
}
