//! The laws of capabilities: what a derivation gives is never more than what went in.

use isa::{
    Address, Capability, Causes, Fields, Kind, ObjectType, Permissions, Ring, SegmentNumber,
};
use proptest::prelude::*;

/// Any value that a machine could hold with its tag.
fn tagged() -> impl Strategy<Value = Capability> {
    of_kind(prop_oneof![Just(Kind::Data), sealed_kind()])
}

/// Any kind but data.
fn sealed_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Entry),
        Just(Kind::Return),
        (4u64..32).prop_map(Kind::from_bits),
    ]
}

/// Any value of such a kind that a machine could hold with its tag.
fn of_kind(kind: impl Strategy<Value = Kind>) -> impl Strategy<Value = Capability> {
    let cursor = prop_oneof![0u32..40, any::<u32>(), Just(0), Just(u32::MAX)];
    let bounds = prop_oneof![(0u32..40, 0u32..40), (0u32..1 << 28, 0u32..1 << 28)];
    let segment = prop_oneof![Just(0u16), any::<u16>()];
    (cursor, segment, 0u64..8, 0u8..64, kind, bounds, any::<u8>()).prop_map(
        |(cursor, segment, ring, generation, kind, (one, other), permissions)| {
            let permissions = Permissions::from_bits_retain(permissions).legal();
            let permissions = if segment == 0 {
                permissions
            } else {
                permissions.difference(Permissions::AUTHORITY)
            };
            Capability::new(Fields {
                cursor,
                segment: SegmentNumber(segment),
                ring: Ring::from_bits(ring),
                generation,
                kind,
                spare: 0,
                base: one.min(other),
                limit: one.max(other),
                permissions,
            })
        },
    )
}

/// Any value at all, tagged or not.
fn value() -> impl Strategy<Value = Capability> {
    prop_oneof![tagged(), any::<u128>().prop_map(Capability::untagged)]
}

/// An authority over all object types, its cursor on one.
fn authority(object_type: u32) -> Capability {
    Capability::new(Fields {
        cursor: object_type,
        limit: 32,
        permissions: Permissions::AUTHORITY,
        ..Fields::default()
    })
}

/// A plain pointer to 64 bytes, in the middle of which the cursor is.
fn pointer() -> Capability {
    Capability::new(Fields {
        cursor: 0x20,
        segment: SegmentNumber(0x110),
        ring: Ring::USER,
        generation: 3,
        base: 0x10,
        limit: 0x50,
        permissions: Permissions::READ | Permissions::WRITE,
        ..Fields::default()
    })
}

fn text() -> Capability {
    Capability::new(Fields {
        permissions: Permissions::READ | Permissions::EXECUTE,
        ..pointer().fields()
    })
}

/// Does `derived` grant nothing that `source` does not?
fn narrower(derived: &Capability, source: &Capability) -> bool {
    derived.segment() == source.segment()
        && derived.generation() == source.generation()
        && source.base() <= derived.base()
        && derived.base() <= derived.limit()
        && derived.limit() <= source.limit()
        && source.permissions().contains(derived.permissions())
        && source.ring() <= derived.ring()
}

#[test]
fn legalising_is_idempotent_and_only_removes() {
    for bits in 0..=u8::MAX {
        let set = Permissions::from_bits_retain(bits);
        let legal = set.legal();
        assert!(set.contains(legal), "{set} gained by becoming {legal}");
        assert_eq!(legal.legal(), legal);
        assert_eq!(set.is_legal(), set == legal);
        assert!(!legal.contains(Permissions::WRITE | Permissions::EXECUTE));
        assert_eq!(Permissions::from_letters(&set.to_string()), Some(set));
    }
    assert_eq!(Permissions::from_letters("rq"), None);
}

#[test]
fn a_removed_permission_cannot_be_restored() {
    for bits in 0..=u8::MAX {
        let permissions = Permissions::from_bits_retain(bits).legal();
        let source = Capability::new(Fields {
            permissions,
            segment: SegmentNumber(0),
            ..pointer().fields()
        });
        for mask in 0..=u8::MAX {
            let less = source.restrict(mask.into()).expect("a plain pointer");
            let again = less.restrict(u64::MAX).expect("a plain pointer");
            assert_eq!(again, less);
            assert!(less.permissions().is_legal());
            let more = Fields {
                permissions,
                ..less.fields()
            };
            let built = less.build(Capability::new(more).bits());
            assert_eq!(built.is_ok(), permissions == less.permissions());
        }
    }
}

