//! The chain of hosts: faults go to whom they belong, budgets and lines stop it where they should, and nobody else can
//! tell.

use isa::context::{ExitReason, STATUS_MASKED};
use isa::instruction::names::Named;
use isa::machine::{Machine, Stepped, Stop};
use isa::{Cause, PageFlags, Trap, TrapRegister};

use crate::nest::*;
use crate::rig::*;

const POWER_OFF: &str = "io r1, c9, c0, control";

/// A rig in ring 0 with power in c9 and this program, which goes on behind what trapped.
pub(crate) fn program(source: &str) -> Rig {
    let mut rig = Rig::with_devices(b"", Vec::new());
    rig.enter(0);
    rig.change(17, |device| device.brackets = brackets(7, 7, 7));
    rig.set_c(9, cap(17, 0, 0, RW, 0));
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig.code(TEXT, 0, source);
    rig.code(
        TEXT,
        HANDLER,
        "ld r6, [c15]; add r6, r6, 8; st r6, [c15]; resume",
    );
    rig
}

pub(crate) fn nest(rig: &Rig, count: usize) -> Nest {
    let hosts = Hosts {
        count,
        paged: true,
        depth: 0,
    };
    Nest::around(rig, hosts, Some(b""))
}

/// The clock and the hash of a machine that ran the program alone.
fn alone(rig: &Rig) -> (u64, String) {
    let mut nest = nest(rig, 0);
    nest.run_off(10_000);
    (nest.machine.clock(), nest.machine.state_hash().to_string())
}

fn leaf_result(nest: &Nest) -> (u64, String) {
    let leaf = nest.leaf();
    let clock = nest.machine.level_clock(leaf).expect("live");
    (clock, nest.machine.state_hash_of(leaf).to_string())
}

pub(crate) fn reason(nest: &Nest, host: usize) -> Option<ExitReason> {
    ExitReason::from_number(nest.block(host).terms.exit.reason as u32)
}

/// Steps until a trap is delivered to a host, and says which level it was.
fn host_trap(machine: &mut Machine, leaf: usize) -> (usize, Trap) {
    for _ in 0..1000 {
        let stepped = machine.step().expect("it goes on");
        if let Stepped::Delivered(trap) = stepped
            && machine.levels() <= leaf
        {
            return (machine.levels() - 1, trap);
        }
    }
    panic!("no trap of a host");
}

/// Stores to the three pages of data, one after the other, and loads them.
const STORES: &str = "add r1, r0, 0x1000
     st r1, [c1]
     st r1, [c1 + r1]
     st r1, [c1 + r1 << 1]
     ld r2, [c1 + r1 << 1]
     io r1, c9, c0, control";

#[test]
fn a_hole_in_the_map_of_a_host_is_its_own_page_fault() {
    let rig = program(STORES);
    let expected = alone(&rig);
    for host in 0..5 {
        let mut nest = nest(&rig, 5);
        nest.handle(host, "resume");
        let page = rig.real(DATA, 0x1000).0 + HOST * (4 - host) as u64;
        nest.set_page(host, page, PageFlags::empty());
        let (level, trap) = host_trap(&mut nest.machine, 5);
        assert_eq!((level, trap.cause), (host, Cause::Page));
        assert_eq!(trap.register, TrapRegister(2));
        assert_eq!((trap.segment.0, trap.offset), (WINDOW_SEGMENT, page));
        // The levels between have not made a step, nor has the guest made the one that was not complete.
        let clocks: Vec<u64> = (host..5).map(|outer| nest.block(outer).clock).collect();
        assert_eq!(clocks, vec![2; 5 - host]);
        nest.set_page(host, page, PageFlags::all());
        nest.run_off(1000);
        assert_eq!(leaf_result(&nest), expected, "hole in host {host}");
    }
}

