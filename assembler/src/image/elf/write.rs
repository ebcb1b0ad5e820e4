//! Writing an image: headers last, for they say where the rest came to be.

use isa::DescriptorFlags;
use object::Endianness;
use object::elf::{
    ET_EXEC, FileFlags, OsAbi, PF_R, PF_W, PF_X, PT_LOAD, ProgramFlags, SHF_ALLOC, SHF_EXECINSTR,
    SHF_MERGE, SHF_STRINGS, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS, STB_GLOBAL, STB_LOCAL, STT_FUNC,
    STT_NOTYPE, STT_OBJECT, STV_DEFAULT, STV_PROTECTED, SectionFlags, SymbolInfo, SymbolSection,
};
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, SinglePhase, Sym, Writer};

use super::super::{Image, ImageError, Segment, Symbol, SymbolKind, dwarf, segment_of};
use super::ELF_MACHINE;

/// Where the bytes of segments begin in the file: at multiples of a granule, so that they can be
/// used where they are, and no more, so that files stay small.
const ALIGNMENT: u64 = 16;

impl Image {
    /// The image as the bytes of a file: the same bytes for the same image.
    ///
    /// # Errors
    /// When a table of the image is too large for the file format.
    pub fn write(&self) -> Result<Vec<u8>, ImageError> {
        let end = |address: u64| {
            let segment = self.segment(segment_of(address));
            segment.map_or(address, |segment| segment.address() + segment.length)
        };
        let debug = dwarf::write(&self.line_table(&end))?;
        let mut bytes = Vec::new();
        let mut headers = Vec::new();
        let mut writer = Writer::new_single_phase(Endianness::Little, true, &mut bytes);
        write_file(self, &debug, &mut writer, &mut headers)
            .map_err(|error| ImageError::Write(error.to_string()))?;
        // The headers go over the room that was left for them.
        if let Some(room) = bytes.get_mut(..headers.len()) {
            room.copy_from_slice(&headers);
        }
        Ok(bytes)
    }
}

pub(crate) type Output<'a> = Writer<'a, SinglePhase>;

fn write_file<'a>(
    image: &'a Image,
    debug: &'a [dwarf::Section],
    writer: &mut Output<'a>,
    headers: &mut Vec<u8>,
) -> object::write::Result<()> {
    let loaded = image.segments.iter().filter(|segment| segment.length > 0);
    writer.write_file_header(&FileHeader {
        os_abi: OsAbi::default(),
        abi_version: 0,
        e_type: ET_EXEC,
        e_machine: ELF_MACHINE,
        e_entry: image.entry,
        e_flags: FileFlags::default(),
    })?;
    writer.write_program_headers_placeholder(u32::try_from(loaded.count()).unwrap_or(u32::MAX));
    let mut programs = Vec::new();
    let mut sections = Vec::new();
    for segment in &image.segments {
        write_segment(image, segment, writer, &mut programs, &mut sections);
    }
    for section in debug {
        sections.push(write_debug(section, writer));
    }
    let locals = write_symbols(image, writer);
    writer.write_strtab()?;
    writer.write_shstrtab()?;
    writer.write_null_section_header();
    for section in &sections {
        writer.write_section_header(section);
    }
    writer.write_strtab_section_header();
    writer.write_symtab_section_header(locals);
    writer.write_shstrtab_section_header();
    writer.write_headers_to(headers, &programs)
}

