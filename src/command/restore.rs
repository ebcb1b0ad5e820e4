//! `nestor restore`: goes on with a saved machine, as `nestor run` would have.

use std::path::{Path, PathBuf};

use super::console_argument::ConsoleArgument;
use super::machine_option::MachineOption;
use super::running::{RunOptions, carry_out};
use crate::failure::Failure;
use crate::files::{self, INPUT_LIMIT};
use crate::runner::Which;
use crate::saved::SavedMachine;
use crate::session::Settings;

/// Go on with a saved machine.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor save game.s --at 5000 -o there    save the machine after 5000 steps
  nestor restore there                     go on, as `nestor run game.s` would have
  nestor restore --max-steps 100 --dump-state there
  nestor restore --record bug there        keep the run from there on, for `nestor replay bug`

Input that was known when the machine was saved is in the file, and so is what was on its disk;
what the program writes there from now on stays in the machine. Memory and depth are those of the
saved machine.

The exit status is the program's own, 0 to 123, or one that `nestor explain status` lists.")]
pub(super) struct Arguments {
    /// A saved machine, made by `nestor save` or `nestor run --save-at`.
    file: PathBuf,
    /// What the program's console reads from now on, instead of standard input.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Stop after so many more steps.
    #[arg(long, value_name = "N")]
    max_steps: Option<u64>,
    /// Where a further console of the machine leads, as for `nestor run`.
    #[arg(long = "console", value_name = "N=WHERE")]
    consoles: Vec<ConsoleArgument>,
    #[command(flatten)]
    machine: MachineOption,
    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    arguments.run.told(attempt(arguments))
}

fn attempt(arguments: &Arguments) -> Result<u8, Failure> {
    let saved = SavedMachine::read(&arguments.file)?;
    let settings = arguments.settings(saved.settings())?;
    let mut session = saved.resume(settings)?;
    let (consoles, steps) = (&arguments.consoles, arguments.max_steps);
    carry_out(&mut session, consoles, steps, &arguments.run)
}

impl Arguments {
    /// What the machine is given besides what it has.
    fn settings(&self, saved: &Settings) -> Result<Settings, Failure> {
        let (input, consoles) = (self.input.as_deref(), &self.consoles);
        let settings = settings(saved, self.machine.machine, input, consoles)?;
        let input = match settings.input {
            Some(input) => Some(input),
            None => files::regular_input()?,
        };
        Ok(Settings { input, ..settings })
    }
}

/// What a saved machine is given besides what it has, where standard input is none of the program's.
pub(super) fn settings(
    saved: &Settings,
    machine: Which,
    input: Option<&Path>,
    consoles: &[ConsoleArgument],
) -> Result<Settings, Failure> {
    let mut settings = saved.clone();
    settings.machine = machine;
    if let Some(path) = input {
        if saved.input.is_some() {
            let message = "the saved machine has all of its input: it was known when the run began";
            return Err(Failure::Usage(message.to_owned()));
        }
        settings.input = Some(files::read(path, INPUT_LIMIT)?);
    }
    for console in consoles {
        let (slot, input) = console.setting()?;
        let there = settings.consoles.get_mut(&slot).ok_or_else(|| {
            Failure::Usage(format!(
                "the saved machine has no console {}",
                console.number()
            ))
        })?;
        *there = input;
    }
    Ok(settings)
}
