//! Steps as JSON, an object a line, for programs that read a trace.
//!
//! Invariant: the tables of keys name every key of the objects and nothing else; a test compares them.

use isa::Capability;
use isa::instruction::Opcode;
use isa::instruction::names::Named as _;
use serde::Serialize;

use super::change::{ControlChange, RegisterChange};
use super::granules::{GranuleChange, MemoryChange};
use super::passage::{Entry, Exit};
use super::{Outcome, Step};
use crate::images::Images;
use crate::names::Names;
use crate::report::{Report, TrapReport};

/// The keys of the object of a step, and what they mean.
pub const STEP_KEYS: &[(&str, &str)] = &[
    ("event", "step"),
    ("step", "how many steps came before this one"),
    (
        "level",
        "the level of the machine whose instruction it was; 0 is the outermost",
    ),
    (
        "entries",
        "the guests that were entered for it, from the outermost",
    ),
    ("ring", "the ring in which it began"),
    (
        "pc",
        "the address of the instruction: segment << 32 | offset",
    ),
    ("symbol", "the same by name, such as main+0x8"),
    ("file", "the source file of the instruction, or null"),
    ("line", "its line there, or null"),
    (
        "instruction",
        "the instruction; null where an interrupt came before it",
    ),
    (
        "class",
        "user, sensitive or privileged; null where there is no instruction",
    ),
    (
        "outcome",
        "ran, waited, trapped, exited to a host, or ended: nothing comes after it",
    ),
    (
        "registers",
        "the registers that changed; bank0 to bank7 are the stack pointers of other rings",
    ),
    ("controls", "the control fields that changed"),
    ("memory", "what was stored, or null"),
    (
        "granules",
        "the granules of which tag, label or owner changed",
    ),
    (
        "to",
        "where it went, if not to the next instruction, else null",
    ),
    ("to_symbol", "the same by name, or null"),
    ("to_ring", "the ring there, or null"),
    (
        "trap",
        "the trap, as in `nestor explain json`, or null; what its delivery changed is not listed",
    ),
    (
        "trap_level",
        "the level of the machine that the trap is of: this one, or a host on its vmrun; else null",
    ),
    ("exit", "for an exit: why, and to which host, else null"),
    (
        "frame",
        "for a trap that was delivered: the address of its frame, else null",
    ),
    ("console", "what the program printed, or null"),
];

/// The keys of a guest that was entered.
pub const ENTRY_KEYS: &[(&str, &str)] = &[
    ("level", "its level"),
    ("vmrun", "the address of its host's vmrun, or null"),
    ("vmrun_symbol", "the same by name, or null"),
    (
        "way",
        "runs, goes on, or what its host has made of its last exit: completed, proceeds, injected",
    ),
    ("injected", "the cause of a trap that is injected, or null"),
];

/// The keys of an exit.
pub const EXIT_KEYS: &[(&str, &str)] = &[
    ("reason", "the name that `nestor isa exit` lists"),
    ("level", "the level of the machine in which it happened"),
    ("host", "the level of the host that handles it"),
    (
        "cause",
        "the cause of the trap that has to do with it, or null",
    ),
    (
        "inner",
        "for reason exit: the reason that the deeper guest exits for, else null",
    ),
    ("status", "for reason power: the status, else null"),
];

/// The keys of a register and of a control field.
pub const CHANGE_KEYS: &[(&str, &str)] = &[
    ("name", "its name"),
    ("old", "its value before"),
    ("new", "its value now"),
];

/// The keys of what was stored.
pub const MEMORY_KEYS: &[(&str, &str)] = &[
    ("address", "where: segment << 32 | offset"),
    ("symbol", "the same by name"),
    ("old", "the bytes before, two hexadecimal digits each"),
    ("new", "the bytes now"),
];

/// The keys of a granule.
pub const GRANULE_KEYS: &[(&str, &str)] = &[
    ("address", "where: segment << 32 | offset"),
    ("symbol", "the same by name"),
    ("tag", "gained or lost, or null"),
    ("label", "its new label, or null"),
    ("owner", "the new owner of its page, or null"),
];

/// The keys of the object that says how many steps are left out.
pub const LEFT_OUT_KEYS: &[(&str, &str)] = &[
    ("event", "left_out"),
    (
        "steps",
        "how many steps that should be shown are not, for --limit or --last; with --last and no filter, all steps before",
    ),
];

/// A line of a trace.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Step(Box<StepObject>),
    LeftOut { steps: u64 },
    End(&'a Report),
}

#[derive(Serialize)]
struct StepObject {
    step: u64,
    level: usize,
    entries: Vec<EntryObject>,
    ring: u8,
    pc: String,
    symbol: String,
    file: Option<String>,
    line: Option<u32>,
    instruction: Option<String>,
    class: Option<&'static str>,
    outcome: &'static str,
    registers: Vec<ChangeObject>,
    controls: Vec<ChangeObject>,
    memory: Option<MemoryObject>,
    granules: Vec<GranuleObject>,
    to: Option<String>,
    to_symbol: Option<String>,
    to_ring: Option<u8>,
    trap: Option<TrapReport>,
    trap_level: Option<usize>,
    exit: Option<ExitObject>,
    frame: Option<String>,
    console: Option<String>,
}

#[derive(Serialize)]
struct EntryObject {
    level: usize,
    vmrun: Option<String>,
    vmrun_symbol: Option<String>,
    way: &'static str,
    injected: Option<&'static str>,
}

#[derive(Serialize)]
struct ExitObject {
    reason: Option<&'static str>,
    level: usize,
    host: usize,
    cause: Option<&'static str>,
    inner: Option<&'static str>,
    status: Option<i64>,
}

