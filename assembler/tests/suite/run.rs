//! Programs on the executable specification: what the start-up code gives
//! them, and that capabilities, calls and frames are what the sources say.

use assembler::image::Image;
use assembler::{NoFiles, Options, Source};
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{End, LoadPiece, Machine, Reset, Stop};
use isa::{Cause, Ring};

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

/// A program with a gate into a ring, whose procedures have frames; it ends with 42.
fn gate_into(ring: u8) -> String {
    r"
        .proc main
        enter
        la   c1, doubled
        li   r1, 20
        callc c1
        return
        .endproc

        .segment inner, rx, rings(RING, RING, 4)
        .gate doubled, work
        .proc work
        .save r16
        enter
        la   c1, calls          ; linkage of the inner ring
        ld   r16, [c1]
        add  r16, r16, 1
        st   r16, [c1]
        add  r1, r1, r1
        call add_two
        return
        .endproc
        .proc add_two
        add  r1, r1, 2
        ret
        .endproc

        .segment counts, rw, rings(RING, RING, RING)
calls:  .dword 5
"
    .replace("RING", &ring.to_string())
}

#[test]
fn a_gate_runs_on_the_stack_of_its_ring() {
    for ring in 0..4 {
        let (_, end) = run(&gate_into(ring), &[]);
        assert_eq!(end, End::Power { status: 42 }, "ring {ring}");
    }
}

#[test]
fn a_program_can_make_the_stack_of_a_ring_itself() {
    let stacks = [
        ".segment stack1, rw, hold, rings(1, 1, 1), length(48), number(257)",
        ".segment mine, rw, hold, rings(1, 1, 1), length(48), number(257)",
    ];
    for stack in stacks {
        let (_, end) = run(&format!("{} {stack}\n", gate_into(1)), &[]);
        assert_eq!(end, End::Power { status: 42 }, "{stack}");
        let small = stack.replace("48", "16");
        let (_, end) = run(&format!("{} {small}\n", gate_into(1)), &[]);
        assert!(matches!(end, End::DoubleFault { .. }), "{small}: {end:?}");
    }
}

#[test]
fn code_of_an_outer_ring_has_a_stack() {
    let (_, end) = run(
        r"
        .segment outer, rx, rings(4, 6, 6)
        .proc main
        cpc     c1, outside
        cring   c1, c1, 6
        creturn c1, c1
        ret     c1
        .endproc
        .proc outside
        st      zero, [sp - 8]
        cget    r1, sp, cursor
        la      c1, ended
        callc   c1
        .endproc

        .segment middle, rx, rings(4, 4, 6)
        .gate ended, ending
        .proc ending
        shr     r1, r1, 8
        la      c1, power
        io      r1, c1, c0, control
        j       $
        .endproc
",
        &[],
    );
    assert_eq!(end, End::Power { status: 8192 >> 8 });
}

/// A program that calls in each way a procedure that overwrites every register that the convention preserves, and
/// ends with the number of those that it finds changed. `saves` is what the procedure does against that.
fn overwriting(saves: &str) -> String {
    let preserved = "r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31, \
                     c8, c9, c10, c11, c12, c13, c14";
    let saves = saves.replace("ALL", preserved);
    let overwrite: String = preserved
        .split(", ")
        .map(|register| match register.starts_with('r') {
            true => format!(" li {register}, -1\n"),
            false => format!(" cmov {register}, c0\n"),
        })
        .collect();
    let ways = [
        "call work",
        "la c1, work\n callc c1",
        "la c1, gate\n callc c1",
    ];
    let calls: String = ways.iter().zip(1..).map(|(way, number)| {
        let (mut fill, mut check) = (String::new(), String::new());
        for (register, value) in preserved.split(", ").zip(1..) {
            let good = format!("good{number}_{value}");
            if register.starts_with('r') {
                fill += &format!(" li {register}, {value}\n");
                check += &format!(" li r1, {value}\n beq r1, {register}, {good}\n");
            } else {
                fill += &format!(" la {register}, spot\n cadd {register}, {register}, {value}\n");
                check += &format!(" la c1, spot\n cadd c1, c1, {value}\n csame r1, c1, {register}\n bnez r1, {good}\n");
            }
            check += &format!(" ld r2, [sp + wrong]\n add r2, r2, 1\n st r2, [sp + wrong]\n{good}:\n");
        }
        format!("{fill} {way}\n{check}")
    }).collect();
    format!(
        ".proc main\n .local wrong, 8\n .save {preserved}\n enter\n st r0, [sp + wrong]\n\
         {calls} ld r1, [sp + wrong]\n return\n.endproc\n\
         .proc work\n{saves}{overwrite} return\n.endproc\n\
         .data\nspot: .space 64\n\
         .segment inner, rx, rings(0, 0, 4)\n .gate gate, within\n\
         .proc within\n{saves}{overwrite} return\n.endproc\n"
    )
}

#[test]
fn preserved_registers_survive_a_call_of_each_kind() {
    let (_, end) = run(&overwriting(" .save ALL\n enter\n"), &[]);
    assert_eq!(end, End::Power { status: 0 });
    // Without the saves each of 23 registers is lost in each of three calls: the program can tell.
    let (_, end) = run(&overwriting(""), &[]);
    assert_eq!(end, End::Power { status: 69 });
}

