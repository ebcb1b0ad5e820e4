//! A guest cannot tell how deep it is: the same program leaves the same state and the same clock at every depth.

use isa::Capability;
use isa::machine::Stepped;

use crate::nest::*;
use crate::rig::*;

/// Runs the rig to its end at a depth, and gives its clock and state hash.
fn result(rig: &Rig, count: usize, paged: bool) -> (u64, String) {
    let hosts = Hosts {
        count,
        paged,
        depth: 2,
    };
    let mut nest = Nest::around(rig, hosts, Some(b"input\n"));
    nest.run_off(100_000);
    let clock = nest.machine.level_clock(count).expect("live");
    (clock, nest.machine.state_hash_of(count).to_string())
}

/// The same result at all depths, with windows in one piece and with windows in pages.
fn assert_same_at_all_depths(rig: &Rig) {
    let alone = result(rig, 0, false);
    for count in 1..=8 {
        assert_eq!(result(rig, count, count % 2 == 0), alone, "depth {count}");
    }
    assert_eq!(result(rig, 3, true), alone, "depth 3 in pages");
}

/// A rig in ring 0 with all that the programs below want: power in c9, the console in c10.
fn rig() -> Rig {
    let mut rig = Rig::with_devices(b"", Vec::new());
    rig.enter(0);
    for slot in 0..5 {
        rig.change(16 + slot, |device| device.brackets = brackets(7, 7, 7));
    }
    rig.set_c(9, cap(17, 0, 0, RW, 0));
    rig.set_c(10, cap(16, 0, 0, RW, 0));
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig
}

#[test]
fn arithmetic_and_memory() {
    let mut rig = rig();
    rig.code(
        TEXT,
        0,
        "add r1, r0, 50
         add r2, r2, r1 << 1
         mul r3, r2, r1
         st r3, [c1 + r1 << 3]
         stc c2, [c1 + 0x200]
         ldc c3, [c1 + 0x200]
         st r2, [c3 + r1 << 2]
         sub r1, r1, 1
         bne r1, r0, -56
         io r1, c9, c0, control",
    );
    assert_same_at_all_depths(&rig);
}

#[test]
fn timer_interrupts_every_few_steps() {
    let mut rig = rig();
    rig.code(
        TEXT,
        0,
        "add r1, r0, 7
         setctl timer, r1
         add r1, r0, 0x10000
         setctl lines, r1
         add r3, r0, 100
         setctl masked, r0
         add r2, r2, 1
         blt r2, r3, -8
         setctl masked, r3
         wfi
         clock r4
         io r1, c9, c0, control",
    );
    // The next deadline is 13 steps on.
    rig.code(
        TEXT,
        HANDLER,
        "clock r1; add r1, r1, 13; setctl timer, r1; resume",
    );
    assert_same_at_all_depths(&rig);
}

#[test]
fn traps_page_faults_and_devices() {
    let mut rig = rig();
    rig.change(PLAIN, |segment| {
        segment.flags |= isa::DescriptorFlags::PAGED;
        segment.base = isa::Real(0x39000);
    });
    rig.set_c(3, cap(PLAIN, 0, 0x1000, RW, 0));
    rig.set_c(4, cap(KERNEL, 0, 0x1000, ALL, 0));
    rig.set_c(5, cap(18, 0, 0, RW, 0));
    rig.set_c(6, cap(20, 0, 0, RW, 0));
    rig.code(
        TEXT,
        0,
        "add r5, r0, 5
         st r5, [c3 + 0x10]
         ld r6, [c3 + 0x10]
         div r1, r5, r0
         add r1, r0, 6
         io r1, c10, c1, read
         io r1, c10, c1, write
         io r2, c5, c2, read
         add r3, r0, 1
         io r3, c6, c2, read
         copy c1, c2, r3
         io r5, c9, c0, control",
    );
    // A page fault maps the page of the word that stands in kernel data; other traps go on behind the instruction.
    let frame = 0x38000u64 | 0xf;
    rig.bytes(KERNEL, 0x100, &frame.to_le_bytes());
    // The handler has no capabilities but its stack, so it is given the kernel's segment by mint.
    let kernel = cap(KERNEL, 0, 0x1000, ALL, 0);
    rig.bytes(TEXT, 0xf00, &kernel.low().to_le_bytes());
    rig.bytes(TEXT, 0xf08, &kernel.high().to_le_bytes());
    rig.code(
        TEXT,
        HANDLER,
        "ld r1, [c15 + 544]
         add r2, r0, 16
         bne r1, r2, 64
         cpc c1, 0
         ld r3, [c1 + 0x6e8]
         ld r4, [c1 + 0x6f0]
         mint c2, r3, r4
         ld r5, [c2 + 0x100]
         st r5, [c2]
         resume
         ld r6, [c15]
         add r6, r6, 8
         st r6, [c15]
         resume",
    );
    assert_same_at_all_depths(&rig);
}

#[test]
fn every_step_is_the_same_step() {
    let mut rig = rig();
    rig.code(
        TEXT,
        0,
        "add r5, r0, 5
         stc c2, [c1 + 0x20]
         div r1, r5, r0
         ldc c3, [c1 + 0x20]
         add r6, r0, 100
         copy c1, c2, r6
         clock r7
         io r5, c9, c0, control",
    );
    rig.code(
        TEXT,
        HANDLER,
        "ld r6, [c15]; add r6, r6, 8; st r6, [c15]; resume",
    );
    let with = |count| {
        let hosts = Hosts {
            count,
            ..Hosts::default()
        };
        Nest::around(&rig, hosts, Some(b""))
    };
    let (mut alone, mut nested) = (with(0), with(3));
    for step in 0.. {
        let (a, b) = (alone.leaf_step(), nested.leaf_step());
        assert_eq!(a, b, "step {step}");
        assert_eq!(alone.machine.context(), nested.machine.context());
        assert_eq!(
            alone.machine.state_hash(),
            nested.machine.state_hash_of(3),
            "step {step}"
        );
        if alone.leaf_is_off() {
            break;
        }
        assert!(matches!(a, Ok(Stepped::Ran | Stepped::Delivered(_))));
    }
    assert!(nested.leaf_is_off());
    // What is left of the guest is an exit to its host, which has nothing more to do.
    assert_eq!(nested.machine.step(), Ok(Stepped::Exited));
    assert_eq!(nested.machine.levels(), 3);
    assert_eq!(nested.block(2).terms.exit.operands[0].low(), 5);
    assert_ne!(
        nested.machine.c(isa::instruction::C::STACK),
        Capability::NULL
    );
}
