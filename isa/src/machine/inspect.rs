//! What tools see of a machine, and what they may change from outside.
//!
//! Invariant: what only looks takes `&self` and asks for no right of the program's. What changes something a
//! program can see is named `poke`, but for the console, whose input is the host's to give.

use super::device::Device;
use super::device::console::Console;
use super::memory::Memory;
use super::translate::Walk;
use super::{End, Machine};
use crate::access::Lookup;
use crate::address::{Address, PAGE_SIZE, Real, SegmentNumber};
use crate::capability::Capability;
use crate::context::{ExecutionContext, MachineBlock, MachineState, ProcessBlock, STATUS_MASKED};
use crate::descriptor::{Descriptor, DescriptorFlags};
use crate::instruction::{C, R};
use crate::page::PageWord;
use crate::trap::Trap;

impl Machine {
    /// A data register.
    pub fn r(&self, register: R) -> u64 {
        self.get_r(register)
    }

    /// A capability register; `c15` is the stack pointer of the current ring.
    pub fn c(&self, register: C) -> Capability {
        self.get_c(register)
    }

    /// The program counter. Its ring is the current ring.
    pub fn pc(&self) -> Capability {
        self.pc
    }

    /// Whether interrupts are masked.
    pub fn is_masked(&self) -> bool {
        self.masked
    }

    /// The process block. The bank of the current ring is null in it.
    pub fn process(&self) -> &ProcessBlock {
        &self.process
    }

    /// The clock of the machine that runs: the steps that it and its guests have made.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// The steps made since reset, at all levels: the clock of the outermost machine.
    pub fn steps(&self) -> u64 {
        self.clock_at(0)
    }

    /// The clock value at which the timer's line goes up; 0 is not armed.
    pub fn timer(&self) -> u64 {
        self.timer
    }

    /// The lines that software has raised, a bit each.
    pub fn pending(&self) -> u64 {
        self.pending
    }

