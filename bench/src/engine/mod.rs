//! The engines: each runs a kernel once, in an instance of its own, and says how long that took.
//!
//! Invariant: what is timed is the run alone. Reading, checking and translating a program, and making the memory, come
//! before.

mod ckb;
mod native;
pub(crate) mod nestor;
mod pulley;
mod unchecked;
mod wasmi;

use std::error::Error;
use std::time::Duration;

use cpu_time::ThreadTime;

use self::nestor::Nestor;
pub(crate) use self::nestor::{OURS, WHAT};
pub(crate) use self::unchecked::UNCHECKED;
use crate::kernel::Kernel;

/// The kernels for engines that run WebAssembly.
const WASM: &[u8] = include_bytes!("../../kernels/kernels.wasm");

/// A run of a kernel.
pub(crate) struct Run {
    /// What the kernel returned.
    pub(crate) result: u64,
    /// The CPU time that it took.
    pub(crate) time: Duration,
    /// The steps that it took, where the engine is ours.
    pub(crate) steps: Option<u64>,
}

/// Something that runs kernels.
pub(crate) trait Engine {
    /// What it is called in tables and options.
    fn name(&self) -> &'static str;

    /// Runs a kernel that is to do so much.
    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>>;
}

/// All engines, ours first.
pub(crate) fn all() -> Result<Vec<Box<dyn Engine>>, Box<dyn Error>> {
    Ok(vec![
        Box::new(Nestor),
        Box::<unchecked::Unchecked>::default(),
        Box::new(wasmi::Wasmi::with_fuel()?),
        Box::new(wasmi::Wasmi::without_fuel()?),
        Box::new(ckb::Assembly),
        Box::new(ckb::Rust),
        Box::new(pulley::Pulley::with_fuel()?),
        Box::new(pulley::Pulley::without_fuel()?),
        native(),
    ])
}

/// The kernels as native code.
pub(crate) fn native() -> Box<dyn Engine> {
    Box::new(native::Native)
}

/// The CPU time of this thread that a run takes.
fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = ThreadTime::now();
    let value = run();
    (value, start.elapsed())
}
