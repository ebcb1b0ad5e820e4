//! The formats in memory: any bytes are one, and what is written is what is read.

use isa::abi::{Keeper, REGISTER_STACK, RETURN_KEEPS_C, RETURN_KEEPS_R, ROLES};
use isa::access::AccessKind;
use isa::context::{
    Argument, ExecutionContext, LAYOUTS, MachineBlock, ProcessBlock, Relocation, ResetRecord,
    TRAP_FRAME_SIZE, TrapRecord,
};
use isa::{
    Address, Brackets, Capability, Cause, Causes, Descriptor, DescriptorFlags, Label, LabelSet,
    PageFlags, PageWord, Real, Ring, SegmentNumber, Trap, TrapRegister,
};
use proptest::prelude::*;

#[test]
fn the_fields_of_a_layout_follow_each_other() {
    for layout in LAYOUTS {
        let end = layout.fields.iter().fold(0, |at, field| {
            assert_eq!(field.offset, at, "{}.{}", layout.name, field.name);
            assert!(!field.doc.is_empty() && field.doc.trim() == field.doc);
            at + field.size
        });
        assert_eq!(end, layout.size, "{}", layout.name);
    }
}

#[test]
fn the_sizes_are_those_agreed_on() {
    assert_eq!(ExecutionContext::SIZE, 544);
    assert_eq!(TrapRecord::SIZE, 64);
    assert_eq!(TRAP_FRAME_SIZE, 608);
    assert_eq!(ProcessBlock::SIZE, 224);
    assert_eq!(MachineBlock::SIZE, 4096);
    assert_eq!(ResetRecord::SIZE, 4096);
    assert_eq!(ResetRecord::ARGUMENTS_OFFSET, 128);
    assert_eq!(Argument::SIZE, 16);
    assert_eq!(Relocation::SIZE, 32);
}

#[test]
fn every_register_has_one_role_and_returns_keep_what_it_says() {
    for (file, count, kept) in [
        ('r', 32, RETURN_KEEPS_R),
        ('c', 16, u32::from(RETURN_KEEPS_C)),
    ] {
        let roles: Vec<_> = ROLES.iter().filter(|role| role.file == file).collect();
        let next = roles.iter().fold(0, |next, role| {
            assert_eq!(role.first, next);
            role.last + 1
        });
        assert_eq!(next, count);
        for role in roles {
            for number in role.first..=role.last {
                let result = number == 1 || file == 'r' && number == 2;
                let own = file == 'c' && number == REGISTER_STACK;
                let preserved = role.keeper == Keeper::Callee && !own;
                assert_eq!(
                    kept >> number & 1 == 1,
                    result || preserved,
                    "{file}{number}"
                );
            }
        }
    }
}

#[test]
fn the_causes_are_numbered_by_priority() {
    for (cause, number) in Cause::ALL.iter().zip(1..) {
        assert_eq!(cause.number(), number);
        assert_eq!(Cause::from_number(number.into()), Some(*cause));
        assert_eq!(Cause::from_name(cause.name()), Some(*cause));
        assert_eq!(Causes::from(*cause).first(), Some(*cause));
        assert_eq!(Causes::from(*cause).bits(), 1 << number);
        assert!(
            cause.meaning().ends_with('.') && cause.fix().ends_with('.'),
            "{cause}"
        );
    }
    assert_eq!(Cause::from_number(0), None);
    assert_eq!(Cause::from_number(25), None);
    assert_eq!(Cause::from_number(u64::MAX), None);
    let three = Causes::LABEL | Causes::SEAL | Causes::BOUNDS;
    assert_eq!(three.first(), Some(Cause::Seal));
    assert_eq!(three.to_string(), "seal, bounds, label");
    assert_eq!(Trap::from_causes(three).cause, Cause::Seal);
    assert_eq!(Trap::from_causes(Causes::empty()).cause, Cause::Illegal);
}

#[test]
fn a_trap_says_what_happened_on_one_line() {
    let bounds = Trap {
        register: TrapRegister(2),
        segment: SegmentNumber(0x110),
        offset: 0x40,
        ring: Ring::USER,
        kind: AccessKind::Write,
        size: 8,
        ..Trap::from(Cause::Bounds)
    };
    assert_eq!(
        bounds.to_string(),
        "bounds: write of 8 bytes at segment 0x110, offset 0x40, through c2, ring 4"
    );
    assert_eq!(
        Trap {
            offset: 16,
            ..Trap::from(Cause::Interrupt)
        }
        .to_string(),
        "interrupt line 16"
    );
    assert_eq!(Trap::from(Cause::Divide).to_string(), "divide, ring 0");
}

