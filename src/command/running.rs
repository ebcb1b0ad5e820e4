//! What the commands share that run a machine for its user: the options, the terminal, what is kept of the run and what is
//! said of its end.
//!
//! Invariant: standard output has what the program printed, or with `--json` one object, and nothing else.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use isa::machine::{End, Machine};

use super::console_argument::ConsoleArgument;
use super::program_options::{compare_machines, settle_disk};
use crate::failure::Failure;
use crate::places;
use crate::recording::Recording;
use crate::report::{CONSOLE_LIMIT, Report};
use crate::saved::SavedMachine;
use crate::session::{Ending, Session};
use crate::terminal::Terminal;
use crate::{dump, ending, fault, status};

#[derive(clap::Args)]
pub(super) struct RunOptions {
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
    /// Keep the machine in this file as it is after so many steps, for `nestor restore`, and go on.
    #[arg(long, num_args = 2, value_names = ["STEP", "FILE"])]
    save_at: Option<Vec<String>>,
    /// Print one JSON object instead of what the program prints.
    #[arg(long)]
    pub(super) json: bool,
}

impl RunOptions {
    /// What came of an attempt to run something, told in JSON where that is wanted.
    pub(super) fn told(&self, result: Result<u8, Failure>) -> Result<u8, Failure> {
        match result {
            Err(failure) if self.json && !failure.is_closed_pipe() => report(&failure),
            result => result,
        }
    }

    fn saving(&self) -> Result<Option<(u64, PathBuf)>, Failure> {
        let Some([step, file]) = self.save_at.as_deref() else {
            return Ok(None);
        };
        let step = places::number(step);
        let step = step.ok_or_else(|| {
            Failure::Usage("--save-at wants the number of a step, then a file".into())
        })?;
        Ok(Some((step, file.into())))
    }
}

/// The object for what went wrong.
pub(super) fn report(failure: &Failure) -> Result<u8, Failure> {
    io::stdout().write_all(Report::of_failure(failure).to_json().as_bytes())?;
    Ok(status::USAGE)
}

/// Runs a machine to its end, or for so many steps, and says how it ended. Gives the exit status.
pub(super) fn carry_out(
    session: &mut Session<'_>,
    consoles: &[ConsoleArgument],
    max_steps: Option<u64>,
    options: &RunOptions,
) -> Result<u8, Failure> {
    let saving = options.saving()?;
    let mut output = Output::new(options.json);
    let started = Instant::now();
    let mut terminal = Terminal::new(&mut output).map_err(Failure::Host)?;
    for console in consoles {
        console.connect(&mut terminal)?;
    }
    let end = max_steps.map(|steps| session.machine().steps().saturating_add(steps));
    let ran = match &saving {
        None => session.run_with(max_steps, &mut terminal),
        Some((step, path)) => run_and_save(session, (*step, path), end, &mut terminal),
    };
    drop(terminal);
    let taken = started.elapsed();
    // Also a run that the host's input or output broke off is worth keeping.
    if let Some(path) = &options.record {
        Recording::of(session)?.write(path)?;
    }
    let ending = ran?;
    settle_disk(session)?;
    compare_machines(session)?;

    let message = match &ending {
        // A host that gives up its guest ends by itself, and says what it likes.
        Ending::Ended(End::Power { status: 1.. }) => {
            let said = [
                ending::describe(session, &ending),
                fault::fallen_guest(session),
            ];
            Some(said.into_iter().flatten().collect::<String>()).filter(|said| !said.is_empty())
        }
        _ => ending::describe(session, &ending),
    };
    if options.json {
        let mut report = Report::of_run(session, &ending, &output.kept, message);
        if options.dump_state {
            report = report.with_registers(session.machine());
        }
        io::stdout().write_all(report.to_json().as_bytes())?;
    } else {
        output.end_line()?;
        let mut err = anstream::stderr();
        if let Some(message) = message {
            err.write_all(message.as_bytes())?;
        }
        if options.dump_state {
            let image = session.program().image();
            err.write_all(dump::registers(session.machine(), image).as_bytes())?;
        }
        if options.stats {
            err.write_all(stats(session.machine(), taken).as_bytes())?;
        }
    }
    Ok(status::of_ending(&ending))
}

/// Runs to a step, saves the machine, and goes on to the last step.
fn run_and_save(
    session: &mut Session<'_>,
    (step, path): (u64, &Path),
    end: Option<u64>,
    terminal: &mut Terminal<'_>,
) -> Result<Ending, Failure> {
    save_at(session, step, path, terminal)?;
    let left = end.map(|end| end.saturating_sub(step));
    session.run_with(left, terminal)
}

/// Runs to a step, and saves the machine as it is there.
///
/// # Errors
/// When the machine ends before, or was stopped, or is there already; or it cannot be saved.
pub(super) fn save_at(
    session: &mut Session<'_>,
    step: u64,
    path: &Path,
    terminal: &mut Terminal<'_>,
) -> Result<(), Failure> {
    let begun = session.machine().steps();
    let left = step.checked_sub(begun).ok_or_else(|| {
        Failure::Usage(format!(
            "nothing was saved: the machine begins at step {begun}, behind step {step}"
        ))
    })?;
    match session.run_with(Some(left), terminal)? {
        _ if session.machine().steps() == step => SavedMachine::of(session)?.write(path),
        ending => {
            let what = match ending {
                Ending::Ended(_) => "ended",
                Ending::Steps | Ending::Stopped => "was stopped",
            };
            let made = session.machine().steps();
            let mut message = format!(
                "nothing was saved: the program {what} after {made} steps, before step {step}"
            );
            if let Some(why) = ending::describe(session, &ending) {
                message.push_str(&format!("\n{}", why.trim_end()));
            }
            Err(Failure::Usage(message))
        }
    }
}

/// Where a program's output goes: to standard output as it comes, or into the report.
pub(super) struct Output {
    keeps: bool,
    pub(super) kept: Vec<u8>,
    /// Whether the last byte left the line open.
    open: bool,
}

impl Output {
    pub(super) fn new(keeps: bool) -> Output {
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
