//! Keys that are ours and do not reach the program: those after Ctrl-A.
//!
//! Invariant: every other byte passes, in order.

/// Ctrl-A, which begins a command.
const PREFIX: u8 = 1;

/// What people are told of the keys. Lines end as a terminal wants it in every mode.
pub(super) const HELP: &str = "\r
Ctrl-A x        leaves: the run stops where it is\r
Ctrl-A Ctrl-A   sends one Ctrl-A to the program\r
Ctrl-A h        shows this\r
Ctrl-C          goes to the program while it reads single keys, and else stops the run\r
While a program reads lines, a line is sent by Enter, also one with Ctrl-A.\r
";

/// What a key after Ctrl-A wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Leave,
    Help,
}

/// Whether the last byte was a Ctrl-A that begins a command.
#[derive(Debug, Default)]
pub(super) struct Keys {
    begun: bool,
}

impl Keys {
    /// Takes the commands out of what was typed.
    pub(super) fn filter(&mut self, typed: &[u8]) -> (Vec<u8>, Vec<Command>) {
        let (mut passed, mut commands) = (Vec::new(), Vec::new());
        for byte in typed {
            match (std::mem::take(&mut self.begun), *byte) {
                (false, PREFIX) => self.begun = true,
                (false, byte) => passed.push(byte),
                (true, PREFIX) => passed.push(PREFIX),
                (true, b'x' | b'X') => commands.push(Command::Leave),
                (true, _) => commands.push(Command::Help),
            }
        }
        (passed, commands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_ctrl_a_is_ours() {
        let mut keys = Keys::default();
        assert_eq!(keys.filter(b"ab\x03x"), (b"ab\x03x".to_vec(), vec![]));
        assert_eq!(keys.filter(b"a\x01\x01b"), (b"a\x01b".to_vec(), vec![]));
        assert_eq!(keys.filter(b"\x01"), (vec![], vec![]));
        assert_eq!(keys.filter(b"xy"), (b"y".to_vec(), vec![Command::Leave]));
        assert_eq!(keys.filter(b"\x01h\x01?"), (vec![], vec![Command::Help; 2]));
    }
}
