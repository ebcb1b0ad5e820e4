//! Writing an object: headers last, for they say where the rest came to be.

use isa::DescriptorFlags;
use object::Endianness;
use object::elf::{
    ET_REL, FileFlags, OsAbi, RelocationType, SHF_ALLOC, SHF_EXECINSTR, SHF_INFO_LINK, SHF_WRITE,
    SHN_ABS, SHN_UNDEF, SHT_NOBITS, SHT_PROGBITS, SHT_RELA, STB_GLOBAL, STB_LOCAL, STT_FUNC,
    STT_NOTYPE, STT_OBJECT, STT_SECTION, STV_DEFAULT, STV_PROTECTED, SectionFlags, SymbolInfo,
    SymbolSection,
};
use object::write::elf::{FileHeader, Rel, SectionHeader, Sym, Writer};

use super::super::{Definition, Object, ObjectError, Relocation, Symbol, address};
use super::record::{self, FILES, PROGRAM, ProgramRow, SEGMENTS, SYMBOLS, SegmentRow, SymbolRow};
use crate::image::elf::ELF_MACHINE;
use crate::image::elf::write::{Output, write_debug};
use crate::image::{ImageError, dwarf};
use crate::segment::preset;
use crate::symbol::LabelKind;

/// Where bytes begin in the file, at most.
const ALIGNMENT: u64 = 16;
/// The bytes of an entry of a table of relocations.
const RELOCATION_SIZE: u64 = 24;

impl Object {
    /// The object as the bytes of a file: the same bytes for the same object.
    ///
    /// # Errors
    /// When a rule of objects is broken, or a table is too large for the file format.
    pub fn write(&self) -> Result<Vec<u8>, ObjectError> {
        super::super::check::check(self)?;
        let end = |at: u64| {
            let section = usize::try_from(at >> 32)
                .ok()
                .and_then(|it| it.checked_sub(1));
            let section = section.and_then(|index| Some((index, self.sections.get(index)?)));
            section.map_or(at, |(index, section)| address(index, section.length))
        };
        let debug = dwarf::write(&dwarf::Lines {
            files: &self.files,
            lines: &self.lines,
            end: &end,
        })?;
        let tables = Tables::new(self);
        let names: Vec<String> = self
            .sections
            .iter()
            .map(|section| format!(".rela.{}", section.name))
            .collect();
        let mut bytes = Vec::new();
        let mut headers = Vec::new();
        let mut writer = Writer::new_single_phase(Endianness::Little, true, &mut bytes);
        write_file(self, &tables, &names, &debug, &mut writer, &mut headers)
            .map_err(|error| ImageError::Write(error.to_string()))?;
        // The headers go over the room that was left for them.
        if let Some(room) = bytes.get_mut(..headers.len()) {
            room.copy_from_slice(&headers);
        }
        Ok(bytes)
    }
}

