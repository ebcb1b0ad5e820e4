//! The conformance suite: small programs that each show a rule of the machine, held inside the program.
//!
//! A file of `tests/conformance/` is assembly with a head comment that says in a strict notation which rule it is about
//! and what must come of it; `docs/testing.md` describes the notation. Files in the folder `include` are what the others
//! share.
//!
//! Invariant: no file passes by default. [`head`] refuses one that expects nothing, and `play` fails one that ends
//! elsewhere than its head says or whose expectations held before it did anything.

mod check;
mod embedded;
mod found;
pub mod head;
mod map;
mod play;
pub mod rules;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use assembler::{Loader, Source};

pub use found::{attach, found};
pub use map::map;
pub use play::{OF_ENGINE, Reached, Verdict};

use self::head::{About, Head, HeadError};
use self::rules::Section;

/// The folder of the files that others include.
const INCLUDED: &str = "include/";

/// A file of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its path in the suite, as `tags/01_one_byte.s`.
    pub path: String,
    text: String,
    /// What its head comment says.
    pub head: Result<Head, HeadError>,
}

/// All files of the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    cases: Vec<Case>,
    included: BTreeMap<String, String>,
}

impl Suite {
    /// The suite that is inside the program.
    pub fn embedded() -> Suite {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Suite::new(embedded::FILES.iter().map(own))
    }

    /// A suite from a folder of the host, with the same subfolders.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn from_folder(folder: &Path) -> io::Result<Suite> {
        let mut files = Vec::new();
        for subfolder in fs::read_dir(folder)? {
            let subfolder = subfolder?;
            if !subfolder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(subfolder.path())? {
                let path = file?.path();
                if path.extension().is_some_and(|extension| extension == "s") {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let name = format!("{}/{name}", subfolder.file_name().to_string_lossy());
                    files.push((name, fs::read_to_string(&path)?));
                }
            }
        }
        Ok(Suite::new(files))
    }

    /// A suite of these files: paths with their folders, and texts.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Suite {
        let (included, cases): (BTreeMap<_, _>, BTreeMap<_, _>) = files
            .into_iter()
            .partition(|(path, _)| path.starts_with(INCLUDED));
        let case = |(path, text): (String, String)| Case {
            head: Head::parse(&text),
            path,
            text,
        };
        let mut cases: Vec<Case> = cases.into_iter().map(case).collect();
        let place = |case: &Case| {
            rules::SECTIONS
                .iter()
                .position(|section| case.path.starts_with(&format!("{}/", section.folder)))
        };
        // Files of no section come first, where they are seen.
        cases.sort_by_key(place);
        Suite { cases, included }
    }

    /// Its files, section by section.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Assembles and runs one of its files.
    pub fn play(&self, case: &Case) -> Verdict {
        if Section::of(&case.path).is_none() {
            let failure = "the folder is that of no section";
            return Verdict::failed(failure);
        }
        play::play(self, case)
    }

    fn loader(&self) -> Includes<'_> {
        Includes {
            included: &self.included,
        }
    }
}

impl Case {
    /// Whether a filter means this file: the number of a rule, or a part of the path.
    pub fn is_meant_by(&self, filter: &str) -> bool {
        let rules = match &self.head {
            Ok(Head {
                about: About::Rules(rules),
                ..
            }) => rules.as_slice(),
            _ => &[],
        };
        match filter.parse() {
            Ok(number) => rules.contains(&number),
            Err(_) => self.path.contains(filter),
        }
    }
}

/// Finds what files of the suite include, by the path from the file's own folder.
struct Includes<'a> {
    included: &'a BTreeMap<String, String>,
}

impl Loader for Includes<'_> {
    fn load(&mut self, from: &str, path: &str) -> Result<Source, String> {
        let mut steps: Vec<&str> = from.split('/').collect();
        steps.pop();
        for step in path.split('/') {
            match step {
                ".." => {
                    steps.pop();
                }
                step => steps.push(step),
            }
        }
        let path = steps.join("/");
        let text = self.included.get(&path);
        text.map(|text| Source::new(path.as_str(), text.as_str()))
            .ok_or_else(|| "the suite has no such file to include".to_owned())
    }
}

#[cfg(test)]
mod tests;
