//! A run in one file: the program, what its machine was given, all that came from outside, and what came of it.
//!
//! Invariant: what is read back is what was written, or an error says why not.

mod parts;

use std::path::Path;
use std::sync::Arc;

use isa::machine::{Saved, StateHash};
use isa::stream::Writer;

use crate::failure::Failure;
use crate::files;
use crate::outside::Events;
use crate::program::Program;
use crate::sealed::{Seal, SealError};
use crate::session::{Ending, Session, Settings};

/// What every recording begins with.
pub(crate) const SEAL: Seal = Seal {
    magic: b"\x89NESTOR\n",
    format: 3,
};
/// The largest file that is read.
const FILE_LIMIT: usize = 1 << 30;
/// The most blocks of a disk that are written, those aside that are all zero: 256 MiB of them.
pub(crate) const BLOCK_LIMIT: usize = 1 << 16;

/// A run that can be made again.
#[derive(Clone, Debug)]
pub struct Recording {
    version: String,
    program: Program,
    settings: Settings,
    /// The machine with which the run began, if not before its first step.
    beginning: Option<Arc<Saved>>,
    events: Events,
    came_to: CameTo,
}

/// What a run came to, as far as another run is compared with it. The state hash covers what was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameTo {
    /// How many steps were made.
    pub steps: u64,
    /// Whether the machine ended; else it was stopped from outside, and could have gone on.
    pub ended: bool,
    /// The state in which the machine was left.
    pub state: StateHash,
}

impl CameTo {
    /// What a session has come to.
    pub fn of(session: &Session<'_>) -> CameTo {
        let machine = session.machine();
        CameTo {
            steps: machine.steps(),
            ended: machine.end().is_some(),
            state: machine.state_hash(),
        }
    }
}

