//! The kernels: what all engines run.
//!
//! Invariant: the order is the numbering of `kernels/start.c`, and the names are the procedures of
//! `kernels/kernels.c`.

use clap::ValueEnum;

/// A kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kernel {
    /// The 32nd number of Fibonacci, by recursion.
    Fib,
    /// The primes below a million, 3 times.
    Sieve,
    /// 64 KiB copied and added up byte by byte, 100 times.
    Copy,
    /// The product of two matrices of 64 by 64 words, 25 times.
    Matrix,
    /// A walk of a permuted list of 1024 nodes, 5000 times.
    List,
}

impl Kernel {
    pub(crate) const ALL: [Kernel; 5] = [
        Kernel::Fib,
        Kernel::Sieve,
        Kernel::Copy,
        Kernel::Matrix,
        Kernel::List,
    ];

    /// Its procedure in C, its file for Nestor, and its name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kernel::Fib => "fib",
            Kernel::Sieve => "sieve",
            Kernel::Copy => "copy",
            Kernel::Matrix => "matrix",
            Kernel::List => "list",
        }
    }

    /// Its program for Nestor, without `main`.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Kernel::Fib => include_str!("../kernels/nestor/fib.s"),
            Kernel::Sieve => include_str!("../kernels/nestor/sieve.s"),
            Kernel::Copy => include_str!("../kernels/nestor/copy.s"),
            Kernel::Matrix => include_str!("../kernels/nestor/matrix.s"),
            Kernel::List => include_str!("../kernels/nestor/list.s"),
        }
    }

    /// Its number in the RISC-V program.
    pub(crate) fn number(self) -> u64 {
        self as u64
    }

    /// How much it has to do, its argument, for one part in `parts` of the whole work.
    pub(crate) fn amount(self, parts: u32) -> u64 {
        let whole: u64 = match self {
            // The work grows by the golden ratio from one number to the next.
            Kernel::Fib => {
                let golden = (1.0 + f64::sqrt(5.0)) / 2.0;
                let less = f64::from(parts.max(1)).ln() / golden.ln();
                return 32 - (less.round() as u64).min(31);
            }
            Kernel::Sieve => 3,
            Kernel::Copy => 100,
            Kernel::Matrix => 25,
            Kernel::List => 5000,
        };
        (whole / u64::from(parts.max(1))).max(1)
    }
}
