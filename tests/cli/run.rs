//! `nestor run`: how programs end, what they read and print, and what is said of it.

use super::{Folder, Ran};

/// Ends with this status.
fn ends_with(status: u64) -> String {
    format!(".text\n.proc main\n li r1, {status}\n ret\n.endproc\n")
}

const HELLO: &str = include_str!("../../examples/01-hello/main.s");

/// Reads a line of at most 16 bytes and prints it.
const ECHO: &str = "\
        .text
        .proc main
        la    c1, room
        li    r1, 16
        io    r1, c2, c1, read
        blt   r1, 0, end
        io    r1, c2, c1, write
        li    r1, 0
end:    ret
        .endproc
        .data
room:   .space 16
";

/// Prints its arguments, a line each.
const ARGUMENTS: &str = "\
        .text
        .proc main
        beqz  r1, end
next:   ldc   c4, [c1]
        cadd  c1, c1, 16
        cget  r2, c4, length
        io    r2, c2, c4, write
        la    c5, newline
        li    r2, 1
        io    r2, c2, c5, write
        sub   r1, r1, 1
        bnez  r1, next
end:    ret
        .endproc
        .rodata
newline:
        .byte 10
";

const FOREVER: &str = ".text\n.proc main\nagain: j again\n.endproc\n";

const NULL: &str = ".text\n.proc main\n ldb r1, [c1 + 5]\n ldb r1, [c0]\n ret\n.endproc\n";

#[test]
fn a_program_prints_and_ends() {
    let ran = Folder::new().with("hello.s", HELLO).nestor("run hello.s");
    assert_eq!(ran.good(), "Hello from ring 4.\n");
}

#[test]
fn the_status_is_the_result_of_main() {
    for status in [0, 1, 122, 123] {
        let ran = Folder::new()
            .with("a.s", ends_with(status))
            .nestor("run a.s");
        assert_eq!(
            (ran.status, ran.stderr.as_str()),
            (i32::try_from(status).ok(), "")
        );
    }
}

#[test]
fn a_large_status_is_reported_as_123() {
    insta::assert_snapshot!(Folder::new().with("a.s", ends_with(126)).nestor("run a.s"));
}

#[test]
fn both_machines_make_the_same_run() {
    let folder = Folder::new().with("hello.s", HELLO);
    let both = folder.nestor("run --machine lockstep hello.s");
    let agree = "the engine and the specification agree on all ";
    assert_eq!(both.stdout, "Hello from ring 4.\n");
    assert!(both.stderr.starts_with(agree), "{}", both.stderr);
    for machine in ["fast", "spec"] {
        let alone = folder.nestor(&format!("run --machine {machine} hello.s"));
        assert_eq!(alone.good(), "Hello from ring 4.\n");
    }
}

#[test]
fn steps_can_run_out() {
    insta::assert_snapshot!(
        Folder::new()
            .with("a.s", FOREVER)
            .nestor("run --max-steps 1000 a.s")
    );
}

#[test]
fn a_trap_has_status_126() {
    let ran = Folder::new().with("a.s", NULL).nestor("run a.s");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(126), ""));
    assert!(ran.stderr.contains("trap["), "{ran}");
}

#[test]
fn input_comes_from_standard_input() {
    let folder = Folder::new().with("echo.s", ECHO);
    assert_eq!(folder.nestor_reading("run echo.s", "one\n").good(), "one\n");
    assert_eq!(
        folder
            .nestor_reading("run echo.s", "sixteen bytes and more")
            .good(),
        "sixteen bytes an"
    );
}

#[test]
fn input_comes_from_a_file() {
    let folder = Folder::new()
        .with("echo.s", ECHO)
        .with("words", "of a file\n");
    assert_eq!(
        folder
            .nestor_reading("run --input words echo.s", "ignored")
            .good(),
        "of a file\n"
    );
}

#[test]
fn the_end_of_input_is_a_result() {
    let ran = Folder::new().with("echo.s", ECHO).nestor("run echo.s");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(123), ""));
}

#[test]
fn arguments_come_after_two_dashes() {
    let folder = Folder::new().with("args.s", ARGUMENTS);
    assert_eq!(
        folder.nestor("run args.s -- one --two 3").good(),
        "one\n--two\n3\n"
    );
    assert_eq!(folder.nestor("run args.s --").good(), "");
    assert_eq!(folder.nestor("run args.s").good(), "");
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    let words = format!("run args.s -- {}", "x".repeat(5000));
    insta::assert_snapshot!(Folder::new().with("args.s", ARGUMENTS).nestor(&words));
}

