//! Devices: one instruction, one operation, checked whole before the device acts.

use isa::machine::device::Device;
use isa::machine::device::block::{BLOCK, BlockStore, StoreFailed};
use isa::machine::device::console::Console;
use isa::machine::{End, Stepped, Stop};
use isa::{Capability, Permissions};

use crate::rig::*;

const END: u64 = -1i64 as u64;
const UNSUPPORTED: u64 = -2i64 as u64;
const RANGE: u64 = -3i64 as u64;
const HOST: u64 = -4i64 as u64;

fn device(slot: u16) -> Capability {
    cap(16 + slot, 0, 0, RW, 4)
}

/// One `io` on the device in a slot, with the buffer in c3; the result.
fn io(rig: &mut Rig, slot: u16, argument: u64, operation: &str) -> u64 {
    rig.set_c(2, device(slot));
    rig.set_r(1, argument);
    rig.run(&format!("io r1, c2, c3, {operation}"));
    rig.r(1)
}

#[test]
fn devices_say_what_they_are() {
    let mut rig = Rig::with_devices(b"", vec![0; 3 * BLOCK]);
    let said: Vec<u64> = (0..5)
        .map(|slot| io(&mut rig, slot, 9, "identify"))
        .collect();
    assert_eq!(said, [1, 2, 3, 4, 5 | 3 << 8]);
}

#[test]
fn the_console_takes_bytes_and_gives_bytes_until_the_end() {
    let mut rig = Rig::with_devices(b"hello", vec![]);
    rig.set_c(3, at(data(), 0xffe));
    assert_eq!(io(&mut rig, 0, 3, "read"), 3);
    assert_eq!(io(&mut rig, 0, 100, "poll"), 2);
    assert_eq!(rig.peek(DATA, 0xffe, 3), b"lol");
    assert_eq!(io(&mut rig, 0, 1, "read"), END);
    assert_eq!(io(&mut rig, 0, 1, "poll"), END);
    assert_eq!(io(&mut rig, 0, 0, "read"), 0);
    assert_eq!(io(&mut rig, 0, 3, "write"), 3);
    assert_eq!(io(&mut rig, 0, 0, "write"), 0);
    let console = rig.machine.console_mut(0).expect("a console");
    assert_eq!(
        (
            console.drain(),
            console.output_count(),
            console.input_position()
        ),
        (b"lol".to_vec(), 3, 5)
    );
    assert_eq!(io(&mut rig, 0, 1, "control"), 0);
    assert_eq!(io(&mut rig, 0, 0, "control"), 1);
    assert_eq!(io(&mut rig, 0, 2, "control"), RANGE);
}

#[test]
fn a_read_with_nothing_there_waits_and_a_poll_does_not() {
    let mut rig = Rig::new();
    rig.machine
        .attach(0, Device::Console(Console::new()))
        .expect("a slot");
    rig.set_c(3, data());
    assert_eq!(io(&mut rig, 0, 4, "poll"), 0);
    let (context, clock) = (rig.machine.context(), rig.machine.clock());
    rig.set_r(1, 4);
    rig.code(TEXT + 4, 8, "io r1, c2, c3, read");
    assert_eq!(rig.machine.step(), Err(Stop::Input(0)));
    assert_eq!(
        (rig.machine.context().pc, rig.machine.clock()),
        (context.pc, clock)
    );
    rig.machine.console_mut(0).expect("a console").supply(b"ab");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!((rig.r(1), rig.peek(DATA, 0, 2)), (2, b"ab".to_vec()));
}

#[test]
fn transfers_are_cut_to_4096_bytes() {
    let mut rig = Rig::with_devices(&[7; 5000], vec![]);
    rig.set_c(3, at(data(), 1));
    assert_eq!(io(&mut rig, 0, u64::MAX, "read"), 4096);
    assert_eq!(rig.peek(DATA, 4096, 2), [7, 0]);
    assert_eq!(io(&mut rig, 0, u64::MAX, "write"), 4096);
    assert_eq!(io(&mut rig, 3, 1 << 40, "read"), 4096);
}

#[test]
fn power_switches_off_with_a_status() {
    let mut rig = Rig::with_devices(b"", vec![]);
    rig.set_c(2, device(1));
    rig.set_r(1, 42);
    let clock = rig.machine.clock();
    rig.code(TEXT + 4, 0, "io r1, c2, c0, control");
    assert_eq!(rig.machine.step(), Ok(Stepped::Ran));
    assert_eq!(
        (rig.machine.end(), rig.machine.clock()),
        (Some(&End::Power { status: 42 }), clock + 1)
    );
    let stop = Stop::Ended(End::Power { status: 42 });
    assert_eq!(
        (rig.machine.step(), rig.machine.run(3)),
        (Err(stop.clone()), stop)
    );
}

#[test]
fn date_and_entropy_come_from_the_host() {
    let mut rig = Rig::with_devices(b"", vec![]);
    rig.set_c(3, data());
    assert_eq!(io(&mut rig, 2, 0, "read"), 8);
    assert_eq!(
        rig.peek(DATA, 0, 9),
        [0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, 0]
    );
    assert_eq!(io(&mut rig, 3, 3, "poll"), 3);
    assert_eq!(rig.peek(DATA, 0, 4), [0x5a, 0x5a, 0x5a, 0x89]);
    assert_eq!(io(&mut rig, 3, 0, "read"), 0);
}

