//! Linking: from placed segments to an image.
//!
//! The linker adds what no source says: linkage, the relocation table, and the
//! descriptors, and lays all segments out in real memory by their numbers,
//! the descriptor table first. Invariant: the same program gives the same
//! image, bit for bit.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use isa::address::{Address, PAGE_SIZE};
use isa::context::Relocation as RelocationRecord;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::INSTRUCTION_SIZE;
use isa::{
    Brackets, Capability, Descriptor, DescriptorFlags, Fields, Label, Real, Ring, SegmentNumber,
    abi,
};

use crate::capability::{Relocation, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::image::{Contents, Image, Line, Segment as ImageSegment, Symbol, SymbolKind};
use crate::layout::pages;
use crate::segment::{Segment, SegmentOptions};
use crate::source::Span;
use crate::symbol::{LabelKind, Meaning, Object, ProcedureId, SegmentId, Value};
use crate::syntax::Operand;
use crate::unit::Unit;

/// What linking adds to a program, gathered while its bytes are made.
#[derive(Debug, Default)]
pub(crate) struct Linkage {
    /// The capability constants of each ring, in order of their slots.
    slots: BTreeMap<Ring, Vec<Target>>,
    slot_numbers: HashMap<(Ring, Target), i32>,
    pub(crate) relocations: Vec<Relocation>,
    /// How many object types the authorities have so far.
    pub(crate) object_types: u32,
    pub(crate) lines: Vec<LinePlace>,
}

/// The place of a statement's bytes, and where it stands in its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinePlace {
    pub(crate) segment: SegmentId,
    pub(crate) offset: u64,
    pub(crate) span: Span,
}

/// Real address of the descriptor table.
const TABLE: u64 = PAGE_SIZE;

impl<'a> Unit<'a> {
    /// The number of the linkage slot with a capability to this operand, for
    /// the ring that runs the text of a statement.
    pub(crate) fn link_slot(&mut self, operand: &Operand, statement: usize) -> Option<i32> {
        let target = self.capability_target(operand, statement)?;
        let text = self.context(statement)?.segment;
        let ring = self.segment(text)?.options.rings.r2;
        if let Some(slot) = self.linkage.slot_numbers.get(&(ring, target)) {
            return Some(*slot);
        }
        if self.capability(target, Brackets::only(ring)).is_none() {
            let message = "the cursor of this capability does not fit in 32 bits";
            let code = Code::CapabilityBounds;
            self.report(Diagnostic::new(code, operand.span, message));
            return None;
        }
        let slots = self.linkage.slots.entry(ring).or_default();
        let slot = i32::try_from(slots.len()).ok()?;
        slots.push(target);
        self.linkage.slot_numbers.insert((ring, target), slot);
        Some(slot)
    }

    /// Makes the image. What is wrong is reported; then there is none.
    pub(crate) fn link(&mut self) -> Option<Image> {
        let entry = self.entry_address();
        self.check_main();
        self.add_linkage();
        self.add_relocations();
        let reals = self.real_places()?;
        if self.sink.failed() {
            return None;
        }
        self.add_descriptors(&reals);
        let (files, lines) = self.lines();
        let symbols = self.image_symbols();
        let contents = Contents {
            entry: entry?,
            segments: self.image_segments(&reals),
            symbols,
            lines,
            files,
        };
        match Image::new(contents) {
            Ok(image) => Some(image),
            Err(error) => {
                self.report(Diagnostic::global(Code::Image, error.to_string()));
                None
            }
        }
    }

