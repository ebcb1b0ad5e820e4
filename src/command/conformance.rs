//! `nestor conformance`: runs the conformance suite and says what holds.
//!
//! Invariant: the exit status is 0 only if at least one file ran and all that ran passed.

use std::io::{self, Write};
use std::path::PathBuf;

use isa::Cause;
use isa::instruction::Opcode;
use serde::Serialize;

use crate::conformance::head::{About, Head};
use crate::conformance::rules::SECTIONS;
use crate::conformance::{Case, Reached, Suite, Verdict, map};
use crate::failure::Failure;

/// The exit status when a file fails.
const FAILED: u8 = 1;

/// Run the conformance suite: small programs that each show a rule of the machine.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor conformance                 run all files, and count what holds by section
  nestor conformance 21              the files about rule 21
  nestor conformance tags/           the files whose path contains this
  nestor conformance --coverage      which instructions and causes of traps no file reaches
  nestor conformance --map           which files show which rule, as Markdown

The exit status is 0 if every file passes, else 1.")]
pub(super) struct Arguments {
    /// The number of a rule, or a part of the paths of files.
    filter: Option<String>,
    /// Say which rows of the instruction table and which causes of traps no file reaches.
    #[arg(long)]
    coverage: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Print which files show which rule, and run nothing.
    #[arg(long, conflicts_with_all = ["coverage", "json", "filter"])]
    map: bool,
    /// Take the files from this folder instead of those inside the program.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let suite = match &arguments.folder {
        None => Suite::embedded(),
        Some(folder) => Suite::from_folder(folder).map_err(|source| Failure::Read {
            path: folder.clone(),
            source,
        })?,
    };
    if arguments.map {
        io::stdout().write_all(map(&suite).as_bytes())?;
        return Ok(0);
    }
    let filter = arguments.filter.as_deref();
    let meant = |case: &&Case| filter.is_none_or(|filter| case.is_meant_by(filter));
    let results: Vec<Outcome<'_>> = suite
        .cases()
        .iter()
        .filter(meant)
        .map(|case| Outcome {
            case,
            verdict: suite.play(case),
        })
        .collect();
    if results.is_empty() {
        let filter = filter.unwrap_or_default();
        return Err(Failure::Usage(format!(
            "no file of the suite is meant by '{filter}'; `nestor conformance --map` names them all"
        )));
    }
    let coverage = arguments.coverage.then(|| Coverage::of(&results));
    if arguments.json {
        let report = Report::of(&results, coverage);
        let text = serde_json::to_string_pretty(&report).map_err(io::Error::from)?;
        writeln!(io::stdout(), "{text}")?;
    } else {
        let mut out = anstream::stdout();
        table(&mut out, &results)?;
        if let Some(coverage) = coverage {
            coverage.show(&mut out)?;
        }
        failures(&mut out, &results)?;
    }
    let good = results.iter().all(|result| result.verdict.passes());
    Ok(if good { 0 } else { FAILED })
}

/// A file and what came of it.
struct Outcome<'a> {
    case: &'a Case,
    verdict: Verdict,
}

fn table(out: &mut impl Write, results: &[Outcome<'_>]) -> io::Result<()> {
    writeln!(
        out,
        "{:<28}{:>8}{:>8}{:>8}{:>10}",
        "section", "rules", "files", "passed", "steps"
    )?;
    for section in SECTIONS {
        let prefix = format!("{}/", section.folder);
        let own = |result: &&Outcome<'_>| result.case.path.starts_with(&prefix);
        let rules = match section.rules {
            [first, .., last] => format!("{}-{}", first.number, last.number),
            [only] => only.number.to_string(),
            [] => String::new(),
        };
        row(out, section.title, &rules, results.iter().filter(own))?;
    }
    row(out, "all", "", results.iter())
}

fn row<'a>(
    out: &mut impl Write,
    title: &str,
    rules: &str,
    results: impl Iterator<Item = &'a Outcome<'a>>,
) -> io::Result<()> {
    let (mut files, mut passed, mut steps) = (0, 0, 0);
    for result in results {
        files += 1;
        passed += usize::from(result.verdict.passes());
        steps += result.verdict.steps;
    }
    if files == 0 {
        return Ok(());
    }
    writeln!(out, "{title:<28}{rules:>8}{files:>8}{passed:>8}{steps:>10}")
}

