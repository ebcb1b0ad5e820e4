//! The rule of access, against tables and a second statement of it.

use isa::access::{
    AccessKind, CallKind, Denial, Facts, Lookup, Part, Request, Stage, call_rule, effective_offset,
    judge, load_keeps_tag, may_hold, parts, return_rule, text_capability,
};
use isa::{
    Brackets, Capability, Cause, Causes, Descriptor, DescriptorFlags, Fields, Kind, Label,
    LabelSet, PageFlags, PageWord, Permissions, Real, Ring, SegmentNumber,
};
use proptest::prelude::*;

const MEMORY: u64 = 1 << 20;
const RWLSM: Permissions = Permissions::READ
    .union(Permissions::WRITE)
    .union(Permissions::LOAD_CAP)
    .union(Permissions::STORE_CAP)
    .union(Permissions::LOAD_MUTABLE);

fn ring(number: u64) -> Ring {
    Ring::from_bits(number)
}

fn brackets(bits: u64) -> Brackets {
    Brackets {
        r1: ring(bits),
        r2: ring(bits >> 3),
        r3: ring(bits >> 6),
    }
}

/// Facts in which every access of the kind inside 0x40..0x80 passes.
fn facts(kind: AccessKind) -> Facts {
    let needs = kind.requires();
    let device = if needs.device {
        DescriptorFlags::DEVICE
    } else {
        DescriptorFlags::empty()
    };
    Facts {
        capability: Capability::new(Fields {
            cursor: 0x40,
            segment: SegmentNumber(300),
            ring: Ring::USER,
            generation: 5,
            kind: needs.kind,
            base: 0x40,
            limit: 0x80,
            permissions: needs.permissions,
            ..Fields::default()
        }),
        current: Ring::USER,
        descriptor: Lookup::Found(Descriptor {
            base: if needs.device { Real(3) } else { Real(0x4000) },
            length: 0x3000,
            flags: DescriptorFlags::PRESENT | DescriptorFlags::HOLD | needs.mode | device,
            brackets: Brackets::only(Ring::USER),
            label: Label(9),
            generation: 5,
            ..Descriptor::default()
        }),
        memory_size: MEMORY,
        parts: [Some(Part {
            page: Lookup::Absent,
            owner: 0,
            labels: LabelSet::of(Label(1)),
        }); 2],
        read_labels: LabelSet::ALL,
        write_labels: LabelSet::ALL,
    }
}

fn descriptor(facts: &Facts) -> Descriptor {
    match facts.descriptor {
        Lookup::Found(descriptor) => descriptor,
        _ => Descriptor::default(),
    }
}

/// The same facts with another capability.
fn with_capability(mut facts: Facts, change: impl Fn(&mut Fields)) -> Facts {
    let mut fields = facts.capability.fields();
    change(&mut fields);
    facts.capability = Capability::new(fields);
    facts
}

/// The same facts with another descriptor.
fn with_descriptor(mut facts: Facts, change: impl Fn(&mut Descriptor)) -> Facts {
    let mut changed = descriptor(&facts);
    change(&mut changed);
    facts.descriptor = Lookup::Found(changed);
    facts
}

fn denial(request: &Request, facts: &Facts) -> Denial {
    judge(request, facts).allowed().expect_err("denied")
}

fn failed(request: &Request, facts: &Facts) -> Causes {
    judge(request, facts)
        .allowed()
        .err()
        .map(|denial| denial.failed)
        .unwrap_or_default()
}

fn kinds() -> impl Iterator<Item = AccessKind> {
    AccessKind::ALL.iter().copied()
}

#[test]
fn every_kind_has_a_case_that_passes() {
    for kind in kinds() {
        let passed = judge(&Request::new(kind, 0x40, 16), &facts(kind))
            .allowed()
            .expect("passes");
        assert!(passed.contains(
            Causes::TAG | Causes::SEAL | Causes::PERMISSION | Causes::BOUNDS | Causes::RING
        ));
        assert_eq!(
            passed.contains(Causes::LABEL),
            kind.touches_memory() || kind.requires().device,
            "{kind}"
        );
        assert_eq!(
            passed.contains(Causes::HOLD),
            kind == AccessKind::StoreCapability
        );
        assert_eq!(passed.contains(Causes::GATE), kind == AccessKind::Call);
    }
}

