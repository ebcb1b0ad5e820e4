//! What a call through a gate costs, in calls within a text: both without the loop around them, in one program.

use std::error::Error;
use std::time::Duration;

use crate::ours;
use crate::spread::Spread;

const SOURCE: &str = include_str!("../kernels/nestor/calls.s");

/// Calls of each kind in a round.
const CALLS: u64 = 1_000_000;

/// What `calls.s` does, by its second argument.
#[derive(Clone, Copy)]
enum Which {
    Loop = 0,
    Plain = 1,
    Gate = 2,
}

/// Call and return of each kind.
pub(crate) struct Calls {
    /// Nanoseconds of a call within the text, and its return.
    pub(crate) plain: Spread,
    /// Nanoseconds of a call to an inner ring, and its return.
    pub(crate) gate: Spread,
    /// The one over the other.
    pub(crate) ratio: Spread,
}

/// Measures so many rounds, each to do one part in `parts` of the whole.
pub(crate) fn measure(rounds: u32, parts: u32) -> Result<Calls, Box<dyn Error>> {
    let calls = (CALLS / u64::from(parts.max(1))).max(1000);
    let mut times = Vec::new();
    for _ in 0..rounds {
        let empty = time(calls, Which::Loop)?;
        let cost =
            |whole: Duration| whole.saturating_sub(empty).as_nanos().max(1) as f64 / calls as f64;
        let plain = cost(time(calls, Which::Plain)?);
        let gate = cost(time(calls, Which::Gate)?);
        times.push((plain, gate));
    }
    let spread = |of: fn(&(f64, f64)) -> f64| {
        Spread::of(times.iter().map(of)).ok_or("there is no round to measure")
    };
    Ok(Calls {
        plain: spread(|(plain, _)| *plain)?,
        gate: spread(|(_, gate)| *gate)?,
        ratio: spread(|(plain, gate)| gate / plain)?,
    })
}

fn time(calls: u64, which: Which) -> Result<Duration, Box<dyn Error>> {
    let run = ours::run("calls", SOURCE, &[calls, which as u64])?;
    if run.result != calls {
        return Err(format!("{} calls were made instead of {calls}", run.result).into());
    }
    Ok(run.time)
}
