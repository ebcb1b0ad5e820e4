//! The rule of access: one pure function that says of an access whether it may happen.
//!
//! Whoever calls it has gathered the facts; [`judge`] reads nothing else, so that an engine may keep what it said for
//! as long as the facts stay. The checks come in stages, and the first stage with a failed check ends the judgement
//! and names every check of that stage that failed.

mod kind;
mod transfer;

pub use kind::{AccessKind, Flow, Requirement, RingRule};
pub use transfer::{CallKind, call_rule, return_rule, text_capability};

use crate::address::{GRANULE_SIZE, PAGE_SIZE, SegmentNumber};
use crate::capability::Capability;
use crate::descriptor::{Descriptor, DescriptorFlags};
use crate::label::LabelSet;
use crate::page::PageWord;
use crate::permission::Permissions;
use crate::ring::Ring;
use crate::trap::{Cause, Causes, Trap, TrapRegister};

/// An access that an instruction wants to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// What it does.
    pub kind: AccessKind,
    /// The effective offset in the segment, from [`effective_offset`].
    pub offset: u64,
    /// Its bytes; at most one page, so that it has at most two parts.
    pub size: u64,
    /// Does it move a whole granule, so that the offset has to be a multiple of 16?
    pub capability_aligned: bool,
    /// Is a capability among what is stored that names a private segment?
    pub private_value: bool,
}

impl Request {
    /// An access to data or code.
    pub const fn new(kind: AccessKind, offset: u64, size: u64) -> Request {
        Request {
            kind,
            offset,
            size,
            capability_aligned: false,
            private_value: false,
        }
    }

    /// A load of a capability register.
    pub const fn load_capability(offset: u64) -> Request {
        Request {
            kind: AccessKind::Read,
            offset,
            size: GRANULE_SIZE,
            capability_aligned: true,
            private_value: false,
        }
    }

    /// A store of a capability register, which only needs the right to store capabilities if the value is one.
    pub const fn store_capability(offset: u64, value: &Capability) -> Request {
        let kind = if value.is_tagged() {
            AccessKind::StoreCapability
        } else {
            AccessKind::Write
        };
        Request {
            kind,
            offset,
            size: GRANULE_SIZE,
            capability_aligned: true,
            private_value: value.is_private(),
        }
    }
}

/// What came of looking for something in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup<T> {
    /// The map does not reach so far.
    Absent,
    /// The map says that it is here, and here is outside the machine's memory.
    OutsideMemory,
    /// It is this.
    Found(T),
}

/// What is known of the bytes of an access that lie in one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// The page word; not looked at if the segment has no pages.
    pub page: Lookup<PageWord>,
    /// The depth of the machine that owns the page, less that of the machine that asks: 0 is its own, above 0 a
    /// guest's, below 0 a host's.
    pub owner: i32,
    /// The labels of the granules that the part meets; not looked at unless the page is the machine's own.
    pub labels: LabelSet,
}

impl Part {
    /// A part of which nothing is known: it has no page.
    pub const ABSENT: Part = Part {
        page: Lookup::Absent,
        owner: 0,
        labels: LabelSet::EMPTY,
    };
}

/// Everything that the rule looks at beside the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The capability through which the access goes.
    pub capability: Capability,
    /// The current ring: that of the program counter. Only transfers of control ask for it.
    pub current: Ring,
    /// The descriptor of the capability's segment.
    pub descriptor: Lookup<Descriptor>,
    /// The bytes of the machine's real memory.
    pub memory_size: u64,
    /// The parts of the access in the order of [`parts`], as far as the earlier stages let them be found; one that is
    /// missing counts as [`Part::ABSENT`].
    pub parts: [Option<Part>; 2],
    /// The labels that the process may read.
    pub read_labels: LabelSet,
    /// The labels that the process may write.
    pub write_labels: LabelSet,
}

