//! A run in which one can go back: the machine is saved now and then, and to go back is to restore the nearest earlier
//! one and to run forward, with the same input at the same steps.
//!
//! Invariant: whatever was done, the machine at a moment is the machine that the run had there when it first came by,
//! unless it was given other input before that; then what came later is forgotten.

use std::collections::BTreeMap;

use isa::instruction::Opcode;
use isa::machine::{Stepped, Stop};

use crate::failure::Failure;
use crate::session::{Checkpoint, Session};
use crate::upcoming::Upcoming;

/// So many steps are made between two savings while single steps are looked at.
const NEAR: u64 = 1 << 16;
/// So many are made while nothing is looked at, which takes about as long.
const FAR: u64 = 1 << 22;
/// The most machines that are kept. The further back, the further apart they are.
const MOST: usize = 48;
/// The most bytes that they take, roughly, besides the first and the last one.
const BYTES: usize = 256 << 20;

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) step: u64,
    pub(super) phase: Phase,
}

/// What was done at a step that is no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Nothing yet.
    Begun,
    /// The guests that the next step is made in were entered.
    Entered,
    /// The machine has ended, as it does by a trap or by waiting.
    Ended,
}

impl Moment {
    /// The moment before a step.
    pub(super) fn before(step: u64) -> Moment {
        let phase = Phase::Begun;
        Moment { step, phase }
    }
}

pub(super) struct Timeline<'a> {
    session: Session<'a>,
    /// Whether guests were entered since the last step.
    entered: bool,
    kept: BTreeMap<u64, Checkpoint>,
    /// How far the run has come.
    reach: u64,
    /// What the program printed on its first console up to this byte was shown.
    shown: u64,
}

impl<'a> Timeline<'a> {
    /// The run of a session from here on.
    pub(super) fn new(session: Session<'a>) -> Timeline<'a> {
        let mut timeline = Timeline {
            reach: session.machine().steps(),
            session,
            entered: false,
            kept: BTreeMap::new(),
            shown: 0,
        };
        timeline.keep();
        timeline
    }

    pub(super) fn session(&self) -> &Session<'a> {
        &self.session
    }

    pub(super) fn now(&self) -> Moment {
        let machine = self.session.machine();
        let phase = match (machine.end(), self.entered) {
            (Some(_), _) => Phase::Ended,
            (None, true) => Phase::Entered,
            (None, false) => Phase::Begun,
        };
        let step = machine.steps();
        Moment { step, phase }
    }

    /// The first step that one can go back to.
    pub(super) fn first(&self) -> u64 {
        self.kept.keys().next().copied().unwrap_or(self.reach)
    }

    /// How far the run has come.
    pub(super) fn reach(&self) -> u64 {
        self.reach
    }

    /// How many machines are kept.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// The last machine that is kept before a moment: its step.
    pub(super) fn kept_before(&self, moment: Moment) -> Option<u64> {
        let mut kept = self.kept.range(..=moment.step).rev();
        let kept = kept.find(|(step, _)| Moment::before(**step) < moment);
        kept.map(|(step, _)| *step)
    }

    /// Enters the guests that the next step is made in, and says whether there are any. It is no step, but what follows is
    /// theirs.
    pub(super) fn enter(&mut self) -> bool {
        let next = Upcoming::of(self.session.machine()).map(|upcoming| upcoming.opcode);
        if next != Some(Opcode::Vmrun) {
            return false;
        }
        let levels = self.session.machine().levels();
        self.session.enter_guests();
        let entered = self.session.machine().levels() > levels;
        self.entered |= entered;
        entered
    }

    /// Makes one step.
    ///
    /// # Errors
    /// When the machine cannot go on.
    pub(super) fn step(&mut self) -> Result<Stepped, Stop> {
        self.before_running();
        let stepped = self.session.go_on_by_one();
        self.after_running(NEAR);
        stepped
    }

