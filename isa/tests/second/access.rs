//! The rule of access, held against its second statement.

use std::sync::atomic::{AtomicU64, Ordering};

use isa::access::{AccessKind, Denial, Flow, Request, judge};
use isa::instruction::names::Named;
use isa::{Cause, DescriptorFlags, Ring, TrapRegister};

use crate::answer::{Answer, Bound, Rings, TABLE, answer, row, said};
use crate::plain::*;
use crate::question::{Found, PlainDescriptor, PlainPart, Question, SOFTWARE_OF_WORD_2};
use crate::rows::{Dice, Digits, Rows, random};

fn assert_agreed(question: &Question) -> Answer {
    let said = said(&judge(&question.request(), &question.facts()));
    assert_eq!(said, answer(question), "{question:#x?}");
    said
}

/// The kinds by number, what records and probes call them, what each asks for, and which of them change memory or
/// touch it at all.
#[test]
fn kinds_of_access() {
    let names = [
        "read",
        "write",
        "execute",
        "store_capability",
        "call",
        "return",
        "input",
        "output",
        "jump",
        "none",
    ];
    assert_eq!(AccessKind::ALL.len(), TABLE.len());
    assert_eq!(AccessKind::ROWS.len(), TABLE.len());
    for ((row, name), listed) in TABLE.iter().zip(names).zip(AccessKind::ROWS) {
        let kind = AccessKind::from_number(row.number).expect("a kind");
        assert_eq!((u64::from(kind.number()), kind.name()), (row.number, name));
        assert_eq!(kind.to_string(), name);
        assert_eq!(Named::from_number(row.number as u32), Some(kind));
        assert_eq!(u64::from(Named::number(kind)), row.number);
        assert_eq!((u64::from(listed.number), listed.name), (row.number, name));
        assert_eq!(listed.meaning.trim_start(), kind.meaning());
        assert!(kind.meaning().ends_with('.'), "{name}: a sentence");

        let needs = kind.requires();
        assert_eq!(u64::from(needs.kind.number()), row.kind, "{name}");
        assert_eq!(u64::from(needs.permissions.bits()), row.permissions);
        let mode = match row.mode {
            'r' => DescriptorFlags::READ,
            'w' => DescriptorFlags::WRITE,
            'x' => DescriptorFlags::EXECUTE,
            _ => DescriptorFlags::empty(),
        };
        assert_eq!((needs.mode, needs.device), (mode, row.device), "{name}");
        assert_eq!(needs.flow == Flow::In, row.bound == Bound::Read, "{name}");
        assert_eq!(needs.flow == Flow::Out, row.bound == Bound::Write, "{name}");
        assert_eq!(needs.alignment, row.alignment, "{name}");
        assert_eq!(kind.stores(), [1, 3].contains(&row.number), "{name}");
        assert_eq!(kind.touches_memory(), row.number < 4, "{name}");
    }
    for number in (9..15).chain(16..300).chain([1 << 32, u64::MAX]) {
        assert_eq!(AccessKind::from_number(number), None, "{number}");
    }
}

/// What is decided for one kind before the rest of the table: the permissions held of those that it consults, and of
/// those that only some kinds ask for the current ring, whether the cursor is at a gate, and whether the value that is
/// stored is private.
struct Variant {
    kind: u64,
    permissions: u64,
    current: u64,
    gate: bool,
    private: bool,
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for row in &TABLE {
        let transfers = matches!(row.rings, Rings::Call | Rings::Return | Rings::Jump);
        let currents = if transfers { 0..8 } else { 4..5 };
        let gates: &[bool] = if row.rings == Rings::Call {
            &[false, true]
        } else {
            &[true]
        };
        let privates: &[bool] = if row.number == 3 {
            &[false, true]
        } else {
            &[true]
        };
        for permissions in (0..256).filter(|set| set & !row.permissions == 0) {
            for current in currents.clone() {
                for &gate in gates {
                    variants.extend(privates.iter().map(|&private| Variant {
                        kind: row.number,
                        permissions,
                        current,
                        gate,
                        private,
                    }));
                }
            }
        }
    }
    variants
}

/// The rows of one variant: eight rings, 512 triples of brackets, seven bits of segment and descriptor, and whether
/// the labels allow it.
const ROWS_OF_VARIANT: u64 = 8 * 512 * 128 * 2;

