//! A guest cannot tell how deep it is, and an exit costs what it should: programs in the hypervisors of
//! `examples/hypervisors`, at every depth.
//!
//! Invariant: each program runs on memory of one size, whatever is around it; its end, clock and state hash are compared
//! with those that it has alone, and the number of exits with a formula, exactly.

use std::path::Path;

use assembler::{NoFiles, Source};
use isa::Address;
use isa::instruction::{Intercept, Opcode};
use isa::machine::{Machine, StateHash, Stepped};
use nestor::nest::{End, Hypervisor, Nested, Row, Verdict, measure};
use nestor::runner::Which;
use nestor::{Program, Session, Settings};

/// More steps of all machines than any of these takes.
const MAX_STEPS: u64 = 100_000_000;

/// A program to run at every depth.
struct Work {
    /// The source, below the root of the project.
    source: &'static str,
    input: &'static str,
    memory: u64,
}

/// A program of ring 4, with start-up code and a stack.
const fn program(source: &'static str, input: &'static str) -> Work {
    let memory = 256 << 10;
    Work {
        source,
        input,
        memory,
    }
}

/// A program that has the machine to itself.
const fn bare(source: &'static str, input: &'static str) -> Work {
    let memory = 128 << 10;
    Work {
        source,
        input,
        memory,
    }
}

const ARITHMETIC: Work = program("tests/nest/arithmetic.s", "");
const SORT: Work = program("tests/nest/sort.s", "");
const LABELS_AND_GATES: Work = program("tests/nest/labels_and_gates.s", "");
const CALCULATOR: Work = program("examples/09-a-calculator/main.s", "(1+2)*3\n");
const FORTH: Work = Work {
    source: "examples/forth/main.s",
    input: ": fib dup 2 < if exit then dup 1- recurse swap 2 - recurse + ; 10 fib .\n\
            s\" abc\" s\" abd\" compare . s\" 6 7 * .\" evaluate pad 16 65 fill pad 8 type 1 0 /\n",
    memory: 512 << 10,
};
const PAGES: Work = bare("tests/nest/pages.s", "");
const TIMER: Work = bare("tests/nest/timer.s", "");
const SELF_MODIFYING: Work = bare("tests/nest/self_modifying.s", "");
const CONSOLE: Work = bare("tests/nest/console.s", "abcde");
const TRAP: Work = program("examples/03-one-byte-too-far/main.s", "");

