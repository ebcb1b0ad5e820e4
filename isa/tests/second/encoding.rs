//! Capabilities and descriptors as bits, by the drawings of the manual.

use isa::{
    Capability, Descriptor, Fields, Kind, Label, ObjectType, Permissions, Ring, SegmentNumber,
};

use crate::plain::{Plain, WIDTHS};
use crate::question::{PlainDescriptor, SOFTWARE_OF_WORD_2};
use crate::rows::random;

/// All 128 bits alone, and none and all of them; then random ones.
fn patterns(law: &'static str, full: u64) -> impl Iterator<Item = u128> {
    let few = (0..128).map(|bit| 1 << bit).chain([0, u128::MAX]);
    few.chain(
        random(law, full).map(|mut dice| u128::from(dice.word()) << 64 | u128::from(dice.word())),
    )
}

#[test]
fn the_fields_of_a_capability() {
    assert_eq!(WIDTHS.iter().sum::<u32>(), 128);
    for bits in patterns("fields of capabilities", 5_000_000) {
        for tag in [false, true] {
            let plain = Plain::of_bits(bits, tag);
            let value = Capability::from_words(bits as u64, (bits >> 64) as u64, tag);
            assert_eq!(plain.bits(), bits);
            assert_eq!((value.bits(), value.is_tagged()), (bits, tag));
            assert_eq!(
                u128::from(value.low()) + (u128::from(value.high()) << 64),
                bits
            );
            let fields = value.fields();
            let expected = Fields {
                cursor: plain.cursor as u32,
                segment: SegmentNumber(plain.segment as u16),
                ring: Ring::new(plain.ring as u8).expect("three bits"),
                generation: plain.generation as u8,
                kind: kind(plain.kind),
                spare: plain.spare as u8,
                base: plain.base as u32,
                limit: plain.limit as u32,
                permissions: Permissions::from_bits_retain(plain.permissions as u8),
            };
            assert_eq!(fields, expected);
            assert_eq!(
                Capability::new(fields),
                Plain { tag: true, ..plain }.capability()
            );
            assert_eq!(value.untag(), Capability::untagged(bits));
            assert_eq!(
                value.untag(),
                Plain {
                    tag: false,
                    ..plain
                }
                .capability()
            );
            let address = match tag {
                true => plain.segment * (1 << 32) + plain.cursor,
                false => (bits % (1 << 64)) as u64,
            };
            assert_eq!(value.address(), address);
        }
    }
    assert_eq!(Plain::of(&Capability::NULL), Plain::default());
    // A field that is too wide is cut and never reaches its neighbours.
    let wide = Fields {
        generation: 0xff,
        spare: 0xff,
        base: u32::MAX,
        limit: u32::MAX,
        ..Fields::default()
    };
    let expected = Plain {
        tag: true,
        generation: 63,
        spare: 3,
        base: (1 << 28) - 1,
        limit: (1 << 28) - 1,
        ..Plain::default()
    };
    assert_eq!(Plain::of(&Capability::new(wide)), expected);
    let narrow = Fields {
        generation: 0x40,
        spare: 4,
        base: 1 << 28,
        limit: 1 << 28,
        ..wide
    };
    assert_eq!(
        Plain::of(&Capability::new(narrow)),
        Plain {
            tag: true,
            ..Plain::default()
        }
    );
}

fn kind(number: u64) -> Kind {
    match number {
        0 => Kind::Data,
        1 => Kind::Entry,
        2 => Kind::Return,
        3 => Kind::Reserved,
        _ => Kind::Software(ObjectType::new(number as u32).expect("a type")),
    }
}

#[test]
fn kinds_and_object_types() {
    for number in 0..1024u64 {
        assert_eq!(Kind::from_bits(number), kind(number % 32));
        assert_eq!(u64::from(Kind::from_bits(number).number()), number % 32);
        let object_type = ObjectType::new(number as u32);
        assert_eq!(object_type.is_some(), (4..32).contains(&number));
        assert_eq!(
            object_type.map(|object_type| object_type.number().into()),
            (4..32).contains(&number).then_some(number)
        );
        let name = match number % 32 {
            0 => "data".into(),
            1 => "entry".into(),
            2 => "return".into(),
            3 => "reserved".into(),
            sealed => format!("sealed {sealed}"),
        };
        assert_eq!(Kind::from_bits(number).to_string(), name);
    }
    assert_eq!(
        (ObjectType::FIRST.number(), ObjectType::LAST.number()),
        (4, 31)
    );
    assert_eq!(ObjectType::new(u32::MAX), None);
}

