//! Running one file on the specification, and the verdict.
//!
//! Invariant: a verdict is good only if the program came to the end that its head tells, everything that the head tells
//! holds there, and some of it did not hold before the program made it so.

use std::collections::{BTreeSet, HashSet};

use assembler::image::Image;
use assembler::{Assembly, Options, Severity, Source};
use isa::abi::{SLOT_BLOCK, SLOT_CONSOLE, SLOT_DATE, SLOT_ENTROPY, SLOT_POWER};
use isa::context::{ExecutionContext, ExitReason, MachineBlock};
use isa::instruction::Opcode;
use isa::instruction::format::ThreeCapabilities;
use isa::instruction::names::Named;
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{BootError, End, LoadPiece, Machine, Reset, StateHash, Stepped, Stop};
use isa::{AccessKind, Address, Cause, Trap, TrapRegister};
use vm::{Configuration, Engine};

use super::check::{self, Delivered, Scene, show_trap};
use super::head::{Ends, Given, Head, Listing, What};
use super::text::ExitText;
use super::{Case, Suite};

/// The date that the date device always has.
const DATE: u64 = 0x0123_4567_89ab_cdef;

/// The most traps that a run may have.
const TRAP_LIMIT: usize = 100_000;

/// What the programs of some files made the machine do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Instructions of the files themselves that ran.
    pub instructions: BTreeSet<Opcode>,
    /// Causes of traps that happened.
    pub causes: BTreeSet<Cause>,
}

/// What came of a file.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What is wrong; nothing if the file passes.
    pub failures: Vec<String>,
    /// The steps that its program took.
    pub steps: u64,
    /// What its program reached.
    pub reached: Reached,
}

impl Verdict {
    /// Does the file pass?
    pub fn passes(&self) -> bool {
        self.failures.is_empty()
    }

    pub(super) fn failed(failure: impl Into<String>) -> Verdict {
        Verdict {
            failures: vec![failure.into()],
            ..Verdict::default()
        }
    }
}

/// Assembles and runs a file, and compares.
pub(super) fn play(suite: &Suite, case: &Case) -> Verdict {
    let head = match &case.head {
        Ok(head) => head,
        Err(error) => return Verdict::failed(format!("the head comment, {error}")),
    };
    let image = match assemble(suite, case) {
        Ok(image) => image,
        Err(failures) => {
            return Verdict {
                failures,
                ..Verdict::default()
            };
        }
    };
    let machine = match boot(&image, head) {
        Ok(machine) => machine,
        Err(failure) => return Verdict::failed(failure),
    };
    let (mut verdict, run) = Run::new(machine, &image, &case.path).verdict(head);
    for places in PLACES {
        for pace in [Pace::Whole, Pace::Pieces] {
            let engine = boot(&image, head).map(|machine| {
                let configuration = Configuration {
                    places,
                    ..Configuration::default()
                };
                Engine::with(machine, configuration)
            });
            let failed = engine.and_then(|engine| follow(engine, &run, pace));
            verdict.failures.extend(
                failed
                    .err()
                    .map(|failed| format!("{OF_ENGINE}, with {places} places: {failed}")),
            );
        }
    }
    verdict
}

/// How a failure begins that is about the fast engine: not the file's own expectations were missed, but engine and
/// specification differ.
pub const OF_ENGINE: &str = "the fast engine";

/// How many places of segments the fast engine keeps, in each of its runs.
const PLACES: [usize; 3] = [1, 2, 4096];

/// How many steps the fast engine makes at a time.
#[derive(Clone, Copy)]
enum Pace {
    /// All of them.
    Whole,
    /// One, two, three and so on to a hundred, and again from one.
    Pieces,
}

/// What the specification's run came to.
struct Course {
    clock: u64,
    stop: Stop,
    hash: StateHash,
}

/// Has the fast engine make the same run, and says what is different at its end.
fn follow(mut engine: Engine, course: &Course, pace: Pace) -> Result<(), String> {
    let mut pieces = (1..=100).cycle();
    let mut stop = Stop::Steps;
    while stop == Stop::Steps && engine.machine().steps() < course.clock {
        let left = course.clock - engine.machine().steps();
        stop = match pace {
            Pace::Whole => engine.run(left),
            Pace::Pieces => engine.run(pieces.next().unwrap_or(1).min(left)),
        };
    }
    if stop == Stop::Steps && course.stop != Stop::Steps {
        stop = engine.run(1);
    }
    let clock = engine.machine().steps();
    if stop != course.stop || clock != course.clock {
        return Err(format!(
            "after {clock} steps {stop:?}, and not after {} steps {:?}",
            course.clock, course.stop
        ));
    }
    match engine.machine().state_hash() == course.hash {
        true => Ok(()),
        false => Err("the state at the end is another".to_owned()),
    }
}

