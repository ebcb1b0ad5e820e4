//! The derivations, one by one, as the manual's pages of their instructions state them.
//!
//! A result is bits with a tag, or the set of all the checks that failed.

use isa::{Capability, Causes, Ring};

use crate::permissions::{largest, legal_sets};
use crate::plain::*;
use crate::rows::{Dice, Digits, Rows, random};

type Made = Result<Plain, Failed>;

/// The value, if nothing failed.
fn made(value: Plain, failed: Failed) -> Made {
    if failed == Failed::default() {
        Ok(value)
    } else {
        Err(failed)
    }
}

/// What is not tagged fails by that alone.
fn tagged(values: &[Plain], make: impl FnOnce() -> Made) -> Made {
    if values.iter().all(|value| value.tag) {
        make()
    } else {
        Err(Failed::only(TAG))
    }
}

/// An untagged value with this low word.
fn number(value: Plain, low: u128) -> Made {
    let high = value.bits() / (1 << 64);
    Ok(Plain::of_bits(high * (1 << 64) + low % (1 << 64), false))
}

/// A tagged value with this cursor.
fn moved(value: Plain, cursor: i128) -> Made {
    let mut failed = Failed::default();
    failed.when(value.kind != 0, SEAL);
    failed.when(!(0..1 << 32).contains(&cursor), CURSOR);
    made(
        Plain {
            cursor: cursor as u64,
            ..value
        },
        failed,
    )
}

fn add(value: Plain, bytes: i64) -> Made {
    if value.tag {
        return moved(value, i128::from(value.cursor) + i128::from(bytes));
    }
    let low = value.bits() % (1 << 64);
    // A negative number, as the number that it is modulo 2^64.
    let bytes = (i128::from(bytes) + (1 << 64)) as u128;
    number(value, low + bytes)
}

fn seek(value: Plain, cursor: u64) -> Made {
    if value.tag {
        moved(value, cursor.into())
    } else {
        number(value, cursor.into())
    }
}

fn bound(value: Plain, length: u64) -> Made {
    tagged(&[value], || {
        let end = u128::from(value.cursor) + u128::from(length);
        let mut failed = Failed::default();
        failed.when(value.kind != 0, SEAL);
        failed.when(
            value.cursor < value.base || end > value.limit.into(),
            BOUNDS,
        );
        made(
            Plain {
                base: value.cursor,
                limit: end as u64,
                ..value
            },
            failed,
        )
    })
}

fn restrict(value: Plain, mask: u64) -> Made {
    tagged(&[value], || {
        let mut failed = Failed::default();
        failed.when(value.kind != 0, SEAL);
        let permissions = largest(value.permissions & mask);
        made(
            Plain {
                permissions,
                ..value
            },
            failed,
        )
    })
}

fn weaken(value: Plain, ring: u64) -> Made {
    tagged(&[value], || {
        let mut failed = Failed::default();
        failed.when(value.kind != 0, SEAL);
        failed.when(ring < value.ring || ring > 7, RING);
        made(Plain { ring, ..value }, failed)
    })
}

/// An entry capability (kind 1) or a return capability (kind 2).
fn closed(value: Plain, kind: u64) -> Made {
    tagged(&[value], || {
        let mut failed = Failed::default();
        failed.when(value.kind != 0, SEAL);
        failed.when(value.permissions & X == 0, PERMISSION);
        made(Plain { kind, ..value }, failed)
    })
}

/// What fails of an authority that is to name an object type by its cursor.
fn authority_fails(authority: Plain, right: u64) -> Failed {
    let inside = authority.base <= authority.cursor && authority.cursor < authority.limit;
    let mut failed = Failed::default();
    failed.when(authority.kind != 0, SEAL);
    failed.when(authority.permissions & right == 0, PERMISSION);
    failed.when(authority.segment != 0, SEGMENT);
    failed.when(!inside || !(4..32).contains(&authority.cursor), BOUNDS);
    failed
}

fn seal(value: Plain, authority: Plain) -> Made {
    tagged(&[value, authority], || {
        let mut failed = authority_fails(authority, E);
        failed.when(value.kind != 0, SEAL);
        made(
            Plain {
                kind: authority.cursor,
                ..value
            },
            failed,
        )
    })
}

fn unseal(value: Plain, authority: Plain, current: u64) -> Made {
    tagged(&[value, authority], || {
        let mut failed = authority_fails(authority, U);
        failed.when(value.kind < 4 || value.kind != authority.cursor, SEAL);
        let ring = value.ring.max(current);
        made(
            Plain {
                kind: 0,
                ring,
                ..value
            },
            failed,
        )
    })
}

