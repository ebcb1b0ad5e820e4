//! What instructions on data registers compute, row by row.

use crate::rig::*;

const MIN: u64 = i64::MIN as u64;
const MIN_W: u64 = 0xffff_ffff_8000_0000;

/// `line` with r2 and r3 leaves this in r1.
fn check(rows: &[(&str, u64, u64, u64)]) {
    let mut rig = Rig::new();
    for (line, a, b, expected) in rows {
        rig.enter(4);
        rig.set_r(2, *a);
        rig.set_r(3, *b);
        rig.set_r(4, 0x44);
        rig.run(line);
        assert_eq!(rig.r(1), *expected, "{line} with {a:#x}, {b:#x}");
    }
}

fn minus(value: i64) -> u64 {
    -value as u64
}

#[test]
fn words_of_64_bits() {
    check(&[
        ("add r1, r2, r3", u64::MAX, 2, 1),
        ("add r1, r2, r3 << 3 + 8", 1, 2, 25),
        ("add r1, r2, -1", 0, 0, u64::MAX),
        ("sub r1, r2, r3", 1, 2, u64::MAX),
        ("mul r1, r2, r3", u64::MAX, 3, minus(3)),
        ("mulh r1, r2, r3", MIN, MIN, 1 << 62),
        ("mulh r1, r2, r3", minus(1), 5, u64::MAX),
        ("mulhu r1, r2, r3", u64::MAX, u64::MAX, u64::MAX - 1),
        ("div r1, r2, r3", minus(7), 2, minus(3)),
        ("div r1, r2, r3", MIN, minus(1), MIN),
        ("divu r1, r2, r3", minus(7), 2, (u64::MAX - 6) / 2),
        ("rem r1, r2, r3", minus(7), 2, minus(1)),
        ("rem r1, r2, r3", 7, minus(2), 1),
        ("rem r1, r2, r3", MIN, minus(1), 0),
        ("remu r1, r2, r3", 7, 4, 3),
        ("and r1, r2, r3", 0b1100, 0b1010, 0b1000),
        ("or r1, r2, r3", 0b1100, 0b1010, 0b1110),
        ("xor r1, r2, r3", 0b1100, 0b1010, 0b0110),
        ("shl r1, r2, r3", 1, 64 + 3, 8),
        ("shr r1, r2, r3", MIN, 63, 1),
        ("sar r1, r2, r3", MIN, 63, u64::MAX),
        ("rotl r1, r2, r3", 0x8000_0000_0000_0001, 65, 3),
        ("slt r1, r2, r3", minus(1), 0, 1),
        ("sltu r1, r2, r3", minus(1), 0, 0),
        ("seq r1, r2, r3", 5, 5, 1),
        ("sne r1, r2, r3", 5, 5, 0),
        ("sel r1, r2, r3, r4", 1, 9, 9),
        ("sel r1, r2, r3, r4", 0, 9, 0x44),
        (
            "seth r1, r2, 0x89abcdef",
            0xffff_ffff_0123_4567,
            0,
            0x89ab_cdef_0123_4567,
        ),
    ]);
}

#[test]
fn words_of_32_bits_are_sign_extended() {
    check(&[
        ("addw r1, r2, r3", 0xdead_0000_7fff_ffff, 1, MIN_W),
        ("subw r1, r2, r3", 0, 1, u64::MAX),
        ("mulw r1, r2, r3", 0x1_0001, 0x1_0000, 0x1_0000),
        ("divw r1, r2, r3", MIN_W, minus(1), MIN_W),
        ("divw r1, r2, r3", minus(7), 2, minus(3)),
        ("divuw r1, r2, r3", 0xffff_fff0, 1, minus(16)),
        ("remw r1, r2, r3", minus(7), 4, minus(3)),
        ("remw r1, r2, r3", MIN_W, minus(1), 0),
        ("remuw r1, r2, r3", 0xffff_ffff, 0xffff_fffe, 1),
        ("shlw r1, r2, r3", 1, 31, MIN_W),
        ("shrw r1, r2, r3", 0xffff_ffff, 4, 0x0fff_ffff),
        ("shrw r1, r2, r3", 0xffff_ffff, 32, u64::MAX),
        ("sarw r1, r2, r3", 0x8000_0000, 4, 0xffff_ffff_f800_0000),
    ]);
}

