//! Capabilities in registers: the derivations that programs make all the time.
//!
//! Invariant: what is derived is what the function of [`isa::capability`] says; where it says no, the specification
//! traps. A window never grows: it moves with the cursor, and is cut with the bounds.

use isa::capability::Kind;
use isa::instruction::names::{CapabilityField, Named};

use super::arithmetic::{index, r, set_r};
use super::{Op, detour, next, stop, way};
use crate::code::Insn;
use crate::cpu::{Cap, Cpu, Why, rights};
use crate::fault::Fault;

#[inline(always)]
pub(super) unsafe fn cmov(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    *cpu.c(i.a) = *cpu.c(i.b);
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn selc(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let chosen = if r(cpu, i.b) != 0 { i.c } else { i.imm as u8 };
        *cpu.c(i.a) = *cpu.c(chosen);
    }
    next(ip)
}

/// Whether the cursor of a tagged value can be moved.
#[inline(always)]
fn is_data(low: u64) -> bool {
    low >> 57 & 0x1f == Kind::Data.number() as u64
}

/// Moves the cursor of `cb` by `x` into `ca`.
#[inline(always)]
unsafe fn moved(ip: *const Insn, cpu: &mut Cpu, x: u64) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let source = cpu.c(i.b);
    let low = source.low.wrapping_add(x);
    // What has a window is data; and where only the cursor changes, it has moved by as much as it was meant to.
    if source.len != 0 && (low ^ source.low) >> 32 == 0 {
        let at = source.at.wrapping_add(x);
        if i.a != i.b {
            *cpu.c(i.a) = *cpu.c(i.b);
        }
        let result = cpu.c(i.a);
        (result.low, result.at) = (low, at);
        return next(ip);
    }
    cpu.missing.1 = x;
    detour(cpu, ip, way(Op::MovedFar))
}

/// The same for the instruction at [`Cpu::at`], any value and any distance.
#[inline(always)]
pub(super) unsafe fn moved_far(
    _: *const Insn,
    cpu: &mut Cpu,
    _: &mut i64,
    _: *mut u8,
) -> *const Insn {
    let (ip, x) = (cpu.at, cpu.missing.1);
    // SAFETY: the detour began at a decoded instruction.
    let i = unsafe { &*ip };
    let mut value = *cpu.c(i.b);
    let cursor = value.cursor().wrapping_add(x);
    if !value.is_tagged() {
        value = Cap {
            low: value.low.wrapping_add(x),
            high: value.high,
            ..Cap::NULL
        };
    } else if cursor > u64::from(u32::MAX) || !is_data(value.low) {
        return stop(cpu, ip, Why::Step);
    } else {
        value.low = value.low & !0xffff_ffff | cursor;
        value.at = value.at.wrapping_add(x);
    }
    *cpu.c(i.a) = value;
    next(ip)
}

/// Moving the cursor.
pub(super) mod cadd {
    use super::*;

    #[inline(always)]
    pub(in super::super) unsafe fn register(
        ip: *const Insn,
        cpu: &mut Cpu,
        _: &mut i64,
        _: *mut u8,
    ) -> *const Insn {
        // SAFETY: the caller's promise.
        unsafe {
            let x = r(cpu, (*ip).c);
            moved(ip, cpu, x)
        }
    }

    #[inline(always)]
    pub(in super::super) unsafe fn immediate(
        ip: *const Insn,
        cpu: &mut Cpu,
        _: &mut i64,
        _: *mut u8,
    ) -> *const Insn {
        // SAFETY: the caller's promise.
        unsafe { moved(ip, cpu, (*ip).imm as i64 as u64) }
    }

    #[inline(always)]
    pub(in super::super) unsafe fn scaled(
        ip: *const Insn,
        cpu: &mut Cpu,
        _: &mut i64,
        _: *mut u8,
    ) -> *const Insn {
        // SAFETY: the caller's promise.
        unsafe {
            let x = index(cpu, &*ip);
            moved(ip, cpu, x)
        }
    }
}

