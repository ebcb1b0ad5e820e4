//! Branches, jumps, calls and returns within one text.
//!
//! Invariant: a target inside the running text needs no check but that it is one: the program counter was allowed to
//! run all of it, in this ring. Everything else is asked elsewhere.

use isa::AccessKind;

use super::arithmetic::r;
use super::{Op, detour, go, next, stand_in, stop, way};
use crate::code::{Insn, SLOT, offset, slot};
use crate::cpu::{Cpu, Why};
use crate::fault::Fault;
use crate::transfer::{Crossed, DATA, ENTRY, RETURN, aim, cross, raise_all};

/// The instruction at a displacement of slots.
#[inline(always)]
fn displaced(ip: *const Insn, bytes: i32) -> *const Insn {
    ip.wrapping_byte_offset(bytes as isize)
}

/// Goes to an offset of the segment from `start` on, outside the span or at any rate not known to be inside.
#[inline(always)]
fn go_far(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, relative: i32) -> *const Insn {
    let target = cpu.text.start.wrapping_add_signed(relative.into());
    if target > u64::from(u32::MAX) {
        return stop(cpu, ip, Why::Step);
    }
    if !cpu.planted.is(Fault::StepAtJump) {
        *s -= SLOT;
    }
    cpu.target = target;
    stop(cpu, ip, Why::Jump)
}

/// A comparison and a place to go to, with the second operand in its forms.
macro_rules! branches {
    ($($name:ident: $condition:expr;)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[inline(always)]
            fn holds(a: u64, x: u64) -> bool {
                let condition: fn(u64, u64) -> bool = $condition;
                condition(a, x)
            }

            /// Compares with a register, and goes to a slot.
            #[inline(always)]
            pub(in super::super) unsafe fn register(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise that `ip` is a decoded instruction.
                let (i, taken) = unsafe {
                    let i = &*ip;
                    (i, holds(r(cpu, i.a), r(cpu, i.b)))
                };
                if taken { go(ip, cpu, s, displaced(ip, i.imm)) } else { next(ip) }
            }

            /// Compares with a number, and goes to a slot.
            #[inline(always)]
            pub(in super::super) unsafe fn immediate(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise that `ip` is a decoded instruction.
                let (i, taken) = unsafe {
                    let i = &*ip;
                    (i, holds(r(cpu, i.a), i.c as i8 as u64))
                };
                if taken { go(ip, cpu, s, displaced(ip, i.imm)) } else { next(ip) }
            }

            /// Compares with a register and a number, and goes to an offset.
            #[inline(always)]
            pub(in super::super) unsafe fn far(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise that `ip` is a decoded instruction.
                let (i, taken) = unsafe {
                    let i = &*ip;
                    let x = r(cpu, i.b).wrapping_add_signed(i64::from(i.c as i8));
                    (i, holds(r(cpu, i.a), x))
                };
                if taken { go_far(ip, cpu, s, i.imm) } else { next(ip) }
            }
        }
    )+};
}

branches! {
    beq: |a, x| a == x;
    bne: |a, x| a != x;
    blt: |a, x| (a as i64) < x as i64;
    bge: |a, x| a as i64 >= x as i64;
    bltu: |a, x| a < x;
    bgeu: |a, x| a >= x;
}

#[inline(always)]
pub(super) unsafe fn j(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let imm = unsafe { (*ip).imm };
    go(ip, cpu, s, displaced(ip, imm))
}

#[inline(always)]
pub(super) unsafe fn j_far(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let imm = unsafe { (*ip).imm };
    go_far(ip, cpu, s, imm)
}

/// Runs off the end of the span.
#[inline(always)]
pub(super) fn span_end(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    let index = (ip.addr() - cpu.text.code.addr()) as u64 / SLOT as u64;
    cpu.target = cpu.text.start + offset(index);
    stop(cpu, ip, Why::Jump)
}

/// The instruction that the capability of a register leads to, if the upper half of its low word is this, and if it is of
/// the running text and in it; else null.
#[inline(always)]
fn inside(cpu: &mut Cpu, operand: u8, upper: u32) -> *const Insn {
    let cap = cpu.c(operand);
    let (low, high, is_tagged) = (cap.low, cap.high, cap.is_tagged());
    let text = &cpu.text;
    let relative = (low & 0xffff_ffff).wrapping_sub(text.start);
    let fits = relative.wrapping_sub(text.first) < text.len && low & 7 == 0;
    if (low >> 32) as u32 == upper && high == text.high && is_tagged && fits {
        text.code.wrapping_add(slot(relative) as usize)
    } else {
        std::ptr::null()
    }
}

#[inline(always)]
pub(super) unsafe fn call(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let here = u64::from(u16::from_le_bytes([i.b, i.c])) * 8;
    cpu.set_link(i.a, cpu.text.start + here + 8);
    go(ip, cpu, s, displaced(ip, i.imm))
}

#[inline(always)]
pub(super) unsafe fn callc(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let target = inside(cpu, i.b, cpu.text.entries);
    if target.is_null() {
        return detour(cpu, ip, way(Op::CrossCall));
    }
    cpu.set_link(i.a, cpu.text.start.wrapping_add_signed(i.imm.into()));
    go(ip, cpu, s, target)
}

