//! From a request to bytes: gathers the facts by walking the maps in memory, asks the one rule of access, and moves
//! bytes and granules where it said yes.
//!
//! Invariant: nothing is remembered from one access to the next. Every access reads descriptor, page words, owners
//! and labels anew, so that what a store changed counts from the next access on.

use super::Machine;
use super::memory::Granule;
use crate::access::{self, AccessKind, Facts, Lookup, Part, Request, Span, Verdict};
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::descriptor::{DESCRIPTOR_SIZE, Descriptor, DescriptorFlags};
use crate::instruction::C;
use crate::instruction::operand::{Index, Memory, Offset};
use crate::label::LabelSet;
use crate::page::PageWord;
use crate::trap::{Trap, TrapRegister};

/// A capability and the register that a trap record names for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Through {
    pub(super) capability: Capability,
    pub(super) register: TrapRegister,
}

/// The bytes of an access in one page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) real: Real,
    pub(super) size: u64,
    /// Whether the page is the machine's own, so that its tags and granule labels are.
    pub(super) own: bool,
}

/// An access that may happen, and where its bytes are: in one page or in two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) through: Capability,
    pub(super) descriptor: Descriptor,
    pieces: [Option<Piece>; 2],
}

impl Place {
    pub(super) fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.pieces.into_iter().flatten()
    }

    /// Where the first byte is; for an access of granules, which never crosses a page, this is all there is to
    /// know.
    pub(super) fn first(&self) -> Piece {
        self.pieces[0].unwrap_or(Piece {
            real: Real(u64::MAX),
            size: 0,
            own: false,
        })
    }
}

impl Machine {
    /// What the rule of access says of this request through this capability, as the machine is now. Changes
    /// nothing.
    pub fn examine(&self, capability: &Capability, request: &Request) -> Verdict {
        access::judge(request, &self.facts(capability, request))
    }

