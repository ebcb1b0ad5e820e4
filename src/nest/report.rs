//! What a nest came to, as a table for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::Row;

/// Whether what the innermost machines did can be compared at all, and if so whether it was the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of them had the same end, clock and state.
    Equal,
    /// Not all of them; this is the depth of the first that differs from depth 0.
    Different(usize),
    /// The machine at this depth was not told the same at reset, so no comparison means anything.
    OtherMachine(usize),
    /// The machine at this depth did not end.
    Unfinished(usize),
}

impl Verdict {
    /// The verdict on rows, of which the first is depth 0.
    pub fn of(rows: &[Row]) -> Verdict {
        let Some(alone) = rows.first() else {
            return Verdict::Equal;
        };
        for row in rows {
            if row.end == super::End::Steps {
                return Verdict::Unfinished(row.depth);
            }
            if row.record.is_none() || row.record != alone.record {
                return Verdict::OtherMachine(row.depth);
            }
        }
        let same = |row: &&Row| {
            (row.end, row.clock, row.state_hash) == (alone.end, alone.clock, alone.state_hash)
        };
        match rows.iter().find(|row| !same(row)) {
            Some(row) => Verdict::Different(row.depth),
            None => Verdict::Equal,
        }
    }
}

/// How often slower than alone.
fn ratio(row: &Row, alone: &Row) -> f64 {
    row.host.as_secs_f64() / alone.host.as_secs_f64().max(1e-9)
}

/// A line for each depth, the exits of each, and what follows.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "depth         steps         clock  state hash                            exits   host time   ratio\n",
    );
    let Some(alone) = rows.first() else {
        return text;
    };
    for row in rows {
        let _ = writeln!(
            text,
            "{:5}  {:12}  {:12}  {}  {:9}  {:>10}  {:6.2}",
            row.depth,
            row.steps,
            row.clock,
            row.state_hash
                .map_or_else(|| format!("{:32}", "-"), |hash| hash.to_string()),
            row.exits.total(),
            time(row.host.as_secs_f64()),
            ratio(row, alone),
        );
    }
    let deepest = rows.last().filter(|row| row.exits.total() > 0);
    if let Some(row) = deepest {
        let _ = writeln!(
            text,
            "\nexits at depth {}, by the level that was told:",
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
    }
    let _ = writeln!(text, "\n{}", sentence(rows));
    text
}

/// The verdict in words.
fn sentence(rows: &[Row]) -> String {
    let alone = rows.first().map(|row| (row.end, row.clock));
    let (end, clock) = alone.unwrap_or((super::End::Steps, 0));
    match Verdict::of(rows) {
        Verdict::Equal => format!(
            "equal: the innermost machine had the same end ({end}), clock and state at every depth"
        ),
        Verdict::Different(depth)
            if rows.iter().all(|row| (row.end, row.clock) == (end, clock)) =>
        {
            format!(
                "different: at depth {depth} the innermost machine had the same end ({end}) and clock as at depth 0, but \
                 another state; a device that a hypervisor emulates is no part of it"
            )
        }
        Verdict::Different(depth) => format!(
            "different: at depth {depth} the innermost machine did not end as at depth 0 ({end}), or not with the same clock and state"
        ),
        Verdict::OtherMachine(depth) => format!(
            "not compared: at depth {depth} the innermost machine was told something else at reset than at depth 0"
        ),
        Verdict::Unfinished(depth) => format!(
            "not compared: at depth {depth} the innermost machine had not ended; `--max-steps` gives it more"
        ),
    }
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
    host_ns: u64,
    ratio: f64,
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
    ("end", "how it ended"),
    ("exits", "how many exits there were, at all levels"),
    (
        "exits_by_level",
        "an object for each level from the outermost: how often its guest came back, by reason",
    ),
    (
        "host_ns",
        "nanoseconds of the host, from the first step of the innermost machine to its end",
    ),
    ("ratio", "that, divided by what it is at depth 0"),
];

/// An array with an object for each depth, and a line end.
pub fn json(rows: &[Row]) -> String {
    let rows: Vec<JsonRow<'_>> = rows
        .iter()
        .map(|row| JsonRow {
            depth: row.depth,
            steps: row.steps,
            clock: row.clock,
            state_hash: row.state_hash.map(|hash| hash.to_string()),
            end: row.end.to_string(),
            exits: row.exits.total(),
            exits_by_level: &row.exits.levels,
            host_ns: u64::try_from(row.host.as_nanos()).unwrap_or(u64::MAX),
            ratio: rows.first().map_or(1.0, |alone| ratio(row, alone)),
        })
        .collect();
    // Numbers and texts always have a form in JSON.
    serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n"
}
