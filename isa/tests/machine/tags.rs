//! Tags: where they come from, what clears them, and what can never make one.

use isa::Capability;

use crate::rig::*;

fn stored() -> Rig {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    rig.set_c(2, at(other(), 0x123));
    rig.run("stc c2, [c1 + 0x20]; stc c2, [c1 + 0x30]");
    rig
}

#[test]
fn a_byte_stored_anywhere_in_a_granule_clears_its_tag() {
    for offset in 0..16 {
        let mut rig = stored();
        rig.run("ldc c3, [c1 + 0x20]");
        assert_eq!(rig.c(3), at(other(), 0x123));
        rig.run(&format!(
            "stb r1, [c1 + {}]; ldc c3, [c1 + 0x20]; ldc c4, [c1 + 0x30]",
            0x20 + offset
        ));
        assert!(!rig.c(3).is_tagged(), "offset {offset}");
        assert!(rig.c(4).is_tagged(), "offset {offset}");
    }
}

#[test]
fn a_store_over_a_border_clears_both_tags_and_one_up_to_it_clears_one() {
    for (offset, left, right) in [
        (0x28, false, true),
        (0x29, false, false),
        (0x2f, false, false),
        (0x30, true, false),
    ] {
        let mut rig = stored();
        rig.run(&format!("st r1, [c1 + {offset}]"));
        assert_eq!(
            (
                rig.granule(DATA, 0x20).is_tagged(),
                rig.granule(DATA, 0x30).is_tagged()
            ),
            (left, right),
            "{offset}"
        );
    }
}

#[test]
fn a_store_over_a_page_border_clears_both_tags_and_one_up_to_it_clears_one() {
    for (offset, left, right) in [
        (0xff8, false, true),
        (0xffc, false, false),
        (0x1000, true, false),
    ] {
        let mut rig = Rig::new();
        rig.set_c(1, data());
        rig.set_c(2, other());
        rig.run(&format!(
            "stc c2, [c1 + 0xff0]; stc c2, [c1 + 0x1000]; st r1, [c1 + {offset}]"
        ));
        let tags = (
            rig.granule(DATA, 0xff0).is_tagged(),
            rig.granule(DATA, 0x1000).is_tagged(),
        );
        assert_eq!(tags, (left, right), "{offset:#x}");
    }
}

#[test]
fn untagged_bits_are_copied_as_they_are() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    let bits = 0xfedc_ba98_7654_3210_0f1e_2d3c_4b5a_6978;
    rig.bytes(DATA, 0x40, &u128::to_le_bytes(bits));
    rig.run("ldc c2, [c1 + 0x40]; stc c2, [c1 + 0x80]; ldc c3, [c1 + 0x80]");
    assert_eq!(rig.c(3), Capability::untagged(bits));
}

#[test]
fn a_capability_copied_as_words_has_equal_bits_and_is_none() {
    let mut rig = stored();
    rig.run("ld r1, [c1 + 0x20]; ld r2, [c1 + 0x28]; st r1, [c1 + 0x60]; st r2, [c1 + 0x68]; ldc c3, [c1 + 0x60]");
    assert_eq!(rig.c(3), at(other(), 0x123).untag());
    for line in [
        "ldb r1, [c3]",
        "stb r1, [c3]",
        "cbound c4, c3, 1",
        "jmpc c3",
        "callc c7, c3",
        "ret c3",
    ] {
        assert_eq!(rig.causes(line), "tag", "{line}");
    }
}

#[test]
fn the_image_of_a_capability_or_of_all_ones_is_none() {
    for bits in [u128::MAX, data().bits(), 0] {
        let mut rig = Rig::new();
        rig.set_c(1, data());
        rig.set_r(1, bits as u64);
        rig.set_r(2, (bits >> 64) as u64);
        rig.run("st r1, [c1]; st r2, [c1 + 8]; ldc c2, [c1]; cpack c3, r1, r2; stc c3, [c1 + 16]; ldc c4, [c1 + 16]");
        for register in 2..5 {
            assert_eq!(rig.c(register), Capability::untagged(bits));
        }
    }
}

