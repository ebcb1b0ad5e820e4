//! Every instruction a million times in a thread with a small stack.
//!
//! In an optimised build, operations follow one another by calls that the compiler is to make jumps of. One that remained a
//! call would leave something on the host's stack each time, and a million of them more than there is. Loops are made
//! for every row of the table in each form that its operands have, for all operations that are carried out as one, and for what control does on its way to another text; the engine says which operations these became, and
//! none may be missing.
//!
//! In a build without optimisation a loop chooses operations by number, nothing can overflow, and there are fewer rounds.

#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../isa/tests/machine/rig.rs"]
mod rig;

use std::collections::BTreeSet;
use std::thread;

use isa::instruction::format::Format;
use isa::instruction::{Class, Opcode};
use isa::machine::Stop;
use isa::{Brackets, Capability, Descriptor, DescriptorFlags, Fields, Kind, Permissions, Real};
use rig::*;
use vm::Engine;

/// The stack of a thread that runs a loop: a million of anything is more. Where operations are chosen by number nothing
/// can overflow, and the function that chooses may have a large frame.
const STACK: usize = if cfg!(tail_calls) { 64 << 10 } else { 2 << 20 };

/// How often each instruction is carried out.
const TIMES: u64 = if cfg!(debug_assertions) {
    2_000
} else {
    1_000_000
};

/// A second text of ring 4.
const ELSEWHERE: u16 = 280;
/// A text of ring 4 that has more than one span.
const LONG: u16 = 281;
/// The number of bytes after which the engine begins another span.
const SPAN: u32 = 1 << 19;

/// What is carried out again and again, with the registers as [`world`] leaves them.
struct Loop {
    ring: u8,
    /// The instructions of a round, a line each.
    lines: Vec<String>,
    /// How often they stand one after the other in a round.
    copies: usize,
}

impl Loop {
    fn of(ring: u8, copies: usize, lines: &[&str]) -> Loop {
        let lines = lines.iter().map(|line| (*line).into()).collect();
        Loop {
            ring,
            lines,
            copies,
        }
    }
}

/// A machine in this ring with something in all registers that the loops read. They write to `r8`, `r9` and `c8`, `c9`.
fn world(number: u8) -> Rig {
    let mut rig = Rig::with_devices(&[], vec![]);
    for (segment, base, length) in [(ELSEWHERE, 0x3b000, 0x1000), (LONG, 0x40000, 0xc0000)] {
        let flags = DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::EXECUTE;
        let (base, brackets) = (Real(base), Brackets::only(ring(4)));
        rig.describe(
            segment,
            Descriptor {
                base,
                length,
                flags,
                brackets,
                ..Descriptor::default()
            },
        );
    }
    rig.enter(number);
    let text = cap(TEXT + u16::from(number), 0, 0x1000, RX, number);
    let ring = number.max(4);
    for slot in [0x100, 0x110, 0x120, 0x140, 0x200] {
        rig.set_granule(DATA, slot, at(data(), 0x200));
    }
    rig.set_granule(264 + u16::from(number), 0x30, data());
    rig.poke(|context| {
        context.r[1] = 5;
        context.r[2] = 3;
        context.r[3] = 16;
        context.r[4] = 4096;
        context.r[5] = data().low();
        context.r[6] = data().high();
        context.c[1] = at(cap(DATA, 0, 0x3000, ALL, ring), 0x100);
        context.c[2] = at(cap(OTHER, 0, 0x3000, ALL, ring), 0x100);
        context.c[3] = text;
        context.c[5] = Capability::from_words(7, 9, false);
        context.c[6] = cap(0, 4, 32, Permissions::SEAL | Permissions::UNSEAL, ring);
        context.c[7] = Capability::new(Fields {
            kind: Kind::Software(isa::ObjectType::FIRST),
            ..data().fields()
        });
    });
    rig
}

/// A capability of this kind to a place in a text of this ring.
fn text(segment: u16, cursor: u32, kind: Kind, number: u8) -> Capability {
    let all = cap(
        segment,
        0,
        if segment == LONG { 0xc0000 } else { 0x1000 },
        RX,
        number,
    );
    Capability::new(Fields {
        kind,
        ..at(all, cursor).fields()
    })
}

