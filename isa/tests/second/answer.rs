//! The rule of access, stated a second time: a table of the kinds, and the checks in the order of the manual.

use isa::access::{Stage, Verdict};

use crate::plain::*;
use crate::question::{Found, PlainDescriptor, Question};

/// What is said of an access. Sets have bit `n` for the cause of number `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// 0 when the access may happen; else the stage that denies it: 1 capability and descriptor, 2 page, 4 owner,
    /// 5 label.
    pub(crate) stage: u64,
    /// The number of the most urgent check that failed, or 0.
    pub(crate) cause: u32,
    pub(crate) failed: u32,
    pub(crate) passed: u32,
    /// What was denied: the whole access or a part. Nothing when it may happen.
    pub(crate) place: Option<(u64, u64)>,
}

/// Which rings a kind lets in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rings {
    UpToR1,
    UpToR2,
    R1ToR2,
    Jump,
    Call,
    Return,
    Any,
}

/// Which labels bind a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Read,
    Write,
    Not,
}

/// What the manual's table says of a kind of access.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) number: u64,
    /// The kind of capability: 0 data, 1 entry, 2 return.
    pub(crate) kind: u64,
    pub(crate) permissions: u64,
    /// The mode: one of `r`, `w`, `x`, or `-`.
    pub(crate) mode: char,
    pub(crate) rings: Rings,
    pub(crate) device: bool,
    pub(crate) bound: Bound,
    pub(crate) alignment: u64,
}

#[rustfmt::skip]
pub(crate) const TABLE: [Row; 10] = [
    Row { number: 0, kind: 0, permissions: R, mode: 'r', rings: Rings::UpToR2, device: false, bound: Bound::Read, alignment: 1 },
    Row { number: 1, kind: 0, permissions: W, mode: 'w', rings: Rings::UpToR1, device: false, bound: Bound::Write, alignment: 1 },
    Row { number: 2, kind: 0, permissions: X, mode: 'x', rings: Rings::R1ToR2, device: false, bound: Bound::Read, alignment: 8 },
    Row { number: 3, kind: 0, permissions: W + S, mode: 'w', rings: Rings::UpToR1, device: false, bound: Bound::Write, alignment: 16 },
    Row { number: 4, kind: 1, permissions: X, mode: 'x', rings: Rings::Call, device: false, bound: Bound::Not, alignment: 8 },
    Row { number: 5, kind: 2, permissions: X, mode: 'x', rings: Rings::Return, device: false, bound: Bound::Not, alignment: 8 },
    Row { number: 6, kind: 0, permissions: R, mode: 'r', rings: Rings::UpToR2, device: true, bound: Bound::Read, alignment: 1 },
    Row { number: 7, kind: 0, permissions: W, mode: 'w', rings: Rings::UpToR1, device: true, bound: Bound::Write, alignment: 1 },
    Row { number: 8, kind: 0, permissions: X, mode: 'x', rings: Rings::Jump, device: false, bound: Bound::Not, alignment: 8 },
    Row { number: 15, kind: 0, permissions: 0, mode: '-', rings: Rings::Any, device: false, bound: Bound::Not, alignment: 1 },
];

pub(crate) fn row(kind: u64) -> &'static Row {
    &TABLE[if kind == 15 { 9 } else { kind as usize }]
}

/// The checks so far.
#[derive(Default)]
struct Asked {
    passed: u32,
    failed: u32,
}

impl Asked {
    fn ask(&mut self, cause: u32, holds: bool) {
        if holds {
            self.passed |= 1 << cause;
        } else {
            self.failed |= 1 << cause;
        }
    }

    fn end(&self, stage: u64, place: Option<(u64, u64)>) -> Answer {
        Answer {
            stage,
            cause: lowest(self.failed),
            failed: self.failed,
            passed: self.passed & !self.failed,
            place,
        }
    }
}

/// The lowest number in a set, or 0.
pub(crate) fn lowest(set: u32) -> u32 {
    (1..32).find(|number| set & 1 << number != 0).unwrap_or(0)
}

/// Is `[offset, offset + size)` inside `[first, end)`?
fn inside(offset: u64, size: u64, first: u64, end: u64) -> bool {
    first <= offset && u128::from(offset) + u128::from(size) <= u128::from(end)
}

