//! Machines in machines: a rig as the innermost guest of hosts that do nothing but run it.
//!
//! Each host has seven pages before its window: the reset record, descriptors, text, the guest's block, the table of
//! devices, the stack, and the page table of the window. The window is all the rest. So what is at a real address of one level lies
//! [`HOST`] bytes further in the memory of its host.

use isa::context::{
    ExecutionContext, ExitReason, MachineBlock, MachineState, ProcessBlock, STATUS_MASKED, Terms,
    TrapRecord,
};
use isa::instruction::names::Named;
use isa::label::LabelSet;
use isa::machine::memory::Granule;
use isa::machine::{Machine, Reset, Stepped, Stop};
use isa::{
    Address, Capability, Descriptor, DescriptorFlags, Fields, PageFlags, PageWord, Real,
    SegmentNumber,
};

use crate::rig::*;

/// The bytes that a host has before its window.
pub(crate) const HOST: u64 = 0x7000;
const HOST_DESCRIPTORS: u64 = 0x1000;
const HOST_TEXT: u64 = 0x2000;
/// Where the block of its guest is in the real memory of a host.
pub(crate) const BLOCK: u64 = 0x3000;
const TABLE: u64 = 0x4000;
const STACK: u64 = 0x5000;
/// Where the page table of its window is in the real memory of a host.
pub(crate) const PAGES: u64 = 0x6000;

/// The segments of a host.
pub(crate) const HOST_TEXT_SEGMENT: u16 = 4;
pub(crate) const BLOCK_SEGMENT: u16 = 5;
pub(crate) const WINDOW_SEGMENT: u16 = 6;
const TABLE_SEGMENT: u16 = 7;
const STACK_SEGMENT: u16 = 8;
/// Where traps of a host enter its text, if it handles any.
pub(crate) const HOST_HANDLER: u32 = 0x800;

/// How the hosts are made.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hosts {
    /// How many there are.
    pub(crate) count: usize,
    /// Whether their windows have page tables.
    pub(crate) paged: bool,
    /// The depth that the innermost guest is given.
    pub(crate) depth: u64,
}

/// Hosts with a rig inside.
pub(crate) struct Nest {
    pub(crate) machine: Machine,
    pub(crate) hosts: Hosts,
    /// How many steps the innermost guest has made.
    leaf_clock: u64,
}

/// A capability to all of a segment of a host.
pub(crate) fn whole(segment: u16, length: u64) -> Capability {
    Capability::new(Fields {
        segment: SegmentNumber(segment),
        limit: length as u32,
        permissions: if segment == HOST_TEXT_SEGMENT {
            RX
        } else {
            ALL
        },
        ..Fields::default()
    })
}

/// Terms without any.
pub(crate) fn no_terms(depth: u64) -> Terms {
    Terms {
        budget: 0,
        intercept_instructions: 0,
        intercept_traps: 0,
        intercept_guests: 0,
        memory_given: 0,
        depth_given: depth,
        running: false,
        complete: false,
        proceed: false,
        inject: false,
        inject_trap: TrapRecord::default(),
        exit: Default::default(),
    }
}

impl Nest {
    /// The rig as it is, in so many hosts that are about to run it. It has the devices if `input` is given.
    pub(crate) fn around(rig: &Rig, hosts: Hosts, input: Option<&[u8]>) -> Nest {
        let inner = rig.machine.memory();
        let window = |level: usize| inner.size() + HOST * (hosts.count - level - 1) as u64;
        let size = inner.size() + HOST * hosts.count as u64;
        let mut machine = Machine::new(size).expect("a small memory");
        if let Some(input) = input {
            attach_devices(&mut machine, input, vec![1; 3 * 4096]);
        }
        for level in 0..hosts.count {
            build_host(&mut machine, hosts, level, window(level));
        }
        if hosts.count == 0 {
            copy_rig(&mut machine, rig, hosts);
        }
        let inside = Reset {
            descriptor_base: if hosts.count == 0 {
                DESCRIPTORS
            } else {
                HOST_DESCRIPTORS
            },
            descriptor_count: if hosts.count == 0 {
                DESCRIPTOR_COUNT
            } else {
                32
            },
            entry: Address::new(SegmentNumber(if hosts.count == 0 { TEXT } else { 4 }), 0).word(),
            depth_left: hosts.depth + hosts.count as u64,
            ..Reset::default()
        };
        machine.reset(&inside).expect("there is what reset wants");
        copy_rig(&mut machine, rig, hosts);
        let mut state = rig.machine.level_state(0).expect("level 0");
        for level in (0..hosts.count).rev() {
            let block = MachineBlock {
                state,
                clock: 0,
                terms: no_terms(hosts.depth + (hosts.count - level - 1) as u64),
            };
            let place = Real(HOST * level as u64 + BLOCK);
            let memory = machine.poke_memory();
            memory.write(place, &block.to_bytes()).expect("inside");
            state = host_state(window(level));
        }
        machine.poke_context(&state.context);
        machine.poke_process(&state.process);
        machine.poke_entry(state.entry);
        Nest {
            machine,
            hosts,
            leaf_clock: 0,
        }
    }

