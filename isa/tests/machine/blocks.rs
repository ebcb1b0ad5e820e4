//! Block operations: chunks, directions, and the tags, labels and owners of pages.

use isa::machine::Stepped;
use isa::{Capability, Fields, Label, Real};

use crate::rig::*;

/// Bytes that differ from their neighbours.
fn pattern(size: usize) -> Vec<u8> {
    (0..size)
        .map(|index| (index * 7 + index / 256) as u8)
        .collect()
}

#[test]
fn a_step_goes_to_the_next_border_of_either_operand() {
    for (to, from, size, steps) in [
        (0, 0, 0, 1),
        (0, 0, 1, 1),
        (0, 0, 4095, 1),
        (0, 0, 4096, 1),
        (0, 0, 4097, 2),
        (1, 0, 4096, 2),
        (0, 1, 4096, 2),
        (0x800, 0x400, 4096, 3),
        (0xfff, 0xffe, 3, 3),
        (0, 0, 0x3000, 3),
    ] {
        let mut rig = Rig::new();
        rig.bytes(OTHER, 0, &pattern(0x3000));
        rig.set_c(1, at(data(), to));
        rig.set_c(2, at(other(), from));
        rig.set_r(3, size);
        assert_eq!(
            rig.finish("copy c1, c2, r3"),
            steps,
            "{to:#x} {from:#x} {size:#x}"
        );
        assert_eq!(
            (rig.r(3), rig.c(1), rig.c(2).cursor()),
            (0, at(data(), to + size as u32), from + size as u32)
        );
        assert_eq!(
            rig.peek(DATA, to, size as usize),
            rig.peek(OTHER, from, size as usize)
        );
        rig.set_c(1, at(data(), to));
        rig.set_c(2, at(other(), from));
        rig.set_r(3, size);
        assert_eq!(rig.finish("cmpb c1, c2, r3"), steps);
        assert_eq!((rig.r(3), rig.c(2).cursor()), (0, from + size as u32));
    }
}

#[test]
fn length_0_asks_nothing() {
    let mut rig = Rig::new();
    rig.run("copy c1, c2, r0; fill c1, r1, r0; cmpb c1, c2, r0; lend c1, r0; reclaim c1, r0");
    rig.enter(0);
    rig.run("relabel c1, r2, r0");
}

#[test]
fn overlapping_copies_move_what_was_there() {
    let sizes = [1usize, 15, 16, 17, 100, 4095, 4096, 5000, 7000];
    let places = [
        (0u32, 1u32),
        (0, 16),
        (0x10, 0x35),
        (0xff8, 0x1008),
        (0x100, 0x1100),
        (7, 0x1001),
    ];
    for size in sizes {
        for (low, high) in places {
            for (from, to) in [(low, high), (high, low)] {
                let mut rig = Rig::new();
                let mut expected = pattern(0x3000);
                rig.bytes(DATA, 0, &expected);
                rig.set_c(1, at(data(), to));
                rig.set_c(2, at(data(), from));
                rig.set_r(3, size as u64);
                rig.finish("copy c1, c2, r3");
                expected.copy_within(from as usize..from as usize + size, to as usize);
                assert!(
                    rig.peek(DATA, 0, 0x3000) == expected,
                    "{size} from {from:#x} to {to:#x}"
                );
            }
        }
    }
}

#[test]
fn a_copy_downward_leaves_the_cursors_and_keeps_tags() {
    let mut rig = Rig::new();
    for granule in 0..0x180u32 {
        rig.set_granule(DATA, 16 * granule, at(other(), granule));
    }
    rig.set_c(1, at(data(), 0x20));
    rig.set_c(2, data());
    rig.set_r(3, 0x1800);
    rig.code(TEXT + 4, 0, "copy c1, c2, r3");
    let mut left = vec![];
    while rig.machine.pc().cursor() == 0 {
        assert_eq!(
            (rig.c(1), rig.c(2), rig.machine.step()),
            (at(data(), 0x20), data(), Ok(Stepped::Ran))
        );
        left.push(rig.r(3));
    }
    assert_eq!(left, [0x1000, 0xfe0, 0]);
    for granule in 0..0x180u32 {
        assert_eq!(
            rig.granule(DATA, 16 * granule + 0x20),
            at(other(), granule),
            "{granule:#x}"
        );
    }
}

