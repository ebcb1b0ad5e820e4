//! `nestor explain CODE`: what a trap, an exit of a guest, an error code or an exit status means, and how to fix it.

use std::fmt::Write as _;
use std::io::Write as _;

use assembler::Code;
use isa::context::ExitReason;
use isa::instruction::Intercept;
use isa::instruction::names::Named as _;
use isa::trap::Cause;

use super::did_you_mean;
use crate::diagnostics::{self, json as messages};
use crate::failure::Failure;
use crate::nest;
use crate::paragraph::{fold, unindent};
use crate::report::{KEYS, TRAP_KEYS};
use crate::status;
use crate::trace::json;

/// Explain a trap, an exit of a guest, an error code of the assembler, or an exit status.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor explain bounds        a trap, by the word in `trap[bounds]`
  nestor explain budget        an exit of a guest, by the word in `exit[budget]`
  nestor explain A001          an error of the assembler, by its code
  nestor explain 126           an exit status
  nestor explain list          everything that can be explained")]
pub(super) struct Arguments {
    /// A trap's name, an exit's or an intercept's, an error code, an exit status, `status`, `json`, `json-trace`, `json-asm`, `json-nest`, or `list` for the names of all.
    code: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let page =
        page(&arguments.code.to_ascii_lowercase()).ok_or_else(|| unknown(&arguments.code))?;
    anstream::stdout().write_all(page.as_bytes())?;
    Ok(0)
}

fn unknown(code: &str) -> Failure {
    if super::isa::page(&code.to_ascii_lowercase()).is_some() {
        return Failure::Usage(format!("'{code}' is in the manual: `nestor isa {code}`"));
    }
    let names: Vec<String> = Code::ALL.iter().map(|code| code.id()).collect();
    let causes = Cause::ALL.iter().map(|cause| cause.name());
    let exits = ExitReason::ROWS.iter().map(|row| row.name);
    let classes = Intercept::ALL.iter().map(|class| class.name());
    let known = names.iter().map(String::as_str).chain(causes);
    let guess = did_you_mean(code, known.chain(exits).chain(classes));
    Failure::Usage(format!(
        "nothing is called '{code}'{guess}; `nestor explain list` lists what can be explained"
    ))
}

/// The page for a name in small letters, or `None` when nothing has that name.
fn page(name: &str) -> Option<String> {
    match name {
        "list" => return Some(list()),
        "status" => return Some(statuses()),
        "json" => return Some(keys()),
        "json-trace" => return Some(trace_keys()),
        "json-asm" => return Some(message_keys()),
        "json-nest" => return Some(nest_keys()),
        _ => {}
    }
    // A trap and an exit may have the same name.
    let meanings = [
        Cause::from_name(name).map(trap),
        exit(name),
        intercept(name),
    ];
    let meanings: Vec<String> = meanings.into_iter().flatten().collect();
    if !meanings.is_empty() {
        return Some(meanings.join("\n"));
    }
    if let Some(code) = Code::from_id(name) {
        return Some(format!(
            "{} {}: {}\n\n{}\n",
            diagnostics::word(code.severity()),
            code.id(),
            code.title(),
            unindent(code.explanation())
        ));
    }
    let row = status::row(name.parse().ok()?)?;
    Some(format!(
        "status {}: {}\n\n{}\n",
        range(row),
        row.meaning,
        fold(row.fix)
    ))
}

fn trap(cause: Cause) -> String {
    format!(
        "trap {cause}\n\n{}\n\n{}\n",
        fold(cause.meaning()),
        fold(&format!("How to fix it: {}", cause.fix()))
    )
}

/// Why a guest exits to its host, by the word in `exit[budget]`.
fn exit(name: &str) -> Option<String> {
    let row = ExitReason::ROWS.iter().find(|row| row.name == name)?;
    Some(format!("exit {name}\n\n{}\n", fold(row.meaning)))
}