    /// Where a real address of a level is in the outermost memory.
    pub(crate) fn outermost(&self, level: usize, real: u64) -> Real {
        Real(real + HOST * level as u64)
    }

    /// The block of the guest of a host, from memory.
    pub(crate) fn block(&self, host: usize) -> MachineBlock {
        let place = self.outermost(host, BLOCK);
        let bytes = self.machine.memory().read(place, 4096).expect("inside");
        MachineBlock::from_bytes(bytes.try_into().expect("a page"))
    }

    /// Changes the block of the guest of a host, in memory.
    pub(crate) fn change(&mut self, host: usize, change: impl FnOnce(&mut MachineBlock)) {
        let mut block = self.block(host);
        change(&mut block);
        let place = self.outermost(host, BLOCK);
        let memory = self.machine.poke_memory();
        memory.write(place, &block.to_bytes()).expect("inside");
    }

    /// Writes instructions into the text of a host.
    pub(crate) fn code(&mut self, host: usize, offset: u32, source: &str) {
        let place = self.outermost(host, HOST_TEXT + u64::from(offset));
        let words: Vec<u8> = lines(source)
            .flat_map(|line| assemble(line).to_le_bytes())
            .collect();
        let memory = self.machine.poke_memory();
        memory.write(place, &words).expect("inside");
    }

    /// Has a host handle its traps.
    pub(crate) fn handle(&mut self, host: usize, source: &str) {
        self.code(host, HOST_HANDLER, source);
        let entry = Address::new(SegmentNumber(HOST_TEXT_SEGMENT), HOST_HANDLER).word();
        match host.checked_sub(1) {
            Some(outer) => self.change(outer, |block| block.state.entry = entry),
            None => self.machine.poke_entry(entry),
        }
    }

    /// Changes the registers of a host before it has begun.
    pub(crate) fn change_context(
        &mut self,
        host: usize,
        change: impl FnOnce(&mut ExecutionContext),
    ) {
        match host.checked_sub(1) {
            Some(outer) => self.change(outer, |block| change(&mut block.state.context)),
            None => {
                let mut context = self.machine.context();
                change(&mut context);
                self.machine.poke_context(&context);
            }
        }
    }

    /// Takes the device out of a slot of the guest of a host.
    pub(crate) fn empty_slot(&mut self, host: usize, slot: u64) {
        let place = self.outermost(host, TABLE + 16 * slot);
        let memory = self.machine.poke_memory();
        memory.write(place, &[0; 16]).expect("inside");
    }

    /// Has the host whose guest exited last run it again.
    pub(crate) fn run_again(&mut self) {
        let mut context = self.machine.context();
        context.pc = at(context.pc, 0);
        self.machine.poke_context(&context);
    }

    /// Sets the word of a page of a host's window.
    pub(crate) fn set_page(&mut self, host: usize, offset: u64, flags: PageFlags) {
        let word = PageWord::new(Real(HOST + offset), flags);
        let place = self.outermost(host, PAGES + offset / 4096 * 8);
        let memory = self.machine.poke_memory();
        memory.write(place, &word.0.to_le_bytes()).expect("inside");
    }

    /// The level of the innermost guest.
    pub(crate) fn leaf(&self) -> usize {
        self.hosts.count
    }

    /// Makes steps until the innermost guest has made one more, and says what that was.
    pub(crate) fn leaf_step(&mut self) -> Result<Stepped, Stop> {
        let next = self.leaf_clock + 1;
        loop {
            let stepped = self.machine.step()?;
            if self.machine.level_clock(self.leaf()) == Some(next) {
                self.leaf_clock = next;
                return Ok(stepped);
            }
        }
    }

    /// The same, or none if instead its host took over for good.
    pub(crate) fn try_leaf_step(&mut self) -> Option<Result<Stepped, Stop>> {
        let next = self.leaf_clock + 1;
        loop {
            let stepped = self.machine.step();
            match self.machine.level_clock(self.leaf()) {
                Some(clock) if clock == next => {
                    self.leaf_clock = next;
                    return Some(stepped);
                }
                None => return None,
                Some(_) if stepped.is_err() => return Some(stepped),
                Some(_) => {}
            }
        }
    }

    /// Writes an instruction where the machine that runs is.
    pub(crate) fn code_of_leaf(&mut self, word: u64) {
        let pc = self.machine.pc();
        let place = self.machine.locate(Address::new(pc.segment(), pc.cursor()));
        let memory = self.machine.poke_memory();
        let written = memory.write(place.expect("mapped"), &word.to_le_bytes());
        written.expect("inside");
    }

