//! A machine as a value: registers, memory with tags, labels and owners, devices, clock, and the guests that are live,
//! with all that their hosts keep of them while they run.
//!
//! What is the host's stays out: where the date and entropy come from, and what is on disks.
//!
//! Invariant: a machine that was restored cannot be told from the one that was saved, neither from inside nor by its
//! state hash; whatever it does next, the other would have done.

mod bytes;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::device::console::Console;
use super::device::{Device, DeviceKind};
use super::level::Host;
use super::memory::{Memory, Page};
use super::{End, Machine, SLOTS};
use crate::address::{GRANULE_SIZE, PAGE_SIZE, Real};
use crate::context::MachineState;
use crate::trap::Trap;

/// A machine as it was.
#[derive(Clone)]
pub struct Saved {
    size: u64,
    /// The pages of which something is not zero, by their numbers. Machines that were saved one after the other share
    /// those that did not change.
    pages: BTreeMap<u64, Arc<SavedPage>>,
    state: MachineState,
    clock: u64,
    depth: u64,
    hosts: Vec<Host>,
    end: Option<End>,
    last_trap: Option<Trap>,
    slots: [SavedSlot; SLOTS],
}

#[derive(Clone, Default)]
struct SavedSlot {
    device: Option<SavedDevice>,
    ready: bool,
}

/// What of a device is the machine's.
#[derive(Clone)]
enum SavedDevice {
    Console(Console),
    Power,
    Date { reads: u64 },
    Entropy { position: u64 },
    Block,
}

const GRANULES: usize = (PAGE_SIZE / GRANULE_SIZE) as usize;
const VALID_WORDS: usize = GRANULES / u64::BITS as usize;

#[derive(Clone, PartialEq, Eq)]
struct SavedPage {
    bytes: [u8; PAGE_SIZE as usize],
    valid: [u64; VALID_WORDS],
    labels: [u8; GRANULES],
    owner: u16,
}

/// Why a saved machine cannot be restored into another.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Unlike {
    /// They have more or less memory.
    #[error("the saved machine has {saved} bytes of memory, and this one {here}")]
    Memory {
        /// That of the saved machine.
        saved: u64,
        /// That of the other.
        here: u64,
    },
    /// A slot has another device, or none.
    #[error("the saved machine has another device in slot {0}")]
    Slot(usize),
}

impl Machine {
    /// The machine as it is now. Pages that are as they were in `near` are shared with it.
    pub fn save(&self, near: Option<&Saved>) -> Saved {
        let slots = std::array::from_fn(|slot| SavedSlot {
            device: self.device(slot).map(SavedDevice::of),
            ready: self.slots.get(slot).is_some_and(|slot| slot.ready),
        });
        Saved {
            size: self.memory.size(),
            pages: save_pages(&self.memory, near.map(|near| &near.pages)),
            state: self.state_at(self.level()),
            clock: self.clock,
            depth: self.depth,
            hosts: self.hosts.clone(),
            end: self.end.clone(),
            last_trap: self.last_trap,
            slots,
        }
    }

    /// Makes this the machine that was saved. Its devices are of the same kinds in the same slots; sources of date and
    /// entropy and what is on disks stay as they are here.
    ///
    /// # Errors
    /// When memory or devices are others. Then nothing has changed.
    pub fn restore(&mut self, saved: &Saved) -> Result<(), Unlike> {
        let here = self.memory.size();
        if saved.size != here {
            let saved = saved.size;
            return Err(Unlike::Memory { saved, here });
        }
        for (slot, saved) in saved.slots.iter().enumerate() {
            let saved = saved.device.as_ref().map(SavedDevice::kind);
            if saved != self.device(slot).map(Device::kind) {
                return Err(Unlike::Slot(slot));
            }
        }
        restore_pages(&mut self.memory, &saved.pages);
        for (slot, saved) in self.slots.iter_mut().zip(&saved.slots) {
            slot.ready = saved.ready;
            if let (Some(device), Some(saved)) = (&mut slot.device, &saved.device) {
                saved.put_into(device);
            }
        }
        self.hosts.clone_from(&saved.hosts);
        self.chain_changes = self.chain_changes.wrapping_add(1);
        self.take(saved.state);
        (self.clock, self.depth) = (saved.clock, saved.depth);
        self.end.clone_from(&saved.end);
        self.last_trap = saved.last_trap;
        Ok(())
    }
}

impl Saved {
    /// The bytes of memory of the machine.
    pub fn memory_size(&self) -> u64 {
        self.size
    }

    /// The steps that the machine had made.
    pub fn steps(&self) -> u64 {
        let ahead = self.hosts.first().map_or(0, |host| host.ahead);
        self.clock.wrapping_add(ahead)
    }

