//! Programs: an image and the sources that explain it.

use std::path::{Path, PathBuf};

use assembler::image::Image;

use crate::failure::Failure;
use crate::files;

/// The largest file that is read as a program or a source, in bytes.
const FILE_LIMIT: usize = 1 << 28;

/// A program that is ready to boot.
#[derive(Clone, Debug)]
pub struct Program {
    image: Image,
}

impl Program {
    /// The program in a file of the host.
    ///
    /// # Errors
    /// When the file cannot be read, or is no sound image.
    pub fn load(path: &Path) -> Result<Program, Failure> {
        let bytes = files::read(path, FILE_LIMIT)?;
        let image = Image::read(&bytes).map_err(|source| Failure::Image {
            path: path.to_owned(),
            source,
        })?;
        Ok(Program { image })
    }

    /// The image.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The text of a source that the image names: of the regular file of that name as it is now. `None` if there is none;
    /// a message can do without quoting.
    pub fn source(&self, name: &str) -> Option<String> {
        // An image says what it likes, and opening a pipe or a device could wait for ever.
        let path = PathBuf::from(name);
        let bytes = path
            .is_file()
            .then(|| files::read(&path, FILE_LIMIT).ok())??;
        String::from_utf8(bytes).ok()
    }
}
