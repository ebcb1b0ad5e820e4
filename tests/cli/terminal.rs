//! Consoles while the program runs: live input, keys, signals, time, further consoles. Some of it through a
//! pseudo-terminal, in which the command believes to be at a terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use super::Folder;

/// Polls until there is a byte, prints it, and ends.
const POLL: &str = "\
        .text
        .proc   main
        la      c1, room
again:  li      r1, 1
        io      r1, c2, c1, poll
        beqz    r1, again
        io      r1, c2, c1, write
        li      r1, 0
        ret
        .endproc
        .data
room:   .space  16
";

/// Reads single keys and prints each, until q.
const KEYS: &str = "\
        .text
        .proc   main
        li      r1, 1
        io      r1, c2, c0, control
again:  la      c1, room
        li      r1, 1
        io      r1, c2, c1, read
        blt     r1, 0, end
        ldb     r4, [c1]
        io      r1, c2, c1, write
        bne     r4, 'q', again
end:    li      r1, 5
        ret
        .endproc
        .data
room:   .space  16
";

const FOREVER: &str = ".text\n.proc main\nagain: j again\n.endproc\n";

/// Waits for the timer, 300,000 steps, in ring 0.
const SLEEP: &str = "\
        .segment boot, rx, rings(0, 0, 0)
        .entry  begin
        .proc   begin
        li      r2, (permission.read | permission.write) << 56
        li      r1, (abi.segment_devices + abi.slot_power) << 32
        mint    c3, r1, r2
        li      r1, 1 << 16
        setctl  lines, r1
        li      r1, 300000
        setctl  timer, r1
        wfi
        li      r1, 9
        io      r1, c3, c0, control
        .endproc
";

/// Copies what the second console reads to where it writes.
const COPY: &str = "\
        .text
        .proc   main
        la      c2, device5
again:  la      c1, room
        li      r1, 16
        io      r1, c2, c1, read
        blt     r1, 0, end
        io      r1, c2, c1, write
        j       again
end:    li      r1, 0
        ret
        .endproc
        .data
room:   .space  16
";

/// How long something may take that takes a moment.
const PATIENCE: Duration = Duration::from_secs(20);

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn command(folder: &Folder, words: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("nestor"));
    command
        .args(words.split_whitespace())
        .current_dir(folder.path("."));
    command
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    kill_process(pid.expect("a process"), signal).expect("it runs");
}

/// A command at a pseudo-terminal.
struct Seat {
    child: Child,
    keyboard: File,
    terminal: OwnedFd,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Seat {
    fn new(folder: &Folder, words: &str) -> Seat {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&ours).expect("a pseudo-terminal");
        unlockpt(&ours).expect("a pseudo-terminal");
        let name = ptsname(&ours, Vec::new()).expect("a pseudo-terminal");
        let name = name.into_string().expect("a name");
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let open = || rustix::fs::open(name.as_str(), flags, rustix::fs::Mode::empty());
        let open = || open().expect("the other side");
        let child = command(folder, words)
            .stdin(Stdio::from(open()))
            .stdout(Stdio::from(open()))
            .stderr(Stdio::from(open()))
            .spawn()
            .expect("the program runs");
        let keyboard = File::from(ours);
        let mut reader = keyboard.try_clone().expect("a second handle");
        let screen: Arc<Mutex<Vec<u8>>> = Arc::default();
        let seen = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                let mut seen = seen.lock().expect("no panic");
                seen.extend_from_slice(&bytes[..count]);
            }
        });
        Seat {
            child,
            keyboard,
            terminal: open(),
            screen,
        }
    }

    fn press(&mut self, keys: &[u8]) {
        self.keyboard.write_all(keys).expect("a keyboard");
    }

    fn is_raw(&self) -> bool {
        let modes = tcgetattr(&self.terminal).expect("a terminal").local_modes;
        let all = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        assert!(modes.contains(all) || !modes.intersects(all));
        !modes.contains(all)
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().expect("no panic")).into_owned()
    }

    fn wait_for(&self, text: &str) {
        wait_until(text, || self.screen().contains(text));
    }

    fn end(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the end", || {
            status = self.child.try_wait().expect("a child");
            status.is_some()
        });
        status.expect("an end")
    }
}

#[test]
fn a_program_that_only_polls_gets_live_input() {
    let folder = Folder::new().with("poll.s", POLL);
    let mut child = command(&folder, "run --record kept poll.s")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    thread::sleep(Duration::from_millis(100));
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"k").expect("a pipe");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), output.stdout),
        (Some(0), b"k".to_vec())
    );
    let again = folder.nestor("replay kept");
    assert_eq!((again.status, again.stdout.as_str()), (Some(0), "k"));
}

