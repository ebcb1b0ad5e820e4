//! Derivation: nothing that an instruction makes reaches further than what it was made of.

use isa::capability::ObjectType;
use isa::{Capability, Fields, Kind, Permissions, SegmentNumber};

use crate::rig::*;

/// An authority over these object types, its cursor at the first.
fn authority(first: u32, limit: u32) -> Capability {
    cap(0, first, limit, Permissions::SEAL | Permissions::UNSEAL, 4)
}

#[test]
fn bounds_only_narrow() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(DATA, 0x40, 0x80, ALL, 4));
    rig.set_r(1, u64::MAX);
    for (cursor, length) in [
        ("0x40", "0x41"),
        ("0x3f", "1"),
        ("0x80", "1"),
        ("0x50", "-1"),
        ("0x50", "r1"),
        ("-1", "1"),
    ] {
        if cursor != "-1" {
            rig.run(&format!("cseek c2, c1, {cursor}"));
            assert_eq!(
                rig.causes(&format!("cbound c3, c2, {length}")),
                "bounds",
                "{cursor} {length}"
            );
        }
    }
    rig.run("cseek c2, c1, 0x50; cbound c2, c2, 0x10");
    assert_eq!(rig.causes("cbound c3, c2, 0x11"), "bounds");
    rig.run("cseek c3, c2, 0x40");
    assert_eq!(rig.causes("cbound c3, c3, 0x40"), "bounds");
    rig.run("cbound c3, c2, 0; cseek c4, c1, 0x80; cbound c4, c4, 0");
    assert_eq!(rig.causes("ldb r1, [c3]"), "bounds");
}

#[test]
fn every_set_of_permissions_is_legalised_and_never_grows() {
    let mut rig = Rig::new();
    for start in [ALL, RX, Permissions::SEAL | Permissions::UNSEAL] {
        let segment = if start.contains(Permissions::SEAL) {
            0
        } else {
            DATA
        };
        rig.set_c(1, cap(segment, 0, 16, start, 4));
        for mask in 0..256u64 {
            rig.enter(4);
            rig.set_c(1, cap(segment, 0, 16, start, 4));
            rig.set_r(1, mask);
            rig.set_r(2, u64::MAX);
            rig.run("cperm c2, c1, r1; cperm c3, c2, r1; cperm c4, c2, r2");
            let made = rig.c(2).permissions();
            assert!(made.is_legal() && start.contains(made), "{mask:#x}");
            assert_eq!((rig.c(3), rig.c(4)), (rig.c(2), rig.c(2)), "{mask:#x}");
        }
    }
}

#[test]
fn the_cursor_roams_and_the_segment_number_never_changes() {
    let mut rig = Rig::new();
    let start = cap(DATA, 0x40, 0x80, ALL, 4);
    rig.set_c(1, start);
    rig.set_r(1, 0xffff_ffff);
    rig.run("cseek c2, c1, r1");
    assert_eq!(rig.c(2), at(start, u32::MAX));
    assert_eq!(rig.causes("cadd c3, c2, 1"), "cursor");
    assert_eq!(rig.causes("ldb r2, [c2]"), "bounds");
    rig.run("cseek c3, c2, 0");
    assert_eq!(rig.c(3), at(start, 0));
    assert_eq!(rig.causes("cadd c4, c3, -1"), "cursor");
    assert_eq!(rig.causes("stb r2, [c3]"), "bounds");
    rig.set_r(1, 1 << 32);
    assert_eq!(rig.causes("cseek c4, c3, r1"), "cursor");
    assert_eq!(rig.causes("cadd c4, c3, r1"), "cursor");
    rig.run("cadd c4, c3, 0x40");
    assert_eq!(rig.c(4), start);
}

