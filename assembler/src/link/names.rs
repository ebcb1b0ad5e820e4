//! Names: what objects show to each other, and what each wants of the others.

use std::collections::{BTreeMap, HashSet};

use isa::abi;

use crate::diagnostic::{Code, Diagnostic};
use crate::object::{self, Definition, Place, Relocation, Symbol};
use crate::symbol::LabelKind;

use super::Linker;

/// The most places that a message about a missing name shows.
const SHOWN: usize = 32;

/// What a symbol turned out to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Number(i64),
    /// A segment as a whole.
    Segment(usize),
    /// The beginning of a section in its segment.
    Section {
        segment: usize,
        offset: u64,
    },
    Label(Label),
}

/// A place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The object that defines it, and the symbol in it.
    pub(super) symbol: (usize, usize),
    pub(super) segment: usize,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) extent: u64,
    pub(super) kind: LabelKind,
}

impl Label {
    /// Whether what is there is called, not read.
    pub(super) fn is_code(&self) -> bool {
        matches!(
            self.kind,
            LabelKind::Code | LabelKind::Procedure | LabelKind::Gate
        )
    }
}

impl<'o> Linker<'o> {
    /// Finds what objects show to each other, and reports what two define or none.
    pub(super) fn collect_names(&mut self) {
        for object in 0..self.objects.len() {
            let symbols = self.objects.get(object).map(|object| &object.symbols);
            for (index, symbol) in symbols.into_iter().flatten().enumerate() {
                let defines = !matches!(
                    symbol.definition,
                    Definition::External | Definition::Segment(_)
                );
                if !symbol.global || !defines {
                    continue;
                }
                match self.globals.get(symbol.name.as_str()).copied() {
                    None => {
                        self.globals.insert(&symbol.name, (object, index));
                    }
                    Some(first) => self.check_twice((object, symbol), first),
                }
            }
        }
        self.report_missing();
    }