const LABEL_9: [u64; 4] = [1 << 9, 0, 0, 0];

/// A row of the table, with all else such that it passes.
fn table_row(variant: &Variant, number: u64) -> Question {
    let mut digits = Digits(number);
    let ring = digits.next(8);
    let brackets = [digits.next(8), digits.next(8), digits.next(8)];
    let [present, read, write, execute, hold, system, device] =
        std::array::from_fn(|_| digits.flag());
    let labels_allow = digits.flag();
    let bound = &row(variant.kind).bound;
    let set = |binds: bool| match binds && !labels_allow {
        true => [!LABEL_9[0], u64::MAX, u64::MAX, u64::MAX],
        false => LABEL_9,
    };
    let cursor = match variant.kind {
        4 if variant.gate => 8,
        4 => 16,
        _ => 64,
    };
    Question {
        kind: variant.kind,
        offset: cursor,
        size: 8,
        granule: false,
        private: variant.private,
        through: Plain {
            tag: true,
            cursor,
            segment: if system { 255 } else { 256 },
            ring,
            generation: 5,
            kind: match variant.kind {
                4 => 1,
                5 => 2,
                _ => 0,
            },
            spare: 0,
            base: 0,
            limit: 0x80,
            permissions: variant.permissions,
        },
        current: variant.current,
        descriptor: Found::Here(PlainDescriptor {
            base: if device { 3 } else { 0x4000 },
            length: 0x80,
            gates: 2,
            present,
            read,
            write,
            execute,
            hold,
            device,
            brackets,
            label: 9,
            generation: 5,
            ..PlainDescriptor::default()
        }),
        memory: 1 << 20,
        parts: [
            Some(PlainPart {
                page: Found::Absent,
                owner: 0,
                labels: LABEL_9,
            }),
            None,
        ],
        may_read: set(*bound != Bound::Write),
        may_write: set(*bound != Bound::Read),
    }
}

#[test]
fn the_table_of_the_rule() {
    let variants = variants();
    let rows = variants.len() as u64 * ROWS_OF_VARIANT;
    let seen = [const { AtomicU64::new(0) }; 16];
    let passed = AtomicU64::new(0);
    Rows::new("the table of the rule of access", rows, 13).hold(|number| {
        let variant = &variants[(number / ROWS_OF_VARIANT) as usize];
        let question = table_row(variant, number % ROWS_OF_VARIANT);
        let said = assert_agreed(&question);
        seen[variant.kind as usize].fetch_or(1 << question.through.ring, Ordering::Relaxed);
        passed.fetch_or(
            u64::from(said.stage == 0) << variant.kind,
            Ordering::Relaxed,
        );
    });
    for row in &TABLE {
        assert_eq!(
            seen[row.number as usize].load(Ordering::Relaxed),
            0xff,
            "every ring is tried"
        );
        assert_eq!(
            passed.load(Ordering::Relaxed) >> row.number & 1,
            1,
            "some row passes"
        );
    }
}

/// A question that the capability and descriptor have little against, so that much of what varies decides something.
fn friendly(dice: &mut Dice) -> Question {
    let kind = dice.pick(&TABLE).number;
    let row = row(kind);
    let ring = dice.below(8);
    let brackets = match dice.below(4) {
        0 => [dice.below(8), dice.below(8), dice.below(8)],
        1 => [ring, ring, ring],
        2 => [ring, 7, 7],
        _ => [dice.below(ring + 1), ring, ring + dice.below(8 - ring)],
    };
    let mut question = table_row(
        &Variant {
            kind,
            permissions: row.permissions,
            current: if dice.flag() { ring } else { dice.below(8) },
            gate: dice.flag(),
            private: dice.flag(),
        },
        0,
    );
    question.through.ring = ring;
    question.through.segment = dice.pick(&[1, 255, 256, 300, 0xffff]);
    (question.may_read, question.may_write) = (LABEL_9, LABEL_9);
    if let Found::Here(descriptor) = &mut question.descriptor {
        descriptor.brackets = brackets;
        (descriptor.present, descriptor.hold, descriptor.device) = (true, true, row.device);
        (descriptor.read, descriptor.write, descriptor.execute) = (true, true, true);
        descriptor.base = if row.device { 3 } else { 0x4000 };
    }
    question
}

