//! Sessions of the monitor: each file `tests/debug/NAME.cmd` has commands, and a snapshot what they print.
//!
//! The first line of a file says what is debugged: `# FILE`, beside it, or `# nest N FILE`, which is the program in so many
//! hypervisors. There the steps depend on the hypervisors, and where things lie in them; so neither is in the snapshot. With
//! `# saved PLACE` before that, it is the machine that was saved at that place.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use fancy_regex::Regex;
use nestor::Program;
use nestor::nest::{FILES, Hypervisor, Nested};
use tempfile::TempDir;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/debug")
}

/// A folder with the commands, and with what is debugged in the file that is named.
fn prepared(name: &str) -> (TempDir, String) {
    let work = tempfile::tempdir().expect("a temporary folder");
    let commands = folder().join(name).with_extension("cmd");
    let text = fs::read_to_string(&commands).expect("commands");
    fs::copy(commands, work.path().join("commands")).expect("a file in a temporary folder");
    let first = text.lines().next().expect("a first line");
    let words: Vec<&str> = first.split_whitespace().collect();
    let (saved_at, words) = match words.as_slice() {
        ["#", "saved", place, rest @ ..] => (Some(*place), [&["#"], rest].concat()),
        words => (None, words.to_vec()),
    };
    let file = match words.as_slice() {
        ["#", file] => {
            let path = Path::new(file).file_name().expect("a name").to_str();
            let name = path.expect("a name in UTF-8");
            fs::copy(folder().join(file), work.path().join(name)).expect("a program");
            name.to_owned()
        }
        ["#", "nest", count, file] => {
            for (name, text) in FILES {
                let path = work.path().join(name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, text).expect("a hypervisor");
            }
            let text = fs::read_to_string(folder().join(file)).expect("a program");
            fs::write(work.path().join(file), &text).expect("a program");
            let program = Program::from_text(file, &text).expect("it assembles");
            let direct = Hypervisor::named("direct").expect("it is shipped");
            let alone = Nested::alone(program, 1 << 20);
            let count = count.parse().expect("a number");
            let nested =
                (0..count).fold(alone, |nested, _| nested.inside(&direct).expect("it fits"));
            nested.write(&work.path().join("nested")).expect("an image");
            "nested".to_owned()
        }
        _ => panic!("{name}: the first line does not say what is debugged"),
    };
    if let Some(place) = saved_at {
        let commands = format!("until {place}\nsave saved\n");
        fs::write(work.path().join("saving"), commands).expect("commands");
        run(&work, &["debug", "--commands", "saving", &file]);
        return (work, "saved".to_owned());
    }
    (work, file)
}

/// What a command prints that has nothing to say on standard error, and its exit status.
fn run(work: &TempDir, words: &[&str]) -> (String, i32) {
    let mut command = Command::cargo_bin("nestor").expect("the program is built");
    command.current_dir(work).env_remove("NO_COLOR");
    let output = command.args(words).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    assert_eq!(text(&output.stderr), "", "{words:?}");
    let status = output.status.code().expect("it ended by itself");
    (text(&output.stdout), status)
}

/// What a session prints, and its exit status.
fn session(name: &str) -> String {
    let (work, file) = prepared(name);
    let (mut said, status) = run(&work, &["debug", "--commands", "commands", &file]);
    if ["nested", "saved"].contains(&file.as_str()) {
        for (pattern, by) in [
            (r"(?m)(^|, | at )step \d+", "${1}step [N]"),
            (r"clock \d+", "clock [N]"),
            (r"((?:library/\w+|direct)\.s):\d+", "$1:[N]"),
            (r"(?m)^ +\d+(?=  [| ]*\d   )", "     [N]"),
            (r"0x[0-9a-f]{4,}", "[PLACE]"),
        ] {
            let pattern = Regex::new(pattern).expect("a pattern");
            said = pattern.replace_all(&said, by).into_owned();
        }
    }
    format!("{said}status {status}\n")
}

macro_rules! sessions {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(session(stringify!($name)));
            }
        )+

        #[test]
        fn every_file_is_a_session() {
            let mut names = vec![$(concat!(stringify!($name), ".cmd").to_owned()),+];
            let files = fs::read_dir(folder()).expect("the folder of sessions");
            let files = files.map(|file| file.expect("a file").file_name());
            let files = files.map(|name| name.into_string().expect("a name in UTF-8"));
            let mut files: Vec<String> = files.filter(|name| name.ends_with(".cmd")).collect();
            names.sort();
            files.sort();
            assert_eq!(names, files);
        }
    };
}

sessions!(look steps narrowed permission tag input maps guest entered guest_fault gate mistakes
    saved restored data owner quote);