/// The stages of the rule, in order. (The stage of the hosts' maps is between page and owner, and theirs.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Capability and descriptor.
    Capability,
    /// The page of the machine's own map.
    Page,
    /// The owner of the page.
    Owner,
    /// The labels.
    Label,
}

/// Why an access may not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Denial {
    /// The stage that ended the judgement.
    pub stage: Stage,
    /// The most urgent of the checks that failed.
    pub cause: Cause,
    /// The checks that failed; never empty.
    pub failed: Causes,
    /// The checks that were made and passed.
    pub passed: Causes,
    /// The offset of what was denied: of the whole access in the first stage, of the part in the others.
    pub offset: u64,
    /// Its bytes.
    pub size: u64,
}

impl Denial {
    /// The trap that the denial of an access of this kind is, through this capability in this register. An untagged
    /// value has no ring of its own: the current one stands for it.
    pub fn trap(
        &self,
        kind: AccessKind,
        capability: &Capability,
        register: TrapRegister,
        current: Ring,
    ) -> Trap {
        Trap {
            cause: self.cause,
            failed: self.failed,
            register,
            segment: capability.segment(),
            offset: self.offset,
            ring: if capability.is_tagged() {
                capability.ring()
            } else {
                current
            },
            kind,
            size: self.size,
        }
    }
}

/// What the rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The access may happen.
    Pass {
        /// The checks that were made; all passed.
        passed: Causes,
    },
    /// The access traps.
    Fail(Denial),
}

impl Verdict {
    /// The same as a result, for `?`.
    pub fn allowed(self) -> Result<Causes, Denial> {
        match self {
            Verdict::Pass { passed } => Ok(passed),
            Verdict::Fail(denial) => Err(denial),
        }
    }
}

/// The offset that an operand `[c + r << scale + immediate]` names: `cursor + (index << scale) + immediate`, with the
/// index as a signed number, and never wrapped. What leaves the signed 64 bits becomes their extreme. A negative
/// offset is the two's complement, which lies outside all bounds.
pub fn effective_offset(cursor: u32, index: u64, scale: u8, immediate: i32) -> u64 {
    let index = i128::from(index as i64) << scale.min(4);
    let offset = i128::from(cursor) + index + i128::from(immediate);
    offset.clamp(i64::MIN.into(), i64::MAX.into()) as i64 as u64
}

/// Some bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The offset of the first.
    pub offset: u64,
    /// How many.
    pub size: u64,
}

/// The parts of an access: what lies in the page of its first byte, and the rest. An access of nothing has none.
pub fn parts(offset: u64, size: u64) -> [Option<Span>; 2] {
    let room = PAGE_SIZE - offset % PAGE_SIZE;
    let lower = size.min(room);
    let span = |offset, size| {
        if size > 0 {
            Some(Span { offset, size })
        } else {
            None
        }
    };
    [
        span(offset, lower),
        span(offset.saturating_add(lower), size - lower),
    ]
}

/// The checks of a judgement, as they are made.
#[derive(Default)]
struct Checks {
    made: Causes,
    failed: Causes,
}

impl Checks {
    fn check(&mut self, cause: Causes, holds: bool) {
        self.made |= cause;
        if !holds {
            self.failed |= cause;
        }
    }

    /// Ends the judgement if a check of the stage failed.
    fn conclude(&self, stage: Stage, offset: u64, size: u64) -> Result<(), Denial> {
        match self.failed.first() {
            None => Ok(()),
            Some(cause) => Err(Denial {
                stage,
                cause,
                failed: self.failed,
                passed: self.made - self.failed,
                offset,
                size,
            }),
        }
    }
}

/// May the access happen?
///
/// 1. *Capability and descriptor*, of the whole access. An untagged value fails by its tag alone; a segment that is
///    not there is named only if all checks of the capability passed.
/// 2. *Page*, 3. *owner*, 4. *label*, of each part in order. A part has no effect before the other has passed.
///
/// The ring is the capability's. Transfers of control are judged by the first stage: the page and the labels of what
/// they lead to are those of the next fetch. A device has no pages; its label is its descriptor's.
pub fn judge(request: &Request, facts: &Facts) -> Verdict {
    let mut checks = Checks::default();
    match stages(request, facts, &mut checks) {
        Ok(()) => Verdict::Pass {
            passed: checks.made,
        },
        Err(denial) => Verdict::Fail(denial),
    }
}

