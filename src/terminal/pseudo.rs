//! Pseudo-terminals: consoles to which another program of the host connects, such as `screen /dev/pts/5`.
//!
//! Invariant: a program never waits for somebody to read what it writes there; what is too much is lost.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// How many pieces of output wait for somebody to read them.
const ROOM: usize = 256;

/// A pseudo-terminal, seen from our side.
pub(super) struct Pseudo {
    /// Where others find it.
    pub(super) name: String,
    /// What others type.
    pub(super) input: File,
    output: SyncSender<Vec<u8>>,
    /// The other side, kept open so that there is no end when nobody else has it open.
    _other: File,
}

impl Pseudo {
    pub(super) fn open() -> io::Result<Pseudo> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let name = ptsname(&ours, Vec::new())?.to_string_lossy().into_owned();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let other = open(name.as_str(), flags, Mode::empty())?;
        // Else what the program writes would come back to it as an echo.
        let mut raw = tcgetattr(&other)?;
        raw.make_raw();
        tcsetattr(&other, OptionalActions::Now, &raw)?;
        let input = File::from(ours);
        let output = writer(input.try_clone()?)?;
        Ok(Pseudo {
            name,
            input,
            output,
            _other: other.into(),
        })
    }

    pub(super) fn write(&self, bytes: &[u8]) {
        let _ = self.output.try_send(bytes.to_vec());
    }
}

/// A thread that writes, and may wait.
fn writer(mut terminal: File) -> io::Result<SyncSender<Vec<u8>>> {
    let (sender, pieces) = sync_channel::<Vec<u8>>(ROOM);
    thread::Builder::new().spawn(move || {
        for piece in pieces {
            if terminal.write_all(&piece).is_err() {
                break;
            }
        }
    })?;
    Ok(sender)
}
