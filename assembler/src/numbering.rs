//! The numbers of segments: those that are asked for, and free ones for the
//! others.
//!
//! Invariant: no two segments get one number, and a program's never get one
//! that belongs to the machine, but in place of a device.

use std::collections::HashMap;

use isa::{DescriptorFlags, abi};

use crate::segment::SegmentOptions;

/// What a segment brings to the giving of numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) name: &'a str,
    pub(crate) options: &'a SegmentOptions,
    /// The number that the machine gives it; none if it is the program's.
    pub(crate) machine: Option<u16>,
    /// Whether the program speaks of it, and does not only begin in it.
    pub(crate) opened: bool,
    /// Whether it gets a number at all.
    pub(crate) dropped: bool,
}

/// What came of it, for each segment in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbered {
    Number(u16),
    /// It is not in the image: dropped before, or a device of the machine whose
    /// place the program takes.
    Dropped,
    Refused,
}

/// Why a segment gets no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The segment, by position.
    pub(crate) index: usize,
    /// The whole message.
    pub(crate) message: String,
    /// The segment that has the number, by position.
    pub(crate) other: Option<usize>,
}

/// What to do about a refusal.
pub(crate) const ADVICE: &str = "without `number(…)` the assembler chooses a free one";

/// Gives every segment a number: first those that ask for one, then the others
/// in the order in which they stand.
pub(crate) fn number(claims: &[Claim<'_>]) -> (Vec<Numbered>, Vec<Refusal>) {
    let mut given = vec![Numbered::Refused; claims.len()];
    let mut set = |index: usize, to: Numbered| {
        if let Some(place) = given.get_mut(index) {
            *place = to;
        }
    };
    let mut refusals = Vec::new();
    let mut taken: HashMap<u16, usize> = HashMap::new();
    // The machine's own segments come first, but for devices whose place the program takes.
    for (index, claim) in claims.iter().enumerate() {
        match claim.machine {
            Some(number) if replaces(claims, number, claim.options) => {
                set(index, Numbered::Dropped);
            }
            Some(number) => {
                taken.insert(number, index);
                set(index, Numbered::Number(number));
            }
            None if claim.dropped => set(index, Numbered::Dropped),
            None => {}
        }
    }
    let mut waiting = Vec::new();
    let own = claims.iter().enumerate();
    for (index, claim) in own.filter(|(_, claim)| claim.machine.is_none() && !claim.dropped) {
        match claim.options.asked_number() {
            None => waiting.push((index, claim)),
            Some(number) => match refusal(claims, claim, number, &taken) {
                Some((reason, other)) => refusals.push(Refusal {
                    index,
                    message: format!("{reason} `{}`", claim.name),
                    other,
                }),
                None => {
                    taken.insert(number, index);
                    set(index, Numbered::Number(number));
                }
            },
        }
    }
    let (mut system, mut private) = (abi::SEGMENT_SYSTEM, abi::SEGMENT_PRIVATE);
    for (index, claim) in waiting {
        let (next, end) = if claim.options.system {
            (&mut system, abi::SYSTEM_LIMIT)
        } else {
            (&mut private, u16::MAX)
        };
        while *next < end && taken.contains_key(next) {
            *next += 1;
        }
        if *next == end {
            let message = format!("no segment number is left for `{}`", claim.name);
            refusals.push(Refusal {
                index,
                message,
                other: None,
            });
            continue;
        }
        taken.insert(*next, index);
        set(index, Numbered::Number(*next));
    }
    (given, refusals)
}

/// Whether the program takes the place of a device of the machine.
fn replaces(claims: &[Claim<'_>], number: u16, device: &SegmentOptions) -> bool {
    let flag = DescriptorFlags::DEVICE;
    device.has(flag)
        && claims.iter().any(|other| {
            other.opened
                && (other.options.has(flag) && other.options.slot == device.slot
                    || other.options.number == Some(number))
        })
}

/// Why a segment cannot have a number, in words that end in front of its name.
fn refusal(
    claims: &[Claim<'_>],
    claim: &Claim<'_>,
    number: u16,
    taken: &HashMap<u16, usize>,
) -> Option<(String, Option<usize>)> {
    let device = claim.options.has(DescriptorFlags::DEVICE);
    let devices = abi::SEGMENT_DEVICES..abi::SEGMENT_SYSTEM;
    if let Some(other) = taken.get(&number) {
        let name = claims.get(*other).map_or("", |other| other.name);
        let reason =
            format!("segment number {number} is that of `{name}`, so it cannot be that of");
        return Some((reason, Some(*other)));
    }
    if number < abi::SEGMENT_SYSTEM && !(device && devices.contains(&number)) {
        let reason =
            format!("segment number {number} belongs to the machine and cannot be that of");
        return Some((reason, None));
    }
    if claim.options.system && number >= abi::SYSTEM_LIMIT {
        let reason = format!(
            "segment number {number} is not below 256, which it must be for the system segment"
        );
        return Some((reason, None));
    }
    None
}