/// The lines for one instruction, each a loop of its own.
fn loops(opcode: Opcode) -> Vec<Loop> {
    let name = opcode.mnemonic();
    let ring = match opcode.class() {
        Class::Privileged(_) => 0,
        _ if matches!(
            opcode,
            Opcode::Ldtag | Opcode::Sttag | Opcode::Lend | Opcode::Reclaim
        ) =>
        {
            0
        }
        _ => 4,
    };
    // Copies can become one operation, so what loads and stores is tried alone too.
    let copies: &[usize] = match opcode.format() {
        Format::Load | Format::Store => &[1, 16],
        _ => &[16],
    };
    let many = |operands: &[&str]| -> Vec<Loop> {
        let one = |operands: &&str| {
            let line = format!("{name} {operands}");
            copies
                .iter()
                .map(move |copies| Loop::of(ring, *copies, &[&line]))
        };
        operands.iter().flat_map(one).collect()
    };
    let other = |lines: &[&str]| vec![Loop::of(ring, 16, lines)];
    match opcode {
        // What is carried out at one place only, or changes what it needs: one copy, or with what puts it right again.
        Opcode::Callc => vec![Loop::of(4, 1, &["callc c8, c4"])],
        Opcode::Ret | Opcode::Jmpc => vec![Loop::of(4, 1, &[&format!("{name} c4")])],
        Opcode::Cseal => other(&["cseal c8, c1, c6"]),
        Opcode::Cunseal => other(&["cunseal c8, c7, c6"]),
        Opcode::Centry | Opcode::Creturn => many(&["c8, c3"]),
        Opcode::Cget => many(
            &["address", "cursor", "length", "tag", "base"]
                .map(|field| format!("r8, c1, {field}"))
                .each_ref()
                .map(String::as_str),
        ),
        Opcode::Cperm => many(&["c8, c1, 3", "c8, c1, r2", "c8, c1, r2 << 1 + 1"]),
        Opcode::Cring => many(&["c8, c1, 5"]),
        Opcode::Cbuild => other(&["cbuild c8, c1, c1"]),
        Opcode::Mint => other(&["mint c8, r5, r6"]),
        Opcode::Copy | Opcode::Cmpb => other(&[
            "cmov c8, c1",
            "cmov c9, c2",
            "add r8, r3, 0",
            &format!("{name} c8, c9, r8"),
        ]),
        Opcode::Fill | Opcode::Relabel => other(&[
            "cmov c8, c1",
            "add r8, r3, 0",
            &format!("{name} c8, r0, r8"),
        ]),
        Opcode::Lend | Opcode::Reclaim => {
            let one = |name: &str| format!("cseek c8, c1, 4096; add r8, r4, 0; {name} c8, r8");
            other(
                &[&one("lend"), &one("reclaim")]
                    .map(|lines| lines.split("; "))
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>(),
            )
        }
        Opcode::Movepage => other(&["cseek c8, c1, 0", "cseek c9, c2, 0", "movepage c8, c9"]),
        Opcode::Io => other(&["add r8, r0, 0", "io r8, c10, c1, write"]),
        Opcode::Getctl => many(&["r8, clock", "r8, masked"]),
        Opcode::Setctl => many(&["pending, r0", "masked, r1"]),
        Opcode::Getbank => many(&["c8, 4"]),
        Opcode::Setbank => many(&["c1, 4"]),
        Opcode::Setprocess => many(&["c11, c11"]),
        Opcode::Ldk => many(&["c8, 3"]),
        Opcode::Wfi => other(&["wfi"]),
        // These never come to their next instruction: see `traps`.
        Opcode::Trap | Opcode::Vmrun | Opcode::Resume => vec![],
        _ => match opcode.format() {
            Format::Alu => many(&[
                "r8, r1, r2",
                "r8, r1, 3",
                "r8, r1, r2 << 2 + 3",
                "r0, r1, r2",
            ]),
            Format::AluImmediate => many(&["r8, r1, 3"]),
            Format::Result => many(&["r8"]),
            Format::Unary => many(&["r8, r1"]),
            Format::Binary => many(&["r8, r1, r2"]),
            Format::Ternary => many(&["r8, r1, r2, r3"]),
            Format::CapabilitySelect => many(&["c8, r1, c1, c2", "c8, r0, c1, c2"]),
            Format::Branch => many(&[
                "r1, r2, 8",
                "r2, r1, 8",
                "r1, r1, 8",
                "r1, 3, 8",
                "r1, 7, 8",
                "r1, 5, 8",
                "r1, r2 + 1, 8",
                "r1, r2 + 9, 8",
                "r1, r2 + 2, 8",
            ]),
            Format::Jump => many(&["8"]),
            Format::Call => many(&["c8, 8"]),
            Format::Load => many(&[
                "r8, [c1 + 8]",
                "r8, [c1 + r2 << 1 + 5]",
                "r8, [c1 + r3 << 3 + 5]",
                "r8, [c1 + r2]",
                "r8, [c1 + r2 << 2]",
                "r8, [c1 + r2 << 3]",
            ]),
            Format::Store => many(&[
                "r1, [c1 + 8]",
                "r1, [c1 + r2 << 1 + 5]",
                "r1, [c1 + r3 << 3 + 5]",
                "r1, [c1 + r2]",
                "r1, [c1 + r2 << 2]",
                "r1, [c1 + r2 << 3]",
            ]),
            Format::LoadCapability => many(&[
                "c8, [c1]",
                "c8, [c1 + r3]",
                "c8, [c1 + r3 << 1 + 16]",
                "c8, [c2]",
            ]),
            Format::StoreCapability => {
                many(&["c1, [c1 + 16]", "c1, [c1 + r3]", "c5, [c1 + r3 << 1 + 16]"])
            }
            Format::Atomic => many(&["r8, r1, [c1 + 8]"]),
            Format::AtomicCapability => many(&["c8, c2, [c1 + 16]"]),
            Format::LoadTag => many(&["r8, [c1 + 16]"]),
            Format::StoreTag => many(&["r0, [c1 + 16]"]),
            Format::Derive => many(&["c8, c1, r3", "c8, c1, 4", "c8, c1, r2 << 2 + 4"]),
            Format::CapabilityUnary => many(&["c8, c1", "c8, c5"]),
            Format::CapabilityBinary => many(&["c8, c1, c2"]),
            Format::CapabilityWords => many(&["c8, r1, r2"]),
            Format::CapabilityCompare => many(&["r8, c1, c2"]),
            Format::Probe => many(&["r8, c1, r3, read"]),
            format => panic!("{name}: no loop is known for the format {format:?}"),
        },
    }
}

