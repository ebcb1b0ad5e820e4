//! Whatever a machine is given, the engine does what the specification does: random instructions, descriptors, page
//! tables, labels, owners, capabilities, contexts, and memory of random bytes. Neither panics nor hangs; built with the
//! feature `guarded`, nothing outside a page is touched either.
//!
//! `PROPTEST_CASES` says how many machines are made, as for other tests with random values.

#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../isa/tests/machine/rig.rs"]
mod rig;

use fastrand::Rng;
use isa::context::{ExecutionContext, ProcessBlock};
use isa::instruction::Opcode;
use isa::label::{Label, LabelSet};
use isa::machine::memory::Granule;
use isa::machine::{Machine, Reset, Stop};
use isa::{
    Capability, Descriptor, DescriptorFlags, Fields, Kind, Permissions, Real, Ring, SegmentNumber,
};
use rig::*;
use vm::{Configuration, Engine};

/// The segments that have memory.
const SEGMENTS: [u16; 12] = [
    TEXT,
    TEXT + 1,
    TEXT + 4,
    TEXT + 5,
    SYSTEM_DATA,
    DATA,
    OTHER,
    PLAIN,
    KERNEL,
    GATES,
    260,
    268,
];
/// Where page tables of random words are, and which segments have them.
const TABLES: u64 = 0x80000;

fn cases() -> u64 {
    let given = std::env::var("PROPTEST_CASES").ok();
    given.and_then(|cases| cases.parse().ok()).unwrap_or(256)
}

/// A random number of the kinds that find mistakes: small, beside a border, a power of two, any.
fn number(rng: &mut Rng) -> u64 {
    match rng.u8(0..8) {
        0 => rng.u64(0..8),
        1 => 16 * rng.u64(0..0x300),
        2 => 0x1000 * rng.u64(0..4),
        3 => (0x1000 * rng.u64(0..4)).wrapping_sub(rng.u64(0..20)),
        4 => u64::MAX - rng.u64(0..20),
        5 => 1 << rng.u32(0..64),
        _ => rng.u64(..) >> rng.u32(0..64),
    }
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(0..from.len())]
}

/// A word that is an instruction, but for one in fifty.
fn instruction(rng: &mut Rng) -> u64 {
    loop {
        let opcode = u64::from(pick(rng, Opcode::ALL).number());
        let registers = rng.u64(..)
            & pick(
                rng,
                &[0x000f_0f0f_0f00, 0x0f0f_0f00, 0x1f1f_1f00, 0x000f_0f00],
            );
        let immediate = match rng.u8(0..4) {
            0 => 0,
            1 => 8 * rng.i32(-64..64),
            2 => rng.i32(-32..32),
            _ => number(rng) as i32,
        };
        let word = opcode | registers | u64::from(immediate as u32) << 32;
        if Opcode::of(word).is_some() || rng.u8(0..50) == 0 {
            return word;
        }
    }
}

/// A value that a register of this ring can hold.
fn capability(rng: &mut Rng, number_of_ring: u8) -> Capability {
    let permissions = match rng.u8(0..4) {
        0 => Permissions::from_bits_retain(rng.u8(..)).legal(),
        1 => RX,
        _ => ALL,
    };
    let kind = match rng.u8(0..10) {
        0 => Kind::from_bits(rng.u64(..)),
        1 => Kind::Entry,
        2 => Kind::Return,
        _ => Kind::Data,
    };
    let base = if rng.bool() { 0 } else { rng.u32(0..0x1000) };
    let value = Capability::new(Fields {
        cursor: if rng.u8(0..3) == 0 {
            number(rng) as u32
        } else {
            8 * rng.u32(0..0x400)
        },
        segment: SegmentNumber(if rng.u8(0..12) == 0 {
            rng.u16(0..320)
        } else {
            pick(rng, &SEGMENTS)
        }),
        ring: ring(number_of_ring.max(rng.u8(0..6))),
        generation: u8::from(rng.u8(0..20) == 0),
        kind,
        spare: 0,
        base,
        limit: base + pick(rng, &[0x800, 0x1000, 0x2004, 0x3000]),
        permissions,
    });
    Capability::restored(value.bits(), rng.u8(0..8) != 0)
}

