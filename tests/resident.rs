//! What a machine takes of the host's memory: what its program touches, and what the engine remembers, which has a bound.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use assembler::{NoFiles, Source};
use isa::address::PAGE_SIZE;
use isa::machine::{End, Stepped, Stop};
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

/// What came of so many steps of machines in machines.
struct Bomb {
    exits: u64,
    /// Levels that were live at once.
    deepest: usize,
    /// Bytes of the host that the process holds then.
    held: u64,
}

impl Bomb {
    fn of(engine: &mut Engine, steps: u64) -> Bomb {
        let (mut exits, mut deepest) = (0, 0);
        for _ in 0..steps {
            let stepped = engine.step().expect("it never ends");
            exits += u64::from(stepped == Stepped::Exited);
            deepest = deepest.max(engine.machine().levels());
        }
        Bomb {
            exits,
            deepest,
            held: resident(),
        }
    }
}

/// Each test measures the whole process, so they take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A machine of 256 MiB in which one page far behind is touched is as large on the host as that page, its tags, and what the
/// engine keeps.
#[test]
fn untouched_memory_costs_nothing() {
    let _turn = turn();
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

/// Machines that run machines for ever: what the engine remembers of them is bounded by how many may be live at once, and not
/// by how many there have been.
#[test]
fn a_fork_bomb_of_guests_has_a_bound() {
    let _turn = turn();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resident/bomb.s");
    let program = Program::assemble_files(&[path], true).expect("no error");
    let before = resident();
    let session = Session::boot(&program, Settings::default()).expect("it boots");
    let mut engine = Engine::new(session.into_machine());
    let early = Bomb::of(&mut engine, 10_000);
    assert_eq!(early.deepest, 9, "all eight guests were live at once");
    let late = Bomb::of(&mut engine, 40_000);
    assert!(late.exits > 10_000, "{} guests more", late.exits);
    let held = early.held.saturating_sub(before);
    assert!(held < 8 << 20, "{} KiB held", held >> 10);
    let grown = late.held.saturating_sub(early.held);
    assert!(
        grown < 256 << 10,
        "{} KiB more after {} exits more",
        grown >> 10,
        late.exits
    );
}
