//! A run: a machine with a program in it, the devices that every program gets, and the host at its console.
//!
//! Invariant: whatever comes from outside is written down as it comes in, so a run can be made again, to the bit.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::Arc;

use isa::abi::{SLOT_BLOCK, SLOT_CONSOLE, SLOT_POWER};
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{End, LoadPiece, Machine, Reset, Saved, Stepped, Stop};

use crate::disk::Disk;
use crate::failure::Failure;
use crate::host::{Host, Streams, Wait};
use crate::memory_size::MemorySize;
use crate::outside::{Events, Outside, Position, Receipt};
use crate::pace::Pace;
use crate::program::Program;
use crate::runner::{Runner, Which};

/// How many steps are made before output is passed on.
const CHUNK: u64 = 1 << 16;

/// With so many bytes waiting on its consoles, a program gets no more before it has read some.
const INPUT_ROOM: usize = 1 << 16;

/// How deep a machine may nest guests, unless it is told otherwise.
pub const DEPTH: u64 = 64;

/// What a machine is given.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bytes of memory, in whole pages.
    pub memory: u64,
    /// How deep the machine may nest guests, at most [`isa::machine::MAX_DEPTH`].
    pub depth: u64,
    /// The argument strings.
    pub arguments: Vec<Vec<u8>>,
    /// All of the console's input, if it is known from the start; else it is asked for when the machine waits for it.
    pub input: Option<Vec<u8>>,
    /// The consoles besides the first, by their slots; each with all of its input, if it is known from the start.
    pub consoles: BTreeMap<usize, Option<Vec<u8>>>,
    /// The disk, if it has one.
    pub disk: Option<Disk>,
    /// What makes the steps.
    pub machine: Which,
}

/// 16 MiB, guests 64 deep, no arguments, input when it is needed, and neither disk nor further consoles.
impl Default for Settings {
    fn default() -> Settings {
        Settings {
            memory: MemorySize::DEFAULT.bytes(),
            depth: DEPTH,
            arguments: Vec::new(),
            input: None,
            consoles: BTreeMap::new(),
            disk: None,
            machine: Which::default(),
        }
    }
}

/// Why a run came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The machine ended.
    Ended(End),
    /// It made as many steps as it was to, and could go on.
    Steps,
    /// It was stopped from outside, and could go on.
    Stopped,
}

/// A session as it was at some step, to go back to.
#[derive(Clone)]
pub(crate) struct Checkpoint {
    pub(crate) machine: Saved,
    disk: Option<Disk>,
    came: Position,
}

/// A machine with a program in it.
pub struct Session<'a> {
    program: &'a Program,
    settings: Settings,
    /// The machine with which the run began, if not before its first step.
    beginning: Option<Arc<Saved>>,
    runner: Runner,
    outside: Outside,
}

impl<'a> Session<'a> {
    /// A machine before its first step.
    ///
    /// # Errors
    /// When the host lacks the memory, or program and arguments do not fit into the machine.
    pub fn boot(program: &'a Program, settings: Settings) -> Result<Self, Failure> {
        Self::begin(program, settings, None, Outside::live())
    }

    /// A machine that was saved, with the program that it was booted with, to go on.
    ///
    /// # Errors
    /// When the host lacks the memory, or the settings are those of another machine.
    pub(crate) fn resume(
        program: &'a Program,
        settings: Settings,
        saved: Arc<Saved>,
    ) -> Result<Self, Failure> {
        Self::begin(program, settings, Some(saved), Outside::live())
    }

    /// A machine at the beginning of a run, to which comes from outside what came to another.
    pub(crate) fn begin_again(
        program: &'a Program,
        settings: Settings,
        beginning: Option<Arc<Saved>>,
        events: Events,
    ) -> Result<Self, Failure> {
        let settings = Settings {
            disk: settings.disk.map(Disk::without_file),
            ..settings
        };
        Self::begin(program, settings, beginning, Outside::recorded(events))
    }

    fn begin(
        program: &'a Program,
        settings: Settings,
        beginning: Option<Arc<Saved>>,
        outside: Outside,
    ) -> Result<Self, Failure> {
        let mut machine = Machine::new(settings.memory)?;
        attach(&mut machine, &settings, &outside)?;
        match &beginning {
            Some(saved) => {
                machine.restore(saved)?;
                supply(&mut machine, &settings);
            }
            None => {
                supply(&mut machine, &settings);
                boot(&mut machine, program, &settings)?;
            }
        }
        Ok(Session {
            runner: Runner::new(settings.machine, machine),
            program,
            settings,
            beginning,
            outside,
        })
    }

