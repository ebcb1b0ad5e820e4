//! What becomes of a capability on its way through memory and over rings.

use isa::access::{load_keeps_tag, may_hold};
use isa::{Ring, SegmentNumber};

use crate::permissions::legal_sets;
use crate::plain::*;
use crate::question::PlainDescriptor;
use crate::rows::{Digits, Rows};

/// The weakest of these rings.
fn weakest(rings: &[u64]) -> u64 {
    (0..8).rfind(|ring| rings.contains(ring)).unwrap_or(0)
}

/// What is left of permissions that came through a capability without load-mutable.
const READ_ONLY: u64 = 255 - W - S - M;

/// A tagged value as it arrives: the ring is the weakest of its own, the pointer's and r1, but for what software has
/// sealed; without load-mutable in the pointer it has no right to change anything.
fn loaded(value: Plain, through: Plain, r1: u64) -> Plain {
    if !value.tag {
        return value;
    }
    let ring = match value.kind {
        4..32 => value.ring,
        _ => weakest(&[value.ring, through.ring, r1]),
    };
    let permissions = match through.permissions & M {
        0 => value.permissions & READ_ONLY,
        _ => value.permissions,
    };
    Plain {
        ring,
        permissions,
        ..value
    }
}

#[test]
fn rings_and_rights_of_what_is_loaded() {
    let rows = 2 * 32 * 8 * 8 * 8 * 256 * 2;
    Rows::new("rings and rights of what is loaded", rows, 7).hold(|row| {
        let mut digits = Digits(row);
        let tag = !digits.flag();
        let kind = digits.next(32);
        let (ring, r1) = (digits.next(8), digits.next(8));
        let through = Plain {
            tag: true,
            ring: digits.next(8),
            ..Plain::default()
        };
        let value = Plain {
            tag,
            kind,
            ring,
            permissions: digits.next(256),
            segment: 0xa5a5,
            cursor: 0x1234_5678,
            base: 0xabc_def0,
            limit: 0xfed_cba9,
            generation: 0x2a,
            spare: 2,
        };
        let through = Plain {
            permissions: R + L + M * digits.next(2),
            ..through
        };
        let arrived = value
            .capability()
            .loaded(&through.capability(), Ring::from_bits(r1));
        assert_eq!(Plain::of(&arrived), loaded(value, through, r1));
        let raised = value.capability().raised(Ring::from_bits(r1));
        // Raising is loading through nothing that would weaken it otherwise.
        let strong = Plain {
            ring: 0,
            permissions: M,
            ..through
        };
        assert_eq!(Plain::of(&raised), loaded(value, strong, r1));
        assert_eq!(value.capability().is_software_sealed(), tag && kind >= 4);
    });
}

/// What a load takes from a legal set leaves a legal set.
#[test]
fn what_is_loaded_stays_legal() {
    for set in legal_sets() {
        assert!(legal_sets().contains(&(set & READ_ONLY)), "{set:#x}");
    }
}

/// A load yields a tag only where the same value could be stored: with load-capability, from a page of one's own, in a
/// segment that may hold it.
#[test]
fn tags_of_what_is_loaded() {
    let segments = [1, 255, 256, 0xffff];
    Rows::new("tags of what is loaded", 2 * 2 * 256 * 4 * 4 * 128, 1).hold(|row| {
        let mut digits = Digits(row);
        let (tag, own) = (digits.flag(), digits.flag());
        let permissions = digits.next(256);
        let (from, names) = (
            segments[digits.next(4) as usize],
            segments[digits.next(4) as usize],
        );
        let [present, read, write, execute, hold, device, paged] =
            std::array::from_fn(|_| digits.flag());
        let plain = PlainDescriptor {
            present,
            read,
            write,
            execute,
            hold,
            device,
            paged,
            ..PlainDescriptor::default()
        };
        let value = Plain {
            tag,
            segment: names,
            ..Plain::default()
        }
        .capability();
        let through = Plain {
            tag: true,
            permissions,
            ..Plain::default()
        }
        .capability();
        let (segment, descriptor) = (SegmentNumber(from as u16), plain.descriptor());

        let system_to_private = from < 256 && names >= 256;
        let room = hold && !device && !system_to_private;
        assert_eq!(may_hold(&value, segment, &descriptor), !tag || room);
        assert_eq!(
            load_keeps_tag(&value, &through, &descriptor, segment, own),
            tag && own && permissions & L != 0 && room
        );
        assert_eq!(value.is_private(), tag && names >= 256);
        assert_eq!(segment.is_system(), from < 256);
    });
}
