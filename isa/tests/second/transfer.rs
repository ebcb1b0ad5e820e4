//! Calls and returns over all rings, brackets and gates, and the program counter that the machine makes.

use isa::access::{CallKind, call_rule, return_rule, text_capability};
use isa::{Ring, SegmentNumber};

use crate::answer::{may_call, may_return};
use crate::plain::*;
use crate::question::{Found, PlainDescriptor, Question};
use crate::rows::{Digits, Rows};

/// A call by this ring, of an entry of this ring and cursor, in a segment of these brackets and gates.
fn call(current: u64, ring: u64, cursor: u64, descriptor: &PlainDescriptor) -> Question {
    Question {
        kind: 4,
        offset: cursor,
        size: 8,
        granule: false,
        private: false,
        through: Plain {
            tag: true,
            kind: 1,
            ring,
            cursor,
            ..Plain::default()
        },
        current,
        descriptor: Found::Here(*descriptor),
        memory: 0,
        parts: [None; 2],
        may_read: [0; 4],
        may_write: [0; 4],
    }
}

#[test]
fn calls() {
    let gates = [0, 1, 2, 3, 0xffff];
    let cursors = [
        0,
        1,
        4,
        7,
        8,
        9,
        12,
        15,
        16,
        17,
        20,
        24,
        0x7_fff0,
        0x7_fff8,
        0x7_fffc,
        1 << 20,
        0xffff_fff8,
    ];
    let rows = 8 * 8 * 512 * gates.len() as u64 * cursors.len() as u64;
    Rows::new("calls over rings, brackets and gates", rows, 11).hold(|row| {
        let mut digits = Digits(row);
        let (current, ring) = (digits.next(8), digits.next(8));
        let descriptor = PlainDescriptor {
            brackets: [digits.next(8), digits.next(8), digits.next(8)],
            gates: gates[digits.next(gates.len() as u64) as usize],
            ..PlainDescriptor::default()
        };
        let cursor = cursors[digits.0 as usize];
        let question = call(current, ring, cursor, &descriptor);
        let expected = may_call(&question, &descriptor);
        let said = call_rule(
            Ring::from_bits(current),
            &question.through.capability(),
            &descriptor.descriptor(),
        );
        let kind = if expected.inward {
            CallKind::Gate
        } else {
            CallKind::Same
        };
        let mut failed = Failed::default();
        failed.when(!expected.ring, RING);
        failed.when(!expected.gate, GATE);
        match said {
            Ok(said) => assert_eq!((said, Failed::default()), (kind, failed), "{question:x?}"),
            Err(said) => assert_eq!(Failed::from(said), failed, "{question:x?}"),
        }
    });
}

/// What calls mean, by who may end up where: a list of all that is allowed, from the side of the rings.
#[test]
fn nobody_calls_outward_or_past_a_gate() {
    Rows::new("where calls lead", 8 * 8 * 512 * 4, 1).hold(|row| {
        let mut digits = Digits(row);
        let (current, ring) = (digits.next(8), digits.next(8));
        let [r1, r2, r3] = [digits.next(8), digits.next(8), digits.next(8)];
        let cursor = 8 * digits.0;
        if r1 > r2 || r2 > r3 {
            return;
        }
        let descriptor = PlainDescriptor {
            brackets: [r1, r2, r3],
            gates: 2,
            ..PlainDescriptor::default()
        };
        let question = call(current, ring, cursor, &descriptor);
        let said = call_rule(
            Ring::from_bits(current),
            &question.through.capability(),
            &descriptor.descriptor(),
        );
        // The ring after the call, if it may be made: that of the entry in the same ring, that of the gate inward.
        let after = said.ok().map(|kind| match kind {
            CallKind::Same => ring,
            CallKind::Gate => r2,
        });
        let expected = match current {
            _ if (r1..=r2).contains(&current) => (ring == current).then_some(current),
            _ if (r2 + 1..=r3).contains(&current) => (ring <= r3 && cursor < 16).then_some(r2),
            _ => None,
        };
        assert_eq!(after, expected);
        assert!(after.is_none_or(|after| after <= current));
    });
}

#[test]
fn returns() {
    Rows::new("returns over rings and brackets", 8 * 8 * 512, 1).hold(|row| {
        let mut digits = Digits(row);
        let (current, ring) = (digits.next(8), digits.next(8));
        let brackets = [digits.next(8), digits.next(8), digits.next(8)];
        let target = Plain {
            tag: true,
            kind: 2,
            ring,
            ..Plain::default()
        };
        let descriptor = PlainDescriptor {
            brackets,
            ..PlainDescriptor::default()
        };
        let said = return_rule(
            Ring::from_bits(current),
            &target.capability(),
            &descriptor.descriptor(),
        );
        let expected = match may_return(current, ring, brackets) {
            true => Ok(()),
            false => Err(Failed::only(RING)),
        };
        assert_eq!(said.map_err(Failed::from), expected);
    });
}

/// A program counter from a descriptor: the whole segment, to execute, and to read if the segment may be read.
#[test]
fn program_counters() {
    let lengths = [
        0,
        1,
        8,
        4096,
        0xfff_efff,
        0xfff_f000,
        0xfff_f001,
        0x1000_0000,
        0xffff_ffff,
    ];
    let rows = lengths.len() as u64 * 128 * 8 * 64;
    Rows::new("program counters from descriptors", rows, 1).hold(|row| {
        let mut digits = Digits(row);
        let length = lengths[digits.next(lengths.len() as u64) as usize];
        let [present, read, write, execute, hold, device, paged] =
            std::array::from_fn(|_| digits.flag());
        let (ring, generation) = (digits.next(8), digits.next(64));
        let descriptor = PlainDescriptor {
            base: 0x4000,
            length,
            present,
            read,
            write,
            execute,
            hold,
            device,
            paged,
            generation,
            brackets: [3, 5, 7],
            ..PlainDescriptor::default()
        };
        let made = text_capability(
            SegmentNumber(0x8001),
            &descriptor.descriptor(),
            Ring::from_bits(ring),
            0x8000_0008,
        );
        let expected = Plain {
            tag: true,
            cursor: 0x8000_0008,
            segment: 0x8001,
            ring,
            generation,
            kind: 0,
            spare: 0,
            base: 0,
            limit: if length > 0xfff_f000 {
                0xfff_f000
            } else {
                length
            },
            permissions: if read { R + X } else { X },
        };
        assert_eq!(Plain::of(&made), expected);
    });
}
