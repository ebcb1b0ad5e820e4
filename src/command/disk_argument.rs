//! Disks as users name them: `disk.img`, `disk.img,readonly`, `disk.img,size=1M`.

use std::path::PathBuf;
use std::str::FromStr;

use crate::disk::{self, Disk, DiskOptions};
use crate::failure::Failure;
use crate::memory_size;

/// The file of a disk, and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DiskArgument {
    path: PathBuf,
    options: DiskOptions,
}

impl DiskArgument {
    pub(super) fn open(&self) -> Result<Disk, Failure> {
        Disk::open(&self.path, self.options)
    }
}

impl FromStr for DiskArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut path, mut options) = (text, DiskOptions::default());
        // From the end, so that the name of the file can have commas.
        while let Some((before, option)) = path.rsplit_once(',') {
            if option == "readonly" {
                options.is_read_only = true;
            } else if let Some(size) = option.strip_prefix("size=") {
                options.size = Some(size_of_disk(size)?);
            } else {
                break;
            }
            path = before;
        }
        if path.is_empty() {
            return Err("the name of a file is missing".to_owned());
        }
        Ok(DiskArgument {
            path: path.into(),
            options,
        })
    }
}

fn size_of_disk(text: &str) -> Result<u64, String> {
    let bytes = memory_size::bytes_of(text);
    let bytes = bytes.ok_or("a size is a number of bytes, or a number followed by K, M or G")?;
    if !disk::is_possible_size(bytes) {
        return Err("a disk has from 4K to 1G, in blocks of 4096 bytes".to_owned());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, bool, Option<u64>)> {
        let argument: DiskArgument = text.parse().ok()?;
        let DiskOptions { is_read_only, size } = argument.options;
        Some((argument.path.display().to_string(), is_read_only, size))
    }

    #[test]
    fn options_stand_behind_the_name() {
        let name = || "a".to_owned();
        assert_eq!(parsed("a"), Some((name(), false, None)));
        assert_eq!(parsed("a,readonly"), Some((name(), true, None)));
        assert_eq!(parsed("a,size=64K"), Some((name(), false, Some(65536))));
        assert_eq!(
            parsed("a,size=1M,readonly"),
            Some((name(), true, Some(1 << 20)))
        );
        assert_eq!(parsed("a,b"), Some(("a,b".to_owned(), false, None)));
        for wrong in [
            "",
            ",readonly",
            "a,size=",
            "a,size=100",
            "a,size=2G",
            "a,size=0",
        ] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
