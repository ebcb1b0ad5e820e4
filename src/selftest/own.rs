//! The parts of the self-test that this program does by itself: with what is inside it, no files, and in a few seconds.

use assembler::disassemble::disassemble;
use assembler::{NoFiles, Source};
use isa::instruction::Opcode;

use crate::conformance::Suite;
use crate::lesson::LESSONS;
use crate::program::Program;
use crate::session::Settings;

/// How many of the things that are wrong are told.
const SHOWN: usize = 5;

/// What was found of so many things, or what is wrong with some.
fn verdict(count: usize, what: &str, wrong: &[String]) -> Result<String, String> {
    if wrong.is_empty() && count > 0 {
        return Ok(format!("{count} {what}"));
    }
    let shown = wrong.iter().take(SHOWN).map(String::as_str);
    let mut text: Vec<&str> = shown.collect();
    let more = format!("and {} more", wrong.len().saturating_sub(SHOWN));
    if wrong.len() > SHOWN {
        text.push(&more);
    }
    Err(format!(
        "{} of {count} {what}: {}",
        wrong.len(),
        text.join("; ")
    ))
}

/// Every file of the conformance suite.
pub(super) fn suite() -> Result<String, String> {
    let suite = Suite::embedded();
    let failures = |case| suite.play(case).failures.into_iter().next();
    let wrong: Vec<String> = suite
        .cases()
        .iter()
        .filter_map(|case| failures(case).map(|failure| format!("{}: {failure}", case.path)))
        .collect();
    verdict(suite.cases().len(), "files", &wrong)
}

/// Every instruction: its example is an instruction of its opcode, and the whole image comes back from its
/// disassembly.
pub(super) fn table() -> Result<String, String> {
    let wrong: Vec<String> = Opcode::ALL
        .iter()
        .filter_map(|opcode| {
            let failure = comes_back(*opcode).err()?;
            Some(format!("{}: {failure}", opcode.mnemonic()))
        })
        .collect();
    verdict(Opcode::ALL.len(), "instructions", &wrong)
}

fn comes_back(opcode: Opcode) -> Result<(), String> {
    // Room before and behind the instruction, for what it names.
    let room = "        nop\n".repeat(16);
    let example = opcode.example();
    let text =
        format!(".segment text, rx, rings(0, 0, 0)\n.entry start\n{room}start:  {example}\n{room}");
    let source = vec![Source::new("example.s", text)];
    let program = Program::assemble(source, true, &mut NoFiles)
        .map_err(|_| format!("`{example}` does not assemble"))?;
    let image = program.image();
    let word = image
        .segment_named("text")
        .and_then(|text| text.bytes.get(128..136)?.try_into().ok())
        .map(u64::from_le_bytes)
        .ok_or("the image has no text")?;
    if Opcode::of(word) != Some(opcode) {
        return Err(format!("`{example}` is another instruction"));
    }
    disassemble(image, &|_, _| None)
        .difference
        .map_or(Ok(()), |difference| Err(difference.to_string()))
}

/// Every lesson, and the solution of its exercise.
pub(super) fn lessons() -> Result<String, String> {
    let mut wrong = Vec::new();
    for lesson in LESSONS {
        let played = lesson.play().map(|outcome| outcome.to_string());
        if played.ok().as_deref() != lesson.file("expected") {
            wrong.push(format!("{} does not print what it should", lesson.folder));
        }
        let solution = lesson.file("exercise/solution.s").unwrap_or_default();
        let solved = Program::from_text("main.s", solution).and_then(|program| {
            program.run(Settings::default().with_input(lesson.exercise_input()))
        });
        if !solved.is_ok_and(|outcome| lesson.is_solved_by(&outcome)) {
            wrong.push(format!("{} is not solved by its solution", lesson.folder));
        }
    }
    verdict(LESSONS.len(), "lessons", &wrong)
}

/// Every lesson twice.
pub(super) fn again() -> Result<String, String> {
    let ends = |lesson: &crate::lesson::Lesson| {
        let outcome = lesson.play().map_err(|failure| failure.to_string())?;
        Ok::<_, String>((outcome.state_hash(), outcome.steps()))
    };
    let mut wrong = Vec::new();
    for lesson in LESSONS {
        if ends(lesson)? != ends(lesson)? {
            wrong.push(format!("{} ended otherwise", lesson.folder));
        }
    }
    verdict(LESSONS.len(), "lessons", &wrong)
}
