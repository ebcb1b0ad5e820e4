//! Levels: the machine that runs, and its hosts, which are suspended in their `vmrun`.
//!
//! Level 0 is the outermost machine; the guest of level `n` is level `n + 1`. The registers of [`Machine`] are those of
//! the innermost level that is live, the leaf; what the others have is in [`Host`].
//!
//! Invariant: while a guest runs, nothing of it is in memory but its window: its block was read whole at entry and is
//! stored whole when the guest is left. All clocks run together, so a host's is kept as its difference to the leaf's.

use super::access::Through;
use super::{End, Machine, SLOTS};
use crate::address::Real;
use crate::capability::Capability;
use crate::context::{
    ExecutionContext, ExitReason, MachineBlock, MachineState, ProcessBlock, STATUS_MASKED, Terms,
};
use crate::instruction::C;
use crate::instruction::names::Named;
use crate::ring::Ring;

/// How deep machines may be nested at most.
pub const MAX_DEPTH: u64 = 128;

/// A machine that is suspended in its `vmrun` while its guest runs.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) state: MachineState,
    /// Its clock, less that of the leaf.
    pub(super) ahead: u64,
    /// The guest that it runs.
    pub(super) run: Run,
    /// What this host and those further out want to be asked about.
    pub(super) wanted: Wanted,
}

/// What some host of several wants of its guests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The classes of instructions that are offered, a bit each.
    pub(super) instructions: u64,
    /// The traps that are offered, a bit each.
    pub(super) traps: u64,
    /// Whether a host has let an event proceed that has not happened yet. It may have meanwhile.
    pub(super) proceeds: bool,
}

impl Wanted {
    /// The same with what one more host wants, on these terms.
    pub(super) fn and_of(self, terms: &Terms) -> Wanted {
        Wanted {
            instructions: self.instructions | terms.intercept_instructions,
            traps: self.traps | terms.intercept_traps,
            proceeds: self.proceeds || terms.proceed,
        }
    }
}

/// What `vmrun` was given.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Where the guest's block is in the real memory of each level from 0 to the host's. It stays there until the guest
    /// is left, whatever becomes of the maps.
    pub(super) block: Vec<Real>,
    /// The window.
    pub(super) memory: Through,
    /// The host's devices in the guest's slots.
    pub(super) devices: [Option<Passed>; SLOTS],
    /// How deep the guest may nest guests.
    pub(super) depth: u64,
    /// The rest of the guest's block.
    pub(super) terms: Terms,
}

/// A device of the host that its guest may use as if it were its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Passed {
    /// The host's slot.
    pub(super) slot: usize,
    /// Whether the host itself may use it for input.
    pub(super) input: bool,
    /// Whether the host itself may use it for output.
    pub(super) output: bool,
}

impl Run {
    /// The bytes of the window, which are the guest's real memory.
    pub(super) fn memory_size(&self) -> u64 {
        let window = self.memory.capability;
        u64::from(window.limit().saturating_sub(window.base()))
    }
}

impl Machine {
    /// The level of the machine that runs: how many hosts it has.
    pub(super) fn level(&self) -> usize {
        self.hosts.len()
    }

    /// What the host of the leaf keeps of it; none at level 0.
    pub(super) fn own_run(&self) -> Option<&Run> {
        self.hosts.last().map(|host| &host.run)
    }

    /// What the hosts of the leaf want to be asked about.
    pub(super) fn wanted(&self) -> Wanted {
        self.hosts
            .last()
            .map_or(Wanted::default(), |host| host.wanted)
    }

    /// The process block of a level.
    pub(super) fn process_at(&self, level: usize) -> &ProcessBlock {
        self.hosts
            .get(level)
            .map_or(&self.process, |host| &host.state.process)
    }

    /// The current ring of a level.
    pub(super) fn ring_at(&self, level: usize) -> Ring {
        let pc = self
            .hosts
            .get(level)
            .map_or(self.pc, |host| host.state.context.pc);
        pc.ring()
    }

    /// The bytes of real memory of a level.
    pub(super) fn memory_size_at(&self, level: usize) -> u64 {
        match level.checked_sub(1).and_then(|host| self.hosts.get(host)) {
            Some(host) => host.run.memory_size(),
            None => self.memory.size(),
        }
    }

