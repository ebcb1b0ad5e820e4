//! Events: hosts are asked before something happens, from the innermost outward; they do it themselves, pass it on, or let
//! it happen.

use std::collections::BTreeSet;

use isa::Cause;
use isa::context::{ExitReason, INTERCEPT_ENTRIES, INTERCEPT_EXITS, MachineBlock, TrapRecord};
use isa::instruction::{Intercept, Opcode};
use isa::machine::Stepped;

use crate::chain::{nest, program, reason};
use crate::nest::*;
use crate::rig::*;

/// A line for each instruction that is not for everybody, which in [`sensitive`] does not trap.
const LINES: &[&str] = &[
    "clock r1",
    "io r8, c3, c2, write",
    "mint c5, r6, r7",
    "getctl r1, timer",
    "setctl timer, r1",
    "getbank c5, 4",
    "setbank c5, 4",
    "setprocess c4, c4",
    "resume",
    "wfi",
    "vmrun c10, c11, c12",
    "lend c1, r3",
    "reclaim c13, r3",
    "movepage c1, c2",
    "ldtag r1, [c1]",
    "sttag r1, [c1]",
    "relabel c1, r1, r3",
];

/// A machine in which every one of the lines can be carried out.
fn sensitive(line: &str) -> Rig {
    let mut rig = program(line);
    rig.change(16, |device| device.brackets = brackets(7, 7, 7));
    rig.set_c(3, cap(16, 0, 0, RW, 0));
    rig.set_c(4, at(cap(KERNEL, 0, 0x1000, ALL, 0), 0x800));
    let process = *rig.machine.process();
    rig.bytes(KERNEL, 0x800, &process.to_bytes());
    rig.set_r(3, 0x1000);
    rig.set_r(8, 1);
    let context = rig.machine.context();
    rig.bytes(256, 0x200, &context.to_bytes());
    rig.set_c(15, at(cap(256, 0, 0x1000, ALL, 0), 0x200));
    rig.set_c(10, cap(DATA, 0x1000, 0x2000, ALL, 0));
    rig.set_c(11, cap(OTHER, 0x2000, 0x3000, ALL, 0));
    rig.set_c(12, cap(DATA, 0, 0x1000, ALL, 0));
    rig.set_c(13, cap(OTHER, 0x1000, 0x2000, ALL, 0));
    let lent = rig.real(OTHER, 0x1000);
    rig.machine.poke_memory().set_owner(lent, 1);
    rig
}

#[test]
fn every_sensitive_instruction_can_be_intercepted_by_its_class() {
    let mut seen = BTreeSet::new();
    for line in LINES {
        let word = assemble(line);
        let opcode = Opcode::of(word).expect("an instruction");
        let class = opcode.class().intercept().expect("not for everybody");
        seen.insert(opcode);
        let rig = sensitive(line);
        for own in Intercept::ALL {
            let hosts = Hosts {
                count: 1,
                paged: false,
                depth: 2,
            };
            let mut nest = Nest::around(&rig, hosts, Some(b""));
            nest.change(0, |block| block.terms.intercept_instructions = own.bit());
            let stepped = nest.machine.step();
            if *own != class {
                let here = nest.machine.levels() > 1 || reason(&nest, 0) == Some(ExitReason::Wait);
                assert!(here, "{line} and the mask for {own:?}: {stepped:?}");
                continue;
            }
            assert_eq!(stepped, Ok(Stepped::Exited), "{line}");
            assert_eq!(reason(&nest, 0), Some(ExitReason::Instruction), "{line}");
            let block = nest.block(0);
            let exit = block.terms.exit;
            assert_eq!((exit.instruction, exit.level, exit.block), (word, 0, 0));
            assert_eq!(exit.next.cursor(), 8);
            // Nothing has happened yet.
            assert_eq!(block.clock, 0, "{line}");
            assert_eq!(block.state.context, rig.machine.context(), "{line}");
            assert_eq!(block.state.process, *rig.machine.process(), "{line}");
        }
    }
    let all: BTreeSet<Opcode> = Opcode::ALL
        .iter()
        .copied()
        .filter(|opcode| opcode.class().intercept().is_some())
        .collect();
    assert_eq!(seen, all, "instructions without a line here");
}

#[test]
fn a_trap_comes_before_an_interception() {
    for line in LINES {
        let rig = sensitive(line);
        let opcode = Opcode::of(assemble(line)).expect("an instruction");
        let mut rig = rig;
        // Everything that goes through a capability finds none.
        rig.poke(|context| {
            (1..14).for_each(|number| context.c[number] = context.c[number].untag())
        });
        rig.set_c(15, at(cap(256, 0, 0x1000, RW, 0), 0xfff));
        let mut nest = nest(&rig, 1);
        nest.change(0, |block| block.terms.intercept_instructions = u64::MAX);
        let before = nest.machine.step();
        if opcode.traps().next().is_none()
            || ["mint", "getctl", "setctl", "getbank", "setbank"].contains(&opcode.mnemonic())
        {
            assert_eq!(before, Ok(Stepped::Exited), "{line}");
        } else {
            let delivered = matches!(before, Ok(Stepped::Delivered(_)));
            let doubled = reason(&nest, 0) == Some(ExitReason::DoubleFault);
            assert!(delivered || doubled, "{line}: {before:?}");
        }
    }
}

