//! The conformance suite: every file holds, every rule has one, and every row of the tables is reached.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use isa::Cause;
use isa::context::{ExecutionContext, MachineBlock, ProcessBlock};
use isa::instruction::{Class, Opcode};
use nestor::conformance::head::{About, Head};
use nestor::conformance::rules::SECTIONS;
use nestor::conformance::{Suite, map};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn folder() -> Suite {
    Suite::from_folder(&root().join("tests/conformance")).expect("the folder of the suite")
}

#[test]
fn every_file_holds_and_together_they_reach_every_row() {
    let suite = Suite::embedded();
    let (mut instructions, mut causes) = (BTreeSet::new(), BTreeSet::new());
    let mut wrong = Vec::new();
    for case in suite.cases() {
        let verdict = suite.play(case);
        for failure in &verdict.failures {
            wrong.push(format!("{}: {failure}", case.path));
        }
        instructions.extend(verdict.reached.instructions);
        causes.extend(verdict.reached.causes);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missed = Opcode::ALL.iter().filter(|row| !instructions.contains(row));
    assert_eq!(
        missed.collect::<Vec<_>>(),
        [] as [&Opcode; 0],
        "no file runs these"
    );
    let missed = Cause::ALL.iter().filter(|row| !causes.contains(row));
    assert_eq!(
        missed.collect::<Vec<_>>(),
        [] as [&Cause; 0],
        "no file traps for these"
    );
}

#[test]
fn the_program_holds_every_file_of_the_folder() {
    assert!(
        folder() == Suite::embedded(),
        "src/conformance/embedded.rs lists other files than there are"
    );
}

#[test]
fn every_rule_has_a_file() {
    let suite = folder();
    for rule in SECTIONS.iter().flat_map(|section| section.rules) {
        let about = |head: &Head| matches!(&head.about, About::Rules(numbers) if numbers.contains(&rule.number));
        let shown = suite
            .cases()
            .iter()
            .any(|case| case.head.as_ref().is_ok_and(about));
        assert!(
            shown,
            "no file is about rule {}: {}",
            rule.number, rule.text
        );
    }
}

/// The number in a file's name is that of the first rule it is about, and its folder that rule's.
#[test]
fn names_say_what_files_are_about() {
    for case in folder().cases() {
        let head = case
            .head
            .as_ref()
            .unwrap_or_else(|error| panic!("{}: {error}", case.path));
        let (folder, name) = case.path.split_once('/').expect("a folder");
        let section = SECTIONS
            .iter()
            .find(|section| section.folder == folder)
            .expect("a section");
        match &head.about {
            About::Rules(numbers) => {
                assert!(
                    name.starts_with(&format!("{:02}_", numbers[0])),
                    "{}",
                    case.path
                );
                let own = section.rules.iter().any(|rule| rule.number == numbers[0]);
                assert!(own, "{} is in another section", case.path);
            }
            About::Instructions => assert_eq!(folder, "instructions", "{}", case.path),
            About::Found => assert_eq!(folder, "found", "{}", case.path),
        }
    }
}

#[test]
fn the_file_of_privileged_instructions_has_them_all() {
    let path = root().join("tests/conformance/rings/23_privileged_instructions.s");
    let text = std::fs::read_to_string(path).expect("the file");
    for opcode in Opcode::ALL {
        let used = text
            .lines()
            .any(|line| line.split_whitespace().next() == Some(opcode.mnemonic()));
        let privileged = matches!(opcode.class(), Class::Privileged(_));
        assert!(used || !privileged, "{}", opcode.mnemonic());
    }
}

#[test]
fn the_file_of_fields_of_a_block_has_them_all() {
    let path = root().join("tests/conformance/guests/37_every_field_of_a_block.s");
    let text = std::fs::read_to_string(path).expect("the file");
    let tried: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("try "))
        .filter_map(|trial| trial.split(',').next())
        .flat_map(str::split_whitespace)
        .collect();
    let parts = [ExecutionContext::LAYOUT, ProcessBlock::LAYOUT];
    for layout in [MachineBlock::LAYOUT].iter().chain(&parts) {
        for field in layout.fields {
            let is_record = parts.iter().any(|part| part.name == field.name);
            let name = format!("{}.{}", layout.name, field.name);
            assert!(
                is_record || tried.contains(name.as_str()),
                "no trial of {name}"
            );
        }
    }
}

#[test]
fn the_map_in_the_documents_is_fresh() {
    let text = std::fs::read_to_string(root().join("docs/testing.md")).expect("the document");
    assert!(
        text.contains(&map(&Suite::embedded())),
        "docs/testing.md is stale: put the output of `nestor conformance --map` between its marks"
    );
}

/// `cargo test --test mutants -- --matrix` writes the document, which takes too long to do it here. What is held here is
/// that it knows no files and no mistakes that there are not. A file that it does not know yet is not counted.
#[test]
fn the_document_of_mutants_names_files_and_mistakes_that_there_are() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("a file of ours");
    let document = read("docs/mutants.md");
    let lists = read("tests/mutants/chosen.txt") + &read("tests/mutants/machine.txt");
    let names: BTreeSet<&str> = lists.lines().collect();
    let suite = folder();
    let paths: BTreeSet<&str> = suite.cases().iter().map(|case| &*case.path).collect();
    let rows: Vec<&str> = document
        .lines()
        .filter_map(|line| line.split_once("](../tests/conformance/")?.1.into())
        .collect();
    assert!(rows.len() > 200, "{} rows", rows.len());
    for row in rows {
        let (path, rest) = row
            .split_once(") | ")
            .expect("a link, and what it is about");
        let (_, mutant) = rest.split_once(" | ").expect("a number, and a mistake");
        let mutant = mutant.split(" | ").next().unwrap_or_default();
        assert!(paths.contains(path), "there is no {path}");
        let listed = names.contains(mutant) || mutant.starts_with("not counted");
        assert!(
            listed,
            "{path} fails for no mistake of the lists, but for '{mutant}'"
        );
    }
}
