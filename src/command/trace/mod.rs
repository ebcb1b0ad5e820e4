//! `nestor trace`: runs a program and shows each step and what it changed.
//!
//! Invariant: standard output has the trace and nothing else; what the program prints is a part of it. The run is the
//! one that `nestor run` makes, and ends with the same message and status.

mod files;
mod lines;
mod made;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::PathBuf;

use assembler::image::Image;
use clap::builder::PossibleValuesParser;
use isa::instruction::Opcode;
use isa::machine::Stepped;
use isa::{Cause, Causes, Ring};

use super::did_you_mean;
use super::program_options::{ProgramOptions, compare_machines, settle_disk};
use super::running::Output;
use crate::failure::Failure;
use crate::images::Images;
use crate::places;
use crate::report::Report;
use crate::session::{Ending, Session};
use crate::trace::{Choice, Filter, Place, Watched, json};
use crate::{ending, status};
use files::{chart, draw};
use lines::{Trace, nothing_shown};
use made::{Patient, Watcher, again_to, at_pace, look_again, step_by_step};

/// Run a program and show every step: where it was, and what it changed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor trace hello.s                       every step of the program
  nestor trace --last 20 words.s -- one      the last lines, with an argument for the program
  nestor trace --symbol fill table.s         only the steps in a procedure
  nestor trace --trap=bounds,tag kernel.s    only the steps that trap for these causes
  nestor trace --html page.html hello.s      a page to go through, forwards and backwards
  nestor trace --range main+0x10..fill a.s   only the steps at these addresses
  nestor trace --ring 0 --class privileged kernel.s
  nestor trace --level 1 nest                only the steps of the guest of the outermost machine
  nestor trace --perfetto timeline.json nest machines side by side, for ui.perfetto.dev
  nestor trace --exits nest                  where guests are entered and left, and for what

A step is shown if every filter admits it; several --symbol and --range add up. A..B is from A up
to and not with B, and either may be left out. Below a step stand its trap and where that goes, and
what the program prints, which goes nowhere else. The steps of a guest are indented by its level,
and named by the image that it runs, which its host carries in a segment; what ended one is
explained, up to 16 of them. A trace ends as `nestor run` does, with the same message and status.")]
pub(super) struct Arguments {
    #[command(flatten)]
    program: ProgramOptions,
    /// Only steps in this procedure, or from this label to the next.
    #[arg(long, value_name = "NAME")]
    symbol: Vec<String>,
    /// Only steps at these addresses: numbers, or names such as main+0x10.
    #[arg(long, value_name = "A..B")]
    range: Vec<String>,
    /// Only steps of the machine of this level, or of these, as 0,2 or 1..3: 0 is the outermost, 1 its guest.
    #[arg(long, value_name = "LEVEL", value_delimiter = ',', value_parser = levels)]
    level: Vec<Range<u64>>,
    /// Only steps in which a guest is entered or left.
    #[arg(long)]
    exits: bool,
    /// Only steps that begin in this ring, or these: 0,4.
    #[arg(long, value_name = "RING", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(0..=7))]
    ring: Vec<u8>,
    /// Only instructions of this class, or these.
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(classes()))]
    class: Vec<String>,
    /// Only steps that trap, for any cause or for these: --trap=bounds,tag.
    #[arg(long, value_name = "CAUSE", require_equals = true, value_parser = causes)]
    trap: Option<Option<Causes>>,
    /// Only the steps with these numbers, also those of the start-up code.
    #[arg(long, value_name = "A..B", value_parser = steps)]
    steps: Option<Range<u64>>,
    /// Show the start-up code too.
    #[arg(long)]
    startup: bool,
    /// Show so many lines at most; 0 is no limit.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1000,
        conflicts_with = "last"
    )]
    limit: usize,
    /// Show the last so many lines.
    #[arg(long, value_name = "N")]
    last: Option<usize>,
    /// Write a page for a browser into this file instead: the last 10,000 steps, or those of --last, to go through forwards
    /// and backwards.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "symbol", "range", "class", "trap", "limit"])]
    html: Option<PathBuf>,
    /// Write a timeline of the run into this file instead, for ui.perfetto.dev: a track for each level, with entries,
    /// exits and traps. A microsecond there is a step.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["html", "json", "symbol", "range", "level", "exits", "ring", "class", "trap", "steps", "limit", "last"])]
    perfetto: Option<PathBuf>,
    /// Print a JSON object for each step, whose keys `nestor explain json-trace` lists.
    #[arg(long)]
    json: bool,
}