fn assemble(suite: &Suite, case: &Case) -> Result<Image, Vec<String>> {
    let options = Options {
        bare: true,
        ..Options::default()
    };
    let source = Source::new(case.path.as_str(), case.text.as_str());
    let Assembly {
        image,
        diagnostics,
        sources,
        ..
    } = assembler::assemble(vec![source], &mut suite.loader(), &options);
    let wrong: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.primary.as_ref().map(|mark| {
                let position = sources.position(mark.span.source, mark.span.start);
                format!("{}:{}: ", sources.name(mark.span.source), position.line)
            });
            let kind = match diagnostic.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!(
                "{}{kind}: {}",
                place.unwrap_or_default(),
                diagnostic.message
            )
        })
        .collect();
    match image {
        Some(image) if wrong.is_empty() => Ok(image),
        _ => Err(wrong),
    }
}

fn boot(image: &Image, head: &Head) -> Result<Machine, String> {
    let given = &head.given;
    let boot = image
        .boot(given.memory)
        .map_err(|error| error.to_string())?;
    let mut machine = Machine::new(given.memory).map_err(|error| error.to_string())?;
    let pieces: Vec<_> = boot
        .pieces
        .iter()
        .map(|piece| LoadPiece {
            real: piece.real,
            bytes: piece.bytes,
        })
        .collect();
    machine.load(&pieces).map_err(|error| error.to_string())?;
    attach(&mut machine, given).map_err(|error| error.to_string())?;
    let reset = Reset {
        descriptor_base: boot.descriptor_base,
        descriptor_count: boot.descriptor_count,
        entry: boot.entry,
        depth_left: given.depth,
        arguments: Vec::new(),
        free: boot.free,
    };
    machine.reset(&reset).map_err(|error| error.to_string())?;
    Ok(machine)
}

/// Puts the devices of the suite into a machine.
pub(super) fn attach(machine: &mut Machine, given: &Given) -> Result<(), BootError> {
    let mut console = Console::new();
    console.supply(&given.input);
    if !given.open {
        console.close();
    }
    let mut devices = vec![
        (SLOT_CONSOLE, Device::Console(console)),
        (SLOT_POWER, Device::Power),
        (SLOT_DATE, Device::date(Box::new(|| DATE))),
        (
            SLOT_ENTROPY,
            Device::entropy(Box::new(|bytes| bytes.fill(0x5a))),
        ),
    ];
    if let Some(blocks) = given.disk {
        // Block n is filled with n + 1, so that no block is mistaken for memory that nobody wrote.
        let disk: Vec<u8> = (1..=blocks)
            .flat_map(|number| [number as u8; 4096])
            .collect();
        devices.push((SLOT_BLOCK, Device::block(Box::new(disk))));
    }
    for (slot, device) in devices {
        machine.attach(slot.into(), device)?;
    }
    Ok(())
}

/// How a run came to its end.
enum Finish {
    Stop(Stop),
    TooManyTraps,
}

/// A run in progress.
struct Run<'a> {
    machine: Machine,
    image: &'a Image,
    path: &'a str,
    console: Vec<u8>,
    traps: Vec<Delivered>,
    /// The exits, where the block can still be found that tells.
    exits: Vec<ExitText>,
    /// How many there were, found or not.
    exited: u64,
    /// The registers before the first instruction of the file itself; none before that.
    before: Option<ExecutionContext>,
    /// Which of the expectations did not hold then, or for registers at some time since.
    earned: Vec<bool>,
    seen: HashSet<u64>,
    reached: Reached,
}

