//! What a nest came to, as a table for people and as JSON for programs.
//!
//! Invariant: what was printed for some rows is the beginning of what is printed for more, so that a row can be shown as
//! soon as it is known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::Row;

/// What rows are printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table, and below it the exits at the greatest depth and the verdict.
    Table,
    /// An array with an object for each row.
    Json,
}

/// How often slower than alone, where both ended.
fn ratio(row: &Row, alone: &Row) -> Option<f64> {
    Some(row.host?.as_secs_f64() / alone.host?.as_secs_f64().max(1e-9))
}

impl Form {
    /// What is printed for the last of these rows, of which the first is depth 0, once it is known.
    pub fn row(self, rows: &[Row]) -> String {
        let (Some(alone), Some(row)) = (rows.first(), rows.last()) else {
            return String::new();
        };
        let is_first = rows.len() == 1;
        match self {
            Form::Table if is_first => format!("{HEAD}{}", line(row, alone)),
            Form::Table => line(row, alone),
            Form::Json => {
                let begin = if is_first { "[" } else { "," };
                let object = object(row, alone).replace('\n', "\n  ");
                format!("{begin}\n  {object}")
            }
        }
    }

    /// What is printed behind all rows.
    pub fn end(self, rows: &[Row]) -> String {
        match (self, rows.last()) {
            (Form::Table, row) => row.map(exits).unwrap_or_default(),
            (Form::Json, None) => "[]\n".to_owned(),
            (Form::Json, Some(_)) => "\n]\n".to_owned(),
        }
    }
}

const HEAD: &str = "depth         steps         clock  state hash                            exits   host time   ratio\n";

/// A row of the table.
fn line(row: &Row, alone: &Row) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    format!(
        "{:5}  {:12}  {:12}  {:32}  {:9}  {:>10}  {:>6}\n",
        row.depth,
        row.steps,
        row.clock,
        or_none(row.state_hash.map(|hash| hash.to_string())),
        row.exits.total(),
        or_none(row.host.map(|host| time(host.as_secs_f64()))),
        or_none(ratio(row, alone).map(|ratio| format!("{ratio:.2}"))),
    )
}

/// The exits of a row, if there were any.
fn exits(row: &Row) -> String {
    if row.exits.total() == 0 {
        return String::new();
    }
    let mut text = format!(
        "\nexits at depth {}, by the level that was told:\n",
        row.depth
    );
    let levels = row.exits.levels.iter().enumerate();
    for (level, reasons) in levels.filter(|(_, reasons)| !reasons.is_empty()) {
        let reasons = reasons
            .iter()
            .map(|(name, count)| format!("{name} {count}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  level {level}: {reasons}");
    }
    text
}

/// Seconds in a unit that suits them.
fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ if seconds >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{:.1} µs", seconds * 1e6),
    }
}

/// A row, as programs read it.
#[derive(Serialize)]
struct JsonRow<'a> {
    depth: usize,
    steps: u64,
    clock: u64,
    state_hash: Option<String>,
    end: String,
    exits: u64,
    exits_by_level: &'a [BTreeMap<&'static str, u64>],
    host_ns: Option<u64>,
    ratio: Option<f64>,
}

/// The keys of a row of `nestor nest --json` and what they mean.
pub const KEYS: &[(&str, &str)] = &[
    ("depth", "how many hypervisors there are"),
    ("steps", "the steps of all machines together"),
    ("clock", "the clock of the innermost machine at its end"),
    (
        "state_hash",
        "32 hexadecimal digits that sum up its state, or null if it never began",
    ),
    (
        "end",
        "how it ended, or how a hypervisor ended before it did",
    ),
    ("exits", "how many exits there were, at all levels"),
    (
        "exits_by_level",
        "an object for each level from the outermost: how often its guest came back, by reason",
    ),
    (
        "host_ns",
        "nanoseconds of the host, from the first step of the innermost machine to its end, or null if it did not end",
    ),
    (
        "ratio",
        "that, divided by what it is at depth 0, or null if one of them did not end",
    ),
];

/// A row as an object, in lines.
fn object(row: &Row, alone: &Row) -> String {
    let end = match &row.hypervisor {
        None => row.end.to_string(),
        Some(hypervisor) => hypervisor.to_string(),
    };
    let row = JsonRow {
        depth: row.depth,
        steps: row.steps,
        clock: row.clock,
        state_hash: row.state_hash.map(|hash| hash.to_string()),
        end,
        exits: row.exits.total(),
        exits_by_level: &row.exits.levels,
        host_ns: row
            .host
            .map(|host| u64::try_from(host.as_nanos()).unwrap_or(u64::MAX)),
        ratio: ratio(row, alone),
    };
    // Numbers and texts always have a form in JSON.
    serde_json::to_string_pretty(&row).unwrap_or_default()
}
