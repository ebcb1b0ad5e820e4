//! Memory that no program touches costs the host nothing: a machine of 256 MiB in which one page far behind is touched is
//! as large on the host as that page, its tags, and what the engine keeps.
#![cfg(target_os = "linux")]

use std::fs;

use assembler::{NoFiles, Source};
use isa::address::PAGE_SIZE;
use isa::machine::{End, Stop};
use nestor::{Program, Session, Settings};
use vm::Engine;

/// Stores a number in the middle of 200 MiB, and ends with what it loads from there.
const PROGRAM: &str = "
        .segment big, rw
room:   .space  200 << 20
        .text
        .proc   main
        la      c1, room
        li      r1, 150 << 20
        li      r2, 42
        st      r2, [c1 + r1]
        ld      r1, [c1 + r1]
        ret
        .endproc
";

/// Memory of the machine, in bytes.
const MEMORY: u64 = 256 << 20;

/// The bytes of this process that the host holds in memory.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the host says how large we are");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line with the resident size");
    let number = line.trim().trim_end_matches(" kB").parse::<u64>();
    number.expect("a number of KiB") << 10
}

#[test]
fn untouched_memory_costs_nothing() {
    let sources = vec![Source::new("big.s", PROGRAM)];
    let program = Program::assemble(sources, false, &mut NoFiles).expect("no error");
    let settings = Settings {
        memory: MEMORY,
        ..Settings::default()
    };
    let before = resident();
    let session = Session::boot(&program, settings).expect("it boots");
    let mut engine = Engine::new(session.into_machine());
    assert_eq!(engine.run(u64::MAX), Stop::Ended(End::Power { status: 42 }));
    let small = resident() - before;
    assert!(
        small < 16 << 20,
        "one page touched, and {} KiB held",
        small >> 10
    );

    // What is touched is held: the measure measures.
    let memory = engine.machine_mut().poke_memory();
    for page in 0..MEMORY / PAGE_SIZE / 2 {
        let real = isa::address::Real(page * PAGE_SIZE);
        memory.write(real, &[1]).expect("inside memory");
    }
    assert!(resident() - before > MEMORY / 2);
}