/// Puts a loop at the beginning of the ring's text, and says how many rounds and steps it makes.
fn prepare(rig: &mut Rig, body: &Loop) -> (u64, u64) {
    let number = body.ring;
    let lines = body.lines.len() * body.copies;
    let rounds = TIMES.div_ceil(body.copies as u64);
    let end = 8 * lines as u32;
    let source = vec![body.lines.join("; "); body.copies].join("; ");
    rig.code(
        TEXT + u16::from(number),
        0,
        &format!("{source}; sub r30, r30, 1; bne r30, r0, -{}", end + 8),
    );
    let process = rig.machine.process().to_bytes();
    rig.bytes(SYSTEM_DATA, 0, &process);
    rig.poke(|context| {
        context.r[30] = rounds;
        // One instruction leads to behind itself by this; it is the last of the body.
        let kind = match body.lines.last().map(|line| line.split(' ').next()) {
            Some(Some("callc")) => Kind::Entry,
            Some(Some("ret")) => Kind::Return,
            _ => Kind::Data,
        };
        context.c[4] = text(TEXT + u16::from(number), end, kind, number);
        context.c[10] = cap(16, 0, 0, RW, number.max(4));
        context.c[11] = cap(SYSTEM_DATA, 0, 0x1000, ALL, number.max(4));
    });
    if body.lines.iter().any(|line| line == "wfi") {
        rig.poke(|context| context.r[8] = 1);
        rig.poke(|context| context.pc = at(context.pc, 0xf00));
        rig.run("setctl pending, r8; setctl lines, r8");
        rig.poke(|context| context.pc = at(context.pc, 0));
    }
    (rounds, rounds * (lines as u64 + 2))
}

