//! Calls, gates and returns: how control moves between rings, and what it takes along.

use isa::abi::{RETURN_KEEPS_C, RETURN_KEEPS_R};
use isa::instruction::{Class, Opcode};
use isa::{Capability, Fields, Kind, Permissions};

use crate::rig::*;

/// The program counter at an offset of a ring's text.
fn text(number: u8, cursor: u32) -> Capability {
    at(cap(TEXT + u16::from(number), 0, 0x1000, RX, number), cursor)
}

fn kind(capability: Capability, kind: Kind) -> Capability {
    Capability::new(Fields {
        kind,
        ..capability.fields()
    })
}

#[test]
fn branches_go_or_do_not() {
    let minus = u64::MAX;
    for (line, a, b, goes) in [
        ("beq r1, r2, 24", 5, 5, true),
        ("bne r1, r2, 24", 5, 5, false),
        ("blt r1, r2, 24", minus, 0, true),
        ("bge r1, r2, 24", minus, 0, false),
        ("bltu r1, r2, 24", minus, 0, false),
        ("bgeu r1, r2, 24", minus, 0, true),
        ("beq r1, r2 + -1, 24", 4, 5, true),
        ("beq r1, 4, 24", 4, 0, true),
        ("j 24", 0, 0, true),
    ] {
        let mut rig = Rig::new();
        rig.set_r(1, a);
        rig.set_r(2, b);
        rig.run(line);
        assert_eq!(
            rig.machine.pc(),
            text(4, if goes { 24 } else { 8 }),
            "{line}"
        );
    }
}

#[test]
fn a_jump_that_leaves_32_bits_traps_and_one_that_leaves_the_text_traps_when_fetched() {
    let mut rig = Rig::new();
    assert_eq!(rig.causes("j -8"), "cursor");
    assert_eq!(rig.causes("beq r0, 0, -8"), "cursor");
    rig.run("j 0x1000");
    let trap = match rig.machine.step() {
        Ok(isa::machine::Stepped::Delivered(trap)) => trap,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (
            trap.failed.to_string().as_str(),
            trap.offset,
            trap.register.0
        ),
        ("bounds", 0x1000, 16)
    );
    let mut rig = Rig::new();
    rig.run("j 12");
    assert!(
        matches!(rig.machine.step(), Ok(isa::machine::Stepped::Delivered(trap)) if trap.cause.name() == "alignment")
    );
}

#[test]
fn call_and_return_in_one_text() {
    let mut rig = Rig::new();
    rig.run("call c7, 0x100");
    assert_eq!(rig.c(7), kind(text(4, 8), Kind::Return));
    assert_eq!(rig.machine.pc(), text(4, 0x100));
    rig.set_r(9, 1);
    rig.run("ret c7");
    assert_eq!((rig.machine.pc(), rig.r(9)), (text(4, 8), 1));
}

#[test]
fn a_call_in_the_same_ring_has_the_bounds_of_the_entry() {
    let mut rig = Rig::new();
    rig.set_c(
        1,
        at(cap(TEXT + 4, 0x100, 0x200, Permissions::EXECUTE, 4), 0x140),
    );
    rig.run("centry c2, c1; callc c7, c2");
    assert_eq!(rig.machine.pc(), rig.c(1));
    assert_eq!(rig.c(7), kind(text(4, 16), Kind::Return));
    rig.run("ret c7; jmpc c1");
    assert_eq!(rig.machine.pc(), rig.c(1));
}

#[test]
fn code_is_called_and_jumped_to_at_exactly_the_current_ring() {
    let mut rig = Rig::new();
    rig.change(TEXT + 4, |text| text.brackets = brackets(2, 6, 6));
    for (number, fits) in [(3, false), (4, true), (5, false)] {
        rig.set_c(
            1,
            Capability::new(Fields {
                ring: ring(number),
                ..text(4, 0x100).fields()
            }),
        );
        rig.set_c(2, kind(rig.c(1), Kind::Entry));
        if fits {
            rig.run("jmpc c1; callc c7, c2");
        } else {
            assert_eq!(rig.causes("jmpc c1"), "ring", "{number}");
            assert_eq!(rig.causes("callc c7, c2"), "ring", "{number}");
        }
    }
}

#[test]
fn a_jump_into_the_text_of_another_ring_traps() {
    let mut rig = Rig::new();
    for other in [1, 7] {
        rig.set_c(
            1,
            Capability::new(Fields {
                ring: ring(4),
                ..text(other, 0).fields()
            }),
        );
        assert_eq!(rig.causes("jmpc c1"), "ring");
    }
}