/// The names of the classes of instructions.
fn classes() -> BTreeSet<&'static str> {
    Opcode::ALL
        .iter()
        .map(|opcode| opcode.class().name())
        .collect()
}

/// Names of causes, with commas between.
fn causes(text: &str) -> Result<Causes, String> {
    let cause = |name| {
        Cause::from_name(name).map(Causes::from).ok_or_else(|| {
            let guess = did_you_mean(name, Cause::ALL.iter().map(|cause| cause.name()));
            format!("no trap is called '{name}'{guess}; `nestor explain list` lists them")
        })
    };
    text.split(',').map(cause).collect()
}

fn steps(text: &str) -> Result<Range<u64>, String> {
    numbers(text).ok_or_else(|| "write A..B, from step A up to and not with B".to_owned())
}

fn levels(text: &str) -> Result<Range<u64>, String> {
    let one = places::number(text).map(|level| level..level.saturating_add(1));
    let message = "write the number of a level, or A..B, from level A up to and not with B";
    one.or_else(|| numbers(text))
        .ok_or_else(|| message.to_owned())
}

/// The numbers from A up to and not with B, written `A..B`. A side that is left out is as far as there is anything.
fn numbers(text: &str) -> Option<Range<u64>> {
    let side = |side: &str, other| match side {
        "" => Some(other),
        digits => places::number(digits),
    };
    let (start, end) = text.split_once("..")?;
    Some(side(start, 0)?..side(end, u64::MAX)?)
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match attempt(arguments) {
        Err(failure) if arguments.json && !failure.is_closed_pipe() => report(&failure),
        result => result,
    }
}

/// The last line of a trace in JSON for what went wrong.
pub(super) fn report(failure: &Failure) -> Result<u8, Failure> {
    let line = json::end_line(&Report::of_failure(failure));
    io::stdout().write_all(line.as_bytes())?;
    Ok(status::USAGE)
}

fn attempt(arguments: &Arguments) -> Result<u8, Failure> {
    let options = &arguments.program;
    if arguments.html.is_some() && arguments.last == Some(0) {
        let message = "a page of no steps shows nothing: give --last a number from 1".to_owned();
        return Err(Failure::Usage(message));
    }
    let program = match arguments.json {
        true => options.program()?,
        false => options.program_with_warnings()?,
    };
    let mut trace = Trace::new(arguments, program.image());
    let filter = arguments.filter(trace.text.images())?;
    let mut session = Session::boot(&program, options.settings()?)?;
    if let Some(path) = &arguments.html {
        return draw(arguments, &filter, &mut session, path);
    }
    if let Some(path) = &arguments.perfetto {
        return chart(arguments, &mut session, path);
    }

    let mut console = Output::new(true);
    let ending = show(&mut session, arguments, &filter, &mut trace, &mut console)?;
    trace.end(&session)?;
    if !arguments.json && trace.is_empty() {
        anstream::stderr().write_all(nothing_shown(trace.startup).as_bytes())?;
    }
    let message = ending::describe(&session, &ending);
    if !arguments.json {
        return finish(&session, &ending, message);
    }
    let status = finish(&session, &ending, None)?;
    let report = Report::of_run(&session, &ending, &console.kept, message);
    io::stdout().write_all(json::end_line(&report).as_bytes())?;
    Ok(status)
}

/// Runs the program to its end, or for so many steps, and shows the steps that the filter chooses.
fn show(
    session: &mut Session<'_>,
    arguments: &Arguments,
    filter: &Filter,
    trace: &mut Trace<'_>,
    console: &mut Output,
) -> Result<Ending, Failure> {
    trace.begin()?;
    let host = &mut Patient::new(console)?;
    let end = arguments.end();
    if let Some(lines) = arguments.last.filter(|_| filter.is_open()) {
        trace.ends_run = true;
        if let Some(ending) = at_pace(session, host, end)? {
            show_last(session, lines, filter, trace)?;
            return Ok(ending);
        }
        trace.text.meet(session.machine());
    }
    let ending = step_by_step(session, host, end, &mut Shown::new(filter, trace))?;
    Ok(ending.unwrap_or(Ending::Stopped))
}

/// Shows the last lines of a run that can be made again.
fn show_last(
    session: &Session<'_>,
    lines: usize,
    filter: &Filter,
    trace: &mut Trace<'_>,
) -> Result<(), Failure> {
    let steps = session.machine().steps();
    // Steps can have no line: those of the start-up code, and those that go on waiting.
    let mut count = lines.max(1) as u64;
    loop {
        let from = steps.saturating_sub(count);
        let mut again = again_to(session, from, &mut io::sink())?;
        trace.begin_again(again.machine());
        look_again(session, &mut again, &mut Shown::new(filter, trace))?;
        if from == 0 || trace.leaves_out() {
            return Ok(());
        }
        count = count.saturating_mul(4);
    }
}

