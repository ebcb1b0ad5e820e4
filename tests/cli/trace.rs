//! `nestor trace`: what it shows of each step, how steps are chosen, and how it ends.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Folder, Ran};

const HELLO: &str = include_str!("../../examples/01-hello/main.s");
const TABLE: &str = include_str!("../../examples/03-one-byte-too-far/main.s");

/// Calls a gate, moves capabilities and loses them again.
const MOVES: &str = "\
        .segment inner, rx, rings(1,1,4)
        .gate   ask, answer
        .proc   answer
        li      r1, 42
        ret
        .endproc
        .text
        .proc   main
        .save   c8
        enter
        la      c4, ask
        callc   c4
        la      c1, from
        la      c2, to
        li      r3, 48
        copy    c2, c1, r3
        la      c2, to
        cbound  c2, c2, 24
        cperm   c2, c2, permission.write
        li      r2, 0
        li      r3, 20
        fill    c2, r2, r3
        li      r1, 0
        return
        .endproc
        .data
from:   .cap    from
        .cap    to
        .ascii  \"hello, big world\"
to:     .space  48
";

/// A kernel that goes on behind whatever trapped, waits for its timer, and switches the machine off.
const KERNEL: &str = "\
        .segment kernel, rx, rings(0,0,0), system
        .entry  start
start:  li      r1, segment(stack) << 32 | length(stack)
        li      r2, 0x3b << 56 | length(stack) << 28
        mint    sp, r1, r2
        li      r1, segment(kernel) << 32 | offset(handler)
        setctl  entry, r1
        ld      r1, [c1]
        trap    9
        li      r1, 100
        setctl  timer, r1
        li      r1, 1 << 16
        setctl  lines, r1
        setctl  masked, r0
        wfi
        j       $
off:    li      r1, abi.segment_devices + abi.slot_power
        shl     r1, r1, 32
        li      r2, 3 << 56
        mint    c1, r1, r2
        li      r1, 5
        io      r1, c1, c0, control
handler:
        ld      r1, [sp + size.context + trap.cause]
        beq     r1, cause.interrupt, off
        ld      r1, [sp + context.pc]
        add     r1, r1, 8
        st      r1, [sp + context.pc]
        resume
        .segment stack, rw, hold, rings(0,0,0), system
stack:  .space  4096
        .segment power, rw, rings(0,0,0), system, number(abi.segment_devices + abi.slot_power), device(abi.slot_power)
";

const FOREVER: &str = ".text\n.proc main\nagain: j again\n.endproc\n";

fn folder() -> Folder {
    Folder::new()
        .with("hello.s", HELLO)
        .with("table.s", TABLE)
        .with("moves.s", MOVES)
        .with("kernel.s", KERNEL)
        .with("forever.s", FOREVER)
}

/// The places of the steps that are shown.
fn places(ran: &Ran) -> BTreeSet<&str> {
    // What stands below a step begins farther to the right.
    ran.stdout
        .lines()
        .skip(1)
        .filter(|line| line.get(..8).is_some_and(|number| number.trim() != ""))
        .filter_map(|line| line.split_whitespace().nth(2))
        .collect()
}

/// The objects of a trace.
fn objects(ran: &Ran) -> Vec<Value> {
    let lines = ran.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line is an object"))
        .collect()
}

#[test]
fn every_step_of_a_program_and_what_it_prints() {
    insta::assert_snapshot!(folder().nestor("trace hello.s").good());
}

#[test]
fn a_fault_ends_it_with_the_account_of_run() {
    let folder = folder();
    let traced = folder.nestor("trace --last 6 table.s");
    let ran = folder.nestor("run table.s");
    assert_eq!((traced.status, &traced.stderr), (ran.status, &ran.stderr));
    insta::assert_snapshot!(traced.stdout);
}

#[test]
fn gates_capabilities_and_tags() {
    insta::assert_snapshot!(folder().nestor("trace moves.s").good());
}

#[test]
fn traps_interrupts_and_waiting() {
    insta::assert_snapshot!(folder().nestor("trace --bare kernel.s"));
}

#[test]
fn the_start_up_code_is_shown_on_request() {
    let folder = folder();
    let all = folder.nestor("trace --startup hello.s").good();
    let own = folder.nestor("trace hello.s").good();
    assert!(all.lines().count() > own.lines().count() + 50);
    assert!(all.contains("startup+0x8 ") && !own.contains("startup+0x8 "));
}

#[test]
fn a_procedure_alone() {
    let folder = folder();
    let ran = folder.nestor("trace --symbol answer moves.s");
    assert_eq!(places(&ran), BTreeSet::from(["answer", "answer+0x8"]));
    let ran = folder.nestor("trace --symbol answer --symbol ask moves.s");
    assert_eq!(
        places(&ran),
        BTreeSet::from(["ask", "answer", "answer+0x8"])
    );
}

#[test]
fn a_label_reaches_to_the_next_one() {
    let ran = folder().nestor("trace --bare --symbol handler --limit 0 kernel.s");
    assert!(places(&ran).contains("handler+0x28"), "{ran}");
    assert!(
        places(&ran)
            .iter()
            .all(|place| place.starts_with("handler")),
        "{ran}"
    );
}

#[test]
fn a_range_of_addresses() {
    let ran = folder().nestor("trace --range main+0x10..main+0x20 hello.s");
    assert_eq!(places(&ran), BTreeSet::from(["main+0x10", "main+0x18"]));
}