#[test]
fn an_event_is_offered_from_the_innermost_outward_and_happens_when_nobody_takes_it() {
    let rig = program("clock r1; clock r2; io r1, c9, c0, control");
    let mut nest = nest(&rig, 4);
    let mask = Intercept::Clock.bit();
    for host in [0, 1, 3] {
        nest.change(host, |block| block.terms.intercept_instructions = mask);
    }
    for round in 0..2 {
        for host in [3, 1, 0] {
            assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
            assert_eq!(nest.machine.levels(), host + 1, "round {round}");
            let exit = nest.block(host).terms.exit;
            let further = 3 - host as u64;
            assert_eq!(
                (exit.level, exit.instruction),
                (further, assemble(&format!("clock r{}", round + 1)))
            );
            let block = if further == 0 {
                0
            } else {
                BLOCK + HOST * (further - 1)
            };
            assert_eq!(
                exit.block, block,
                "the block of the guest, in the window of host {host}"
            );
            nest.change(host, |block| block.terms.proceed = true);
            // The host runs it again.
            nest.run_again();
        }
        assert_eq!(nest.leaf_step(), Ok(Stepped::Ran));
        assert_eq!(nest.machine.levels(), 5);
        assert!((0..4).all(|host| {
            let block = nest.machine.level_block(host + 1).expect("live");
            !block.terms.proceed
        }));
    }
    // The clock has told of the guest's own steps.
    assert_eq!(
        (nest.machine.context().r[1], nest.machine.context().r[2]),
        (0, 1)
    );
}

#[test]
fn what_is_complete_counts_once_in_the_machine_where_it_happened() {
    let rig = program("clock r1; io r1, c9, c0, control");
    let mut nest = nest(&rig, 3);
    nest.change(0, |block| {
        block.terms.intercept_instructions = Intercept::Clock.bit()
    });
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    assert_eq!(
        (nest.machine.levels(), nest.block(0).terms.exit.level),
        (1, 2)
    );
    // The outermost host does the instruction for the innermost guest.
    nest.change(2, |block| {
        block.state.context.r[1] = 777;
        block.state.context.pc = at(block.state.context.pc, 8);
        block.terms.complete = true;
    });
    nest.run_again();
    assert_eq!(nest.machine.step(), Ok(Stepped::Ran));
    assert_eq!(nest.machine.levels(), 4);
    assert_eq!(
        (nest.machine.context().r[1], nest.machine.pc().cursor()),
        (777, 8)
    );
    assert_eq!(nest.machine.clock(), 1);
    assert!(!nest.machine.level_block(3).expect("live").terms.complete);
}

#[test]
fn traps_are_intercepted_let_proceed_and_injected() {
    let rig = program("div r1, r1, r0; add r2, r2, 1; io r1, c9, c0, control");
    let mut nest = nest(&rig, 2);
    nest.change(1, |block| {
        block.terms.intercept_traps = 1 << Cause::Divide.number()
    });
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    assert_eq!(reason(&nest, 1), Some(ExitReason::Trap));
    let trap = nest.block(1).terms.exit.trap;
    assert_eq!(trap.trap().map(|trap| trap.cause), Some(Cause::Divide));
    assert_eq!(nest.block(1).clock, 0);
    nest.change(1, |block| block.terms.proceed = true);
    nest.run_again();
    let Ok(Stepped::Delivered(delivered)) = nest.leaf_step() else {
        panic!("no trap");
    };
    assert_eq!(TrapRecord::from(&delivered), trap);
    // A trap that the host makes up is not offered to it, and may be anything.
    let mut nest = self::nest(&rig, 2);
    let odd = TrapRecord {
        cause: 999,
        offset: 5,
        ..TrapRecord::default()
    };
    nest.change(1, |block| {
        block.terms.intercept_traps = u64::MAX;
        block.terms.inject = true;
        block.terms.inject_trap = odd;
    });
    assert!(matches!(nest.machine.step(), Ok(Stepped::Delivered(_))));
    assert_eq!((nest.machine.levels(), nest.machine.clock()), (3, 1));
    let frame = nest
        .machine
        .memory()
        .read(nest.outermost(2, rig.real(256, 0x1000 - 64).0), 64);
    assert_eq!(frame, Ok(&odd.to_bytes()[..]));
    assert!(!nest.machine.level_block(2).expect("live").terms.inject);
}

