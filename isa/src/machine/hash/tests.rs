//! Every bit that can be seen changes the state hash, and nothing else does.

use super::*;
use crate::abi::SLOT_CONSOLE;
use crate::context::{ExitRecord, MachineBlock, Terms};
use crate::instruction::names::IoOperation;
use crate::label::Label;
use crate::machine::access::Through;
use crate::machine::device::console::Console;
use crate::machine::level::Run;
use crate::machine::memory::Memory;
use crate::trap::{Cause, TrapRegister};

const SLOT_EMPTY: usize = 9;

/// A stopped machine in which nothing is zero that can be something else.
fn stopped() -> Machine {
    let mut machine = Machine::new(4 * PAGE_SIZE).expect("a small memory");
    let value = |number: u64| {
        Capability::from_words(
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            !number,
            number.is_multiple_of(2),
        )
    };
    machine.r = std::array::from_fn(|number| value(number as u64).low());
    machine.c = std::array::from_fn(|number| value(100 + number as u64));
    machine.pc = value(200);
    machine.process.descriptor_base = 0x1000;
    machine.process.descriptor_count = 3;
    machine.process.lines = 0x10001;
    machine.process.banks = std::array::from_fn(|number| value(300 + number as u64));
    (machine.pending, machine.timer, machine.clock, machine.entry) = (2, 1000, 93, 32 << 32);
    machine
        .memory
        .write(Real(0x1008), b"something")
        .expect("inside memory");
    let date = Device::date(Box::new(|| 5));
    let entropy = Device::entropy(Box::new(|bytes| bytes.fill(1)));
    let disk = Device::block(Box::new(vec![0; 3 * BLOCK]));
    for (slot, device) in [
        Device::Console(Console::with_input(b"input")),
        Device::Power,
        date,
        entropy,
        disk,
    ]
    .into_iter()
    .enumerate()
    {
        machine.attach(slot, device).expect("a slot");
    }
    machine.end = Some(End::Power { status: 3 });
    machine
}

type Change = Box<dyn Fn(&mut Machine)>;

fn flip(value: Capability, bit: u32) -> Capability {
    match bit {
        128 => Capability::from_words(value.low(), value.high(), !value.is_tagged()),
        bit => {
            let bits = value.bits() ^ 1 << bit;
            Capability::from_words(bits as u64, (bits >> 64) as u64, value.is_tagged())
        }
    }
}

fn registers() -> Vec<Change> {
    let mut changes: Vec<Change> = vec![Box::new(|m| m.masked = !m.masked)];
    for bit in 0..64 {
        for number in 0..32 {
            changes.push(Box::new(move |m| m.r[number] ^= 1 << bit));
        }
        changes.push(Box::new(move |m| m.pending ^= 1 << bit));
        changes.push(Box::new(move |m| m.timer ^= 1 << bit));
        changes.push(Box::new(move |m| m.clock ^= 1 << bit));
        changes.push(Box::new(move |m| m.entry ^= 1 << bit));
        changes.push(Box::new(move |m| m.process.descriptor_base ^= 1 << bit));
        changes.push(Box::new(move |m| m.process.descriptor_count ^= 1 << bit));
        changes.push(Box::new(move |m| m.process.lines ^= 1 << bit));
        for word in 0..4 {
            changes.push(Box::new(move |m| m.process.read_labels.0[word] ^= 1 << bit));
            changes.push(Box::new(move |m| {
                m.process.write_labels.0[word] ^= 1 << bit
            }));
        }
    }
    for bit in 0..=128 {
        changes.push(Box::new(move |m| m.pc = flip(m.pc, bit)));
        for number in 0..16 {
            changes.push(Box::new(move |m| m.c[number] = flip(m.c[number], bit)));
        }
        for number in 0..8 {
            changes.push(Box::new(move |m| {
                m.process.banks[number] = flip(m.process.banks[number], bit)
            }));
        }
    }
    changes
}