#[test]
fn holes_in_two_hosts_go_to_each_of_them() {
    let rig = program(STORES);
    let mut nest = nest(&rig, 5);
    let page = |host: u64| rig.real(DATA, 0x1000).0 + HOST * (4 - host);
    for host in [3, 1] {
        nest.handle(host, "resume");
        nest.set_page(host, page(host as u64), PageFlags::empty());
    }
    for host in [3, 1] {
        let (level, trap) = host_trap(&mut nest.machine, 5);
        assert_eq!((level, trap.offset), (host, page(host as u64)));
        nest.set_page(host, page(host as u64), PageFlags::all());
    }
    nest.run_off(1000);
    assert_eq!(leaf_result(&nest), alone(&rig));
}

#[test]
fn a_page_that_a_host_may_not_store_to_is_its_fault_at_the_store() {
    let rig = program(STORES);
    let mut nest = nest(&rig, 2);
    nest.handle(0, "resume");
    let page = rig.real(DATA, 0x2000).0 + HOST;
    let flags = PageFlags::PRESENT | PageFlags::USED;
    nest.set_page(0, page, flags);
    let (level, trap) = host_trap(&mut nest.machine, 2);
    assert_eq!((level, trap.kind), (0, isa::AccessKind::Write));
    assert_eq!(nest.block(0).clock, 3, "at the third store, and not before");
}

#[test]
fn a_budget_stops_the_guest_exactly() {
    let rig = program("add r1, r1, 1; j -8");
    for budget in 1..20 {
        for host in 0..3 {
            let mut nest = nest(&rig, 3);
            nest.change(host, |block| block.terms.budget = budget);
            while nest.machine.step() != Ok(Stepped::Exited) {}
            assert_eq!(nest.machine.levels(), host + 1);
            assert_eq!(reason(&nest, host), Some(ExitReason::Budget));
            for outer in host..3 {
                assert_eq!(nest.block(outer).clock, budget, "host {host}");
            }
            assert_eq!(nest.machine.steps(), budget + 1, "the exit is a step too");
        }
    }
}

#[test]
fn of_two_budgets_the_first_to_end_counts() {
    let rig = program("add r1, r1, 1; j -8");
    let mut nest = nest(&rig, 3);
    nest.change(0, |block| block.terms.budget = 9);
    nest.change(2, |block| block.terms.budget = 5);
    nest.code(2, 8, "vmrun c1, c2, c3; vmrun c1, c2, c3; vmrun c1, c2, c3");
    // The guest is used up, and each time its host runs it again that is a step of the host alone.
    while nest.machine.step() != Ok(Stepped::Exited) || nest.machine.levels() > 1 {}
    assert_eq!(reason(&nest, 2), Some(ExitReason::Budget));
    assert_eq!(reason(&nest, 0), Some(ExitReason::Budget));
    assert_eq!([0, 1, 2].map(|host| nest.block(host).clock), [9, 9, 5]);
}

#[test]
fn a_double_fault_ends_the_guest_alone() {
    let mut rig = program("div r1, r1, r0");
    rig.machine.poke_entry(0);
    let mut nest = nest(&rig, 2);
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    assert_eq!(
        (nest.machine.levels(), reason(&nest, 1)),
        (2, Some(ExitReason::DoubleFault))
    );
    let block = nest.block(1);
    assert_eq!(
        block.terms.exit.trap.trap().map(|trap| trap.cause),
        Some(Cause::Divide)
    );
    assert_eq!((block.clock, nest.machine.steps()), (0, 1));
    assert!(nest.machine.end().is_none());
}

#[test]
fn a_guest_that_waits_for_nothing_exits_and_no_tick_is_counted() {
    let rig = program("wfi; io r1, c9, c0, control");
    let mut nest = nest(&rig, 2);
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    assert_eq!(
        (nest.machine.levels(), reason(&nest, 1)),
        (2, Some(ExitReason::Wait))
    );
    assert_eq!(
        (nest.block(1).clock, nest.block(1).state.context.pc.cursor()),
        (0, 0)
    );
}

