//! Images to try things on: one by hand with everything in it, and small random ones.

use assembler::image::{Contents, Line, Segment, Symbol, SymbolKind};
use isa::address::PAGE_SIZE;
use isa::descriptor::DESCRIPTOR_SIZE;
use isa::{Descriptor, DescriptorFlags, Real, abi};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;

/// Number of the text of [`program`].
pub(crate) const TEXT: u16 = 272;
/// Number of its data.
pub(crate) const DATA: u16 = 273;
/// Number of its stack, which has no bytes of its own.
pub(crate) const STACK: u16 = 260;
/// Number of its console, which is a name only.
pub(crate) const CONSOLE: u16 = 16;

/// A program with a gate, two procedures in two files, data that is given in part, and a stack.
pub(crate) fn program() -> Contents {
    let text = Segment {
        name: "text".to_owned(),
        number: TEXT,
        real: 0x4000,
        bytes: (0..64).collect(),
        length: 64,
    };
    let data = Segment {
        name: "data".to_owned(),
        number: DATA,
        real: 0x5000,
        bytes: b"some data".to_vec(),
        length: 0x1800,
    };
    let stack = Segment {
        name: "stack".to_owned(),
        number: STACK,
        real: 0x10000,
        bytes: Vec::new(),
        length: 0x10000,
    };
    let console = Segment {
        name: "console".to_owned(),
        number: CONSOLE,
        ..Segment::default()
    };
    let modes = [
        (TEXT, DescriptorFlags::READ | DescriptorFlags::EXECUTE),
        (DATA, DescriptorFlags::READ | DescriptorFlags::WRITE),
        (
            STACK,
            DescriptorFlags::READ | DescriptorFlags::WRITE | DescriptorFlags::HOLD,
        ),
    ];
    let segments = with_descriptors(vec![text, data, stack, console], 0x1000, &modes);
    let symbol = |name: &str, segment: u16, offset: u64, size, kind| {
        let address = u64::from(segment) << 32 | offset;
        Symbol {
            name: name.to_owned(),
            address,
            size,
            kind,
        }
    };
    let line = |segment: u16, offset: u64, file, line, column| Line {
        address: u64::from(segment) << 32 | offset,
        file,
        line,
        column,
    };
    Contents {
        entry: u64::from(TEXT) << 32 | 8,
        segments,
        symbols: vec![
            symbol("enter_main", TEXT, 0, 8, SymbolKind::Gate),
            symbol("main", TEXT, 8, 32, SymbolKind::Procedure),
            symbol("main.again", TEXT, 16, 0, SymbolKind::Label),
            symbol("helper", TEXT, 40, 16, SymbolKind::Procedure),
            symbol("table", DATA, 0x10, 0x40, SymbolKind::Object),
            symbol("table.second", DATA, 0x20, 0x10, SymbolKind::Object),
            symbol("rest", DATA, 0x100, 0, SymbolKind::Label),
        ],
        lines: vec![
            line(TEXT, 0, 0, 3, 1),
            line(TEXT, 8, 0, 10, 5),
            line(TEXT, 16, 0, 11, 5),
            line(TEXT, 24, 0, 300, 0),
            line(TEXT, 40, 1, 2, 9),
            line(DATA, 0, 0, 1, 1),
        ],
        files: vec!["programs/main.nas".to_owned(), "lib/helper.nas".to_owned()],
    }
}

/// Adds descriptors that agree with the segments, with these modes, at a real address.
fn with_descriptors(
    mut segments: Vec<Segment>,
    real: u64,
    modes: &[(u16, DescriptorFlags)],
) -> Vec<Segment> {
    let last = segments
        .iter()
        .map(|segment| segment.number)
        .max()
        .unwrap_or(abi::SEGMENT_DESCRIPTORS);
    let length = (u64::from(last) + 1) * DESCRIPTOR_SIZE;
    let table = Segment {
        name: "descriptors".to_owned(),
        number: abi::SEGMENT_DESCRIPTORS,
        real,
        bytes: Vec::new(),
        length,
    };
    segments.push(table);
    let mut bytes = vec![0; length as usize];
    for segment in segments.iter().filter(|segment| segment.length > 0) {
        let mode = modes.iter().find(|(number, _)| *number == segment.number);
        let descriptor = Descriptor {
            base: Real(segment.real),
            length: segment.length as u32,
            flags: mode.map_or(DescriptorFlags::READ, |(_, mode)| *mode) | DescriptorFlags::PRESENT,
            ..Descriptor::default()
        };
        let begin = usize::from(segment.number) * 32;
        bytes[begin..begin + 32].copy_from_slice(&descriptor.to_bytes());
    }
    if let Some(table) = segments.last_mut() {
        table.bytes = bytes;
    }
    segments
}

/// Contents that keep the rules of images, small, and otherwise as they come.
pub(crate) fn contents() -> impl Strategy<Value = Contents> {
    let length = prop_oneof![Just(0u64), 8..200u64, 8..20000u64];
    let segment = (
        "[a-zA-Z_.$é][a-z0-9 ]{0,9}",
        length,
        vec(any::<u8>(), 0..200),
        any::<u8>(),
    );
    let segments = btree_map(2..400u16, segment, 0..6);
    let symbol = (
        "[a-z.]{1,12}",
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        0..4usize,
    );
    let line = (
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        1..=u32::MAX,
        any::<u32>(),
    );
    let files = proptest::collection::hash_set("[a-z/ü.]{1,30}", 0..4);
    (
        segments,
        vec(symbol, 0..12),
        vec(line, 0..40),
        files,
        any::<Index>(),
        0..3u64,
    )
        .prop_map(|(segments, symbols, lines, files, entry, gap)| {
            let mut real = 0x10000;
            let mut modes = Vec::new();
            let mut made = Vec::new();
            for (number, (name, length, mut bytes, mode)) in segments {
                bytes.truncate(length as usize);
                let place = if length == 0 { 0 } else { real };
                // A number in the name makes it unique.
                let name = format!("{name}{number}");
                made.push(Segment {
                    name,
                    number,
                    real: place,
                    bytes,
                    length,
                });
                real += length.next_multiple_of(PAGE_SIZE) + gap * PAGE_SIZE;
                modes.push((number, DescriptorFlags::from_bits_truncate(mode & 0x1e)));
            }
            let segments = with_descriptors(made, 0x1000, &modes);
            let sized: Vec<_> = segments.iter().filter(|it| it.length > 0).collect();
            let files: Vec<_> = files.into_iter().collect();
            let symbols = symbols
                .into_iter()
                .map(|(name, segment, offset, size, kind)| {
                    let segment = &segments[segment.index(segments.len())];
                    let offset = offset.index(segment.length as usize + 1) as u64;
                    let size = size.index((segment.length - offset) as usize + 1) as u64;
                    let kind = [
                        SymbolKind::Label,
                        SymbolKind::Object,
                        SymbolKind::Gate,
                        SymbolKind::Procedure,
                    ][kind];
                    Symbol {
                        name,
                        address: segment.address() | offset,
                        size,
                        kind,
                    }
                });
            let symbols = symbols.collect();
            let lines = lines.into_iter().filter(|_| !files.is_empty());
            let lines = lines.map(|(segment, offset, file, line, column)| {
                let segment = sized[segment.index(sized.len())];
                let address = segment.address() | offset.index(segment.length as usize) as u64;
                Line {
                    address,
                    file: file.index(files.len()),
                    line,
                    column,
                }
            });
            let lines = lines.collect();
            let entry = sized[entry.index(sized.len())];
            Contents {
                entry: entry.address(),
                segments,
                symbols,
                lines,
                files,
            }
        })
}
