//! The generator itself: that cases are the same each time and reach everything, that the specification agrees with
//! itself and the engine with it, and that a fault that is planted is found and made small.

use fuzz::{Found, Fuzzer, Make, Runner, compare, engine};
use isa::abi::{SLOT_BLOCK, SLOT_CONSOLE, SLOT_DATE, SLOT_ENTROPY, SLOT_POWER};
use isa::context::ExitReason;
use isa::instruction::format::Alu;
use isa::instruction::names::Named;
use isa::instruction::{Opcode, R};
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{Machine, Stepped, Stop};
use isa::{Address, Cause};
use vm::{Configuration, Engine, Fault, Planted};

/// The devices of a machine, with some input.
fn attach(machine: &mut Machine) {
    let devices = [
        (
            SLOT_CONSOLE,
            Device::Console(Console::with_input(b"some input")),
        ),
        (SLOT_POWER, Device::Power),
        (SLOT_DATE, Device::date(Box::new(|| 99))),
        (
            SLOT_ENTROPY,
            Device::entropy(Box::new(|bytes| bytes.fill(7))),
        ),
        (SLOT_BLOCK, Device::block(Box::new(vec![5; 8192]))),
    ];
    for (slot, device) in devices {
        machine.attach(slot.into(), device).expect("a slot");
    }
}

/// Another machine of the specification.
fn specification(machine: Machine, _: usize) -> Box<dyn Runner> {
    Box::new(machine)
}

/// What so many cases find, at most one difference.
fn first(seed: u64, cases: u64, make: Make<'_>) -> (Fuzzer<'_>, Option<Found>) {
    let mut fuzzer = Fuzzer::new(seed, 0, attach, make);
    let found = (0..cases).find_map(|_| fuzzer.advance());
    (fuzzer, found)
}

#[test]
fn the_specification_agrees_with_itself_and_reaches_everything() {
    let (fuzzer, found) = first(1, 250, &specification);
    assert!(found.is_none(), "{:?}", found.map(|found| found.difference));
    let coverage = &fuzzer.coverage;
    for opcode in Opcode::ALL {
        let never_completes = matches!(opcode, Opcode::Trap | Opcode::Vmrun);
        assert!(
            never_completes || coverage.completed(*opcode) > 0,
            "{}",
            opcode.mnemonic()
        );
    }
    for cause in Cause::ALL {
        assert!(coverage.cause(*cause) > 0, "{}", cause.name());
    }
    for row in ExitReason::ROWS {
        let reason = ExitReason::from_number(row.number).expect("a row");
        assert!(coverage.exits(reason) > 0, "exit {}", row.name);
    }
    let part = coverage.part_completed();
    assert!((0.9..1.0).contains(&part), "{part}");
    assert!(coverage.idle() > 0);
}

#[test]
fn the_engine_agrees_with_the_specification() {
    let (_, found) = first(2, 250, &engine);
    assert!(found.is_none(), "{:?}", found.map(|found| found.difference));
}

/// A case of the seed 5 that shows each of the faults.
const SHOWN: &[(Fault, u64)] = &[
    (Fault::RingNotInKey, 38),
    (Fault::GenerationNotInKey, 140),
    (Fault::TagOverBorder, 49),
    (Fault::TagUnderCapability, 82),
    (Fault::SummaryOverBorder, 56),
    (Fault::StepAtStop, 4),
    (Fault::StepAtJump, 3),
    (Fault::LateClock, 0),
    (Fault::StepsOfSequence, 0),
    (Fault::StaleMap, 2),
    (Fault::StaleCode, 93),
    (Fault::StaleLabel, 113),
    (Fault::StaleOwner, 533),
    (Fault::StaleProcess, 116),
    (Fault::StaleWay, 2),
    (Fault::StaleMachine, 9),
    (Fault::LateHost, 4),
    (Fault::ClockNotOffered, 2),
    (Fault::HostOneLate, 4),
    (Fault::HostNotInWay, 230),
    (Fault::WindowNotInWay, 9),
    (Fault::OwnOutlivesWay, 29),
    (Fault::LevelNotInKey, 2),
    (Fault::StaleComposition, 2),
    (Fault::LongWindow, 9),
    (Fault::WideWindow, 0),
    (Fault::StoresWithoutPermission, 108),
    (Fault::LoadsKeepRing, 23),
    (Fault::LoadsKeepRights, 39),
    (Fault::PrivateInSystem, 9),
    (Fault::GateBehindLast, 5),
    (Fault::ReturnKeepsTemporaries, 5),
    (Fault::ReturnDoesNotRaise, 53),
    (Fault::GateKeepsStack, 3),
    (Fault::IndexWraps, 2),
];

/// The mistakes that the engine can be told to make. Where a case does not show its mistake any more, since other cases are
/// made now, the first that does is said.
#[test]
fn faults_of_the_engine_are_found() {
    let mut moved = Vec::new();
    for fault in Fault::ALL {
        let wrong = |machine, places| -> Box<dyn Runner> {
            let planted = Planted::new(*fault);
            Box::new(Engine::with(machine, Configuration { places, planted }))
        };
        let mut fuzzer = Fuzzer::new(5, 0, attach, &wrong);
        let mut shows = |number: &u64| {
            let case = fuzzer.case(*number);
            case.is_some_and(|(case, manner)| compare(&case, manner, attach, &wrong).is_some())
        };
        let noted = SHOWN.iter().find(|(shown, _)| shown == fault);
        if !noted.is_some_and(|(_, number)| shows(number)) {
            moved.push((fault, (0..1500).find(shows)));
        }
    }
    assert_eq!(moved, [], "what shows these now");
}

#[test]
fn a_seed_gives_the_same_cases() {
    let cases = || {
        let (fuzzer, _) = first(3, 20, &specification);
        (fuzzer.steps, format!("{:?}", fuzzer.coverage))
    };
    assert_eq!(cases(), cases());
}

/// A machine whose `sar` of an odd number is one too high.
struct Wrong(Machine);

impl Runner for Wrong {
    fn machine(&self) -> &Machine {
        &self.0
    }

    fn step(&mut self) -> Result<Stepped, Stop> {
        let pc = self.0.pc();
        let place = self
            .0
            .locate(Address::new(pc.segment(), pc.cursor()))
            .and_then(|place| self.0.memory().read_word(place).ok());
        let stepped = self.0.step();
        if let (Some(word), Ok(Stepped::Ran)) = (place, &stepped)
            && Opcode::of(word) == Some(Opcode::Sar)
            && let Some(Alu { rd, .. }) = Alu::unpack(word)
            && rd != R::ZERO
        {
            let r = self.0.working_state().r;
            r[rd.index()] = r[rd.index()].wrapping_add(r[rd.index()] & 1);
        }
        stepped
    }

    fn run(&mut self, max_steps: u64) -> Stop {
        for _ in 0..max_steps {
            if let Err(stop) = self.step() {
                return stop;
            }
        }
        self.0.end().cloned().map_or(Stop::Steps, Stop::Ended)
    }
}

#[test]
fn a_planted_fault_is_found_and_made_small() {
    let (_, found) = first(4, 250, &|machine, _| Box::new(Wrong(machine)));
    let Found { case, .. } = found.expect("a difference");
    let left: Vec<Opcode> = case
        .instructions()
        .iter()
        .filter_map(|place| Opcode::of(case.word(*place)))
        .filter(|opcode| *opcode != Opcode::Add)
        .collect();
    assert!(left.contains(&Opcode::Sar), "{left:?}");
    assert!(left.len() < 25, "{left:?}");
}
