//! What was saved is what is restored, by way of bytes too; and any bytes are refused or are some machine.

use super::*;
use crate::abi::{SLOT_BLOCK, SLOT_CONSOLE, SLOT_DATE, SLOT_ENTROPY, SLOT_POWER};
use crate::capability::{Capability, Fields};
use crate::instruction::names::IoOperation;
use crate::label::Label;
use crate::machine::access::Through;
use crate::machine::device::block::BLOCK;
use crate::machine::level::Run;
use crate::permission::Permissions;
use crate::ring::Ring;
use crate::stream::{Reader, Writer};
use crate::trap::{Cause, TrapRegister};

/// A machine with a disk of one block and nothing in it yet.
fn fresh() -> Machine {
    let mut machine = Machine::new(8 * PAGE_SIZE).expect("a small memory");
    let devices = [
        (SLOT_CONSOLE, Device::Console(Console::new())),
        (SLOT_POWER, Device::Power),
        (SLOT_DATE, Device::date(Box::new(|| 5))),
        (
            SLOT_ENTROPY,
            Device::entropy(Box::new(|bytes| bytes.fill(1))),
        ),
        (SLOT_BLOCK, Device::block(Box::new(vec![0; BLOCK]))),
    ];
    for (slot, device) in devices {
        machine.attach(slot.into(), device).expect("a slot");
    }
    machine
}

/// A machine with a live guest, of which as much as can be is not zero.
fn used() -> Machine {
    let mut machine = fresh();
    let window = Capability::new(Fields {
        segment: crate::SegmentNumber(9),
        limit: 0x2000,
        permissions: Permissions::READ | Permissions::WRITE,
        ..Fields::default()
    });
    let mut block = crate::context::MachineBlock::from_bytes(&[0; 4096]);
    block.clock = 77;
    block.terms.budget = 1000;
    block.state.context.r[5] = 6;
    (machine.clock, machine.depth, machine.timer) = (40, 3, 99);
    machine.r[3] = 4;
    machine.push(
        Run {
            block: vec![Real(0x3000)],
            memory: Through {
                capability: window,
                register: TrapRegister(2),
            },
            devices: Default::default(),
            depth: 2,
            terms: block.terms,
        },
        &block,
    );
    let memory = &mut machine.memory;
    memory.write(Real(0x1000), b"text").expect("inside");
    memory.set_valid(Real(0x1010), true);
    memory.set_label(Real(0x2fff), Label(7));
    memory.set_owner(Real(0x5000), 1);
    let console = machine.console_mut(SLOT_CONSOLE.into()).expect("a console");
    console.supply(b"unread");
    let device = machine.slots[usize::from(SLOT_CONSOLE)].device.as_mut();
    let device = device.expect("a console");
    device.perform(IoOperation::Write, 3000, &[b'x'; 3000]);
    machine.latch(SLOT_CONSOLE.into());
    machine.last_trap = Some(Trap {
        ring: Ring::KERNEL,
        ..Trap::from(Cause::Bounds)
    });
    machine
}

fn bytes(saved: &Saved) -> Vec<u8> {
    let mut writer = Writer::default();
    saved.write_to(&mut writer);
    writer.bytes
}

#[test]
fn by_way_of_bytes_a_machine_is_the_same() {
    let machine = used();
    let written = bytes(&machine.save(None));
    let mut reader = Reader::new(&written);
    let read = Saved::read_from(&mut reader).expect("it was written so");
    assert!(reader.is_at_end());
    assert_eq!((read.steps(), read.levels()), (40, 2));
    let mut again = fresh();
    again.restore(&read).expect("a machine like it");
    assert_eq!(again.state_hash(), machine.state_hash());
    assert_eq!(bytes(&again.save(None)), written);
    // What is restored over is gone.
    again
        .restore(&fresh().save(None))
        .expect("a machine like it");
    assert_eq!(again.state_hash(), fresh().state_hash());
}

#[test]
fn pages_that_did_not_change_are_shared() {
    let mut machine = used();
    let first = machine.save(None);
    machine.memory.set_label(Real(0x1000), Label(1));
    let second = machine.save(Some(&first));
    let shared = |number| Arc::ptr_eq(&first.pages[&number], &second.pages[&number]);
    let pages: Vec<u64> = second.pages.keys().copied().collect();
    assert_eq!(pages, [1, 2, 5]);
    assert_eq!(
        pages.into_iter().map(shared).collect::<Vec<_>>(),
        [false, true, true]
    );
    assert!(second.unshared(Some(&first)) < second.unshared(None));
}

#[test]
fn another_machine_is_refused_and_stays_as_it_was() {
    let saved = used().save(None);
    let mut larger = Machine::new(9 * PAGE_SIZE).expect("a small memory");
    let memory = Unlike::Memory {
        saved: 8 * PAGE_SIZE,
        here: 9 * PAGE_SIZE,
    };
    assert_eq!(larger.restore(&saved), Err(memory));
    let mut other = fresh();
    other
        .attach(SLOT_BLOCK.into(), Device::Power)
        .expect("a slot");
    let before = other.state_hash();
    assert_eq!(other.restore(&saved), Err(Unlike::Slot(SLOT_BLOCK.into())));
    assert_eq!(other.state_hash(), before);
}

/// Whatever becomes of a byte, or of the end: an error, or a machine that goes on in some way.
#[test]
fn any_bytes_are_refused_or_are_some_machine() {
    let whole = bytes(&used().save(None));
    let try_it = |bytes: &[u8]| {
        if let Ok(saved) = Saved::read_from(&mut Reader::new(bytes)) {
            let mut machine = fresh();
            if machine.restore(&saved).is_ok() {
                machine.run(20);
                machine.state_hash();
            }
        }
    };
    for place in (0..whole.len()).step_by(7) {
        for bit in [0, 7] {
            let mut mangled = whole.clone();
            mangled[place] ^= 1 << bit;
            try_it(&mangled);
        }
        assert!(Saved::read_from(&mut Reader::new(&whole[..place])).is_err());
    }
}
