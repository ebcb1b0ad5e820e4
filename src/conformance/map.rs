//! The table that says which files show which rule, for `docs/testing.md`.

use std::fmt::Write as _;

use super::head::{About, Head};
use super::rules::{Rule, SECTIONS, Section};
use super::{Case, Suite};

/// The table as Markdown, a part a section, without a heading of its own.
pub fn map(suite: &Suite) -> String {
    let mut text = String::new();
    let used = |section: &&Section| {
        let own =
            |case: &Case| Section::of(&case.path).is_some_and(|of| of.folder == section.folder);
        suite.cases().iter().any(own)
    };
    for section in SECTIONS.iter().filter(used) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "### {}\n", section.title);
        match section.rules {
            [] => others(&mut text, suite, section),
            rules => table(&mut text, suite, rules),
        }
    }
    text
}

fn table(text: &mut String, suite: &Suite, rules: &[Rule]) {
    text.push_str("| rule | | files |\n|---|---|---|\n");
    for rule in rules {
        let shows = |case: &&Case| matches!(&case.head, Ok(Head { about: About::Rules(numbers), .. }) if numbers.contains(&rule.number));
        let files: Vec<String> = suite.cases().iter().filter(shows).map(link).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            rule.number,
            rule.text,
            files.join(", ")
        );
    }
    text.push('\n');
}

fn others(text: &mut String, suite: &Suite, section: &Section) {
    text.push_str("| file | shows |\n|---|---|\n");
    for case in suite.cases() {
        let own = Section::of(&case.path).is_some_and(|of| of.folder == section.folder);
        if let Some(head) = case.head.as_ref().ok().filter(|_| own) {
            let _ = writeln!(text, "| {} | {} |", link(case), head.sentence);
        }
    }
    text.push('\n');
}

/// The file's name, linked from the folder of the documents.
fn link(case: &Case) -> String {
    let name = case
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".s");
    format!("[{name}](../tests/conformance/{})", case.path)
}
