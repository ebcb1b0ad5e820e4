//! `nestor fuzz`: compares the fast engine with the specification on programs made at random.
//!
//! Invariant: the exit status is 0 only if cases were compared and none showed a difference; each that did is a file
//! of the conformance suite by then.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fuzz::{Coverage, Found, Fuzzer};
use isa::Cause;
use isa::context::ExitReason;
use isa::instruction::Opcode;
use isa::instruction::names::Named;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::conformance::Part;
use crate::conformance::{attach, found};
use crate::failure::Failure;

/// The exit status when a difference was found.
const FAILED: u8 = 1;

/// How many differences are enough.
const ENOUGH: usize = 10;

/// Compare the fast engine with the specification on programs made at random.
#[derive(clap::Args)]
#[command(after_help = "\
Programs are written while the specification runs them, so that nearly every instruction does what it is there for; some \
miss by little, and some are any bits. Half of them run as guests, up to three deep, of hosts that answer at random. Each runs on both machines, step by step or in pieces, with caches of 1, 2 or 4096 \
places. A difference is made small and written as a file of the conformance suite.

Examples:
  nestor fuzz                                for a minute, with another seed each time
  nestor fuzz --seconds 1800                 for half an hour
  nestor fuzz --seed 5 --cases 200           the same 200 cases each time
  nestor fuzz --seed 5 --from 137 --cases 1   one case again

The exit status is 0 if nothing differs, else 1.")]
pub(super) struct Arguments {
    /// Where the series of cases begins; without it, anywhere.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The number of the first case.
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
    /// Stop after so many seconds; 60 unless the cases are counted.
    #[arg(long, value_name = "S")]
    seconds: Option<u64>,
    /// Stop after so many cases.
    #[arg(long, value_name = "N")]
    cases: Option<u64>,
    /// The folder in whose subfolder `found` files are written.
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let seed = arguments.seed.unwrap_or_else(|| {
        let mut bytes = [0; 4];
        // Without entropy it is the seed 0, which is as good as any.
        let _ = getrandom::fill(&mut bytes);
        u32::from_le_bytes(bytes).into()
    });
    let start = Instant::now();
    let limit = match (arguments.seconds, arguments.cases) {
        (Some(seconds), _) => Some(Duration::from_secs(seconds)),
        (None, Some(_)) => None,
        (None, None) => Some(Duration::from_secs(60)),
    };
    let mut fuzzer = Fuzzer::new(seed, arguments.from, attach, &fuzz::engine);
    let mut differences = Vec::new();
    let last = arguments
        .cases
        .map(|cases| arguments.from.saturating_add(cases));
    // A panic is a difference like any other, and told as one.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut written = Ok(());
    while written.is_ok()
        && differences.len() < ENOUGH
        && last.is_none_or(|last| fuzzer.number < last)
        && limit.is_none_or(|limit| start.elapsed() < limit)
    {
        if let Some(found) = fuzzer.advance() {
            match write(&arguments.folder, seed, &found) {
                Ok(file) => differences.push(Difference::new(&found, file)),
                Err(failure) => written = Err(failure),
            }
        }
        show(&fuzzer, arguments.from);
    }
    std::panic::set_hook(hook);
    clear();
    written?;
    let report = Report::new(seed, arguments.from, &fuzzer, differences, start.elapsed());
    if arguments.json {
        let text = serde_json::to_string_pretty(&report).map_err(io::Error::from)?;
        writeln!(io::stdout(), "{text}")?;
    } else {
        report.show(&mut anstream::stdout(), &arguments.folder)?;
    }
    let good = report.differences.is_empty() && report.cases > 0;
    Ok(if good { 0 } else { FAILED })
}

/// Writes the file of a difference, and says where it is.
fn write(folder: &Path, seed: u64, difference: &Found) -> Result<PathBuf, Failure> {
    let Found {
        number,
        case,
        difference,
    } = difference;
    let subfolder = folder.join("found");
    let path = subfolder.join(format!("seed_{seed}_case_{number}.s"));
    let failed = |source| Failure::Write {
        path: path.clone(),
        source,
    };
    let sentence = format!(
        "With {} places, after {} steps, {}.",
        difference.manner.places, difference.steps, difference.what
    );
    fs::create_dir_all(&subfolder).map_err(failed)?;
    let mut file = NamedTempFile::new_in(&subfolder).map_err(failed)?;
    file.write_all(found(case, &sentence).as_bytes())
        .map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(path)
}

