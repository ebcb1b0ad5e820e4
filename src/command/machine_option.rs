//! The option that chooses what makes the steps, for every command that has it.

use crate::runner::Which;

#[derive(clap::Args)]
pub(super) struct MachineOption {
    /// What makes the steps: `fast`, or `spec`, the specification itself, which takes a hundred times as long, or
    /// `lockstep`: both, and an error if they do not agree
    #[arg(
        long,
        value_name = "WHICH",
        default_value = "fast",
        hide_possible_values = true
    )]
    pub(super) machine: Which,
}