/// What may be asked for, and what is said.
pub(crate) fn answer(question: &Question) -> Answer {
    let Question {
        through,
        offset,
        size,
        ..
    } = *question;
    let whole = Some((offset, size));
    let row = row(question.kind);
    let mut asked = Asked::default();

    // An untagged value fails by its tag alone.
    asked.ask(TAG, through.tag);
    if !through.tag {
        return asked.end(1, whole);
    }
    asked.ask(SEAL, through.kind == row.kind);
    asked.ask(
        PERMISSION,
        through.permissions & row.permissions == row.permissions,
    );
    asked.ask(BOUNDS, inside(offset, size, through.base, through.limit));
    let alignment = if question.granule { 16 } else { row.alignment };
    if alignment > 1 {
        asked.ask(ALIGNMENT, offset % alignment == 0);
    }

    // A missing segment is named only if every check of the capability passed. Segment 0 is always missing.
    let descriptor = match question.descriptor {
        Found::Here(descriptor) if descriptor.present && through.segment > 0 => descriptor,
        _ if asked.failed != 0 => return asked.end(1, whole),
        Found::Outside if through.segment > 0 => {
            asked.ask(DESCRIPTOR, false);
            return asked.end(1, whole);
        }
        _ => {
            asked.ask(SEGMENT, false);
            return asked.end(1, whole);
        }
    };
    asked.ask(SEGMENT, true);
    asked.ask(DESCRIPTOR, makes_sense(&descriptor, question.memory));
    asked.ask(GENERATION, through.generation == descriptor.generation);
    ask_ring(row, question, &descriptor, &mut asked);
    asked.ask(
        MODE,
        match row.mode {
            'r' => descriptor.read,
            'w' => descriptor.write,
            'x' => descriptor.execute,
            _ => true,
        },
    );
    if question.kind == 3 {
        let holds = descriptor.hold && !descriptor.device;
        asked.ask(HOLD, holds && !(question.private && through.segment < 256));
    }
    asked.ask(DEVICE, descriptor.device == row.device);
    asked.ask(BOUNDS, inside(offset, size, 0, descriptor.length));
    if asked.failed != 0 {
        return asked.end(1, whole);
    }

    // Transfers of control move nothing yet; a device has no pages, and the label of its descriptor.
    if row.bound == Bound::Not {
        return asked.end(0, None);
    }
    let one = |label: u64| {
        let mut set = [0; 4];
        set[(label / 64) as usize] = 1 << (label % 64);
        set
    };
    if row.device {
        ask_labels(row, question, one(descriptor.label), &mut asked);
        return match asked.failed {
            0 => asked.end(0, None),
            _ => asked.end(5, whole),
        };
    }
    for (part, (offset, size)) in pieces(offset, size).into_iter().enumerate() {
        let place = Some((offset, size));
        let known = question.parts[part];
        if descriptor.paged {
            match known.map_or(Found::Absent, |known| known.page) {
                Found::Here(word) if lets(word, row.bound == Bound::Write) => {
                    asked.ask(PAGE, true);
                    let frame = word % (1 << 52) / 4096 * 4096;
                    asked.ask(
                        DESCRIPTOR,
                        u128::from(frame) + 4096 <= u128::from(question.memory),
                    );
                }
                Found::Outside => asked.ask(DESCRIPTOR, false),
                _ => asked.ask(PAGE, false),
            }
            if asked.failed != 0 {
                return asked.end(2, place);
            }
        }
        let owner = known.map_or(0, |known| known.owner);
        asked.ask(OWNER, owner >= 0);
        if asked.failed != 0 {
            return asked.end(4, place);
        }
        let labels = match owner {
            0 => known.map_or([0; 4], |known| known.labels),
            _ => one(descriptor.label),
        };
        ask_labels(row, question, labels, &mut asked);
        if asked.failed != 0 {
            return asked.end(5, place);
        }
    }
    asked.end(0, None)
}

/// Does the descriptor make sense in a memory of this size?
pub(crate) fn makes_sense(descriptor: &PlainDescriptor, memory: u64) -> bool {
    let [r1, r2, r3] = descriptor.brackets;
    let pages = descriptor.length / 4096 + u64::from(!descriptor.length.is_multiple_of(4096));
    let extent = if descriptor.paged {
        8 * pages
    } else {
        descriptor.length
    };
    let placed = if descriptor.device {
        descriptor.base < 16
    } else {
        descriptor.base.is_multiple_of(4096) && inside(descriptor.base, extent, 0, memory)
    };
    r1 <= r2 && r2 <= r3 && descriptor.length <= 268_431_360 && placed
}

