//! Which rows of a law are gone through, and how many that were.
//!
//! The choice depends on nothing but `NESTOR_ROWS`, so that two runs are the same run.

use std::io::Write;
use std::ops::Range;

/// Is every row to be gone through?
fn all() -> bool {
    match std::env::var_os("NESTOR_ROWS") {
        None => false,
        Some(value) => {
            assert!(value == "all", "NESTOR_ROWS is `all` or absent");
            true
        }
    }
}

/// The rows of a law that is stated for `count` rows: all of them in the full run, else every `step`-th.
pub(crate) struct Rows {
    law: &'static str,
    count: u64,
    step: u64,
}

impl Rows {
    pub(crate) fn new(law: &'static str, count: u64, step: u64) -> Rows {
        let step = if all() { 1 } else { step };
        Rows { law, count, step }
    }

    /// Holds the law against its rows, in two halves at once, and says how many they were.
    pub(crate) fn hold(&self, row: impl Fn(u64) + Sync) {
        let steps = self.count.div_ceil(self.step);
        let half = |steps: Range<u64>| steps.for_each(|number| row(number * self.step));
        std::thread::scope(|scope| {
            scope.spawn(|| half(0..steps / 2));
            half(steps / 2..steps);
        });
        report(self.law, steps, self.count);
    }
}

/// How many random rows a law is held against: `full` in the full run, else one in twenty of them.
pub(crate) fn random(law: &'static str, full: u64) -> impl Iterator<Item = Dice> {
    let count = if all() { full } else { full / 20 };
    report(law, count, full);
    (0..count).map(Dice::new)
}

/// Writes past the harness, which keeps what a test prints to itself.
fn report(law: &str, rows: u64, of: u64) {
    let line = format!("second: {law}: {} of {} rows\n", grouped(rows), grouped(of));
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("a line on stderr");
}

/// The number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Takes a number apart into digits of different bases: each call gives a digit below `base`.
pub(crate) struct Digits(pub(crate) u64);

impl Digits {
    pub(crate) fn next(&mut self, base: u64) -> u64 {
        let digit = self.0 % base;
        self.0 /= base;
        digit
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.next(2) == 1
    }
}

/// Numbers that look random and are the same each time: the generator is SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of this row. The rows' sequences have nothing in common.
    pub(crate) fn new(row: u64) -> Dice {
        Dice(row.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// A number that is often near one where something changes: one of `edges` and up to 2 more or less, or any word.
    pub(crate) fn near(&mut self, edges: &[u64]) -> u64 {
        if self.once_in(16) {
            return self.word();
        }
        self.pick(edges).wrapping_add(self.below(5)).wrapping_sub(2)
    }
}