#[test]
fn a_comparison_stops_at_the_first_difference() {
    for place in [0u32, 5, 0xfff, 0x1000, 0x1fff] {
        let mut rig = Rig::new();
        rig.bytes(DATA, 0, &pattern(0x3000));
        rig.bytes(OTHER, 0, &pattern(0x3000));
        rig.bytes(OTHER, place, &[!rig.peek(OTHER, place, 1)[0]]);
        rig.set_c(1, data());
        rig.set_c(2, other());
        rig.set_r(3, 0x2000);
        rig.finish("cmpb c1, c2, r3");
        assert_eq!(
            (rig.c(1).cursor(), rig.c(2).cursor(), rig.r(3)),
            (place, place, 0x2000 - u64::from(place))
        );
    }
}

#[test]
fn a_chunk_that_fails_anywhere_moves_nothing_and_leaves_the_chunks_before_it() {
    let mut rig = Rig::new();
    rig.bytes(OTHER, 0, &pattern(0x3000));
    rig.set_c(1, cap(DATA, 0, 0x1800, ALL, 4));
    rig.set_c(2, other());
    rig.set_r(3, 0x1801);
    rig.code(TEXT + 4, 0, "copy c1, c2, r3");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    let trap = rig.trap("copy c1, c2, r3");
    assert_eq!(
        (trap.cause.name(), trap.offset, trap.size, trap.register.0),
        ("bounds", 0x1000, 0x801, 1)
    );
    assert_eq!((rig.r(3), rig.c(1).cursor()), (0x801, 0x1000));
    assert_eq!(rig.peek(DATA, 0x1000, 4), [0; 4]);
}

#[test]
fn a_copy_that_would_move_a_tag_needs_the_right_to_store_it() {
    let mut rig = Rig::new();
    rig.set_granule(OTHER, 0x20, data());
    rig.set_c(1, cap(DATA, 0, 0x1000, RW, 4));
    rig.set_c(2, other());
    rig.set_c(3, cap(PLAIN, 0, 0x1000, ALL, 4));
    rig.set_r(4, 0x100);
    assert_eq!(rig.causes("copy c1, c2, r4"), "permission");
    assert_eq!(rig.causes("copy c3, c2, r4"), "hold");
    // As data it may go anywhere.
    rig.set_c(2, cap(OTHER, 0, 0x1000, RW, 4));
    rig.run("copy c1, c2, r4");
    assert_eq!(rig.granule(DATA, 0x20), data().untag());
}

#[test]
fn an_interrupt_comes_between_chunks() {
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_r(1, 1 << 16);
    rig.set_r(2, 6);
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig.set_r(3, 0x3000);
    rig.run("setctl lines, r1; setctl timer, r2; setctl masked, r0; add r0, r0, 0");
    rig.bytes(OTHER, 0, &pattern(0x3000));
    rig.code(TEXT, 32, "copy c1, c2, r3");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert!(matches!(rig.machine.step(), Ok(Stepped::Delivered(_))));
    rig.run("setctl timer, r0; resume");
    assert_eq!((rig.r(3), rig.c(1).cursor()), (0x1000, 0x2000));
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!((rig.r(3), rig.machine.pc().cursor()), (0, 40));
    assert_eq!(rig.peek(DATA, 0, 0x3000), pattern(0x3000));
}

/// Pages of [`DATA`] that were lent, with the world in ring 4.
fn lent(pages: u64) -> Rig {
    let mut rig = Rig::new();
    rig.set_granule(DATA, 0x20, other());
    rig.set_c(1, data());
    rig.set_r(2, pages * 0x1000);
    assert_eq!(rig.finish("lend c1, r2"), pages);
    assert_eq!((rig.c(1).cursor(), rig.r(2)), (0x1000 * pages as u32, 0));
    rig.set_c(1, data());
    rig.set_r(2, pages * 0x1000);
    rig
}

fn owner(rig: &Rig, offset: u32) -> u16 {
    rig.machine.memory().owner(rig.real(DATA, offset))
}

