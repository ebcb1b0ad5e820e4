//! Source lines in DWARF 5, as debuggers and binutils read them.
//!
//! One compilation unit has one line table, with a sequence for each segment that has lines.
//! Reading is bounded by limits stated here, whatever the bytes are.

use gimli::write::{Address, AttributeValue, DwarfUnit, EndianVec, LineProgram, LineString, Range};
use gimli::write::{RangeList, Sections};
use gimli::{
    AttributeValue as ReadValue, DebugLine, DebugLineOffset, Encoding, EndianSlice, Format,
    IncompleteLineProgram, LineEncoding, LineInstruction, LineRow, LittleEndian, SectionId,
};

use super::check::{FILE_LIMIT, FILE_NAME_LIMIT, LINE_LIMIT, at_most};
use super::elf::text;
use super::{ImageError, Line, segment_of};

/// The name of the section of line tables.
pub(crate) const LINE_SECTION: &str = ".debug_line";
/// The name of the section of their strings.
pub(crate) const STRING_SECTION: &str = ".debug_line_str";

const ENCODING: Encoding = Encoding {
    format: Format::Dwarf32,
    version: 5,
    address_size: 8,
};
/// Where the source files are: their names are as given, so relative to where the assembler ran.
const DIRECTORY: &str = ".";
const PRODUCER: &str = "nestor";
/// The longest header of a line table, in bytes. A file takes 5 bytes of ours; without a limit on
/// the header, each byte of a hostile one could cost the memory of a file entry.
const HEADER_LIMIT: usize = FILE_LIMIT * 8 + 256;
/// Where the length of the header is in a line table of ENCODING, and how long it is.
const HEADER_LENGTH: std::ops::Range<usize> = 8..12;
/// The initial length that announces the 64-bit format, whose header is laid out otherwise.
const ESCAPE_64: [u8; 4] = [0xff; 4];

/// A section of debugging information.
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) strings: bool,
    pub(crate) bytes: Vec<u8>,
}

/// The lines of an image, or of an object, whose sections stand for segments.
pub(crate) struct Lines<'a> {
    pub(crate) files: &'a [String],
    /// By address.
    pub(crate) lines: &'a [Line],
    /// The address after the segment that an address is in.
    pub(crate) end: &'a dyn Fn(u64) -> u64,
}

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The sections that tell the lines; none when there are no files.
pub(crate) fn write(table: &Lines<'_>) -> Result<Vec<Section>, ImageError> {
    let Some(first) = table.files.first() else {
        return Ok(Vec::new());
    };
    let mut dwarf = DwarfUnit::new(ENCODING);
    dwarf.unit.line_program = line_program(table, first, &mut dwarf);
    describe_unit(table, first, &mut dwarf);
    let mut sections = Sections::new(EndianVec::new(LittleEndian));
    dwarf
        .write(&mut sections)
        .map_err(|error| ImageError::Write(error.to_string()))?;
    let mut written = Vec::new();
    // The callback cannot fail, and neither then can the walk.
    let _: Result<(), gimli::write::Error> = sections.for_each_mut(|id, bytes| {
        if !bytes.slice().is_empty() {
            let strings = matches!(id, SectionId::DebugStr | SectionId::DebugLineStr);
            written.push(Section {
                name: id.name(),
                strings,
                bytes: bytes.take(),
            });
        }
        Ok(())
    });
    Ok(written)
}

fn line_program(table: &Lines<'_>, first: &str, dwarf: &mut DwarfUnit) -> LineProgram {
    let mut string = |text: &str| LineString::new(text, ENCODING, &mut dwarf.line_strings);
    let (directory, name) = (string(DIRECTORY), string(first));
    let mut program = LineProgram::new(
        ENCODING,
        LineEncoding::default(),
        directory,
        None,
        name,
        None,
    );
    let directory = program.default_directory();
    let files: Vec<_> = table
        .files
        .iter()
        .map(|file| program.add_file(string(file), directory, None))
        .collect();
    for lines in sequences(table) {
        let Some(base) = lines.first().map(|line| line.address) else {
            continue;
        };
        program.begin_sequence(Some(Address::Constant(base)));
        for line in lines {
            let Some(&file) = files.get(line.file) else {
                continue;
            };
            let row = program.row();
            row.address_offset = line.address - base;
            row.file = file;
            row.line = u64::from(line.line);
            row.column = u64::from(line.column);
            program.generate_row();
        }
        program.end_sequence((table.end)(base).saturating_sub(base));
    }
    program
}