#[derive(Serialize)]
struct ChangeObject {
    name: String,
    old: String,
    new: String,
}

#[derive(Serialize)]
struct MemoryObject {
    address: String,
    symbol: String,
    old: String,
    new: String,
}

#[derive(Serialize)]
struct GranuleObject {
    address: String,
    symbol: String,
    tag: Option<&'static str>,
    label: Option<u8>,
    owner: Option<u16>,
}

/// The line of a step.
pub fn step_line(step: &Step, images: &Images<'_>) -> String {
    line(&Event::Step(Box::new(StepObject::new(step, images))))
}

/// The line that says how many steps are not shown.
pub fn left_out_line(steps: u64) -> String {
    line(&Event::LeftOut { steps })
}

/// The last line.
pub fn end_line(report: &Report) -> String {
    line(&Event::End(report))
}

fn line(event: &Event<'_>) -> String {
    // Every key is a string, and nothing in it can fail to be written.
    serde_json::to_string(event).unwrap_or_default() + "\n"
}

impl StepObject {
    fn new(step: &Step, images: &Images<'_>) -> StepObject {
        let names = images.names(step.level);
        let address = step.pc.address();
        let source = names.image.source(address);
        let delivered = match step.outcome {
            Outcome::Trapped(delivered) => Some(delivered),
            _ => None,
        };
        // What comes behind an exit, or behind a trap of a host, is the host's.
        let goes_to = images.names(step.handler_level());
        StepObject {
            step: step.clock,
            level: step.level,
            entries: step
                .entries
                .iter()
                .map(|entry| entered(entry, images))
                .collect(),
            ring: step.ring().number(),
            pc: hexadecimal(address),
            symbol: names.symbol(address),
            file: source.map(|source| source.file.to_owned()),
            line: source.map(|source| source.line),
            instruction: step.word.map(assembler::print::instruction),
            class: step
                .word
                .and_then(Opcode::of)
                .map(|opcode| opcode.class().name()),
            outcome: match step.outcome {
                Outcome::Ran => "ran",
                Outcome::Waited => "waited",
                Outcome::Trapped(_) => "trapped",
                Outcome::Exited(_) => "exited",
                Outcome::Ended(_) => "ended",
            },
            registers: step.changes.registers.iter().map(register).collect(),
            controls: step.changes.controls.iter().map(control).collect(),
            memory: step
                .changes
                .memory
                .as_ref()
                .and_then(|memory| stored(memory, names)),
            granules: step
                .changes
                .memory
                .iter()
                .flat_map(|memory| &memory.granules)
                .map(|change| granule(change, names))
                .collect(),
            to: step.destination.map(|to| hexadecimal(to.address())),
            to_symbol: step.destination.map(|to| goes_to.symbol(to.address())),
            to_ring: step.destination.map(|to| to.ring().number()),
            trap: step
                .trap()
                .map(|trap| TrapReport::new(trap, step.pc, names.image)),
            trap_level: step.trap().map(|_| step.trap_level()),
            exit: match &step.outcome {
                Outcome::Exited(exit) => Some(exited(exit)),
                _ => None,
            },
            frame: delivered.map(|delivered| hexadecimal(delivered.frame.word())),
            console: (!step.console.is_empty())
                .then(|| String::from_utf8_lossy(&step.console).into_owned()),
        }
    }
}

fn entered(entry: &Entry, images: &Images<'_>) -> EntryObject {
    let vmrun = (entry.host != Capability::NULL).then(|| entry.host.address());
    let names = images.names(entry.level.saturating_sub(1));
    EntryObject {
        level: entry.level,
        vmrun: vmrun.map(hexadecimal),
        vmrun_symbol: vmrun.map(|address| names.symbol(address)),
        way: entry.way.name(),
        injected: entry.way.injected().map(|trap| trap.cause.name()),
    }
}

fn exited(exit: &Exit) -> ExitObject {
    ExitObject {
        reason: exit.reason.map(|reason| reason.name()),
        level: exit.level,
        host: exit.host,
        cause: exit.trap.map(|trap| trap.cause.name()),
        inner: exit.inner.map(|reason| reason.name()),
        status: exit.status.map(u64::cast_signed),
    }
}

fn register(change: &RegisterChange) -> ChangeObject {
    let (old, new) = match change {
        RegisterChange::Data(_, old, new) => (hexadecimal(*old), hexadecimal(*new)),
        RegisterChange::Capability(_, old, new) | RegisterChange::Bank(_, old, new) => {
            (old.to_string(), new.to_string())
        }
    };
    let name = change.name();
    ChangeObject { name, old, new }
}

fn control(change: &ControlChange) -> ChangeObject {
    ChangeObject {
        name: change.field.name().to_owned(),
        old: hexadecimal(change.old),
        new: hexadecimal(change.new),
    }
}

fn stored(change: &MemoryChange, names: Names<'_>) -> Option<MemoryObject> {
    (!change.new.is_empty()).then(|| MemoryObject {
        address: hexadecimal(change.start.word()),
        symbol: names.symbol(change.start.word()),
        old: digits(&change.old),
        new: digits(&change.new),
    })
}

fn granule(change: &GranuleChange, names: Names<'_>) -> GranuleObject {
    GranuleObject {
        address: hexadecimal(change.at.word()),
        symbol: names.symbol(change.at.word()),
        tag: change.tag.map(|tag| if tag { "gained" } else { "lost" }),
        label: change.label.map(|label| label.0),
        owner: change.owner,
    }
}

fn hexadecimal(number: u64) -> String {
    format!("{number:#x}")
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