#[test]
fn a_range_of_steps() {
    let ran = folder().nestor("trace --steps 99..101 hello.s").good();
    let numbers: Vec<_> = ran
        .lines()
        .skip(1)
        .filter_map(|line| line.get(..8))
        .collect();
    assert_eq!(numbers, ["      99", "     100", "        "]);
}

#[test]
fn rings_and_classes() {
    let folder = folder();
    let ran = folder.nestor("trace --ring 0,1 moves.s");
    assert_eq!(
        places(&ran),
        BTreeSet::from(["ask", "answer", "answer+0x8"])
    );
    let ran = folder.nestor("trace --bare --class privileged kernel.s");
    let names = ["mint", "setctl", "resume", "wfi"];
    let shown: BTreeSet<_> = ran
        .stdout
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().nth(3))
        .collect();
    assert_eq!(shown, BTreeSet::from(names), "{ran}");
}

#[test]
fn traps_alone() {
    insta::assert_snapshot!(
        folder()
            .nestor("trace --bare --trap=software,interrupt kernel.s")
            .stdout
    );
    let all = folder().nestor("trace --bare --trap kernel.s").stdout;
    assert_eq!(all.matches("trap[").count(), 3, "{all}");
}

#[test]
fn the_limit_is_kept_and_the_program_runs_on() {
    let ran = folder().nestor("trace --limit 3 --max-steps 1000 forever.s");
    assert_eq!(ran.status, Some(124));
    insta::assert_snapshot!(ran);
}

#[test]
fn filters_that_make_no_sense_are_explained() {
    let folder = folder();
    let said = |words: &str| {
        let ran = folder.nestor(&format!("trace {words} table.s"));
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(125), ""), "{ran}");
        ran.stderr.lines().next().unwrap_or_default().to_owned()
    };
    let all = [
        "--symbol fil",
        "--symbol table",
        "--range fill",
        "--range fill+x..",
        "--ring 8",
        "--class kernel",
        "--trap=bonds",
        "--steps 5",
        "--limit 5 --last 5",
    ]
    .map(said);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn json_of_a_step() {
    let ran = folder().nestor("trace --json --range main+0x8..main+0x10 moves.s");
    let objects = objects(&ran);
    assert_eq!(objects.len(), 2, "{ran}");
    assert_eq!(objects[1]["event"], "end");
    insta::assert_snapshot!(serde_json::to_string_pretty(&objects[0]).expect("it was JSON"));
}

#[test]
fn json_has_the_keys_that_explain_lists() {
    use nestor::trace::json::{CHANGE_KEYS, GRANULE_KEYS, LEFT_OUT_KEYS, MEMORY_KEYS, STEP_KEYS};
    let keys = |object: &Value| -> BTreeSet<String> {
        object
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let listed = |table: &[(&str, &str)]| -> BTreeSet<String> {
        table.iter().map(|(name, _)| (*name).to_owned()).collect()
    };
    let folder = folder();
    let ran = folder.nestor("trace --json --range main+0x8..main+0x10 moves.s");
    let step = &objects(&ran)[0];
    assert_eq!(keys(step), listed(STEP_KEYS));
    assert_eq!(keys(&step["memory"]), listed(MEMORY_KEYS));
    assert_eq!(keys(&step["granules"][0]), listed(GRANULE_KEYS));
    let ran = folder.nestor("trace --json --limit 1 hello.s");
    let objects = objects(&ran);
    assert_eq!(keys(&objects[0]["registers"][0]), listed(CHANGE_KEYS));
    assert_eq!(keys(&objects[1]), listed(LEFT_OUT_KEYS));
    let mut end = listed(nestor::report::KEYS);
    end.insert("event".to_owned());
    assert_eq!(keys(&objects[2]), end);
}

#[test]
fn json_of_errors_is_a_line_too() {
    for words in ["nowhere.s", "--symbol nothing hello.s", "--ring 9 hello.s"] {
        let ran = folder().nestor(&format!("trace --json {words}"));
        let objects = objects(&ran);
        assert_eq!((ran.status, objects.len()), (Some(125), 1), "{ran}");
        assert_eq!(
            (&objects[0]["event"], &objects[0]["end"]),
            (&"end".into(), &"error".into())
        );
    }
}

#[test]
fn a_trace_changes_nothing() {
    let folder = folder();
    let state = |words: &str| {
        let ran = folder.nestor(words);
        let object = ran.stdout.lines().last().map(str::to_owned);
        let end: Value = match words.starts_with("run") {
            true => serde_json::from_str(&ran.stdout),
            false => serde_json::from_str(&object.unwrap_or_default()),
        }
        .expect("an object");
        (end["state_hash"].clone(), end["steps"].clone(), ran.status)
    };
    for file in ["hello.s", "table.s", "moves.s", "--bare kernel.s"] {
        assert_eq!(
            state(&format!("run --json {file}")),
            state(&format!("trace --json {file}"))
        );
    }
}

#[test]
fn input_is_asked_for_when_the_program_wants_it() {
    let words = include_str!("../../examples/02-loops/main.s");
    let ran = Folder::new()
        .with("words.s", words)
        .nestor_reading("trace --class sensitive words.s", "one two\n");
    assert!(
        ran.stdout.contains("[line, 8 bytes] \"one two\\n\""),
        "{ran}"
    );
    assert_eq!(ran.status, Some(0));
}

#[test]
fn a_closed_pipe_is_quiet() {
    let folder = folder();
    let program = assert_cmd::cargo::cargo_bin("nestor");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = std::process::Command::new(program)
        .args(["trace", "table.s"])
        .current_dir(folder.path("."))
        .stdout(writer)
        .output()
        .expect("it runs");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), b"".as_slice())
    );
}
