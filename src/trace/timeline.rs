//! A run as a timeline for viewers of traces: a track for each level, on which runs, traps and exits are slices and arrows.
//!
//! The form is the trace events in JSON that such viewers read, Perfetto among them. A microsecond there is a step.
//!
//! A viewer does not draw an arrow where its events are, but from the slice around its beginning to where the slice around its
//! end begins. So an arrow ends in a slice that begins with it: that of a guest, or a mark of no length at its host.
//!
//! Invariant: on each track the times never fall, every slice that begins ends, and both ends of an arrow lie in slices, of
//! which the one of its end begins there.

use isa::Trap;
use isa::instruction::Opcode;
use isa::instruction::names::Named as _;
use isa::machine::{End, Machine};
use serde::Serialize;

use super::passage::{Entry, Exit, Way};
use super::{Delivered, Outcome, Step};
use crate::images::Images;

/// After so many events it ends.
pub const EVENTS: usize = 1 << 20;
/// So many handlers in handlers have slices.
const HANDLERS: usize = 64;

/// Collects the timeline of a run, step by step.
#[derive(Debug)]
pub struct Timeline<'a> {
    images: Images<'a>,
    events: Vec<Event>,
    tracks: Vec<Track>,
    /// How many arrows there are.
    arrows: u64,
    /// The steps made.
    end: u64,
    /// The step at which it ends though the run does not.
    full: Option<u64>,
}

/// The track of a level.
#[derive(Debug, Default)]
struct Track {
    /// How many slices are open.
    open: usize,
    /// The traps whose handlers have not resumed, from the first.
    handlers: Vec<String>,
}

/// An event, with the names that viewers know.
#[derive(Debug, Serialize)]
struct Event {
    name: String,
    cat: &'static str,
    ph: &'static str,
    ts: u64,
    pid: u32,
    tid: usize,
    /// The number of an arrow.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    /// The end of an arrow lies in the slice around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Details>,
}

#[derive(Debug, Default, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    trace_events: &'a [Event],
    display_time_unit: &'static str,
}

