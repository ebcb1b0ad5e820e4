//! How a run ended, in words for people.

use isa::machine::End;

use crate::fault;
use crate::session::{Ending, Session};
use crate::status;

/// What is to be said of the end of a run: nothing when the program ended itself with a status that it can have.
pub fn describe(session: &Session<'_>, ending: &Ending) -> Option<String> {
    match ending {
        Ending::Ended(End::Power { status }) => large_status(*status),
        Ending::Ended(End::DoubleFault { first, second, .. }) => {
            Some(fault::account(session, first, second.as_ref()).render() + "\n")
        }
        Ending::Ended(End::Wait) => Some(
            "stopped: the machine waits, and nothing that could wake it is enabled: no timer, no device, no input\n".to_owned(),
        ),
        Ending::Stopped => Some(fault::interruption(session) + "\n"),
        Ending::Steps => Some(format!(
            "stopped: the program was still running after {} steps, and --max-steps allows no more\n",
            session.machine().steps()
        )),
    }
}

fn large_status(status: u64) -> Option<String> {
    (status > status::PROGRAM_MAX.into()).then(|| {
        let (max, status) = (status::PROGRAM_MAX, status.cast_signed());
        format!("note: the program ended with {status}; exit statuses of programs go to {max}, so this is reported as {max}\n")
    })
}
