//! The kernels as the host's compiler makes them from the same source: what every other result is compared with.

use std::error::Error;

use super::{Engine, Run, timed};
use crate::kernel::Kernel;

/// What it is called.
const NAME: &str = "native";

// The only code here that is not checked: five procedures that take and return a number and that one thread calls.
#[allow(unsafe_code)]
mod compiled {
    unsafe extern "C" {
        pub(super) safe fn fib(amount: u64) -> u64;
        pub(super) safe fn sieve(amount: u64) -> u64;
        pub(super) safe fn copy(amount: u64) -> u64;
        pub(super) safe fn matrix(amount: u64) -> u64;
        pub(super) safe fn list(amount: u64) -> u64;
    }
}

pub(super) struct Native;

impl Engine for Native {
    fn name(&self) -> &'static str {
        NAME
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let procedure = match kernel {
            Kernel::Fib => compiled::fib,
            Kernel::Sieve => compiled::sieve,
            Kernel::Copy => compiled::copy,
            Kernel::Matrix => compiled::matrix,
            Kernel::List => compiled::list,
        };
        let (result, time) = timed(|| procedure(amount));
        Ok(Run {
            result,
            time,
            steps: None,
        })
    }
}