    /// Makes steps until the machine ends, or so many of them. Input of the first console comes from `input` when the
    /// machine waits for it; what the program prints there goes to `output` as it comes.
    ///
    /// # Errors
    /// When the host's input or output fails.
    pub fn run(
        &mut self,
        max_steps: Option<u64>,
        input: &mut dyn Read,
        output: &mut dyn Write,
    ) -> Result<Ending, Failure> {
        self.run_with(max_steps, &mut Streams { input, output })
    }

    /// Makes steps until the machine ends, or so many of them, or the host stops it. Input comes from the host as soon
    /// as it is there, whether the machine waits for it or not.
    ///
    /// # Errors
    /// When the host's input or output fails.
    pub fn run_with(
        &mut self,
        max_steps: Option<u64>,
        host: &mut dyn Host,
    ) -> Result<Ending, Failure> {
        let end = max_steps.map_or(u64::MAX, |steps| {
            self.runner.machine().steps().saturating_add(steps)
        });
        let mut pace = Pace::default();
        loop {
            self.outside.replay(self.runner.machine_mut());
            self.take_what_came(host)?;
            if host.is_stopped() {
                return Ok(Ending::Stopped);
            }
            let until = self
                .outside
                .next_arrival()
                .map_or(end, |next| next.min(end));
            let left = until
                .saturating_sub(self.runner.machine().steps())
                .min(CHUNK);
            let stop = match host.is_paced() {
                true => pace.run(&mut self.runner, left),
                false => self.runner.run(left),
            };
            self.pass_output_on(host)?;
            let wait = match stop {
                Stop::Ended(end) => return Ok(Ending::Ended(end)),
                Stop::Steps if self.runner.machine().steps() >= end => return Ok(Ending::Steps),
                Stop::Steps => pace.wait(),
                Stop::Input(_) if self.outside.is_recorded() => return Ok(Ending::Stopped),
                Stop::Input(slot) => {
                    self.attend(host);
                    Some(Wait::Console(slot))
                }
            };
            if let Some(wait) = wait {
                self.outside
                    .receive(self.runner.machine_mut(), host, wait)?;
            }
        }
    }

    /// The slots of the consoles whose input comes while the machine runs.
    fn live_consoles(&self) -> impl Iterator<Item = usize> {
        let first = self.settings.input.is_none();
        let first = first.then_some(usize::from(SLOT_CONSOLE));
        let others = self.settings.consoles.iter();
        let others = others.filter(|(_, input)| input.is_none());
        first.into_iter().chain(others.map(|(slot, _)| *slot))
    }

    /// Tells the host which consoles the program reads, and how.
    fn attend(&self, host: &mut dyn Host) {
        for slot in self.live_consoles() {
            let is_enabled = self.runner.machine().process().lines >> slot & 1 == 1;
            if let Some(console) = self.runner.machine().console(slot)
                && (console.has_asked() || console.is_raw() || is_enabled)
            {
                host.attend(slot, console.is_raw());
            }
        }
    }

    /// Gives the consoles what has come, unless much of it waits there still.
    fn take_what_came(&mut self, host: &mut dyn Host) -> Result<(), Failure> {
        if self.outside.is_recorded() {
            return Ok(());
        }
        self.attend(host);
        let has_room = |session: &Self| {
            let waiting = session.live_consoles().filter_map(|slot| {
                let console = session.runner.machine().console(slot)?;
                Some(console.waiting())
            });
            waiting.sum::<usize>() < INPUT_ROOM
        };
        while has_room(self) {
            match self
                .outside
                .receive(self.runner.machine_mut(), host, Wait::Not)?
            {
                Receipt::Something => {}
                Receipt::Nothing => break,
            }
        }
        Ok(())
    }

    fn pass_output_on(&mut self, host: &mut dyn Host) -> Result<(), Failure> {
        let others = self.settings.consoles.keys().copied();
        for slot in [usize::from(SLOT_CONSOLE)].into_iter().chain(others) {
            let console = self.runner.machine_mut().console_mut(slot);
            let bytes = console.map(Console::drain).unwrap_or_default();
            if !bytes.is_empty() {
                host.output(slot, &bytes)?;
            }
        }
        Ok(())
    }

    /// Makes one step; input of the first console comes from `input` if the machine waits for it, and other consoles
    /// have none but what was known from the start. `None` when the machine has ended, or waits for what is not going
    /// to come again.
    ///
    /// # Errors
    /// When the host's input fails.
    pub fn step(&mut self, input: &mut dyn Read) -> Result<Option<Stepped>, Failure> {
        let output = &mut std::io::sink();
        self.step_with(&mut Streams { input, output })
    }

