//! Ours.

use std::error::Error;

use super::{Engine, Run};
use crate::kernel::Kernel;
use crate::ours;

/// What ours is called.
pub(crate) const OURS: &str = "nestor";

/// What ours is.
pub(crate) const WHAT: &str = "the fast engine";

pub(crate) struct Nestor;

impl Engine for Nestor {
    fn name(&self) -> &'static str {
        OURS
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let ours::Ran {
            result,
            time,
            steps,
        } = ours::run(kernel.name(), kernel.source(), &[amount])?;
        Ok(Run {
            result,
            time,
            steps: Some(steps),
        })
    }
}
