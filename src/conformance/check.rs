//! Comparing what a machine did and is with what a head comment says.
//!
//! Invariant: an expectation whose names mean nothing in the program fails; it is never skipped.

use assembler::image::Image;
use isa::capability::{Capability, Fields};
use isa::context::ExecutionContext;
use isa::instruction::C;
use isa::instruction::names::Named;
use isa::machine::Machine;
use isa::{Address, SegmentNumber, Trap};

use super::head::{Expected, What};
use super::text::{CapabilityText, ExitText, NumberText, Origin, PlaceText, Register, TrapText};

/// Why something that a head says does not hold.
pub(super) type Failed = String;

/// A machine and the names of its program.
pub(super) struct Scene<'a> {
    pub(super) machine: &'a Machine,
    pub(super) image: &'a Image,
    /// The registers before the first instruction of the file.
    pub(super) before: &'a ExecutionContext,
    /// What it has printed.
    pub(super) console: &'a [u8],
}

impl Scene<'_> {
    /// Whether an expectation holds now.
    pub(super) fn check(&self, expected: &Expected) -> Result<(), Failed> {
        self.state(&expected.what)
            .map_err(|found| format!("`{}`: {found}", expected.text))
    }

    fn state(&self, what: &What) -> Result<(), Failed> {
        let machine = self.machine;
        match what {
            What::R(register, value) => {
                let (found, wanted) = (machine.r(*register), number(self.image, value)?);
                same(found == wanted, || format!("it is {found:#x}"))
            }
            What::C(register, value) => {
                let found = machine.c(*register);
                let wanted = capability(self.image, value)?;
                same(found == wanted, || format!("it is {}", self.show(&found)))
            }
            What::Kept(registers) => registers
                .iter()
                .try_for_each(|register| self.kept(*register)),
            What::Memory(place, bytes) => {
                let found = machine.peek(self.address(place)?, bytes.len());
                same(found == *bytes, || format!("it holds {}", hex(&found)))
            }
            What::Granule(place, value) => {
                let found = machine
                    .peek_capability(self.address(place)?)
                    .ok_or("there is no memory")?;
                let wanted = capability(self.image, value)?;
                same(found == wanted, || {
                    format!("it holds {}", self.show(&found))
                })
            }
            What::Label(place, label) => {
                let found = machine.memory().label(self.real(place)?);
                same(found.0 == *label, || format!("it is {}", found.0))
            }
            What::Owner(place, owner) => {
                let found = machine.memory().owner(self.real(place)?);
                same(found == *owner, || format!("it is {found}"))
            }
            What::Console(bytes) => same(self.console == bytes, || {
                format!("it is {:?}", String::from_utf8_lossy(self.console))
            }),
            What::Clock(clock) => {
                let found = machine.steps();
                same(found == *clock, || format!("it is {found}"))
            }
            What::Ring(ring) => {
                let found = machine.ring();
                same(found == *ring, || format!("it is {found}"))
            }
            What::Guests(guests) => {
                let found = machine.levels() - 1;
                same(found == *guests, || format!("there are {found}"))
            }
        }
    }

    fn kept(&self, register: Register) -> Result<(), Failed> {
        match register {
            Register::R(register) => {
                let found = self.machine.r(register);
                let before = self.before.r.get(register.index()).copied().unwrap_or(0);
                same(found == before, || {
                    format!("{register} was {before:#x} and is {found:#x}")
                })
            }
            Register::C(register) => {
                let found = self.machine.c(register);
                let before = self
                    .before
                    .c
                    .get(register.index())
                    .copied()
                    .unwrap_or_default();
                same(found == before, || {
                    format!(
                        "{register} was {} and is {}",
                        self.show(&before),
                        self.show(&found)
                    )
                })
            }
        }
    }

    fn address(&self, place: &PlaceText) -> Result<Address, Failed> {
        let (segment, offset) = resolve(self.image, place)?;
        let offset = u32::try_from(offset).map_err(|_| "an offset beyond 32 bits".to_owned())?;
        Ok(Address::new(SegmentNumber(segment), offset))
    }

    fn real(&self, place: &PlaceText) -> Result<isa::Real, Failed> {
        let real = self.machine.locate(self.address(place)?);
        real.filter(|real| self.machine.memory().contains(*real, 1))
            .ok_or_else(|| "there is no memory".to_owned())
    }

    fn show(&self, value: &Capability) -> String {
        let name = self.image.segment_name(value.segment().0);
        match name {
            Some(name) if value.is_tagged() => format!("{value} in '{name}'"),
            _ => value.to_string(),
        }
    }
}