/// Describes the unit: its name, and which addresses it has, for tools that start from one.
fn describe_unit(table: &Lines<'_>, first: &str, dwarf: &mut DwarfUnit) {
    let ranges = sequences(table).filter_map(|lines| {
        let begin = lines.first()?.address;
        let end = Address::Constant((table.end)(begin));
        Some(Range::StartEnd {
            begin: Address::Constant(begin),
            end,
        })
    });
    let ranges = RangeList(ranges.collect());
    let root = dwarf.unit.root();
    let (name, producer) = (dwarf.strings.add(first), dwarf.strings.add(PRODUCER));
    let ranges = (!ranges.0.is_empty()).then(|| dwarf.unit.ranges.add(ranges));
    let unit = dwarf.unit.get_mut(root);
    unit.set(gimli::DW_AT_producer, AttributeValue::StringRef(producer));
    unit.set(
        gimli::DW_AT_language,
        AttributeValue::Language(gimli::DW_LANG_Mips_Assembler),
    );
    unit.set(gimli::DW_AT_name, AttributeValue::StringRef(name));
    unit.set(gimli::DW_AT_stmt_list, AttributeValue::LineProgramRef);
    if let Some(ranges) = ranges {
        unit.set(
            gimli::DW_AT_low_pc,
            AttributeValue::Address(Address::Constant(0)),
        );
        unit.set(gimli::DW_AT_ranges, AttributeValue::RangeListRef(ranges));
    }
}

/// The lines, segment by segment.
fn sequences<'a>(table: &Lines<'a>) -> impl Iterator<Item = &'a [Line]> {
    table
        .lines
        .chunk_by(|a, b| segment_of(a.address) == segment_of(b.address))
}

/// The files and lines of a line table with its strings.
///
/// # Errors
/// A table that is malformed, exceeds a limit, or was not written by [`write`] or its like.
pub(crate) fn read(table: &[u8], strings: &[u8]) -> Result<(Vec<String>, Vec<Line>), ImageError> {
    check_header(table)?;
    let program = DebugLine::new(table, LittleEndian)
        .program(DebugLineOffset(0), ENCODING.address_size, None, None)
        .map_err(damaged)?;
    if program.header().encoding() != ENCODING {
        return Err(damaged(
            "it is not of DWARF version 5 with 8-byte addresses",
        ));
    }
    let files = read_files(&program, strings)?;
    let lines = read_lines(program)?;
    Ok((files, lines))
}

fn check_header(table: &[u8]) -> Result<(), ImageError> {
    if table.starts_with(&ESCAPE_64) {
        return Err(damaged("it is in the 64-bit format"));
    }
    let length = table
        .get(HEADER_LENGTH)
        .and_then(|bytes| bytes.try_into().ok());
    let length = length
        .map(u32::from_le_bytes)
        .ok_or_else(|| damaged("it is cut off"))?;
    if usize::try_from(length).map_or(true, |length| length > HEADER_LIMIT) {
        return Err(damaged("its header is too long"));
    }
    Ok(())
}

fn read_files(
    program: &IncompleteLineProgram<Slice<'_>>,
    strings: &[u8],
) -> Result<Vec<String>, ImageError> {
    let entries = program.header().file_names();
    at_most("files", entries.len(), FILE_LIMIT)?;
    let mut files = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = match entry.path_name() {
            ReadValue::DebugLineStrRef(offset) => text(strings, offset.0, FILE_NAME_LIMIT),
            ReadValue::String(name) => std::str::from_utf8(name.slice()).ok(),
            _ => None,
        };
        let name = name.ok_or_else(|| damaged("the name of a file is not to be found"))?;
        files.push(name.to_owned());
    }
    Ok(files)
}

/// Runs the program of the table. What it does to the row is gimli's; what would go backwards or
/// out of range is refused before.
fn read_lines(mut program: IncompleteLineProgram<Slice<'_>>) -> Result<Vec<Line>, ImageError> {
    let header = program.header().clone();
    let mut instructions = header.instructions();
    let mut row = LineRow::new(&header);
    let mut lines = Vec::new();
    while let Some(instruction) = instructions.next_instruction(&header).map_err(damaged)? {
        let refused = match instruction {
            LineInstruction::AdvanceLine(by) => by.unsigned_abs() > u64::from(u32::MAX),
            LineInstruction::SetAddress(to) => to < row.address() || segment_of(to) == 0,
            _ => false,
        };
        if refused {
            return Err(damaged("an instruction of its program is out of range"));
        }
        if !row.execute(instruction, &mut program).map_err(damaged)? {
            continue;
        }
        if !row.end_sequence() {
            lines.push(read_line(&row).ok_or_else(|| damaged("a line number is out of range"))?);
            at_most("lines", lines.len(), LINE_LIMIT)?;
        }
        row.reset(&header);
    }
    Ok(lines)
}

