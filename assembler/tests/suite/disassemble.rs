//! An image, disassembled and assembled again, is the same image.

use std::path::{Path, PathBuf};

use assembler::disassemble::{disassemble, disassemble_symbols};
use assembler::image::Image;
use assembler::{Options, Source};

use crate::support::{self, Folder, assemble};

fn image(text: &str) -> Image {
    let assembly = assemble(text);
    let report = support::report(&assembly);
    assembly.image.unwrap_or_else(|| panic!("{report}"))
}

fn round_trip(name: &str, image: &Image) -> Option<String> {
    let again = disassemble(image, &|_, _| None);
    let difference = again.difference?;
    Some(format!("{name}: {difference}\n{}", again.text))
}

#[test]
fn good_sources_survive() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "s") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("a source");
        let files = vec![Source::new(name.as_ref(), text)];
        let mut loader = Folder(folder.clone());
        let assembly = assembler::assemble(files, &mut loader, &Options::default());
        let image = assembly.image.expect("an image");
        wrong.extend(round_trip(&name, &image));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Programs that a disassembler could get wrong.
const HARD: &[(&str, &str)] = &[
    (
        "the same name in two procedures",
        ".proc main\n la c1, text\n call other\nagain: beqz r1, again\n ret\n.rodata\ntext: .asciz \"one\"\n.text\n.endproc\n\
         .proc other\n la c1, text\nagain: bnez r1, again\n ret\n.rodata\ntext: .asciz \"two\"\n.text\n.endproc\n",
    ),
    (
        "capabilities in an order of their own",
        ".segment a, rw, hold\none: .cap main\n.segment b, rw, hold\ntwo: .cap main\n.segment a\nthree: .cap two\n\
         .segment b\nfour: .cap one, 8, r\n.text\nmain: ret\n",
    ),
    (
        "linkage that two texts share",
        ".segment low, rx\nfirst: la c1, main\n la c2, first\n ret\n.text\nmain: la c1, first\n la c2, data\n ret\n\
         .segment low\nsecond: la c3, second\n ret\n.data\nx: .space 4\n",
    ),
    (
        "two names of one place in the linkage",
        ".text\nmain: la c1, a\n la c2, b\n la c3, a\n ret\n.data\na:\nb: .dword 1\n",
    ),
    (
        "labels at the edges of procedures",
        "before:\n.proc main\nstart: beqz r1, end\n nop\nend:\n.endproc\nbetween:\n.proc next\nend: bnez r1, end\n ret\n.endproc\nafter:\n",
    ),
    (
        "data in code",
        ".proc main\n j over\ntable: .dword 1, main, -1\n.byte 1\n.align 8\nover: ret\n.endproc\n.dword 0\n.align 64\nlast: ret\n.space 24\n",
    ),
    (
        "padding between data",
        ".text\nmain: ret\n.data\na: .byte 1\n.align 8\nb: .byte 2\n.align 64\nc: .cap a + 1\nd: .byte 0\n.cap d\ne: .align 4096\nf: .space 100\n",
    ),
    (
        "empty procedures",
        ".proc one\n.endproc\n.proc two\n.endproc\n.proc main\n ret\n.endproc\n.proc last\n.endproc\n",
    ),
    (
        "gates, rings, labels",
        ".segment service, rx, rings(0, 2, 5), label(3), generation(7)\n.gate ask, work\n.gate tell, work\nwork: ret\n\
         .segment shared, rw, system, length(100)\n.byte 7\n.segment disk, rw, device(4)\n.text\nmain: ret\n",
    ),
    (
        "authorities in an order of their own",
        ".segment a, rw, hold\none: .authority 2\n.segment b, rw, hold, rings(1, 1, 1)\n.authority\n.segment a\n\
         three: .cap two\n.authority 3\n.segment b\ntwo: .authority 20\n.text\nmain: ret\n",
    ),
    (
        "numbers",
        ".text\nmain: li r1, 0x123456789a\n li r2, main\n li r3, later\n.equ later, 5\n li r4, -1\n add r5, r0, 0\n seth r5, r5, 0\n ret\n",
    ),
    (
        "strings",
        ".rodata\na: .ascii \"no end\"\nb: .asciz \"tab\\t \\\"quote\\\" \\\\ é\\n\", \"two\"\nc: .byte 0xc3\n.asciz \"x\"\n\
         d: .asciz \"a long line that goes on and on and on and on and on and on and on and on and on, well beyond\"\n.text\nmain: ret\n",
    ),
];

#[test]
fn hard_programs_survive() {
    let wrong: Vec<String> = HARD
        .iter()
        .filter_map(|(name, text)| round_trip(name, &image(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn it_reads_well() {
    let text = "        .proc   main\n        la      c4, greeting\n        cget    r1, c4, length\n\
                \x20       cperm   c4, c4, permission.read\n\
                loop:   beqz    r1, done\n        add     r1, r1, -1\n        j       loop\n\
                done:   call    other\n        ret\n        .endproc\nother:  li      r1, 0x110_0000_0000\n        ret\n\
                .rodata\ngreeting: .asciz \"hello\\n\"\n.align 8\nsquares: .dword 0, 1, 4, 9, main\n\
                .data\nroom: .space 64\ntable: .cap greeting\n.cap room, 16, rw\n";
    let shown = ["main", "other", "greeting", "squares", "room", "table"];
    insta::assert_snapshot!(disassemble_symbols(&image(text), &shown, &|_, _| None));
}