    fn entry_address(&mut self) -> Option<u64> {
        let Some((expression, statement)) = self.entry else {
            if !self.options.bare {
                // The start-up code has an entry, unless there is no `main` for it.
                return None;
            }
            let message = "a bare image needs an `.entry`";
            let diagnostic = Diagnostic::global(Code::Entry, message)
                .help("write `.entry LABEL`, where LABEL is in a segment with rings(0,0,0)");
            self.report(diagnostic);
            return None;
        };
        let span = self.program.nodes.get(expression.root)?.span;
        let value = self.evaluate(expression, statement);
        let value = self.known(value, "the entry")?;
        let Value::Address {
            segment, offset, ..
        } = value
        else {
            let message = "the entry is a label, and this is a number";
            self.report(Diagnostic::new(Code::Entry, span, message));
            return None;
        };
        let segment = self.segment(segment)?;
        let offset = u32::try_from(offset).ok().filter(|offset| {
            let end = u64::from(*offset) + INSTRUCTION_SIZE;
            u64::from(*offset).is_multiple_of(INSTRUCTION_SIZE) && end <= segment.length
        });
        let executable = segment.options.has(DescriptorFlags::EXECUTE)
            && segment.options.rings.may_execute(Ring::KERNEL);
        match offset {
            Some(offset) if executable => {
                Some(Address::new(SegmentNumber(segment.number), offset).word())
            }
            _ => {
                let (name, rings) = (segment.name, segment.options.rings);
                let message = match executable {
                    true => "there is no instruction at the entry".to_owned(),
                    false => format!("ring 0 cannot execute the segment `{name}`"),
                };
                let diagnostic = Diagnostic::new(Code::Entry, span, message)
                    .note(format!(
                        "a machine begins in ring 0; the rings of `{name}` are {rings}"
                    ))
                    .help("open the segment with `rx, rings(0,0,0)`");
                self.report(diagnostic);
                None
            }
        }
    }

    /// `main` must be code that ring 4 can run.
    fn check_main(&mut self) {
        if self.options.bare {
            return;
        }
        let Some(symbol) = self
            .symbols
            .lookup(None, "main")
            .and_then(|id| self.symbols.get(id))
        else {
            return;
        };
        let span = symbol.span;
        let runnable = match symbol.meaning {
            Meaning::Label(label) => match label.kind {
                LabelKind::Data => false,
                // The instruction behind it may be one that was reported.
                LabelKind::Open => self.sink.failed(),
                LabelKind::Code | LabelKind::Procedure | LabelKind::Gate => self
                    .segment(label.segment)
                    .is_some_and(|segment| segment.options.rings.may_execute(abi::PROGRAM_RING)),
            },
            _ => false,
        };
        if !runnable {
            let message = "`main` is not code that ring 4 can run";
            let diagnostic = Diagnostic::new(Code::NoMain, span, message)
                .help("put `main` in front of an instruction in `.text`");
            self.report(diagnostic);
        }
    }

    /// Makes the linkage segments of the rings that need them.
    fn add_linkage(&mut self) {
        const NAMES: [&str; 8] = [
            "linkage0", "linkage1", "linkage2", "linkage3", "linkage4", "linkage5", "linkage6",
            "linkage7",
        ];
        let slots = std::mem::take(&mut self.linkage.slots);
        for (ring, targets) in slots {
            let brackets = Brackets::only(ring);
            let number = abi::linkage_segment(ring).0;
            let Some(name) = NAMES.get(usize::from(ring.number())).copied() else {
                continue;
            };
            let other = self
                .segments
                .iter()
                .find(|segment| segment.number == number || segment.name == name)
                .and_then(|segment| segment.span);
            if let Some(span) = other {
                let message = format!(
                    "the linkage of ring {ring} needs segment number {number} and the name `{name}`"
                );
                let diagnostic = Diagnostic::new(Code::SegmentNumber, span, message)
                    .label("this segment has one of them")
                    .note("`la` keeps its capabilities there");
                self.report(diagnostic);
                continue;
            }
            let flags = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
            let options = SegmentOptions {
                rings: brackets,
                ..SegmentOptions::new(flags)
            };
            let mut segment = Segment::new(name, None, options);
            segment.number = number;
            segment.length = 16 * targets.len() as u64;
            let id = self.add_segment(segment);
            for (offset, target) in (0..).step_by(16).zip(targets) {
                if let Some(capability) = self.capability(target, brackets) {
                    self.linkage.relocations.push(Relocation {
                        segment: id,
                        offset,
                        capability,
                    });
                }
            }
        }
    }