#[test]
fn data_fails_by_its_tag_alone() {
    for kind in kinds() {
        let mut facts = facts(kind);
        facts.capability = facts.capability.untag();
        let denial = denial(&Request::new(kind, u64::MAX, u64::MAX), &facts);
        assert_eq!(
            (denial.cause, denial.failed, denial.passed),
            (Cause::Tag, Causes::TAG, Causes::empty())
        );
    }
}

#[test]
fn three_checks_that_fail_together_are_all_named() {
    let facts = with_capability(facts(AccessKind::Write), |fields| {
        fields.permissions = Permissions::READ;
        fields.ring = Ring::OUTERMOST;
    });
    let denial = denial(&Request::new(AccessKind::Write, 0x7c, 8), &facts);
    assert_eq!(
        denial.failed,
        Causes::PERMISSION | Causes::BOUNDS | Causes::RING
    );
    assert_eq!(denial.cause, Cause::Permission);
    assert_eq!(
        (denial.stage, denial.offset, denial.size),
        (Stage::Capability, 0x7c, 8)
    );
    assert!(denial.passed.contains(
        Causes::TAG | Causes::SEAL | Causes::SEGMENT | Causes::GENERATION | Causes::MODE
    ));
    assert!(!denial.passed.intersects(denial.failed | Causes::LABEL));
}

#[test]
fn a_missing_segment_is_named_only_if_the_capability_passed() {
    let request = Request::new(AccessKind::Read, 0x40, 8);
    let present = facts(AccessKind::Read);
    let absent = with_descriptor(present, |descriptor| {
        descriptor.flags.remove(DescriptorFlags::PRESENT)
    });
    let beyond = Facts {
        descriptor: Lookup::Absent,
        ..present
    };
    let outside = Facts {
        descriptor: Lookup::OutsideMemory,
        ..present
    };
    let zero = with_capability(present, |fields| fields.segment = SegmentNumber(0));
    let zero_outside = Facts {
        descriptor: Lookup::OutsideMemory,
        ..zero
    };
    let cases = [
        (absent, Causes::SEGMENT),
        (beyond, Causes::SEGMENT),
        (outside, Causes::DESCRIPTOR),
        (zero, Causes::SEGMENT),
        (zero_outside, Causes::SEGMENT),
    ];
    for (facts, cause) in cases {
        assert_eq!(failed(&request, &facts), cause);
        let bad = with_capability(facts, |fields| fields.permissions = Permissions::WRITE);
        assert_eq!(failed(&request, &bad), Causes::PERMISSION);
    }
}

#[test]
fn sealed_values_are_of_no_use() {
    for kind in kinds() {
        for number in 0..32 {
            let wanted = kind.requires().kind.number();
            let facts =
                with_capability(facts(kind), |fields| fields.kind = Kind::from_bits(number));
            let expected = if number == u64::from(wanted) {
                Causes::empty()
            } else {
                Causes::SEAL
            };
            assert_eq!(
                failed(&Request::new(kind, 0x40, 8), &facts),
                expected,
                "{kind} of kind {number}"
            );
        }
    }
}

#[test]
fn bounds_hold_to_the_byte() {
    let facts = facts(AccessKind::Read);
    let inside =
        |offset, size| failed(&Request::new(AccessKind::Read, offset, size), &facts).is_empty();
    assert!(inside(0x40, 0x40) && inside(0x7f, 1) && inside(0x80, 0));
    for (offset, size) in [
        (0x3f, 1),
        (0x3f, 8),
        (0x80, 1),
        (0x79, 8),
        (0x81, 0),
        (u64::MAX, 1),
        (0x40, u64::MAX),
    ] {
        assert!(!inside(offset, size), "{offset:#x}, {size:#x}");
    }
    let short = with_descriptor(facts, |descriptor| descriptor.length = 0x60);
    assert_eq!(
        failed(&Request::new(AccessKind::Read, 0x5c, 8), &short),
        Causes::BOUNDS
    );
    assert_eq!(
        failed(&Request::new(AccessKind::Read, 0x58, 8), &short),
        Causes::empty()
    );
}

