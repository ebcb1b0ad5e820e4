//! `nestor save` and `nestor restore`: a machine in a file, which goes on later.

use super::Folder;
use super::guests;

/// Adds what it reads, prints the sum of each line, and ends with the last.
const ADDER: &str = "\
        .text
        .proc   main
again:  la      c1, room
        li      r1, 8
        io      r1, c2, c1, read
        blt     r1, 0, end
        ldb     r3, [c1]
        add     r16, r16, r3
        sub     r16, r16, '0'
        j       again
end:    mov     r1, r16
        ret
        .endproc
        .data
room:   .space  8
";

#[test]
fn a_saved_machine_goes_on_where_it_was() {
    let folder = Folder::new()
        .with("adder.s", ADDER)
        .with("digits", "1xxxxxxx2xxxxxxx4");
    let saved = folder.nestor("save --input digits adder.s --at 100 -o there");
    let said = saved.stderr.as_str();
    assert!(
        said.starts_with("saved in there: step 100, state "),
        "{said}"
    );
    // Nothing is needed but the file.
    let elsewhere = Folder::new().with("there", folder.read("there"));
    let whole = folder.nestor("run --input digits --dump-state adder.s");
    assert_eq!(whole.status, Some(7));
    let restored = elsewhere.nestor("restore there --dump-state");
    assert_eq!((restored.status, restored.stderr), (Some(7), whole.stderr));
}

#[test]
fn a_run_saves_on_its_way() {
    let folder = Folder::new().with("adder.s", ADDER);
    let ran = folder.nestor_reading("run adder.s --save-at 0x40 there", "5");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(5), ""));
    // It waited for its input, which has come since.
    let restored = folder.nestor_reading("restore there --machine lockstep", "6");
    assert_eq!(restored.status, Some(6), "{restored}");
}

#[test]
fn a_nest_is_saved_whole() {
    let folder = guests::folder(guests::HELLO, "direct", 2);
    let ran = folder.nestor("run --stats guest");
    let steps = ran
        .stderr
        .split_whitespace()
        .nth(1)
        .expect("a number of steps");
    let step = steps.parse::<u64>().expect("a number of steps") - 40;
    let save = format!("save guest --at {step} -o there");
    let saved = folder.nestor(&save).stderr;
    let said = format!("saved in there: step {step}, 2 levels deep, state ");
    assert!(saved.starts_with(&said), "{saved}");
    let elsewhere = Folder::new().with("there", folder.read("there"));
    for machine in ["fast", "spec"] {
        let restored = elsewhere.nestor(&format!("restore there --machine {machine}"));
        assert_eq!(
            (restored.status, restored.stdout.as_str()),
            (Some(7), "hello\n")
        );
    }
}

#[test]
fn a_run_from_a_saved_machine_is_recorded_and_replayed() {
    let folder = Folder::new().with("adder.s", ADDER);
    folder.nestor("save adder.s --at 70 -o there");
    let ran = folder.nestor_reading("restore there --record kept", "3");
    assert_eq!(ran.status, Some(3), "{ran}");
    let again = Folder::new()
        .with("kept", folder.read("kept"))
        .nestor("replay kept");
    assert_eq!(again.status, Some(0), "{again}");
    assert!(again.stderr.starts_with("the same again: "), "{again}");
}

#[test]
fn the_monitor_looks_at_a_saved_machine_as_it_was_given() {
    let folder = Folder::new().with("adder.s", ADDER);
    folder.nestor("save adder.s --memory 1M --at 70 -o there");
    let there = folder.read("there");
    let folder = Folder::new()
        .with("there", &there)
        .with("digits", "2xxxxxxx");
    let ran = folder.nestor_reading(
        "debug --input digits there",
        "continue\nlevels\nback 1000\n",
    );
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(1), ""));
    assert!(ran.stdout.contains("ended with status 2\n"), "{ran}");
    assert!(ran.stdout.contains(", 0x100000 bytes\n"), "{ran}");
    let back = "error: the machine was saved at step 70, and what came before is not in its file\n";
    assert!(ran.stdout.ends_with(back), "{ran}");
    for (words, what) in [
        ("--memory 2M there", "--memory"),
        ("--depth 3 there", "--depth"),
        ("--bare there", "--bare"),
        ("there -- one", "an argument for the program"),
    ] {
        let ran = folder.nestor(&format!("debug {words}"));
        let said = format!("error: {what} is not for a saved machine, which has its own\n");
        assert_eq!((ran.status, ran.stderr), (Some(125), said));
    }
    let damaged = Folder::new().with("there", &there[..there.len() / 2]);
    let ran = damaged.nestor("debug there");
    assert_eq!(ran.status, Some(125));
    assert!(ran.stderr.contains("its checksum does not fit"), "{ran}");
}

#[test]
fn what_cannot_be_saved_or_restored_says_so() {
    let folder = Folder::new().with("adder.s", ADDER).with("text", "text");
    insta::assert_snapshot!(folder.nestor("save adder.s --at 100000 -o there"));
    insta::assert_snapshot!(folder.nestor("restore text"));
    folder.nestor("save adder.s --at 70 -o there");
    let there = folder.read("there");
    let change = |place: usize| {
        let mut bytes = there.clone();
        bytes[place] ^= 4;
        Folder::new().with("there", bytes).nestor("restore there")
    };
    insta::assert_snapshot!(change(8));
    insta::assert_snapshot!(change(there.len() / 2));
    let cut = Folder::new().with("there", &there[..there.len() / 3]);
    assert_eq!(cut.nestor("restore there").status, Some(125));
}

#[test]
fn what_wants_a_program_says_what_it_was_given_instead() {
    let folder = Folder::new().with("adder.s", ADDER);
    folder.nestor("save adder.s --at 70 -o saved");
    folder.nestor_reading("run --record recorded adder.s", "");
    let saved = "error: saved is a saved machine: `nestor restore` has it go on, and `nestor debug` looks at it\n";
    let recorded = "error: recorded is a recording: `nestor replay` makes the run again\n";
    for command in ["run", "trace", "nest", "dis", "asm -o out"] {
        for (file, said) in [("saved", saved), ("recorded", recorded)] {
            let ran = folder.nestor(&format!("{command} {file}"));
            assert_eq!((ran.status, ran.stderr.as_str()), (Some(125), said));
        }
    }
}

#[test]
fn the_monitor_refuses_what_means_nothing_there() {
    let folder = Folder::new().with("adder.s", ADDER);
    for (option, said) in [
        (
            "--max-steps 9",
            "error: --max-steps is not for the monitor: there, `until STEP` goes so far\n",
        ),
        (
            "--machine lockstep",
            "error: the monitor looks at one machine: `--machine fast` or `--machine spec`\n",
        ),
    ] {
        let ran = folder.nestor(&format!("debug {option} adder.s"));
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(125), said));
    }
}
