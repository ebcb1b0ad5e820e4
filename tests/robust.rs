//! Whatever bytes are given as source, object or image: an error or an end, and never a panic, a hang, or memory without bound.
//!
//! Each case goes the whole way that `nestor run` goes: assembled or loaded, booted, run for some steps, and its end
//! put into words.

use std::path::Path;
use std::sync::LazyLock;

use assembler::image::Image;
use assembler::object::Object;
use assembler::{NoFiles, Options, Source};
use isa::instruction::Opcode;
use nestor::debug::Debugger;
use nestor::ending;
use nestor::failure::Failure;
use nestor::lesson::LESSONS;
use nestor::program::Program;
use nestor::report::Report;
use nestor::saved::SavedMachine;
use nestor::session::{Session, Settings};
use nestor::status;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use xxhash_rust::xxh3::xxh3_128;

/// Enough for the start-up code and a while of whatever comes after it.
const STEPS: u64 = 2000;

/// Runs a program, if it is one, and gives the exit status.
fn outcome(program: Result<Program, Failure>) -> u8 {
    let settings = Settings {
        memory: 1 << 20,
        arguments: vec![b"argument".to_vec()],
        input: Some(b"input\n".to_vec()),
        ..Settings::default()
    };
    let ran = program
        .as_ref()
        .map_err(Failure::to_string)
        .and_then(|program| {
            let mut session =
                Session::boot(program, settings).map_err(|failure| failure.to_string())?;
            let mut console = Vec::new();
            let ending = session
                .run(Some(STEPS), &mut std::io::empty(), &mut console)
                .map_err(|failure| failure.to_string())?;
            let message = ending::describe(&session, &ending);
            let report = Report::of_run(&session, &ending, &console, message)
                .with_registers(session.machine());
            assert!(report.to_json().starts_with('{'));
            Ok(status::of_ending(&ending))
        });
    ran.unwrap_or_else(|message| {
        assert!(!message.is_empty());
        status::USAGE
    })
}

fn from_source(bytes: &[u8]) -> Result<Program, Failure> {
    Program::assemble(
        vec![Source::from_bytes("main.s", bytes)],
        false,
        &mut NoFiles,
    )
}

/// The object of a lesson, as a file.
fn object_of_a_lesson(lesson: usize) -> Vec<u8> {
    let source = LESSONS[lesson % LESSONS.len()].source();
    let files = vec![Source::from_bytes("main.s", source.as_bytes())];
    let part = assembler::assemble_part(files, &mut NoFiles, &Options::default());
    let object = part.object.expect("lessons are right");
    object.write().expect("objects can be written")
}

/// Links objects in these files, if they are objects, and says what is wrong otherwise.
fn from_objects(files: &[Vec<u8>]) -> Result<Program, Failure> {
    let objects = files.iter().zip(["one.o", "two.o"]).map(|(bytes, name)| {
        let object = Object::read(bytes).map_err(|source| Failure::Object {
            path: name.into(),
            source,
        })?;
        // What was read is written and read again as it is.
        let written = object.write().expect("objects can be written");
        assert_eq!(Object::read(&written).as_ref(), Ok(&object));
        Ok((name.to_owned(), object))
    });
    Program::link(objects.collect::<Result<_, Failure>>()?, false)
}

fn image_of_a_lesson(lesson: usize) -> Vec<u8> {
    let source = LESSONS[lesson % LESSONS.len()].source();
    let program = from_source(source.as_bytes()).expect("lessons are right");
    program.image().write().expect("images can be written")
}

/// Saved machines as files, each in the middle of a lesson.
static SAVED: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| (0..LESSONS.len()).map(saved_lesson).collect());

fn saved_lesson(lesson: usize) -> Vec<u8> {
    let program = from_source(LESSONS[lesson].source().as_bytes()).expect("lessons are right");
    let settings = Settings {
        memory: 1 << 20,
        input: Some(LESSONS[lesson].input().into()),
        ..Settings::default()
    };
    let mut session = Session::boot(&program, settings).expect("it fits");
    let ran = session.run(Some(STEPS / 4), &mut std::io::empty(), &mut std::io::sink());
    ran.expect("nothing of the host is needed");
    let saved = SavedMachine::of(&session).expect("it fits into a file");
    saved.to_bytes().expect("it fits into a file")
}