    /// Makes steps up to this one.
    ///
    /// # Errors
    /// When the machine cannot go on before.
    pub(super) fn run_to(&mut self, step: u64) -> Result<(), Stop> {
        loop {
            let now = self.now().step;
            if now >= step {
                return Ok(());
            }
            self.before_running();
            let next = (now / FAR + 1) * FAR;
            let stop = self.session.go_on(next.min(step) - now);
            self.after_running(FAR);
            match stop {
                Stop::Steps => {}
                stop => return Err(stop),
            }
        }
    }

    /// Goes to a moment of the run, back or forward.
    ///
    /// # Errors
    /// When it is not one that can be gone to.
    pub(super) fn go_to(&mut self, moment: Moment) -> Result<(), Failure> {
        let cannot = || Failure::Usage(format!("step {} cannot be gone to", moment.step));
        if moment < self.now() {
            let kept = self.kept.range(..=moment.step).next_back();
            let (_, checkpoint) = kept.ok_or_else(cannot)?;
            let checkpoint = checkpoint.clone();
            self.session.go_back(&checkpoint)?;
            self.entered = false;
        }
        // The last step of a run that ends by the switch is one.
        let _ = self.run_to(moment.step);
        match moment.phase {
            Phase::Begun => {}
            Phase::Entered => drop(self.enter()),
            Phase::Ended if self.now() < moment => drop(self.step()),
            Phase::Ended => {}
        }
        match self.now() == moment {
            true => Ok(()),
            false => Err(cannot()),
        }
    }

    /// Gives the program a line of input, or the end of it. What came after this step is forgotten. To come back here is to
    /// come back to before that input, which is given again when the run goes on, unless other is.
    pub(super) fn supply(&mut self, bytes: Vec<u8>) {
        self.reach = self.now().step;
        let _ = self.kept.split_off(&(self.reach + 1));
        if !self.kept.contains_key(&self.reach) {
            self.keep();
        }
        self.session.supply(bytes);
    }

    /// What the program has printed and was not shown yet.
    pub(super) fn drain(&mut self) -> Vec<u8> {
        let mut bytes = self.session.drain();
        let console = self
            .session
            .machine()
            .console(isa::abi::SLOT_CONSOLE.into());
        let end = console.map_or(0, |console| console.output_count());
        let new = end.saturating_sub(self.shown);
        self.shown = self.shown.max(end);
        let old = bytes
            .len()
            .saturating_sub(usize::try_from(new).unwrap_or(usize::MAX));
        bytes.drain(..old);
        bytes
    }

    fn before_running(&self) {
        if self.now().step >= self.reach {
            self.session.go_live();
        }
    }

    /// Saves the machine if it is so many steps from the last one that was saved before it.
    fn after_running(&mut self, distance: u64) {
        self.entered = false;
        let now = self.now();
        self.reach = self.reach.max(now.step);
        let last = self.kept.range(..=now.step).next_back();
        let far = last.is_none_or(|(last, _)| now.step - last >= distance);
        if far && now.phase == Phase::Begun {
            self.keep();
        }
    }

    fn keep(&mut self) {
        let step = self.now().step;
        let near = self.kept.range(..=step).next_back().map(|(_, near)| near);
        if let Some(checkpoint) = self.session.checkpoint(near) {
            self.kept.insert(step, checkpoint);
            self.bound();
        }
    }

    /// Lets machines go until there are few enough: of those between the first and the last the one whose neighbours are
    /// closest together, for how far back it is. So distances double the further back they are.
    fn bound(&mut self) {
        while self.kept.len() > MOST || self.kept.len() > 2 && self.bytes() > BYTES {
            let steps: Vec<u64> = self.kept.keys().copied().collect();
            let Some(last) = steps.last() else { return };
            let price = |around: &[u64]| match around {
                [before, at, after] => (after - before) as f64 / (last - at) as f64,
                _ => f64::MAX,
            };
            let dearest = steps
                .windows(3)
                .min_by(|a, b| price(a).total_cmp(&price(b)));
            match dearest {
                Some([_, at, _]) => drop(self.kept.remove(at)),
                _ => return,
            }
        }
    }

    /// What the machines take that share nothing with the one before them.
    fn bytes(&self) -> usize {
        let machines: Vec<_> = self.kept.values().map(|kept| &kept.machine).collect();
        let pairs = machines.windows(2).map(|pair| match pair {
            [before, after] => after.unshared(Some(before)),
            _ => 0,
        });
        pairs.sum()
    }
}

