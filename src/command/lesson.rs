//! `nestor lesson`: lists, shows and runs the lessons, copies one out, and checks an exercise.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::lesson::{self, LESSONS, Lesson};
use crate::program::Program;
use crate::session::Settings;

/// The exit status of `--check` for an exercise that is not solved.
const NOT_SOLVED: u8 = 1;

/// Read and run the lessons, and check their exercises.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  nestor lesson                      list the lessons
  nestor lesson 3                    show a lesson: its page, its program, and its run
  nestor lesson 3 --edit table       copy it into the folder `table`, to change it there
  nestor lesson 3 --check table      say whether the exercise is solved: status 0 if it is, else 1")]
pub(super) struct Arguments {
    /// The lesson's number; without one, the lessons are listed.
    number: Option<u32>,
    /// Copy the lesson's files into this folder, overwriting none.
    #[arg(
        long,
        value_name = "DIR",
        requires = "number",
        conflicts_with = "check"
    )]
    edit: Option<PathBuf>,
    /// Run main.s of this folder and say whether it solves the exercise.
    #[arg(long, value_name = "DIR", requires = "number")]
    check: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let Some(number) = arguments.number else {
        return list();
    };
    let lesson = lesson::find(number).ok_or_else(|| {
        Failure::Usage(format!(
            "there is no lesson {number}; `nestor lesson` lists them"
        ))
    })?;
    if let Some(folder) = &arguments.edit {
        copy_out(lesson, folder)
    } else if let Some(folder) = &arguments.check {
        check(lesson, folder)
    } else {
        show(lesson)
    }
}

fn list() -> Result<u8, Failure> {
    let mut out = anstream::stdout();
    for lesson in LESSONS {
        writeln!(out, "{:3}  {}", lesson.number(), lesson.title())?;
    }
    writeln!(out, "\n`nestor lesson 1` shows a lesson and runs it.")?;
    Ok(0)
}

fn show(lesson: &Lesson) -> Result<u8, Failure> {
    let mut out = anstream::stdout();
    write!(out, "{}", lesson.page())?;
    heading(&mut out, "main.s")?;
    for (line, number) in lesson.source().lines().zip(1..) {
        writeln!(out, "{}", format!("{number:3}  {line}").trim_end())?;
    }
    if !lesson.input().is_empty() {
        heading(&mut out, "its input")?;
        write!(out, "{}", lesson.input())?;
    }
    heading(&mut out, "its run")?;
    write!(out, "{}", lesson.play()?.styled())?;
    Ok(0)
}

fn heading(out: &mut impl io::Write, title: &str) -> io::Result<()> {
    let bold = anstyle::Style::new().bold();
    writeln!(out, "\n{bold}--- {title} ---{bold:#}\n")
}

/// Runs the reader's program and says whether it is a solution.
fn check(lesson: &Lesson, folder: &Path) -> Result<u8, Failure> {
    let program = Program::load(&[folder.join("main.s")], false)?;
    let outcome = program.run(Settings::default().with_input(lesson.exercise_input()))?;
    let mut out = anstream::stdout();
    if lesson.is_solved_by(&outcome) {
        writeln!(
            out,
            "Solved: lesson {}, {}.",
            lesson.number(),
            lesson.title()
        )?;
        if let Some(next) = lesson::next(lesson.number()) {
            writeln!(
                out,
                "The next one is `nestor lesson {}`, {}.",
                next.number(),
                next.title()
            )?;
        }
        return Ok(0);
    }
    writeln!(out, "Not solved yet. What is wanted:\n")?;
    write!(out, "{}", indented(lesson.exercise_expected()))?;
    writeln!(out, "\nWhat your program does:\n")?;
    write!(out, "{}", indented(&outcome.styled()))?;
    Ok(NOT_SOLVED)
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// Copies every file of the lesson into `folder`, or none if one of them is there already.
fn copy_out(lesson: &Lesson, folder: &Path) -> Result<u8, Failure> {
    let targets = || {
        lesson
            .files
            .iter()
            .map(|(name, text)| (folder.join(name), text))
    };
    if let Some((taken, _)) = targets().find(|(target, _)| target.symlink_metadata().is_ok()) {
        return Err(Failure::Usage(format!(
            "{} exists already; nothing was copied",
            taken.display()
        )));
    }
    for (target, text) in targets() {
        let write = || {
            fs::create_dir_all(target.parent().unwrap_or(folder))?;
            fs::File::create_new(&target)?.write_all(text.as_bytes())
        };
        write().map_err(|source| Failure::Write {
            path: target.clone(),
            source,
        })?;
    }
    let program = folder.join("main.s");
    let mut err = anstream::stderr();
    writeln!(
        err,
        "Lesson {} is in {}. Edit {}, then:",
        lesson.number(),
        folder.display(),
        program.display()
    )?;
    writeln!(err, "  nestor run {}", program.display())?;
    writeln!(
        err,
        "  nestor lesson {} --check {}",
        lesson.number(),
        folder.display()
    )?;
    Ok(0)
}
