//! The state of a machine as text: its registers, with names for what they point to.

use std::fmt::{self, Write as _};

use assembler::image::{Image, Target};
use isa::capability::{Capability, Kind};
use isa::instruction::{C, R};
use isa::machine::Machine;

/// A capability with the names that an image has for what it reaches.
pub struct Named<'a> {
    /// The capability.
    pub capability: Capability,
    /// Where the names come from.
    pub image: &'a Image,
}

/// `table[0x0..0x40] rw---- ring 4, cursor 0x0`: what it reaches, what it allows, for whom, and where it stands. Or
/// `null`, or `untagged` and the bits.
impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let capability = self.capability;
        if capability == Capability::NULL {
            return f.write_str("null");
        }
        if !capability.is_tagged() {
            return write!(f, "untagged {:#x}", capability.bits());
        }
        write!(
            f,
            "{}[{:#x}..{:#x}]",
            self.object(),
            capability.base(),
            capability.limit()
        )?;
        write!(
            f,
            " {} ring {}, cursor {:#x}",
            capability.permissions(),
            capability.ring(),
            capability.cursor()
        )?;
        if capability.generation() != 0 {
            write!(f, ", generation {}", capability.generation())?;
        }
        match capability.kind() {
            Kind::Data => Ok(()),
            kind => write!(f, ", {kind}"),
        }
    }
}

impl Named<'_> {
    /// The name of what its bounds enclose: a symbol, a part of one, or else the segment.
    pub(crate) fn object(&self) -> String {
        let (base, limit) = (self.capability.base(), self.capability.limit());
        let number = self.capability.segment().0;
        if let Target::Symbol(symbol) = self.image.target(number, base, limit) {
            return symbol.name.clone();
        }
        let start = u64::from(number) << 32 | u64::from(base);
        let end = u64::from(number) << 32 | u64::from(limit);
        match (self.image.symbol_at(start), self.image.segment_name(number)) {
            (Some((symbol, _)), _) if end > start && end <= symbol.end() => {
                format!("part of {}", symbol.name)
            }
            (_, Some(name)) => name.to_owned(),
            (_, None) => format!("segment {number:#x}"),
        }
    }
}

/// A number as people read it: small ones, of either sign, in decimal digits, and others in hexadecimal.
pub fn number(value: u64) -> String {
    match value.cast_signed() {
        small @ -4096..=4096 => small.to_string(),
        _ => format!("{value:#x}"),
    }
}

/// Where the machine stands and all its registers that are not zero, a line each.
pub fn registers(machine: &Machine, image: &Image) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "ring  {}", machine.ring());
    let _ = writeln!(text, "clock {}", machine.clock());
    let pc = machine.pc();
    let _ = write!(
        text,
        "pc    {}",
        Named {
            capability: pc,
            image
        }
    );
    if let Some((symbol, distance)) = image.symbol_at(pc.address()) {
        let _ = write!(text, ", {}+{distance:#x}", symbol.name);
    }
    if let Some(source) = image.source(pc.address()) {
        let _ = write!(text, ", {}:{}", source.file, source.line);
    }
    text.push('\n');
    for register in R::all().filter(|&register| machine.r(register) != 0) {
        let value = machine.r(register);
        let _ = writeln!(
            text,
            "{:<5} {value:#x}, {}",
            register.to_string(),
            value as i64
        );
    }
    for register in C::all().filter(|&register| machine.c(register) != Capability::NULL) {
        let capability = machine.c(register);
        let _ = writeln!(
            text,
            "{:<5} {}",
            register.to_string(),
            Named { capability, image }
        );
    }
    text.push_str("      all other registers are zero\n");
    text
}
