//! From a request to bytes: gathers the facts by walking the maps in memory, asks the one rule of access, and moves
//! bytes and granules where it said yes.
//!
//! Invariant: nothing is remembered from one access to the next. Every access reads descriptor, page words, owners
//! and labels anew, so that what a store changed counts from the next access on.

use super::Machine;
use super::memory::Granule;
use super::translate::{Fault, Walk};
use crate::access::{self, AccessKind, Denial, Facts, Lookup, Part, Request, Span, Stage, Verdict};
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::descriptor::{DESCRIPTOR_SIZE, Descriptor, DescriptorFlags};
use crate::instruction::C;
use crate::instruction::operand::{Index, Memory, Offset};
use crate::label::LabelSet;
use crate::page::{PageFlags, PageWord};
use crate::trap::{Cause, Causes, TrapRegister};

/// A capability and the register that a trap record names for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Through {
    pub(super) capability: Capability,
    pub(super) register: TrapRegister,
}

impl Through {
    /// Nothing, through which no access goes.
    pub(super) const NONE: Through = Through {
        capability: Capability::NULL,
        register: TrapRegister::NONE,
    };
}

/// The bytes of an access in one page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// Where they are in the real memory of the machine that has the access.
    pub(super) real: Real,
    /// Where they are in the memory of the outermost machine, and so in [`Machine::memory`].
    pub(super) outermost: Real,
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
            outermost: Real(u64::MAX),
            size: 0,
            own: false,
        })
    }
}

/// What is known of an access: the facts for the rule, where its parts are, and what kept the rest from being known.
struct Gathered {
    facts: Facts,
    pieces: [Option<Piece>; 2],
    /// The real addresses of the parts, as far as the machine's own map leads.
    reals: [Option<Real>; 2],
    fault: Option<Fault>,
}

impl Gathered {
    fn place(&self) -> Place {
        Place {
            through: self.facts.capability,
            descriptor: match self.facts.descriptor {
                Lookup::Found(descriptor) => descriptor,
                _ => Descriptor::default(),
            },
            pieces: self.pieces,
        }
    }
}

/// The same of a part.
struct GatheredPart {
    part: Part,
    piece: Option<Piece>,
    real: Option<Real>,
    fault: Option<Fault>,
}

impl Default for GatheredPart {
    fn default() -> GatheredPart {
        GatheredPart {
            part: UNKNOWN,
            piece: None,
            real: None,
            fault: None,
        }
    }
}

/// A part of which nothing is known yet, for which nothing is held against it.
const UNKNOWN: Part = Part {
    page: Lookup::Found(PageWord::new(Real(0), PageFlags::all())),
    owner: 0,
    labels: LabelSet::EMPTY,
};

impl Machine {
    /// What the rule of access says of this request through this capability, as the machine is now. Where its hosts
    /// keep it from being known, nothing is held against it. Changes nothing.
    pub fn examine(&self, capability: &Capability, request: &Request) -> Verdict {
        let walk = &mut Walk::default();
        match self.gather(walk, self.level(), capability, request) {
            Ok(gathered) => access::judge(request, &gathered.facts),
            Err(_) => Verdict::Pass {
                passed: Causes::empty(),
            },
        }
    }

    /// What the rule of access answers about an access of the leaf, unless it takes a host to know.
    pub(super) fn answer(
        &self,
        through: Through,
        request: &Request,
    ) -> Result<Result<Place, Denial>, Fault> {
        self.ask(&mut Walk::default(), self.level(), through, request)
    }

    /// The descriptor of a segment, from the descriptor segment in memory. Absent also where a host's map lacks it.
    pub fn descriptor(&self, segment: SegmentNumber) -> Lookup<Descriptor> {
        self.descriptor_at(&mut Walk::default(), self.level(), segment)
            .unwrap_or(Lookup::Absent)
    }

    /// The descriptor of a segment of a level.
    pub(super) fn descriptor_at(
        &self,
        walk: &mut Walk,
        level: usize,
        segment: SegmentNumber,
    ) -> Result<Lookup<Descriptor>, Fault> {
        let number = u64::from(segment.0);
        let process = self.process_at(level);
        if number >= process.descriptor_count {
            return Ok(Lookup::Absent);
        }
        let place = Real(process.descriptor_base).checked_add(number * DESCRIPTOR_SIZE);
        let bytes = self.read_map(walk, level, place)?;
        Ok(bytes.map_or(Lookup::OutsideMemory, |bytes| {
            Lookup::Found(Descriptor::from_bytes(&bytes))
        }))
    }