#[test]
fn bounds_are_exact_at_their_edges() {
    let beyond = |cursor: u64, length| pointer().seek(cursor).and_then(|moved| moved.bound(length));
    assert_eq!(
        beyond(0x10, 0x40).map(|whole| (whole.base(), whole.limit())),
        Ok((0x10, 0x50))
    );
    assert_eq!(
        beyond(0x50, 0).map(|empty| (empty.base(), empty.limit())),
        Ok((0x50, 0x50))
    );
    assert_eq!(beyond(0x10, 0x41), Err(Causes::BOUNDS));
    assert_eq!(beyond(0xf, 1), Err(Causes::BOUNDS));
    assert_eq!(beyond(0x51, 0), Err(Causes::BOUNDS));
    assert_eq!(beyond(0x20, u64::MAX), Err(Causes::BOUNDS));
    assert_eq!(beyond(0x20, 1 << 32), Err(Causes::BOUNDS));
    assert_eq!(beyond(0xffff_ffff, 1), Err(Causes::BOUNDS));
}

#[test]
fn narrowed_bounds_do_not_widen() {
    let narrow = pointer().bound(8).expect("inside");
    assert_eq!(narrow.bound(9), Err(Causes::BOUNDS));
    assert_eq!(
        narrow.seek(0x10).and_then(|back| back.bound(0x40)),
        Err(Causes::BOUNDS)
    );
    assert_eq!(narrow.build(pointer().bits()), Err(Causes::BOUNDS));
}

#[test]
fn the_cursor_roams_and_never_carries() {
    let source = pointer();
    let top = source.seek(u64::from(u32::MAX)).expect("fits");
    assert_eq!(top.add(1), Err(Causes::CURSOR));
    assert_eq!(top.seek(1 << 32), Err(Causes::CURSOR));
    let bottom = top.add(-i64::from(u32::MAX)).expect("fits");
    assert_eq!(bottom.cursor(), 0);
    assert_eq!(bottom.add(-1), Err(Causes::CURSOR));
    assert_eq!(bottom.add(i64::MIN), Err(Causes::CURSOR));
    assert_eq!(top.add(i64::MAX), Err(Causes::CURSOR));
    assert_eq!(bottom.seek(0x20), Ok(source));
}

#[test]
fn untagged_values_are_numbers() {
    let number = Capability::from_words(u64::MAX, 7, false);
    assert_eq!(number.add(2), Ok(Capability::from_words(1, 7, false)));
    assert_eq!(
        number.seek(5 << 40),
        Ok(Capability::from_words(5 << 40, 7, false))
    );
    assert_eq!(number.address(), u64::MAX);
    assert_eq!(
        pointer().address(),
        Address::new(SegmentNumber(0x110), 0x20).word()
    );
}

#[test]
fn sealing_takes_an_authority_and_hides_the_value() {
    let sealed = pointer().seal(&authority(9)).expect("an authority");
    assert_eq!(ObjectType::new(9).map(Kind::Software), Some(sealed.kind()));
    assert_eq!(sealed.seal(&authority(9)), Err(Causes::SEAL));
    assert_eq!(
        sealed.unseal(&authority(8), Ring::KERNEL),
        Err(Causes::SEAL)
    );
    assert_eq!(sealed.unseal(&authority(9), Ring::KERNEL), Ok(pointer()));
    assert_eq!(
        sealed
            .unseal(&authority(9), Ring::OUTERMOST)
            .map(|value| value.ring()),
        Ok(Ring::OUTERMOST)
    );
    assert_eq!(
        pointer().unseal(&authority(9), Ring::KERNEL),
        Err(Causes::SEAL)
    );
    for change in [
        sealed.add(0),
        sealed.seek(0),
        sealed.bound(0),
        sealed.restrict(0),
        sealed.weaken(7),
    ] {
        assert_eq!(change, Err(Causes::SEAL));
    }
    let entry = text().entry().expect("executable");
    assert_eq!(entry.unseal(&authority(9), Ring::KERNEL), Err(Causes::SEAL));
    assert_eq!(entry.entry(), Err(Causes::SEAL));
    assert_eq!(entry.return_(), Err(Causes::SEAL));
    assert_eq!(entry.seal(&authority(9)), Err(Causes::SEAL));
    assert_eq!(pointer().entry(), Err(Causes::PERMISSION));
}

