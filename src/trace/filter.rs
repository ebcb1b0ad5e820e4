//! Which steps a trace shows.

use std::ops::Range;

use isa::instruction::Opcode;
use isa::machine::Machine;
use isa::{Capability, Causes, Ring};

use super::Step;
use crate::images::Images;
use crate::levels;
use crate::upcoming::word_at_pc;

/// Addresses of instructions, `segment << 32 | offset`, in an image of a nest.
#[derive(Clone, Debug)]
pub struct Place {
    /// The number of the image, as [`Images::all`] has them, from 0.
    pub image: usize,
    /// The addresses.
    pub addresses: Range<u64>,
}

/// Which steps to show: those that every field admits.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whether to show the start-up code.
    pub startup: bool,
    /// The levels of the machines; without any, all.
    pub levels: Vec<Range<u64>>,
    /// Where the instructions are; without any, everywhere.
    pub places: Vec<Place>,
    /// The rings that a step begins in; without any, all.
    pub rings: Vec<Ring>,
    /// Names of classes of instructions; without any, all.
    pub classes: Vec<String>,
    /// The numbers of the steps, from 0.
    pub steps: Range<u64>,
    /// The causes of traps to show alone; without any, every step.
    pub traps: Causes,
    /// Whether to show only the steps in which a guest is entered or left.
    pub passages: bool,
}

/// What a filter makes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is one to show.
    Chosen,
    /// It would be, if it were none of the start-up code.
    Startup,
    /// It is not.
    Other,
}

impl Filter {
    /// What it makes of the step that the machine is about to make, as far as that can be said: a chosen one is to be looked
    /// at.
    pub fn admits(&self, machine: &Machine, images: &Images<'_>) -> Choice {
        if !self.steps.contains(&machine.steps()) {
            return Choice::Other;
        }
        let word = word_at_pc(machine);
        // Where a guest is entered, the step is its own, and what it is shows only then.
        if word.and_then(levels::vmrun).is_some() {
            return Choice::Chosen;
        }
        match self.chooses(machine.levels() - 1, machine.pc(), word, images) {
            // Whether it traps shows only later.
            Choice::Startup if !self.counts_all() => Choice::Other,
            choice => choice,
        }
    }

    /// What it makes of a step that was looked at.
    pub fn keeps(&self, step: &Step, images: &Images<'_>) -> Choice {
        let trapped = step.trap().map(|trap| trap.cause.into());
        let is_other = self.passages && !step.is_passage()
            || !self.traps.is_empty() && !trapped.is_some_and(|cause| self.traps.contains(cause));
        match is_other {
            true => Choice::Other,
            // An interrupt comes before an instruction, and is of no class.
            false => self.chooses(step.level, step.pc, step.word, images),
        }
    }

    /// Whether it chooses all steps but those of the start-up code.
    pub fn is_open(&self) -> bool {
        let any = self.levels.is_empty() && self.places.is_empty() && self.rings.is_empty();
        any && self.classes.is_empty() && self.steps == (0..u64::MAX) && self.counts_all()
    }

    /// Whether every step that it admits is one that it keeps, but for those of guests that are entered.
    pub fn counts_all(&self) -> bool {
        self.traps.is_empty() && !self.passages
    }

    fn chooses(
        &self,
        level: usize,
        pc: Capability,
        word: Option<u64>,
        images: &Images<'_>,
    ) -> Choice {
        let address = pc.address();
        let is_there = |place: &Place| {
            let original = images.original(level, address);
            original.is_some_and(|(image, original)| {
                place.image == image && place.addresses.contains(&original)
            })
        };
        let is_chosen = (self.levels.is_empty()
            || self
                .levels
                .iter()
                .any(|levels| levels.contains(&(level as u64))))
            && (self.rings.is_empty() || self.rings.contains(&pc.ring()))
            && (self.places.is_empty() || self.places.iter().any(is_there))
            && (self.classes.is_empty() || self.admits_class(word));
        let is_shown = || self.startup || self.passages || !images.names(level).is_startup(address);
        match is_chosen {
            false => Choice::Other,
            true if is_shown() => Choice::Chosen,
            true => Choice::Startup,
        }
    }

    fn admits_class(&self, word: Option<u64>) -> bool {
        word.and_then(Opcode::of).is_some_and(|opcode| {
            let class = opcode.class().name();
            self.classes.iter().any(|name| name == class)
        })
    }
}
