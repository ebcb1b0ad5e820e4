//! Hosts of any guest: a machine in ring 0 that runs one again and again, with a block in which anything can stand.

use isa::context::{
    ExecutionContext, INTERCEPT_ENTRIES, INTERCEPT_EXITS, MachineBlock, MachineState, ProcessBlock,
};
use isa::label::LabelSet;
use isa::{Address, Capability, Descriptor, DescriptorFlags, Real, SegmentNumber};

use crate::dice::Dice;
use crate::nest::*;
use crate::rig::*;

/// Where the guest has its descriptors, text and data in its memory, which is all of [`OTHER`].
const GUEST_TEXT: u16 = 32;
const GUEST_DATA: u16 = 33;
const GUEST_STACK: u16 = 34;
/// Where the block is in [`DATA`].
pub(crate) const GUEST_BLOCK: u32 = 0x1000;

/// The segments of the guest in the window of the host.
fn guest_world(dice: &mut Dice, rig: &mut Rig) {
    let text = DescriptorFlags::READ | DescriptorFlags::EXECUTE;
    let data = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
    let device = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::DEVICE;
    let mut segments = vec![
        (1, 0, 0x1000, data),
        (GUEST_TEXT, 0x1000, 0x1000, text),
        (GUEST_DATA, 0x2000, 0x800, data),
        (GUEST_STACK, 0x2000, 0x1000, data),
    ];
    segments.extend((0..5).map(|slot| (16 + slot, slot.into(), 0, device)));
    for (number, base, length, flags) in segments {
        let descriptor = Descriptor {
            base: Real(base),
            length,
            flags: flags | DescriptorFlags::PRESENT,
            brackets: brackets(0, 7, 7),
            ..Descriptor::default()
        };
        rig.bytes(OTHER, 32 * u32::from(number), &descriptor.to_bytes());
    }
    for offset in (0..0x1000).step_by(8) {
        let word = dice.instruction().to_le_bytes();
        rig.bytes(OTHER, 0x1000 + offset, &word);
    }
    for offset in (0..0x3000).step_by(16) {
        let place = rig.real(OTHER, offset);
        let owner = if dice.chance(200) { 0 } else { 1 };
        rig.machine.poke_memory().set_owner(place, owner);
    }
}

/// A capability of the guest.
fn guest_capability(dice: &mut Dice) -> Capability {
    let ring = dice.below(3) as u8;
    match dice.below(6) {
        0 => cap(GUEST_TEXT, 0, 0x1000, RX, ring),
        1 => at(cap(GUEST_STACK, 0, 0x1000, ALL, ring), 0x1000),
        2 => cap(16 + dice.below(6) as u16, 0, 0, RW, ring),
        3 => cap(1, 0, 0x1000, ALL, ring),
        4 => dice.capability(ring),
        _ => at(
            cap(GUEST_DATA, 0, 0x800, ALL, ring),
            16 * dice.below(64) as u32,
        ),
    }
}

/// A block that could be one, with some words that could not.
fn block(dice: &mut Dice) -> Vec<u8> {
    let mut c: [Capability; 16] = std::array::from_fn(|_| guest_capability(dice));
    c[15] = at(cap(GUEST_STACK, 0, 0x1000, ALL, 0), 0x1000);
    let ring = dice.below(3) as u8;
    let mut mask = |one_in: u64| {
        if dice.chance(one_in) {
            dice.word() & dice.word()
        } else {
            0
        }
    };
    let mut terms = no_terms(mask(2));
    terms.intercept_instructions = mask(3);
    terms.intercept_traps = mask(3);
    terms.intercept_guests = mask(3) & (INTERCEPT_ENTRIES | INTERCEPT_EXITS);
    let (lines, pending) = (mask(3), mask(6));
    terms.budget = if dice.chance(3) { dice.below(60) } else { 0 };
    terms.proceed = dice.chance(3);
    terms.complete = dice.chance(10);
    terms.inject = dice.chance(10);
    terms.running = dice.chance(10);
    let state = MachineState {
        context: ExecutionContext {
            pc: at(
                cap(GUEST_TEXT, 0, 0x1000, RX, ring),
                8 * dice.below(400) as u32,
            ),
            status: dice.below(2),
            r: std::array::from_fn(|_| dice.number()),
            c,
        },
        process: ProcessBlock {
            descriptor_base: 0,
            descriptor_count: 128,
            lines,
            read_labels: LabelSet::ALL,
            write_labels: LabelSet::ALL,
            banks: std::array::from_fn(|_| at(cap(GUEST_STACK, 0, 0x1000, ALL, 0), 0x800)),
        },
        entry: if dice.chance(3) {
            0
        } else {
            Address::new(SegmentNumber(GUEST_TEXT), 8 * dice.below(400) as u32).word()
        },
        pending,
        timer: if dice.chance(3) { dice.below(80) } else { 0 },
    };
    let guest = MachineBlock {
        state,
        clock: dice.below(20),
        terms,
    };
    let mut bytes = guest.to_bytes().to_vec();
    for _ in 0..dice.below(4) {
        let word = 8 * dice.below(0x500 / 8) as usize;
        bytes[word..word + 8].copy_from_slice(&dice.number().to_le_bytes());
    }
    bytes
}

/// A machine in ring 0 that runs one guest again and again, and now and then lets its event proceed or does something of
/// its own.
pub(crate) fn host(dice: &mut Dice) -> Rig {
    let mut rig = Rig::with_devices(b"", Vec::new());
    rig.enter(0);
    guest_world(dice, &mut rig);
    for slot in 0..5 {
        rig.change(16 + slot, |device| device.brackets = brackets(7, 7, 7));
        if !dice.chance(4) {
            let device = cap(16 + slot, 0, 0, RW, 0);
            rig.set_granule(DATA, 0x800 + 16 * u32::from(slot), device);
        }
    }
    let bytes = block(dice);
    rig.bytes(DATA, GUEST_BLOCK, &bytes);
    rig.set_c(1, cap(DATA, GUEST_BLOCK, 0x2000, ALL, 0));
    rig.set_c(2, other_of_ring_0());
    rig.set_c(3, at(cap(DATA, 0, 0x1000, ALL, 0), 0x800));
    rig.set_r(1, 1);
    let step_over = format!(
        "vmrun c1, c2, c3
         ld r2, [c1 + {}]
         st r1, [c1 + {}]
         ld r3, [c1]
         add r3, r3, 8
         and r4, r2, 3
         beq r4, r0, 16
         st r3, [c1]
         j -64",
        MachineBlock::EXIT_REASON_OFFSET,
        MachineBlock::PROCEED_OFFSET,
    );
    rig.code(TEXT, 0, &step_over);
    rig.code(
        TEXT,
        HANDLER,
        "setctl timer, r0; ld r6, [c15]; add r6, r6, 8; st r6, [c15]; resume",
    );
    if dice.chance(3) {
        rig.poke(|context| context.status = 0);
        let mut process = *rig.machine.process();
        process.lines = dice.word();
        rig.machine.poke_process(&process);
    }
    rig
}

fn other_of_ring_0() -> Capability {
    cap(OTHER, 0, 0x3000, ALL, 0)
}
