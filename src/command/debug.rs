//! `nestor debug`: a monitor in which a run goes forward and back.

use std::io::{self, BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::program_options::ProgramOptions;
use crate::debug::{Debugger, Editor, Reply};
use crate::disk::Disk;
use crate::failure::Failure;
use crate::files;
use crate::session::{Session, Settings};

/// The exit status if a command failed.
const FAILED: u8 = 1;
/// The most bytes of a file of commands.
const COMMANDS_LIMIT: usize = 1 << 20;

/// Look at a run from the inside, step by step, forward and back.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor debug sum.s                       the monitor: `help` lists its commands, Enter repeats one
  nestor debug --commands look sum.s       carry out the commands in the file `look`, and show each
  nestor debug nested                      guests in guests: `levels`, `level 2`, `map main`
  nestor debug there                       a saved machine, from the step on at which it was saved

A session that begins at a fault and ends at its cause:
  (nestor) continue                        run to the fault
  (nestor) why                             its account: c3 is too short
  (nestor) watch c3
  (nestor) reverse-continue                the instruction that narrowed c3

To go back is to restore a machine that was saved on the way, and to run forward to the step before.
What the program writes to its disk stays in here, so that nothing has to be undone there.

The file of a saved machine, made by `nestor save`, `nestor run --save-at` or `save` in here, can
stand in the place of a program. What came before it was saved is not in it, so that is as far as
one can go back.

With --commands or without a terminal, the exit status is 1 if a command failed, and else 0.")]
#[command(mut_arg("max_steps", |option| option.hide(true)))]
#[command(mut_arg("machine", |option| option.help("What makes the steps: `fast`, or `spec`, the specification itself, which takes a hundred times as long")))]
pub(super) struct Arguments {
    #[command(flatten)]
    program: ProgramOptions,
    /// Carry out the commands in this file, and show each before what comes of it.
    #[arg(long, value_name = "FILE")]
    commands: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let options = &arguments.program;
    options.is_for_the_monitor()?;
    if let Some(saved) = options.saved_machine()? {
        let settings = options.settings_of_saved(saved.settings())?;
        return look(arguments, saved.resume(settings)?);
    }
    let program = options.program_with_warnings()?;
    let settings = options.settings_without_standard_input()?;
    let settings = Settings {
        disk: settings.disk.map(Disk::without_file),
        ..settings
    };
    look(arguments, Session::boot(&program, settings)?)
}

fn look(arguments: &Arguments, session: Session<'_>) -> Result<u8, Failure> {
    let mut debugger = Debugger::new(session);
    let mut out = anstream::stdout();
    match &arguments.commands {
        Some(path) => scripted(&mut debugger, &lines(path)?, &mut out),
        None if io::stdin().is_terminal() => interactive(&mut debugger, &mut out),
        None => {
            let lines = io::stdin().lock().lines().collect::<io::Result<Vec<_>>>();
            scripted(&mut debugger, &lines.map_err(Failure::Input)?, &mut out)
        }
    }
}

fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = files::read(path, COMMANDS_LIMIT)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().map(str::to_owned).collect())
}

/// Carries out lines, each shown behind a prompt. Failures are told and the rest is carried out.
fn scripted(
    debugger: &mut Debugger<'_>,
    lines: &[String],
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let mut status = 0;
    debugger.begin(out)?;
    for line in lines {
        writeln!(out, "(nestor) {line}")?;
        match debugger.execute(line, out) {
            Ok(Reply::Next) => {}
            Ok(Reply::Quit) => break,
            Err(failure @ Failure::Output(_)) => return Err(failure),
            Err(failure) => {
                writeln!(out, "error: {failure}")?;
                status = FAILED;
            }
        }
    }
    Ok(status)
}

fn interactive(debugger: &mut Debugger<'_>, out: &mut dyn Write) -> Result<u8, Failure> {
    let interruption = debugger.interruption();
    signal_hook::flag::register(signal_hook::consts::SIGINT, interruption.clone())
        .map_err(Failure::Host)?;
    let mut editor = Editor::new()?;
    debugger.begin(out)?;
    loop {
        // Ctrl-C is a key from here on, until the line is there.
        interruption.store(false, Ordering::Relaxed);
        let Some(line) = editor.line(debugger)? else {
            break;
        };
        match debugger.execute(&line, out) {
            Ok(Reply::Next) => {}
            Ok(Reply::Quit) => break,
            Err(failure @ Failure::Output(_)) => return Err(failure),
            Err(failure) => writeln!(out, "error: {failure}")?,
        }
        out.flush()?;
    }
    Ok(0)
}