/// Restores a machine, if it is one, and lets it go on.
fn restore(bytes: &[u8]) {
    let Ok(saved) = SavedMachine::from_bytes(bytes) else {
        return;
    };
    if saved.settings().memory <= 1 << 20
        && let Ok(mut session) = saved.resume(saved.settings().clone())
    {
        let ran = session.run(Some(STEPS), &mut std::io::empty(), &mut std::io::sink());
        ran.expect("nothing of the host is needed");
    }
}

/// Words of the language in any order, so that some of it means something.
fn words() -> impl Strategy<Value = String> {
    let mnemonics: Vec<&str> = Opcode::ALL.iter().map(|opcode| opcode.mnemonic()).collect();
    let fixed = [
        "\n",
        "\n",
        "\n",
        ",",
        ",",
        ":",
        "[",
        "]",
        "(",
        ")",
        "+",
        "-",
        "<<",
        "*",
        "~",
        "==",
        "$",
        "r1",
        "r31",
        "c1",
        "c15",
        "sp",
        "a",
        "b",
        "main",
        "0",
        "1",
        "-1",
        "8",
        "16",
        "0xffffffffffffffff",
        "4096",
        "268435456",
        "'x'",
        "\"text\"",
        ".text",
        ".data",
        ".segment",
        ".rings",
        "rw",
        "rx",
        "hold",
        "rings(4,4,4)",
        "number(300)",
        "length(64)",
        ".proc main\n",
        ".endproc\n",
        ".equ",
        ".byte",
        ".dword",
        ".ascii",
        ".space",
        ".align",
        ".cap",
        ".gate",
        ".local",
        ".alias",
        ".save",
        ".include",
        ".entry",
        ".stack",
        "enter\n",
        "leave\n",
        "return\n",
        "ret\n",
        "la",
        "li",
        "mov",
        "call",
        "length",
        "segment",
        "offset",
        ";",
    ];
    let word = prop_oneof![3 => select(fixed.to_vec()), 1 => select(mnemonics)];
    prop::collection::vec(word, 0..120).prop_map(|words| words.join(" "))
}

/// A line for the monitor, which often means something. To save would write files.
fn monitor_line() -> impl Strategy<Value = String> {
    let commands = [
        "step",
        "next",
        "finish",
        "continue",
        "until",
        "back",
        "rc",
        "break",
        "watch",
        "delete",
        "where",
        "list",
        "why",
        "regs",
        "caps",
        "x",
        "segs",
        "rings",
        "map",
        "levels",
        "level",
        "input",
        "info",
        "help",
        "watch tag",
        "bogus",
        "",
    ];
    let operands = [
        "",
        "main",
        "fill",
        "fill@0",
        "table",
        "table+8",
        "c1",
        "c3+16",
        "r1",
        "main.s:9",
        "0x111:0",
        "0x111:0xffffffff",
        "18446744073709551615",
        "0xffffffffffffffff",
        "1",
        "7",
        "200",
        "@",
        "main@1",
        "main@999",
        "table 4096",
        "+",
        ":",
        "c1+",
        "\u{fc}",
    ];
    (select(commands.to_vec()), select(operands.to_vec()))
        .prop_map(|(command, operand)| format!("{command} {operand}"))
}

