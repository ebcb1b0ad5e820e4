//! Makes a case smaller for as long as it shows a difference.
//!
//! Invariant: the case that is returned shows one, as the case that was given did.

use crate::case::{Attach, Case, What};
use crate::code::nop;
use crate::compare::{Difference, Make, compare};

/// The most comparisons that are spent.
const TRIALS: usize = 3000;

struct Shrinking<'a> {
    case: Case,
    difference: Difference,
    attach: Attach,
    make: Make<'a>,
    trials: usize,
}

/// The smallest case that was found to show a difference like this one, and what it shows.
pub(crate) fn shrink(
    case: Case,
    difference: Difference,
    attach: Attach,
    make: Make<'_>,
) -> (Case, Difference) {
    let mut shrinking = Shrinking {
        case,
        difference,
        attach,
        make,
        trials: 0,
    };
    shrinking.shorten();
    shrinking.drop_from_boot();
    shrinking.drop_instructions();
    shrinking.clear_words();
    shrinking.drop_instructions();
    (shrinking.case, shrinking.difference)
}

impl Shrinking<'_> {
    /// Takes a smaller case, if it shows a difference. It then ends where that is.
    fn take(&mut self, smaller: Case) -> bool {
        self.trials += 1;
        if self.trials > TRIALS {
            return false;
        }
        let found = compare(&smaller, self.difference.manner, self.attach, self.make);
        let Some(difference) = found else {
            return false;
        };
        self.case = Case {
            steps: difference.steps.min(smaller.steps),
            ..smaller
        };
        self.difference = difference;
        true
    }

    /// Ends the case where the difference is.
    fn shorten(&mut self) {
        let steps = self.difference.steps;
        self.take(Case {
            steps,
            ..self.case.clone()
        });
    }

    /// Puts instructions that do nothing in place of each that sets something up: the timer, tags and labels.
    fn drop_from_boot(&mut self) {
        for place in 0..self.case.boot.len() {
            let mut smaller = self.case.clone();
            smaller.boot[place] = nop();
            if smaller != self.case {
                self.take(smaller);
            }
        }
    }

    /// Puts instructions that do nothing in place of others: of many at first, at last of each alone.
    fn drop_instructions(&mut self) {
        let all = self.case.instructions();
        let mut size = all.len().next_power_of_two() / 2;
        while size > 0 {
            for some in all.chunks(size) {
                let mut smaller = self.case.clone();
                some.iter()
                    .filter(|place| smaller.word(**place) != nop())
                    .copied()
                    .collect::<Vec<u64>>()
                    .into_iter()
                    .for_each(|place| smaller.set_word(place, nop()));
                if smaller != self.case {
                    self.take(smaller);
                }
            }
            size /= 2;
        }
    }

    /// Clears what is no code: whole parts at first, then pieces of them down to a word of what is left.
    fn clear_words(&mut self) {
        let parts = self.case.parts.clone();
        for part in parts.iter().filter(|part| part.what == What::Words) {
            let mut size = part.size;
            while size >= 32 {
                let end = part.offset + part.size;
                for first in (part.offset..end).step_by(size as usize) {
                    let mut smaller = self.case.clone();
                    let last = (first + size).min(end);
                    if let Some(bytes) = smaller.world.get_mut(first as usize..last as usize) {
                        bytes.fill(0);
                    }
                    if smaller != self.case {
                        self.take(smaller);
                    }
                }
                size /= 4;
            }
        }
    }
}
