//! Guests as users meet them: a hypervisor from the examples, and images on its disk.

use super::Folder;

const DIRECT: &str = include_str!("../../examples/hypervisors/direct.s");
const BLOCK: usize = 4096;

/// Says hello and ends with the number of its arguments and 7.
const HELLO: &str = "\
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

/// A folder with the hypervisor, and this program as an image in whole blocks.
fn folder(program: &str) -> Folder {
    let folder = Folder::new()
        .with("direct.s", DIRECT)
        .with("program.s", program);
    folder.nestor("asm program.s -o image").good();
    let mut image = folder.read("image");
    image.resize(image.len().next_multiple_of(BLOCK), 0);
    folder.with("disk", image)
}

#[test]
fn an_image_runs_in_a_hypervisor_and_in_hypervisors_in_it() {
    let folder = folder(HELLO);
    for depth in ["", "-- 1", "-- 2", "-- 4"] {
        let run = format!("run --bare direct.s --disk disk,readonly {depth}");
        let ran = folder.nestor(&run);
        let said = (ran.stdout.as_str(), ran.stderr.as_str());
        assert_eq!((ran.status, said), (Some(7), ("hello\n", "")), "{depth}");
    }
}

#[test]
fn the_engine_and_the_specification_agree_about_guests() {
    let ran =
        folder(HELLO).nestor("run --machine lockstep --bare direct.s --disk disk,readonly -- 2");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(7), "hello\n"),
        "{}",
        ran.stderr
    );
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
    let ran = folder(echo).nestor_reading("run --bare direct.s --disk disk,readonly -- 3", "12345");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(5), "12345"));
}

#[test]
fn a_guest_that_traps_without_a_handler_ends_alone() {
    let ran = folder("\t.text\n\t.proc main\n\ttrap 1\n\t.endproc\n")
        .nestor("run --bare direct.s --disk disk,readonly -- 2");
    let said = "direct: the guest cannot go on\n";
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(1), said),
        "{}",
        ran.stderr
    );
}

#[test]
fn depth_bounds_the_nest() {
    let folder = folder(HELLO);
    let run = |depth: u64| {
        folder.nestor(&format!(
            "run --depth {depth} --bare direct.s --disk disk,readonly -- 3"
        ))
    };
    assert_eq!(run(3).status, Some(7));
    // The third machine may have no guest: its `vmrun` traps, and nobody handles that.
    let ran = run(2);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(1), "direct: the guest cannot go on\n")
    );
    let ran = run(0);
    assert!(ran.stderr.contains("trap[depth]"), "{}", ran.stderr);
    let ran = folder.nestor("run --depth 129 --bare direct.s");
    assert!(ran.stderr.contains("129 is not in 0..=128"), "{ran}");
}
