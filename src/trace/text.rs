//! Steps as lines for people: what a step was, what it changed, and below it what came of it besides.

use std::borrow::Cow;
use std::fmt::Write as _;

use assembler::image::{Image, SymbolKind};
use isa::address::INSTRUCTION_SIZE;
use isa::context::ExitReason;
use isa::instruction::names::Named as _;
use isa::machine::{End, Machine};
use isa::{AccessKind, Capability, Cause, Kind, Ring, Trap, TrapRegister};

use super::change::{ControlChange, RegisterChange};
use super::granules::{Form, GranuleChange, MemoryChange};
use super::passage::{Entry, Exit, Way};
use super::{Delivered, Outcome, Step};
use crate::dump::{Named, number};
use crate::images::Images;
use crate::names::Names;

/// More registers than so many are counted, and not shown.
const REGISTERS: usize = 6;
/// Fewer registers than so many that become zero are shown like others.
const CLEARED: usize = 3;
/// Of longer stored bytes and of longer output, the beginning is shown.
const BYTES: usize = 16;
const CHARACTERS: usize = 72;
/// Columns of an instruction. Few are longer.
const INSTRUCTION: usize = 26;
/// Columns of a name. Longer ones push what comes after them to the right.
const NAME: usize = 28;

/// Before what is said of a guest, once for each level.
const INDENT: &str = "| ";

/// Puts steps into words.
pub struct Text<'a> {
    images: Images<'a>,
    /// Columns of the name of a place.
    width: usize,
}

impl<'a> Text<'a> {
    /// For the steps of a program with this image, with those of the start-up code or without.
    pub fn new(image: &'a Image, startup: bool) -> Text<'a> {
        let names = Names { image };
        let symbols = image.symbols().iter();
        let width = symbols
            .filter(|symbol| symbol.kind != SymbolKind::Object)
            .filter(|symbol| startup || !names.is_startup(symbol.address))
            .map(|symbol| names.extent(symbol).end.saturating_sub(INSTRUCTION_SIZE))
            .map(|last| names.symbol(last).len())
            .max();
        let width = width.unwrap_or(0).clamp("place".len(), NAME);
        let images = Images::of(image);
        Text { images, width }
    }

    /// The images that places are named by.
    pub fn images(&self) -> &Images<'a> {
        &self.images
    }

    /// Looks at what runs now, so that it has names; after each step.
    pub fn meet(&mut self, machine: &Machine) {
        self.images.meet(machine);
    }

    /// What stands in the columns.
    pub fn heading(&self) -> String {
        let bold = anstyle::Style::new().bold();
        let (width, place) = (self.width, "place");
        let instruction = "instruction";
        format!(
            "{bold}{:>8} ring {place:<width$}  {instruction:<INSTRUCTION$}  what it changes{bold:#}\n",
            "step"
        )
    }

