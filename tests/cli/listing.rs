//! `nestor asm --listing`.

use super::Folder;

/// Short forms, a macro, data that is long, a file that is included, and what has no bytes.
const MAIN: &str = "\
; A program.
        .macro  twice what
        \\what
        mov     r3, r1
        .endm
        .include \"data.s\"

        .text
        .proc   main
        .save   r16
        enter
        la      c1, text
loop:   twice   nop
        li      r1, 0x1_0000_0000
        beqz    r1, loop
        return
        .endproc
; The end.
";
const DATA: &str = "\
; Data.
        .rodata
text:   .asciz  \"more than eight bytes\"
pair:   .dword  0x1234, 0
room:   .space  1000
";

fn folder() -> Folder {
    Folder::new().with("main.s", MAIN).with("data.s", DATA)
}

#[test]
fn a_listing_of_what_there_is_to_list() {
    let folder = folder();
    let listing = folder.nestor("asm main.s --listing -").good();
    insta::assert_snapshot!(listing);
    folder.nestor("asm main.s -o main --listing list").good();
    assert_eq!(folder.read("list"), listing.as_bytes());
    assert!(folder.read("main").starts_with(b"\x7fELF"));
}

#[test]
fn errors_stand_below_their_lines() {
    let wrong =
        "main:   add r1, r99, 3\n        bogus\n        li r1, 1 ; as ever\n        j nowhere\n";
    let folder = folder()
        .with("wrong.s", wrong)
        .with("more.s", "        .proc end\n");
    let ran = folder.nestor("asm wrong.s more.s -o wrong --listing list");
    assert_eq!(ran.status, Some(125));
    let listing = String::from_utf8(folder.read("list")).expect("text");
    insta::assert_snapshot!(listing);
}
