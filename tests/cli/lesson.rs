//! `nestor lesson`: every lesson runs as its folder says, and every exercise has a solution.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nestor::lesson::{LESSONS, Lesson};

use super::Folder;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// The files below `folder`, as paths from there with `/`.
fn files_below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((place, prefix)) = waiting.pop() {
        for entry in std::fs::read_dir(&place).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                waiting.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name);
            }
        }
    }
    found
}

/// A folder into which the lesson has been copied as `copy`.
fn copied(lesson: &Lesson) -> Folder {
    let folder = Folder::new();
    let ran = folder.nestor(&format!("lesson {} --edit copy", lesson.number()));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran}");
    folder
}

#[test]
fn every_file_of_a_lesson_is_in_the_program() {
    for lesson in LESSONS {
        let listed: BTreeSet<String> = lesson
            .files
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(
            listed,
            files_below(&examples().join(lesson.folder)),
            "files of {}",
            lesson.folder
        );
    }
}

#[test]
fn lessons_are_in_the_order_of_their_numbers() {
    assert_eq!(LESSONS.first().map(Lesson::number), Some(1));
    assert!(LESSONS.is_sorted_by(|one, next| one.number() < next.number()));
    for lesson in LESSONS {
        assert!(lesson.page().starts_with("# "), "{}", lesson.folder);
    }
    let folders = std::fs::read_dir(examples())
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").file_name())
        .filter(|name| {
            name.to_string_lossy()
                .starts_with(|first: char| first.is_ascii_digit())
        })
        .count();
    assert_eq!(folders, LESSONS.len());
}

/// To make the files `expected` anew after a change that is meant, run the tests with `NESTOR_EXPECT=write`.
#[test]
fn every_lesson_runs_as_expected() {
    for lesson in LESSONS {
        let played = lesson.play().expect("the lesson assembles").to_string();
        if std::env::var_os("NESTOR_EXPECT").is_some_and(|value| value == "write") {
            let file = examples().join(lesson.folder).join("expected");
            std::fs::write(file, &played).expect("the file can be written");
        } else {
            assert_eq!(
                Some(played.as_str()),
                lesson.file("expected"),
                "{}",
                lesson.folder
            );
        }
    }
}

#[test]
fn running_a_lesson_by_hand_gives_the_same() {
    for lesson in LESSONS {
        let folder = Folder::new()
            .with("main.s", lesson.source())
            .with("input", lesson.input());
        let ran = folder.nestor("run --input input main.s");
        let status = ran.status.expect("it exits");
        let seen = format!("{}{}exit status {status}\n", ran.stdout, ran.stderr);
        assert_eq!(
            Some(seen.as_str()),
            lesson.file("expected"),
            "{}",
            lesson.folder
        );
    }
}

#[test]
fn every_exercise_is_solved_by_its_solution_and_not_by_the_lesson() {
    for lesson in LESSONS {
        let folder = copied(lesson);
        let check = format!("lesson {} --check copy", lesson.number());
        let before = folder.nestor(&check);
        assert_eq!(before.status, Some(1), "{before}");
        let solution = lesson
            .file("exercise/solution.s")
            .expect("every exercise has one");
        let after = folder.with("copy/main.s", solution).nestor(&check).good();
        assert!(after.starts_with("Solved: "), "{after}");
    }
}

#[test]
fn a_larger_capability_is_no_solution_of_narrowing() {
    let lesson = nestor::lesson::find(4).expect("there is a fourth lesson");
    let wider = lesson
        .source()
        .replace("cbound c9, c1, 8 ", "cbound c9, c1, 16");
    assert_ne!(wider, lesson.source());
    let ran = copied(lesson)
        .with("copy/main.s", wider)
        .nestor("lesson 4 --check copy");
    insta::assert_snapshot!(ran);
}

#[test]
fn the_list() {
    insta::assert_snapshot!(Folder::new().nestor("lesson").good());
}

#[test]
fn a_lesson_shows_its_page_its_program_and_its_run() {
    let shown = Folder::new().nestor("lesson 3").good();
    let lesson = nestor::lesson::find(3).expect("there is a third lesson");
    assert!(shown.starts_with(lesson.page()));
    assert!(shown.ends_with(lesson.file("expected").expect("every lesson has one")));
    for line in lesson.source().lines() {
        assert!(shown.contains(line), "{line}");
    }
}

#[test]
fn a_copy_overwrites_nothing() {
    let folder = Folder::new();
    folder.nestor("lesson 1 --edit copy");
    let folder = folder.with("copy/main.s", "mine");
    let ran = folder.nestor("lesson 1 --edit copy");
    assert_eq!(folder.read("copy/main.s"), b"mine");
    insta::assert_snapshot!(ran);
}

#[test]
fn a_copy_says_what_to_do_next() {
    insta::assert_snapshot!(Folder::new().nestor("lesson 2 --edit words"));
}

#[test]
fn there_is_no_lesson_0() {
    insta::assert_snapshot!(Folder::new().nestor("lesson 0"));
}

#[test]
fn the_readme_shows_the_fault_of_lesson_3_as_it_is() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(file).expect("the file can be read");
    let lesson = nestor::lesson::find(3).expect("there is a third lesson");
    let expected = lesson.file("expected").expect("every lesson has one");
    let account = expected.trim_end_matches("exit status 126\n");
    assert!(
        readme.contains(&format!("```text\n{account}```\n")),
        "README.md is stale"
    );
}
