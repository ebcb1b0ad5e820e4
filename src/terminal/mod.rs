//! The host of `nestor run`: the terminal or whatever standard input is, further consoles, and the signals that end a
//! run.
//!
//! A thread reads for each console, but only from when on the program reads there, so that nothing is taken from the
//! terminal that is meant for the next command.
//!
//! Invariant: the terminal is in the mode in which it was found whenever no program reads single keys, and when this is
//! dropped.

mod keys;
mod mode;
mod pseudo;
mod queue;
mod signals;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write};
use std::sync::mpsc::Receiver;
use std::thread;

use isa::abi::SLOT_CONSOLE;

use crate::failure::Failure;
use crate::host::{Host, Received, Wait, piece};
use keys::{Command, HELP, Keys};
use mode::Mode;
use pseudo::Pseudo;
use queue::{Message, Sender};

/// The slot of the console that is the terminal.
const FIRST: usize = SLOT_CONSOLE as usize;

/// Where a console besides the first leads.
enum Other {
    /// What is written there goes to a file, or is lost.
    File(Option<File>),
    /// A pseudo-terminal.
    Pseudo(Pseudo),
}

/// The host of a run.
pub struct Terminal<'a> {
    output: &'a mut dyn Write,
    others: BTreeMap<usize, Other>,
    is_terminal: bool,
    mode: Mode,
    sender: Sender,
    messages: Receiver<Message>,
    /// The consoles for which a thread reads.
    attended: BTreeSet<usize>,
}

impl<'a> Terminal<'a> {
    /// A host whose first console writes to `output` and reads standard input. From now on Ctrl-C stops the run.
    ///
    /// # Errors
    /// When the host lets us have no signals.
    pub fn new(output: &'a mut dyn Write) -> io::Result<Terminal<'a>> {
        let (sender, messages) = Sender::new();
        let mode = Mode::default();
        signals::watch(sender.clone(), mode.clone())?;
        Ok(Terminal {
            output,
            others: BTreeMap::new(),
            is_terminal: io::stdin().is_terminal(),
            mode,
            sender,
            messages,
            attended: BTreeSet::new(),
        })
    }

    /// Has what is written to the console in a slot go to a file, or nowhere.
    pub fn add_file(&mut self, slot: usize, file: Option<File>) {
        self.others.insert(slot, Other::File(file));
    }

    /// Makes the console in a slot a pseudo-terminal, and gives its name.
    ///
    /// # Errors
    /// When the host has none.
    pub fn add_pseudo(&mut self, slot: usize) -> io::Result<String> {
        let pseudo = Pseudo::open()?;
        let name = pseudo.name.clone();
        self.others.insert(slot, Other::Pseudo(pseudo));
        Ok(name)
    }

    /// Has a thread read for the console in a slot, if none does yet.
    fn read_for(&mut self, slot: usize) {
        if self.attended.insert(slot)
            && let Err(error) = self.begin_reading(slot)
        {
            // The receiving end is ours.
            self.sender.try_send(Message::Input(slot, Err(error)));
        }
    }

    fn begin_reading(&self, slot: usize) -> io::Result<()> {
        let sender = self.sender.clone();
        let keys = (slot == FIRST && self.is_terminal).then(Keys::default);
        let mut input: Box<dyn Read + Send> = match self.others.get(&slot) {
            Some(Other::Pseudo(pseudo)) => Box::new(pseudo.input.try_clone()?),
            Some(Other::File(_)) => Box::new(io::empty()),
            None if slot == FIRST => Box::new(io::stdin()),
            None => Box::new(io::empty()),
        };
        let thread = thread::Builder::new();
        thread.spawn(move || read_all(slot, &mut *input, keys, &sender))?;
        Ok(())
    }

    fn received(&mut self, message: Message) -> Result<Received, Failure> {
        match message {
            Message::Input(slot, Ok(bytes)) if bytes.is_empty() => Ok(Received::End(slot)),
            Message::Input(slot, Ok(bytes)) => Ok(Received::Bytes(slot, bytes)),
            Message::Input(_, Err(error)) => Err(Failure::Input(error)),
            Message::Help => {
                io::stderr().write_all(HELP.as_bytes())?;
                Ok(Received::Nothing)
            }
            Message::Wake => Ok(Received::Nothing),
        }
    }
}

/// Reads until the end of the input, or until nobody listens any more.
fn read_all(slot: usize, input: &mut dyn Read, mut keys: Option<Keys>, sender: &Sender) {
    loop {
        let mut read = piece(input);
        let is_over = read.as_ref().map_or(true, Vec::is_empty);
        if let (Some(keys), Ok(bytes), false) = (&mut keys, &mut read, is_over) {
            let (passed, commands) = keys.filter(bytes);
            for command in commands {
                match command {
                    Command::Leave => sender.stop(),
                    Command::Help if sender.send(Message::Help) => {}
                    Command::Help => return,
                }
            }
            if passed.is_empty() {
                continue;
            }
            *bytes = passed;
        }
        if !sender.send(Message::Input(slot, read)) || is_over {
            return;
        }
    }
}

impl Host for Terminal<'_> {
    fn receive(&mut self, wait: Wait) -> Result<Received, Failure> {
        let message = match wait {
            Wait::Not => self.messages.try_recv().ok(),
            Wait::For(time) => self.messages.recv_timeout(time).ok(),
            Wait::Console(slot) => {
                self.read_for(slot);
                self.messages.recv().ok()
            }
        };
        message.map_or(Ok(Received::Nothing), |message| self.received(message))
    }

    fn output(&mut self, slot: usize, bytes: &[u8]) -> Result<(), Failure> {
        match self.others.get_mut(&slot) {
            None if slot == FIRST => {
                self.output.write_all(bytes)?;
                self.output.flush()?;
            }
            Some(Other::File(Some(file))) => file.write_all(bytes)?,
            Some(Other::Pseudo(pseudo)) => pseudo.write(bytes),
            None | Some(Other::File(None)) => {}
        }
        Ok(())
    }

    fn attend(&mut self, slot: usize, is_raw: bool) {
        if slot == FIRST && self.is_terminal {
            self.mode.set_raw(is_raw);
        }
        self.read_for(slot);
    }

    fn is_stopped(&self) -> bool {
        self.sender.is_stopped()
    }

    fn is_paced(&self) -> bool {
        self.is_terminal
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.mode.restore();
    }
}
