//! Whatever bytes and registers a machine is given, it makes a step or says why not, and keeps what it promises.

use std::collections::BTreeMap;

use isa::context::{ExecutionContext, TRAP_FRAME_SIZE};
use isa::instruction::Opcode;
use isa::machine::{Machine, Reset, Stepped, Stop};
use isa::{Capability, Cause, Causes, Fields, Kind, Real, Ring, SegmentNumber};
use proptest::prelude::*;

use crate::dice::Dice;
use crate::rig::*;

/// The bytes, validity bits, labels and owner of a page.
type PageContent = (Vec<u8>, Vec<u64>, Vec<u8>, u16);

/// Memory without the stack of ring 0.
fn memory(machine: &Machine, stack: Real) -> Vec<PageContent> {
    let pages = machine
        .memory()
        .pages()
        .zip(0..)
        .filter(|(_, number)| number * 4096 != stack.0);
    let owner = |number: u64| machine.memory().owner(Real(4096 * number));
    pages
        .map(|(page, number)| {
            (
                page.bytes.into(),
                page.valid.into(),
                page.labels.into(),
                owner(number),
            )
        })
        .collect()
}

/// What is neither registers nor memory.
fn rest(machine: &Machine) -> (u64, u64, u64, u64, u64) {
    let console = machine.console(0).expect("a console");
    (
        machine.timer(),
        machine.pending(),
        machine.entry(),
        console.input_position(),
        console.output_count(),
    )
}

/// What holds between any two steps.
pub(crate) fn assert_invariants(machine: &Machine, line: &str) {
    let context = machine.context();
    assert_eq!(
        (context.r[0], context.c[0]),
        (0, Capability::NULL),
        "{line}"
    );
    for value in &context.c {
        assert!(
            !value.is_tagged() || value.is_well_formed(),
            "{line}: {value}"
        );
        let usable = value.is_tagged() && !value.is_software_sealed();
        assert!(
            !usable || value.ring() >= machine.ring(),
            "{line}: {value} in ring {}",
            machine.ring()
        );
    }
    for (bank, ring) in machine.process().banks.iter().zip(Ring::ALL) {
        let usable = bank.is_tagged() && !bank.is_software_sealed();
        assert!(!usable || bank.ring() >= ring, "{line}: bank {ring} {bank}");
        assert!(
            ring != machine.ring() || *bank == Capability::NULL,
            "{line}: bank of the current ring"
        );
    }
}

/// The causes that the manual names for an instruction, and those of its fetch.
fn documented(opcode: Opcode) -> Causes {
    let access = [
        Causes::TAG,
        Causes::SEAL,
        Causes::PERMISSION,
        Causes::BOUNDS,
        Causes::ALIGNMENT,
        Causes::SEGMENT,
        Causes::GENERATION,
        Causes::DESCRIPTOR,
        Causes::RING,
        Causes::MODE,
        Causes::HOLD,
        Causes::DEVICE,
        Causes::PAGE,
        Causes::OWNER,
        Causes::LABEL,
    ];
    let named = opcode.traps().map(|name| match name {
        "access" => access.into_iter().collect(),
        name => Cause::from_name(name).map_or(Causes::empty(), Causes::from),
    });
    named.collect::<Vec<_>>().into_iter().collect()
}

#[test]
fn an_instruction_that_traps_has_changed_nothing() {
    let mut dice = Dice::new();
    let (mut trapped, mut ran) = (0, BTreeMap::new());
    for _ in 0..60 {
        let mut rig = Rig::with_devices(&[b'x'; 5000], vec![1; 3 * 4096]);
        for offset in (0..0x3000).step_by(16) {
            if dice.chance(4) {
                let value = dice.capability(4);
                rig.set_granule(DATA, offset, value);
            }
        }
        let stack = rig.real(256, 0);
        for _ in 0..150 {
            let number = if dice.chance(3) {
                0
            } else {
                dice.below(8) as u8
            };
            dice.registers(&mut rig, number);
            let word = dice.instruction();
            let pc = rig.machine.pc();
            rig.bytes(pc.segment().0, 0, &word.to_le_bytes());
            let opcode = Opcode::of(word);
            let line = format!("{opcode:?} {word:#018x} in ring {number}");
            let before = (
                rig.machine.context(),
                *rig.machine.process(),
                rest(&rig.machine),
                memory(&rig.machine, stack),
            );
            let clock = rig.machine.clock();
            match rig.machine.step() {
                Ok(Stepped::Delivered(trap)) => {
                    trapped += 1;
                    let frame = rig.peek(
                        256,
                        0x1000 - TRAP_FRAME_SIZE as u32,
                        ExecutionContext::SIZE as usize,
                    );
                    let context =
                        ExecutionContext::from_bytes(&frame.try_into().expect("a context"));
                    let mut process = *rig.machine.process();
                    process.banks = before.1.banks;
                    let after = (
                        context,
                        process,
                        rest(&rig.machine),
                        memory(&rig.machine, stack),
                    );
                    assert!(before.0 == after.0, "{line}: registers");
                    assert!(before.1 == after.1, "{line}: process");
                    assert!(before.2 == after.2, "{line}: fields");
                    assert!(before.3 == after.3, "{line}: memory");
                    let listed = match opcode {
                        Some(opcode) => documented(opcode) | Causes::PRIVILEGE,
                        None => Causes::ILLEGAL,
                    };
                    assert!(
                        listed.contains(trap.failed),
                        "{line}: {} of {listed}",
                        trap.failed
                    );
                }
                Ok(_) => *ran.entry(opcode).or_insert(0) += 1,
                Err(Stop::Ended(_)) => break,
                Err(stop) => panic!("{line}: {stop:?}"),
            }
            assert_eq!(rig.machine.clock(), clock + 1, "{line}");
            assert_invariants(&rig.machine, &line);
            // Process blocks and fields that ring 0 damaged would make every step after it the same.
            rig.machine.poke_process(&before.1);
            rig.machine.poke_entry(before.2.2);
            if rig.machine.end().is_some() {
                break;
            }
        }
    }
    let runs: u64 = ran.values().sum();
    assert!(
        trapped > 1000 && runs > 1000,
        "{trapped} trapped and {runs} ran"
    );
    assert!(
        ran.len() * 10 > Opcode::ALL.len() * 9,
        "most instructions ran at least once: {ran:?}"
    );
}

