//! The command line: what is parsed here is dispatched to one file a subcommand.
//!
//! Invariant: whatever the user types, the program ends with a status of [`crate::status`] and never with a backtrace.

mod asm;
mod completions;
mod conformance;
mod console_argument;
mod debug;
mod dis;
mod disk_argument;
mod editors;
mod explain;
mod fuzz;
mod isa;
mod lesson;
mod link;
mod machine_option;
mod man;
mod nest;
mod program_options;
mod replay;
mod restore;
mod run;
mod running;
mod save;
mod selftest;
mod trace;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::failure::Failure;
use crate::status;

/// Printed by `nestor` alone: eight lines, of which four are commands that work on the spot.
const GREETING: &str = "\
Nestor is a tagged-architecture capability machine: each pointer knows which object it is for,
each access answers to bounds, rings and labels, and each fault explains itself. Try:

  nestor lesson 1              read the first lesson and see its program run
  nestor lesson 3              see what happens to a write one byte too far
  nestor isa ldc               one page of the manual: an instruction, or a table
  nestor explain bounds        what a trap or an error means, and how to fix it
`nestor help` lists all commands, `nestor help run` the options of one.
";

#[derive(Parser)]
#[command(
    name = "nestor",
    version,
    about = "A tagged-architecture capability machine: assemble, run and nest"
)]
#[command(
    after_help = "Exit statuses: `nestor explain status`. Colour is for terminals only; NO_COLOR turns it off."
)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Lesson(lesson::Arguments),
    Run(run::Arguments),
    Nest(nest::Arguments),
    Trace(trace::Arguments),
    Debug(debug::Arguments),
    Replay(replay::Arguments),
    Save(save::Arguments),
    Restore(restore::Arguments),
    Asm(asm::Arguments),
    Link(link::Arguments),
    Dis(dis::Arguments),
    Isa(isa::Arguments),
    Explain(explain::Arguments),
    Conformance(conformance::Arguments),
    Selftest(selftest::Arguments),
    Fuzz(fuzz::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    Editors(editors::Arguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    status::exit(run_line(std::env::args_os()))
}

/// Runs one command line, program name first, and gives the exit status.
fn run_line(words: impl IntoIterator<Item = OsString>) -> u8 {
    let words: Vec<OsString> = words.into_iter().collect();
    let line = match Line::try_parse_from(&words) {
        Ok(line) => line,
        Err(answer) => {
            if let Some(report) = json_report(&words).filter(|_| answer.use_stderr()) {
                let answer = answer.to_string();
                let answer = answer.strip_prefix("error: ").unwrap_or(&answer).trim_end();
                return finish(report(&Failure::Usage(answer.to_owned())));
            }
            if answer.use_stderr() {
                // With stderr closed there is nobody to tell.
                let _ = answer.print();
                return status::USAGE;
            }
            // Help and version are answers, and like all others they can fail to reach their reader.
            return finish(print_answer(&answer));
        }
    };
    finish(match line.command {
        None => greet(),
        Some(Command::Lesson(arguments)) => lesson::run(&arguments),
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Nest(arguments)) => nest::run(&arguments),
        Some(Command::Trace(arguments)) => trace::run(&arguments),
        Some(Command::Debug(arguments)) => debug::run(&arguments),
        Some(Command::Replay(arguments)) => replay::run(&arguments),
        Some(Command::Save(arguments)) => save::run(&arguments),
        Some(Command::Restore(arguments)) => restore::run(&arguments),
        Some(Command::Asm(arguments)) => asm::run(&arguments),
        Some(Command::Link(arguments)) => link::run(&arguments),
        Some(Command::Dis(arguments)) => dis::run(&arguments),
        Some(Command::Isa(arguments)) => isa::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Conformance(arguments)) => conformance::run(&arguments),
        Some(Command::Selftest(arguments)) => selftest::run(&arguments),
        Some(Command::Fuzz(arguments)) => fuzz::run(&arguments),
        Some(Command::Completions(arguments)) => completions::run(&arguments),
        Some(Command::Man(arguments)) => man::run(&arguments),
        Some(Command::Editors(arguments)) => editors::run(&arguments),
    })
}

/// Says in JSON what went wrong.
type Reporter = fn(&Failure) -> Result<u8, Failure>;

/// How to say in JSON what is wrong with these words, if they are those of a command that was to print nothing else.
fn json_report(words: &[OsString]) -> Option<Reporter> {
    let mut words = words.iter().skip(1);
    let report: Reporter = match words.next()?.to_str()? {
        "run" | "restore" => running::report,
        "trace" => trace::report,
        _ => return None,
    };
    words
        .take_while(|word| *word != "--")
        .any(|word| word == "--json")
        .then_some(report)
}

/// The exit status of a command, after what it failed of was told.
fn finish(result: Result<u8, Failure>) -> u8 {
    match result {
        Ok(code) => code,
        Err(failure) if failure.is_closed_pipe() => 0,
        Err(failure) => {
            report(&failure);
            status::USAGE
        }
    }
}

/// The whole help of the command line as clap holds it: for the tests of its texts.
pub fn definition() -> clap::Command {
    Line::command()
}

fn print_answer(answer: &clap::Error) -> Result<u8, Failure> {
    answer.print()?;
    std::io::stdout().flush()?;
    Ok(0)
}

fn greet() -> Result<u8, Failure> {
    anstream::stdout().write_all(GREETING.as_bytes())?;
    Ok(0)
}

/// One line on stderr, in the form that the assembler's diagnostics have.
fn report(failure: &Failure) {
    if let Failure::Source(_) = failure {
        // It is as many messages as there are mistakes, each with its own beginning.
        let _ = write!(anstream::stderr(), "{failure}");
        return;
    }
    let red = anstyle::AnsiColor::BrightRed.on_default().bold();
    // With stderr closed there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{red}error{red:#}: {failure}");
}

/// ` (did you mean 'x'?)` for the known name that is most like a wrong one, or nothing if none is like it.
pub(crate) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let wrong = wrong.to_ascii_lowercase();
    // Comparing takes time by the product of the lengths, and no name is longer.
    if wrong.len() > 32 {
        return String::new();
    }
    let likeness = |name: &str| strsim::damerau_levenshtein(&wrong, &name.to_ascii_lowercase());
    let closest = known.into_iter().map(|name| (likeness(name), name)).min();
    match closest {
        Some((distance, name)) if distance <= 1 + wrong.len() / 5 => {
            format!(" (did you mean '{name}'?)")
        }
        _ => String::new(),
    }
}
