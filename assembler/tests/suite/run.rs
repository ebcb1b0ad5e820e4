//! Programs on the executable specification: what the start-up code gives
//! them, and that capabilities, calls and frames are what the sources say.

use assembler::image::Image;
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{End, LoadPiece, Machine, Reset, Stop};

use crate::support::{self, assemble};

/// Memory of the machines.
const MEMORY: u64 = 1 << 20;

/// What a program printed, and how it ended.
fn run(text: &str, arguments: &[&str]) -> (String, End) {
    let assembly = assemble(text);
    assert_eq!(support::report(&assembly), "");
    boot(&assembly.image.expect("an image"), arguments)
}

fn boot(image: &Image, arguments: &[&str]) -> (String, End) {
    let boot = image.boot(MEMORY).expect("an image that boots");
    let mut machine = Machine::new(MEMORY).expect("memory");
    let pieces: Vec<LoadPiece> = boot
        .pieces
        .iter()
        .map(|piece| LoadPiece {
            real: piece.real,
            bytes: piece.bytes,
        })
        .collect();
    machine.load(&pieces).expect("room for the image");
    machine
        .attach(0, Device::Console(Console::with_input(b"input")))
        .expect("slot 0");
    machine.attach(1, Device::Power).expect("slot 1");
    let reset = Reset {
        descriptor_base: boot.descriptor_base,
        descriptor_count: boot.descriptor_count,
        entry: boot.entry,
        depth_left: 0,
        arguments: arguments
            .iter()
            .map(|text| text.as_bytes().to_vec())
            .collect(),
        free: boot.free,
    };
    machine.reset(&reset).expect("a reset");
    let Stop::Ended(end) = machine.run(10_000) else {
        panic!("it goes on at {:?}", machine.pc());
    };
    let output = machine.console_mut(0).map(Console::drain);
    let output = String::from_utf8_lossy(&output.unwrap_or_default()).into_owned();
    (output, end)
}

#[test]
fn hello() {
    let (output, end) = run(
        r#"
main:   la   c4, greeting
        cget r1, c4, length
        io   r1, c2, c4, write
        li   r1, 42
        ret
        .rodata
greeting: .ascii "Hello\n"
        .byte 0
after:  .byte 1
"#,
        &[],
    );
    assert_eq!(output, "Hello\n\0");
    assert_eq!(end, End::Power { status: 42 });
}

#[test]
fn arguments_are_exact_capabilities() {
    let (output, end) = run(
        r"
        .proc main, count: r16, table: c8, console: c9, i: r17
        .save r16, r17, c8, c9
        enter
        mov  count, r1
        cmov table, c1
        cmov console, c2
        li   i, 0
next:   bge  i, count, done
        ldc  c4, [table + i << 4]
        cget r1, c4, length
        io   r1, console, c4, write
        add  i, i, 1
        j    next
done:   cget r1, table, length
        return
        .endproc
",
        &["one", "", "three"],
    );
    assert_eq!(output, "onethree");
    assert_eq!(end, End::Power { status: 48 });
}
