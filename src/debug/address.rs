//! What a user writes for a place in a level: `main+0x18`, `main.s:12`, `0x111:8`, `c3+8`, and behind it perhaps `@2`.
//!
//! Invariant: what makes no sense is refused, and says what would.

use std::collections::BTreeSet;

use assembler::image::{Image, SymbolKind};
use isa::instruction::C;
use isa::{Address, Descriptor, DescriptorFlags, SegmentNumber};

use super::{Debugger, usage};
use crate::failure::Failure;
use crate::places;

impl Debugger<'_> {
    /// What a user wrote of a level, as `main@2`, and which one that is; the one that is looked at if nothing is said.
    pub(super) fn level_of<'t>(&self, text: &'t str) -> Result<(usize, &'t str), Failure> {
        let Some((place, level)) = text.rsplit_once('@') else {
            return Ok((self.level(), text));
        };
        let level = places::number(level.trim()).and_then(|level| usize::try_from(level).ok());
        let level = level.filter(|level| *level as u64 <= isa::machine::MAX_DEPTH);
        let level = level.ok_or_else(|| usage(format!("'{text}': behind @ stands a level")))?;
        Ok((level, place.trim()))
    }

    /// An address that the user named: as [`places::address`] says, or `segment:offset`, `file:line`, a capability register and
    /// perhaps `+` and a number of bytes.
    pub(super) fn address(&self, level: usize, text: &str) -> Result<u64, Failure> {
        let (name, distance) = text.split_once('+').unwrap_or((text, "0"));
        if let Some(register) = named(C::all(), name.trim()) {
            let state = self.machine().level_state(level);
            let value = state.and_then(|state| state.context.c.get(register.index()).copied());
            let distance = places::number(distance.trim());
            let distance = distance.ok_or_else(|| usage(format!("'{text}' is no address")))?;
            return Ok(value
                .map_or(0, |value| value.address())
                .wrapping_add(distance));
        }
        if let Some((left, right)) = text.split_once(':') {
            if let (Some(segment), Some(offset)) = (places::number(left), places::number(right)) {
                return Ok(segment << 32 | offset);
            }
            return self.line(level, left, right);
        }
        match (
            self.image(level).segments().is_empty(),
            places::number(text),
        ) {
            (true, None) => Err(usage(format!(
                "level {level} has no names; write segment:offset"
            ))),
            _ => self.place_in(level, text, |image| places::address(image, text)),
        }
    }

    /// Where something is in what a level runs. Before it has run, each of the images that its host carries may be that.
    fn place_in(
        &self,
        level: usize,
        text: &str,
        find: impl Fn(&Image) -> Result<u64, Failure>,
    ) -> Result<u64, Failure> {
        let images = self.text.images().possible(level);
        let found: BTreeSet<u64> = images.iter().filter_map(|image| find(image).ok()).collect();
        match (found.first(), found.len()) {
            (Some(address), 1) => Ok(*address),
            (None, _) => find(self.image(level)),
            _ => Err(usage(format!(
                "'{text}' is at {} places in images that level {level} may run; write segment:offset, or go to where it runs",
                found.len()
            ))),
        }
    }

    /// A level and an address in it at which instructions can be.
    pub(super) fn instruction_at(&self, text: &str) -> Result<(usize, u64), Failure> {
        let (level, place) = self.level_of(text)?;
        let address = self.address(level, place)?;
        match self.is_data(level, address) {
            true => Err(usage(format!("`{text}` is data; use `watch {text}`"))),
            false => Ok((level, address)),
        }
    }

    /// Whether the program says that an address is that of data, and the machine does not know better.
    fn is_data(&self, level: usize, address: u64) -> bool {
        let segment = u16::try_from(address >> 32).unwrap_or_default();
        let executes = |descriptor: &Descriptor| descriptor.has(DescriptorFlags::EXECUTE);
        let live = self
            .machine()
            .level_descriptor(level, SegmentNumber(segment));
        let images = self.text.images().possible(level);
        let says_so = |image: &&Image| {
            let symbol = image.symbol_at(address).map(|(symbol, _)| symbol.kind);
            let given = image.descriptor(segment);
            symbol == Some(SymbolKind::Object)
                || given.is_some_and(|given| !executes(&given))
                    && !live.as_ref().is_some_and(executes)
        };
        !images.is_empty() && images.iter().all(says_so)
    }

    /// The first instruction of a line.
    fn line(&self, level: usize, file: &str, line: &str) -> Result<u64, Failure> {
        let none = || usage(format!("no instruction comes from {file}:{line}"));
        let number = places::number(line).ok_or_else(none)?;
        let named = |name: &String| name == file || name.ends_with(&format!("/{file}"));
        self.place_in(level, &format!("{file}:{line}"), |image| {
            let mut lines = image.lines().iter().filter(|at| {
                u64::from(at.line) == number && image.files().get(at.file).is_some_and(named)
            });
            lines.next().map(|at| at.address).ok_or_else(none)
        })
    }

    pub(super) fn data_address(&self, level: usize, text: &str) -> Result<Address, Failure> {
        let word = self.address(level, text.trim())?;
        let segment = u16::try_from(word >> 32);
        let segment = segment.map_err(|_| usage(format!("'{text}' is no address")))?;
        Ok(Address::new(SegmentNumber(segment), word as u32))
    }

    /// An address, and behind it perhaps a number of bytes.
    pub(super) fn range(
        &self,
        level: usize,
        text: &str,
        default: u64,
    ) -> Result<(Address, u64), Failure> {
        let (place, size) = match text.rsplit_once(char::is_whitespace) {
            Some((place, size)) => (place, places::number(size)),
            None => (text, Some(default)),
        };
        let size = size.filter(|size| (1..=4096).contains(size));
        let size = size.ok_or_else(|| usage("a size is a number from 1 to 4096".to_owned()))?;
        Ok((self.data_address(level, place)?, size))
    }
}

/// The register of this name.
pub(super) fn named<T: ToString>(mut registers: impl Iterator<Item = T>, name: &str) -> Option<T> {
    registers.find(|register| register.to_string() == name)
}
