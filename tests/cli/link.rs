//! `nestor asm -c` and `nestor link`.

use super::Folder;

const MAIN: &str = "\
        .extern double
        .proc   main
        enter
        li      r1, HALF
        call    double
        return
        .endproc
";

const DOUBLE: &str = "\
.equ    HALF, 21
        .proc   double
        add     r1, r1, r1
        ret
        .endproc
";

/// A folder with objects of these sources, as `a.o`, `b.o` and so on.
fn objects(sources: &[&str]) -> Folder {
    let mut folder = Folder::new();
    for (name, source) in ["a", "b", "c"].iter().zip(sources) {
        folder = folder.with(&format!("{name}.s"), source);
        folder
            .nestor(&format!("asm -c {name}.s -o {name}.o"))
            .good();
    }
    folder
}

#[test]
fn two_objects_make_an_image_that_runs() {
    let folder = objects(&[MAIN, DOUBLE]);
    assert_eq!(folder.nestor("link a.o b.o -o program").good(), "");
    assert_eq!(folder.nestor("run program").status, Some(42));
    folder.nestor("asm a.s b.s -o other").good();
    assert_eq!(folder.read("program"), folder.read("other"));
}

#[test]
fn objects_run_and_are_linked_in_memory() {
    let folder = objects(&[MAIN, DOUBLE]);
    for files in ["a.o b.o", "a.s b.o", "a.o b.s"] {
        let ran = folder.nestor(&format!("run {files}"));
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(42), ""), "{files}");
    }
    let traced = folder.nestor("trace a.o b.o --max-steps 5");
    assert_eq!(traced.status, Some(124), "{traced}");
}

#[test]
fn an_object_is_linked_only_if_its_bytes_are_whole() {
    let folder = objects(&[MAIN, DOUBLE]);
    let mut bytes = folder.read("b.o");
    bytes.truncate(bytes.len() / 2);
    let folder = folder.with("b.o", bytes);
    insta::assert_snapshot!(folder.nestor("link a.o b.o -o program"));
}

#[test]
fn a_name_that_two_objects_define() {
    let again = format!("{DOUBLE}\n        .data\nHALF:   .byte 1\n");
    let again = again.replace(".equ    HALF, 21\n", "");
    let folder = objects(&[MAIN, DOUBLE, &again]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o c.o -o program"));
}

#[test]
fn constants_may_be_the_same_in_several_objects() {
    let same = ".equ HALF, 21\n";
    let other = ".equ HALF, 22\n";
    let folder = objects(&[MAIN, DOUBLE, same]);
    folder.nestor("link a.o b.o c.o -o program").good();
    let folder = objects(&[MAIN, DOUBLE, other]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o c.o -o program"));
}

#[test]
fn a_name_that_no_object_defines() {
    let wants = "\
        .proc   more
        enter
        call    doubel          ; a mistake
        la      c1, doubel
        li      r1, offset(table)
        return
        .endproc
        .data
        .dword  table, doubel
";
    let folder = objects(&[MAIN, DOUBLE, wants]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o c.o -o program"));
}

#[test]
fn a_missing_name_is_told_also_without_the_sources() {
    let folder = objects(&[MAIN]);
    std::fs::remove_file(folder.path("a.s")).expect("the source is there");
    insta::assert_snapshot!(folder.nestor("link a.o -o program"));
}

#[test]
fn a_name_that_another_object_keeps_to_itself() {
    let private = format!(".export HALF\n{DOUBLE}");
    let folder = objects(&[MAIN, &private]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o -o program"));
}

#[test]
fn segments_whose_options_disagree() {
    let one = format!("{MAIN}\n        .segment shared, rw, hold\n        .byte 1\n");
    let two = format!("{DOUBLE}\n        .segment shared, r, rings(0, 4, 4)\n        .byte 2\n");
    let folder = objects(&[&one, &two]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o -o program"));
}

#[test]
fn values_that_do_not_fit_are_told_with_their_lines() {
    let one =
        format!("{MAIN}\n        .data\n        .byte LARGE, offset(cell)\n        .dword FAR\n");
    let two = format!(
        "{DOUBLE}\n.equ LARGE, 300\n        .data\n        .space 256\ncell:   .byte 1\nFAR:\n"
    );
    let branch = "        .segment other, rx\nstart:  j double\n        beq r1, LARGE, start\n";
    let folder = objects(&[&one, &two, branch]);
    insta::assert_snapshot!(folder.nestor("link a.o b.o c.o -o program"));
}

#[test]
fn a_program_without_main_and_a_bare_one_without_entry() {
    let folder = objects(&[DOUBLE]);
    insta::assert_snapshot!(folder.nestor("link a.o -o program"));
    insta::assert_snapshot!(folder.nestor("link --bare a.o -o program"));
}

#[test]
fn only_objects_are_linked() {
    let folder = objects(&[MAIN, DOUBLE]);
    folder.nestor("link a.o b.o -o program").good();
    let folder = folder.with("empty", "");
    for wrong in ["a.s", "program", "empty", "nowhere"] {
        let ran = folder.nestor(&format!("link {wrong} b.o -o out"));
        let name = format!("instead_of_an_object_{}", wrong.replace('.', "_"));
        insta::assert_snapshot!(name, ran);
    }
    insta::assert_snapshot!(
        "an_object_instead_of_a_source",
        folder.nestor("asm a.o -o out")
    );
}

#[test]
fn what_an_object_cannot_leave_to_the_linker() {
    let folder = Folder::new().with("a.s", ".data\n.space COUNT\n");
    insta::assert_snapshot!(folder.nestor("asm -c a.s -o a.o"));
    assert!(!folder.path("a.o").exists());
}

#[test]
fn json_tells_of_objects_that_do_not_go_together() {
    let folder = objects(&[MAIN]);
    let ran = folder.nestor("run --json a.o");
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(125), ""), "{ran}");
    insta::assert_snapshot!(ran.stdout);
}
