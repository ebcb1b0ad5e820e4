//! `nestor dis`: an image as a source that makes the same image.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;

use assembler::disassemble::{disassemble, disassemble_symbols};

use super::did_you_mean;
use crate::failure::Failure;
use crate::program::Program;

/// Disassemble an image to a source that makes the same image.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor dis hello                         all of it, to read or to assemble
  nestor dis hello main message            what these labels name
  nestor dis -S hello main                 with the lines that it was made from, if their files are here
  nestor dis hello > again.s && nestor asm --bare again.s -o again

What is assembled from the whole text has the same segments, loaded bytes, gates, symbols and relocations. The
start-up file is part of the text, so it is assembled with --bare. If an image has what no source can say, a
message tells; the images of `nestor asm` have not.")]
pub(super) struct Arguments {
    /// The image; sources are assembled first.
    #[arg(value_name = "IMAGE")]
    image: PathBuf,
    /// Show only what these labels name.
    #[arg(value_name = "SYMBOL")]
    symbols: Vec<String>,
    /// Quote the source lines that statements were made from.
    #[arg(short = 'S', long)]
    source: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let program = Program::load(std::slice::from_ref(&arguments.image), false)?;
    let image = program.image();
    let files = image.files().iter().filter(|_| arguments.source);
    let sources: HashMap<&str, Vec<String>> = files
        .filter_map(|file| {
            let text = program.source(file)?;
            Some((file.as_str(), text.lines().map(str::to_owned).collect()))
        })
        .collect();
    let lines = |file: &str, line: u32| {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        sources.get(file)?.get(index).cloned()
    };
    let mut out = anstream::stdout();
    if arguments.symbols.is_empty() {
        let whole = disassemble(image, &lines);
        out.write_all(whole.text.as_bytes())?;
        if let Some(difference) = whole.difference {
            writeln!(
                anstream::stderr(),
                "note: this does not make the same image: {difference}"
            )?;
        }
        return Ok(0);
    }
    for name in &arguments.symbols {
        let known = image.symbols().iter().map(|symbol| symbol.name.as_str());
        if image.symbol(name).is_none() {
            let guess = did_you_mean(name, known);
            return Err(Failure::Usage(format!(
                "the image has no symbol '{name}'{guess}"
            )));
        }
    }
    let names: Vec<&str> = arguments.symbols.iter().map(String::as_str).collect();
    out.write_all(disassemble_symbols(image, &names, &lines).as_bytes())?;
    Ok(0)
}
