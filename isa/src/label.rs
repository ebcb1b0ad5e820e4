//! Labels of memory granules, and the sets of them that a process may read and write.
//!
//! Labels have no order here: the kernel computes the sets from its lattice, and hardware only looks them up.

use std::fmt;

/// The label of a granule, a segment or a device.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u8);

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "label {}", self.0)
    }
}

/// A set of labels. Label `n` is bit `n % 64` of word `n / 64`; in memory the words stand in order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct LabelSet(pub [u64; 4]);

impl LabelSet {
    /// No label.
    pub const EMPTY: LabelSet = LabelSet([0; 4]);
    /// Every label.
    pub const ALL: LabelSet = LabelSet([u64::MAX; 4]);

    /// The set of one label.
    pub fn of(label: Label) -> LabelSet {
        let mut set = LabelSet::EMPTY;
        set.insert(label);
        set
    }

    /// Is the label in the set?
    pub fn contains(self, label: Label) -> bool {
        self.0[usize::from(label.0 >> 6)] >> (label.0 & 63) & 1 == 1
    }

    /// Puts the label into the set.
    pub fn insert(&mut self, label: Label) {
        self.0[usize::from(label.0 >> 6)] |= 1 << (label.0 & 63);
    }

    /// Takes the label out of the set.
    pub fn remove(&mut self, label: Label) {
        self.0[usize::from(label.0 >> 6)] &= !(1 << (label.0 & 63));
    }

    /// Is every label of this set in the other?
    pub fn is_subset(self, other: LabelSet) -> bool {
        self.0
            .iter()
            .zip(other.0)
            .all(|(mine, theirs)| mine & !theirs == 0)
    }

    /// The labels of the set, in rising order.
    pub fn iter(self) -> impl Iterator<Item = Label> {
        (0..=u8::MAX)
            .map(Label)
            .filter(move |&label| self.contains(label))
    }

    /// The 32 bytes that stand for the set in a process block.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// The set that 32 bytes of a process block stand for.
    pub fn from_bytes(bytes: &[u8; 32]) -> LabelSet {
        let mut set = LabelSet::EMPTY;
        for (index, byte) in bytes.iter().enumerate() {
            set.0[index / 8] |= u64::from(*byte) << (index % 8 * 8);
        }
        set
    }
}

impl fmt::Display for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == LabelSet::ALL {
            return f.write_str("all");
        }
        f.debug_set()
            .entries(self.iter().map(|label| label.0))
            .finish()
    }
}

impl fmt::Debug for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "labels {self}")
    }
}
