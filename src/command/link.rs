//! `nestor link`: makes an image of objects.

use std::io::Write as _;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::files;
use crate::program::Program;

/// Link objects into an image.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor asm -c main.s -o main.o           an object of each part of a program
  nestor asm -c text.s -o text.o
  nestor link main.o text.o -o words       an image that `nestor run words` runs
  nestor link --bare boot.o -o boot        without the start-up file: it begins in ring 0

What objects put into one segment stands there in the order in which they are given; the start-up file comes last. The image is the same as that of `nestor asm main.s text.s`. `nestor run main.o text.o` links in memory.")]
pub(super) struct Arguments {
    /// Objects, made by `nestor asm -c`.
    #[arg(required = true, value_name = "OBJECT")]
    objects: Vec<PathBuf>,
    /// The image to write.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Leave the start-up file out: an object has an `.entry` of its own, and begins in ring 0.
    #[arg(long)]
    bare: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let program = Program::link_files(&arguments.objects, arguments.bare)?;
    write!(anstream::stderr(), "{}", program.findings())?;
    files::write(&arguments.output, &program.image().write()?)?;
    Ok(0)
}
