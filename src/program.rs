//! Programs: an image and the sources that explain it, from files of the host or from texts.
//! Sources and objects become an image here.
//!
//! Invariant: what a file is, is told by its first bytes, and only then by its name.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use assembler::image::Image;
use assembler::object::Object;
use assembler::{
    Assembly, Loader, Options, PartAssembly, SOURCE_LIMIT, STARTUP, STARTUP_NAME, Source,
};

use crate::diagnostics::Findings;
use crate::failure::Failure;
use crate::files::{self, HostFiles, QuotedFiles};
use crate::listing::listing;
use crate::{recording, saved};

/// The first bytes of every image and object.
const IMAGE_MAGIC: &[u8] = b"\x7fELF";

/// A program that is ready to boot.
#[derive(Clone, Debug)]
pub struct Program {
    image: Image,
    findings: Findings,
}

impl Program {
    /// Assembles and links sources. With `bare`, they begin at their own `.entry` and the start-up code is left out.
    ///
    /// # Errors
    /// When the sources are wrong: all that is wrong with them.
    pub fn assemble(
        sources: Vec<Source>,
        bare: bool,
        loader: &mut dyn Loader,
    ) -> Result<Program, Failure> {
        let options = Options {
            bare,
            ..Options::default()
        };
        Program::of_assembly(assembler::assemble(sources, loader, &options))
    }

    fn of_assembly(assembly: Assembly) -> Result<Program, Failure> {
        let Assembly {
            image,
            diagnostics,
            sources,
            ..
        } = assembly;
        let findings = Findings {
            diagnostics,
            sources,
        };
        match image {
            Some(image) => Ok(Program { image, findings }),
            None => Err(Failure::Source(Box::new(findings))),
        }
    }

    /// The program in files of the host: one image, or any number of sources and objects. Beside objects, each source is
    /// assembled by itself.
    ///
    /// # Errors
    /// When a file cannot be read, is neither, or is wrong.
    pub fn load(paths: &[PathBuf], bare: bool) -> Result<Program, Failure> {
        match read_all(paths)?.as_slice() {
            [(path, bytes)] if is_image(bytes) => Program::from_image(path, bytes),
            files if files.iter().any(|(_, bytes)| Object::is_object(bytes)) => {
                let objects = files.iter().map(|(path, bytes)| {
                    let object = match Object::is_object(bytes) {
                        true => object(path, bytes)?,
                        false => part(vec![source(path, bytes)?], bare)?.0,
                    };
                    Ok((name_of(path), object))
                });
                Program::link(objects.collect::<Result<_, Failure>>()?, bare)
            }
            files => Program::from_sources(files, bare),
        }
    }

    /// The program in objects of the host.
    ///
    /// # Errors
    /// When a file cannot be read, is no object, or they do not go together.
    pub fn link_files(paths: &[PathBuf], bare: bool) -> Result<Program, Failure> {
        let files = read_all(paths)?;
        let objects = files
            .iter()
            .map(|(path, bytes)| Ok((name_of(path), object(path, bytes)?)));
        Program::link(objects.collect::<Result<_, Failure>>()?, bare)
    }

    /// Links objects, each with what messages call it.
    ///
    /// # Errors
    /// When they do not go together: all that is wrong.
    pub fn link(objects: Vec<(String, Object)>, bare: bool) -> Result<Program, Failure> {
        let options = Options {
            bare,
            ..Options::default()
        };
        Program::of_assembly(assembler::link(objects, &mut QuotedFiles, &options))
    }

    /// The object of sources of the host, and what was found in them, which is warnings at most.
    ///
    /// # Errors
    /// When a file cannot be read, is no source, or is wrong.
    pub fn object_of_files(paths: &[PathBuf], bare: bool) -> Result<(Object, Findings), Failure> {
        part(sources(&read_all(paths)?)?, bare)
    }

    /// The program in sources of the host.
    ///
    /// # Errors
    /// When a file cannot be read, is no source, or is wrong.
    pub fn assemble_files(paths: &[PathBuf], bare: bool) -> Result<Program, Failure> {
        Program::from_sources(&read_all(paths)?, bare)
    }

    /// The program in sources of the host, and its listing, which there is also when they are wrong.
    ///
    /// # Errors
    /// When a file cannot be read or is no source. That they are wrong is told beside the listing.
    pub fn list_files(
        paths: &[PathBuf],
        bare: bool,
    ) -> Result<(Result<Program, Failure>, String), Failure> {
        let options = Options {
            bare,
            listing: true,
            ..Options::default()
        };
        let sources = sources(&read_all(paths)?)?;
        let mut assembly = assembler::assemble(sources, &mut HostFiles, &options);
        let listed = std::mem::take(&mut assembly.listing);
        let program = Program::of_assembly(assembly);
        let text = match &program {
            Ok(program) => listing(&listed, &program.findings),
            Err(Failure::Source(findings)) => listing(&listed, findings),
            Err(_) => String::new(),
        };
        Ok((program, text))
    }

