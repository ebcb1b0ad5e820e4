//! `nestor selftest`: what it finds, what it says of parts that cannot be done, and its exit status.

use nestor::selftest::PARTS;

use super::Folder;

#[test]
fn the_program_finds_out_about_itself_anywhere() {
    let found = Folder::new().nestor("selftest").good();
    let own: Vec<&str> = PARTS
        .iter()
        .filter(|part| !part.needs_tree())
        .map(|part| part.name)
        .collect();
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), own.len() + 2, "{found}");
    for (line, part) in lines.iter().skip(1).zip(&own) {
        let words: Vec<&str> = line.split_whitespace().take(2).collect();
        assert_eq!(words, [part, "passed"], "{found}");
    }
    let last = format!("{} passed in ", own.len());
    assert!(found.contains(&last), "{found}");
}

#[test]
fn one_object_says_the_same() {
    let report = Folder::new().nestor("selftest suite --json").good();
    let report: serde_json::Value = serde_json::from_str(&report).expect("an object");
    let part = &report["parts"][0];
    assert_eq!(
        (&part["part"], &part["result"]),
        (&"suite".into(), &"passed".into())
    );
    let files = nestor::conformance::Suite::embedded().cases().len();
    assert_eq!(part["found"], format!("{files} files"));
}

#[test]
fn every_part_is_listed_with_its_command() {
    let listed = Folder::new().nestor("selftest --list").good();
    for part in PARTS {
        assert!(listed.contains(&format!("{:<12}{}", part.name, part.shows)));
        assert!(
            part.command()
                .is_none_or(|command| listed.contains(&command))
        );
    }
}

#[test]
fn long_parts_want_the_sources() {
    insta::assert_snapshot!(Folder::new().nestor("selftest --all"));
    insta::assert_snapshot!(Folder::new().nestor("selftest secnd"));
}

/// A folder that looks like the sources and has none of the tests: cargo refuses, and so the part fails.
#[test]
fn a_part_that_fails_is_told_and_has_status_1() {
    let folder = Folder::new();
    for inner in ["isa/tests/second", "src/selftest"] {
        std::fs::create_dir_all(folder.path(inner)).expect("a folder in a temporary one");
    }
    let folder = folder
        .with("Cargo.toml", "")
        .with("isa/tests/second/main.rs", "");
    let ran = folder.nestor("selftest again second");
    assert_eq!(ran.status, Some(1), "{ran}");
    assert!(ran.stdout.contains("\nagain       passed "), "{ran}");
    assert!(ran.stdout.contains("\nsecond      FAILED "), "{ran}");
    assert!(ran.stdout.contains("1 passed, 1 FAILED in "), "{ran}");
    let command = "==> second: NESTOR_ROWS=all cargo test --release --package isa --test second\n";
    assert!(ran.stderr.starts_with(command), "{ran}");
}
