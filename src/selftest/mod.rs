//! The self-test: what an installed program can find out about itself, and, in a source tree, all that is too long for
//! every change.
//!
//! [`PARTS`] has a row a part: to add one, add a row. Invariant: a part passes only if it did what its row says; one
//! that could not be done has its own word for that and is never counted as passed.

mod own;
mod tree;

use std::fmt;
use std::path::Path;

pub use tree::is_tree;

use self::tree::{CHROMIUM, Cargo, MUTANTS, VALGRIND};

/// One part of the self-test.
#[derive(Debug)]
pub struct Part {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it shows, in a line.
    pub shows: &'static str,
    work: Work,
}

/// How a part is done.
#[derive(Debug)]
enum Work {
    /// By this program alone, in a few seconds: what was found, or what is wrong.
    Own(fn() -> Result<String, String>),
    /// By cargo in a source tree.
    Tree(Cargo),
}

/// All parts, in the order in which they run.
pub const PARTS: &[Part] = &[
    Part {
        name: "suite",
        shows: "every file of the conformance suite holds",
        work: Work::Own(own::suite),
    },
    Part {
        name: "table",
        shows: "every instruction comes back from assembling and disassembling its example",
        work: Work::Own(own::table),
    },
    Part {
        name: "lessons",
        shows: "every lesson prints what it should, and its solution solves its exercise",
        work: Work::Own(own::lessons),
    },
    Part {
        name: "again",
        shows: "every lesson, run a second time, leaves the same machine to the bit",
        work: Work::Own(own::again),
    },
    Part {
        name: "second",
        shows: "the rule of access and the algebra are what their second statements say, in all rows",
        work: Work::Tree(Cargo {
            words: "test --release --package isa --test second",
            environment: &[("NESTOR_ROWS", "all")],
            wants: None,
        }),
    },
    Part {
        name: "laws",
        shows: "the laws of capabilities, formats and totality hold for ten thousand times as many random values",
        work: Work::Tree(Cargo {
            words: "test --release --package isa --test algebra --test formats --test machine",
            environment: &[("PROPTEST_CASES", "2560000")],
            wants: None,
        }),
    },
    Part {
        name: "hostile",
        shows: "no bytes, as source or as image, make the host panic, hang or grow",
        work: Work::Tree(Cargo {
            words: "test --release --test robust",
            environment: &[("PROPTEST_CASES", "64000")],
            wants: None,
        }),
    },
    Part {
        name: "fuzz",
        shows: "engine and specification agree on programs made at random for half an hour",
        work: Work::Tree(Cargo {
            words: "run --release -- fuzz --seconds 1800",
            environment: &[],
            wants: None,
        }),
    },
    Part {
        name: "memcheck",
        shows: "the engine goes nowhere on the host where it should not, as valgrind sees it",
        work: Work::Tree(Cargo {
            words: "run --release -- fuzz --seed 1 --cases 60",
            environment: &[(
                "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER",
                "valgrind --quiet --error-exitcode=99",
            )],
            wants: Some(VALGRIND),
        }),
    },
    Part {
        name: "torture-1",
        shows: "a million of each operation need no stack, however the engine is compiled: at level 1",
        work: Work::Tree(Cargo {
            words: "test --release --package vm --test torture --target-dir target/torture",
            environment: &[("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")],
            wants: None,
        }),
    },
    Part {
        name: "torture-2",
        shows: "at level 2, in one unit",
        work: Work::Tree(Cargo {
            words: "test --release --package vm --test torture --target-dir target/torture",
            environment: &[
                ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2"),
                ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
            ],
            wants: None,
        }),
    },
    Part {
        name: "torture-s",
        shows: "for size",
        work: Work::Tree(Cargo {
            words: "test --release --package vm --test torture --target-dir target/torture",
            environment: &[("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")],
            wants: None,
        }),
    },
    Part {
        name: "torture-off",
        shows: "at level 3, each unit by itself",
        work: Work::Tree(Cargo {
            words: "test --release --package vm --test torture --target-dir target/torture",
            environment: &[("CARGO_PROFILE_RELEASE_LTO", "off")],
            wants: None,
        }),
    },
    Part {
        name: "torture-fat",
        shows: "at level 3, all crates in one unit",
        work: Work::Tree(Cargo {
            words: "test --release --package vm --test torture --target-dir target/torture",
            environment: &[
                ("CARGO_PROFILE_RELEASE_LTO", "fat"),
                ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
            ],
            wants: None,
        }),
    },
    Part {
        name: "page",
        shows: "in a browser, the page of a run shows what the trace says, forwards and backwards",
        work: Work::Tree(Cargo {
            words: "test --test page",
            environment: &[],
            wants: Some(CHROMIUM),
        }),
    },
    Part {
        name: "chosen",
        shows: "thirty mistakes in the rule and the algebra are each noticed by a law",
        work: Work::Tree(Cargo {
            words: "test --test mutants",
            environment: &[],
            wants: None,
        }),
    },
    Part {
        name: "matrix",
        shows: "every file of the suite fails for a mistake in the machine; writes docs/mutants.md",
        work: Work::Tree(Cargo {
            words: "test --test mutants -- --matrix",
            environment: &[],
            wants: None,
        }),
    },
    Part {
        name: "mutants-1",
        shows: "every small change of the rule and the algebra is noticed by a law: the first third",
        work: Work::Tree(Cargo {
            words: "mutants --package isa --shard 0/3 --output target/mutants-1",
            environment: &[],
            wants: Some(MUTANTS),
        }),
    },
    Part {
        name: "mutants-2",
        shows: "the second third",
        work: Work::Tree(Cargo {
            words: "mutants --package isa --shard 1/3 --output target/mutants-2",
            environment: &[],
            wants: Some(MUTANTS),
        }),
    },
    Part {
        name: "mutants-3",
        shows: "the last third",
        work: Work::Tree(Cargo {
            words: "mutants --package isa --shard 2/3 --output target/mutants-3",
            environment: &[],
            wants: Some(MUTANTS),
        }),
    },
];