#[inline(always)]
pub(super) unsafe fn jmpc(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let target = inside(cpu, i.a, (cpu.text.low >> 32) as u32);
    if target.is_null() {
        return detour(cpu, ip, way(Op::CrossJump));
    }
    go(ip, cpu, s, target)
}

#[inline(always)]
pub(super) unsafe fn ret(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let target = inside(cpu, i.a, cpu.text.returns);
    if target.is_null() {
        return detour(cpu, ip, way(Op::CrossReturn));
    }
    go(ip, cpu, s, target)
}

/// Goes on in another text, if the transfer was made; else to the operation that stands in for it.
#[inline(always)]
fn arrive(
    ip: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    crossed: Crossed,
    else_way: usize,
) -> *const Insn {
    if crossed.target.is_null() {
        return detour(cpu, ip, else_way);
    }
    let then = go(ip, cpu, s, crossed.target);
    if crossed.is_to_raise {
        cpu.onward = then;
        return stand_in(way(Op::Raise));
    }
    then
}

/// A call that went to another text before.
#[inline(always)]
pub(super) unsafe fn callc_across(
    ip: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    _: *mut u8,
) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let behind = cpu.text.start.wrapping_add_signed(i.imm.into());
    let crossed = cross::<ENTRY>(cpu, i.b, i.a, behind);
    arrive(ip, cpu, s, crossed, way(Op::CrossCall))
}

/// A return that went to another text before.
#[inline(always)]
pub(super) unsafe fn ret_across(
    ip: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    _: *mut u8,
) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let crossed = cross::<RETURN>(cpu, i.a, 0, 0);
    arrive(ip, cpu, s, crossed, way(Op::CrossReturn))
}

/// A jump that went to another text before.
#[inline(always)]
pub(super) unsafe fn jmpc_across(
    ip: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    _: *mut u8,
) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let crossed = cross::<DATA>(cpu, i.a, 0, 0);
    arrive(ip, cpu, s, crossed, way(Op::CrossJump))
}

/// Raises registers, and goes on at [`Cpu::onward`].
#[inline(always)]
pub(super) fn raise(_: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    raise_all(cpu);
    cpu.onward
}

/// Has an instruction look for another text first from now on.
///
/// # Safety
/// It is a decoded instruction whose meaning the operation does not change.
unsafe fn become_across(ip: *const Insn, op: Op) {
    // SAFETY: slots belong to the spans of the engine, and nobody holds a reference to one while operations run.
    unsafe {
        let slot = ip.cast_mut();
        (*slot).op = op;
        (*slot).handler = op.handler();
    }
}

/// The call at [`Cpu::at`], to another text than before. It is taken to go there again.
#[inline(always)]
pub(super) unsafe fn cross_call(
    _: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    mem: *mut u8,
) -> *const Insn {
    let ip = cpu.at;
    // SAFETY: the detour began at a decoded instruction, a call.
    unsafe {
        if aim::<ENTRY>(cpu, (*ip).b) {
            become_across(ip, Op::CallcAcross);
            return callc_across(ip, cpu, s, mem);
        }
        if !inside(cpu, (*ip).b, cpu.text.entries).is_null() {
            return callc(ip, cpu, s, mem);
        }
    }
    cpu.crossing = AccessKind::Call;
    stop(cpu, ip, Why::Cross)
}

/// The return at [`Cpu::at`], to another text than before. It is taken to go there again.
#[inline(always)]
pub(super) unsafe fn cross_return(
    _: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    mem: *mut u8,
) -> *const Insn {
    let ip = cpu.at;
    // SAFETY: the detour began at a decoded instruction, a return.
    unsafe {
        if aim::<RETURN>(cpu, (*ip).a) {
            become_across(ip, Op::RetAcross);
            return ret_across(ip, cpu, s, mem);
        }
        if !inside(cpu, (*ip).a, cpu.text.returns).is_null() {
            return ret(ip, cpu, s, mem);
        }
    }
    cpu.crossing = AccessKind::Return;
    stop(cpu, ip, Why::Cross)
}

/// The jump at [`Cpu::at`], to another text than before. It is taken to go there again.
#[inline(always)]
pub(super) unsafe fn cross_jump(
    _: *const Insn,
    cpu: &mut Cpu,
    s: &mut i64,
    mem: *mut u8,
) -> *const Insn {
    let ip = cpu.at;
    // SAFETY: the detour began at a decoded instruction, a jump.
    unsafe {
        if aim::<DATA>(cpu, (*ip).a) {
            become_across(ip, Op::JmpcAcross);
            return jmpc_across(ip, cpu, s, mem);
        }
        if !inside(cpu, (*ip).a, (cpu.text.low >> 32) as u32).is_null() {
            return jmpc(ip, cpu, s, mem);
        }
    }
    cpu.crossing = AccessKind::Jump;
    stop(cpu, ip, Why::Cross)
}

#[inline(always)]
pub(super) unsafe fn cpc(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let cursor = cpu.text.start.wrapping_add_signed(i.imm.into());
    if cursor > u64::from(u32::MAX) {
        return stop(cpu, ip, Why::Step);
    }
    let (low, high) = (cpu.text.low | cursor, cpu.text.high);
    cpu.set_c(i.a, low, high, true);
    next(ip)
}
