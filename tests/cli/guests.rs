//! Guests as users meet them: the hypervisors of the examples, with an image in each.

use std::fs;

use super::Folder;

/// Says hello and ends with the number of its arguments and 7.
pub(super) const HELLO: &str = "\
        .text
        .proc   main
        add     r16, r1, 7
        la      c1, greeting
        li      r1, 6
        io      r1, c2, c1, write
        mov     r1, r16
        ret
        .endproc
        .rodata
greeting:
        .ascii  \"hello\\n\"
";

/// A folder with the hypervisors, and this program as an image in so many of the one of a name, in the file `guest`.
pub(super) fn folder(program: &str, hypervisor: &str, count: usize) -> Folder {
    let folder = Folder::new().with("program.s", program);
    let folder = nestor::nest::FILES
        .iter()
        .fold(folder, |folder, (name, text)| folder.with(name, text));
    folder.nestor("asm program.s -o guest").good();
    for _ in 0..count {
        let nested = format!("asm --bare {hypervisor}.s guest.s -o nested");
        folder.nestor(&nested).good();
        fs::rename(folder.path("nested"), folder.path("guest")).expect("the image");
    }
    folder
}

#[test]
fn an_image_runs_in_each_hypervisor_and_in_hypervisors_in_it() {
    for hypervisor in ["direct", "reflect", "classic", "console"] {
        for count in [1, 2] {
            let ran = folder(HELLO, hypervisor, count).nestor("run --memory 1M guest");
            let said = (ran.stdout.as_str(), ran.stderr.as_str());
            assert_eq!(
                (ran.status, said),
                (Some(7), ("hello\n", "")),
                "{hypervisor} {count}"
            );
        }
    }
}

#[test]
fn a_trap_that_ended_a_guest_is_told_where_its_hosts_end_by_themselves() {
    let bad =
        ".text\n.proc main\nla c1, one\nld r1, [c1 + 8]\nret\n.endproc\n.data\none: .dword 1\n";
    for hypervisor in ["direct", "reflect"] {
        let folder = folder(bad, hypervisor, 2).with("commands", "continue\nwhy\n");
        let ran = folder.nestor("run --memory 1M guest");
        assert_eq!(ran.status, Some(1));
        assert_eq!(ran.stdout, "hypervisor: the guest cannot go on\n");
        let (told, _) = ran.stderr.split_once(", and").expect("a note");
        let step = told.strip_prefix("note: level 2 ended on trap bounds at step ");
        // What it says to do shows the same trap, at the same step.
        let why = folder.nestor("debug --memory 1M --commands commands guest");
        let place = format!("depth 2, step {}\n", step.expect("a step"));
        assert!(why.stdout.contains(&place), "{told}\n{why}");
        assert!(why.stdout.contains("program.s:4"), "{why}");
    }
}

#[test]
fn arguments_are_those_of_the_innermost_program() {
    let ran = folder(HELLO, "direct", 2).nestor("run guest -- one two");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(9), "hello\n"));
}

#[test]
fn the_engine_and_the_specification_agree_about_guests() {
    for hypervisor in ["direct", "reflect", "classic"] {
        let ran = folder(HELLO, hypervisor, 2).nestor("run --machine lockstep --memory 512K guest");
        let result = (ran.status, ran.stdout.as_str());
        assert_eq!(result, (Some(7), "hello\n"), "{hypervisor}: {}", ran.stderr);
    }
}

#[test]
fn a_guest_that_reads_waits_for_the_console_of_its_host() {
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
    for hypervisor in ["direct", "reflect", "classic", "console"] {
        let ran = folder(echo, hypervisor, 2).nestor_reading("run --memory 1M guest", "12345");
        let result = (ran.status, ran.stdout.as_str());
        assert_eq!(result, (Some(5), "12345"), "{hypervisor}");
    }
}

#[test]
fn a_guest_that_traps_without_a_handler_ends_alone() {
    let ran =
        folder("\t.text\n\t.proc main\n\ttrap 1\n\t.endproc\n", "direct", 2).nestor("run guest");
    let said = "hypervisor: the guest cannot go on\n";
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(1), said),
        "{}",
        ran.stderr
    );
}

#[test]
fn depth_bounds_the_nest() {
    let folder = folder(HELLO, "direct", 3);
    let run = |depth: u64| folder.nestor(&format!("run --depth {depth} guest"));
    assert_eq!(run(3).status, Some(7));
    // The third machine may have no guest: its `vmrun` traps, and nobody handles that.
    let ran = run(2);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(1), "hypervisor: the guest cannot go on\n")
    );
    let ran = run(0);
    assert!(ran.stderr.contains("trap[depth]"), "{}", ran.stderr);
    let ran = folder.nestor("run --depth 129 guest");
    assert!(ran.stderr.contains("129 is not in 0..=128"), "{ran}");
}
