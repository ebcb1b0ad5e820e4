//! Scenes of a nest in which something that is remembered stops being true; and that a machine that goes on by it is found.

use isa::context::MachineBlock;
use isa::instruction::Intercept;
use isa::machine::Machine;
use isa::{Descriptor, PageFlags, PageWord, Real};
use vm::Configuration;

use crate::compare;
use crate::nest::*;
use crate::rig::*;

/// Changes a machine from outside, before the piece of this number.
type Change = dyn Fn(u64, &mut Machine);

/// A machine, and what changes it.
struct Scene {
    make: Box<dyn Fn() -> Machine>,
    change: Box<Change>,
}

impl Scene {
    fn of(make: impl Fn() -> Machine + 'static) -> Scene {
        Scene {
            make: Box::new(make),
            change: Box::new(|_, _| {}),
        }
    }

    /// What is different on an engine of this kind.
    fn compare(&self, configuration: Configuration) -> Option<String> {
        [1, 40].into_iter().find_map(|steps| {
            let pieces = std::iter::repeat_n(steps, 400 / steps as usize);
            compare(&*self.make, configuration, pieces, &*self.change)
        })
    }

    fn assert_same(&self) {
        for places in [1, 2, 4096] {
            let configuration = Configuration {
                places,
                ..Configuration::default()
            };
            assert_eq!(self.compare(configuration), None, "{places} places");
        }
    }
}

/// A rig in ring 0 with two data segments.
fn rig() -> Rig {
    let mut rig = Rig::with_devices(b"", Vec::new());
    rig.enter(0);
    rig.set_c(1, data());
    rig.set_c(2, other());
    rig
}

/// A guest that loads and stores, with a capability in memory, in these hosts.
fn busy(hosts: Hosts, change: impl Fn(&mut Nest) + 'static) -> Scene {
    Scene::of(move || {
        let mut rig = rig();
        rig.code(
            TEXT,
            0,
            "stc c2, [c1 + 0x20]
             ldc c3, [c1 + 0x20]
             ld r1, [c1 + 8]
             add r1, r1, 1
             st r1, [c1 + 8]
             ld r2, [c3 + 0x1000]
             add r2, r2, r1
             st r2, [c3 + 0x1000]
             clock r3
             j -56",
        );
        let mut nest = Nest::around(&rig, hosts, Some(b""));
        change(&mut nest);
        nest.machine
    })
}

fn hosts(count: usize, paged: bool) -> Hosts {
    Hosts {
        count,
        paged,
        depth: 2,
    }
}

/// Two pages of the guest change places again and again, by the map of the outermost host.
fn pages_change_places() -> Scene {
    let scene = busy(hosts(2, true), |_| {});
    let (first, second) = (0x30000 + HOST, 0x34000 + HOST);
    Scene {
        change: Box::new(move |piece, machine| {
            let frames = match piece % 2 {
                0 => [first, second],
                _ => [second, first],
            };
            for (page, frame) in [first, second].into_iter().zip(frames) {
                let word = PageWord::new(Real(HOST + frame), PageFlags::all()).0;
                let place = Real(PAGES + page / 4096 * 8);
                let memory = machine.poke_memory();
                memory.write(place, &word.to_le_bytes()).expect("inside");
            }
        }),
        ..scene
    }
}

/// The budget of a guest ends in the middle.
fn a_budget_ends() -> Scene {
    busy(hosts(3, false), |nest| {
        nest.change(1, |block| block.terms.budget = 57);
    })
}

/// A host asks for each look at the clock.
fn the_clock_is_asked_for() -> Scene {
    busy(hosts(2, false), |nest| {
        nest.change(0, |block| {
            block.terms.intercept_instructions = Intercept::Clock.bit();
        });
    })
}

/// One host runs a guest in two windows in turn, the second of which begins a page further on: what has a number of a segment
/// in the first has another one, so that the same text has other data.
fn two_windows() -> Scene {
    const SHIFT: u16 = 4096 / 32;
    Scene::of(|| {
        let mut rig = rig();
        let shifted = |descriptor: Descriptor, from: u64| Descriptor {
            base: Real(from - 4096),
            ..descriptor
        };
        let (text, data) = (rig.descriptor(TEXT), rig.descriptor(SYSTEM_DATA));
        rig.describe(TEXT + SHIFT, shifted(text, text.base.0));
        rig.describe(
            SYSTEM_DATA + SHIFT,
            shifted(data, rig.descriptor(PLAIN).base.0),
        );
        rig.bytes(PLAIN, 0, &[7]);
        rig.set_c(1, cap(SYSTEM_DATA, 0, 0x1000, ALL, 0));
        rig.code(TEXT, 0, "ld r1, [c1]\nadd r2, r2, r1\nj -16");
        let mut nest = Nest::around(&rig, hosts(1, false), Some(b""));
        let size = rig.machine.memory().size();
        nest.change_context(0, |context| {
            let window = |from: u64| {
                let moved = whole(WINDOW_SEGMENT, size).seek(from);
                moved.and_then(|moved| moved.bound(size - 4096))
            };
            context.c[2] = window(0).expect("inside");
            context.c[5] = window(4096).expect("inside");
        });
        // The budget is soon used up; then the clock goes back, and the windows change places.
        nest.change(0, |block| block.terms.budget = 9);
        let again = format!(
            "vmrun c1, c2, c3
             st r0, [c1 + {}]
             cmov c4, c2
             cmov c2, c5
             cmov c5, c4
             j -40",
            MachineBlock::CLOCK_OFFSET
        );
        nest.code(0, 0, &again);
        nest.machine
    })
}

#[test]
fn what_is_remembered_of_a_nest_is_dropped_when_it_stops_being_true() {
    for scene in [
        pages_change_places(),
        a_budget_ends(),
        the_clock_is_asked_for(),
        two_windows(),
    ] {
        scene.assert_same();
    }
}

/// Each mistake about nests shows in the scene that is made for it.
#[cfg(feature = "faults")]
#[test]
fn mistakes_about_nests_are_found() {
    use vm::{Fault, Planted};

    for (fault, scene) in [
        (Fault::StaleWay, pages_change_places()),
        (Fault::LateHost, a_budget_ends()),
        (Fault::ClockNotOffered, the_clock_is_asked_for()),
        (Fault::StaleMachine, two_windows()),
    ] {
        let configuration = Configuration {
            places: 64,
            planted: Planted::new(fault),
        };
        assert!(scene.compare(configuration).is_some(), "{fault:?}");
    }
}