#[test]
fn what_is_no_authority_seals_nothing() {
    let whole = authority(9).fields();
    let with = |fields: Fields| pointer().seal(&Capability::new(fields));
    assert_eq!(
        with(Fields {
            permissions: Permissions::UNSEAL,
            ..whole
        }),
        Err(Causes::PERMISSION)
    );
    assert_eq!(
        with(Fields {
            segment: SegmentNumber(1),
            ..whole
        }),
        Err(Causes::SEGMENT)
    );
    assert_eq!(with(Fields { limit: 9, ..whole }), Err(Causes::BOUNDS));
    assert_eq!(with(Fields { base: 10, ..whole }), Err(Causes::BOUNDS));
    assert_eq!(with(Fields { cursor: 3, ..whole }), Err(Causes::BOUNDS));
    assert_eq!(
        with(Fields {
            cursor: 32,
            limit: 40,
            ..whole
        }),
        Err(Causes::BOUNDS)
    );
    assert_eq!(
        with(Fields {
            kind: Kind::Entry,
            ..whole
        }),
        Err(Causes::SEAL)
    );
    assert_eq!(
        with(pointer().fields()),
        Err(Causes::PERMISSION | Causes::SEGMENT | Causes::BOUNDS)
    );
    assert_eq!(pointer().seal(&authority(9).untag()), Err(Causes::TAG));
    assert_eq!(pointer().untag().seal(&authority(9)), Err(Causes::TAG));
    assert_eq!(
        pointer().untag().unseal(&authority(9), Ring::KERNEL),
        Err(Causes::TAG)
    );
    let sealed = pointer().seal(&authority(9)).expect("an authority");
    let only_seal = Capability::new(Fields {
        permissions: Permissions::SEAL,
        ..whole
    });
    assert_eq!(
        sealed.unseal(&only_seal, Ring::KERNEL),
        Err(Causes::PERMISSION)
    );
}

#[test]
fn building_reports_all_that_is_more() {
    let source = pointer();
    let candidate = Fields {
        segment: SegmentNumber(0x111),
        ring: Ring::KERNEL,
        generation: 4,
        kind: Kind::Entry,
        base: 0,
        permissions: Permissions::EXECUTE,
        ..source.fields()
    };
    let all = Causes::SEAL
        | Causes::SEGMENT
        | Causes::GENERATION
        | Causes::RING
        | Causes::BOUNDS
        | Causes::PERMISSION;
    assert_eq!(source.build(Capability::new(candidate).bits()), Err(all));
    let reversed = Fields {
        base: 0x40,
        limit: 0x30,
        ..source.fields()
    };
    assert_eq!(
        source.build(Capability::new(reversed).bits()),
        Err(Causes::BOUNDS)
    );
    let spare = Fields {
        spare: 1,
        ..source.fields()
    };
    assert_eq!(
        source.build(Capability::new(spare).bits()),
        Err(Causes::SEAL)
    );
    assert_eq!(source.build(source.bits()), Ok(source));
    assert_eq!(source.untag().build(source.bits()), Err(Causes::TAG));
}

#[test]
fn weakening_goes_one_way() {
    assert_eq!(pointer().weaken(3), Err(Causes::RING));
    assert_eq!(pointer().weaken(8), Err(Causes::RING));
    assert_eq!(pointer().weaken(u64::MAX), Err(Causes::RING));
    assert_eq!(pointer().weaken(4), Ok(pointer()));
    assert_eq!(
        pointer().weaken(7).map(|weak| weak.ring()),
        Ok(Ring::OUTERMOST)
    );
}

#[test]
fn the_display_form_is_stable() {
    assert_eq!(
        pointer().to_string(),
        "seg 0x110[0x10..0x50] rw---- ring 4 gen 3 cursor 0x20"
    );
    let entry = text().entry().expect("executable");
    assert_eq!(
        entry.to_string(),
        "seg 0x110[0x10..0x50] r-x--- ring 4 gen 3 cursor 0x20 entry"
    );
    let sealed = pointer().seal(&authority(9)).expect("an authority");
    assert_eq!(
        sealed.to_string(),
        "seg 0x110[0x10..0x50] rw---- ring 4 gen 3 cursor 0x20 sealed 9"
    );
    assert_eq!(
        authority(9).to_string(),
        "seg 0x0[0x0..0x20] ------eu ring 0 gen 0 cursor 0x9"
    );
    assert_eq!(Capability::untagged(42).to_string(), "untagged 0x2a");
}