/// How many traps that are not listed are shown.
const SHOWN: usize = 8;

/// A trap that was delivered, and the level of the machine that it was delivered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    pub(super) trap: Trap,
    pub(super) level: usize,
}

impl Delivered {
    /// The notation of head comments.
    pub(super) fn show(&self, image: &Image) -> String {
        let trap = show_trap(Some(image), &self.trap);
        match self.level {
            0 => trap,
            level => format!("{trap} level {level}"),
        }
    }
}

/// Whether these are the traps, in order.
pub(super) fn traps(image: &Image, found: &[Delivered], wanted: &[TrapText]) -> Vec<Failed> {
    let compare = |found: &Delivered, wanted: &TrapText| {
        trap(image, &found.trap, wanted)?;
        same(found.level == wanted.level, || {
            format!("wanted in level {}, found in {}", wanted.level, found.level)
        })
    };
    let missed = |wanted: &TrapText| format!("by {}", wanted.failed);
    let more = |found: &Delivered| found.show(image);
    listed("trap", (found, wanted), compare, missed, more)
}

/// Whether these are the exits, in order.
pub(super) fn exits(found: &[ExitText], wanted: &[ExitText]) -> Vec<Failed> {
    let compare = |found: &ExitText, wanted: &ExitText| {
        same(found == wanted, || {
            let (wanted, found) = (show_exit(wanted), show_exit(found));
            format!("wanted `{wanted}`, found `{found}`")
        })
    };
    listed("exit", (found, wanted), compare, show_exit, show_exit)
}

/// An exit in the notation of head comments.
pub(super) fn show_exit(exit: &ExitText) -> String {
    let ExitText { reason, to, from } = exit;
    match *from == to + 1 {
        true => format!("{} to {to}", reason.name()),
        false => format!("{} to {to} from {from}", reason.name()),
    }
}

/// Compares what happened with what a head lists. `missed` and `more` show what did not happen and what did beside.
fn listed<F, W>(
    what: &str,
    (found, wanted): (&[F], &[W]),
    compare: impl Fn(&F, &W) -> Result<(), Failed>,
    missed: impl Fn(&W) -> String,
    more: impl Fn(&F) -> String,
) -> Vec<Failed> {
    let mut failures = Vec::new();
    for (wanted, index) in wanted.iter().zip(1..) {
        match found.get(index - 1) {
            Some(found) => failures.extend(
                compare(found, wanted)
                    .err()
                    .map(|failed| format!("{what} {index}: {failed}")),
            ),
            None => failures.push(format!(
                "{what} {index}, {}, did not happen",
                missed(wanted)
            )),
        }
    }
    let rest = found.get(wanted.len()..).unwrap_or_default();
    failures.extend(rest.iter().take(SHOWN).map(|found| {
        let found = more(found);
        format!("the head does not list `{what} {found}`")
    }));
    if rest.len() > SHOWN {
        failures.push(format!("and {} more", rest.len() - SHOWN));
    }
    failures
}

/// Whether this is the trap.
pub(super) fn trap(image: &Image, found: &Trap, wanted: &TrapText) -> Result<(), Failed> {
    let (segment, offset) = resolve(image, &wanted.place)?;
    let record = Trap {
        register: wanted.register,
        segment: SegmentNumber(segment),
        offset,
        ring: wanted.ring,
        kind: wanted.kind,
        size: wanted.size,
        ..Trap::from_causes(wanted.failed)
    };
    same(*found == record, || {
        format!(
            "wanted `{}`, found `{}`",
            show_trap(Some(image), &record),
            show_trap(Some(image), found)
        )
    })
}

