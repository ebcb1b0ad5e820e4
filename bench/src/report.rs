//! What was measured, as text for `docs/performance.md` and for the terminal.

use crate::calls::Calls;
use crate::engine::{OURS, UNCHECKED};
use crate::kernel::Kernel;
use crate::measure::Measured;
use crate::spread::{Spread, geometric_mean};
use crate::table::Table;

/// What the geometric mean of the ratios to a peer is to be at most, where we aim at something.
fn goal(engine: &str) -> Option<f64> {
    match engine {
        UNCHECKED => Some(1.3),
        "wasmi-fuel" => Some(1.0),
        "ckb-asm" => Some(0.6),
        "pulley-fuel" => Some(0.4),
        _ => None,
    }
}

/// What the ratio of a call through a gate to a plain one is to be at most.
const GOAL_OF_GATE: f64 = 4.0;

/// The tables that this run allows: ratios if ours was among the engines, and times of all.
pub(crate) fn report(measured: &Measured, calls: Option<&Calls>) -> String {
    let mut parts = Vec::new();
    if measured.has_ours() {
        parts.extend(ratios(measured).map(|table| {
            format!("CPU time of ours over that of each peer; below 1 ours is faster.\n\n{table}")
        }));
        parts.push(format!("Ours, by itself.\n\n{}", steps(measured)));
    }
    if measured.engines.iter().any(|engine| *engine != OURS) {
        parts.push(format!(
            "Milliseconds of CPU time.\n\n{}",
            milliseconds(measured)
        ));
    }
    if let Some(calls) = calls {
        parts.push(format!(
            "A call and its return, in nanoseconds, and the one through a gate over the plain one; at most \
             {GOAL_OF_GATE} is the goal.\n\n{}",
            calls_table(calls)
        ));
    }
    parts.join("\n")
}

fn heads(measured: &Measured, first: &str) -> Vec<String> {
    let kernels = measured.kernels.iter().map(|kernel| kernel.name().into());
    std::iter::once(first.into()).chain(kernels).collect()
}

fn ratios(measured: &Measured) -> Option<String> {
    let peers: Vec<&str> = measured
        .engines
        .iter()
        .copied()
        .filter(|engine| *engine != OURS)
        .collect();
    if peers.is_empty() {
        return None;
    }
    let mut heads = heads(measured, "peer");
    heads.extend(["geometric mean".into(), "goal".into()]);
    let mut table = Table::new(heads);
    for peer in peers {
        let by_kernel: Vec<Vec<f64>> = measured
            .kernels
            .iter()
            .map(|kernel| ratios_of(measured, peer, *kernel))
            .collect();
        let rounds = by_kernel.iter().map(Vec::len).min().unwrap_or(0);
        let means = (0..rounds).map(|round| {
            let ratios: Vec<f64> = by_kernel.iter().map(|ratios| ratios[round]).collect();
            geometric_mean(&ratios)
        });
        let mut row = vec![peer.to_owned()];
        row.extend(
            by_kernel
                .iter()
                .map(|ratios| spread(ratios.iter().copied())),
        );
        row.push(spread(means));
        row.push(goal(peer).map_or(String::new(), |goal| format!("{goal:.1}")));
        table.row(row);
    }
    Some(table.text())
}

/// The ratios of ours to a peer, a round each.
fn ratios_of(measured: &Measured, peer: &str, kernel: Kernel) -> Vec<f64> {
    let (Some(ours), Some(theirs)) = (measured.times(OURS, kernel), measured.times(peer, kernel))
    else {
        return Vec::new();
    };
    let seconds = ours.rounds.iter().zip(&theirs.rounds);
    seconds
        .map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64())
        .collect()
}

fn steps(measured: &Measured) -> String {
    let mut table = Table::new(heads(measured, ""));
    let row = |name: &str, of: &dyn Fn(Kernel) -> Option<String>| {
        let cells = measured.kernels.iter().map(|kernel| of(*kernel));
        let cells = cells.map(Option::unwrap_or_default);
        std::iter::once(name.to_owned()).chain(cells).collect()
    };
    table.row(row("million steps", &|kernel| {
        let steps = measured.times(OURS, kernel)?.steps?;
        Some(format!("{:.1}", steps as f64 / 1e6))
    }));
    table.row(row("nanoseconds a step", &|kernel| {
        let times = measured.times(OURS, kernel)?;
        let steps = times.steps? as f64;
        let each = times
            .rounds
            .iter()
            .map(|time| time.as_nanos() as f64 / steps);
        Some(spread(each))
    }));
    table.text()
}

fn milliseconds(measured: &Measured) -> String {
    let mut table = Table::new(heads(measured, "engine"));
    for engine in &measured.engines {
        let cells = measured.kernels.iter().map(|kernel| {
            let times = measured.times(engine, *kernel);
            let rounds = times.into_iter().flat_map(|times| &times.rounds);
            spread(rounds.map(|time| time.as_secs_f64() * 1e3))
        });
        table.row(std::iter::once((*engine).to_owned()).chain(cells).collect());
    }
    table.text()
}

fn calls_table(calls: &Calls) -> String {
    let mut table = Table::new(["", "plain", "through a gate", "ratio"]);
    table.row(vec![
        "call and return".into(),
        calls.plain.to_string(),
        calls.gate.to_string(),
        calls.ratio.to_string(),
    ]);
    table.text()
}

fn spread(numbers: impl IntoIterator<Item = f64>) -> String {
    Spread::of(numbers).map_or(String::new(), |spread| spread.to_string())
}