    /// Makes one step in the same way, with what the host has if the machine waits. `None` also when the host stops the run
    /// meanwhile.
    ///
    /// # Errors
    /// When the host's input fails.
    pub(crate) fn step_with(&mut self, host: &mut dyn Host) -> Result<Option<Stepped>, Failure> {
        loop {
            self.outside.replay(self.runner.machine_mut());
            match self.runner.step() {
                Ok(stepped) => return Ok(Some(stepped)),
                Err(Stop::Input(slot)) if !self.outside.is_recorded() && !host.is_stopped() => {
                    let wait = Wait::Console(slot);
                    self.outside
                        .receive(self.runner.machine_mut(), host, wait)?;
                }
                Err(Stop::Input(_) | Stop::Ended(_) | Stop::Steps) => return Ok(None),
            }
        }
    }

    /// Makes steps, at most so many, with what has come from outside already or is to come again.
    pub(crate) fn go_on(&mut self, steps: u64) -> Stop {
        self.go_on_while(steps, |_| true)
    }

    /// The same, until a step does not please, as for [`Runner::run_while`].
    pub(crate) fn go_on_while(
        &mut self,
        steps: u64,
        mut pleases: impl FnMut(&Stepped) -> bool,
    ) -> Stop {
        let end = self.machine().steps().saturating_add(steps);
        loop {
            self.outside.replay(self.runner.machine_mut());
            let next = self.outside.next_arrival();
            let until = next.map_or(end, |next| next.min(end));
            let left = until.saturating_sub(self.machine().steps());
            let mut is_pleased = true;
            let stop = self.runner.run_while(left, |stepped| {
                is_pleased = pleases(stepped);
                is_pleased
            });
            match stop {
                Stop::Steps if is_pleased && self.machine().steps() < end => {}
                stop => return stop,
            }
        }
    }

    /// Makes one step in the same way.
    ///
    /// # Errors
    /// When the machine cannot go on.
    pub(crate) fn go_on_by_one(&mut self) -> Result<Stepped, Stop> {
        self.outside.replay(self.runner.machine_mut());
        self.runner.step()
    }

    /// From now on new things come from outside, and nothing comes again.
    pub(crate) fn go_live(&self) {
        self.outside.go_live();
    }

    /// Gives the first console bytes, or none for the end of its input. What was to come again from now on does not.
    pub(crate) fn supply(&mut self, bytes: Vec<u8>) {
        self.outside.go_live();
        let machine = self.runner.machine_mut();
        self.outside.supply(machine, SLOT_CONSOLE.into(), bytes);
    }

    /// The session as it is now; what did not change is shared with another. `None` if more came from outside than is
    /// written down.
    pub(crate) fn checkpoint(&self, near: Option<&Checkpoint>) -> Option<Checkpoint> {
        Some(Checkpoint {
            machine: self.machine().save(near.map(|near| &near.machine)),
            disk: self.disk_now(near.and_then(|near| near.disk.as_ref())),
            came: self.outside.position()?,
        })
    }

    /// Makes the session what it was. What came from outside since then is to come again.
    ///
    /// # Errors
    /// Never for a checkpoint of this session.
    pub(crate) fn go_back(&mut self, to: &Checkpoint) -> Result<(), Failure> {
        let machine = self.runner.machine_mut();
        if let Some(disk) = &to.disk {
            let store = disk.store(self.outside.clone());
            machine.attach(SLOT_BLOCK.into(), Device::block(store))?;
        }
        machine.restore(&to.machine)?;
        self.outside.go_back(to.came);
        Ok(())
    }