fn stages(request: &Request, facts: &Facts, checks: &mut Checks) -> Result<(), Denial> {
    let descriptor = check_capability(request, &facts.capability, checks)
        .then(|| check_descriptor(request, facts, checks))
        .flatten();
    checks.conclude(Stage::Capability, request.offset, request.size)?;
    let Some(descriptor) = descriptor else {
        return Ok(());
    };
    if request.kind.touches_memory() {
        for (span, part) in parts(request.offset, request.size)
            .into_iter()
            .zip(facts.parts)
        {
            if let Some(span) = span {
                check_part(
                    request.kind,
                    span,
                    &part.unwrap_or(Part::ABSENT),
                    &descriptor,
                    facts,
                    checks,
                )?;
            }
        }
    } else if descriptor.has(DescriptorFlags::DEVICE) {
        check_labels(request.kind, LabelSet::of(descriptor.label), facts, checks);
        checks.conclude(Stage::Label, request.offset, request.size)?;
    }
    Ok(())
}

/// The checks of the capability alone; false if it is none, so that no other check means anything.
fn check_capability(request: &Request, capability: &Capability, checks: &mut Checks) -> bool {
    checks.check(Causes::TAG, capability.is_tagged());
    if !capability.is_tagged() {
        return false;
    }
    let needs = request.kind.requires();
    checks.check(Causes::SEAL, capability.kind() == needs.kind);
    checks.check(
        Causes::PERMISSION,
        capability.permissions().contains(needs.permissions),
    );
    let end = request.offset.checked_add(request.size);
    let inside = u64::from(capability.base()) <= request.offset
        && end.is_some_and(|end| end <= u64::from(capability.limit()));
    checks.check(Causes::BOUNDS, inside);
    let alignment = if request.capability_aligned {
        GRANULE_SIZE
    } else {
        needs.alignment
    };
    if alignment > 1 {
        checks.check(Causes::ALIGNMENT, request.offset.is_multiple_of(alignment));
    }
    true
}

/// The checks of the descriptor, if there is one.
fn check_descriptor(request: &Request, facts: &Facts, checks: &mut Checks) -> Option<Descriptor> {
    let capability = &facts.capability;
    let descriptor = match facts.descriptor {
        Lookup::Found(descriptor)
            if descriptor.has(DescriptorFlags::PRESENT) && capability.segment().0 != 0 =>
        {
            descriptor
        }
        _ if !checks.failed.is_empty() => return None,
        Lookup::OutsideMemory if capability.segment().0 != 0 => {
            checks.check(Causes::DESCRIPTOR, false);
            return None;
        }
        _ => {
            checks.check(Causes::SEGMENT, false);
            return None;
        }
    };
    let needs = request.kind.requires();
    checks.check(Causes::SEGMENT, true);
    checks.check(
        Causes::DESCRIPTOR,
        descriptor.is_well_formed(facts.memory_size),
    );
    checks.check(
        Causes::GENERATION,
        capability.generation() == descriptor.generation,
    );
    let transfer = check_ring(needs.ring, facts, &descriptor);
    checks.check(Causes::RING, !transfer.contains(Causes::RING));
    if needs.ring == RingRule::Call {
        checks.check(Causes::GATE, !transfer.contains(Causes::GATE));
    }
    checks.check(Causes::MODE, descriptor.has(needs.mode));
    if request.kind == AccessKind::StoreCapability {
        let holds = holds_capabilities(&descriptor)
            && !(request.private_value && capability.segment().is_system());
        checks.check(Causes::HOLD, holds);
    }
    checks.check(
        Causes::DEVICE,
        descriptor.has(DescriptorFlags::DEVICE) == needs.device,
    );
    let end = request.offset.checked_add(request.size);
    checks.check(
        Causes::BOUNDS,
        end.is_some_and(|end| end <= u64::from(descriptor.length)),
    );
    Some(descriptor)
}

