//! The copy of the sources in which mutants are made, and what its tests say.
//!
//! Invariant: between two mutants the copy is as the sources are.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nestor::conformance::OF_ENGINE;

use crate::list::Mutant;

/// What became of the tests that were asked.
pub(crate) enum Said {
    /// All of them passed.
    Passed,
    /// At least one failed.
    Failed,
    /// There was nothing to ask: what the compiler said.
    DoesNotBuild(String),
}

/// What became of the conformance suite.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub(crate) enum Suite {
    /// It ran, and these files failed.
    Ran(Vec<String>),
    /// It did not come to its end: the mistake made the host panic.
    Panics,
    /// It did not come to its end within five minutes.
    Hangs,
    /// There was none: what the compiler said.
    DoesNotBuild(String),
}

/// The copy.
pub(crate) struct Scratch {
    tree: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// Makes the copy, or brings an earlier one up to date. Files that are the same keep their times, so that they
    /// are not compiled again.
    pub(crate) fn new() -> Result<Scratch, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
        let (tree, target) = (folder.join("tree"), folder.join("target"));
        copy(Path::new(env!("CARGO_MANIFEST_DIR")), &tree).map_err(|error| {
            format!(
                "the sources cannot be copied to {}: {error}",
                tree.display()
            )
        })?;
        Ok(Scratch { tree, target })
    }

    /// Does something while the mutant is in the copy.
    pub(crate) fn with<T>(
        &self,
        mutant: &Mutant,
        action: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let path = self.tree.join(&mutant.file);
        let failed = |error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(failed)?;
        fs::write(&path, mutant.applied(&text)?).map_err(failed)?;
        let done = action();
        fs::write(&path, text).map_err(failed)?;
        done
    }

    /// Asks these laws of the second statements. It is an error if there is no such law.
    pub(crate) fn laws(&self, laws: &[&str]) -> Result<Said, String> {
        let second = ["test", "--package", "isa", "--test", "second"];
        let built = self.cargo(&second, &["--no-run"])?;
        if !built.status.success() {
            let output = String::from_utf8_lossy(&built.stderr);
            return Ok(Said::DoesNotBuild(output.into_owned()));
        }
        let mut wanted = laws.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let asked = self.cargo(&second, &[&["--", "--exact"], wanted.as_slice()].concat())?;
        let output = String::from_utf8_lossy(&asked.stdout);
        if !output.contains(&format!("running {} test", wanted.len())) {
            return Err(format!(
                "the list is stale: not all of these are laws: {}\n{output}",
                wanted.join(" ")
            ));
        }
        Ok(match asked.status.success() {
            true => Said::Passed,
            false => Said::Failed,
        })
    }

    /// A folder for what came of mutants of exactly these sources and this suite.
    pub(crate) fn results(&self) -> Result<PathBuf, String> {
        let mut hasher = DefaultHasher::new();
        for folder in [
            "isa/src",
            "vm/src",
            "assembler/src",
            "src/conformance",
            "tests/conformance",
        ] {
            digest(&self.tree.join(folder), &mut hasher)
                .map_err(|error| format!("{folder}: {error}"))?;
        }
        let results = self
            .target
            .join(format!("results-{:016x}", hasher.finish()));
        fs::create_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
        Ok(results)
    }

    /// Runs the conformance suite of the copy, in which this mutant is.
    pub(crate) fn conformance(&self, mutant: &Mutant) -> Result<Suite, String> {
        let built = self.cargo(&["build", "--package", "nestor", "--bin", "nestor"], &[])?;
        if !built.status.success() {
            let output = String::from_utf8_lossy(&built.stderr);
            return Ok(Suite::DoesNotBuild(output.into_owned()));
        }
        let cannot = |error: std::io::Error| format!("the suite cannot be run: {error}");
        let report = self.target.join("report.json");
        let mut suite = Command::new(self.target.join("debug/nestor"))
            .args(["conformance", "--json"])
            .stdout(fs::File::create(&report).map_err(cannot)?)
            .stderr(Stdio::null())
            .spawn()
            .map_err(cannot)?;
        if !ended(&mut suite).map_err(cannot)? {
            return Ok(Suite::Hangs);
        }
        let text = fs::read_to_string(&report).map_err(cannot)?;
        let Ok(report) = serde_json::from_str::<serde_json::Value>(&text) else {
            return Ok(Suite::Panics);
        };
        let files = report["files"].as_array().cloned().unwrap_or_default();
        let failed = files.iter().filter(|file| misses(file, mutant));
        let names = failed.filter_map(|file| file["file"].as_str().map(str::to_owned));
        Ok(Suite::Ran(names.collect()))
    }

    /// Runs cargo in the copy. Builds are incremental, which makes a mutant a matter of seconds, and have no symbols
    /// for debuggers, whatever the environment says.
    fn cargo(&self, words: &[&str], more: &[&str]) -> Result<Output, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new(cargo)
            .args(words)
            .arg("--target-dir")
            .arg(&self.target)
            .args(more)
            .current_dir(&self.tree)
            .env("CARGO_INCREMENTAL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .output()
            .map_err(|error| format!("cargo cannot be run: {error}"))
    }
}

/// Whether a file of the suite, as the report has it, misses an expectation of its own. That the fast engine differs
/// from a machine with a mistake in it says nothing of the file, unless the mistake is the engine's.
fn misses(file: &serde_json::Value, mutant: &Mutant) -> bool {
    let of_engine = mutant.file.starts_with("vm/");
    let own = |failure: &serde_json::Value| {
        failure
            .as_str()
            .is_some_and(|text| of_engine || !text.starts_with(OF_ENGINE))
    };
    file["failures"]
        .as_array()
        .is_some_and(|failures| failures.iter().any(own))
}

/// Takes in all that is in a folder.
fn digest(folder: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => digest(&path, hasher)?,
            false => (&path, fs::read(&path)?).hash(hasher),
        }
    }
    Ok(())
}

/// Waits until the run ends; false if it does not and was ended. A mistake in the machine may make a loop without end,
/// and the suite as it should be takes some seconds.
fn ended(run: &mut Child) -> std::io::Result<bool> {
    let start = Instant::now();
    while run.try_wait()?.is_none() {
        if start.elapsed() > Duration::from_secs(300) {
            run.kill()?;
            run.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

/// Makes `to` a copy of the folder, without what is built, hidden folders, and what is not there any
/// more.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            let name = entry.file_name();
            let left_out = name == "target" || name.to_string_lossy().starts_with('.');
            if !left_out {
                copy(&source, &target)?;
            }
            continue;
        }
        let bytes = fs::read(&source)?;
        if fs::read(&target).ok().as_deref() != Some(bytes.as_slice()) {
            fs::write(&target, bytes)?;
        }
    }
    Ok(())
}