#[test]
fn a_guest_that_waits_for_its_timer_idles_and_its_hosts_with_it() {
    let rig = program(
        "add r1, r0, 50; setctl timer, r1; add r1, r0, 0x10000; setctl lines, r1; wfi; io r1, c9, c0, control",
    );
    let mut nest = nest(&rig, 3);
    nest.change(1, |block| block.state.timer = 20);
    nest.change(1, |block| block.state.process.lines = 1 << 16);
    nest.change(1, |block| block.state.context.status = 0);
    nest.handle(2, "setctl timer, r0; resume");
    // Host 2 has its own timer, at 20, and hears of it while its guest idles.
    let (level, trap) = host_trap(&mut nest.machine, 3);
    assert_eq!((level, trap.cause, trap.offset), (2, Cause::Interrupt, 16));
    assert_eq!(nest.block(2).clock, 20);
    nest.run_off(1000);
    assert_eq!(leaf_result(&nest), alone(&rig));
    // The handler and the delivery were three steps of hosts 0 to 2.
    assert_eq!(nest.machine.steps(), alone(&rig).0 + 3);
}

#[test]
fn a_host_that_has_masked_interrupts_hears_of_its_line_by_an_exit() {
    let rig = program("add r1, r1, 1; j -8");
    let mut nest = nest(&rig, 2);
    nest.change(0, |block| block.state.timer = 7);
    nest.change(0, |block| block.state.process.lines = 1 << 16);
    while nest.machine.step() != Ok(Stepped::Exited) {}
    assert_eq!(
        (nest.machine.levels(), reason(&nest, 1)),
        (2, Some(ExitReason::Interrupt))
    );
    assert_eq!((nest.block(1).clock, nest.machine.clock()), (7, 8));
    assert_eq!(nest.machine.context().status, STATUS_MASKED);
}

#[test]
fn depth_is_used_up_by_each_level() {
    let rig = program("vmrun c1, c2, c2");
    for count in 1..4 {
        let mut nest = nest(&rig, count);
        for host in 0..count {
            nest.change(host, |block| block.terms.depth_given = u64::MAX);
        }
        let stepped = nest.machine.step();
        let Ok(Stepped::Delivered(trap)) = stepped else {
            panic!("{stepped:?}");
        };
        assert_eq!(
            (trap.cause, nest.machine.levels()),
            (Cause::Depth, count + 1)
        );
        let depths: Vec<_> = (0..=count)
            .filter_map(|level| nest.machine.level_depth(level))
            .collect();
        assert_eq!(depths, (0..=count as u64).rev().collect::<Vec<_>>());
    }
}

#[test]
fn power_is_the_guests_own() {
    let rig = program("add r1, r0, 42; io r1, c9, c0, control");
    let mut nest = nest(&rig, 3);
    nest.run_off(10);
    assert_eq!(nest.machine.steps(), 2, "the instruction is complete");
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
    assert_eq!(
        (nest.machine.levels(), reason(&nest, 2)),
        (3, Some(ExitReason::Power))
    );
    let exit = nest.block(2).terms.exit;
    assert_eq!((exit.operands[0].low(), nest.block(2).clock), (42, 2));
    assert!(nest.machine.end().is_none());
}

#[test]
fn a_run_has_not_ended_when_its_last_step_switches_a_guest_off() {
    let rig = program(POWER_OFF);
    let mut nest = nest(&rig, 2);
    assert_eq!(nest.machine.run(1), Stop::Steps);
    assert_eq!(nest.machine.step(), Ok(Stepped::Exited));
}

#[test]
fn a_guest_that_is_off_stays_off_when_its_hosts_are_suspended_before_it_is_left() {
    let rig = program(POWER_OFF);
    let mut nest = nest(&rig, 2);
    nest.change(0, |block| block.state.context.status = 0);
    nest.change(0, |block| block.state.process.lines = 1 << 16);
    nest.change(0, |block| block.state.timer = 1);
    nest.handle(1, "setctl timer, r0; resume");
    assert_eq!(host_trap(&mut nest.machine, 2).0, 1);
    assert_eq!(reason(&nest, 1), Some(ExitReason::Power), "in its block");
    while nest.machine.step() != Ok(Stepped::Exited) {}
    assert_eq!(
        (reason(&nest, 1), nest.block(1).clock),
        (Some(ExitReason::Power), 1)
    );
}
