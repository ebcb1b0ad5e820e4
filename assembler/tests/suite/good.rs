//! Sources that assemble, a file for each thing that a source can say.
//!
//! What must come of one stands at its end, in lines that begin with `;>`:
//! they must all be in the listing of its image, in that order. A test that
//! fails prints the whole listing.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use assembler::image::{Image, Segment, SymbolKind};
use assembler::{Options, Source, print};
use isa::context::Relocation;
use isa::{Capability, Descriptor, abi};

use crate::support::{self, Folder};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good")
}

/// A capability, with the name of its segment.
fn show(image: &Image, capability: &Capability) -> String {
    let number = capability.segment();
    let text = capability.to_string();
    match image.segment_name(number.0) {
        Some(name) => text.replacen(&format!("seg {number}"), name, 1),
        None => text,
    }
}

fn place(image: &Image, address: u64) -> String {
    let number = u16::try_from(address >> 32).unwrap_or(0);
    let name = image.segment_name(number).unwrap_or("?");
    format!("{name}:{:#x}", address & 0xffff_ffff)
}

/// Everything in an image but what every image has.
fn listing(image: &Image) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "entry {}", place(image, image.entry()));
    let table = image
        .segment(abi::SEGMENT_DESCRIPTORS)
        .expect("descriptors");
    for segment in image.segments() {
        let number = usize::from(segment.number);
        let descriptor = table.bytes.get(32 * number..32 * number + 32);
        let descriptor = descriptor.and_then(|bytes| bytes.try_into().ok());
        let descriptor = Descriptor::from_bytes(descriptor.expect("a descriptor"));
        let shown = descriptor.to_string();
        // The place in real memory is of no interest.
        let shown = shown.replace(&format!(" base {}", descriptor.base), "");
        let _ = writeln!(text, "segment {} {number:#x}: {shown}", segment.name);
        let machine = [abi::SEGMENT_DESCRIPTORS, abi::SEGMENT_RELOCATIONS];
        if segment.name != "startup" && !machine.contains(&segment.number) {
            contents(&mut text, segment, shown.starts_with("r-x"));
        }
    }
    let relocations = image
        .segment(abi::SEGMENT_RELOCATIONS)
        .expect("relocations");
    for bytes in relocations.bytes.chunks_exact(32) {
        let relocation = bytes.try_into().ok();
        let relocation = relocation.and_then(Relocation::from_bytes);
        let relocation = relocation.expect("a relocation");
        let capability = Capability::restored(relocation.capability, true);
        assert!(capability.is_tagged(), "{capability}");
        let at = place(image, relocation.place.word());
        let _ = writeln!(text, "capability {at}: {}", show(image, &capability));
    }
    for symbol in image.symbols() {
        let kind = match symbol.kind {
            SymbolKind::Label => "label",
            SymbolKind::Object => "object",
            SymbolKind::Gate => "gate",
            SymbolKind::Procedure => "procedure",
        };
        let at = place(image, symbol.address);
        let _ = writeln!(text, "{kind} {} {at} size {}", symbol.name, symbol.size);
    }
    text
}

fn contents(text: &mut String, segment: &Segment, code: bool) {
    let lines = segment.bytes.chunks(if code { 8 } else { 16 });
    for (line, offset) in lines.zip((0..).step_by(if code { 8 } else { 16 })) {
        let shown = match line.try_into() {
            Ok(word) if code => print::instruction(u64::from_le_bytes(word)),
            _ => {
                let bytes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
                bytes.join(" ")
            }
        };
        let _ = writeln!(text, "  {offset:#x}: {shown}");
    }
}

/// What is missing in the listing of a file, and the listing.
fn check(name: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder().join(name)).expect("a source");
    let files = vec![Source::new(name, text.as_str())];
    let assembly = assembler::assemble(files, &mut Folder(folder()), &Options::default());
    let Some(image) = &assembly.image else {
        return Some(format!(
            "{name} has no image\n{}",
            support::report(&assembly)
        ));
    };
    let again = Image::read(&image.write().expect("a file")).expect("an image");
    assert_eq!(&again, image, "{name}");
    let listing = support::report(&assembly) + &listing(image);
    let mut lines = listing.lines();
    let mut expected = text.lines().filter_map(|line| line.strip_prefix(";> "));
    if text.contains(";> ") {
        let missing = expected.find(|expected| !lines.any(|line| line == expected.trim_end()))?;
        return Some(format!("{name} lacks, in order: {missing}\n{listing}"));
    }
    Some(format!("{name} expects nothing of\n{listing}"))
}

#[test]
fn sources_become_what_they_say() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name.ends_with(".s"))
        .collect();
    names.sort();
    assert!(names.len() > 15);
    let wrong: Vec<String> = names.iter().filter_map(|name| check(name)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
