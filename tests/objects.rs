//! A program that is linked of objects is the program that is assembled in one go, to the last byte.
//!
//! Programs of one file are all that the project has; those of several are in `tests/objects`, a folder each, whose files
//! are taken in the order of their names. Objects go through files on their way.

use std::path::{Path, PathBuf};

use assembler::object::Object;
use nestor::Settings;
use nestor::program::Program;

/// The sources under a folder, by name.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "s") {
            found.push(path);
        }
    }
}

/// The program of these files, each assembled by itself, written, read and linked.
fn linked(files: &[PathBuf], bare: bool) -> Program {
    let objects = files.iter().map(|path| {
        let part = Program::object_of_files(std::slice::from_ref(path), bare);
        let (object, _) = part.unwrap_or_else(|failure| panic!("{failure:?}"));
        let bytes = object.write().expect("an object that can be written");
        let again = Object::read(&bytes).expect("an object");
        assert_eq!(again, object, "{}", path.display());
        (path.display().to_string(), again)
    });
    let program = Program::link(objects.collect(), bare);
    program.unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn assert_same(files: &[PathBuf], bare: bool, whole: &Program) {
    let linked = linked(files, bare);
    let (one, other) = (whole.image(), linked.image());
    let difference = assembler::disassemble::difference(one, other);
    assert_eq!(difference, None, "{files:?}");
    assert_eq!(one, other, "{files:?}");
    assert_eq!(one.write(), other.write(), "{files:?}");
}

#[test]
fn lessons_and_faults_are_the_same_by_objects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("examples"), &mut found);
    sources(&root.join("tests/faults"), &mut found);
    let mut count = 0;
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a source");
        let bare = text.starts_with("; bare");
        let files = std::slice::from_ref(&path);
        // A part of a program of several files is no program.
        if let Ok(whole) = Program::assemble_files(files, bare) {
            assert_same(files, bare, &whole);
            count += 1;
        }
    }
    assert!(count > 50, "{count} programs");
}

#[test]
fn programs_of_several_files_are_the_same_by_objects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut count = 0;
    for entry in entries {
        let mut files = Vec::new();
        sources(&entry.expect("an entry").path(), &mut files);
        let whole = Program::assemble_files(&files, false);
        let whole = whole.unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_same(&files, false, &whole);
        let outcome = whole.run(Settings::default()).expect("a machine");
        assert_eq!(
            (outcome.status(), outcome.message()),
            (42, None),
            "{files:?}"
        );
        count += 1;
    }
    assert!(count >= 5, "{count} programs");
}
