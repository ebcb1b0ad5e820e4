//! Every program of the project, disassembled and assembled again, is the same image.

use std::path::{Path, PathBuf};

use assembler::disassemble::disassemble;
use nestor::program::Program;

/// The sources under a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "s") {
            found.push(path);
        }
    }
}

#[test]
fn lessons_and_faults_survive() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("examples"), &mut found);
    sources(&root.join("tests/faults"), &mut found);
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a source");
        let bare = text.starts_with("; bare");
        // A part of a program of several files is no program.
        let Ok(program) = Program::assemble_files(std::slice::from_ref(&path), bare) else {
            continue;
        };
        count += 1;
        let again = disassemble(program.image(), &|_, _| None);
        wrong.extend(
            again
                .difference
                .map(|difference| format!("{}: {difference}", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "{count} programs");
}
