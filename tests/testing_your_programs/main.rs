//! The example of `docs/testing-your-programs.md`, compiled and run as its readers would, and what else is said there.

mod shout;

use nestor::isa::Cause;
use nestor::session::Ending;
use nestor::{Failure, Program, Settings};

const OVERRUN: &str = "\
        .text
        .proc   main
        la      c1, table
        li      r1, 7
        st      r1, [c1]
        li      r2, 2
        st      r1, [c1 + r2 << 3]
        ret
        .endproc
        .data
table:  .space  16
";

#[test]
fn the_document_shows_the_example() {
    let document = include_str!("../../docs/testing-your-programs.md");
    for (language, text) in [
        ("asm", include_str!("shout.s")),
        ("rust", include_str!("shout.rs")),
    ] {
        assert!(
            document.contains(&format!("```{language}\n{text}```\n")),
            "the {language} is stale"
        );
    }
    assert!(include_str!("shout.rs").lines().count() <= 15);
}

#[test]
fn a_fault_is_an_outcome() -> Result<(), Failure> {
    let outcome = Program::from_text("overrun.s", OVERRUN)?.run(Settings::default())?;
    assert_eq!(outcome.trap().map(|trap| trap.cause), Some(Cause::Bounds));
    assert_eq!((outcome.status(), outcome.console()), (126, ""));
    assert_eq!(outcome.r(2), Some(2));
    insta::assert_snapshot!(outcome.c(1).expect("there is a c1"), @"table[0x0..0x10] rw-lsm ring 4, cursor 0x0");
    insta::assert_snapshot!(outcome);
    Ok(())
}

#[test]
fn memory_can_be_looked_at() -> Result<(), Failure> {
    let outcome = Program::from_text("overrun.s", OVERRUN)?.run(Settings::default())?;
    assert_eq!(
        outcome.bytes("table").expect("a label")[..9],
        [7, 0, 0, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!((outcome.bytes("chair"), outcome.r(32)), (None, None));
    Ok(())
}

#[test]
fn arguments_are_given() -> Result<(), Failure> {
    let source = ".text\n.proc main\n ret\n.endproc\n";
    let program = Program::from_text("count.s", source)?;
    let outcome = program.run(
        Settings::default()
            .with_argument("one")
            .with_argument("two"),
    )?;
    assert_eq!(outcome.status(), 2);
    Ok(())
}

#[test]
fn the_same_run_is_the_same_to_the_bit() -> Result<(), Failure> {
    let program = Program::from_text("shout.s", include_str!("shout.s"))?;
    let run = |input: &str| program.run(Settings::default().with_input(input));
    let (one, two, other) = (run("same\n")?, run("same\n")?, run("other\n")?);
    assert_eq!(
        (one.state_hash(), one.steps()),
        (two.state_hash(), two.steps())
    );
    assert_ne!(one.state_hash(), other.state_hash());
    Ok(())
}

#[test]
fn a_loop_without_end_is_stopped() -> Result<(), Failure> {
    let source = ".text\n.proc main\nagain: j again\n.endproc\n";
    let outcome = Program::from_text("loop.s", source)?.run_for(1000, Settings::default())?;
    assert_eq!(
        (outcome.ending(), outcome.status(), outcome.steps()),
        (&Ending::Steps, 124, 1000)
    );
    Ok(())
}

#[test]
fn mistakes_are_shown_as_people_read_them() {
    let failure = Program::from_text(
        "wrong.s",
        ".text\n.proc main\n ad r1, r2, 3\n ret\n.endproc\n",
    );
    insta::assert_snapshot!(format!("{:?}", failure.expect_err("it is wrong")));
}
