//! The parts of a recording, in order: the version of nestor; the program; what its machine was given; the machine with
//! which the run began, if it was a saved one; live input, each with the step before which it came, the slot of its
//! console and the number of its first byte there; the dates; the entropy; which writings of blocks failed; what the run
//! came to.
//!
//! Invariant: [`Recording::write_parts`] and [`Recording::read_parts`] name the same parts in the same order.

use std::sync::Arc;

use isa::machine::{SLOTS, StateHash};
use isa::stream::{Malformed, Reader, Writer};

use super::{CameTo, Recording};
use crate::failure::Failure;
use crate::outside::{Arrival, Events};
use crate::parts;
use crate::saved::packed;

impl Recording {
    pub(super) fn write_parts(&self, writer: &mut Writer) -> Result<(), Failure> {
        writer.string(self.version.as_bytes());
        parts::write_program(writer, &self.program)?;
        parts::write_settings(writer, &self.settings);
        let beginning = self.beginning.as_deref().map(packed::machine).transpose()?;
        writer.list(beginning.iter(), |writer, packed| writer.string(packed));
        write_events(writer, &self.events);
        writer.word(self.came_to.steps);
        writer.flag(self.came_to.ended);
        writer.wide(self.came_to.state.0);
        Ok(())
    }

    pub(super) fn read_parts(reader: &mut Reader<'_>) -> Result<Recording, Malformed> {
        let version = reader.text()?.to_owned();
        let program = parts::read_program(reader)?;
        Ok(Recording {
            version,
            program,
            settings: parts::read_settings(reader)?,
            beginning: reader
                .optional(|reader| packed::read_machine(reader.string()?))?
                .map(Arc::new),
            events: read_events(reader)?,
            came_to: CameTo {
                steps: reader.word()?,
                ended: reader.flag()?,
                state: StateHash(reader.wide()?),
            },
        })
    }
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
