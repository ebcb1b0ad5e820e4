//! A saved machine as bytes, in the order in which [`Saved::write_to`] writes them. A level is as wide as its machine
//! block, in which a host's state stands beside the terms of its guest, and its clock is the difference to the leaf's.
//!
//! Invariant: what is read could have been written, as far as the machine relies on it: capabilities are well formed,
//! places are in memory, levels are as many as there can be. It need not be what any program can lead to.

use std::array;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{GRANULES, Saved, SavedDevice, SavedPage, SavedSlot, VALID_WORDS};
use crate::address::{PAGE_SIZE, Real};
use crate::capability::Capability;
use crate::context::{MachineBlock, MachineState, Terms, TrapRecord};
use crate::machine::access::Through;
use crate::machine::device::DeviceKind;
use crate::machine::device::console::Console;
use crate::machine::level::{Host, Passed, Run, Wanted};
use crate::machine::memory::MAX_MEMORY;
use crate::machine::{End, MAX_DEPTH};
use crate::stream::{Malformed, Reader, Writer};
use crate::trap::{Trap, TrapRegister};

impl Saved {
    /// Writes it down.
    pub fn write_to(&self, writer: &mut Writer) {
        writer.word(self.size);
        writer.list(self.pages.iter(), |writer, (number, page)| {
            writer.word(*number);
            writer.bytes.extend_from_slice(&page.bytes);
            page.valid.iter().for_each(|word| writer.word(*word));
            writer.bytes.extend_from_slice(&page.labels);
            writer.word(page.owner.into());
        });
        write_block(writer, &self.state, self.clock, &no_terms());
        writer.word(self.depth);
        writer.list(self.hosts.iter(), write_host);
        match &self.end {
            None => writer.byte(0),
            Some(End::Power { status }) => {
                writer.byte(1);
                writer.word(*status);
            }
            Some(End::DoubleFault {
                first,
                second,
                no_entry,
            }) => {
                writer.byte(2);
                write_trap(writer, first);
                writer.list(second.iter(), write_trap);
                writer.flag(*no_entry);
            }
            Some(End::Wait) => writer.byte(3),
        }
        writer.list(self.last_trap.iter(), write_trap);
        for slot in &self.slots {
            let kind = slot.device.as_ref().map(SavedDevice::kind);
            writer.byte(kind.map_or(0, |kind| kind as u8));
            writer.flag(slot.ready);
            match &slot.device {
                Some(SavedDevice::Console(console)) => console.write_to(writer),
                Some(
                    SavedDevice::Date { reads: count } | SavedDevice::Entropy { position: count },
                ) => {
                    writer.word(*count);
                }
                Some(SavedDevice::Power | SavedDevice::Block) | None => {}
            }
        }
    }

    /// Reads what [`Saved::write_to`] wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read_from(reader: &mut Reader<'_>) -> Result<Saved, Malformed> {
        let size = reader.word()?;
        if size > MAX_MEMORY || !size.is_multiple_of(PAGE_SIZE) {
            return Err(Malformed("size of memory"));
        }
        let pages = read_pages(reader, size)?;
        let leaf = read_block(reader)?;
        let depth = reader.word()?;
        let (mut level, mut wanted) = (0, Wanted::default());
        let hosts = reader.list(|reader| {
            level += 1;
            if level > MAX_DEPTH {
                return Err(Malformed("levels"));
            }
            let host = read_host(reader, level, size, wanted)?;
            wanted = host.wanted;
            Ok(host)
        })?;
        if depth > MAX_DEPTH {
            return Err(Malformed("depth"));
        }
        let end = read_end(reader)?;
        let last_trap = reader.optional(read_trap)?;
        let mut slots: [SavedSlot; _] = Default::default();
        for slot in &mut slots {
            *slot = read_slot(reader)?;
        }
        Ok(Saved {
            size,
            pages,
            state: leaf.state,
            clock: leaf.clock,
            depth,
            hosts,
            end,
            last_trap,
            slots,
        })
    }
}

fn read_pages(
    reader: &mut Reader<'_>,
    size: u64,
) -> Result<BTreeMap<u64, Arc<SavedPage>>, Malformed> {
    let mut last = None;
    let pages = reader.list(|reader| {
        let number = reader.word()?;
        if number >= size / PAGE_SIZE || last.is_some_and(|last| last >= number) {
            return Err(Malformed("number of a page"));
        }
        last = Some(number);
        let bytes = reader.array()?;
        let mut valid = [0; VALID_WORDS];
        for word in &mut valid {
            *word = reader.word()?;
        }
        let labels = reader.array::<GRANULES>()?;
        let owner = u16::try_from(reader.word()?).map_err(|_| Malformed("owner"))?;
        let page = SavedPage {
            bytes,
            valid,
            labels,
            owner,
        };
        Ok((number, Arc::new(page)))
    })?;
    Ok(pages.into_iter().collect())
}

