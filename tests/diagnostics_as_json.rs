//! Every broken source of the assembler's tests, and what other programs are told of it: read back, and held against
//! the source. One file, one snapshot; `rendered` is left out of it, since it is compared with what people are shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assembler::{Code, Loader, Source};
use nestor::diagnostics::json::{EXPANSION_KEYS, KEYS, PLACE_KEYS, SPAN_KEYS};
use nestor::{Failure, Program};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assembler/tests/broken")
}

/// Files by names relative to the folder, so that messages are the same everywhere.
struct Folder;

impl Loader for Folder {
    fn load(&mut self, _from: &str, path: &str) -> Result<Source, String> {
        let bytes = fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())?;
        Ok(Source::from_bytes(path, &bytes))
    }

    fn load_bytes(&mut self, _from: &str, path: &str, _limit: usize) -> Result<Vec<u8>, String> {
        fs::read(folder().join(path)).map_err(|_| "no such file".to_owned())
    }
}

fn sources() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder can be read");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("the folder can be read").file_name())
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.ends_with(".s"))
        .collect();
    names.sort();
    names
}

/// What is said of a source: as JSON, and to people.
fn said_of(name: &str) -> (String, String) {
    let bytes = fs::read(folder().join(name)).expect("the source can be read");
    let source = Source::from_bytes(name, &bytes);
    match Program::assemble(vec![source], false, &mut Folder) {
        Ok(program) => (
            program.findings().to_json_lines(),
            program.findings().to_string(),
        ),
        Err(Failure::Source(findings)) => (findings.to_json_lines(), findings.to_string()),
        Err(other) => panic!("{name}: {other}"),
    }
}

fn objects(lines: &str) -> Vec<Value> {
    let parsed = lines.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().expect("JSON in each line")
}

/// Line and column of a byte, counted in the plainest way.
fn position(text: &str, at: usize) -> (u64, u64) {
    let before = text.get(..at).expect("a place between characters");
    let line = before.matches('\n').count() + 1;
    let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[begin..].chars().count() + 1;
    (line as u64, column as u64)
}

/// Sees to it that a span is one of its file.
fn check_span(span: &Value, texts: &mut BTreeMap<String, String>) {
    let file = span["file"].as_str().expect("a file");
    let text = texts.entry(file.to_owned()).or_insert_with(|| {
        let bytes = match file {
            assembler::STARTUP_NAME => assembler::STARTUP.into(),
            _ => fs::read(folder().join(file)).expect("the file can be read"),
        };
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let number = |key: &str| span[key].as_u64().expect("a number");
    let at = |key: &str| usize::try_from(number(key)).expect("a place");
    assert!(at("byte_start") <= at("byte_end"), "{span}");
    let ends = [
        ("byte_start", "line_start", "column_start"),
        ("byte_end", "line_end", "column_end"),
    ];
    for (byte, line, column) in ends {
        let given = (number(line), number(column));
        assert_eq!(given, position(text, at(byte)), "{span}");
    }
}

#[test]
fn programs_are_told_the_same_as_people() {
    for name in sources() {
        let (lines, text) = said_of(&name);
        let text = anstream::adapter::strip_str(&text).to_string();
        let mut rest = text.as_str();
        for object in objects(&lines) {
            let rendered = object["rendered"].as_str().expect("a text");
            rest = rest
                .strip_prefix(rendered)
                .and_then(|rest| rest.strip_prefix("\n\n"))
                .unwrap_or_else(|| {
                    panic!("{name}: {rendered}\n--- is not in front of ---\n{rest}")
                });
        }
        assert_eq!(rest.lines().count(), 1, "{name}: {rest}");
    }
}

#[test]
fn places_are_those_of_the_sources() {
    let mut texts = BTreeMap::new();
    let mut steps = 0;
    for name in sources() {
        for object in objects(&said_of(&name).0) {
            let spans = object["spans"].as_array().expect("spans");
            let primary = spans.iter().filter(|span| span["primary"] == true).count();
            assert_eq!(primary, spans.len().min(1), "{object}");
            spans.iter().for_each(|span| check_span(span, &mut texts));
            for step in object["expansion"].as_array().expect("steps") {
                check_span(step, &mut texts);
                steps += 1;
            }
            let code = object["code"].as_str().expect("a code");
            let code = Code::from_id(&code.to_ascii_lowercase()).expect("a code that is explained");
            assert!(!code.explanation().trim().is_empty(), "{object}");
        }
    }
    assert!(steps > 10, "{steps} uses of macros and included files");
}

#[test]
fn keys_are_those_that_are_explained() {
    let keys = |value: &Value| {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect::<Vec<String>>()
    };
    let listed = |tables: &[&[(&str, &str)]]| {
        let keys = tables.iter().flat_map(|table| table.iter());
        let mut names: Vec<String> = keys.map(|(key, _)| (*key).to_owned()).collect();
        names.sort();
        names
    };
    for object in objects(&said_of("err_macro_use.s").0) {
        assert_eq!(keys(&object), listed(&[KEYS]));
        assert_eq!(keys(&object["spans"][0]), listed(&[PLACE_KEYS, SPAN_KEYS]));
        if let Some(step) = object["expansion"].get(0) {
            assert_eq!(keys(step), listed(&[PLACE_KEYS, EXPANSION_KEYS]));
        }
    }
}

#[test]
fn broken_sources_are_explained_to_programs() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/diagnostics_as_json");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in sources() {
            let mut text = String::new();
            for mut object in objects(&said_of(&name).0) {
                object
                    .as_object_mut()
                    .expect("an object")
                    .remove("rendered");
                text.push_str(&format!("{object}\n"));
            }
            insta::assert_snapshot!(name.trim_end_matches(".s"), text);
        }
    });
}