fn memory() -> Vec<Change> {
    let mut changes: Vec<Change> = vec![Box::new(|m| {
        m.memory = Memory::new(5 * PAGE_SIZE).expect("small")
    })];
    for at in (0..4 * PAGE_SIZE).step_by(13) {
        changes.push(Box::new(move |m| {
            let valid = m.memory.is_valid(Real(at));
            let byte = m.memory.read(Real(at), 1).expect("inside memory")[0];
            m.memory
                .write(Real(at), &[byte ^ 1 << (at % 8)])
                .expect("inside memory");
            m.memory.set_valid(Real(at), valid);
        }));
    }
    for at in (0..4 * PAGE_SIZE).step_by(16) {
        changes.push(Box::new(move |m| {
            let valid = m.memory.is_valid(Real(at));
            m.memory.set_valid(Real(at), !valid);
        }));
        changes.push(Box::new(move |m| {
            let Label(label) = m.memory.label(Real(at));
            m.memory
                .set_label(Real(at), Label(label ^ 1 << (at / 16 % 8)));
        }));
    }
    changes
}

fn operate(slot: usize, operation: IoOperation, argument: u64, bytes: &'static [u8]) -> Change {
    Box::new(move |m| {
        let device = m.slots[slot].device.as_mut().expect("a device");
        device.perform(operation, argument, bytes);
    })
}

fn devices() -> Vec<Change> {
    let console = usize::from(SLOT_CONSOLE);
    let mut changes: Vec<Change> = vec![
        Box::new(|m| m.slots[SLOT_EMPTY].device = Some(Device::Power)),
        Box::new(|m| m.slots[1].device = None),
        Box::new(|m| m.slots[1].device = Some(Device::Console(Console::new()))),
        Box::new(|m| m.slots.swap(2, 3)),
        Box::new(|m| m.slots[4].device = Some(Device::block(Box::new(vec![0; 2 * BLOCK])))),
        operate(console, IoOperation::Read, 1, b""),
        operate(console, IoOperation::Write, 1, b"x"),
        operate(console, IoOperation::Write, 1, b"y"),
        operate(console, IoOperation::Control, 1, b""),
        operate(2, IoOperation::Read, 0, b""),
        operate(3, IoOperation::Read, 1, b""),
        operate(3, IoOperation::Read, 2, b""),
        operate(4, IoOperation::Write, 0, &[1; BLOCK]),
        operate(4, IoOperation::Write, 2, &[1; BLOCK]),
    ];
    for slot in 0..16 {
        changes.push(Box::new(move |m| {
            m.slots[slot].ready = !m.slots[slot].ready
        }));
    }
    changes
}

fn ends() -> Vec<Change> {
    let first = Trap::from(Cause::Bounds);
    let double = |first, second, no_entry| {
        Some(End::DoubleFault {
            first,
            second,
            no_entry,
        })
    };
    let others = [
        None,
        Some(End::Wait),
        Some(End::Power { status: 2 }),
        Some(End::Power {
            status: 1 << 63 | 3,
        }),
        double(first, None, false),
        double(first, None, true),
        double(first, Some(first), false),
        double(first, Some(Trap::from(Cause::Tag)), false),
        double(
            Trap {
                register: TrapRegister::PC,
                ..first
            },
            None,
            false,
        ),
        double(Trap { offset: 1, ..first }, None, false),
        double(Trap { size: 1, ..first }, None, false),
    ];
    others
        .into_iter()
        .map(|end| Box::new(move |m: &mut Machine| m.end = end.clone()) as Change)
        .collect()
}

#[test]
fn every_bit_counts() {
    let mut seen = std::collections::HashSet::from([stopped().state_hash()]);
    let changes = [registers(), memory(), devices(), ends()];
    for (number, change) in changes.iter().flatten().enumerate() {
        let mut machine = stopped();
        change(&mut machine);
        assert!(
            seen.insert(machine.state_hash()),
            "change {number} is not seen, or looks like another"
        );
    }
}

/// The same machine, running a guest whose block is page 2.
fn nested() -> Machine {
    hosting(stopped())
}

