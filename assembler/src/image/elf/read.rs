//! Reading an image: any bytes give an image or an error, in time and memory bounded by their length.
//!
//! Headers are trusted for nothing: each range is looked up, each count limited, and what they
//! make together goes through the rules of every image.

use std::collections::BTreeMap;

use object::LittleEndian as Little;
use object::elf::{
    ELFCLASS64, ELFDATA2LSB, ELFMAG, ET_EXEC, FileHeader64, FileType, PT_LOAD, ProgramHeader64,
    SHF_ALLOC, SHT_SYMTAB, STT_FUNC, STT_NOTYPE, STT_OBJECT, STV_PROTECTED, SectionHeader64, Sym64,
};
use object::read::SectionIndex;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};

use super::super::check::{NAME_LIMIT, SEGMENT_LIMIT, SYMBOL_LIMIT, at_most};
use super::super::{Contents, Image, ImageError, Segment, Symbol, SymbolKind, dwarf};
use super::{ELF_MACHINE, text};

/// Room for sections that are no segments.
const OTHER_SECTIONS: usize = 64;

impl Image {
    /// The image that the bytes of a file are.
    ///
    /// # Errors
    /// What is wrong with the bytes, whatever they are.
    pub fn read(bytes: &[u8]) -> Result<Self, ImageError> {
        let file = File::open(bytes, ET_EXEC)?;
        let segments = file.segments()?;
        let symbols = file.symbols()?;
        let (files, lines) = match file.find(dwarf::LINE_SECTION)? {
            Some(table) => {
                let strings = file.find(dwarf::STRING_SECTION)?.unwrap_or_default();
                dwarf::read(table, strings)?
            }
            None => (Vec::new(), Vec::new()),
        };
        Self::new(Contents {
            entry: file.header.e_entry(Little),
            segments,
            symbols,
            lines,
            files,
        })
    }
}

/// A file whose header is that of an image or object, and whose tables of headers are inside it.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    header: &'a FileHeader64<Little>,
    programs: &'a [ProgramHeader64<Little>],
    pub(crate) sections: &'a [SectionHeader64<Little>],
    names: &'a [u8],
}

impl<'a> File<'a> {
    pub(crate) fn open(bytes: &'a [u8], kind: FileType) -> Result<Self, ImageError> {
        check_ident(bytes)?;
        let header = FileHeader64::<Little>::parse(bytes)
            .map_err(|error| damaged("the file header", error))?;
        expect("type", header.e_type(Little).0, kind.0)?;
        expect("machine", header.e_machine(Little).0, ELF_MACHINE.0)?;
        let programs = header
            .program_headers(Little, bytes)
            .map_err(|error| damaged("the table of program headers", error))?;
        let sections = header
            .section_headers(Little, bytes)
            .map_err(|error| damaged("the table of sections", error))?;
        let count = programs
            .len()
            .max(sections.len().saturating_sub(OTHER_SECTIONS));
        at_most("segments", count, SEGMENT_LIMIT)?;
        let mut file = Self {
            bytes,
            header,
            programs,
            sections,
            names: &[],
        };
        let SectionIndex(index) = header
            .section_strings_index(Little, bytes)
            .map_err(|error| damaged("the table of section names", error))?;
        file.names = file.section_bytes(index)?;
        Ok(file)
    }

    /// The segments: a section for each, which names it, and for those with memory a program header.
    fn segments(&self) -> Result<Vec<Segment>, ImageError> {
        let mut programs = self.programs_by_address()?;
        let mut segments = Vec::new();
        for (index, section) in self.sections.iter().enumerate() {
            if !section.sh_flags(Little).contains(SHF_ALLOC) {
                continue;
            }
            let address = section.sh_addr(Little);
            let name = self.name(index, section)?.to_owned();
            let number = u16::try_from(address >> 32)
                .ok()
                .filter(|_| address << 32 == 0);
            let number = number.ok_or_else(|| {
                damaged(
                    &format!("section `{name}`"),
                    format!("{address:#x} begins no segment"),
                )
            })?;
            let mut segment = Segment {
                name,
                number,
                ..Segment::default()
            };
            if let Some(program) = programs.remove(&address) {
                segment.real = program.p_paddr(Little);
                segment.length = program.p_memsz(Little);
                let part = format!("segment `{}`", segment.name);
                segment.bytes = self.range(&part, program.file_range(Little))?.to_vec();
            }
            segments.push(segment);
        }
        match programs.first_key_value() {
            None => Ok(segments),
            Some((address, _)) => {
                let problem = format!("no section is at {address:#x} to name it");
                Err(damaged("a program header", problem))
            }
        }
    }