/// A capability on one line.
#[test]
fn the_printed_form_of_a_capability() {
    for mut dice in random("printed capabilities", 100_000) {
        let bits = u128::from(dice.word()) << 64 | u128::from(dice.word());
        let plain = Plain::of_bits(bits, dice.flag());
        let value = plain.capability();
        let expected = if plain.tag {
            let kind = match plain.kind {
                0 => String::new(),
                _ => format!(" {}", value.kind()),
            };
            format!(
                "seg {:#x}[{:#x}..{:#x}] {} ring {} gen {} cursor {:#x}{kind}",
                plain.segment,
                plain.base,
                plain.limit,
                value.permissions(),
                plain.ring,
                plain.generation,
                plain.cursor
            )
        } else {
            format!("untagged {bits:#x}")
        };
        assert_eq!(value.to_string(), expected);
        assert_eq!(format!("{value:?}"), expected);
    }
}

#[test]
fn the_fields_of_a_descriptor() {
    let singles = (0..4).flat_map(|word| {
        (0..64).map(move |bit| {
            let mut words = [0; 4];
            words[word] = 1 << bit;
            words
        })
    });
    let few = singles.chain([[0; 4], [u64::MAX; 4]]);
    let many = random("fields of descriptors", 5_000_000)
        .map(|mut dice| std::array::from_fn(|_| dice.word()));
    for words in few.chain(many) {
        let plain = taken_apart(words);
        assert_eq!(plain.words(), words);
        let said = Descriptor::decode(words);
        assert_eq!(said.encode(), words);
        assert_eq!(
            (said.base.0, u64::from(said.length)),
            (plain.base, plain.length)
        );
        assert_eq!(
            (u64::from(said.gates), u64::from(said.linkage.0)),
            (plain.gates, plain.linkage)
        );
        let rings = [said.brackets.r1, said.brackets.r2, said.brackets.r3];
        assert_eq!(rings.map(|ring| u64::from(ring.number())), plain.brackets);
        assert_eq!(
            (said.label, u64::from(said.generation)),
            (Label(plain.label as u8), plain.generation)
        );
        assert_eq!(said.software, plain.software);
        let flags: u8 = words[2].to_le_bytes()[0] & 0x7f;
        assert_eq!(said.flags.bits(), flags);
        let bytes = said.to_bytes();
        for (index, byte) in bytes.into_iter().enumerate() {
            assert_eq!(byte, words[index / 8].to_le_bytes()[index % 8]);
        }
        assert_eq!(Descriptor::from_bytes(&bytes), said);
    }
    // What does not belong to a field is dropped, and reaches no other.
    let wide = Descriptor {
        generation: 0xff,
        software: [u64::MAX, 0],
        ..Descriptor::default()
    };
    assert_eq!(wide.encode(), [0, 0, SOFTWARE_OF_WORD_2 + (63 << 32), 0]);
}

/// The fields of four words, bit by bit from the lowest.
fn taken_apart([base, sizes, rights, software]: [u64; 4]) -> PlainDescriptor {
    let bit = |place: u32| rights >> place & 1 == 1;
    let field = |word: u64, from: u32, width: u32| word / (1 << from) % (1 << width);
    PlainDescriptor {
        base,
        length: field(sizes, 0, 32),
        gates: field(sizes, 32, 16),
        linkage: field(sizes, 48, 16),
        present: bit(0),
        read: bit(1),
        write: bit(2),
        execute: bit(3),
        hold: bit(4),
        device: bit(5),
        paged: bit(6),
        brackets: [
            field(rights, 8, 3),
            field(rights, 11, 3),
            field(rights, 14, 3),
        ],
        label: field(rights, 24, 8),
        generation: field(rights, 32, 6),
        software: [rights & SOFTWARE_OF_WORD_2, software],
    }
}
