//! What the monitor says of how machines are laid out: segments, rings, levels, and the way of an address through all of them.
//!
//! Invariant: it only looks, at the level that the user looks at.

use std::fmt::Write as _;

use isa::context::MachineState;
use isa::instruction::C;
use isa::{Address, Capability, DescriptorFlags, Real, Ring, SegmentNumber};

use super::Debugger;
use crate::failure::Failure;

impl Debugger<'_> {
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
            let name = self.image(level).segment_name(number).unwrap_or("");
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
            let (number, place) = (address.to_string(), self.place(level, address.word()));
            let _ = match number == place {
                true => writeln!(text, "level {level}: {number}"),
                false => writeln!(text, "level {level}: {number}, {place}"),
            };
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
}

/// The names of the flags of a segment that is there.
fn rights(flags: DescriptorFlags) -> String {
    let set = DescriptorFlags::ROWS.iter();
    let set = set.filter(|row| flags.bits() >> row.bit & 1 == 1 && row.bit > 0);
    set.map(|row| row.name).collect::<Vec<_>>().join(" ")
}