    /// The program headers to load. Together their bytes are no more than the file's, so a small
    /// file cannot ask for much memory by loading the same bytes again and again.
    fn programs_by_address(
        &self,
    ) -> Result<BTreeMap<u64, &'a ProgramHeader64<Little>>, ImageError> {
        let mut programs = BTreeMap::new();
        let mut room = self.bytes.len() as u64;
        for program in self
            .programs
            .iter()
            .filter(|it| it.p_type(Little) == PT_LOAD)
        {
            let (offset, size) = program.file_range(Little);
            self.range("a program header", (offset, size))?;
            room = room.checked_sub(size).ok_or_else(|| {
                damaged(
                    "the table of program headers",
                    "some load the same bytes of the file",
                )
            })?;
            let address = program.p_vaddr(Little);
            if programs.insert(address, program).is_some() {
                let problem = format!("two are for address {address:#x}");
                return Err(damaged("the table of program headers", problem));
            }
        }
        Ok(programs)
    }

    fn symbols(&self) -> Result<Vec<Symbol>, ImageError> {
        let mut tables = self
            .sections
            .iter()
            .filter(|it| it.sh_type(Little) == SHT_SYMTAB);
        let Some(table) = tables.next() else {
            return Ok(Vec::new());
        };
        let entries: &[Sym64<Little>] = table
            .data_as_array(Little, self.bytes)
            .map_err(|error| damaged("the table of symbols", error))?;
        at_most("symbols", entries.len().saturating_sub(1), SYMBOL_LIMIT)?;
        let names = self.section_bytes(table.link(Little).0)?;
        let mut symbols = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if entry.st_shndx(Little).is_special() {
                continue;
            }
            let kind = match entry.st_type() {
                STT_NOTYPE => SymbolKind::Label,
                STT_OBJECT => SymbolKind::Object,
                STT_FUNC if entry.st_visibility() == STV_PROTECTED => SymbolKind::Gate,
                STT_FUNC => SymbolKind::Procedure,
                _ => continue,
            };
            let name = usize::try_from(entry.st_name(Little)).ok();
            let name = name.and_then(|name| text(names, name, NAME_LIMIT));
            let name = name
                .ok_or_else(|| damaged(&format!("symbol {index}"), NO_NAME))?
                .to_owned();
            let (address, size) = (entry.st_value(Little), entry.st_size(Little));
            symbols.push(Symbol {
                name,
                address,
                size,
                kind,
            });
        }
        Ok(symbols)
    }

    /// The bytes of the section with this name that is no segment, if there is one.
    pub(crate) fn find(&self, name: &str) -> Result<Option<&'a [u8]>, ImageError> {
        for (index, section) in self.sections.iter().enumerate().skip(1) {
            let other = !section.sh_flags(Little).contains(SHF_ALLOC);
            if other && self.name(index, section)? == name {
                return self.section_bytes(index).map(Some);
            }
        }
        Ok(None)
    }

    pub(crate) fn name(
        &self,
        index: usize,
        section: &SectionHeader64<Little>,
    ) -> Result<&'a str, ImageError> {
        let offset = usize::try_from(section.sh_name(Little)).ok();
        let name = offset.and_then(|offset| text(self.names, offset, NAME_LIMIT));
        name.ok_or_else(|| damaged(&format!("section {index}"), NO_NAME))
    }

    /// The bytes of a section.
    pub(crate) fn section_bytes(&self, index: usize) -> Result<&'a [u8], ImageError> {
        let part = format!("section {index}");
        let section = self.sections.get(index);
        let section = section.ok_or_else(|| damaged(&part, "there is no such section"))?;
        let range = section.file_range(Little);
        range.map_or(Ok(&[]), |range| self.range(&part, range))
    }

    /// The bytes of the whole file.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The size of the file.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes at an offset of the file and of a size.
    fn range(&self, part: &str, (offset, size): (u64, u64)) -> Result<&'a [u8], ImageError> {
        let end = offset
            .checked_add(size)
            .and_then(|end| usize::try_from(end).ok());
        let begin = usize::try_from(offset).ok();
        let bytes = begin
            .zip(end)
            .and_then(|(begin, end)| self.bytes.get(begin..end));
        bytes.ok_or_else(|| ImageError::CutOff {
            part: part.to_owned(),
            offset,
            size,
            length: self.bytes.len() as u64,
        })
    }
}

pub(crate) const NO_NAME: &str =
    "its name is not in the table of names, is too long, or is not UTF-8";

/// Looks at the first bytes, which say how to read all others.
fn check_ident(bytes: &[u8]) -> Result<(), ImageError> {
    if !bytes.starts_with(&ELFMAG) {
        return Err(ImageError::NotElf);
    }
    let size = size_of::<FileHeader64<Little>>() as u64;
    let length = bytes.len() as u64;
    let cut_off = ImageError::CutOff {
        part: "the file header".to_owned(),
        offset: 0,
        size,
        length,
    };
    let &[_, _, _, _, class, data, ..] = bytes else {
        return Err(cut_off);
    };
    if length < size {
        return Err(cut_off);
    }
    expect("class", class, ELFCLASS64.0)?;
    expect("byte order", data, ELFDATA2LSB.0)
}

fn expect<T: Into<u64>>(what: &'static str, found: T, want: T) -> Result<(), ImageError> {
    let (found, want) = (found.into(), want.into());
    if found == want {
        Ok(())
    } else {
        Err(ImageError::Header { what, found, want })
    }
}

pub(crate) fn damaged(part: &str, problem: impl std::fmt::Display) -> ImageError {
    ImageError::Damaged {
        part: part.to_owned(),
        problem: problem.to_string(),
    }
}