#[test]
fn effective_offsets_never_wrap() {
    assert_eq!(effective_offset(0x40, 3, 3, -8), 0x50);
    assert_eq!(effective_offset(0x40, u64::MAX, 3, 0), 0x38);
    assert_eq!(effective_offset(0, 0, 0, -1), u64::MAX);
    assert_eq!(
        effective_offset(u32::MAX, i64::MAX as u64, 4, i32::MAX),
        i64::MAX as u64
    );
    assert_eq!(
        effective_offset(0, i64::MIN as u64, 4, i32::MIN),
        i64::MIN as u64
    );
    // A shift that a 64-bit register would lose: no multiple of 2^64 comes back as a small offset.
    assert_eq!(effective_offset(8, 1 << 60, 4, 0), i64::MAX as u64);
    assert_eq!(effective_offset(8, 1, u8::MAX, 0), 24);
}

#[test]
fn granules_and_instructions_are_aligned() {
    for low in 0..16 {
        let read = failed(
            &Request::load_capability(0x40 + low),
            &facts(AccessKind::Read),
        );
        assert_eq!(read.contains(Causes::ALIGNMENT), low != 0);
        let value = facts(AccessKind::Read).capability;
        for stored in [value, value.untag()] {
            let request = Request::store_capability(0x40 + low, &stored);
            assert_eq!(
                failed(&request, &facts(request.kind)).contains(Causes::ALIGNMENT),
                low != 0
            );
        }
        for kind in [
            AccessKind::Execute,
            AccessKind::Jump,
            AccessKind::Call,
            AccessKind::Return,
        ] {
            let fetch = failed(&Request::new(kind, 0x40 + low, 8), &facts(kind));
            assert_eq!(fetch.contains(Causes::ALIGNMENT), low % 8 != 0);
        }
        assert_eq!(
            failed(
                &Request::new(AccessKind::Read, 0x40 + low, 8),
                &facts(AccessKind::Read)
            ),
            Causes::empty()
        );
    }
}

#[test]
fn the_bracket_of_every_kind_is_the_one_written_down() {
    for kind in kinds() {
        for bits in 0..512 {
            let brackets = brackets(bits);
            let (r1, r2, r3) = (
                brackets.r1.number(),
                brackets.r2.number(),
                brackets.r3.number(),
            );
            let ordered = r1 <= r2 && r2 <= r3;
            for (number, current) in
                (0..8).flat_map(|number| (0..8).map(move |current| (number, current)))
            {
                let allowed = match kind {
                    AccessKind::Read | AccessKind::Input => number <= r2,
                    AccessKind::Write | AccessKind::StoreCapability | AccessKind::Output => {
                        number <= r1
                    }
                    AccessKind::Execute => (r1..=r2).contains(&number),
                    AccessKind::Jump => (r1..=r2).contains(&number) && number == current,
                    AccessKind::Return => (r1..=r2).contains(&number) && number >= current,
                    AccessKind::Call if current > r2 => number <= r3 && current <= r3,
                    AccessKind::Call => current >= r1 && number == current,
                    AccessKind::None => true,
                };
                let gate = kind != AccessKind::Call || current <= r2;
                let mut facts =
                    with_capability(facts(kind), |fields| fields.ring = ring(number.into()));
                facts = with_descriptor(facts, |descriptor| descriptor.brackets = brackets);
                facts.current = ring(current.into());
                let failed = failed(&Request::new(kind, 0x40, 8), &facts);
                assert_eq!(
                    failed.contains(Causes::RING),
                    !allowed,
                    "{kind} ring {number} from {current} {brackets}"
                );
                assert_eq!(
                    failed.contains(Causes::DESCRIPTOR),
                    !ordered,
                    "{kind} {brackets}"
                );
                // The segment has no gates, so an inward call always misses them.
                assert_eq!(failed.contains(Causes::GATE), !gate);
            }
        }
    }
}