/// The tables of our own.
struct Tables([(&'static str, Vec<u8>); 4]);

impl Tables {
    fn new(object: &Object) -> Self {
        let segments = object.sections.iter().map(|section| SegmentRow {
            options: section.options,
            opened: section.opened,
            used: section.used,
            gates: section.gates,
            code: section.code,
            length: section.length,
        });
        let symbols = object.symbols.iter().map(|symbol| {
            let (extent, kind) = match symbol.definition {
                Definition::Label { extent, kind, .. } => (extent, Some(kind)),
                _ => (0, None),
            };
            SymbolRow {
                procedure: symbol.procedure,
                open: kind == Some(LabelKind::Open),
                extent,
                place: symbol.place,
            }
        });
        let entry = object.entry;
        let program = ProgramRow {
            entry: entry.map(|entry| (entry.section, entry.offset, entry.place)),
            stack: object.stack,
        };
        Self([
            (SEGMENTS, record::write(segments)),
            (SYMBOLS, record::write(symbols)),
            (FILES, record::write_files(&object.files)),
            (PROGRAM, record::write(std::iter::once(program))),
        ])
    }
}

fn write_file<'a>(
    object: &'a Object,
    tables: &'a Tables,
    names: &'a [String],
    debug: &'a [dwarf::Section],
    writer: &mut Output<'a>,
    headers: &mut Vec<u8>,
) -> object::write::Result<()> {
    writer.write_file_header(&FileHeader {
        os_abi: OsAbi::default(),
        abi_version: 0,
        e_type: ET_REL,
        e_machine: ELF_MACHINE,
        e_entry: 0,
        e_flags: FileFlags::default(),
    })?;
    let mut sections = Vec::new();
    for index in 0..object.sections.len() {
        sections.extend(write_section(object, index, writer));
    }
    for (index, name) in names.iter().enumerate() {
        sections.extend(write_relocations(object, index, name, writer));
    }
    for (name, bytes) in &tables.0 {
        sections.push(write_plain(name, bytes, writer));
    }
    for section in debug {
        sections.push(write_debug(section, writer));
    }
    // Behind these come the table of strings, then that of symbols.
    let symbols = u32::try_from(sections.len() + 2).unwrap_or(u32::MAX);
    for section in &mut sections {
        if section.sh_type == SHT_RELA {
            section.sh_link = symbols;
        }
    }
    writer.write_null_symbol();
    for symbol in &object.symbols {
        write_symbol(symbol, writer);
    }
    let locals = object.symbols.partition_point(|symbol| !symbol.global);
    writer.write_strtab()?;
    writer.write_shstrtab()?;
    writer.write_null_section_header();
    for section in &sections {
        writer.write_section_header(section);
    }
    writer.write_strtab_section_header();
    writer.write_symtab_section_header(u32::try_from(locals + 1).unwrap_or(u32::MAX));
    writer.write_shstrtab_section_header();
    writer.write_headers_to(headers, &[])
}

fn write_section<'a>(
    object: &'a Object,
    index: usize,
    writer: &mut Output<'a>,
) -> Option<SectionHeader> {
    let section = object.sections.get(index)?;
    let name = writer.add_section_name(section.name.as_bytes());
    let offset = writer.write_align(section.align.min(ALIGNMENT));
    writer.write(&section.bytes);
    let options = section.options.map(|(options, _)| options);
    let options = options.or_else(|| preset(&section.name));
    let mut flags = SHF_ALLOC;
    for (mode, flag) in [
        (DescriptorFlags::WRITE, SHF_WRITE),
        (DescriptorFlags::EXECUTE, SHF_EXECINSTR),
    ] {
        if options.is_some_and(|options| options.has(mode)) {
            flags |= flag;
        }
    }
    let empty = section.bytes.is_empty();
    Some(SectionHeader {
        sh_name: writer.section_name_offset(Some(name)),
        sh_type: if empty { SHT_NOBITS } else { SHT_PROGBITS },
        sh_flags: flags,
        sh_addr: address(index, 0),
        sh_offset: offset,
        sh_size: match empty {
            true => section.length,
            false => section.bytes.len() as u64,
        },
        sh_link: 0,
        sh_info: 0,
        sh_addralign: section.align,
        sh_entsize: 0,
    })
}

/// Writes the relocations of a section, if it has any.
fn write_relocations<'a>(
    object: &Object,
    index: usize,
    name: &'a str,
    writer: &mut Output<'a>,
) -> Option<SectionHeader> {
    let own = |relocation: &&Relocation| relocation.section == index;
    let count = object.relocations.iter().filter(own).count();
    if count == 0 {
        return None;
    }
    let name = writer.add_section_name(name.as_bytes());
    let offset = writer.write_align_relocation();
    for relocation in object.relocations.iter().filter(own) {
        // Symbol 0 is the null symbol.
        let symbol = relocation.symbol.map_or(0, |symbol| symbol + 1);
        let number = relocation.kind().number();
        writer.write_relocation(
            true,
            &Rel {
                r_offset: relocation.offset,
                r_sym: u32::try_from(symbol).unwrap_or(u32::MAX),
                r_type: RelocationType(number),
                r_addend: relocation.addend,
            },
        );
    }
    Some(SectionHeader {
        sh_name: writer.section_name_offset(Some(name)),
        sh_type: SHT_RELA,
        sh_flags: SHF_INFO_LINK,
        sh_addr: 0,
        sh_offset: offset,
        sh_size: count as u64 * RELOCATION_SIZE,
        sh_link: 0,
        sh_info: u32::try_from(index + 1).unwrap_or(u32::MAX),
        sh_addralign: 8,
        sh_entsize: RELOCATION_SIZE,
    })
}

fn write_plain<'a>(name: &'a str, bytes: &'a [u8], writer: &mut Output<'a>) -> SectionHeader {
    let name = writer.add_section_name(name.as_bytes());
    let offset = writer.write_align(4);
    writer.write(bytes);
    SectionHeader {
        sh_name: writer.section_name_offset(Some(name)),
        sh_type: SHT_PROGBITS,
        sh_flags: SectionFlags::default(),
        sh_addr: 0,
        sh_offset: offset,
        sh_size: bytes.len() as u64,
        sh_link: 0,
        sh_info: 0,
        sh_addralign: 4,
        sh_entsize: 0,
    }
}

fn write_symbol<'a>(symbol: &'a Symbol, writer: &mut Output<'a>) {
    let bind = if symbol.global { STB_GLOBAL } else { STB_LOCAL };
    let mut entry = Sym {
        section: None,
        st_name: 0,
        st_info: SymbolInfo::new(bind, STT_NOTYPE),
        st_other: STV_DEFAULT.into(),
        st_shndx: SymbolSection::default(),
        st_value: 0,
        st_size: 0,
    };
    // Section 0 is the null section.
    let number = |section: usize| u32::try_from(section + 1).ok();
    let named = !matches!(symbol.definition, Definition::Segment(_));
    match symbol.definition {
        Definition::External => entry.st_shndx = SHN_UNDEF,
        Definition::Constant(value) => {
            entry.st_shndx = SHN_ABS;
            entry.st_value = value.cast_unsigned();
        }
        Definition::Segment(section) => {
            entry.section = number(section);
            entry.st_info = SymbolInfo::new(bind, STT_SECTION);
        }
        Definition::Label {
            section,
            offset,
            size,
            kind,
            ..
        } => {
            entry.section = number(section);
            entry.st_value = offset;
            entry.st_size = size;
            entry.st_info = SymbolInfo::new(
                bind,
                match kind {
                    LabelKind::Data => STT_OBJECT,
                    LabelKind::Gate | LabelKind::Procedure => STT_FUNC,
                    LabelKind::Code | LabelKind::Open => STT_NOTYPE,
                },
            );
            if kind == LabelKind::Gate {
                entry.st_other = STV_PROTECTED.into();
            }
        }
    }
    if named {
        let name = writer.add_string(symbol.name.as_bytes());
        entry.st_name = writer.string_offset(Some(name));
    }
    writer.write_symbol(&entry);
}
