//! `nestor run`: assembles or loads a program, runs it, and says how it ended.
//!
//! Invariant: standard output has what the program printed, or with `--json` one object, and nothing else.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use isa::machine::Machine;

use super::program_options::{ProgramOptions, compare_machines, settle_disk};
use crate::failure::Failure;
use crate::recording::Recording;
use crate::report::{CONSOLE_LIMIT, Report};
use crate::session::Session;
use crate::terminal::Terminal;
use crate::{dump, ending, status};

/// Run a program: sources, which are assembled in memory, or an image.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor run hello.s                       assemble and run
  nestor run main.s text.s -- one two      several sources, and two arguments for the program
  nestor run --input words.txt count       an image, with a file as its console's input
  nestor run --max-steps 1000 loop.s       at most so many steps, then status 124
  nestor run --record bug game.s           keep the run in the file `bug`, for `nestor replay bug`
  nestor run --json hello.s                one object, whose keys `nestor explain json` lists

While the program reads a terminal, Ctrl-A x leaves, and Ctrl-A h shows all keys that are ours.
Ctrl-C stops the run, but goes to the program while it reads single keys.

The exit status is the program's own, 0 to 123, or one that `nestor explain status` lists.")]
pub(super) struct Arguments {
    #[command(flatten)]
    program: ProgramOptions,
    /// Say afterwards what the run took.
    #[arg(long)]
    stats: bool,
    /// Show the registers where the machine stopped.
    #[arg(long)]
    dump_state: bool,
    /// Keep the whole run in this file: the program, its input, all else that came from outside, and what it came to.
    /// `nestor replay` makes it again; to report a mistake, this one file is enough.
    #[arg(long, value_name = "FILE", visible_alias = "report")]
    record: Option<PathBuf>,
    /// Print one JSON object instead of what the program prints.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match attempt(arguments) {
        Err(failure) if arguments.json && !failure.is_closed_pipe() => report(&failure),
        result => result,
    }
}

/// The object for what went wrong.
pub(super) fn report(failure: &Failure) -> Result<u8, Failure> {
    io::stdout().write_all(Report::of_failure(failure).to_json().as_bytes())?;
    Ok(status::USAGE)
}

fn attempt(arguments: &Arguments) -> Result<u8, Failure> {
    let options = &arguments.program;
    let program = match arguments.json {
        true => options.program()?,
        false => options.program_with_warnings()?,
    };
    let mut session = Session::boot(&program, options.settings()?)?;

    let mut output = Output::new(arguments.json);
    let started = Instant::now();
    let mut terminal = Terminal::new(&mut output).map_err(Failure::Host)?;
    for console in &options.consoles {
        console.connect(&mut terminal)?;
    }
    let ran = session.run_with(options.max_steps, &mut terminal);
    drop(terminal);
    let taken = started.elapsed();
    // Also a run that the host's input or output broke off is worth keeping.
    if let Some(path) = &arguments.record {
        Recording::of(&session)?.write(path)?;
    }
    let ending = ran?;
    settle_disk(&session)?;
    compare_machines(&session)?;

    let message = ending::describe(&session, &ending);
    if arguments.json {
        let mut report = Report::of_run(&session, &ending, &output.kept, message);
        if arguments.dump_state {
            report = report.with_registers(session.machine());
        }
        io::stdout().write_all(report.to_json().as_bytes())?;
    } else {
        output.end_line()?;
        let mut err = anstream::stderr();
        if let Some(message) = message {
            err.write_all(message.as_bytes())?;
        }
        if arguments.dump_state {
            err.write_all(dump::registers(session.machine(), program.image()).as_bytes())?;
        }
        if arguments.stats {
            err.write_all(stats(session.machine(), taken).as_bytes())?;
        }
    }
    Ok(status::of_ending(&ending))
}

/// Where a program's output goes: to standard output as it comes, or into the report.
struct Output {
    keeps: bool,
    kept: Vec<u8>,
    /// Whether the last byte left the line open.
    open: bool,
}

impl Output {
    fn new(keeps: bool) -> Output {
        Output {
            keeps,
            kept: Vec::new(),
            open: false,
        }
    }

    /// On a terminal, what we say begins on a line of its own.
    fn end_line(&self) -> io::Result<()> {
        if self.open && io::stdout().is_terminal() && io::stderr().is_terminal() {
            writeln!(io::stderr())?;
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.keeps {
            let written = io::stdout().write(bytes)?;
            if let Some(last) = written.checked_sub(1).and_then(|last| bytes.get(last)) {
                self.open = *last != b'\n';
            }
            return Ok(written);
        }
        let room = CONSOLE_LIMIT.saturating_sub(self.kept.len());
        self.kept.extend(bytes.iter().take(room));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.keeps {
            Ok(())
        } else {
            io::stdout().flush()
        }
    }
}

fn stats(machine: &Machine, taken: Duration) -> String {
    let seconds = taken.as_secs_f64();
    let steps = machine.steps();
    let rate = if seconds > 0.0 {
        steps as f64 / seconds / 1e6
    } else {
        0.0
    };
    format!(
        "steps   {steps}\nmemory  {} bytes\nstate   {}\ntime    {seconds:.3} s, {rate:.1} million steps a second\n",
        machine.memory().size(),
        machine.state_hash(),
    )
}
