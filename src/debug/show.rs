//! What the monitor says of a machine: places in the source, registers, memory, and who called.
//!
//! Invariant: it only looks, at the level that the user looks at.

use std::fmt::Write as _;

use assembler::print;
use isa::address::GRANULE_SIZE;
use isa::context::MachineState;
use isa::instruction::{C, R};
use isa::{Address, Capability, DescriptorFlags, Kind, SegmentNumber, abi};

use super::memory::{granule, outermost, read};
use super::{Debugger, usage};
use crate::dump::Named;
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

    pub(super) fn state(&self, level: usize) -> Option<MachineState> {
        self.machine().level_state(level)
    }

    /// `main+0x18 (hello.s:7)`, or segment and offset.
    pub(super) fn place(&self, level: usize, address: u64) -> String {
        let image = self.image(level);
        let names = Names { image };
        let segment = u16::try_from(address >> 32).ok();
        let is_named = segment.is_some_and(|segment| image.segment(segment).is_some());
        match names.line(address) {
            Some(line) => format!("{} ({line})", names.symbol(address)),
            None if is_named => names.symbol(address),
            None => format!("{:#x}:{:#x}", address >> 32, address & 0xffff_ffff),
        }
    }

    /// The line of the source that an address came from.
    fn source_line(&self, level: usize, address: u64) -> Option<String> {
        let source = self.image(level).source(address)?;
        let text = self.timeline.session().program().source(source.file)?;
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
        let image = self.image(level);
        Named { capability, image }.to_string()
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

    /// Where a level is, and who called it, innermost first.
    pub(super) fn whereabouts(&self) -> String {
        let level = self.level();
        let mut text = self.here();
        let image = self.image(level);
        for address in self.callers(level) {
            // The call is the instruction before.
            let call = address.wrapping_sub(isa::address::INSTRUCTION_SIZE);
            if (Names { image }).is_startup(call) {
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
        let image = self.image(level);
        let symbol = |address: u64| {
            let symbol = image.symbol_at(address);
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
        let source = self.image(level).source(address).ok_or_else(none)?;
        let program = self.timeline.session().program();
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

pub(super) fn hex(bytes: &[u8]) -> String {
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
