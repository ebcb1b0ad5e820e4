//! The hypervisors of `examples/hypervisors/`, held inside the program so that it works from any directory, and the files
//! that one is assembled from.
//!
//! Invariant: every source of the folder has its row; a test compares the rows with the folder.

use std::path::Path;

use assembler::{Loader, Source};

use crate::files::HostFiles;

macro_rules! files {
    ($($file:literal)*) => {
        &[$(($file, include_str!(concat!("../../examples/hypervisors/", $file)))),*]
    };
}

/// The sources: path in the folder, with `/`, and text.
pub const FILES: &[(&str, &str)] = files!(
    "direct.s" "reflect.s" "classic.s" "console.s" "guest.s"
    "supervised/direct.s" "supervised/reflect.s" "supervised/classic.s"
    "library/hypervisor.s" "library/names.s" "library/boot.s" "library/bare.s" "library/supervisor.s"
    "library/guest.s" "library/exits.s" "library/complete.s" "library/devices.s" "library/emulate.s"
);

/// The source in which a hypervisor has its guest.
pub(super) const GUEST_SOURCE: &str = "guest.s";
/// What that source calls the image.
const GUEST: &str = "guest";

/// The text of a source of the folder.
pub(super) fn text(path: &str) -> Option<&'static str> {
    let row = FILES.iter().find(|(name, _)| *name == path);
    row.map(|(_, text)| *text)
}

/// The files that a hypervisor is assembled from: its guest, then what is on the host, then what is in the program. So
/// a hypervisor of the user's can include the library wherever it lies.
pub(super) struct Files<'a> {
    pub(super) guest: &'a [u8],
    /// Whether the hypervisor is one of the host's.
    pub(super) is_outside: bool,
}

impl Loader for Files<'_> {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        let outside = match self.is_outside {
            true => HostFiles.load(from, path),
            false => Err("no such file".to_owned()),
        };
        outside.or_else(|why| {
            let folder = Path::new(from).parent().unwrap_or(Path::new(""));
            let places = [plain(&folder.join(path)), path.to_owned()];
            let mut found = places.iter().filter_map(|path| Some((path, text(path)?)));
            found
                .next()
                .map(|(path, text)| Source::new(path, text))
                .ok_or(why)
        })
    }

    fn load_bytes(&mut self, from: &str, path: &str, limit: usize) -> Result<Vec<u8>, String> {
        match (from, path) {
            (GUEST_SOURCE, GUEST) if self.guest.len() <= limit => Ok(self.guest.to_vec()),
            (GUEST_SOURCE, GUEST) => Err(format!("larger than {limit} bytes")),
            _ if self.is_outside => HostFiles.load_bytes(from, path, limit),
            _ => Err("no such file".to_owned()),
        }
    }
}

/// The path with `/` and without what leads up and down again.
fn plain(path: &Path) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.iter().filter_map(|name| name.to_str()) {
        if name != ".." || names.pop().is_none() {
            names.push(name);
        }
    }
    names.join("/")
}