    /// Fills the relocation table.
    fn add_relocations(&mut self) {
        let relocations = std::mem::take(&mut self.linkage.relocations);
        let count = relocations.len() as u64;
        let mut table = Vec::new();
        for relocation in relocations {
            let capability = self.with_known_limit(relocation.capability, count);
            let number = self.segment(relocation.segment).map(|holder| holder.number);
            let offset = u32::try_from(relocation.offset).ok();
            if let (Some(number), Some(offset)) = (number, offset) {
                let record = RelocationRecord {
                    place: Address::new(SegmentNumber(number), offset),
                    capability: capability.bits(),
                };
                table.extend(record.to_bytes());
            }
        }
        self.fill(abi::SEGMENT_RELOCATIONS, table);
    }

    /// A capability to a table that the linker itself makes was empty as long as the table was; now that all segments
    /// and relocations are known, so is its length.
    fn with_known_limit(&self, capability: Capability, relocations: u64) -> Capability {
        let length = match capability.segment().0 {
            abi::SEGMENT_DESCRIPTORS => self.table_length(),
            abi::SEGMENT_RELOCATIONS => relocations * RelocationRecord::SIZE,
            _ => return capability,
        };
        Capability::new(Fields {
            limit: u32::try_from(length).unwrap_or(u32::MAX),
            ..capability.fields()
        })
    }

    /// The bytes of the descriptor table, when every segment is there and has its number.
    fn table_length(&self) -> u64 {
        let numbers = self.segments.iter().map(|segment| segment.number);
        numbers.max().map_or(0, |number| u64::from(number) + 1) * DESCRIPTOR_SIZE
    }

    /// Gives a segment of the machine its bytes.
    fn fill(&mut self, number: u16, bytes: Vec<u8>) {
        let mut segments = self.segments.iter_mut();
        if let Some(segment) = segments.find(|segment| segment.number == number) {
            segment.length = bytes.len() as u64;
            segment.bytes = bytes;
        }
    }

    /// The real address of each segment that takes memory, by position; or
    /// nothing if they need more memory than an image may, which is reported.
    fn real_places(&mut self) -> Option<Vec<u64>> {
        let table = self.table_length();
        let mut order: Vec<usize> = (0..self.segments.len()).collect();
        order.sort_by_key(|index| self.segments.get(*index).map(|segment| segment.number));
        let mut reals = vec![0; self.segments.len()];
        let mut next = TABLE + pages(table);
        for index in order {
            let (Some(segment), Some(real)) = (self.segments.get(index), reals.get_mut(index))
            else {
                continue;
            };
            if segment.number == abi::SEGMENT_DESCRIPTORS {
                *real = TABLE;
            } else if segment.number != 0 && segment.extent() > 0 {
                *real = next;
                next = next.saturating_add(pages(segment.extent()));
            }
        }
        // Layout has bounded the bytes; this bounds the pages, and what `length` adds.
        if next.saturating_sub(TABLE) > self.options.image_limit {
            let message = format!("the image needs {next} bytes of memory");
            let diagnostic = Diagnostic::global(Code::ImageTooLarge, message)
                .note(format!("the limit is {} bytes", self.options.image_limit))
                .note("every segment takes whole pages of 4096 bytes");
            self.report(diagnostic);
            return None;
        }
        Some(reals)
    }

    /// Fills the descriptor table.
    fn add_descriptors(&mut self, reals: &[u64]) {
        let size = usize::try_from(DESCRIPTOR_SIZE).unwrap_or(0);
        let mut table = vec![0; usize::try_from(self.table_length()).unwrap_or(0)];
        for (segment, real) in self.segments.iter().zip(reals) {
            let start = usize::from(segment.number) * size;
            let length = match segment.number {
                0 => continue,
                abi::SEGMENT_DESCRIPTORS => table.len() as u64,
                _ => segment.extent(),
            };
            if let Some(place) = table.get_mut(start..start + size) {
                place.copy_from_slice(&descriptor(segment, *real, length).to_bytes());
            }
        }
        self.fill(abi::SEGMENT_DESCRIPTORS, table);
    }

    fn image_segments(&mut self, reals: &[u64]) -> Vec<ImageSegment> {
        let segments = std::mem::take(&mut self.segments);
        segments
            .into_iter()
            .zip(reals)
            .filter(|(segment, _)| segment.number != 0)
            .map(|(segment, real)| ImageSegment {
                name: segment.name.to_owned(),
                number: segment.number,
                real: *real,
                length: segment.extent(),
                bytes: segment.bytes,
            })
            .collect()
    }