#[test]
fn permissions_and_modes_are_those_written_down() {
    let rows = [
        (AccessKind::Read, "r", "r"),
        (AccessKind::Write, "w", "w"),
        (AccessKind::Execute, "x", "x"),
        (AccessKind::StoreCapability, "ws", "w"),
        (AccessKind::Call, "x", "x"),
        (AccessKind::Return, "x", "x"),
        (AccessKind::Input, "r", "r"),
        (AccessKind::Output, "w", "w"),
        (AccessKind::Jump, "x", "x"),
        (AccessKind::None, "", ""),
    ];
    for (kind, permissions, modes) in rows {
        let needed = Permissions::from_letters(permissions).expect("letters");
        for bits in 0..=u8::MAX {
            let request = Request::new(kind, 0x40, 8);
            let held = Permissions::from_bits_retain(bits);
            let facts_of_capability =
                with_capability(facts(kind), |fields| fields.permissions = held);
            let expected = if held.contains(needed) {
                Causes::empty()
            } else {
                Causes::PERMISSION
            };
            assert_eq!(
                failed(&request, &facts_of_capability),
                expected,
                "{kind} with {held}"
            );

            let flags = DescriptorFlags::from_bits_truncate(bits).union(DescriptorFlags::PRESENT)
                - DescriptorFlags::PAGED;
            let facts_of_descriptor = with_descriptor(facts(kind), |descriptor| {
                descriptor.flags = flags;
                descriptor.base = Real(0);
            });
            let device = matches!(kind, AccessKind::Input | AccessKind::Output);
            let mode = modes.chars().all(|letter| match letter {
                'r' => flags.contains(DescriptorFlags::READ),
                'w' => flags.contains(DescriptorFlags::WRITE),
                _ => flags.contains(DescriptorFlags::EXECUTE),
            });
            let failed = failed(&request, &facts_of_descriptor);
            assert_eq!(failed.contains(Causes::MODE), !mode, "{kind} {flags:?}");
            assert_eq!(
                failed.contains(Causes::DEVICE),
                device != flags.contains(DescriptorFlags::DEVICE)
            );
            let hold =
                flags.contains(DescriptorFlags::HOLD) && !flags.contains(DescriptorFlags::DEVICE);
            assert_eq!(
                failed.contains(Causes::HOLD),
                kind == AccessKind::StoreCapability && !hold
            );
        }
    }
}

#[test]
fn a_raised_generation_revokes() {
    for kind in kinds() {
        for generation in 0..64 {
            let facts =
                with_descriptor(facts(kind), |descriptor| descriptor.generation = generation);
            let expected = if generation == 5 {
                Causes::empty()
            } else {
                Causes::GENERATION
            };
            assert_eq!(failed(&Request::new(kind, 0x40, 8), &facts), expected);
        }
    }
}

#[test]
fn capabilities_go_only_where_they_may_be() {
    let facts = facts(AccessKind::StoreCapability);
    let private = facts.capability;
    let system = Capability::new(Fields {
        segment: SegmentNumber(255),
        ..private.fields()
    });
    let holding = descriptor(&facts);
    let plain = Descriptor {
        flags: holding.flags - DescriptorFlags::HOLD,
        ..holding
    };
    for (value, segment, descriptor, allowed) in [
        (private, 256, holding, true),
        (private, 255, holding, false),
        (system, 255, holding, true),
        (system, 256, holding, true),
        (system, 255, plain, false),
        (private, 256, plain, false),
        (private.untag(), 255, plain, true),
    ] {
        let segment = SegmentNumber(segment);
        assert_eq!(may_hold(&value, segment, &descriptor), allowed);
        let request = Request::store_capability(0x40, &value);
        let through = with_capability(facts, |fields| fields.segment = segment);
        let through = Facts {
            descriptor: Lookup::Found(descriptor),
            ..through
        };
        assert_eq!(
            failed(&request, &through),
            if allowed {
                Causes::empty()
            } else {
                Causes::HOLD
            }
        );

        let reader = Capability::new(Fields {
            permissions: RWLSM,
            ..private.fields()
        });
        let loaded = load_keeps_tag(&value, &reader, &descriptor, segment, true);
        assert_eq!(
            loaded,
            allowed && value.is_tagged(),
            "a load yields a tag where it could be stored"
        );
        assert!(!load_keeps_tag(
            &value,
            &reader,
            &descriptor,
            segment,
            false
        ));
        let blind = reader
            .restrict(Permissions::READ.bits().into())
            .expect("a plain pointer");
        assert!(!load_keeps_tag(&value, &blind, &descriptor, segment, true));
    }
}

#[test]
fn accesses_over_a_page_border_have_two_parts() {
    let spans =
        |offset, size| parts(offset, size).map(|span| span.map(|span| (span.offset, span.size)));
    assert_eq!(spans(0, 0), [None, None]);
    assert_eq!(spans(4088, 8), [Some((4088, 8)), None]);
    assert_eq!(spans(4089, 8), [Some((4089, 7)), Some((4096, 1))]);
    assert_eq!(spans(4096, 4096), [Some((4096, 4096)), None]);
    assert_eq!(spans(1, 4096), [Some((1, 4095)), Some((4096, 1))]);
    let _ = spans(u64::MAX, u64::MAX);
}