/// What fails of the rings of the access, and of the gate for a call.
fn check_ring(rule: RingRule, facts: &Facts, descriptor: &Descriptor) -> Causes {
    let ring = facts.capability.ring();
    let brackets = descriptor.brackets;
    let allowed = match rule {
        RingRule::Write => brackets.may_write(ring),
        RingRule::Read => brackets.may_read(ring),
        RingRule::Execute => brackets.may_execute(ring),
        RingRule::Jump => brackets.may_execute(ring) && ring == facts.current,
        RingRule::Call => {
            return call_rule(facts.current, &facts.capability, descriptor)
                .err()
                .unwrap_or_default();
        }
        RingRule::Return => return_rule(facts.current, &facts.capability, descriptor).is_ok(),
        RingRule::Any => true,
    };
    if allowed {
        Causes::empty()
    } else {
        Causes::RING
    }
}

/// The later stages, of one part.
fn check_part(
    kind: AccessKind,
    span: Span,
    part: &Part,
    descriptor: &Descriptor,
    facts: &Facts,
    checks: &mut Checks,
) -> Result<(), Denial> {
    if descriptor.has(DescriptorFlags::PAGED) {
        match part.page {
            Lookup::Found(word) if word.allows(kind.stores()) => {
                checks.check(Causes::PAGE, true);
                checks.check(
                    Causes::DESCRIPTOR,
                    word.frame().extent_within(PAGE_SIZE, facts.memory_size),
                );
            }
            Lookup::Found(_) | Lookup::Absent => checks.check(Causes::PAGE, false),
            Lookup::OutsideMemory => checks.check(Causes::DESCRIPTOR, false),
        }
        checks.conclude(Stage::Page, span.offset, span.size)?;
    }
    checks.check(Causes::OWNER, part.owner >= 0);
    checks.conclude(Stage::Owner, span.offset, span.size)?;
    let labels = if part.owner == 0 {
        part.labels
    } else {
        LabelSet::of(descriptor.label)
    };
    check_labels(kind, labels, facts, checks);
    checks.conclude(Stage::Label, span.offset, span.size)
}

fn check_labels(kind: AccessKind, labels: LabelSet, facts: &Facts, checks: &mut Checks) {
    if facts.capability.ring() == Ring::KERNEL {
        return;
    }
    match kind.requires().flow {
        Flow::In => checks.check(Causes::LABEL, labels.is_subset(facts.read_labels)),
        Flow::Out => checks.check(Causes::LABEL, labels.is_subset(facts.write_labels)),
        Flow::None => {}
    }
}

/// May a segment with this descriptor hold capabilities at all?
fn holds_capabilities(descriptor: &Descriptor) -> bool {
    descriptor.has(DescriptorFlags::HOLD) && !descriptor.has(DescriptorFlags::DEVICE)
}

/// May this value be in this segment, as far as the segment decides? Data may be anywhere; a capability where the
/// descriptor lets capabilities be, and one of a private segment in private segments only.
pub fn may_hold(value: &Capability, segment: SegmentNumber, descriptor: &Descriptor) -> bool {
    !value.is_tagged()
        || holds_capabilities(descriptor) && !(segment.is_system() && value.is_private())
}

/// Does a value that was found tagged in memory arrive tagged? Only with the permission to load capabilities, from a
/// page of the machine's own, and only where the same value could be stored.
pub fn load_keeps_tag(
    value: &Capability,
    through: &Capability,
    descriptor: &Descriptor,
    segment: SegmentNumber,
    own_page: bool,
) -> bool {
    value.is_tagged()
        && own_page
        && through.permissions().contains(Permissions::LOAD_CAP)
        && may_hold(value, segment, descriptor)
}
