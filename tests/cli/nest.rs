//! `nestor nest`: the table, the rows, and what it says where the same cannot be said.

use std::fs;
use std::path::Path;

use super::{Folder, Ran};

/// Sorts nothing, adds a little and says so: a program with one use of a device.
const HELLO: &str = "\
        .text
        .proc   main
        la      c1, greeting
        li      r1, 6
        io      r1, c2, c1, write
        li      r1, 0
        ret
        .endproc
        .rodata
greeting:
        .ascii  \"hello\\n\"
";

/// What it printed, without the time of the host and the state, which changes with each change of an image.
fn shown(ran: &Ran) -> String {
    let filters = [
        (r"[0-9a-f]{32}", "[STATE HASH]"),
        (r" +[0-9.]+ (s|ms|µs) +[0-9.]+\n", "    [TIME]  [RATIO]\n"),
        (r#""(host_ns|ratio)": [0-9.e-]+"#, "\"$1\": 0"),
    ];
    filters.iter().fold(ran.to_string(), |text, (from, to)| {
        let from = fancy_regex::Regex::new(from).expect("a filter");
        from.replace_all(&text, *to).into_owned()
    })
}

#[test]
fn the_hypervisors_inside_are_those_of_the_folder() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hypervisors");
    let mut sources = Vec::new();
    for folder in ["", "library/", "supervised/"] {
        for entry in fs::read_dir(examples.join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = format!("{folder}{}", name.to_string_lossy());
            if name.ends_with(".s") {
                sources.push(name);
            }
        }
    }
    sources.sort();
    let mut inside: Vec<_> = nestor::nest::FILES.iter().map(|(name, _)| *name).collect();
    inside.sort_unstable();
    assert_eq!(inside, sources);
}

fn nest(words: &str) -> Ran {
    Folder::new()
        .with("hello.s", HELLO)
        .nestor(&format!("nest hello.s {words}"))
}

#[test]
fn a_table_for_each_hypervisor() {
    for (hypervisor, depth) in [("direct", 8), ("reflect", 4), ("classic", 3)] {
        let ran = nest(&format!(
            "--memory 256K --depth {depth} --hypervisor {hypervisor}"
        ));
        insta::assert_snapshot!(format!("the_table_of_{hypervisor}"), shown(&ran));
    }
}

#[test]
fn an_emulated_console_is_no_part_of_the_state() {
    insta::assert_snapshot!(shown(&nest("--depth 2 --hypervisor console")));
}

#[test]
fn rows_in_json() {
    insta::assert_snapshot!(shown(&nest("--depth 1 --json")));
}

#[test]
fn what_is_told_something_else_is_not_compared() {
    // It keeps a page for itself.
    let miser = nestor::nest::FILES
        .iter()
        .find(|(name, _)| *name == "direct.s")
        .map(|(_, text)| {
            text.replace(
                "        call    make_guest\n",
                "        cget    r1, window, length\n        sub     r1, r1, 4096\n        cbound  window, window, r1\n        call    make_guest\n",
            )
        })
        .expect("it is there");
    let folder = Folder::new().with("hello.s", HELLO).with("miser.s", miser);
    let ran = folder.nestor("nest hello.s --depth 1 --hypervisor miser.s");
    insta::assert_snapshot!(shown(&ran));
}

/// A hypervisor with these lines behind the making of its guest.
fn hypervisor(lines: &str) -> String {
    format!(
        "        .include \"library/hypervisor.s\"\n        .proc   main\n        hosting\n        call    make_guest\n\
         {lines}\n        .endproc\n"
    )
}

fn nest_in(hypervisor: &str, words: &str) -> Ran {
    let folder = Folder::new().with("hello.s", HELLO);
    let folder = folder.with("mine.s", hypervisor);
    folder.nestor(&format!(
        "nest hello.s --memory 256K --depth 1 --hypervisor mine.s {words}"
    ))
}

#[test]
fn a_hypervisor_that_traps_has_its_account() {
    let ran = nest_in(&hypervisor("        ld      r1, [c0]"), "");
    insta::assert_snapshot!(shown(&ran));
}

#[test]
fn the_verdict_on_an_array_is_for_people() {
    let ran = nest_in(
        &hypervisor("        li      r1, 7\n        call    stop"),
        "--json",
    );
    insta::assert_snapshot!(shown(&ran));
    assert!(serde_json::from_str::<Vec<serde_json::Value>>(&ran.stdout).is_ok());
}