#[test]
fn a_block_copy_keeps_tags_when_aligned_and_drops_them_when_not() {
    for (target, tagged) in [(0x100, true), (0x110, true), (0x101, false), (0x108, false)] {
        let mut rig = stored();
        rig.set_c(3, at(data(), target));
        rig.set_c(4, at(data(), 0x20));
        rig.set_r(5, 32);
        rig.run("copy c3, c4, r5");
        assert_eq!(rig.peek(DATA, target, 32), rig.peek(DATA, 0x20, 32));
        let granule = rig.granule(DATA, target / 16 * 16);
        assert_eq!(granule.is_tagged(), tagged, "{target:#x}");
        assert_eq!(rig.c(3).cursor(), target + 32);
        assert_eq!(rig.r(5), 0);
    }
}

#[test]
fn a_copy_of_part_of_a_granule_is_data() {
    let mut rig = stored();
    rig.set_granule(DATA, 0x100, other());
    rig.set_granule(DATA, 0x120, other());
    rig.set_c(3, at(data(), 0x101));
    rig.set_c(4, at(data(), 0x21));
    rig.set_r(5, 0x1f);
    rig.run("copy c3, c4, r5");
    assert!(
        !rig.granule(DATA, 0x100).is_tagged(),
        "its first byte was not copied"
    );
    assert!(rig.granule(DATA, 0x110).is_tagged());
    assert!(
        rig.granule(DATA, 0x120).is_tagged(),
        "nothing was written to it"
    );
}

#[test]
fn a_block_copy_goes_on_where_it_was_interrupted_and_moves_each_granule_once() {
    let mut rig = Rig::new();
    for granule in 0..0x200u32 {
        rig.set_granule(DATA, 16 * granule, at(other(), granule));
    }
    rig.set_c(1, at(other(), 0x10));
    rig.set_c(2, at(data(), 0x20));
    rig.set_r(3, 0x1800);
    rig.code(TEXT + 4, 0, "copy c1, c2, r3");
    // Borders of the source at 0x1000 and of the destination 0x10 later, so the chunks are of three sizes.
    for (left, target) in [
        (0x1800 - 0xfe0, 0xff0),
        (0x1800 - 0xff0, 0x1000),
        (0, 0x1810),
    ] {
        // What was copied is destroyed at its source: a chunk that ran again would show it.
        let context = rig.machine.context();
        assert_eq!(rig.machine.step(), Ok(isa::machine::Stepped::Ran));
        let done = rig.machine.context().r[3];
        assert_eq!((done, rig.c(1).cursor()), (left, target));
        let (from, size) = (context.c[2].cursor(), context.r[3] - done);
        rig.bytes(DATA, from, &vec![0; size as usize]);
    }
    for granule in 2..0x182u32 {
        assert_eq!(rig.granule(OTHER, 16 * (granule - 1)), at(other(), granule));
    }
}

#[test]
fn zero_fill_clears_tags_and_keeps_labels() {
    let mut rig = stored();
    let real = rig.real(DATA, 0x20);
    rig.machine.poke_memory().set_label(real, isa::Label(7));
    rig.set_c(3, at(data(), 0x20));
    rig.set_r(4, 17);
    rig.run("fill c3, r0, r4");
    assert_eq!(rig.granule(DATA, 0x20), Capability::NULL);
    assert!(!rig.granule(DATA, 0x30).is_tagged());
    assert_eq!(rig.machine.memory().label(real), isa::Label(7));
}

#[test]
fn a_device_transfer_over_a_capability_clears_its_tag() {
    let mut rig = Rig::with_devices(b"x", vec![0; 4096]);
    rig.set_c(2, cap(16, 0, 0, RW, 4));
    rig.set_c(3, at(data(), 0x2f));
    rig.set_granule(DATA, 0x20, other());
    rig.set_granule(DATA, 0x30, other());
    rig.set_r(1, 1);
    rig.run("io r1, c2, c3, read");
    assert_eq!(rig.r(1), 1);
    assert_eq!(rig.peek(DATA, 0x2f, 1), b"x");
    assert!(!rig.granule(DATA, 0x20).is_tagged());
    assert!(rig.granule(DATA, 0x30).is_tagged());
}

#[test]
fn misaligned_capabilities_trap() {
    let mut rig = stored();
    for offset in 1..16 {
        for line in [
            "ldc c3, [c1 + OFF]",
            "stc c2, [c1 + OFF]",
            "stc c0, [c1 + OFF]",
            "swapc c3, c2, [c1 + OFF]",
        ] {
            let line = line.replace("OFF", &(0x20 + offset).to_string());
            assert_eq!(rig.cause(&line), "alignment", "{line}");
        }
    }
}