    /// The descriptor of a segment, from the descriptor segment in memory.
    pub fn descriptor(&self, segment: SegmentNumber) -> Lookup<Descriptor> {
        let number = u64::from(segment.0);
        if number >= self.process.descriptor_count {
            return Lookup::Absent;
        }
        let place = Real(self.process.descriptor_base).checked_add(number * DESCRIPTOR_SIZE);
        let bytes = place.and_then(|place| self.memory.read(place, DESCRIPTOR_SIZE).ok());
        match bytes.and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => Lookup::Found(Descriptor::from_bytes(bytes)),
            None => Lookup::OutsideMemory,
        }
    }

    /// The descriptor of a segment that is there.
    pub fn present(&self, segment: SegmentNumber) -> Option<Descriptor> {
        match self.descriptor(segment) {
            Lookup::Found(descriptor)
                if segment.0 != 0 && descriptor.has(DescriptorFlags::PRESENT) =>
            {
                Some(descriptor)
            }
            _ => None,
        }
    }

    /// The page word for an offset in a segment with pages.
    pub fn page_word(&self, descriptor: &Descriptor, offset: u64) -> Lookup<PageWord> {
        match descriptor
            .page_word_of(offset)
            .and_then(|place| self.memory.read_word(place).ok())
        {
            Some(word) => Lookup::Found(PageWord(word)),
            None => Lookup::OutsideMemory,
        }
    }

    /// Where the byte at an offset of a segment is in real memory, if the maps lead there.
    pub fn real(&self, descriptor: &Descriptor, offset: u64) -> Option<Real> {
        if !descriptor.has(DescriptorFlags::PAGED) {
            return descriptor.real_of(offset);
        }
        match self.page_word(descriptor, offset) {
            Lookup::Found(word) => Some(word.real_of(offset)),
            _ => None,
        }
    }

    fn facts(&self, capability: &Capability, request: &Request) -> Facts {
        let descriptor = self.descriptor(capability.segment());
        let parts = match descriptor {
            Lookup::Found(found) if request.kind.touches_memory() && request.size <= PAGE_SIZE => {
                access::parts(request.offset, request.size)
                    .map(|span| span.map(|span| self.part(&found, span)))
            }
            _ => [None; 2],
        };
        Facts {
            capability: *capability,
            current: self.pc.ring(),
            descriptor,
            memory_size: self.memory.size(),
            parts,
            read_labels: self.process.read_labels,
            write_labels: self.process.write_labels,
        }
    }

    fn part(&self, descriptor: &Descriptor, span: Span) -> Part {
        let page = match descriptor.has(DescriptorFlags::PAGED) {
            true => self.page_word(descriptor, span.offset),
            false => Lookup::Absent,
        };
        let Some(real) = self.real(descriptor, span.offset) else {
            return Part {
                page,
                ..Part::ABSENT
            };
        };
        Part {
            page,
            owner: i32::from(self.memory.owner(real)),
            labels: self.labels(real, span.size),
        }
    }

    /// The labels of the granules that these bytes of one page meet.
    fn labels(&self, real: Real, size: u64) -> LabelSet {
        let first = real.0 - real.0 % GRANULE_SIZE;
        let mut labels = LabelSet::EMPTY;
        for at in (first..real.0.saturating_add(size)).step_by(GRANULE_SIZE as usize) {
            labels.insert(self.memory.label(Real(at)));
        }
        labels
    }

    /// The capability of a register, as an access goes through it.
    pub(super) fn through(&self, register: C) -> Through {
        Through {
            capability: self.get_c(register),
            register: TrapRegister(register.number()),
        }
    }

    /// The offset that `[c + r << scale + immediate]` names.
    pub(super) fn offset(&self, m: Memory) -> u64 {
        let Index {
            register,
            scale,
            immediate,
        } = m.index;
        access::effective_offset(
            self.get_c(m.base).cursor(),
            self.get_r(register),
            scale,
            immediate,
        )
    }

    /// The offset that `[c + immediate]` names.
    pub(super) fn plain_offset(&self, m: Offset) -> u64 {
        access::effective_offset(self.get_c(m.base).cursor(), 0, 0, m.immediate)
    }

    /// Asks the rule of access, and finds the bytes.
    pub(super) fn check(&self, through: Through, request: Request) -> Result<Place, Trap> {
        let facts = self.facts(&through.capability, &request);
        let denied = |denial: access::Denial| {
            denial.trap(
                request.kind,
                &through.capability,
                through.register,
                self.pc.ring(),
            )
        };
        access::judge(&request, &facts).allowed().map_err(denied)?;
        let descriptor = match facts.descriptor {
            Lookup::Found(descriptor) => descriptor,
            _ => Descriptor::default(),
        };
        let piece = |span: Span| {
            let real = self.real(&descriptor, span.offset)?;
            Some(Piece {
                real,
                size: span.size,
                own: self.memory.owner(real) == 0,
            })
        };
        let pieces = match request.kind.touches_memory() {
            true => access::parts(request.offset, request.size).map(|span| span.and_then(piece)),
            false => [None; 2],
        };
        Ok(Place {
            through: through.capability,
            descriptor,
            pieces,
        })
    }

    /// Checks an access of `size` bytes at the cursor of a register.
    pub(super) fn check_at(&self, register: C, kind: AccessKind, size: u64) -> Result<Place, Trap> {
        let through = self.through(register);
        self.check(
            through,
            Request::new(kind, through.capability.cursor().into(), size),
        )
    }

    /// The bytes of a place.
    pub(super) fn read(&self, place: &Place) -> Vec<u8> {
        let bytes = |piece: Piece| self.memory.read(piece.real, piece.size).unwrap_or_default();
        place.pieces().flat_map(bytes).copied().collect()
    }

    /// The bytes of a place of as many; zero where it has fewer.
    pub(super) fn read_array<const N: usize>(&self, place: &Place) -> [u8; N] {
        let mut bytes = self.read(place);
        bytes.resize(N, 0);
        bytes.try_into().unwrap_or([0; N])
    }

    /// The bytes of a place of at most eight, as a little-endian number.
    pub(super) fn read_number(&self, place: &Place) -> u64 {
        self.read(place)
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Stores bytes in a place of as many, which clears the tags of the granules that they touch.
    pub(super) fn write(&mut self, place: &Place, bytes: &[u8]) {
        let mut rest = bytes;
        for piece in place.pieces() {
            let (here, after) = rest.split_at(rest.len().min(piece.size as usize));
            let written = self.memory.write(piece.real, here);
            debug_assert!(
                written.is_ok(),
                "the rule of access lets no byte be outside memory"
            );
            rest = after;
        }
    }

    /// What a load of the granule at `real` into a capability register gives, through this place.
    pub(super) fn load_granule(&self, place: &Place, real: Real, own: bool) -> Capability {
        let Ok(Granule { bits, valid }) = self.memory.granule(real) else {
            return Capability::NULL;
        };
        let found = Capability::restored(bits, valid);
        let segment = place.through.segment();
        if access::load_keeps_tag(&found, &place.through, &place.descriptor, segment, own) {
            found.loaded(&place.through, place.descriptor.brackets.r1)
        } else {
            found.untag()
        }
    }

    /// The capability in a place of one granule, as a load gives it.
    pub(super) fn load_capability(&self, place: &Place) -> Capability {
        let Piece { real, own, .. } = place.first();
        self.load_granule(place, real, own)
    }

    /// Stores a capability in a place of one granule; in a page of another owner it loses its tag.
    pub(super) fn store_capability(&mut self, place: &Place, value: Capability) {
        let Piece { real, own, .. } = place.first();
        self.store_granule(real, value, own);
    }

    /// Stores a capability in the granule at `real`; without `own` it loses its tag.
    pub(super) fn store_granule(&mut self, real: Real, value: Capability, own: bool) {
        let granule = Granule {
            bits: value.bits(),
            valid: value.is_tagged() && own,
        };
        let written = self.memory.set_granule(real, granule);
        debug_assert!(
            written.is_ok(),
            "the rule of access lets no granule be outside memory"
        );
    }
}