    /// The same session as it is now, but with a machine of this level about to go on: those deeper are suspended, so that it
    /// is at its `vmrun` as it is for a trap of its own, or it is entered as the next step does it.
    ///
    /// # Errors
    /// When more came from outside than is written down.
    pub(crate) fn at_level(&self, level: usize) -> Result<Session<'a>, Failure> {
        let now = self.checkpoint(None).ok_or(Failure::NotAgain)?;
        let mut same = self.again().ok_or(Failure::NotAgain)?;
        same.go_back(&now)?;
        same.enter_guests();
        same.runner.machine_mut().suspend_to(level);
        Ok(same)
    }

    /// Enters the guests that the next step would enter before it makes an instruction.
    pub(crate) fn enter_guests(&mut self) {
        self.runner.machine_mut().enter_guests();
    }

    /// What the program has printed since the last call, or since [`Session::run`] passed it on.
    pub fn drain(&mut self) -> Vec<u8> {
        let console = self.runner.machine_mut().console_mut(SLOT_CONSOLE.into());
        console.map(Console::drain).unwrap_or_default()
    }

    /// The same run from its beginning, to be stepped through: with what came from outside until now. `None` if that was
    /// more than a session writes down.
    pub fn again(&self) -> Option<Session<'a>> {
        self.again_on(self.settings.machine)
    }

    /// The same run from its beginning on this machine, or `None` as for [`Session::again`].
    pub(crate) fn again_on(&self, machine: Which) -> Option<Session<'a>> {
        let settings = Settings {
            machine,
            ..self.settings.clone()
        };
        let beginning = self.beginning.clone();
        Self::begin_again(self.program, settings, beginning, self.events()?).ok()
    }

    /// What came from outside until now, or `None` if it was more than is written down.
    pub(crate) fn events(&self) -> Option<Events> {
        self.outside.events()
    }

    /// Whether a good part of what may be written down of what came from outside is.
    pub(crate) fn is_long_told(&self) -> bool {
        self.outside.is_long_told()
    }

    /// Waits until the host has put on its own disk what the program wrote to its disk. What the host said when it first
    /// failed to write a block, if it did: the program has seen only that it failed.
    ///
    /// # Errors
    /// When the host could not do it.
    pub fn settle_disk(&self) -> Result<Option<String>, Failure> {
        self.settings.disk.as_ref().map_or(Ok(()), Disk::sync)?;
        Ok(self.outside.trouble())
    }

    /// The machine with which the run began, if not before its first step.
    pub(crate) fn beginning(&self) -> Option<&Arc<Saved>> {
        self.beginning.as_ref()
    }

    /// The disk as the machine has it now, without its file. Blocks are shared with another, or with the disk as it was.
    pub(crate) fn disk_now(&self, near: Option<&Disk>) -> Option<Disk> {
        let disk = near.or(self.settings.disk.as_ref())?;
        match self.machine().device(SLOT_BLOCK.into())? {
            Device::Block(block) => Some(disk.now(block.store())),
            _ => None,
        }
    }

    /// What the machine was given.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The machine as it is now.
    pub fn machine(&self) -> &Machine {
        self.runner.machine()
    }

    /// The machine, where nothing else is wanted any more.
    pub fn into_machine(self) -> Machine {
        self.runner.into_machine()
    }

    /// The program that it was booted with.
    pub fn program(&self) -> &'a Program {
        self.program
    }
}

/// Puts the devices into the machine that every program gets, and those that it was given.
fn attach(machine: &mut Machine, settings: &Settings, outside: &Outside) -> Result<(), Failure> {
    for (slot, _) in consoles(settings) {
        machine.attach(slot, Device::Console(Console::new()))?;
    }
    machine.attach(SLOT_POWER.into(), Device::Power)?;
    outside.attach(machine)?;
    if let Some(disk) = &settings.disk {
        let store = disk.store(outside.clone());
        machine.attach(SLOT_BLOCK.into(), Device::block(store))?;
    }
    Ok(())
}

/// All consoles, each with all of its input if that is known.
fn consoles(settings: &Settings) -> impl Iterator<Item = (usize, Option<&[u8]>)> {
    let first = (usize::from(SLOT_CONSOLE), settings.input.as_deref());
    let others = settings.consoles.iter();
    let others = others.map(|(slot, input)| (*slot, input.as_deref()));
    others.chain([first])
}

/// Gives the consoles what is known of their input.
fn supply(machine: &mut Machine, settings: &Settings) {
    for (slot, input) in consoles(settings) {
        if let (Some(console), Some(input)) = (machine.console_mut(slot), input) {
            console.supply(input);
            console.close();
        }
    }
}

/// Loads the program, and makes the machine ready for its first step.
fn boot(machine: &mut Machine, program: &Program, settings: &Settings) -> Result<(), Failure> {
    let boot = program.image().boot(settings.memory)?;
    let pieces = boot.pieces.iter().map(|piece| LoadPiece {
        real: piece.real,
        bytes: piece.bytes,
    });
    machine.load(&pieces.collect::<Vec<_>>())?;
    Ok(machine.reset(&Reset {
        descriptor_base: boot.descriptor_base,
        descriptor_count: boot.descriptor_count,
        entry: boot.entry,
        depth_left: settings.depth,
        arguments: settings.arguments.clone(),
        free: boot.free,
    })?)
}