/// An entry to an offset of the gates, with bounds of nothing but that.
fn gate(cursor: u32) -> Capability {
    kind(
        cap(GATES, cursor, cursor + 8, Permissions::EXECUTE, 4),
        Kind::Entry,
    )
}

#[test]
fn a_gate_leads_to_the_whole_segment_in_its_ring_with_its_stack() {
    let mut rig = Rig::new();
    let (outer, inner) = (rig.c(15), rig.machine.process().banks[1]);
    rig.set_c(1, gate(24));
    rig.set_r(9, 9);
    rig.run("callc c7, c1");
    assert_eq!(rig.machine.pc(), at(cap(GATES, 0, 0x1000, RX, 1), 24));
    assert_eq!(rig.c(7), kind(text(4, 8), Kind::Return));
    assert_eq!(rig.c(15), inner);
    assert_eq!(rig.machine.process().banks[4], outer);
    assert_eq!(rig.machine.process().banks[1], Capability::NULL);
    assert_eq!(rig.r(9), 9);
    rig.run("add r1, r0, 5; ret c7");
    assert_eq!(
        (rig.machine.pc(), rig.c(15), rig.r(1)),
        (text(4, 8), outer, 5)
    );
    assert_eq!(rig.machine.process().banks[1], inner);
    assert_eq!(rig.machine.process().banks[4], Capability::NULL);
}

#[test]
fn inward_calls_land_on_gates_from_rings_up_to_r3() {
    let mut rig = Rig::new();
    for (cursor, cause) in [(32, "gate"), (0xff8, "gate"), (4, "alignment, gate")] {
        rig.set_c(1, gate(cursor));
        assert_eq!(rig.causes("callc c7, c1"), cause, "{cursor}");
    }
    rig.enter(5);
    rig.set_c(
        1,
        Capability::new(Fields {
            ring: ring(5),
            ..gate(0).fields()
        }),
    );
    assert_eq!(rig.causes("callc c7, c1"), "ring");
    // An entry that is weaker than the caller counts as what it is.
    rig.enter(4);
    rig.set_c(
        1,
        Capability::new(Fields {
            ring: ring(5),
            ..gate(0).fields()
        }),
    );
    assert_eq!(rig.causes("callc c7, c1"), "ring");
}

#[test]
fn outward_calls_trap() {
    let mut rig = Rig::new();
    rig.enter(0);
    for number in [0, 1, 4] {
        rig.set_c(
            1,
            Capability::new(Fields {
                ring: ring(number),
                ..gate(0).fields()
            }),
        );
        assert_eq!(rig.causes("callc c7, c1"), "ring");
    }
}

#[test]
fn a_caller_that_wants_its_link_in_the_stack_pointer_loses_its_own_stack_only() {
    let mut rig = Rig::new();
    let inner = rig.machine.process().banks[1];
    rig.set_c(1, gate(0));
    rig.run("callc c15, c1");
    assert_eq!(rig.c(15), inner);
    assert_eq!(
        rig.machine.process().banks[4],
        kind(text(4, 8), Kind::Return)
    );
}

#[test]
fn returns_go_outward_or_stay_and_never_inward() {
    let mut rig = Rig::new();
    rig.enter(2);
    for (number, cause) in [(0, "ring"), (1, "ring")] {
        rig.set_c(7, kind(text(number, 0), Kind::Return));
        assert_eq!(rig.causes("ret c7"), cause, "{number}");
    }
    // The ring of the capability has to be one that may execute the segment.
    rig.set_c(
        7,
        kind(
            Capability::new(Fields {
                ring: ring(3),
                ..text(4, 0).fields()
            }),
            Kind::Return,
        ),
    );
    assert_eq!(rig.causes("ret c7"), "ring");
    rig.set_c(7, kind(text(4, 0x10), Kind::Return));
    rig.run("ret c7");
    assert_eq!(rig.machine.pc(), text(4, 0x10));
}

