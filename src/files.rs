//! Files of the host: what is read is bounded, and what is written appears whole or not at all.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd as _;
use std::path::Path;

use assembler::{Loader, SOURCE_LIMIT, Source};

use crate::failure::Failure;

/// The most bytes of a file given as input.
pub(crate) const INPUT_LIMIT: usize = 1 << 28;

/// What is left of standard input if that is a regular file: it is all there from the start. `None` for all else.
///
/// # Errors
/// When it cannot be read, or is larger than what can be given as input.
pub(crate) fn regular_input() -> Result<Option<Vec<u8>>, Failure> {
    read_regular(INPUT_LIMIT).map_err(Failure::Input)
}

fn read_regular(limit: usize) -> io::Result<Option<Vec<u8>>> {
    let Ok(handle) = io::stdin().as_fd().try_clone_to_owned() else {
        return Ok(None);
    };
    let file = File::from(handle);
    match file.metadata()?.is_file() {
        true => read_all(file, limit).map(Some),
        false => Ok(None),
    }
}

/// The bytes of a file of at most `limit` bytes, so that no device or pipe can take all memory of the host.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    read_bounded(path, limit).map_err(|source| Failure::Read {
        path: path.to_owned(),
        source,
    })
}

/// Whether a regular file begins with these bytes. What is no file is not read: its first bytes would be gone.
pub(crate) fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    let read = || {
        let mut first = vec![0; bytes.len()];
        File::open(path)?.read_exact(&mut first)?;
        io::Result::Ok(first)
    };
    path.is_file() && read().is_ok_and(|first| first == bytes)
}

fn read_bounded(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    read_all(File::open(path)?, limit)
}

fn read_all(file: File, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let taken = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.take(taken).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// Writes a file by way of a temporary one beside it, so that whoever looks sees the old bytes or the new ones.
/// What is no regular file, such as /dev/null, is written to and never replaced.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let replaceable = path.metadata().map_or(true, |metadata| metadata.is_file());
    let written = if replaceable {
        // A symbolic link stays one: what it leads to is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        replace(&target, bytes)
    } else {
        std::fs::write(path, bytes)
    };
    written.map_err(|source| Failure::Write {
        path: path.to_owned(),
        source,
    })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    folder.metadata()?;
    // The library would name the temporary file, which is nothing to the user.
    let mut file = builder.tempfile_in(folder).map_err(|error| error.kind())?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Finds included files on the host: a relative path begins in the folder of the file that includes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostFiles;

impl Loader for HostFiles {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(path);
        let bytes = read_bounded(&path, SOURCE_LIMIT).map_err(|error| error.to_string())?;
        Ok(Source::from_bytes(path.to_string_lossy(), &bytes))
    }

    fn load_bytes(&mut self, from: &str, path: &str, limit: usize) -> Result<Vec<u8>, String> {
        let path = Path::new(from).parent().unwrap_or(Path::new("")).join(path);
        read_bounded(&path, limit).map_err(|error| error.to_string())
    }
}

/// Finds the sources that objects name, for messages that quote them. An object names what it likes, and opening a pipe
/// or a device could wait for ever; so only regular files are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuotedFiles;

impl Loader for QuotedFiles {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        if !Path::new(path).is_file() {
            return Err("no regular file".to_owned());
        }
        let bytes = read_bounded(Path::new(path), SOURCE_LIMIT);
        let bytes = bytes.map_err(|error| error.to_string())?;
        Ok(Source::from_bytes(path, &bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_stays_beside_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("out");
        for text in ["old and longer", "new"] {
            replace(&path, text.as_bytes())?;
            assert_eq!(std::fs::read_to_string(&path)?, text);
        }
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn reading_stops_at_the_limit() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("in");
        std::fs::write(&path, "12345")?;
        assert_eq!(read_bounded(&path, 5)?, b"12345");
        assert_eq!(
            read_bounded(&path, 4).map_err(|error| error.kind()),
            Err(io::ErrorKind::FileTooLarge)
        );
        Ok(())
    }
}
