//! No source makes the assembler panic, hang, or take memory out of proportion.

use std::fmt::Write;

use assembler::{Assembly, Code, Diagnostic, Loader, NoFiles, Options, Source};
use proptest::prelude::*;

use crate::support::{self, assemble, assemble_with};

/// Assembles, which comes to an end: a source that takes for ever is a test that does.
fn survives(text: &str) -> Assembly {
    let assembly = assemble(text);
    assert!(assembly.image.is_some() || !assembly.diagnostics.is_empty());
    for diagnostic in assembly.diagnostics.iter().take(100) {
        let spans = diagnostic.primary.iter().chain(&diagnostic.secondary);
        for annotation in spans {
            let source = assembly.sources.get(annotation.span.source);
            let text = source.map(Source::text).unwrap_or_default();
            assert!(
                text.get(annotation.span.range()).is_some(),
                "{diagnostic:?}"
            );
        }
    }
    assembly
}

/// Words of the language, right and wrong.
const WORDS: &[&str] = &[
    "add",
    "ldw",
    "ldc",
    "beq",
    "j",
    "call",
    "callc",
    "ret",
    "li",
    "la",
    "mov",
    "ble",
    "enter",
    "leave",
    "return",
    "cget",
    "io",
    "getctl",
    "probe",
    "cas",
    "nop",
    ".segment",
    ".text",
    ".data",
    ".equ",
    ".byte",
    ".half",
    ".dword",
    ".single",
    ".double",
    ".ascii",
    ".asciz",
    ".space",
    ".align",
    ".cap",
    ".gate",
    ".proc",
    ".endproc",
    ".local",
    ".alias",
    ".save",
    ".include",
    ".entry",
    ".stack",
    ".macro",
    ".macro",
    ".endm",
    ".endm",
    ".repeat",
    ".endr",
    ".if",
    ".elseif",
    ".else",
    ".endif",
    ".while",
    ".endw",
    ".break",
    ".assert",
    ".struct",
    ".endstruct",
    ".enum",
    ".endenum",
    ".scope",
    ".endscope",
    ".export",
    ".extern",
    ".clobbers",
    ".pascal",
    ".incbin",
    "sizeof",
    "defined",
    "\\a",
    "\\@",
    "\\#",
    "a...",
    "=",
    "main",
    "a",
    "b",
    "c",
    "text",
    "data",
    "stack4",
    "console",
    "r0",
    "r1",
    "r2",
    "r31",
    "r32",
    "c0",
    "c1",
    "c7",
    "c15",
    "sp",
    "rw",
    "rx",
    "rwx",
    "hold",
    "system",
    "rings",
    "number",
    "length",
    "label",
    "generation",
    "device",
    "segment",
    "offset",
    "base",
    "write",
    "context.pc",
    "0",
    "1",
    "-1",
    "8",
    "16",
    "255",
    "4096",
    "0x7fffffff",
    "0xffffffffffffffff",
    "1.5",
    "inf",
    "'a'",
    "\"s\"",
    "\"\\q\"",
    "'",
    "\"",
    "+",
    "-",
    "*",
    "/",
    "%",
    "<<",
    ">>",
    "&&",
    "||",
    "==",
    "!=",
    "<",
    ">=",
    "~",
    "!",
    "|",
    "^",
    "&",
    "(",
    ")",
    "[",
    "]",
    ",",
    ",",
    ",",
    ":",
    ":",
    "$",
    "#",
    "é",
    "\n",
    "\n",
    "\n",
    "\n",
    ";",
    "\t",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let files = vec![Source::from_bytes("main.s", &bytes)];
        let assembly = assembler::assemble(files, &mut NoFiles, &Options::default());
        prop_assert!(assembly.image.is_none());
    }

    #[test]
    fn random_words(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..400)) {
        survives(&words.join(" "));
    }

    #[test]
    fn random_statements(
        lines in proptest::collection::vec(
            (
                proptest::option::weighted(0.2, proptest::sample::select(vec!["a:", "b:", "main:"])),
                proptest::sample::select(WORDS),
                proptest::collection::vec(proptest::sample::select(WORDS), 0..4),
            ),
            0..100,
        )
    ) {
        let mut text = String::new();
        for (label, name, operands) in lines {
            let _ = writeln!(text, "{} {name} {}", label.unwrap_or(""), operands.join(", "));
        }
        survives(&text);
    }
}

