//! The causes of traps: their order, and which of several is the cause.

use isa::{Cause, Causes, Trap};

use crate::answer::lowest;
use crate::rows::Rows;

/// The most urgent first.
const ORDER: [&str; 24] = [
    "illegal",
    "privilege",
    "tag",
    "seal",
    "permission",
    "bounds",
    "alignment",
    "cursor",
    "segment",
    "generation",
    "descriptor",
    "ring",
    "mode",
    "hold",
    "device",
    "page",
    "owner",
    "label",
    "gate",
    "link",
    "divide",
    "depth",
    "software",
    "interrupt",
];

#[test]
fn the_order() {
    assert_eq!(Cause::ALL.len(), ORDER.len());
    for (&cause, (number, name)) in Cause::ALL.iter().zip((1..).zip(ORDER)) {
        assert_eq!((cause.number(), cause.name()), (number, name));
        assert_eq!(Cause::from_number(number.into()), Some(cause));
        assert_eq!(Cause::from_name(name), Some(cause));
        assert_eq!(Causes::from(cause).bits(), 1 << number);
    }
    for number in (25..300).chain([0, u64::MAX, 1 << 32]) {
        assert_eq!(Cause::from_number(number), None);
    }
    assert_eq!(Cause::from_name("nothing"), None);
}

/// All sets of causes: the lowest number is the cause, all of them are in the record, and they print in that order.
#[test]
fn the_most_urgent() {
    Rows::new("which of several causes is the cause", 1 << 24, 251).hold(|row| {
        let bits = (row as u32) << 1;
        let failed = Causes::from_bits(bits).expect("only causes");
        let cause = lowest(bits);
        assert_eq!(
            failed.first().map(|cause| cause.number().into()),
            (cause > 0).then_some(cause)
        );
        let trap = Trap::from_causes(failed);
        assert_eq!(u32::from(trap.cause.number()), cause.max(1));
        assert_eq!(trap.failed.bits(), if bits == 0 { 2 } else { bits });
        if row % 16 == 0 {
            let names: Vec<&str> = (0..24)
                .filter(|place| row >> place & 1 == 1)
                .map(|place| ORDER[place])
                .collect();
            assert_eq!(failed.to_string(), names.join(", "));
        }
    });
}