#[test]
fn standard_input_from_a_file_is_there_from_the_start() {
    let folder = Folder::new().with("poll.s", POLL).with("in", "z");
    let output = command(&folder, "run --max-steps 1000 poll.s")
        .stdin(File::open(folder.path("in")).expect("a file"))
        .output()
        .expect("the program runs");
    assert_eq!(
        (output.status.code(), output.stdout),
        (Some(0), b"z".to_vec())
    );
}

#[test]
fn the_monitor_edits_lines_and_repeats_the_last() {
    let folder = Folder::new().with("forever.s", FOREVER);
    let mut seat = Seat::new(&folder, "debug forever.s");
    // What was said so many times, and behind it the prompt, at which keys are read.
    let at_prompt = |seat: &Seat, said: &str, times: usize| {
        wait_until(said, || {
            let screen = seat.screen();
            let behind = screen.rsplit(said).next().unwrap_or_default();
            screen.matches(said).count() == times && behind.contains("(nestor) ")
        });
    };
    at_prompt(&seat, "step 0, ring 0", 1);
    seat.press(b"s\r");
    at_prompt(&seat, "step 1, ring 0", 1);
    seat.press(b"\r");
    at_prompt(&seat, "step 2, ring 0", 1);
    // Typed without its first letter, and changed at its beginning.
    seat.press(b"ack\x01b\x05\r");
    at_prompt(&seat, "step 1, ring 0", 2);
    seat.press(b"reve\t\r");
    at_prompt(&seat, "nothing would have stopped the run", 1);
    seat.press(b"continue\r");
    // Until it runs, keys are read, and Ctrl-C is one of them.
    wait_until("running", || !seat.is_raw());
    signal(&seat.child, Signal::INT);
    at_prompt(&seat, "stopped from outside", 1);
    seat.press(b"\x04");
    assert_eq!(seat.end().code(), Some(0));
}

#[test]
fn single_keys_and_back() {
    let folder = Folder::new().with("keys.s", KEYS);
    let mut seat = Seat::new(&folder, "run keys.s");
    wait_until("raw", || seat.is_raw());
    seat.press(b"a");
    seat.wait_for("a");
    // Ctrl-C is a key like others, and Ctrl-A twice is one.
    seat.press(b"\x03\x01\x01b");
    seat.wait_for("a\x03\x01b");
    seat.press(b"\x01h");
    seat.wait_for("Ctrl-A x        leaves");
    seat.press(b"q");
    assert_eq!(seat.end().code(), Some(5));
    assert!(!seat.is_raw());
}

#[test]
fn ctrl_a_x_leaves() {
    let folder = Folder::new().with("keys.s", KEYS);
    let mut seat = Seat::new(&folder, "run keys.s");
    wait_until("raw", || seat.is_raw());
    seat.press(b"\x01x");
    assert_eq!(seat.end().code(), Some(130));
    assert!(!seat.is_raw());
    seat.wait_for("keys.s:7:");
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    let folder = Folder::new().with("keys.s", KEYS);
    let mut seat = Seat::new(&folder, "run keys.s");
    wait_until("raw", || seat.is_raw());
    signal(&seat.child, Signal::TERM);
    assert_eq!(seat.end().signal(), Some(Signal::TERM.as_raw()));
    assert!(!seat.is_raw());
}

/// Whether a process has a handler for Ctrl-C.
fn hears_ctrl_c(child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("the process is there");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.expect("its signals").trim(), 16);
    caught.expect("a mask") >> (Signal::INT.as_raw() - 1) & 1 == 1
}