impl<'a> Run<'a> {
    fn new(machine: Machine, image: &'a Image, path: &'a str) -> Run<'a> {
        Run {
            machine,
            image,
            path,
            console: Vec::new(),
            traps: Vec::new(),
            exits: Vec::new(),
            exited: 0,
            before: None,
            earned: Vec::new(),
            seen: HashSet::new(),
            reached: Reached::default(),
        }
    }

    fn verdict(mut self, head: &Head) -> (Verdict, Course) {
        let finish = self.run(head);
        let mut failures = self.end(head, &finish);
        if self.before.is_none() {
            failures.push("no instruction of the file was reached".to_owned());
        }
        let delivered = self.delivered(&finish);
        match &head.traps {
            Listing::Listed(wanted) => failures.extend(check::traps(self.image, delivered, wanted)),
            Listing::Counted(count) if delivered.len() as u64 != *count => {
                let happened = delivered.len();
                let last = delivered.last().map(|trap| trap.show(self.image));
                let last = last.unwrap_or("none".to_owned());
                failures.push(format!(
                    "{count} traps wanted, {happened} happened, the last: {last}"
                ));
            }
            Listing::Counted(_) => {}
        }
        match &head.exits {
            Listing::Listed(wanted) => failures.extend(check::exits(&self.exits, wanted)),
            Listing::Counted(count) if self.exited != *count => {
                let last = self.exits.last().map(check::show_exit);
                failures.push(format!(
                    "{count} exits wanted, {} happened, the last: {}",
                    self.exited,
                    last.unwrap_or("none".to_owned())
                ));
            }
            Listing::Counted(_) => {}
        }
        let scene = self.scene();
        failures.extend(
            head.expected
                .iter()
                .filter_map(|expected| scene.check(expected).err()),
        );
        let happened = head.ends != Ends::Done
            || !(delivered.is_empty() && self.exits.is_empty() && self.console.is_empty());
        failures.extend(self.unearned(head, happened));
        let course = Course {
            clock: self.machine.steps(),
            stop: match finish {
                Finish::Stop(stop) => stop,
                Finish::TooManyTraps => Stop::Steps,
            },
            hash: self.machine.state_hash(),
        };
        let verdict = Verdict {
            failures,
            steps: self.machine.steps(),
            reached: self.reached,
        };
        (verdict, course)
    }

    fn scene(&self) -> Scene<'_> {
        const NONE: &ExecutionContext = &ExecutionContext {
            pc: isa::Capability::NULL,
            status: 0,
            r: [0; 32],
            c: [isa::Capability::NULL; 16],
        };
        Scene {
            machine: &self.machine,
            image: self.image,
            before: self.before.as_ref().unwrap_or(NONE),
            console: &self.console,
        }
    }

    fn run(&mut self, head: &Head) -> Finish {
        for _ in 0..head.given.steps {
            let own = self.machine.levels() == 1 && self.is_own(self.machine.pc().address());
            if own {
                self.earn(head);
            }
            let opcode = own.then(|| self.opcode()).flatten();
            let stepped = self.machine.step();
            if let Some(console) = self.machine.console_mut(SLOT_CONSOLE.into()) {
                self.console.extend(console.drain());
            }
            let trap = match &stepped {
                Ok(Stepped::Delivered(trap)) => Some(trap),
                Err(Stop::Ended(End::DoubleFault { first, second, .. })) => {
                    self.reached
                        .causes
                        .extend(second.map(|second| second.cause));
                    Some(first)
                }
                _ => None,
            };
            if let Some((address, opcode)) = opcode.filter(|_| trap.is_none_or(by_instruction)) {
                self.reached.instructions.insert(opcode);
                self.seen.insert(address);
            }
            self.reached.causes.extend(trap.map(|trap| trap.cause));
            match stepped {
                Ok(Stepped::Delivered(trap)) if self.traps.len() < TRAP_LIMIT => {
                    let level = self.machine.levels() - 1;
                    self.traps.push(Delivered { trap, level });
                }
                Ok(Stepped::Exited) if self.exits.len() < TRAP_LIMIT => {
                    self.exits.extend(self.exit());
                    self.exited += 1;
                }
                Ok(Stepped::Delivered(_) | Stepped::Exited) => return Finish::TooManyTraps,
                Ok(_) => {}
                Err(stop) => return Finish::Stop(stop),
            }
        }
        Finish::Stop(Stop::Steps)
    }

    /// Notes which expectations do not hold now, in front of an instruction of the file: all of them before the first
    /// one, and those of registers later. What registers hold while others run, such as the handler of a trap, is
    /// nothing that the file has done.
    fn earn(&mut self, head: &Head) {
        let first = self.before.is_none();
        if first {
            self.before = Some(self.machine.context());
            self.earned = vec![false; head.expected.len()];
        }
        let mut earned = std::mem::take(&mut self.earned);
        let scene = self.scene();
        for (earned, expected) in earned.iter_mut().zip(&head.expected) {
            if !*earned && (first || check::is_register(&expected.what)) {
                *earned = scene.check(expected).is_err();
            }
        }
        self.earned = earned;
    }

    /// Is the instruction at this address one of the file, and not of what it includes?
    fn is_own(&self, address: u64) -> bool {
        let source = self.image.source(address);
        source.is_some_and(|source| source.file == self.path)
    }

    /// The exit that completed the `vmrun` in front of the program counter, if its block can still be found.
    fn exit(&self) -> Option<ExitText> {
        let (machine, pc) = (&self.machine, self.machine.pc());
        let place = Address::new(pc.segment(), pc.cursor().checked_sub(8)?);
        let word = u64::from_le_bytes(machine.peek(place, 8).try_into().ok()?);
        let block = machine.c(ThreeCapabilities::unpack(word)?.ca);
        let place = Address::new(block.segment(), block.cursor());
        let bytes = machine.peek(place, MachineBlock::SIZE as usize);
        let exit = MachineBlock::from_bytes(&bytes.try_into().ok()?).terms.exit;
        let to = machine.levels() - 1;
        Some(ExitText {
            reason: ExitReason::from_number(u32::try_from(exit.reason).ok()?)?,
            to,
            from: to + 1 + usize::try_from(exit.level).ok()?,
        })
    }

    /// The instruction at the program counter and its address, if it was not met before.
    fn opcode(&self) -> Option<(u64, Opcode)> {
        let address = self.machine.pc().address();
        if self.seen.contains(&address) {
            return None;
        }
        let bytes = self.machine.peek(Address::from_word(address)?, 8);
        let opcode = Opcode::of(u64::from_le_bytes(bytes.try_into().ok()?))?;
        Some((address, opcode))
    }

    /// The traps that were delivered, without the one that then ended the machine for want of a trap entry.
    fn delivered(&self, finish: &Finish) -> &[Delivered] {
        if let Finish::Stop(Stop::Ended(End::DoubleFault {
            first,
            no_entry: true,
            ..
        })) = finish
            && let Some((last, rest)) = self.traps.split_last()
            && last.trap == *first
        {
            return rest;
        }
        &self.traps
    }

    /// What is wrong with the end.
    fn end(&self, head: &Head, finish: &Finish) -> Vec<String> {
        let stop = match finish {
            Finish::Stop(stop) => stop,
            Finish::TooManyTraps => return vec![format!("more than {TRAP_LIMIT} traps, or exits")],
        };
        let good = match (&head.ends, stop) {
            (Ends::Done, Stop::Ended(end)) => is_done(end),
            (
                Ends::Trap { first, undelivered },
                Stop::Ended(End::DoubleFault {
                    first: found,
                    second,
                    no_entry,
                }),
            ) => {
                let mut failures = Vec::new();
                failures.extend(check::trap(self.image, found, first).err());
                match (undelivered, second) {
                    (None, None) if *no_entry => {}
                    (Some(wanted), Some(found)) => {
                        failures.extend(check::trap(self.image, found, wanted).err());
                    }
                    _ => failures.push(format!("it ended otherwise: {}", self.show_stop(stop))),
                }
                return failures;
            }
            (Ends::Power(wanted), Stop::Ended(End::Power { status })) => status == wanted,
            (Ends::Wait, Stop::Ended(End::Wait)) => true,
            (Ends::Steps, Stop::Steps) => true,
            (Ends::Input(wanted), Stop::Input(slot)) => slot == wanted,
            _ => false,
        };
        match good {
            true => Vec::new(),
            false => vec![self.show_stop(stop)],
        }
    }

    fn show_stop(&self, stop: &Stop) -> String {
        let place = match self.image.source(self.machine.pc().address()) {
            Some(source) => format!("{}:{}", source.file, source.line),
            None => self.machine.pc().to_string(),
        };
        let what = match stop {
            Stop::Ended(End::Power { status }) => format!("it switched itself off with {status}"),
            Stop::Ended(End::DoubleFault { first, second, .. }) => {
                let second = second.map(|second| show_trap(Some(self.image), &second));
                let why = second.map(|second| format!(", not delivered for `{second}`"));
                format!(
                    "it ended by `{}`{}",
                    show_trap(Some(self.image), first),
                    why.unwrap_or_default()
                )
            }
            Stop::Ended(End::Wait) => "it waits for ever".to_owned(),
            Stop::Steps => format!("it was not done after {} steps", self.machine.steps()),
            Stop::Input(slot) => format!("it waits for input of slot {slot}"),
        };
        format!("{what}, at {place}")
    }

    /// Expectations that would hold if the program had done nothing. `happened` is whether it did something else that
    /// can be seen.
    fn unearned(&self, head: &Head, happened: bool) -> Vec<String> {
        let mut failures = Vec::new();
        let pairs = || head.expected.iter().zip(&self.earned);
        for (expected, earned) in pairs() {
            if check::is_register(&expected.what) && !earned {
                failures.push(format!(
                    "`{}` held all the time, so it shows nothing",
                    expected.text
                ));
            }
        }
        let changed =
            pairs().any(|(expected, earned)| *earned && !matches!(expected.what, What::Clock(_)));
        if !happened && !changed {
            failures
                .push("all that the head says held from the start, so it shows nothing".to_owned());
        }
        failures
    }
}

/// `trap 0`, with no trap entry and therefore no change of anything.
fn is_done(end: &End) -> bool {
    let done = |trap: &Trap| {
        Trap {
            ring: trap.ring,
            ..Trap::from(Cause::Software)
        } == *trap
    };
    matches!(end, End::DoubleFault { first, second: None, no_entry: true } if done(first))
}

/// Did the instruction itself run into this trap, and not its fetch or what came before?
fn by_instruction(trap: &Trap) -> bool {
    let fetch = trap.register == TrapRegister::PC && trap.kind == AccessKind::Execute;
    !fetch
        && !matches!(
            trap.cause,
            Cause::Interrupt | Cause::Illegal | Cause::Privilege
        )
}