#[test]
fn effective_addresses_never_wrap() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(DATA, 0x40, 0x80, ALL, 4));
    for (index, scale, immediate) in [
        (u64::MAX, 0, -0x100),
        (1 << 63, 0, 0),
        (1 << 60, 4, 0),
        (1 << 32, 0, 0),
        (u64::MAX >> 1, 4, i32::MAX),
    ] {
        rig.set_r(1, index);
        let line = format!("ldb r2, [c1 + r1 << {scale} + {immediate}]");
        let trap = rig.trap(&line);
        assert_eq!(trap.failed.to_string(), "bounds", "{line}");
    }
    // An index counts from the cursor in both directions.
    rig.bytes(DATA, 0x50, &[9]);
    rig.set_r(1, (-2i64) as u64);
    rig.run("cseek c2, c1, 0x60; ldb r2, [c2 + r1 << 3]");
    assert_eq!(rig.r(2), 9);
}

#[test]
fn sealing_and_unsealing_want_the_right_authority() {
    let mut rig = Rig::new();
    let value = cap(DATA, 0, 16, ALL, 4);
    rig.set_c(1, value);
    rig.set_c(2, authority(10, 12));
    rig.run("cseal c3, c1, c2; cunseal c4, c3, c2");
    assert_eq!(
        rig.c(3).kind(),
        Kind::Software(ObjectType::new(10).expect("a type"))
    );
    assert_eq!(rig.c(4), value);

    assert_eq!(rig.causes("cseal c4, c3, c2"), "seal");
    assert_eq!(rig.causes("cunseal c4, c1, c2"), "seal");
    rig.run("cadd c5, c2, 1");
    assert_eq!(rig.causes("cunseal c4, c3, c5"), "seal");
    rig.run("cadd c5, c2, 2");
    assert_eq!(rig.causes("cseal c4, c1, c5"), "bounds");
    assert_eq!(rig.causes("cunseal c4, c3, c5"), "seal, bounds");
    rig.run("cperm c5, c2, 0x80; cperm c6, c2, 0x40");
    assert_eq!(rig.causes("cseal c4, c1, c5"), "permission");
    assert_eq!(rig.causes("cunseal c4, c3, c6"), "permission");
    assert_eq!(
        rig.causes("cseal c4, c1, c1"),
        "permission, bounds, segment"
    );
    assert_eq!(rig.causes("cseal c4, c1, c0"), "tag");
    assert_eq!(rig.causes("cseal c4, c0, c2"), "tag");
    // The trap names the register that is to blame.
    assert_eq!(rig.trap("cseal c4, c0, c2").register.0, 0);
    assert_eq!(rig.trap("cseal c4, c1, c5").register.0, 5);
}

#[test]
fn a_sealed_capability_can_be_neither_changed_nor_used() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(TEXT + 4, 0, 0x1000, RX, 4));
    rig.set_c(2, authority(4, 32));
    rig.run("cseal c3, c1, c2; centry c4, c1; creturn c5, c1");
    for sealed in ["c3", "c4", "c5"] {
        let changes = [
            "cadd c6, S, 8",
            "cseek c6, S, 0",
            "cbound c6, S, 8",
            "cperm c6, S, 1",
            "cring c6, S, 5",
        ];
        let more = [
            "centry c6, S",
            "creturn c6, S",
            "cbuild c6, S, c1",
            "cseal c6, S, c2",
            "ldb r1, [S]",
            "jmpc S",
        ];
        for line in changes.iter().chain(&more) {
            let line = line.replace('S', sealed);
            assert!(rig.causes(&line).starts_with("seal"), "{line}");
        }
    }
    // Each closed kind is good for the one use that it is for.
    for line in [
        "callc c7, c3",
        "ret c3",
        "callc c7, c5",
        "ret c4",
        "callc c7, c1",
        "ret c1",
    ] {
        assert!(rig.causes(line).starts_with("seal"), "{line}");
    }
}

#[test]
fn the_ring_of_a_sealed_capability_stays_until_it_is_unsealed() {
    let mut rig = Rig::new();
    rig.enter(2);
    let sealed = Capability::new(Fields {
        kind: Kind::Software(ObjectType::FIRST),
        ..cap(DATA, 0, 16, ALL, 1).fields()
    });
    rig.set_c(1, sealed);
    rig.set_c(2, cap(0, 4, 8, Permissions::UNSEAL, 4));
    rig.run("cunseal c3, c1, c2");
    assert_eq!(rig.c(3), cap(DATA, 0, 16, ALL, 2));
}

