//! Labels: what may flow, whatever the other mechanisms allow.

use isa::machine::Stepped;
use isa::{Label, LabelSet};

use crate::rig::*;

const LOW: Label = Label(0);
const HIGH: Label = Label(200);

fn set(labels: &[Label]) -> LabelSet {
    let mut set = LabelSet::EMPTY;
    labels.iter().for_each(|label| set.insert(*label));
    set
}

/// A process that may read and write these; the second page of [`DATA`] and granule 0x20 of its first are high.
fn process(read: &[Label], write: &[Label]) -> Rig {
    let mut rig = Rig::new();
    let mut process = *rig.machine.process();
    (process.read_labels, process.write_labels) = (set(read), set(write));
    rig.machine.poke_process(&process);
    label(&mut rig, 0x20, 0x30, HIGH);
    label(&mut rig, 0x1000, 0x2000, HIGH);
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig
}

fn label(rig: &mut Rig, from: u32, to: u32, label: Label) {
    for offset in (from..to).step_by(16) {
        let real = rig.real(DATA, offset);
        rig.machine.poke_memory().set_label(real, label);
    }
}

#[test]
fn reading_up_and_writing_down_trap() {
    let mut low = process(&[LOW], &[LOW, HIGH]);
    for line in [
        "ldb r1, [c1 + 0x20]",
        "ldc c3, [c1 + 0x20]",
        "ld r1, [c1 + 0x19]",
        "ld r1, [c1 + 0x2f]",
    ] {
        assert_eq!(low.causes(line), "label", "{line}");
    }
    low.run("ld r1, [c1 + 0x18]; ld r1, [c1 + 0x30]; stb r1, [c1 + 0x20]; stc c2, [c1 + 0x1000]");
    let mut high = process(&[LOW, HIGH], &[HIGH]);
    for line in [
        "stb r1, [c1]",
        "stc c2, [c1]",
        "st r1, [c1 + 0x19]",
        "st r1, [c1 + 0x29]",
        "swap r1, r2, [c1]",
    ] {
        assert_eq!(high.causes(line), "label", "{line}");
    }
    high.run("ldb r1, [c1]; ldb r1, [c1 + 0x20]; stb r1, [c1 + 0x20]; xadd r1, r2, [c1 + 0x28]");
}

#[test]
fn a_store_keeps_the_label() {
    let mut rig = process(&[LOW], &[LOW, HIGH]);
    rig.run("st r1, [c1 + 0x1c]; stc c2, [c1 + 0x20]");
    let memory = rig.machine.memory();
    let labels = [0x10, 0x20, 0x30].map(|offset| memory.label(rig.real(DATA, offset)));
    assert_eq!(labels, [LOW, HIGH, LOW]);
}

#[test]
fn a_border_of_labels_inside_an_access_or_at_a_page_stops_all_of_it() {
    let mut rig = process(&[LOW], &[LOW]);
    let trap = rig.trap("st r1, [c1 + 0xffc]");
    assert_eq!(
        (trap.cause.name(), trap.offset, trap.size),
        ("label", 0x1000, 4)
    );
    rig.trap("st r1, [c1 + 0x1c]");
    // A block copy stops at the chunk that meets the border, and a chunk before it is done.
    rig.set_c(3, at(data(), 0xf00));
    rig.set_r(4, 0x200);
    rig.code(TEXT + 4, 0, "copy c3, c2, r4");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!((rig.r(4), rig.c(3).cursor()), (0x100, 0x1000));
    let trap = rig.trap("copy c3, c2, r4");
    assert_eq!(
        (trap.cause.name(), trap.offset, trap.register.0),
        ("label", 0x1000, 3)
    );
    rig.set_c(3, at(data(), 0x10));
    rig.set_r(4, 0x11);
    assert_eq!(rig.causes("fill c3, r0, r4"), "label");
}

#[test]
fn ring_0_is_exempt_but_not_through_a_capability_of_an_outer_ring() {
    let mut rig = process(&[], &[]);
    rig.enter(0);
    rig.set_c(1, cap(DATA, 0, 0x3000, ALL, 0));
    rig.run("ldb r1, [c1 + 0x20]; stb r1, [c1]");
    rig.set_c(1, data());
    assert_eq!(rig.causes("ldb r1, [c1]"), "label");
    assert_eq!(rig.causes("stb r1, [c1 + 0x20]"), "label");
}

