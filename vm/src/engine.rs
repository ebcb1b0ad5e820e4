//! A run: common instructions in chains of operations, and between the chains whatever they stopped for.
//!
//! Invariant: between runs the state is in the machine, and in nothing else. During a run it is in the registers of
//! [`Cpu`] while operations follow one another, and goes back for every step of the specification.

use isa::AccessKind;
use isa::capability::Capability;
use isa::instruction::Intercept;
use isa::instruction::register::C_COUNT;
use isa::machine::{Composition, Horizon, Machine, Stepped, Stop};

use crate::code::{Code, Insn, SLOT, Texts, offset};
use crate::cpu::{Cap, Cpu, Slot, Text, Why, rights};
use crate::fault::{Fault, Planted};
use crate::nest::{Known, Nest};
use crate::op::{self, ENOUGH_STEPS, EXIT, Op};
use crate::pages::{CODE, Derived, Pages};
use crate::transfer::{self, PutAway, Transfer, Transfers};
use crate::window::Tlb;

/// How an engine is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// How many resolved places of segments it keeps, rounded up to a power of two. No program can tell.
    pub places: usize,
    /// The fault that is planted in it, for tests.
    pub planted: Planted,
}

impl Default for Configuration {
    fn default() -> Configuration {
        Configuration {
            places: 1024,
            planted: Planted::default(),
        }
    }
}

/// The most steps of one chain, so that what remains of them is counted without overflow.
const LONGEST: u64 = 1 << 48;

/// Of no nest, so that it is looked at.
const UNSEEN: (u64, u64) = (u64::MAX, u64::MAX);

/// No register, where a transfer and not a window was missed.
const CROSSING: u8 = u8::MAX;

/// A state in which nothing is known. It is made apart, since it passes over the host's stack, which may be small.
#[inline(never)]
fn new_cpu(configuration: Configuration) -> Box<Cpu> {
    Box::new(Cpu {
        r: [0; 33],
        summary: std::ptr::null_mut(),
        valid: std::ptr::null_mut(),
        c: [Slot(Cap::NULL); C_COUNT],
        text: Text::NONE,
        at: std::ptr::null(),
        s: 0,
        why: Why::Step,
        missing: (0, 0),
        target: 0,
        onward: std::ptr::null(),
        crossing: AccessKind::None,
        clock_end: 0,
        clock_is_offered: false,
        banks: [Slot(Cap::NULL); 8],
        transfers: Transfers::NONE,
        planted: configuration.planted,
        tlb: Tlb::new(configuration.places, configuration.planted),
    })
}

/// A machine that runs fast.
pub struct Engine {
    machine: Machine,
    cpu: Box<Cpu>,
    code: Code,
    pages: Pages,
    /// What is known of the other machines of the nest.
    nest: Nest,
    /// What happened to the nest when it was looked at last; see [`Machine::events`].
    events: (u64, u64),
    /// When something comes of a host; see [`Machine::horizon`].
    horizon: Horizon,
    /// How many resolved places each machine has.
    places: usize,
}

impl Engine {
    /// Takes a machine as it is.
    pub fn new(machine: Machine) -> Engine {
        Engine::with(machine, Configuration::default())
    }

    /// Takes a machine as it is, with caches of this size.
    pub fn with(mut machine: Machine, configuration: Configuration) -> Engine {
        machine.working_memory().watch();
        let pages = Pages::of(machine.memory(), configuration.planted);
        let mut nest = Nest::new(configuration.planted);
        nest.change(&machine);
        let cpu = new_cpu(configuration);
        #[cfg(feature = "unchecked")]
        let cpu = {
            let mut cpu = cpu;
            cpu.tlb.flatten(&machine);
            cpu
        };
        Engine {
            machine,
            cpu,
            code: Code::new(),
            pages,
            nest,
            events: UNSEEN,
            horizon: Horizon { from: 0, steps: 0 },
            places: configuration.places,
        }
    }

    /// The machine as it is now.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The machine, to be changed from outside.
    pub fn machine_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// The machine, where nothing else is wanted any more.
    pub fn into_machine(self) -> Machine {
        self.machine
    }

    /// The names of all operations that it has.
    pub const OPERATIONS: &[&str] = Op::NAMES;