#[test]
fn an_outward_return_leaves_only_results_and_preserved_registers_raised() {
    let sealed_kind = Kind::Software(isa::ObjectType::LAST);
    for sealed in [false, true] {
        let mut rig = Rig::new();
        rig.enter(0);
        let poison = |number: usize| {
            let value = cap(KERNEL, number as u32, 0x1000, ALL, 0);
            if sealed {
                kind(value, sealed_kind)
            } else {
                value
            }
        };
        rig.poke(|context| {
            for number in 1..32 {
                context.r[number] = 0xdead_0000 + number as u64;
            }
            for number in 1..15 {
                context.c[number] = poison(number);
            }
            context.c[7] = kind(text(4, 0x40), Kind::Return);
        });
        let (outer, inner) = (rig.machine.process().banks[4], rig.c(15));
        rig.run("ret c7");
        assert_eq!(rig.machine.pc(), text(4, 0x40));
        for number in 0..32u8 {
            let kept = [1, 2].contains(&number) || number >= 16;
            let expected = if kept {
                0xdead_0000 + u64::from(number)
            } else {
                0
            };
            assert_eq!(rig.r(number), expected, "r{number}");
            assert_eq!(kept, RETURN_KEEPS_R >> number & 1 == 1);
        }
        for number in 0..15u8 {
            let kept = number == 1 || (8..15).contains(&number);
            let expected = match (kept, sealed) {
                (false, _) => Capability::NULL,
                (true, true) => poison(number.into()),
                (true, false) => Capability::new(Fields {
                    ring: ring(4),
                    ..poison(number.into()).fields()
                }),
            };
            assert_eq!(rig.c(number), expected, "c{number}");
            assert_eq!(kept, RETURN_KEEPS_C >> number & 1 == 1);
        }
        assert_eq!((rig.c(15), rig.machine.process().banks[0]), (outer, inner));
    }
}

#[test]
fn a_chain_of_calls_through_rings_gives_every_ring_its_stack_back() {
    let mut rig = Rig::new();
    rig.change(TEXT, |text| {
        (text.gates, text.brackets) = (1, brackets(0, 0, 1))
    });
    let stacks = |rig: &Rig| {
        let mut banks = rig.machine.process().banks;
        banks[usize::from(rig.machine.ring().number())] = rig.c(15);
        banks
    };
    let before = stacks(&rig);
    rig.set_c(1, gate(8));
    rig.run("callc c7, c1");
    let to_kernel = kind(cap(TEXT, 0, 0x1000, RX, 1), Kind::Entry);
    rig.set_c(2, to_kernel);
    rig.run("cmov c8, c7; callc c7, c2");
    assert_eq!(rig.machine.ring(), ring(0));
    rig.run("ret c7");
    assert_eq!(rig.machine.ring(), ring(1));
    rig.run("ret c8");
    assert_eq!((rig.machine.ring(), stacks(&rig)), (ring(4), before));
}

#[test]
fn privileged_instructions_trap_in_rings_1_to_7() {
    let mut rig = Rig::new();
    for opcode in Opcode::ALL {
        if !matches!(opcode.class(), Class::Privileged(_)) {
            continue;
        }
        for number in 1..8 {
            rig.enter(number);
            let trap = rig.trap(opcode.example());
            assert_eq!(
                trap.failed.to_string(),
                "privilege",
                "{} in ring {number}",
                opcode.mnemonic()
            );
            assert_eq!(trap.ring, ring(number));
        }
    }
}

#[test]
fn constants_come_from_the_linkage_of_the_running_ring() {
    let mut rig = Rig::new();
    let constant = cap(SYSTEM_DATA, 0, 16, RW, 2);
    rig.set_granule(264 + 4, 0x30, constant);
    rig.set_granule(264 + 1, 0x30, constant);
    rig.run("ldk c1, 3");
    assert_eq!(
        rig.c(1),
        Capability::new(Fields {
            ring: ring(4),
            ..constant.fields()
        })
    );
    rig.enter(1);
    rig.run("ldk c1, 3");
    assert_eq!(rig.c(1), constant);
    let trap = rig.trap("ldk c1, 4");
    assert_eq!(
        (trap.cause.name(), trap.segment.0, trap.offset),
        ("link", 265, 0x40)
    );
    assert_eq!(rig.causes("ldk c1, -1"), "bounds");
    assert_eq!(rig.causes("ldk c1, 0x100"), "bounds");
    rig.change(265, |linkage| {
        linkage.flags.remove(isa::DescriptorFlags::PRESENT)
    });
    assert_eq!(rig.causes("ldk c1, 3"), "segment");
    rig.change(TEXT + 1, |text| text.linkage = isa::SegmentNumber(0));
    assert_eq!(rig.causes("ldk c1, 3"), "segment");
    rig.change(TEXT + 1, |text| text.linkage = isa::SegmentNumber(u16::MAX));
    assert_eq!(rig.causes("ldk c1, 3"), "segment");
}

#[test]
fn a_place_in_the_text_has_its_bounds_and_ring() {
    let mut rig = Rig::new();
    rig.run("add r1, r0, 1; cpc c1, 0x20");
    assert_eq!(rig.c(1), text(4, 0x28));
    assert_eq!(rig.causes("cpc c1, -32"), "cursor");
}
