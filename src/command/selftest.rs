//! `nestor selftest`: runs what this program can find out about itself, and in a source tree all that takes long.
//!
//! Invariant: the exit status is 0 only if no part that ran failed and at least one ran.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use crate::failure::Failure;
use crate::selftest::{PARTS, Part, Verdict, is_tree};

use super::did_you_mean;

/// The exit status when a part fails.
const FAILED: u8 = 1;

/// Find out whether this program does what it should.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor selftest                    what this program can find out by itself, in a few seconds
  nestor selftest --list             all parts: what each shows, and the command it is
  nestor selftest --all              in a source tree: all parts, which takes hours
  nestor selftest second chosen      these parts alone

The exit status is 0 if no part failed, else 1. What the commands of the long parts print goes to standard error.")]
pub(super) struct Arguments {
    /// The parts to run; without any, those that need no source tree.
    #[arg(value_name = "PART")]
    parts: Vec<String>,
    /// Run all parts, also those that are done by cargo in a source tree.
    #[arg(long, conflicts_with = "parts")]
    all: bool,
    /// Print the parts, and run nothing.
    #[arg(long, conflicts_with_all = ["parts", "all", "json"])]
    list: bool,
    /// The source tree.
    #[arg(long, value_name = "DIR", default_value = ".")]
    tree: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    if arguments.list {
        return list();
    }
    let parts = meant(arguments)?;
    let tree = &arguments.tree;
    if let Some(part) = parts.iter().find(|part| part.needs_tree())
        && !is_tree(tree)
    {
        return Err(Failure::Usage(format!(
            "part '{}' is done by cargo in the source tree of nestor, and {} is none; `--tree DIR` names it",
            part.name,
            tree.display()
        )));
    }
    let mut out = anstream::stdout();
    if !arguments.json {
        writeln!(out, "{:<12}{:<9}{:>8}  found", "part", "result", "seconds")?;
    }
    let mut done = Vec::new();
    for part in parts {
        if let Some(command) = part.command() {
            writeln!(anstream::stderr(), "==> {}: {command}", part.name)?;
        }
        let start = Instant::now();
        let verdict = part.run(tree);
        let seconds = start.elapsed().as_secs_f64();
        if !arguments.json {
            let word = verdict.word();
            writeln!(out, "{:<12}{word:<9}{seconds:>8.1}  {verdict}", part.name)?;
        }
        done.push((part, verdict, seconds));
    }
    let count = |word| {
        done.iter()
            .filter(|(_, verdict, _)| verdict.word() == word)
            .count()
    };
    let words = [Verdict::Passed, Verdict::Failed, Verdict::NotRun].map(|verdict| {
        let verdict = verdict(String::new());
        (verdict.word(), count(verdict.word()))
    });
    let [(_, passed), (_, failed), _] = words;
    if arguments.json {
        let report = Report::of(&done);
        let text = serde_json::to_string_pretty(&report).map_err(io::Error::from)?;
        writeln!(io::stdout(), "{text}")?;
    } else {
        let total: f64 = done.iter().map(|(_, _, seconds)| seconds).sum();
        let counts: Vec<String> = words
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| format!("{count} {word}"))
            .collect();
        writeln!(out, "{} in {total:.1} seconds", counts.join(", "))?;
    }
    Ok(if failed == 0 && passed > 0 { 0 } else { FAILED })
}

/// The parts that the command line asks for, in the order of the table.
fn meant(arguments: &Arguments) -> Result<Vec<&'static Part>, Failure> {
    let known = || PARTS.iter().map(|part| part.name);
    for name in &arguments.parts {
        if !known().any(|known| known == name) {
            return Err(Failure::Usage(format!(
                "there is no part '{name}'{}; `nestor selftest --list` names them",
                did_you_mean(name, known())
            )));
        }
    }
    let meant = |part: &&Part| match arguments.parts.as_slice() {
        [] => arguments.all || !part.needs_tree(),
        names => names.iter().any(|name| name == part.name),
    };
    Ok(PARTS.iter().filter(meant).collect())
}

fn list() -> Result<u8, Failure> {
    let mut out = anstream::stdout();
    for part in PARTS {
        writeln!(out, "{:<12}{}", part.name, part.shows)?;
        if let Some(command) = part.command() {
            writeln!(out, "{:<12}  {command}", "")?;
        }
    }
    Ok(0)
}

/// The object of `--json`.
#[derive(Serialize)]
struct Report {
    parts: Vec<PartReport>,
}

#[derive(Serialize)]
struct PartReport {
    part: &'static str,
    shows: &'static str,
    result: &'static str,
    seconds: f64,
    found: String,
}

impl Report {
    fn of(done: &[(&'static Part, Verdict, f64)]) -> Report {
        let part = |(part, verdict, seconds): &(&'static Part, Verdict, f64)| PartReport {
            part: part.name,
            shows: part.shows,
            result: verdict.word(),
            seconds: (seconds * 10.0).round() / 10.0,
            found: verdict.to_string(),
        };
        Report {
            parts: done.iter().map(part).collect(),
        }
    }
}
