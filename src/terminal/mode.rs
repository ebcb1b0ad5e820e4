//! The mode of the host's terminal.
//!
//! Invariant: what was found is put back, by whichever thread comes first; and the mode is changed only while a program
//! reads single keys.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// The mode of the terminal at standard input, shared by the threads that can end the program.
#[derive(Clone, Default)]
pub(super) struct Mode {
    /// What was found, while it is not so.
    found: Arc<Mutex<Option<Termios>>>,
}

impl Mode {
    /// Has the terminal give single keys, or lines again. A terminal that refuses goes on as it is.
    pub(super) fn set_raw(&self, is_raw: bool) {
        if !is_raw {
            return self.restore();
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.is_some() {
            return;
        }
        let Ok(now) = tcgetattr(io::stdin()) else {
            return;
        };
        let mut raw = now.clone();
        raw.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
        // A key is what it is: Enter is 13, and Ctrl-S stops nothing. Output stays as it was, so that lines begin at
        // the left also where the program writes only a line feed.
        raw.input_modes
            .remove(InputModes::ICRNL | InputModes::INLCR | InputModes::IGNCR | InputModes::IXON);
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        if tcsetattr(io::stdin(), OptionalActions::Now, &raw).is_ok() {
            *found = Some(now);
        }
    }

    /// Puts back what was found.
    pub(super) fn restore(&self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = found.take() {
            // A terminal that has gone away needs nothing put back.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }
}
