//! The runner itself: what makes a file fail.

use super::*;

/// What is wrong with a file of this head and these lines of ring 0, separated by semicolons.
fn failures(head: &str, code: &str) -> Vec<String> {
    let lines: Vec<String> = code
        .split(';')
        .map(|line| format!("        {line}\n"))
        .collect();
    let text = format!(
        "; It is so.\n; conformance 1\n{head}\n        .include \"../include/start.s\"\n        .segment kernel\nmain:\n{}",
        lines.concat()
    );
    let start = embedded::FILES
        .iter()
        .find(|(path, _)| *path == "include/start.s");
    let start = start.map_or(String::new(), |(_, text)| (*text).to_owned());
    let files = [
        ("include/start.s".to_owned(), start),
        ("tags/a.s".to_owned(), text),
    ];
    let suite = Suite::new(files);
    suite
        .cases()
        .iter()
        .flat_map(|case| suite.play(case).failures)
        .collect()
}

#[test]
fn a_file_passes_for_what_its_program_did() {
    assert_eq!(failures("; r5 = 7", "li r5, 7; trap done"), [] as [&str; 0]);
    assert_eq!(
        failures("; trap divide ring 0", "div r1, r2, 0; trap done"),
        [] as [&str; 0]
    );
    assert_eq!(
        failures(
            "; trap divide ring 0\n; kept r1",
            "div r1, r2, 0; trap done"
        ),
        [] as [&str; 0]
    );
}

#[test]
fn a_file_fails_for_anything_else() {
    for (head, code, failure) in [
        ("; r5 = 7", "li r5, 8; trap done", "`r5 = 7`: it is 0x8"),
        (
            "; r5 = 7",
            "li r5, 7; trap wrong",
            "it ended by `software at 0x1 ring 0`, at tags/a.s:8",
        ),
        (
            "; r5 = 7",
            "li r5, 7; j $",
            "it was not done after 1000000 steps, at tags/a.s:8",
        ),
        (
            "; r5 = 7",
            "li r5, 7; la c1, power; io r0, c1, c0, control; nop",
            "it switched itself off with 0, at tags/a.s:10",
        ),
        (
            "; r5 = 7",
            "li r5, 7; div r1, r1, 0; trap done",
            "the head does not list `trap divide ring 0`",
        ),
        (
            "; r5 = 7\n; trap divide ring 4",
            "li r5, 7; div r1, r1, 0; trap done",
            "trap 1: wanted `divide ring 4`, found `divide ring 0`",
        ),
        (
            "; r5 = 7\n; trap divide ring 0",
            "li r5, 7; trap done",
            "trap 1, by divide, did not happen",
        ),
        (
            "; r5 = 7\n; traps 1",
            "li r5, 7; trap done",
            "1 traps wanted, 0 happened, the last: none",
        ),
        (
            "; r5 = 0x5bad0005",
            "trap done",
            "`r5 = 0x5bad0005` held all the time, so it shows nothing",
        ),
        (
            "; memory caught = 00",
            "trap done",
            "all that the head says held from the start, so it shows nothing",
        ),
        (
            "; clock = 5",
            "trap done",
            "all that the head says held from the start, so it shows nothing",
        ),
        (
            "; r5 = 7\n; kept r6",
            "li r5, 7; li r6, 6; trap done",
            "`kept r6`: r6 was 0x5bad0006 and is 0x6",
        ),
        (
            "; r5 = address table",
            "li r5, 7; trap done",
            "`r5 = address table`: the program has no `table`",
        ),
        (
            "; ends power 3",
            "la c1, power; li r1, 4; io r1, c1, c0, control; nop",
            "it switched itself off with 4, at tags/a.s:10",
        ),
        (
            "; rs = 5",
            "trap done",
            "the head comment, line 3: `rs` is not known here",
        ),
        (
            "; r5 = 7",
            "lo r5, 7; trap done",
            "tags/a.s:7: error: there is no instruction `lo`",
        ),
    ] {
        let found = failures(head, code);
        assert!(
            found.iter().any(|found| found == failure),
            "{head} {code}: {found:?}"
        );
    }
}

#[test]
fn a_program_that_never_comes_to_the_file_fails() {
    let text =
        "; It is so.\n; conformance 1\n; ends wait\n .include \"../include/own.s\"\nmain: nop\n";
    let own = " .segment kernel, rx, rings(0, 0, 0), system\n .entry start\nstart: wfi\n .text\n";
    let files = [("include/own.s", own), ("tags/a.s", text)];
    let suite = Suite::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let failures: Vec<String> = suite
        .cases()
        .iter()
        .flat_map(|case| suite.play(case).failures)
        .collect();
    assert_eq!(failures, ["no instruction of the file was reached"]);
}

#[test]
fn a_folder_that_is_no_section_fails() {
    let text = "; It is so.\n; conformance 1\n; ends wait\n";
    let suite = Suite::new([("new/a.s".to_owned(), text.to_owned())]);
    let failures: Vec<String> = suite
        .cases()
        .iter()
        .flat_map(|case| suite.play(case).failures)
        .collect();
    assert_eq!(failures, ["the folder is that of no section"]);
}