fn any_labels(dice: &mut Dice) -> [u64; 4] {
    match dice.below(4) {
        0 => [0; 4],
        1 => [u64::MAX; 4],
        2 => LABEL_9,
        _ => std::array::from_fn(|_| dice.word()),
    }
}

/// What the rule does not look at, changed: nothing of this may change what it says.
fn change_what_does_not_matter(question: &mut Question, dice: &mut Dice) {
    let row = row(question.kind);
    let transfers = matches!(row.rings, Rings::Call | Rings::Return | Rings::Jump);
    let moves = row.bound != Bound::Not && !row.device;
    let through = &mut question.through;
    if row.rings != Rings::Call {
        through.cursor = dice.word() % (1 << 32);
    }
    if through.tag {
        through.permissions |= dice.below(256) & !row.permissions;
        let generation = dice.below(64);
        if let Found::Here(descriptor) = &mut question.descriptor {
            descriptor.generation = (descriptor.generation + generation) % 64;
        }
        through.generation = (through.generation + generation) % 64;
    } else {
        *through = Plain::of_bits(
            u128::from(dice.word()) << 64 | u128::from(dice.word()),
            false,
        );
    }
    if !transfers {
        question.current = dice.below(8);
    }
    if question.kind != 3 {
        question.private = dice.flag();
        through.segment = match through.segment {
            0 => 0,
            _ => 1 + dice.below(0xffff),
        };
    }
    let own = question
        .parts
        .map(|part| part.is_none_or(|part| part.owner == 0));
    if let Found::Here(descriptor) = &mut question.descriptor {
        if row.rings != Rings::Call {
            descriptor.gates = dice.below(1 << 16);
        }
        descriptor.linkage = dice.below(1 << 16);
        descriptor.software = [dice.word() & SOFTWARE_OF_WORD_2, dice.word()];
        if row.rings != Rings::Call {
            // Only a call looks at r3, beyond its order.
            let [r1, r2, r3] = descriptor.brackets;
            if r1 <= r2 && r2 <= r3 {
                descriptor.brackets[2] = r2 + dice.below(8 - r2);
            }
        }
        if question.kind != 3 {
            descriptor.hold = dice.flag();
        }
        if row.bound == Bound::Not || moves && own == [true, true] {
            descriptor.label = dice.below(256);
        }
        if !moves {
            question.parts = std::array::from_fn(|_| any_part(dice));
        } else {
            for part in question.parts.iter_mut().flatten() {
                if !descriptor.paged {
                    part.page = any_part(dice).map_or(Found::Absent, |part| part.page);
                }
                if part.owner > 0 {
                    part.owner = 1 + dice.below(200) as i64;
                    part.labels = any_labels(dice);
                }
            }
        }
    }
    if row.bound != Bound::Read || question.through.ring == 0 {
        question.may_read = any_labels(dice);
    }
    if row.bound != Bound::Write || question.through.ring == 0 {
        question.may_write = any_labels(dice);
    }
}

#[test]
fn nothing_else_matters() {
    let mut passed = 0;
    for mut dice in random("what the rule of access does not look at", 10_000_000) {
        let question = match dice.flag() {
            true => friendly(&mut dice),
            false => any_question(&mut dice),
        };
        let mut changed = question;
        change_what_does_not_matter(&mut changed, &mut dice);
        let said = |question: &Question| said(&judge(&question.request(), &question.facts()));
        assert_eq!(
            said(&question),
            said(&changed),
            "{question:#x?} {changed:#x?}"
        );
        passed += u64::from(said(&question).stage == 0);
    }
    assert!(passed > 10_000, "{passed} passed");
}

fn any_part(dice: &mut Dice) -> Option<PlainPart> {
    if dice.once_in(16) {
        return None;
    }
    let frame = dice.near(&[0, 0x4000, 0xf_f000, 0x10_0000, 1 << 40, u64::MAX << 12]);
    let frame = frame & 0xf_ffff_ffff_f000 | dice.word() & 0xfff0_0000_0000_0ff0;
    Some(PlainPart {
        page: match dice.below(16) {
            0 => Found::Absent,
            1 => Found::Outside,
            2..8 => Found::Here(frame | dice.below(16)),
            _ => Found::Here(frame | 15),
        },
        owner: match dice.below(4) {
            0 => dice.below(7) as i64 - 3,
            1 => dice.pick(&[-128, -1, 1, 127]),
            _ => 0,
        },
        labels: any_labels(dice),
    })
}