#[test]
fn bits_and_bytes() {
    check(&[
        ("clz r1, r2", 0, 0, 64),
        ("clz r1, r2", 1 << 40, 0, 23),
        ("ctz r1, r2", 0, 0, 64),
        ("ctz r1, r2", 1 << 40, 0, 40),
        ("popcnt r1, r2", 0xf0f0, 0, 8),
        (
            "bswap r1, r2",
            0x0102_0304_0506_0708,
            0,
            0x0807_0605_0403_0201,
        ),
        ("sxb r1, r2", 0x1ff, 0, u64::MAX),
        ("sxh r1, r2", 0x1_8000, 0, 0xffff_ffff_ffff_8000),
        ("sxw r1, r2", 0x8000_0000, 0, MIN_W),
        ("zxw r1, r2", u64::MAX, 0, 0xffff_ffff),
    ]);
}

#[test]
fn floating_point() {
    let d = f64::to_bits;
    let s = |value: f32| u64::from(value.to_bits());
    check(&[
        ("fadd.d r1, r2, r3", d(1.5), d(2.25), d(3.75)),
        ("fsub.d r1, r2, r3", d(1.5), d(2.25), d(-0.75)),
        ("fmul.d r1, r2, r3", d(1.5), d(2.0), d(3.0)),
        ("fdiv.d r1, r2, r3", d(1.0), d(0.0), d(f64::INFINITY)),
        ("fsqrt.d r1, r2", d(9.0), 0, d(3.0)),
        ("fma.d r1, r2, r3, r3", d(3.0), d(2.0), d(8.0)),
        ("fmin.d r1, r2, r3", d(3.0), d(2.0), d(2.0)),
        ("fmax.d r1, r2, r3", d(3.0), d(2.0), d(3.0)),
        ("feq.d r1, r2, r3", d(0.0), d(-0.0), 1),
        ("flt.d r1, r2, r3", d(1.0), d(2.0), 1),
        ("fle.d r1, r2, r3", d(2.0), d(1.0), 0),
        ("fadd.s r1, r2, r3", s(1.5), s(2.25), s(3.75)),
        ("fsub.s r1, r2, r3", s(1.5), s(2.25), s(-0.75)),
        ("fmul.s r1, r2, r3", s(1.5), s(2.0), s(3.0)),
        ("fdiv.s r1, r2, r3", s(1.0), s(4.0), s(0.25)),
        ("fsqrt.s r1, r2", s(9.0), 0, s(3.0)),
        ("fma.s r1, r2, r3, r3", s(3.0), s(2.0), s(8.0)),
        ("fmin.s r1, r2, r3", s(3.0), s(2.0), s(2.0)),
        ("fmax.s r1, r2, r3", s(3.0), s(2.0), s(3.0)),
        ("feq.s r1, r2, r3", s(1.0), s(1.0), 1),
        ("flt.s r1, r2, r3", s(2.0), s(1.0), 0),
        ("fle.s r1, r2, r3", s(1.0), s(1.0), 1),
        ("itod r1, r2", minus(3), 0, d(-3.0)),
        ("utod r1, r2", 3, 0, d(3.0)),
        ("dtoi r1, r2", d(-3.9), 0, minus(3)),
        ("dtou r1, r2", d(3.9), 0, 3),
        ("itos r1, r2", minus(3), 0, s(-3.0)),
        ("utos r1, r2", 3, 0, s(3.0)),
        ("stoi r1, r2", s(-3.9), 0, minus(3)),
        ("stou r1, r2", s(3.9), 0, 3),
        ("stod r1, r2", s(0.5), 0, d(0.5)),
        ("dtos r1, r2", d(0.5), 0, s(0.5)),
    ]);
}

#[test]
fn division_by_zero_traps() {
    let mut rig = Rig::new();
    rig.set_r(2, 5);
    rig.set_r(3, 1 << 32);
    for name in [
        "div", "divu", "rem", "remu", "divw", "divuw", "remw", "remuw",
    ] {
        assert_eq!(rig.causes(&format!("{name} r1, r2, r0")), "divide");
        let low_half = name.ends_with('w');
        if low_half {
            assert_eq!(
                rig.causes(&format!("{name} r1, r2, r3")),
                "divide",
                "{name}"
            );
        }
    }
}

#[test]
fn r0_is_zero_and_c0_is_null() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    rig.run("add r0, r0, 5; add r1, r0, 1; cmov c0, c1; cmov c2, c0; ld r0, [c1]; ldc c0, [c1]");
    assert_eq!((rig.r(0), rig.r(1)), (0, 1));
    assert_eq!(
        (rig.c(0), rig.c(2)),
        (isa::Capability::NULL, isa::Capability::NULL)
    );
}

