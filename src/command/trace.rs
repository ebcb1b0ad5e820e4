//! `nestor trace`: runs a program and shows each step and what it changed.
//!
//! Invariant: standard output has the trace and nothing else; what the program prints is a part of it. The run is the
//! one that `nestor run` makes, and ends with the same message and status.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use assembler::image::Image;
use clap::builder::PossibleValuesParser;
use isa::instruction::Opcode;
use isa::machine::Stepped;
use isa::{Cause, Causes, Ring, Trap};

use super::did_you_mean;
use super::program_options::{ProgramOptions, compare_machines, settle_disk};
use crate::failure::Failure;
use crate::images::Images;
use crate::places;
use crate::report::{CONSOLE_LIMIT, Report};
use crate::session::{Ending, Session};
use crate::trace::page::{self, Recorder};
use crate::trace::timeline::Timeline;
use crate::trace::{Filter, Place, Step, Text, Watched, json};
use crate::{ending, fault, files, status};

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
    /// Only steps of the machine of this level, or of these: 0 is the outermost, 1 its guest.
    #[arg(long, value_name = "LEVEL", value_delimiter = ',')]
    level: Vec<usize>,
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
    /// Only the steps with these numbers.
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
    /// Write a timeline of the whole run into this file instead, for ui.perfetto.dev: a track for each level, with entries,
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
    let side = |side: &str, other| match side {
        "" => Some(other),
        digits => places::number(digits),
    };
    text.split_once("..")
        .and_then(|(start, end)| Some(side(start, 0)?..side(end, u64::MAX)?))
        .ok_or_else(|| "write A..B, from step A up to and not with B".to_owned())
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

    trace.begin()?;
    let ending = follow(&mut session, arguments, &filter, &mut trace)?;
    trace.end(&session)?;
    let message = ending::describe(&session, &ending);
    if !arguments.json {
        return finish(&session, &ending, message);
    }
    let status = finish(&session, &ending, None)?;
    let report = Report::of_run(&session, &ending, &trace.console, message);
    io::stdout().write_all(json::end_line(&report).as_bytes())?;
    Ok(status)
}

/// Runs the program to its end, or for so many steps, and writes the page.
fn draw(
    arguments: &Arguments,
    filter: &Filter,
    session: &mut Session<'_>,
    path: &Path,
) -> Result<u8, Failure> {
    let program = session.program();
    let mut images = Images::of(program.image());
    let mut recorder = None;
    let limit = arguments.last.unwrap_or(page::STEPS).max(1);
    let ending = run_through(session, arguments, |session, input| {
        if recorder.is_none() && filter.admits(session.machine(), &images) {
            let images = images.clone();
            recorder = Some(Recorder::new(program, images, session.machine(), limit));
        }
        let before = recorder
            .as_mut()
            .map(|recorder| recorder.begin(session.machine()));
        let stepped = session.step(input)?;
        let console = session.drain();
        io::stdout().write_all(&console)?;
        match (&mut recorder, before) {
            (Some(recorder), Some(before)) => {
                recorder.end(before, session.machine(), stepped.as_ref(), console);
            }
            _ => images.meet(session.machine()),
        }
        Ok(stepped)
    })?;
    let message = ending::describe(session, &ending);
    let said = anstream::adapter::strip_str(message.as_deref().unwrap_or_default()).to_string();
    let recorder = recorder.unwrap_or_else(|| Recorder::new(program, images, session.machine(), 1));
    files::write(path, recorder.page(said).as_bytes())?;
    finish(session, &ending, message)
}

/// Runs the program to its end, or for so many steps, and writes the timeline.
fn chart(arguments: &Arguments, session: &mut Session<'_>, path: &Path) -> Result<u8, Failure> {
    let mut timeline = Timeline::new(Images::of(session.program().image()));
    let ending = run_through(session, arguments, |session, input| {
        let watched = Watched::begin(session.machine());
        let stepped = session.step(input)?;
        let console = session.drain();
        io::stdout().write_all(&console)?;
        let step = watched.end(session.machine(), stepped.as_ref(), console);
        timeline.add(&step, session.machine());
        Ok(stepped)
    })?;
    let message = ending::describe(session, &ending);
    files::write(path, timeline.finish().as_bytes())?;
    finish(session, &ending, message)
}