    /// Whether the innermost guest has switched itself off, so that its next step is its exit.
    pub(crate) fn leaf_is_off(&self) -> bool {
        match self.leaf() {
            0 => self.machine.end().is_some(),
            leaf => self.machine.level_block(leaf).is_some_and(|block| {
                block.terms.exit.reason == u64::from(ExitReason::Power.number())
            }),
        }
    }

    /// Runs until the innermost guest has switched itself off.
    pub(crate) fn run_off(&mut self, most: u64) {
        for _ in 0..most {
            if self.leaf_is_off() {
                return;
            }
            let stepped = self.machine.step();
            assert!(stepped.is_ok(), "{stepped:?}");
        }
        panic!("the guest is not off after {most} steps");
    }
}

/// Copies the pages of a rig, with their tags, labels and owners, into the innermost window.
fn copy_rig(machine: &mut Machine, rig: &Rig, hosts: Hosts) {
    let (from, first) = (rig.machine.memory(), HOST * hosts.count as u64);
    let memory = machine.poke_memory();
    for at in (0..from.size()).step_by(4096) {
        let page = from.read(Real(at), 4096).expect("inside");
        memory.write(Real(first + at), page).expect("inside");
        let owner = from.owner(Real(at)) + hosts.count as u16;
        memory.set_owner(Real(first + at), owner);
        for granule in (at..at + 4096).step_by(16) {
            memory.set_label(Real(first + granule), from.label(Real(granule)));
            memory.set_valid(Real(first + granule), from.is_valid(Real(granule)));
        }
    }
}

/// Makes the pages of a host.
fn build_host(machine: &mut Machine, hosts: Hosts, level: usize, window: u64) {
    let start = HOST * level as u64;
    let memory = machine.poke_memory();
    for page in (0..HOST).step_by(4096) {
        memory.set_owner(Real(start + page), level as u16);
    }
    let rw = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
    let text = DescriptorFlags::READ | DescriptorFlags::EXECUTE;
    let mut put = |number: u64, base: u64, length: u64, flags: DescriptorFlags| {
        let descriptor = Descriptor {
            base: Real(base),
            length: length as u32,
            flags: flags | DescriptorFlags::PRESENT,
            brackets: brackets(0, 0, 0),
            ..Descriptor::default()
        };
        let place = Real(start + HOST_DESCRIPTORS + 32 * number);
        memory.write(place, &descriptor.to_bytes()).expect("inside");
    };
    put(1, HOST_DESCRIPTORS, 0x1000, rw);
    put(2, 0, 0x1000, DescriptorFlags::READ);
    put(HOST_TEXT_SEGMENT.into(), HOST_TEXT, 0x1000, text);
    put(BLOCK_SEGMENT.into(), BLOCK, 0x1000, rw);
    match hosts.paged {
        false => put(WINDOW_SEGMENT.into(), HOST, window, rw),
        true => put(
            WINDOW_SEGMENT.into(),
            PAGES,
            window,
            rw | DescriptorFlags::PAGED,
        ),
    }
    put(TABLE_SEGMENT.into(), TABLE, 0x1000, rw);
    put(STACK_SEGMENT.into(), STACK, 0x1000, rw);
    let device = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::DEVICE;
    for slot in 0..16 {
        put(16 + slot, slot, 0, device);
    }
    for page in (0..window).step_by(4096) {
        let word = PageWord::new(Real(HOST + page), PageFlags::all()).0;
        let place = Real(start + PAGES + page / 4096 * 8);
        memory.write(place, &word.to_le_bytes()).expect("inside");
    }
    for slot in 0..5 {
        let device = whole(16 + slot as u16, 0);
        let granule = Granule {
            bits: device.bits(),
            valid: true,
        };
        let place = Real(start + TABLE + 16 * slot);
        memory.set_granule(place, granule).expect("inside");
    }
    let words = ["vmrun c1, c2, c3", "trap 99"].map(assemble);
    let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
    memory
        .write(Real(start + HOST_TEXT), &bytes)
        .expect("inside");
}

/// A host about to run its guest: in ring 0, with interrupts masked, and no trap entry.
fn host_state(window: u64) -> MachineState {
    let mut c = [Capability::NULL; 16];
    c[1] = whole(BLOCK_SEGMENT, 0x1000);
    c[2] = whole(WINDOW_SEGMENT, window);
    c[3] = whole(TABLE_SEGMENT, 0x1000);
    c[15] = at(whole(STACK_SEGMENT, 0x1000), 0x1000);
    MachineState {
        context: ExecutionContext {
            pc: whole(HOST_TEXT_SEGMENT, 0x1000),
            status: STATUS_MASKED,
            r: [0; 32],
            c,
        },
        process: ProcessBlock {
            descriptor_base: HOST_DESCRIPTORS,
            descriptor_count: 32,
            lines: 0,
            read_labels: LabelSet::ALL,
            write_labels: LabelSet::ALL,
            banks: [Capability::NULL; 8],
        },
        entry: 0,
        pending: 0,
        timer: 0,
    }
}
