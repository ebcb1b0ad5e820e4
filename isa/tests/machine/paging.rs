//! Page tables: what traps, what can be mended, and that nothing of a map is ever remembered.

use isa::machine::Stepped;
use isa::{DescriptorFlags, PageFlags, PageWord, Real};

use crate::rig::*;

const TABLE: u64 = 0x50000;
const FRAMES: u64 = 0x60000;

/// [`DATA`] as three pages of a table, which lie in memory in reverse.
fn paged(flags: PageFlags) -> Rig {
    let mut rig = Rig::new();
    rig.change(DATA, |data| {
        data.base = Real(TABLE);
        data.flags.insert(DescriptorFlags::PAGED);
    });
    for page in 0..3 {
        set_page(
            &mut rig,
            page,
            PageWord::new(Real(FRAMES + 0x1000 * (2 - page)), flags),
        );
    }
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig
}

fn set_page(rig: &mut Rig, page: u64, word: PageWord) {
    let write = rig
        .machine
        .poke_memory()
        .write(Real(TABLE + 8 * page), &word.0.to_le_bytes());
    write.expect("inside memory");
}

#[test]
fn a_page_is_where_its_word_says() {
    let mut rig = paged(PageFlags::all());
    rig.set_r(1, 0x1122_3344_5566_7788);
    rig.run(
        "st r1, [c1 + 0xffc]; ld r2, [c1 + 0xffc]; stc c2, [c1 + 0x1ff0]; ldc c3, [c1 + 0x1ff0]",
    );
    assert_eq!((rig.r(2), rig.c(3)), (rig.r(1), other()));
    let read = |real| {
        rig.machine
            .memory()
            .read(Real(real), 4)
            .expect("inside memory")
            .to_vec()
    };
    assert_eq!(read(FRAMES + 0x2ffc), [0x88, 0x77, 0x66, 0x55]);
    assert_eq!(read(FRAMES + 0x1000), [0x44, 0x33, 0x22, 0x11]);
}

#[test]
fn each_bit_that_is_clear_traps_what_needs_it() {
    for (clear, load, store) in [
        (PageFlags::PRESENT, true, true),
        (PageFlags::USED, true, true),
        (PageFlags::WRITABLE, false, true),
        (PageFlags::MODIFIED, false, true),
    ] {
        let mut rig = paged(PageFlags::all() - clear);
        for (line, traps) in [
            ("ldb r1, [c1]", load),
            ("ldc c3, [c1]", load),
            ("stb r1, [c1]", store),
            ("stc c2, [c1]", store),
            ("swap r1, r2, [c1]", store),
        ] {
            if traps {
                let trap = rig.trap(line);
                assert_eq!(
                    (trap.failed.to_string().as_str(), trap.segment.0),
                    ("page", DATA),
                    "{line} {clear:?}"
                );
            } else {
                rig.run(line);
            }
        }
    }
}

#[test]
fn a_mended_page_lets_the_instruction_run_again_and_counts_it_once() {
    let mut rig = paged(PageFlags::empty());
    rig.set_r(1, 7);
    rig.code(TEXT + 4, 0, "xadd r2, r1, [c1 + 8]");
    let clock = rig.machine.clock();
    let Ok(Stepped::Delivered(trap)) = rig.machine.step() else {
        panic!("no trap")
    };
    assert_eq!((trap.cause.name(), trap.offset, trap.size), ("page", 8, 8));
    set_page(&mut rig, 0, PageWord::new(Real(FRAMES), PageFlags::all()));
    rig.run("resume");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(rig.peek(DATA, 8, 1), [7]);
    assert_eq!(rig.machine.clock(), clock + 3);
}

#[test]
fn an_access_over_a_border_has_no_effect_before_both_pages_are_there() {
    let mut rig = paged(PageFlags::all());
    set_page(&mut rig, 1, PageWord::new(Real(FRAMES), PageFlags::empty()));
    rig.set_r(1, u64::MAX);
    let trap = rig.trap("st r1, [c1 + 0xffc]");
    assert_eq!(
        (trap.offset, trap.size),
        (0x1000, 4),
        "the part that is missing"
    );
    set_page(&mut rig, 0, PageWord::new(Real(FRAMES), PageFlags::empty()));
    let trap = rig.trap("st r1, [c1 + 0xffc]");
    assert_eq!((trap.offset, trap.size), (0xffc, 4), "the lower one first");
}