#[cfg(test)]
mod tests {
    use isa::machine::StateHash;

    use super::*;
    use crate::nest::{Hypervisor, Nested};
    use crate::program::Program;
    use crate::runner::Which;
    use crate::session::Settings;

    /// Reads bytes until there are no more, and prints each.
    const READER: &str = "\
        .text
        .proc   main
        enter
again:  la      c1, room
        li      r1, 1
        io      r1, c2, c1, read
        blt     r1, 0, done
        io      r1, c2, c1, write
        j       again
done:   li      r1, 7
        leave
        .endproc
        .data
room:   .space  8
";

    /// The states of a run at every so manieth step, and where it waits: for this input, and then for the end of it.
    fn states(
        timeline: &mut Timeline<'_>,
        every: u64,
        input: &[u8],
    ) -> BTreeMap<Moment, StateHash> {
        let mut states = BTreeMap::new();
        loop {
            let moment = timeline.now();
            states.insert(moment, timeline.session().machine().state_hash());
            match timeline.run_to(moment.step + every) {
                Ok(()) => {}
                Err(Stop::Input(_)) if timeline.reach() == timeline.now().step => {
                    let given = if states.len() % 2 == 0 {
                        input.to_vec()
                    } else {
                        Vec::new()
                    };
                    timeline.supply(given);
                }
                Err(_) => break,
            }
        }
        states.insert(timeline.now(), timeline.session().machine().state_hash());
        states
    }

    fn goes_back_and_forth(program: &Program, settings: Settings, every: u64) {
        let session = Session::boot(program, settings).expect("it fits");
        let mut timeline = Timeline::new(session);
        let states = states(&mut timeline, every, b"abc");
        assert!(states.len() > 8, "{} moments", states.len());
        let moments: Vec<Moment> = states.keys().copied().collect();
        // Each one from far away: from the ends inwards, and in between a neighbour.
        for (index, moment) in moments.iter().enumerate() {
            let other = moments[moments.len() - 1 - index];
            for moment in [*moment, other] {
                timeline.go_to(moment).expect("the run was there");
                let state = timeline.session().machine().state_hash();
                assert_eq!(Some(&state), states.get(&moment), "at {moment:?}");
            }
        }
    }

    #[test]
    fn every_moment_is_the_same_again_on_both_machines() {
        let program = Program::from_text("reader.s", READER).expect("it assembles");
        for machine in [Which::Fast, Which::Spec] {
            let settings = Settings {
                memory: 1 << 20,
                machine,
                ..Settings::default()
            };
            goes_back_and_forth(&program, settings, 7);
        }
    }

    #[test]
    fn every_moment_of_a_nest_is_the_same_again() {
        let program = Program::from_text("reader.s", READER).expect("it assembles");
        let reflect = Hypervisor::named("reflect").expect("it is shipped");
        let alone = Nested::alone(program, 1 << 20);
        let nested = alone
            .inside(&reflect)
            .and_then(|nested| nested.inside(&reflect));
        let nested = nested.expect("it fits");
        let settings = Settings {
            memory: nested.memory(),
            ..Settings::default()
        };
        goes_back_and_forth(nested.program(), settings, 211);
    }

    #[test]
    fn other_input_makes_another_run() {
        let program = Program::from_text("reader.s", READER).expect("it assembles");
        let session = Session::boot(&program, Settings::default()).expect("it fits");
        let mut timeline = Timeline::new(session);
        let waits = |timeline: &mut Timeline<'_>| {
            assert!(matches!(timeline.run_to(u64::MAX), Err(Stop::Input(_))));
            timeline.now()
        };
        let first = waits(&mut timeline);
        timeline.supply(b"one".to_vec());
        let second = waits(&mut timeline);
        timeline.go_to(first).expect("the run was there");
        timeline.supply(b"other".to_vec());
        assert_eq!(timeline.reach(), first.step);
        assert!(waits(&mut timeline) > second);
        assert_eq!(timeline.drain(), b"other");
    }
}