impl Work {
    fn nested(&self) -> Nested {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.source);
        let text = std::fs::read_to_string(&path).expect("a source");
        let program = Program::load(&[path], text.starts_with("; bare")).expect("it assembles");
        Nested::alone(program, self.memory)
    }

    fn settings(&self, machine: Which) -> Settings {
        Settings {
            memory: self.memory,
            machine,
            ..Settings::default().with_input(self.input)
        }
    }

    /// What it comes to at depth 0 and in up to so many hypervisors of one kind.
    fn rows(&self, hypervisor: &str, depth: usize, machine: Which) -> Vec<Row> {
        let hypervisor = Hypervisor::named(hypervisor).expect("there is one");
        let settings = self.settings(machine);
        let mut nested = self.nested();
        let measured = |nested: &Nested| measure(nested, &settings, MAX_STEPS).expect("a machine");
        let mut rows = vec![measured(&nested)];
        while nested.levels() < depth {
            nested = nested.inside(&hypervisor).expect("room for one more");
            rows.push(measured(&nested));
        }
        rows
    }

    /// Asserts that it is the same at all depths, with as many exits as a formula says for each depth but 0.
    fn is_the_same(&self, hypervisor: &str, depth: usize, exits: impl Fn(u32) -> u64) {
        let rows = self.rows(hypervisor, depth, Which::Fast);
        let source = self.source;
        assert_eq!(Verdict::of(&rows), Verdict::Equal, "{source}: {rows:#?}");
        assert_eq!(rows[0].exits.total(), 0, "{source}");
        for (row, depth) in rows.iter().zip(0..).skip(1) {
            let told = (row.exits.total(), &row.exits);
            assert_eq!(
                told.0,
                exits(depth),
                "{source} in {depth} of {hypervisor}: {told:?}"
            );
        }
    }

    /// In all hypervisors. The exit at its end is one: nothing else comes back to `direct`, and `reflect` pays three times
    /// as much for each level. `classic` pays double for what it does in the block, and a little more for what it does
    /// with a device or lets proceed.
    fn is_the_same_everywhere(&self) {
        let Sensitive { in_block, others } = self.sensitive();
        self.is_the_same("direct", 8, |_| 1);
        self.is_the_same("reflect", 4, |depth| 3_u64.pow(depth - 1) / 2 + 1);
        self.is_the_same("classic", 3, |depth| {
            in_block * 2_u64.pow(depth - 1) + others * (2_u64.pow(depth) - 1) + 1
        });
    }

    /// The sensitive instructions that it carries out, counted where there is no host.
    fn sensitive(&self) -> Sensitive {
        let nested = self.nested();
        let settings = self.settings(Which::Spec);
        let mut session = Session::boot(nested.program(), settings).expect("a machine");
        let mut count = Sensitive::default();
        // How many steps the `wfi` that it is at has taken.
        let mut waited = 0;
        loop {
            let next = next_opcode(session.machine());
            let stepped = session
                .step(&mut std::io::empty())
                .expect("no input is missing");
            match stepped {
                Some(Stepped::Ran | Stepped::Idle) => {}
                Some(_) => {
                    waited = 0;
                    continue;
                }
                None => return count,
            }
            let intercept = next.and_then(|opcode| opcode.class().intercept());
            match intercept {
                // The ticks but the last are one event, and what comes behind the last is another.
                Some(Intercept::Wait) => {
                    waited += 1;
                    count.others += u64::from(waited <= 2);
                }
                Some(Intercept::Io | Intercept::Owner | Intercept::Label | Intercept::Machine) => {
                    count.others += 1
                }
                Some(_) => count.in_block += 1,
                None => {}
            }
            if stepped == Some(Stepped::Ran) {
                waited = 0;
            }
        }
    }
}

/// How often sensitive instructions are carried out.
#[derive(Default)]
struct Sensitive {
    /// Those that are done in the block alone.
    in_block: u64,
    /// Those that take a device of the host's, or proceed.
    others: u64,
}

fn next_opcode(machine: &Machine) -> Option<Opcode> {
    let pc = machine.pc();
    let word = machine.peek(Address::new(pc.segment(), pc.cursor()), 8);
    Opcode::of(u64::from_le_bytes(word.try_into().ok()?))
}

#[test]
fn arithmetic() {
    ARITHMETIC.is_the_same_everywhere();
}

#[test]
fn sort() {
    SORT.is_the_same_everywhere();
}

#[test]
fn page_faults() {
    PAGES.is_the_same_everywhere();
}

#[test]
fn a_timer_every_997_steps() {
    TIMER.is_the_same_everywhere();
}

#[test]
fn labels_and_gates() {
    LABELS_AND_GATES.is_the_same_everywhere();
}

#[test]
fn code_that_changes_itself() {
    SELF_MODIFYING.is_the_same_everywhere();
}

#[test]
fn a_supervisor_with_console_input() {
    CONSOLE.is_the_same_everywhere();
}

#[test]
fn a_calculator() {
    CALCULATOR.is_the_same_everywhere();
}

#[test]
fn an_interpreter() {
    FORTH.is_the_same_everywhere();
}

#[test]
fn a_trap_that_nobody_handles() {
    TRAP.is_the_same_everywhere();
}