/// Has steps made until the program ends, or as many as there are to be.
fn run_through<'a>(
    session: &mut Session<'a>,
    arguments: &Arguments,
    mut step: impl FnMut(&mut Session<'a>, &mut dyn io::Read) -> Result<Option<Stepped>, Failure>,
) -> Result<Ending, Failure> {
    let mut input = io::stdin().lock();
    let end = arguments.program.max_steps.unwrap_or(u64::MAX);
    while session.machine().steps() < end {
        let stepped = step(session, &mut input)?;
        if let Some(end) = session.machine().end() {
            return Ok(Ending::Ended(end.clone()));
        }
        if stepped.is_none() {
            return Ok(Ending::Stopped);
        }
    }
    Ok(Ending::Steps)
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
            startup: self.startup,
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

/// Runs the program to its end, or for so many steps, and shows the steps that the filter chooses.
fn follow(
    session: &mut Session<'_>,
    arguments: &Arguments,
    filter: &Filter,
    trace: &mut Trace<'_>,
) -> Result<Ending, Failure> {
    let mut waited = false;
    run_through(session, arguments, |session, input| {
        let chosen = filter.admits(session.machine(), trace.text.images());
        // What will not be shown is only counted, where it need not be looked at for that.
        let counted = chosen && trace.is_full() && filter.counts_all();
        let watched = (chosen && !counted).then(|| Watched::begin(session.machine()));
        let stepped = session.step(input)?;
        trace.text.meet(session.machine());
        let console = session.drain();
        trace.keep(&console);
        trace.left_out += u64::from(counted);
        if let Some(watched) = watched {
            let step = watched.end(session.machine(), stepped.as_ref(), console);
            // A machine that waits does so for many steps, of which the first says all.
            if filter.keeps(&step, trace.text.images()) && !(step.is_wait() && waited) {
                trace.show(&step)?;
                trace.explain(&step, session)?;
            }
            waited = step.is_wait();
        }
        Ok(stepped)
    })
}

/// A step that is shown at the end.
struct Kept {
    shown: String,
    ended: Option<Ended>,
}

/// How a step ended a guest.
struct Ended {
    trap: Trap,
    /// The level of the guest.
    level: usize,
    /// How many steps came before.
    steps: u64,
}

impl Ended {
    fn of(step: &Step) -> Option<Ended> {
        let (trap, level, steps) = step.ended_guest()?;
        Some(Ended {
            trap: *trap,
            level,
            steps,
        })
    }
}

/// The ends of so many guests are explained: for each, the run is made again.
const EXPLAINED: usize = 16;

/// Where steps are shown.
struct Trace<'a> {
    text: Text<'a>,
    json: bool,
    /// How many lines to show at most.
    limit: usize,
    /// How many lines are shown, or kept.
    lines: usize,
    /// The steps to show at the end, if it is the last ones that are wanted.
    kept: Option<VecDeque<Kept>>,
    /// How many ends of guests were explained.
    explained: usize,
    /// How many steps that were chosen are not shown.
    left_out: u64,
    /// What the program printed.
    console: Vec<u8>,
}

impl<'a> Trace<'a> {
    fn new(arguments: &Arguments, image: &'a Image) -> Trace<'a> {
        let limit = arguments.last.unwrap_or(arguments.limit);
        let unlimited = arguments.last.is_none() && limit == 0;
        Trace {
            text: Text::new(image, arguments.startup),
            json: arguments.json,
            limit: if unlimited { usize::MAX } else { limit },
            lines: 0,
            kept: arguments.last.map(|_| VecDeque::new()),
            explained: 0,
            left_out: 0,
            console: Vec::new(),
        }
    }

    fn keep(&mut self, console: &[u8]) {
        let room = CONSOLE_LIMIT.saturating_sub(self.console.len());
        self.console.extend(console.iter().take(room));
    }

    /// Whether no step will be shown any more.
    fn is_full(&self) -> bool {
        self.kept.is_none() && self.left_out > 0
    }

    fn begin(&self) -> io::Result<()> {
        self.say(&self.text.heading())
    }

    fn show(&mut self, step: &Step) -> io::Result<()> {
        if self.is_full() {
            self.left_out += 1;
            return Ok(());
        }
        let shown = match self.json {
            true => json::step_line(step, self.text.images()),
            false => self.text.lines(step),
        };
        self.lines = self.lines.saturating_add(shown.lines().count());
        if let Some(kept) = &mut self.kept {
            let ended = Ended::of(step);
            kept.push_back(Kept { shown, ended });
            while self.lines > self.limit
                && let Some(first) = kept.pop_front()
            {
                self.lines -= first.shown.lines().count();
                self.left_out += 1;
            }
            return Ok(());
        }
        if self.lines > self.limit {
            self.left_out = 1;
            let limit = self.limit;
            return self.say(&format!(
                "... {limit} lines are shown, as many as --limit says; the program runs on\n"
            ));
        }
        anstream::stdout().write_all(shown.as_bytes())
    }

    /// Explains a step that was shown, if it ended a guest.
    fn explain(&mut self, step: &Step, session: &Session<'_>) -> Result<(), Failure> {
        match Ended::of(step) {
            Some(ended) if self.kept.is_none() && !self.is_full() => self.account(&ended, session),
            _ => Ok(()),
        }
    }

    /// Shows the account of the trap that ended a guest, as `nestor run` gives it of the outermost machine.
    fn account(&mut self, ended: &Ended, session: &Session<'_>) -> Result<(), Failure> {
        if self.json || self.explained >= EXPLAINED {
            return Ok(());
        }
        self.explained += 1;
        let Some(mut before) = session.again() else {
            return Ok(());
        };
        before.run(Some(ended.steps), &mut io::empty(), &mut io::sink())?;
        let account = fault::account_of_level(&before, ended.level, &ended.trap)?.render();
        let account = format!("{}\n", account.trim_end());
        Ok(anstream::stdout().write_all(account.as_bytes())?)
    }

    fn end(&mut self, session: &Session<'_>) -> Result<(), Failure> {
        let steps = match self.left_out {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        let kept = self.kept.take();
        match (&kept, self.left_out) {
            (_, 0) => {}
            _ if self.json => {
                io::stdout().write_all(json::left_out_line(self.left_out).as_bytes())?
            }
            (Some(_), _) => self.say(&format!("... {steps} before these\n"))?,
            (None, _) => self.say(&format!(
                "... {steps} more; --limit 0 shows all, and --last {} the end\n",
                self.limit
            ))?,
        }
        let kept: Vec<Kept> = kept.into_iter().flatten().collect();
        let ends = kept.iter().filter(|step| step.ended.is_some()).count();
        // Of the last steps, it is the last ends that are explained.
        let mut unexplained = ends.saturating_sub(EXPLAINED);
        for step in &kept {
            anstream::stdout().write_all(step.shown.as_bytes())?;
            match &step.ended {
                Some(_) if unexplained > 0 => unexplained -= 1,
                Some(ended) => self.account(ended, session)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Says something to people; in JSON it has no place.
    fn say(&self, text: &str) -> io::Result<()> {
        match self.json {
            true => Ok(()),
            false => anstream::stdout().write_all(text.as_bytes()),
        }
    }
}
