//! The rules that the suite shows, in sections. A file names its rules by number.
//!
//! Invariant: numbers rise from 1 without a gap, and every section is a folder of the suite.

/// Rules that belong together, and the folder of their files.
#[derive(Debug)]
pub struct Section {
    /// The folder in `tests/conformance/`.
    pub folder: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Its rules.
    pub rules: &'static [Rule],
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// The number by which files name it.
    pub number: u32,
    /// What it says, in a sentence or two.
    pub text: &'static str,
}

macro_rules! sections {
    ($($folder:literal $title:literal { $($number:literal $text:literal;)* })+) => {
        /// All sections, in order.
        pub const SECTIONS: &[Section] = &[$(Section {
            folder: $folder,
            title: $title,
            rules: &[$(Rule { number: $number, text: $text },)*],
        },)+];
    };
}

sections! {
    "tags" "Tags" {
        1 "A byte stored anywhere in a granule takes its tag.";
        2 "A store over the border of two granules takes both tags; one that ends at the border leaves the neighbour's. So at a page border.";
        3 "Untagged bits pass through capability registers unchanged. A capability copied as data has its bits and not its tag.";
        4 "A block copy keeps tags where both ends are aligned, drops them where not, and moves each granule once however often it is interrupted.";
        5 "What a device or a fill writes is untagged, and labels stay.";
        6 "A misaligned load or store of a capability traps, and nothing is written.";
        7 "No sequence of data instructions makes a tag.";
    }
    "derivation" "Derivation" {
        8 "Bounds only narrow.";
        9 "Permissions only go, and what is left is legal.";
        10 "The cursor roams all of its 32 bits, never reaches the segment number, and counts when it is used.";
        11 "Sealing and unsealing want the authority over the type; what is sealed is neither changed nor used.";
        12 "What is derived is within what it came from, and its ring is not lower.";
        13 "Any 128 bits survive being packed, read and moved.";
    }
    "flow" "Flow" {
        14 "Without load-capability nothing tagged is loaded; without store-capability, or where it may not be held, nothing tagged is stored.";
        15 "Without load-mutable what is loaded has no right to write, nor has what is loaded through that.";
        16 "Entry and return capabilities are good for one thing each. The bounds of an entry say nothing about an inner ring.";
    }
    "rings" "Rings" {
        17 "Brackets that are out of order trap every use.";
        18 "Kind of access, ring, brackets, permissions and modes: the whole table, with every check that fails.";
        19 "No confused deputy: an access is judged at the ring of the capability, which only weakens on its way through memory.";
        20 "Calls and jumps stay in their ring, or go inward by a gate.";
        21 "Returns go outward or stay, and leave nothing of the inner ring behind.";
        22 "Whatever the chain of calls, every ring has its stack and every preserved register as they were.";
        23 "Every privileged instruction traps in every ring but 0.";
        24 "What one ring did does not open anything to another: each access is judged anew.";
    }
    "revocation" "Revocation, paging, labels" {
        25 "A raised generation revokes every copy of a capability, wherever it is.";
        26 "A missing segment or page traps, can be mended, and the instruction counts once.";
        27 "What a store changed of descriptors, page tables and code holds from the next step on.";
        28 "Labels say what may flow, for every ring but 0, to the byte.";
    }
    "traps" "Traps, interrupts, time" {
        29 "A trap that cannot be delivered ends the machine. A saved context, however edited, gives an outer ring no more than it could hold.";
        30 "Waiting, lines, the timer, and block operations in chunks: nothing depends on when an interrupt comes.";
        31 "The clock counts an instruction once, however often it trapped before.";
    }
    "guests" "Guests" {
        32 "A machine comes to the same state at the same clock, however deep it runs.";
        33 "What a guest does with its own costs no exit. A device that is emulated costs one where it is emulated.";
        34 "What the map of a level lacks is a page trap of that level, on its `vmrun`; the levels between do not notice.";
        35 "A guest's capabilities are data to its hosts, and what a host writes takes the guest's tag.";
        36 "Whose tags and labels a page has is its owner's say; to lend it, take it back or use it again gives nobody more.";
        37 "Any page is a block, but none that a guest can reach; what is wrong with one is the host's trap.";
        38 "Events are offered from the innermost outward. To complete one, to let it proceed and to suspend the chain change nothing else.";
        39 "A run stops exactly at its budget, however nested, and nests are as deep as the outermost machine says.";
        40 "A machine that was stopped anywhere goes on elsewhere, with what is nested in it, to the same end.";
        41 "What ends a guest ends only the guest.";
    }
    "instructions" "Instructions" {
    }
    "found" "Found by comparing at random" {
    }
}

impl Rule {
    /// The rule of this number.
    pub fn numbered(number: u32) -> Option<&'static Rule> {
        SECTIONS
            .iter()
            .flat_map(|section| section.rules)
            .find(|rule| rule.number == number)
    }
}

impl Section {
    /// The section whose folder a path begins with.
    pub fn of(path: &str) -> Option<&'static Section> {
        let (folder, _) = path.split_once('/')?;
        SECTIONS.iter().find(|section| section.folder == folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_numbered_from_one() {
        let numbers = SECTIONS.iter().flat_map(|section| section.rules);
        assert!(numbers.map(|rule| rule.number).eq(1..=41));
    }
}