/// Facts of a paged segment and an access of eight bytes over its first page border.
fn paged(kind: AccessKind, words: [PageWord; 2]) -> Facts {
    let facts = with_capability(facts(kind), |fields| fields.limit = 0x3000);
    let mut facts = with_descriptor(facts, |descriptor| {
        descriptor.flags |= DescriptorFlags::PAGED
    });
    facts.parts = words.map(|word| {
        Some(Part {
            page: Lookup::Found(word),
            owner: 0,
            labels: LabelSet::of(Label(1)),
        })
    });
    facts
}

#[test]
fn the_page_that_is_missing_is_named() {
    let good = PageWord::new(Real(0x8000), PageFlags::all());
    for kind in [AccessKind::Read, AccessKind::Write, AccessKind::Execute] {
        let request = Request::new(kind, 0xff8, 16);
        assert!(failed(&request, &paged(kind, [good; 2])).is_empty());
        for flag in PageFlags::all().iter() {
            let bad = PageWord::new(Real(0x8000), PageFlags::all() - flag);
            let traps =
                kind == AccessKind::Write || flag == PageFlags::PRESENT || flag == PageFlags::USED;
            for (words, offset) in [
                ([bad, good], 0xff8),
                ([good, bad], 0x1000),
                ([bad, bad], 0xff8),
            ] {
                match judge(&request, &paged(kind, words)).allowed() {
                    Ok(_) => assert!(!traps, "{kind} without {flag:?}"),
                    Err(denial) => {
                        assert!(traps, "{kind} without {flag:?}");
                        assert_eq!((denial.stage, denial.failed), (Stage::Page, Causes::PAGE));
                        assert_eq!((denial.offset, denial.size), (offset, 8));
                    }
                }
            }
        }
    }
    let request = Request::new(AccessKind::Read, 0xffc, 8);
    let outside = PageWord::new(Real(MEMORY), PageFlags::all());
    let denial = denial(&request, &paged(AccessKind::Read, [good, outside]));
    assert_eq!(
        (denial.stage, denial.failed, denial.offset),
        (Stage::Page, Causes::DESCRIPTOR, 0x1000)
    );
    let mut unknown = paged(AccessKind::Read, [good; 2]);
    unknown.parts[1] = None;
    assert_eq!(failed(&request, &unknown), Causes::PAGE);
    let mut table = paged(AccessKind::Read, [good; 2]);
    table.parts[0] = Some(Part {
        page: Lookup::OutsideMemory,
        ..Part::ABSENT
    });
    assert_eq!(failed(&request, &table), Causes::DESCRIPTOR);
}

#[test]
fn the_stages_come_in_order() {
    let bad_page = PageWord::new(Real(0x8000), PageFlags::empty());
    let good_page = PageWord::new(Real(0x8000), PageFlags::all());
    let mut facts = paged(AccessKind::Read, [bad_page; 2]);
    facts.read_labels = LabelSet::EMPTY;
    facts.parts[0] = facts.parts[0].map(|part| Part { owner: -1, ..part });
    let inside = Request::new(AccessKind::Read, 0x40, 8);
    assert_eq!(
        denial(&Request::new(AccessKind::Read, 0, 8), &facts).stage,
        Stage::Capability
    );
    assert_eq!(denial(&inside, &facts).stage, Stage::Page);
    facts.parts[0] = facts.parts[0].map(|part| Part {
        page: Lookup::Found(good_page),
        ..part
    });
    assert_eq!(
        (
            denial(&inside, &facts).stage,
            denial(&inside, &facts).failed
        ),
        (Stage::Owner, Causes::OWNER)
    );
    facts.parts[0] = facts.parts[0].map(|part| Part { owner: 0, ..part });
    assert_eq!(
        (
            denial(&inside, &facts).stage,
            denial(&inside, &facts).failed
        ),
        (Stage::Label, Causes::LABEL)
    );
    assert!(
        denial(&inside, &facts)
            .passed
            .contains(Causes::PAGE | Causes::OWNER)
    );
    facts.read_labels = LabelSet::of(Label(1));
    assert!(failed(&inside, &facts).is_empty());
    // The first part passes all its stages before the second is looked at.
    let over = Request::new(AccessKind::Read, 0xffc, 8);
    facts.read_labels = LabelSet::EMPTY;
    assert_eq!(denial(&over, &facts).stage, Stage::Label);
}

