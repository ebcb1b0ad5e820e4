//! `nestor save`: runs a program to a step, and keeps the machine as it is there.

use std::io::{self, Write};
use std::path::PathBuf;

use super::program_options::{ProgramOptions, settle_disk};
use super::running::save_at;
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal::Terminal;

/// Run a program to a step, and save the machine with all that is in it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor save game.s --at 5000 -o there        the machine after 5000 steps, in the file `there`
  nestor restore there                         the run goes on
  nestor save nested --at 90000 -o there       guests in guests are saved with the image that runs them

A saved machine is its registers, its memory with tags, labels and owners, its devices with the input that
is still to be read and the content of its disk, its clock, the guests that are live, and the program with
its sources. What it does when it goes on is what it would have done, step by step.

The exit status is 0 if the machine was saved, and 125 if not, as when the program ended before.")]
pub(super) struct Arguments {
    #[command(flatten)]
    program: ProgramOptions,
    /// Save the machine as it is after so many steps.
    #[arg(long, value_name = "STEP")]
    at: u64,
    /// The file to save it in.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let options = &arguments.program;
    let program = options.program_with_warnings()?;
    let mut session = Session::boot(&program, options.settings()?)?;
    let mut output = io::stdout();
    let mut terminal = Terminal::new(&mut output).map_err(Failure::Host)?;
    for console in &options.consoles {
        console.connect(&mut terminal)?;
    }
    let saved = save_at(&mut session, arguments.at, &arguments.output, &mut terminal);
    drop(terminal);
    saved?;
    settle_disk(&session)?;
    let (file, levels) = (arguments.output.display(), session.machine().levels());
    let depth = match levels {
        1 => String::new(),
        _ => format!(", {} levels deep", levels - 1),
    };
    let (step, state) = (arguments.at, session.machine().state_hash());
    writeln!(
        anstream::stderr(),
        "saved in {file}: step {step}{depth}, state {state}"
    )?;
    Ok(0)
}