impl<'a> Timeline<'a> {
    /// For a run of which no step has been made, with the images that its places are named by.
    pub fn new(images: Images<'a>) -> Timeline<'a> {
        let mut timeline = Timeline {
            images,
            events: Vec::new(),
            tracks: Vec::new(),
            arrows: 0,
            end: 0,
            full: None,
        };
        timeline.meta("process_name", 0, "machines");
        timeline
    }

    /// Takes the next step, which has led to this machine.
    pub fn add(&mut self, step: &Step, machine: &Machine) {
        if self.full.is_some() {
            return;
        }
        self.images.meet(machine);
        let (now, then) = (step.clock, step.clock.saturating_add(1));
        if self.events.len() >= EVENTS {
            self.full = Some(now);
            let name = format!("the timeline ends at step {now}");
            self.push(0, now, "i", "timeline", name);
            return;
        }
        if self.tracks.is_empty() {
            self.enter(0, now, "runs".to_owned());
        }
        for entry in &step.entries {
            self.add_entry(entry, now);
        }
        if !step.console.is_empty() {
            let text = String::from_utf8_lossy(&step.console).into_owned();
            self.push(step.level, now, "i", "console", "console".to_owned());
            self.detail(Details {
                text: Some(text),
                ..Details::default()
            });
        }
        match &step.outcome {
            Outcome::Exited(exit) => self.leave(exit.host, now, &exit_name(exit)),
            Outcome::Trapped(Delivered { trap, level, .. }) => {
                let name = trap_name(trap);
                self.leave(*level, now, &name);
                self.begin_handler(*level, then, name);
            }
            Outcome::Ran => {
                if step.word.and_then(Opcode::of) == Some(Opcode::Resume) {
                    self.end_handler(step.level, then);
                }
            }
            Outcome::Ended(End::DoubleFault { first, .. }) => {
                self.leave(0, now, &trap_name(first));
            }
            Outcome::Waited | Outcome::Ended(_) => {}
        }
        self.end = then;
    }

    /// The step at which it ends because there are too many events; none if the whole run is there.
    pub fn full_at(&self) -> Option<u64> {
        self.full
    }

    /// The file, with all slices ended that are open.
    pub fn finish(mut self) -> String {
        for level in (0..self.tracks.len()).rev() {
            self.close(level, self.end);
        }
        let file = File {
            trace_events: &self.events,
            display_time_unit: "ms",
        };
        // All keys are texts, and nothing in it can fail to be written.
        serde_json::to_string(&file).unwrap_or_default() + "\n"
    }

    fn add_entry(&mut self, entry: &Entry, now: u64) {
        let host = entry.level.saturating_sub(1);
        let place = entry.state.as_ref().map(|state| {
            let names = self.images.names(entry.level);
            names.symbol(state.context.pc.address())
        });
        let name = match (entry.way, place) {
            (Way::Runs | Way::GoesOn, Some(place)) => format!("{} at {place}", entry.way.name()),
            (way, _) => way.name().to_owned(),
        };
        self.begin(host, now, "vmrun".to_owned());
        self.enter(entry.level, now, name);
        self.arrow((host, now), (entry.level, now), "entry");
    }

    /// A level begins to run, or goes on in its handlers.
    fn enter(&mut self, level: usize, now: u64, name: String) {
        while self.tracks.len() <= level {
            let track = self.tracks.len();
            self.tracks.push(Track::default());
            self.meta("thread_name", track, &format!("level {track}"));
            self.meta("thread_sort_index", track, "");
        }
        self.begin(level, now, name);
        let handlers = self.tracks.get(level).map(|track| track.handlers.clone());
        for handler in handlers.into_iter().flatten() {
            self.begin(level, now, handler);
        }
    }

    /// The levels deeper than this one are left in this step.
    fn leave(&mut self, host: usize, now: u64, why: &str) {
        let is_open = |track: &Track| track.open > 0;
        let innermost = self.tracks.iter().rposition(is_open).unwrap_or(host);
        if innermost <= host {
            return;
        }
        let then = now.saturating_add(1);
        self.arrow_begin(innermost, now, why);
        for level in (host + 1..=innermost).rev() {
            self.close(level, then);
        }
        // The slice of its `vmrun`.
        self.finish_slice(host, then);
        self.begin(host, then, why.to_owned());
        self.arrow_end(host, then, why);
        self.finish_slice(host, then);
    }

    fn begin_handler(&mut self, level: usize, at: u64, name: String) {
        let room = |track: &Track| track.handlers.len() < HANDLERS;
        if !self.tracks.get(level).is_some_and(room) {
            return;
        }
        self.begin(level, at, name.clone());
        if let Some(track) = self.tracks.get_mut(level) {
            track.handlers.push(name);
        }
    }

    fn end_handler(&mut self, level: usize, at: u64) {
        let handler = self
            .tracks
            .get_mut(level)
            .and_then(|track| track.handlers.pop());
        if handler.is_some() {
            self.finish_slice(level, at);
        }
    }

    fn begin(&mut self, level: usize, at: u64, name: String) {
        self.push(level, at, "B", "machine", name);
        if let Some(track) = self.tracks.get_mut(level) {
            track.open += 1;
        }
    }

    fn finish_slice(&mut self, level: usize, at: u64) {
        let track = self.tracks.get_mut(level).filter(|track| track.open > 0);
        if let Some(track) = track {
            track.open -= 1;
            self.push(level, at, "E", "machine", String::new());
        }
    }

    fn close(&mut self, level: usize, at: u64) {
        while self.tracks.get(level).is_some_and(|track| track.open > 0) {
            self.finish_slice(level, at);
        }
    }

    fn arrow(&mut self, from: (usize, u64), to: (usize, u64), name: &str) {
        self.arrow_begin(from.0, from.1, name);
        self.arrow_end(to.0, to.1, name);
    }

    fn arrow_begin(&mut self, level: usize, at: u64, name: &str) {
        self.arrows += 1;
        self.push(level, at, "s", "passage", name.to_owned());
        self.number();
    }

    fn arrow_end(&mut self, level: usize, at: u64, name: &str) {
        self.push(level, at, "f", "passage", name.to_owned());
        self.number();
        if let Some(event) = self.events.last_mut() {
            event.bp = Some("e");
        }
    }

    fn number(&mut self) {
        let id = Some(self.arrows);
        if let Some(event) = self.events.last_mut() {
            event.id = id;
        }
    }

    fn meta(&mut self, kind: &str, level: usize, name: &str) {
        self.push(level, 0, "M", "__metadata", kind.to_owned());
        self.detail(match name {
            "" => Details {
                sort_index: Some(level),
                ..Details::default()
            },
            name => Details {
                name: Some(name.to_owned()),
                ..Details::default()
            },
        });
    }

    fn detail(&mut self, details: Details) {
        if let Some(event) = self.events.last_mut() {
            event.args = Some(details);
        }
    }

    fn push(&mut self, level: usize, ts: u64, ph: &'static str, cat: &'static str, name: String) {
        self.events.push(Event {
            name,
            cat,
            ph,
            ts,
            pid: 1,
            tid: level + 1,
            id: None,
            bp: None,
            args: None,
        });
    }
}

fn trap_name(trap: &Trap) -> String {
    format!("trap {}", trap.cause.name())
}

fn exit_name(exit: &Exit) -> String {
    match (exit.reason, exit.inner) {
        (Some(reason), Some(inner)) => format!("{} {}", reason.name(), inner.name()),
        (Some(reason), None) => format!("exit {}", reason.name()),
        (None, _) => "exit".to_owned(),
    }
}
