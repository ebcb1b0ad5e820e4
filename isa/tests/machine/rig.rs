//! A machine with a small world in it, and the means to run a few instructions in any ring.
//!
//! Segments lie at fixed real addresses, one behind the other, so that a test can look at what a program cannot.

use isa::context::{ExecutionContext, STATUS_MASKED};
use isa::instruction::operand::{Compare, Index, Memory, Offset, OperandKind};
use isa::instruction::value::Value;
use isa::instruction::{C, Opcode, R};
use isa::machine::device::Device;
use isa::machine::device::console::Console;
use isa::machine::{LoadPiece, Machine, Reset, Stepped};
use isa::{
    Address, Brackets, Capability, Descriptor, DescriptorFlags, Fields, Permissions, Real, Ring,
    SegmentNumber, Trap,
};

pub(crate) const MEMORY: u64 = 1 << 20;
pub(crate) const DESCRIPTORS: u64 = 0x1000;
pub(crate) const DESCRIPTOR_COUNT: u64 = 320;
/// Text of ring k is segment 32 + k: readable, executable, a system segment.
pub(crate) const TEXT: u16 = 32;
/// A system segment that may hold capabilities, of ring 4.
pub(crate) const SYSTEM_DATA: u16 = 48;
/// Private data of ring 4 that may hold capabilities: three pages.
pub(crate) const DATA: u16 = 272;
/// The same again.
pub(crate) const OTHER: u16 = 273;
/// Private data of ring 4 that may not hold capabilities: a page.
pub(crate) const PLAIN: u16 = 274;
/// Data of ring 0: a page.
pub(crate) const KERNEL: u16 = 275;
/// Text of ring 1 with four gates, for rings up to 4.
pub(crate) const GATES: u16 = 276;
/// Where in ring 0's text traps enter.
pub(crate) const HANDLER: u32 = 0x800;

pub(crate) const RW: Permissions = Permissions::READ.union(Permissions::WRITE);
pub(crate) const ALL: Permissions = RW
    .union(Permissions::LOAD_CAP)
    .union(Permissions::STORE_CAP)
    .union(Permissions::LOAD_MUTABLE);
pub(crate) const RX: Permissions = Permissions::READ.union(Permissions::EXECUTE);

pub(crate) struct Rig {
    pub(crate) machine: Machine,
}

pub(crate) fn ring(number: u8) -> Ring {
    Ring::new(number).expect("a ring")
}

pub(crate) fn brackets(r1: u8, r2: u8, r3: u8) -> Brackets {
    Brackets {
        r1: ring(r1),
        r2: ring(r2),
        r3: ring(r3),
    }
}

/// A capability to part of a segment.
pub(crate) fn cap(
    segment: u16,
    base: u32,
    limit: u32,
    permissions: Permissions,
    ring_number: u8,
) -> Capability {
    let ring = ring(ring_number);
    Capability::new(Fields {
        cursor: base,
        segment: SegmentNumber(segment),
        ring,
        base,
        limit,
        permissions,
        ..Fields::default()
    })
}

/// All of [`DATA`], with all rights, of ring 4.
pub(crate) fn data() -> Capability {
    cap(DATA, 0, 0x3000, ALL, 4)
}

/// All of [`OTHER`], with all rights, of ring 4.
pub(crate) fn other() -> Capability {
    cap(OTHER, 0, 0x3000, ALL, 4)
}

/// The same capability with another cursor.
pub(crate) fn at(capability: Capability, cursor: u32) -> Capability {
    Capability::new(Fields {
        cursor,
        ..capability.fields()
    })
}

/// Puts the five devices into their slots, with this input on the console.
pub(crate) fn attach_devices(machine: &mut Machine, input: &[u8], disk: Vec<u8>) {
    let devices = [
        Device::Console(Console::with_input(input)),
        Device::Power,
        Device::date(Box::new(|| 0x0123_4567_89ab_cdef)),
        Device::entropy(Box::new(|bytes| bytes.fill(0x5a))),
        Device::block(Box::new(disk)),
    ];
    for (slot, device) in devices.into_iter().enumerate() {
        machine.attach(slot, device).expect("a slot");
    }
}