    /// Where traps are delivered, `segment << 32 | offset`; 0 is nowhere.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The memory.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// How the outermost machine ended, if it did.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref().filter(|_| self.hosts.is_empty())
    }

    /// The last trap or interrupt that was delivered.
    pub fn last_trap(&self) -> Option<&Trap> {
        self.last_trap.as_ref()
    }

    /// The device in a slot.
    pub fn device(&self, slot: usize) -> Option<&Device> {
        self.slots.get(slot)?.device.as_ref()
    }

    /// The console in a slot, if there is one.
    pub fn console(&self, slot: usize) -> Option<&Console> {
        match self.device(slot) {
            Some(Device::Console(console)) => Some(console),
            _ => None,
        }
    }

    /// The console in a slot, to give it input and to take its output.
    pub fn console_mut(&mut self, slot: usize) -> Option<&mut Console> {
        match self.slots.get_mut(slot)?.device.as_mut() {
            Some(Device::Console(console)) => Some(console),
            _ => None,
        }
    }

    /// How many levels are live: 1 without a guest.
    pub fn levels(&self) -> usize {
        self.level() + 1
    }

    /// What a live level has beside its memory, its devices and its clock; the outermost is level 0, and a host is at
    /// its `vmrun`.
    pub fn level_state(&self, level: usize) -> Option<MachineState> {
        (level < self.levels()).then(|| self.state_at(level))
    }

    /// The clock of a live level.
    pub fn level_clock(&self, level: usize) -> Option<u64> {
        (level < self.levels()).then(|| self.clock_at(level))
    }

    /// How deep a live level may nest guests.
    pub fn level_depth(&self, level: usize) -> Option<u64> {
        (level < self.levels()).then(|| self.depth_at(level))
    }

    /// The capability of its host to the memory of a live guest.
    pub fn level_window(&self, level: usize) -> Option<Capability> {
        let host = self.hosts.get(level.checked_sub(1)?)?;
        Some(host.run.memory.capability)
    }

    /// The block of a live guest, as it would be stored if the run were suspended now.
    pub fn level_block(&self, level: usize) -> Option<MachineBlock> {
        self.block_at(level)
    }

    /// Where an address of a live level is: in its own real memory, in that of its host, and so on to the outermost,
    /// as far as the maps lead.
    pub fn level_places(&self, level: usize, address: Address) -> Vec<Real> {
        if level >= self.levels() {
            return Vec::new();
        }
        let walk = &mut Walk::default();
        let Ok(Lookup::Found(descriptor)) = self.descriptor_at(walk, level, address.segment())
        else {
            return Vec::new();
        };
        let own = self.own_real(walk, level, &descriptor, address.offset().into());
        let Some(own) = own.filter(|_| descriptor.has(DescriptorFlags::PRESENT)) else {
            return Vec::new();
        };
        (0..=level)
            .rev()
            .map_while(|outer| self.outward(level, own, outer).ok())
            .collect()
    }

    /// The descriptor of a segment of a live level, if there is one.
    pub fn level_descriptor(&self, level: usize, segment: SegmentNumber) -> Option<Descriptor> {
        if level >= self.levels() {
            return None;
        }
        match self.descriptor_at(&mut Walk::default(), level, segment) {
            Ok(Lookup::Found(descriptor)) if descriptor.has(DescriptorFlags::PRESENT) => {
                Some(descriptor)
            }
            _ => None,
        }
    }

    /// The page word for an offset of a segment with pages of a live level, if the maps lead to one.
    pub fn level_page(
        &self,
        level: usize,
        descriptor: &Descriptor,
        offset: u64,
    ) -> Option<PageWord> {
        if level >= self.levels() || !descriptor.has(DescriptorFlags::PAGED) {
            return None;
        }
        match self.page_word_at(&mut Walk::default(), level, descriptor, offset) {
            Ok(Lookup::Found(word)) => Some(word),
            _ => None,
        }
    }

    /// Up to `size` bytes at an address of the current process, as many as the maps lead to; no right is asked for.
    pub fn peek(&self, address: Address, size: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(descriptor) = self.present(address.segment()) else {
            return bytes;
        };
        let is_memory = !descriptor.has(DescriptorFlags::DEVICE);
        let end = u64::from(address.offset()).saturating_add(size as u64);
        let (mut at, end) = (
            u64::from(address.offset()),
            end.min(descriptor.length.into()),
        );
        while is_memory && at < end {
            let here = (PAGE_SIZE - at % PAGE_SIZE).min(end - at);
            let real = self.real(&descriptor, at);
            let found = real.and_then(|real| self.memory.read(real, here).ok());
            let Some(found) = found else {
                break;
            };
            bytes.extend_from_slice(found);
            at += here;
        }
        bytes
    }

    /// The capability of the granule at an address of the current process, tagged if its validity bit is set.
    pub fn peek_capability(&self, address: Address) -> Option<Capability> {
        let descriptor = self.present(address.segment())?;
        let granule = self
            .memory
            .granule(self.real(&descriptor, address.offset().into())?)
            .ok()?;
        Some(Capability::restored(granule.bits, granule.valid))
    }

    /// The real memory, to change it from outside.
    pub fn poke_memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Replaces registers, program counter and interrupt mask from outside. `r0` and `c0` stay as they are, and the
    /// stack pointers of the other rings too, even when the ring becomes another.
    pub fn poke_context(&mut self, context: &ExecutionContext) {
        self.r = context.r;
        self.c = context.c;
        (self.r[0], self.c[0]) = (0, Capability::NULL);
        self.pc = context.pc;
        self.masked = context.status & STATUS_MASKED != 0;
    }

    /// Replaces the process block from outside. The bank of the current ring should be null.
    pub fn poke_process(&mut self, process: &ProcessBlock) {
        self.process = *process;
    }

    /// Replaces the trap entry from outside.
    pub fn poke_entry(&mut self, entry: u64) {
        self.entry = entry;
    }

    /// The real address of an offset of a segment, if the maps lead to memory.
    pub fn locate(&self, address: Address) -> Option<Real> {
        let descriptor = self.present(address.segment())?;
        self.real(&descriptor, address.offset().into())
    }
}
