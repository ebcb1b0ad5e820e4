//! `nestor asm`: assembles sources, and writes the image or the object.

use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::diagnostics::Findings;
use crate::failure::Failure;
use crate::files;
use crate::program::Program;
use crate::status;

/// Assemble sources into an image, or into an object to be linked later.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor asm hello.s -o hello              an image that `nestor run hello` runs
  nestor asm main.s text.s -o words        several sources to one image
  nestor asm -c text.s -o text.o           an object, which `nestor link` makes an image of with others
  nestor asm --bare boot.s -o boot         without the start-up file: it begins in ring 0
  nestor asm hello.s --listing -           the addresses and bytes of each line, on standard output
  nestor asm hello.s -o hello --message-format json
                                           what is wrong, for an editor to read

A listing is written also when there are errors, which stand in it below their lines. An image is an ELF file: `readelf -S -s`, `nm` and `size` show what is in it. It is written whole or not at all.")]
pub(super) struct Arguments {
    /// Sources, whose names end in .s.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The image or object to write.
    #[arg(short, long, value_name = "OUT", required_unless_present = "listing")]
    output: Option<PathBuf>,
    /// Make an object: what these sources do not define, others will when they are linked.
    #[arg(short = 'c', long = "object", conflicts_with = "listing")]
    object: bool,
    /// Leave the start-up file out: the sources have an `.entry` of their own, and begin in ring 0.
    #[arg(long)]
    bare: bool,
    /// Write the sources with addresses and bytes to this file; `-` is standard output.
    #[arg(long, value_name = "LIST")]
    listing: Option<PathBuf>,
    /// How errors and warnings are written to standard error.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = MessageFormat::Text)]
    message_format: MessageFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum MessageFormat {
    /// For people.
    Text,
    /// For programs: an object a line, with the keys of `nestor explain json-asm`.
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match (assemble(arguments), arguments.message_format) {
        (Err(failure), MessageFormat::Json) if !failure.is_closed_pipe() => {
            io::stderr().write_all(failure.to_json_lines().as_bytes())?;
            Ok(status::USAGE)
        }
        (result, _) => result,
    }
}

fn assemble(arguments: &Arguments) -> Result<u8, Failure> {
    let Arguments {
        files: paths, bare, ..
    } = arguments;
    if let (true, Some(output)) = (arguments.object, &arguments.output) {
        let (object, findings) = Program::object_of_files(paths, *bare)?;
        tell(&findings, arguments.message_format)?;
        let bytes = object.write().map_err(|source| Failure::Object {
            path: output.clone(),
            source,
        })?;
        files::write(output, &bytes)?;
        return Ok(0);
    }
    let program = match &arguments.listing {
        None => Program::assemble_files(paths, *bare)?,
        Some(path) => {
            let (program, listing) = Program::list_files(paths, *bare)?;
            if path.as_os_str() == "-" {
                let mut out = anstream::stdout();
                out.write_all(listing.as_bytes())?;
                out.flush()?;
            } else {
                files::write(path, listing.as_bytes())?;
            }
            program?
        }
    };
    tell(program.findings(), arguments.message_format)?;
    if let Some(output) = &arguments.output {
        files::write(output, &program.image().write()?)?;
    }
    Ok(0)
}

/// Says what was found, on standard error.
fn tell(findings: &Findings, format: MessageFormat) -> io::Result<()> {
    match format {
        MessageFormat::Text => write!(anstream::stderr(), "{findings}"),
        MessageFormat::Json => io::stderr().write_all(findings.to_json_lines().as_bytes()),
    }
}
