//! Explaining addresses and capabilities: from numbers back to the names and lines of the source.
//!
//! Nothing here fails: what has no name is told as numbers.

use std::cmp::{Ordering, Reverse};
use std::fmt;

use super::{Image, Line, Segment, Symbol, SymbolKind, offset_of, segment_of};

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// Name of the file, as given to the assembler.
    pub file: &'a str,
    /// Line number, from 1.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
}

/// What the bounds of a capability enclose, by the best name there is for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// Exactly the bytes of a symbol.
    Symbol(&'a Symbol),
    /// A whole segment.
    Segment(&'a Segment),
    /// Some bytes of a segment that has a name.
    Part {
        /// The segment.
        segment: &'a Segment,
        /// Offset of the first byte.
        base: u64,
        /// Offset after the last byte.
        limit: u64,
    },
    /// Some bytes of a segment that the image does not have.
    Unknown {
        /// Number of the segment.
        segment: u16,
        /// Offset of the first byte.
        base: u64,
        /// Offset after the last byte.
        limit: u64,
    },
}

impl Image {
    /// The segment with this number.
    pub fn segment(&self, number: u16) -> Option<&Segment> {
        let index = self
            .segments
            .binary_search_by_key(&number, |segment| segment.number)
            .ok()?;
        self.segments.get(index)
    }

    /// The segment with this name.
    pub fn segment_named(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.name == name)
    }

    /// The name of the segment with this number.
    pub fn segment_name(&self, number: u16) -> Option<&str> {
        self.segment(number).map(|segment| segment.name.as_str())
    }

    /// The symbol with this name; of several the one whose kind is preferred, then the first.
    pub fn symbol(&self, name: &str) -> Option<&Symbol> {
        let named = self.symbols.iter().filter(|symbol| symbol.name == name);
        named.min_by_key(|symbol| Reverse(symbol.kind))
    }

    /// The innermost symbol around an address, and how far into it the address is. Where none is
    /// around it, a symbol without size that comes just before it in its segment.
    pub fn symbol_at(&self, address: u64) -> Option<(&Symbol, u64)> {
        let nearest = self
            .symbols
            .partition_point(|symbol| symbol.address <= address)
            .checked_sub(1)?;
        let mut candidate = Some(nearest);
        while let Some(index) = candidate {
            let symbol = self.symbols.get(index)?;
            if symbol.end() > address {
                return Some((symbol, address - symbol.address));
            }
            candidate = self.enclosing.get(index).copied().flatten();
        }
        let symbol = self.symbols.get(nearest)?;
        (symbol.size == 0 && symbol.segment() == segment_of(address))
            .then_some((symbol, address - symbol.address))
    }

    /// The line that an address came from.
    pub fn locate(&self, address: u64) -> Option<&Line> {
        let inside = offset_of(address) < self.segment(segment_of(address))?.length;
        let index = self
            .lines
            .partition_point(|line| line.address <= address)
            .checked_sub(1)?;
        let line = self.lines.get(index)?;
        (inside && segment_of(line.address) == segment_of(address)).then_some(line)
    }

    /// The place in the source that an address came from.
    pub fn source(&self, address: u64) -> Option<Source<'_>> {
        let line = self.locate(address)?;
        let file = self.files.get(line.file)?;
        Some(Source {
            file,
            line: line.line,
            column: line.column,
        })
    }

    /// What the bounds `[base, limit)` in a segment enclose.
    pub fn target(&self, segment: u16, base: u32, limit: u32) -> Target<'_> {
        let (base, limit) = (u64::from(base), u64::from(limit));
        let address = u64::from(segment) << 32 | base;
        let first = self
            .symbols
            .partition_point(|symbol| symbol.address < address);
        let here = self
            .symbols
            .iter()
            .skip(first)
            .take_while(|symbol| symbol.address == address);
        let exact = here.filter(|symbol| symbol.size > 0 && symbol.offset() + symbol.size == limit);
        if let Some(symbol) = exact.max_by_key(|symbol| symbol.kind) {
            return Target::Symbol(symbol);
        }
        match self.segment(segment) {
            Some(whole) if base == 0 && limit == whole.length => Target::Segment(whole),
            Some(segment) => Target::Part {
                segment,
                base,
                limit,
            },
            None => Target::Unknown {
                segment,
                base,
                limit,
            },
        }
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column > 0 {
            write!(f, ":{}", self.column)
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(symbol) => f.write_str(&symbol.name),
            Self::Segment(segment) => f.write_str(&segment.name),
            Self::Part {
                segment,
                base,
                limit,
            } => write!(f, "{}[{base:#x}..{limit:#x}]", segment.name),
            Self::Unknown {
                segment,
                base,
                limit,
            } => {
                write!(f, "segment {segment:#x}[{base:#x}..{limit:#x}]")
            }
        }
    }
}

/// The canonical order of symbols: by address, the outer before the inner, the preferred last.
pub(super) fn order(a: &Symbol, b: &Symbol) -> Ordering {
    let key = |symbol: &Symbol| (symbol.address, Reverse(symbol.size), symbol.kind);
    key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
}

/// For each symbol the nearest earlier one that ends later. Every symbol between the two ends no
/// later than the first, so a search for one that reaches past an address may skip them.
pub(super) fn enclosing(symbols: &[Symbol]) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, u64)> = Vec::new();
    let mut enclosing = Vec::with_capacity(symbols.len());
    for (index, symbol) in symbols.iter().enumerate() {
        while open.last().is_some_and(|&(_, end)| end <= symbol.end()) {
            open.pop();
        }
        enclosing.push(open.last().map(|&(earlier, _)| earlier));
        open.push((index, symbol.end()));
    }
    enclosing
}

impl fmt::Display for SymbolKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Label => "label",
            Self::Object => "object",
            Self::Gate => "gate",
            Self::Procedure => "procedure",
        })
    }
}
