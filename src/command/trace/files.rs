//! What `nestor trace` writes into a file instead of lines: a page for a browser, or a timeline.
//!
//! Invariant: standard output has what the program prints and nothing else.

use std::io::{self, Write as _};
use std::path::Path;

use isa::machine::Stepped;

use super::lines::nothing_shown;
use super::made::{Patient, Tail, Watcher, again_to, at_pace, look_again, step_by_step};
use super::{Arguments, finish};
use crate::failure::Failure;
use crate::images::Images;
use crate::report::CONSOLE_LIMIT;
use crate::session::{Ending, Session};
use crate::trace::page::{self, Recorder};
use crate::trace::timeline::{EVENTS, Timeline};
use crate::trace::{Choice, Filter, Watched};
use crate::{ending, files};

/// Runs the program to its end, or for so many steps, and writes the page.
pub(super) fn draw(
    arguments: &Arguments,
    filter: &Filter,
    session: &mut Session<'_>,
    path: &Path,
) -> Result<u8, Failure> {
    let program = session.program();
    let limit = arguments.last.unwrap_or(page::STEPS);
    let mut output = io::stdout();
    let host = &mut Patient::new(&mut output)?;
    let end = arguments.end();
    let mut search = Search {
        filter,
        images: Images::of(program.image()),
        startup: 0,
    };
    let (recorder, ending) = match step_by_step(session, host, end, &mut search)? {
        Some(ending) => {
            anstream::stderr().write_all(nothing_shown(search.startup).as_bytes())?;
            let nothing = Recorder::new(program, search.images, session.machine(), Vec::new(), 1);
            (nothing, ending)
        }
        None => {
            let first = session.machine().steps();
            let ending = at_pace(session, host, end)?;
            let from = session.machine().steps().saturating_sub(limit as u64);
            let mut printed = Tail::new(CONSOLE_LIMIT);
            let mut again = again_to(session, from.max(first), &mut printed)?;
            search.images.meet(again.machine());
            let (images, printed) = (search.images, printed.bytes);
            let mut recorder = Recorder::new(program, images, again.machine(), printed, limit);
            let mut record = Record::new(&mut recorder);
            look_again(session, &mut again, &mut record)?;
            let ending = match ending {
                Some(ending) => Some(ending),
                None => step_by_step(session, host, end, &mut record)?,
            };
            (recorder, ending.unwrap_or(Ending::Stopped))
        }
    };
    let message = ending::describe(session, &ending);
    let said = anstream::adapter::strip_str(message.as_deref().unwrap_or_default()).to_string();
    files::write(path, recorder.page(said).as_bytes())?;
    finish(session, &ending, message)
}

/// Looks for the first step that a filter admits.
struct Search<'t, 'a> {
    filter: &'t Filter,
    images: Images<'a>,
    /// How many steps of the start-up code there were.
    startup: u64,
}

impl Watcher for Search<'_, '_> {
    fn before(&mut self, session: &Session<'_>) -> bool {
        let choice = self.filter.admits(session.machine(), &self.images);
        self.startup += u64::from(choice == Choice::Startup);
        choice != Choice::Chosen
    }

    fn after(
        &mut self,
        session: &Session<'_>,
        _: Option<&Stepped>,
        _: Vec<u8>,
    ) -> Result<(), Failure> {
        self.images.meet(session.machine());
        Ok(())
    }
}

/// Writes steps down for a page.
struct Record<'t, 'a> {
    recorder: &'t mut Recorder<'a>,
    before: Option<page::Before>,
}

impl<'t, 'a> Record<'t, 'a> {
    fn new(recorder: &'t mut Recorder<'a>) -> Record<'t, 'a> {
        let before = None;
        Record { recorder, before }
    }
}

impl Watcher for Record<'_, '_> {
    fn before(&mut self, session: &Session<'_>) -> bool {
        self.before = Some(self.recorder.begin(session.machine()));
        true
    }

    fn after(
        &mut self,
        session: &Session<'_>,
        stepped: Option<&Stepped>,
        console: Vec<u8>,
    ) -> Result<(), Failure> {
        if let Some(before) = self.before.take() {
            let machine = session.machine();
            self.recorder.end(before, machine, stepped, console);
        }
        Ok(())
    }
}

/// Runs the program to its end, or for so many steps, and writes the timeline.
pub(super) fn chart(
    arguments: &Arguments,
    session: &mut Session<'_>,
    path: &Path,
) -> Result<u8, Failure> {
    let mut chart = Chart {
        timeline: Timeline::new(Images::of(session.program().image())),
        watched: None,
    };
    let mut output = io::stdout();
    let host = &mut Patient::new(&mut output)?;
    let ending = step_by_step(session, host, arguments.end(), &mut chart)?;
    let ending = ending.unwrap_or(Ending::Stopped);
    let message = ending::describe(session, &ending);
    if let Some(step) = chart.timeline.full_at() {
        let said = format!(
            "the timeline ends at step {step}: with {EVENTS} events it has as many as it can have; the program ran on\n"
        );
        anstream::stderr().write_all(said.as_bytes())?;
    }
    files::write(path, chart.timeline.finish().as_bytes())?;
    finish(session, &ending, message)
}

/// Has a timeline of all steps.
struct Chart<'a> {
    timeline: Timeline<'a>,
    watched: Option<Watched>,
}

impl Watcher for Chart<'_> {
    fn before(&mut self, session: &Session<'_>) -> bool {
        self.watched = Some(Watched::begin_outside_memory(session.machine()));
        true
    }

    fn after(
        &mut self,
        session: &Session<'_>,
        stepped: Option<&Stepped>,
        console: Vec<u8>,
    ) -> Result<(), Failure> {
        if let Some(watched) = self.watched.take() {
            let step = watched.end(session.machine(), stepped, console);
            self.timeline.add(&step, session.machine());
        }
        Ok(())
    }
}