#[test]
fn a_lent_page_is_the_deeper_machines_and_has_no_tags() {
    let mut rig = lent(2);
    assert_eq!(
        [0, 0x1000, 0x2000].map(|offset| owner(&rig, offset)),
        [1, 1, 0]
    );
    assert_eq!(rig.granule(DATA, 0x20), other().untag());
    rig.set_c(2, other());
    // Capabilities are stored and loaded there as data, also those that the page itself holds tagged.
    rig.run("stc c2, [c1 + 0x30]; ldc c3, [c1 + 0x30]");
    assert_eq!(
        (rig.c(3), rig.granule(DATA, 0x30)),
        (other().untag(), other().untag())
    );
    rig.set_granule(DATA, 0x40, other());
    rig.run("ldc c3, [c1 + 0x40]");
    assert_eq!(rig.c(3), other().untag());
    assert_eq!(rig.causes("lend c1, r2"), "owner");
    rig.set_c(3, other());
    rig.set_c(4, at(data(), 0x2000));
    rig.set_r(5, 16);
    rig.set_granule(OTHER, 0, other());
    rig.run("copy c4, c3, r5; ldc c5, [c1 + 0x2000]");
    assert!(rig.c(5).is_tagged());
    rig.set_r(5, 16);
    rig.set_c(3, other());
    rig.set_c(4, data());
    rig.run("copy c4, c3, r5");
    assert!(!rig.granule(DATA, 0).is_tagged());
}

#[test]
fn a_reclaimed_page_is_the_machines_own_with_the_segments_label() {
    let mut rig = lent(2);
    rig.change(DATA, |data| data.label = Label(9));
    rig.set_granule(DATA, 0x40, other());
    assert_eq!(rig.finish("reclaim c1, r2"), 2);
    assert_eq!(
        [0, 0x1000, 0x2000].map(|offset| owner(&rig, offset)),
        [0, 0, 0]
    );
    assert!(!rig.granule(DATA, 0x40).is_tagged());
    assert_eq!(rig.machine.memory().label(rig.real(DATA, 0x1ff0)), Label(9));
    rig.set_c(1, data());
    rig.set_r(2, 0x1000);
    assert_eq!(rig.causes("reclaim c1, r2"), "owner", "its own already");
}

#[test]
fn lending_wants_whole_pages_of_the_segments_label_and_the_right_to_store_capabilities() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    rig.set_c(2, at(data(), 16));
    rig.set_c(3, cap(DATA, 0, 0x3000, RW, 4));
    rig.set_c(4, cap(PLAIN, 0, 0x1000, ALL, 4));
    rig.set_r(2, 0x1000);
    rig.set_r(3, 0x1010);
    for line in ["lend", "reclaim"] {
        assert_eq!(rig.causes(&format!("{line} c2, r2")), "alignment");
        assert_eq!(rig.causes(&format!("{line} c1, r3")), "alignment");
        assert_eq!(rig.causes(&format!("{line} c3, r2")), "permission");
        assert_eq!(rig.causes(&format!("{line} c4, r2")), "hold");
    }
    let real = rig.real(DATA, 0x500);
    rig.machine.poke_memory().set_label(real, Label(1));
    assert_eq!(rig.causes("lend c1, r2"), "label");
}

#[test]
fn a_page_of_a_host_is_denied_to_no_machine_that_has_none() {
    // The outermost machine has no host: every owner is itself or deeper, and the stage passes.
    let mut rig = lent(1);
    rig.run("ldb r1, [c1]; stb r1, [c1]");
}

#[test]
fn in_a_lent_page_the_label_of_the_segment_counts() {
    let mut rig = lent(1);
    let real = rig.real(DATA, 0);
    rig.machine.poke_memory().set_label(real, Label(200));
    let mut process = *rig.machine.process();
    process.read_labels.remove(Label(200));
    rig.machine.poke_process(&process);
    rig.run("ldb r1, [c1]");
    rig.change(DATA, |data| data.label = Label(200));
    assert_eq!(rig.causes("ldb r1, [c1]"), "label");
}