/// A lesson with some bytes of its source changed, taken away or doubled.
fn mangled_source() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<Index>(), any::<u8>(), 0..3u8), 1..8);
    (0..LESSONS.len(), edits).prop_map(|(lesson, edits)| {
        let mut bytes = LESSONS[lesson].source().as_bytes().to_vec();
        for (place, value, what) in edits {
            let place = place.index(bytes.len());
            match what {
                0 => bytes[place] = value,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, bytes[place]),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_source(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(outcome(from_source(&bytes)), status::USAGE);
    }

    #[test]
    fn any_words_as_source(text in words()) {
        outcome(from_source(text.as_bytes()));
    }

    #[test]
    fn any_words_in_a_procedure(text in words()) {
        outcome(from_source(format!(".text\n.proc main\n{text}\n.endproc\n").as_bytes()));
    }

    #[test]
    fn a_mangled_lesson_as_source(bytes in mangled_source()) {
        outcome(from_source(&bytes));
    }

    #[test]
    fn any_bytes_as_image(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Image::read(&bytes).is_err());
        prop_assert!(Image::read(&[b"\x7fELF".as_slice(), &bytes].concat()).is_err());
    }

    #[test]
    fn a_mangled_image(lesson in 0..LESSONS.len(), edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8)) {
        let mut bytes = image_of_a_lesson(lesson);
        for (place, value) in edits {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        outcome(Program::from_image(Path::new("image"), &bytes));
    }

    #[test]
    fn any_bytes_as_object(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Object::read(&bytes).is_err());
        let mut header = object_of_a_lesson(0);
        header.truncate(64);
        prop_assert!(Object::read(&[header, bytes].concat()).is_err());
    }

    #[test]
    fn a_mangled_object(
        lesson in 0..LESSONS.len(),
        bytes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..6),
        words in prop::collection::vec((any::<Index>(), any::<u64>()), 0..3),
        cut in prop::option::weighted(0.1, any::<Index>()),
    ) {
        let whole = object_of_a_lesson(lesson);
        let mut mangled = whole.clone();
        for (place, value) in bytes {
            let place = place.index(mangled.len());
            mangled[place] = value;
        }
        for (place, word) in words {
            let place = place.index(mangled.len() / 8) * 8;
            mangled[place..place + 8].copy_from_slice(&word.to_le_bytes());
        }
        if let Some(cut) = cut {
            mangled.truncate(cut.index(mangled.len()));
        }
        outcome(from_objects(std::slice::from_ref(&mangled)));
        outcome(from_objects(&[mangled, whole]));
    }

    /// Code that is no code: the machine traps, or runs on.
    #[test]
    fn any_instructions(words in prop::collection::vec(any::<u64>(), 1..40), numbers in any::<Vec<u8>>()) {
        let valid = words.iter().zip(numbers.iter().cycle()).map(|(word, number)| {
            let opcode = Opcode::ALL[usize::from(*number) % Opcode::ALL.len()];
            word & !0xff | opcode as u64
        });
        let code: Vec<String> = words.iter().copied().chain(valid).map(|word| format!(".dword {word:#x}")).collect();
        outcome(from_source(format!(".text\n.proc main\n{}\n.endproc\n", code.join("\n")).as_bytes()));
    }

    #[test]
    fn any_bytes_as_saved_machine(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(SavedMachine::from_bytes(&bytes).is_err());
        let header = SAVED[0][..12].to_vec();
        let mut sealed = [header, bytes].concat();
        sealed.extend_from_slice(&xxh3_128(&sealed).to_le_bytes());
        prop_assert!(SavedMachine::from_bytes(&sealed).is_err());
    }

    /// Damage is found by the checksum; whoever can compute one has some machine or an error.
    #[test]
    fn a_mangled_saved_machine(lesson in 0..LESSONS.len(), edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4)) {
        let whole = &SAVED[lesson];
        let mut mangled = whole.clone();
        for (place, value) in edits {
            let place = place.index(mangled.len());
            mangled[place] = value;
        }
        prop_assert_eq!(SavedMachine::from_bytes(&mangled).is_err(), &mangled != whole);
        let parts = mangled.len() - 16;
        let checksum = xxh3_128(&mangled[..parts]);
        mangled[parts..].copy_from_slice(&checksum.to_le_bytes());
        restore(&mangled);
    }

    /// Whatever is typed into the monitor is carried out or refused, and the run can still be gone back in.
    #[test]
    fn any_words_in_the_monitor(lines in prop::collection::vec(monitor_line(), 1..8)) {
        let program = from_source(LESSONS[2].source().as_bytes()).expect("lessons are right");
        let settings = Settings {
            memory: 1 << 20,
            input: Some(Vec::new()),
            ..Settings::default()
        };
        let session = Session::boot(&program, settings).expect("it fits");
        let mut debugger = Debugger::new(session);
        let mut said = Vec::new();
        for line in &lines {
            if let Err(failure) = debugger.execute(line, &mut said) {
                prop_assert!(!failure.to_string().is_empty());
            }
        }
        prop_assert!(debugger.execute("back", &mut said).is_ok() || debugger.execute("step", &mut said).is_ok());
    }
}
