//! What the monitor says of a machine: registers, memory, maps, levels, places in the source.
//!
//! Invariant: it only looks, at the level that the user looks at.

use std::fmt::Write as _;

use assembler::print;
use isa::address::GRANULE_SIZE;
use isa::context::MachineState;
use isa::instruction::{C, R};
use isa::{Address, Capability, DescriptorFlags, Kind, Real, Ring, SegmentNumber, Trap, abi};

use super::stops::{Stop, Value, granule, outermost, read};
use super::{Debugger, usage};
use crate::dump::{Named, number};
use crate::failure::Failure;
use crate::names::Names;

/// The most callers that are shown.
const CALLERS: usize = 32;
/// How many granules of a stack are looked at for callers.
const STACK: u32 = 4096;
/// Lines of a source before and after the one in question.
const AROUND: usize = 4;

impl Debugger<'_> {
    /// Where the level that is looked at is about to go on: step, level, ring, place, and the line of the source.
    pub(super) fn here(&self) -> String {
        let level = self.level();
        let Some(state) = self.state(level) else {
            return String::new();
        };
        let pc = state.context.pc;
        let mut text = format!("step {}", self.timeline.now().step);
        if self.machine().levels() > 1 {
            text += &format!(", level {level}");
        }
        text += &format!(", ring {}, {}", pc.ring(), self.place(level, pc.address()));
        let shown = self.source_line(level, pc.address());
        let shown = shown.or_else(|| self.instruction(level, pc.address()));
        if let Some(shown) = shown {
            text += &format!("\n    {shown}");
        }
        text + "\n"
    }

    fn state(&self, level: usize) -> Option<MachineState> {
        self.machine().level_state(level)
    }

    /// `main+0x18 (hello.s:7)`, or segment and offset.
    pub(super) fn place(&self, level: usize, address: u64) -> String {
        let Some(program) = self.program(level) else {
            return format!("{:#x}:{:#x}", address >> 32, address & 0xffff_ffff);
        };
        let names = Names {
            image: program.image(),
        };
        match names.line(address) {
            Some(line) => format!("{} ({line})", names.symbol(address)),
            None => names.symbol(address),
        }
    }

    /// The line of the source that an address came from.
    fn source_line(&self, level: usize, address: u64) -> Option<String> {
        let program = self.program(level)?;
        let source = program.image().source(address)?;
        let text = program.source(source.file)?;
        let line = text.lines().nth(source.line.checked_sub(1)? as usize)?;
        Some(line.trim().to_owned())
    }

    /// The instruction at an address, as the assembler writes it.
    fn instruction(&self, level: usize, address: u64) -> Option<String> {
        let segment = SegmentNumber(u16::try_from(address >> 32).ok()?);
        let address = Address::new(segment, address as u32);
        let word = read(self.machine(), level, address, 8);
        Some(print::instruction(u64::from_le_bytes(
            word.try_into().ok()?,
        )))
    }

    /// A capability with the names of the level's program.
    pub(super) fn named(&self, level: usize, capability: Capability) -> String {
        match self.program(level) {
            Some(program) => Named {
                capability,
                image: program.image(),
            }
            .to_string(),
            None => capability.to_string(),
        }
    }

    /// What changed of what is watched, and behind that by what.
    pub(super) fn change(&self, stop: &Stop, before: &Value, now: &Value, by: &str) -> String {
        let shown = |value: &Value| match value {
            Value::R(value) => number(*value),
            Value::C(value) => self.named(stop.level, *value),
            Value::Bytes(bytes) => hex(bytes),
        };
        format!(
            "stop {}: {}{by}\n    from {}\n    to   {}",
            stop.number,
            stop.text,
            shown(before),
            shown(now)
        )
    }

    pub(super) fn registers(&self) -> String {
        let level = self.level();
        let Some(MachineState { context, .. }) = self.state(level) else {
            return String::new();
        };
        let clock = self.machine().level_clock(level).unwrap_or(0);
        let mut text = format!("ring  {}\nclock {clock}\n", context.pc.ring());
        let _ = writeln!(text, "pc    {}", self.named(level, context.pc));
        for (register, value) in R::all().zip(context.r).filter(|(_, value)| *value != 0) {
            let _ = writeln!(
                text,
                "{:<5} {value:#x}, {}",
                register.to_string(),
                value.cast_signed()
            );
        }
        let capabilities = C::all().zip(context.c);
        for (register, value) in capabilities.filter(|(_, value)| *value != Capability::NULL) {
            let _ = writeln!(
                text,
                "{:<5} {}",
                register.to_string(),
                self.named(level, value)
            );
        }
        text + "      all other registers are zero\n"
    }

    /// The capability registers, and in words what each is good for.
    pub(super) fn capabilities(&self) -> String {
        let level = self.level();
        let Some(MachineState { context, .. }) = self.state(level) else {
            return String::new();
        };
        let registers = C::all().map(|register| register.to_string()).zip(context.c);
        let all = registers.chain([("pc".to_owned(), context.pc)]);
        let mut text = String::new();
        for (register, value) in all.filter(|(_, value)| *value != Capability::NULL) {
            let _ = writeln!(text, "{register:<4} {}", self.named(level, value));
            let _ = writeln!(text, "     {}", self.meaning(level, &value));
        }
        text
    }

    fn meaning(&self, level: usize, value: &Capability) -> String {
        if !value.is_tagged() {
            return "no capability: bits without a tag".to_owned();
        }
        let size = value.limit().saturating_sub(value.base());
        match value.kind() {
            Kind::Entry => {
                return format!(
                    "can be called, and leads to {}",
                    self.place(level, value.address())
                );
            }
            Kind::Return => return format!("a return to {}", self.place(level, value.address())),
            Kind::Software(kind) => {
                return format!(
                    "sealed with object type {}, and good for nothing until it is unsealed",
                    kind.number()
                );
            }
            Kind::Reserved => return "good for nothing".to_owned(),
            Kind::Data => {}
        }
        let descriptor = self.machine().level_descriptor(level, value.segment());
        let room = match value.cursor() {
            at if at < value.base() => format!("its cursor is {} before them", value.base() - at),
            at if at == value.limit() => "all of them before its cursor".to_owned(),
            at if at > value.limit() => {
                format!("its cursor is {} behind them", at - value.limit())
            }
            at => format!(
                "{} before its cursor, {} from there on",
                at - value.base(),
                value.limit() - at
            ),
        };
        match descriptor {
            None => "its segment is not there".to_owned(),
            Some(descriptor) if descriptor.generation != value.generation() => {
                format!(
                    "revoked: its segment is of generation {} now",
                    descriptor.generation
                )
            }
            Some(descriptor) if descriptor.has(DescriptorFlags::DEVICE) => {
                format!("the device in slot {}", descriptor.base.0)
            }
            Some(_) => format!("{size} bytes, {room}"),
        }
    }

    /// Memory, a granule a line: bytes, label, and the capability if there is one.
    pub(super) fn memory(&self, rest: &str) -> Result<String, Failure> {
        let (level, rest) = self.level_of(rest)?;
        let (start, size) = self.range(level, rest, 64)?;
        let first = start.offset() - start.offset() % GRANULE_SIZE as u32;
        let end = u64::from(start.offset()) + size;
        let mut text = String::new();
        for offset in (u64::from(first)..end).step_by(GRANULE_SIZE as usize) {
            let Ok(offset) = u32::try_from(offset) else {
                break;
            };
            let address = Address::new(start.segment(), offset);
            let Some(real) = outermost(self.machine(), level, address) else {
                if text.is_empty() {
                    let _ = writeln!(text, "{address}  not in memory");
                }
                break;
            };
            let bytes = read(self.machine(), level, address, GRANULE_SIZE);
            let label = self.machine().memory().label(real);
            let _ = write!(
                text,
                "{:<16} {:<47} {}",
                address.to_string(),
                hex(&bytes),
                characters(&bytes)
            );
            if label.0 != 0 {
                let _ = write!(text, "  label {}", label.0);
            }
            let here = granule(self.machine(), level, address);
            if let Some(here) = here.filter(Capability::is_tagged) {
                let _ = write!(text, "\n{:16} tagged: {}", "", self.named(level, here));
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// The segments that are there; devices, as far as the outermost machine has any in the slot.
    pub(super) fn segments(&self) -> String {
        let level = self.level();
        let count = self
            .state(level)
            .map_or(0, |state| state.process.descriptor_count);
        let mut text = format!(
            "{:<7} {:<16} {:<12} {:<20} {}\n",
            "number", "name", "length", "rights", "rings, label, base"
        );
        for number in 1..u16::try_from(count).unwrap_or(u16::MAX) {
            let Some(descriptor) = self
                .machine()
                .level_descriptor(level, SegmentNumber(number))
            else {
                continue;
            };
            let is_device = descriptor.has(DescriptorFlags::DEVICE);
            let slot = usize::try_from(descriptor.base.0).ok();
            if is_device && slot.and_then(|slot| self.machine().device(slot)).is_none() {
                continue;
            }
            let image = self.program(level).map(|program| program.image());
            let name = image
                .and_then(|image| image.segment_name(number))
                .unwrap_or("");
            let brackets = descriptor.brackets;
            let row = format!(
                "{number:<7} {name:<16} {:<12} {:<20} {},{},{}",
                format!("{:#x}", descriptor.length),
                rights(descriptor.flags),
                brackets.r1,
                brackets.r2,
                brackets.r3
            );
            let _ = write!(
                text,
                "{row}, label {}, {}",
                descriptor.label.0,
                match is_device {
                    true => format!("slot {}", descriptor.base.0),
                    false => descriptor.base.to_string(),
                }
            );
            if descriptor.generation != 0 {
                let _ = write!(text, ", generation {}", descriptor.generation);
            }
            text.push('\n');
        }
        text
    }

    pub(super) fn rings(&self) -> String {
        let level = self.level();
        let Some(MachineState {
            context, process, ..
        }) = self.state(level)
        else {
            return String::new();
        };
        let current = context.pc.ring();
        let mut text = String::new();
        for (ring, bank) in Ring::ALL.into_iter().zip(process.banks) {
            let (mark, stack) = match ring == current {
                true => ("*", context.c[C::STACK.index()]),
                false => (" ", bank),
            };
            if stack != Capability::NULL || ring == current {
                let _ = writeln!(text, "{mark} ring {ring}  {}", self.named(level, stack));
            }
        }
        text
    }

    /// The machines that are live, the outermost first.
    pub(super) fn levels(&self) -> String {
        let machine = self.machine();
        let mut text = String::new();
        for level in 0..machine.levels() {
            let Some(state) = machine.level_state(level) else {
                continue;
            };
            let mark = if level == self.level() { "*" } else { " " };
            let pc = state.context.pc;
            let window = machine.level_window(level);
            let size = window.map_or(machine.memory().size(), |window| {
                u64::from(window.limit().saturating_sub(window.base()))
            });
            let _ = writeln!(
                text,
                "{mark} level {level}: ring {}, {}, clock {}, {size:#x} bytes",
                pc.ring(),
                self.place(level, pc.address()),
                machine.level_clock(level).unwrap_or(0),
            );
        }
        text
    }

    /// The way of an address outward: at each level the descriptor and the page, then the window of its host.
    pub(super) fn map(&self, rest: &str) -> Result<String, Failure> {
        let machine = self.machine();
        let (level, rest) = self.level_of(rest)?;
        let mut address = self.data_address(level, rest)?;
        let mut text = String::new();
        for level in (0..=level).rev() {
            let _ = writeln!(
                text,
                "level {level}: {address}, {}",
                self.place(level, address.word())
            );
            let Some(descriptor) = machine.level_descriptor(level, address.segment()) else {
                text.push_str("  no descriptor\n");
                return Ok(text);
            };
            let brackets = descriptor.brackets;
            let _ = writeln!(
                text,
                "  segment: {}, length {:#x}, rings {},{},{}, label {}",
                rights(descriptor.flags),
                descriptor.length,
                brackets.r1,
                brackets.r2,
                brackets.r3,
                descriptor.label.0
            );
            if descriptor.has(DescriptorFlags::DEVICE) {
                let _ = writeln!(text, "  a device, in slot {}", descriptor.base.0);
                return Ok(text);
            }
            if address.offset() >= descriptor.length {
                text.push_str("  beyond its end\n");
                return Ok(text);
            }
            if descriptor.has(DescriptorFlags::PAGED) {
                match machine.level_page(level, &descriptor, address.offset().into()) {
                    Some(word) => drop(writeln!(text, "  page: {word}")),
                    None => text.push_str("  no page word\n"),
                }
            }
            let places = machine.level_places(level, address);
            let Some(real) = places.first() else {
                text.push_str("  leads nowhere\n");
                return Ok(text);
            };
            let _ = writeln!(text, "  real address {real}");
            let Some(window) = machine.level_window(level) else {
                self.owner(level, *real, &mut text);
                return Ok(text);
            };
            let _ = writeln!(
                text,
                "  window: {}",
                self.named(level.saturating_sub(1), window)
            );
            let offset = u64::from(window.base()).saturating_add(real.0);
            address = Address::new(window.segment(), u32::try_from(offset).unwrap_or(u32::MAX));
        }
        Ok(text)
    }

    /// To whom a page of the outermost memory belongs, and the label and the tag of a granule in it.
    fn owner(&self, level: usize, real: Real, text: &mut String) {
        let memory = self.machine().memory();
        let owner = usize::from(memory.owner(real)) + level;
        let tag = if memory.is_valid(real) {
            "tagged"
        } else {
            "no tag"
        };
        let _ = writeln!(
            text,
            "  owner: level {owner}; granule: label {}, {tag}",
            memory.label(real).0
        );
    }

    /// Where a level is, and who called it, innermost first.
    pub(super) fn whereabouts(&self) -> String {
        let level = self.level();
        let mut text = self.here();
        let image = self.program(level).map(|program| program.image());
        for address in self.callers(level) {
            // The call is the instruction before.
            let call = address.wrapping_sub(isa::address::INSTRUCTION_SIZE);
            if image.is_some_and(|image| Names { image }.is_startup(call)) {
                continue;
            }
            let _ = writeln!(text, "  called at {}", self.place(level, call));
        }
        text
    }

    /// Where a level is going to return to: the link, unless it leads into the procedure itself, then the return
    /// capabilities on the stack. Their tags say that they are some.
    pub(super) fn callers(&self, level: usize) -> Vec<u64> {
        let Some(MachineState { context, .. }) = self.state(level) else {
            return Vec::new();
        };
        let image = self.program(level).map(|program| program.image());
        let symbol = |address: u64| {
            let symbol = image.and_then(|image| image.symbol_at(address));
            symbol.map(|(symbol, _)| symbol.address)
        };
        let is_return = |value: &Capability| value.is_tagged() && value.kind() == Kind::Return;
        let own = symbol(context.pc.address());
        let link = context.c[usize::from(abi::REGISTER_LINK)];
        let is_own = own.is_some() && symbol(link.address()) == own;
        let mut callers = Vec::new();
        if is_return(&link) && !is_own {
            callers.push(link.address());
        }
        let stack = context.c[C::STACK.index()];
        let first = stack
            .cursor()
            .max(stack.base())
            .next_multiple_of(GRANULE_SIZE as u32);
        let granules = (first..stack.limit()).step_by(GRANULE_SIZE as usize);
        for offset in granules.take(STACK as usize) {
            let address = Address::new(stack.segment(), offset);
            let found = granule(self.machine(), level, address);
            let found = found.filter(is_return).map(|value| value.address());
            callers.extend(found.filter(|found| callers.last() != Some(found)));
        }
        callers.truncate(CALLERS);
        callers
    }

    /// What a trap of a guest was about, before the step that brought it.
    pub(super) fn account_of_guest(&self, level: usize, trap: &Trap, ending: &str) -> String {
        let mut text = format!("trap of level {level}: {trap}\n{}", self.here());
        if let Some(register) = C::new(trap.register.0) {
            let value = self.machine().c(register);
            let _ = writeln!(text, "  {register:<4} {}", self.named(level, value));
        }
        text + ending + "\n"
    }

    /// The lines of the source around an instruction.
    pub(super) fn list(&self, rest: &str) -> Result<String, Failure> {
        let level = self.level();
        let address = match rest {
            "" => self
                .state(level)
                .map_or(0, |state| state.context.pc.address()),
            place => self.address(level, place)?,
        };
        let none = || {
            usage(format!(
                "no source is known for {}",
                self.place(level, address)
            ))
        };
        let program = self.program(level).ok_or_else(none)?;
        let source = program.image().source(address).ok_or_else(none)?;
        let text = program.source(source.file).ok_or_else(none)?;
        let line = source.line as usize;
        let first = line.saturating_sub(AROUND).max(1);
        let mut listed = format!("{}\n", source.file);
        for (number, shown) in (1..).zip(text.lines()).skip(first - 1).take(2 * AROUND + 1) {
            let mark = if number == line { ">" } else { " " };
            let row = format!("{mark} {number:>5}  {shown}");
            let _ = writeln!(listed, "{}", row.trim_end());
        }
        Ok(listed)
    }
}

/// The names of the flags of a segment that is there.
fn rights(flags: DescriptorFlags) -> String {
    let set = DescriptorFlags::ROWS.iter();
    let set = set.filter(|row| flags.bits() >> row.bit & 1 == 1 && row.bit > 0);
    set.map(|row| row.name).collect::<Vec<_>>().join(" ")
}

fn hex(bytes: &[u8]) -> String {
    let bytes = bytes.iter().map(|byte| format!("{byte:02x}"));
    bytes.collect::<Vec<_>>().join(" ")
}

fn characters(bytes: &[u8]) -> String {
    let shown = |byte: &u8| match byte {
        0x20..0x7f => char::from(*byte),
        _ => '.',
    };
    bytes.iter().map(shown).collect()
}
