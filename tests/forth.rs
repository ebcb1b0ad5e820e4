//! The Forth of `examples/forth`: a session with it, as it is seen by those who sit before it.

use std::path::Path;

use assembler::disassemble::disassemble;
use nestor::{Outcome, Program, Settings};

fn forth() -> Program {
    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/forth/main.s");
    let forth = Program::assemble_files(&[main], false).expect("Forth assembles");
    assert_eq!(forth.findings().to_string(), "", "warnings");
    forth
}

fn session(input: &str) -> Outcome {
    let settings = Settings::default().with_input(input);
    forth().run(settings).expect("memory for a machine")
}

#[test]
fn disassembled_and_assembled_again_it_is_the_same() {
    let again = disassemble(forth().image(), &|_, _| None);
    assert_eq!(again.difference.map(|found| found.to_string()), None);
}

#[test]
fn a_session() {
    insta::assert_snapshot!(session(include_str!("forth/session.fs")));
}

/// What it prints between the greeting and the end.
fn answers(input: &str) -> String {
    let outcome = session(input);
    assert_eq!((outcome.status(), outcome.message()), (0, None));
    let (_, answers) = outcome.console().split_once('\n').expect("a greeting");
    answers.to_owned()
}

#[test]
fn what_a_program_spoils_stops_neither_the_machine_nor_the_session() {
    for spoiled in [
        "here 64 - 3 ! 5 here 64 - 72 + !",
        "0 base ! 1 .",
        "1 base ! 1 .",
        "-1 >in !",
        "' dup 40 + 12345 swap ! 1 dup",
        "' dup 40 + -16 swap ! 1 dup",
        "-1 allot 1 here !",
        ": x >r ; x",
        ": x r> drop r> drop r> drop ; x",
    ] {
        let answers = answers(&format!("{spoiled}\n6 7 * .\n"));
        assert!(answers.ends_with("42  ok\n"), "{spoiled}: {answers}");
    }
}

#[test]
fn a_dictionary_that_leads_nowhere_ends_the_session() {
    let answers = answers("' bye -5 swap !\nwhat\n");
    assert!(
        answers.ends_with("? the dictionary is broken\n"),
        "{answers}"
    );
}
