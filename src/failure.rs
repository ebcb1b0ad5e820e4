//! What can go wrong on the host's side of a command: every one of these is the exit status 125, but a closed pipe.
//!
//! A program's trap is not here: it is part of the machine, and an ordinary outcome of a run.

use std::fmt;
use std::io;
use std::path::PathBuf;

use assembler::image::ImageError;
use assembler::object::ObjectError;
use isa::machine::memory::TooMuchMemory;
use isa::machine::{BootError, Unlike};

use crate::diagnostics::Findings;
use crate::disk::DiskError;
use crate::lockstep::Difference;
use crate::sealed::SealError;

/// Why a command could not do its work.
#[derive(thiserror::Error)]
pub enum Failure {
    /// A file could not be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file as the user named it.
        path: PathBuf,
        /// What the host said.
        source: io::Error,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file as the user named it.
        path: PathBuf,
        /// What the host said.
        source: io::Error,
    },
    /// A file is no sound image.
    #[error("{} is no image that can run: {source}", .path.display())]
    Image {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },
    /// A file is no sound object.
    #[error("{} is no object that can be linked: {source}", .path.display())]
    Object {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it.
        source: ObjectError,
    },
    /// A file is no recording of a run that can be replayed.
    #[error("{} is no recording that can be replayed: {source}", .path.display())]
    Recording {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it.
        source: SealError,
    },
    /// A file is no saved machine.
    #[error("{} is no saved machine that can be restored: {source}", .path.display())]
    Saved {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it.
        source: SealError,
    },
    /// A machine is too much for a file.
    #[error("the machine cannot be saved: there is more than 3.7 GiB in its memory")]
    TooMuchToSave,
    /// What was saved is a machine with other devices or memory than its file says.
    #[error("the machine cannot be restored: {0}")]
    Unlike(#[from] Unlike),
    /// A run is too much for a recording.
    #[error("the run cannot be recorded: more than 64 MiB came from outside")]
    TooLongToRecord,
    /// A disk is too much for a recording.
    #[error("the run cannot be kept: there is more than 256 MiB on its disk")]
    DiskTooFullToRecord,
    /// A run cannot be made again.
    #[error("the run cannot be made again: more than 64 MiB came from outside")]
    NotAgain,
    /// The machines do not agree.
    #[error(transparent)]
    Differ(Box<Difference>),
    /// A file is no disk.
    #[error("{} is no disk that can be used: {source}", .path.display())]
    Disk {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it.
        source: DiskError,
    },
    /// Sources could not be assembled or linked.
    #[error("{0}")]
    Source(Box<Findings>),
    /// The image does not fit into the machine.
    #[error("{}{}", .0, advice(.0))]
    Fit(#[from] ImageError),
    /// The machine could not be set up.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The host has not so much memory.
    #[error(transparent)]
    Memory(#[from] TooMuchMemory),
    /// Standard input could not be read.
    #[error("cannot read standard input: {0}")]
    Input(#[source] io::Error),
    /// The host lacks something that a run needs.
    #[error("the host does not give what the run needs: {0}")]
    Host(#[source] io::Error),
    /// The command was asked for something that makes no sense or does not exist.
    #[error("{0}")]
    Usage(String),
    /// Standard output or standard error could not be written to.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

/// How the user does what a message about an image asks for.
fn advice(error: &ImageError) -> &'static str {
    match error {
        ImageError::Memory { .. } => " with `--memory`",
        _ => "",
    }
}

impl Failure {
    /// Whether the reader of our output has gone away, which ends a command without a word.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The message. Rust shows the errors of tests and of `main` in this form, and people read them.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.to_string();
        write!(f, "{}", anstream::adapter::strip_str(&message))
    }
}
