//! What happens is written down, step by step.
//!
//! Invariant: the values at the start with the changes of the first `n` steps put into them are those of the machine
//! before step `n`.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;

use isa::instruction::{C, Class, Opcode, R};
use isa::machine::{End, Machine, Stepped};
use isa::{Capability, Kind};

use super::view::{AROUND, View};
use super::{Data, Drawn, Granule, Place, SourceText, Step, Value, page};
use crate::dump::Named;
use crate::images::Images;
use crate::names::Names;
use crate::program::Program;
use crate::report::CONSOLE_LIMIT;
use crate::upcoming::{Bytes, Stores, Upcoming, word_at_pc};

/// Slots that are numbers and no registers: level, clock, and whether interrupts are masked.
const OWN: [&str; 3] = ["level", "clock", "masked"];

/// The most granules that are shown because a step stores to them: of a page that is filled, its beginning says enough.
const STORED: usize = 8;

/// Writes a run down.
#[derive(Debug)]
pub struct Recorder<'a> {
    program: &'a Program,
    images: Images<'a>,
    /// The most steps that are kept.
    limit: usize,
    view: View,
    /// The values after the last step.
    values: Vec<Raw>,
    start: Start,
    steps: VecDeque<Made>,
}

/// The machine before the first step that is kept.
#[derive(Debug)]
struct Start {
    step: u64,
    values: Vec<Raw>,
    granules: HashMap<(usize, u16, u32), Granule>,
    console: Vec<u8>,
}

/// A value of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raw {
    Number(u64),
    /// A capability, the machine that it belongs to, and the bytes of its segment.
    Capability(Capability, Whose, u32),
}

/// A machine at a level: there may be other ones at other times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whose {
    level: usize,
    /// The number of the guest among those that were met; none of the outermost machine.
    guest: Option<usize>,
}

/// The machine before a step.
#[derive(Debug)]
pub struct Before {
    word: Option<u64>,
    opcode: Option<Opcode>,
    stores: Stores,
    whose: Whose,
    address: u64,
}

/// A step.
#[derive(Debug)]
struct Made {
    word: Option<u64>,
    whose: Whose,
    address: u64,
    changes: Vec<(usize, Raw)>,
    /// The granules that changed, and those that the next step has in view and none had before.
    granules: Vec<Granule>,
    note: Option<String>,
    console: Vec<u8>,
}

