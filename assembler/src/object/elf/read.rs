//! Reading an object: any bytes give an object or an error, in time and memory bounded by their length.
//!
//! Headers are trusted for nothing: each range is looked up, each count limited, and what they
//! make together goes through the rules of every object.

use object::LittleEndian as Little;
use object::elf::{
    ELFMAG, ET_REL, FileHeader64, Rela64, SHF_ALLOC, SHN_ABS, SHN_UNDEF, SHT_RELA, SHT_SYMTAB,
    STB_GLOBAL, STT_FUNC, STT_NOTYPE, STT_OBJECT, STT_SECTION, STV_PROTECTED, SectionHeader64,
    Sym64,
};
use object::read::elf::{FileHeader as _, SectionHeader as _, Sym as _};

use super::super::address;
use super::super::check::{check, damaged};
use super::super::relocation::Type;
use super::super::{Definition, Entry, Object, ObjectError, Place, Relocation, Section, Symbol};
use super::record::{self, FILES, PROGRAM, ProgramRow, SEGMENTS, SYMBOLS, SegmentRow, SymbolRow};
use crate::image::elf::read::{File, NO_NAME};
use crate::image::elf::text;
use crate::image::{FILE_LIMIT, NAME_LIMIT, SYMBOL_LIMIT, at_most, dwarf};
use crate::symbol::LabelKind;

impl Object {
    /// Whether the bytes of a file look like those of an object: a relocatable ELF file.
    pub fn is_object(bytes: &[u8]) -> bool {
        let header = FileHeader64::<Little>::parse(bytes);
        header.is_ok_and(|header| header.e_type(Little) == ET_REL)
    }

    /// The object that the bytes of a file are.
    ///
    /// # Errors
    /// What is wrong with the bytes, whatever they are.
    pub fn read(bytes: &[u8]) -> Result<Self, ObjectError> {
        if !bytes.starts_with(&ELFMAG) {
            return Err(ObjectError::NotElf);
        }
        if let Ok(header) = FileHeader64::<Little>::parse(bytes)
            && header.e_type(Little) != ET_REL
        {
            return Err(ObjectError::Header {
                what: "type",
                found: header.e_type(Little).0.into(),
                want: ET_REL.0.into(),
            });
        }
        let file = File::open(bytes, ET_REL)?;
        let sections = sections(&file)?;
        let symbols = symbols(&file, &sections)?;
        let mut relocations = relocations(&file, sections.len())?;
        relocations.sort_by_key(|it| (it.section, it.offset, it.site));
        let mut lines = match file.find(dwarf::LINE_SECTION)? {
            Some(table) => {
                let strings = file.find(dwarf::STRING_SECTION)?.unwrap_or_default();
                dwarf::read(table, strings)?.1
            }
            None => Vec::new(),
        };
        let files = file.find(FILES)?;
        let files = files.and_then(|files| record::read_files(files, FILE_LIMIT));
        let files = files.ok_or_else(|| damaged(FILES, "it is not there, or has no names"))?;
        lines.sort_by_key(|line| line.address);
        let program: Vec<ProgramRow> = table(&file, PROGRAM)?;
        let [program] = program.as_slice() else {
            return Err(damaged(PROGRAM, "it has not one row"));
        };
        let object = Self {
            sections,
            symbols,
            relocations,
            files,
            lines,
            entry: program.entry.map(|(section, offset, place)| Entry {
                section,
                offset,
                place,
            }),
            stack: program.stack,
        };
        check(&object)?;
        Ok(object)
    }
}

fn table<R: record::Row>(file: &File<'_>, name: &str) -> Result<Vec<R>, ObjectError> {
    let bytes = file.find(name)?;
    let bytes = bytes.ok_or_else(|| damaged(name, "it is not there"))?;
    record::read(bytes).ok_or_else(|| damaged(name, "it has rows that nothing writes"))
}

/// The sections of segments, which come first in the file.
fn sections(file: &File<'_>) -> Result<Vec<Section>, ObjectError> {
    let rows: Vec<SegmentRow> = table(file, SEGMENTS)?;
    let mut sections: Vec<Section> = Vec::new();
    // Together their bytes are no more than the file's, so a small file cannot ask for much
    // memory by naming the same bytes again and again.
    let mut room = file.size();
    for (index, header) in file.sections.iter().enumerate().skip(1) {
        if !header.sh_flags(Little).contains(SHF_ALLOC) {
            continue;
        }
        let name = file.name(index, header)?.to_owned();
        let part = format!("the section `{name}`");
        if index != sections.len() + 1 || header.sh_addr(Little) != address(index - 1, 0) {
            return Err(damaged(&part, "it is not where sections of segments are"));
        }
        let row = rows.get(sections.len());
        let row = row.ok_or_else(|| damaged(&part, "nothing tells its options"))?;
        let bytes = file.section_bytes(index)?;
        room = room
            .checked_sub(bytes.len())
            .ok_or_else(|| damaged(&part, "others have its bytes, too"))?;
        sections.push(Section {
            name,
            options: row.options,
            opened: row.opened,
            used: row.used,
            gates: row.gates,
            code: row.code,
            align: header.sh_addralign(Little),
            bytes: bytes.to_vec(),
            length: row.length,
        });
    }
    if rows.len() > sections.len() {
        return Err(damaged(
            SEGMENTS,
            "it has more rows than there are segments",
        ));
    }
    Ok(sections)
}

