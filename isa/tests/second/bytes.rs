//! What a capability reaches, as sets of bytes of a small universe: asked of the rule of access byte by byte, and
//! never more after a derivation than before.

use isa::access::judge;
use isa::{Capability, Ring};

use crate::permissions::legal_sets;
use crate::plain::*;
use crate::question::{Found, PlainDescriptor, Question};
use crate::rows::{Digits, Rows};

/// The bytes of the segment of the universe.
const UNIVERSE: u64 = 24;

/// A set of bytes: bit `n` is the byte at offset `n`.
type Bytes = u64;

/// The bytes from `base` up to `limit`, one by one.
fn bytes(base: u64, limit: u64) -> Bytes {
    (base..limit).fold(0, |set, byte| set | 1 << byte)
}

/// May an access of this kind and one byte be made here, with brackets that let in rings up to `outermost`? The execute
/// bracket begins at ring 0: its lower end keeps trusted rings from code that is less so, and takes nothing from others.
fn reaches(value: &Plain, kind: u64, offset: u64, outermost: u64) -> bool {
    let question = Question {
        kind,
        offset,
        size: 1,
        granule: false,
        private: true,
        through: *value,
        current: value.ring,
        descriptor: Found::Here(PlainDescriptor {
            base: 0,
            length: UNIVERSE,
            present: true,
            read: true,
            write: true,
            execute: true,
            hold: true,
            brackets: [
                if kind == 1 || kind == 3 { outermost } else { 0 },
                outermost,
                outermost,
            ],
            generation: 5,
            ..PlainDescriptor::default()
        }),
        memory: 4096,
        parts: [None; 2],
        may_read: [u64::MAX; 4],
        may_write: [u64::MAX; 4],
    };
    judge(&question.request(), &question.facts())
        .allowed()
        .is_ok()
}

/// The kinds of access whose reach is asked: read, write, execute, store of a capability, call, return.
const KINDS: [u64; 6] = [0, 1, 2, 3, 4, 5];

/// All bytes that a value reaches by one kind of access, in a segment for rings up to `outermost`.
fn reach_by(value: &Plain, kind: u64, outermost: u64) -> Bytes {
    (0..UNIVERSE + 2)
        .filter(|&offset| reaches(value, kind, offset, outermost))
        .fold(0, |set, byte| set | 1 << byte)
}

/// The same for all kinds.
fn reach(value: &Plain, outermost: u64) -> [Bytes; 6] {
    KINDS.map(|kind| reach_by(value, kind, outermost))
}

/// Is what is reached after in what was reached before?
fn within(after: [Bytes; 6], before: [Bytes; 6]) -> bool {
    after
        .iter()
        .zip(before)
        .all(|(after, before)| after & !before == 0)
}

fn pointer(base: u64, limit: u64, permissions: u64) -> Plain {
    Plain {
        tag: true,
        segment: 300,
        generation: 5,
        base,
        limit,
        permissions,
        ..Plain::default()
    }
}

fn plain(value: &Capability) -> Plain {
    Plain::of(value)
}

/// What is reached is the bytes inside the bounds, if the permission is there; code at multiples of 8 and
/// capabilities at multiples of 16 only.
#[test]
fn the_bytes_of_a_capability() {
    let side = UNIVERSE + 2;
    let sets = legal_sets();
    let rows = side * side * sets.len() as u64;
    Rows::new("bytes that a capability reaches", rows, 1).hold(|row| {
        let mut digits = Digits(row);
        let (base, limit) = (digits.next(side), digits.next(side));
        let permissions = sets[digits.0 as usize];
        let all = bytes(base, limit) & bytes(0, UNIVERSE);
        let if_held = |wanted: u64, bytes: Bytes| match permissions & wanted == wanted {
            true => bytes,
            false => 0,
        };
        let expected = [
            if_held(R, all),
            if_held(W, all),
            if_held(X, all & (1 + (1 << 8) + (1 << 16))),
            if_held(W + S, all & (1 + (1 << 16))),
            0,
            0,
        ];
        assert_eq!(reach(&pointer(base, limit, permissions), 7), expected);
    });
}