impl Rig {
    /// The world, in ring 4 at the start of its text, with no trap handler's code but a trap entry.
    pub(crate) fn new() -> Rig {
        let mut rig = Rig {
            machine: Machine::new(MEMORY).expect("a small memory"),
        };
        let rings = |number: u8| Brackets::only(ring(number));
        rig.put(
            1,
            DESCRIPTORS,
            0x3000,
            DescriptorFlags::READ | DescriptorFlags::WRITE,
            rings(0),
        );
        rig.put(2, 0x4000, 0x1000, DescriptorFlags::READ, brackets(0, 7, 7));
        let hold = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD;
        let text = DescriptorFlags::READ | DescriptorFlags::EXECUTE;
        for k in 0..8u8 {
            rig.put(
                TEXT + u16::from(k),
                0x10000 + 0x1000 * u64::from(k),
                0x1000,
                text,
                rings(k),
            );
            rig.put(
                256 + u16::from(k),
                0x18000 + 0x1000 * u64::from(k),
                0x1000,
                hold,
                rings(k),
            );
            rig.put(
                264 + u16::from(k),
                0x20000 + 0x1000 * u64::from(k),
                0x1000,
                hold,
                rings(k),
            );
            rig.change(TEXT + u16::from(k), |text| {
                text.linkage = SegmentNumber(264)
            });
        }
        rig.put(SYSTEM_DATA, 0x28000, 0x1000, hold, rings(4));
        rig.put(DATA, 0x30000, 0x3000, hold, rings(4));
        rig.put(OTHER, 0x34000, 0x3000, hold, rings(4));
        rig.put(
            PLAIN,
            0x38000,
            0x1000,
            DescriptorFlags::READ | DescriptorFlags::WRITE,
            rings(4),
        );
        rig.put(KERNEL, 0x39000, 0x1000, hold, rings(0));
        rig.put(GATES, 0x3a000, 0x1000, text, brackets(1, 1, 4));
        rig.change(GATES, |gates| {
            (gates.gates, gates.linkage) = (4, SegmentNumber(264))
        });
        for slot in 0..5u16 {
            let device = DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::DEVICE;
            rig.put(16 + slot, slot.into(), 0, device, brackets(4, 4, 4));
        }
        let entry = Address::new(SegmentNumber(TEXT), 0).word();
        let reset = Reset {
            descriptor_base: DESCRIPTORS,
            descriptor_count: DESCRIPTOR_COUNT,
            entry,
            free: 0x40000,
            ..Reset::default()
        };
        rig.machine
            .reset(&reset)
            .expect("the world has what reset wants");
        rig.machine
            .poke_entry(Address::new(SegmentNumber(TEXT), HANDLER).word());
        rig.enter(4);
        rig
    }

    /// The same with the five devices, and this input on the console.
    pub(crate) fn with_devices(input: &[u8], disk: Vec<u8>) -> Rig {
        let mut rig = Rig::new();
        attach_devices(&mut rig.machine, input, disk);
        rig
    }

    fn put(
        &mut self,
        number: u16,
        base: u64,
        length: u32,
        flags: DescriptorFlags,
        brackets: Brackets,
    ) {
        let flags = flags | DescriptorFlags::PRESENT;
        self.describe(
            number,
            Descriptor {
                base: Real(base),
                length,
                flags,
                brackets,
                ..Descriptor::default()
            },
        );
    }

    /// Writes a descriptor.
    pub(crate) fn describe(&mut self, number: u16, descriptor: Descriptor) {
        let real = DESCRIPTORS + 32 * u64::from(number);
        self.machine
            .load(&[LoadPiece {
                real,
                bytes: &descriptor.to_bytes(),
            }])
            .expect("inside memory");
    }

    /// The descriptor of a segment, from memory.
    pub(crate) fn descriptor(&self, number: u16) -> Descriptor {
        let bytes = self
            .machine
            .memory()
            .read(Real(DESCRIPTORS + 32 * u64::from(number)), 32)
            .expect("inside memory");
        Descriptor::from_bytes(bytes.try_into().expect("32 bytes"))
    }

    /// Changes a descriptor.
    pub(crate) fn change(&mut self, number: u16, change: impl FnOnce(&mut Descriptor)) {
        let mut descriptor = self.descriptor(number);
        change(&mut descriptor);
        self.describe(number, descriptor);
    }

    /// Goes to a ring: its text, its stack, the stacks of the others in their banks, all registers empty,
    /// interrupts masked.
    pub(crate) fn enter(&mut self, number: u8) {
        let stack = |k: u8| at(cap(256 + u16::from(k), 0, 0x1000, ALL, k), 0x1000);
        let mut context = self.machine.context();
        (context.r, context.c) = ([0; 32], [Capability::NULL; 16]);
        context.c[15] = stack(number);
        context.pc = cap(TEXT + u16::from(number), 0, 0x1000, RX, number);
        context.status = STATUS_MASKED;
        self.machine.poke_context(&context);
        let mut process = *self.machine.process();
        for k in 0..8 {
            process.banks[usize::from(k)] = if k == number {
                Capability::NULL
            } else {
                stack(k)
            };
        }
        self.machine.poke_process(&process);
    }