#[test]
fn rings_are_only_raised() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    assert_eq!(rig.causes("cring c2, c1, 3"), "ring");
    assert_eq!(rig.causes("cring c2, c1, 8"), "ring");
    assert_eq!(rig.causes("cring c2, c1, -1"), "ring");
    rig.run("cring c2, c1, 6");
    assert_eq!(rig.c(2), cap(DATA, 0, 0x3000, ALL, 6));
    assert_eq!(rig.causes("stb r1, [c2]"), "ring");
    assert_eq!(rig.causes("cring c3, c2, 4"), "ring");
}

#[test]
fn build_makes_only_what_its_authority_covers() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(DATA, 0x40, 0x80, ALL, 4));
    let inside = cap(DATA, 0x50, 0x60, RW, 5);
    rig.set_c(2, inside.untag());
    rig.run("cbuild c3, c1, c2");
    assert_eq!(rig.c(3), inside);
    let outside = [
        (cap(OTHER, 0x50, 0x60, RW, 4), "segment"),
        (cap(DATA, 0x30, 0x60, RW, 4), "bounds"),
        (cap(DATA, 0x50, 0x81, RW, 4), "bounds"),
        (cap(DATA, 0x60, 0x50, RW, 4), "bounds"),
        (cap(DATA, 0x50, 0x60, RW, 3), "ring"),
        (cap(DATA, 0x50, 0x60, RX, 4), "permission"),
        (
            Capability::new(Fields {
                generation: 1,
                ..inside.fields()
            }),
            "generation",
        ),
        (
            Capability::new(Fields {
                kind: Kind::Entry,
                ..inside.fields()
            }),
            "seal",
        ),
        (
            Capability::new(Fields {
                spare: 1,
                ..inside.fields()
            }),
            "seal",
        ),
    ];
    for (bits, cause) in outside {
        rig.set_c(2, bits.untag());
        assert_eq!(rig.causes("cbuild c3, c1, c2"), cause, "{bits}");
    }
}

#[test]
fn mint_makes_what_is_well_formed_and_only_in_ring_0() {
    let mut rig = Rig::new();
    rig.set_r(1, data().low());
    rig.set_r(2, data().high());
    assert_eq!(rig.causes("mint c1, r1, r2"), "privilege");
    rig.enter(0);
    rig.set_r(1, data().low());
    rig.set_r(2, data().high());
    rig.run("mint c1, r1, r2");
    assert_eq!(rig.c(1), data());
    let wrong = [
        (
            Fields {
                kind: Kind::Reserved,
                ..data().fields()
            },
            "seal",
        ),
        (
            Fields {
                kind: Kind::Software(ObjectType::FIRST),
                ..data().fields()
            },
            "seal",
        ),
        (
            Fields {
                spare: 2,
                ..data().fields()
            },
            "seal",
        ),
        (
            Fields {
                base: 5,
                limit: 4,
                ..data().fields()
            },
            "bounds",
        ),
        (
            Fields {
                permissions: Permissions::WRITE | Permissions::EXECUTE,
                ..data().fields()
            },
            "permission",
        ),
        (
            Fields {
                permissions: Permissions::SEAL,
                ..data().fields()
            },
            "segment",
        ),
    ];
    for (fields, cause) in wrong {
        let bits = Capability::new(fields);
        rig.set_r(1, bits.low());
        rig.set_r(2, bits.high());
        assert_eq!(rig.causes("mint c1, r1, r2"), cause, "{bits}");
    }
    let authority = Fields {
        permissions: Permissions::SEAL,
        segment: SegmentNumber(0),
        ..data().fields()
    };
    rig.set_r(1, Capability::new(authority).low());
    rig.set_r(2, Capability::new(authority).high());
    rig.run("mint c1, r1, r2");
}

/// What a derived value grants, an operand granted: bounds, permissions, ring, segment, generation.
fn within(made: Capability, from: Capability) -> bool {
    !made.is_tagged()
        || from.is_tagged()
            && made.segment() == from.segment()
            && made.generation() == from.generation()
            && made.ring() >= from.ring()
            && made.base() >= from.base()
            && made.limit() <= from.limit()
            && from.permissions().contains(made.permissions())
}

