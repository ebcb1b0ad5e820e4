//! Exit statuses of the command line: one table, from which the code, the help text and `nestor explain` come.
//!
//! The numbers that `nestor` uses for itself lie above those of programs, so a script can tell whose verdict it has.

use std::process::ExitCode;

use isa::machine::End;

use crate::session::Ending;

/// The greatest status that a program's own result can give.
pub const PROGRAM_MAX: u8 = 123;
/// The step limit was reached before the program ended.
pub const STEPS: u8 = 124;
/// Usage, or input that could not be read, assembled, linked or loaded.
pub const USAGE: u8 = 125;
/// The machine stopped without the program having ended it: a trap that nobody handles, a double fault, an endless wait.
pub const STOPPED: u8 = 126;
/// The run was stopped from outside. It is what shells say of a command that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// One range of exit statuses and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The lowest status of the range.
    pub first: u8,
    /// The highest status of the range.
    pub last: u8,
    /// One line that says what it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// Every exit status of `nestor`, in order.
pub const TABLE: &[Row] = &[
    Row {
        first: 0,
        last: PROGRAM_MAX,
        meaning: "the program ended, and this is its own result",
        fix: "0 means success by custom; other numbers mean what the program says. A program whose result is above 123 \
              is reported as 123, with a note, so that its results are never mistaken for the statuses below.",
    },
    Row {
        first: STEPS,
        last: STEPS,
        meaning: "the steps ran out",
        fix: "The program was still running after as many steps as `--max-steps` allows. Give it more, or look for a \
              loop that does not end: `--dump-state` shows where it was.",
    },
    Row {
        first: USAGE,
        last: USAGE,
        meaning: "usage, or input that could not be read, assembled, linked or loaded",
        fix: "Nothing was run. The message says what is wrong; errors of the assembler have a code such as A001 that \
              `nestor explain` describes.",
    },
    Row {
        first: STOPPED,
        last: STOPPED,
        meaning: "the machine stopped: a trap that nobody handles, a double fault, or a wait without end",
        fix: "The message shows the instruction, the capability it used and which checks failed. The word in brackets, \
              as in `trap[bounds]`, is what `nestor explain` describes.",
    },
    Row {
        first: INTERRUPTED,
        last: INTERRUPTED,
        meaning: "the run was stopped from outside",
        fix: "Somebody pressed Ctrl-C, or left by Ctrl-A x. The message shows where the program was.",
    },
];

/// The row that `status` belongs to, or `None` for a number that `nestor` never exits with.
pub fn row(status: u8) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| (row.first..=row.last).contains(&status))
}

/// The exit status for a program that ended itself with `result`: results above 123 become 123.
pub fn of_program(result: u64) -> u8 {
    u8::try_from(result).map_or(PROGRAM_MAX, |result| result.min(PROGRAM_MAX))
}

/// The exit status for a run that came back like this.
pub fn of_ending(ending: &Ending) -> u8 {
    match ending {
        Ending::Ended(End::Power { status }) => of_program(*status),
        Ending::Ended(End::DoubleFault { .. } | End::Wait) => STOPPED,
        Ending::Steps => STEPS,
        Ending::Stopped => INTERRUPTED,
    }
}

/// `status` in the form that `main` returns.
pub fn exit(status: u8) -> ExitCode {
    ExitCode::from(status)
}