fn build(value: Plain, bits: u128) -> Made {
    tagged(&[value], || {
        let wanted = Plain::of_bits(bits, true);
        let bounds =
            value.base <= wanted.base && wanted.base <= wanted.limit && wanted.limit <= value.limit;
        let legal = largest(wanted.permissions) == wanted.permissions;
        let mut failed = Failed::default();
        failed.when(
            value.kind != 0 || wanted.kind != 0 || wanted.spare != 0,
            SEAL,
        );
        failed.when(wanted.segment != value.segment, SEGMENT);
        failed.when(wanted.generation != value.generation, GENERATION);
        failed.when(wanted.ring < value.ring, RING);
        failed.when(!bounds, BOUNDS);
        failed.when(
            !legal || wanted.permissions & !value.permissions != 0,
            PERMISSION,
        );
        made(wanted, failed)
    })
}

fn mint(bits: u128) -> Made {
    let wanted = Plain::of_bits(bits, true);
    let mut failed = Failed::default();
    failed.when(wanted.kind > 2 || wanted.spare != 0, SEAL);
    failed.when(wanted.base > wanted.limit, BOUNDS);
    failed.when(
        largest(wanted.permissions) != wanted.permissions,
        PERMISSION,
    );
    failed.when(
        wanted.permissions & (E + U) != 0 && wanted.segment != 0,
        SEGMENT,
    );
    made(wanted, failed)
}

/// Could a tagged value have these bits?
pub(crate) fn well_formed(value: &Plain) -> bool {
    value.spare == 0
        && value.kind != 3
        && value.base <= value.limit
        && largest(value.permissions) == value.permissions
        && (value.segment == 0 || value.permissions & (E + U) == 0)
}

/// A value that `isa` made, or what failed.
fn said(result: Result<Capability, Causes>) -> Made {
    result.map(|value| Plain::of(&value)).map_err(Failed::from)
}

/// All derivations of this value by these operands, said twice.
#[rustfmt::skip]
fn assert_agreed(value: Plain, other: Plain, operand: u64, current: u64) {
    let (capability, authority) = (value.capability(), other.capability());
    let context = || format!("{value:x?} {other:x?} {operand:#x} {current}");
    let ring = Ring::from_bits(current);
    assert_eq!(said(capability.add(operand as i64)), add(value, operand as i64), "{}", context());
    assert_eq!(said(capability.seek(operand)), seek(value, operand), "{}", context());
    assert_eq!(said(capability.bound(operand)), bound(value, operand), "{}", context());
    assert_eq!(said(capability.restrict(operand)), restrict(value, operand), "{}", context());
    assert_eq!(said(capability.weaken(operand)), weaken(value, operand), "{}", context());
    assert_eq!(said(capability.entry()), closed(value, 1), "{}", context());
    assert_eq!(said(capability.return_()), closed(value, 2), "{}", context());
    assert_eq!(said(capability.seal(&authority)), seal(value, other), "{}", context());
    assert_eq!(said(capability.unseal(&authority, ring)), unseal(value, other, current), "{}", context());
    assert_eq!(said(capability.build(other.bits())), build(value, other.bits()), "{}", context());
    let bits = value.bits();
    assert_eq!(said(Capability::mint(bits as u64, (bits >> 64) as u64)), mint(bits), "{}", context());
    assert_eq!(capability.is_well_formed(), well_formed(&value), "{}", context());
    let restored = Capability::restored(bits, value.tag);
    let tag = value.tag && well_formed(&value);
    assert_eq!(Plain::of(&restored), Plain { tag, ..value }, "{}", context());
}

/// A value that is often near the others of its kind, tagged or not.
fn any_plain(dice: &mut Dice) -> Plain {
    let offsets = [0, 4, 32, 0x40, 0x80, (1 << 28) - 3];
    Plain {
        tag: !dice.once_in(8),
        cursor: dice.near(&[0, 4, 5, 32, 0x40, 0x80, (1 << 32) - 3]) % (1 << 32),
        segment: dice.pick(&[0, 0, 1, 300, 0xffff]),
        ring: dice.below(8),
        generation: dice.pick(&[0, 5, 63]),
        kind: if dice.flag() { 0 } else { dice.below(32) },
        spare: if dice.once_in(8) { dice.below(4) } else { 0 },
        base: dice.near(&offsets) % (1 << 28),
        limit: dice.near(&offsets) % (1 << 28),
        permissions: match dice.flag() {
            true => dice.pick(&legal_sets()),
            false => dice.below(256),
        },
    }
}

