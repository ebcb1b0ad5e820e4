//! The disassembler: from an image to a source that makes the same image.
//!
//! An image tells what is in it by descriptors, symbols and relocations; no
//! scope of a name, and no directive, is left. So a source is found that
//! explains them: `names` gives every name a scope, `segment` says how each
//! segment is opened, `order` in which order the parts must stand, `reference`
//! what a capability is to, and `code` and `data` print the bytes. Invariant:
//! the whole text is assembled again and compared, so a text whose
//! [`Disassembly::difference`] is `None` is right, whoever made the image.

mod code;
mod compare;
mod data;
mod names;
mod order;
mod page;
mod reference;
mod segment;

pub use compare::difference;

use crate::image::{Image, Segment, Symbol};
use crate::{NoFiles, Options, Source, assemble};

use names::Names;
use order::Unit;
use page::Page;
use reference::References;
use segment::Opening;

/// The text of a line of a source, if it can be had: the name of the file, and
/// the number of the line from 1.
pub type Lines<'a> = dyn Fn(&str, u32) -> Option<String> + 'a;

/// A disassembled image.
#[derive(Clone, Debug)]
pub struct Disassembly {
    /// The source.
    pub text: String,
    /// In what its image is not the one that it was made from, if it is not.
    pub difference: Option<String>,
}

/// Disassembles a whole image. Lines of its sources that can be had stand in
/// front of what was made of them.
pub fn disassemble(image: &Image, lines: &Lines) -> Disassembly {
    let text = Disassembler::new(image, lines).whole();
    let options = Options {
        bare: true,
        ..Options::default()
    };
    let source = Source::new("disassembly.s", text.as_str());
    let assembly = assemble(vec![source], &mut NoFiles, &options);
    let difference = match (&assembly.image, assembly.diagnostics.first()) {
        (Some(again), _) => difference(image, again),
        (None, Some(first)) => Some(format!("it does not assemble: {}", first.message)),
        (None, None) => Some("it does not assemble".to_owned()),
    };
    Disassembly { text, difference }
}

/// Disassembles what some symbols name, in the order of their places: a
/// procedure whole, also for a label in it. Names that are not in the image
/// give nothing.
pub fn disassemble_symbols(image: &Image, names: &[&str], lines: &Lines) -> String {
    Disassembler::new(image, lines).parts(names)
}

/// What is known of an image while it is printed.
struct Disassembler<'a> {
    image: &'a Image,
    lines: &'a Lines<'a>,
    names: Names<'a>,
    references: References,
}

impl<'a> Disassembler<'a> {
    fn new(image: &'a Image, lines: &'a Lines<'a>) -> Self {
        Self {
            image,
            lines,
            names: Names::new(image),
            references: References::new(image),
        }
    }

    fn whole(mut self) -> String {
        let openings = segment::openings(self.image);
        let shown: Vec<u16> = openings.iter().map(|opening| opening.number).collect();
        let mut units = self.units(&shown);
        self.host(&mut units);
        let order = match self.order(&units) {
            Some(order) => order,
            None => {
                // The linkage cannot come to be by `la` alone, so its slots are written out.
                self.references.write_out_linkage();
                units = self.units(&shown);
                self.host(&mut units);
                self.order(&units).unwrap_or((0..units.len()).collect())
            }
        };
        let openings: Vec<Opening> = openings
            .into_iter()
            .filter(|opening| !self.references.is_linkage(opening.number))
            .collect();
        let mut page = Page::new(self.lines);
        self.entry(&mut page);
        self.print(&units, &order, &openings, &mut page);
        page.finish()
    }

    fn entry(&self, page: &mut Page) {
        let address = self.image.entry();
        let place = self.names.place(self.image, address, None);
        page.statement(&format!(".entry  {place}"), None);
    }

    /// Prints the units in an order, and opens segments between them. Every
    /// segment is opened at last, so that those with nothing in them are there.
    fn print(&self, units: &[Unit], order: &[usize], openings: &[Opening], page: &mut Page) {
        let mut opened = Vec::new();
        let mut current = None;
        let numbered = segment::numbered(openings, units, order);
        let mut open = |number: u16, page: &mut Page, current: &mut Option<u16>| {
            if *current == Some(number) {
                return;
            }
            *current = Some(number);
            let opening = openings.iter().find(|opening| opening.number == number);
            if let Some(opening) = opening {
                let first = !opened.contains(&number);
                opened.push(number);
                let written = opening.written(first, numbered.contains(&number));
                page.gap();
                page.statement(&written, None);
                page.gap();
            }
        };
        for unit in order.iter().filter_map(|index| units.get(*index)) {
            open(unit.segment, page, &mut current);
            match unit.procedure {
                None => self.print_unit(unit, page),
                Some(procedure) => {
                    let name = self.names.symbol(procedure).map_or("", |it| &it.name);
                    page.gap();
                    page.statement(&format!(".proc   {name}"), None);
                    for hosted in unit.hosted.iter().filter_map(|index| units.get(*index)) {
                        open(hosted.segment, page, &mut current);
                        self.print_unit(hosted, page);
                    }
                    open(unit.segment, page, &mut current);
                    self.print_unit(unit, page);
                    page.statement(".endproc", None);
                    page.gap();
                }
            }
        }
        for opening in openings {
            if !units.iter().any(|unit| unit.segment == opening.number) {
                open(opening.number, page, &mut current);
            }
        }
    }

