//! Two machines side by side, and where they part.
//!
//! Invariant: the specification is asked first, and is right.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;
use isa::Real;
use isa::address::PAGE_SIZE;
use isa::instruction::{C, R};
use isa::machine::{Machine, Stepped, Stop};
use vm::{Configuration, Engine};

use crate::case::{Attach, BOOT, Case};

/// Something that makes the steps of a machine.
pub trait Runner {
    /// The machine as it is now.
    fn machine(&self) -> &Machine;

    /// Makes one step.
    ///
    /// # Errors
    /// When the machine cannot go on.
    fn step(&mut self) -> Result<Stepped, Stop>;

    /// Makes steps, at most so many.
    fn run(&mut self, max_steps: u64) -> Stop;
}

impl Runner for Machine {
    fn machine(&self) -> &Machine {
        self
    }

    fn step(&mut self) -> Result<Stepped, Stop> {
        Machine::step(self)
    }

    fn run(&mut self, max_steps: u64) -> Stop {
        Machine::run(self, max_steps)
    }
}

impl Runner for Engine {
    fn machine(&self) -> &Machine {
        Engine::machine(self)
    }

    fn step(&mut self) -> Result<Stepped, Stop> {
        Engine::step(self)
    }

    fn run(&mut self, max_steps: u64) -> Stop {
        Engine::run(self, max_steps)
    }
}

/// Makes what is compared with the specification, with caches of so many places.
pub type Make<'a> = &'a dyn Fn(Machine, usize) -> Box<dyn Runner>;

/// The fast engine.
pub fn engine(machine: Machine, places: usize) -> Box<dyn Runner> {
    let configuration = Configuration {
        places,
        ..Configuration::default()
    };
    Box::new(Engine::with(machine, configuration))
}

/// How two machines are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// How many places the caches have.
    pub places: usize,
    /// Steps are made one at a time and everything is compared after each; else many at a time, by a series of this
    /// seed, and hashes are compared.
    pub pieces: Option<u64>,
}

/// Where two machines part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How they were compared.
    pub manner: Manner,
    /// The steps after which they differ.
    pub steps: u64,
    /// What differs.
    pub what: String,
}

/// Compares a run of a case with that of the specification.
pub fn compare(case: &Case, manner: Manner, attach: Attach, make: Make<'_>) -> Option<Difference> {
    let mut specification = case.machine(attach)?;
    let mut other = make(case.machine(attach)?, manner.places);
    let found = catch_unwind(AssertUnwindSafe(|| match manner.pieces {
        None => single(&mut specification, other.as_mut(), case.steps),
        Some(seed) => pieces(&mut specification, other.as_mut(), case.steps, seed),
    }));
    let (steps, what) = match found {
        Ok(found) => found?,
        Err(panic) => (specification.clock(), said(panic.as_ref())),
    };
    Some(Difference {
        manner,
        steps,
        what,
    })
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("it panicked: {}", text.unwrap_or("and said nothing"))
}

fn single(
    specification: &mut Machine,
    other: &mut dyn Runner,
    steps: u64,
) -> Option<(u64, String)> {
    for made in 1..=steps {
        let booting = specification.pc().segment() == BOOT;
        let (wanted, found) = (Machine::step(specification), other.step());
        if wanted != found {
            return Some((made, format!("the step was {found:?} and not {wanted:?}")));
        }
        let different = registers(specification, other.machine()).or_else(|| match booting {
            true => None,
            false => memory(specification, other.machine()),
        });
        if let Some(what) = different {
            return Some((made, what));
        }
        if wanted.is_err() {
            break;
        }
    }
    whole(specification, other.machine()).map(|what| (steps, what))
}

fn pieces(
    specification: &mut Machine,
    other: &mut dyn Runner,
    steps: u64,
    seed: u64,
) -> Option<(u64, String)> {
    let mut rng = Rng::with_seed(seed);
    let mut made = 0;
    while made < steps {
        let piece = match rng.u8(0..4) {
            0 => rng.u64(1..8),
            1 => rng.u64(1..100),
            _ => rng.u64(1..3000),
        };
        let piece = piece.min(steps - made);
        let (wanted, found) = (Machine::run(specification, piece), other.run(piece));
        made += piece;
        if wanted != found {
            return Some((made, format!("it stopped by {found:?} and not {wanted:?}")));
        }
        if let Some(what) = whole(specification, other.machine()) {
            return Some((made, what));
        }
        if wanted != Stop::Steps {
            break;
        }
    }
    None
}

/// What differs anywhere, devices and owners included.
fn whole(specification: &Machine, other: &Machine) -> Option<String> {
    registers(specification, other)
        .or_else(|| memory(specification, other))
        .or_else(|| {
            (specification.state_hash() != other.state_hash())
                .then(|| "the state of a device is another".to_owned())
        })
}

/// What differs outside of memory.
fn registers(specification: &Machine, other: &Machine) -> Option<String> {
    macro_rules! same {
        ($name:literal, $($get:tt)+) => {
            let (wanted, found) = (specification.$($get)+, other.$($get)+);
            if wanted != found {
                return Some(format!("{} is {found:?} and not {wanted:?}", $name));
            }
        };
    }
    for register in R::all() {
        let (wanted, found) = (specification.r(register), other.r(register));
        if wanted != found {
            return Some(format!("{register} is {found:#x} and not {wanted:#x}"));
        }
    }
    for register in C::all() {
        let (wanted, found) = (specification.c(register), other.c(register));
        if wanted != found {
            return Some(format!("{register} is {found} and not {wanted}"));
        }
    }
    same!("the program counter", pc());
    same!("the mask", is_masked());
    same!("the process", process());
    same!("the clock", clock());
    same!("the timer", timer());
    same!("what is pending", pending());
    same!("the trap entry", entry());
    same!("the end", end());
    same!("the last trap", last_trap());
    same!("the number of levels", levels());
    for level in (1..specification.levels()).rev() {
        let host = level - 1;
        same!("the state of a host", level_state(host));
        same!("the clock of a host", level_clock(host));
        same!("the block of a guest", level_block(level));
        same!("the window of a guest", level_window(level));
        same!("the depth of a guest", level_depth(level));
    }
    None
}

/// What differs in memory.
fn memory(specification: &Machine, other: &Machine) -> Option<String> {
    let pages = specification.memory().pages().zip(other.memory().pages());
    for (number, (wanted, found)) in pages.enumerate() {
        let real = number as u64 * PAGE_SIZE;
        let owners = (
            specification.memory().owner(Real(real)),
            other.memory().owner(Real(real)),
        );
        let at =
            |differs: Option<usize>, unit: u64| differs.map(|index| real + index as u64 * unit);
        if wanted == found && owners.0 == owners.1 {
            continue;
        }
        let byte = at(first_difference(wanted.bytes, found.bytes), 1);
        let label = at(first_difference(wanted.labels, found.labels), 16);
        let tag = at(first_difference(wanted.valid, found.valid), 1024);
        return Some(match (byte, label, tag) {
            (Some(at), _, _) => format!("the byte at real address {at:#x} is another"),
            (_, Some(at), _) => format!("the label at real address {at:#x} is another"),
            (_, _, Some(at)) => {
                format!("a tag of the 64 granules at real address {at:#x} is another")
            }
            _ => format!("the owner of the page at real address {real:#x} is another"),
        });
    }
    None
}

fn first_difference<T: PartialEq>(wanted: &[T], found: &[T]) -> Option<usize> {
    wanted
        .iter()
        .zip(found)
        .position(|(wanted, found)| wanted != found)
}
