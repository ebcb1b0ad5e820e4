//! Lists of mutants as files: a sentence that says what is broken, the file, and the text to replace.
//!
//! Invariant: a list that is read is one whose mutants all apply. A text that its file does not contain exactly once is
//! an error, since then the list is older than the code.

use std::collections::BTreeSet;
use std::path::Path;

/// Mistakes in the rule of access and the algebra, each with a law.
pub(crate) const CHOSEN: &str = "tests/mutants/chosen.txt";
/// Mistakes in what the machine does.
pub(crate) const MACHINE: &str = "tests/mutants/machine.txt";

/// One mistake in the sources.
pub(crate) struct Mutant {
    /// What is broken, in words.
    pub(crate) name: String,
    /// The file, from the root of the sources.
    pub(crate) file: String,
    /// The law of the second statements that has to notice.
    law: Option<String>,
    /// The text that is there once.
    pub(crate) old: String,
    /// What stands in its place.
    pub(crate) new: String,
}

impl Mutant {
    /// The law of the second statements that has to notice, as its test is called.
    pub(crate) fn law(&self) -> Option<&str> {
        self.law.as_deref()
    }

    /// Whether a filter means this one: a part of its name or file.
    pub(crate) fn is_meant_by(&self, filter: &str) -> bool {
        self.name.contains(filter) || self.file.contains(filter)
    }

    /// The file's text with the mistake in it.
    pub(crate) fn applied(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.old).count() {
            1 => Ok(text.replace(&self.old, &self.new)),
            found => Err(format!(
                "the list is stale: '{}' is about a text that {} contains {found} times",
                self.name, self.file
            )),
        }
    }
}

/// Reads a list. Mutants are paragraphs; a line with `#` in front is a comment.
pub(crate) fn read(path: &str) -> Result<Vec<Mutant>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let open = |path: &str| {
        std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let text = open(path)?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let paragraphs = lines.split(|line| line.is_empty());
    let mutants: Vec<Mutant> = paragraphs
        .filter(|lines| !lines.is_empty())
        .map(|lines| parse(lines).map_err(|wrong| format!("{path}: {wrong}: {}", lines[0])))
        .collect::<Result<_, _>>()?;
    let mut names = BTreeSet::new();
    for mutant in &mutants {
        if !names.insert(&mutant.name) {
            return Err(format!("{path}: two mutants are called '{}'", mutant.name));
        }
        mutant.applied(&open(&mutant.file)?)?;
    }
    Ok(mutants)
}

fn parse(lines: &[&str]) -> Result<Mutant, &'static str> {
    let [name, fields @ ..] = lines else {
        return Err("a mutant has a name");
    };
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect();
    let after = |wanted: &str| -> Vec<&str> {
        let marked = fields.iter().filter(|(mark, _)| *mark == wanted);
        marked.map(|(_, rest)| *rest).collect()
    };
    let (file, law, old, new) = (after("file"), after("law"), after("-"), after("+"));
    if file.len() + law.len() + old.len() + new.len() != fields.len() {
        return Err("a line is none of `file`, `law`, `-` and `+`");
    }
    match (file.as_slice(), law.as_slice()) {
        ([file], [] | [_]) if !old.is_empty() => Ok(Mutant {
            name: (*name).into(),
            file: (*file).into(),
            law: law.first().map(|law| (*law).into()),
            old: old.join("\n"),
            new: new.join("\n"),
        }),
        _ => Err("a mutant has one file, at most one law, and a text to replace"),
    }
}