impl<'a> Recorder<'a> {
    /// Begins with a machine that is about to make the first step, after the program printed this; keeps the last `limit`
    /// steps. The images are those that its places are named by, which have met it.
    pub fn new(
        program: &'a Program,
        images: Images<'a>,
        machine: &Machine,
        console: Vec<u8>,
        limit: usize,
    ) -> Recorder<'a> {
        let values = values_of(machine, &images);
        Recorder {
            program,
            images,
            limit,
            view: View::default(),
            start: Start {
                step: machine.steps(),
                values: values.clone(),
                granules: HashMap::new(),
                console,
            },
            values,
            steps: VecDeque::new(),
        }
    }

    /// Looks at a machine that is about to make a step.
    pub fn begin(&mut self, machine: &Machine) -> Before {
        let next = Upcoming::of(machine);
        let stores = next.map_or(Stores::Nothing, |next| next.stores(machine));
        let whose = whose(machine, &self.images);
        let level = whose.level;
        if self.view.tidy() {
            self.start.granules.clear();
        }
        let address = machine.pc().address();
        // A block operation goes on, page after page: what it comes by is not looked at, but where it ends.
        let last = self.steps.back();
        if last.is_none_or(|last| (last.whose, last.address) != (whose, address)) {
            let mut new = self.view.look(machine);
            let stored = stored(stores).into_iter().flat_map(Bytes::granules);
            for at in stored.take(STORED) {
                new.extend(self.view.take(machine, level, at));
            }
            match self.steps.back_mut() {
                Some(last) => last.granules.extend(new),
                None => self.start.keep(new),
            }
        }
        Before {
            word: word_at_pc(machine),
            opcode: next.map(|next| next.opcode),
            stores,
            whose,
            address,
        }
    }

    /// Writes the step down that the machine made since: `stepped` is what it said of it, or none if it ended instead.
    pub fn end(
        &mut self,
        before: Before,
        machine: &Machine,
        stepped: Option<&Stepped>,
        console: Vec<u8>,
    ) {
        self.images.meet(machine);
        let level = machine.levels() - 1;
        let values = values_of(machine, &self.images);
        let changes = self.values.iter().zip(&values).enumerate();
        let changes = changes
            .filter(|(_, (old, new))| old != new)
            .map(|(slot, (_, new))| (slot, *new))
            .collect();
        self.values = values;
        // What is not in the instruction, as a trap or what a host does, may change anything.
        let is_plain = before
            .opcode
            .is_some_and(|opcode| opcode.class() == Class::User);
        let stored = before.stores.made(machine);
        let granules = match (stepped, stored) {
            (Some(Stepped::Ran), Some(bytes)) if level == before.whose.level => {
                self.view.changed_of(machine, bytes.granules())
            }
            (Some(Stepped::Ran), None) if level == before.whose.level && is_plain => Vec::new(),
            _ => self.view.changed(machine),
        };
        self.steps.push_back(Made {
            word: before.word,
            whose: before.whose,
            address: before.address,
            changes,
            granules,
            note: note(before.whose.level, machine, stepped),
            console,
        });
        if self.steps.len() > self.limit
            && let Some(first) = self.steps.pop_front()
        {
            self.start.advance(first);
        }
    }

    /// The page, with what is to be said of the end.
    pub fn page(self, end: String) -> String {
        let mut pools = Pools {
            images: self.images,
            texts: Pool::default(),
            places: Pool::default(),
            sources: Pool::default(),
            capabilities: Pool::default(),
        };
        let values = self.start.values.into_iter();
        let values = values.map(|value| pools.value(value)).collect();
        let mut granules: Vec<Granule> = self.start.granules.into_values().collect();
        granules.sort_by_key(Granule::place);
        let start = super::Start {
            step: self.start.step,
            values,
            granules,
            console: String::from_utf8_lossy(&self.start.console).into_owned(),
        };
        let steps = self
            .steps
            .into_iter()
            .map(|made| pools.step(made))
            .collect();
        let lines = |name: &String| match self.program.source(name) {
            Some(text) => text.lines().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        let segments = pools.segments();
        let sources = pools.sources.all.iter().map(|name| SourceText {
            name: name.clone(),
            lines: lines(name),
        });
        let own = pools
            .sources
            .all
            .iter()
            .find(|name| *name != assembler::STARTUP_NAME);
        let numbers = OWN.iter().map(|name| (*name).to_owned());
        let mut slots: Vec<String> = numbers
            .chain(R::all().map(|register| register.to_string()))
            .collect();
        let count = slots.len();
        slots.push("pc".to_owned());
        slots.extend(C::all().map(|register| register.to_string()));
        page(&Data {
            program: own.cloned().unwrap_or_default(),
            sources: sources.collect(),
            texts: pools.texts.all,
            places: pools.places.all,
            segments,
            capabilities: pools.capabilities.all,
            slots,
            numbers: count,
            around: AROUND,
            start,
            steps,
            end,
        })
    }
}

impl Start {
    /// Keeps these granules, as they are now.
    fn keep(&mut self, granules: Vec<Granule>) {
        for granule in granules {
            self.granules.insert(granule.place(), granule);
        }
    }

    /// Becomes the machine after its first step.
    fn advance(&mut self, step: Made) {
        self.step += 1;
        for (slot, value) in step.changes {
            if let Some(place) = self.values.get_mut(slot) {
                *place = value;
            }
        }
        self.keep(step.granules);
        self.console.extend(step.console);
        let excess = self.console.len().saturating_sub(CONSOLE_LIMIT);
        self.console.drain(..excess);
    }
}

/// The machine that runs.
fn whose(machine: &Machine, images: &Images<'_>) -> Whose {
    let level = machine.levels() - 1;
    let guest = images.guest_at(level);
    Whose { level, guest }
}