#[test]
fn capabilities_in_data_are_made_whatever_the_generation() {
    let (output, end) = run(
        r#"
main:   la   c4, pointers
        ldc  c5, [c4]
        cget r1, c5, length
        io   r1, c2, c5, write
        ldc  c6, [c4 + 16]
        cmov c8, c7
        callc c6
        ret  c8
        .proc answer
        li   r1, 7
        ret
        .endproc
        .segment table, rw, hold, generation(7)
pointers:
        .cap text
        .cap answer
        .segment strings, r, generation(63), label(9)
text:   .ascii "seven\n"
"#,
        &[],
    );
    assert_eq!(output, "seven\n");
    assert_eq!(end, End::Power { status: 7 });
}

#[test]
fn several_files_are_one_program() {
    let files = vec![
        Source::new("a.s", "main: li r1, size\n j finish\n.data\n.word 1\n"),
        Source::new("b.s", ".equ size, 40\nfinish: add r1, r1, 2\n ret\n"),
    ];
    let assembly = assembler::assemble(files, &mut NoFiles, &Options::default());
    assert_eq!(support::report(&assembly), "");
    let (_, end) = boot(&assembly.image.expect("an image"), &[]);
    assert_eq!(end, End::Power { status: 42 });
}

#[test]
fn files_that_export_keep_their_other_names() {
    let files = vec![
        Source::new(
            "a.s",
            ".export main\n.extern twice\n.equ step, 1\nmain: li r1, 20 + step\n j twice\n",
        ),
        Source::new(
            "b.s",
            ".export twice\n.equ step, 3\ntwice: add r1, r1, r1\n j main\nmain: sub r1, r1, step\n ret\n",
        ),
    ];
    let assembly = assembler::assemble(files, &mut NoFiles, &Options::default());
    assert_eq!(support::report(&assembly), "");
    let (_, end) = boot(&assembly.image.expect("an image"), &[]);
    assert_eq!(end, End::Power { status: 39 });
}

#[test]
fn loops_and_conditions_decide_when_the_program_runs() {
    let (_, end) = run(
        r"
        .proc main, n: r1, sum: r2, i: r3
        li   sum, 0
        li   i, -3
        .while i < 100
        add  i, i, 1
        .if i == 2
        .continue
        .elseif unsigned(i > 100) || i == 5
        add  sum, sum, 100          ; -2, -1, and 5
        .continue
        .elseif !(i < 8)
        .break
        .else
        add  sum, sum, i            ; 0, 1, 3, 4, 6, 7
        .endif
        .endw
        mov  r1, sum
        ret
        .endproc
",
        &[],
    );
    // Exit statuses are of 64 bits in the machine.
    assert_eq!(end, End::Power { status: 321 });
}

#[test]
fn what_a_program_is_given_cannot_be_written() {
    for store in ["stc c0, [c1]", "ldc c4, [c1]\n stb r0, [c4]"] {
        let (_, end) = run(&format!("main: {store}\n ret\n"), &["text"]);
        let End::DoubleFault { first, .. } = end else {
            panic!("{store}: {end:?}");
        };
        assert_eq!(first.cause, Cause::Permission, "{store}");
        assert_eq!(first.ring, Ring::USER);
    }
}

#[test]
fn authorities_seal_and_unseal_what_is_theirs() {
    let (_, end) = run(
        r"
main:   la      c1, keys
        ldc     c2, [c1]                ; types 4 and 5
        ldc     c3, [c1 + 16]           ; type 6
        cadd    c4, c2, 1
        cseal   c5, c1, c2
        cget    r1, c5, kind
        cseal   c5, c1, c3
        cget    r2, c5, kind
        cseal   c5, c1, c4
        cget    r3, c5, kind
        cunseal c5, c5, c4
        csame   r4, c5, c1
        shl     r1, r1, 12
        shl     r2, r2, 8
        shl     r3, r3, 4
        or      r1, r1, r2
        or      r1, r1, r3
        or      r1, r1, r4
        ret
        .data
keys:   .authority 2
        .authority
",
        &[],
    );
    assert_eq!(end, End::Power { status: 0x4651 });
}

/// The tables that the linker makes have their lengths only when all else is there.
#[test]
fn capabilities_reach_all_of_the_linkers_tables() {
    let (_, end) = run(
        "
        .text
        .proc   main
        enter
        la      c1, measure
        callc   c1
        return
        .endproc

        .segment kernel, rx, rings(0, 0, 4), system
        .gate   measure, measuring
measuring:
        la      c1, descriptors
        cget    r1, c1, length
        getctl  r2, descriptor_count
        mul     r2, r2, size.descriptor
        sub     r1, r1, r2
        la      c2, relocations
        cget    r3, c2, length
        divu    r3, r3, size.relocation
        add     r1, r1, r3                      ; one for each la
        ret
",
        &[],
    );
    assert_eq!(end, End::Power { status: 4 });
}
