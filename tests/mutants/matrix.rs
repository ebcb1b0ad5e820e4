//! The kill matrix: which file of the conformance suite fails for which mutant.
//!
//! A file that fails for no mutant shows nothing that the others do not, as far as the mutants go. `docs/mutants.md` is
//! made here, and a test holds the names in it against the files and the lists.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use nestor::conformance::Suite as Files;

use crate::list::{self, Mutant};
use crate::scratch::{Scratch, Suite};

/// The document that is made.
const DOCUMENT: &str = "docs/mutants.md";

/// A mutant and what became of the suite.
type Tried<'a> = (&'a Mutant, Suite);

fn mutants() -> Result<Vec<Mutant>, String> {
    let mut mutants = list::read(list::CHOSEN)?;
    mutants.extend(list::read(list::MACHINE)?);
    Ok(mutants)
}

/// Tries all mutants and writes the document. True if every file fails for one of them.
pub(crate) fn whole() -> Result<bool, String> {
    let mutants = mutants()?;
    let tried = try_all(&mutants.iter().collect::<Vec<_>>())?;
    let matrix = Matrix::of(&tried);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(root.join(DOCUMENT), matrix.document(&tried))
        .map_err(|error| format!("{DOCUMENT}: {error}"))?;
    println!("{}", matrix.summary(&tried));
    for file in matrix.idle() {
        println!("no mutant needs {file}");
    }
    Ok(matrix.idle().next().is_none())
}

/// Tries the mutants that a filter means, and says what fails.
pub(crate) fn part(filter: &str) -> Result<bool, String> {
    let mutants = mutants()?;
    let meant: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| mutant.is_meant_by(filter))
        .collect();
    try_all(&meant)?;
    Ok(true)
}

/// Tries mutants one after another. What came of one is kept until the sources change, so that a run that was
/// interrupted goes on where it was.
fn try_all<'a>(mutants: &[&'a Mutant]) -> Result<Vec<Tried<'a>>, String> {
    let scratch = Scratch::new()?;
    let results = scratch.results()?;
    let mut tried = Vec::new();
    let mut wrong = Vec::new();
    for (number, mutant) in mutants.iter().enumerate() {
        let path = results.join(format!("{}.json", mutant.name.replace(' ', "-")));
        let suite = match recall(&path, mutant) {
            Some(suite) => suite,
            None => {
                let suite = scratch.with(mutant, || scratch.conformance(mutant))?;
                keep(&path, mutant, &suite)?;
                suite
            }
        };
        let said = match &suite {
            Suite::Ran(failed) if failed.is_empty() => "NO FILE FAILS".to_owned(),
            Suite::Ran(failed) if failed.len() <= 3 => failed.join(" "),
            Suite::Ran(failed) => format!("{} and {} others", failed[0], failed.len() - 1),
            Suite::Panics => "the host panics".to_owned(),
            Suite::Hangs => "the suite does not end".to_owned(),
            Suite::DoesNotBuild(output) => {
                wrong.push(mutant.name.as_str());
                format!("DOES NOT BUILD\n{output}")
            }
        };
        println!(
            "{:>3} of {}: {}\n    {said}",
            number + 1,
            mutants.len(),
            mutant.name
        );
        tried.push((*mutant, suite));
    }
    match wrong.is_empty() {
        true => Ok(tried),
        false => Err(format!("the list is stale: these do not build: {wrong:#?}")),
    }
}

/// What came of a mutant, as it is kept.
#[derive(serde::Deserialize, serde::Serialize)]
struct Kept {
    old: String,
    new: String,
    suite: Suite,
}

fn recall(path: &Path, mutant: &Mutant) -> Option<Suite> {
    let kept: Kept = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    (kept.old == mutant.old && kept.new == mutant.new).then_some(kept.suite)
}