#[test]
fn labels_bind_every_ring_but_the_first() {
    let mut two = LabelSet::of(Label(1));
    two.insert(Label(2));
    for kind in [AccessKind::Read, AccessKind::Execute, AccessKind::Write] {
        for number in 0..8 {
            let base = with_capability(facts(kind), |fields| fields.ring = ring(number));
            let mut base = with_descriptor(base, |descriptor| {
                descriptor.brackets = Brackets::only(ring(number))
            });
            base.parts[0] = Some(Part {
                page: Lookup::Absent,
                owner: 0,
                labels: two,
            });
            let request = Request::new(kind, 0x40, 16);
            let with = |read, write| {
                failed(
                    &request,
                    &Facts {
                        read_labels: read,
                        write_labels: write,
                        ..base
                    },
                )
            };
            let stopped = if number == 0 {
                Causes::empty()
            } else {
                Causes::LABEL
            };
            let (half, none) = (LabelSet::of(Label(1)), LabelSet::EMPTY);
            let (read, write) = if kind == AccessKind::Write {
                (none, two)
            } else {
                (two, none)
            };
            assert_eq!(with(read, write), Causes::empty());
            assert_eq!(with(write, read), stopped);
            assert_eq!(with(half, half), stopped);

            // In a guest's page the segment's label counts, and the granules' do not.
            base.parts[0] = Some(Part {
                page: Lookup::Absent,
                owner: 2,
                labels: two,
            });
            let with = |labels| {
                failed(
                    &request,
                    &Facts {
                        read_labels: labels,
                        write_labels: labels,
                        ..base
                    },
                )
            };
            assert_eq!(with(LabelSet::of(Label(9))), Causes::empty());
            assert_eq!(with(two), stopped);
        }
    }
    // A device is judged by the label of its descriptor: input is reading, output is writing.
    for (kind, read, write) in [
        (AccessKind::Input, LabelSet::of(Label(9)), LabelSet::EMPTY),
        (AccessKind::Output, LabelSet::EMPTY, LabelSet::of(Label(9))),
    ] {
        let with = |read_labels, write_labels| {
            failed(
                &Request::new(kind, 0x40, 0),
                &Facts {
                    read_labels,
                    write_labels,
                    ..facts(kind)
                },
            )
        };
        assert_eq!(with(read, write), Causes::empty());
        assert_eq!(with(write, read), Causes::LABEL);
    }
}

#[test]
fn a_gate_is_one_of_the_first_instructions() {
    let segment = Descriptor {
        gates: 2,
        brackets: Brackets {
            r1: ring(1),
            r2: ring(1),
            r3: ring(4),
        },
        ..Descriptor::default()
    };
    let target = |cursor, number| {
        Capability::new(Fields {
            cursor,
            ring: ring(number),
            kind: Kind::Entry,
            ..Fields::default()
        })
    };
    assert_eq!(
        call_rule(ring(4), &target(8, 4), &segment),
        Ok(CallKind::Gate)
    );
    assert_eq!(
        call_rule(ring(4), &target(16, 4), &segment),
        Err(Causes::GATE)
    );
    assert_eq!(
        call_rule(ring(4), &target(4, 4), &segment),
        Err(Causes::GATE)
    );
    assert_eq!(
        call_rule(ring(4), &target(8, 5), &segment),
        Err(Causes::RING)
    );
    assert_eq!(
        call_rule(ring(5), &target(17, 5), &segment),
        Err(Causes::RING | Causes::GATE)
    );
    assert_eq!(
        call_rule(ring(1), &target(80, 1), &segment),
        Ok(CallKind::Same)
    );
    assert_eq!(
        call_rule(ring(1), &target(8, 4), &segment),
        Err(Causes::RING)
    );
    assert_eq!(
        call_rule(ring(0), &target(8, 0), &segment),
        Err(Causes::RING)
    );
    assert_eq!(return_rule(ring(0), &target(8, 1), &segment), Ok(()));
    assert_eq!(
        return_rule(ring(1), &target(8, 0), &segment),
        Err(Causes::RING)
    );
    assert_eq!(
        return_rule(ring(1), &target(8, 2), &segment),
        Err(Causes::RING)
    );
}

