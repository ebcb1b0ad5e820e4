//! A kernel in our machine: assembled with what begins every program, started up, and timed from where its own ring begins.

use std::error::Error;
use std::time::Duration;

use assembler::{NoFiles, Source};
use cpu_time::ThreadTime;
use isa::abi::PROGRAM_RING;
use isa::machine::{End, Stop};
use nestor::{Program, Session, Settings};
use vm::Engine;

/// What begins every program: it makes numbers of the arguments.
const MAIN: &str = include_str!("../kernels/nestor/main.s");

/// The memory of a machine, in bytes.
const MEMORY: u64 = 4 << 20;

/// The most steps of the start-up code.
const START_UP: u64 = 100_000;

/// A run.
pub(crate) struct Ran {
    /// The status that the program ended with.
    pub(crate) result: u64,
    /// The CPU time of this thread that it took.
    pub(crate) time: Duration,
    /// The steps that it took.
    pub(crate) steps: u64,
}

/// Assembles a program, and runs it with these arguments to its end. The specification starts it up, because that changes
/// maps, which an engine without checks does not notice.
pub(crate) fn run(name: &str, source: &str, arguments: &[u64]) -> Result<Ran, Box<dyn Error>> {
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
    let mut machine = Session::boot(&program, settings)?.into_machine();
    while machine.pc().ring() != PROGRAM_RING {
        if machine.clock() == START_UP {
            return Err("the start-up code did not come to its end".into());
        }
        machine
            .step()
            .map_err(|stop| format!("the start-up code ended by {stop:?}"))?;
    }
    let mut engine = Engine::new(machine);
    let before = engine.machine().clock();
    let start = ThreadTime::now();
    let stop = engine.run(u64::MAX);
    let time = start.elapsed();
    match stop {
        Stop::Ended(End::Power { status }) => Ok(Ran {
            result: status,
            time,
            steps: engine.machine().clock() - before,
        }),
        stop => Err(format!("the program ended by {stop:?}").into()),
    }
}
