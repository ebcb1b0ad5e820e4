//! Transfers of control between procedures and rings.
//!
//! Control goes inward only to a gate, whose address and bounds are the descriptor's and never the caller's; it goes
//! outward only by a return.

use crate::address::{INSTRUCTION_SIZE, SEGMENT_SIZE_MAX, SegmentNumber};
use crate::capability::{Capability, Fields, Kind};
use crate::descriptor::{Descriptor, DescriptorFlags};
use crate::permission::Permissions;
use crate::ring::Ring;
use crate::trap::Causes;

/// How a call that is allowed is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// In the same ring: the program counter is the entry capability, as data.
    Same,
    /// Inward, by a gate: the program counter is [`text_capability`] of the segment in its ring `r2`.
    Gate,
}

/// May ring `current` call this entry capability of a segment with this descriptor, and how?
///
/// Within the bracket it is a call of the same ring, and the entry has to be of exactly that ring. From a ring above
/// `r2` it is an inward call: neither ring may be above `r3`, and the cursor has to be at a gate. From below `r1` it
/// would be an outward call. Fails by `RING` and `GATE`; the other checks of a call are the rule of access's.
pub fn call_rule(
    current: Ring,
    target: &Capability,
    descriptor: &Descriptor,
) -> Result<CallKind, Causes> {
    let brackets = descriptor.brackets;
    if current <= brackets.r2 {
        let same = brackets.r1 <= current && target.ring() == current;
        return if same {
            Ok(CallKind::Same)
        } else {
            Err(Causes::RING)
        };
    }
    let cursor = u64::from(target.cursor());
    let gate = cursor.is_multiple_of(INSTRUCTION_SIZE)
        && cursor / INSTRUCTION_SIZE < u64::from(descriptor.gates);
    let near = brackets.may_call(current.max(target.ring()));
    match (near, gate) {
        (true, true) => Ok(CallKind::Gate),
        (true, false) => Err(Causes::GATE),
        (false, true) => Err(Causes::RING),
        (false, false) => Err(Causes::RING | Causes::GATE),
    }
}

/// May ring `current` return through this capability to a segment with this descriptor? The ring returned to is the
/// capability's: not below the current one, and in the execute bracket. Fails by `RING`.
pub fn return_rule(
    current: Ring,
    target: &Capability,
    descriptor: &Descriptor,
) -> Result<(), Causes> {
    let ring = target.ring();
    if current <= ring && descriptor.brackets.may_execute(ring) {
        Ok(())
    } else {
        Err(Causes::RING)
    }
}

/// The code capability to a whole segment, as the machine makes it for a program counter: of the descriptor's length
/// and generation, with execute, and read if the segment may be read.
pub fn text_capability(
    segment: SegmentNumber,
    descriptor: &Descriptor,
    ring: Ring,
    cursor: u32,
) -> Capability {
    let read = if descriptor.has(DescriptorFlags::READ) {
        Permissions::READ
    } else {
        Permissions::empty()
    };
    Capability::new(Fields {
        cursor,
        segment,
        ring,
        generation: descriptor.generation,
        kind: Kind::Data,
        spare: 0,
        base: 0,
        limit: u64::from(descriptor.length).min(SEGMENT_SIZE_MAX) as u32,
        permissions: Permissions::EXECUTE | read,
    })
}
