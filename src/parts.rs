//! What files of runs and of machines share: a program, as its image and its sources with their names; and what a
//! machine was given: memory, depth, arguments, input that was known from the start, the further consoles with theirs,
//! and the disk with its blocks that are not all zero.
//!
//! Invariant: what writes and what reads name the same parts in the same order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use assembler::Source;
use isa::machine::device::block::BLOCK;
use isa::machine::{MAX_DEPTH, SLOTS};
use isa::stream::{Malformed, Reader, Writer};

use crate::disk::{self, Disk};
use crate::failure::Failure;
use crate::memory_size::MemorySize;
use crate::program::Program;
use crate::runner::Which;
use crate::session::Settings;

pub(crate) fn write_program(writer: &mut Writer, program: &Program) -> Result<(), Failure> {
    writer.string(&program.image().write()?);
    let sources: Vec<_> = program.sources().collect();
    writer.list(sources.into_iter(), |writer, source| {
        writer.string(source.name().as_bytes());
        writer.string(source.text().as_bytes());
    });
    Ok(())
}

pub(crate) fn read_program(reader: &mut Reader<'_>) -> Result<Program, Malformed> {
    let image = reader.string()?;
    let sources = reader.list(|reader| Ok(Source::new(reader.text()?, reader.text()?)))?;
    let program = Program::from_image(Path::new("the file"), image);
    Ok(program
        .map_err(|_| Malformed("image"))?
        .with_sources(sources))
}

pub(crate) fn write_settings(writer: &mut Writer, settings: &Settings) {
    writer.word(settings.memory);
    writer.word(settings.depth);
    writer.list(settings.arguments.iter(), |writer, argument| {
        writer.string(argument)
    });
    writer.list(settings.input.iter(), |writer, input| writer.string(input));
    writer.list(settings.consoles.iter(), |writer, (slot, input)| {
        writer.word(*slot as u64);
        writer.list(input.iter(), |writer, input| writer.string(input));
    });
    writer.list(settings.disk.iter(), |writer, disk| {
        writer.word(disk.count());
        writer.flag(disk.is_read_only());
        writer.list(disk.blocks().iter(), |writer, (number, block)| {
            writer.word(*number);
            writer.bytes.extend_from_slice(block.as_slice());
        });
    });
}

fn read_disk(reader: &mut Reader<'_>) -> Result<Disk, Malformed> {
    let count = reader.word()?;
    let size = count.checked_mul(BLOCK as u64);
    if !size.is_some_and(disk::is_possible_size) {
        return Err(Malformed("disk size"));
    }
    let is_read_only = reader.flag()?;
    let blocks = reader.list(|reader| {
        let number = reader.word()?;
        let block = reader.array::<BLOCK>()?;
        match number < count {
            true => Ok((number, Arc::new(block))),
            false => Err(Malformed("block number")),
        }
    })?;
    let blocks = blocks.into_iter().collect();
    Ok(Disk::recorded(count, is_read_only, blocks))
}

pub(crate) fn read_settings(reader: &mut Reader<'_>) -> Result<Settings, Malformed> {
    let memory = reader.word()?;
    if !MemorySize::is_possible(memory) {
        return Err(Malformed("memory size"));
    }
    let depth = reader.word()?;
    if depth > MAX_DEPTH {
        return Err(Malformed("depth"));
    }
    let arguments = reader.list(|reader| Ok(reader.string()?.to_vec()))?;
    Ok(Settings {
        memory,
        depth,
        arguments,
        input: reader.optional(|reader| Ok(reader.string()?.to_vec()))?,
        consoles: read_consoles(reader)?,
        disk: reader.optional(read_disk)?,
        machine: Which::default(),
    })
}

fn read_consoles(reader: &mut Reader<'_>) -> Result<BTreeMap<usize, Option<Vec<u8>>>, Malformed> {
    let consoles = reader.list(|reader| {
        let slot = usize::try_from(reader.word()?).unwrap_or(SLOTS);
        let input = reader.optional(|reader| Ok(reader.string()?.to_vec()))?;
        match slot < SLOTS {
            true => Ok((slot, input)),
            false => Err(Malformed("slot")),
        }
    })?;
    Ok(consoles.into_iter().collect())
}
