//! Runs the kernel whose source is its input in an engine whose loads and stores are not checked, and prints the result, the
//! nanoseconds of CPU time and the steps. `cargo peers` builds and runs it.

#[path = "../../src/ours.rs"]
mod ours;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

/// Runs a kernel, given as assembly, without checks.
#[derive(Parser)]
struct Arguments {
    /// The kernel's name.
    name: String,
    /// How much it is to do.
    amount: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(ran) => {
            println!("{} {} {}", ran.result, ran.time.as_nanos(), ran.steps);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ours::Ran, Box<dyn Error>> {
    let source = std::io::read_to_string(std::io::stdin())?;
    ours::run(&arguments.name, &source, &[arguments.amount])
}
