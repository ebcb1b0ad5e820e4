//! Ours: the kernels in assembly, each in a machine with the start-up code, which counts among the steps.

use std::error::Error;

use assembler::{NoFiles, Source};
use isa::machine::{End, Stop};
use nestor::{Program, Session, Settings};

use super::{Engine, Run, timed};
use crate::kernel::Kernel;

/// What ours is called.
pub(crate) const OURS: &str = "nestor";

/// What ours is.
pub(crate) const WHAT: &str = "the fast engine";

/// What begins every program: it makes numbers of the arguments.
const MAIN: &str = include_str!("../../kernels/nestor/main.s");

/// The memory of a machine, in bytes.
const MEMORY: u64 = 4 << 20;

pub(crate) struct Nestor;

impl Engine for Nestor {
    fn name(&self) -> &'static str {
        OURS
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        run(kernel.name(), kernel.source(), &[amount])
    }
}

/// Assembles a program, and runs it with these arguments to its end.
pub(crate) fn run(name: &str, source: &str, arguments: &[u64]) -> Result<Run, Box<dyn Error>> {
    let sources = vec![
        Source::new("main.s", MAIN),
        Source::new(format!("{name}.s"), source),
    ];
    let program = Program::assemble(sources, false, &mut NoFiles)?;
    let settings = Settings {
        memory: MEMORY,
        arguments: arguments
            .iter()
            .map(|argument| argument.to_string().into_bytes())
            .collect(),
        ..Settings::default()
    };
    let machine = Session::boot(&program, settings)?.into_machine();
    let mut engine = vm::Engine::new(machine);
    let (stop, time) = timed(|| engine.run(u64::MAX));
    match stop {
        Stop::Ended(End::Power { status }) => Ok(Run {
            result: status,
            time,
            steps: Some(engine.machine().clock()),
        }),
        stop => Err(format!("the program ended by {stop:?}").into()),
    }
}
