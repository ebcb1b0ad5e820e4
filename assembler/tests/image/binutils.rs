//! Images and objects are ordinary ELF files: readelf, nm and size show them, without a warning.
//!
//! Where these tools are not installed, that is said, and nothing is tested.

use std::fs;
use std::path::Path;
use std::process::Command;

use assembler::image::Image;
use assembler::{NoFiles, Options, Source};
use proptest::prelude::*;

use crate::sample;

/// What a tool prints about an image, in lines of single-spaced words; none without the tool.
fn show(image: &Image, name: &str, tool: &str, options: &[&str]) -> Option<Vec<String>> {
    show_file(&image.write().unwrap(), name, tool, options)
}

/// What it prints about the bytes of a file.
fn show_file(bytes: &[u8], name: &str, tool: &str, options: &[&str]) -> Option<Vec<String>> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, bytes).unwrap();
    let Ok(output) = Command::new(tool)
        .args(options)
        .arg(&file)
        .env("LC_ALL", "C")
        .output()
    else {
        println!("{tool} is not installed, so what it shows is not tested");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool} {options:?}: {complaints}");
    assert_eq!(complaints, "", "{tool} {options:?}");
    assert!(!text.contains("arning"), "{tool} {options:?}: {text}");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text.lines().map(words).collect())
}

/// Asserts that a tool shows each of these in a line about the sample program.
fn assert_shown(tool: &str, options: &[&str], facts: &[&str]) {
    let image = Image::new(sample::program()).unwrap();
    let name = format!("program-{tool}{}", options.concat().replace(',', ""));
    let Some(lines) = show(&image, &name, tool, options) else {
        return;
    };
    for fact in facts {
        assert!(
            lines.iter().any(|line| line.contains(fact)),
            "{fact:?} in {lines:#?}"
        );
    }
}

#[test]
fn readelf_shows_headers() {
    let facts = [
        "Class: ELF64",
        "Data: 2's complement, little endian",
        "Type: EXEC (Executable file)",
        "Machine: <unknown>: 0x4e53",
        "Entry point address: 0x11000000008",
        "Number of program headers: 4",
    ];
    assert_shown("readelf", &["-h"], &facts);
}

#[test]
fn readelf_shows_segments() {
    let facts = [
        "descriptors PROGBITS 0000000100000000 000120 002240 00 A 0 0 16",
        "console NOBITS 0000001000000000 002360 000000 00 A 0 0 16",
        "stack NOBITS 0000010400000000 002360 010000 00 WA 0 0 16",
        "text PROGBITS 0000011000000000 002360 000040 00 AX 0 0 16",
        "data PROGBITS 0000011100000000 0023a0 000009 00 WA 0 0 16",
        "LOAD 0x000120 0x0000000100000000 0x0000000000001000 0x002240 0x002240 R 0x10",
        "LOAD 0x002360 0x0000010400000000 0x0000000000010000 0x000000 0x010000 RW 0x10",
        "LOAD 0x002360 0x0000011000000000 0x0000000000004000 0x000040 0x000040 R E 0x10",
        "LOAD 0x0023a0 0x0000011100000000 0x0000000000005000 0x000009 0x001800 RW 0x10",
        "02 text",
    ];
    assert_shown("readelf", &["-lSW"], &facts);
}

#[test]
fn readelf_shows_symbols() {
    let facts = [
        "0000011000000010 0 NOTYPE LOCAL DEFAULT 4 main.again",
        "0000011000000000 8 FUNC GLOBAL PROTECTED 4 enter_main",
        "0000011000000008 32 FUNC GLOBAL DEFAULT 4 main",
        "0000011100000010 64 OBJECT GLOBAL DEFAULT 5 table",
    ];
    assert_shown("readelf", &["-sW"], &facts);
}

#[test]
fn readelf_shows_lines() {
    let facts = [
        "programs/main.nas 3 0x11000000000 x",
        "programs/main.nas 300 0x11000000018 x",
        "lib/helper.nas 2 0x11000000028 x",
        "programs/main.nas 1 0x11100000000 x",
    ];
    assert_shown("readelf", &["--debug-dump=decodedline"], &facts);
    let facts = [
        "DW_AT_producer : (indirect string, offset: 0x12): nestor",
        "DWARF Version: 5",
    ];
    assert_shown(
        "readelf",
        &["--debug-dump=info,abbrev,rawline,Ranges,str"],
        &facts,
    );
}