#[inline(always)]
pub(super) unsafe fn cseek(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let (i, x) = unsafe { (&*ip, index(cpu, &*ip)) };
    let mut value = *cpu.c(i.b);
    if !value.is_tagged() {
        value.low = x;
    } else if x > u64::from(u32::MAX) || !is_data(value.low) {
        return stop(cpu, ip, Why::Step);
    } else {
        value.at = value.at.wrapping_add(x.wrapping_sub(value.cursor()));
        value.low = value.low & !0xffff_ffff | x;
    }
    *cpu.c(i.a) = value;
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn cbound(
    ip: *const Insn,
    cpu: &mut Cpu,
    _: &mut i64,
    _: *mut u8,
) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let (i, x) = unsafe { (&*ip, index(cpu, &*ip)) };
    let source = *cpu.c(i.b);
    let Ok(narrow) = source.value().bound(x) else {
        return stop(cpu, ip, Why::Step);
    };
    *cpu.c(i.a) = Cap {
        low: narrow.low(),
        high: narrow.high(),
        ..source
    };
    match source.len {
        0 => cpu.attach(i.a),
        _ if cpu.planted.is(Fault::WideWindow) => {}
        _ => cut(cpu.c(i.a)),
    }
    next(ip)
}

/// Cuts the window of a value to its bounds.
#[inline(always)]
fn cut(cap: &mut Cap) {
    let value = cap.value();
    let old = cap.first();
    let first = old.max(value.base().into());
    let end = (old + cap.len).min(value.limit().into());
    cap.len = end.saturating_sub(first);
    cap.place = cap.place.wrapping_add(first - old);
    let wide = cap.len.saturating_sub(15);
    cap.read = if cap.rights & rights::READ != 0 {
        wide
    } else {
        0
    };
    cap.write = if cap.rights & rights::WRITE != 0 {
        wide
    } else {
        0
    };
}

#[inline(always)]
pub(super) unsafe fn cperm(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let (i, x) = unsafe { (&*ip, index(cpu, &*ip)) };
    let Ok(value) = cpu.c(i.b).value().restrict(x) else {
        return stop(cpu, ip, Why::Step);
    };
    cpu.set_c(i.a, value.low(), value.high(), true);
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn cuntag(
    ip: *const Insn,
    cpu: &mut Cpu,
    _: &mut i64,
    _: *mut u8,
) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    let i = unsafe { &*ip };
    let Cap { low, high, .. } = *cpu.c(i.b);
    cpu.set_c(i.a, low, high, false);
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn cpack(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let (low, high) = (r(cpu, i.b), r(cpu, i.c));
        cpu.set_c(i.a, low, high, false);
    }
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn cget(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let value = cpu.c(i.b).value();
        let Some(field) = CapabilityField::from_number(i.imm as u32) else {
            return stop(cpu, ip, Why::Step);
        };
        set_r(cpu, i.a, field.of(&value));
    }
    next(ip)
}

/// The fields that are read most, each by itself.
macro_rules! fields {
    ($($name:ident: $field:expr;)+) => {$(
        #[inline(always)]
        pub(super) unsafe fn $name(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
            // SAFETY: the caller's promise that `ip` is a decoded instruction.
            unsafe {
                let i = &*ip;
                let field: fn(&Cap) -> u64 = $field;
                let value = field(cpu.c(i.b));
                set_r(cpu, i.a, value);
            }
            next(ip)
        }
    )+};
}

fields! {
    cget_address: |cap| if cap.is_tagged() { cap.low & 0xffff_ffff_ffff } else { cap.low };
    cget_cursor: Cap::cursor;
    cget_length: |cap| CapabilityField::Length.of(&cap.value());
    cget_tag: |cap| cap.is_tagged().into();
}

#[inline(always)]
pub(super) unsafe fn csub(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let (a, b) = (cpu.c(i.b).value(), cpu.c(i.c).value());
        set_r(cpu, i.a, a.address().wrapping_sub(b.address()));
    }
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn csame(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let same = cpu.c(i.b).value() == cpu.c(i.c).value();
        set_r(cpu, i.a, same.into());
    }
    next(ip)
}