/// Shows on a terminal how far it is.
fn show(fuzzer: &Fuzzer<'_>, from: u64) {
    let mut terminal = io::stderr();
    if terminal.is_terminal() {
        let cases = fuzzer.number - from;
        // Nothing is lost if this fails.
        let _ = write!(terminal, "\r{cases} cases, {} steps ", fuzzer.steps);
    }
}

/// Removes from a terminal what was shown.
fn clear() {
    let mut terminal = io::stderr();
    if terminal.is_terminal() {
        // As above.
        let _ = write!(terminal, "\r\x1b[K");
    }
}

/// The object of `--json`.
#[derive(Serialize)]
struct Report {
    seed: u64,
    cases: u64,
    steps: u64,
    seconds: u64,
    /// Of all instructions that were tried, how many per cent completed.
    completed_percent: f64,
    instructions: Part,
    causes: Part,
    /// Exits of guests, by reason.
    exits: BTreeMap<&'static str, u64>,
    differences: Vec<Difference>,
}

#[derive(Serialize)]
struct Difference {
    case: u64,
    places: usize,
    steps: u64,
    what: String,
    file: PathBuf,
}

impl Difference {
    fn new(found: &Found, file: PathBuf) -> Difference {
        Difference {
            case: found.number,
            places: found.difference.manner.places,
            steps: found.difference.steps,
            what: found.difference.what.clone(),
            file,
        }
    }
}

impl Report {
    fn new(
        seed: u64,
        from: u64,
        fuzzer: &Fuzzer<'_>,
        differences: Vec<Difference>,
        time: Duration,
    ) -> Report {
        let coverage = &fuzzer.coverage;
        Report {
            seed,
            cases: fuzzer.number - from,
            steps: fuzzer.steps,
            seconds: time.as_secs(),
            completed_percent: (coverage.part_completed() * 1000.0).round() / 10.0,
            instructions: Part::of(instructions(coverage)),
            causes: Part::of(causes(coverage)),
            exits: exits(coverage).collect(),
            differences,
        }
    }

    fn show(&self, out: &mut impl Write, folder: &Path) -> io::Result<()> {
        writeln!(
            out,
            "{} cases of seed {}, {} steps on each machine, in {} seconds; {} % of the instructions completed",
            self.cases, self.seed, self.steps, self.seconds, self.completed_percent
        )?;
        for (what, part) in [
            ("instructions", &self.instructions),
            ("causes of traps", &self.causes),
        ] {
            write!(out, "{what} reached: {} of {}", part.reached, part.of)?;
            match part.missing.as_slice() {
                [] => writeln!(out)?,
                missing => writeln!(out, "; never: {}", missing.join(" "))?,
            }
        }
        write!(out, "exits of guests:")?;
        for (reason, count) in &self.exits {
            write!(out, " {reason} {count}")?;
        }
        writeln!(out)?;
        if self.differences.is_empty() {
            return writeln!(out, "no difference");
        }
        let red = anstyle::AnsiColor::BrightRed.on_default().bold();
        for difference in &self.differences {
            writeln!(
                out,
                "\n{red}difference{red:#} in case {}, after {} steps, with {} places: {}",
                difference.case, difference.steps, difference.places, difference.what
            )?;
            writeln!(out, "  written to {}", difference.file.display())?;
        }
        writeln!(
            out,
            "\nto see one again: nestor conformance --folder {} found/",
            folder.display()
        )
    }
}

/// The instructions that have to be reached, and whether they were: those that can complete have completed.
fn instructions(coverage: &Coverage) -> impl Iterator<Item = (&'static str, bool)> {
    Opcode::ALL.iter().map(|opcode| {
        let never_completes = matches!(opcode, Opcode::Trap | Opcode::Vmrun);
        let count = match never_completes {
            true => coverage.trapped(*opcode),
            false => coverage.completed(*opcode),
        };
        (opcode.mnemonic(), count > 0)
    })
}

fn causes(coverage: &Coverage) -> impl Iterator<Item = (&'static str, bool)> {
    Cause::ALL
        .iter()
        .map(|cause| (cause.name(), coverage.cause(*cause) > 0))
}

fn exits(coverage: &Coverage) -> impl Iterator<Item = (&'static str, u64)> {
    ExitReason::ROWS.iter().filter_map(|row| {
        let reason = ExitReason::from_number(row.number)?;
        Some((row.name, coverage.exits(reason)))
    })
}