    /// The clock of a level.
    pub(super) fn clock_at(&self, level: usize) -> u64 {
        let ahead = self.hosts.get(level).map_or(0, |host| host.ahead);
        self.clock.wrapping_add(ahead)
    }

    /// How deep a level may nest guests.
    pub(super) fn depth_at(&self, level: usize) -> u64 {
        match level.checked_sub(1).and_then(|host| self.hosts.get(host)) {
            Some(host) => host.run.depth,
            None => self.depth,
        }
    }

    /// What a level has beside memory, devices and clock.
    pub(super) fn state_at(&self, level: usize) -> MachineState {
        match self.hosts.get(level) {
            Some(host) => host.state,
            None => MachineState {
                context: self.context(),
                process: self.process,
                entry: self.entry,
                pending: self.pending,
                timer: self.timer,
            },
        }
    }

    /// Takes over a state as the leaf's, raised to the ring that it is in, as `resume` does.
    pub(super) fn take(&mut self, state: MachineState) {
        let ExecutionContext { pc, status, r, c } = state.context;
        self.pc = pc;
        self.masked = status & STATUS_MASKED != 0;
        self.r = r;
        self.c = c.map(|value| value.raised(pc.ring()));
        self.process = state.process;
        for (bank, ring) in self.process.banks.iter_mut().zip(Ring::ALL) {
            *bank = bank.raised(ring);
        }
        self.process.banks[usize::from(pc.ring().number())] = Capability::NULL;
        (self.entry, self.pending, self.timer) = (state.entry, state.pending, state.timer);
        self.set_c(C::ZERO, Capability::NULL);
    }

    /// Makes the leaf's clock say this, and leaves those of its hosts as they are.
    fn set_clock(&mut self, clock: u64) {
        let difference = self.clock.wrapping_sub(clock);
        for host in &mut self.hosts {
            host.ahead = host.ahead.wrapping_add(difference);
        }
        self.clock = clock;
    }

    /// The leaf becomes a host, and the guest of this block the leaf.
    pub(super) fn push(&mut self, run: Run, block: &MachineBlock) {
        let state = self.state_at(self.level());
        let wanted = self.wanted().and_of(&run.terms);
        self.hosts.push(Host {
            state,
            ahead: 0,
            run,
            wanted,
        });
        self.chain_changes = self.chain_changes.wrapping_add(1);
        self.take(block.state);
        self.set_clock(block.clock);
        let exit = &block.terms.exit;
        let switched_off =
            block.terms.running && exit.reason == u64::from(ExitReason::Power.number());
        self.end = switched_off.then_some(End::Power {
            status: exit.operands[0].low(),
        });
    }

    /// The block of a guest that is live, as it would be stored if the run were suspended now.
    pub(super) fn block_at(&self, level: usize) -> Option<MachineBlock> {
        let host = self.hosts.get(level.checked_sub(1)?)?;
        let mut terms = host.run.terms;
        terms.running = true;
        if let (Some(End::Power { status }), true) = (&self.end, level == self.level()) {
            terms.exit = Machine::power_record(*status);
        }
        Some(MachineBlock {
            state: self.state_at(level),
            clock: self.clock_at(level),
            terms,
        })
    }

    /// Stores a block where it was read.
    pub(super) fn store_block(&mut self, level: usize, block: &MachineBlock) {
        let place = level.checked_sub(1).and_then(|host| self.hosts.get(host));
        if let Some(real) = place.and_then(|host| host.run.block.first()) {
            let written = self.memory.write(*real, &block.to_bytes());
            debug_assert!(written.is_ok(), "the block was read from there");
        }
    }

    /// Stores the guests that are deeper than a level to their blocks, and makes that level the leaf, at its `vmrun`. It is
    /// no step, and the next one goes on in those guests.
    pub fn suspend_to(&mut self, level: usize) {
        while self.level() > level {
            let leaf = self.level();
            if let Some(block) = self.block_at(leaf) {
                self.store_block(leaf, &block);
            }
            self.pop();
        }
    }

    /// The host of the leaf becomes the leaf.
    pub(super) fn pop(&mut self) {
        if let Some(host) = self.hosts.pop() {
            let clock = self.clock.wrapping_add(host.ahead);
            self.chain_changes = self.chain_changes.wrapping_add(1);
            self.take(host.state);
            self.set_clock(clock);
            self.end = None;
        }
    }
}