/// Writes the bytes of a segment, and adds the headers that tell of it.
fn write_segment<'a>(
    image: &Image,
    segment: &'a Segment,
    writer: &mut Output<'a>,
    programs: &mut Vec<ProgramHeader>,
    sections: &mut Vec<SectionHeader>,
) {
    let name = writer.add_section_name(segment.name.as_bytes());
    let offset = writer.write_align(ALIGNMENT);
    writer.write(&segment.bytes);
    let size = segment.bytes.len() as u64;
    let (program_flags, section_flags) = flags(image, segment);
    let empty = segment.bytes.is_empty();
    sections.push(SectionHeader {
        sh_name: writer.section_name_offset(Some(name)),
        sh_type: if empty { SHT_NOBITS } else { SHT_PROGBITS },
        sh_flags: section_flags,
        sh_addr: segment.address(),
        sh_offset: offset,
        sh_size: if empty { segment.length } else { size },
        sh_link: 0,
        sh_info: 0,
        sh_addralign: ALIGNMENT,
        sh_entsize: 0,
    });
    if segment.length > 0 {
        programs.push(ProgramHeader {
            p_type: PT_LOAD,
            p_flags: program_flags,
            p_offset: offset,
            p_vaddr: segment.address(),
            p_paddr: segment.real,
            p_filesz: size,
            p_memsz: segment.length,
            p_align: ALIGNMENT,
        });
    }
}

/// What the modes of the segment's descriptor are in program headers and sections.
fn flags(image: &Image, segment: &Segment) -> (ProgramFlags, SectionFlags) {
    let modes = image
        .descriptor(segment.number)
        .map_or(DescriptorFlags::empty(), |it| it.flags);
    let mut program = ProgramFlags::default();
    let mut section = SHF_ALLOC;
    if modes.contains(DescriptorFlags::READ) {
        program |= PF_R;
    }
    if modes.contains(DescriptorFlags::WRITE) {
        program |= PF_W;
        section |= SHF_WRITE;
    }
    if modes.contains(DescriptorFlags::EXECUTE) {
        program |= PF_X;
        section |= SHF_EXECINSTR;
    }
    (program, section)
}

/// Writes a section of debugging information, and gives its header.
pub(crate) fn write_debug<'a>(
    section: &'a dwarf::Section,
    writer: &mut Output<'a>,
) -> SectionHeader {
    let name = writer.add_section_name(section.name.as_bytes());
    let offset = writer.offset();
    writer.write(&section.bytes);
    SectionHeader {
        sh_name: writer.section_name_offset(Some(name)),
        sh_type: SHT_PROGBITS,
        sh_flags: if section.strings {
            SHF_MERGE | SHF_STRINGS
        } else {
            SectionFlags::default()
        },
        sh_addr: 0,
        sh_offset: offset,
        sh_size: section.bytes.len() as u64,
        sh_link: 0,
        sh_info: 0,
        sh_addralign: 1,
        sh_entsize: u64::from(section.strings),
    }
}

/// Writes the symbols, local ones first as the format wants it, and says how many those are.
fn write_symbols<'a>(image: &'a Image, writer: &mut Output<'a>) -> u32 {
    let is_local = |symbol: &&Symbol| symbol.kind == SymbolKind::Label;
    writer.write_null_symbol();
    let mut locals = 1;
    for symbol in image.symbols.iter().filter(is_local) {
        write_symbol(image, symbol, writer);
        locals += 1;
    }
    for symbol in image.symbols.iter().filter(|symbol| !is_local(symbol)) {
        write_symbol(image, symbol, writer);
    }
    locals
}

fn write_symbol<'a>(image: &Image, symbol: &'a Symbol, writer: &mut Output<'a>) {
    let (bind, kind, visibility) = match symbol.kind {
        SymbolKind::Label => (STB_LOCAL, STT_NOTYPE, STV_DEFAULT),
        SymbolKind::Object => (STB_GLOBAL, STT_OBJECT, STV_DEFAULT),
        SymbolKind::Gate => (STB_GLOBAL, STT_FUNC, STV_PROTECTED),
        SymbolKind::Procedure => (STB_GLOBAL, STT_FUNC, STV_DEFAULT),
    };
    let name = writer.add_string(symbol.name.as_bytes());
    let index = image
        .segments
        .partition_point(|segment| segment.number < symbol.segment());
    writer.write_symbol(&Sym {
        // Section 0 is the null section.
        section: u32::try_from(index + 1).ok(),
        st_name: writer.string_offset(Some(name)),
        st_info: SymbolInfo::new(bind, kind),
        st_other: visibility.into(),
        st_shndx: SymbolSection::default(),
        st_value: symbol.address,
        st_size: symbol.size,
    });
}
