//! The rules that every object keeps, whoever made it: the assembler, or a file from anywhere.

use std::collections::HashSet;

use isa::DescriptorFlags;
use isa::address::{PAGE_SIZE, SEGMENT_SIZE_MAX};
use isa::instruction::INSTRUCTION_SIZE;

use super::{Definition, Form, Object, ObjectError, Relocation, Section, Site, address};
use crate::image::{
    FILE_LIMIT, FILE_NAME_LIMIT, NAME_LIMIT, SEGMENT_LIMIT, SYMBOL_LIMIT, at_most, check_name,
};

/// Says the first rule that the object breaks. Its parts are in order already.
pub(super) fn check(object: &Object) -> Result<(), ObjectError> {
    at_most("segments", object.sections.len(), SEGMENT_LIMIT)?;
    let mut names = HashSet::new();
    for section in &object.sections {
        check_name("segment", &section.name, NAME_LIMIT)?;
        check_section(section)?;
        if !names.insert(section.name.as_str()) {
            return Err(wrong(&section.name, "another section has its name"));
        }
    }
    symbols(object)?;
    relocations(object)?;
    lines(object)?;
    if let Some(entry) = object.entry
        && object.sections.get(entry.section).is_none()
    {
        return Err(damaged("the entry", "it is in no section"));
    }
    match object.stack {
        Some((size, _)) if size > SEGMENT_SIZE_MAX => {
            Err(damaged("the size of the stack", "no segment is so long"))
        }
        _ => Ok(()),
    }
}

fn check_section(section: &Section) -> Result<(), ObjectError> {
    let gates = u64::from(section.gates) * INSTRUCTION_SIZE;
    let problem = if section.length > SEGMENT_SIZE_MAX {
        "it is longer than any segment"
    } else if section.bytes.len() as u64 > section.length {
        "it has more bytes than it is long"
    } else if !section.align.is_power_of_two() || section.align > PAGE_SIZE {
        "its alignment is none of a segment"
    } else if gates > section.length {
        "it has more gates than bytes for them"
    } else if section.options.is_some_and(|(options, _)| {
        options.has(DescriptorFlags::WRITE | DescriptorFlags::EXECUTE)
            || !options.rings.ordered()
            || options.length > SEGMENT_SIZE_MAX
    }) {
        "no segment can have its options"
    } else {
        return Ok(());
    };
    Err(wrong(&section.name, problem))
}

fn symbols(object: &Object) -> Result<(), ObjectError> {
    at_most("symbols", object.symbols.len(), SYMBOL_LIMIT)?;
    let mut names = HashSet::new();
    for symbol in &object.symbols {
        check_name("symbol", &symbol.name, NAME_LIMIT)?;
        let part = || format!("the symbol `{}`", symbol.name);
        match symbol.definition {
            Definition::External | Definition::Constant(_) => {}
            Definition::Segment(section) if section < object.sections.len() => continue,
            Definition::Segment(_) => return Err(damaged(&part(), "it is of no section")),
            Definition::Label {
                section,
                offset,
                size,
                extent,
                ..
            } => {
                let length = object.sections.get(section).map(|section| section.length);
                let end = offset.checked_add(size.max(extent));
                if length.zip(end).is_none_or(|(length, end)| end > length) {
                    return Err(damaged(&part(), "it is not within its section"));
                }
            }
        }
        if symbol.global && !names.insert(symbol.name.as_str()) {
            return Err(damaged(&part(), "the object has it twice"));
        }
    }
    Ok(())
}

fn relocations(object: &Object) -> Result<(), ObjectError> {
    let mut before: Option<&Relocation> = None;
    for relocation in &object.relocations {
        let site = relocation.site;
        let part = || format!("a relocation at offset {:#x}", relocation.offset);
        let section = object.sections.get(relocation.section);
        let length = section.map(|section| section.length);
        let end = relocation.offset.checked_add(site.size());
        if length.zip(end).is_none_or(|(length, end)| end > length)
            || !relocation.offset.is_multiple_of(site.align())
            || section.is_none_or(|section| section.align < site.align())
        {
            return Err(damaged(&part(), "its place cannot be in its section"));
        }
        if relocation
            .symbol
            .is_some_and(|symbol| symbol >= object.symbols.len())
        {
            return Err(damaged(&part(), "it is of no symbol"));
        }
        let plain = relocation.form == Form::Value && relocation.is_plain();
        let names = matches!(site, Site::Branch | Site::Link | Site::Capability);
        if names && !(plain && relocation.symbol.is_some()) {
            return Err(damaged(&part(), "it wants a symbol as it is"));
        }
        let here = |other: &&Relocation| {
            (other.section, other.offset) == (relocation.section, relocation.offset)
        };
        let same = before.filter(here).map(|other| other.site);
        let fits = match site {
            Site::CapabilityLength => same == Some(Site::Capability),
            Site::CapabilityPermissions => same == Some(Site::CapabilityLength),
            _ => same.is_none(),
        };
        if !fits {
            return Err(damaged(&part(), "it does not go with others at its place"));
        }
        before = Some(relocation);
    }
    Ok(())
}

fn lines(object: &Object) -> Result<(), ObjectError> {
    at_most("files", object.files.len(), FILE_LIMIT)?;
    let mut names = HashSet::new();
    for file in &object.files {
        check_name("file", file, FILE_NAME_LIMIT)?;
        if !names.insert(file.as_str()) {
            return Err(damaged("the list of files", "two have one name"));
        }
    }
    for line in &object.lines {
        let section = usize::try_from(line.address >> 32).ok();
        let section = section.and_then(|section| section.checked_sub(1));
        let section = section.and_then(|index| Some((index, object.sections.get(index)?)));
        let inside =
            section.is_some_and(|(index, section)| line.address < address(index, section.length));
        if !inside || line.line == 0 || line.file >= object.files.len() {
            let problem = format!("line {} of file {} is nowhere", line.line, line.file);
            return Err(damaged("the table of source lines", problem));
        }
    }
    Ok(())
}

fn wrong(section: &str, problem: &str) -> ObjectError {
    damaged(&format!("the section `{section}`"), problem)
}

/// A part that makes no sense.
pub(super) fn damaged(part: &str, problem: impl std::fmt::Display) -> ObjectError {
    ObjectError::Damaged {
        part: part.to_owned(),
        problem: problem.to_string(),
    }
}
