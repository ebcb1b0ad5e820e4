//! `vmrun`: a guest is entered, or taken up again where it was suspended.
//!
//! Invariant: everything that can be refused is asked before anything changes; then the guest is the leaf, and no step
//! has been counted.

use crate::access::{AccessKind, Request};
use crate::address::{GRANULE_SIZE, PAGE_SIZE};
use crate::context::MachineBlock;
use crate::instruction::format::ThreeCapabilities;
use crate::instruction::{C, Opcode};
use crate::machine::access::{Place, Through};
use crate::machine::level::{Passed, Run};
use crate::machine::translate::Fault;
use crate::machine::{Machine, SLOTS};
use crate::trap::{Cause, TrapRegister};

impl Machine {
    /// Enters the guests that the next step would enter before it makes an instruction. It is no step, and the next one goes
    /// on as it would have.
    pub fn enter_guests(&mut self) {
        while self.before().is_none() && self.is_at_vmrun() {
            // What does not lead in has changed nothing.
            if self.instruction().is_err() {
                break;
            }
        }
    }

    fn is_at_vmrun(&self) -> bool {
        let word = self.fetch().ok();
        word.and_then(Opcode::of) == Some(Opcode::Vmrun)
    }

    /// Makes the guest of these registers the leaf.
    pub(in crate::machine) fn enter(&mut self, i: ThreeCapabilities) -> Result<(), Fault> {
        let level = self.level();
        let depth = self.depth_at(level);
        if depth == 0 {
            return Err(self.trap(Cause::Depth).into());
        }
        let place = self.check_block(i.ca)?;
        let memory = self.check_window(i.cb)?;
        let devices = self.read_devices(i.cc)?;
        let real = place.first().real;
        let trail = (0..=level).map(|outer| self.outward(level, real, outer));
        let trail = trail.collect::<Result<_, _>>()?;
        let block = MachineBlock::from_bytes(&self.read_array(&place));
        if !block.terms.running {
            self.offer_entry(&[&place])?;
        }
        let run = Run {
            block: trail,
            memory,
            devices,
            depth: block.terms.depth_given.min(depth - 1),
            terms: block.terms,
        };
        self.push(run, &block);
        Ok(())
    }

    /// The page of the block: the machine's own, so that no guest can reach it, and open to loads and stores.
    fn check_block(&self, register: C) -> Result<Place, Fault> {
        let whole = (PAGE_SIZE, PAGE_SIZE);
        self.check_aligned(register, AccessKind::Read, PAGE_SIZE, whole)?;
        let place = self.check_aligned(register, AccessKind::Write, PAGE_SIZE, whole)?;
        if !place.first().own {
            return Err(self.refused(register, AccessKind::Write, Cause::Owner, PAGE_SIZE));
        }
        Ok(place)
    }

    /// The window: whole pages of a segment. What the host may do there is asked when the guest does it.
    fn check_window(&self, register: C) -> Result<Through, Fault> {
        let through = self.through(register);
        let (base, limit) = (through.capability.base(), through.capability.limit());
        self.check(through, Request::new(AccessKind::Read, base.into(), 0))?;
        let aligned = |offset: u32| u64::from(offset).is_multiple_of(PAGE_SIZE);
        if !aligned(base) || !aligned(limit) {
            return Err(self.refused(register, AccessKind::Read, Cause::Alignment, 0));
        }
        Ok(through)
    }

    /// The devices in the table at the cursor, each a capability of the host's or none.
    fn read_devices(&self, register: C) -> Result<[Option<Passed>; SLOTS], Fault> {
        let through = self.through(register);
        let mut devices = [None; SLOTS];
        for (device, slot) in devices.iter_mut().zip(0..) {
            let offset = u64::from(through.capability.cursor()) + GRANULE_SIZE * slot;
            let place = self.check(through, Request::load_capability(offset))?;
            *device = self.passed(Through {
                capability: self.load_capability(&place),
                register: TrapRegister::NONE,
            })?;
        }
        Ok(devices)
    }

    /// What a capability of the leaf's is to a guest that is given it: a device, if it is one that the leaf could use.
    fn passed(&self, through: Through) -> Result<Option<Passed>, Fault> {
        let cursor = through.capability.cursor().into();
        let input = self.answer(through, &Request::new(AccessKind::Input, cursor, 0))?;
        let output = self.answer(through, &Request::new(AccessKind::Output, cursor, 0))?;
        let Some(place) = input.as_ref().or(output.as_ref()).ok() else {
            return Ok(None);
        };
        let slot = usize::try_from(place.descriptor.base.0).ok();
        let is_there = |slot: &usize| self.level() > 0 || self.device(*slot).is_some();
        Ok(slot.filter(is_there).map(|slot| Passed {
            slot,
            input: input.is_ok(),
            output: output.is_ok(),
        }))
    }
}
