//! Sources that are broken or worth a warning, and what is said of each: one
//! file, one snapshot. Names begin with `err_` and `warn_`; those with
//! `err_object_` are wrong as a part of a program.

use std::path::{Path, PathBuf};

use assembler::{Options, Source};

use crate::support::{self, Folder};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

/// The sources of the folder by name.
fn files() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name.ends_with(".s"))
        .collect();
    names.sort();
    names
}

fn report(name: &str) -> String {
    let bytes = std::fs::read(folder().join(name)).expect("a source");
    let files = vec![Source::from_bytes(name, &bytes)];
    if name.starts_with("err_object_") {
        let part = assembler::assemble_part(files, &mut Folder(folder()), &Options::default());
        assert!(part.object.is_none(), "the object of {name}");
        return support::findings(&part.diagnostics, &part.sources);
    }
    let assembly = assembler::assemble(files, &mut Folder(folder()), &Options::default());
    let warnings = name.starts_with("warn_");
    assert_eq!(assembly.image.is_some(), warnings, "the image of {name}");
    support::report(&assembly)
}

#[test]
fn broken_sources_are_explained() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in files() {
            insta::assert_snapshot!(name.trim_end_matches(".s"), report(&name));
        }
    });
}

#[test]
fn all_mistakes_are_reported_in_one_run() {
    let count = |name| {
        report(name)
            .lines()
            .filter(|line| line.starts_with("error"))
            .count()
    };
    assert_eq!(count("err_ten.s"), 10);
    assert_eq!(count("err_forty.s"), 40);
}

#[test]
fn every_code_has_a_source_that_shows_it() {
    let all: String = files().iter().map(|name| report(name)).collect();
    // What takes more source than a test should have is shown in `robust`; no source can break
    // the rules of images, which the linker keeps.
    let elsewhere = ["A012", "A046", "A082"];
    for code in assembler::Code::ALL {
        let id = code.id();
        let shown = all.contains(&format!("[{id}]"));
        assert!(
            shown || elsewhere.contains(&id.as_str()),
            "{id} is not shown"
        );
    }
}