/// A row as a line; none when a number in it is too large.
fn read_line(row: &LineRow) -> Option<Line> {
    let column = match row.column() {
        gimli::ColumnType::LeftEdge => 0,
        gimli::ColumnType::Column(column) => u32::try_from(column.get()).ok()?,
    };
    Some(Line {
        address: row.address(),
        file: usize::try_from(row.file_index()).ok()?,
        line: u32::try_from(row.line()?.get()).ok()?,
        column,
    })
}

fn damaged(problem: impl std::fmt::Display) -> ImageError {
    ImageError::Damaged {
        part: "the table of source lines".to_owned(),
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::image::{Contents, Image, Segment};

    /// The line table of two lines, and its strings.
    fn table() -> (Vec<u8>, Vec<u8>) {
        let segment = Segment {
            name: "text".to_owned(),
            number: 300,
            real: 0x1000,
            bytes: Vec::new(),
            length: 64,
        };
        let line = |offset, line| Line {
            address: (300u64 << 32) + offset,
            file: 0,
            line,
            column: 0,
        };
        let image = Image::new(Contents {
            entry: segment.address(),
            segments: vec![segment],
            lines: vec![line(0, 1), line(8, u32::MAX)],
            files: vec!["a.nas".to_owned()],
            ..Contents::default()
        });
        let sections = write(&image.unwrap().line_table(&|_| (300 << 32) + 64)).unwrap();
        let find = |name| {
            sections
                .iter()
                .find(|it| it.name == name)
                .unwrap()
                .bytes
                .clone()
        };
        (find(LINE_SECTION), find(STRING_SECTION))
    }

    /// The table with another program after its header.
    fn with_program(program: &[u8]) -> Vec<u8> {
        let (mut table, _) = table();
        let header = u32::from_le_bytes(table[HEADER_LENGTH].try_into().unwrap());
        table.truncate(HEADER_LENGTH.end + header as usize);
        table.extend_from_slice(program);
        let length = (table.len() - 4) as u32;
        table[..4].copy_from_slice(&length.to_le_bytes());
        table
    }

    fn refusal(table: &[u8]) -> String {
        read(table, &table_strings()).unwrap_err().to_string()
    }

    fn table_strings() -> Vec<u8> {
        table().1
    }

    #[test]
    fn lines_may_be_any_distance_apart() {
        let (table, strings) = table();
        let (files, lines) = read(&table, &strings).unwrap();
        assert_eq!(files, ["a.nas"]);
        assert_eq!(
            lines.iter().map(|line| line.line).collect::<Vec<_>>(),
            [1, u32::MAX]
        );
    }

    #[test]
    fn programs_that_leave_the_numbers_are_refused() {
        let refused = "the table of source lines is damaged: an instruction of its program is out of range; make the file again";
        // Advance the line by the least number, which no number negates.
        let least = [&[3][..], &[0x80; 9], &[0x7f]].concat();
        assert_eq!(refusal(&with_program(&least)), refused);
        // Set the address to one in segment 0, and to one above all segments.
        for address in [8u64, 1 << 48, u64::MAX] {
            let set = [&[0, 9, 2][..], &address.to_le_bytes()].concat();
            assert_eq!(refusal(&with_program(&set)), refused);
        }
    }

    #[test]
    fn headers_that_are_too_long_are_refused() {
        let (mut table, _) = table();
        table[HEADER_LENGTH].copy_from_slice(&(HEADER_LIMIT as u32 + 1).to_le_bytes());
        assert!(refusal(&table).contains("its header is too long"));
        table[..4].fill(0xff);
        assert!(refusal(&table).contains("it is in the 64-bit format"));
        assert!(refusal(&[]).contains("it is cut off"));
    }

    proptest! {
        #[test]
        fn any_program_ends(program in vec(any::<u8>(), 0..200)) {
            let _ = read(&with_program(&program), &table_strings());
        }

        #[test]
        fn any_table_is_read_or_refused(
            changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            let (mut table, strings) = table();
            for (at, byte) in changes {
                let at = at.index(table.len());
                table[at] = byte;
            }
            let _ = read(&table, &strings);
        }
    }
}
