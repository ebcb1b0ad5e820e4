//! `nestor conformance`: what it prints of the suite, and its exit status.

use super::Folder;

/// A folder with one file that holds and one that does not.
fn suite() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("suite/tags")).expect("a folder in a temporary one");
    folder
        .with("suite/tags/01_good.s", file("; r5 = 7", "li r5, 7"))
        .with(
            "suite/tags/02_wrong.s",
            file("; r5 = 7\n; trap divide ring 0", "li r5, 8"),
        )
        .with(
            "suite/tags/03_empty.s",
            "; It says nothing.\n; conformance 3\n",
        )
}

/// Without what files of the suite share: it begins in ring 0, and ends at once.
fn file(head: &str, line: &str) -> String {
    format!(
        "; It is so.\n; conformance 1\n{head}\n .segment kernel, rx, rings(0, 0, 0), system\n .entry main\nmain: {line}\n trap 0\n"
    )
}

#[test]
fn files_are_counted_by_section() {
    insta::assert_snapshot!(Folder::new().nestor("conformance tags/01").good());
}

#[test]
fn a_rule_is_a_filter() {
    let by_rule = Folder::new().nestor("conformance 31").good();
    assert!(by_rule.contains("Traps, interrupts, time"), "{by_rule}");
    assert!(!by_rule.contains("Derivation"), "{by_rule}");
}

#[test]
fn failures_are_told_in_full() {
    insta::assert_snapshot!(suite().nestor("conformance --folder suite"));
}

#[test]
fn one_object_says_the_same() {
    insta::assert_snapshot!(suite().nestor("conformance --folder suite --json"));
}

#[test]
fn what_no_file_reaches_is_said() {
    let ran = suite().nestor("conformance --folder suite 01_good --coverage --json");
    let report: serde_json::Value = serde_json::from_str(&ran.good()).expect("an object");
    let causes = &report["coverage"]["causes"];
    assert_eq!((&causes["reached"], &causes["of"]), (&1.into(), &24.into()));
    let missing = causes["missing"].as_array().expect("a list");
    assert!(missing.contains(&"tag".into()) && !missing.contains(&"software".into()));
}

#[test]
fn what_means_no_file_is_a_mistake() {
    insta::assert_snapshot!(Folder::new().nestor("conformance tagz"));
    let missing = Folder::new().nestor("conformance --folder nowhere");
    assert_eq!(missing.status, Some(125), "{missing}");
}
