//! Disks: the blocks of a host file, as a block device has them.
//!
//! What was on the disk when the run began is kept in memory, as far as it is not zero, and so is what the run writes;
//! the file is only written to. So a run does not depend on what others do to the file meanwhile, reading never fails,
//! and the same run can be made again when the file has long become another.
//!
//! Invariant: a block is in the file before the program hears that it was written, and a block whose writing failed is
//! on the disk as it was before.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use isa::machine::device::block::{BLOCK, BlockStore, StoreFailed};

use crate::failure::Failure;
use crate::outside::Outside;

/// The largest disk in bytes.
pub const SIZE_LIMIT: u64 = 1 << 30;

/// Blocks by their numbers; those that are not there are zero.
pub(crate) type Blocks = BTreeMap<u64, Arc<[u8; BLOCK]>>;

/// A disk as it was before the run, and perhaps the file that holds it.
#[derive(Clone, Debug)]
pub struct Disk {
    count: u64,
    is_read_only: bool,
    blocks: Arc<Blocks>,
    file: Option<Arc<Backing>>,
}

/// The file that a disk is written through to.
#[derive(Debug)]
struct Backing {
    path: PathBuf,
    file: File,
}

/// What is to be done with the file of a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskOptions {
    /// Writing is refused.
    pub is_read_only: bool,
    /// Make the file with so many bytes if it is not there.
    pub size: Option<u64>,
}

/// Why a file is no disk.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The host refused something.
    #[error(transparent)]
    Host(#[from] io::Error),
    /// It is a folder, a pipe, a device.
    #[error("it is no regular file")]
    Kind,
    /// It has no whole number of blocks, or none, or too many.
    #[error("it has {0} bytes; a disk has from 4096 to 1073741824, in blocks of 4096")]
    Size(u64),
    /// It is there, and has another size than the one that it was to be made with.
    #[error("it is there already, with {there} bytes instead of {wanted}")]
    OtherSize {
        /// Its bytes.
        there: u64,
        /// Those that were asked for.
        wanted: u64,
    },
    /// Somebody else has it open as a disk.
    #[error("another run uses it")]
    InUse,
}

/// Whether a disk can have so many bytes.
pub(crate) fn is_possible_size(bytes: u64) -> bool {
    bytes.is_multiple_of(BLOCK as u64) && (BLOCK as u64..=SIZE_LIMIT).contains(&bytes)
}

impl Disk {
    /// The disk in a file, which nobody else can use as one until it is closed.
    ///
    /// # Errors
    /// When the file cannot be opened or made, or is no disk.
    pub fn open(path: &Path, options: DiskOptions) -> Result<Disk, Failure> {
        Disk::open_file(path, options).map_err(|source| Failure::Disk {
            path: path.to_owned(),
            source,
        })
    }

