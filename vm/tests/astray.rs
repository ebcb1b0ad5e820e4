//! That guarded memory notices: an engine with a planted mistake, whose windows are a byte too long, reads behind a page
//! and dies of it, in a process of its own. The same engine without it traps or goes on.

#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../isa/tests/machine/rig.rs"]
mod rig;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use isa::machine::Stop;
use rig::*;
use vm::{Configuration, Engine, Fault, Planted};

const TEST: &str = "a_byte_behind_a_page_is_the_end";

/// The variable that tells this program, as a child of itself, whether the mistake is planted.
const MISTAKE: &str = "NESTOR_ASTRAY";

/// Loads from inside a page first, so that there is a window, and then a byte behind it.
fn go(planted: Planted) {
    let mut rig = Rig::new();
    rig.code(
        TEXT + 4,
        0,
        "ldb r1, [c1 + 0xfff]; ldb r2, [c1 + 0x1000]; j 0",
    );
    rig.set_c(1, cap(PLAIN, 0, 0x1000, RW, 4));
    rig.code(TEXT, HANDLER, "j 0");
    let configuration = Configuration {
        planted,
        ..Configuration::default()
    };
    let mut engine = Engine::with(rig.machine, configuration);
    assert_eq!(engine.run(100_000), Stop::Steps);
    assert_eq!(
        engine.machine().last_trap().map(|trap| trap.cause.name()),
        Some("bounds")
    );
}

fn child(mistake: &str) -> ExitStatus {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program);
    child.args(["--exact", TEST]).env(MISTAKE, mistake);
    child.output().expect("a child").status
}

#[test]
fn a_byte_behind_a_page_is_the_end() {
    match std::env::var(MISTAKE).as_deref() {
        Ok("none") => go(Planted::default()),
        Ok(_) => go(Planted::new(Fault::LongWindow)),
        Err(_) => {
            assert!(child("none").success());
            assert_eq!(child("long").signal(), Some(11), "a segment violation");
        }
    }
}