/// What a fair part of values needs so that not everything fails: something of the other one.
fn alike(value: Plain, other: Plain, dice: &mut Dice) -> Plain {
    let mut other = other;
    if dice.flag() {
        (other.segment, other.generation) = (value.segment, value.generation);
    }
    if dice.flag() {
        (other.kind, other.spare) = (0, 0);
    }
    if dice.flag() {
        other.ring = value.ring + dice.below(8 - value.ring);
        other.permissions &= value.permissions;
    }
    if dice.flag() {
        (other.base, other.limit) = (value.base, value.limit);
    }
    other
}

#[test]
fn random_values() {
    for mut dice in random("derivations of random values", 20_000_000) {
        let value = any_plain(&mut dice);
        let other = any_plain(&mut dice);
        let other = alike(value, other, &mut dice);
        let operand = dice.near(&[
            0,
            4,
            8,
            value.limit,
            value.cursor.wrapping_neg(),
            1 << 32,
            1 << 63,
        ]);
        let current = dice.below(8);
        assert_agreed(value, other, operand, current);
    }
}

/// Sealing: every kind of value and authority, right, segment, place of the cursor and ring.
#[test]
fn sealing() {
    let rows = 32 * 8 * 3 * 4 * 2 * 4 * 34 * 2;
    Rows::new("sealing and unsealing", rows, 23).hold(|row| {
        let mut digits = Digits(row);
        let value = Plain {
            tag: true,
            kind: digits.next(32),
            ring: digits.next(8),
            segment: 300,
            limit: 64,
            permissions: R,
            ..Plain::default()
        };
        let authority = Plain {
            tag: true,
            kind: [0, 1, 4][digits.next(3) as usize],
            permissions: E * digits.next(4),
            segment: digits.next(2),
            ..Plain::default()
        };
        let [base, limit] = [[0, 40], [5, 6], [4, 32], [9, 9]][digits.next(4) as usize];
        let cursor = digits.next(34);
        let current = [0, 5][digits.next(2) as usize];
        assert_agreed(
            value,
            Plain {
                base,
                limit,
                cursor,
                ..authority
            },
            0,
            current,
        );
    });
}

/// Building: every wish that a capability could be asked for, in a universe of four bytes.
#[test]
fn building() {
    let rows = 5u64.pow(4) * 8 * 8 * 256 * 4;
    let sets = legal_sets();
    Rows::new("building from bits", rows, 31).hold(|row| {
        let mut digits = Digits(row);
        let value = Plain {
            tag: true,
            base: digits.next(5),
            limit: digits.next(5),
            ring: digits.next(8),
            segment: 300,
            generation: 5,
            permissions: sets[(row % sets.len() as u64) as usize],
            ..Plain::default()
        };
        let wanted = Plain {
            base: digits.next(5),
            limit: digits.next(5),
            ring: digits.next(8),
            permissions: digits.next(256),
            segment: 300 + digits.next(2),
            generation: 4 + digits.next(2),
            ..value
        };
        assert_agreed(value, wanted, 0, 0);
    });
}

/// Minting: every kind, spare bit, set of permissions, and order of bounds.
#[test]
fn minting() {
    Rows::new("minting", 32 * 4 * 256 * 3 * 3 * 2, 1).hold(|row| {
        let mut digits = Digits(row);
        let value = Plain {
            tag: true,
            kind: digits.next(32),
            spare: digits.next(4),
            permissions: digits.next(256),
            base: digits.next(3),
            limit: digits.next(3),
            segment: digits.next(2) * 0x8000,
            ..Plain::default()
        };
        let bits = value.bits();
        assert_eq!(
            said(Capability::mint(bits as u64, (bits >> 64) as u64)),
            mint(bits)
        );
        assert_eq!(value.capability().is_well_formed(), well_formed(&value));
    });
}

/// The restriction of every set by every mask, and what the mask's higher bits do to it: nothing.
#[test]
fn restricting() {
    Rows::new("restricting permissions", 256 * 256 * 2, 1).hold(|row| {
        let mut digits = Digits(row);
        let value = Plain {
            tag: true,
            permissions: digits.next(256),
            ..Plain::default()
        };
        let mask = digits.next(256) + digits.next(2) * 0xffff_ff00;
        assert_eq!(
            said(value.capability().restrict(mask)),
            restrict(value, mask)
        );
    });
}