fn hosting(mut machine: Machine) -> Machine {
    let terms = Terms {
        budget: 1000,
        intercept_instructions: 1,
        intercept_traps: 2,
        intercept_guests: 3,
        memory_given: 4,
        depth_given: 5,
        running: false,
        complete: false,
        proceed: false,
        inject: false,
        inject_trap: TrapRecord::default(),
        exit: ExitRecord::default(),
    };
    let block = MachineBlock {
        state: machine.state_at(0),
        clock: 77,
        terms,
    };
    let run = Run {
        block: vec![Real(2 * PAGE_SIZE)],
        memory: Through::NONE,
        devices: [None; SLOTS],
        depth: 0,
        terms,
    };
    machine.push(run, &block);
    machine
}

fn hosts_and_terms() -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for bit in 0..64 {
        for number in 0..32 {
            changes.push(Box::new(move |m| {
                m.hosts[0].state.context.r[number] ^= 1 << bit
            }));
        }
        changes.push(Box::new(move |m| m.hosts[0].ahead ^= 1 << bit));
        changes.push(Box::new(move |m| m.hosts[0].state.timer ^= 1 << bit));
        changes.push(Box::new(move |m| m.hosts[0].run.terms.budget ^= 1 << bit));
        changes.push(Box::new(move |m| {
            m.hosts[0].run.terms.intercept_traps ^= 1 << bit
        }));
        changes.push(Box::new(move |m| {
            m.hosts[0].run.terms.exit.block ^= 1 << bit
        }));
    }
    changes.push(Box::new(|m| m.hosts[0].run.terms.complete = true));
    changes.push(Box::new(|m| m.hosts[0].run.terms.proceed = true));
    changes.push(Box::new(|m| m.hosts[0].run.terms.inject = true));
    changes.push(Box::new(|m| m.end = Some(End::Power { status: 9 })));
    changes
}

#[test]
fn every_bit_of_a_guest_and_of_its_host_counts() {
    let mut seen = std::collections::HashSet::from([nested().state_hash()]);
    let changes = [registers(), hosts_and_terms()];
    for (number, change) in changes.iter().flatten().enumerate() {
        let mut machine = nested();
        change(&mut machine);
        assert!(
            seen.insert(machine.state_hash()),
            "change {number} is not seen, or looks like another"
        );
    }
}

#[test]
fn a_nest_has_the_hash_that_it_has_when_it_is_suspended() {
    let mut machine = Machine::new(4 * PAGE_SIZE).expect("a small memory");
    (machine.r[1], machine.clock) = (5, 9);
    let mut machine = hosting(machine);
    (machine.r[2], machine.clock) = (6, 78);
    let live = machine.state_hash();
    machine.suspend_to(0);
    assert_eq!((machine.r[2], machine.clock), (0, 10));
    assert_eq!(machine.state_hash(), live);
}

#[test]
fn what_is_the_hosts_does_not_count() {
    let hash = stopped().state_hash();
    let host: [Change; 5] = [
        Box::new(|m| m.memory.set_owner(Real(0), 1)),
        Box::new(|m| m.last_trap = Some(Trap::from(Cause::Tag))),
        Box::new(|m| m.console_mut(0).expect("a console").supply(b"more")),
        Box::new(|m| {
            m.memory
                .write(Real(0x3000), &[0; 16])
                .expect("inside memory")
        }),
        Box::new(|m| {
            let device = Device::date(Box::new(|| 77));
            m.slots[2].device = Some(device);
        }),
    ];
    for (number, change) in host.iter().enumerate() {
        let mut machine = stopped();
        change(&mut machine);
        assert_eq!(machine.state_hash(), hash, "{number}");
    }
}

#[test]
fn the_hash_of_an_empty_machine_is_written_down() {
    let machine = Machine::new(PAGE_SIZE).expect("a small memory");
    assert_eq!(
        machine.state_hash().to_string(),
        "9b65f411bdfafff4f18cba8a409c5c4b"
    );
}
