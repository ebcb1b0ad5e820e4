//! `nestor nest`: a program at every depth of hypervisors, and what that costs.
//!
//! Invariant: standard output has the table, or with `--json` the array, and nothing else.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use isa::machine::MAX_DEPTH;

use super::machine_option::MachineOption;
use crate::failure::Failure;
use crate::files::{self, INPUT_LIMIT};
use crate::memory_size::MemorySize;
use crate::nest::{self, End, Hypervisor, Nested, Row, Verdict};
use crate::program::Program;
use crate::runner::Which;
use crate::session::{DEPTH, Settings};

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

The exit status is 0 if the innermost machine did the same at every depth, else 1.")]
#[command(mut_arg("machine", |option| option.help("What makes the steps: `fast`, or `spec`, the specification itself")))]
pub(super) struct Arguments {
    /// Sources, whose names end in .s, objects, or one image.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How many hypervisors there are at most.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(..=MAX_DEPTH - DEPTH))]
    depth: u64,
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
    #[arg(long, value_name = "FILE.svg")]
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

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let hypervisor = Hypervisor::named(&arguments.hypervisor)?;
    let program = Program::load(&arguments.files, arguments.bare)?;
    write!(anstream::stderr(), "{}", program.findings())?;
    let settings = arguments.settings()?;
    let alone = Nested::alone(program, settings.memory);
    let (rows, deepest) = arguments.rows(&alone, &hypervisor, &settings)?;
    if let Some(path) = &arguments.keep {
        deepest.write(path)?;
    }
    if let Some(path) = &arguments.plot {
        let picture = arguments.picture(&alone, &settings, (&hypervisor, &rows))?;
        files::write(path, picture.as_bytes())?;
    }
    let text = match arguments.json {
        true => nest::json(&rows),
        false => nest::table(&rows),
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(match Verdict::of(&rows) {
        Verdict::Equal => 0,
        _ => NOT_EQUAL,
    })
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

    /// A row for each depth, and the deepest nest.
    fn rows(
        &self,
        alone: &Nested,
        hypervisor: &Hypervisor,
        settings: &Settings,
    ) -> Result<(Vec<Row>, Nested), Failure> {
        let mut nested = alone.clone();
        let mut rows = vec![nest::measure(&nested, settings, self.max_steps)?];
        while (nested.levels() as u64) < self.depth {
            nested = nested.inside(hypervisor)?;
            rows.push(nest::measure(&nested, settings, self.max_steps)?);
        }
        Ok((rows, nested))
    }

    /// The picture of the three hypervisors, of which the rows of one are perhaps there.
    fn picture(
        &self,
        alone: &Nested,
        settings: &Settings,
        known: (&Hypervisor, &[Row]),
    ) -> Result<String, Failure> {
        let mut measured = Vec::new();
        for hypervisor in Hypervisor::SHIPPED {
            let mut rows = match known {
                (known, rows) if *known == hypervisor => rows.to_vec(),
                _ => self.rows(alone, &hypervisor, settings)?.0,
            };
            rows.retain(|row| row.end != End::Steps);
            measured.push((hypervisor, rows));
        }
        nest::plot(&measured).map_err(|why| Failure::Usage(format!("the picture: {why}")))
    }
}