    /// The lines of a step, each with its end: the guests that were entered for it, what it was, and what came of it
    /// besides. What a guest does is indented by its level.
    pub fn lines(&self, step: &Step) -> String {
        let mut text = String::new();
        for entry in &step.entries {
            self.line(&mut text, step.clock, &self.entry(entry));
        }
        let words = self.words(step.level);
        let instruction = match step.word {
            Some(word) => Cow::Owned(assembler::print::instruction(word)),
            None => Cow::Borrowed(match &step.outcome {
                Outcome::Exited(exit) if exit.is_off() => "(is off)",
                outcome if outcome.is_between() => "(interrupted)",
                Outcome::Ran => "(completed)",
                _ => "",
            }),
        };
        let shown = Shown {
            level: step.level,
            ring: step.ring(),
            place: words.names.symbol(step.pc.address()),
            instruction,
            effects: words.effects(step).join("; "),
        };
        // Of a machine that is not known any more there is only what became of it.
        if step.pc != Capability::NULL {
            self.line(&mut text, step.clock, &shown);
        }
        let (width, indent) = (self.width, INDENT.repeat(step.level));
        for note in self.notes(step) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:10}{indent}{:4}{:width$}  {note}", "", "", "");
        }
        text
    }

    fn line(&self, text: &mut String, clock: u64, shown: &Shown<'_>) {
        let (width, indent) = (self.width, INDENT.repeat(shown.level));
        let Shown {
            ring,
            place,
            instruction,
            effects,
            ..
        } = shown;
        let line = format!(
            "{clock:>8}  {indent}{ring}   {place:<width$}  {instruction:<INSTRUCTION$}  {effects}"
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// What stands at the `vmrun` of the host of a guest that is entered.
    fn entry(&self, entry: &Entry) -> Shown<'static> {
        let host = entry.level.saturating_sub(1);
        let place = match entry.host {
            Capability::NULL => String::new(),
            host_pc => self.words(host).names.symbol(host_pc.address()),
        };
        let green = anstyle::AnsiColor::Green.on_default();
        let mut effects = format!("{green}=> level {}{green:#}", entry.level);
        if let Some(state) = &entry.state {
            let pc = state.context.pc;
            let guest = self.words(entry.level);
            let _ = write!(effects, " at {}", guest.names.symbol(pc.address()));
        }
        let said = match entry.way {
            Way::Runs => String::new(),
            Way::GoesOn => ", goes on".to_owned(),
            Way::Completes => ", its instruction completed".to_owned(),
            Way::Proceeds => ", proceeds".to_owned(),
            Way::Injects(Some(trap)) => format!(", injected trap[{}]", trap.cause),
            Way::Injects(None) => ", injected trap".to_owned(),
        };
        effects.push_str(&said);
        Shown {
            level: host,
            ring: entry.host.ring(),
            place,
            instruction: match entry.vmrun {
                Some(word) => Cow::Owned(assembler::print::instruction(word)),
                None => Cow::Borrowed("vmrun"),
            },
            effects,
        }
    }

    fn words(&self, level: usize) -> Words<'_> {
        let names = self.images.names(level);
        Words { names }
    }

    /// What is said below a step.
    fn notes(&self, step: &Step) -> Vec<String> {
        let mut notes = Vec::new();
        let words = self.words(step.level);
        match &step.outcome {
            Outcome::Trapped(delivered) if delivered.level < step.level => {
                notes.push(self.trap_of_host(step, delivered));
            }
            Outcome::Exited(exit) => notes.push(self.exit(step, exit)),
            _ => notes.extend(words.trap(step)),
        }
        if !step.console.is_empty() {
            notes.push(format!("console {}", quoted(&step.console)));
        }
        match &step.outcome {
            Outcome::Ended(End::Power { status }) => {
                notes.push(format!("power off, status {}", status.cast_signed()));
            }
            Outcome::Ended(End::Wait) => notes.push("waits for ever".to_owned()),
            _ => {}
        }
        notes
    }

    /// A trap that a guest's step is to a host of it, on the host's `vmrun`.
    fn trap_of_host(&self, step: &Step, delivered: &Delivered) -> String {
        let Delivered { trap, level, .. } = delivered;
        let words = self.words(*level);
        let asleep = match (level + 1, step.level) {
            (first, last) if first == last => format!("level {first} is suspended"),
            (first, last) => format!("levels {first} to {last} are suspended"),
        };
        let what = match trap.cause {
            Cause::Interrupt => "",
            _ => " on its vmrun",
        };
        format!(
            "{} of level {level}{what}{} -> {}; {asleep}",
            marked("trap", trap.cause.name()),
            words.tried(trap, trap.ring),
            words.delivered(step.destination, delivered),
        )
    }

    /// An exit, and the host that has it.
    fn exit(&self, step: &Step, exit: &Exit) -> String {
        let reason = exit.reason.map_or("unknown", |reason| reason.name());
        let mut text = marked("exit", reason);
        let words = self.words(exit.level);
        match (exit.reason, exit.trap, exit.inner, exit.status) {
            (Some(ExitReason::Power), .., Some(status)) => {
                let _ = write!(text, " status {}", status.cast_signed());
            }
            (Some(ExitReason::Exit), _, Some(inner), _) => {
                let _ = write!(text, " {}", inner.name());
            }
            (Some(ExitReason::Memory), Some(trap), ..) => {
                let denied = self.words(exit.host);
                let _ = write!(
                    text,
                    " trap[{}]{}",
                    trap.cause,
                    denied.tried(&trap, trap.ring)
                );
            }
            (Some(ExitReason::Trap | ExitReason::DoubleFault), Some(trap), ..) => {
                let _ = write!(
                    text,
                    " trap[{}]{}",
                    trap.cause,
                    words.tried(&trap, step.ring())
                );
            }
            _ => {}
        }
        if exit.level > exit.host + 1 {
            let _ = write!(text, " of level {}", exit.level);
        }
        let _ = write!(text, " -> level {}", exit.host);
        if let Some(to) = step.destination {
            let place = self.words(exit.host).names.symbol(to.address());
            let _ = write!(text, " at {place}, ring {}", to.ring());
        }
        text
    }
}

