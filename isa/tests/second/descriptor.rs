//! Segment descriptors: when they make sense, and the places that they lead to.

use isa::{Brackets, Real, Ring};

use crate::answer::makes_sense;
use crate::question::PlainDescriptor;
use crate::rows::{Digits, Rows, random};

#[test]
fn brackets_make_sense_in_order_only() {
    for bits in 0..512u64 {
        let mut digits = Digits(bits);
        let brackets = [digits.next(8), digits.next(8), digits.next(8)];
        let descriptor = PlainDescriptor {
            brackets,
            ..PlainDescriptor::default()
        };
        let [r1, r2, r3] = brackets.map(Ring::from_bits);
        let said = Brackets { r1, r2, r3 };
        assert_eq!(said.ordered(), makes_sense(&descriptor, 0));
        assert_eq!(
            said.to_string(),
            format!("({}, {}, {})", brackets[0], brackets[1], brackets[2])
        );
        for number in 0..8 {
            let ring = Ring::from_bits(number);
            // Each right is a set of rings, listed.
            let upto = |last: u64| (0..=last).collect::<Vec<u64>>();
            let execute: Vec<u64> = (brackets[0]..=brackets[1]).collect();
            assert_eq!(said.may_write(ring), upto(brackets[0]).contains(&number));
            assert_eq!(said.may_read(ring), upto(brackets[1]).contains(&number));
            assert_eq!(said.may_execute(ring), execute.contains(&number));
            assert_eq!(said.may_call(ring), upto(brackets[2]).contains(&number));
        }
    }
    for (number, ring) in (0..8).zip(Ring::ALL) {
        assert_eq!((ring.number(), Ring::new(number)), (number, Some(ring)));
        assert_eq!(ring.to_string(), number.to_string());
        let only = Brackets::only(ring);
        assert_eq!([only.r1, only.r2, only.r3], [ring; 3]);
        for other in Ring::ALL {
            assert_eq!(ring.max(other).number(), number.max(other.number()));
        }
    }
    for number in 8..=255 {
        assert_eq!(Ring::new(number), None);
    }
    for number in 0..1024 {
        assert_eq!(u64::from(Ring::from_bits(number).number()), number % 8);
    }
}

/// Base, length and memory at each other's borders, with and without a page table, as a device and not.
#[test]
fn places_make_sense_inside_memory_only() {
    let bases = [
        0,
        1,
        8,
        15,
        16,
        0x800,
        0xfff,
        0x1000,
        0x1001,
        0x2000,
        0xffff_ffff_ffff_f000,
    ];
    let lengths = [
        0,
        1,
        0xfff,
        0x1000,
        0x1001,
        0x2000,
        0x20_0000,
        0x20_0001,
        0xfff_f000,
        0xfff_f001,
        0xffff_ffff,
    ];
    let places = [0, 0x1000, 0x2000, 0x1_0000_0000, u64::MAX - 8];
    let memories: Vec<u64> = places
        .into_iter()
        .flat_map(|place| {
            [0, 1, 8, 16, 0x1000, 0x1001, 0xfff_f000].map(|size: u64| place.wrapping_add(size))
        })
        .flat_map(|end| [end.wrapping_sub(1), end])
        .collect();
    let rows = bases.len() * lengths.len() * memories.len() * 4 * 2;
    Rows::new("descriptors that make sense", rows as u64, 1).hold(|row| {
        let mut digits = Digits(row);
        let plain = PlainDescriptor {
            base: bases[digits.next(bases.len() as u64) as usize],
            length: lengths[digits.next(lengths.len() as u64) as usize],
            device: digits.flag(),
            paged: digits.flag(),
            brackets: if digits.flag() { [1, 4, 5] } else { [1, 4, 3] },
            ..PlainDescriptor::default()
        };
        let memory = memories[digits.0 as usize];
        assert_eq!(
            plain.descriptor().is_well_formed(memory),
            makes_sense(&plain, memory),
            "{plain:x?} {memory:#x}"
        );
    });
    for mut dice in random("descriptors that make sense, at random", 5_000_000) {
        let plain = PlainDescriptor {
            base: dice.near(&[0, 16, 0x1000, 1 << 28, u64::MAX]),
            length: dice.near(&[0, 0x1000, 0x20_0000, 0xfff_f000, 1 << 31]) % (1 << 32),
            device: dice.once_in(4),
            paged: dice.flag(),
            ..PlainDescriptor::default()
        };
        let memory = plain
            .base
            .wrapping_add(dice.near(&[0, plain.length, plain.length / 512]));
        assert_eq!(
            plain.descriptor().is_well_formed(memory),
            makes_sense(&plain, memory),
            "{plain:x?} {memory:#x}"
        );
    }
}

/// Where a byte of a segment is, and where the word of its page.
#[test]
fn places_of_bytes() {
    for mut dice in random("places of bytes", 500_000) {
        let plain = PlainDescriptor {
            base: dice.near(&[0, 0x1000, 1 << 52, u64::MAX]),
            ..PlainDescriptor::default()
        };
        let offset = dice.near(&[0, 0x1000, 1 << 28, u64::MAX]);
        let fits = |place: u128| u64::try_from(place).ok().map(Real);
        let base = u128::from(plain.base);
        let descriptor = plain.descriptor();
        assert_eq!(descriptor.real_of(offset), fits(base + u128::from(offset)));
        assert_eq!(
            descriptor.page_word_of(offset),
            fits(base + u128::from(offset / 4096) * 8)
        );
    }
}

/// A descriptor on one line: the letters of its mode, its place, and what differs from nothing.
#[test]
fn the_printed_form() {
    for bits in 0..512u64 {
        let mut digits = Digits(bits);
        let [present, read, write, execute, hold, device, paged] =
            std::array::from_fn(|_| digits.flag());
        let gates = digits.next(2) * 3;
        let linkage = digits.next(2) * 264;
        let plain = PlainDescriptor {
            base: 0x4000,
            length: 0x80,
            gates,
            linkage,
            present,
            read,
            write,
            execute,
            hold,
            device,
            paged,
            brackets: [1, 4, 5],
            label: 9,
            generation: 7,
            ..PlainDescriptor::default()
        };
        let letters: String = [(read, 'r'), (write, 'w'), (execute, 'x'), (hold, 'h')]
            .map(|(has, letter)| if has { letter } else { '-' })
            .iter()
            .collect();
        let place = match (device, paged) {
            (true, _) => "device slot 16384",
            (false, true) => "page table 0x4000",
            (false, false) => "base 0x4000",
        };
        let mut expected = format!("{letters} {place} length 0x80 rings (1, 4, 5) label 9 gen 7");
        expected += if gates > 0 { " gates 3" } else { "" };
        expected += if linkage > 0 { " linkage 0x108" } else { "" };
        if !present {
            expected = "not present".into();
        }
        assert_eq!(plain.descriptor().to_string(), expected);
    }
}
