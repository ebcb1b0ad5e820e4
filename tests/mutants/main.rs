//! Mutants of the machine: the sources with one mistake in them, and the tests that notice.
//!
//! A test that passes shows nothing unless it would fail were the code wrong. So this makes the code wrong, one
//! replacement of text after another in a copy of the sources, and looks at what fails.
//!
//! ```text
//! cargo test --test mutants                 # the chosen ones, each against its law of the second statements
//! cargo test --test mutants -- ring         # those whose name or file contains this
//! cargo test --test mutants -- --matrix     # all of both lists, each against every file of the conformance suite
//! ```
//!
//! Invariant: the sources themselves are never changed. The copy, with a target folder of its own, is in
//! `target/tmp/mutants`; it stays, so that the next run builds only what changed.

mod list;
mod matrix;
mod scratch;

use std::process::ExitCode;
use std::time::Instant;

use list::Mutant;
use scratch::{Said, Scratch};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [] => chosen(""),
        [filter] if !filter.starts_with('-') => chosen(filter),
        [matrix] if matrix == "--matrix" => matrix::whole(),
        [matrix, filter] if matrix == "--matrix" => matrix::part(filter),
        _ => Err("usage: cargo test --test mutants -- [--matrix] [PART OF A NAME OR FILE]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("mutants: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Tries the chosen mutants, and says of each whether its law kills it. True if all are killed.
fn chosen(filter: &str) -> Result<bool, String> {
    let start = Instant::now();
    let all = list::read(list::CHOSEN)?;
    let mutants: Vec<&Mutant> = all
        .iter()
        .filter(|mutant| mutant.is_meant_by(filter))
        .collect();
    let laws: Vec<&str> = mutants
        .iter()
        .map(|mutant| mutant.law().ok_or(format!("'{}' has no law", mutant.name)))
        .collect::<Result<_, _>>()?;
    if mutants.is_empty() {
        return Err(format!("no mutant is meant by '{filter}'"));
    }
    let scratch = Scratch::new()?;
    println!("the code as it is");
    match scratch.laws(&laws)? {
        Said::Passed => println!("  every law that is asked below holds"),
        Said::Failed => return Err("a law fails without any mutant".into()),
        Said::DoesNotBuild(output) => return Err(format!("the sources do not build\n{output}")),
    }
    let mut survivors = 0;
    for (number, (mutant, law)) in mutants.iter().zip(laws).enumerate() {
        println!("{:>2}. {}", number + 1, mutant.name);
        let said = scratch.with(mutant, || scratch.laws(&[law]))?;
        match said {
            Said::Failed => println!("    killed by {law}"),
            Said::Passed => {
                survivors += 1;
                println!("    SURVIVED {law}, in {}", mutant.file);
            }
            Said::DoesNotBuild(output) => {
                return Err(format!(
                    "the list is stale: '{}' does not build\n{output}",
                    mutant.name
                ));
            }
        }
    }
    println!(
        "{} mutants: {} killed, {survivors} survived; {} s",
        mutants.len(),
        mutants.len() - survivors,
        start.elapsed().as_secs()
    );
    Ok(survivors == 0)
}
