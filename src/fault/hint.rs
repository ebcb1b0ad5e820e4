//! What would have been right, where the run says so.
//!
//! Invariant: a hint is a consequence of the registers and of the capability at the fault.
//! Where nothing follows, nothing is said.

use isa::instruction::operand::{Index, Memory};
use isa::instruction::{Opcode, R, Value};
use isa::{Cause, Kind};

use super::scene::Scene;
use crate::upcoming::index_value;

/// A hint about a data register that the instruction reads.
pub(super) fn about(scene: &Scene<'_>, register: R) -> Option<String> {
    if scene.trap.cause != Cause::Bounds {
        return None;
    }
    scene
        .operands()
        .into_iter()
        .find_map(|(_, value)| match value {
            Value::Memory(memory) if memory.index.register == register => {
                index_in_bounds(scene, memory)
            }
            Value::Index(index) if index.register == register => rest_from_cursor(scene, index),
            Value::R(length) if length == register && is_block(scene) => rest_of_block(scene),
            _ => None,
        })
}

/// The index that would still be inside.
fn index_in_bounds(scene: &Scene<'_>, memory: Memory) -> Option<String> {
    let capability = scene.machine.c(memory.base);
    if !capability.is_tagged() || capability.kind() != Kind::Data {
        return None;
    }
    let index = memory.index;
    let at_zero = i128::from(capability.cursor()) + i128::from(index.immediate);
    let room = i128::from(capability.limit()) - at_zero - i128::from(scene.trap.size);
    let before = i128::from(capability.base()) - at_zero;
    let unit = 1_i128 << index.scale;
    let (first, last) = (
        before.div_euclid(unit) + i128::from(before.rem_euclid(unit) != 0),
        room.div_euclid(unit),
    );
    let now = i128::from(scene.machine.r(index.register).cast_signed());
    if first > last {
        Some(format!(
            "no index fits: {} bytes are more than there is room for",
            scene.trap.size
        ))
    } else if now > last {
        Some(format!("the last index that fits is {last}"))
    } else if now < first {
        Some(format!("the first index that fits is {first}"))
    } else {
        None
    }
}

/// How much is left from the cursor on, for `cbound`.
fn rest_from_cursor(scene: &Scene<'_>, index: Index) -> Option<String> {
    if scene.opcode != Some(Opcode::Cbound) {
        return None;
    }
    let capability = scene.capability();
    let left = i64::from(capability.limit()) - i64::from(capability.cursor());
    let asked = index_value(scene.machine, &index);
    (left >= 0 && capability.cursor() >= capability.base())
        .then(|| format!("{asked} bytes are asked for, and {left} are left from the cursor on"))
}

fn is_block(scene: &Scene<'_>) -> bool {
    matches!(
        scene.opcode,
        Some(Opcode::Copy | Opcode::Fill | Opcode::Cmpb | Opcode::Relabel)
    )
}

/// How much of a block operation there is room for.
fn rest_of_block(scene: &Scene<'_>) -> Option<String> {
    let capability = scene.capability();
    let left = i64::from(capability.limit()) - i64::from(capability.cursor());
    let inside = capability.is_tagged() && capability.cursor() >= capability.base() && left >= 0;
    inside.then(|| format!("{left} bytes are left in {}", scene.register_name()))
}

/// A hint about the instruction as a whole.
pub(super) fn overall(scene: &Scene<'_>) -> Option<String> {
    if scene.trap.cause != Cause::Bounds {
        return None;
    }
    scene
        .operands()
        .into_iter()
        .find_map(|(_, value)| match value {
            Value::Index(Index {
                register: R::ZERO,
                immediate,
                ..
            }) => rest_from_cursor(
                scene,
                Index {
                    register: R::ZERO,
                    scale: 0,
                    immediate,
                },
            ),
            _ => None,
        })
}
