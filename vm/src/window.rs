//! Resolved places of segments: what the rule of access said of a stretch of a segment, for a ring and a generation.
//!
//! Invariant: an entry's key holds segment, ring and generation, and where the stretch is a part, the page. So a hit
//! cannot forget who asks. What an entry says was said by the rule of access itself, of a capability with all rights to
//! the place; rights and bounds of the capability at hand are applied when a window is made.

use isa::access::{AccessKind, Request};
use isa::address::{GRANULE_SIZE, PAGE_SIZE, Real, SEGMENT_SIZE_MAX};
use isa::capability::{Capability, Fields, Kind};
use isa::descriptor::DescriptorFlags;
use isa::label::LabelSet;
use isa::machine::{Machine, Stretch};
use isa::permission::Permissions;
use isa::ring::Ring;

use crate::cpu::{Cap, rights};
use crate::fault::{Fault, Planted};
use crate::pages::{Derived, Pages};
use crate::place;

/// The bits of a low word that say segment, ring and generation.
const SCOPE: u64 = 0x01ff_ffff_0000_0000;
/// The bits of a low word that are the page of the cursor.
const PAGE: u64 = 0xffff_f000;
/// The bits of a key that no scope has: the number of the time since everything was forgotten last, from 1 on, so that an
/// empty entry never matches, and one from before neither.
const TIME: u64 = 0x7f << 57;
/// One time.
const MOMENT: u64 = 1 << 57;

#[derive(Clone, Copy)]
struct Entry {
    key: u64,
    mask: u64,
    first: u64,
    end: u64,
    place: u64,
    rights: u64,
}

/// An entry that never matches.
const NOTHING: Entry = Entry {
    key: 0,
    mask: u64::MAX,
    first: 0,
    end: 0,
    place: 0,
    rights: 0,
};

/// The entries.
pub(crate) struct Tlb {
    /// A power of two of them.
    entries: Vec<Entry>,
    /// The time, where it stands in keys.
    time: u64,
    planted: Planted,
    /// The place of each segment's first byte.
    #[cfg(feature = "unchecked")]
    flat: Vec<u64>,
}

impl Tlb {
    /// With so many entries, rounded up to a power of two.
    pub(crate) fn new(entries: usize, planted: Planted) -> Tlb {
        Tlb {
            planted,
            entries: vec![NOTHING; entries.next_power_of_two()],
            time: MOMENT,
            #[cfg(feature = "unchecked")]
            flat: Vec::new(),
        }
    }

    /// Notes where segments are, whatever is allowed there.
    #[cfg(feature = "unchecked")]
    pub(crate) fn flatten(&mut self, machine: &Machine) {
        let place = |segment| {
            let stretch = machine.stretch(isa::address::SegmentNumber(segment), 0);
            stretch.map_or(0, |stretch| place::of(stretch.real.0))
        };
        self.flat = (0..=u16::MAX).map(place).collect();
    }

    /// Gives a tagged value a window around its whole segment and everything else.
    #[cfg(feature = "unchecked")]
    #[inline(always)]
    pub(crate) fn attach(&self, cap: &mut Cap) {
        let segment = (cap.low >> 32) as u16;
        cap.place = self.flat.get(usize::from(segment)).copied().unwrap_or(0);
        cap.at = cap.place.wrapping_add(cap.cursor());
        cap.len = SEGMENT_SIZE_MAX;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        if self.time == TIME {
            self.entries.fill(NOTHING);
            self.time = 0;
        }
        self.time += MOMENT;
    }

    #[inline(always)]
    fn slot(&self, scope: u64, page: u64) -> usize {
        let mixed = (scope >> 32) ^ (scope >> 44) ^ (page >> 12);
        mixed as usize & (self.entries.len() - 1)
    }

    #[inline(always)]
    fn entry(&self, scope: u64, page: u64) -> &Entry {
        // SAFETY: the number of entries is a power of two, so the index is below it.
        unsafe { self.entries.get_unchecked(self.slot(scope, page)) }
    }