#[test]
fn an_empty_slot_exits_to_the_host_that_left_it_empty() {
    let mut rig = program("io r8, c3, c2, write; io r1, c9, c0, control");
    rig.change(16, |device| device.brackets = brackets(7, 7, 7));
    rig.set_c(3, cap(16, 0, 0, RW, 0));
    rig.set_c(2, at(cap(DATA, 0x800, 0x1100, ALL, 0), 0xffe));
    rig.set_r(8, 5);
    for host in 0..3 {
        let mut nest = nest(&rig, 3);
        nest.empty_slot(host, 0);
        assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
        assert_eq!(
            (nest.machine.levels(), reason(&nest, host)),
            (host + 1, Some(ExitReason::Device))
        );
        let exit = nest.block(host).terms.exit;
        // Slot 0, operation `write`, five bytes of a buffer that lies in two pages.
        assert_eq!(
            (exit.device, exit.operands[0].low(), exit.level),
            (2 << 8, 5, 2 - host as u64)
        );
        let real = rig.real(DATA, 0xffe).0 + HOST * (2 - host) as u64;
        assert_eq!(exit.extents, [(real, 2), (real + 2, 0x100)]);
    }
}

/// A host that lets everything proceed but the end of its guest, with which it ends too.
const PASS_ON: &str = "vmrun c1, c2, c3
     add r3, r3, 1
     ld r1, [c1 + REASON]
     add r2, r0, 2
     beq r1, r2, 32
     add r1, r0, 1
     st r1, [c1 + PROCEED]
     j -56
     ld r1, [c1 + STATUS]
     io r1, c4, c0, control
     trap 98";

fn pass_on(nest: &mut Nest, host: usize) {
    let source = PASS_ON
        .replace("REASON", &MachineBlock::EXIT_REASON_OFFSET.to_string())
        .replace("PROCEED", &MachineBlock::PROCEED_OFFSET.to_string())
        .replace("STATUS", &MachineBlock::EXIT_OPERANDS_OFFSET.to_string());
    nest.code(host, 0, &source);
    nest.change_context(host, |context| context.c[4] = whole(17, 0));
}

/// Runs the whole nest until the outermost machine is off, and says how many exits each host has seen.
fn exits(nest: &mut Nest, count: usize) -> Vec<u64> {
    let mut seen = vec![0; count];
    for _ in 0..200_000 {
        match nest.machine.step() {
            Ok(Stepped::Exited) => seen[nest.machine.levels() - 1] += 1,
            Ok(_) => {}
            Err(stop) => {
                let end = nest.machine.end().cloned();
                assert_eq!(
                    end,
                    Some(isa::machine::End::Power { status: 5 }),
                    "{stop:?}"
                );
                return seen;
            }
        }
    }
    panic!("it goes on for ever");
}

#[test]
fn hosts_that_take_and_pass_on_every_event_change_nothing_and_end() {
    let rig = program(
        "add r5, r0, 5; div r1, r5, r0; clock r7; stc c2, [c1]; ldtag r8, [c1]; getctl r9, up; io r5, c9, c0, control",
    );
    let mut alone = nest(&rig, 0);
    alone.run_off(1000);
    let expected = alone.machine.state_hash();
    for count in 1..=3 {
        let mut nest = nest(&rig, count);
        for host in 0..count {
            pass_on(&mut nest, host);
            nest.change(host, |block| {
                block.terms.intercept_instructions = u64::MAX;
                block.terms.intercept_traps = u64::MAX;
                block.terms.intercept_guests = INTERCEPT_ENTRIES | INTERCEPT_EXITS;
            });
        }
        let mut found = None;
        for _ in 0..200_000 {
            if found.is_none() && nest.machine.levels() == count + 1 && nest.leaf_is_off() {
                found = Some(nest.machine.state_hash_of(count));
            }
            if nest.machine.step().is_err() {
                break;
            }
        }
        assert_eq!(found, Some(expected), "{count} hosts");
        let end = nest.machine.end().cloned();
        assert_eq!(
            end,
            Some(isa::machine::End::Power { status: 5 }),
            "{count} hosts"
        );
    }
}

#[test]
fn who_takes_entries_and_exits_first_pays_for_it_at_every_level() {
    let rig = program("clock r7; clock r7; add r5, r0, 5; io r5, c9, c0, control");
    // The innermost host takes `clock`; the others do nothing, or take what passes between their guests.
    let run = |guests: u64| {
        let mut nest = nest(&rig, 3);
        for host in 0..3 {
            pass_on(&mut nest, host);
        }
        nest.change(2, |block| {
            block.terms.intercept_instructions = Intercept::Clock.bit()
        });
        for host in 0..2 {
            nest.change(host, |block| block.terms.intercept_guests = guests);
        }
        exits(&mut nest, 3)
    };
    // Three exits of the innermost guest, two for `clock` and one for the end of it; and the end of each host.
    assert_eq!(run(0), [1, 1, 3]);
    let all = run(INTERCEPT_ENTRIES | INTERCEPT_EXITS);
    assert_eq!(all[2], 3);
    // Host 1 is told of each exit and each entry of host 2's guest.
    assert_eq!(all[1], 3 + 3 + 1);
    // Host 0 is told of the same, and of each exit to host 1 and each entry by it.
    assert!(all[0] > 2 * all[1], "{all:?}");
}
