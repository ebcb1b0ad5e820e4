//! Whose tags: what a guest makes of its memory is its own, and what belongs to a host is not the guest's.

use isa::context::ExitReason;
use isa::machine::Stepped;
use isa::{Capability, Cause, Label};

use crate::chain::{nest, program, reason};
use crate::nest::*;
use crate::rig::*;

/// Runs lines in the innermost host, whose guest has exited, at a free place of its text.
fn run_host(nest: &mut Nest, source: &str) {
    let host = nest.machine.levels() - 1;
    nest.code(host, 0x400, source);
    let mut context = nest.machine.context();
    context.pc = at(context.pc, 0x400);
    nest.machine.poke_context(&context);
    for line in lines(source) {
        assert_eq!(nest.machine.step(), Ok(Stepped::Ran), "{line}");
    }
}

#[test]
fn capabilities_of_a_guest_are_data_to_its_host_at_every_depth() {
    let rig = program("stc c1, [c1 + 0x40]; stc c2, [c1 + 0x50]; wfi");
    for count in 1..=8 {
        let mut nest = nest(&rig, count);
        while nest.machine.step() != Ok(Stepped::Exited) {}
        let place = rig.real(DATA, 0x40).0;
        assert!(
            nest.machine.memory().is_valid(nest.outermost(count, place)),
            "the guest's tag"
        );
        // The host loads the granule: the bits, and no tag. It stores one byte: the guest's tag is gone.
        run_host(
            &mut nest,
            &format!(
                "ldc c5, [c2 + {place}]; cget r5, c5, tag; st r0, [c2 + {}]",
                place + 0x10
            ),
        );
        let loaded = nest.machine.c(isa::instruction::C::new(5).expect("c5"));
        assert_eq!((loaded.bits(), loaded.is_tagged()), (data().bits(), false));
        assert!(nest.machine.memory().is_valid(nest.outermost(count, place)));
        assert!(
            !nest
                .machine
                .memory()
                .is_valid(nest.outermost(count, place + 0x10))
        );
    }
}

#[test]
fn a_capability_that_a_host_stores_in_its_guest_is_data_there() {
    let rig = program("wfi");
    let mut nest = nest(&rig, 2);
    while nest.machine.step() != Ok(Stepped::Exited) {}
    let place = rig.real(DATA, 0x40).0;
    run_host(
        &mut nest,
        &format!("stc c1, [c2 + {place}]; ldc c5, [c2 + {place}]"),
    );
    assert!(!nest.machine.memory().is_valid(nest.outermost(2, place)));
    assert!(
        !nest
            .machine
            .c(isa::instruction::C::new(5).expect("c5"))
            .is_tagged()
    );
}

#[test]
fn bits_of_a_host_s_capability_written_by_a_guest_are_no_capability_of_the_host() {
    let mut rig = program("st r1, [c1 + 0x40]; st r2, [c1 + 0x48]; wfi");
    let block = whole(BLOCK_SEGMENT, 0x1000);
    rig.set_r(1, block.low());
    rig.set_r(2, block.high());
    let mut nest = nest(&rig, 1);
    while nest.machine.step() != Ok(Stepped::Exited) {}
    let place = rig.real(DATA, 0x40).0;
    run_host(&mut nest, &format!("ldc c5, [c2 + {place}]"));
    assert_eq!(
        nest.machine.c(isa::instruction::C::new(5).expect("c5")),
        Capability::untagged(block.bits())
    );
}

#[test]
fn a_page_that_was_not_lent_is_the_host_s_whoever_wants_it() {
    // The page of the data belongs to each host in turn; the guest is in three of them.
    for owner in 0..3usize {
        let rig = program("ld r1, [c1 + 0x40]; wfi");
        let mut nest = nest(&rig, 3);
        let page = rig.real(DATA, 0).0;
        let outermost = nest.outermost(3, page);
        nest.machine
            .poke_memory()
            .set_owner(outermost, owner as u16);
        assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
        assert_eq!(
            (nest.machine.levels(), reason(&nest, owner)),
            (owner + 1, Some(ExitReason::Memory))
        );
        let exit = nest.block(owner).terms.exit;
        let trap = exit.trap.trap().expect("a trap");
        assert_eq!((trap.cause, trap.segment.0), (Cause::Owner, WINDOW_SEGMENT));
        assert_eq!(trap.offset, page + HOST * (2 - owner as u64));
        assert_eq!(exit.level, 2 - owner as u64);
        // Lent, it is the guest's.
        nest.machine.poke_memory().set_owner(outermost, 3);
        nest.run_again();
        assert_eq!(nest.leaf_step(), Ok(Stepped::Ran));
    }
}

#[test]
fn lending_and_reclaiming_take_tags_at_every_depth() {
    let rig = program(
        "stc c1, [c2 + 0x40]
         add r3, r0, 0x1000
         lend c2, r3
         sub r3, r3, -0x1000
         csub r4, c2, c1
         wfi",
    );
    for count in 1..4 {
        let mut nest = nest(&rig, count);
        while nest.machine.step() != Ok(Stepped::Exited) {}
        let place = nest.outermost(count, rig.real(OTHER, 0x40).0);
        let memory = nest.machine.memory();
        assert_eq!(memory.owner(place), count as u16 + 1);
        assert!(!memory.is_valid(place));
        // The host takes the page of its guest, which it may, and the guest of the guest has none any more.
        let page = rig.real(OTHER, 0).0;
        run_host(
            &mut nest,
            &format!(
                "add r3, r0, 0x1000; cadd c6, c2, {page}; reclaim c6, r3; ldtag r5, [c2 + {page}]"
            ),
        );
        assert_eq!(nest.machine.memory().owner(place), count as u16 - 1);
        assert_eq!(
            nest.machine.context().r[5],
            0,
            "its own, untagged, with the label of the segment"
        );
    }
}