    #[inline(always)]
    fn find(&self, low: u64, offset: u64) -> Option<&Entry> {
        let (scope, page) = (self.scope(low), offset & PAGE);
        let hit = |entry: &Entry| (scope | page) & entry.mask == entry.key;
        let whole = self.entry(scope, 0);
        if hit(whole) {
            return Some(whole);
        }
        let one = self.entry(scope, page);
        hit(one).then_some(one)
    }

    /// What of a low word is in keys.
    #[inline(always)]
    fn scope(&self, low: u64) -> u64 {
        let mut scope = low & SCOPE | self.time;
        if self.planted.is(Fault::RingNotInKey) {
            scope &= !(7 << 48);
        }
        if self.planted.is(Fault::GenerationNotInKey) {
            scope &= !(63 << 51);
        }
        scope
    }

    /// Gives a tagged value the window around its cursor, if the place is known. It has none yet.
    #[cfg(not(feature = "unchecked"))]
    #[inline(always)]
    pub(crate) fn attach(&self, cap: &mut Cap) {
        if is_data(cap.low)
            && let Some(entry) = self.find(cap.low, cap.cursor())
        {
            entry.open(cap, self.planted);
        }
    }

    /// Gives a tagged value the window around an offset, if there is one in which something is allowed.
    pub(crate) fn resolve(
        &mut self,
        machine: &Machine,
        (pages, who): (&mut Pages, usize),
        cap: &mut Cap,
        offset: u64,
    ) {
        cap.close();
        if !is_data(cap.low) {
            return;
        }
        // An entry may be of other granules of the page, with other labels.
        if let Some(entry) = self.find(cap.low, offset)
            && (entry.first..entry.end).contains(&offset)
        {
            entry.open(cap, self.planted);
            return;
        }
        let Some((mut entry, is_part)) = look(machine, (pages, who), cap.value(), offset) else {
            return;
        };
        let page = if is_part { offset & PAGE } else { 0 };
        let scope = self.scope(cap.low);
        entry.key = scope | page;
        let slot = self.slot(scope, page);
        self.entries[slot] = entry;
        entry.open(cap, self.planted);
    }
}

/// Whether a low word is that of a capability to memory.
#[inline(always)]
fn is_data(low: u64) -> bool {
    low >> 57 & 0x1f == Kind::Data.number() as u64
}

/// What is left of the rights to a place for each set of permissions.
static LEFT: [u64; 256] = {
    let mut left = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        left[bits] = left_of(Permissions::from_bits_retain(bits as u8));
        bits += 1;
    }
    left
};

const fn left_of(permissions: Permissions) -> u64 {
    let mut left = u64::MAX;
    if !permissions.contains(Permissions::READ) {
        left &= !(rights::READ | rights::LOAD_CAP);
    }
    if !permissions.contains(Permissions::WRITE) {
        left &= !(rights::WRITE | rights::STORE_CAP);
    }
    if !permissions.contains(Permissions::STORE_CAP) {
        left &= !rights::STORE_CAP;
    }
    if !permissions.contains(Permissions::LOAD_CAP) {
        left &= !rights::LOAD_CAP;
    }
    if !permissions.contains(Permissions::LOAD_MUTABLE) {
        left &= !rights::LOAD_MUTABLE;
    }
    left
}

impl Entry {
    /// Makes the window of a value at this place.
    #[inline(always)]
    fn open(&self, cap: &mut Cap, planted: Planted) {
        let value = Capability::from_words(cap.low, cap.high, true);
        let first = u64::from(value.base()).max(self.first);
        let mut len = u64::from(value.limit()).min(self.end).saturating_sub(first);
        // Memory that is guarded does without the second half: there it shows what becomes of who goes astray.
        if planted.is(Fault::LongWindow) && (first + len < self.end || !place::IN_A_ROW) {
            len += 1;
        }
        let mut rights = self.rights & LEFT[usize::from(value.permissions().bits())];
        if planted.is(Fault::StoresWithoutPermission) {
            rights |= self.rights & rights::WRITE;
        }
        let wide = len.saturating_sub(15);
        cap.read = if rights & rights::READ != 0 { wide } else { 0 };
        cap.write = if rights & rights::WRITE != 0 { wide } else { 0 };
        cap.place = self.place.wrapping_add(first.wrapping_sub(self.first));
        cap.at = cap.place.wrapping_add(cap.cursor().wrapping_sub(first));
        cap.len = len;
        cap.rights = rights;
    }
}