#[test]
fn on_the_specification_too() {
    for work in [ARITHMETIC, SELF_MODIFYING, CONSOLE] {
        for hypervisor in ["direct", "reflect", "classic"] {
            let fast = work.rows(hypervisor, 2, Which::Fast);
            let spec = work.rows(hypervisor, 2, Which::Spec);
            assert_eq!(Verdict::of(&spec), Verdict::Equal, "{}", work.source);
            for (fast, spec) in fast.iter().zip(&spec) {
                let of = |row: &Row| (row.steps, row.clock, row.state_hash, row.exits.clone());
                assert_eq!(of(fast), of(spec), "{} in {hypervisor}", work.source);
            }
        }
    }
}

/// Hypervisors of each kind in each other, in ring 0 and in a supervisor's ring 4.
#[test]
fn each_hypervisor_hosts_each() {
    let kinds = [
        "direct",
        "reflect",
        "classic",
        "supervised/direct",
        "supervised/classic",
    ];
    let settings = SORT.settings(Which::Fast);
    let alone = measure(&SORT.nested(), &settings, MAX_STEPS).expect("a machine");
    for inner in kinds {
        for outer in kinds {
            let nested = [inner, outer].iter().fold(SORT.nested(), |nested, name| {
                let hypervisor = Hypervisor::named(name).expect("there is one");
                nested.inside(&hypervisor).expect("room")
            });
            let row = measure(&nested, &settings, MAX_STEPS).expect("a machine");
            let rows = [alone.clone(), row];
            assert_eq!(
                Verdict::of(&rows),
                Verdict::Equal,
                "{inner} in {outer}: {rows:#?}"
            );
        }
    }
}

/// Each hypervisor emulates the console with its own, so an `io` takes an exit for each of them, and no more.
#[test]
fn an_emulated_console_takes_an_exit_a_level() {
    let Sensitive { others, .. } = CALCULATOR.sensitive();
    let rows = CALCULATOR.rows("console", 8, Which::Fast);
    for (row, depth) in rows.iter().zip(0..).skip(1) {
        assert_eq!(row.clock, rows[0].clock);
        // All but the one that switches it off.
        assert_eq!(row.exits.total(), (others - 1) * depth + 1, "depth {depth}");
    }
}

/// Around one hypervisor that emulates the console, `reflect` is told of each exit, and of the entry behind it.
#[test]
fn reflect_takes_three_times_as_many_exits_at_each_level() {
    let Sensitive { others, .. } = CALCULATOR.sensitive();
    let settings = CALCULATOR.settings(Which::Fast);
    let named = |name| Hypervisor::named(name).expect("there is one");
    let mut nested = CALCULATOR.nested().inside(&named("console")).expect("room");
    for depth in 1..=4 {
        let row = measure(&nested, &settings, MAX_STEPS).expect("a machine");
        let at_a_time = 3_u64.pow(depth - 1);
        let last = at_a_time / 2 + 1;
        assert_eq!(
            row.exits.total(),
            (others - 1) * at_a_time + last,
            "depth {depth}"
        );
        nested = nested.inside(&named("reflect")).expect("room");
    }
}

/// Lesson 24 runs the same nest twice: once left alone, and once copied from inside, while it runs, to where it goes on one
/// level further out. Each machine that was copied ends in the state in which it ends when left alone, whenever the copy
/// is begun.
#[test]
fn what_is_moved_from_inside_ends_in_the_same_state() {
    let lesson =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/24-move-it-while-it-runs/main.s");
    let text = std::fs::read_to_string(lesson).expect("the lesson");
    // What has been printed counts in the state of whoever has the console, and this prints between the two.
    let console = "stc     c2, [devices + 16 * abi.slot_console]";
    let slice = "SLICE, 50 ";
    assert!(text.contains(slice) && text.contains(console));
    let text = text.replace(console, "");
    for steps in [7, 50, 201] {
        let text = text.replace(slice, &format!("SLICE, {steps} "));
        let sources = vec![Source::new("main.s", text)];
        let program = Program::assemble(sources, false, &mut NoFiles).expect("it assembles");
        for machine in [Which::Fast, Which::Spec] {
            let ends = ends_at_depth(&program, machine);
            let [left_alone, moved] = ends.as_slice() else {
                panic!("{} ends", ends.len());
            };
            assert_eq!((left_alone.len(), moved.len()), (4, 3));
            assert_eq!(left_alone[1..], moved[..], "in slices of {steps}");
        }
    }
}

