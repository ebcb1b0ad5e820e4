//! Guests on the engine: whatever runs in a nest, and however deep, both machines make the same steps.

#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../../isa/tests/machine/any_guest.rs"]
mod any_guest;
#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../../isa/tests/machine/dice.rs"]
mod dice;
#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../../isa/tests/machine/nest.rs"]
mod nest;
#[allow(dead_code, reason = "the machine's own tests use more of it")]
#[path = "../../../isa/tests/machine/rig.rs"]
mod rig;

mod scenes;

use any_guest::host;
use dice::Dice;
use isa::machine::Machine;
use nest::{Hosts, Nest};
use vm::{Configuration, Engine};

/// Where two machines differ, if they do.
fn difference(left: &Machine, right: &Machine) -> Option<String> {
    if left.levels() != right.levels() {
        return Some(format!("levels {} {}", left.levels(), right.levels()));
    }
    for level in 0..left.levels() {
        let (a, b) = (left.level_state(level), right.level_state(level));
        if a != b {
            return Some(format!("level {level}: {a:?}\n{b:?}"));
        }
        let (a, b) = (left.level_clock(level), right.level_clock(level));
        if a != b {
            return Some(format!("clock of level {level}: {a:?} {b:?}"));
        }
        if left.level_block(level) != right.level_block(level) {
            return Some(format!("block of level {level}"));
        }
    }
    None
}

/// The same of all that they are.
fn difference_in_all(left: &Machine, right: &Machine) -> Option<String> {
    let differs = left.state_hash() != right.state_hash();
    difference(left, right).or_else(|| differs.then(|| "memory".to_owned()))
}

/// Makes pieces of so many steps on both machines, and looks at everything after each. Something from outside may change
/// both before a piece.
fn compare(
    make: &dyn Fn() -> Machine,
    configuration: Configuration,
    pieces: impl Iterator<Item = u64>,
    change: &dyn Fn(u64, &mut Machine),
) -> Option<String> {
    let (mut slow, mut fast) = (make(), Engine::with(make(), configuration));
    let mut made = 0;
    for (piece, steps) in (0..).zip(pieces) {
        change(piece, &mut slow);
        change(piece, fast.machine_mut());
        let (a, b) = match steps {
            1 => (slow.step().err(), fast.step().err()),
            _ => (Some(slow.run(steps)), Some(fast.run(steps))),
        };
        let differs = (a != b).then(|| format!("{a:?} {b:?}"));
        let found = differs.or_else(|| match piece % 8 {
            0 => difference_in_all(&slow, fast.machine()),
            _ => difference(&slow, fast.machine()),
        });
        if let Some(found) = found {
            return Some(format!("piece {piece}, behind step {made}: {found}"));
        }
        made += steps;
    }
    difference_in_all(&slow, fast.machine())
}

#[test]
fn any_guest_at_any_depth_makes_the_same_steps() {
    let mut dice = Dice::new();
    for round in 0..120 {
        let rig = host(&mut dice);
        let hosts = Hosts {
            count: round % 4,
            paged: round % 8 < 4,
            depth: 2,
        };
        let places = [1, 2, 4096][round / 4 % 3];
        let configuration = Configuration {
            places,
            ..Configuration::default()
        };
        let steps = match round % 3 {
            0 => vec![1; 150],
            _ => (0..20).map(|_| 1 + dice.below(30)).collect(),
        };
        let make = || Nest::around(&rig, hosts, Some(b"some input")).machine;
        let found = compare(&make, configuration, steps.into_iter(), &|_, _| {});
        assert_eq!(found, None, "round {round}");
    }
}