/// A question with a few things changed to what is near a border, or to anything.
fn any_question(dice: &mut Dice) -> Question {
    let mut question = friendly(dice);
    let paged = dice.once_in(3);
    let long = dice.flag();
    let length = if long { 0x3000 } else { 0x80 };
    if let Found::Here(descriptor) = &mut question.descriptor {
        (descriptor.paged, descriptor.length) = (paged, length);
    }
    question.through.limit = length;
    question.parts = std::array::from_fn(|_| any_part(dice));
    if long {
        // Over the border of a page, more often than not.
        question.size = dice.pick(&[0, 1, 8, 16, 24, 4096]);
        question.offset = dice.near(&[0, 0xff8, 0x1000, 0x1ff8]) & !dice.pick(&[0, 7, 15]);
    }
    for _ in 0..dice.below(3) {
        change_one(&mut question, dice);
    }
    question
}

fn change_one(question: &mut Question, dice: &mut Dice) {
    let length = match question.descriptor {
        Found::Here(descriptor) => descriptor.length,
        _ => 0x80,
    };
    let through = &mut question.through;
    let edges = [0, 8, 0x40, 0x1000, through.base, through.limit, length];
    match dice.below(12) {
        0 => through.tag = dice.flag(),
        1 => through.kind = dice.pick(&[0, 1, 2, 3, 4, 31]),
        2 => through.permissions = dice.below(256),
        3 => through.base = dice.near(&edges) % (1 << 28),
        4 => through.limit = dice.near(&edges) % (1 << 28),
        5 => through.segment = dice.pick(&[0, 1, 255, 256, 0xffff]),
        6 => through.generation = dice.below(64),
        7 => question.offset = dice.near(&edges),
        8 => question.size = dice.near(&[0, 8, 16, 0x40, 0x1000]).min(0x1000),
        9 => question.granule = dice.flag(),
        10 => {
            question.may_read = any_labels(dice);
            question.may_write = any_labels(dice);
        }
        _ => change_map(question, dice),
    }
}

fn change_map(question: &mut Question, dice: &mut Dice) {
    let Found::Here(descriptor) = &mut question.descriptor else {
        return;
    };
    match dice.below(12) {
        0 => question.descriptor = Found::Absent,
        1 => question.descriptor = Found::Outside,
        2 => descriptor.present = false,
        3 => descriptor.read = false,
        4 => descriptor.write = false,
        5 => descriptor.execute = false,
        6 => descriptor.hold = false,
        7 => descriptor.device = !descriptor.device,
        8 => descriptor.base = dice.near(&[0, 15, 0x4000, 0xf_f000, 0x10_0000, u64::MAX]),
        9 => descriptor.length = dice.near(&[0, 0x80, 0xfff_f000]) % (1 << 32),
        10 => descriptor.gates = dice.below(5),
        _ => question.memory = dice.near(&[0, 0x4000, 0x4080, 0x5000, 0x7000, 1 << 20]),
    }
}

#[test]
fn any_facts() {
    let (mut stages, mut failed, mut second_parts) = ([0u64; 6], 0, 0);
    for mut dice in random("the rule of access on random facts", 20_000_000) {
        let question = any_question(&mut dice);
        let said = assert_agreed(&question);
        stages[said.stage as usize] += 1;
        failed |= said.failed;
        second_parts += u64::from(
            said.place
                .is_some_and(|(offset, _)| offset > question.offset),
        );
    }
    for (stage, count) in stages
        .into_iter()
        .enumerate()
        .filter(|&(stage, _)| stage != 3)
    {
        assert!(count > 1000, "stage {stage}: {count}");
    }
    assert!(second_parts > 1000, "{second_parts}");
    let expected: u32 = (TAG..=GATE)
        .filter(|&cause| cause != CURSOR)
        .map(|cause| 1 << cause)
        .sum();
    assert_eq!(failed, expected, "every check of the rule fails somewhere");
}

