//! Addresses and bounds get the names and lines that explain them best.

use assembler::image::{Image, ImageError, Part, Symbol, SymbolKind};
use isa::DescriptorFlags;

use crate::sample::{self, CONSOLE, DATA, STACK, TEXT};

fn image() -> Image {
    Image::new(sample::program()).unwrap()
}

fn address(segment: u16, offset: u64) -> u64 {
    u64::from(segment) << 32 | offset
}

/// The symbol at an offset, as faults show it.
fn symbol_at(image: &Image, segment: u16, offset: u64) -> String {
    match image.symbol_at(address(segment, offset)) {
        Some((symbol, 0)) => symbol.name.clone(),
        Some((symbol, further)) => format!("{}+{further:#x}", symbol.name),
        None => "-".to_owned(),
    }
}

#[test]
fn the_innermost_symbol_around_an_address() {
    let image = image();
    let shown = |segment, offset| symbol_at(&image, segment, offset);
    assert_eq!(shown(TEXT, 0), "enter_main");
    assert_eq!(shown(TEXT, 8), "main");
    assert_eq!(shown(TEXT, 16), "main+0x8");
    assert_eq!(shown(TEXT, 39), "main+0x1f");
    assert_eq!(shown(TEXT, 40), "helper");
    assert_eq!(shown(TEXT, 56), "-");
    assert_eq!(shown(DATA, 0), "-");
    assert_eq!(shown(DATA, 0x1f), "table+0xf");
    assert_eq!(shown(DATA, 0x2f), "table.second+0xf");
    assert_eq!(shown(DATA, 0x30), "table+0x20");
    assert_eq!(shown(DATA, 0x50), "-");
    assert_eq!(shown(DATA, 0x108), "rest+0x8");
    assert_eq!(shown(STACK, 0), "-");
    assert_eq!(shown(0, 0), "-");
}

/// A machine that `main` and what is behind it were copied to, as its segment 3, and again as its segment 9.
#[test]
fn a_part_has_its_names_elsewhere() {
    let image = image();
    let segment = image.segment(TEXT).unwrap();
    let part = Part {
        segment,
        offset: 8,
        bytes: segment.bytes.get(8..44).unwrap(),
    };
    let copied = Image::default().with_part_of(&image, part, 3).unwrap();
    assert_eq!(symbol_at(&copied, 3, 0), "main");
    assert_eq!(symbol_at(&copied, 3, 16), "main+0x10");
    // Of `helper` its beginning alone was copied.
    assert_eq!(symbol_at(&copied, 3, 32), "main.again+0x18");
    let line = |address| copied.source(address).map(|source| source.to_string());
    assert_eq!(
        line(address(3, 8)).as_deref(),
        Some("programs/main.nas:11:5")
    );
    assert_eq!(line(address(3, 32)).as_deref(), Some("lib/helper.nas:2:9"));
    assert_eq!(line(address(TEXT, 8)), None);
    // The same again in its place is the same, and there are no two segments of one name.
    assert_eq!(copied.with_part_of(&image, part, 3), Ok(copied.clone()));
    let twice = copied.with_part_of(&image, part, 9);
    assert!(matches!(twice, Err(ImageError::Twice { .. })), "{twice:?}");
}

#[test]
fn symbols_that_overlap_without_nesting() {
    let mut contents = sample::program();
    let object = |name: &str, offset, size| Symbol {
        name: name.to_owned(),
        address: address(DATA, offset),
        size,
        kind: SymbolKind::Object,
    };
    contents.symbols = vec![
        object("long", 0, 0x100),
        object("left", 0x10, 0x20),
        object("right", 0x20, 0x20),
        object("short", 0x28, 0x8),
    ];
    let image = Image::new(contents).unwrap();
    let shown: Vec<_> = [0x2f, 0x30, 0x3f, 0x40, 0xff, 0x100]
        .map(|at| symbol_at(&image, DATA, at))
        .into();
    assert_eq!(
        shown,
        [
            "short+0x7",
            "right+0x10",
            "right+0x1f",
            "long+0x40",
            "long+0xff",
            "-"
        ]
    );
}

#[test]
fn the_source_of_an_address() {
    let image = image();
    let source = |segment, offset| {
        image
            .source(address(segment, offset))
            .map_or("-".to_owned(), |it| it.to_string())
    };
    assert_eq!(source(TEXT, 0), "programs/main.nas:3:1");
    assert_eq!(source(TEXT, 15), "programs/main.nas:10:5");
    assert_eq!(source(TEXT, 24), "programs/main.nas:300");
    assert_eq!(source(TEXT, 63), "lib/helper.nas:2:9");
    assert_eq!(source(TEXT, 64), "-");
    assert_eq!(source(STACK, 0), "-");
    assert_eq!(source(DATA, 0x17ff), "programs/main.nas:1:1");
    assert_eq!(image.source(u64::MAX), None);
}

#[test]
fn the_target_of_a_capability() {
    let image = image();
    let target = |segment, base, limit| image.target(segment, base, limit).to_string();
    assert_eq!(target(DATA, 0x10, 0x50), "table");
    assert_eq!(target(DATA, 0x20, 0x30), "table.second");
    assert_eq!(target(DATA, 0x10, 0x4f), "data[0x10..0x4f]");
    assert_eq!(target(DATA, 0x100, 0x100), "data[0x100..0x100]");
    assert_eq!(target(DATA, 0, 0x1800), "data");
    assert_eq!(target(TEXT, 8, 40), "main");
    assert_eq!(target(0x1234, 0, 0x10), "segment 0x1234[0x0..0x10]");
}

#[test]
fn segments_and_symbols_by_name_and_number() {
    let image = image();
    assert_eq!(image.segment_name(CONSOLE), Some("console"));
    assert_eq!(image.segment_name(17), None);
    assert_eq!(image.segment_named("text").map(|it| it.number), Some(TEXT));
    assert_eq!(image.symbol("helper").map(Symbol::offset), Some(40));
    assert_eq!(image.symbol("nobody"), None);
    let descriptor = image.descriptor(TEXT).unwrap();
    assert!(descriptor.flags.contains(DescriptorFlags::EXECUTE));
    assert_eq!(
        image.descriptor(CONSOLE).map(|it| it.flags),
        Some(DescriptorFlags::empty())
    );
    assert_eq!(image.descriptor(TEXT + 2), None);
}

#[test]
fn what_a_machine_boots_from() {
    let image = image();
    let boot = image.boot(0x20000).unwrap();
    let pieces: Vec<_> = boot
        .pieces
        .iter()
        .map(|it| (it.real, it.bytes.len()))
        .collect();
    assert_eq!(pieces, [(0x1000, 274 * 32), (0x4000, 64), (0x5000, 9)]);
    assert_eq!((boot.descriptor_base, boot.descriptor_count), (0x1000, 274));
    assert_eq!(boot.entry, address(TEXT, 8));
    assert_eq!(boot.free, 0x20000);
    let small = ImageError::Memory {
        needed: 0x20000,
        memory: 0x1ffff,
    };
    assert_eq!(image.boot(0x1ffff), Err(small));
}

#[test]
fn without_descriptors_no_machine_boots() {
    let mut contents = sample::program();
    contents.segments.pop();
    let image = Image::new(contents).unwrap();
    assert_eq!(image.boot(0x20000), Err(ImageError::NoDescriptors(1)));
}
