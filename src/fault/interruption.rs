//! Where a run was when somebody stopped it: told as a fault is, without a fault.

use annotate_snippets::Level;

use super::render::rendered;
use super::{history, level, place, whereabouts};
use crate::images::Images;
use crate::session::Session;
use crate::upcoming::Upcoming;

/// After longer runs the caller is not told: whoever has pressed Ctrl-C does not want to wait for it.
const WATCHED_STEPS: u64 = 1_000_000;

/// Says where a machine is that could go on.
pub fn interruption(session: &Session<'_>) -> String {
    let machine = session.machine();
    let mut images = Images::of(session.program().image());
    images.meet(machine);
    let names = images.names(level(machine));
    let history = history(session, WATCHED_STEPS);
    let place = place(session, names);
    let label = "this instruction would be next";
    let mut notes = Vec::new();
    if place.as_ref().is_none_or(|place| place.text.is_none())
        && let Some(upcoming) = Upcoming::of(machine)
    {
        let instruction = assembler::print::instruction(upcoming.word);
        notes.push(format!(
            "the instruction that would be next is `{instruction}`"
        ));
    }
    notes.push(whereabouts(machine, &names, &history));
    let level = Level::NOTE.with_name("stopped");
    let title = level.primary_title("from outside, and the program could have gone on");
    rendered(title, place.as_ref(), label, &notes)
}
