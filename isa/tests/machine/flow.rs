//! What capabilities lose on their way through memory, and where they may be.

use isa::{Capability, DescriptorFlags, Permissions, SegmentNumber};

use crate::rig::*;

const READ_CAP: Permissions = Permissions::READ.union(Permissions::LOAD_CAP);

#[test]
fn without_load_capability_what_is_loaded_is_untagged() {
    let mut rig = Rig::new();
    rig.set_granule(DATA, 0, other());
    rig.set_c(1, cap(DATA, 0, 16, RW, 4));
    rig.run("ldc c2, [c1]");
    assert_eq!(rig.c(2), other().untag());
}

#[test]
fn without_store_capability_a_tagged_value_traps_and_an_untagged_one_does_not() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(DATA, 0, 16, RW, 4));
    rig.set_c(2, other());
    assert_eq!(rig.causes("stc c2, [c1]"), "permission");
    rig.run("stc c1, [c15 + -16]; cuntag c2, c2; stc c2, [c1]");
    assert_eq!(rig.granule(DATA, 0), other().untag());
}

#[test]
fn a_segment_without_hold_takes_no_capabilities_and_gives_none() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(PLAIN, 0, 0x1000, ALL, 4));
    rig.set_c(2, other());
    assert_eq!(rig.causes("stc c2, [c1]"), "hold");
    assert_eq!(rig.causes("swapc c3, c2, [c1]"), "hold");
    rig.run("stc c0, [c1]");
    // Left there while the segment could hold it, it is dead now.
    rig.set_granule(PLAIN, 0, other());
    rig.run("ldc c3, [c1]");
    assert_eq!(rig.c(3), other().untag());
}

#[test]
fn a_system_segment_holds_only_capabilities_to_system_segments() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(SYSTEM_DATA, 0, 0x1000, ALL, 4));
    rig.set_c(2, cap(SYSTEM_DATA, 0, 16, RW, 4));
    rig.set_c(3, other());
    rig.run("stc c2, [c1]; ldc c4, [c1]");
    assert_eq!(rig.c(4), cap(SYSTEM_DATA, 0, 16, RW, 4));
    assert_eq!(rig.causes("stc c3, [c1]"), "hold");
    rig.set_granule(SYSTEM_DATA, 16, other());
    rig.run("ldc c4, [c1 + 16]");
    assert_eq!(rig.c(4), other().untag());
    rig.set_c(5, at(data(), 0x100));
    rig.set_granule(DATA, 0x100, other());
    rig.set_r(1, 16);
    assert_eq!(rig.causes("copy c1, c5, r1"), "hold");
}

#[test]
fn without_load_mutable_everything_that_is_reached_is_read_only() {
    let mut rig = Rig::new();
    // DATA holds a capability to OTHER, which holds one back to DATA.
    rig.set_granule(DATA, 0, other());
    rig.set_granule(OTHER, 0, data());
    rig.set_c(1, cap(DATA, 0, 16, READ_CAP, 4));
    rig.run("ldc c2, [c1]; ldc c3, [c2]; ldc c4, [c3]");
    assert_eq!(rig.c(2), cap(OTHER, 0, 0x3000, READ_CAP, 4));
    assert_eq!(rig.c(3), cap(DATA, 0, 0x3000, READ_CAP, 4));
    assert_eq!(rig.c(4), rig.c(2));
    assert_eq!(rig.causes("stb r1, [c2]"), "permission");
    // The sealed lose their rights too, though they cannot be used yet.
    let sealed = Capability::new(isa::Fields {
        kind: isa::Kind::Software(isa::ObjectType::FIRST),
        ..other().fields()
    });
    rig.set_granule(DATA, 0, sealed);
    rig.run("ldc c2, [c1]");
    assert_eq!(rig.c(2).permissions(), READ_CAP);
    assert_eq!(rig.c(2).kind(), sealed.kind());
}

#[test]
fn what_is_loaded_gets_the_weakest_ring_on_its_way() {
    // A capability of ring 0 that was left in a segment that ring 4 can write comes back as ring 4's.
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_granule(DATA, 0, cap(KERNEL, 0, 16, RW, 0));
    rig.set_c(1, cap(DATA, 0, 16, ALL, 0));
    rig.run("ldc c2, [c1]");
    assert_eq!(rig.c(2), cap(KERNEL, 0, 16, RW, 4));
    assert_eq!(rig.causes("ldb r1, [c2]"), "ring");
    // Through a weaker pointer it is as weak as that.
    rig.change(DATA, |data| data.brackets = brackets(0, 6, 6));
    rig.set_c(1, cap(DATA, 0, 16, READ_CAP, 6));
    rig.run("ldc c2, [c1]");
    assert_eq!(rig.c(2).ring(), ring(6));
    rig.set_c(1, cap(DATA, 0, 16, ALL, 0));
    rig.run("ldc c2, [c1]");
    assert_eq!(rig.c(2).ring(), ring(0));
}

