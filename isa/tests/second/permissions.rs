//! Sets of permissions: which are legal, by a list, and what is left of the others.

use std::sync::LazyLock;

use isa::Permissions;
use isa::permission::PERMISSIONS;

use crate::plain::*;

/// All legal sets: what a capability to memory may be for, or an authority over object types. Nothing else is.
///
/// To read with or without capabilities, which with or without their mutability; to write with or without
/// capabilities; to execute; and of these write and execute never together.
pub(crate) fn legal_sets() -> Vec<u64> {
    let readers = [0, R, R + L, R + L + M];
    let changers = [0, W, W + S, X];
    let authorities = [E, U, E + U];
    let memory = readers
        .iter()
        .flat_map(|reader| changers.map(|changer| reader + changer));
    memory.chain(authorities).collect()
}

/// The largest legal set inside this one. Where the list has two largest, execute goes before write, and memory
/// before authority, as the manual's removals have it.
pub(crate) fn largest(set: u64) -> u64 {
    static LARGEST: LazyLock<Vec<u64>> = LazyLock::new(|| (0..256).map(found).collect());
    LARGEST[set as usize]
}

/// The same, looked for in the list.
fn found(set: u64) -> u64 {
    let inside = legal_sets().into_iter().filter(|legal| legal & !set == 0);
    let rank = |legal: &u64| (legal & (R + W + X) != 0, legal & X, legal.count_ones());
    inside.max_by_key(rank).unwrap_or(0)
}

#[test]
fn all_sets() {
    let legal = legal_sets();
    assert_eq!(legal.len(), 19);
    for set in 0..256u64 {
        let permissions = Permissions::from_bits_retain(set as u8);
        let kept = u64::from(permissions.legal().bits());
        assert_eq!(kept & !set, 0, "{set:#x}: legalising only removes");
        assert!(legal.contains(&kept), "{set:#x}: what is left is legal");
        assert_eq!(kept, largest(set), "{set:#x}");
        assert_eq!(permissions.legal().legal(), permissions.legal(), "{set:#x}");
        assert_eq!(permissions.is_legal(), legal.contains(&set), "{set:#x}");
        // No legal set lies between: one more permission, or several, would be illegal or another choice of the two.
        let between = |other: &&u64| *other & !set == 0 && kept & !**other == 0 && **other != kept;
        assert_eq!(legal.iter().find(between), None, "{set:#x}");
    }
}

/// What is left of a legal set under a mask is never more than it was, nor than the mask.
#[test]
fn all_pairs_of_sets() {
    for set in 0..256u64 {
        for mask in 0..256u64 {
            let before = Permissions::from_bits_retain(set as u8).legal();
            let after = (before & Permissions::from_bits_retain(mask as u8)).legal();
            assert!(before.contains(after) && u64::from(after.bits()) & !mask == 0);
            assert_eq!(u64::from(after.bits()), largest(largest(set) & mask));
        }
    }
}

/// The letters stand for the bits in their order, and a printed set reads back.
#[test]
fn letters() {
    let letters: String = PERMISSIONS.iter().map(|row| row.letter).collect();
    assert_eq!(letters, "rwxlsmeu");
    for set in 0..256u64 {
        let permissions = Permissions::from_bits_retain(set as u8);
        let columns = if set >= 64 { 8 } else { 6 };
        let expected: String = "rwxlsmeu"
            .chars()
            .zip([R, W, X, L, S, M, E, U])
            .take(columns)
            .map(|(letter, bit)| if set & bit != 0 { letter } else { '-' })
            .collect();
        assert_eq!(permissions.to_string(), expected);
        assert_eq!(Permissions::from_letters(&expected), Some(permissions));
        let backwards: String = expected.chars().rev().collect();
        assert_eq!(Permissions::from_letters(&backwards), Some(permissions));
    }
    assert_eq!(Permissions::from_letters("rq"), None);
    assert_eq!(Permissions::from_letters("w-w"), Some(Permissions::WRITE));
    assert_eq!(u64::from(Permissions::MUTATING.bits()), W + S + M);
    assert_eq!(u64::from(Permissions::AUTHORITY.bits()), E + U);
}
