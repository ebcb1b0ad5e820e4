//! `nestor run --record` and `nestor replay`: the same run again, from one file.

use super::Folder;

/// Begins in ring 0, and uses all that differs from run to run: input, the date, entropy.
const BARE: &str = "\
        .segment boot, rx, rings(0, 0, 0)
        .entry  begin
        .proc   begin
        li      r2, (permission.read | permission.write) << 56 | 4096 << 28
        li      r1, segment(room) << 32
        mint    c1, r1, r2
        li      r1, (abi.segment_devices + abi.slot_console) << 32
        mint    c2, r1, r2
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c3, r1, r2
        li      r1, (abi.segment_devices + abi.slot_date) << 32
        mint    c4, r1, r2
        li      r1, (abi.segment_devices + abi.slot_entropy) << 32
        mint    c5, r1, r2
again:  li      r1, 3
        io      r1, c2, c1, read
        blt     r1, 0, outside
        io      r1, c2, c1, write
        j       again
outside:
        io      r1, c4, c1, read
        ld      r4, [c1]
        li      r1, 2
        io      r1, c5, c1, read
        ld      r5, [c1]
        io      r0, c3, c0, control
        .endproc
        .segment room, rw, rings(0, 0, 0), length(4096)
room:   .space  16
";

const FAULT: &str = ".text\n.proc main\n ldb r1, [c0]\n ret\n.endproc\n";

#[test]
fn a_run_with_all_that_differs_is_the_same_again() {
    let folder = Folder::new().with("a.s", BARE);
    let words = "run --bare --record kept --dump-state a.s";
    let ran = folder.nestor_reading(words, "words on input");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "words on input")
    );
    // Nothing is needed but the file.
    let elsewhere = Folder::new().with("kept", folder.read("kept"));
    let again = elsewhere.nestor("replay kept --dump-state");
    assert_eq!((again.status, &again.stdout), (Some(0), &ran.stdout));
    let (registers, verdict) = again.stderr.split_at(ran.stderr.len());
    assert_eq!(registers, ran.stderr);
    assert!(verdict.starts_with("the same again: "), "{verdict}");
}

#[test]
fn a_fault_explains_itself_again_without_its_source() {
    let folder = Folder::new().with("fault.s", FAULT);
    let ran = folder.nestor("run --report bug fault.s");
    assert_eq!(ran.status, Some(126));
    let elsewhere = Folder::new().with("bug", folder.read("bug"));
    let again = elsewhere.nestor("replay bug");
    assert_eq!(again.status, Some(0), "{again}");
    assert!(again.stderr.starts_with(&ran.stderr), "{again}");
}

#[test]
fn a_run_that_was_cut_short_is_cut_at_the_same_step() {
    let folder = Folder::new().with("a.s", ".text\n.proc main\nagain: j again\n.endproc\n");
    folder.nestor("run --max-steps 1000 --record kept a.s");
    let again = folder.nestor("replay kept");
    assert_eq!(again.status, Some(0), "{again}");
    assert!(
        again.stderr.contains("\nthe same again: 1000 steps, "),
        "{again}"
    );
}

#[test]
fn what_is_no_recording_is_refused() {
    let folder = Folder::new().with("a.s", BARE).with("text", "text");
    insta::assert_snapshot!(folder.nestor("replay text"));
    folder.nestor("run --bare --record kept a.s");
    let kept = folder.read("kept");
    let change = |place: usize| {
        let mut bytes = kept.clone();
        bytes[place] ^= 4;
        Folder::new().with("kept", bytes).nestor("replay kept")
    };
    insta::assert_snapshot!(change(8));
    insta::assert_snapshot!(change(kept.len() / 2));
    insta::assert_snapshot!(folder.nestor("replay absent"));
}

#[test]
fn a_run_that_cannot_be_kept_says_so() {
    let folder = Folder::new().with("a.s", ".text\n.proc main\n li r1, 7\n ret\n.endproc\n");
    let ran = folder.nestor("run --record nowhere/kept a.s");
    assert_eq!(ran.status, Some(125));
    assert!(ran.stderr.contains("cannot write nowhere/kept: "), "{ran}");
}