#[test]
fn the_hypervisor_with_data_in_the_readme_runs() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hypervisors/README.md");
    let readme = fs::read_to_string(readme).expect("the text");
    let (_, block) = readme.split_once("```asm\n").expect("an example");
    let (example, _) = block.split_once("```").expect("its end");
    let folder = Folder::new().with("hello.s", HELLO);
    let folder = folder.with("mine.s", example);
    let made = folder.nestor("nest hello.s --depth 2 --hypervisor mine.s --keep nest");
    assert_eq!(made.status, Some(0), "{made}");
    let said = "hello\nthe guest came back\nthe guest came back\n";
    assert_eq!(folder.nestor("run nest").good(), said);
    // Without the line that goes back to the code, the message names it.
    let astray = example.replace("        .segment hypervisor\n", "");
    let ran = nest_in(&astray, "");
    assert!(
        ran.stderr.contains("write `.segment hypervisor` in front"),
        "{ran}"
    );
}

#[test]
fn a_hypervisor_that_waits_for_ever_is_named() {
    let ran = nest_in(
        &hypervisor("        li      r1, 0\n        call    wait"),
        "",
    );
    let sentence = "at depth 1 the hypervisor of level 0 came to wait for ever before the innermost machine had ended";
    assert!(ran.stdout.contains(sentence), "{ran}");
    assert_eq!(ran.status, Some(1));
}

#[test]
fn a_guest_that_cannot_begin_is_not_compared() {
    // It is given no descriptors.
    let lines = "        st      zero, [block + machine.process + process.descriptor_count]\n\
                 run:    vmrun   block, window, devices\n        call    settle\n        j       run";
    let ran = nest_in(&hypervisor(lines), "");
    insta::assert_snapshot!(shown(&ran));
}

#[test]
fn more_memory_than_a_guest_can_have_is_refused_before_anything_runs() {
    insta::assert_snapshot!(nest("--depth 2 --memory 256M"));
    // Alone it can have that.
    let ran = nest("--depth 0 --memory 256M");
    assert_eq!(ran.status, Some(0), "{ran}");
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    for words in ["--depth 65", "--plot depth.png"] {
        let ran = nest(words);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(125), ""), "{ran}");
        let reason = ["at most 64", "ends in .svg"];
        assert!(
            reason.iter().any(|reason| ran.stderr.contains(reason)),
            "{ran}"
        );
    }
}

#[test]
fn what_does_not_end_is_not_compared() {
    let ran = nest("--depth 1 --max-steps 50");
    insta::assert_snapshot!(shown(&ran));
}

#[test]
fn input_goes_to_the_innermost_machine() {
    let echo = "\
        .text
        .proc   main
        la      c1, room
        li      r1, 5
        io      r1, c2, c1, read
        io      r1, c2, c1, write
        ret
        .endproc
        .data
room:   .space  8
";
    let folder = Folder::new().with("echo.s", echo).with("words", "abcde");
    let ran = folder.nestor("nest echo.s --depth 2 --hypervisor reflect --input words");
    assert!(ran.stdout.contains("(status 5)"), "{ran}");
    assert_eq!(ran.status, Some(0));
}

#[test]
fn a_nest_is_kept_as_an_image() {
    let folder = Folder::new().with("hello.s", HELLO);
    folder.nestor("nest hello.s --depth 2 --keep nest").good();
    let ran = folder.nestor("run nest");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "hello\n"));
}

#[test]
fn a_picture_has_the_three_hypervisors_and_what_was_published() {
    let folder = Folder::new().with("hello.s", HELLO);
    let ran = folder.nestor("nest hello.s --memory 256K --depth 2 --plot depth.svg");
    assert_eq!(ran.status, Some(0), "{ran}");
    let picture = String::from_utf8(folder.read("depth.svg")).expect("text");
    assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
    // Three lines a chart, and a dot for each depth, or for each figure that was published.
    assert_eq!(picture.matches("<circle").count(), 2 * 3 * 2 + 6);
    for words in [
        "direct",
        "reflect",
        "classic",
        "KVM on x86: Lim and Nieh, ASPLOS 2020",
        "KVM on ARMv8.3: Lim et al., SOSP 2017",
        "the same with NEVE: Lim et al., SOSP 2017",
    ] {
        assert!(picture.contains(words), "{words}");
    }
}

#[test]
fn what_is_no_hypervisor_is_refused() {
    insta::assert_snapshot!(nest("--hypervisor direkt"));
}