    /// The descriptor of a segment that is there.
    pub fn present(&self, segment: SegmentNumber) -> Option<Descriptor> {
        self.find_present(segment).ok().flatten()
    }

    /// The descriptor of a segment that is there, unless it takes a host to know.
    pub(super) fn find_present(&self, segment: SegmentNumber) -> Result<Option<Descriptor>, Fault> {
        let found = self.descriptor_at(&mut Walk::default(), self.level(), segment)?;
        Ok(match found {
            Lookup::Found(descriptor)
                if segment.0 != 0 && descriptor.has(DescriptorFlags::PRESENT) =>
            {
                Some(descriptor)
            }
            _ => None,
        })
    }

    /// The page word for an offset in a segment with pages. Absent where a host's map lacks it.
    pub fn page_word(&self, descriptor: &Descriptor, offset: u64) -> Lookup<PageWord> {
        self.page_word_at(&mut Walk::default(), self.level(), descriptor, offset)
            .unwrap_or(Lookup::Absent)
    }

    pub(super) fn page_word_at(
        &self,
        walk: &mut Walk,
        level: usize,
        descriptor: &Descriptor,
        offset: u64,
    ) -> Result<Lookup<PageWord>, Fault> {
        let word = self.read_map(walk, level, descriptor.page_word_of(offset))?;
        Ok(word.map_or(Lookup::OutsideMemory, |word| {
            Lookup::Found(PageWord(u64::from_le_bytes(word)))
        }))
    }

    /// Where the byte at an offset of a segment is in the memory of the outermost machine, if the maps lead there. No
    /// right is asked for.
    pub fn real(&self, descriptor: &Descriptor, offset: u64) -> Option<Real> {
        let (walk, level) = (&mut Walk::default(), self.level());
        let real = self.own_real(walk, level, descriptor, offset)?;
        if level == 0 {
            return Some(real);
        }
        let page = self.outermost_page(walk, level, real, false);
        Some(Real(page.ok()??.0 + real.0 % PAGE_SIZE))
    }

    /// Where it is in the real memory of a level.
    pub(super) fn own_real(
        &self,
        walk: &mut Walk,
        level: usize,
        descriptor: &Descriptor,
        offset: u64,
    ) -> Option<Real> {
        if !descriptor.has(DescriptorFlags::PAGED) {
            return descriptor.real_of(offset);
        }
        match self.page_word_at(walk, level, descriptor, offset) {
            Ok(Lookup::Found(word)) => Some(word.real_of(offset)),
            _ => None,
        }
    }

    /// Whether an access of the machine that runs may happen, as all levels are now. Changes nothing.
    pub fn passes(&self, capability: &Capability, request: &Request) -> bool {
        let through = Through {
            capability: *capability,
            register: TrapRegister::NONE,
        };
        matches!(self.answer(through, request), Ok(Ok(_)))
    }

    /// Everything that the rule asks about an access of a level, as far as no host refuses.
    fn gather(
        &self,
        walk: &mut Walk,
        level: usize,
        capability: &Capability,
        request: &Request,
    ) -> Result<Gathered, Fault> {
        let process = self.process_at(level);
        let descriptor = match capability.is_tagged() {
            true => self.descriptor_at(walk, level, capability.segment())?,
            false => Lookup::Absent,
        };
        let mut gathered = Gathered {
            facts: Facts {
                capability: *capability,
                current: self.ring_at(level),
                descriptor,
                memory_size: self.memory_size_at(level),
                parts: match request.size > PAGE_SIZE {
                    true => [None; 2],
                    false => [Some(UNKNOWN); 2],
                },
                read_labels: process.read_labels,
                write_labels: process.write_labels,
            },
            pieces: [None; 2],
            reals: [None; 2],
            fault: None,
        };
        let touches = request.kind.touches_memory() && request.size <= PAGE_SIZE;
        if let (Lookup::Found(descriptor), true) = (descriptor, touches) {
            let parts = access::parts(request.offset, request.size);
            for (index, span) in parts.into_iter().flatten().enumerate() {
                let found = self.gather_part(walk, level, &descriptor, request.kind.stores(), span);
                gathered.facts.parts[index] = Some(found.part);
                gathered.reals[index] = found.real;
                gathered.pieces[index] = found.piece;
                if found.fault.is_some() {
                    gathered.fault = found.fault;
                    break;
                }
            }
        }
        Ok(gathered)
    }

