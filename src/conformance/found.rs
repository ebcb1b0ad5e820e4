//! A case that was made at random, as a file of the suite: a source that makes the same machine, with a head that asks
//! for the end that the specification comes to. Playing it compares the engine with that.
//!
//! Invariant: the source gives the boot code and the world of the case the places in real memory that they have in the
//! case, so that addresses in page tables mean the same.

use std::fmt::Write as _;

use assembler::print;
use fuzz::{BOOT, Case, Part, WORLD, What};
use isa::machine::{End, Machine, Stepped, Stop};

use super::check::show_trap;
use super::head::Given;
use super::play;

/// What the machines of such cases are given.
const INPUT: &str = "some input";
const DISK: u64 = 2;

/// How many words of data stand on a line.
const WORDS_A_LINE: usize = 4;

/// Puts the devices of the suite into a machine, with some input and a disk.
pub fn attach(machine: &mut Machine) {
    let given = Given {
        depth: 0,
        memory: machine.memory().size(),
        steps: 0,
        disk: Some(DISK),
        input: INPUT.into(),
        open: false,
    };
    // A machine has slots for all of them.
    let attached = play::attach(machine, &given);
    debug_assert!(attached.is_ok(), "a slot is missing");
}

/// The file. The sentence says what it shows.
pub fn found(case: &Case, sentence: &str) -> String {
    let (delivered, exited, stop) = course(case);
    let mut text = String::new();
    let memory = case.memory();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "; {sentence}\n; conformance found\n; given memory {memory}\n; given depth {}\n; given steps {}\n; given disk {DISK}\n\
         ; given input \"{INPUT}\"\n",
        case.depth, case.steps
    );
    if exited > 0 {
        let _ = writeln!(text, "; exits {exited}");
    }
    if delivered > 0 {
        let _ = writeln!(text, "; traps {delivered}");
    }
    text.push_str(&ends(&stop));
    let _ = write!(
        text,
        "\n        .segment boot, rx, system, rings(0, 0, 0), number({BOOT})\n        .entry  start\nstart:\n"
    );
    for word in &case.boot {
        let _ = writeln!(text, "        {}", print::instruction(*word));
    }
    let _ = write!(
        text,
        "\n        .segment world, rw, system, rings(0, 0, 0), number({WORLD})\n"
    );
    for part in &case.parts {
        put(&mut text, case, part);
    }
    text
}

/// How many traps are delivered and how many guests exit in the run of the specification, and why it stops.
fn course(case: &Case) -> (u64, u64, Stop) {
    let Some(mut machine) = case.machine(attach) else {
        return (0, 0, Stop::Steps);
    };
    let (mut delivered, mut exited) = (0, 0);
    for _ in 0..case.steps {
        match machine.step() {
            Ok(Stepped::Delivered(_)) => delivered += 1,
            Ok(Stepped::Exited) => exited += 1,
            Ok(_) => {}
            Err(stop) => return (delivered, exited, stop),
        }
    }
    (delivered, exited, Stop::Steps)
}

/// The line of the head about the end.
fn ends(stop: &Stop) -> String {
    match stop {
        Stop::Steps => "; ends steps\n".to_owned(),
        Stop::Input(slot) => format!("; ends input {slot}\n"),
        Stop::Ended(End::Power { status }) => format!("; ends power {status}\n"),
        Stop::Ended(End::Wait) => "; ends wait\n".to_owned(),
        Stop::Ended(End::DoubleFault { first, second, .. }) => {
            let mut text = format!("; ends trap {}\n", show_trap(None, first));
            if let Some(second) = second {
                let _ = writeln!(text, "; undelivered {}", show_trap(None, second));
            }
            text
        }
    }
}

/// A part of the world: its instructions, or its words, and room for the rest.
fn put(text: &mut String, case: &Case, part: &Part) {
    let _ = writeln!(
        text,
        "\n; {}, at {:#x} of the world",
        part.name, part.offset
    );
    let words: Vec<u64> = (part.offset..part.offset + part.size)
        .step_by(8)
        .map(|offset| case.word(offset))
        .collect();
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let zeros = rest.iter().take_while(|word| **word == 0).count();
        if zeros > 0 {
            let _ = writeln!(text, "        .space  {}", zeros * 8);
            rest = &rest[zeros..];
            continue;
        }
        let count = match part.what {
            What::Code => 1,
            What::Words => rest
                .iter()
                .take(WORDS_A_LINE)
                .take_while(|word| **word != 0)
                .count(),
        };
        let (now, later) = rest.split_at(count);
        let numbers: Vec<String> = now.iter().map(|word| format!("{word:#x}")).collect();
        let _ = write!(text, "        .dword  {}", numbers.join(", "));
        if let (What::Code, [word]) = (part.what, now) {
            let _ = write!(text, " ; {}", print::instruction(*word));
        }
        text.push('\n');
        rest = later;
    }
}