    fn open_file(path: &Path, options: DiskOptions) -> Result<Disk, DiskError> {
        if let Some(size) = options.size.filter(|_| path.symlink_metadata().is_err()) {
            make(path, size)?;
        }
        // To open a pipe could wait for ever.
        if !path.metadata()?.is_file() {
            return Err(DiskError::Kind);
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(!options.is_read_only)
            .open(path)?;
        lock(&file, options.is_read_only)?;
        let there = file.metadata()?.len();
        if !is_possible_size(there) {
            return Err(DiskError::Size(there));
        }
        if let Some(wanted) = options.size.filter(|wanted| *wanted != there) {
            return Err(DiskError::OtherSize { there, wanted });
        }
        let count = there / BLOCK as u64;
        let blocks = read_all(&mut file, count)?;
        let backing = Backing {
            path: path.to_owned(),
            file,
        };
        Ok(Disk {
            count,
            is_read_only: options.is_read_only,
            blocks: Arc::new(blocks),
            file: Some(Arc::new(backing)),
        })
    }

    /// A disk without a file, as it was before some run.
    pub(crate) fn recorded(count: u64, is_read_only: bool, blocks: Blocks) -> Disk {
        Disk {
            count,
            is_read_only,
            blocks: Arc::new(blocks),
            file: None,
        }
    }

    /// The same without its file.
    pub(crate) fn without_file(self) -> Disk {
        Disk { file: None, ..self }
    }

    /// The disk as a machine has it now, without its file. Blocks that did not change are shared.
    pub(crate) fn now(&self, store: &dyn BlockStore) -> Disk {
        let mut blocks = Blocks::new();
        for number in 0..self.count {
            // A store of ours never fails to read.
            let bytes = store.read(number).unwrap_or([0; BLOCK]);
            match self.blocks.get(&number).filter(|block| ***block == bytes) {
                Some(same) => drop(blocks.insert(number, same.clone())),
                None if bytes == [0; BLOCK] => {}
                None => drop(blocks.insert(number, Arc::new(bytes))),
            }
        }
        Disk::recorded(self.count, self.is_read_only, blocks)
    }

    /// The number of its blocks.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether writing is refused.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// The blocks that were not zero before the run.
    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// What a block device of a machine writes to and reads from.
    pub(crate) fn store(&self, outside: Outside) -> Box<dyn BlockStore> {
        Box::new(Store {
            disk: self.clone(),
            written: Blocks::new(),
            writes: 0,
            outside,
        })
    }

    /// Waits until the host has put everything on its own disk.
    ///
    /// # Errors
    /// When it could not.
    pub fn sync(&self) -> Result<(), Failure> {
        let Some(backing) = self.file.as_ref().filter(|_| !self.is_read_only) else {
            return Ok(());
        };
        backing.file.sync_all().map_err(|source| Failure::Write {
            path: backing.path.clone(),
            source,
        })
    }
}

fn make(path: &Path, size: u64) -> Result<(), DiskError> {
    if !is_possible_size(size) {
        return Err(DiskError::Size(size));
    }
    Ok(File::create_new(path)?.set_len(size)?)
}

fn lock(file: &File, is_read_only: bool) -> Result<(), DiskError> {
    let locked = match is_read_only {
        true => file.try_lock_shared(),
        false => file.try_lock(),
    };
    match locked {
        Err(TryLockError::WouldBlock) => Err(DiskError::InUse),
        // Some file systems have no locks; that two runs use one disk is then up to the user.
        Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
            Err(error.into())
        }
        _ => Ok(()),
    }
}

fn read_all(file: &mut File, count: u64) -> io::Result<Blocks> {
    let mut file = io::BufReader::with_capacity(1 << 20, file);
    let (mut blocks, mut block) = (Blocks::new(), [0; BLOCK]);
    for number in 0..count {
        file.read_exact(&mut block)?;
        if block != [0; BLOCK] {
            blocks.insert(number, Arc::new(block));
        }
    }
    Ok(blocks)
}

impl Backing {
    /// Writes a block, or puts back what was there before.
    fn write(&self, number: u64, bytes: &[u8; BLOCK], before: &[u8; BLOCK]) -> io::Result<()> {
        let put = |bytes: &[u8; BLOCK]| {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(number.saturating_mul(BLOCK as u64)))?;
            file.write_all(bytes)
        };
        put(bytes).map_err(|error| {
            // If that fails too, nothing more can be done; the error is told in any case.
            let _ = put(before);
            let path = self.path.display();
            io::Error::new(error.kind(), format!("block {number} of {path}: {error}"))
        })
    }
}

/// The disk of a running machine.
struct Store {
    disk: Disk,
    written: Blocks,
    /// How many blocks the machine has asked to be written.
    writes: u64,
    outside: Outside,
}

impl Store {
    fn block(&self, number: u64) -> &[u8; BLOCK] {
        let written = self.written.get(&number);
        written
            .or_else(|| self.disk.blocks.get(&number))
            .map_or(&[0; BLOCK], |block| block)
    }
}

impl BlockStore for Store {
    fn count(&self) -> u64 {
        self.disk.count
    }

    fn read(&self, number: u64) -> Result<[u8; BLOCK], StoreFailed> {
        Ok(*self.block(number))
    }

