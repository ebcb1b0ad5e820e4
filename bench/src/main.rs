//! Nestor's benchmark: the same kernels in our machine and in other interpreters, in one interleaved run.
//!
//! `cargo peers` from the top folder of the repository runs it; `cargo peers -- --help` says what else it does.

mod calls;
mod document;
mod engine;
mod kernel;
mod measure;
mod ours;
mod report;
mod spread;
mod surroundings;
mod table;

use std::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::engine::OURS;
use crate::kernel::Kernel;

/// Runs the same kernels in Nestor and in its peers, and prints ratios of CPU time.
#[derive(Debug, Parser)]
#[command(
    name = "peers",
    bin_name = "cargo peers --",
    after_help = "Examples:\n  \
        cargo peers                                         everything, in a few minutes\n  \
        cargo peers -- --only nestor --kernel sieve         ours alone, for a profiler\n  \
        cargo peers -- --only nestor,wasmi-fuel --rounds 9  two engines\n  \
        cargo peers -- --write                              also into docs/performance.md"
)]
struct Arguments {
    /// Only these engines, by their names in the tables, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "ENGINE")]
    only: Vec<String>,
    /// Only these kernels.
    #[arg(long = "kernel", value_delimiter = ',', value_name = "KERNEL")]
    kernels: Vec<Kernel>,
    /// How often everything runs; the tables have the median, the least and the greatest.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Do one part in so many of the work, in every engine. What is measured then is less certain.
    #[arg(long, default_value_t = 1, value_name = "PARTS", value_parser = clap::value_parser!(u32).range(1..))]
    less: u32,
    /// Write the tables into docs/performance.md; the run must be of all engines and kernels.
    #[arg(long, conflicts_with_all = ["only", "kernels", "less"])]
    write: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut engines = engine::all()?;
    let known: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    if let Some(unknown) = arguments
        .only
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        return Err(format!(
            "no engine is called `{unknown}`; there are {}",
            known.join(", ")
        )
        .into());
    }
    engines.retain(|engine| {
        arguments.only.is_empty() || arguments.only.iter().any(|name| name == engine.name())
    });
    let kernels = match arguments.kernels.as_slice() {
        [] => Kernel::ALL.to_vec(),
        some => some.to_vec(),
    };
    let measured = measure::measure(
        &mut engines,
        &kernels,
        arguments.rounds,
        arguments.less,
        |round, kernel, engine| {
            show(&format!(
                "round {round} of {}: {} in {engine}",
                arguments.rounds,
                kernel.name()
            ));
        },
    )?;
    let calls = match measured.has_ours() && arguments.kernels.is_empty() {
        true => {
            show(&format!("calls in {OURS}"));
            Some(calls::measure(arguments.rounds, arguments.less)?)
        }
        false => None,
    };
    show("");
    let text = report::report(&measured, calls.as_ref());
    print!("{text}");
    if arguments.less > 1 {
        println!(
            "\nEach kernel did one part in {} of its work.",
            arguments.less
        );
    }
    if arguments.write {
        let about = surroundings::describe(arguments.rounds);
        document::write(&document::path(), &format!("{about}\n{text}"))?;
    }
    Ok(())
}

/// Shows on a terminal what goes on, in place of what was shown before.
fn show(what: &str) {
    let mut terminal = std::io::stderr();
    if terminal.is_terminal() {
        // Nothing is lost if this fails.
        let _ = write!(terminal, "\r\x1b[K{what}").and_then(|()| terminal.flush());
    }
}