    /// How many levels were live: 1 without a guest.
    pub fn levels(&self) -> usize {
        self.hosts.len() + 1
    }

    /// The kind of the device that the machine had in a slot.
    pub fn device(&self, slot: usize) -> Option<DeviceKind> {
        let device = self.slots.get(slot)?.device.as_ref()?;
        Some(device.kind())
    }

    /// About how many bytes of the host it takes beside what it shares with another.
    pub fn unshared(&self, other: Option<&Saved>) -> usize {
        let shares = |(number, page): (&u64, &Arc<SavedPage>)| {
            let there = other.and_then(|other| other.pages.get(number));
            there.is_some_and(|there| Arc::ptr_eq(there, page))
        };
        let own = self.pages.iter().filter(|page| !shares(*page)).count();
        own * size_of::<SavedPage>() + self.pages.len() * size_of::<(u64, usize)>()
    }
}

/// In short.
impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (steps, pages) = (self.steps(), self.pages.len());
        write!(f, "a machine at step {steps} with {pages} pages")
    }
}

impl SavedDevice {
    fn of(device: &Device) -> SavedDevice {
        match device {
            Device::Console(console) => SavedDevice::Console(console.clone()),
            Device::Power => SavedDevice::Power,
            Device::Date { reads, .. } => SavedDevice::Date { reads: *reads },
            Device::Entropy { position, .. } => SavedDevice::Entropy {
                position: *position,
            },
            Device::Block(_) => SavedDevice::Block,
        }
    }

    fn kind(&self) -> DeviceKind {
        match self {
            SavedDevice::Console(_) => DeviceKind::Console,
            SavedDevice::Power => DeviceKind::Power,
            SavedDevice::Date { .. } => DeviceKind::Date,
            SavedDevice::Entropy { .. } => DeviceKind::Entropy,
            SavedDevice::Block => DeviceKind::Block,
        }
    }

    /// Changes nothing of a device of another kind.
    fn put_into(&self, device: &mut Device) {
        match (self, device) {
            (SavedDevice::Console(saved), Device::Console(console)) => console.clone_from(saved),
            (SavedDevice::Date { reads: saved }, Device::Date { reads, .. }) => *reads = *saved,
            (SavedDevice::Entropy { position: saved }, Device::Entropy { position, .. }) => {
                *position = *saved;
            }
            _ => {}
        }
    }
}

impl SavedPage {
    const ZERO: SavedPage = SavedPage {
        bytes: [0; PAGE_SIZE as usize],
        valid: [0; VALID_WORDS],
        labels: [0; GRANULES],
        owner: 0,
    };

    fn of(page: &Page<'_>, owner: u16) -> SavedPage {
        let mut saved = SavedPage {
            owner,
            ..SavedPage::ZERO
        };
        saved.bytes.copy_from_slice(page.bytes);
        saved.valid.copy_from_slice(page.valid);
        saved.labels.copy_from_slice(page.labels);
        saved
    }

    fn page(&self) -> Page<'_> {
        Page {
            bytes: &self.bytes,
            valid: &self.valid,
            labels: &self.labels,
        }
    }

    fn is(&self, page: &Page<'_>, owner: u16) -> bool {
        self.owner == owner && self.page() == *page
    }
}

/// The pages of a memory by number, each with its owner.
fn pages(memory: &Memory) -> impl Iterator<Item = (u64, Page<'_>, u16)> {
    let owner = |number: u64| memory.owner(Real(number * PAGE_SIZE));
    memory
        .pages()
        .zip(0..)
        .map(move |(page, number)| (number, page, owner(number)))
}

fn save_pages(
    memory: &Memory,
    near: Option<&BTreeMap<u64, Arc<SavedPage>>>,
) -> BTreeMap<u64, Arc<SavedPage>> {
    let mut saved = BTreeMap::new();
    for (number, page, owner) in pages(memory) {
        if SavedPage::ZERO.is(&page, owner) {
            continue;
        }
        let before = near.and_then(|near| near.get(&number));
        let shared = before.filter(|before| before.is(&page, owner)).cloned();
        let page = shared.unwrap_or_else(|| Arc::new(SavedPage::of(&page, owner)));
        saved.insert(number, page);
    }
    saved
}

/// Only what differs is written, so that whoever watches the memory has little to look at.
fn restore_pages(memory: &mut Memory, saved: &BTreeMap<u64, Arc<SavedPage>>) {
    let saved = |number: &u64| saved.get(number).map_or(&SavedPage::ZERO, |page| page);
    let differing: Vec<u64> = pages(memory)
        .filter(|(number, page, owner)| !saved(number).is(page, *owner))
        .map(|(number, _, _)| number)
        .collect();
    for number in differing {
        let page = saved(&number);
        memory.set_page(number, page.page(), page.owner);
    }
}

#[cfg(test)]
mod tests;
