//! What the guides show is what one sees: each command in a block marked `console` is run, in the order of the guide and in
//! one folder, and prints what stands below it. Only times of the host may differ.
//!
//! `NESTOR_GUIDES=write cargo test --test guides` writes what is printed into the guides.

use std::fs;
use std::path::Path;
use std::process::Command;

use fancy_regex::Regex;
use tempfile::TempDir;

/// The guides whose commands are run.
const GUIDES: &[&str] = &[
    "../README.md",
    "virtualization.md",
    "tracing.md",
    "debugging.md",
    "hypervisor.md",
];

/// What a command prints, both streams as on a terminal.
fn run(folder: &Path, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_nestor"));
    let own = program.parent().expect("the program is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .env("PATH", format!("{}:{path}", own.display()))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .current_dir(folder)
        .output()
        .expect("there is a shell");
    String::from_utf8(output.stdout).expect("text")
}

/// Text in which times of the host, and what is computed of them, are all the same.
fn without_times(text: &str) -> String {
    let time =
        Regex::new(r" +\d+(\.\d+)? (ns|µs|ms|s) +\d+(\.\d+)?$").expect("a regular expression");
    text.lines()
        .map(|line| time.replace_all(line, " TIME").trim_end().to_owned() + "\n")
        .collect()
}

/// The guide with what its commands print now.
fn played(guide: &str) -> String {
    let folder = TempDir::new().expect("a folder");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    std::os::unix::fs::symlink(examples, folder.path().join("examples")).expect("a link");
    let mut text = String::new();
    // The backticks that end the block with commands that we are in.
    let mut end = None;
    for line in guide.lines() {
        let command = line.strip_prefix("$ ").filter(|_| end.is_some());
        if end.is_none() || end == Some(line) || command.is_some() {
            text += &format!("{line}\n");
        }
        if let Some(command) = command {
            text += &run(folder.path(), command);
        }
        end = match end {
            None => line
                .strip_suffix("console")
                .filter(|start| start.starts_with("```")),
            Some(end) => Some(end).filter(|end| line != *end),
        };
    }
    text
}

#[test]
fn guides_show_what_is_printed() {
    let mut stale = Vec::new();
    for name in GUIDES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs")
            .join(name);
        let guide = fs::read_to_string(&path).expect("a guide");
        assert!(
            guide.contains("```console\n$ nestor "),
            "{name}: there is no command to run"
        );
        let played = played(&guide);
        if without_times(&played) == without_times(&guide) {
            continue;
        }
        if std::env::var("NESTOR_GUIDES").as_deref() == Ok("write") {
            fs::write(&path, played).expect("the guide can be written");
            continue;
        }
        let now = without_times(&played);
        let was = without_times(&guide);
        let differing = now.lines().zip(was.lines()).find(|(now, was)| now != was);
        stale.push(format!("docs/{name}: {differing:?}"));
    }
    assert!(
        stale.is_empty(),
        "what is printed, and what the guide shows: {stale:#?}"
    );
}
