//! Arithmetic and logic on data registers.

use super::{next, remaining, stop};
use crate::code::Insn;
use crate::cpu::{Cpu, Why};
use crate::fault::Fault;

/// Reads a data register.
///
/// # Safety
/// `operand` is a register of a decoded instruction.
#[inline(always)]
pub(super) unsafe fn r(cpu: &Cpu, operand: u8) -> u64 {
    debug_assert!(usize::from(operand) < cpu.r.len());
    // SAFETY: decoding makes no other register numbers.
    unsafe { *cpu.r.get_unchecked(usize::from(operand)) }
}

/// Writes a data register.
///
/// # Safety
/// `operand` is a register of a decoded instruction.
#[inline(always)]
pub(super) unsafe fn set_r(cpu: &mut Cpu, operand: u8, value: u64) {
    debug_assert!(usize::from(operand) < cpu.r.len());
    // SAFETY: decoding makes no other register numbers.
    unsafe { *cpu.r.get_unchecked_mut(usize::from(operand)) = value }
}

/// The value of `register << scale + immediate`, as a word holds it.
///
/// # Safety
/// `i` is a decoded instruction.
#[inline(always)]
pub(super) unsafe fn index(cpu: &Cpu, i: &Insn) -> u64 {
    // SAFETY: five bits are a register.
    let register = unsafe { r(cpu, i.c & 31) };
    (register << (i.c >> 5)).wrapping_add_signed(i.imm.into())
}

/// An operation of two words, with the second operand in each of its forms.
macro_rules! binary {
    ($($name:ident: $operation:expr;)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[inline(always)]
            unsafe fn apply(ip: *const Insn, cpu: &mut Cpu, x: u64) -> *const Insn {
                // SAFETY: the caller's promise that `ip` is a decoded instruction.
                unsafe {
                    let i = &*ip;
                    let operation: fn(u64, u64) -> u64 = $operation;
                    let value = operation(r(cpu, i.b), x);
                    set_r(cpu, i.a, value);
                }
                next(ip)
            }

            /// The second operand is a register.
            #[allow(dead_code, reason = "rare operations have the general form only")]
            #[inline(always)]
            pub(in super::super) unsafe fn register(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise.
                unsafe {
                    let x = r(cpu, (*ip).c);
                    apply(ip, cpu, x)
                }
            }

            /// The second operand is a number.
            #[allow(dead_code, reason = "rare operations have the general form only")]
            #[inline(always)]
            pub(in super::super) unsafe fn immediate(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise.
                unsafe { apply(ip, cpu, (*ip).imm as i64 as u64) }
            }

            /// The second operand is a register, shifted, and a number.
            #[inline(always)]
            pub(in super::super) unsafe fn scaled(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise.
                unsafe {
                    let x = index(cpu, &*ip);
                    apply(ip, cpu, x)
                }
            }
        }
    )+};
}

/// Sign-extends the low half.
#[inline(always)]
fn sign32(word: u64) -> u64 {
    word as i32 as u64
}

binary! {
    add: |a, x| a.wrapping_add(x);
    sub: |a, x| a.wrapping_sub(x);
    mul: |a, x| a.wrapping_mul(x);
    mulh: |a, x| ((i128::from(a as i64) * i128::from(x as i64)) >> 64) as u64;
    mulhu: |a, x| ((u128::from(a) * u128::from(x)) >> 64) as u64;
    and: |a, x| a & x;
    or: |a, x| a | x;
    xor: |a, x| a ^ x;
    shl: |a, x| a << (x & 63);
    shr: |a, x| a >> (x & 63);
    sar: |a, x| ((a as i64) >> (x & 63)) as u64;
    rotl: |a, x| a.rotate_left(x as u32 & 63);
    slt: |a, x| u64::from((a as i64) < x as i64);
    sltu: |a, x| u64::from(a < x);
    seq: |a, x| u64::from(a == x);
    sne: |a, x| u64::from(a != x);
    addw: |a, x| sign32(a.wrapping_add(x));
    subw: |a, x| sign32(a.wrapping_sub(x));
    mulw: |a, x| sign32(a.wrapping_mul(x));
    shlw: |a, x| sign32(u64::from((a as u32) << (x & 31)));
    shrw: |a, x| sign32(u64::from(a as u32 >> (x & 31)));
    sarw: |a, x| ((a as i32) >> (x & 31)) as u64;
}

/// A division, which is the specification's to trap where there is no result.
macro_rules! division {
    ($($name:ident: $operation:expr;)+) => {$(
        pub(super) mod $name {
            use super::*;

            #[inline(always)]
            pub(in super::super) unsafe fn scaled(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
                // SAFETY: the caller's promise that `ip` is a decoded instruction.
                unsafe {
                    let i = &*ip;
                    let operation: fn(u64, u64) -> Option<u64> = $operation;
                    match operation(r(cpu, i.b), index(cpu, i)) {
                        Some(value) => set_r(cpu, i.a, value),
                        None => return stop(cpu, ip, Why::Step),
                    }
                }
                next(ip)
            }
        }
    )+};
}

division! {
    div: |a, x| (x != 0).then(|| (a as i64).wrapping_div(x as i64) as u64);
    divu: |a, x| a.checked_div(x);
    rem: |a, x| (x != 0).then(|| (a as i64).wrapping_rem(x as i64) as u64);
    remu: |a, x| a.checked_rem(x);
    divw: |a, x| (x as i32 != 0).then(|| (a as i32).wrapping_div(x as i32) as u64);
    divuw: |a, x| (a as u32).checked_div(x as u32).map(|word| sign32(word.into()));
    remw: |a, x| (x as i32 != 0).then(|| (a as i32).wrapping_rem(x as i32) as u64);
    remuw: |a, x| (a as u32).checked_rem(x as u32).map(|word| sign32(word.into()));
}

/// An operation of one word.
macro_rules! unary {
    ($($name:ident: $operation:expr;)+) => {$(
        #[inline(always)]
        pub(super) unsafe fn $name(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
            // SAFETY: the caller's promise that `ip` is a decoded instruction.
            unsafe {
                let i = &*ip;
                let operation: fn(u64) -> u64 = $operation;
                let value = operation(r(cpu, i.b));
                set_r(cpu, i.a, value);
            }
            next(ip)
        }
    )+};
}

unary! {
    clz: |a| a.leading_zeros().into();
    ctz: |a| a.trailing_zeros().into();
    popcnt: |a| a.count_ones().into();
    bswap: |a| a.swap_bytes();
    sxb: |a| a as i8 as u64;
    sxh: |a| a as i16 as u64;
    sxw: sign32;
    zxw: |a| u64::from(a as u32);
}

#[inline(always)]
pub(super) unsafe fn seth(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let value = r(cpu, i.b) & 0xffff_ffff | u64::from(i.imm as u32) << 32;
        set_r(cpu, i.a, value);
    }
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn sel(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe {
        let i = &*ip;
        let (yes, no) = (r(cpu, i.c), r(cpu, i.imm as u8));
        let value = if r(cpu, i.b) != 0 { yes } else { no };
        set_r(cpu, i.a, value);
    }
    next(ip)
}

#[inline(always)]
pub(super) unsafe fn clock(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    if cpu.clock_is_offered {
        return stop(cpu, ip, Why::Step);
    }
    let mut now = cpu.clock_end.wrapping_sub(remaining(ip, *s));
    if cpu.planted.is(Fault::LateClock) {
        now = now.wrapping_add(1);
    }
    // SAFETY: the caller's promise that `ip` is a decoded instruction.
    unsafe { set_r(cpu, (*ip).a, now) };
    next(ip)
}