/// A line of a trace.
struct Shown<'a> {
    level: usize,
    ring: Ring,
    place: String,
    instruction: Cow<'a, str>,
    effects: String,
}

/// A word and its kind, in the colour of what is out of the ordinary.
fn marked(what: &str, kind: &str) -> String {
    let red = anstyle::AnsiColor::BrightRed.on_default().bold();
    format!("{red}{what}[{kind}]{red:#}")
}

/// Words about the machine of one level.
struct Words<'a> {
    names: Names<'a>,
}

impl Words<'_> {
    /// What a step changed, in a few words each.
    fn effects(&self, step: &Step) -> Vec<String> {
        let mut effects = Vec::new();
        if let (Some(to), Outcome::Ran) = (step.destination, &step.outcome) {
            let place = self.names.symbol(to.address());
            let ring = match to.ring() == step.ring() {
                true => String::new(),
                false => format!(", ring {}", to.ring()),
            };
            effects.push(format!("=> {place}{ring}"));
        }
        effects.extend(self.registers(&step.changes.registers));
        effects.extend(step.changes.controls.iter().map(control));
        effects.extend(
            step.changes
                .memory
                .iter()
                .flat_map(|memory| self.memory(memory)),
        );
        if step.is_wait() {
            effects.push("waits".to_owned());
        }
        effects
    }

    fn registers(&self, changes: &[RegisterChange]) -> Vec<String> {
        let is_many = changes.iter().filter(|change| change.is_cleared()).count() >= CLEARED;
        let (cleared, others): (Vec<_>, Vec<_>) = changes
            .iter()
            .partition(|change| is_many && change.is_cleared());
        let mut words: Vec<String> = others
            .iter()
            .take(REGISTERS)
            .map(|change| self.register(change))
            .collect();
        if let Some(more @ 1..) = others.len().checked_sub(REGISTERS) {
            words.push(format!("{more} more registers"));
        }
        if !cleared.is_empty() {
            let names: Vec<String> = cleared.iter().map(|change| change.name()).collect();
            words.push(format!("clears {}", names.join(" ")));
        }
        words
    }

    fn register(&self, change: &RegisterChange) -> String {
        let name = change.name();
        match *change {
            RegisterChange::Data(_, old, new) => {
                format!("{name} {} -> {}", number(old), number(new))
            }
            RegisterChange::Capability(_, old, new) | RegisterChange::Bank(_, old, new) => {
                format!("{name} {}", self.capability_change(old, new))
            }
        }
    }

    /// The fields that differ, if they are few; else the new value, and of the old one only what it was for.
    fn capability_change(&self, old: Capability, new: Capability) -> String {
        let fields = differing_fields(old, new);
        match fields.as_deref() {
            Some([_] | [_, _]) => fields.unwrap_or_default().join(", "),
            _ => format!("{} -> {}", self.brief(old), self.full(new)),
        }
    }

    fn full(&self, capability: Capability) -> String {
        match capability.kind() {
            kind @ (Kind::Entry | Kind::Return) if capability.is_tagged() => {
                let place = self.names.symbol(capability.address());
                format!("{kind} {place}, ring {}", capability.ring())
            }
            _ => self.named(capability).to_string(),
        }
    }

    fn brief(&self, capability: Capability) -> String {
        if capability == Capability::NULL {
            return "null".to_owned();
        }
        match (capability.is_tagged(), capability.kind()) {
            (false, _) => "untagged".to_owned(),
            (true, kind @ (Kind::Entry | Kind::Return)) => {
                format!("{kind} {}", self.names.symbol(capability.address()))
            }
            (true, _) => self.named(capability).object(),
        }
    }

    fn named(&self, capability: Capability) -> Named<'_> {
        let image = self.names.image;
        Named { capability, image }
    }

    fn memory(&self, change: &MemoryChange) -> Vec<String> {
        let place = self.names.symbol(change.start.word());
        let mut words = Vec::new();
        match (change.form, change.new.len()) {
            (_, 0) => {}
            (Form::Number, _) => {
                let (old, new) = (word(&change.old), word(&change.new));
                words.push(format!("[{place}] {} -> {}", number(old), number(new)));
            }
            (Form::Capability(old, new), _) => {
                words.push(format!(
                    "[{place}] {} -> {}",
                    self.brief(old),
                    self.full(new)
                ));
            }
            (Form::Bytes, size) => {
                let bytes = bytes(&change.new);
                words.push(format!("[{place}, {size} bytes] {bytes}"));
            }
        }
        let tag = |tag| move |granule: &GranuleChange| granule.tag == Some(tag);
        words.extend(self.granules(change, "tag gained", tag(true)));
        words.extend(self.granules(change, "tag lost", tag(false)));
        if let Some(label) = change.granules.iter().find_map(|granule| granule.label) {
            let what = format!("label {label}");
            words.extend(self.granules(change, &what, |granule| granule.label.is_some()));
        }
        if let Some(owner) = change.granules.iter().find_map(|granule| granule.owner) {
            let what = format!("owner {owner}");
            words.extend(self.granules(change, &what, |granule| granule.owner.is_some()));
        }
        words
    }

    /// What happened to some of the granules, if there are any of these.
    fn granules(
        &self,
        change: &MemoryChange,
        what: &str,
        is_one: impl Fn(&GranuleChange) -> bool,
    ) -> Option<String> {
        let mut chosen = change.granules.iter().filter(|granule| is_one(granule));
        let first = chosen.next()?.at;
        let place = self.names.symbol(first.word());
        Some(match chosen.count() {
            // The bytes that are stored there have said where.
            0 if first == change.start && !change.new.is_empty() => what.to_owned(),
            0 => format!("{what} at [{place}]"),
            more => format!("{what} in {} granules from [{place}]", more + 1),
        })
    }

    /// The trap of a step of this machine's, and where that goes.
    fn trap(&self, step: &Step) -> Option<String> {
        let trap = step.trap()?;
        Some(format!(
            "{}{} -> {}",
            marked("trap", trap.cause.name()),
            self.tried(trap, step.ring()),
            self.handler(step)
        ))
    }

    /// What the instruction tried that trapped, in this ring.
    fn tried(&self, trap: &Trap, ring: Ring) -> String {
        let mut text = match (trap.cause, trap.kind) {
            (Cause::Software, _) => format!(" {}", trap.offset),
            (Cause::Interrupt, _) => format!(" line {}", trap.offset),
            (_, AccessKind::None) => String::new(),
            (Cause::Illegal | Cause::Privilege, _) => String::new(),
            (_, kind) => {
                let size = match trap.size {
                    1 => "1 byte".to_owned(),
                    size => format!("{size} bytes"),
                };
                format!(" {kind} of {size}{}", self.target(trap))
            }
        };
        if !matches!(trap.register, TrapRegister::NONE | TrapRegister::PC) {
            let _ = write!(text, " through {}", trap.register);
        }
        if trap.ring != ring {
            let _ = write!(text, " for ring {}", trap.ring);
        }
        text
    }

    /// The place of an access that was refused: in its segment, since it may well be in no object. What has no tag has
    /// no place either.
    fn target(&self, trap: &Trap) -> String {
        if trap.cause == Cause::Tag {
            return String::new();
        }
        let segment = match self.names.image.segment_name(trap.segment.0) {
            Some(name) => name.to_owned(),
            None => format!("segment {}", trap.segment),
        };
        match trap.offset.cast_signed() {
            before @ ..0 => format!(" at {segment} - {:#x}", before.unsigned_abs()),
            offset => format!(" at {segment}+{offset:#x}"),
        }
    }

    /// Where a trap goes.
    fn handler(&self, step: &Step) -> String {
        match &step.outcome {
            Outcome::Trapped(delivered) => self.delivered(step.destination, delivered),
            Outcome::Ended(End::DoubleFault { no_entry: true, .. }) => {
                "nobody: the machine stops".to_owned()
            }
            _ => "its frame cannot be pushed: the machine stops".to_owned(),
        }
    }

    /// The handler of a trap that was delivered.
    fn delivered(&self, to: Option<Capability>, delivered: &Delivered) -> String {
        let to = to.unwrap_or_default();
        format!(
            "{}, ring {}, frame at [{}]",
            self.names.symbol(to.address()),
            to.ring(),
            self.names.symbol(delivered.frame.word())
        )
    }
}