/// Changes a descriptor in some way, or all of it.
fn describe(rng: &mut Rng, rig: &mut Rig, segment: u16) {
    match rng.u8(0..5) {
        0 => rig.describe(
            segment,
            Descriptor::decode(std::array::from_fn(|_| rng.u64(..))),
        ),
        1 => rig.change(segment, |descriptor| descriptor.length = rng.u32(0..0x4000)),
        2 => rig.change(segment, |descriptor| {
            descriptor.flags |= DescriptorFlags::from_bits_truncate(rng.u64(..) as _);
        }),
        3 => rig.change(segment, |descriptor| {
            let (r1, r2, r3) = (rng.u8(0..8), rng.u8(0..8), rng.u8(0..8));
            descriptor.brackets = brackets(r1, r2, r3);
        }),
        _ => rig.change(segment, |descriptor| {
            descriptor.flags |= DescriptorFlags::PAGED;
            descriptor.base = Real(TABLES + 0x1000 * rng.u64(0..4));
        }),
    }
}

/// A world in which something of everything is wrong.
fn disturbed(rng: &mut Rng) -> Machine {
    let mut rig = Rig::with_devices(&[b'x'; 100], vec![1; 3 * 4096]);
    let current = pick(rng, &[0, 1, 4, 4, 4, 5]);
    for segment in [TEXT, TEXT + 1, TEXT + u16::from(current), GATES] {
        let words = (0..512).flat_map(|_| instruction(rng).to_le_bytes());
        let words: Vec<u8> = words.collect();
        rig.bytes(segment, 0, &words);
    }
    for page in (0x28000..0x3a000).step_by(0x1000) {
        let memory = rig.machine.poke_memory();
        for _ in 0..rng.u8(0..20) {
            let at = Real(page + 16 * rng.u64(0..256));
            let value = capability(rng, 4);
            let granule = Granule {
                bits: value.bits(),
                valid: value.is_tagged(),
            };
            memory.set_granule(at, granule).expect("inside memory");
            if rng.u8(0..4) == 0 {
                memory.set_label(at, Label(rng.u8(0..3)));
            }
        }
        if rng.u8(0..12) == 0 {
            memory.set_owner(Real(page), rng.u16(0..3));
        }
    }
    for table in 0..4u64 {
        let words = (0..16).flat_map(|_| {
            let frame = if rng.u8(0..10) == 0 {
                rng.u64(..)
            } else {
                0x1000 * rng.u64(0x10..0x40)
            };
            (frame & !0xfff | if rng.bool() { 0xf } else { rng.u64(0..16) }).to_le_bytes()
        });
        let words: Vec<u8> = words.collect();
        rig.machine
            .poke_memory()
            .write(Real(TABLES + 0x1000 * table), &words)
            .expect("inside memory");
    }
    for _ in 0..rng.u8(0..4) {
        let segment = pick(rng, &SEGMENTS);
        describe(rng, &mut rig, segment);
    }
    rig.enter(current);
    rig.poke(|context| registers(rng, context, current));
    let all = rng.bool();
    let labels = |rng: &mut Rng| {
        if all {
            LabelSet::ALL
        } else {
            LabelSet([rng.u64(0..8) | 1, 0, 0, 0])
        }
    };
    let process = ProcessBlock {
        read_labels: labels(rng),
        write_labels: labels(rng),
        lines: if rng.bool() {
            rng.u64(..) & 0x1_0001
        } else {
            0
        },
        ..*rig.machine.process()
    };
    rig.machine.poke_process(&process);
    rig.machine
}

fn registers(rng: &mut Rng, context: &mut ExecutionContext, current: u8) {
    context
        .r
        .iter_mut()
        .skip(1)
        .for_each(|word| *word = number(rng));
    for register in &mut context.c[1..15] {
        *register = match rng.u8(0..3) {
            0 => capability(rng, current),
            1 => at(
                cap(DATA, 0, 0x3000, ALL, current.max(4)),
                16 * rng.u32(0..0x280),
            ),
            _ => at(
                cap(OTHER, 0, 0x3000, ALL, current.max(4)),
                0x1000 * rng.u32(0..3),
            ),
        };
    }
    if rng.bool() {
        context.status = 0;
    }
    let cursor = 8 * rng.u32(0..0x200);
    context.pc = at(
        context.pc,
        if rng.u8(0..8) == 0 {
            number(rng) as u32
        } else {
            cursor
        },
    );
}

