//! `nestor trace`: what it shows of each step, how steps are chosen, and how it ends.

use std::collections::{BTreeMap, BTreeSet};

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
fn a_trace_of_nothing_says_why() {
    let folder = folder();
    let said = |words: &str| {
        let ran = folder.nestor(&format!("trace {words} hello.s"));
        let lines = ran.stdout.lines().filter(|line| !line.contains("Hello"));
        assert!(ran.status == Some(0) && lines.count() <= 1, "{ran}");
        format!("{words}: {}", ran.stderr)
    };
    let all = [
        "--ring 0",
        "--ring 0 --last 3",
        "--level 9",
        "--trap --exits",
        "--html page.html --ring 0",
    ]
    .map(said);
    insta::assert_snapshot!(all.concat());
}

#[test]
fn steps_that_are_asked_for_by_number_may_be_start_up_code() {
    let ran = folder().nestor("trace --steps 3..5 hello.s").good();
    assert_eq!(ran.matches("  startup+0x").count(), 2, "{ran}");
}

/// A folder with a nest in the file `nest`: this program in so many of the hypervisors of a name.
fn nest(hypervisor: &str, depth: usize) -> Folder {
    let folder = folder();
    let ran = folder.nestor(&format!(
        "nest hello.s --memory 1M --depth {depth} --hypervisor {hypervisor} --keep nest"
    ));
    // The state of the one whose console is emulated is another, and `nestor nest` says so.
    let status = if hypervisor == "console" { 1 } else { 0 };
    assert_eq!(ran.status, Some(status), "{ran}");
    folder
}