/// Runs a loop to its end, which the clock and the counter have to show.
fn run(body: &Loop) -> BTreeSet<&'static str> {
    let mut rig = world(body.ring);
    let (_, steps) = prepare(&mut rig, body);
    let end = 8 * (body.lines.len() * body.copies + 2) as u32;
    finish(rig, steps, end, &body.lines.join("; "))
}

fn finish(rig: Rig, steps: u64, end: u32, what: &str) -> BTreeSet<&'static str> {
    let mut engine = Engine::new(rig.machine);
    let clock = engine.machine().clock();
    let stop = engine.run(steps);
    let names = engine.operations().collect();
    let machine = engine.into_machine();
    let trap = machine.last_trap();
    assert_eq!(stop, Stop::Steps, "{what}: {trap:?}");
    assert_eq!(machine.clock() - clock, steps, "{what}");
    assert_eq!(machine.context().r[30], 0, "{what}: {trap:?}");
    assert_eq!(machine.pc().cursor(), end, "{what}: {trap:?}");
    names
}

/// Runs it in a thread with a small stack.
fn in_little_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run)
            .expect("a thread");
        thread.join().expect("no panic in the thread")
    })
}

/// What operations begin with that do several instructions.
const FIRST: &[&str] = &[
    "add r8, r1, 3",
    "add r8, r1, r2",
    "sub r8, r1, 3",
    "mul r8, r1, r2",
    "ldb r8, [c1 + r2]",
    "ld r8, [c1 + r2 << 3]",
    "ld r8, [c1 + 8]",
    "ldc c8, [c1 + 16]",
    "stb r1, [c1 + r2]",
    "st r1, [c1 + r2 << 3]",
    "st r1, [c1 + 8]",
    "stc c1, [c1 + 32]",
    "cadd c8, c1, 8",
    "cget r8, c1, address",
    "cget r8, c1, tag",
];

/// What else they end with.
const LAST: &[&str] = &[
    "beq r1, r2, 8",
    "beq r1, 3, 8",
    "bne r1, r2, 8",
    "bne r1, 3, 8",
    "blt r1, r2, 8",
    "blt r1, 3, 8",
    "bge r1, r2, 8",
    "bge r1, 3, 8",
    "bltu r1, r2, 8",
    "bltu r1, 3, 8",
    "bgeu r1, r2, 8",
    "bgeu r1, 3, 8",
    "j 8",
    "call c8, 8",
    "ret c4",
];

/// The operation that the first of these lines becomes, if these are all.
fn first_operation(lines: &[&str]) -> &'static str {
    let mut rig = world(4);
    rig.code(
        TEXT + 4,
        0,
        &format!("{}; seth r9, r1, 0", lines.join("; ")),
    );
    let mut engine = Engine::new(rig.machine);
    engine.run(1);
    engine.operations().next().expect("one is decoded")
}

/// All lines that together are one operation, which grows from its end.
fn sequences() -> Vec<Vec<&'static str>> {
    let lasts = FIRST.iter().chain(LAST).map(|last| vec![*last]);
    let mut grown: Vec<Vec<&str>> = lasts.collect();
    let mut all = Vec::new();
    while !grown.is_empty() {
        let longer = grown.iter().flat_map(|after| {
            let before = |first: &&'static str| [&[*first], after.as_slice()].concat();
            FIRST.iter().map(before)
        });
        let is_one = |lines: &Vec<&str>| {
            let whole = first_operation(lines);
            (1..lines.len()).all(|count| first_operation(&lines[..count]) != whole)
        };
        grown = longer.filter(is_one).collect();
        all.extend(grown.iter().cloned());
    }
    all
}

