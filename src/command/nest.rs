//! `nestor nest`: a program at every depth of hypervisors, and what that costs.
//!
//! Invariant: standard output has the table, or with `--json` the array, and nothing else, however the command ends.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;

use isa::machine::MAX_DEPTH;

use super::machine_option::MachineOption;
use crate::failure::Failure;
use crate::files::{self, INPUT_LIMIT};
use crate::host::Host as _;
use crate::memory_size::MemorySize;
use crate::nest::{self, End, Form, Hypervisor, Nested, Row, Verdict};
use crate::program::Program;
use crate::runner::Which;
use crate::session::{DEPTH, Settings};
use crate::status;
use crate::terminal::Terminal;

/// Run a program at every depth of hypervisors, and say what that costs.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor nest sort.s --depth 8                          in hypervisors that leave it alone
  nestor nest sort.s --depth 3 --hypervisor classic     in hypervisors that take what is sensitive
  nestor nest sort.s --depth 4 --json | jq '.[].exits'  rows; `nestor explain json-nest` lists keys
  nestor nest sort.s --depth 4 --plot depth.svg         a picture of all three hypervisors
  nestor nest sort.s --depth 2 --keep nest              an image of it all, for `nestor run nest`

Hypervisors, which `examples/hypervisors` explains:
  direct     runs its guest, and hears of it at its end
  reflect    takes every entry and exit of the machines in its guest, and passes it on
  classic    takes every sensitive instruction, and does it for its guest
  console    as direct, but is the console of its guest itself, so each use of it is an exit
  FILE.s     one of your own, which may include library/hypervisor.s
The first three have the machine to themselves; behind `supervised/`, as in `supervised/direct`,
they are programs of ring 4 in a supervisor.

Each row is printed as soon as it is known. Ctrl-C leaves it at those that there are.

The exit status is 0 if the innermost machine did the same at every depth, 1 if not or if that
cannot be said, and 130 after Ctrl-C.")]
#[command(mut_arg("machine", |option| option.help("What makes the steps: `fast`, or `spec`, the specification itself")))]
pub(super) struct Arguments {
    /// Sources, whose names end in .s, objects, or one image.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How many hypervisors there are in the deepest nest.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = depth)]
    depth: usize,
    /// direct, reflect, classic, console, or a source.
    #[arg(long, value_name = "WHICH", default_value = "direct")]
    hypervisor: String,
    /// What the console of the innermost machine reads, instead of standard input if that is a file.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Memory of the innermost machine; those around it have more.
    #[arg(long, value_name = "SIZE", default_value = "16M")]
    memory: MemorySize,
    /// Stop after so many steps of all machines at a depth.
    #[arg(long, value_name = "N", default_value_t = 1_000_000_000)]
    max_steps: u64,
    #[command(flatten)]
    machine: MachineOption,
    /// Leave the start-up file out: the sources have an `.entry` of their own, and begin in ring 0.
    #[arg(long)]
    bare: bool,
    /// Print an array with an object for each depth.
    #[arg(long)]
    json: bool,
    /// Draw how exits and time grow with depth in direct, reflect and classic, beside figures of other machines.
    #[arg(long, value_name = "FILE.svg", value_parser = picture)]
    plot: Option<PathBuf>,
    /// Keep the image of the deepest nest in this file.
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Arguments for the program.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// The exit status where the innermost machine did not do the same at every depth.
const NOT_EQUAL: u8 = 1;

/// How many hypervisors, in digits.
fn depth(text: &str) -> Result<usize, String> {
    const MOST: usize = (MAX_DEPTH - DEPTH) as usize;
    match text.parse() {
        Ok(depth @ ..=MOST) => Ok(depth),
        Ok(_) => Err(format!(
            "at most {MOST}: machines nest {MAX_DEPTH} deep, and the innermost is told that {DEPTH} of these are its own"
        )),
        Err(_) => Err("a number is wanted".to_owned()),
    }
}

/// The name of a picture.
fn picture(text: &str) -> Result<PathBuf, String> {
    match text.ends_with(".svg") {
        true => Ok(text.into()),
        false => Err("the picture is SVG, so its name ends in .svg".to_owned()),
    }
}

/// What came of something that takes long.
enum Measured<T> {
    /// This.
    All(T),
    /// It was stopped from outside at this depth.
    Stopped(usize),
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let hypervisor = Hypervisor::named(&arguments.hypervisor)?;
    let program = Program::load(&arguments.files, arguments.bare)?;
    write!(anstream::stderr(), "{}", program.findings())?;
    let settings = arguments.settings()?;
    let alone = Nested::alone(program, settings.memory);
    // What is wrong with the deepest is better known before the first has run.
    let deepest = alone.deep_inside(&hypervisor, arguments.depth)?;
    if let Some(path) = &arguments.keep {
        deepest.write(path)?;
    }
    let mut nowhere = io::sink();
    let terminal = Terminal::new(&mut nowhere).map_err(Failure::Host)?;
    let is_stopped = || terminal.is_stopped();