/// The values of all slots.
fn values_of(machine: &Machine, images: &Images<'_>) -> Vec<Raw> {
    let whose = whose(machine, images);
    let mut values = vec![
        Raw::Number(whose.level as u64),
        Raw::Number(machine.clock()),
        Raw::Number(machine.is_masked().into()),
    ];
    values.extend(R::all().map(|register| Raw::Number(machine.r(register))));
    let registers = C::all().map(|register| machine.c(register));
    values.extend(std::iter::once(machine.pc()).chain(registers).map(|held| {
        let descriptor = machine.present(held.segment()).filter(|_| held.is_tagged());
        Raw::Capability(held, whose, descriptor.map_or(0, |found| found.length))
    }));
    values
}

/// All bytes that may be stored to.
fn stored(stores: Stores) -> Option<Bytes> {
    match stores {
        Stores::Nothing => None,
        Stores::All(bytes) | Stores::Result(bytes, _) | Stores::Chunk(bytes, ..) => Some(bytes),
    }
}

/// What there is to say of a step beyond what it changed.
fn note(before: usize, machine: &Machine, stepped: Option<&Stepped>) -> Option<String> {
    let level = machine.levels() - 1;
    if let Some(end) = machine.end() {
        return Some(match end {
            End::Power { status } => format!("power off, status {status}"),
            End::DoubleFault { first, .. } => format!("trap {}: the machine ends", first.cause),
            End::Wait => "waits for what nobody can bring".to_owned(),
        });
    }
    match stepped? {
        Stepped::Delivered(trap) => Some(match level {
            0 => format!("trap {}", trap.cause),
            level => format!("trap {} of machine {level}", trap.cause),
        }),
        Stepped::Idle => Some("waits".to_owned()),
        _ if level > before => Some(format!("enters machine {level}")),
        _ if level < before => Some(format!("exits to machine {level}")),
        _ => None,
    }
}

/// Things with numbers, each once.
#[derive(Debug)]
struct Pool<T> {
    all: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool {
            all: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn number(&mut self, thing: T) -> usize {
        if let Some(number) = self.numbers.get(&thing) {
            return *number;
        }
        let number = self.all.len();
        self.all.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }
}

/// What steps name by number.
struct Pools<'a> {
    images: Images<'a>,
    texts: Pool<String>,
    places: Pool<Place>,
    sources: Pool<String>,
    capabilities: Pool<Drawn>,
}

impl Pools<'_> {
    fn value(&mut self, raw: Raw) -> Value {
        let (capability, Whose { level, guest }, length) = match raw {
            Raw::Number(number) => return Value::Number(format!("{number:x}")),
            Raw::Capability(capability, whose, length) => (capability, whose, length),
        };
        let image = self.images.image_of(level, guest);
        let text = Named { capability, image }.to_string();
        Value::Capability(self.capabilities.number(Drawn {
            text,
            is_tagged: capability.is_tagged(),
            is_data: capability.kind() == Kind::Data,
            level,
            segment: capability.segment().0,
            base: capability.base(),
            limit: capability.limit(),
            cursor: capability.cursor(),
            ring: capability.ring().number(),
            permissions: capability.permissions().to_string(),
            length,
        }))
    }

    fn step(&mut self, made: Made) -> Step {
        let changes = made.changes.into_iter();
        let instruction = made.word.map(assembler::print::instruction);
        let note = made.note.map(|note| self.texts.number(note));
        Step(
            self.texts.number(instruction.unwrap_or_default()),
            self.place(made.whose, made.address),
            changes
                .map(|(slot, value)| (slot, self.value(value)))
                .collect(),
            made.granules,
            note.map_or(-1, |note| note as i64),
            String::from_utf8_lossy(&made.console).into_owned(),
        )
    }

    /// The names of the segments of the outermost machine to which there are capabilities.
    fn segments(&self) -> BTreeMap<u16, String> {
        let names = self.images.names(0);
        let drawn = self.capabilities.all.iter();
        let own = drawn.filter(|drawn| drawn.level == 0 && drawn.is_tagged);
        own.map(|drawn| (drawn.segment, names.whole(drawn.segment)))
            .collect()
    }

    fn place(&mut self, Whose { level, guest }: Whose, address: u64) -> usize {
        let image = self.images.image_of(level, guest);
        let names = Names { image };
        let source = names.image.source(address);
        let line = source.map_or(0, |source| source.line);
        let source = source.map(|source| self.sources.number(source.file.to_owned()));
        let symbol = names.symbol(address);
        self.places.number(Place {
            source,
            line,
            symbol,
        })
    }
}
