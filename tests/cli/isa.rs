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

#[test]
fn words_of_the_assembler_have_pages_too() {
    let folder = Folder::new();
    let index = folder.nestor("isa").good();
    for pseudo in assembler::Pseudo::ALL {
        let (name, page) = (pseudo.name(), format!("isa {}", pseudo.name()));
        assert!(index.contains(&format!("\n  {name} ")), "{name}");
        assert!(folder.nestor(&page).good().contains(pseudo.syntax()));
    }
    for directive in assembler::Directive::ALL {
        let page = folder.nestor(&format!("isa {}", directive.name())).good();
        assert!(page.contains(directive.syntax()), "{page}");
    }
    insta::assert_snapshot!(folder.nestor("isa la").good());
}

#[test]
fn what_is_explained_elsewhere_is_said_to_be_there() {
    let folder = Folder::new();
    for (words, there) in [
        ("isa bounds", "`nestor explain bounds`"),
        ("explain ldc", "`nestor isa ldc`"),
        ("explain la", "`nestor isa la`"),
        ("explain context", "`nestor isa context`"),
    ] {
        let ran = folder.nestor(words);
        assert_eq!(ran.status, Some(125), "{ran}");
        assert!(ran.stderr.contains(there), "{ran}");
    }
    let ran = folder.nestor("isa nope");
    assert!(ran.stderr.contains("(did you mean 'nop'?)"), "{ran}");
}
