//! `nestor isa`.

use super::Folder;

#[test]
fn alone_it_has_a_line_for_each_instruction() {
    let index = Folder::new().nestor("isa").good();
    for opcode in isa::instruction::Opcode::ALL {
        let mnemonic = opcode.mnemonic();
        let lines = index
            .lines()
            .filter(|line| line.split_whitespace().next() == Some(mnemonic));
        assert_eq!(lines.count(), 1, "{mnemonic}");
    }
}

#[test]
fn it_has_a_page_for_every_name() {
    for name in isa::manual::names() {
        assert!(
            !Folder::new()
                .nestor(&format!("isa {name}"))
                .good()
                .is_empty(),
            "{name}"
        );
    }
}

#[test]
fn a_page_is_found_in_any_case() {
    let folder = Folder::new();
    assert_eq!(
        folder.nestor("isa LDC").good(),
        folder.nestor("isa ldc").good()
    );
}

#[test]
fn the_page_of_an_instruction() {
    insta::assert_snapshot!(Folder::new().nestor("isa ldc").good());
}

#[test]
fn the_whole_manual_is_the_file_in_docs() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/isa.md");
    let file = std::fs::read_to_string(file).expect("the manual");
    assert!(
        Folder::new().nestor("isa manual").good() == file,
        "docs/isa.md is stale"
    );
}

#[test]
fn a_wrong_name_gets_a_guess() {
    insta::assert_snapshot!(Folder::new().nestor("isa ldbb"));
    insta::assert_snapshot!(Folder::new().nestor("isa frobnicate"));
}
