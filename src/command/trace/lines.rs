//! The lines of a trace: as they come, or the last ones at the end.

use std::collections::VecDeque;
use std::io::{self, Write as _};

use assembler::image::Image;
use isa::Trap;
use isa::machine::Machine;

use super::Arguments;
use crate::failure::Failure;
use crate::fault;
use crate::session::Session;
use crate::trace::{Step, Text, json};

/// A step that is shown at the end.
struct Kept {
    /// How many steps came before.
    clock: u64,
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
pub(super) struct Trace<'a> {
    pub(super) text: Text<'a>,
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
    /// How many steps would have been chosen, if they were none of the start-up code.
    pub(super) startup: u64,
    /// Whether the last steps of all are wanted, and not of those that a filter chooses.
    pub(super) ends_run: bool,
}

impl<'a> Trace<'a> {
    pub(super) fn new(arguments: &Arguments, image: &'a Image) -> Trace<'a> {
        let limit = arguments.last.unwrap_or(arguments.limit);
        let unlimited = arguments.last.is_none() && limit == 0;
        Trace {
            text: Text::new(image, arguments.shows_startup()),
            json: arguments.json,
            limit: if unlimited { usize::MAX } else { limit },
            lines: 0,
            kept: arguments.last.map(|_| VecDeque::new()),
            explained: 0,
            left_out: 0,
            startup: 0,
            ends_run: false,
        }
    }

    /// Takes other steps instead, from this machine on.
    pub(super) fn begin_again(&mut self, machine: &Machine) {
        self.kept = Some(VecDeque::new());
        (self.lines, self.left_out, self.startup) = (0, 0, 0);
        self.text.meet(machine);
    }

    /// Whether no step was chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.lines == 0 && self.left_out == 0
    }

    /// Whether a step was chosen that is not shown.
    pub(super) fn leaves_out(&self) -> bool {
        self.left_out > 0
    }

    /// That so many steps were chosen and are not shown.
    pub(super) fn leave_out(&mut self, steps: u64) {
        self.left_out += steps;
    }

    /// Whether no step will be shown any more.
    pub(super) fn is_full(&self) -> bool {
        self.kept.is_none() && self.left_out > 0
    }

    pub(super) fn begin(&self) -> io::Result<()> {
        self.say(&self.text.heading())
    }

    pub(super) fn show(&mut self, step: &Step) -> io::Result<()> {
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
            let clock = step.clock();
            kept.push_back(Kept {
                clock,
                shown,
                ended,
            });
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
    pub(super) fn explain(&mut self, step: &Step, session: &Session<'_>) -> Result<(), Failure> {
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

    pub(super) fn end(&mut self, session: &Session<'_>) -> Result<(), Failure> {
        // Where the end alone was looked at, it is known how many steps there were, but not which would have lines.
        if self.ends_run && self.leaves_out() {
            let first = self.kept.iter().flatten().next();
            self.left_out = first.map_or(session.machine().steps(), |first| first.clock);
        }
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

/// Why no step is shown, when so many would be if the start-up code were shown.
pub(super) fn nothing_shown(startup: u64) -> String {
    match startup {
        0 => "no step is shown: none is one that the filters choose\n".to_owned(),
        1 => "no step is shown: 1 was start-up code (`--startup` shows it)\n".to_owned(),
        count => format!("no step is shown: {count} were start-up code (`--startup` shows them)\n"),
    }
}
