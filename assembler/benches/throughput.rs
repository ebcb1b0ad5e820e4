//! How fast the assembler is: lines of source per second of CPU time, from texts to the bytes of an image.
//!
//! `cargo bench -p assembler` prints it for a long program that is made here, and for the Forth of the examples. Nothing
//! is asserted but that the programs assemble.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assembler::{Loader, Options, Source};
use rustix::time::{ClockId, clock_gettime};

/// How often each program is assembled; the quickest time counts.
const ROUNDS: usize = 9;

/// Lines of the long program, or a few more.
const LINES: usize = 120_000;

fn main() {
    println!(
        "{:<16} {:>8} {:>10} {:>14}",
        "program", "lines", "ms of CPU", "lines a second"
    );
    let long = long_program();
    let lines = long.lines().count();
    let source = || vec![Source::new("long.s", long.as_str())];
    measure("generated", lines, source);

    let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/forth/main.s");
    let folder = main.parent().map(PathBuf::from).unwrap_or_default();
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let lines = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "s"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|text| text.lines().count())
        .sum();
    let source = || {
        let text = std::fs::read(&main).unwrap_or_default();
        vec![Source::from_bytes(main.to_string_lossy(), &text)]
    };
    measure("examples/forth", lines, source);
}

/// Prints a line of the table.
fn measure(name: &str, lines: usize, sources: impl Fn() -> Vec<Source>) {
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let sources = sources();
        let begin = cpu_time();
        let assembly = assembler::assemble(sources, &mut Files, &Options::default());
        let image = assembly.image.as_ref().map(|image| image.write());
        let taken = cpu_time().saturating_sub(begin);
        assert!(
            matches!(image, Some(Ok(_))),
            "{name}: {:?}",
            assembly.diagnostics.first()
        );
        least = least.min(taken);
    }
    let seconds = least.as_secs_f64();
    println!(
        "{name:<16} {lines:>8} {:>10.1} {:>14.0}",
        seconds * 1e3,
        lines as f64 / seconds
    );
}

/// The CPU time of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanoseconds)
}

/// Files of the host, by names relative to the source that includes them.
struct Files;

impl Files {
    fn read(from: &str, path: &str) -> Result<(PathBuf, Vec<u8>), String> {
        let path = Path::new(from).with_file_name(path);
        let bytes = std::fs::read(&path).map_err(|error| error.to_string())?;
        Ok((path, bytes))
    }
}

impl Loader for Files {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        let (path, bytes) = Files::read(from, path)?;
        Ok(Source::from_bytes(path.to_string_lossy(), &bytes))
    }

    fn load_bytes(&mut self, from: &str, path: &str, _limit: usize) -> Result<Vec<u8>, String> {
        Ok(Files::read(from, path)?.1)
    }
}

/// A program with a bit of everything that programs are made of: a procedure, its data and a macro's use again and
/// again, with other names and numbers.
fn long_program() -> String {
    let mut text = String::from(
        "\
        .struct point
x:      .dword
y:      .dword
        .endstruct
        .macro  push register
        cadd    sp, sp, -16
        st      \\register, [sp]
        .endm
        .macro  pop register
        ld      \\register, [sp]
        cadd    sp, sp, 16
        .endm
        .text
        .proc   main
        li      r1, 0
        ret
        .endproc
",
    );
    let piece = |n: usize| {
        format!(
            "
; Number {n}: adds up what a table has, up to a bound.
;   takes r1: the bound; c1: the table
        .equ    limit{n}, {n} * 8 + 16          ; in bytes
        .proc   sum{n}, bound: r1, table: c1
        .alias  total: r16
        .alias  place: r2
        .local  room, 32
        .save   r16, c8
        enter
        li      total, 0
        li      place, 0
        cmov    c8, c2
next:   bgeu    place, bound, done              ; all of it
        ld      r3, [table + place << 3 + 8]
        add     total, total, r3
        xor     r4, total, 0x{n:x}
        shl     r4, r4, 3
        beq     r4, 17, skip
        st      r4, [sp + room + 8]
        ldw     r5, [c8 + point.y]
        stb     r5, [sp + room]
skip:   push    r4
        mul     r5, r4, (limit{n} + 3) & 0xff
        pop     r4
        .if     r5 > 100 && r4 != 0
        sub     r5, r5, 100
        .else
        add     r5, r5, r4
        .endif
        cadd    c3, c8, sizeof(point)
        add     place, place, 1
        j       next
done:   mov     r1, total
        la      c1, text{n}
        return
        .endproc

        .rodata
text{n}: .ascii \"number {n}\\n\", \"and more\"
        .align  8
words{n}:
        .dword  {n}, limit{n}, offset(sum{n}), length(text{n})
        .text
"
        )
    };
    let mut lines = text.lines().count();
    for n in 0.. {
        if lines >= LINES {
            break;
        }
        let piece = piece(n);
        lines += piece.lines().count();
        let _ = write!(text, "{piece}");
    }
    text
}
