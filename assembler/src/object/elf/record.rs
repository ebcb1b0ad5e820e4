//! The tables of an object that ELF has no words for: rows of words of 32 bits.
//!
//! Invariant: what is written is read back as it was, and a row that nothing writes is refused.

use isa::{Brackets, DescriptorFlags, Ring};

use super::super::Place;
use crate::segment::SegmentOptions;

/// The section with a row for each section of a segment, in their order.
pub(super) const SEGMENTS: &str = ".nestor.segments";
/// The section with a row for each symbol, in their order.
pub(super) const SYMBOLS: &str = ".nestor.symbols";
/// The section with the names of source files, each with a zero byte behind it. The table of lines
/// has them too, but there is none where nothing has a line.
pub(super) const FILES: &str = ".nestor.files";
/// The section with one row, of what concerns the program.
pub(super) const PROGRAM: &str = ".nestor.program";

/// A place: file and line count from 1, and 0 is no place.
type PlaceWords = [u32; 3];

/// What a section's header does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegmentRow {
    pub(super) options: Option<(SegmentOptions, Place)>,
    pub(super) opened: Option<Place>,
    pub(super) used: bool,
    pub(super) gates: u16,
    pub(super) code: Option<Place>,
    pub(super) length: u64,
}

/// What a symbol's entry does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SymbolRow {
    pub(super) procedure: Option<u32>,
    /// Whether nothing stands behind the label.
    pub(super) open: bool,
    pub(super) extent: u64,
    pub(super) place: Place,
}

/// `.entry`: section, offset and place; `.stack`: bytes and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProgramRow {
    pub(super) entry: Option<(usize, i64, Place)>,
    pub(super) stack: Option<(u64, Place)>,
}

/// A row of a table.
pub(super) trait Row: Sized {
    /// How many words it has.
    const WORDS: usize;
    fn words(&self) -> Vec<u32>;
    fn of_words(words: &[u32]) -> Option<Self>;
}

/// A table as bytes.
pub(super) fn write<R: Row>(rows: impl Iterator<Item = R>) -> Vec<u8> {
    rows.flat_map(|row| row.words())
        .flat_map(u32::to_le_bytes)
        .collect()
}

/// The rows of a table; none if the bytes are no such rows.
pub(super) fn read<R: Row>(bytes: &[u8]) -> Option<Vec<R>> {
    let rows = bytes.chunks_exact(4 * R::WORDS);
    if !rows.remainder().is_empty() {
        return None;
    }
    rows.map(|row| {
        let words = row.chunks_exact(4);
        let words: Vec<u32> = words
            .filter_map(|word| Some(u32::from_le_bytes(word.try_into().ok()?)))
            .collect();
        R::of_words(&words)
    })
    .collect()
}

/// Names of files as bytes.
pub(super) fn write_files(files: &[String]) -> Vec<u8> {
    let names = files.iter().flat_map(|file| [file.as_bytes(), &[0]]);
    names.flatten().copied().collect()
}

/// The names of files that bytes are, at most so many; none if they are no names.
pub(super) fn read_files(bytes: &[u8], limit: usize) -> Option<Vec<String>> {
    let Some(bytes) = bytes.strip_suffix(&[0]) else {
        return bytes.is_empty().then(Vec::new);
    };
    let names = bytes.split(|byte| *byte == 0).take(limit + 1);
    let names = names.map(|name| String::from_utf8(name.to_vec()).ok());
    names.collect()
}

fn place_words(place: Option<Place>) -> PlaceWords {
    match place {
        Some(Place::Recorded { file, line, column }) => [file.saturating_add(1), line, column],
        _ => [0; 3],
    }
}

fn place([file, line, column]: PlaceWords) -> Place {
    match file.checked_sub(1) {
        Some(file) if line > 0 => Place::Recorded { file, line, column },
        _ => Place::Unknown,
    }
}