#[test]
fn blocks_are_read_and_written_whole() {
    let mut rig = Rig::with_devices(b"", vec![0; 2 * BLOCK]);
    rig.set_c(3, at(data(), 0x7f8));
    rig.bytes(DATA, 0x7f8, &[9; BLOCK]);
    assert_eq!(io(&mut rig, 4, 1, "write"), 4096);
    rig.set_c(3, at(other(), 16));
    rig.set_granule(OTHER, 0x1000, data());
    assert_eq!(io(&mut rig, 4, 1, "read"), 4096);
    assert_eq!(
        rig.peek(OTHER, 15, BLOCK + 2),
        [[0].as_slice(), &[9; BLOCK], &[0]].concat()
    );
    assert!(!rig.granule(OTHER, 0x1000).is_tagged());
    assert_eq!(io(&mut rig, 4, 2, "read"), RANGE);
    assert_eq!(io(&mut rig, 4, u64::MAX, "write"), RANGE);
}

/// A store whose host is broken.
struct Broken;

impl BlockStore for Broken {
    fn count(&self) -> u64 {
        1
    }

    fn read(&self, _: u64) -> Result<[u8; BLOCK], StoreFailed> {
        Err(StoreFailed)
    }

    fn write(&mut self, _: u64, _: &[u8; BLOCK]) -> Result<(), StoreFailed> {
        Err(StoreFailed)
    }
}

#[test]
fn a_host_that_fails_is_a_result_and_the_buffer_is_left_alone() {
    let mut rig = Rig::new();
    rig.machine
        .attach(4, Device::block(Box::new(Broken)))
        .expect("a slot");
    rig.set_c(3, other());
    rig.set_granule(OTHER, 0, data());
    assert_eq!(io(&mut rig, 4, 0, "read"), HOST);
    assert_eq!(io(&mut rig, 4, 0, "write"), HOST);
    assert_eq!(rig.granule(OTHER, 0), data());
    assert_eq!(
        rig.machine
            .attach(16, Device::Power)
            .map_err(|error| error.to_string()),
        Err("there is no device slot 16: the last is 15".into())
    );
}

#[test]
fn what_a_device_cannot_do_is_a_result_without_a_look_at_the_buffer() {
    let mut rig = Rig::with_devices(b"", vec![]);
    for (slot, operation) in [
        (1, "read"),
        (1, "write"),
        (1, "poll"),
        (2, "write"),
        (2, "control"),
        (3, "write"),
        (3, "control"),
        (4, "control"),
    ] {
        assert_eq!(
            io(&mut rig, slot, 1, operation),
            UNSUPPORTED,
            "{slot} {operation}"
        );
    }
}

#[test]
fn the_buffer_is_checked_before_the_device_acts() {
    let mut rig = Rig::with_devices(b"hello", vec![0; BLOCK]);
    rig.set_c(2, device(0));
    rig.set_c(4, device(4));
    rig.set_c(3, cap(DATA, 0, 4, RW, 4));
    rig.set_c(5, cap(DATA, 0, 0x3000, Permissions::READ, 4));
    rig.set_r(1, 5);
    assert_eq!(rig.causes("io r1, c2, c3, read"), "bounds");
    assert_eq!(rig.causes("io r1, c2, c5, read"), "permission");
    assert_eq!(rig.causes("io r1, c2, c0, write"), "tag");
    assert_eq!(rig.trap("io r1, c2, c3, write").register.0, 3);
    rig.set_r(1, 0);
    assert_eq!(rig.causes("io r1, c4, c3, read"), "bounds");
    let console = rig.machine.console(0).expect("a console");
    assert_eq!((console.input_position(), console.output_count()), (0, 0));
}

#[test]
fn a_device_is_used_by_who_holds_it_in_a_ring_that_may() {
    let mut rig = Rig::with_devices(b"hello", vec![]);
    rig.set_c(3, data());
    rig.set_r(1, 1);
    rig.set_c(2, cap(16, 0, 0, Permissions::READ, 4));
    assert_eq!(rig.causes("io r1, c2, c3, write"), "permission");
    rig.set_c(2, cap(16, 0, 0, RW, 5));
    assert_eq!(rig.causes("io r1, c2, c3, read"), "ring");
    rig.set_c(2, at(device(0), 1));
    assert_eq!(rig.causes("io r1, c2, c3, read"), "bounds");
    rig.set_c(2, cap(31, 0, 0, RW, 4));
    assert_eq!(rig.causes("io r1, c2, c3, read"), "segment");
    rig.set_c(2, data());
    assert_eq!(rig.causes("io r1, c2, c3, read"), "device");
    let empty = isa::Descriptor {
        base: isa::Real(9),
        ..rig.descriptor(16)
    };
    rig.describe(25, empty);
    rig.set_c(2, cap(25, 0, 0, RW, 4));
    assert_eq!(
        rig.causes("io r1, c2, c3, identify"),
        "device",
        "an empty slot"
    );
    // Memory instructions do nothing with a device, whatever length its segment has.
    rig.change(16, |console| console.length = 0x1000);
    rig.set_c(2, cap(16, 0, 0x1000, ALL, 4));
    for line in ["ldb r1, [c2]", "stb r1, [c2]", "ldc c4, [c2]"] {
        assert_eq!(rig.causes(line), "device", "{line}");
    }
    assert_eq!(rig.causes("stc c2, [c2]"), "hold, device");
}