#[test]
fn a_descriptor_is_judged_by_the_memory_it_is_in() {
    let plain = Descriptor {
        base: Real(0x2000),
        length: 0x1001,
        flags: DescriptorFlags::PRESENT | DescriptorFlags::READ,
        brackets: Brackets::only(Ring::USER),
        ..Descriptor::default()
    };
    assert!(plain.is_well_formed(0x3001));
    assert!(!plain.is_well_formed(0x3000));
    assert!(
        !Descriptor {
            base: Real(0x2010),
            ..plain
        }
        .is_well_formed(u64::MAX)
    );
    assert!(
        !Descriptor {
            base: Real(u64::MAX - 0xfff),
            ..plain
        }
        .is_well_formed(u64::MAX)
    );
    assert!(
        Descriptor {
            length: (1 << 28) - 4096,
            ..plain
        }
        .is_well_formed(1 << 30)
    );
    assert!(
        !Descriptor {
            length: (1 << 28) - 4095,
            ..plain
        }
        .is_well_formed(1 << 30)
    );
    let paged = Descriptor {
        flags: plain.flags | DescriptorFlags::PAGED,
        ..plain
    };
    assert!(paged.is_well_formed(0x2010));
    assert!(!paged.is_well_formed(0x200f));
    let device = Descriptor {
        flags: plain.flags | DescriptorFlags::DEVICE,
        base: Real(15),
        ..plain
    };
    assert!(device.is_well_formed(0));
    assert!(
        !Descriptor {
            base: Real(16),
            ..device
        }
        .is_well_formed(u64::MAX)
    );
}

#[test]
fn a_descriptor_prints_on_one_line() {
    let text = Descriptor {
        base: Real(0x2000),
        length: 0x100,
        gates: 2,
        linkage: SegmentNumber(264),
        flags: DescriptorFlags::PRESENT | DescriptorFlags::READ | DescriptorFlags::EXECUTE,
        brackets: Brackets {
            r1: Ring::KERNEL,
            r2: Ring::KERNEL,
            r3: Ring::USER,
        },
        label: Label(7),
        generation: 1,
        software: [0, 0],
    };
    assert_eq!(
        text.to_string(),
        "r-x- base 0x2000 length 0x100 rings (0, 0, 4) label 7 gen 1 gates 2 linkage 0x108"
    );
    assert_eq!(Descriptor::default().to_string(), "not present");
}

#[test]
fn a_page_word_wants_more_for_a_store() {
    let frame = Real(0x5000);
    let read = PageWord::new(frame, PageFlags::PRESENT | PageFlags::USED);
    assert!(read.allows(false) && !read.allows(true));
    let all = PageWord::new(frame, PageFlags::all());
    assert!(all.allows(false) && all.allows(true));
    for flag in PageFlags::all().iter() {
        let without = PageWord::new(frame, PageFlags::all() - flag);
        assert!(!without.allows(true));
        assert_eq!(without.allows(false), !read.flags().contains(flag));
    }
    assert_eq!(all.real_of(0x1_2345), Real(0x5345));
    assert_eq!(PageWord(u64::MAX).frame(), Real(0x000f_ffff_ffff_f000));
}

#[test]
fn a_reset_record_keeps_its_arguments() {
    let record = ResetRecord {
        memory_size: 1 << 20,
        arguments: vec![b"one".to_vec(), Vec::new(), vec![0, 255]],
        ..ResetRecord::default()
    };
    let bytes = record.to_bytes().expect("fits");
    assert_eq!(ResetRecord::from_bytes(&bytes), Some(record.clone()));
    // Three entries of 16 bytes are at 128, so the first string is at 176, and has a zero byte behind it.
    assert_eq!(&bytes[176..180], b"one\0");
    let longest = ResetRecord {
        arguments: vec![vec![7; 4096 - 128 - 16 - 1]],
        ..record.clone()
    };
    let bytes = longest.to_bytes().expect("fits exactly");
    assert_eq!(ResetRecord::from_bytes(&bytes), Some(longest));
    let longer = ResetRecord {
        arguments: vec![vec![7; 4096 - 128 - 16]],
        ..record.clone()
    };
    assert_eq!(longer.to_bytes().map_err(|error| error.needed), Err(4097));
    let many = ResetRecord {
        arguments: vec![Vec::new(); 1 << 16],
        ..record
    };
    assert!(many.to_bytes().is_err());
}

fn any_bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    proptest::collection::vec(any::<u8>(), N).prop_map(|bytes| {
        let mut array = [0; N];
        array.copy_from_slice(&bytes);
        array
    })
}