/// Every file that fails, with all that is wrong.
fn failures(out: &mut impl Write, results: &[Outcome<'_>]) -> io::Result<()> {
    let red = anstyle::AnsiColor::BrightRed.on_default().bold();
    for Outcome { case, verdict } in results.iter().filter(|result| !result.verdict.passes()) {
        writeln!(out, "\n{red}failed{red:#}: {}", case.path)?;
        if let Ok(head) = &case.head {
            writeln!(out, "  {}", head.sentence)?;
        }
        for failure in &verdict.failures {
            writeln!(out, "  - {failure}")?;
        }
    }
    Ok(())
}

/// How much of the tables the files reach.
#[derive(Serialize)]
struct Coverage {
    instructions: Part,
    causes: Part,
}

/// How much of a table is reached.
#[derive(Serialize)]
pub(super) struct Part {
    pub(super) reached: usize,
    pub(super) of: usize,
    pub(super) missing: Vec<&'static str>,
}

impl Coverage {
    fn of(results: &[Outcome<'_>]) -> Coverage {
        let mut all = Reached::default();
        for result in results.iter().filter(|result| result.verdict.passes()) {
            all.instructions
                .extend(&result.verdict.reached.instructions);
            all.causes.extend(&result.verdict.reached.causes);
        }
        let opcodes = Opcode::ALL
            .iter()
            .map(|row| (row.mnemonic(), all.instructions.contains(row)));
        let causes = Cause::ALL
            .iter()
            .map(|row| (row.name(), all.causes.contains(row)));
        Coverage {
            instructions: Part::of(opcodes),
            causes: Part::of(causes),
        }
    }

    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        for (what, part) in [
            ("instructions", &self.instructions),
            ("causes of traps", &self.causes),
        ] {
            writeln!(out, "\n{what} reached: {} of {}", part.reached, part.of)?;
            if !part.missing.is_empty() {
                writeln!(out, "  missing: {}", part.missing.join(" "))?;
            }
        }
        Ok(())
    }
}

impl Part {
    pub(super) fn of(rows: impl Iterator<Item = (&'static str, bool)>) -> Part {
        let (reached, missing): (Vec<_>, Vec<_>) = rows.partition(|(_, reached)| *reached);
        Part {
            reached: reached.len(),
            of: reached.len() + missing.len(),
            missing: missing.into_iter().map(|(name, _)| name).collect(),
        }
    }
}

/// The object of `--json`.
#[derive(Serialize)]
struct Report<'a> {
    passed: usize,
    failed: usize,
    files: Vec<FileReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage>,
}

#[derive(Serialize)]
struct FileReport<'a> {
    file: &'a str,
    rules: &'a [u32],
    sentence: Option<&'a str>,
    passed: bool,
    steps: u64,
    failures: &'a [String],
}

impl<'a> Report<'a> {
    fn of(results: &'a [Outcome<'a>], coverage: Option<Coverage>) -> Report<'a> {
        let files: Vec<_> = results.iter().map(FileReport::of).collect();
        let passed = files.iter().filter(|file| file.passed).count();
        Report {
            passed,
            failed: files.len() - passed,
            files,
            coverage,
        }
    }
}

impl<'a> FileReport<'a> {
    fn of(result: &'a Outcome<'a>) -> FileReport<'a> {
        let Outcome { case, verdict } = result;
        let head = case.head.as_ref().ok();
        FileReport {
            file: &case.path,
            rules: match head {
                Some(Head {
                    about: About::Rules(rules),
                    ..
                }) => rules,
                _ => &[],
            },
            sentence: head.map(|head| head.sentence.as_str()),
            passed: verdict.passes(),
            steps: verdict.steps,
            failures: &verdict.failures,
        }
    }
}