/// Asks the rule of access about a place of a segment, for the ring and the generation of a value. Also says whether the
/// answer is about less than the segment. What is derived from maps and labels is noted for this one.
fn look(
    machine: &Machine,
    (pages, who): (&mut Pages, usize),
    value: Capability,
    offset: u64,
) -> Option<(Entry, bool)> {
    let asker = Capability::new(Fields {
        segment: value.segment(),
        ring: value.ring(),
        generation: value.generation(),
        limit: SEGMENT_SIZE_MAX as u32,
        permissions: Permissions::READ | Permissions::WRITE,
        ..Fields::default()
    });
    let stretch = machine.stretch(value.segment(), offset)?;
    let passes = |kind, at| machine.passes(&asker, &Request::new(kind, at, 1));
    let (reads, writes) = (
        passes(AccessKind::Read, offset),
        passes(AccessKind::Write, offset),
    );
    if !reads && !writes {
        return None;
    }
    let mut is_part = stretch.is_part;
    let (mut first, mut end) = (stretch.first, stretch.end);
    if labels_matter(machine, value.ring()) {
        is_part = true;
        let page = offset - offset % PAGE_SIZE;
        (first, end) = (first.max(page), end.min(page + PAGE_SIZE));
        let same = |at: u64| {
            passes(AccessKind::Read, at) == reads && passes(AccessKind::Write, at) == writes
        };
        let granule = offset - offset % GRANULE_SIZE;
        (first, end) = widest(first, end, granule, same);
        pages.note_labels((stretch.real.0 + (page - stretch.first)) / PAGE_SIZE, who);
    }
    if !place::IN_A_ROW {
        is_part = true;
        let page = offset - offset % PAGE_SIZE;
        (first, end) = (first.max(page), end.min(page + PAGE_SIZE));
    }
    let real = Real(stretch.real.0 + (first - stretch.first));
    // What operations do without a check rests on this.
    if end < first || !machine.memory().contains(real, end - first) {
        return None;
    }
    for page in &stretch.maps {
        pages.note_map(*page, who, Derived::Own);
    }
    let entry = Entry {
        key: 0,
        mask: if is_part {
            SCOPE | TIME | PAGE
        } else {
            SCOPE | TIME
        },
        first,
        end,
        place: place::of(real.0),
        rights: rights_of(&stretch, value, reads, writes),
    };
    Some((entry, is_part))
}

/// Whether labels bind accesses of this ring at all.
pub(crate) fn labels_matter(machine: &Machine, ring: Ring) -> bool {
    let process = machine.process();
    let all = process.read_labels == LabelSet::ALL && process.write_labels == LabelSet::ALL;
    ring != Ring::KERNEL && !all
}

/// The granules around one within `first..end` of which the same holds.
pub(crate) fn widest(first: u64, end: u64, granule: u64, same: impl Fn(u64) -> bool) -> (u64, u64) {
    let (mut low, mut high) = (granule, granule + GRANULE_SIZE);
    while low > first && same(low - GRANULE_SIZE) {
        low -= GRANULE_SIZE;
    }
    while high < end && same(high) {
        high += GRANULE_SIZE;
    }
    (low, high.min(end))
}

fn rights_of(stretch: &Stretch, value: Capability, reads: bool, writes: bool) -> u64 {
    let holds = stretch.own && stretch.descriptor.has(DescriptorFlags::HOLD);
    let raised = value.ring().max(stretch.descriptor.brackets.r1);
    let right = |condition: bool, right| if condition { right } else { 0 };
    right(reads, rights::READ)
        | right(writes, rights::WRITE)
        | right(writes && holds, rights::STORE_CAP)
        | right(reads && holds, rights::LOAD_CAP)
        | rights::LOAD_MUTABLE
        | right(value.segment().is_system(), rights::SYSTEM)
        | (u64::from(raised.number()) << 48 & rights::RING)
}
