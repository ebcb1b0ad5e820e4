//! An access and its facts as plain numbers, and the same for `isa`.

use isa::access::{AccessKind, Facts, Lookup, Part, Request};
use isa::{Descriptor, LabelSet, PageWord, Ring};

use crate::plain::Plain;

/// What a lookup in a map gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    Absent,
    Outside,
    Here(T),
}

impl<T> Found<T> {
    fn lookup<V>(self, value: impl Fn(T) -> V) -> Lookup<V> {
        match self {
            Found::Absent => Lookup::Absent,
            Found::Outside => Lookup::OutsideMemory,
            Found::Here(found) => Lookup::Found(value(found)),
        }
    }
}

/// A segment descriptor as plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlainDescriptor {
    pub(crate) base: u64,
    pub(crate) length: u64,
    pub(crate) gates: u64,
    pub(crate) linkage: u64,
    pub(crate) present: bool,
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) execute: bool,
    pub(crate) hold: bool,
    pub(crate) device: bool,
    pub(crate) paged: bool,
    /// r1, r2, r3.
    pub(crate) brackets: [u64; 3],
    pub(crate) label: u64,
    pub(crate) generation: u64,
    /// The bits that are software's: 7, 17 to 23 and 38 to 63 of word 2, each at its place; and word 3.
    pub(crate) software: [u64; 2],
}

/// The bits of word 2 that are software's.
pub(crate) const SOFTWARE_OF_WORD_2: u64 = (1 << 7) + (0x7f << 17) + (0x3ff_ffff << 38);

impl PlainDescriptor {
    /// The four words, by the drawing of the manual.
    pub(crate) fn words(&self) -> [u64; 4] {
        let flags = [
            self.present,
            self.read,
            self.write,
            self.execute,
            self.hold,
            self.device,
            self.paged,
        ];
        let mut rights = self.software[0];
        for (flag, value) in flags.into_iter().zip([1, 2, 4, 8, 16, 32, 64]) {
            rights += if flag { value } else { 0 };
        }
        let [r1, r2, r3] = self.brackets;
        rights += r1 * 0x100 + r2 * 0x800 + r3 * 0x4000;
        rights += self.label * 0x100_0000 + self.generation * 0x1_0000_0000;
        let sizes = self.length + self.gates * 0x1_0000_0000 + self.linkage * 0x1_0000_0000_0000;
        [self.base, sizes, rights, self.software[1]]
    }

    pub(crate) fn descriptor(&self) -> Descriptor {
        Descriptor::decode(self.words())
    }
}

/// What is known of the bytes of an access in one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlainPart {
    pub(crate) page: Found<u64>,
    pub(crate) owner: i64,
    pub(crate) labels: [u64; 4],
}

/// All that the rule of access may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The number of the kind of access.
    pub(crate) kind: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    /// Does it move a whole granule?
    pub(crate) granule: bool,
    /// Is a capability stored that names a private segment?
    pub(crate) private: bool,
    pub(crate) through: Plain,
    pub(crate) current: u64,
    pub(crate) descriptor: Found<PlainDescriptor>,
    pub(crate) memory: u64,
    pub(crate) parts: [Option<PlainPart>; 2],
    pub(crate) may_read: [u64; 4],
    pub(crate) may_write: [u64; 4],
}

impl Question {
    pub(crate) fn access_kind(&self) -> AccessKind {
        AccessKind::from_number(self.kind).expect("a kind")
    }

    pub(crate) fn request(&self) -> Request {
        Request {
            kind: self.access_kind(),
            offset: self.offset,
            size: self.size,
            capability_aligned: self.granule,
            private_value: self.private,
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        Facts {
            capability: self.through.capability(),
            current: Ring::from_bits(self.current),
            descriptor: self.descriptor.lookup(|found| found.descriptor()),
            memory_size: self.memory,
            parts: self.parts.map(|part| {
                part.map(|part| Part {
                    page: part.page.lookup(PageWord),
                    owner: part.owner as i32,
                    labels: LabelSet(part.labels),
                })
            }),
            read_labels: LabelSet(self.may_read),
            write_labels: LabelSet(self.may_write),
        }
    }
}