#[test]
fn ctrl_c_stops_a_trace_and_what_was_seen_is_kept() {
    let folder = Folder::new().with("a.s", FOREVER);
    let stopped = |words: &str| {
        let child = command(&folder, &format!("trace {words} a.s"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        wait_until("Ctrl-C is heard", || hears_ctrl_c(&child));
        // A moment, so that the program is in its loop.
        thread::sleep(Duration::from_millis(200));
        signal(&child, Signal::INT);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{words}: {said}");
        assert!(said.contains("stopped: from outside"), "{words}: {said}");
        assert!(said.contains("a.s:3:8"), "{words}: {said}");
        String::from_utf8(output.stdout).expect("text")
    };
    let lines = stopped("--limit 3");
    assert!(lines.contains("... 3 lines are shown"), "{lines}");
    assert!(lines.contains(" steps more;"), "{lines}");
    let tail = stopped("--last 3");
    assert_eq!(tail.matches("4   main").count(), 3, "{tail}");
    assert!(tail.contains(" steps before these"), "{tail}");
    stopped("--html page.html");
    let page = String::from_utf8(folder.read("page.html")).expect("text");
    let data = super::page::data(&page);
    assert_eq!(data["steps"].as_array().map(Vec::len), Some(10_000));
    let end = data["end"].as_str().expect("what was said of the end");
    assert!(end.contains("stopped: from outside"), "{end}");
    stopped("--perfetto timeline.json");
    super::trace::timeline(&folder);
}

#[test]
fn ctrl_c_stops_a_nest_and_the_rows_that_there_are_were_printed() {
    // Alone it ends; a hypervisor that runs it for ever does not.
    let folder = Folder::new()
        .with("a.s", ".proc main\nli r1, 0\nret\n.endproc\n")
        .with(
            "stays.s",
            ".include \"library/hypervisor.s\"\n.proc main\nj main\n.endproc\n",
        );
    for (words, begins, ends) in [("", "depth", "1.00"), ("--json", "[", "]")] {
        let command_line = format!("nest a.s --depth 2 --hypervisor stays.s {words}");
        let mut child = command(&folder, &command_line)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // The row of depth 0 comes while that of depth 1 is measured.
        let mut out = child.stdout.take().expect("a pipe");
        let mut text = String::new();
        while !text.contains(if words.is_empty() {
            "1.00"
        } else {
            "\"ratio\": 1.0"
        }) {
            let mut bytes = [0; 256];
            let count = out.read(&mut bytes).expect("output");
            assert_ne!(count, 0, "{text}");
            text += &String::from_utf8_lossy(bytes.get(..count).unwrap_or_default());
        }
        signal(&child, Signal::INT);
        out.read_to_string(&mut text).expect("output");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{text}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "stopped: from outside, at depth 1\n");
        let shown = text.trim();
        assert!(shown.starts_with(begins) && shown.ends_with(ends), "{text}");
        if words == "--json" {
            let rows = serde_json::from_str::<Vec<serde_json::Value>>(&text);
            assert_eq!(rows.expect("an array").len(), 1);
        }
    }
}

#[test]
fn ctrl_c_stops_a_trace_of_a_program_that_waits_for_input() {
    let folder = Folder::new().with("keys.s", KEYS);
    let child = command(&folder, "trace --symbol main keys.s")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    wait_until("Ctrl-C is heard", || hears_ctrl_c(&child));
    thread::sleep(Duration::from_millis(200));
    signal(&child, Signal::INT);
    let mut child = child;
    let input = child.stdin.take();
    let output = child.wait_with_output().expect("it ends");
    drop(input);
    assert_eq!(output.status.code(), Some(130));
    let trace = String::from_utf8(output.stdout).expect("text");
    // The step that it waits in was not made.
    let last = trace.lines().last().unwrap_or_default();
    assert!(last.starts_with("     101"), "{trace}");
}

#[test]
fn ctrl_c_stops_the_run_and_says_where_it_was() {
    let folder = Folder::new().with("a.s", FOREVER);
    let child = command(&folder, "run --record kept a.s")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    thread::sleep(Duration::from_millis(500));
    signal(&child, Signal::INT);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    for part in [
        "stopped: ",
        "--> a.s:3:8",
        "again: j again",
        "in main",
        "ring 4",
        "step ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let again = folder.nestor("replay kept");
    assert_eq!(again.status, Some(0), "{again}");
}

#[test]
fn at_a_terminal_idling_takes_its_time() {
    let folder = Folder::new().with("sleep.s", SLEEP);
    assert_eq!(folder.nestor("run --bare sleep.s").status, Some(9));
    let started = Instant::now();
    let mut seat = Seat::new(&folder, "run --bare sleep.s");
    assert_eq!(seat.end().code(), Some(9), "{}", seat.screen());
    assert!(started.elapsed() >= Duration::from_millis(290));
}

#[test]
fn a_further_console_of_files() {
    let folder = Folder::new()
        .with("copy.s", COPY)
        .with("in", "some words\n");
    let ran = folder.nestor("run --record kept --console 1=in,out copy.s");
    assert_eq!(ran.good(), "");
    assert_eq!(folder.read("out"), b"some words\n");
    assert_eq!(folder.nestor("replay kept").status, Some(0));
}

#[test]
fn a_further_console_that_is_a_pseudo_terminal() {
    let folder = Folder::new().with("copy.s", COPY);
    let seat = Seat::new(&folder, "run --console 1=pty copy.s");
    wait_until("its name", || seat.screen().contains('\n'));
    let screen = seat.screen();
    let name = screen.trim().strip_prefix("console 1 is ").expect("a name");
    let mut other = File::options()
        .read(true)
        .write(true)
        .open(name)
        .expect("the pseudo-terminal");
    other.write_all(b"ping").expect("the pseudo-terminal");
    let mut answer = [0; 4];
    other.read_exact(&mut answer).expect("the pseudo-terminal");
    assert_eq!(&answer, b"ping");
    let mut seat = seat;
    seat.child.kill().expect("it runs");
    seat.end();
}