    fn write(&mut self, number: u64, bytes: &[u8; BLOCK]) -> Result<(), StoreFailed> {
        if self.disk.is_read_only {
            return Err(StoreFailed);
        }
        self.writes += 1;
        let put = || match &self.disk.file {
            Some(backing) => backing.write(number, bytes, self.block(number)),
            None => Ok(()),
        };
        self.outside.write_block(self.writes, put)?;
        self.written.insert(number, Arc::new(*bytes));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(content: &[u8], options: DiskOptions) -> (tempfile::TempDir, Result<Disk, Failure>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("disk");
        std::fs::write(&path, content).expect("a file in a temporary folder");
        let disk = Disk::open(&path, options);
        (folder, disk)
    }

    fn file(folder: &tempfile::TempDir) -> Vec<u8> {
        std::fs::read(folder.path().join("disk")).expect("a file in a temporary folder")
    }

    #[test]
    fn what_is_written_is_in_the_file_and_beside_it_nothing_changes() {
        let (folder, disk) = disk(&[7; 3 * BLOCK], DiskOptions::default());
        let mut store = disk.expect("a disk").store(Outside::live());
        assert_eq!((store.count(), store.read(1)), (3, Ok([7; BLOCK])));
        assert_eq!(store.write(1, &[8; BLOCK]), Ok(()));
        assert_eq!(store.read(1), Ok([8; BLOCK]));
        let expected = [[7; BLOCK], [8; BLOCK], [7; BLOCK]].concat();
        assert_eq!(file(&folder), expected);
    }

    #[test]
    fn a_disk_for_reading_refuses_to_be_written() {
        let options = DiskOptions {
            is_read_only: true,
            size: None,
        };
        let (folder, disk) = disk(&[7; BLOCK], options);
        let mut store = disk.expect("a disk").store(Outside::live());
        assert_eq!(store.write(0, &[8; BLOCK]), Err(StoreFailed));
        assert_eq!(store.read(0), Ok([7; BLOCK]));
        assert_eq!(file(&folder), [7; BLOCK]);
    }

    #[test]
    fn a_failure_of_the_host_changes_nothing_and_comes_again() {
        let (folder, opened) = disk(&[7; BLOCK], DiskOptions::default());
        let mut failing = opened.expect("a disk");
        let path = folder.path().join("disk");
        let unwritable = File::open(&path).expect("the file of the disk");
        failing.file = Some(Arc::new(Backing {
            path,
            file: unwritable,
        }));
        let outside = Outside::live();
        let mut store = failing.store(outside.clone());
        assert_eq!(store.write(0, &[8; BLOCK]), Err(StoreFailed));
        assert_eq!(store.read(0), Ok([7; BLOCK]));
        assert!(
            outside
                .trouble()
                .is_some_and(|said| said.contains("block 0"))
        );

        let again = Outside::recorded(outside.events().expect("few events"));
        let mut store = failing.without_file().store(again);
        assert_eq!(store.write(0, &[8; BLOCK]), Err(StoreFailed));
        assert_eq!(store.write(0, &[9; BLOCK]), Ok(()));
        assert_eq!(store.read(0), Ok([9; BLOCK]));
    }

    #[test]
    fn a_file_is_made_once_and_used_by_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("disk");
        let sized = |size| DiskOptions {
            is_read_only: false,
            size: Some(size),
        };
        let disk = Disk::open(&path, sized(8192)).expect("a new disk");
        assert_eq!((disk.count(), disk.blocks().len()), (2, 0));
        let error = |options| {
            Disk::open(&path, options)
                .map(|_| ())
                .expect_err("it cannot be opened")
                .to_string()
        };
        assert!(error(sized(8192)).contains("another run uses it"));
        drop(disk);
        assert!(Disk::open(&path, sized(8192)).is_ok());
        assert!(error(sized(4096)).contains("8192 bytes instead of 4096"));
    }

    #[test]
    fn what_is_no_disk_is_refused() {
        for size in [0, 100, BLOCK + 1] {
            let (_folder, disk) = disk(&vec![1; size], DiskOptions::default());
            assert!(matches!(
                disk,
                Err(Failure::Disk {
                    source: DiskError::Size(_),
                    ..
                })
            ));
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let disk = Disk::open(folder.path(), DiskOptions::default());
        assert!(matches!(
            disk,
            Err(Failure::Disk {
                source: DiskError::Kind,
                ..
            })
        ));
    }
}
