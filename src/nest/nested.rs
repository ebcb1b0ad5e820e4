//! An image with hypervisors around it: each has in its own image that of its guest.

use std::fmt;
use std::path::{Path, PathBuf};

use assembler::image::Image;
use assembler::{SOURCE_LIMIT, Source};
use isa::address::{PAGE_SIZE, SEGMENT_SIZE_MAX};

use super::files::{self, Files};
use crate::failure::Failure;
use crate::files::read;
use crate::program::Program;

/// A program that runs a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hypervisor {
    /// One of those inside the program, by the name of its source without the ending.
    Shipped(&'static str),
    /// A source of the host, whose name ends in `.s`.
    Outside(PathBuf),
}

impl Hypervisor {
    /// The three that differ in what they want to know of their guests.
    pub const SHIPPED: [Hypervisor; 3] = [
        Hypervisor::Shipped("direct"),
        Hypervisor::Shipped("reflect"),
        Hypervisor::Shipped("classic"),
    ];
    /// The others: one whose guest has a console that it emulates, and the three as programs of a supervisor.
    const OTHERS: [Hypervisor; 4] = [
        Hypervisor::Shipped("console"),
        Hypervisor::Shipped("supervised/direct"),
        Hypervisor::Shipped("supervised/reflect"),
        Hypervisor::Shipped("supervised/classic"),
    ];

    /// The hypervisor of this name, or in this file.
    ///
    /// # Errors
    /// When it is neither.
    pub fn named(name: &str) -> Result<Hypervisor, Failure> {
        let mut shipped = Hypervisor::SHIPPED.into_iter().chain(Hypervisor::OTHERS);
        match shipped.find(|shipped| shipped.to_string() == name) {
            Some(shipped) => Ok(shipped),
            None if name.ends_with(".s") => Ok(Hypervisor::Outside(name.into())),
            None => Err(Failure::Usage(format!(
                "there is no hypervisor '{name}': it is direct, reflect, classic, console, one of the first three behind \
                 `supervised/`, or a source whose name ends in .s"
            ))),
        }
    }

    /// The source, with the name that messages call it.
    fn source(&self) -> Result<Source, Failure> {
        match self {
            Hypervisor::Shipped(name) => {
                let path = format!("{name}.s");
                Ok(Source::new(&path, files::text(&path).unwrap_or_default()))
            }
            Hypervisor::Outside(path) => {
                let bytes = read(path, SOURCE_LIMIT)?;
                Ok(Source::from_bytes(path.to_string_lossy(), &bytes))
            }
        }
    }
}

impl fmt::Display for Hypervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hypervisor::Shipped(name) => f.write_str(name),
            Hypervisor::Outside(path) => path.display().fmt(f),
        }
    }
}

/// A program with so many hypervisors around it.
#[derive(Clone, Debug)]
pub struct Nested {
    program: Program,
    memory: u64,
    levels: usize,
    /// The bytes of memory of the program that is innermost.
    innermost: u64,
}

impl Nested {
    /// A program alone, in a machine with so many bytes of memory.
    pub fn alone(program: Program, memory: u64) -> Nested {
        Nested {
            program,
            memory,
            levels: 0,
            innermost: memory,
        }
    }

    /// The same in this hypervisor, on a machine that is larger by what the hypervisor takes: it gives its guest all
    /// memory from the first page behind its own image to the end.
    ///
    /// # Errors
    /// When the hypervisor cannot be read or assembled, or would have a guest with more memory than there can be.
    pub fn inside(&self, hypervisor: &Hypervisor) -> Result<Nested, Failure> {
        self.deep_inside(hypervisor, self.levels + 1)
    }

    /// The same in as many more of this hypervisor as it takes for so many levels in all.
    ///
    /// # Errors
    /// As [`Nested::inside`].
    pub fn deep_inside(&self, hypervisor: &Hypervisor, levels: usize) -> Result<Nested, Failure> {
        let mut nested = self.clone();
        while nested.levels < levels {
            nested = nested.surrounded(hypervisor)?;
        }
        // A guest's memory is what one capability leads to, and the outermost guest has most.
        let most = nested.memory - taken(nested.program.image());
        if nested.levels > 0 && most > SEGMENT_SIZE_MAX {
            let greatest = SEGMENT_SIZE_MAX.saturating_sub(most - nested.innermost);
            return Err(Failure::Usage(format!(
                "at depth {levels} of {hypervisor}, the innermost machine can have at most {greatest} bytes of memory, and not {}: \
                 a guest has at most {SEGMENT_SIZE_MAX}, since one capability leads to all of it; `--memory` says how many",
                nested.innermost
            )));
        }
        Ok(nested)
    }

    /// The same in one more, however much memory that takes.
    fn surrounded(&self, hypervisor: &Hypervisor) -> Result<Nested, Failure> {
        let guest = self.program.image().write()?;
        let files = &mut Files {
            guest: &guest,
            is_outside: matches!(hypervisor, Hypervisor::Outside(_)),
        };
        let guest = files::text(files::GUEST_SOURCE).unwrap_or_default();
        let sources = vec![
            hypervisor.source()?,
            Source::new(files::GUEST_SOURCE, guest),
        ];
        let program = Program::assemble(sources, true, files)?;
        Ok(Nested {
            memory: self.memory + taken(program.image()),
            program,
            levels: self.levels + 1,
            innermost: self.innermost,
        })
    }

    /// The outermost program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The bytes of memory of the outermost machine.
    pub fn memory(&self) -> u64 {
        self.memory
    }

    /// How many hypervisors there are.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The image of the whole nest, to run, trace or debug.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        crate::files::write(path, &self.program.image().write()?)
    }
}

/// The whole pages that an image takes of its machine's memory.
fn taken(image: &Image) -> u64 {
    let ends = image
        .segments()
        .iter()
        .map(|segment| segment.real + segment.length);
    ends.max().unwrap_or(0).next_multiple_of(PAGE_SIZE)
}