/// May the page of this word be used, or stored to?
pub(crate) fn lets(word: u64, store: bool) -> bool {
    let (present, writable, used, modified) = (
        word % 2 == 1,
        word / 2 % 2 == 1,
        word / 4 % 2 == 1,
        word / 8 % 2 == 1,
    );
    present && used && (!store || writable && modified)
}

/// The bytes of an access by page: those of the first page, and those behind it.
pub(crate) fn pieces(offset: u64, size: u64) -> Vec<(u64, u64)> {
    let border = (u128::from(offset) / 4096 + 1) * 4096;
    let end = u128::from(offset) + u128::from(size);
    if size == 0 {
        vec![]
    } else if end <= border {
        vec![(offset, size)]
    } else {
        let first = (border - u128::from(offset)) as u64;
        vec![(offset, first), (border as u64, size - first)]
    }
}

fn ask_ring(row: &Row, question: &Question, descriptor: &PlainDescriptor, asked: &mut Asked) {
    let [r1, r2, _] = descriptor.brackets;
    let ring = question.through.ring;
    match row.rings {
        Rings::UpToR1 => asked.ask(RING, ring <= r1),
        Rings::UpToR2 => asked.ask(RING, ring <= r2),
        Rings::R1ToR2 => asked.ask(RING, r1 <= ring && ring <= r2),
        Rings::Jump => asked.ask(RING, r1 <= ring && ring <= r2 && ring == question.current),
        Rings::Return => asked.ask(
            RING,
            may_return(question.current, ring, descriptor.brackets),
        ),
        Rings::Call => {
            let call = may_call(question, descriptor);
            asked.ask(RING, call.ring);
            asked.ask(GATE, call.gate);
        }
        Rings::Any => asked.ask(RING, true),
    }
}

/// A return: to the capability's ring, which is in the execute bracket and not inside the current one.
pub(crate) fn may_return(current: u64, ring: u64, [r1, r2, _]: [u64; 3]) -> bool {
    r1 <= ring && ring <= r2 && ring >= current
}

/// What is said of a call.
pub(crate) struct Call {
    pub(crate) ring: bool,
    pub(crate) gate: bool,
    /// Is it inward?
    pub(crate) inward: bool,
}

/// A call: from above r2 it is inward, by rings up to r3 and to a gate; from r1 to r2 it stays in the ring, and the
/// entry has to be of that ring; from below r1 it would be outward.
pub(crate) fn may_call(question: &Question, descriptor: &PlainDescriptor) -> Call {
    let [r1, r2, r3] = descriptor.brackets;
    let (current, ring) = (question.current, question.through.ring);
    let inward = current > r2;
    let gates = (0..descriptor.gates.min(1 << 16)).map(|gate| 8 * gate);
    let cursor = question.through.cursor;
    Call {
        ring: match inward {
            true => current <= r3 && ring <= r3,
            false => r1 <= current && ring == current,
        },
        gate: !inward || gates.into_iter().any(|gate| gate == cursor),
        inward,
    }
}

/// Labels bind every ring but ring 0.
fn ask_labels(row: &Row, question: &Question, labels: [u64; 4], asked: &mut Asked) {
    if question.through.ring == 0 {
        return;
    }
    let allowed = match row.bound {
        Bound::Read => question.may_read,
        Bound::Write => question.may_write,
        Bound::Not => return,
    };
    let has = |set: [u64; 4], label: usize| set[label / 64] >> (label % 64) & 1 == 1;
    asked.ask(
        LABEL,
        (0..256).all(|label| !has(labels, label) || has(allowed, label)),
    );
}

/// What `isa` said, in the form of an answer.
pub(crate) fn said(verdict: &Verdict) -> Answer {
    match verdict {
        Verdict::Pass { passed } => Answer {
            stage: 0,
            cause: 0,
            failed: 0,
            passed: passed.bits(),
            place: None,
        },
        Verdict::Fail(denial) => Answer {
            stage: match denial.stage {
                Stage::Capability => 1,
                Stage::Page => 2,
                Stage::Owner => 4,
                Stage::Label => 5,
            },
            cause: denial.cause.number().into(),
            failed: denial.failed.bits(),
            passed: denial.passed.bits(),
            place: Some((denial.offset, denial.size)),
        },
    }
}
