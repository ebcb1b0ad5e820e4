//! Steps, the clock, the timer, interrupts and waiting.

use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{End, Stepped, Stop};

use crate::rig::*;

/// The world in ring 0, with these lines enabled and the timer at this clock.
fn kernel(lines: u64, timer: u64) -> Rig {
    let mut rig = Rig::new();
    rig.enter(0);
    rig.set_r(1, lines);
    rig.set_r(2, timer);
    rig.run("setctl lines, r1; setctl timer, r2");
    rig
}

fn interrupted(rig: &mut Rig) -> Option<u64> {
    match rig.machine.step() {
        Ok(Stepped::Delivered(trap)) if trap.cause == isa::Cause::Interrupt => Some(trap.offset),
        _ => None,
    }
}

#[test]
fn the_timer_interrupts_when_the_clock_reaches_it() {
    let mut rig = kernel(1 << 16, 6);
    rig.run("setctl masked, r0");
    rig.code(
        TEXT,
        24,
        "add r3, r3, 1; add r3, r3, 1; add r3, r3, 1; add r3, r3, 1; add r3, r3, 1",
    );
    while rig.machine.clock() < 6 {
        assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    }
    assert_eq!(interrupted(&mut rig), Some(16));
    assert_eq!(rig.machine.clock(), 7);
    assert!(rig.machine.is_masked());
    rig.code(TEXT, HANDLER, "setctl timer, r0; resume");
    rig.machine.run(4);
    assert_eq!(
        (rig.r(3), rig.machine.clock()),
        (5, 11),
        "the delivery and the handler are steps too"
    );
}

#[test]
fn a_timer_at_any_instruction_gives_the_same_result() {
    let program =
        "add r3, r3, 1; mul r4, r3, 7; xor r5, r5, r4; bne r3, 50, -24; add r6, r5, 0; trap 1";
    let end = |timer: u64| {
        let mut rig = kernel(1 << 16, timer);
        rig.code(TEXT, 16, "setctl masked, r0");
        rig.code(TEXT, 24, program);
        rig.code(TEXT, HANDLER, "setctl timer, r0; resume");
        loop {
            match rig.machine.step() {
                Ok(Stepped::Delivered(trap)) if trap.cause == isa::Cause::Software => {
                    return (trap, rig.machine.clock());
                }
                Ok(_) => {}
                Err(stop) => panic!("{stop:?}"),
            }
        }
    };
    let (undisturbed, clock) = end(0);
    for timer in 4..clock - 1 {
        let (trap, at) = end(timer);
        assert_eq!((trap, at), (undisturbed, clock + 3), "timer at {timer}");
    }
}

#[test]
fn a_masked_interrupt_is_taken_at_unmasking_and_the_lowest_line_first() {
    let mut rig = kernel(0b1110, 0);
    rig.set_r(1, 0b1100);
    rig.run("setctl pending, r1; add r3, r0, 1; getctl r4, up; setctl masked, r0");
    assert_eq!((rig.r(3), rig.r(4)), (1, 0b1100));
    assert_eq!(interrupted(&mut rig), Some(2));
    rig.set_r(1, 0b1000);
    rig.run("setctl pending, r1; resume");
    assert_eq!(interrupted(&mut rig), Some(3));
    rig.run("setctl pending, r0; resume; add r3, r3, 1");
    assert_eq!(rig.r(3), 2);
}

#[test]
fn lines_that_are_not_enabled_do_not_interrupt() {
    let mut rig = kernel(0, 1);
    rig.set_r(1, u64::MAX);
    rig.run("setctl pending, r1; setctl masked, r0; add r3, r0, 1");
    assert_eq!(rig.r(3), 1);
}

#[test]
fn resuming_takes_the_mask_from_the_context() {
    let mut rig = kernel(1, 0);
    rig.set_r(1, 1);
    rig.run("setctl masked, r0");
    rig.run("setctl pending, r1");
    assert_eq!(interrupted(&mut rig), Some(0));
    rig.run("resume");
    assert!(!rig.machine.is_masked());
    assert_eq!(interrupted(&mut rig), Some(0), "the line is still up");
}

