//! The rules of images: contents that break one are refused, and the message says which and how.

use assembler::image::{Contents, FILE_LIMIT, Image, Line, Symbol, SymbolKind};

use crate::sample::{self, DATA, TEXT};

/// The message about the sample program after a change.
fn refused(change: impl FnOnce(&mut Contents)) -> String {
    let mut contents = sample::program();
    change(&mut contents);
    Image::new(contents).unwrap_err().to_string()
}

fn address(segment: u16, offset: u64) -> u64 {
    u64::from(segment) << 32 | offset
}

#[test]
fn of_segments() {
    let messages = [
        refused(|it| it.segments[0].name = String::new()),
        refused(|it| it.segments[0].name = "a\u{1b}[2J".to_owned()),
        refused(|it| it.segments[0].name = "x".repeat(256)),
        refused(|it| it.segments[0].name = ".symtab".to_owned()),
        refused(|it| it.segments[0].name = "data".to_owned()),
        refused(|it| it.segments[0].number = DATA),
        refused(|it| it.segments[0].number = 0),
        refused(|it| it.segments[0].length = 1 << 28),
        refused(|it| it.segments[0].length = 63),
        refused(|it| it.segments[0].length = 72),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn of_real_memory() {
    let overlap = refused(|it| {
        // Without descriptors nothing disagrees.
        it.segments.pop();
        it.segments[0].real = 0x6000;
    });
    let messages = [
        refused(|it| it.segments[0].real = 0x4008),
        refused(|it| it.segments[0].real = 1 << 52),
        refused(|it| it.segments[0].real = u64::MAX - 4095),
        refused(|it| it.segments[0].real = 0x7000),
        refused(|it| it.segments[3].real = 0x7000),
        overlap,
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn of_the_entry() {
    let messages = [
        refused(|it| it.entry = address(TEXT, 4)),
        refused(|it| it.entry = address(TEXT, 64)),
        refused(|it| it.entry = address(999, 0)),
        refused(|it| it.entry = 1 << 60),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn of_symbols() {
    let symbol = |name: &str, address, size| {
        let symbol = Symbol {
            name: name.to_owned(),
            address,
            size,
            kind: SymbolKind::Object,
        };
        refused(|it| it.symbols.push(symbol))
    };
    let messages = [
        symbol("", address(TEXT, 0), 1),
        symbol("past", address(TEXT, 60), 8),
        symbol("far", address(TEXT, 60), u64::MAX),
        symbol("nowhere", address(9, 0), 0),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn of_lines_and_files() {
    let line = |address, file, line| {
        refused(|it| {
            it.lines.push(Line {
                address,
                file,
                line,
                column: 0,
            })
        })
    };
    let many = (0..=FILE_LIMIT).map(|index| index.to_string()).collect();
    let messages = [
        line(address(TEXT, 0), 2, 1),
        line(address(TEXT, 0), 0, 0),
        line(address(TEXT, 64), 0, 1),
        refused(|it| it.files[1] = it.files[0].clone()),
        refused(|it| it.files[1] = "nul\0".to_owned()),
        refused(|it| it.files = many),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn the_line_given_last_stays() {
    let mut contents = sample::program();
    let given = |line| Line {
        address: address(TEXT, 32),
        file: 0,
        line,
        column: 1,
    };
    contents.lines.extend([given(70), given(71), given(72)]);
    let image = Image::new(contents).unwrap();
    assert_eq!(image.locate(address(TEXT, 32)), Some(&given(72)));
}