/// The lines of a trace without the numbers of the steps: how many a hypervisor makes before is not the matter.
fn unnumbered(ran: &Ran) -> String {
    let lines = ran.stdout.lines().map(|line| {
        let rest = line
            .trim_start()
            .trim_start_matches(|digit: char| digit.is_ascii_digit());
        match line.trim_start().len() > rest.len() && rest.starts_with("  ") {
            true => format!("       n{rest}"),
            false => line.to_owned(),
        }
    });
    let lines = lines.filter(|line| !line.starts_with("..."));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn guests_are_indented_by_their_level_and_named_by_their_own_image() {
    let ran = nest("direct", 2).nestor("trace --level 2 nest");
    assert_eq!(ran.status, Some(0), "{ran}");
    insta::assert_snapshot!(unnumbered(&ran));
}

#[test]
fn entries_and_exits_of_guests_alone() {
    let direct = nest("direct", 2).nestor("trace --exits nest");
    let console = nest("console", 2).nestor("trace --exits --last 20 nest");
    insta::assert_snapshot!(unnumbered(&direct) + "\n\n" + &unnumbered(&console));
}

#[test]
fn what_a_host_makes_of_an_exit() {
    let classic = nest("classic", 1).nestor("trace --exits --last 12 nest");
    let reflect = nest("reflect", 2).nestor("trace --exits --last 12 nest");
    insta::assert_snapshot!(unnumbered(&classic) + "\n\n" + &unnumbered(&reflect));
}

#[test]
fn a_fault_three_levels_deep_is_explained_there() {
    let folder = folder();
    let nest = "nest table.s --memory 1M --depth 3 --keep nest";
    folder.nestor(nest);
    let ran = folder.nestor("trace --level 3 --trap=bounds nest");
    assert_eq!(ran.status, Some(1), "{ran}");
    let text = unnumbered(&ran);
    // How many steps came before is the hypervisors' matter.
    let (before, step) = text
        .rsplit_once("step ")
        .expect("the account says the step");
    let after = step.trim_start_matches(|digit: char| digit.is_ascii_digit());
    insta::assert_snapshot!(format!("{before}step n{after}"));
}

/// Enters its guest a thousand times, though that ends with its first instruction.
const PERSISTENT: &str = "\
        .include \"library/hypervisor.s\"
        .proc   main
        hosting
        call    make_guest
        li      r16, 1000
again:  vmrun   block, window, devices
        st      zero, [block + machine.running]
        sub     r16, r16, 1
        bnez    r16, again
        li      r1, 0
        call    stop
        .endproc
";

#[test]
fn a_guest_that_ends_with_its_first_instruction_is_explained_a_few_times() {
    let first = ".segment kernel, rx, rings(0, 0, 0)\n.entry first\nfirst: ld r1, [c3 + 8]\n";
    let folder = super::guests::folder(first, "direct", 0).with("persistent.s", PERSISTENT);
    folder.nestor("asm --bare program.s -o guest").good();
    folder
        .nestor("asm --bare persistent.s guest.s -o nest")
        .good();
    let traced = folder.nestor("trace --exits --limit 0 nest").good();
    assert_eq!(traced.matches("exit[double_fault]").count(), 1000);
    assert_eq!(traced.matches("trap[tag]: read through c3").count(), 16);
    let last = folder.nestor("trace --exits --last 3 nest");
    insta::assert_snapshot!(super::whose_fault::shown(&last.stdout));
}

#[test]
fn levels_as_a_range() {
    let folder = nest("direct", 2);
    let trace = |levels: &str| {
        let words = format!("trace --limit 0 --level {levels} nest");
        folder.nestor(&words).good()
    };
    assert_eq!(trace("1..2"), trace("1"));
    assert_eq!(trace("1.."), trace("1,2"));
    assert_ne!(trace("1..3"), trace("1"));
}

#[test]
fn one_level_alone_and_names_of_guests() {
    let folder = nest("direct", 2);
    let level = folder.nestor("trace --level 2 nest");
    let symbol = folder.nestor("trace --symbol main --level 2 nest");
    assert_eq!(level.stdout, symbol.stdout);
    let steps = level.stdout.lines().skip(1);
    assert_eq!(
        steps.filter(|line| !line.contains("console")).count(),
        5,
        "{level}"
    );
    assert_eq!(level.stdout.matches("  | | 4   main").count(), 5, "{level}");
}

/// What the programs of the lessons run in their guests is text of their own that they copy: in lesson 19 some of a segment,
/// in lesson 24 a whole one, for four machines that are one in the other.
#[test]
fn text_that_was_copied_into_a_guest_has_its_names_there() {
    let lesson = |number: &str| {
        let folder = Folder::new();
        let copied = folder.nestor(&format!("lesson {number} --edit it"));
        assert_eq!(copied.status, Some(0), "{copied}");
        folder
    };
    let guest = lesson("19").nestor("trace --exits --last 5 it/main.s");
    let nest = lesson("24").nestor("trace --symbol add_up --limit 8 it/main.s");
    insta::assert_snapshot!(unnumbered(&guest) + "\n\n" + &unnumbered(&nest));
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
        "--level 1..x",
        "--html page.html --last 0",
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
    use nestor::trace::json::{
        CHANGE_KEYS, ENTRY_KEYS, EXIT_KEYS, GRANULE_KEYS, LEFT_OUT_KEYS, MEMORY_KEYS, STEP_KEYS,
    };
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
    let ran = nest("console", 1).nestor("trace --json --exits nest");
    let passages = self::objects(&ran);
    let entry = passages.iter().find_map(|step| step["entries"].get(0));
    assert_eq!(keys(entry.expect("an entry")), listed(ENTRY_KEYS));
    let exit = passages.iter().find(|step| step["outcome"] == "exited");
    let exit = &exit.expect("an exit")["exit"];
    assert_eq!(keys(exit), listed(EXIT_KEYS));
    assert_eq!(exit["reason"], "device");
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

/// Prints a line, counts a long way, and prints another one.
const LONG: &str = "\
        .text
        .proc   main
        la      c1, first
        li      r1, 6
        io      r1, c2, c1, write
        li      r2, 10000000
again:  sub     r2, r2, 1
        bnez    r2, again
        la      c1, last
        li      r1, 5
        io      r1, c2, c1, write
        li      r1, 0
        ret
        .endproc
        .rodata
first:  .ascii  \"first\\n\"
last:   .ascii  \"last\\n\"
";

#[test]
fn the_end_of_a_long_run_is_the_end_of_its_trace() {
    let folder = folder().with("long.s", LONG);
    let ran = folder.nestor("trace --last 7 long.s").good();
    insta::assert_snapshot!(ran);
    let page = folder
        .nestor("trace --html page.html --last 50 long.s")
        .good();
    assert_eq!(page, "first\nlast\n");
    let page = String::from_utf8(folder.read("page.html")).expect("text");
    let data = super::page::data(&page);
    assert_eq!(data["steps"].as_array().map(Vec::len), Some(50));
    assert_eq!(data["start"]["console"], "first\n");
}

#[test]
fn the_end_of_a_nest_is_the_end_of_its_trace() {
    let folder = nest("console", 2);
    let all = folder.nestor("trace --limit 0 nest").good();
    let last = folder.nestor("trace --last 300 nest").good();
    let tail: Vec<&str> = last.lines().skip(2).collect();
    let all: Vec<&str> = all.lines().collect();
    assert!(tail.len() > 280 && all.ends_with(&tail), "{last}");
}

#[test]
fn a_run_with_too_much_input_is_traced_as_it_is_made() {
    let reader = "\
        .text
        .proc   main
again:  la      c1, room
        li      r1, 4096
        io      r1, c2, c1, read
        bge     r1, 0, again
        li      r1, 0
        ret
        .endproc
        .data
room:   .space  4096
";
    let folder = folder().with("reader.s", reader);
    let input = "0123456789abcdef".repeat(70 << 16);
    let ran = folder
        .nestor_reading("trace --last 6 reader.s", &input)
        .good();
    let instructions: Vec<&str> = ran
        .lines()
        .skip(2)
        .filter_map(|line| line.split_whitespace().nth(3))
        .collect();
    assert_eq!(
        instructions,
        ["ldk", "add", "io", "bge", "add", "ret"],
        "{ran}"
    );
    folder
        .nestor_reading("trace --html page.html reader.s", &input)
        .good();
    let page = String::from_utf8(folder.read("page.html")).expect("text");
    let data = super::page::data(&page);
    assert_eq!(data["steps"].as_array().map(Vec::len), Some(10_000));
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

/// The events of a timeline, after a look at whether a viewer takes them as they are meant.
///
/// Perfetto's importer goes through the events in the order of their times, those of one time in the order of the file. A
/// `B` puts a slice on the stack of its track and an `E` takes off the uppermost of its category; nothing names a track but
/// `thread_name`. An `s` and its `f` are those of the same id, category and name, and bind to the uppermost open slice of
/// their tracks, an `f` only with `bp`. The arrow that is drawn begins in the slice that began first, and ends where the
/// other one begins.
pub(super) fn timeline(folder: &Folder) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&folder.read("timeline.json")).expect("JSON");
    let events = file["traceEvents"].as_array().expect("events").clone();
    let mut sorted: Vec<&Value> = events.iter().collect();
    sorted.sort_by_key(|event| event["ts"].as_u64().expect("a whole number"));
    let mut tracks: BTreeMap<u64, Vec<(&str, u64)>> = BTreeMap::new();
    let mut named: BTreeSet<u64> = BTreeSet::new();
    let mut arrows: BTreeMap<(u64, &str, &str), u64> = BTreeMap::new();
    for event in sorted {
        let number = |key: &str| event[key].as_u64().expect("a number");
        let text = |key: &str| event[key].as_str().expect("a text");
        let (at, track) = (number("ts"), number("tid"));
        assert_eq!(number("pid"), 1, "{event}");
        let open = tracks.entry(track).or_default();
        let arrow = || (number("id"), text("cat"), text("name"));
        match text("ph") {
            "B" => {
                assert!(!text("name").is_empty(), "{event}");
                open.push((text("cat"), at));
            }
            "E" => {
                let (category, _) = open.pop().expect("a slice that began");
                assert_eq!((category, text("name")), (text("cat"), ""), "{event}");
            }
            "s" => {
                let (_, began) = open.last().expect("a slice around an arrow");
                assert_eq!(arrows.insert(arrow(), *began), None, "{event}");
            }
            "f" => {
                let (_, begins) = open.last().expect("a slice around an arrow");
                let began = arrows.remove(&arrow()).expect("its beginning");
                assert!(began <= *begins && *begins == at, "{event}");
                assert_eq!(text("bp"), "e", "{event}");
            }
            "M" => {
                if text("name") == "thread_name" {
                    assert!(event["args"]["name"].is_string() && named.insert(track));
                }
            }
            "i" => assert!(!open.is_empty(), "{event}"),
            phase => panic!("{phase}"),
        }
    }
    assert!(arrows.is_empty() && tracks.values().all(Vec::is_empty));
    assert_eq!(tracks.into_keys().collect::<BTreeSet<_>>(), named);
    events
}

#[test]
fn a_timeline_has_a_track_for_each_level_and_an_arrow_for_each_exit() {
    let folder = nest("console", 2);
    let ran = folder.nestor("trace --perfetto timeline.json nest");
    assert_eq!(ran.good(), "Hello from ring 4.\n");
    let events = timeline(&folder);
    let arrows = events.iter().filter(|event| event["ph"] == "s");
    let named = |part: &str| {
        let names = arrows.clone().filter_map(|event| event["name"].as_str());
        names.filter(|name| name.starts_with(part)).count()
    };
    let trace = folder.nestor("trace --json --exits --startup nest");
    let steps = objects(&trace);
    let exits = steps.iter().filter(|step| step["outcome"] == "exited");
    let entries = steps.iter().filter_map(|step| step["entries"].as_array());
    assert_eq!(named("exit"), exits.count());
    assert_eq!(named("entry"), entries.map(Vec::len).sum::<usize>());
    let tracks = events.iter().filter(|event| event["name"] == "thread_name");
    let tracks: Vec<&str> = tracks
        .filter_map(|event| event["args"]["name"].as_str())
        .collect();
    assert_eq!(tracks, ["level 0", "level 1", "level 2"]);
}

#[test]
fn handlers_are_slices_of_a_timeline() {
    let folder = folder();
    folder.nestor("trace --bare --perfetto timeline.json kernel.s");
    let events = timeline(&folder);
    let slices = events.iter().filter(|event| event["ph"] != "M");
    let lines = slices.map(|event| {
        let text = |key: &str| event[key].as_str().expect("a text").to_owned();
        format!("{:>4} {} {}", event["ts"], text("ph"), text("name"))
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// A kernel that traps as often as this, and goes on.
fn trapper(count: u32) -> String {
    let kernel = KERNEL.replace("ld      r1, [c1]\n", &format!("li      r5, {count}\n"));
    kernel.replace(
        "trap    9\n",
        "more:   trap    9\n        sub r5, r5, 1\n        bnez r5, more\n",
    )
}

#[test]
fn a_timeline_that_is_cut_says_where() {
    let folder = folder().with("trapper.s", trapper(600_000));
    let ran = folder.nestor("trace --bare --perfetto timeline.json trapper.s");
    assert_eq!(ran.status, Some(5), "{ran}");
    let (said, _) = ran.stderr.split_once(':').expect("a sentence");
    assert!(said.starts_with("the timeline ends at step "), "{ran}");
    let file = String::from_utf8(folder.read("timeline.json")).expect("text");
    let (_, end) = file.split_once(&format!("\"{said}\"")).expect("an event");
    // Behind it there are only the ends of slices.
    assert_eq!(end.matches("\"ph\":\"E\"").count(), 1, "{end}");
    assert_eq!(end.matches("\"ph\":").count(), 2, "{end}");
}