    /// The part of an access in one page: the page of the machine's own map, then where the hosts have it, then whose
    /// it is and how it is labelled.
    fn gather_part(
        &self,
        walk: &mut Walk,
        level: usize,
        descriptor: &Descriptor,
        stores: bool,
        span: Span,
    ) -> GatheredPart {
        let mut found = GatheredPart {
            real: descriptor.real_of(span.offset),
            ..GatheredPart::default()
        };
        if descriptor.has(DescriptorFlags::PAGED) {
            match self.page_word_at(walk, level, descriptor, span.offset) {
                Ok(page) => found.part.page = page,
                Err(fault) => {
                    found.fault = Some(fault);
                    return found;
                }
            }
            found.real = match found.part.page {
                Lookup::Found(word) => Some(word.real_of(span.offset)),
                _ => None,
            };
        }
        let Some(real) = found.real else {
            return found;
        };
        let page = match self.outermost_page(walk, level, real, stores) {
            Ok(Some(page)) => page,
            Ok(None) => return found,
            Err(fault) => {
                found.fault = Some(fault);
                return found;
            }
        };
        let outermost = Real(page.0 + real.0 % PAGE_SIZE);
        let owner = i32::from(self.memory.owner(outermost)) - level as i32;
        found.part.owner = owner;
        if owner == 0 {
            found.part.labels = self.labels(outermost, span.size);
        }
        found.piece = Some(Piece {
            real,
            outermost,
            size: span.size,
            own: owner == 0,
        });
        found
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

    /// Asks the rule of access about an access of a level: where the bytes are, or why not. A host that refuses is heard
    /// after everything that the rule can be asked without it.
    fn ask(
        &self,
        walk: &mut Walk,
        level: usize,
        through: Through,
        request: &Request,
    ) -> Result<Result<Place, Denial>, Fault> {
        let gathered = self.gather(walk, level, &through.capability, request)?;
        match access::judge(request, &gathered.facts) {
            Verdict::Fail(denial) if denial.stage == Stage::Owner => {
                let second = denial.offset != request.offset;
                let real = gathered.reals[usize::from(second)];
                Err(self.not_given(level, request.kind, denial, real))
            }
            Verdict::Fail(denial) => Ok(Err(denial)),
            Verdict::Pass { .. } => match gathered.fault {
                Some(fault) => Err(fault),
                None => Ok(Ok(gathered.place())),
            },
        }
    }

    /// The same, with the denial as what it comes to.
    pub(super) fn judge(
        &self,
        walk: &mut Walk,
        level: usize,
        through: Through,
        request: &Request,
    ) -> Result<Place, Fault> {
        let answer = self.ask(walk, level, through, request)?;
        answer.map_err(|denial| self.refusal(level, through, request.kind, denial))
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

    /// Asks the rule of access about an access of the leaf, and finds the bytes.
    pub(super) fn check(&self, through: Through, request: Request) -> Result<Place, Fault> {
        self.judge(&mut Walk::default(), self.level(), through, &request)
    }

    /// Checks an access of `size` bytes at the cursor of a register.
    pub(super) fn check_at(
        &self,
        register: C,
        kind: AccessKind,
        size: u64,
    ) -> Result<Place, Fault> {
        let through = self.through(register);
        self.check(
            through,
            Request::new(kind, through.capability.cursor().into(), size),
        )
    }

    /// Checks an access at the cursor of a register to `size` bytes, after which `length` and the cursor have to be
    /// multiples of `unit`.
    pub(super) fn check_aligned(
        &self,
        register: C,
        kind: AccessKind,
        size: u64,
        (length, unit): (u64, u64),
    ) -> Result<Place, Fault> {
        let place = self.check_at(register, kind, size)?;
        let cursor = u64::from(place.through.cursor());
        if cursor.is_multiple_of(unit) && length.is_multiple_of(unit) {
            return Ok(place);
        }
        Err(self.refused(register, kind, Cause::Alignment, length))
    }

    /// The bytes of a place.
    pub(super) fn read(&self, place: &Place) -> Vec<u8> {
        let mut bytes = Vec::new();
        for piece in place.pieces() {
            let found = self.memory.read(piece.outermost, piece.size);
            bytes.extend_from_slice(found.unwrap_or_default());
        }
        bytes
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
            let written = self.memory.write(piece.outermost, here);
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
        let Piece { outermost, own, .. } = place.first();
        self.load_granule(place, outermost, own)
    }

    /// Stores a capability in a place of one granule; in a page of another owner it loses its tag.
    pub(super) fn store_capability(&mut self, place: &Place, value: Capability) {
        let Piece { outermost, own, .. } = place.first();
        self.store_granule(outermost, value, own);
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
