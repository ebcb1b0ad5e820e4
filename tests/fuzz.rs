//! `nestor fuzz`, and that what it writes down makes the same run again.

use assert_cmd::Command;
use fuzz::Fuzzer;
use nestor::conformance::{Suite, attach, found};
use serde_json::Value;

fn nestor(words: &[&str]) -> Command {
    let mut command = Command::cargo_bin("nestor").expect("the program");
    command.args(words);
    command
}

#[test]
fn a_few_cases_show_no_difference() {
    let assert = nestor(&["fuzz", "--seed", "5", "--cases", "30"]).assert();
    let output = assert.success().get_output().stdout.clone();
    let text = String::from_utf8(output).expect("a text");
    assert!(text.starts_with("30 cases of seed 5, "), "{text}");
    assert!(text.ends_with("no difference\n"), "{text}");
}

#[test]
fn what_was_done_is_told_in_json() -> Result<(), serde_json::Error> {
    let words = [
        "fuzz", "--seed", "6", "--from", "3", "--cases", "4", "--json",
    ];
    let output = nestor(&words)
        .assert()
        .success()
        .get_output()
        .stdout
        .clone();
    let report: Value = serde_json::from_slice(&output)?;
    assert_eq!(report["cases"], 4);
    assert_eq!(report["differences"], Value::Array(Vec::new()));
    assert!(report["completed_percent"].as_f64() > Some(90.0));
    Ok(())
}

#[test]
fn a_file_of_a_case_comes_to_the_end_of_the_case() {
    let mut fuzzer = Fuzzer::new(7, 0, attach, &fuzz::engine);
    let mut cases: Vec<_> = (0..24)
        .filter_map(|number| fuzzer.case(number))
        .map(|(case, _)| case)
        .collect();
    cases
        .iter_mut()
        .for_each(|case| case.steps = case.steps.min(3000));
    let files = cases.iter().enumerate().map(|(number, case)| {
        let text = found(case, "It comes to an end.");
        (format!("found/case_{number:02}.s"), text)
    });
    let suite = Suite::new(files.collect::<Vec<_>>());
    for (file, case) in suite.cases().iter().zip(&cases) {
        let verdict = suite.play(file);
        assert_eq!(verdict.failures, [] as [String; 0], "{}", file.path);
        assert!(verdict.steps <= case.steps, "{}", file.path);
    }
}