    /// Changes registers, program counter and mask.
    pub(crate) fn poke(&mut self, change: impl FnOnce(&mut ExecutionContext)) {
        let mut context = self.machine.context();
        change(&mut context);
        self.machine.poke_context(&context);
    }

    /// Puts a word into a data register.
    pub(crate) fn set_r(&mut self, register: usize, value: u64) {
        self.poke(|context| context.r[register] = value);
    }

    /// Puts a value into a capability register.
    pub(crate) fn set_c(&mut self, register: usize, value: Capability) {
        self.poke(|context| context.c[register] = value);
    }

    pub(crate) fn r(&self, number: u8) -> u64 {
        self.machine.r(R::new(number).expect("a register"))
    }

    pub(crate) fn c(&self, number: u8) -> Capability {
        self.machine.c(C::new(number).expect("a register"))
    }

    /// Writes instructions, one a line or between semicolons, at an offset of a segment.
    pub(crate) fn code(&mut self, segment: u16, offset: u32, source: &str) {
        let words: Vec<u8> = lines(source)
            .flat_map(|line| assemble(line).to_le_bytes())
            .collect();
        self.bytes(segment, offset, &words);
    }

    /// Writes bytes at an offset of a segment, from outside.
    pub(crate) fn bytes(&mut self, segment: u16, offset: u32, bytes: &[u8]) {
        let real = self.real(segment, offset);
        self.machine
            .load(&[LoadPiece {
                real: real.0,
                bytes,
            }])
            .expect("inside memory");
    }

    /// Where an offset of a segment is.
    pub(crate) fn real(&self, segment: u16, offset: u32) -> Real {
        self.machine
            .locate(Address::new(SegmentNumber(segment), offset))
            .expect("mapped")
    }

    /// What memory holds at an offset of a segment.
    pub(crate) fn peek(&self, segment: u16, offset: u32, size: usize) -> Vec<u8> {
        self.machine
            .peek(Address::new(SegmentNumber(segment), offset), size)
    }

    /// The granule at an offset of a segment.
    pub(crate) fn granule(&self, segment: u16, offset: u32) -> Capability {
        self.machine
            .peek_capability(Address::new(SegmentNumber(segment), offset))
            .expect("mapped")
    }

    /// Puts a granule with its tag at an offset of a segment, from outside.
    pub(crate) fn set_granule(&mut self, segment: u16, offset: u32, value: Capability) {
        let real = self.real(segment, offset);
        let granule = isa::machine::memory::Granule {
            bits: value.bits(),
            valid: value.is_tagged(),
        };
        self.machine
            .poke_memory()
            .set_granule(real, granule)
            .expect("inside memory");
    }

    /// Writes the instructions where the program counter is.
    fn place(&mut self, source: &str) {
        let pc = self.machine.pc();
        self.code(pc.segment().0, pc.cursor(), source);
    }

    /// Runs these instructions, one step each, wherever the ones before led; none may trap.
    pub(crate) fn run(&mut self, source: &str) {
        for line in lines(source) {
            self.place(line);
            match self.machine.step() {
                Ok(Stepped::Ran) => {}
                other => panic!("{line}: {other:?}"),
            }
        }
    }

    /// Runs one instruction as often as it takes, and says how many steps that were.
    pub(crate) fn finish(&mut self, source: &str) -> u64 {
        self.place(source);
        let (start, before) = (self.machine.pc().cursor(), self.machine.clock());
        while self.machine.pc().cursor() == start {
            assert_eq!(self.machine.step(), Ok(Stepped::Ran), "{source}");
        }
        self.machine.clock() - before
    }

