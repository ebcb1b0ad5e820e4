//! The way from the real memory of a level to that of the outermost machine, through the windows of its hosts.
//!
//! To a host, its guest's access to a page is an access of its own to the whole page, through the capability that it
//! gave `vmrun` for the window: the same rule judges both, and so the levels compose.
//!
//! Invariant: a walk remembers what it has found until its access is judged, or the cost of an access would double with
//! every level, and forgets it then. So every access sees the maps of all levels as they are.

use std::collections::BTreeMap;

use super::Machine;
use super::access::{Place, Through};
use crate::access::{AccessKind, Denial, Request};
use crate::address::{PAGE_SIZE, Real};
use crate::context::ExitRecord;
use crate::trap::{Cause, Trap};

/// Why an instruction does not complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A trap of the machine that runs.
    Trap(Trap),
    /// A trap of the host of this level, on its `vmrun`: its map lacks the page.
    Host(usize, Trap),
    /// The map of the host of this level denies the access of its guest.
    Denied(usize, Trap),
    /// The guest of the host of this level exits.
    Exit(usize, Box<ExitRecord>),
}

impl From<Trap> for Fault {
    fn from(trap: Trap) -> Fault {
        Fault::Trap(trap)
    }
}

/// What was found on the way of one access.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// By level, page of its real memory, and whether to store: the page of the outermost memory.
    pages: BTreeMap<(usize, u64, bool), Result<Real, Fault>>,
    /// The pages of the outermost memory that were read as maps, if somebody wants to know.
    maps: Option<Vec<u64>>,
}

impl Walk {
    /// One that notes which pages it reads as maps.
    pub(super) fn noting() -> Walk {
        Walk {
            maps: Some(Vec::new()),
            ..Walk::default()
        }
    }

    /// These were read as maps.
    fn note(&mut self, pages: &[u64]) {
        if let Some(maps) = &mut self.maps {
            maps.extend_from_slice(pages);
        }
    }

    /// The pages that were read as maps, each once.
    pub(super) fn into_maps(self) -> Vec<u64> {
        let mut maps = self.maps.unwrap_or_default();
        maps.sort_unstable();
        maps.dedup();
        maps
    }
}

/// What a guest's access is to its host: a store stays one, whatever is stored, and all else is a load.
fn plain(stores: bool) -> AccessKind {
    match stores {
        true => AccessKind::Write,
        false => AccessKind::Read,
    }
}

impl Machine {
    /// The page of the outermost memory that holds a byte of the real memory of a level. None outside that memory.
    pub(super) fn outermost_page(
        &self,
        walk: &mut Walk,
        level: usize,
        real: Real,
        stores: bool,
    ) -> Result<Option<Real>, Fault> {
        let page = Real(real.0 - real.0 % PAGE_SIZE);
        let is_composed = self.composition.is_of(self.chain_changes) && level == self.level();
        if is_composed && let Some(known) = self.composition.get(page, stores) {
            return Ok(Some(known));
        }
        if !page.extent_within(PAGE_SIZE, self.memory_size_at(level)) {
            return Ok(None);
        }
        if level == 0 {
            return Ok(Some(page));
        }
        if is_composed {
            return self.compose(walk, page, stores).map(Some);
        }
        let key = (level, page.0, stores);
        if let Some(known) = walk.pages.get(&key) {
            return known.clone().map(Some);
        }
        let found = self
            .window_page(walk, level, page, stores)
            .map(|place| place.first().outermost);
        walk.pages.insert(key, found.clone());
        found.map(Some)
    }

    /// The same for the leaf, where an engine has it remembered. It is asked by itself, so that the maps that were read for
    /// it are known too. A page whose owner is further out is nothing to remember, since its granules have a say for hosts.
    fn compose(&self, walk: &mut Walk, page: Real, stores: bool) -> Result<Real, Fault> {
        let (level, mut own) = (self.level(), Walk::noting());
        let found = self
            .window_page(&mut own, level, page, stores)
            .map(|place| place.first().outermost);
        let maps = own.into_maps();
        match found {
            Ok(place) if usize::from(self.memory.owner(place)) >= level => {
                self.composition.keep(page, stores, place, &maps);
            }
            _ => walk.note(&maps),
        }
        found
    }