#[test]
fn nm_shows_symbols() {
    let facts = [
        "0000011000000008 0000000000000020 T main",
        "0000011000000010 t main.again",
        "0000011100000010 0000000000000040 D table",
    ];
    assert_shown("nm", &["-S"], &facts);
}

#[test]
fn size_shows_segments() {
    let facts = [
        "text 64 1168231104512",
        "data 9 1172526071808",
        "stack 65536 1116691496960",
    ];
    assert_shown("size", &["-A"], &facts);
}

/// A part of a program with a relocation of most kinds.
const PART: &str = "
        .export main, table, WIDTH
.equ    WIDTH, 80
        .proc   main
        call    other
        la      c1, table
        li      r1, other
        ldw     r2, [c1 + FIELD]
        ret
        .endproc
        .data
table:  .dword  other, table
        .half   length(other), segment(table)
        .cap    other, SIZE, r
        .authority 2
";

/// Asserts that a tool shows each of these in a line about the object of the part.
fn assert_shown_of_object(tool: &str, options: &[&str], facts: &[&str]) {
    let files = vec![Source::new("part.s", PART)];
    let part = assembler::assemble_part(files, &mut NoFiles, &Options::default());
    let bytes = part.object.unwrap().write().unwrap();
    let name = format!("object-{tool}{}", options.concat().replace(',', ""));
    let Some(lines) = show_file(&bytes, &name, tool, options) else {
        return;
    };
    for fact in facts {
        assert!(
            lines.iter().any(|line| line.contains(fact)),
            "{fact:?} in {lines:#?}"
        );
    }
}

#[test]
fn readelf_shows_objects() {
    let facts = [
        "Type: REL (Relocatable file)",
        "text PROGBITS 0000000100000000 000040 000030 00 AX 0 0 8",
        "data PROGBITS 0000000200000000 000070 000014 00 WA 0 0 16",
        "FUNC GLOBAL DEFAULT 1 main",
        "OBJECT GLOBAL DEFAULT 2 table",
        "0000000000000050 0 NOTYPE GLOBAL DEFAULT ABS WIDTH",
        "NOTYPE GLOBAL DEFAULT UND other",
    ];
    assert_shown_of_object("readelf", &["-hSsrW"], &facts);
    let relocations = [
        "unrecognized: 700 0000000000000000 other + 0",
        "unrecognized: a00 0000000000000000 table + 0",
        "unrecognized: 800 0000000000000000 other + 0",
        "unrecognized: 900 0000000000000000 other + 0",
        "unrecognized: 500 0000000000000000 FIELD + 0",
        "unrecognized: 400 0000000000000000 data + 0",
        "unrecognized: 203 0000000000000000 other + 0",
        "unrecognized: 202 0000000000000000 data + 0",
        "unrecognized: b00 0000000000000000 other + 0",
        "unrecognized: c00 0000000000000000 SIZE + 0",
        "unrecognized: e00 2",
    ];
    assert_shown_of_object("readelf", &["-rW"], &relocations);
}

#[test]
fn readelf_shows_lines_of_objects() {
    let facts = ["part.s 5 0x100000000 x", "part.s 12 0x200000000 x"];
    assert_shown_of_object("readelf", &["--debug-dump=decodedline"], &facts);
}

#[test]
fn nm_and_size_show_objects() {
    let facts = [
        "0000000100000000 0000000000000030 T main",
        "U other",
        "0000000200000000 0000000000000040 D table",
        "0000000000000050 A WIDTH",
    ];
    assert_shown_of_object("nm", &["-S"], &facts);
    assert_shown_of_object("size", &["-A"], &["text 48 4294967296"]);
}

#[test]
fn addr2line_shows_sources() {
    assert_shown(
        "addr2line",
        &["0x11000000028", "-f", "-e"],
        &["helper", "./lib/helper.nas:2"],
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_image_is_shown_without_a_warning(contents in sample::contents()) {
        let image = Image::new(contents).unwrap();
        show(&image, "any-readelf", "readelf", &["-a", "-W", "--debug-dump"]);
        if !image.symbols().is_empty() {
            // It complains where there are none.
            show(&image, "any-nm", "nm", &["-S"]);
        }
        show(&image, "any-size", "size", &["-A"]);
    }
}