#[test]
fn depth_and_length_are_no_danger() {
    const MANY: usize = 100_000;
    survives(&format!("li r1, {}1{}", "(".repeat(MANY), ")".repeat(MANY)));
    survives(&format!("li r1, {}", "(".repeat(MANY)));
    survives(&format!("li r1, {}1", "-".repeat(MANY)));
    survives(&format!("li r1, 1{}", " + 1".repeat(MANY)));
    survives(&format!(
        "li r1, {}1{}",
        "1 + (".repeat(MANY),
        ")".repeat(MANY)
    ));
    survives(&format!("add r1, r2, r3{}", " + 1".repeat(MANY)));
    survives(&format!("add r1, r2, {}", "r3 + ".repeat(MANY)));
    survives(&format!("ldw r1, [c1{}]", " + main".repeat(MANY)));
    survives(&format!("main: .byte 1{}", ", 1".repeat(MANY)));
    survives(&format!("li r1, f({}1)", "1, ".repeat(MANY)));
    survives(&"a: ".repeat(MANY));
    survives(&"]".repeat(MANY));
    survives(&"@ ".repeat(MANY));
    survives(&format!("\"{}", "\\n".repeat(MANY)));
}

#[test]
fn many_mistakes_are_no_danger() {
    const MANY: usize = 20_000;
    let mut undefined = String::new();
    let mut unknown = String::new();
    let mut chain = String::new();
    let mut procedures = String::new();
    let mut sections = String::new();
    for i in 0..MANY {
        let _ = writeln!(undefined, "label{i}: j labbel{i}");
        let _ = writeln!(unknown, "adf{i} r1, r2");
        let _ = writeln!(chain, ".equ a{i}, a{} + 1", i + 1);
        let _ = writeln!(
            procedures,
            ".proc p{i}\n.local x, 8\nenter\nx: return\n.endproc"
        );
        let _ = writeln!(sections, ".segment s{i}, rw\n.byte 1");
    }
    survives(&undefined);
    let kept = survives(&unknown).diagnostics.len();
    assert_eq!(kept, assembler::DIAGNOSTIC_LIMIT);
    survives(&format!("{chain}.equ a{MANY}, 1\nmain: li r1, a0"));
    survives(&format!("{chain}.equ a{MANY}, a0\nmain: li r1, a0"));
    let report = support::report(&assemble(&format!("{chain}.equ a{MANY}, 1\nmain: ret")));
    assert!(report.contains("A046"), "{report}");
    survives(&procedures);
    survives(&sections);
}

#[test]
fn sizes_are_no_danger() {
    for size in [
        "0xffffffffff",
        "0x7fffffffffffffff",
        "0x0ffff001",
        "0x1000000",
    ] {
        survives(&format!("main: ret\n.data\n.space {size}\n.byte 1"));
        survives(&format!("main: ret\n.data\n.space {size}, 1"));
    }
    let options = Options {
        image_limit: 1 << 20,
        ..Options::default()
    };
    let assembly = assemble_with("main: ret\n.data\n.space 0x200000, 1\n.byte 1", &options);
    assert!(support::report(&assembly).contains("A055"));
    let assembly = assemble_with("main: ret\n.segment a, rw, length(0x200000)", &options);
    assert!(support::report(&assembly).contains("A055"));
}

