//! Delivery of traps, resuming, double faults, and changing the process.

use isa::context::{ExecutionContext, ProcessBlock, TRAP_FRAME_SIZE, TrapRecord};
use isa::machine::{End, Stepped, Stop};
use isa::{Address, Capability, DescriptorFlags, Fields, Label, LabelSet, Real, SegmentNumber};

use crate::rig::*;

const FRAME: u32 = 0x1000 - TRAP_FRAME_SIZE as u32;

/// Steps into a trap.
fn deliver(rig: &mut Rig, line: &str) -> isa::Trap {
    let pc = rig.machine.pc();
    rig.code(pc.segment().0, pc.cursor(), line);
    match rig.machine.step() {
        Ok(Stepped::Delivered(trap)) => trap,
        other => panic!("{line}: {other:?}"),
    }
}

/// The context and the record on the stack of ring 0.
fn frame(rig: &Rig, offset: u32) -> (ExecutionContext, TrapRecord) {
    let bytes = rig.peek(256, offset, TRAP_FRAME_SIZE as usize);
    let (context, record) = bytes.split_at(ExecutionContext::SIZE as usize);
    (
        ExecutionContext::from_bytes(context.try_into().expect("a context")),
        TrapRecord::from_bytes(record.try_into().expect("a record")),
    )
}

#[test]
fn a_trap_pushes_its_context_and_record_and_enters_the_handler() {
    let mut rig = Rig::new();
    rig.poke(|context| {
        context.r[5] = 55;
        context.c[5] = at(data(), 0x3000);
        context.status = 0;
    });
    let before = rig.machine.context();
    let outer = rig.c(15);
    let clock = rig.machine.clock();
    let trap = deliver(&mut rig, "ld r1, [c5]");
    assert_eq!(trap.failed.to_string(), "bounds");
    assert_eq!(rig.machine.pc(), at(cap(TEXT, 0, 0x1000, RX, 0), HANDLER));
    assert!(rig.machine.is_masked());
    assert_eq!(rig.machine.clock(), clock + 1);
    assert_eq!(rig.machine.last_trap(), Some(&trap));
    assert_eq!(rig.c(15), at(cap(256, 0, 0x1000, ALL, 0), FRAME));
    for number in 1..32 {
        assert_eq!(rig.r(number), 0);
    }
    for number in 1..15 {
        assert_eq!(rig.c(number), Capability::NULL);
    }
    assert_eq!(
        (
            rig.machine.process().banks[4],
            rig.machine.process().banks[0]
        ),
        (outer, Capability::NULL)
    );
    let (context, record) = frame(&rig, FRAME);
    assert_eq!((context, record.trap()), (before, Some(trap)));
    for granule in (FRAME..0x1000).step_by(16) {
        assert!(
            !rig.granule(256, granule).is_tagged(),
            "a frame is plain data"
        );
    }
}

#[test]
fn resume_undoes_delivery() {
    let mut rig = Rig::new();
    rig.poke(|context| {
        context.r[5] = 55;
        context.c[5] = at(data(), 0x3000);
        context.status = 0;
    });
    let (before, process) = (rig.machine.context(), *rig.machine.process());
    deliver(&mut rig, "ld r1, [c5]");
    rig.run("resume");
    assert_eq!(
        (rig.machine.context(), *rig.machine.process()),
        (before, process)
    );
}

#[test]
fn a_trap_in_ring_0_goes_deeper_on_the_same_stack() {
    let mut rig = Rig::new();
    rig.enter(0);
    let before = rig.machine.context();
    deliver(&mut rig, "trap 7");
    assert_eq!(frame(&rig, FRAME).1.offset, 7);
    deliver(&mut rig, "trap -8");
    let deeper = FRAME - TRAP_FRAME_SIZE as u32;
    assert_eq!(rig.c(15).cursor(), deeper);
    assert_eq!(frame(&rig, deeper).1.offset, -8i64 as u64);
    rig.run("resume");
    assert_eq!(rig.c(15).cursor(), FRAME);
    rig.run("resume");
    assert_eq!(rig.machine.context(), before);
}