fn keep(path: &Path, mutant: &Mutant, suite: &Suite) -> Result<(), String> {
    let kept = Kept {
        old: mutant.old.clone(),
        new: mutant.new.clone(),
        suite: suite.clone(),
    };
    let text = serde_json::to_string(&kept).map_err(|error| error.to_string())?;
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The matrix, from the side of the files.
struct Matrix<'a> {
    /// Each file with the mutants that it fails for, those first that the fewest files fail for.
    rows: BTreeMap<String, Vec<(usize, &'a str)>>,
    order: Vec<String>,
}

impl<'a> Matrix<'a> {
    fn of(tried: &[Tried<'a>]) -> Matrix<'a> {
        let order: Vec<String> = Files::embedded()
            .cases()
            .iter()
            .map(|case| case.path.clone())
            .collect();
        let mut rows: BTreeMap<String, Vec<(usize, &str)>> = order
            .iter()
            .map(|path| (path.clone(), Vec::new()))
            .collect();
        for (mutant, suite) in tried {
            let Suite::Ran(failed) = suite else { continue };
            for file in failed {
                let row = rows.entry(file.clone()).or_default();
                row.push((failed.len(), mutant.name.as_str()));
            }
        }
        rows.values_mut().for_each(|row| row.sort());
        Matrix { rows, order }
    }

    /// The files that fail for no mutant.
    fn idle(&self) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().filter(|(_, row)| row.is_empty());
        rows.map(|(file, _)| file.as_str())
    }

    fn summary(&self, tried: &[Tried<'_>]) -> String {
        let noticed = |suite: &Suite| !matches!(suite, Suite::Ran(failed) if failed.is_empty());
        let killed = tried.iter().filter(|(_, suite)| noticed(suite)).count();
        let alone = self
            .rows
            .values()
            .filter(|row| row.first().is_some_and(|(files, _)| *files == 1));
        format!(
            "{} mutants, of which the suite kills {killed}; {} files, of which {} fail for a mutant, {} of them for one \
             that no other file notices; as of commit {}",
            tried.len(),
            self.rows.len(),
            self.rows.len() - self.idle().count(),
            alone.count(),
            commit()
        )
    }

    fn document(&self, tried: &[Tried<'_>]) -> String {
        let mut text = String::from(
            "# What the files of the conformance suite kill\n\n\
             Made by `cargo test --test mutants -- --matrix`, which puts one mistake after another into a copy of the \
             sources and\nruns the [conformance suite](testing.md#the-conformance-suite) each time. The mistakes are in\n\
             [chosen.txt](../tests/mutants/chosen.txt) and [machine.txt](../tests/mutants/machine.txt), by these names.\n\n",
        );
        let mut line = |line: std::fmt::Arguments<'_>| {
            // Writing to a string does not fail.
            let _ = text.write_fmt(line);
        };
        line(format_args!("{}.\n\n", self.summary(tried)));
        line(format_args!(
            "For each file, how many mutants it fails for, and the one that the fewest other files notice.\n\n\
             | file | mutants | it fails, for instance, where | others that do |\n|---|---|---|---|\n"
        ));
        for file in &self.order {
            let row = self.rows.get(file).map(Vec::as_slice).unwrap_or_default();
            let name = file.trim_end_matches(".s");
            match row.first() {
                Some((files, mutant)) => line(format_args!(
                    "| [{name}](../tests/conformance/{file}) | {} | {mutant} | {} |\n",
                    row.len(),
                    match files - 1 {
                        0 => "none".to_owned(),
                        others => others.to_string(),
                    }
                )),
                None => line(format_args!(
                    "| [{name}](../tests/conformance/{file}) | 0 | not counted: no mutant needs it | |\n"
                )),
            }
        }
        let unnoticed = |(mutant, suite): &Tried<'_>| match suite {
            Suite::Ran(failed) if failed.is_empty() => Some(mutant.name.clone()),
            _ => None,
        };
        let unnoticed: Vec<String> = tried.iter().filter_map(unnoticed).collect();
        if !unnoticed.is_empty() {
            line(format_args!(
                "\nNo file notices these, which are for the laws of the second statements to notice:\n\n"
            ));
            for name in unnoticed {
                line(format_args!("- {name}\n"));
            }
        }
        text
    }
}

/// The commit of the sources, or nothing where there is no repository.
fn commit() -> String {
    let asked = Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    asked.map_or(String::new(), |asked| {
        String::from_utf8_lossy(&asked.stdout).trim().to_owned()
    })
}
