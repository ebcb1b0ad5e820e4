//! Names for addresses and capabilities: those of the program where it has them, else numbers.
//!
//! Nothing here fails.

use std::ops::Range;

use assembler::image::{Image, Symbol, Target};
use isa::Capability;

/// What of a program is known by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) image: &'a Image,
}

impl Names<'_> {
    /// `sum.s:14`, if the address came from a line of source.
    pub(crate) fn line(&self, address: u64) -> Option<String> {
        let source = self.image.source(address)?;
        Some(format!("{}:{}", source.file, source.line))
    }

    /// Whether the address is in the start-up code, which is none of the program's own.
    pub(crate) fn is_startup(&self, address: u64) -> bool {
        let source = self.image.source(address);
        source.is_some_and(|source| source.file == assembler::STARTUP_NAME)
    }

    /// `sum.s:14`, or the symbol, or the number.
    pub(crate) fn place(&self, address: u64) -> String {
        self.line(address).unwrap_or_else(|| self.symbol(address))
    }

    /// `main+0x18`, or segment and offset.
    pub(crate) fn symbol(&self, address: u64) -> String {
        match self.image.symbol_at(address) {
            Some((symbol, 0)) => symbol.name.clone(),
            Some((symbol, within)) => format!("{}+{within:#x}", symbol.name),
            None => {
                let (segment, offset) = (address >> 32, address & 0xffff_ffff);
                match u16::try_from(segment)
                    .ok()
                    .and_then(|number| self.image.segment_name(number))
                {
                    Some(name) => format!("{name}+{offset:#x}"),
                    None => format!("segment {segment:#x}, offset {offset:#x}"),
                }
            }
        }
    }

    /// The addresses that a symbol covers: its bytes, or for a mere place those up to the next one in the segment.
    pub(crate) fn extent(&self, symbol: &Symbol) -> Range<u64> {
        if symbol.size > 0 {
            return symbol.address..symbol.end();
        }
        let symbols = self.image.symbols();
        let behind = symbols.partition_point(|other| other.address <= symbol.address);
        let segment = self.image.segment(symbol.segment());
        let end = segment.map_or(symbol.address, |segment| segment.address() + segment.length);
        let next = symbols.get(behind).map(|next| next.address);
        symbol.address..next.map_or(end, |next| next.min(end))
    }

    /// `main (sum.s:22)`.
    pub(crate) fn symbol_and_line(&self, address: u64) -> String {
        let symbol = match self.image.symbol_at(address) {
            Some((symbol, _)) => symbol.name.clone(),
            None => self.symbol(address),
        };
        match self.line(address) {
            Some(line) => format!("{symbol} ({line})"),
            None => symbol,
        }
    }

    /// What a capability reaches, as a noun: `'table'`, `segment 'data'`, `the stack of ring 4`.
    pub(crate) fn object(&self, capability: &Capability) -> String {
        let number = capability.segment();
        if stack_ring(number.0).is_some() {
            return self.whole(number.0);
        }
        match self
            .image
            .target(number.0, capability.base(), capability.limit())
        {
            Target::Symbol(symbol) => format!("'{}'", symbol.name),
            Target::Segment(segment) => format!("segment '{}'", segment.name),
            Target::Part { segment, .. } => match self.part(segment.number, capability) {
                Some(name) => name,
                None => format!("its part of segment '{}'", segment.name),
            },
            Target::Unknown { segment, .. } => format!("its part of segment {segment:#x}"),
        }
    }

    /// A part of a symbol's bytes.
    fn part(&self, segment: u16, capability: &Capability) -> Option<String> {
        let address = u64::from(segment) << 32 | u64::from(capability.base());
        let (symbol, within) = self.image.symbol_at(address)?;
        let length = u64::from(capability.limit().saturating_sub(capability.base()));
        (within + length <= symbol.size).then(|| format!("its part of '{}'", symbol.name))
    }

    /// A segment, as a noun: `segment 'data'`, `the stack of ring 4`.
    pub(crate) fn whole(&self, number: u16) -> String {
        match stack_ring(number) {
            Some(ring) => format!("the stack of ring {ring}"),
            None => self.segment(number),
        }
    }

    /// The name of a segment, or its number.
    pub(crate) fn segment(&self, number: u16) -> String {
        match self.image.segment_name(number) {
            Some(name) => format!("segment '{name}'"),
            None => format!("segment {number:#x}"),
        }
    }
}

/// The ring whose stack this segment is by the agreement, if it is one.
fn stack_ring(segment: u16) -> Option<u16> {
    let ring = segment.checked_sub(isa::abi::SEGMENT_STACKS)?;
    (ring < 8).then_some(ring)
}
