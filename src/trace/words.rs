//! What a step did to the machine of one level, in few words: its registers, its memory, and the trap that it came to.
//!
//! Invariant: places have the names of that level's own image.

use std::fmt::Write as _;

use isa::instruction::names::Named as _;
use isa::machine::End;
use isa::{AccessKind, Capability, Cause, Kind, Ring, Trap, TrapRegister};

use super::change::{ControlChange, RegisterChange};
use super::granules::{Form, GranuleChange, MemoryChange};
use super::{Outcome, Step};
use crate::dump::{Named, number};
use crate::names::Names;

/// More registers than so many are counted, and not shown.
const REGISTERS: usize = 6;
/// Fewer registers than so many that become zero are shown like others.
const CLEARED: usize = 3;
/// Of longer stored bytes and of longer output, the beginning is shown.
const BYTES: usize = 16;
const CHARACTERS: usize = 72;

/// A word and its kind, in the colour of what is out of the ordinary.
pub(super) fn marked(what: &str, kind: &str) -> String {
    let red = anstyle::AnsiColor::BrightRed.on_default().bold();
    format!("{red}{what}[{kind}]{red:#}")
}

/// Words about the machine of one level.
pub(super) struct Words<'a> {
    pub(super) names: Names<'a>,
}

impl Words<'_> {
    /// What a step changed, in a few words each.
    pub(super) fn effects(&self, step: &Step) -> Vec<String> {
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
    pub(super) fn trap(&self, step: &Step) -> Option<String> {
        let trap = step.trap()?;
        Some(format!(
            "{}{} -> {}",
            marked("trap", trap.cause.name()),
            self.tried(trap, step.ring()),
            self.handler(step)
        ))
    }

    /// What the instruction tried that trapped, in this ring.
    pub(super) fn tried(&self, trap: &Trap, ring: Ring) -> String {
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
    pub(super) fn handler(&self, step: &Step) -> String {
        match &step.outcome {
            Outcome::Trapped(delivered) => {
                let to = step.destination.unwrap_or_default();
                format!(
                    "{}, ring {}, frame at [{}]",
                    self.names.symbol(to.address()),
                    to.ring(),
                    self.names.symbol(delivered.frame.word())
                )
            }
            Outcome::Ended(End::DoubleFault { no_entry: true, .. }) => {
                "nobody: the machine stops".to_owned()
            }
            _ => "its frame cannot be pushed: the machine stops".to_owned(),
        }
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
pub(super) fn quoted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown: String = text.chars().take(CHARACTERS).collect();
    let rest = if shown.len() < text.len() { "..." } else { "" };
    format!("{shown:?}{rest}")
}