    /// A page of the real memory of a level as its host's access to it.
    pub(super) fn window_page(
        &self,
        walk: &mut Walk,
        level: usize,
        page: Real,
        stores: bool,
    ) -> Result<Place, Fault> {
        let window = self.window(level);
        let kind = plain(stores);
        let offset = page.0.saturating_add(window.capability.base().into());
        let request = Request::new(kind, offset, PAGE_SIZE);
        self.judge(walk, level - 1, window, &request)
    }

    /// The host's capability to the real memory of a level, which is not 0.
    fn window(&self, level: usize) -> Through {
        let host = level.checked_sub(1).and_then(|host| self.hosts.get(host));
        host.map_or(Through::NONE, |host| host.run.memory)
    }

    /// Bytes of the real memory of a level, read as a map. None if they are not all in it.
    pub(super) fn read_map<const N: usize>(
        &self,
        walk: &mut Walk,
        level: usize,
        real: Option<Real>,
    ) -> Result<Option<[u8; N]>, Fault> {
        let Some(real) = real.filter(|real| real.checked_add(N as u64).is_some()) else {
            return Ok(None);
        };
        let mut bytes = [0; N];
        let mut done = 0;
        while done < N {
            let at = Real(real.0 + done as u64);
            let here = ((PAGE_SIZE - at.0 % PAGE_SIZE) as usize).min(N - done);
            let Some(page) = self.outermost_page(walk, level, at, false)? else {
                return Ok(None);
            };
            walk.note(&[page.0 / PAGE_SIZE]);
            let place = Real(page.0 + at.0 % PAGE_SIZE);
            let Ok(found) = self.memory.read(place, here as u64) else {
                return Ok(None);
            };
            bytes[done..done + here].copy_from_slice(found);
            done += here;
        }
        Ok(Some(bytes))
    }

    /// Where a byte of the real memory of a level is in that of an outer one.
    pub(super) fn outward(&self, level: usize, real: Real, outer: usize) -> Result<Real, Fault> {
        let mut walk = Walk::default();
        let mut at = real;
        for level in (outer + 1..=level).rev() {
            let page = Real(at.0 - at.0 % PAGE_SIZE);
            let place = self.window_page(&mut walk, level, page, false)?;
            at = Real(place.first().real.0 + at.0 % PAGE_SIZE);
        }
        Ok(at)
    }

    /// What the denial of an access of a level is. The leaf traps. A host traps on its `vmrun` where something is not
    /// there, and else its guest exits.
    pub(super) fn refusal(
        &self,
        level: usize,
        through: Through,
        kind: AccessKind,
        denial: Denial,
    ) -> Fault {
        let Through {
            capability,
            register,
        } = through;
        let trap = denial.trap(kind, &capability, register, self.ring_at(level));
        match trap.cause {
            _ if level == self.level() => Fault::Trap(trap),
            Cause::Page | Cause::Segment => Fault::Host(level, trap),
            _ => Fault::Denied(level, trap),
        }
    }

    /// What the denial of an access of a level is whose page belongs to a host: that host never gave it to its guest,
    /// and its guest exits, whichever level further in wanted the page. (Hosts are asked first, so the host is the next
    /// one out.)
    pub(super) fn not_given(
        &self,
        level: usize,
        kind: AccessKind,
        denial: Denial,
        real: Option<Real>,
    ) -> Fault {
        let host = level.saturating_sub(1);
        let Through {
            capability,
            register,
        } = self.window(level);
        let page = real.map_or(0, |real| real.0 - real.0 % PAGE_SIZE);
        let denial = Denial {
            offset: page.saturating_add(capability.base().into()),
            size: PAGE_SIZE,
            ..denial
        };
        let kind = plain(kind.stores());
        let trap = denial.trap(kind, &capability, register, self.ring_at(host));
        Fault::Denied(host, trap)
    }
}
