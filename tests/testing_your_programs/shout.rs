use nestor::{Failure, Program, Settings};

#[test]
fn a_line_is_printed_in_capitals() -> Result<(), Failure> {
    let program = Program::from_text("shout.s", include_str!("shout.s"))?;
    let outcome = program.run(Settings::default().with_input("Hello, 3 rings.\n"))?;
    insta::assert_snapshot!(outcome, @"
    HELLO, 3 RINGS.
    exit status 0
    ");
    Ok(())
}