/// A number that fits in 32 bits, since a segment is no longer.
fn word(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const USED: u32 = 1;
const GIVEN: u32 = 2;
const OPENED: u32 = 4;
const SYSTEM: u32 = 8;
const CODE: u32 = 16;

impl Row for SegmentRow {
    const WORDS: usize = 21;

    fn words(&self) -> Vec<u32> {
        let plain = SegmentOptions::new(DescriptorFlags::empty());
        let options = self.options.map_or(plain, |(options, _)| options);
        let mut state = 0;
        for (bit, holds) in [
            (USED, self.used),
            (GIVEN, self.options.is_some()),
            (OPENED, self.opened.is_some()),
            (SYSTEM, options.system),
            (CODE, self.code.is_some()),
        ] {
            if holds {
                state |= bit;
            }
        }
        let Brackets { r1, r2, r3 } = options.rings;
        let mut words = vec![
            state,
            word(self.length),
            self.gates.into(),
            options.flags.bits().into(),
            r1.number().into(),
            r2.number().into(),
            r3.number().into(),
            options.number.unwrap_or(0).into(),
            word(options.length),
            options.label.into(),
            options.generation.into(),
            options.slot.into(),
        ];
        words.extend(place_words(self.options.map(|(_, place)| place)));
        words.extend(place_words(self.opened));
        words.extend(place_words(self.code));
        words
    }

    fn of_words(words: &[u32]) -> Option<Self> {
        let &[
            state,
            length,
            gates,
            flags,
            r1,
            r2,
            r3,
            number,
            least,
            label,
            generation,
            slot,
            given_file,
            given_line,
            given_column,
            opened_file,
            opened_line,
            opened_column,
            code_file,
            code_line,
            code_column,
        ] = words
        else {
            return None;
        };
        let ring = |number: u32| u8::try_from(number).ok().and_then(Ring::new);
        let rings = Brackets {
            r1: ring(r1)?,
            r2: ring(r2)?,
            r3: ring(r3)?,
        };
        let known = DescriptorFlags::READ
            | DescriptorFlags::WRITE
            | DescriptorFlags::EXECUTE
            | DescriptorFlags::HOLD
            | DescriptorFlags::DEVICE;
        let flags = flags.try_into().ok().and_then(DescriptorFlags::from_bits)?;
        let number = u16::try_from(number).ok()?;
        let sound = state <= USED | GIVEN | OPENED | SYSTEM | CODE
            && known.contains(flags)
            && generation <= 63
            && slot <= 15;
        if !sound {
            return None;
        }
        let options = SegmentOptions {
            flags,
            system: state & SYSTEM != 0,
            rings,
            number: (number != 0).then_some(number),
            length: least.into(),
            label: u8::try_from(label).ok()?,
            generation: u8::try_from(generation).ok()?,
            slot: u8::try_from(slot).ok()?,
        };
        let given = place([given_file, given_line, given_column]);
        Some(Self {
            options: (state & GIVEN != 0).then_some((options, given)),
            opened: (state & OPENED != 0).then(|| place([opened_file, opened_line, opened_column])),
            used: state & USED != 0,
            gates: u16::try_from(gates).ok()?,
            code: (state & CODE != 0).then(|| place([code_file, code_line, code_column])),
            length: length.into(),
        })
    }
}

impl Row for SymbolRow {
    const WORDS: usize = 6;

    fn words(&self) -> Vec<u32> {
        let procedure = self
            .procedure
            .map_or(0, |procedure| procedure.saturating_add(1));
        let mut words = vec![procedure, self.open.into(), word(self.extent)];
        words.extend(place_words(Some(self.place)));
        words
    }

    fn of_words(words: &[u32]) -> Option<Self> {
        let &[procedure, open @ (0 | 1), extent, file, line, column] = words else {
            return None;
        };
        Some(Self {
            procedure: procedure.checked_sub(1),
            open: open == 1,
            extent: extent.into(),
            place: place([file, line, column]),
        })
    }
}

impl Row for ProgramRow {
    const WORDS: usize = 11;

    fn words(&self) -> Vec<u32> {
        let section = self
            .entry
            .map_or(0, |(section, ..)| word(section as u64 + 1));
        let offset = self
            .entry
            .map_or(0, |(_, offset, _)| offset.cast_unsigned());
        let mut words = vec![section, offset as u32, (offset >> 32) as u32];
        words.extend(place_words(self.entry.map(|(.., place)| place)));
        words.push(self.stack.is_some().into());
        words.push(word(self.stack.map_or(0, |(bytes, _)| bytes)));
        words.extend(place_words(self.stack.map(|(_, place)| place)));
        words
    }

    fn of_words(words: &[u32]) -> Option<Self> {
        let &[
            section,
            low,
            high,
            file,
            line,
            column,
            has @ (0 | 1),
            bytes,
            stack_file,
            stack_line,
            stack_column,
        ] = words
        else {
            return None;
        };
        let section = usize::try_from(section).ok()?.checked_sub(1);
        let offset = (u64::from(high) << 32 | u64::from(low)).cast_signed();
        let stack = (
            u64::from(bytes),
            place([stack_file, stack_line, stack_column]),
        );
        Some(Self {
            entry: section.map(|section| (section, offset, place([file, line, column]))),
            stack: (has == 1).then_some(stack),
        })
    }
}