#[test]
fn a_wrong_capability_is_named_before_a_missing_page() {
    let mut rig = paged(PageFlags::empty());
    rig.set_c(3, cap(DATA, 0, 8, RW, 4));
    assert_eq!(rig.causes("ld r1, [c3 + 1]"), "bounds");
}

#[test]
fn a_map_that_points_out_of_memory_is_the_descriptors_fault() {
    let mut rig = paged(PageFlags::all());
    set_page(&mut rig, 0, PageWord::new(Real(MEMORY), PageFlags::all()));
    assert_eq!(rig.causes("ldb r1, [c1]"), "descriptor");
    rig.change(DATA, |data| data.base = Real(MEMORY));
    assert_eq!(rig.causes("ldb r1, [c1]"), "descriptor");
}

#[test]
fn stores_to_maps_and_to_code_count_from_the_next_step() {
    let mut rig = paged(PageFlags::all());
    rig.bytes(DATA, 0, &[1]);
    rig.bytes(DATA, 0x1000, &[2]);
    let table = isa::Descriptor {
        base: Real(TABLE),
        length: 0x1000,
        ..rig.descriptor(PLAIN)
    };
    rig.describe(PLAIN, table);
    rig.set_c(4, cap(PLAIN, 0, 0x1000, RW, 4));
    rig.run("ld r2, [c4 + 8]; ldb r3, [c1]; st r2, [c4]; ldb r4, [c1]");
    assert_eq!((rig.r(3), rig.r(4)), (1, 2));
    // A second segment over the text: an instruction that is about to run is changed by the one before.
    let text = isa::Descriptor {
        base: Real(0x14000),
        ..table
    };
    rig.describe(PLAIN, text);
    rig.poke(|context| context.pc = cap(TEXT + 4, 0, 0x1000, RX, 4));
    rig.code(TEXT + 4, 0, "st r5, [c4 + 8]; add r6, r0, 1");
    rig.set_r(5, assemble("add r6, r0, 2"));
    rig.machine.run(2);
    assert_eq!(rig.r(6), 2);
}

#[test]
fn text_and_stacks_may_be_paged() {
    let mut rig = paged(PageFlags::all());
    rig.code(DATA, 0x1008, "add r9, r0, 9");
    rig.change(DATA, |data| data.flags.insert(DescriptorFlags::EXECUTE));
    rig.poke(|context| context.pc = at(cap(DATA, 0, 0x3000, RX, 4), 0x1008));
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(rig.r(9), 9);
    set_page(&mut rig, 1, PageWord(0));
    let Ok(Stepped::Delivered(trap)) = rig.machine.step() else {
        panic!("no trap")
    };
    assert_eq!(
        (trap.cause.name(), trap.kind.name(), trap.register.0),
        ("page", "execute", 16)
    );
}

#[test]
fn probe_counts_an_absent_page_as_accessible() {
    let mut rig = paged(PageFlags::all());
    set_page(&mut rig, 1, PageWord(0));
    rig.set_r(2, 0x3000);
    for kind in ["read", "write"] {
        rig.run(&format!("probe r1, c1, r2, {kind}"));
        assert_eq!(rig.r(1), 0, "{kind}");
    }
    set_page(&mut rig, 1, PageWord::new(Real(MEMORY), PageFlags::all()));
    rig.set_r(2, 0x1001);
    for (instructions, expected) in [
        ("probe r1, c1, r2, read", 0), // a page of bytes is asked for, and no more
        (
            "cadd c1, c1, 1; probe r1, c1, r2, read",
            1 << isa::Cause::Descriptor.number(),
        ),
    ] {
        rig.run(instructions);
        assert_eq!(rig.r(1), expected, "{instructions}");
    }
}