    /// Runs one instruction that traps, and then takes the machine back to where it was. Everything but the
    /// delivery must be as it was before.
    pub(crate) fn trap(&mut self, line: &str) -> Trap {
        self.place(line);
        let (context, process) = (self.machine.context(), *self.machine.process());
        let bottom = self.real(256, 0).0;
        let memory = |rig: &Rig| -> Vec<_> {
            let stack = (bottom / 4096) as usize;
            let pages = rig
                .machine
                .memory()
                .pages()
                .enumerate()
                .filter(|(number, _)| *number != stack);
            pages
                .map(|(_, page)| {
                    (
                        page.bytes.to_vec(),
                        page.valid.to_vec(),
                        page.labels.to_vec(),
                    )
                })
                .collect()
        };
        let before = memory(self);
        let trap = match self.machine.step() {
            Ok(Stepped::Delivered(trap)) => trap,
            other => panic!("{line}: no trap but {other:?}"),
        };
        assert!(before == memory(self), "{line}: memory has changed");
        let frame = self.peek(256, 0x1000 - 608, 544);
        let saved = ExecutionContext::from_bytes(&frame.try_into().expect("a context"));
        assert_eq!(saved, context, "{line}: registers have changed");
        self.machine.poke_context(&context);
        self.machine.poke_process(&process);
        trap
    }

    /// The cause of the trap of one instruction.
    pub(crate) fn cause(&mut self, line: &str) -> &'static str {
        self.trap(line).cause.name()
    }

    /// All checks that the instruction fails.
    pub(crate) fn causes(&mut self, line: &str) -> String {
        self.trap(line).failed.to_string()
    }
}

pub(crate) fn lines(source: &str) -> impl Iterator<Item = &str> {
    source
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

/// One instruction: a mnemonic and operands as the manual writes them, targets as displacements.
pub(crate) fn assemble(line: &str) -> u64 {
    let (mnemonic, rest) = line.split_once(' ').unwrap_or((line, ""));
    let opcode =
        Opcode::from_mnemonic(mnemonic).unwrap_or_else(|| panic!("{line}: no such instruction"));
    let given: Vec<&str> = rest
        .split(',')
        .map(str::trim)
        .filter(|operand| !operand.is_empty())
        .collect();
    let wanted = opcode.format().operands();
    assert_eq!(given.len(), wanted.len(), "{line}: operands");
    wanted
        .iter()
        .zip(given)
        .fold(opcode.number().into(), |word, (operand, text)| {
            let value = value(operand.kind, text).unwrap_or_else(|| panic!("{line}: {text}"));
            word | operand
                .place(value)
                .unwrap_or_else(|| panic!("{line}: {text}"))
        })
}

fn value(kind: OperandKind, text: &str) -> Option<Value> {
    Some(match kind {
        OperandKind::R(_) => Value::R(register_r(text)?),
        OperandKind::C(_) => Value::C(register_c(text)?),
        OperandKind::Index => Value::Index(index(text)?),
        OperandKind::Memory | OperandKind::Offset => {
            let inner = text.strip_prefix('[')?.strip_suffix(']')?;
            let (base, rest) = inner.split_once('+').unwrap_or((inner, "0"));
            let (base, index) = (register_c(base.trim())?, index(rest.trim())?);
            match kind {
                OperandKind::Memory => Value::Memory(Memory { base, index }),
                _ => Value::Offset(Offset {
                    base,
                    immediate: index.immediate,
                }),
            }
        }
        OperandKind::Compare => {
            let Index {
                register,
                immediate,
                ..
            } = index(text)?;
            Value::Compare(Compare {
                register,
                immediate: immediate.try_into().ok()?,
            })
        }
        OperandKind::Target => Value::Target(number(text.trim_start_matches(['$', '+', ' ']))?),
        OperandKind::Immediate => Value::Immediate(number(text)?),
        OperandKind::Name { rows, .. } => {
            Value::Name(rows.iter().find(|row| row.name == text)?.number)
        }
    })
}

/// `r << scale + number` or `r << scale - number`, each part optional.
fn index(text: &str) -> Option<Index> {
    let text = &text.replace(" - ", " + -");
    let (register, rest) = match text.split_once('+') {
        _ if !text.starts_with('r') => ("r0", text.as_str()),
        None => (text.as_str(), "0"),
        Some((register, rest)) => (register.trim(), rest.trim()),
    };
    let (register, scale) = register.split_once("<<").unwrap_or((register, "0"));
    Some(Index {
        register: register_r(register.trim())?,
        scale: scale.trim().parse().ok()?,
        immediate: number(rest)?,
    })
}

fn number(text: &str) -> Option<i32> {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or((1, text), |digits| (-1, digits));
    let magnitude = match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok()?,
        None => digits.parse().ok()?,
    };
    i32::try_from(sign * magnitude)
        .ok()
        .or_else(|| u32::try_from(magnitude).ok().map(|bits| bits as i32))
}

fn register_r(text: &str) -> Option<R> {
    R::new(text.strip_prefix('r')?.parse().ok()?)
}

fn register_c(text: &str) -> Option<C> {
    C::new(text.strip_prefix('c')?.parse().ok()?)
}