#[test]
fn a_program_counter_made_by_the_machine_is_the_whole_segment() {
    let facts = facts(AccessKind::Execute);
    let found = descriptor(&facts);
    let pc = text_capability(SegmentNumber(300), &found, ring(4), 8);
    assert_eq!(
        (pc.base(), pc.limit(), pc.cursor(), pc.generation()),
        (0, 0x3000, 8, 5)
    );
    assert_eq!(pc.permissions(), Permissions::EXECUTE);
    let readable = Descriptor {
        flags: found.flags | DescriptorFlags::READ,
        length: u32::MAX,
        ..found
    };
    let pc = text_capability(SegmentNumber(300), &readable, ring(4), 8);
    assert_eq!(pc.permissions(), Permissions::EXECUTE | Permissions::READ);
    assert_eq!(pc.limit(), (1 << 28) - 4096);
    assert!(pc.is_well_formed());
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let lookup = prop_oneof![
        1 => Just(Lookup::Absent),
        1 => Just(Lookup::OutsideMemory),
        8 => any::<[u64; 4]>().prop_map(|words| Lookup::Found(Descriptor::decode(words))),
    ];
    let page = prop_oneof![
        Just(Lookup::Absent),
        Just(Lookup::OutsideMemory),
        any::<u64>().prop_map(|word| Lookup::Found(PageWord(word))),
    ];
    let part = proptest::option::of((page, any::<i32>(), any::<[u64; 4]>()).prop_map(
        |(page, owner, labels)| Part {
            page,
            owner,
            labels: LabelSet(labels),
        },
    ));
    (
        any::<(u64, u64, bool)>(),
        0u64..8,
        lookup,
        any::<u64>(),
        [part.clone(), part],
        any::<([u64; 4], [u64; 4])>(),
    )
        .prop_map(
            |((low, high, tag), current, descriptor, memory_size, parts, (read, write))| Facts {
                capability: Capability::from_words(low, high, tag),
                current: ring(current),
                descriptor,
                memory_size,
                parts,
                read_labels: LabelSet(read),
                write_labels: LabelSet(write),
            },
        )
}

proptest! {
    #[test]
    fn any_facts_are_judged(
        facts in any_facts(),
        kind in proptest::sample::select(AccessKind::ALL),
        offset in prop_oneof![0u64..1 << 29, any::<u64>()],
        size in prop_oneof![0u64..32, any::<u64>()],
        flags in any::<(bool, bool)>(),
    ) {
        let request = Request { kind, offset, size, capability_aligned: flags.0, private_value: flags.1 };
        match judge(&request, &facts).allowed() {
            Ok(passed) => prop_assert!(passed.contains(Causes::TAG)),
            Err(denial) => {
                prop_assert_eq!(denial.failed.first(), Some(denial.cause));
                prop_assert!(!denial.passed.intersects(denial.failed));
            }
        }
    }

    /// What may be done through a narrowed capability may be done through the one that it came of.
    #[test]
    fn less_authority_never_allows_more(
        kind in proptest::sample::select(&[AccessKind::Read, AccessKind::Write, AccessKind::StoreCapability][..]),
        offset in 0u64..0x100,
        size in 0u64..32,
        bounds in (0u32..0x100, 0u32..0x100),
        mask in any::<u8>(),
        weaker in 0u64..8,
        bracket in 0u64..512,
    ) {
        let wide = with_capability(facts(kind), |fields| {
            (fields.base, fields.limit, fields.cursor) = (0, 0x100, bounds.0);
            (fields.permissions, fields.ring) = (RWLSM, Ring::KERNEL);
        });
        let wide = with_descriptor(wide, |descriptor| descriptor.brackets = brackets(bracket));
        let narrow = wide.capability.bound(bounds.1.into())
            .and_then(|value| value.restrict(mask.into()))
            .and_then(|value| value.weaken(weaker));
        if let Ok(capability) = narrow {
            let request = Request::new(kind, offset, size);
            if judge(&request, &Facts { capability, ..wide }).allowed().is_ok() {
                prop_assert!(judge(&request, &wide).allowed().is_ok());
            }
        }
    }
}
