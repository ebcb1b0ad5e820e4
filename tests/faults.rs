//! What the machine says when it stops: one program a fault, at least one for each cause, and
//! the whole account as a user sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs, by name. One whose first line is `; bare` starts in ring 0 with nothing, one with `; depth 0` may have
/// no guests.
fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let mut programs: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of faults")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "s"))
        .collect();
    programs.sort();
    programs
}

/// Runs one program as a user would, from its folder, and gives exit status and standard error.
fn run(path: &Path) -> (Option<i32>, String) {
    let source = std::fs::read_to_string(path).expect("the source");
    let mut command = Command::new(env!("CARGO_BIN_EXE_nestor"));
    command.arg("run");
    if source.starts_with("; bare") {
        command.arg("--bare");
    }
    if source.starts_with("; depth 0") {
        command.args(["--depth", "0"]);
    }
    let output = command
        .arg(path.file_name().expect("a file name"))
        .current_dir(path.parent().expect("a folder"))
        .env("NO_COLOR", "1")
        .output()
        .expect("the command runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "",
        "{}",
        path.display()
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn every_fault_explains_itself() {
    let mut causes = BTreeSet::new();
    for path in programs() {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let (status, said) = run(&path);
        assert_eq!(status, Some(126), "{name}: {said}");
        let cause = said.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
        assert!(
            name.starts_with(&cause),
            "{name} stopped for {cause}: {said}"
        );
        causes.insert(cause);
        insta::assert_snapshot!(name, said);
    }
    let all: BTreeSet<String> = isa::Cause::ALL
        .iter()
        .map(|cause| cause.name().to_owned())
        .collect();
    assert_eq!(causes, all, "causes without a program that shows them");
}
