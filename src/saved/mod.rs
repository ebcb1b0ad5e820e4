//! A machine in one file: all of its state with the guests in it, what is on its disk, and the program that it was booted
//! with, so that names and sources are at hand when it goes on.
//!
//! Invariant: a machine that is read back goes on as the one would have that was saved, step by step.

pub(crate) mod packed;

use std::path::Path;
use std::sync::Arc;

use isa::machine::Saved;
use isa::stream::{Malformed, Reader, Writer};

use crate::failure::Failure;
use crate::files;
use crate::parts;
use crate::program::Program;
use crate::recording::BLOCK_LIMIT;
use crate::sealed::{Seal, SealError};
use crate::session::{Session, Settings};

/// What every saved machine begins with.
pub(crate) const SEAL: Seal = Seal {
    magic: b"\x89NSAVED\n",
    format: 1,
};
/// The largest file that is read.
const FILE_LIMIT: usize = 2 << 30;

/// A machine that can go on.
#[derive(Clone)]
pub struct SavedMachine {
    program: Program,
    /// What it was given, of which all input that it has not read is in the machine; the disk is as it was when the machine
    /// was saved.
    settings: Settings,
    machine: Arc<Saved>,
}

impl SavedMachine {
    /// The machine of a session, as it is now.
    ///
    /// # Errors
    /// When there is too much on its disk.
    pub fn of(session: &Session<'_>) -> Result<SavedMachine, Failure> {
        let given = session.settings();
        let disk = session.disk_now(None);
        if disk
            .as_ref()
            .is_some_and(|disk| disk.blocks().len() > BLOCK_LIMIT)
        {
            return Err(Failure::DiskTooFullToRecord);
        }
        let known = |input: &Option<Vec<u8>>| input.as_ref().map(|_| Vec::new());
        let consoles = given.consoles.iter();
        let consoles = consoles.map(|(slot, input)| (*slot, known(input)));
        Ok(SavedMachine {
            program: session.program().clone(),
            settings: Settings {
                input: known(&given.input),
                consoles: consoles.collect(),
                disk,
                ..given.clone()
            },
            machine: Arc::new(session.machine().save(None)),
        })
    }

    /// Whether a file begins like a saved machine.
    pub fn is_one(path: &Path) -> bool {
        files::begins_with(path, SEAL.magic)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no saved machine.
    pub fn read(path: &Path) -> Result<SavedMachine, Failure> {
        let bytes = files::read(path, FILE_LIMIT)?;
        SavedMachine::from_bytes(&bytes).map_err(|source| Failure::Saved {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written, or there is too much in the machine.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        files::write(path, &self.to_bytes()?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// When there is too much in the machine.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut writer = Writer::default();
        parts::write_program(&mut writer, &self.program)?;
        parts::write_settings(&mut writer, &self.settings);
        writer.string(&packed::machine(&self.machine)?);
        Ok(SEAL.seal(&writer.bytes))
    }

    /// The machine in these bytes.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<SavedMachine, SealError> {
        SEAL.open(bytes, SavedMachine::read_parts)
    }

    fn read_parts(reader: &mut Reader<'_>) -> Result<SavedMachine, Malformed> {
        Ok(SavedMachine {
            program: parts::read_program(reader)?,
            settings: parts::read_settings(reader)?,
            machine: Arc::new(packed::read_machine(reader.string()?)?),
        })
    }

    /// What the machine was given. Its disk is as it was when it was saved, and has no file.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The machine, ready to go on with these settings.
    ///
    /// # Errors
    /// When the host lacks the memory, or the settings are those of another machine.
    pub fn resume(&self, settings: Settings) -> Result<Session<'_>, Failure> {
        Session::resume(&self.program, settings, self.machine.clone())
    }
}
