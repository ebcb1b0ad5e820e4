//! Which steps a trace shows.

use std::ops::Range;

use assembler::image::Image;
use isa::machine::Machine;
use isa::{Causes, Ring};

use super::Step;
use crate::names::Names;
use crate::upcoming::Upcoming;

/// Which steps to show: those that every field admits.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whether to show the start-up code.
    pub startup: bool,
    /// Addresses of instructions, `segment << 32 | offset`; without any, everywhere.
    pub places: Vec<Range<u64>>,
    /// The rings that a step begins in; without any, all.
    pub rings: Vec<Ring>,
    /// Names of classes of instructions; without any, all.
    pub classes: Vec<String>,
    /// The numbers of the steps, from 0.
    pub steps: Range<u64>,
    /// The causes of traps to show alone; without any, every step.
    pub traps: Causes,
}

impl Filter {
    /// Whether to look at the step that the machine is about to make.
    pub fn admits(&self, machine: &Machine, image: &Image) -> bool {
        let address = machine.pc().address();
        self.steps.contains(&machine.steps())
            && (self.rings.is_empty() || self.rings.contains(&machine.ring()))
            && (self.places.is_empty() || self.places.iter().any(|place| place.contains(&address)))
            && (self.startup || !Names { image }.is_startup(address))
            && (self.classes.is_empty() || self.admits_class(machine))
    }

    fn admits_class(&self, machine: &Machine) -> bool {
        Upcoming::of(machine).is_some_and(|next| {
            let class = next.opcode.class().name();
            self.classes.iter().any(|name| name == class)
        })
    }

    /// Whether to show a step that was looked at.
    pub fn keeps(&self, step: &Step) -> bool {
        let trapped = step.trap().map(|trap| trap.cause.into());
        // An interrupt comes before an instruction, and is of no class.
        (self.classes.is_empty() || step.word.is_some())
            && (self.traps.is_empty() || trapped.is_some_and(|cause| self.traps.contains(cause)))
    }
}
