//! Branches, jumps, calls and returns.
//!
//! Invariant: an inner ring is entered only at a gate, with the text, the ring and the stack that the machine
//! provides; nothing of the program counter comes from the caller but which gate.

use super::{Done, Flow, next};
use crate::abi::{RETURN_KEEPS_C, RETURN_KEEPS_R};
use crate::access::{AccessKind, CallKind, call_rule, text_capability};
use crate::address::INSTRUCTION_SIZE;
use crate::capability::{Capability, Fields, Kind};
use crate::instruction::C;
use crate::instruction::format::{self, Branch, CapabilityUnary, Jump};
use crate::machine::Machine;
use crate::ring::Ring;
use crate::trap::Trap;

/// The program counter moved by so many bytes.
fn displaced(machine: &Machine, target: i32) -> Result<Capability, Trap> {
    let offset = u64::from(machine.pc.cursor()).wrapping_add_signed(target.into());
    let failed = |failed| machine.underived(machine.through_pc(), failed, offset, INSTRUCTION_SIZE);
    machine.pc.add(target.into()).map_err(failed)
}

/// Goes to the target if the condition holds for the two operands.
fn branch(machine: &mut Machine, i: Branch, condition: impl Fn(u64, u64) -> bool) -> Done {
    let x = machine
        .get_r(i.x.register)
        .wrapping_add_signed(i.x.immediate.into());
    if condition(machine.get_r(i.ra), x) {
        Ok(Flow::Jump(displaced(machine, i.target)?))
    } else {
        next()
    }
}

pub(super) fn beq(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| a == x)
}

pub(super) fn bne(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| a != x)
}

pub(super) fn blt(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| (a as i64) < x as i64)
}

pub(super) fn bge(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| a as i64 >= x as i64)
}

pub(super) fn bltu(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| a < x)
}

pub(super) fn bgeu(machine: &mut Machine, i: Branch) -> Done {
    branch(machine, i, |a, x| a >= x)
}

pub(super) fn j(machine: &mut Machine, i: Jump) -> Done {
    Ok(Flow::Jump(displaced(machine, i.target)?))
}

/// The return capability to the instruction behind this one.
fn link(machine: &Machine) -> Result<Capability, Trap> {
    let behind = displaced(machine, INSTRUCTION_SIZE as i32)?;
    let failed =
        |failed| machine.underived(machine.through_pc(), failed, behind.cursor().into(), 0);
    behind.return_().map_err(failed)
}

pub(super) fn call(machine: &mut Machine, i: format::Call) -> Done {
    let (link, target) = (link(machine)?, displaced(machine, i.target)?);
    machine.set_c(i.cd, link);
    Ok(Flow::Jump(target))
}

pub(super) fn cpc(machine: &mut Machine, i: format::Call) -> Done {
    let place = displaced(machine, i.target)?;
    machine.set_c(i.cd, place);
    next()
}

/// An entry or return capability as a program counter.
fn opened(target: Capability) -> Capability {
    Capability::new(Fields {
        kind: Kind::Data,
        ..target.fields()
    })
}

/// The link is written before the stacks are exchanged: a caller that wants it in `c15` loses its own stack
/// pointer, and never touches that of the ring it calls.
pub(super) fn callc(machine: &mut Machine, i: CapabilityUnary) -> Done {
    let place = machine.check_at(i.ca, AccessKind::Call, INSTRUCTION_SIZE)?;
    let target = place.through;
    let failed = |failed| {
        machine.underived(
            machine.through(i.ca),
            failed,
            target.cursor().into(),
            INSTRUCTION_SIZE,
        )
    };
    let kind = call_rule(machine.ring(), &target, &place.descriptor).map_err(failed)?;
    let link = link(machine)?;
    machine.set_c(i.cd, link);
    match kind {
        CallKind::Same => Ok(Flow::Jump(opened(target))),
        CallKind::Gate => {
            let ring = place.descriptor.brackets.r2;
            machine.exchange_stacks(ring);
            Ok(Flow::Jump(text_capability(
                target.segment(),
                &place.descriptor,
                ring,
                target.cursor(),
            )))
        }
    }
}

pub(super) fn jmpc(machine: &mut Machine, i: format::Capability) -> Done {
    let place = machine.check_at(i.ca, AccessKind::Jump, INSTRUCTION_SIZE)?;
    Ok(Flow::Jump(place.through))
}

pub(super) fn ret(machine: &mut Machine, i: format::Capability) -> Done {
    let target = machine
        .check_at(i.ca, AccessKind::Return, INSTRUCTION_SIZE)?
        .through;
    if target.ring() != machine.ring() {
        leave(machine, target.ring());
    }
    Ok(Flow::Jump(opened(target)))
}

/// Takes the stack of the outer ring, and leaves it nothing in registers but results and what is preserved, all of
/// it raised.
fn leave(machine: &mut Machine, ring: Ring) {
    machine.exchange_stacks(ring);
    for (number, value) in machine.r.iter_mut().enumerate() {
        if RETURN_KEEPS_R >> number & 1 == 0 {
            *value = 0;
        }
    }
    let stack = C::STACK.index();
    for (number, value) in machine.c.iter_mut().enumerate() {
        let kept = RETURN_KEEPS_C >> number & 1 == 1 || number == stack;
        *value = if kept {
            value.raised(ring)
        } else {
            Capability::NULL
        };
    }
}