    let form = match arguments.json {
        true => Form::Json,
        false => Form::Table,
    };
    let mut shown = Vec::new();
    let measured = arguments.measured(&alone, &hypervisor, &settings, &is_stopped, &mut |row| {
        shown.push(row.clone());
        let mut out = anstream::stdout();
        out.write_all(form.row(&shown).as_bytes())?;
        Ok(out.flush()?)
    });
    if !shown.is_empty() || measured.is_ok() {
        anstream::stdout().write_all(form.end(&shown).as_bytes())?;
    }
    let rows = match measured? {
        Measured::Stopped(depth) => return stopped(depth),
        Measured::All(rows) => rows,
    };
    let status = arguments.conclude(&rows)?;
    match &arguments.plot {
        Some(path) => {
            let known = (&hypervisor, rows.as_slice());
            match arguments.picture(&alone, &settings, known, &is_stopped)? {
                Measured::All(picture) => files::write(path, picture.as_bytes())?,
                Measured::Stopped(depth) => return stopped(depth),
            }
            Ok(status)
        }
        None => Ok(status),
    }
}

/// Says that it was stopped from outside.
fn stopped(depth: usize) -> Result<u8, Failure> {
    writeln!(
        anstream::stderr(),
        "stopped: from outside, at depth {depth}"
    )?;
    Ok(status::INTERRUPTED)
}

impl Arguments {
    fn settings(&self) -> Result<Settings, Failure> {
        if self.machine.machine == Which::Lockstep {
            let text =
                "`--machine lockstep` is for one run: keep the nest with `--keep`, and run that";
            return Err(Failure::Usage(text.to_owned()));
        }
        let input = match &self.input {
            Some(path) => Some(files::read(path, INPUT_LIMIT)?),
            None => files::regular_input()?,
        };
        let strings = self.arguments.iter().cloned();
        Ok(Settings {
            memory: self.memory.bytes(),
            arguments: strings.map(OsString::into_encoded_bytes).collect(),
            input,
            machine: self.machine.machine,
            ..Settings::default()
        })
    }

    /// A row for each depth, each handed on as soon as it is known.
    fn measured(
        &self,
        alone: &Nested,
        hypervisor: &Hypervisor,
        settings: &Settings,
        is_stopped: &dyn Fn() -> bool,
        each: &mut dyn FnMut(&Row) -> Result<(), Failure>,
    ) -> Result<Measured<Vec<Row>>, Failure> {
        let mut nested = alone.clone();
        let mut rows = Vec::new();
        loop {
            let row = nest::measure_until(&nested, settings, self.max_steps, is_stopped)?;
            let Some(row) = row else {
                return Ok(Measured::Stopped(nested.levels()));
            };
            each(&row)?;
            rows.push(row);
            if nested.levels() >= self.depth {
                return Ok(Measured::All(rows));
            }
            nested = nested.inside(hypervisor)?;
        }
    }

    /// Says the verdict, and gives the exit status. Below a table it belongs to it; where programs read an array, it is for
    /// people.
    fn conclude(&self, rows: &[Row]) -> Result<u8, Failure> {
        let (sentence, account) = Verdict::describe(rows);
        let verdict = Verdict::of(rows);
        if !self.json {
            writeln!(anstream::stdout(), "\n{sentence}")?;
        } else if verdict != Verdict::Equal {
            writeln!(anstream::stderr(), "{sentence}")?;
        }
        if let Some(account) = account {
            anstream::stderr().write_all(account.as_bytes())?;
        }
        Ok(match verdict {
            Verdict::Equal => 0,
            _ => NOT_EQUAL,
        })
    }

    /// The picture of the three hypervisors, of which the rows of one are perhaps there.
    fn picture(
        &self,
        alone: &Nested,
        settings: &Settings,
        known: (&Hypervisor, &[Row]),
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Measured<String>, Failure> {
        let mut pictured = Vec::new();
        for hypervisor in Hypervisor::SHIPPED {
            let mut rows = match known {
                (known, rows) if *known == hypervisor => rows.to_vec(),
                _ => {
                    let each = &mut |_: &Row| Ok(());
                    match self.measured(alone, &hypervisor, settings, is_stopped, each)? {
                        Measured::All(rows) => rows,
                        Measured::Stopped(depth) => return Ok(Measured::Stopped(depth)),
                    }
                }
            };
            rows.retain(|row| row.end != End::Steps);
            pictured.push((hypervisor, rows));
        }
        let picture = nest::plot(&pictured);
        let picture = picture.map_err(|why| Failure::Usage(format!("the picture: {why}")))?;
        Ok(Measured::All(picture))
    }
}
