//! The program `nestor`: everything is in the library, so that tests and other programs can call the same code.

use std::process::ExitCode;

fn main() -> ExitCode {
    nestor::command::main()
}