    fn symbol(&self, (object, symbol): (usize, usize)) -> Option<&'o Symbol> {
        self.objects.get(object)?.symbols.get(symbol)
    }

    /// Two definitions of a name: constants may be equal, all else is a mistake.
    fn check_twice(&mut self, (object, symbol): (usize, &Symbol), first: (usize, usize)) {
        let Some(other) = self.symbol(first) else {
            return;
        };
        if let (Definition::Constant(one), Definition::Constant(two)) =
            (symbol.definition, other.definition)
            && one == two
        {
            return;
        }
        let name = symbol.name.as_str();
        let values = match (symbol.definition, other.definition) {
            (Definition::Constant(one), Definition::Constant(two)) => {
                Some(format!("here it is {one}, there {two}"))
            }
            _ => None,
        };
        let message = format!("`{name}` is defined twice");
        let mut diagnostic = self
            .diagnostic(Code::DuplicateSymbol, object, symbol.place, name, message)
            .label("defined again here");
        let place = (first.0, other.place);
        diagnostic = self.second(diagnostic, place, name, "first defined here");
        if let Some(values) = values {
            diagnostic = diagnostic.note(values);
        }
        self.report(
            diagnostic.help(
                "an object that exports names with `.export` keeps its other names to itself",
            ),
        );
    }

    /// Reports each name that no object defines, with all places that want it.
    fn report_missing(&mut self) {
        let mut wanted: BTreeMap<&str, Vec<(usize, Place)>> = BTreeMap::new();
        for (index, object) in self.objects.iter().enumerate() {
            let mut missing: BTreeMap<usize, &Symbol> = BTreeMap::new();
            for (id, symbol) in object.symbols.iter().enumerate() {
                if symbol.definition == Definition::External && !self.is_known(&symbol.name) {
                    missing.insert(id, symbol);
                    let places = wanted.entry(&symbol.name).or_default();
                    if symbol.place != Place::Unknown {
                        places.push((index, symbol.place));
                    }
                }
            }
            for relocation in &object.relocations {
                let symbol = relocation.symbol.and_then(|symbol| missing.get(&symbol));
                if let Some(places) = symbol.and_then(|symbol| wanted.get_mut(symbol.name.as_str()))
                {
                    places.push((index, self.place_of(index, relocation)));
                }
            }
        }
        for (name, places) in wanted {
            self.blame_missing(name, &places);
        }
    }

    fn is_known(&self, name: &str) -> bool {
        let segment = self.segments_by_name.get(name);
        let segment = segment.and_then(|index| self.segments.get(*index));
        self.globals.contains_key(name) || segment.is_some_and(|segment| !segment.dropped)
    }

    fn blame_missing(&mut self, name: &str, places: &[(usize, Place)]) {
        if name == "main" && self.is_startup(places) {
            let message = "the program has no `main`";
            let diagnostic = Diagnostic::global(Code::NoMain, message)
                .note("the start-up code calls `main` in ring 4")
                .help(
                    "name the first procedure `main`, or say with `.entry` where a bare image begins",
                );
            self.report(diagnostic);
            return;
        }
        let message = format!("no object defines `{name}`");
        let mut seen = HashSet::new();
        let mut places = places.iter().copied();
        let mut diagnostic = match places.next() {
            Some((object, place)) => {
                let diagnostic =
                    self.diagnostic(Code::UndefinedSymbol, object, place, name, message);
                seen.extend(diagnostic.primary.as_ref().map(|primary| primary.span));
                diagnostic.label("wanted here")
            }
            None => Diagnostic::global(Code::UndefinedSymbol, message),
        };
        let mut left_out = 0_usize;
        for (object, place) in places {
            if seen.len() >= SHOWN {
                left_out += 1;
                continue;
            }
            if let Some(span) = self.span(object, place, name)
                && seen.insert(span)
            {
                diagnostic = diagnostic.second(span, "and here");
            }
        }
        if left_out > 0 {
            diagnostic = diagnostic.note(format!("{left_out} more uses are not shown"));
        }
        let hidden = self.objects.iter().enumerate().find_map(|(index, object)| {
            let mut symbols = object.symbols.iter();
            let hidden = symbols.find(|symbol| {
                let label = matches!(symbol.definition, Definition::Label { .. });
                !symbol.global && label && symbol.procedure.is_none() && symbol.name == name
            })?;
            Some((index, hidden.place))
        });
        if let Some(place) = hidden {
            let label = "this one is known in its own scope alone";
            diagnostic = self.second(diagnostic, place, name, label);
            diagnostic =
                diagnostic.help(format!("`.export {name}` in that file lets others use it"));
        } else {
            let known = self.globals.keys().copied();
            // The map has no order, and the first of equals is taken.
            let mut known: Vec<&str> = known.collect();
            known.sort_unstable();
            if let Some(close) = self.sink.closest(name, known) {
                diagnostic = diagnostic.help(format!("did you mean `{close}`?"));
            }
        }
        self.report(diagnostic);
    }

    /// Whether only the start-up code wants a name.
    fn is_startup(&self, places: &[(usize, Place)]) -> bool {
        let startup = |index: usize| {
            let files = self
                .objects
                .get(index)
                .map(|object| object.files.as_slice());
            matches!(files, Some([file]) if file == crate::STARTUP_NAME)
        };
        places.iter().all(|(object, _)| startup(*object))
    }

    /// Where a relocation stands in its source, by the lines of its object if nothing else says it.
    pub(super) fn place_of(&self, object: usize, relocation: &Relocation) -> Place {
        if relocation.place != Place::Unknown {
            return relocation.place;
        }
        let line = self.objects.get(object).and_then(|object| {
            let address = object::address(relocation.section, relocation.offset);
            let after = object.lines.partition_point(|line| line.address <= address);
            let line = object.lines.get(after.checked_sub(1)?)?;
            (line.address >> 32 == address >> 32).then_some(*line)
        });
        match line {
            Some(line) => Place::Recorded {
                file: u32::try_from(line.file).unwrap_or(u32::MAX),
                line: line.line,
                column: line.column,
            },
            None => Place::Unknown,
        }
    }

    /// What a symbol of an object means; nothing if it is missing, which was reported.
    pub(super) fn meaning(&self, object: usize, index: usize) -> Option<Meaning> {
        let symbol = self.symbol((object, index))?;
        let (object, index, symbol) = match symbol.definition {
            Definition::External => match self.globals.get(symbol.name.as_str()) {
                Some((object, index)) => (*object, *index, self.symbol((*object, *index))?),
                None => {
                    let segment = *self.segments_by_name.get(symbol.name.as_str())?;
                    return Some(Meaning::Segment(segment));
                }
            },
            _ => (object, index, symbol),
        };
        Some(match symbol.definition {
            Definition::External => return None,
            Definition::Constant(number) => Meaning::Number(number),
            Definition::Segment(section) => {
                let placed = self.placed(object, section)?;
                Meaning::Section {
                    segment: placed.segment,
                    offset: placed.offset,
                }
            }
            Definition::Label {
                section,
                offset,
                size,
                extent,
                kind,
            } => {
                let placed = self.placed(object, section)?;
                Meaning::Label(Label {
                    symbol: (object, index),
                    segment: placed.segment,
                    offset: placed.offset.saturating_add(offset),
                    size,
                    extent,
                    kind,
                })
            }
        })
    }

    /// `main` must be code that ring 4 can run.
    pub(super) fn check_main(&mut self) {
        if self.options.bare {
            return;
        }
        let Some((object, index)) = self.globals.get("main").copied() else {
            return;
        };
        let Some(place) = self.symbol((object, index)).map(|symbol| symbol.place) else {
            return;
        };
        let runnable = match self.meaning(object, index) {
            Some(Meaning::Label(label)) => match label.kind {
                LabelKind::Data => false,
                // The instruction behind it may be one that was reported.
                LabelKind::Open => self.sink.failed(),
                LabelKind::Code | LabelKind::Procedure | LabelKind::Gate => self
                    .segments
                    .get(label.segment)
                    .is_some_and(|segment| segment.options.rings.may_execute(abi::PROGRAM_RING)),
            },
            _ => false,
        };
        if !runnable {
            let message = "`main` is not code that ring 4 can run".to_owned();
            let diagnostic = self
                .diagnostic(Code::NoMain, object, place, "main", message)
                .help("put `main` in front of an instruction in `.text`");
            self.report(diagnostic);
        }
    }
}