#[test]
fn a_host_judges_lent_pages_by_the_label_of_its_segment() {
    // The guest relabels its page; the verdict of the host, which may neither read nor write label 7, stays.
    let rig = program("add r1, r0, 7; add r3, r0, 0x1000; relabel c2, r1, r3; wfi");
    let mut nest = nest(&rig, 1);
    let mut process = *nest.machine.process();
    (process.read_labels, process.write_labels) =
        (isa::LabelSet::of(Label(0)), isa::LabelSet::of(Label(0)));
    nest.machine.poke_process(&process);
    while nest.machine.step() != Ok(Stepped::Exited) {}
    let page = rig.real(OTHER, 0).0;
    let place = nest.outermost(1, page);
    assert_eq!(nest.machine.memory().label(place), Label(7));
    run_host(
        &mut nest,
        &format!("ld r5, [c2 + {page}]; ldtag r6, [c2 + {page}]"),
    );
    assert_eq!(nest.machine.context().r[6], 7 << 8 | 1 << 16);
}

#[test]
fn a_block_must_be_the_host_s_own() {
    let mut rig = program("vmrun c10, c11, c12");
    rig.set_c(10, cap(DATA, 0x1000, 0x2000, ALL, 0));
    rig.set_c(11, cap(OTHER, 0, 0x3000, ALL, 0));
    rig.set_c(12, cap(DATA, 0, 0x1000, ALL, 0));
    for (count, owner, taken) in [(0, 0, true), (0, 1, false), (2, 2, true), (2, 3, false)] {
        let hosts = Hosts {
            count,
            paged: false,
            depth: 1,
        };
        let mut nest = Nest::around(&rig, hosts, Some(b""));
        let place = nest.outermost(count, rig.real(DATA, 0x1000).0);
        nest.machine.poke_memory().set_owner(place, owner);
        let stepped = nest.machine.step();
        let refused =
            matches!(&stepped, Ok(Stepped::Delivered(trap)) if trap.cause == Cause::Owner);
        assert_eq!(refused, !taken, "{count} {owner}: {stepped:?}");
    }
}

#[test]
fn a_block_inside_the_guest_s_own_memory_is_out_of_its_reach() {
    // The window is all of the host's data, the block among it. The guest, in a world of zeros, only has its maps.
    let mut rig = program("vmrun c10, c11, c12; wfi");
    rig.set_c(10, cap(DATA, 0x1000, 0x2000, ALL, 0));
    rig.set_c(11, cap(DATA, 0, 0x3000, ALL, 0));
    rig.set_c(12, cap(OTHER, 0, 0x1000, ALL, 0));
    let inner = program("st r1, [c1]; wfi");
    let mut block = isa::context::MachineBlock {
        state: inner.machine.level_state(0).expect("level 0"),
        clock: 0,
        terms: no_terms(0),
    };
    // Descriptors at 0, text in page 2; the block is page 1.
    block.state.process.descriptor_base = 0;
    block.state.process.descriptor_count = 48;
    block.state.context.pc = cap(32, 0, 0x1000, RX, 0);
    block.state.context.c[1] = cap(33, 0, 0x1000, ALL, 0);
    block.state.entry = 0;
    rig.bytes(DATA, 0x1000, &block.to_bytes());
    let mut describe = |number: u32, base: u64, flags| {
        let descriptor = isa::Descriptor {
            base: isa::Real(base),
            length: 0x1000,
            flags: flags | isa::DescriptorFlags::PRESENT,
            brackets: brackets(0, 0, 0),
            ..isa::Descriptor::default()
        };
        rig.bytes(DATA, 32 * number, &descriptor.to_bytes());
    };
    describe(
        32,
        0x2000,
        isa::DescriptorFlags::READ | isa::DescriptorFlags::EXECUTE,
    );
    describe(
        33,
        0x1000,
        isa::DescriptorFlags::READ | isa::DescriptorFlags::WRITE,
    );
    rig.code(DATA, 0x2000, "st r1, [c1]; wfi");
    for page in [0, 0x2000] {
        let place = rig.real(DATA, page);
        rig.machine.poke_memory().set_owner(place, 1);
    }
    let hosts = Hosts {
        count: 0,
        paged: false,
        depth: 1,
    };
    let mut nest = Nest::around(&rig, hosts, Some(b""));
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    let bytes = nest
        .machine
        .memory()
        .read(rig.real(DATA, 0x1000), 4096)
        .expect("inside");
    let block = isa::context::MachineBlock::from_bytes(bytes.try_into().expect("a page"));
    let trap = block.terms.exit.trap.trap().expect("a trap");
    assert_eq!((trap.cause, trap.offset), (Cause::Owner, 0x1000));
    assert_eq!(block.state.context.pc.cursor(), 0, "the store is not made");
}