#[test]
fn executing_is_reading() {
    let mut rig = process(&[HIGH], &[]);
    let trap = rig.trap("add r1, r1, 1");
    assert_eq!((trap.cause.name(), trap.kind.name()), ("label", "execute"));
}

#[test]
fn a_capability_left_by_a_low_process_does_not_open_a_high_one() {
    let mut rig = process(&[LOW, HIGH], &[HIGH]);
    rig.set_granule(OTHER, 0, data());
    rig.run("ldc c3, [c2]");
    assert_eq!(rig.causes("stb r1, [c3]"), "label");
}

#[test]
fn a_device_has_the_label_of_its_descriptor() {
    let mut rig = Rig::with_devices(b"abc", vec![0; 4096]);
    rig.change(16, |console| console.label = HIGH);
    rig.set_c(2, cap(16, 0, 0, RW, 4));
    rig.set_c(3, data());
    rig.set_r(1, 3);
    for (read, write, line, passes) in [
        (vec![LOW], vec![LOW, HIGH], "io r1, c2, c3, read", false),
        (vec![LOW, HIGH], vec![LOW], "io r1, c2, c3, write", false),
        (vec![LOW], vec![HIGH], "io r1, c2, c3, write", true),
        (vec![LOW, HIGH], vec![LOW], "io r1, c2, c3, read", true),
    ] {
        let mut process = *rig.machine.process();
        (process.read_labels, process.write_labels) = (set(&read), set(&write));
        rig.machine.poke_process(&process);
        if passes {
            rig.run(line)
        } else {
            assert_eq!(rig.causes(line), "label", "{line}")
        }
    }
    // The buffer has labels too.
    label(&mut rig, 0, 0x10, HIGH);
    assert_eq!(rig.causes("io r1, c2, c3, read"), "label");
}

#[test]
fn ring_0_relabels_and_nobody_else() {
    let mut rig = Rig::new();
    rig.set_c(1, cap(DATA, 0, 0x3000, ALL, 4));
    assert_eq!(rig.causes("relabel c1, r2, r3"), "privilege");
    rig.enter(0);
    rig.set_granule(DATA, 0xff0, other());
    rig.set_c(1, at(cap(DATA, 0, 0x3000, ALL, 0), 0xff0));
    rig.set_r(2, 0x1ff);
    rig.set_r(3, 0x20);
    assert_eq!(rig.finish("relabel c1, r2, r3"), 2);
    let labels = [0xfe0, 0xff0, 0x1000, 0x1010]
        .map(|offset| rig.machine.memory().label(rig.real(DATA, offset)));
    assert_eq!(labels, [Label(0), Label(255), Label(255), Label(0)]);
    assert_eq!(rig.granule(DATA, 0xff0), other());
    rig.set_r(3, 8);
    assert_eq!(rig.causes("relabel c1, r2, r3"), "alignment");
    rig.set_r(3, 16);
    rig.run("cadd c1, c1, 8");
    assert_eq!(rig.causes("relabel c1, r2, r3"), "alignment");
}

#[test]
fn probe_answers_for_labels() {
    let mut rig = process(&[LOW], &[LOW, HIGH]);
    let label = 1 << isa::Cause::Label.number();
    for (cursor, size, kind, expected) in [
        (0, 0x20, "read", 0),
        (0, 0x21, "read", label),
        (0x30, 0xfd0, "read", 0),
        (0x30, 0xfd1, "read", label),
        (0, 0x3000, "write", 0),
        (0, 0x3001, "write", 1 << isa::Cause::Bounds.number()),
        (0, 0, "read", 0),
    ] {
        rig.set_c(1, at(data(), cursor));
        rig.set_r(2, size);
        rig.run(&format!("probe r1, c1, r2, {kind}"));
        assert_eq!(rig.r(1), expected, "{cursor:#x} {size:#x} {kind}");
    }
    rig.set_r(2, u64::MAX);
    rig.run("probe r1, c0, r2, read; probe r2, c1, r2, execute");
    assert_eq!(rig.r(1), 1 << isa::Cause::Tag.number());
    let causes = isa::Causes::from_bits_retain(rig.r(2) as u32).to_string();
    assert_eq!(causes, "permission, bounds, mode");
}