#[test]
fn waiting_ticks_to_the_timer_and_completes() {
    let mut rig = kernel(1 << 16, 10);
    rig.code(TEXT, 16, "wfi");
    for clock in 2..10 {
        assert_eq!(
            (rig.machine.clock(), rig.machine.step()),
            (clock, Ok(Stepped::Idle))
        );
    }
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!((rig.machine.clock(), rig.machine.pc().cursor()), (11, 24));
}

#[test]
fn waiting_with_interrupts_open_delivers_them_with_the_wait_to_be_done_again() {
    let mut rig = kernel(1 << 16, 5);
    rig.run("setctl masked, r0");
    rig.code(TEXT, 24, "wfi");
    assert_eq!(rig.machine.step(), Ok(Stepped::Idle));
    assert_eq!(rig.machine.step(), Ok(Stepped::Idle));
    assert_eq!(interrupted(&mut rig), Some(16));
}

#[test]
fn a_line_that_is_up_but_not_enabled_does_not_wake() {
    let mut rig = kernel(0, 4);
    rig.set_r(1, 0b10);
    rig.run("setctl pending, r1");
    rig.code(TEXT, 24, "wfi");
    assert_eq!(rig.machine.step(), Ok(Stepped::Idle));
    let clock = rig.machine.clock();
    let stop = Err(Stop::Ended(End::Wait));
    assert_eq!(
        rig.machine.step(),
        stop,
        "its time has come, and nobody is told"
    );
    assert_eq!((rig.machine.clock(), rig.machine.step()), (clock, stop));
    assert_eq!(rig.machine.run(10), Stop::Ended(End::Wait));
}

#[test]
fn waiting_for_a_console_wants_input_from_outside() {
    let mut rig = kernel(0b1, 0);
    rig.machine
        .attach(0, Device::Console(Console::new()))
        .expect("a slot");
    rig.code(TEXT, 16, "wfi");
    let clock = rig.machine.clock();
    assert_eq!(rig.machine.step(), Err(Stop::Input(0)));
    assert_eq!(rig.machine.run(5), Stop::Input(0));
    assert_eq!(rig.machine.clock(), clock);
    rig.machine.console_mut(0).expect("a console").supply(b"x");
    assert_eq!(rig.machine.lines_up(), 0, "lines change while it waits");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(
        (rig.machine.lines_up(), rig.machine.clock()),
        (1, clock + 1)
    );

    let mut rig = kernel(0b1, 0);
    rig.machine
        .attach(0, Device::Console(Console::new()))
        .expect("a slot");
    rig.code(TEXT, 16, "wfi");
    rig.machine.console_mut(0).expect("a console").close();
    assert_eq!(
        rig.machine.step(),
        Ok(Stepped::Ran),
        "the end of the input is news too"
    );
}

#[test]
fn input_is_ready_from_the_start_and_its_line_falls_with_the_read_that_takes_the_last() {
    let mut rig = Rig::with_devices(b"ab", Vec::new());
    assert_eq!(rig.machine.lines_up(), 1);
    let mut open = Console::new();
    open.supply(b"ab");
    rig.machine
        .attach(0, Device::Console(open))
        .expect("a slot");
    rig.set_c(2, cap(16, 0, 0, RW, 4));
    rig.set_c(3, data());
    rig.set_r(1, 1);
    rig.run("io r1, c2, c3, read");
    assert_eq!(rig.machine.lines_up(), 1);
    rig.machine.console_mut(0).expect("a console").supply(b"");
    rig.run("io r1, c2, c3, read");
    assert_eq!((rig.r(1), rig.machine.lines_up()), (1, 0));
    rig.machine.console_mut(0).expect("a console").supply(b"c");
    rig.run("add r4, r0, 1");
    assert_eq!(
        rig.machine.lines_up(),
        0,
        "it rises with the next io or wait alone"
    );
    rig.run("io r1, c2, c3, identify");
    assert_eq!(rig.machine.lines_up(), 1);
}

#[test]
fn run_counts_steps_and_stops_after_the_last() {
    let mut rig = Rig::new();
    rig.code(TEXT + 4, 0, "j 0");
    assert_eq!(
        (rig.machine.run(100), rig.machine.clock()),
        (Stop::Steps, 100)
    );
    assert_eq!(rig.machine.run(0), Stop::Steps);
}