#[test]
fn several_sources_make_one_program() {
    let main = ".text\n.proc main\n enter\n call seven\n return\n.endproc\n";
    let seven = ".text\n.proc seven\n li r1, 7\n ret\n.endproc\n";
    let ran = Folder::new()
        .with("main.s", main)
        .with("seven.s", seven)
        .nestor("run main.s seven.s");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(7), ""));
}

#[test]
fn an_image_is_told_by_its_content() {
    let folder = Folder::new().with("hello.s", HELLO);
    folder.nestor("asm hello.s -o image.s").good();
    assert_eq!(folder.nestor("run image.s").good(), "Hello from ring 4.\n");
}

#[test]
fn an_image_and_its_sources_run_alike() {
    let folder = Folder::new().with("echo.s", ECHO).with("words", "abc\n");
    folder.nestor("asm echo.s -o echo").good();
    let json = |file: &str| {
        folder
            .nestor(&format!("run --json --input words {file}"))
            .good()
    };
    assert_eq!(json("echo"), json("echo.s"));
}

#[test]
fn a_bare_program_begins_in_ring_0() {
    let bare = ".segment boot, rx, rings(0,0,0)\n.entry start\nstart: li r1, -2\nagain: j again\n";
    let ran = Folder::new()
        .with("bare.s", bare)
        .nestor("run --bare --max-steps 5 --dump-state bare.s");
    insta::assert_snapshot!(ran);
}

#[test]
fn the_state_is_shown_on_request() {
    let ran = Folder::new()
        .with("a.s", FOREVER)
        .nestor("run --dump-state --max-steps 1000 a.s -- one");
    insta::assert_snapshot!(ran);
}

#[test]
fn statistics_are_shown_on_request() {
    let ran = Folder::new()
        .with("hello.s", HELLO)
        .nestor("run --stats hello.s");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "Hello from ring 4.\n")
    );
    let names: Vec<_> = ran
        .stderr
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, ["steps", "memory", "state", "time"]);
}

/// The object's keys, and the values that tell how a run ended.
fn json(ran: &Ran) -> serde_json::Value {
    assert_eq!(ran.stderr, "");
    serde_json::from_str(&ran.stdout).expect("standard output is one JSON object")
}

#[test]
fn json_of_a_program_that_ends() {
    let ran = Folder::new()
        .with("hello.s", HELLO)
        .nestor("run --json hello.s");
    assert_eq!(ran.status, Some(0));
    let hash = json(&ran)["state_hash"]
        .as_str()
        .expect("a hash")
        .to_owned();
    assert_eq!(hash.len(), 32);
    insta::assert_snapshot!(ran.stdout.replace(&hash, "[32 digits]"));
}

