//! A machine that runs guests, given anything at all, does the same by itself and in hosts of its own; and never ends
//! otherwise than it should.

use isa::instruction::Opcode;
use isa::machine::{Stepped, Stop};
use isa::{Ring, SegmentNumber};

use crate::any_guest::{GUEST_BLOCK, host};
use crate::dice::Dice;
use crate::nest::*;
use crate::rig::*;
use crate::totality::assert_invariants;

#[test]
fn a_machine_with_any_guest_does_the_same_at_every_depth() {
    let mut dice = Dice::new();
    let (mut steps, mut deep, mut exits) = (0u64, 0u64, 0u64);
    for round in 0..90 {
        let rig = host(&mut dice);
        let count = 1 + round % 3;
        let with = |count, paged| {
            let hosts = Hosts {
                count,
                paged,
                depth: 2,
            };
            Nest::around(&rig, hosts, Some(b"some input"))
        };
        let (mut alone, mut nested) = (with(0, false), with(count, round % 2 == 0));
        for step in 0..120 {
            let a = alone.leaf_step();
            if a.is_err() {
                break;
            }
            // A guest that waits exits, and its host has nothing else to do; so it is left at that.
            let Some(b) = nested.try_leaf_step() else {
                break;
            };
            assert_eq!(a, b, "round {round}, step {step}");
            let levels = alone.machine.levels();
            assert_eq!(
                levels + count,
                nested.machine.levels(),
                "round {round}, step {step}"
            );
            for level in 0..levels {
                let (a, b) = (&alone.machine, &nested.machine);
                assert_eq!(a.level_state(level), b.level_state(level + count));
                assert_eq!(a.level_clock(level), b.level_clock(level + count));
            }
            if step % 16 == 0 || a == Ok(Stepped::Exited) {
                let hash = nested.machine.state_hash_of(count);
                assert_eq!(
                    alone.machine.state_hash(),
                    hash,
                    "round {round}, step {step}"
                );
            }
            assert_invariants(&nested.machine, "any guest");
            steps += 1;
            deep += u64::from(levels > 1);
            exits += u64::from(a == Ok(Stepped::Exited));
        }
    }
    assert!(
        steps > 5000 && deep > 1000 && exits > 500,
        "{steps} {deep} {exits}"
    );
}

#[test]
fn blocks_of_random_bytes_are_guests_too() {
    let mut dice = Dice::new();
    let mut exits = 0;
    for _ in 0..200 {
        let mut rig = host(&mut dice);
        let bytes: Vec<u8> = (0..512)
            .flat_map(|_| match dice.chance(3) {
                true => dice.number().to_le_bytes(),
                false => [0; 8],
            })
            .collect();
        rig.bytes(DATA, GUEST_BLOCK, &bytes);
        let hosts = Hosts {
            count: 0,
            paged: false,
            depth: 5,
        };
        let mut nest = Nest::around(&rig, hosts, Some(b""));
        for _ in 0..60 {
            let stepped = nest.machine.step();
            assert!(!matches!(stepped, Err(Stop::Steps)));
            assert_invariants(&nest.machine, "random block");
            exits += u32::from(stepped == Ok(Stepped::Exited));
            if stepped.is_err() {
                break;
            }
        }
    }
    assert!(exits > 200, "{exits}");
}

#[test]
fn a_bomb_of_guests_ends_where_depth_does() {
    // Every machine runs the same block, window and table, that is, a copy of what it is itself.
    let mut rig = Rig::with_devices(b"", Vec::new());
    rig.enter(0);
    rig.code(TEXT, 0, "trap 1");
    for depth in [1, 8, 64] {
        let hosts = Hosts {
            count: depth,
            paged: false,
            depth: 0,
        };
        let mut nest = Nest::around(&rig, hosts, None);
        assert!(matches!(nest.machine.step(), Ok(Stepped::Delivered(_))));
        assert_eq!(nest.machine.levels(), depth + 1);
        assert_eq!(nest.machine.ring(), Ring::KERNEL);
        assert_eq!(nest.machine.pc().segment(), SegmentNumber(TEXT));
        nest.code_of_leaf(assemble("vmrun c1, c2, c3"));
        let Ok(Stepped::Delivered(trap)) = nest.machine.step() else {
            panic!("no trap");
        };
        assert_eq!(trap.cause, isa::Cause::Depth, "{:?}", Opcode::Vmrun);
    }
}
