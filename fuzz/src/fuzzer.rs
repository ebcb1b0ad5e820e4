//! One case after another, each compared in its own manner.
//!
//! Invariant: a case follows from the seed and its number alone.

use fastrand::Rng;

use crate::author;
use crate::case::{Attach, Case};
use crate::chance::{choose, interesting};
use crate::compare::{Difference, Make, Manner, compare};
use crate::coverage::Coverage;
use crate::shrink::shrink;

/// How many places the caches have.
const PLACES: [usize; 3] = [1, 2, 4096];

/// The steps of cases that are compared step by step, and of those that are compared in pieces.
const SHORT: u64 = 2500;
const LONG: u64 = 9000;

/// A case that shows a difference.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its number.
    pub number: u64,
    /// The smallest case that was found.
    pub case: Case,
    /// What it shows.
    pub difference: Difference,
}

/// Cases of a seed.
pub struct Fuzzer<'a> {
    seed: u64,
    attach: Attach,
    make: Make<'a>,
    /// The number of the next case.
    pub number: u64,
    /// The steps that were compared.
    pub steps: u64,
    /// What the specification reached.
    pub coverage: Coverage,
}

impl<'a> Fuzzer<'a> {
    /// The cases of this seed, from this number on, in machines with these devices.
    pub fn new(seed: u64, number: u64, attach: Attach, make: Make<'a>) -> Fuzzer<'a> {
        Fuzzer {
            seed,
            attach,
            make,
            number,
            steps: 0,
            coverage: Coverage::default(),
        }
    }

    /// Makes the next case and compares it. What it shows is made smaller.
    pub fn advance(&mut self) -> Option<Found> {
        let number = self.number;
        self.number += 1;
        let (case, manner) = self.case(number)?;
        let difference = compare(&case, manner, self.attach, self.make);
        self.steps += case.steps;
        let difference = difference?;
        let (case, difference) = shrink(case, difference, self.attach, self.make);
        Some(Found {
            number,
            case,
            difference,
        })
    }

    /// The case of a number, and how it is compared. What it reaches is added to the coverage.
    pub fn case(&mut self, number: u64) -> Option<(Case, Manner)> {
        let mut rng = Rng::with_seed(self.seed);
        let mut rng = Rng::with_seed(rng.u64(..).wrapping_add(number));
        let pieces = rng.bool().then(|| rng.u64(..));
        let manner = Manner {
            places: *choose(&mut rng, &PLACES),
            pieces,
        };
        let steps = if pieces.is_some() { LONG } else { SHORT };
        let mut case = author::write(&mut rng, steps, self.attach, &mut self.coverage)?;
        if rng.u8(0..6) == 0 {
            spoil(&mut case, &mut rng);
            case.steps = steps;
        }
        Some((case, manner))
    }
}

/// Puts any words in place of some: descriptors, page tables, contexts, code.
fn spoil(case: &mut Case, rng: &mut Rng) {
    for _ in 0..rng.u32(1..200) {
        let part = choose(rng, &case.parts);
        let at = part.offset + rng.u64(0..part.size / 8) * 8;
        let old = case.word(at);
        let new = match rng.u8(0..3) {
            0 => old ^ 1 << rng.u32(0..64),
            1 => interesting(rng),
            _ => rng.u64(..),
        };
        case.set_word(at, new);
    }
}