impl Recording {
    /// The run of a session until now.
    ///
    /// # Errors
    /// When more came from outside than a session writes down, or there was too much on the disk.
    pub fn of(session: &Session<'_>) -> Result<Recording, Failure> {
        let disk = session.settings().disk.as_ref();
        if disk.is_some_and(|disk| disk.blocks().len() > BLOCK_LIMIT) {
            return Err(Failure::DiskTooFullToRecord);
        }
        let events = session.events().ok_or(Failure::TooLongToRecord)?;
        Ok(Recording {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            program: session.program().clone(),
            settings: session.settings().clone(),
            beginning: session.beginning().cloned(),
            events,
            came_to: CameTo::of(session),
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no recording.
    pub fn read(path: &Path) -> Result<Recording, Failure> {
        let bytes = files::read(path, FILE_LIMIT)?;
        Recording::from_bytes(&bytes).map_err(|source| Failure::Recording {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        files::write(path, &self.to_bytes()?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// When the image has no form as bytes, which no image has that was run.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut writer = Writer::default();
        self.write_parts(&mut writer)?;
        Ok(SEAL.seal(&writer.bytes))
    }

    /// The recording in these bytes.
    ///
    /// # Errors
    /// When they are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Recording, SealError> {
        SEAL.open(bytes, Recording::read_parts)
    }

    /// A machine in which the run is going to be made again.
    ///
    /// # Errors
    /// When the host lacks the memory, or the program does not fit into the machine.
    pub fn boot(&self) -> Result<Session<'_>, Failure> {
        Session::begin_again(
            &self.program,
            self.settings.clone(),
            self.beginning.clone(),
            self.events.clone(),
        )
    }

    /// Makes the run again, as far as it went. What it prints goes to `output`.
    ///
    /// # Errors
    /// When the output fails.
    pub fn replay(
        &self,
        session: &mut Session<'_>,
        output: &mut dyn std::io::Write,
    ) -> Result<Ending, Failure> {
        // The last step of a machine that ends by a fault or by waiting is not counted, so it gets one more.
        let room = u64::from(self.came_to.ended);
        let begun = session.machine().steps();
        let steps = self
            .came_to
            .steps
            .saturating_sub(begun)
            .saturating_add(room);
        session.run(Some(steps), &mut std::io::empty(), output)
    }

    /// What the run came to.
    pub fn came_to(&self) -> CameTo {
        self.came_to
    }

    /// The version of nestor that made the run.
    pub fn version(&self) -> &str {
        &self.version
    }
}

#[cfg(test)]
mod tests {
    use assembler::{NoFiles, Source};
    use xxhash_rust::xxh3::xxh3_128;

    use super::*;

    /// Bytes of the checksum.
    const CHECKSUM: usize = 16;

    /// Prints what it reads.
    const ECHO: &str = "\
        .text
        .proc main
again:  la    c1, room
        li    r1, 4
        io    r1, c2, c1, read
        blt   r1, 0, end
        io    r1, c2, c1, write
        j     again
end:    li    r1, 7
        ret
        .endproc
        .data
room:   .space 16
";

    fn recorded() -> Vec<u8> {
        let source = Source::new("echo.s", ECHO);
        let program = Program::assemble(vec![source], false, &mut NoFiles).expect("a program");
        let settings = Settings {
            arguments: vec![b"one".to_vec(), Vec::new()],
            ..Settings::default()
        };
        let mut session = Session::boot(&program, settings).expect("a machine");
        let mut printed = Vec::new();
        session
            .run(None, &mut b"some input".as_slice(), &mut printed)
            .expect("a run");
        assert_eq!(printed, b"some input");
        let recording = Recording::of(&session).expect("little came from outside");
        recording.to_bytes().expect("an image with a form")
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let bytes = recorded();
        let again = Recording::from_bytes(&bytes).expect("a recording");
        assert_eq!(again.to_bytes().expect("an image with a form"), bytes);
        assert_eq!(again.settings.arguments, [b"one".to_vec(), Vec::new()]);
        assert_eq!(again.events.arrivals.len(), 2);
    }

    #[test]
    fn a_replay_comes_to_the_same() {
        let recording = Recording::from_bytes(&recorded()).expect("a recording");
        let mut session = recording.boot().expect("a machine");
        let mut printed = Vec::new();
        let ending = recording.replay(&mut session, &mut printed).expect("a run");
        assert_eq!(crate::status::of_ending(&ending), 7);
        assert_eq!(printed, b"some input");
        assert_eq!(CameTo::of(&session), recording.came_to());
    }

    #[test]
    fn damage_anywhere_is_found() {
        let bytes = recorded();
        for place in (0..bytes.len()).step_by(97).chain(0..32) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << (place % 8);
            assert!(Recording::from_bytes(&damaged).is_err(), "at {place}");
        }
        for length in (0..bytes.len()).step_by(101).chain(0..32) {
            assert!(Recording::from_bytes(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn each_mistake_has_its_error() {
        let bytes = recorded();
        let error = |bytes: &[u8]| {
            Recording::from_bytes(bytes)
                .map(|_| ())
                .expect_err("it is damaged")
        };
        assert_eq!(error(b"\x7fELF"), SealError::Magic);
        let mut other = bytes.clone();
        other[8] = 9;
        assert_eq!(error(&other), SealError::Format { found: 9, ours: 3 });
        assert_eq!(error(&bytes[..bytes.len() - 1]), SealError::Damaged);
        let mut longer = bytes[..bytes.len() - CHECKSUM].to_vec();
        longer.push(0);
        longer.extend_from_slice(&xxh3_128(&longer).to_le_bytes());
        assert!(matches!(error(&longer), SealError::Malformed(_)));
    }

    /// With a checksum that fits, any damage is an error or another recording, and no panic.
    #[test]
    fn whoever_can_compute_a_checksum_breaks_nothing() {
        let bytes = recorded();
        let body = &bytes[..bytes.len() - CHECKSUM];
        for place in (12..body.len()).step_by(31) {
            let mut forged = body.to_vec();
            forged[place] ^= 0xff;
            forged.extend_from_slice(&xxh3_128(&forged).to_le_bytes());
            if let Ok(recording) = Recording::from_bytes(&forged) {
                let _ = recording.to_bytes();
            }
        }
    }
}