/// The bytes that an access may touch are those that all of capability, segment and question contain: tried at every
/// place and size of a small segment.
#[test]
fn bounds_to_the_byte() {
    const SIDE: u64 = 12;
    Rows::new("bounds of an access, as sets of bytes", SIDE.pow(5), 1).hold(|number| {
        let mut digits = Digits(number);
        let [base, limit, length, offset, size] = std::array::from_fn(|_| digits.next(SIDE));
        let mut question = table_row(&variants()[1], 7 + 512 * 8 * 3);
        (question.through.base, question.through.limit) = (base, limit);
        (question.offset, question.size) = (offset, size);
        if let Found::Here(descriptor) = &mut question.descriptor {
            descriptor.length = length;
        }
        let said = assert_agreed(&question);
        // An access of no bytes is still at a place, between two bytes: the borders of `[a, b)` are a to b.
        let borders = |from: u64, to: u64| (from..=to).fold(0u64, |set, border| set | 1 << border);
        let touched = borders(offset, offset + size);
        let allowed = borders(base, limit) & borders(0, length);
        assert_eq!(said.failed >> BOUNDS & 1 == 0, touched & !allowed == 0);
    });
}

/// Offsets at which nothing could be added any more.
#[test]
fn accesses_at_the_end_of_the_numbers() {
    let edges = [0, 1 << 28, 1 << 32, 1 << 63, u64::MAX];
    for mut dice in random("accesses at the end of the numbers", 500_000) {
        let mut question = friendly(&mut dice);
        question.offset = dice.near(&edges);
        question.size = dice.near(&edges);
        question.through.limit = dice.pick(&[0, 0xfff_ffff]);
        if let Found::Here(descriptor) = &mut question.descriptor {
            descriptor.length = dice.pick(&[0, 0xfff_f000, u64::from(u32::MAX)]);
            descriptor.base = dice.near(&edges);
        }
        question.memory = dice.near(&edges);
        assert_agreed(&question);
    }
}

/// The record says what was denied; a value without a tag has no ring, and the current one stands for it.
#[test]
fn the_record_of_a_denial() {
    for mut dice in random("records of denials", 500_000) {
        let question = any_question(&mut dice);
        let capability = question.through.capability();
        let current = Ring::from_bits(question.current);
        let register = TrapRegister(dice.below(17) as u8);
        let denied = judge(&question.request(), &question.facts()).allowed();
        let expected = answer(&question);
        let denial: Denial = match denied {
            Ok(passed) => {
                assert_eq!((expected.stage, expected.passed), (0, passed.bits()));
                continue;
            }
            Err(denial) => denial,
        };
        let trap = denial.trap(question.access_kind(), &capability, register, current);
        let ring = if question.through.tag {
            question.through.ring
        } else {
            question.current
        };
        assert_eq!(Some(trap.cause), Cause::from_number(expected.cause.into()));
        assert_eq!(trap.failed.bits(), expected.failed);
        assert_eq!(Some((trap.offset, trap.size)), expected.place);
        assert_eq!(u64::from(trap.segment.0), question.through.segment);
        assert_eq!(u64::from(trap.ring.number()), ring);
        assert_eq!(
            (trap.register, trap.kind),
            (register, question.access_kind())
        );
    }
}

/// What the instructions ask: a load and a store of a granule are aligned to 16, and a store wants the right to store
/// capabilities if the value is one.
#[test]
fn requests_of_granules() {
    for mut dice in random("requests of granules", 100_000) {
        let offset = dice.word();
        let kind = dice.pick(&TABLE).number;
        let value = Plain {
            tag: dice.flag(),
            segment: dice.near(&[0, 255, 256]) % (1 << 16),
            cursor: dice.below(1 << 32),
            ..Plain::default()
        };
        let question = Question {
            kind,
            offset,
            ..table_row(&variants()[0], 0)
        };
        assert_eq!(
            question.request(),
            Request {
                private_value: true,
                ..Request::new(question.access_kind(), offset, 8)
            }
        );
        let load = Question {
            kind: 0,
            size: 16,
            granule: true,
            private: false,
            ..question
        };
        assert_eq!(load.request(), Request::load_capability(offset));
        let store = Question {
            kind: if value.tag { 3 } else { 1 },
            private: value.tag && value.segment >= 256,
            ..load
        };
        assert_eq!(
            store.request(),
            Request::store_capability(offset, &value.capability())
        );
    }
}