proptest! {
    #[test]
    fn all_bit_patterns_decode_and_encode_to_themselves(bits in any::<u128>(), tag in any::<bool>()) {
        let value = Capability::from_words(bits as u64, (bits >> 64) as u64, tag);
        prop_assert_eq!(value.bits(), bits);
        prop_assert_eq!(value.is_tagged(), tag);
        prop_assert_eq!(Capability::new(value.fields()).bits(), bits);
        prop_assert_eq!(Capability::new(value.fields()).fields(), value.fields());
        prop_assert_eq!(value.untag(), Capability::untagged(bits));
        prop_assert_eq!(Capability::restored(bits, tag).bits(), bits);
        prop_assert_eq!(Capability::restored(bits, tag).is_tagged(), tag && value.is_well_formed());
    }

    #[test]
    fn every_derivation_gives_less_or_fails(
        source in value(),
        authority in prop_oneof![value(), (4u32..32).prop_map(authority)],
        candidate in prop_oneof![any::<u128>(), tagged().prop_map(|value| value.bits())],
        number in prop_oneof![0u64..64, any::<u64>()],
        current in 0u64..8,
    ) {
        let derived = [
            source.add(number as i64),
            source.seek(number),
            source.bound(number),
            source.restrict(number),
            source.weaken(number),
            source.entry(),
            source.return_(),
            source.seal(&authority),
            source.unseal(&authority, Ring::from_bits(current)),
            source.build(candidate),
        ];
        for result in derived {
            match result {
                Ok(value) if value.is_tagged() => {
                    prop_assert!(source.is_tagged(), "{} came of data", value);
                    prop_assert!(narrower(&value, &source), "{} came of {}", value, source);
                    prop_assert!(value.is_well_formed());
                }
                Ok(value) => prop_assert!(!source.is_tagged(), "{} lost the tag of {}", value, source),
                Err(failed) => {
                    prop_assert!(!failed.is_empty());
                    prop_assert!(!failed.contains(Causes::TAG) || failed == Causes::TAG);
                }
            }
        }
    }

    #[test]
    fn nothing_but_unsealing_changes_what_is_sealed(source in of_kind(sealed_kind()), number in any::<u64>(), bits in any::<u128>()) {
        let changes = [
            source.add(number as i64),
            source.seek(number),
            source.bound(number),
            source.restrict(number),
            source.weaken(number),
            source.entry(),
            source.return_(),
            source.seal(&authority(9)),
            source.build(bits),
        ];
        for change in changes {
            prop_assert!(change.is_err_and(|failed| failed.contains(Causes::SEAL)));
        }
    }

    #[test]
    fn what_is_built_is_what_was_asked(source in of_kind(Just(Kind::Data)), mask in any::<u64>(), length in 0u64..64, ring in 0u64..8) {
        let derived = source.restrict(mask).and_then(|value| value.bound(length)).and_then(|value| value.weaken(ring));
        if let Ok(value) = derived {
            prop_assert_eq!(source.build(value.bits()), Ok(value));
        }
    }

    #[test]
    fn what_is_minted_is_well_formed(bits in prop_oneof![any::<u128>(), tagged().prop_map(|value| value.bits())]) {
        let (low, high) = (bits as u64, (bits >> 64) as u64);
        let software = matches!(Capability::untagged(bits).kind(), Kind::Software(_));
        match Capability::mint(low, high) {
            Ok(value) => {
                prop_assert_eq!(value, Capability::from_words(low, high, true));
                prop_assert!(value.is_well_formed() && !software);
            }
            Err(failed) => {
                prop_assert!(!failed.is_empty());
                prop_assert!(software || !Capability::untagged(bits).is_well_formed());
            }
        }
    }

    #[test]
    fn loading_weakens(value in value(), through in tagged(), r1 in 0u64..8) {
        let r1 = Ring::from_bits(r1);
        let loaded = value.loaded(&through, r1);
        prop_assert_eq!(loaded.is_tagged(), value.is_tagged());
        if !value.is_tagged() {
            prop_assert_eq!(loaded, value);
        } else {
            prop_assert!(narrower(&loaded, &value));
            prop_assert_eq!(loaded.kind(), value.kind());
            prop_assert!(loaded.permissions().is_legal());
            if value.is_software_sealed() {
                prop_assert_eq!(loaded.ring(), value.ring());
            } else {
                prop_assert_eq!(loaded.ring(), value.ring().max(through.ring()).max(r1));
            }
            if !through.permissions().contains(Permissions::LOAD_MUTABLE) {
                prop_assert!(!loaded.permissions().intersects(Permissions::MUTATING));
                // What is loaded through the loaded one has lost as much: the loss is transitive.
                let next = value.loaded(&loaded, r1);
                prop_assert!(!next.permissions().intersects(Permissions::MUTATING));
            } else {
                prop_assert_eq!(loaded.permissions(), value.permissions());
            }
        }
    }

    #[test]
    fn raising_raises_all_but_what_is_sealed(value in value(), ring in 0u64..8) {
        let ring = Ring::from_bits(ring);
        let raised = value.raised(ring);
        prop_assert_eq!(raised.raised(ring), raised);
        if value.is_tagged() && !value.is_software_sealed() {
            prop_assert_eq!(raised.ring(), value.ring().max(ring));
            prop_assert!(narrower(&raised, &value));
        } else {
            prop_assert_eq!(raised, value);
        }
    }
}