/// Which fields of a capability differ, in words. `None` if the two are for different things.
fn differing_fields(old: Capability, new: Capability) -> Option<Vec<String>> {
    let is_alike = old.is_tagged()
        && new.is_tagged()
        && old.segment() == new.segment()
        && old.kind() == new.kind()
        && old.generation() == new.generation();
    if !is_alike {
        return None;
    }
    let mut fields = Vec::new();
    if (old.base(), old.limit()) != (new.base(), new.limit()) {
        fields.push(format!(
            "bounds {:#x}..{:#x} -> {:#x}..{:#x}",
            old.base(),
            old.limit(),
            new.base(),
            new.limit()
        ));
    }
    if old.permissions() != new.permissions() {
        fields.push(format!("{} -> {}", old.permissions(), new.permissions()));
    }
    if old.ring() != new.ring() {
        fields.push(format!("ring {} -> {}", old.ring(), new.ring()));
    }
    if old.cursor() != new.cursor() {
        fields.push(format!("cursor {:#x} -> {:#x}", old.cursor(), new.cursor()));
    }
    Some(fields)
}

fn control(change: &ControlChange) -> String {
    let ControlChange { field, old, new } = change;
    format!("{} {} -> {}", field.name(), number(*old), number(*new))
}

/// A little-endian number.
fn word(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Text in quotes, if it is one, else bytes in hexadecimal digits.
fn bytes(bytes: &[u8]) -> String {
    let is_text = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\t');
    if bytes.iter().all(is_text) {
        return quoted(bytes);
    }
    let digits: Vec<String> = bytes
        .iter()
        .take(BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let rest = if bytes.len() > BYTES { " ..." } else { "" };
    digits.join(" ") + rest
}

/// Text in quotes.
fn quoted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown: String = text.chars().take(CHARACTERS).collect();
    let rest = if shown.len() < text.len() { "..." } else { "" };
    format!("{shown:?}{rest}")
}