/// A trap in the notation of head comments.
pub(super) fn show_trap(image: Option<&Image>, trap: &Trap) -> String {
    let mut text: Vec<String> = vec![
        trap.failed
            .causes()
            .map(|cause| cause.name())
            .collect::<Vec<_>>()
            .join("+"),
    ];
    if trap.register != isa::TrapRegister::NONE {
        text.push(format!("through {}", trap.register));
    }
    let offset = match trap.offset as i64 {
        negative @ ..0 => negative.to_string(),
        offset => format!("+{offset:#x}"),
    };
    match (trap.segment.0, trap.offset) {
        (0, 0) => {}
        (0, _) => text.push(format!("at {}", offset.trim_start_matches('+'))),
        (number, _) => text.push(match image.and_then(|image| image.segment_name(number)) {
            Some(name) => format!("at {name}{offset}"),
            None => format!("at #{number:#x}{offset}"),
        }),
    }
    text.push(format!("ring {}", trap.ring));
    if trap.kind != isa::AccessKind::None || trap.size != 0 {
        text.push(format!("{} {:#x}", trap.kind, trap.size));
    }
    text.join(" ")
}

fn same(holds: bool, found: impl Fn() -> String) -> Result<(), Failed> {
    match holds {
        true => Ok(()),
        false => Err(found()),
    }
}

/// Segment and offset of a place.
fn resolve(image: &Image, place: &PlaceText) -> Result<(u16, u64), Failed> {
    let (segment, start) = match &place.origin {
        Origin::Number(number) => (*number, 0),
        Origin::Name(name) => named(image, name)?,
    };
    Ok((segment, start.wrapping_add(place.offset)))
}

/// A label, or else a segment. A label that is local to a procedure counts too, so a name may be that of several.
fn named(image: &Image, name: &str) -> Result<(u16, u64), Failed> {
    let mut symbols = image.symbols().iter().filter(|symbol| symbol.name == name);
    match (symbols.next(), symbols.next()) {
        (Some(symbol), None) => Ok((symbol.segment(), symbol.offset())),
        (Some(_), Some(_)) => Err(format!("the program has more than one `{name}`")),
        (None, _) => {
            let segment = image.segment_named(name);
            segment
                .map(|segment| (segment.number, 0))
                .ok_or_else(|| format!("the program has no `{name}`"))
        }
    }
}

fn number(image: &Image, text: &NumberText) -> Result<u64, Failed> {
    match text {
        NumberText::Number(number) => Ok(*number),
        NumberText::Address(place) => {
            let (segment, offset) = resolve(image, place)?;
            Ok((u64::from(segment) << 32).wrapping_add(offset))
        }
    }
}

/// The bounds are offsets in the segment, whatever the name is of.
fn capability(image: &Image, text: &CapabilityText) -> Result<Capability, Failed> {
    let CapabilityText::Fields {
        tagged,
        segment,
        base,
        limit,
        permissions,
        ring,
        cursor,
        generation,
        kind,
    } = text
    else {
        let CapabilityText::Bits(bits) = text else {
            return Err("a value of no known form".to_owned());
        };
        return Ok(Capability::untagged(*bits));
    };
    let number = match segment {
        Origin::Number(number) => *number,
        Origin::Name(name) => {
            let segment = image.segment_named(name);
            segment
                .ok_or_else(|| format!("the program has no segment `{name}`"))?
                .number
        }
    };
    let value = Capability::new(Fields {
        cursor: *cursor,
        segment: SegmentNumber(number),
        ring: *ring,
        generation: *generation,
        kind: *kind,
        spare: 0,
        base: *base,
        limit: *limit,
        permissions: *permissions,
    });
    Ok(if *tagged { value } else { value.untag() })
}

fn hex(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes
        .iter()
        .take(64)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let more = if bytes.len() > 64 { " …" } else { "" };
    shown.join(" ") + more
}

/// The capability registers, for a look at all of them.
pub(super) fn is_register(what: &What) -> bool {
    matches!(what, What::R(..) | What::C(..)) && !matches!(what, What::C(C::ZERO, _))
}
