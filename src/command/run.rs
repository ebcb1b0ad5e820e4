//! `nestor run`: assembles or loads a program, runs it, and says how it ended.

use super::program_options::ProgramOptions;
use super::running::{RunOptions, carry_out};
use crate::failure::Failure;
use crate::session::Session;

/// Run a program: sources, which are assembled in memory, or an image.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor run hello.s                       assemble and run
  nestor run main.s text.s -- one two      several sources, and two arguments for the program
  nestor run --input words.txt count       an image, with a file as its console's input
  nestor run --max-steps 1000 loop.s       at most so many steps, then status 124
  nestor run --record bug game.s           keep the run in the file `bug`, for `nestor replay bug`
  nestor run --save-at 5000 there game.s   keep the machine of step 5000, for `nestor restore there`
  nestor run --json hello.s                one object, whose keys `nestor explain json` lists

While the program reads a terminal, Ctrl-A x leaves, and Ctrl-A h shows all keys that are ours.
Ctrl-C stops the run, but goes to the program while it reads single keys.

The exit status is the program's own, 0 to 123, or one that `nestor explain status` lists.")]
pub(super) struct Arguments {
    #[command(flatten)]
    program: ProgramOptions,
    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    arguments.run.told(attempt(arguments))
}

fn attempt(arguments: &Arguments) -> Result<u8, Failure> {
    let options = &arguments.program;
    let program = match arguments.run.json {
        true => options.program()?,
        false => options.program_with_warnings()?,
    };
    let mut session = Session::boot(&program, options.settings()?)?;
    let (consoles, steps) = (&options.consoles, options.max_steps);
    carry_out(&mut session, consoles, steps, &arguments.run)
}
