//! The command line as such: greeting, help, mistakes.

use super::{Folder, commands};

#[test]
fn alone_it_says_what_it_is_and_what_to_try() {
    let greeting = Folder::new().nestor("").good();
    assert_eq!(greeting.lines().count(), 8);
    insta::assert_snapshot!(greeting);
}

#[test]
fn what_the_greeting_says_to_try_works() {
    let greeting = Folder::new().nestor("").good();
    let commands: Vec<&str> = greeting
        .lines()
        .filter_map(|line| line.strip_prefix("  nestor "))
        .collect();
    assert_eq!(commands.len(), 4);
    for command in commands {
        let (words, _) = command
            .split_once("  ")
            .expect("words, spaces, what it does");
        assert!(!Folder::new().nestor(words).good().is_empty(), "{command}");
    }
}

#[test]
fn help_has_examples() {
    insta::assert_snapshot!(Folder::new().nestor("--help").good());
    for command in commands() {
        let help = Folder::new().nestor(&format!("{command} --help")).good();
        assert!(help.contains("Examples:\n  nestor "), "{help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 120),
            "{help}"
        );
    }
}

#[test]
fn help_of_run() {
    insta::assert_snapshot!(Folder::new().nestor("run --help").good());
}

#[test]
fn mistakes_in_the_command_line_have_status_125() {
    for words in [
        "walk",
        "--loud",
        "run",
        "run --memory much a.s",
        "run --max-steps -1 a.s",
        "asm a.s",
        "isa ldc stc",
        "lesson three",
        "lesson --edit here",
        "lesson 1 --edit a --check b",
        "explain",
    ] {
        let ran = Folder::new().nestor(words);
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(125), ""),
            "{words}: {ran}"
        );
        assert!(ran.stderr.starts_with("error: "), "{words}: {ran}");
    }
}

#[test]
fn memory_sizes_are_explained() {
    insta::assert_snapshot!(Folder::new().nestor("run --memory 16MB a.s"));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = Folder::new().with("wrong.s", "what\n");
    let run =
        |name: &str, value: &str| folder.nestor_in(&[(name, value)], "run wrong.s", "").stderr;
    let plain = folder.nestor("run wrong.s").stderr;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(run("CLICOLOR_FORCE", "1").contains('\u{1b}'));
    assert_eq!(run("NO_COLOR", "1"), plain);
}

/// What is full is said, also by those whose text comes from the parser of the command line.
#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_a_failure() {
    for words in [
        "--help",
        "--version",
        "help run",
        "run --help",
        "isa add",
        "",
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_nestor"))
            .args(words.split_whitespace())
            .stdout(full)
            .output()
            .expect("the program runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(125), "{words}: {told}");
        assert!(
            told.starts_with("error: cannot write the output: "),
            "{words}: {told}"
        );
    }
}
