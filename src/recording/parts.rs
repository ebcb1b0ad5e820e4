//! The parts of a recording, in order: the version of nestor; the image; the sources with their names; memory, depth,
//! arguments, input that was known from the start, the further consoles
//! with theirs, and the disk with its blocks that are not all zero; live input, each with the step before which it came, the slot
//! of its console and the number of its first byte there; the dates; the entropy; which writings of blocks failed; what the run came to.
//!
//! Invariant: [`Recording::write_parts`] and [`Recording::read_parts`] name the same parts in the same order.

use std::collections::BTreeMap;
use std::path::Path;

use assembler::Source;
use isa::machine::device::block::BLOCK;
use isa::machine::{MAX_DEPTH, SLOTS, StateHash};

use super::bytes::{Reader, Writer};
use super::{CameTo, Malformed, Recording};
use crate::disk::{self, Disk};
use crate::failure::Failure;
use crate::memory_size::MemorySize;
use crate::outside::{Arrival, Events};
use crate::program::Program;
use crate::runner::Which;
use crate::session::Settings;

impl Recording {
    pub(super) fn write_parts(&self, writer: &mut Writer) -> Result<(), Failure> {
        writer.string(self.version.as_bytes());
        writer.string(&self.program.image().write()?);
        let sources: Vec<_> = self.program.sources().collect();
        writer.list(sources.into_iter(), |writer, source| {
            writer.string(source.name().as_bytes());
            writer.string(source.text().as_bytes());
        });
        write_settings(writer, &self.settings);
        write_events(writer, &self.events);
        writer.word(self.came_to.steps);
        writer.byte(self.came_to.ended.into());
        writer.wide(self.came_to.state.0);
        Ok(())
    }

    pub(super) fn read_parts(reader: &mut Reader<'_>) -> Result<Recording, Malformed> {
        let version = reader.text()?.to_owned();
        let image = reader.string()?;
        let sources = reader.list(|reader| Ok(Source::new(reader.text()?, reader.text()?)))?;
        let program = Program::from_image(Path::new("the recording"), image)
            .map_err(|_| Malformed("image"))?
            .with_sources(sources);
        Ok(Recording {
            version,
            program,
            settings: read_settings(reader)?,
            events: read_events(reader)?,
            came_to: CameTo {
                steps: reader.word()?,
                ended: flag(reader)?,
                state: StateHash(reader.wide()?),
            },
        })
    }
}

fn flag(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    match reader.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Malformed("flag")),
    }
}

fn write_settings(writer: &mut Writer, settings: &Settings) {
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
        writer.byte(disk.is_read_only().into());
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
    let is_read_only = flag(reader)?;
    let blocks = reader.list(|reader| {
        let number = reader.word()?;
        let block = reader.array::<BLOCK>()?;
        match number < count {
            true => Ok((number, Box::new(block))),
            false => Err(Malformed("block number")),
        }
    })?;
    let blocks = blocks.into_iter().collect();
    Ok(Disk::recorded(count, is_read_only, blocks))
}

/// What is there or not.
fn optional<'a, T>(
    reader: &mut Reader<'a>,
    read: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Option<T>, Malformed> {
    let mut items = reader.list(read)?;
    match items.len() {
        0 | 1 => Ok(items.pop()),
        _ => Err(Malformed("twice")),
    }
}

fn read_settings(reader: &mut Reader<'_>) -> Result<Settings, Malformed> {
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
        input: optional(reader, |reader| Ok(reader.string()?.to_vec()))?,
        consoles: read_consoles(reader)?,
        disk: optional(reader, read_disk)?,
        machine: Which::default(),
    })
}

fn read_consoles(reader: &mut Reader<'_>) -> Result<BTreeMap<usize, Option<Vec<u8>>>, Malformed> {
    let consoles = reader.list(|reader| {
        let slot = usize::try_from(reader.word()?).unwrap_or(SLOTS);
        let input = optional(reader, |reader| Ok(reader.string()?.to_vec()))?;
        match slot < SLOTS {
            true => Ok((slot, input)),
            false => Err(Malformed("slot")),
        }
    })?;
    Ok(consoles.into_iter().collect())
}

fn write_events(writer: &mut Writer, events: &Events) {
    let mut positions = [0u64; SLOTS];
    writer.list(events.arrivals.iter(), |writer, arrival| {
        writer.word(arrival.clock);
        writer.word(arrival.slot as u64);
        if let Some(position) = positions.get_mut(arrival.slot) {
            writer.word(*position);
            *position += arrival.bytes.len() as u64;
        }
        writer.string(&arrival.bytes);
    });
    writer.list(events.dates.iter(), |writer, date| writer.word(*date));
    writer.list(events.entropy.iter(), |writer, bytes| writer.string(bytes));
    writer.list(events.failed_writes.iter(), |writer, number| {
        writer.word(*number)
    });
}

fn read_events(reader: &mut Reader<'_>) -> Result<Events, Malformed> {
    let (mut positions, mut last) = ([0u64; SLOTS], 0);
    let arrivals = reader.list(|reader| {
        let (clock, slot, position) = (reader.word()?, reader.word()?, reader.word()?);
        let bytes = reader.string()?.to_vec();
        let slot = usize::try_from(slot).map_err(|_| Malformed("slot"))?;
        let expected = positions.get_mut(slot).ok_or(Malformed("slot"))?;
        if *expected != position || clock < last {
            return Err(Malformed("order of input"));
        }
        *expected += bytes.len() as u64;
        last = clock;
        Ok(Arrival { clock, slot, bytes })
    })?;
    let dates = reader.list(Reader::word)?;
    let entropy = reader.list(|reader| Ok(reader.string()?.to_vec()))?;
    let failed_writes = reader.list(Reader::word)?;
    Ok(Events::new(arrivals, dates, entropy, failed_writes))
}