    fn from_sources(files: &[(&PathBuf, Vec<u8>)], bare: bool) -> Result<Program, Failure> {
        Program::assemble(sources(files)?, bare, &mut HostFiles)
    }

    /// The image.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// What the assembler found, which is warnings at most, and the sources.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The sources that it was assembled from, and those that came with it.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.findings.sources.iter().map(|(_, source)| source)
    }

    /// The same with these sources, which are quoted when something is said of the image.
    pub(crate) fn with_sources(mut self, sources: Vec<Source>) -> Program {
        for source in sources {
            self.findings.sources.add(source);
        }
        self
    }

    /// The text of a source that the image names: of the one that was assembled, or, for an image from a file, of the
    /// regular file of that name as it is now. `None` if there is none: a message can do without quoting.
    pub fn source(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some((_, source)) = self
            .findings
            .sources
            .iter()
            .find(|(_, source)| source.name() == name)
        {
            return Some(Cow::Borrowed(source.text()));
        }
        if name == STARTUP_NAME {
            return Some(Cow::Borrowed(STARTUP));
        }
        // An image says what it likes, and opening a pipe or a device could wait for ever.
        let path = Path::new(name);
        let bytes = path
            .is_file()
            .then(|| files::read(path, SOURCE_LIMIT).ok())??;
        String::from_utf8(bytes).ok().map(Cow::Owned)
    }

    /// The program in the bytes of an image; the path is what messages call it.
    ///
    /// # Errors
    /// When the bytes are no sound image.
    pub fn from_image(path: &Path, bytes: &[u8]) -> Result<Program, Failure> {
        let image = Image::read(bytes).map_err(|source| Failure::Image {
            path: path.to_owned(),
            source,
        })?;
        Ok(Program::of_image(image))
    }

    /// The program in an image, whose sources are not at hand.
    fn of_image(image: Image) -> Program {
        Program {
            image,
            findings: Findings::default(),
        }
    }
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<(&PathBuf, Vec<u8>)>, Failure> {
    paths
        .iter()
        .map(|path| Ok((path, files::read(path, SOURCE_LIMIT)?)))
        .collect()
}

fn sources(files: &[(&PathBuf, Vec<u8>)]) -> Result<Vec<Source>, Failure> {
    files
        .iter()
        .map(|(path, bytes)| source(path, bytes))
        .collect()
}

/// The object of sources.
fn part(sources: Vec<Source>, bare: bool) -> Result<(Object, Findings), Failure> {
    let options = Options {
        bare,
        ..Options::default()
    };
    let PartAssembly {
        object,
        diagnostics,
        sources,
    } = assembler::assemble_part(sources, &mut HostFiles, &options);
    let findings = Findings {
        diagnostics,
        sources,
    };
    match object {
        Some(object) => Ok((object, findings)),
        None => Err(Failure::Source(Box::new(findings))),
    }
}

/// The object in the bytes of a file.
fn object(path: &Path, bytes: &[u8]) -> Result<Object, Failure> {
    if is_image(bytes) {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path} is an image, where an object is wanted: it is linked already"
        )));
    }
    Object::read(bytes).map_err(|source| Failure::Object {
        path: path.to_owned(),
        source,
    })
}

/// What messages call a file.
fn name_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Whether a file is to be taken for an image, sound or not.
pub(crate) fn is_image(bytes: &[u8]) -> bool {
    bytes.starts_with(IMAGE_MAGIC) && !Object::is_object(bytes)
}

/// The source in a file, if it is one by content and name.
fn source(path: &Path, bytes: &[u8]) -> Result<Source, Failure> {
    if Object::is_object(bytes) {
        return Err(Failure::Usage(format!(
            "{} is an object, where a source is wanted: `nestor link` makes an image of objects",
            path.display()
        )));
    }
    if is_image(bytes) {
        return Err(Failure::Usage(format!(
            "{} is an image, where a source is wanted: an image runs alone",
            path.display()
        )));
    }
    let sealed = [
        (
            &recording::SEAL,
            "a recording: `nestor replay` makes the run again",
        ),
        (
            &saved::SEAL,
            "a saved machine: `nestor restore` has it go on, and `nestor debug` looks at it",
        ),
    ];
    if let Some((_, what)) = sealed
        .iter()
        .find(|(seal, _)| bytes.starts_with(seal.magic))
    {
        return Err(Failure::Usage(format!("{} is {what}", path.display())));
    }
    if path.extension().is_none_or(|extension| extension != "s") {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path} is not an image, and its name does not end in .s as that of a source"
        )));
    }
    Ok(Source::from_bytes(path.to_string_lossy(), bytes))
}