#[test]
fn movepage_takes_everything_of_a_page_along() {
    let mut rig = lent(1);
    rig.bytes(DATA, 0, &pattern(0x1000));
    rig.set_granule(DATA, 0x30, other());
    let real = rig.real(DATA, 0x30);
    rig.machine.poke_memory().set_label(real, Label(5));
    assert_eq!(rig.causes("movepage c1, c2"), "privilege");
    rig.enter(0);
    rig.set_c(1, at(cap(OTHER, 0, 0x3000, ALL, 0), 0x1000));
    rig.set_c(2, cap(DATA, 0, 0x3000, ALL, 0));
    rig.run("movepage c1, c2");
    let to: Real = rig.real(OTHER, 0x1030);
    assert_eq!(rig.peek(OTHER, 0x1000, 0x1000), rig.peek(DATA, 0, 0x1000));
    assert_eq!(rig.granule(OTHER, 0x1030), other());
    assert_eq!(
        (
            rig.machine.memory().label(to),
            rig.machine.memory().owner(to)
        ),
        (Label(5), 1)
    );
    rig.run("cadd c3, c2, 16");
    assert_eq!(rig.causes("movepage c1, c3"), "alignment");
    assert_eq!(rig.causes("movepage c3, c1"), "alignment");
}

#[test]
fn ring_0_reads_and_writes_tags_of_its_own_pages_as_data() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    assert_eq!(rig.causes("ldtag r1, [c1]"), "privilege");
    assert_eq!(rig.causes("sttag r1, [c1]"), "privilege");
    rig.enter(0);
    rig.set_c(1, cap(DATA, 0, 0x3000, ALL, 0));
    rig.set_granule(DATA, 0x20, other());
    rig.bytes(DATA, 0x30, &other().bits().to_le_bytes());
    rig.set_r(2, 0x0501);
    rig.run("ldtag r1, [c1 + 0x20]; sttag r2, [c1 + 0x30]; ldtag r3, [c1 + 0x30]");
    assert_eq!(
        (rig.r(1), rig.r(3), rig.granule(DATA, 0x30)),
        (1, 0x0501, other())
    );
    assert_eq!(rig.machine.memory().label(rig.real(DATA, 0x30)), Label(5));
    assert_eq!(rig.causes("ldtag r1, [c1 + 8]"), "alignment");
    assert_eq!(rig.causes("sttag r1, [c1 + 8]"), "alignment");
    // Bits that no derivation makes stay data.
    rig.bytes(DATA, 0x40, &[0xff; 16]);
    rig.run("sttag r2, [c1 + 0x40]");
    assert!(!rig.granule(DATA, 0x40).is_tagged());
    // An own page does not become another's.
    rig.set_r(2, 1 << 16);
    assert_eq!(rig.causes("sttag r2, [c1]"), "owner");
    // A system segment takes no private capability this way either.
    rig.bytes(SYSTEM_DATA, 0, &other().bits().to_le_bytes());
    rig.set_c(1, cap(SYSTEM_DATA, 0, 0x1000, ALL, 0));
    rig.set_r(2, 1);
    assert_eq!(rig.causes("sttag r2, [c1]"), "hold");
}

#[test]
fn a_host_in_any_ring_saves_and_restores_the_tags_of_its_guest() {
    let mut rig = lent(1);
    rig.bytes(DATA, 0x30, &other().bits().to_le_bytes());
    rig.set_r(2, 0x0003_0701);
    rig.run("sttag r2, [c1 + 0x30]; ldtag r1, [c1 + 0x30]; ldc c2, [c1 + 0x30]");
    assert_eq!((rig.r(1), rig.c(2)), (0x0003_0701, other().untag()));
    assert_eq!(owner(&rig, 0), 3);
    rig.set_r(2, 1);
    assert_eq!(
        rig.causes("sttag r2, [c1 + 0x30]"),
        "owner",
        "a page comes back by reclaim alone"
    );
}

#[test]
fn fill_writes_the_low_byte() {
    let mut rig = Rig::new();
    rig.set_c(1, at(data(), 0xff0));
    rig.set_r(2, 0x1234);
    rig.set_r(3, 0x20);
    assert_eq!(rig.finish("fill c1, r2, r3"), 2);
    assert_eq!(
        rig.peek(DATA, 0xfef, 0x22),
        [[0].as_slice(), &[0x34; 0x20], &[0]].concat()
    );
    rig.set_c(
        1,
        Capability::new(Fields {
            limit: 0x2000,
            ..at(data(), 0x1ff0).fields()
        }),
    );
    rig.set_r(3, 0x11);
    rig.code(TEXT + 4, 0x100, "fill c1, r2, r3");
    rig.poke(|context| context.pc = at(cap(TEXT + 4, 0, 0x1000, RX, 4), 0x100));
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(rig.causes("fill c1, r2, r3"), "bounds");
}