#[test]
fn an_inner_ring_is_no_deputy_for_an_outer_one() {
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_c(1, cap(KERNEL, 0, 16, ALL, 4));
    let trap = rig.trap("stb r1, [c1]");
    assert_eq!(
        (trap.failed.to_string().as_str(), trap.ring),
        ("ring", ring(4))
    );
}

#[test]
fn entry_and_return_capabilities_are_raised_on_their_way_too() {
    let mut rig = Rig::new();
    rig.enter(1);
    rig.set_c(1, cap(TEXT + 1, 0, 0x1000, RX, 1));
    rig.set_c(2, at(data(), 0));
    rig.set_c(3, cap(DATA, 0, 0x1000, ALL, 1));
    rig.run("creturn c4, c1; centry c5, c1; stc c4, [c3]; stc c5, [c3 + 16]; ldc c4, [c3]; ldc c5, [c3 + 16]");
    assert_eq!((rig.c(4).ring(), rig.c(5).ring()), (ring(4), ring(4)));
    assert_eq!(rig.causes("ret c4"), "ring");
    assert_eq!(rig.causes("callc c7, c5"), "ring");
}

#[test]
fn failing_checks_of_the_first_stage_are_all_named() {
    let mut rig = Rig::new();
    rig.change(OTHER, |other| {
        other.generation = 3;
        other.flags.remove(DescriptorFlags::WRITE);
        other.brackets = brackets(2, 4, 4);
    });
    rig.set_c(1, cap(OTHER, 0, 16, Permissions::READ, 4));
    let trap = rig.trap("st r1, [c1 + 12]");
    assert_eq!(
        trap.failed.to_string(),
        "permission, bounds, generation, ring, mode"
    );
    assert_eq!(
        (trap.segment, trap.offset, trap.size),
        (SegmentNumber(OTHER), 12, 8)
    );
    // A segment that is missing is named only if the capability is in order.
    rig.change(OTHER, |other| other.flags.remove(DescriptorFlags::PRESENT));
    assert_eq!(rig.causes("st r1, [c1 + 12]"), "permission, bounds");
    assert_eq!(rig.causes("ld r1, [c1]"), "segment");
    rig.set_c(1, cap(400, 0, 16, RW, 4));
    assert_eq!(rig.causes("ld r1, [c1]"), "segment");
}

#[test]
fn a_descriptor_that_makes_no_sense_traps_every_use() {
    type Damage = fn(&mut isa::Descriptor);
    let damages: [Damage; 5] = [
        |d| d.brackets = brackets(5, 4, 7),
        |d| d.brackets = brackets(4, 7, 6),
        |d| d.base.0 += 8,
        |d| d.base.0 = MEMORY,
        |d| d.length = u32::MAX,
    ];
    for damage in damages {
        let mut rig = Rig::new();
        rig.change(DATA, damage);
        rig.set_c(1, cap(DATA, 0, 16, ALL, 4));
        for line in [
            "ldb r1, [c1]",
            "stb r1, [c1]",
            "ldc c2, [c1]",
            "stc c1, [c1]",
        ] {
            assert!(rig.causes(line).contains("descriptor"), "{line}");
        }
    }
    let mut rig = Rig::new();
    let mut process = *rig.machine.process();
    process.descriptor_count = 1 << 40;
    rig.machine.poke_process(&process);
    rig.set_c(1, cap(0xffff, 0, 16, ALL, 4));
    assert_eq!(
        rig.causes("ldb r1, [c1]"),
        "descriptor",
        "its descriptor is outside memory"
    );
}

#[test]
fn a_raised_generation_revokes_every_copy() {
    let mut rig = Rig::new();
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig.set_c(3, cap(0, 4, 8, Permissions::SEAL | Permissions::UNSEAL, 4));
    rig.run("stc c2, [c1]; cseal c4, c2, c3; ldb r1, [c2]");
    rig.change(OTHER, |other| other.generation = 1);
    assert_eq!(rig.causes("ldb r1, [c2]"), "generation");
    rig.run("ldc c5, [c1]; cunseal c6, c4, c3");
    assert_eq!(rig.causes("ldb r1, [c5]"), "generation");
    assert_eq!(rig.causes("ldb r1, [c6]"), "generation");
}
