//! Ours without its checks of loads and stores. It is a program of its own, because a program has an engine only once; it is
//! built where the first kernel is run.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Engine, Run};
use crate::kernel::Kernel;

/// The folder of the program's sources.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/unchecked");

/// What it is called.
pub(crate) const UNCHECKED: &str = "nestor-unchecked";

/// Runs a program for each kernel, once it is built.
#[derive(Default)]
pub(crate) struct Unchecked {
    program: Option<PathBuf>,
}

impl Unchecked {
    fn program(&mut self) -> Result<PathBuf, Box<dyn Error>> {
        if let Some(program) = &self.program {
            return Ok(program.clone());
        }
        let folder = Path::new(FOLDER);
        let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--release", "--quiet", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(folder.join("target"))
            .status()?;
        if !built.success() {
            return Err("it could not be built".into());
        }
        let program = folder.join("target/release/unchecked");
        Ok(self.program.insert(program).clone())
    }
}

impl Engine for Unchecked {
    fn name(&self) -> &'static str {
        UNCHECKED
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let mut child = Command::new(self.program()?)
            .args([kernel.name(), &amount.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(kernel.source().as_bytes())?;
        }
        let ran = child.wait_with_output()?;
        if !ran.status.success() {
            return Err(format!("it ended with {}", ran.status).into());
        }
        let printed = String::from_utf8(ran.stdout)?;
        let numbers: Vec<u64> = printed
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [result, nanoseconds, steps] = numbers[..] else {
            return Err(format!("it printed {printed:?}").into());
        };
        Ok(Run {
            result,
            time: Duration::from_nanos(nanoseconds),
            steps: Some(steps),
        })
    }
}
