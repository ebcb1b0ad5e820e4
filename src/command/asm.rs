//! `nestor asm`: assembles and links sources, and writes the image.

use std::io::Write as _;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::files;
use crate::program::Program;

/// Assemble and link sources into an image.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor asm hello.s -o hello              an image that `nestor run hello` runs
  nestor asm main.s text.s -o words        several sources to one image
  nestor asm --bare boot.s -o boot         without the start-up file: it begins in ring 0

An image is an ELF file: `readelf -S -s`, `nm` and `size` show what is in it. It is written whole or not at all.")]
pub(super) struct Arguments {
    /// Sources, whose names end in .s.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The image to write.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Leave the start-up file out: the sources have an `.entry` of their own, and begin in ring 0.
    #[arg(long)]
    bare: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let program = Program::assemble_files(&arguments.files, arguments.bare)?;
    write!(anstream::stderr(), "{}", program.findings())?;
    files::write(&arguments.output, &program.image().write()?)?;
    Ok(0)
}
