//! What every command that runs a program takes: its files, its machine, its input and its arguments.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use isa::machine::MAX_DEPTH;

use super::console_argument::ConsoleArgument;
use super::disk_argument::DiskArgument;
use super::machine_option::MachineOption;
use super::restore;
use crate::failure::Failure;
use crate::files::{self, INPUT_LIMIT};
use crate::lockstep;
use crate::memory_size::MemorySize;
use crate::program::Program;
use crate::runner::Which;
use crate::saved::SavedMachine;
use crate::session::{DEPTH, Session, Settings};

#[derive(clap::Args)]
pub(super) struct ProgramOptions {
    /// Sources, whose names end in .s, objects, or one image.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the program's console reads, instead of standard input.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Stop after so many steps.
    #[arg(long, value_name = "N")]
    pub(super) max_steps: Option<u64>,
    /// Memory of the machine: bytes, or a number with K, M or G.
    #[arg(long, value_name = "SIZE", default_value = "16M")]
    memory: MemorySize,
    /// How deep the machine may nest guests in guests.
    #[arg(long, value_name = "N", default_value_t = DEPTH, value_parser = clap::value_parser!(u64).range(..=MAX_DEPTH))]
    depth: u64,
    /// A further console, 1 to 7: a pseudo-terminal by N=pty, or files by N=INPUT, N=INPUT,OUTPUT or N=,OUTPUT.
    #[arg(long = "console", value_name = "N=WHERE")]
    pub(super) consoles: Vec<ConsoleArgument>,
    /// A file as the machine's disk. Behind its name can stand `,readonly` and `,size=SIZE`, which makes the file if there
    /// is none.
    #[arg(long, value_name = "FILE")]
    disk: Option<DiskArgument>,
    #[command(flatten)]
    machine: MachineOption,
    /// Leave the start-up file out: the sources have an `.entry` of their own, and begin in ring 0.
    #[arg(long)]
    bare: bool,
    /// Arguments for the program.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

impl ProgramOptions {
    /// The program.
    pub(super) fn program(&self) -> Result<Program, Failure> {
        Program::load(&self.files, self.bare)
    }

    /// The same, after its warnings were shown.
    pub(super) fn program_with_warnings(&self) -> Result<Program, Failure> {
        let program = self.program()?;
        write!(anstream::stderr(), "{}", program.findings())?;
        Ok(program)
    }

    /// Refuses what means nothing where a user says how far to go, and where one machine is looked at.
    pub(super) fn is_for_the_monitor(&self) -> Result<(), Failure> {
        let refused = if self.max_steps.is_some() {
            "--max-steps is not for the monitor: there, `until STEP` goes so far"
        } else if self.machine.machine == Which::Lockstep {
            "the monitor looks at one machine: `--machine fast` or `--machine spec`"
        } else {
            return Ok(());
        };
        Err(Failure::Usage(refused.to_owned()))
    }

    /// The saved machine that is named instead of a program, if one is.
    pub(super) fn saved_machine(&self) -> Result<Option<SavedMachine>, Failure> {
        match self.files.as_slice() {
            [file] if SavedMachine::is_one(file) => SavedMachine::read(file).map(Some),
            _ => Ok(None),
        }
    }

    /// What a saved machine is given, where standard input is none of the program's.
    pub(super) fn settings_of_saved(&self, saved: &Settings) -> Result<Settings, Failure> {
        let given = [
            ("--memory", self.memory != MemorySize::DEFAULT),
            ("--depth", self.depth != DEPTH),
            ("--disk", self.disk.is_some()),
            ("--bare", self.bare),
            ("an argument for the program", !self.arguments.is_empty()),
        ];
        if let Some((what, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
            return Err(Failure::Usage(format!(
                "{what} is not for a saved machine, which has its own"
            )));
        }
        let (machine, input) = (self.machine.machine, self.input.as_deref());
        restore::settings(saved, machine, input, &self.consoles)
    }

    /// What its machine is given.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let settings = self.settings_without_standard_input()?;
        let input = match settings.input {
            Some(input) => Some(input),
            None => files::regular_input()?,
        };
        Ok(Settings { input, ..settings })
    }

    /// The same, where standard input is none of the program's.
    pub(super) fn settings_without_standard_input(&self) -> Result<Settings, Failure> {
        let input = self.input.as_ref();
        let input = input
            .map(|path| files::read(path, INPUT_LIMIT))
            .transpose()?;
        let consoles = self.consoles.iter().map(ConsoleArgument::setting);
        let strings = self
            .arguments
            .iter()
            .cloned()
            .map(OsString::into_encoded_bytes);
        Ok(Settings {
            memory: self.memory.bytes(),
            depth: self.depth,
            arguments: strings.collect(),
            input,
            consoles: consoles.collect::<Result<_, _>>()?,
            disk: self.disk.as_ref().map(DiskArgument::open).transpose()?,
            machine: self.machine.machine,
        })
    }
}

/// Where a run was to be made by both machines, has the specification make it too, and says that they agree.
pub(super) fn compare_machines(session: &Session<'_>) -> Result<(), Failure> {
    if session.settings().machine == Which::Lockstep {
        let steps = lockstep::compare(session)?;
        let text = format!("the engine and the specification agree on all {steps} steps\n");
        anstream::stderr().write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Waits until the host has on its own disk what the program wrote to its disk, and warns if it could not write.
pub(super) fn settle_disk(session: &Session<'_>) -> Result<(), Failure> {
    if let Some(trouble) = session.settle_disk()? {
        writeln!(anstream::stderr(), "warning: {trouble}")?;
    }
    Ok(())
}