/// What came of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it shows; what was found.
    Passed(String),
    /// It did not; what is wrong.
    Failed(String),
    /// It could not be done here; why.
    NotRun(String),
}

impl Verdict {
    /// The word for it in tables.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Passed(_) => "passed",
            Verdict::Failed(_) => "FAILED",
            Verdict::NotRun(_) => "not run",
        }
    }
}

/// What is there to say beyond the word.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Verdict::Passed(text) | Verdict::Failed(text) | Verdict::NotRun(text)) = self;
        f.write_str(text)
    }
}

impl Part {
    /// Whether it is done by cargo in a source tree.
    pub fn needs_tree(&self) -> bool {
        matches!(self.work, Work::Tree(_))
    }

    /// The command of a part that is done by cargo.
    pub fn command(&self) -> Option<String> {
        match &self.work {
            Work::Own(_) => None,
            Work::Tree(cargo) => Some(cargo.to_string()),
        }
    }

    /// Does it, in this source tree if it needs one.
    pub fn run(&self, tree: &Path) -> Verdict {
        match &self.work {
            Work::Own(check) => match check() {
                Ok(found) => Verdict::Passed(found),
                Err(wrong) => Verdict::Failed(wrong),
            },
            Work::Tree(cargo) => cargo.run(tree),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tree::Wanted;
    use super::*;

    #[test]
    fn what_fails_or_cannot_be_done_is_never_passed() {
        let part = |words, wants| Part {
            name: "part",
            shows: "nothing",
            work: Work::Tree(Cargo {
                words,
                environment: &[],
                wants,
            }),
        };
        let run = |words, wants| part(words, wants).run(Path::new(env!("CARGO_MANIFEST_DIR")));
        assert!(matches!(run("--version", None), Verdict::Passed(_)));
        assert!(matches!(run("no-such-command", None), Verdict::Failed(_)));
        let missing = run(
            "--version",
            Some(Wanted {
                program: "no-such-command",
                installed_by: "nothing",
            }),
        );
        assert!(matches!(missing, Verdict::NotRun(_)), "{missing:?}");
    }
}
