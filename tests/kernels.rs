//! The kernels of the benchmark that are written for Nestor: they assemble without a warning, and compute with little
//! to do what the same algorithm computes here. The benchmark itself is no part of the workspace.

use std::fs;
use std::path::Path;

use assembler::{NoFiles, Source};
use isa::machine::End;
use nestor::nest::{End as NestEnd, Hypervisor, Nested, measure};
use nestor::session::Ending;
use nestor::{Program, Settings};

fn source(name: &str) -> Source {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/kernels/nestor");
    let text = fs::read_to_string(folder.join(name)).expect("a kernel");
    Source::new(name, text)
}

fn program(kernel: &str) -> Program {
    let sources = vec![source("main.s"), source(&format!("{kernel}.s"))];
    let program = Program::assemble(sources, false, &mut NoFiles).expect("no error");
    assert!(program.findings().diagnostics.is_empty(), "{kernel}");
    program
}

/// What a kernel returns, and its steps.
fn run(kernel: &str, arguments: &[u64]) -> (u64, u64) {
    let settings = arguments
        .iter()
        .fold(Settings::default(), |settings, argument| {
            settings.with_argument(argument.to_string())
        });
    let outcome = program(kernel).run(settings).expect("it runs");
    match outcome.ending() {
        Ending::Ended(End::Power { status }) => (*status, outcome.steps()),
        ending => panic!("{kernel} ended by {ending:?}"),
    }
}

#[test]
fn fib_calls_itself() {
    assert_eq!(run("fib", &[12]).0, 144);
}

#[test]
fn the_sieve_assembles() {
    program("sieve");
}

#[test]
fn a_copy_adds_up() {
    let mut bytes: Vec<u8> = (0..65536u32).map(|i| (i * 7 + 3) as u8).collect();
    let mut sum = 0;
    for _ in 0..2 {
        sum += bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let byte = &mut bytes[sum as usize % 65536];
        *byte = byte.wrapping_add(1);
    }
    assert_eq!(run("copy", &[2]).0, sum);
}

#[test]
fn matrices_are_multiplied() {
    const SIDE: usize = 64;
    let mut a = [[0u64; SIDE]; SIDE];
    let mut b = a;
    for i in 0..SIDE {
        for j in 0..SIDE {
            (a[i][j], b[i][j]) = ((i * 3 + j) as u64, (i + j * 5) as u64);
        }
    }
    let mut sum = 0;
    for round in [2, 1] {
        let (row, column) = (round, sum as usize % SIDE);
        sum += (0..SIDE).map(|k| a[row][k] * b[k][column]).sum::<u64>();
        a[sum as usize % SIDE][round] = sum;
    }
    assert_eq!(run("matrix", &[2]).0, sum);
}

#[test]
fn the_list_is_walked_in_the_order_of_its_links() {
    let mut values: Vec<u64> = vec![0; 1024];
    for i in 0..1024 {
        values[i * 409 % 1024] = (i * i) as u64;
    }
    let mut sum = 0u64;
    for _ in 0..3 {
        sum += values.iter().sum::<u64>();
        values[sum as usize % 1024] = sum;
    }
    assert_eq!(run("list", &[3]).0, sum);
}

#[test]
fn calls_of_each_kind_are_what_their_names_say() {
    let steps_of_one = |which| {
        let (few, many) = (run("calls", &[10, which]), run("calls", &[11, which]));
        assert_eq!((few.0, many.0), (10, 11));
        many.1 - few.1
    };
    assert_eq!(steps_of_one(0), 2, "the loop");
    assert_eq!(steps_of_one(1), 4, "a call and a return besides");
    assert_eq!(steps_of_one(2), 5, "and the jump of the gate");
}

/// The programs of `bench/depth` in hypervisors that leave them alone, which is what is measured there.
#[test]
fn what_depth_costs_is_measured_of_programs_that_do_not_notice_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/depth");
    let direct = Hypervisor::named("direct").expect("it is shipped");
    for name in ["compute.s", "gates.s", "faults.s", "timer.s"] {
        let text = fs::read_to_string(folder.join(name)).expect("a program");
        let include = ".include \"rounds.s\"";
        assert!(text.contains(include), "{name}");
        let source = Source::new(name, text.replace(include, ".equ ROUNDS, 3"));
        let program = Program::assemble(vec![source], false, &mut NoFiles).expect("no error");
        assert!(program.findings().diagnostics.is_empty(), "{name}");
        let settings = Settings::default().with_input("");
        let mut nested = Nested::alone(program, 1 << 20);
        let mut rows = Vec::new();
        for _ in 0..=2 {
            rows.push(measure(&nested, &settings, 1_000_000).expect("it runs"));
            nested = nested.inside(&direct).expect("it fits");
        }
        for row in &rows {
            assert_eq!(row.end, NestEnd::Power(0), "{name}");
            let same = (row.clock, row.state_hash) == (rows[0].clock, rows[0].state_hash);
            assert!(same, "{name} at depth {}", row.depth);
            // That it is off is all that anybody hears of it.
            let exits = u64::from(row.depth > 0);
            assert_eq!(row.exits.total(), exits, "{name} at depth {}", row.depth);
        }
    }
}
