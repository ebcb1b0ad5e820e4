//! What can be wrong with the file of an object.

use thiserror::Error;

use crate::image::ImageError;

/// Why something is no object, or cannot be written as one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// Not the file format of objects.
    #[error("this is no ELF file, and objects are; `nestor asm -c` makes them of sources")]
    NotElf,
    /// An ELF file that is no object of this machine.
    #[error(
        "the file header says {what} {found:#x}, and that of an object {want:#x}; `nestor asm -c` makes objects of sources"
    )]
    Header {
        /// The field of the header.
        what: &'static str,
        /// What it says.
        found: u64,
        /// What it must say.
        want: u64,
    },
    /// A part that makes no sense.
    #[error("{part} is damaged: {problem}; make the object again")]
    Damaged {
        /// The part.
        part: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A part that is wrong in an image, too.
    #[error(transparent)]
    File(#[from] ImageError),
}
