//! Signals of the host that end a run.
//!
//! Invariant: whatever ends the program, the terminal is put back first. Only what cannot be caught ends it without.

use std::io;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::mode::Mode;
use super::queue::Sender;

/// Has Ctrl-C stop the run; when it comes again before the run has stopped, and for the other signals, the program ends
/// at once, as it would without us.
pub(super) fn watch(sender: Sender, mode: Mode) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGHUP, SIGQUIT, SIGTERM])?;
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            if signal == SIGINT && !sender.is_stopped() {
                sender.stop();
                continue;
            }
            mode.restore();
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}
