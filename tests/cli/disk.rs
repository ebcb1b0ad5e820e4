//! `nestor run --disk`: a file of the host as the machine's disk.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::Folder;

const BLOCK: usize = 4096;

/// Reads block 1, adds 1 to its first byte, writes it; the status is the result of the write, or 100 if the read fails,
/// and of failures the number.
const COUNT: &str = "\
        .text
        .proc   main
        la      c1, room
        la      c2, block
        li      r1, 1
        io      r1, c2, c1, read
        li      r3, 100
        bne     r1, 0, read_it
        mov     r1, r3
        ret
read_it:
        blt     r1, 0, end
        ldb     r4, [c1]
        add     r4, r4, 1
        stb     r4, [c1]
        li      r1, 1
        io      r1, c2, c1, write
        blt     r1, 0, end
        mov     r1, r4
        ret
end:    neg     r1, r1
        ret
        .endproc
        .data
        .align  4096
room:   .space  4096
";

/// Writes block 0 for ever, each time filled with another byte.
const SCRIBBLE: &str = "\
        .text
        .proc   main
        la      c2, block
again:  la      c1, room
        li      r2, 4096
        fill    c1, r4, r2
        la      c1, room
        li      r1, 0
        io      r1, c2, c1, write
        add     r4, r4, 1
        j       again
        .endproc
        .data
        .align  4096
room:   .space  4096
";

#[test]
fn a_disk_keeps_what_was_written() {
    let folder = Folder::new().with("a.s", COUNT);
    for count in 1..=3 {
        let ran = folder.nestor("run --disk disk.img,size=64K a.s");
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(count), ""));
    }
    let bytes = folder.read("disk.img");
    assert_eq!((bytes.len(), bytes[BLOCK]), (65536, 3));
    assert_eq!(bytes.iter().filter(|byte| **byte != 0).count(), 1);
}

#[test]
fn programs_see_that_a_disk_is_for_reading_or_has_no_such_block() {
    let folder = Folder::new()
        .with("a.s", COUNT)
        .with("two", [5; 2 * BLOCK])
        .with("one", [5; BLOCK]);
    assert_eq!(folder.nestor("run --disk two,readonly a.s").status, Some(4));
    assert_eq!(folder.read("two"), [5; 2 * BLOCK]);
    assert_eq!(folder.nestor("run --disk one a.s").status, Some(3));
}

#[test]
fn the_disk_of_a_recording_is_that_before_the_run() {
    let folder = Folder::new()
        .with("a.s", COUNT)
        .with("disk", [7; 2 * BLOCK]);
    let ran = folder.nestor("run --record kept --disk disk a.s");
    assert_eq!(ran.status, Some(8));
    let elsewhere = Folder::new().with("kept", folder.read("kept"));
    let again = elsewhere.nestor("replay kept");
    assert_eq!(again.status, Some(0), "{again}");
    // A replay leaves the file alone.
    folder.nestor("replay kept");
    assert_eq!(folder.read("disk")[BLOCK], 8);
}

#[test]
fn what_is_no_disk_is_refused() {
    let folder = Folder::new().with("a.s", COUNT).with("odd", "text");
    for disk in [
        "odd",
        "absent",
        ".",
        "disk,size=5000",
        "disk,size=8G",
        ",readonly",
    ] {
        let ran = folder.nestor(&format!("run --disk {disk} a.s"));
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(125), ""),
            "{disk}: {ran}"
        );
    }
    insta::assert_snapshot!(folder.nestor("run --disk odd a.s"));
}

#[test]
fn a_block_is_whole_however_a_run_is_killed() {
    let folder = Folder::new().with("a.s", SCRIBBLE).with("disk", [0; BLOCK]);
    for wait in [300, 301, 302, 303] {
        let mut running = Command::new(assert_cmd::cargo::cargo_bin("nestor"))
            .args(["run", "--disk", "disk", "a.s"])
            .current_dir(folder.path("."))
            .stdin(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(Duration::from_millis(wait));
        running.kill().expect("the program runs still");
        running.wait().expect("it was killed");
        let block = folder.read("disk");
        assert!(block.iter().all(|byte| *byte == block[0]));
    }
}