#[test]
fn a_handler_mends_what_was_wrong_and_the_instruction_runs_again() {
    let mut rig = Rig::new();
    rig.bytes(DATA, 0, &[42]);
    rig.change(DATA, |data| data.flags.remove(DescriptorFlags::PRESENT));
    rig.set_c(1, data());
    assert_eq!(
        deliver(&mut rig, "ldb r1, [c1]").failed.to_string(),
        "segment"
    );
    rig.change(DATA, |data| data.flags.insert(DescriptorFlags::PRESENT));
    rig.run("resume; ldb r1, [c1]");
    assert_eq!(rig.r(1), 42);
}

fn double_fault(rig: &mut Rig, line: &str) -> (String, Option<String>, bool) {
    let (context, process, clock) = (
        rig.machine.context(),
        *rig.machine.process(),
        rig.machine.clock(),
    );
    let pc = rig.machine.pc();
    rig.code(pc.segment().0, pc.cursor(), line);
    let stop = rig.machine.step();
    assert_eq!(rig.machine.step(), stop, "it has ended");
    assert_eq!(
        (
            rig.machine.context(),
            *rig.machine.process(),
            rig.machine.clock()
        ),
        (context, process, clock)
    );
    match stop {
        Err(Stop::Ended(End::DoubleFault {
            first,
            second,
            no_entry,
        })) => (
            first.failed.to_string(),
            second.map(|trap| trap.failed.to_string()),
            no_entry,
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_trap_that_cannot_be_delivered_ends_the_machine_as_it_is() {
    let software = || "software".to_string();
    let mut rig = Rig::new();
    rig.machine.poke_entry(0);
    assert_eq!(double_fault(&mut rig, "trap 1"), (software(), None, true));

    let entry = |segment: u16, offset: u32| Address::new(SegmentNumber(segment), offset).word();
    for (entry, second) in [
        (entry(300, 0), "segment"),
        (entry(0xffff, 0), "segment"),
        (1 << 60, "segment"),
        (entry(TEXT, 0x1000), "bounds"),
        (entry(TEXT, 4), "alignment"),
        (entry(TEXT + 4, 0), "ring"),
        (entry(KERNEL, 0), "mode"),
    ] {
        let mut rig = Rig::new();
        rig.machine.poke_entry(entry);
        assert_eq!(
            double_fault(&mut rig, "trap 1"),
            (software(), Some(second.into()), false),
            "{entry:#x}"
        );
    }

    let stack = cap(256, 0, 0x1000, ALL, 0);
    for (bank, second) in [
        (Capability::NULL, "tag"),
        (at(stack, TRAP_FRAME_SIZE as u32 - 16), "bounds"),
        (
            at(cap(256, 0, 0x1000, isa::Permissions::READ, 0), 0x1000),
            "permission",
        ),
        (at(cap(256, 0, 0x1000, ALL, 4), 0x1000), "ring"),
    ] {
        let mut rig = Rig::new();
        let mut process = *rig.machine.process();
        process.banks[0] = bank;
        rig.machine.poke_process(&process);
        assert_eq!(
            double_fault(&mut rig, "trap 1"),
            (software(), Some(second.into()), false),
            "{bank}"
        );
    }
}

#[test]
fn an_edited_context_never_gives_an_outer_ring_more_than_it_could_hold() {
    for number in 0..8u8 {
        let mut rig = Rig::new();
        rig.enter(0);
        let mut context = rig.machine.context();
        for register in 1..16 {
            context.c[register] = cap(KERNEL, 0, 0x100, ALL, register as u8 % 8);
        }
        context.c[3] = Capability::new(Fields {
            kind: isa::Kind::Software(isa::ObjectType::FIRST),
            ..context.c[3].fields()
        });
        (context.r[0], context.c[0]) = (5, data());
        context.pc = cap(TEXT + u16::from(number), 0, 0x1000, RX, number);
        context.status = u64::MAX;
        rig.set_c(15, at(rig.c(15), FRAME));
        rig.bytes(256, FRAME, &context.to_bytes());
        rig.run("resume");
        assert_eq!(
            (rig.machine.ring(), rig.r(0), rig.c(0)),
            (ring(number), 0, Capability::NULL)
        );
        for register in 1..16u8 {
            let value = rig.c(register);
            assert!(
                value.is_software_sealed() || value.ring() >= ring(number),
                "c{register} {value}"
            );
        }
        assert!(rig.machine.process().banks[usize::from(number)] == Capability::NULL);
        let popped = if number == 0 {
            Capability::NULL
        } else {
            at(cap(256, 0, 0x1000, ALL, 0), 0x1000)
        };
        assert_eq!(rig.machine.process().banks[0], popped);
    }
}

#[test]
fn a_program_counter_that_is_none_traps_at_its_fetch() {
    let text = cap(TEXT + 4, 0, 0x1000, RX, 4);
    let wrong = [
        (text.untag(), "tag"),
        (
            Capability::new(Fields {
                kind: isa::Kind::Entry,
                ..text.fields()
            }),
            "seal",
        ),
        (cap(DATA, 0, 0x100, ALL, 4), "permission"),
        (
            Capability::new(Fields {
                generation: 9,
                ..text.fields()
            }),
            "generation",
        ),
    ];
    for (pc, cause) in wrong {
        let mut rig = Rig::new();
        rig.enter(0);
        let mut context = rig.machine.context();
        context.pc = pc;
        rig.set_c(15, at(rig.c(15), FRAME));
        rig.bytes(256, FRAME, &context.to_bytes());
        rig.run("resume");
        let Ok(Stepped::Delivered(trap)) = rig.machine.step() else {
            panic!("{pc}: no trap")
        };
        assert!(
            trap.failed.to_string().starts_with(cause),
            "{pc}: {}",
            trap.failed
        );
        assert_eq!(frame(&rig, FRAME).0.pc, pc);
    }
}

#[test]
fn saved_capabilities_are_revoked_with_the_others() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    deliver(&mut rig, "trap 0");
    rig.change(DATA, |data| data.generation = 1);
    rig.run("resume");
    assert_eq!(rig.causes("ldb r1, [c1]"), "generation");
}

#[test]
fn words_that_are_no_instruction_are_illegal() {
    let mut rig = Rig::new();
    for word in [0, u64::MAX, 0xff, 0xa000_0010] {
        rig.bytes(TEXT + 4, 0, &u64::to_le_bytes(word));
        let Ok(Stepped::Delivered(trap)) = rig.machine.step() else {
            panic!("{word:#x}")
        };
        assert_eq!(
            (trap.failed.to_string().as_str(), trap.offset, trap.size),
            ("illegal", 0, 8)
        );
        rig.run("resume");
    }
    rig.enter(0);
    for line in [
        "setctl clock, r1",
        "setctl up, r1",
        "setctl descriptor_base, r1",
        "setctl descriptor_count, r1",
    ] {
        assert_eq!(rig.causes(line), "illegal", "{line}");
    }
    for line in ["getbank c1, 8", "getbank c1, -1", "setbank c1, 8"] {
        assert_eq!(rig.causes(line), "illegal", "{line}");
    }
}

#[test]
fn control_fields_read_as_they_were_written() {
    let mut rig = Rig::new();
    rig.enter(0);
    let names = "timer pending lines entry read0 read1 read2 read3 write0 write1 write2 write3";
    for (value, name) in (100..).zip(names.split(' ')) {
        rig.set_r(1, value << 32);
        rig.run(&format!("setctl {name}, r1; getctl r2, {name}"));
        assert_eq!(rig.r(2), value << 32, "{name}");
    }
    let labels =
        |first: u64| LabelSet([first, first + 1, first + 2, first + 3].map(|value| value << 32));
    assert_eq!(rig.machine.process().read_labels, labels(104));
    assert_eq!(rig.machine.process().write_labels, labels(108));
    rig.run("setctl lines, r0; setctl masked, r0; getctl r1, masked; setctl masked, r2; getctl r2, masked");
    assert_eq!((rig.r(1), rig.r(2)), (0, 1));
    rig.run("getctl r1, descriptor_base; getctl r2, descriptor_count; clock r3; getctl r4, clock");
    assert_eq!((rig.r(1), rig.r(2)), (DESCRIPTORS, DESCRIPTOR_COUNT));
    assert_eq!(rig.r(4), rig.r(3) + 1);
}

#[test]
fn banks_are_the_stack_pointers_of_the_rings() {
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_c(1, cap(DATA, 0, 0x100, ALL, 2));
    for number in 1..8 {
        rig.run(&format!("setbank c1, {number}; getbank c2, {number}"));
        assert_eq!(
            rig.c(2),
            cap(DATA, 0, 0x100, ALL, number.max(2)),
            "{number}"
        );
    }
    rig.run("getbank c2, 0");
    assert_eq!(rig.c(2), rig.c(15));
    rig.run("setbank c1, 0");
    assert_eq!(rig.c(15), rig.c(1));
    assert_eq!(rig.machine.process().banks[0], Capability::NULL);
}

/// A process block of its own, with the descriptors of this one.
fn new_process(rig: &Rig) -> ProcessBlock {
    let mut banks = [Capability::NULL; 8];
    for (number, bank) in (0..).zip(&mut banks) {
        *bank = cap(DATA, number * 16, 0x1000, ALL, 2);
    }
    ProcessBlock {
        lines: 0x55,
        read_labels: LabelSet::of(Label(3)),
        write_labels: LabelSet::of(Label(4)),
        banks,
        ..*rig.machine.process()
    }
}

#[test]
fn setprocess_exchanges_everything_in_one_step() {
    let mut rig = Rig::new();
    rig.enter(0);
    let new = new_process(&rig);
    rig.bytes(KERNEL, 0x100, &new.to_bytes());
    let private = other();
    let system = cap(SYSTEM_DATA, 0, 16, ALL, 4);
    rig.poke(|context| {
        context.c[1] = at(cap(KERNEL, 0, 0x1000, ALL, 0), 0x100);
        context.c[2] = at(cap(KERNEL, 0, 0x1000, ALL, 0), 0x208);
        context.c[3] = private;
        context.c[4] = system;
        context.r[5] = 5;
    });
    let (old, stack) = (*rig.machine.process(), rig.c(15));
    rig.run("setprocess c1, c2");
    let bytes = rig.peek(KERNEL, 0x208, ProcessBlock::SIZE as usize);
    let stored = ProcessBlock::from_bytes(&bytes.try_into().expect("a block"));
    let mut banks = old.banks;
    banks[0] = stack;
    assert_eq!(stored, ProcessBlock { banks, ..old });

    let mut banks = new.banks;
    for (number, bank) in (0..).zip(&mut banks) {
        *bank = Capability::new(Fields {
            ring: ring(number).max(ring(2)),
            ..bank.fields()
        });
    }
    assert_eq!(rig.c(15), banks[0]);
    banks[0] = Capability::NULL;
    assert_eq!(*rig.machine.process(), ProcessBlock { banks, ..new });
    // The blocks themselves were reached through private capabilities, which are gone too.
    for register in 1..4 {
        assert!(!rig.c(register).is_tagged(), "c{register}");
    }
    assert_eq!((rig.c(3), rig.c(4), rig.r(5)), (private.untag(), system, 5));
}

#[test]
fn setprocess_with_one_block_for_both_takes_what_was_there_and_leaves_what_is() {
    let mut rig = Rig::new();
    rig.enter(0);
    let new = new_process(&rig);
    rig.bytes(KERNEL, 0, &new.to_bytes());
    rig.set_c(1, cap(KERNEL, 0, 0x1000, ALL, 0));
    let old = *rig.machine.process();
    rig.run("setprocess c1, c1");
    let bytes = rig.peek(KERNEL, 0, ProcessBlock::SIZE as usize);
    assert_eq!(
        ProcessBlock::from_bytes(&bytes.try_into().expect("a block")).read_labels,
        old.read_labels
    );
    assert_eq!(rig.machine.process().read_labels, new.read_labels);
}

#[test]
fn setprocess_wants_text_that_all_processes_share_and_both_blocks() {
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_c(1, cap(KERNEL, 0, 0x1000, ALL, 0));
    rig.set_c(2, cap(KERNEL, 0, 223, ALL, 0));
    rig.set_c(3, cap(KERNEL, 0, 0x1000, isa::Permissions::READ, 0));
    assert_eq!(rig.causes("setprocess c2, c1"), "bounds");
    assert_eq!(rig.causes("setprocess c1, c3"), "permission");
    let private = 280;
    let text = rig.descriptor(TEXT);
    rig.describe(
        private,
        isa::Descriptor {
            base: Real(0x3c000),
            ..text
        },
    );
    rig.poke(|context| context.pc = cap(private, 0, 0x1000, RX, 0));
    assert_eq!(rig.causes("setprocess c1, c1"), "segment");
}

#[test]
fn a_guest_is_too_deep() {
    let mut rig = Rig::new();
    assert_eq!(rig.causes("vmrun c1, c2, c3"), "depth");
}
