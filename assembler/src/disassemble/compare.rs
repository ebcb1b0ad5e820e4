//! Whether two images are the same to a machine and to whoever looks at names.
//!
//! Source lines are left out: sources differ. Relocations and gates are in
//! segments that are compared: the table of each, and the descriptors.

use crate::image::{Image, Segment};

/// The first difference of two images, in words; none if they have the same
/// entry, segments with the same loaded bytes, and symbols.
pub fn difference(one: &Image, other: &Image) -> Option<String> {
    if one.entry() != other.entry() {
        let (one, other) = (one.entry(), other.entry());
        return Some(format!("the entry is {other:#x} instead of {one:#x}"));
    }
    let count = one.segments().len().max(other.segments().len());
    for index in 0..count {
        match (one.segments().get(index), other.segments().get(index)) {
            (Some(one), Some(other)) => {
                if let Some(difference) = segment(one, other) {
                    return Some(difference);
                }
            }
            (one, other) => {
                let name = one.or(other).map_or("", |segment| &segment.name);
                return Some(format!("the segment `{name}` is in one image alone"));
            }
        }
    }
    let count = one.symbols().len().max(other.symbols().len());
    (0..count).find_map(|index| {
        let (one, other) = (one.symbols().get(index), other.symbols().get(index));
        if one == other {
            return None;
        }
        let name = one.or(other).map_or("", |symbol| &symbol.name);
        Some(format!("the symbol `{name}` is not the same, or not there"))
    })
}

fn segment(one: &Segment, other: &Segment) -> Option<String> {
    let name = &one.name;
    if one.name != other.name || one.number != other.number {
        return Some(format!("the segment `{name}` is another"));
    }
    if one.length != other.length || one.real != other.real {
        return Some(format!("the segment `{name}` is not as long, or elsewhere"));
    }
    let length = one.bytes.len().max(other.bytes.len());
    let at = (0..length).find(|at| {
        let byte = |segment: &Segment| segment.bytes.get(*at).copied().unwrap_or(0);
        byte(one) != byte(other)
    })?;
    Some(format!("the segment `{name}` differs at offset {at:#x}"))
}
