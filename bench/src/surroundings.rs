//! What a measurement depends on besides the engines: the machine, and which versions were compared.

use std::fs;

use crate::engine::{OURS, WHAT};

/// The versions that were built are those of the lock file.
const LOCK: &str = include_str!("../Cargo.lock");

/// The command, the processor and the versions of the peers, in a paragraph.
pub(crate) fn describe(rounds: u32) -> String {
    let versions: Vec<String> = ["wasmi", "ckb-vm", "wasmtime"]
        .iter()
        .filter_map(|name| Some(format!("{name} {}", version(name)?)))
        .collect();
    format!(
        "`cargo peers -- --write --rounds {rounds}` on {}, with {}. `{OURS}` is {WHAT}.\n",
        processor(),
        versions.join(", ")
    )
}

/// The version of a crate in the lock file.
fn version(name: &str) -> Option<&'static str> {
    let entry = format!("name = \"{name}\"\nversion = \"");
    LOCK.split_once(&entry)?.1.split('"').next()
}

/// What the processor calls itself, where the system tells.
fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map(|(_, model)| model.trim().to_owned());
    model.unwrap_or_else(|| format!("a processor of the kind {}", std::env::consts::ARCH))
}
