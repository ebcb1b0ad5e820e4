//! Saved machines: one that was restored goes on as the uninterrupted run did, step by step and to the same state.

use nestor::Program;
use nestor::isa::machine::StateHash;
use nestor::lesson::LESSONS;
use nestor::nest::{Hypervisor, Nested};
use nestor::runner::Which;
use nestor::saved::SavedMachine;
use nestor::session::{Ending, Session, Settings};

/// What a run came to: how it ended, after how many steps, in which state.
#[derive(Debug, PartialEq, Eq)]
struct CameTo {
    ending: Ending,
    steps: u64,
    state: StateHash,
}

/// Makes at most so many steps, with no input but what is known.
fn run(session: &mut Session<'_>, steps: Option<u64>) -> CameTo {
    let ran = session.run(steps, &mut std::io::empty(), &mut std::io::sink());
    CameTo {
        ending: ran.expect("nothing of the host is needed"),
        steps: session.machine().steps(),
        state: session.machine().state_hash(),
    }
}

/// The machine of a session as it comes back from a file.
fn through_a_file(session: &Session<'_>) -> SavedMachine {
    let saved = SavedMachine::of(session).expect("it fits into a file");
    let bytes = saved.to_bytes().expect("it fits into a file");
    SavedMachine::from_bytes(&bytes).expect("it is whole")
}

/// Saves and restores at so many steps in even distances, which go on on this machine, and compares each end with that of
/// the uninterrupted run. Gives that run.
fn goes_on_alike(
    name: &str,
    program: &Program,
    settings: &Settings,
    saves: u64,
    on: Which,
) -> CameTo {
    let mut whole = Session::boot(program, settings.clone()).expect("it fits");
    let expected = run(&mut whole, None);
    let distance = (expected.steps / saves).max(1);
    let mut session = Session::boot(program, settings.clone()).expect("it fits");
    let mut step = 0;
    while step <= expected.steps {
        let saved = through_a_file(&session);
        let settings = Settings {
            machine: on,
            ..saved.settings().clone()
        };
        let mut restored = saved.resume(settings).expect("the same machine");
        let state = |session: &Session<'_>| session.machine().state_hash();
        assert_eq!(
            state(&restored),
            state(&session),
            "{name}, restored at {step}"
        );
        assert_eq!(run(&mut restored, None), expected, "{name}, from {step}");
        run(&mut session, Some(distance));
        step += distance;
    }
    expected
}

#[test]
fn every_lesson_goes_on_alike_on_both_machines() {
    for lesson in LESSONS {
        let program = Program::from_text("main.s", lesson.source()).expect("lessons assemble");
        let settings = Settings {
            memory: 4 << 20,
            ..Settings::default().with_input(lesson.input())
        };
        let ran = goes_on_alike(lesson.folder, &program, &settings, 5, Which::Fast);
        // The specification takes a hundred times as long.
        if ran.steps < 50_000 {
            goes_on_alike(lesson.folder, &program, &settings, 3, Which::Spec);
        }
    }
}

/// A program that prints what it reads, in three of the hypervisor that gives its guest all that it has.
fn nest() -> (Program, Settings) {
    let innermost = Program::from_text("innermost.s", INNERMOST).expect("it assembles");
    let alone = Nested::alone(innermost, 1 << 20);
    let direct = Hypervisor::named("direct").expect("it is shipped");
    let nested = (0..3).fold(alone, |nested, _| nested.inside(&direct).expect("it fits"));
    let settings = Settings {
        memory: nested.memory(),
        input: Some(b"input that is read innermost".to_vec()),
        ..Settings::default()
    };
    (nested.program().clone(), settings)
}

/// Prints what it reads, byte by byte.
const INNERMOST: &str = "\
        .text
        .proc   main
        enter
        mov     r16, r0
again:  la      c1, room
        li      r1, 1
        io      r1, c2, c1, read
        blt     r1, 0, done
        io      r1, c2, c1, write
        add     r16, r16, 1
        j       again
done:   mov     r1, r16
        leave
        .endproc
        .data
room:   .space  8
";

#[test]
fn a_nest_three_deep_goes_on_alike_on_both_machines() {
    let (program, settings) = nest();
    let ran = goes_on_alike("nest", &program, &settings, 13, Which::Fast);
    assert_eq!(
        goes_on_alike("nest", &program, &settings, 5, Which::Spec),
        ran
    );
}

#[test]
fn the_innermost_guest_goes_on_alike_from_every_step() {
    let (program, settings) = nest();
    let mut whole = Session::boot(&program, settings.clone()).expect("it fits");
    let expected = run(&mut whole, None);
    let mut session = Session::boot(&program, settings).expect("it fits");
    run(&mut session, Some(expected.steps - EVERY));
    let mut in_the_innermost = 0;
    for _ in 0..EVERY {
        in_the_innermost += u64::from(session.machine().levels() == 4);
        let step = session.machine().steps();
        let saved = through_a_file(&session);
        let mut restored = saved
            .resume(saved.settings().clone())
            .expect("the same machine");
        assert_eq!(run(&mut restored, None), expected, "from {step}");
        run(&mut session, Some(1));
    }
    assert!(in_the_innermost > EVERY / 2);
}

/// So many steps at the end, in which the innermost guest reads and prints, and all of the nest is switched off.
const EVERY: u64 = 120;
