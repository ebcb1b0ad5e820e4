//! What `nestor run --json` prints: one object, whatever happened.
//!
//! Invariant: [`KEYS`] names every key of the object and nothing else; a test compares them.

use std::collections::BTreeMap;

use assembler::image::Image;
use isa::capability::Capability;
use isa::instruction::{C, R};
use isa::machine::{End, Machine};
use isa::trap::{Trap, TrapRegister};
use serde::Serialize;

use crate::diagnostics::Findings;
use crate::diagnostics::json::Message;
use crate::failure::Failure;
use crate::session::{Ending, Session};
use crate::status;

/// The most of a program's output that the object holds, in bytes, so that a program that prints without end cannot take
/// all memory of the host.
pub const CONSOLE_LIMIT: usize = 16 << 20;

/// The keys of the object and what they mean.
pub const KEYS: &[(&str, &str)] = &[
    (
        "status",
        "the exit status of nestor; `nestor explain status` lists them",
    ),
    (
        "end",
        "how it ended: program, steps, stopped, trap, double_fault, wait; or error, when nothing ran",
    ),
    (
        "result",
        "the program's own result, as a signed number, if it ended itself, else null",
    ),
    (
        "console",
        "what the program printed, up to 16 MiB; bytes that are no UTF-8 are replaced",
    ),
    ("steps", "how many steps were made"),
    (
        "state_hash",
        "32 hexadecimal digits that sum up the state of the machine, or null",
    ),
    ("trap", "the trap that stopped the machine, or null"),
    (
        "second",
        "for a double fault, why the trap could not be delivered; as trap",
    ),
    (
        "registers",
        "with --dump-state: an object from names of registers to their values, zeros left out",
    ),
    (
        "message",
        "what people are told: the explanation of the trap, or what was wrong; else null",
    ),
    (
        "diagnostics",
        "the first 1000 errors and warnings of the assembler: objects as `asm --message-format json` prints them",
    ),
];

/// The keys of a trap.
pub const TRAP_KEYS: &[(&str, &str)] = &[
    ("cause", "the name that `nestor explain` knows"),
    ("failed", "the names of all checks that failed"),
    ("kind", "what was tried: read, write, execute and so on"),
    ("register", "the capability register that was used, or null"),
    ("segment", "the segment's number"),
    (
        "offset",
        "the offset in it, in hexadecimal digits; of a software trap its number",
    ),
    ("size", "how many bytes"),
    ("ring", "the ring at which the access was judged"),
    (
        "pc",
        "the address of the instruction, in hexadecimal digits: segment << 32 | offset",
    ),
    ("file", "the source file of the instruction, or null"),
    ("line", "its line there, or null"),
    ("column", "and its column, or null"),
];

/// The object.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    status: u8,
    end: &'static str,
    result: Option<i64>,
    console: String,
    steps: u64,
    state_hash: Option<String>,
    trap: Option<TrapReport>,
    second: Option<TrapReport>,
    registers: Option<BTreeMap<String, String>>,
    message: Option<String>,
    diagnostics: Vec<Message>,
}

#[derive(Debug, Serialize)]
pub(crate) struct TrapReport {
    cause: &'static str,
    failed: Vec<&'static str>,
    kind: String,
    register: Option<String>,
    segment: u16,
    offset: String,
    size: u64,
    ring: u8,
    pc: String,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

impl Report {
    /// What a run came to. The message is what people were told of it.
    pub fn of_run(
        session: &Session<'_>,
        ending: &Ending,
        console: &[u8],
        message: Option<String>,
    ) -> Report {
        let machine = session.machine();
        let trap = |trap: &Trap| TrapReport::new(trap, machine.pc(), session.program().image());
        let (first, second) = match ending {
            Ending::Ended(End::DoubleFault { first, second, .. }) => (Some(first), second.as_ref()),
            _ => (None, None),
        };
        Report {
            status: status::of_ending(ending),
            end: end_word(ending),
            result: match ending {
                Ending::Ended(End::Power { status }) => Some(status.cast_signed()),
                _ => None,
            },
            console: String::from_utf8_lossy(console).into_owned(),
            steps: machine.steps(),
            state_hash: Some(machine.state_hash().to_string()),
            trap: first.map(trap),
            second: second.map(trap),
            registers: None,
            message: message.map(plain),
            diagnostics: messages(session.program().findings()),
        }
    }

    /// Why nothing ran.
    pub fn of_failure(failure: &Failure) -> Report {
        let diagnostics = match failure {
            Failure::Source(findings) => messages(findings),
            _ => Vec::new(),
        };
        let message = Some(plain(failure.to_string()));
        Report {
            status: status::USAGE,
            end: "error",
            message,
            diagnostics,
            ..Report::default()
        }
    }

    /// The same with the registers of the machine.
    pub fn with_registers(mut self, machine: &Machine) -> Report {
        let data = R::all().map(|register| (register.to_string(), machine.r(register)));
        let data = data
            .filter(|(_, value)| *value != 0)
            .map(|(name, value)| (name, format!("{value:#x}")));
        let capabilities = C::all().map(|register| (register.to_string(), machine.c(register)));
        let capabilities = capabilities.chain([("pc".to_owned(), machine.pc())]);
        let capabilities = capabilities
            .filter(|(_, value)| *value != Capability::NULL)
            .map(|(name, value)| (name, value.to_string()));
        self.registers = Some(data.chain(capabilities).collect());
        self
    }

    /// As JSON, indented, with a final newline.
    pub fn to_json(&self) -> String {
        // Every key is a string, and nothing in it can fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl TrapReport {
    pub(crate) fn new(trap: &Trap, pc: Capability, image: &Image) -> TrapReport {
        let source = image.source(pc.address());
        TrapReport {
            cause: trap.cause.name(),
            failed: trap.failed.causes().map(|cause| cause.name()).collect(),
            kind: trap.kind.to_string(),
            register: (trap.register != TrapRegister::NONE).then(|| trap.register.to_string()),
            segment: trap.segment.0,
            offset: format!("{:#x}", trap.offset),
            size: trap.size,
            ring: trap.ring.number(),
            pc: format!("{:#x}", pc.address()),
            file: source.map(|source| source.file.to_owned()),
            line: source.map(|source| source.line),
            column: source
                .map(|source| source.column)
                .filter(|column| *column > 0),
        }
    }
}

/// The first of them, as many as people are shown.
fn messages(findings: &Findings) -> Vec<Message> {
    let shown = findings.shown();
    shown.map(|found| Message::new(found, findings)).collect()
}

fn end_word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Steps => "steps",
        Ending::Stopped => "stopped",
        Ending::Ended(End::Power { .. }) => "program",
        Ending::Ended(End::DoubleFault { no_entry: true, .. }) => "trap",
        Ending::Ended(End::DoubleFault { .. }) => "double_fault",
        Ending::Ended(End::Wait) => "wait",
    }
}

/// Text without the marks of colour.
fn plain(text: String) -> String {
    anstream::adapter::strip_str(&text).to_string()
}