#[test]
fn long_chains_of_derivations_never_exceed_their_origin() {
    let lines = [
        "cadd c2, c2, r1",
        "cseek c2, c2, r1",
        "cbound c2, c2, r2",
        "cperm c2, c2, r3",
        "cring c2, c2, r4",
        "cuntag c3, c2; cbuild c2, c1, c3",
        "cmov c2, c1",
        "cseal c2, c2, c4; cunseal c2, c2, c4",
        "stc c2, [c5]; ldc c2, [c5]",
        "centry c3, c2; creturn c3, c2",
    ];
    let mut state = 0x1234_5678u64;
    let mut random = |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let (mut made, mut tried) = (0, 0);
    for _ in 0..200 {
        let mut rig = Rig::new();
        let origin = cap(DATA, 0x100, 0x2000, ALL, 4);
        rig.set_c(1, origin);
        rig.set_c(2, origin);
        rig.set_c(4, authority(4, 32));
        rig.set_c(5, other());
        for _ in 0..30 {
            for (register, bound) in [(1, 0x2100), (2, 0x400), (3, 256), (4, 8)] {
                let value = random(bound);
                rig.set_r(register, value);
            }
            let before = rig.c(2);
            for line in lines[random(lines.len() as u64) as usize].split(';') {
                tried += 1;
                rig.code(TEXT + 4, 0, line.trim());
                rig.poke(|context| context.pc = cap(TEXT + 4, 0, 0x1000, RX, 4));
                let context = rig.machine.context();
                match rig.machine.step() {
                    Ok(isa::machine::Stepped::Ran) => made += 1,
                    _ => {
                        rig.enter(4);
                        rig.machine.poke_context(&context);
                    }
                }
            }
            assert!(
                within(rig.c(2), origin) && within(rig.c(3), origin),
                "from {before} to {}",
                rig.c(2)
            );
        }
    }
    assert!(
        made * 2 > tried,
        "most derivations of the chains are valid: {made} of {tried}"
    );
}

#[test]
fn fields_are_read_of_any_bits() {
    let mut rig = Rig::new();
    let value = Capability::new(Fields {
        cursor: 0x1234_5678,
        segment: SegmentNumber(0x9abc),
        ring: ring(5),
        generation: 0x2a,
        kind: Kind::Software(ObjectType::LAST),
        spare: 0,
        base: 0x123_4567,
        limit: 0x765_4321,
        permissions: RW,
    });
    let expected = [
        ("address", 0x9abc_1234_5678),
        ("cursor", 0x1234_5678),
        ("segment", 0x9abc),
        ("ring", 5),
        ("generation", 0x2a),
        ("kind", 31),
        ("base", 0x123_4567),
        ("limit", 0x765_4321),
        ("length", 0x765_4321 - 0x123_4567),
        ("permissions", 3),
        ("tag", 1),
        ("low", value.low()),
        ("high", value.high()),
    ];
    for (value, tag) in [(value, 1), (value.untag(), 0)] {
        for (name, field) in expected {
            rig.enter(4);
            rig.set_c(1, value);
            rig.run(&format!("cget r1, c1, {name}"));
            let field = match (name, tag) {
                ("tag", _) => tag,
                ("address", 0) => value.low(),
                _ => field,
            };
            assert_eq!(rig.r(1), field, "{name}");
        }
    }
}

#[test]
fn every_pattern_of_bits_passes_through_registers_and_memory() {
    let mut rig = Rig::new();
    let mut bits = 1u128;
    for step in 0..500u32 {
        bits = bits
            .wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645)
            .wrapping_add(u128::from(step));
        rig.enter(4);
        rig.set_c(1, data());
        rig.set_r(1, bits as u64);
        rig.set_r(2, (bits >> 64) as u64);
        rig.run("cpack c2, r1, r2; stc c2, [c1]; ldc c3, [c1]; cget r3, c3, low; cget r4, c3, high; csame r5, c2, c3");
        assert_eq!(
            (rig.r(3), rig.r(4), rig.r(5)),
            (bits as u64, (bits >> 64) as u64, 1)
        );
        let tagged = Capability::from_words(rig.r(3), rig.r(4), true);
        assert_eq!(Capability::new(tagged.fields()), tagged);
    }
}