/// Memory of random bytes, with at most a first instruction and a place for the reset record.
fn noise(rng: &mut Rng) -> Option<Machine> {
    let mut machine = Machine::new(0x20000).expect("a small memory");
    let bytes: Vec<u8> = (0..0x20000 / 8)
        .flat_map(|_| (rng.u64(..) & rng.u64(..)).to_le_bytes())
        .collect();
    machine
        .poke_memory()
        .write(Real(0), &bytes)
        .expect("inside memory");
    let rig = Rig::new();
    for (number, mut descriptor) in [(5u64, rig.descriptor(TEXT)), (2, rig.descriptor(2))] {
        descriptor.base = Real(0x4000 + 0x1000 * number);
        machine
            .poke_memory()
            .write(Real(0x1000 + 32 * number), &descriptor.to_bytes())
            .expect("inside memory");
    }
    let words = (0..512).flat_map(|_| instruction(rng).to_le_bytes());
    let words: Vec<u8> = words.collect();
    machine
        .poke_memory()
        .write(Real(0x9000), &words)
        .expect("inside memory");
    let reset = Reset {
        descriptor_base: 0x1000,
        descriptor_count: 0x100,
        entry: 5 << 32,
        ..Reset::default()
    };
    machine.reset(&reset).ok()?;
    Some(machine)
}

fn machine(seed: u64) -> Option<Machine> {
    let mut rng = Rng::with_seed(seed);
    if rng.u8(0..5) == 0 {
        noise(&mut rng)
    } else {
        Some(disturbed(&mut rng))
    }
}

/// All that there is to see of a machine, but for what memory holds.
fn seen(machine: &Machine) -> impl PartialEq + std::fmt::Debug + use<> {
    let owners = (0..machine.memory().size())
        .step_by(0x1000)
        .map(|at| machine.memory().owner(Real(at)));
    (
        (machine.context(), *machine.process(), machine.ring()),
        (
            machine.clock(),
            machine.timer(),
            machine.pending(),
            machine.entry(),
        ),
        (
            machine.last_trap().copied(),
            machine.end().cloned(),
            owners.collect::<Vec<_>>(),
        ),
    )
}

#[test]
fn the_engine_does_with_anything_what_the_specification_does() {
    let (mut steps, mut made) = (0, 0);
    for seed in 0..cases() {
        let (Some(mut expected), Some(given)) = (machine(seed), machine(seed)) else {
            continue;
        };
        let mut rng = Rng::with_seed(!seed);
        let places = pick(&mut rng, &[1, 4, 1024]);
        let mut engine = Engine::with(
            given,
            Configuration {
                places,
                ..Configuration::default()
            },
        );
        for _ in 0..rng.u8(1..6) {
            let count = pick(&mut rng, &[1, 7, 100, 600, 3000]);
            let stop = expected.run(count);
            assert_eq!(engine.run(count), stop, "seed {seed}");
            let found = engine.machine();
            assert_eq!(seen(found), seen(&expected), "seed {seed}, {places} places");
            assert_eq!(
                found.state_hash(),
                expected.state_hash(),
                "seed {seed}, {places} places"
            );
            if stop != Stop::Steps {
                break;
            }
        }
        steps += expected.clock();
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{} {:?}", expected.clock(), expected.end().is_some());
        }
        made += 1;
    }
    assert!(
        made * 10 > cases() * 9 && steps > 10 * cases(),
        "{made} machines, {steps} steps"
    );
}

#[test]
fn rings_are_all_met() {
    let rings: std::collections::BTreeSet<_> = (0..64)
        .filter_map(machine)
        .map(|machine| machine.ring())
        .collect();
    assert!(
        rings.contains(&Ring::KERNEL) && rings.len() > 3,
        "{rings:?}"
    );
}