#[test]
fn expansions_without_end_are_no_danger() {
    let double = ".macro a n\n a \\n + 1\n a \\n\n.endm\n";
    for text in [
        format!("{double}a 1"),
        ".repeat 0x7fffffffffffffff\n.endr".to_owned(),
        ".repeat 0x7fffffffffffffff, i\nnop \\i\n.endr".to_owned(),
        ".repeat 0x7fffffffffffffff\na: nop\n.endr".to_owned(),
        ".repeat 1000000\n.repeat 1000000\n.endr\n.endr".to_owned(),
        ".macro a n\n.repeat 10\na \\n\n.endr\n.endm\na 1".to_owned(),
        ".macro a n...\na \\n, \\n\n.endm\na 1".to_owned(),
    ] {
        let assembly = survives(&text);
        let exceeded = |diagnostic: &Diagnostic| diagnostic.code == Code::Expansion;
        assert!(assembly.diagnostics.iter().any(exceeded), "{text}");
    }
    const MANY: usize = 50_000;
    survives(&".if 1\n".repeat(MANY));
    survives(&".if 0\n".repeat(MANY));
    survives(&".if r1\n".repeat(MANY));
    survives(&".while r1\n".repeat(MANY));
    survives(&".macro a\n".repeat(2000));
    survives(&format!(
        ".while {}r1{}",
        "!(".repeat(MANY),
        ")".repeat(MANY)
    ));
    survives(&format!(".while r1{}", " && r1".repeat(MANY)));
}

/// A file that includes two more, without end.
struct Doubling(usize);

impl Loader for Doubling {
    fn load(&mut self, _from: &str, _path: &str) -> Result<Source, String> {
        self.0 += 1;
        let text = format!("; {}\n.include \"a\"\n.include \"b\"\n", "x".repeat(1000));
        Ok(Source::new(format!("file{}", self.0), text))
    }
}

#[test]
fn includes_without_end_are_no_danger() {
    let mut loader = Doubling(0);
    let options = Options {
        source_limit: 1 << 20,
        ..Options::default()
    };
    let files = vec![Source::new("main.s", ".include \"a\"\nmain: ret\n")];
    let assembly = assembler::assemble(files, &mut loader, &options);
    assert!(loader.0 < 3000, "{} files", loader.0);
    assert!(support::report(&assembly).contains("A012"));
    let files = vec![Source::new("main.s", "main: ret\n".repeat(200_000))];
    let assembly = assembler::assemble(files, &mut NoFiles, &options);
    assert!(support::report(&assembly).contains("A012"));
}

/// The bytes of all that is said of a source.
fn said(assembly: &Assembly) -> usize {
    let annotations = |diagnostic: &Diagnostic| {
        let marks = diagnostic.primary.iter().chain(&diagnostic.secondary);
        let macros = diagnostic.macros.iter().map(|used| used.name.len());
        let texts = diagnostic.notes.iter().chain(&diagnostic.help);
        marks.map(|mark| mark.label.len()).sum::<usize>()
            + macros.sum::<usize>()
            + texts.map(String::len).sum::<usize>()
            + diagnostic.message.len()
    };
    assembly.diagnostics.iter().map(annotations).sum()
}

#[test]
fn what_is_said_of_long_words_is_short() {
    let long = "m".repeat(1 << 20);
    let digits = "9".repeat(1 << 20);
    let texts = [
        format!(".repeat 12000\n j {long}\n.endr\n"),
        format!(".repeat 12000\n {long} r1\n.endr\n"),
        format!(".repeat 12000\n li r1, {digits}\n.endr\n"),
        format!(".repeat 12000\n.assert 0, \"{long}\"\n.endr\n"),
        format!(".repeat 12000\n.include \"{long}\"\n.endr\n"),
        format!(
            ".macro {long}\n{}.endm\n{long}\n",
            " adx r1\n".repeat(10_000)
        ),
        format!(
            ".macro m{}\n{}.endm\nm{}\n",
            &long[..250],
            " adx r1\n".repeat(10_000),
            &long[..250]
        ),
    ];
    for text in texts {
        let assembly = survives(&text);
        let bytes = said(&assembly);
        assert!(bytes < 16 << 20, "{bytes} bytes of {}", &text[..30]);
    }
}
