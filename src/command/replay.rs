//! `nestor replay`: makes a recorded run again, and says whether it came to the same.
//!
//! Invariant: nothing comes from outside but the recording: no input, no date, no entropy of today.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::recording::{CameTo, Recording};
use crate::{dump, ending};

/// The exit status for a run that did not come to the same.
const DIFFERS: u8 = 1;

/// Make a recorded run again, and compare what it comes to.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor run --record bug game.s           play, and keep the whole run in the file `bug`
  nestor replay bug                        the same run: what it printed, how it ended
  nestor replay --dump-state bug           and the registers where it stopped

The exit status is 0 if the run made as many steps as the recorded one and came to the same state, 1 if it did not,
and 125 if the file is no recording. What the program printed is part of the state.")]
pub(super) struct Arguments {
    /// A recording, made by `nestor run --record`.
    file: PathBuf,
    /// Show the registers where the machine stopped.
    #[arg(long)]
    dump_state: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let recording = Recording::read(&arguments.file)?;
    let mut session = recording.boot()?;
    let mut out = io::stdout();
    let ending = recording.replay(&mut session, &mut out)?;
    let mut err = anstream::stderr();
    if let Some(message) = ending::describe(&session, &ending) {
        err.write_all(message.as_bytes())?;
    }
    if arguments.dump_state {
        let image = session.program().image();
        err.write_all(dump::registers(session.machine(), image).as_bytes())?;
    }
    let (then, now) = (recording.came_to(), CameTo::of(&session));
    if now == then {
        writeln!(
            err,
            "the same again: {} steps, state {}",
            now.steps, now.state
        )?;
        return Ok(0);
    }
    write!(err, "{}", difference(&recording, then, now))?;
    Ok(DIFFERS)
}

fn difference(recording: &Recording, then: CameTo, now: CameTo) -> String {
    let end = |came_to: CameTo| match came_to.ended {
        true => "the machine had ended",
        false => "the machine could have gone on",
    };
    let mut text = format!(
        "not the same:\n  recorded: {} steps, state {}, {}\n  now:      {} steps, state {}, {}\n",
        then.steps,
        then.state,
        end(then),
        now.steps,
        now.state,
        end(now)
    );
    let (made_by, ours) = (recording.version(), env!("CARGO_PKG_VERSION"));
    if made_by != ours {
        text.push_str(&format!(
            "It was recorded by nestor {made_by}, and this is {ours}.\n"
        ));
    }
    text
}
