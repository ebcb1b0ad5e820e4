//! One interleaved run: round by round, kernel by kernel, each engine after the other.
//!
//! Invariant: a run with another result than native code has is an error and never a time.

use std::error::Error;
use std::time::Duration;

use thiserror::Error;

use crate::engine::{Engine, OURS};
use crate::kernel::Kernel;

/// What went wrong in a run.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// An engine did not run a kernel to its end.
    #[error("{engine} could not run {kernel}: {source}", kernel = kernel.name())]
    Engine {
        engine: &'static str,
        kernel: Kernel,
        source: Box<dyn Error>,
    },
    /// An engine gave another result.
    #[error("{engine} computed {found} in {kernel}, and native code {expected}", kernel = kernel.name())]
    Result {
        engine: &'static str,
        kernel: Kernel,
        expected: u64,
        found: u64,
    },
}

/// The times of one engine with one kernel, a round each.
pub(crate) struct Times {
    pub(crate) engine: &'static str,
    pub(crate) kernel: Kernel,
    pub(crate) rounds: Vec<Duration>,
    /// The steps of one run, where the engine is ours.
    pub(crate) steps: Option<u64>,
}

/// All that was measured.
pub(crate) struct Measured {
    pub(crate) kernels: Vec<Kernel>,
    pub(crate) engines: Vec<&'static str>,
    times: Vec<Times>,
}

impl Measured {
    /// The times of an engine with a kernel.
    pub(crate) fn times(&self, engine: &str, kernel: Kernel) -> Option<&Times> {
        self.times
            .iter()
            .find(|times| times.engine == engine && times.kernel == kernel)
    }

    /// Whether ours was among the engines.
    pub(crate) fn has_ours(&self) -> bool {
        self.engines.contains(&OURS)
    }
}

/// Runs each kernel in each engine, so many rounds, each to do one part in `parts` of the whole work.
pub(crate) fn measure(
    engines: &mut [Box<dyn Engine>],
    kernels: &[Kernel],
    rounds: u32,
    parts: u32,
    mut progress: impl FnMut(u32, Kernel, &str),
) -> Result<Measured, Failure> {
    let mut native = crate::engine::native();
    let mut times: Vec<Times> = Vec::new();
    for kernel in kernels {
        times.extend(engines.iter().map(|engine| Times {
            engine: engine.name(),
            kernel: *kernel,
            rounds: Vec::new(),
            steps: None,
        }));
    }
    for round in 1..=rounds {
        let mut places = times.iter_mut();
        for kernel in kernels {
            let amount = kernel.amount(parts);
            let expected = run(native.as_mut(), *kernel, amount)?.result;
            for engine in engines.iter_mut() {
                progress(round, *kernel, engine.name());
                let run = run(engine.as_mut(), *kernel, amount)?;
                if run.result != expected {
                    return Err(Failure::Result {
                        engine: engine.name(),
                        kernel: *kernel,
                        expected,
                        found: run.result,
                    });
                }
                if let Some(place) = places.next() {
                    place.rounds.push(run.time);
                    place.steps = run.steps;
                }
            }
        }
    }
    Ok(Measured {
        kernels: kernels.to_vec(),
        engines: engines.iter().map(|engine| engine.name()).collect(),
        times,
    })
}

fn run(
    engine: &mut dyn Engine,
    kernel: Kernel,
    amount: u64,
) -> Result<crate::engine::Run, Failure> {
    engine
        .run(kernel, amount)
        .map_err(|source| Failure::Engine {
            engine: engine.name(),
            kernel,
            source,
        })
}
