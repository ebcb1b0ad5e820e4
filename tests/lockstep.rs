//! Programs as people run them, made by both machines: the engine and the specification agree.

use std::path::Path;

use nestor::lesson::LESSONS;
use nestor::lockstep::compare;
use nestor::program::Program;
use nestor::session::{Session, Settings};

/// Runs a program on the engine, and then on the specification. Gives the steps.
fn agrees(name: &str, program: &Program, input: &str) -> u64 {
    let settings = Settings::default().with_input(input);
    let mut session = Session::boot(program, settings).expect("it fits");
    session
        .run(None, &mut std::io::empty(), &mut std::io::sink())
        .expect("nothing of the host is needed");
    compare(&session).unwrap_or_else(|failure| panic!("{name}: {failure}"))
}

#[test]
fn every_lesson() {
    for lesson in LESSONS {
        let program = Program::from_text("main.s", lesson.source()).expect("lessons assemble");
        let steps = agrees(lesson.folder, &program, lesson.input());
        assert!(steps > 0, "{} made no step", lesson.folder);
    }
}

#[test]
fn the_forth() {
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/forth/main.s");
    let program = Program::assemble_files(&[main], false).expect("it assembles");
    let steps = agrees("forth", &program, include_str!("forth/session.fs"));
    assert!(steps > 100_000, "the session is a long one: {steps}");
}