/// Narrowed bounds reach exactly the bytes asked for; and where they are refused, one of these was not reached before
/// or, of no bytes, the place is outside.
#[test]
fn narrowing_bounds() {
    let side = UNIVERSE + 1;
    Rows::new(
        "narrowing bounds, as sets of bytes",
        side * side * (side + 2) * (side + 2),
        1,
    )
    .hold(|row| {
        let mut digits = Digits(row);
        let (base, limit) = (digits.next(side), digits.next(side));
        let (cursor, length) = (digits.next(side + 2), digits.next(side + 2));
        if base > limit {
            return;
        }
        let value = Plain {
            cursor,
            ..pointer(base, limit, R)
        };
        let wanted = bytes(cursor, cursor + length);
        let inside =
            wanted & !bytes(base, limit) == 0 && (length > 0 || (base..=limit).contains(&cursor));
        match value.capability().bound(length) {
            Ok(narrowed) => {
                assert!(inside);
                assert_eq!(reach_by(&plain(&narrowed), 0, 7), wanted);
            }
            Err(_) => assert!(!inside, "{base} {limit} {cursor} {length}"),
        }
    });
}

/// No derivation but unsealing reaches a byte that its input did not, whatever the ring; and what is closed reaches
/// nothing but as what it is for.
#[test]
fn derivations_reach_less() {
    let sets = legal_sets();
    let rows = sets.len() as u64 * 8 * 3 * 3 * 40;
    Rows::new("derivations, as sets of bytes", rows, 37).hold(|row| {
        let mut digits = Digits(row);
        let permissions = sets[digits.next(sets.len() as u64) as usize];
        let (ring, outermost) = (digits.next(8), [0, 3, 7][digits.next(3) as usize]);
        let base = 4 * digits.next(3);
        let operand = digits.0;
        let value = Plain {
            ring,
            cursor: 8 + operand % 8,
            ..pointer(base, 20, permissions)
        };
        let capability = value.capability();
        let before = reach(&value, outermost);
        let authority = Plain {
            segment: 0,
            cursor: operand,
            ..pointer(0, 40, E + U)
        }
        .capability();
        let open = [
            capability.add(operand as i64 - 8),
            capability.seek(operand),
            capability.bound(operand % 16),
            capability.restrict(operand * 7),
            capability.weaken(operand % 8),
            capability.build(
                Plain {
                    base: operand % 16,
                    ..value
                }
                .bits(),
            ),
            capability.build(
                Plain {
                    limit: operand,
                    ..value
                }
                .bits(),
            ),
            capability.build(
                Plain {
                    ring: operand % 8,
                    ..value
                }
                .bits(),
            ),
            capability.build(
                Plain {
                    permissions: operand,
                    ..value
                }
                .bits(),
            ),
        ];
        for derived in open.into_iter().flatten() {
            assert!(
                within(reach(&plain(&derived), outermost), before),
                "{value:x?} {derived}"
            );
        }
        let calls = [0, 0, 0, 0, before[2], 0];
        let returns = [0, 0, 0, 0, 0, before[2]];
        let sealed = capability.seal(&authority);
        for (closed, allowed) in [
            (capability.entry(), calls),
            (capability.return_(), returns),
            (sealed, [0; 6]),
        ] {
            if let Ok(closed) = closed {
                assert_eq!(reach(&plain(&closed), outermost), allowed, "{value:x?}");
            }
        }
        if let Ok(sealed) = sealed {
            let current = Ring::from_bits(operand);
            let opened = sealed
                .unseal(&authority, current)
                .expect("the same authority");
            let expected = Plain {
                ring: ring.max(operand % 8),
                ..value
            };
            assert_eq!(plain(&opened), expected);
            assert!(within(reach(&expected, outermost), before));
        }
    });
}