#[test]
fn streams_of_instructions_in_any_ring_keep_the_invariants() {
    let mut dice = Dice::new();
    for round in 0..150u64 {
        let number = (round % 5) as u8;
        let mut rig = Rig::with_devices(&[b'x'; 5000], vec![1; 3 * 4096]);
        for segment in [TEXT, TEXT + 1, TEXT + u16::from(number), GATES] {
            let words: Vec<u8> = (0..512)
                .flat_map(|_| dice.instruction().to_le_bytes())
                .collect();
            rig.bytes(segment, 0, &words);
        }
        for linkage in 264..272 {
            let value = dice.capability(4);
            rig.set_granule(linkage, 16 * dice.below(8) as u32, value);
        }
        dice.registers(&mut rig, number);
        if dice.chance(2) {
            // Ring 0 gets hold of its own maps.
            rig.set_c(1, cap(1, 0, 0x3000, RW, number));
        }
        for step in 0..300 {
            match rig.machine.step() {
                Ok(_) => assert_invariants(&rig.machine, &format!("round {round} step {step}")),
                Err(_) => break,
            }
        }
    }
}

#[test]
fn random_bytes_as_memory_end_or_run_and_never_panic() {
    let mut dice = Dice::new();
    let (mut refused, mut started) = (0, 0);
    for _ in 0..300 {
        let mut machine = Machine::new(0x20000).expect("a small memory");
        let bytes: Vec<u8> = (0..0x20000 / 8)
            .flat_map(|_| (dice.word() & dice.word()).to_le_bytes())
            .collect();
        machine
            .poke_memory()
            .write(Real(0), &bytes)
            .expect("inside memory");
        let mut reset = Reset {
            descriptor_base: dice.number(),
            descriptor_count: dice.number(),
            entry: dice.below(64) << 32 | dice.number() & 0xffff_ffff,
            ..Reset::default()
        };
        if dice.chance(2) {
            // Half of the images have a place for the reset record and a first instruction.
            let rig = Rig::new();
            let (text, record) = (rig.descriptor(TEXT), rig.descriptor(2));
            (reset.descriptor_base, reset.descriptor_count, reset.entry) = (0x1000, 0x100, 5 << 32);
            for (number, descriptor) in [(5u64, text), (2, record)] {
                let write = machine
                    .poke_memory()
                    .write(Real(0x1000 + 32 * number), &descriptor.to_bytes());
                write.expect("inside memory");
            }
        }
        match machine.reset(&reset) {
            Err(_) => refused += 1,
            Ok(()) => {
                started += 1;
                for _ in 0..200 {
                    if machine.step().is_err() {
                        break;
                    }
                    assert_invariants(&machine, "random memory");
                }
            }
        }
    }
    assert!(
        refused > 20 && started > 20,
        "{refused} refused and {started} started"
    );
}

proptest! {
    /// Any descriptor, any capability, any small access: the machine answers, and a page border or the end of
    /// memory is no place to fall off.
    #[test]
    fn any_descriptor_may_be_met(words in any::<[u64; 4]>(), offset in any::<u32>(), near in any::<bool>(), opcode in 0..16usize) {
        let mut rig = Rig::new();
        let [base, sizes, rights, software] = words;
        let plausible = [base % MEMORY / 4096 * 4096, sizes % 0x10_0000, rights | 0x1f, software];
        let descriptor = isa::Descriptor::decode(if near { plausible } else { words });
        rig.describe(DATA, descriptor);
        let value = Capability::new(Fields {
            cursor: if near { offset % 0x10_0000 } else { offset },
            segment: SegmentNumber(DATA),
            ring: Ring::KERNEL,
            generation: descriptor.generation,
            kind: Kind::Data,
            spare: 0,
            base: 0,
            limit: 0xfff_ffff,
            permissions: ALL,
        });
        rig.enter(0);
        rig.set_c(1, value);
        rig.set_c(2, other());
        rig.set_r(3, 0x1234);
        let lines = [
            "ld r1, [c1]", "st r3, [c1]", "ldc c3, [c1]", "stc c1, [c1]", "copy c1, c2, r3", "copy c2, c1, r3",
            "fill c1, r0, r3", "cmpb c1, c2, r3", "probe r1, c1, r3, read", "swap r1, r2, [c1]", "ldtag r1, [c1]",
            "sttag r0, [c1]", "movepage c1, c2", "movepage c2, c1", "setprocess c1, c2", "io r1, c1, c2, read",
        ];
        rig.code(TEXT, 0, lines[opcode]);
        let stepped = rig.machine.step();
        prop_assert!(!matches!(stepped, Err(Stop::Steps | Stop::Input(_))), "{:?}", stepped);
    }
}