#[test]
fn json_of_a_trap() {
    let ran = Folder::new()
        .with("a.s", NULL)
        .nestor("run --json --dump-state a.s");
    assert_eq!(ran.status, Some(126));
    let report = json(&ran);
    assert_eq!(
        (&report["status"], &report["end"]),
        (&126.into(), &"trap".into())
    );
    let message = report["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("trap[") && !message.contains('\u{1b}'));
    insta::assert_snapshot!(serde_json::to_string_pretty(&report["trap"]).expect("it was JSON"));
}

#[test]
fn json_when_steps_run_out() {
    let ran = Folder::new()
        .with("a.s", FOREVER)
        .nestor("run --json --max-steps 1000 a.s");
    let report = json(&ran);
    assert_eq!(
        (&report["status"], &report["end"], &report["steps"]),
        (&124.into(), &"steps".into(), &1000.into())
    );
}

#[test]
fn json_of_errors() {
    let ran = Folder::new()
        .with("a.s", ".text\n.proc main\n ad r1, r2, 3\n ret\n.endproc\n")
        .nestor("run --json a.s");
    assert_eq!(ran.status, Some(125));
    assert_eq!(json(&ran)["end"], "error");
    insta::assert_snapshot!(ran.stdout);
    let ran = Folder::new().nestor("run --json nowhere.s");
    assert_eq!(
        (ran.status, &json(&ran)["end"]),
        (Some(125), &"error".into())
    );
}

#[test]
fn json_of_a_command_line_that_makes_no_sense() {
    for (words, message) in [
        ("run --json --loud a.s", "unexpected argument '--loud'"),
        ("run --memory 1 --json a.s", "invalid value '1'"),
        ("run --json", "required arguments"),
    ] {
        let ran = Folder::new().nestor(words);
        let report = json(&ran);
        assert_eq!((ran.status, &report["end"]), (Some(125), &"error".into()));
        let said = report["message"].as_str().expect("a message");
        assert!(said.contains(message), "{said}");
    }
    let ran = Folder::new().nestor("run --loud a.s -- --json");
    assert!(
        ran.stdout.is_empty() && ran.stderr.starts_with("error: "),
        "{ran}"
    );
}

#[test]
fn json_has_the_keys_that_explain_lists() {
    let ran = Folder::new()
        .with("a.s", NULL)
        .nestor("run --json --dump-state a.s");
    let report = json(&ran);
    let keys = |object: &serde_json::Value| -> Vec<String> {
        object
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let listed = |table: &[(&str, &str)]| {
        let mut names: Vec<String> = table.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(keys(&report), listed(nestor::report::KEYS));
    assert_eq!(keys(&report["trap"]), listed(nestor::report::TRAP_KEYS));
}

#[test]
fn what_cannot_be_read_has_status_125() {
    let folder = Folder::new()
        .with("text", "hello")
        .with("bad", "\x7fELF and no more")
        .with("hello.s", HELLO);
    folder.nestor("asm hello.s -o image").good();
    for words in [
        "run nowhere.s",
        "run text",
        "run bad",
        "run .",
        "run image image",
        "run hello.s image",
        "run --input nowhere hello.s",
        "run --memory 64K hello.s",
    ] {
        let ran = folder.nestor(words);
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(125), ""),
            "{words}: {ran}"
        );
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.lines().count() == 1,
            "{words}: {ran}"
        );
    }
}

#[test]
fn too_little_memory_is_said_with_the_option_that_gives_more() {
    let folder = Folder::new().with("hello.s", HELLO);
    let ran = folder.nestor("run --memory 64K hello.s");
    assert!(
        ran.stderr.ends_with("; give it more with `--memory`\n"),
        "{ran}"
    );
}

#[test]
fn a_result_below_zero_is_told_as_one() {
    let folder = Folder::new().with("a.s", ".text\n.proc main\n li r1, -1\n ret\n.endproc\n");
    let ran = folder.nestor("run a.s");
    assert_eq!(ran.status, Some(123));
    assert!(
        ran.stderr.starts_with("note: the program ended with -1;"),
        "{ran}"
    );
    let object = json(&folder.nestor("run --json a.s"));
    assert_eq!(
        (&object["result"], &object["status"]),
        (&serde_json::json!(-1), &serde_json::json!(123))
    );
    let trace = folder.nestor("trace --startup a.s").stdout;
    assert!(trace.contains("power off, status -1\n"), "{trace}");
}

#[test]
fn mistakes_in_a_very_long_line_are_shown_with_what_is_near() {
    let line = "#a".repeat(100_000);
    let ran = Folder::new()
        .with("a.s", format!("é{line}"))
        .nestor("run a.s");
    assert_eq!(ran.status, Some(125));
    assert!(ran.stderr.contains("\n --> a.s:1:1\n"), "{ran}");
    assert!(
        ran.stderr.contains(" --> a.s:1:1902\n"),
        "the columns are those of the file"
    );
    assert!(!ran.stderr.contains(":::"), "{ran}");
    assert!(ran.stderr.lines().all(|line| line.len() < 2048));
    let far = format!(".equ a, 1{}\n", "+1".repeat(20_000) + "+#");
    let ran = Folder::new().with("a.s", far).nestor("run a.s");
    assert!(ran.stderr.contains("\n --> a.s:1:40011\n"), "{ran}");
}

#[test]
fn errors_of_sources_are_shown_with_the_source() {
    let wrong = ".text\n.proc main\n        ad    r1, r2, 3\n        li    r1, nothing\n        ret\n.endproc\n";
    insta::assert_snapshot!(Folder::new().with("wrong.s", wrong).nestor("run wrong.s"));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let folder = Folder::new().with("hello.s", HELLO);
    let program = assert_cmd::cargo::cargo_bin("nestor");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = std::process::Command::new(program)
        .args(["run", "hello.s"])
        .current_dir(folder.path("."))
        .stdout(writer)
        .output()
        .expect("it runs");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), b"".as_slice())
    );
}
