//! The part of `docs/performance.md` that is written by this program.
//!
//! Invariant: only what stands between the two marks changes, and the file is replaced in one step.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::NamedTempFile;
use thiserror::Error;

const BEGIN: &str = "<!-- measured -->\n";
const END: &str = "<!-- end of measured -->\n";

/// Why the document was not written.
#[derive(Debug, Error)]
pub(crate) enum DocumentError {
    /// It could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    /// It has not both marks.
    #[error("{path}: there is no place for what was measured, between `{begin}` and `{end}`",
        path = path.display(), begin = BEGIN.trim(), end = END.trim())]
    NoMarks { path: PathBuf },
}

/// Where the document is.
pub(crate) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md")
}

/// Puts a text in place of what was measured before.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), DocumentError> {
    let file = |source| DocumentError::File {
        path: path.to_owned(),
        source,
    };
    let old = fs::read_to_string(path).map_err(file)?;
    let new = replaced(&old, text).ok_or_else(|| DocumentError::NoMarks {
        path: path.to_owned(),
    })?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = NamedTempFile::new_in(folder).map_err(file)?;
    temporary.write_all(new.as_bytes()).map_err(file)?;
    let mode = fs::metadata(path).map_err(file)?.permissions();
    temporary.as_file().set_permissions(mode).map_err(file)?;
    temporary.persist(path).map_err(|error| file(error.error))?;
    Ok(())
}

fn replaced(old: &str, text: &str) -> Option<String> {
    let (before, rest) = old.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}