#[test]
fn every_instruction_a_million_times() {
    let mut seen = BTreeSet::new();
    for opcode in Opcode::ALL {
        for body in loops(*opcode) {
            seen.extend(in_little_stack(move || run(&body)));
        }
    }
    for lines in sequences() {
        let body = Loop::of(4, 1, &lines);
        seen.extend(in_little_stack(move || run(&body)));
    }
    seen.extend(in_little_stack(borders));
    // On the way to other texts, and where a window does not do, these stand in; `elsewhere` has each.
    let stand_ins = [
        "CallcAcross",
        "RetAcross",
        "JmpcAcross",
        "MovedFar",
        "Changed",
        "CrossCall",
        "CrossReturn",
        "CrossJump",
        "Raise",
    ];
    let missing = Engine::OPERATIONS
        .iter()
        .filter(|name| !seen.contains(*name));
    assert!(
        missing.clone().eq(&stand_ins),
        "operations that no loop has: {:?}",
        missing.collect::<Vec<_>>()
    );
}

/// Traps and the way back: neither an instruction that traps nor its handler comes any further.
#[test]
fn traps_and_returns_from_them() {
    for (line, cause) in [("trap 5", "software"), ("vmrun c1, c1, c1", "depth")] {
        in_little_stack(|| {
            let mut rig = world(4);
            rig.code(TEXT + 4, 0, line);
            rig.code(TEXT, HANDLER, "resume");
            let mut engine = Engine::new(rig.machine);
            let clock = engine.machine().clock();
            assert_eq!(engine.run(2 * TIMES), Stop::Steps);
            let machine = engine.machine();
            assert_eq!(machine.clock() - clock, 2 * TIMES, "{line}");
            assert_eq!(
                machine.last_trap().map(|trap| trap.cause.name()),
                Some(cause),
                "{line}"
            );
            assert_eq!(
                (machine.pc().cursor(), machine.ring()),
                (0, ring(4)),
                "{line}"
            );
        });
    }
}

/// Loops over the borders of pages and of spans.
fn borders() -> BTreeSet<&'static str> {
    let around = |border: u32, before: &[&str]| {
        let mut rig = world(4);
        let (lines, begin) = (before.len() as u32 + 2, border - 8 * before.len() as u32);
        let back = format!("sub r30, r30, 1; bne r30, r0, -{}", 8 * (lines - 1));
        rig.code(LONG, begin, &format!("{}; {back}", before.join("; ")));
        rig.poke(|context| {
            context.r[30] = TIMES;
            context.pc = text(LONG, begin, Kind::Data, 4);
        });
        finish(rig, u64::from(lines) * TIMES, border + 16, "a border")
    };
    let found = [
        around(0x1000, &["add r8, r1, 3"]),
        around(SPAN, &["add r8, r1, 3"]),
        around(SPAN, &["j 8"]),
    ];
    found.into_iter().flatten().collect()
}

/// Calls, returns and jumps to other texts and rings, and what windows do not do.
#[test]
fn elsewhere_and_back() {
    type Setup = fn(&mut Rig);
    let cases: [(&[&str], u64, Setup); 5] = [
        (&["callc c8, c12"], 1, |rig| {
            rig.code(ELSEWHERE, 0, "ret c8");
            rig.set_c(12, text(ELSEWHERE, 0, Kind::Entry, 4));
        }),
        (&["callc c8, c12"], 1, |rig| {
            rig.code(GATES, 0, "ret c8");
            rig.set_c(12, text(GATES, 0, Kind::Entry, 4));
        }),
        (&["jmpc c12"], 1, |rig| {
            rig.code(ELSEWHERE, 0, "jmpc c4");
            rig.set_c(12, text(ELSEWHERE, 0, Kind::Data, 4));
        }),
        (&["ldc c8, [c12]"], 0, |rig| {
            let some = Permissions::READ | Permissions::LOAD_CAP;
            rig.set_c(12, at(cap(DATA, 0, 0x3000, some, 4), 0x100));
        }),
        (&["cadd c8, c5, 8", "cadd c8, c3, 8"], 0, |_| {}),
    ];
    for (lines, more, setup) in cases {
        in_little_stack(|| {
            let mut rig = world(4);
            let body = Loop::of(4, 1, lines);
            let (rounds, steps) = prepare(&mut rig, &body);
            setup(&mut rig);
            finish(
                rig,
                steps + more * rounds,
                8 * (lines.len() as u32 + 2),
                &lines.join("; "),
            );
        });
    }
}
