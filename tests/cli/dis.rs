//! `nestor dis`.

use super::Folder;

const HELLO: &str = include_str!("../../examples/01-hello/main.s");

fn folder() -> Folder {
    let folder = Folder::new().with("hello.s", HELLO);
    folder.nestor("asm hello.s -o hello").good();
    folder
}

#[test]
fn the_whole_of_an_image_assembles_again() {
    let folder = folder();
    let text = folder.nestor("dis hello").good();
    let folder = folder.with("again.s", text);
    folder.nestor("asm --bare again.s -o again").good();
    let first = folder.nestor("run hello");
    let again = folder.nestor("run again");
    assert_eq!(again.stdout, first.stdout);
    assert_eq!(again.status, first.status);
}

#[test]
fn one_symbol_with_its_source() {
    insta::assert_snapshot!(folder().nestor("dis -S hello main"));
}

#[test]
fn a_symbol_that_is_not_there() {
    insta::assert_snapshot!(folder().nestor("dis hello maim"));
}