fn symbols(file: &File<'_>, sections: &[Section]) -> Result<Vec<Symbol>, ObjectError> {
    let rows: Vec<SymbolRow> = table(file, SYMBOLS)?;
    let (entries, names) = symbol_table(file)?;
    let entries = entries.get(1..).unwrap_or(&[]);
    at_most("symbols", entries.len(), SYMBOL_LIMIT)?;
    if rows.len() != entries.len() {
        return Err(damaged(SYMBOLS, "it has not a row for each symbol"));
    }
    let mut symbols = Vec::new();
    for (index, (entry, row)) in entries.iter().zip(rows).enumerate() {
        let part = format!("symbol {}", index + 1);
        let definition = definition(entry, &row);
        let definition = definition.ok_or_else(|| damaged(&part, "nothing writes such a one"))?;
        let name = match definition {
            Definition::Segment(section) => sections.get(section).map(|it| it.name.as_str()),
            _ => {
                let name = usize::try_from(entry.st_name(Little)).ok();
                name.and_then(|name| text(names, name, NAME_LIMIT))
            }
        };
        symbols.push(Symbol {
            name: name.ok_or_else(|| damaged(&part, NO_NAME))?.to_owned(),
            definition,
            global: entry.st_bind() == STB_GLOBAL,
            procedure: row.procedure,
            place: row.place,
        });
    }
    Ok(symbols)
}

/// The entries of the table of symbols, and the table of their names.
fn symbol_table<'a>(file: &File<'a>) -> Result<(&'a [Sym64<Little>], &'a [u8]), ObjectError> {
    let mut tables = file
        .sections
        .iter()
        .filter(|it| it.sh_type(Little) == SHT_SYMTAB);
    let Some(table) = tables.next() else {
        return Ok((&[], &[]));
    };
    let entries = entries(file, table, "the table of symbols")?;
    let names = usize::try_from(table.sh_link(Little)).ok();
    let names = names.ok_or_else(|| damaged("the table of symbols", "it has no names"))?;
    Ok((entries, file.section_bytes(names)?))
}

fn entries<'a, T: object::pod::Pod>(
    file: &File<'a>,
    section: &SectionHeader64<Little>,
    part: &str,
) -> Result<&'a [T], ObjectError> {
    section
        .data_as_array(Little, file.bytes())
        .map_err(|error| damaged(part, error))
}

/// What an entry of the table stands for; none if no object has such an entry.
fn definition(entry: &Sym64<Little>, row: &SymbolRow) -> Option<Definition> {
    let kind = match (entry.st_type(), row.open) {
        (STT_SECTION, _) => None,
        (STT_OBJECT, false) => Some(LabelKind::Data),
        (STT_FUNC, false) if entry.st_visibility() == STV_PROTECTED => Some(LabelKind::Gate),
        (STT_FUNC, false) => Some(LabelKind::Procedure),
        (STT_NOTYPE, false) => Some(LabelKind::Code),
        (STT_NOTYPE, true) => Some(LabelKind::Open),
        _ => return None,
    };
    let number = entry.st_shndx(Little);
    match (number, kind) {
        (SHN_UNDEF, Some(_)) => return Some(Definition::External),
        (SHN_ABS, Some(_)) => {
            let value = entry.st_value(Little).cast_signed();
            return Some(Definition::Constant(value));
        }
        _ => {}
    }
    let section = usize::from(number.index()?).checked_sub(1)?;
    Some(match kind {
        None => Definition::Segment(section),
        Some(kind) => Definition::Label {
            section,
            offset: entry.st_value(Little),
            size: entry.st_size(Little),
            extent: row.extent,
            kind,
        },
    })
}

fn relocations(file: &File<'_>, sections: usize) -> Result<Vec<Relocation>, ObjectError> {
    let mut relocations = Vec::new();
    let mut seen = vec![false; sections];
    for header in file.sections {
        if header.sh_type(Little) != SHT_RELA {
            continue;
        }
        let part = "a table of relocations";
        let section = usize::try_from(header.sh_info(Little)).ok();
        let section = section.and_then(|section| section.checked_sub(1));
        let fresh = section.and_then(|section| seen.get_mut(section));
        let (Some(section), Some(fresh @ false)) = (section, fresh) else {
            return Err(damaged(
                part,
                "it is of no section, or of one that has another",
            ));
        };
        *fresh = true;
        let entries: &[Rela64<Little>] = entries(file, header, part)?;
        for entry in entries {
            let number = entry.r_type(Little, false).0;
            let kind = Type::of_number(number);
            let Type {
                site,
                form,
                shift,
                right,
            } = kind.ok_or_else(|| damaged(part, format!("there is no type {number:#x}")))?;
            let symbol = usize::try_from(entry.r_sym(Little, false)).ok();
            relocations.push(Relocation {
                section,
                offset: entry.r_offset.get(Little),
                site,
                form,
                shift,
                symbol: symbol.and_then(|symbol| symbol.checked_sub(1)),
                addend: entry.r_addend.get(Little),
                right,
                place: Place::Unknown,
            });
        }
    }
    Ok(relocations)
}
