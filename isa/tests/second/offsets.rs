//! Effective offsets by wide arithmetic, and the parts of an access.

use isa::access::{Span, effective_offset, parts};

use crate::answer::pieces;
use crate::rows::{Digits, Rows, random};

/// `cursor + index * 2^scale + immediate`, where all numbers are far from the end of theirs; what 64 bits with a sign
/// cannot hold becomes the number nearest to it that they can.
fn expected(cursor: u32, index: u64, scale: u8, immediate: i32) -> u64 {
    let factor = match scale {
        0 => 1,
        1 => 2,
        2 => 4,
        3 => 8,
        _ => 16,
    };
    let signed = |word: u64| match word >> 63 {
        0 => i128::from(word),
        _ => i128::from(word) - (1 << 64),
    };
    let offset = i128::from(cursor) + signed(index) * factor + i128::from(immediate);
    let (low, high) = (-(1 << 63), (1 << 63) - 1);
    let held = if offset < low {
        low
    } else if offset > high {
        high
    } else {
        offset
    };
    held.rem_euclid(1 << 64) as u64
}

#[test]
fn effective_offsets() {
    let indices: Vec<u64> = (0..64)
        .flat_map(|bit| [1u64 << bit, (1 << bit) - 1, (1u64 << bit).wrapping_neg()])
        .collect();
    let cursors = [0, 1, 16, 0x7fff_ffff, 0x8000_0000, u32::MAX];
    let immediates = [0, 1, -1, 16, -16, i32::MAX, i32::MIN];
    let rows = indices.len() * cursors.len() * immediates.len() * 6;
    Rows::new("effective offsets at the edges", rows as u64, 1).hold(|row| {
        let mut digits = Digits(row);
        let index = indices[digits.next(indices.len() as u64) as usize];
        let cursor = cursors[digits.next(cursors.len() as u64) as usize];
        let immediate = immediates[digits.next(immediates.len() as u64) as usize];
        let scale = [0, 1, 2, 3, 4, 255][digits.0 as usize];
        assert_eq!(
            effective_offset(cursor, index, scale, immediate),
            expected(cursor, index, scale, immediate),
            "{cursor:#x} {index:#x} {scale} {immediate:#x}"
        );
    });
    for mut dice in random("effective offsets", 10_000_000) {
        let index = dice.near(&[0, 1 << 27, 1 << 59, 1 << 60, 1 << 63, u64::MAX / 8]);
        let (cursor, immediate) = (dice.word() as u32, dice.word() as i32);
        let scale = dice.below(5) as u8;
        assert_eq!(
            effective_offset(cursor, index, scale, immediate),
            expected(cursor, index, scale, immediate)
        );
    }
}

fn said(offset: u64, size: u64) -> Vec<(u64, u64)> {
    let [first, second] = parts(offset, size);
    assert!(first.is_some() || second.is_none());
    let pair = |span: Span| (span.offset, span.size);
    [first, second].into_iter().flatten().map(pair).collect()
}

/// Byte by byte: every byte of an access is in one part, and all bytes of a part are in one page. An access that is
/// longer than a page has its rest in the second part.
#[test]
fn parts_of_accesses() {
    Rows::new("parts of accesses", 8192 * 4098, 641).hold(|row| {
        let (offset, size) = (row % 8192, row / 8192);
        let said = said(offset, size);
        assert_eq!(said, pieces(offset, size));
        let mut next = offset;
        for (part, &(first, length)) in said.iter().enumerate() {
            assert!(first == next && length > 0);
            next = first + length;
            assert!(part == 1 || (next - 1) / 4096 == offset / 4096);
        }
        assert_eq!(next, offset + size);
    });
    for mut dice in random("parts of accesses anywhere", 1_000_000) {
        let offset = dice.near(&[0, 4096, 1 << 32, u64::MAX - 4096, u64::MAX]);
        let size = dice.near(&[0, 16, 4096]);
        if offset.checked_add(size).is_some() {
            assert_eq!(
                said(offset, size),
                pieces(offset, size),
                "{offset:#x} {size:#x}"
            );
        }
    }
}