#[test]
fn loads_extend_and_stores_cut() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    rig.bytes(DATA, 0, &[0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
    for (name, expected) in [
        ("ldb", 0x88),
        ("ldsb", 0xffff_ffff_ffff_ff88),
        ("ldh", 0x9988),
        ("ldsh", 0xffff_ffff_ffff_9988),
        ("ldw", 0xbbaa_9988),
        ("ldsw", 0xffff_ffff_bbaa_9988),
        ("ld", 0xffee_ddcc_bbaa_9988),
    ] {
        rig.run(&format!("{name} r1, [c1]"));
        assert_eq!(rig.r(1), expected, "{name}");
    }
    rig.set_r(2, 0x0102_0304_0506_0708);
    for (name, size) in [("stb", 1), ("sth", 2), ("stw", 4), ("st", 8)] {
        rig.bytes(DATA, 0x100, &[0; 8]);
        rig.run(&format!("{name} r2, [c1 + 0x100]"));
        let mut expected = [8, 7, 6, 5, 4, 3, 2, 1];
        expected[size..].fill(0);
        assert_eq!(rig.peek(DATA, 0x100, 8), expected, "{name}");
    }
}

#[test]
fn atomics_give_what_was_there() {
    let mut rig = Rig::new();
    rig.set_c(3, data());
    let mut go = |line: &str, r1: u64, r2: u64, before: u64| {
        rig.bytes(DATA, 8, &before.to_le_bytes());
        rig.set_r(1, r1);
        rig.set_r(2, r2);
        rig.run(line);
        let after = rig.peek(DATA, 8, 8);
        (
            rig.r(1),
            u64::from_le_bytes(after.try_into().expect("eight bytes")),
        )
    };
    assert_eq!(go("swap r1, r2, [c3 + 8]", 1, 2, 3), (3, 2));
    assert_eq!(go("cas r1, r2, [c3 + 8]", 3, 2, 3), (3, 2));
    assert_eq!(go("cas r1, r2, [c3 + 8]", 4, 2, 3), (3, 3));
    assert_eq!(go("xadd r1, r2, [c3 + 8]", 9, u64::MAX, 3), (3, 2));
    let high = 7 << 32;
    assert_eq!(
        go("swapw r1, r2, [c3 + 8]", 1, 2, high | 0xffff_fffe),
        (minus(2), high | 2)
    );
    assert_eq!(
        go("casw r1, r2, [c3 + 8]", 0xdead_0000_0003, 2, high | 3),
        (3, high | 2)
    );
    assert_eq!(go("casw r1, r2, [c3 + 8]", 4, 2, high | 3), (3, high | 3));
    assert_eq!(
        go("xaddw r1, r2, [c3 + 8]", 0, 1, high | 0xffff_ffff),
        (u64::MAX, high)
    );
}

#[test]
fn atomics_on_capabilities_move_tags() {
    let mut rig = Rig::new();
    rig.set_c(3, data());
    rig.set_granule(DATA, 16, other());
    rig.set_c(2, at(other(), 5));
    rig.run("swapc c1, c2, [c3 + 16]");
    assert_eq!((rig.c(1), rig.granule(DATA, 16)), (other(), at(other(), 5)));
    rig.run("casc c1, c0, [c3 + 16]");
    assert_eq!(
        (rig.c(1), rig.granule(DATA, 16)),
        (at(other(), 5), at(other(), 5))
    );
    rig.run("casc c1, c0, [c3 + 16]");
    assert_eq!(rig.granule(DATA, 16), isa::Capability::NULL);
    // Equal bits without the tag are not equal.
    rig.set_granule(DATA, 16, other());
    rig.set_c(1, other().untag());
    rig.run("casc c1, c0, [c3 + 16]");
    assert_eq!((rig.c(1), rig.granule(DATA, 16)), (other(), other()));
}

#[test]
fn atomics_need_both_rights_whether_they_store_or_not() {
    let mut rig = Rig::new();
    rig.set_c(3, cap(DATA, 0, 64, isa::Permissions::READ, 4));
    rig.set_c(4, cap(DATA, 0, 64, isa::Permissions::WRITE, 4));
    rig.set_r(1, 77);
    for register in ["c3", "c4"] {
        for line in [
            "swap r1, r2, [C]",
            "cas r1, r2, [C]",
            "xadd r1, r2, [C]",
            "casw r1, r2, [C]",
        ] {
            assert_eq!(
                rig.causes(&line.replace('C', register)),
                "permission",
                "{line}"
            );
        }
    }
}