proptest! {
    #[test]
    fn descriptors_encode_to_themselves(words in any::<[u64; 4]>(), memory_size in any::<u64>()) {
        let descriptor = Descriptor::decode(words);
        prop_assert_eq!(descriptor.encode(), words);
        prop_assert_eq!(Descriptor::from_bytes(&descriptor.to_bytes()), descriptor);
        let _ = (descriptor.is_well_formed(memory_size), descriptor.to_string());
    }

    #[test]
    fn page_words_keep_frame_and_flags(word in any::<u64>(), offset in any::<u64>()) {
        let page = PageWord(word);
        let again = PageWord::new(page.frame(), page.flags());
        prop_assert_eq!((again.frame(), again.flags()), (page.frame(), page.flags()));
        prop_assert_eq!(page.real_of(offset).0, page.frame().0 + offset % 4096);
    }

    #[test]
    fn addresses_are_words_of_48_bits(word in any::<u64>(), segment in any::<u16>(), offset in any::<u32>()) {
        prop_assert_eq!(Address::from_word(word).map(Address::word), (word < 1 << 48).then_some(word));
        let address = Address::new(SegmentNumber(segment), offset);
        prop_assert_eq!(Address::from_word(address.word()), Some(address));
        prop_assert_eq!((address.segment().0, address.offset()), (segment, offset));
    }

    #[test]
    fn label_sets_are_sets(bytes in any_bytes::<32>(), label in any::<u8>()) {
        let set = LabelSet::from_bytes(&bytes);
        prop_assert_eq!(set.to_bytes(), bytes);
        prop_assert_eq!(set.contains(Label(label)), bytes[usize::from(label) / 8] >> (label % 8) & 1 == 1);
        let (mut with, mut without) = (set, set);
        with.insert(Label(label));
        without.remove(Label(label));
        prop_assert!(with.contains(Label(label)) && !without.contains(Label(label)));
        prop_assert!(without.is_subset(set) && set.is_subset(with) && !with.is_subset(without));
        prop_assert_eq!(set.iter().fold(LabelSet::EMPTY, |mut all, label| { all.insert(label); all }), set);
    }

    #[test]
    fn contexts_are_total_and_tag_only_what_is_well_formed(bytes in any_bytes::<544>()) {
        let context = ExecutionContext::from_bytes(&bytes);
        prop_assert_eq!((context.r[0], context.c[0]), (0, Capability::NULL));
        for value in context.c.iter().chain([&context.pc]) {
            prop_assert!(!value.is_tagged() || value.is_well_formed());
        }
        prop_assert_eq!(ExecutionContext::from_bytes(&context.to_bytes()), context);
    }

    #[test]
    fn process_blocks_are_total(bytes in any_bytes::<224>()) {
        let block = ProcessBlock::from_bytes(&bytes);
        prop_assert!(block.banks.iter().all(|bank| !bank.is_tagged() || bank.is_well_formed()));
        prop_assert_eq!(ProcessBlock::from_bytes(&block.to_bytes()), block);
    }

    #[test]
    fn trap_records_are_total(bytes in any_bytes::<64>(), words in proptest::array::uniform8(0u64..32)) {
        prop_assert_eq!(TrapRecord::from_bytes(&bytes).to_bytes(), bytes);
        let mut likely = [0; 64];
        for (place, word) in likely.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let record = TrapRecord::from_bytes(&likely);
        if let Some(trap) = record.trap() {
            prop_assert_eq!(TrapRecord::from(&trap), record);
        }
    }

    #[test]
    fn reset_records_are_total(bytes in any_bytes::<4096>(), few in 0u8..40) {
        let _ = ResetRecord::from_bytes(&bytes);
        let mut likely = bytes;
        let count = ResetRecord::ARGUMENT_COUNT_OFFSET as usize;
        likely[count..count + 8].copy_from_slice(&u64::from(few).to_le_bytes());
        let _ = ResetRecord::from_bytes(&likely);
        likely[128..].fill(few);
        let _ = ResetRecord::from_bytes(&likely);
    }

    #[test]
    fn relocations_are_read_as_written(bytes in any_bytes::<32>(), word in 0u64..1 << 48, bits in any::<u128>()) {
        let _ = Relocation::from_bytes(&bytes);
        let place = Address::from_word(word).expect("48 bits");
        let relocation = Relocation { place, capability: bits };
        prop_assert_eq!(Relocation::from_bytes(&relocation.to_bytes()), Some(relocation));
    }
}