/// The terms of no guest.
fn no_terms() -> Terms {
    MachineBlock::from_bytes(&[0; MachineBlock::SIZE as usize]).terms
}

fn write_block(writer: &mut Writer, state: &MachineState, clock: u64, terms: &Terms) {
    let block = MachineBlock {
        state: *state,
        clock,
        terms: *terms,
    };
    writer.bytes.extend_from_slice(&block.to_bytes());
}

fn read_block(reader: &mut Reader<'_>) -> Result<MachineBlock, Malformed> {
    Ok(MachineBlock::from_bytes(&reader.array()?))
}

fn write_host(writer: &mut Writer, host: &Host) {
    let Host {
        state, ahead, run, ..
    } = host;
    write_block(writer, state, *ahead, &run.terms);
    writer.list(run.block.iter(), |writer, real| writer.word(real.0));
    writer.wide(run.memory.capability.bits());
    writer.flag(run.memory.capability.is_tagged());
    writer.byte(run.memory.register.0);
    for passed in run.devices {
        writer.list(passed.iter(), |writer, passed| {
            writer.word(passed.slot as u64);
            writer.flag(passed.input);
            writer.flag(passed.output);
        });
    }
    writer.word(run.depth);
}

/// The host at this level, counted from 1, of a machine with so much memory; those further out want this of its guest.
fn read_host(
    reader: &mut Reader<'_>,
    level: u64,
    size: u64,
    outer: Wanted,
) -> Result<Host, Malformed> {
    let block = read_block(reader)?;
    let places = reader.list(|reader| Ok(Real(reader.word()?)))?;
    let outermost = places.first().ok_or(Malformed("place of a block"))?;
    let is_in_memory = outermost.0.is_multiple_of(PAGE_SIZE) && outermost.0 < size;
    if places.len() as u64 != level || !is_in_memory {
        return Err(Malformed("place of a block"));
    }
    let (bits, is_tagged) = (reader.wide()?, reader.flag()?);
    let memory = Through {
        capability: Capability::restored(bits, is_tagged),
        register: TrapRegister(reader.byte()?),
    };
    let mut devices = array::from_fn(|_| None);
    for passed in &mut devices {
        *passed = reader.optional(|reader| {
            Ok(Passed {
                slot: usize::try_from(reader.word()?).map_err(|_| Malformed("slot"))?,
                input: reader.flag()?,
                output: reader.flag()?,
            })
        })?;
    }
    let depth = reader.word()?;
    if depth > MAX_DEPTH {
        return Err(Malformed("depth"));
    }
    Ok(Host {
        state: block.state,
        ahead: block.clock,
        run: Run {
            block: places,
            memory,
            devices,
            depth,
            terms: block.terms,
        },
        wanted: outer.and_of(&block.terms),
    })
}

fn write_trap(writer: &mut Writer, trap: &Trap) {
    let record = TrapRecord::from(trap);
    writer.bytes.extend_from_slice(&record.to_bytes());
}

fn read_trap(reader: &mut Reader<'_>) -> Result<Trap, Malformed> {
    let record = TrapRecord::from_bytes(&reader.array()?);
    record.trap().ok_or(Malformed("trap"))
}

fn read_end(reader: &mut Reader<'_>) -> Result<Option<End>, Malformed> {
    Ok(match reader.byte()? {
        0 => None,
        1 => Some(End::Power {
            status: reader.word()?,
        }),
        2 => Some(End::DoubleFault {
            first: read_trap(reader)?,
            second: reader.optional(read_trap)?,
            no_entry: reader.flag()?,
        }),
        3 => Some(End::Wait),
        _ => return Err(Malformed("end")),
    })
}

fn read_slot(reader: &mut Reader<'_>) -> Result<SavedSlot, Malformed> {
    const CONSOLE: u8 = DeviceKind::Console as u8;
    const POWER: u8 = DeviceKind::Power as u8;
    const DATE: u8 = DeviceKind::Date as u8;
    const ENTROPY: u8 = DeviceKind::Entropy as u8;
    const BLOCK: u8 = DeviceKind::Block as u8;
    let (kind, ready) = (reader.byte()?, reader.flag()?);
    let device = match kind {
        0 => None,
        CONSOLE => Some(SavedDevice::Console(Console::read_from(reader)?)),
        POWER => Some(SavedDevice::Power),
        DATE => Some(SavedDevice::Date {
            reads: reader.word()?,
        }),
        ENTROPY => Some(SavedDevice::Entropy {
            position: reader.word()?,
        }),
        BLOCK => Some(SavedDevice::Block),
        _ => return Err(Malformed("device")),
    };
    Ok(SavedSlot { device, ready })
}