/// Shows the steps that a filter chooses.
struct Shown<'t, 'a> {
    filter: &'t Filter,
    trace: &'t mut Trace<'a>,
    watched: Option<Watched>,
    counted: bool,
    /// Whether the machine waited in the last step that was looked at.
    waited: bool,
}

impl<'t, 'a> Shown<'t, 'a> {
    fn new(filter: &'t Filter, trace: &'t mut Trace<'a>) -> Shown<'t, 'a> {
        Shown {
            filter,
            trace,
            watched: None,
            counted: false,
            waited: false,
        }
    }
}

impl Watcher for Shown<'_, '_> {
    fn before(&mut self, session: &Session<'_>) -> bool {
        let machine = session.machine();
        let choice = self.filter.admits(machine, self.trace.text.images());
        self.trace.startup += u64::from(choice == Choice::Startup);
        let chosen = choice == Choice::Chosen;
        // What will not be shown is only counted, where it need not be looked at for that.
        self.counted = chosen && self.trace.is_full() && self.filter.counts_all();
        let is_looked_at = chosen && !self.counted;
        self.watched = is_looked_at.then(|| match self.filter.counts_all() {
            true => Watched::begin(machine),
            false => Watched::begin_outside_memory(machine),
        });
        true
    }

    fn after(
        &mut self,
        session: &Session<'_>,
        stepped: Option<&Stepped>,
        console: Vec<u8>,
    ) -> Result<(), Failure> {
        self.trace.text.meet(session.machine());
        self.trace.leave_out(u64::from(self.counted));
        let Some(watched) = self.watched.take() else {
            return Ok(());
        };
        let step = watched.end(session.machine(), stepped, console);
        // A machine that waits does so for many steps, of which the first says all.
        let is_new = !(step.is_wait() && self.waited);
        match self.filter.keeps(&step, self.trace.text.images()) {
            Choice::Chosen if is_new => {
                self.trace.show(&step)?;
                self.trace.explain(&step, session)?;
            }
            Choice::Startup => self.trace.startup += 1,
            Choice::Chosen | Choice::Other => {}
        }
        self.waited = step.is_wait();
        Ok(())
    }
}

/// Ends a run whose trace is complete.
fn finish(session: &Session<'_>, ending: &Ending, message: Option<String>) -> Result<u8, Failure> {
    settle_disk(session)?;
    compare_machines(session)?;
    if let Some(message) = message {
        anstream::stderr().write_all(message.as_bytes())?;
    }
    Ok(status::of_ending(ending))
}

impl Arguments {
    /// Whether steps of the start-up code are to be shown: also where they are asked for by number.
    fn shows_startup(&self) -> bool {
        self.startup || self.steps.is_some()
    }

    /// The step before which the run is to end.
    fn end(&self) -> u64 {
        self.program.max_steps.unwrap_or(u64::MAX)
    }

    fn filter(&self, images: &Images<'_>) -> Result<Filter, Failure> {
        let symbols = self
            .symbol
            .iter()
            .map(|name| places(images, |image| places::code(image, name)));
        let ranges = self
            .range
            .iter()
            .map(|text| places(images, |image| places::range(image, text)));
        let places: Vec<Vec<Place>> = symbols.chain(ranges).collect::<Result<_, _>>()?;
        Ok(Filter {
            startup: self.shows_startup(),
            levels: self.level.clone(),
            passages: self.exits,
            places: places.concat(),
            rings: self
                .ring
                .iter()
                .filter_map(|number| Ring::new(*number))
                .collect(),
            classes: self.class.clone(),
            steps: self.steps.clone().unwrap_or(0..u64::MAX),
            traps: self
                .trap
                .map_or(Causes::empty(), |causes| causes.unwrap_or(Causes::all())),
        })
    }
}

/// Where a name leads in the images of a nest: wherever one has it.
fn places(
    images: &Images<'_>,
    find: impl Fn(&Image) -> Result<Range<u64>, Failure>,
) -> Result<Vec<Place>, Failure> {
    let outermost = find(images.at(0));
    let mut found: Vec<Place> = Vec::new();
    for (number, image) in images.all().enumerate() {
        if let Ok(addresses) = find(image) {
            let image = number;
            found.push(Place { image, addresses });
        }
    }
    match found.is_empty() {
        true => outermost.map(|_| found),
        false => Ok(found),
    }
}