/// The clock and the state hash of each guest from the outermost, each time that the innermost of three or more is about to
/// switch itself off, and its hosts behind it.
fn ends_at_depth(program: &Program, machine: Which) -> Vec<Vec<(u64, StateHash)>> {
    let settings = Settings {
        machine,
        ..Settings::default()
    };
    let mut session = Session::boot(program, settings).expect("a machine");
    let mut ends = Vec::new();
    let mut goes_on = true;
    loop {
        let machine = session.machine();
        let guests = 1..machine.levels();
        if guests.is_empty() {
            goes_on = true;
        } else if goes_on && guests.len() >= 3 && next_opcode(machine) == Some(Opcode::Io) {
            let state = |level| Some((machine.level_clock(level)?, machine.state_hash_of(level)));
            ends.push(guests.filter_map(state).collect());
            goes_on = false;
        }
        let stepped = session.step(&mut std::io::empty());
        if stepped.expect("no input is missing").is_none() {
            return ends;
        }
    }
}

/// A hypervisor with these lines behind the making of its guest, in a file of the host.
fn own(lines: &str) -> (tempfile::TempDir, Hypervisor) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.s");
    let text = format!(
        ".include \"library/hypervisor.s\"\n.proc main\nhosting\ncall make_guest\n{lines}\n.endproc\n"
    );
    std::fs::write(&path, text).expect("a file");
    (folder, Hypervisor::Outside(path))
}

/// A hypervisor that ends in the middle of others, while the machine in it could go on, is told of: which, how and where.
#[test]
fn a_hypervisor_in_the_middle_that_ends_is_told_of() {
    let run = "run: vmrun block, window, devices\ncall settle\nj run";
    let ends = [
        ("ld r1, [c0]", "ended on trap tag"),
        (
            "li r1, 30\nst r1, [block + machine.budget]\nvmrun block, window, devices\nld r1, [c0]",
            "ended on trap tag",
        ),
        ("li r1, 3\ncall stop", "ended with status 3"),
        ("li r1, 0\ncall wait", "came to wait for ever"),
    ];
    let settings = SORT.settings(Which::Fast);
    for (lines, said) in ends {
        let (_folder, bad) = own(lines);
        for outer in ["direct", "reflect", "classic"] {
            let outer = Hypervisor::named(outer).expect("there is one");
            let (_other, good) = own(run);
            let alone = SORT.nested();
            let nested = [&good, &bad, &outer].into_iter();
            let nested = nested.fold(alone.clone(), |nested, hypervisor| {
                nested.inside(hypervisor).expect("room for one more")
            });
            let measured = |nested| measure(nested, &settings, MAX_STEPS).expect("a machine");
            let rows = [measured(&alone), measured(&nested)];
            assert_eq!(Verdict::of(&rows), Verdict::Hypervisor(3), "{lines}");
            let (sentence, account) = Verdict::describe(&rows);
            assert!(
                sentence.contains(&format!("hypervisor of level 1 {said}")),
                "{outer}: {sentence}"
            );
            let hypervisor = rows[1].hypervisor.as_ref().expect("one that ended");
            let is_trap = matches!(hypervisor.end, End::Trap(_));
            assert_eq!(account.is_some(), is_trap, "{lines}");
            assert!(account.is_none_or(|account| account.contains("own.s:")));
            assert_eq!((rows[1].end, rows[1].host), (End::Steps, None));
        }
    }
}
