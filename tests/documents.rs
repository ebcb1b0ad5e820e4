//! The documents say what is so: their assembly assembles, their maps name the files that are there, their links lead
//! somewhere, and what they quote is what is printed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use nestor::lesson::LESSONS;
use nestor::{Program, Settings};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between the fences of one language.
fn quoted<'a>(text: &'a str, language: &'a str) -> impl Iterator<Item = &'a str> {
    let fence = format!("```{language}\n");
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&fence)?;
        let (inside, behind) = after.split_once("```")?;
        rest = behind;
        Some(inside)
    })
}

/// A program around a piece of assembly that is none: a procedure for instructions, and what they name.
fn around(piece: &str) -> String {
    if piece.contains(".proc   main") {
        return piece.to_owned();
    }
    let data = ".rodata\ngreeting: .ascii \"Hello\"\n.data\nrecord: .space 16\n";
    let main = |inside: &str| format!(".text\n.proc main\n{inside}\nrefuse: ret\n.endproc\n{data}");
    if piece.contains(".segment") {
        piece.to_owned() + &main("")
    } else {
        main(piece)
    }
}

fn assembled(piece: &str) -> Program {
    Program::from_text("piece.s", &around(piece))
        .unwrap_or_else(|failure| panic!("{failure:?}\n{piece}"))
}

#[test]
fn the_assembly_in_the_guide_assembles() {
    assert_eq!(
        quoted(&read("docs/machine.md"), "asm")
            .map(assembled)
            .count(),
        7
    );
}

#[test]
fn the_gate_in_the_guide_answers_what_it_says() {
    let guide = read("docs/machine.md");
    let piece = quoted(&guide, "asm")
        .find(|piece| piece.contains(".gate"))
        .expect("a gate");
    let outcome = assembled(piece).run(Settings::default());
    let outcome = outcome.expect("memory for a machine");
    assert_eq!((outcome.status(), outcome.message()), (42, None));
}

#[test]
fn the_capability_in_the_guide_is_that_of_the_manual() {
    let manual = isa::manual::page("capability").expect("a page on capabilities");
    let guide = read("docs/machine.md");
    let drawn = quoted(&manual, "text").next().expect("a drawing");
    assert!(guide.contains(drawn), "{drawn}");
}

#[test]
fn the_front_page_shows_what_lesson_3_prints() {
    let lesson = LESSONS
        .iter()
        .find(|lesson| lesson.number() == 3)
        .expect("lesson 3");
    let expected = read(format!("examples/{}/expected", lesson.folder));
    let fault = expected
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("exit status"))
        .collect::<String>();
    assert!(read("README.md").contains(&fault), "{fault}");
}

/// The documents for people, as paths from the root.
fn documents() -> Vec<PathBuf> {
    let in_docs = fs::read_dir(root().join("docs")).expect("the folder of documents");
    let in_docs = in_docs.map(|entry| Path::new("docs").join(entry.expect("an entry").file_name()));
    let mut documents = vec![PathBuf::from("README.md")];
    documents.extend(in_docs.filter(|path| path.extension().is_some_and(|end| end == "md")));
    documents
}

/// The anchor that a heading has.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            _ if letter.is_alphanumeric() || "-_".contains(letter) => {
                Some(letter.to_ascii_lowercase())
            }
            _ => None,
        })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let text = read(&document);
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|after| after.split_once(')'));
        for (link, _) in links.filter(|(link, _)| !link.contains("://")) {
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => root().join(&document),
                _ => root().join(&document).with_file_name(path),
            };
            assert!(target.exists(), "{}: {link}", document.display());
            if !place.is_empty() {
                let headings = read(target);
                let found = headings
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| anchor(line.trim_start_matches('#').trim()) == place);
                assert!(found, "{}: {link}", document.display());
            }
        }
    }
}

/// The files and folders directly in a folder of sources, folders with a slash behind.
fn entries(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let slash = if entry.path().is_dir() { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_string_lossy())
        })
        .collect()
}

/// To be mended in `docs/architecture.md`, by a line for what is new.
#[test]
fn the_code_map_names_what_is_there() {
    let map = read("docs/architecture.md");
    for (folder, heading) in [
        ("isa/src", "### `isa/`"),
        ("assembler/src", "### `assembler/`"),
        ("src", "### `src/`"),
    ] {
        let (_, section) = map.split_once(heading).expect("a section for each crate");
        let section = section.split("\n###").next().unwrap_or_default();
        let rows = section.lines().filter(|line| line.starts_with("| `"));
        let named: BTreeSet<String> = rows
            .filter_map(|row| row.split('|').nth(1))
            .flat_map(|places| places.split('`').skip(1).step_by(2))
            .map(str::to_owned)
            .collect();
        for name in &named {
            let path = root().join(folder).join(name);
            assert!(path.exists(), "the map names {folder}/{name}");
        }
        for there in entries(&root().join(folder)) {
            assert!(
                named.contains(&there) || there == "lib.rs",
                "the map lacks {folder}/{there}"
            );
        }
    }
}
