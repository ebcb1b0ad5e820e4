//! `nestor asm`.

use super::Folder;

const HELLO: &str = include_str!("../../examples/01-hello/main.s");

#[test]
fn it_writes_an_image_and_says_nothing() {
    let folder = Folder::new().with("hello.s", HELLO);
    assert_eq!(folder.nestor("asm hello.s -o hello").good(), "");
    assert!(folder.read("hello").starts_with(b"\x7fELF"));
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let folder = Folder::new().with("hello.s", HELLO);
    folder.nestor("asm hello.s -o one").good();
    folder.nestor("asm hello.s -o two").good();
    assert_eq!(folder.read("one"), folder.read("two"));
}

#[test]
fn errors_leave_the_old_image_alone() {
    let folder = Folder::new()
        .with("wrong.s", "what is this\n")
        .with("out", "old");
    let ran = folder.nestor("asm wrong.s -o out");
    assert_eq!(ran.status, Some(125));
    assert_eq!(folder.read("out"), b"old");
    let names = std::fs::read_dir(folder.path("."))
        .expect("the folder can be read")
        .count();
    assert_eq!(names, 2);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let folder = Folder::new().with("hello.s", HELLO);
    for output in ["nowhere/hello", "."] {
        let ran = folder.nestor(&format!("asm hello.s -o {output}"));
        assert_eq!(ran.status, Some(125), "{ran}");
        assert!(
            ran.stderr
                .starts_with(&format!("error: cannot write {output}: ")),
            "{ran}"
        );
    }
}

#[test]
fn it_takes_sources_only() {
    let folder = Folder::new().with("hello.s", HELLO);
    folder.nestor("asm hello.s -o hello").good();
    insta::assert_snapshot!(folder.nestor("asm hello -o again"));
}

#[test]
fn a_file_is_included_from_where_the_source_lies() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("part")).expect("a new folder");
    let folder = folder
        .with(
            "part/main.s",
            ".include \"seven.s\"\n.text\n.proc main\n li r1, SEVEN\n ret\n.endproc\n",
        )
        .with("part/seven.s", ".equ SEVEN, 7\n");
    assert_eq!(folder.nestor("run part/main.s").status, Some(7));
}

#[test]
fn a_folder_that_is_not_there_is_said_without_our_temporary_file() {
    let ran = Folder::new()
        .with("a.s", ".text\n.proc main\n ret\n.endproc\n")
        .nestor("asm a.s -o nowhere/image");
    assert_eq!(ran.status, Some(125));
    assert!(
        ran.stderr
            .starts_with("error: cannot write nowhere/image: ")
            && !ran.stderr.contains("tmp"),
        "{ran}"
    );
}

#[test]
fn messages_for_programs_are_an_object_a_line() {
    let folder = Folder::new()
        .with(
            "wrong.s",
            "main:   addd r1, r2, 3\n        ret\n        ret\n",
        )
        .with("warned.s", ".proc main\nover: ret\n.endproc\n");
    for words in [
        "asm wrong.s -o out --message-format json",
        "asm warned.s -o out --message-format json",
        "asm nowhere.s -o out --message-format json",
    ] {
        let ran = folder.nestor(words);
        insta::assert_snapshot!(words.replace([' ', '-'], "_"), ran);
    }
}