    fn parts(self, names: &[&str]) -> String {
        let shown: Vec<u16> = self.image.segments().iter().map(|it| it.number).collect();
        let units = self.units(&shown);
        let mut page = Page::new(self.lines);
        for unit in units {
            let symbols = unit.labels.iter().copied().chain(unit.procedure);
            let named = symbols
                .filter_map(|symbol| self.names.symbol(symbol))
                .any(|symbol| names.contains(&symbol.name.as_str()));
            if !named {
                continue;
            }
            page.gap();
            let procedure = unit.procedure.and_then(|it| self.names.symbol(it));
            if let Some(procedure) = procedure {
                page.statement(&format!(".proc   {}", procedure.name), None);
            }
            self.print_unit(&unit, &mut page);
            if procedure.is_some() {
                page.statement(".endproc", None);
            }
        }
        page.finish()
    }

    /// Prints the labels and bytes of a unit.
    fn print_unit(&self, unit: &Unit, page: &mut Page) {
        let Some(segment) = self.image.segment(unit.segment) else {
            return;
        };
        let scope = unit.procedure.or(unit.host);
        let mut at = unit.start;
        let mut labels = unit.labels.iter().copied().peekable();
        loop {
            let mut gate = None;
            while let Some(symbol) = labels
                .next_if(|label| self.names.offset(*label) <= at)
                .and_then(|label| self.names.symbol(label))
            {
                match symbol.kind {
                    crate::image::SymbolKind::Gate if gate.is_none() => gate = Some(symbol),
                    _ => page.label(&symbol.name),
                }
            }
            if at >= unit.end {
                return;
            }
            let next = labels.peek().map(|label| self.names.offset(*label));
            let stop = next.unwrap_or(unit.end).min(unit.end);
            at = match gate {
                Some(gate) => self.print_gate(segment, gate, at, scope, page),
                None => self.print_bytes(segment, at..stop, scope, page),
            };
        }
    }

    /// Prints bytes up to the end of the range, or of what can be printed in one way.
    fn print_bytes(
        &self,
        segment: &Segment,
        range: std::ops::Range<u64>,
        scope: Option<usize>,
        page: &mut Page,
    ) -> u64 {
        let (start, stop) = (range.start, range.end);
        let covered = self.names.object_end(segment.address() + start);
        let stop = match covered {
            Some(end) => stop.min(end),
            None => {
                let object = self.names.next_object(segment.address() + start);
                stop.min(object.unwrap_or(stop))
            }
        };
        if stop <= start {
            return range.end;
        }
        if covered.is_none()
            && self.relocation_in(segment, start, stop).is_none()
            && let Some(align) = data::padding(segment, start, stop)
        {
            page.statement(&format!(".align  {align}"), None);
            return stop;
        }
        let executable = segment::is_executable(self.image, segment.number);
        if executable && covered.is_none() && start.is_multiple_of(8) && stop - start >= 8 {
            self.print_code(segment, start, stop - stop % 8, scope, page);
            return stop - stop % 8;
        }
        self.print_data(segment, start, stop, scope, page);
        stop
    }

    fn relocation_in(&self, segment: &Segment, start: u64, stop: u64) -> Option<u64> {
        let begin = segment.address() + start;
        self.references
            .slot_from(begin)
            .filter(|address| *address < segment.address() + stop)
    }

    fn print_gate(
        &self,
        segment: &Segment,
        gate: &Symbol,
        at: u64,
        scope: Option<usize>,
        page: &mut Page,
    ) -> u64 {
        let word = data::word(segment, at);
        let target = self.jump_target(segment, at, word, scope);
        let name = &gate.name;
        let statement = match target {
            Some(target) => format!(".gate   {name}, {target}"),
            // No gate of ours: the comparison of the images tells.
            None => format!(".dword  {word:#x}"),
        };
        page.at(self.image, segment.address() + at, &statement);
        at + 8
    }
}
