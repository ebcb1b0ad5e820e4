//! The image: relocation table, descriptors, real memory, names and lines.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use isa::address::{Address, PAGE_SIZE};
use isa::context::Relocation as RelocationRecord;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::instruction::INSTRUCTION_SIZE;
use isa::{Capability, Descriptor, DescriptorFlags, Fields, Label, Real, Ring, SegmentNumber, abi};

use crate::diagnostic::{Code, Diagnostic};
use crate::image::{Contents, Image, Line, Segment as ImageSegment, Symbol, SymbolKind};
use crate::object::Definition;
use crate::symbol::LabelKind;

use super::names::Meaning;
use super::{Linker, Segment, pages};

/// Real address of the descriptor table.
const TABLE: u64 = PAGE_SIZE;

impl<'o> Linker<'o> {
    /// Makes the image. What is wrong is reported; then there is none.
    pub(super) fn image(&mut self) -> Option<Image> {
        let entry = self.entry();
        self.add_rows();
        let reals = self.real_places()?;
        if self.sink.failed() {
            return None;
        }
        self.add_descriptors(&reals);
        let symbols = self.image_symbols();
        let (files, lines) = self.image_lines();
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

    fn entry(&mut self) -> Option<u64> {
        let mut entries = self
            .objects
            .iter()
            .enumerate()
            .filter_map(|(index, object)| {
                let entry = object.entry?;
                Some((index, entry))
            });
        let (object, entry) = entries.next()?;
        let others: Vec<_> = entries.collect();
        for (index, other) in others {
            let message = "a program has one `.entry`".to_owned();
            let diagnostic =
                self.diagnostic(Code::DuplicateSymbol, index, other.place, ".entry", message);
            let first = (object, entry.place);
            let diagnostic = self.second(diagnostic, first, ".entry", "the first one");
            self.report(diagnostic);
        }
        let placed = self.placed(object, entry.section)?;
        let offset = placed.offset.cast_signed().wrapping_add(entry.offset);
        let segment = self.segments.get(placed.segment)?;
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
                let diagnostic = self
                    .diagnostic(Code::Entry, object, entry.place, ".entry", message)
                    .note(format!(
                        "a machine begins in ring 0; the rings of `{name}` are {rings}"
                    ))
                    .help("open the segment with `rx, rings(0,0,0)`");
                self.report(diagnostic);
                None
            }
        }
    }

    /// Fills the relocation table.
    fn add_rows(&mut self) {
        let rows = std::mem::take(&mut self.linkage.rows);
        let count = rows.len() as u64;
        let mut table = Vec::new();
        for row in rows {
            let capability = self.with_known_limit(row.capability, count);
            let number = self.segments.get(row.segment).map(|holder| holder.number);
            let offset = u32::try_from(row.offset).ok();
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
    /// and rows are known, so is its length.
    fn with_known_limit(&self, capability: Capability, rows: u64) -> Capability {
        let length = match capability.segment().0 {
            abi::SEGMENT_DESCRIPTORS => self.table_length(),
            abi::SEGMENT_RELOCATIONS => rows * RelocationRecord::SIZE,
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
        let mut found = Vec::new();
        for (object, all) in self.objects.iter().enumerate() {
            for (index, symbol) in all.symbols.iter().enumerate() {
                let label = match symbol.definition {
                    Definition::Label { .. } => self.meaning(object, index),
                    _ => None,
                };
                let Some(Meaning::Label(label)) = label else {
                    continue;
                };
                let number = self
                    .segments
                    .get(label.segment)
                    .map(|segment| segment.number);
                let offset = u32::try_from(label.offset).ok();
                if let (Some(number), Some(offset)) = (number, offset) {
                    let address = Address::new(SegmentNumber(number), offset).word();
                    let procedure = symbol.procedure.map(|procedure| (object, procedure));
                    found.push((address, procedure, symbol, label));
                }
            }
        }
        // Names that get a number get it by their places, however the program is cut into objects.
        found.sort_by_key(|(address, _, symbol, _)| (*address, !symbol.global));
        let mut names = Names::default();
        found
            .into_iter()
            .map(|(address, procedure, symbol, label)| Symbol {
                name: names.unique(procedure, &symbol.name),
                address,
                size: label.size,
                kind: match label.kind {
                    LabelKind::Data => SymbolKind::Object,
                    LabelKind::Gate => SymbolKind::Gate,
                    LabelKind::Procedure => SymbolKind::Procedure,
                    LabelKind::Code | LabelKind::Open => SymbolKind::Label,
                },
            })
            .collect()
    }

    /// The source files by name, and the line of each statement's bytes.
    fn image_lines(&self) -> (Vec<String>, Vec<Line>) {
        let mut files: Vec<String> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut lines = Vec::new();
        for (index, object) in self.objects.iter().enumerate() {
            let mut own = Vec::new();
            for name in &object.files {
                let next = files.len();
                let file = *by_name.entry(name).or_insert(next);
                if file == next {
                    files.push(name.clone());
                }
                own.push(file);
            }
            lines.extend(object.lines.iter().filter_map(|line| {
                let section = usize::try_from(line.address >> 32).ok()?.checked_sub(1)?;
                let placed = self.placed(index, section)?;
                let number = self.segments.get(placed.segment)?.number;
                let offset = u64::from(line.address as u32).checked_add(placed.offset)?;
                let offset = u32::try_from(offset).ok()?;
                Some(Line {
                    address: Address::new(SegmentNumber(number), offset).word(),
                    file: own.get(line.file).copied()?,
                    ..*line
                })
            }));
        }
        (files, lines)
    }
}

/// The names that symbols of an image have. What scopes and files keep to
/// themselves may have one name; in an image, whose scopes are procedures
/// alone, each later one gets a number.
#[derive(Default)]
struct Names<'a> {
    taken: HashSet<(Procedure, Cow<'a, str>)>,
    /// The number of the next symbol of each name, from 2.
    next: HashMap<(Procedure, &'a str), u32>,
}

/// The object and procedure that a name is local to, if it is.
type Procedure = Option<(usize, u32)>;

impl<'a> Names<'a> {
    fn unique(&mut self, procedure: Procedure, name: &'a str) -> String {
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

fn descriptor(segment: &Segment<'_>, real: u64, length: u64) -> Descriptor {
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