/// A class of instructions that a host may take.
fn intercept(name: &str) -> Option<String> {
    let class = Intercept::ALL.iter().find(|class| class.name() == name)?;
    let says =
        "A host may take these instructions of its guest: then each is an `exit[instruction]`.";
    let meaning = fold(&format!("{} {says}", class.meaning()));
    Some(format!("intercept {name}\n\n{meaning}\n"))
}

fn list() -> String {
    let mut text = String::from("Traps, the most urgent first:\n");
    for cause in Cause::ALL {
        let _ = writeln!(text, "  {cause}");
    }
    text.push_str("\nExits of guests:\n");
    for row in ExitReason::ROWS {
        let _ = writeln!(text, "  {}", row.name);
    }
    text.push_str("\nClasses of instructions that a host may take:\n");
    for class in Intercept::ALL {
        let _ = writeln!(text, "  {}", class.name());
    }
    text.push_str("\nErrors of the assembler:\n");
    for code in Code::ALL {
        let _ = writeln!(text, "  {}  {}", code.id(), code.title());
    }
    let _ = write!(text, "\nExit statuses:\n{}", statuses());
    text.push_str(
        "\nAnd `json`, `json-trace`, `json-nest` and `json-asm`: the keys of what `nestor run`, `nestor trace` and `nestor \
         nest` print with --json, and `nestor asm` with --message-format json.\n",
    );
    text
}

fn statuses() -> String {
    status::TABLE
        .iter()
        .map(|row| format!("  {:<6} {}\n", range(row), row.meaning))
        .collect()
}

fn keys() -> String {
    let mut text = String::from(
        "`nestor run --json` prints one object with these keys, and nothing else:\n\n",
    );
    list_keys(&mut text, KEYS);
    text.push_str("\nA trap is an object with these:\n\n");
    list_keys(&mut text, TRAP_KEYS);
    text
}

fn message_keys() -> String {
    let heading = "`nestor asm --message-format json` prints an object a line on standard error, one for each error and \
                   warning, with these keys:";
    tables(&[
        (heading, messages::KEYS),
        (
            "A span and a step of the expansion are objects with the keys of a place:",
            messages::PLACE_KEYS,
        ),
        ("A span has these besides:", messages::SPAN_KEYS),
        (
            "And a step of the expansion has these:",
            messages::EXPANSION_KEYS,
        ),
    ])
}

fn nest_keys() -> String {
    tables(&[(
        "`nestor nest --json` prints an array with an object for each depth, with these keys:",
        nest::KEYS,
    )])
}

fn trace_keys() -> String {
    let mut text = tables(&[
        (
            "`nestor trace --json` prints an object a line. That of a step has these keys:",
            json::STEP_KEYS,
        ),
        (
            "A register or control field is an object with these:",
            json::CHANGE_KEYS,
        ),
        ("What was stored, with these:", json::MEMORY_KEYS),
        ("A granule, with these:", json::GRANULE_KEYS),
        ("A guest that was entered, with these:", json::ENTRY_KEYS),
        ("An exit, with these:", json::EXIT_KEYS),
        (
            "Where steps are left out, one object says how many:",
            json::LEFT_OUT_KEYS,
        ),
    ]);
    text.push_str(
        "\nThe last object has \"event\": \"end\", and the keys that `nestor explain json` lists.\n",
    );
    text
}

/// Keys with what they mean.
type Keys = &'static [(&'static str, &'static str)];

/// Lists of keys, each below its heading.
fn tables(tables: &[(&str, Keys)]) -> String {
    let tables = tables.iter().map(|(heading, keys)| {
        let mut text = format!("{heading}\n\n");
        list_keys(&mut text, keys);
        text
    });
    tables.collect::<Vec<String>>().join("\n")
}

fn list_keys(text: &mut String, keys: &[(&str, &str)]) {
    let width = keys
        .iter()
        .map(|(key, _)| key.len())
        .max()
        .unwrap_or(0)
        .max(12);
    for (key, meaning) in keys {
        let _ = writeln!(text, "  {key:<width$} {meaning}");
    }
}

fn range(row: &status::Row) -> String {
    if row.first == row.last {
        row.first.to_string()
    } else {
        format!("{}..{}", row.first, row.last)
    }
}