    fn image_symbols(&self) -> Vec<Symbol> {
        let ends: HashMap<Span, u64> = self
            .procedures
            .iter()
            .filter_map(|procedure| Some((procedure.span, procedure.end?)))
            .collect();
        let mut names = Names::default();
        self.symbols
            .iter()
            .filter_map(|(id, symbol)| {
                let Meaning::Label(label) = symbol.meaning else {
                    return None;
                };
                if self.sources.is_control(symbol.span) {
                    return None;
                }
                let offset = label.offset?;
                let (kind, size) = match label.kind {
                    LabelKind::Data => {
                        let (start, end) = self.extent(Object::Label(id))?;
                        (SymbolKind::Object, end.saturating_sub(start))
                    }
                    LabelKind::Gate => (SymbolKind::Gate, INSTRUCTION_SIZE),
                    LabelKind::Procedure => {
                        let end = ends.get(&symbol.span).copied()?;
                        (SymbolKind::Procedure, end.saturating_sub(offset))
                    }
                    LabelKind::Code | LabelKind::Open => (SymbolKind::Label, 0),
                };
                let number = self.segment(label.segment)?.number;
                let procedure = symbol
                    .scope
                    .and_then(|scope| self.symbols.procedure_of(scope));
                Some(Symbol {
                    name: names.unique(procedure, symbol.name),
                    address: Address::new(SegmentNumber(number), u32::try_from(offset).ok()?)
                        .word(),
                    size,
                    kind,
                })
            })
            .collect()
    }

    /// The source files by name, and the line of each statement's bytes.
    fn lines(&self) -> (Vec<String>, Vec<Line>) {
        let mut files: Vec<String> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut by_source = HashMap::new();
        for (id, source) in self.sources.iter() {
            let next = files.len();
            let file = *by_name.entry(source.name()).or_insert(next);
            if file == next {
                files.push(source.name().to_owned());
            }
            by_source.insert(id, file);
        }
        let lines = self.linkage.lines.iter().filter_map(|place| {
            let number = self.segment(place.segment)?.number;
            let offset = u32::try_from(place.offset).ok()?;
            let span = self.sources.known_place(place.span);
            let position = self.sources.position(span.source, span.start);
            Some(Line {
                address: Address::new(SegmentNumber(number), offset).word(),
                file: by_source.get(&span.source).copied()?,
                line: position.line,
                column: position.column,
            })
        });
        (files, lines.collect())
    }
}

/// The names that symbols of an image have. What scopes and files keep to
/// themselves may have one name; in an image, whose scopes are procedures
/// alone, each later one gets a number.
#[derive(Default)]
struct Names<'a> {
    taken: HashSet<(Option<ProcedureId>, Cow<'a, str>)>,
    /// The number of the next symbol of each name, from 2.
    next: HashMap<(Option<ProcedureId>, &'a str), u32>,
}

impl<'a> Names<'a> {
    fn unique(&mut self, procedure: Option<ProcedureId>, name: &'a str) -> String {
        let mut chosen = Cow::Borrowed(name);
        let mut next = self.next.get(&(procedure, name)).copied().unwrap_or(2);
        while !self.taken.insert((procedure, chosen.clone())) {
            chosen = Cow::Owned(format!("{name}${next}"));
            next += 1;
        }
        self.next.insert((procedure, name), next);
        chosen.into_owned()
    }
}

fn descriptor(segment: &Segment, real: u64, length: u64) -> Descriptor {
    let options = &segment.options;
    let device = options.has(DescriptorFlags::DEVICE);
    let executable = options.has(DescriptorFlags::EXECUTE);
    Descriptor {
        base: Real(if device {
            u64::from(options.slot)
        } else {
            real
        }),
        // Every segment is shorter than 2^28 bytes.
        length: u32::try_from(length).unwrap_or(u32::MAX),
        gates: segment.gates,
        linkage: SegmentNumber(if executable { abi::SEGMENT_LINKAGE } else { 0 }),
        flags: options.flags | DescriptorFlags::PRESENT,
        brackets: options.rings,
        label: Label(options.label),
        generation: options.generation,
        software: [0; 2],
    }
}