    /// The names of the operations that are decoded now: what instructions became. For those who test or measure it.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.code.operations().map(|op| Op::NAMES[op as usize])
    }

    /// Makes one step, as [`Machine::step`].
    ///
    /// # Errors
    /// When the machine cannot go on.
    pub fn step(&mut self) -> Result<Stepped, Stop> {
        self.take_up();
        let quiet = self.machine.quiet_steps(self.horizon).min(1);
        let made = if quiet > 0 { self.chains(quiet) } else { 0 };
        self.put_back();
        let stepped = match made {
            0 => self.machine.step_within(self.horizon),
            _ => Ok(Stepped::Ran),
        };
        self.hand_over();
        stepped
    }

    /// Makes steps, at most so many, as [`Machine::run`].
    pub fn run(&mut self, max_steps: u64) -> Stop {
        self.run_while(max_steps, |_| true)
    }

    /// Makes steps, at most so many, until one that is not common does not please. What is common is an instruction
    /// that neither waits nor delivers anything.
    pub fn run_while(&mut self, max_steps: u64, pleases: impl FnMut(&Stepped) -> bool) -> Stop {
        self.take_up();
        let stop = self.go_on(max_steps, pleases);
        self.hand_over();
        stop
    }

    fn go_on(&mut self, max_steps: u64, mut pleases: impl FnMut(&Stepped) -> bool) -> Stop {
        let mut left = max_steps;
        while left > 0 {
            let quiet = self.machine.quiet_steps(self.horizon);
            let quiet = quiet.min(left).min(LONGEST);
            let made = if quiet > 0 { self.chains(quiet) } else { 0 };
            left -= made;
            if left == 0 || self.cpu.why == Why::Fuel && self.machine.quiet_steps(self.horizon) > 0
            {
                continue;
            }
            self.put_back();
            let stepped = match self.machine.step_within(self.horizon) {
                Ok(stepped) => stepped,
                Err(stop) => return stop,
            };
            left -= 1;
            self.take_up();
            if !pleases(&stepped) {
                break;
            }
        }
        self.put_back();
        let end = self.machine.end();
        end.cloned().map_or(Stop::Steps, Stop::Ended)
    }

    /// Leaves the machine to others, who may change everything in it.
    fn hand_over(&mut self) {
        self.machine.composition().rest();
        self.events = UNSEEN;
    }

    /// Makes common steps, at most so many, until one is not; says how many were made. The registers stay here, the
    /// clock is in the machine.
    fn chains(&mut self, budget: u64) -> u64 {
        let mut remaining = budget;
        self.cpu.why = Why::Step;
        // Where a window was missing last, so that what cannot be had is asked for once.
        let mut missed = None;
        let Some(mut ip) = self.enter(self.machine.pc()) else {
            return 0;
        };
        let clock = self.machine.clock();
        self.cpu.clock_end = clock.wrapping_add(budget);
        while remaining > 0 {
            self.note_way();
            self.follow(ip, remaining);
            remaining = op::remaining(self.cpu.at, self.cpu.s);
            ip = self.cpu.at;
            match self.cpu.why {
                Why::Fuel => {}
                Why::Decode => {
                    let text = self.cpu.text;
                    let memory = self.machine.memory();
                    self.code.decode(memory, &mut self.pages, &text, ip);
                }
                Why::Window => {
                    let (register, distance) = self.cpu.missing;
                    if missed == Some((remaining, register)) {
                        break;
                    }
                    missed = Some((remaining, register));
                    self.open(register, distance);
                }
                Why::Step => {
                    if self.cpu.planted.is(Fault::StepAtStop) && budget > remaining {
                        remaining = remaining.saturating_sub(1);
                    }
                    break;
                }
                Why::Cross => {
                    if missed == Some((remaining, CROSSING)) {
                        break;
                    }
                    missed = Some((remaining, CROSSING));
                    self.learn(ip);
                    if self.cpu.why == Why::Step {
                        break;
                    }
                }
                Why::Jump => {
                    let cursor = self.cpu.target;
                    let pc = Capability::from_words(
                        self.cpu.text.low | cursor,
                        self.cpu.text.high,
                        true,
                    );
                    match self.enter(pc) {
                        Some(target) => ip = target,
                        None => break,
                    }
                }
            }
        }
        let made = budget - remaining;
        *self.machine.working_state().clock = clock.wrapping_add(made);
        made
    }

    /// Carries operations out from this one on, until one stops or so many steps are made.
    fn follow(&mut self, ip: *const Insn, remaining: u64) {
        let raw = self.machine.working_memory().raw();
        (self.cpu.summary, self.cpu.valid) = (self.pages.raw(), raw.valid);
        let mut s = op::kept(ip, remaining);
        if remaining >= ENOUGH_STEPS {
            // SAFETY: `ip` is in the text that was entered, whose span is kept; windows come from `Tlb`, whose entries
            // are of this memory; the pointers were fetched just now.
            unsafe { op::drive(ip, &mut self.cpu, s, raw.bytes) };
            return;
        }
        let mut ip = ip;
        while op::remaining(ip, s) > 0 {
            // SAFETY: the instruction is one of the text.
            let steps = unsafe { (*ip).op.steps() };
            if op::remaining(ip, s) < steps && !self.cpu.planted.is(Fault::StepsOfSequence) {
                (self.cpu.at, self.cpu.s, self.cpu.why) = (ip, s, Why::Step);
                return;
            }
            // SAFETY: as above; a detour gives an instruction of the text, or the end.
            let mut next = unsafe { op::one(ip, &mut self.cpu, &mut s, raw.bytes) };
            while op::stands_in(next) {
                next = unsafe { op::one(next, &mut self.cpu, &mut s, raw.bytes) };
            }
            if next == &raw const EXIT {
                self.cpu.s = s;
                return;
            }
            ip = next;
        }
        (self.cpu.at, self.cpu.s, self.cpu.why) = (ip, s, Why::Fuel);
    }

    /// Makes this the program counter, and finds its instruction if it may be run.
    fn enter(&mut self, pc: Capability) -> Option<*const Insn> {
        let who = self.nest.live();
        let entered = self.code.enter(&self.machine, (&mut self.pages, who), pc);
        let Some(text) = entered else {
            *self.machine.working_state().pc = pc;
            self.cpu.at = std::ptr::null();
            return None;
        };
        if self.code.gave_up() {
            self.cpu.transfers.forget();
            self.nest.spoil(u64::MAX, Derived::Own);
        }
        self.cpu.text = text;
        let at = u64::from(pc.cursor()) - text.start;
        self.cpu.at = text.code.wrapping_add(crate::code::slot(at) as usize);
        Some(self.cpu.at)
    }

    /// Asks the rules of transfers about the one that an instruction wants to make.
    fn learn(&mut self, at: *const Insn) {
        // SAFETY: the instruction is one of the text, at which operations stopped.
        let i = unsafe { *at };
        let (operand, kind) = match self.cpu.crossing {
            AccessKind::Call => (i.b, AccessKind::Call),
            kind => (i.a, kind),
        };
        self.put_back();
        let value = self.cpu.c(operand).value();
        let known = transfer::ask(&self.machine, value, kind);
        let Some((how, pc)) = known else {
            return;
        };
        let who = self.nest.live();
        let Some(text) = self.code.enter(&self.machine, (&mut self.pages, who), pc) else {
            return;
        };
        if self.code.gave_up() {
            // The running text is gone as well, and is entered again after the specification's step.
            self.cpu.transfers.forget();
            self.nest.spoil(u64::MAX, Derived::Own);
            self.cpu.why = Why::Step;
            return;
        }
        self.cpu.transfers.note(Transfer {
            low: value.low() & !0xffff_ffff,
            high: value.high(),
            from: self.cpu.text.low & rights::RING,
            how,
            text,
        });
    }

    /// Opens the window of a register at a distance from the beginning of the one that it has.
    fn open(&mut self, register: u8, distance: u64) {
        let mut cap = *self.cpu.c(register);
        if !cap.is_tagged() {
            return;
        }
        let offset = cap.first().wrapping_add(distance);
        let who = self.nest.live();
        self.cpu
            .tlb
            .resolve(&self.machine, (&mut self.pages, who), &mut cap, offset);
        *self.cpu.c(register) = cap;
    }

    /// Puts the registers into the machine.
    fn put_back(&mut self) {
        let text = self.cpu.text;
        let state = self.machine.working_state();
        let count = state.r.len();
        state.r.copy_from_slice(&self.cpu.r[..count]);
        for (to, from) in state.c.iter_mut().zip(&self.cpu.c) {
            *to = from.0.value();
        }
        for (to, from) in state.banks.iter_mut().zip(&self.cpu.banks) {
            *to = from.0.value();
        }
        if !self.cpu.at.is_null() {
            let index = (self.cpu.at.addr() - text.code.addr()) as u64 / SLOT as u64;
            let low = text.low | (text.start + offset(index));
            *state.pc = Capability::from_words(low, text.high, true);
        }
        state.banks[usize::from(state.pc.ring().number())] = Capability::NULL;
    }

    /// Notes which maps of hosts were read meanwhile.
    #[inline]
    fn note_way(&mut self) {
        if !self.machine.composition().has_maps() {
            return;
        }
        let (pages, who, planted) = (&mut self.pages, self.nest.live(), self.cpu.planted);
        self.machine.composition().take_maps(|page| {
            if !planted.is(Fault::StaleWay) {
                pages.note_map(page, who, Derived::Outward);
            }
        });
    }

    /// Takes the registers from the machine, and drops what is not true any more.
    fn take_up(&mut self) {
        self.note_way();
        self.look_at_memory();
        let events = self.machine.events();
        match events.0 == self.events.0 {
            true => self.nest.look_at_process(&self.machine),
            false => self.change_machine(),
        }
        let [own, outward] = self.nest.take_stale(&mut self.pages);
        if own {
            self.forget();
        }
        if outward && !self.cpu.planted.is(Fault::StaleComposition) {
            self.machine.composition().clear();
        }
        if outward || events != self.events {
            self.events = events;
            self.look_at_hosts();
        }
        let state = self.machine.working_state();
        let count = state.r.len();
        self.cpu.r[..count].copy_from_slice(state.r);
        let registers = self.cpu.c.iter_mut().chain(&mut self.cpu.banks);
        let held = state.c.iter().chain(state.banks.iter());
        for (Slot(to), from) in registers.zip(held) {
            if !to.is(*from) {
                *to = Cap::of(*from);
                if from.is_tagged() {
                    self.cpu.tlb.attach(to);
                }
            }
        }
        self.cpu.at = std::ptr::null();
    }

    /// Looks what hosts want, and when, and has the machine remember the way outward.
    fn look_at_hosts(&mut self) {
        let planted = self.cpu.planted;
        let offered = self.machine.is_intercepted(Intercept::Clock);
        self.cpu.clock_is_offered = offered && !planted.is(Fault::ClockNotOffered);
        self.horizon = self.machine.horizon();
        if self.horizon.steps > 0 && planted.is(Fault::LateHost) {
            self.horizon.steps = u64::MAX;
        }
        if self.horizon.steps > 0 && planted.is(Fault::HostOneLate) {
            self.horizon.steps = self.horizon.steps.saturating_add(1);
        }
        let leaf = self.machine.levels() - 1;
        if leaf > 0 {
            let memory_size = self.machine.standing(leaf).memory_size;
            let composition = self.machine.composition();
            composition.hold(self.events.0, memory_size);
        }
    }

    /// Looks at the pages that changed.
    fn look_at_memory(&mut self) {
        let (code, pages, planted) = (&mut self.code, &mut self.pages, self.cpu.planted);
        let nest = &mut self.nest;
        self.machine.working_memory().take_changed(|memory, page| {
            let (own, outward) = (
                pages.noted(page, Derived::Own),
                pages.noted(page, Derived::Outward),
            );
            if own | outward != 0 && !planted.is(Fault::StaleMap) {
                nest.spoil(own, Derived::Own);
                nest.spoil(outward, Derived::Outward);
            }
            if pages.get(page) & CODE != 0 && !planted.is(Fault::StaleCode) {
                code.page_changed(pages, page);
            }
            if let Some(owner) = pages.look(memory, page)
                && !planted.is(Fault::StaleOwner)
            {
                nest.spoil_from(owner);
            }
        });
    }

    /// Another machine of the nest runs now, or this one has other hosts.
    fn change_machine(&mut self) {
        let before = self.nest.live();
        let Some(known) = self.nest.change(&self.machine) else {
            return;
        };
        let mut known = known.unwrap_or_else(|| {
            Box::new(Known {
                tlb: Tlb::new(self.places, self.cpu.planted),
                transfers: PutAway::new(),
                texts: Texts::default(),
                composition: Composition::default(),
            })
        });
        std::mem::swap(&mut self.cpu.tlb, &mut known.tlb);
        self.cpu.transfers.exchange(&mut known.transfers);
        self.code.exchange_texts(&mut known.texts);
        std::mem::swap(self.machine.composition(), &mut known.composition);
        self.nest.put_away(before, known);
        // Their windows are of the other machine.
        let registers = self.cpu.c.iter_mut().chain(&mut self.cpu.banks);
        registers.for_each(|slot| slot.0 = Cap::NULL);
    }

    /// Drops everything that maps, labels or the process had a part in.
    fn forget(&mut self) {
        self.cpu.tlb.clear();
        self.cpu.c.iter_mut().for_each(|slot| slot.0.close());
        self.cpu.banks.iter_mut().for_each(|slot| slot.0.close());
        self.cpu.transfers.forget();
        self.code.forget_texts();
    }
}
