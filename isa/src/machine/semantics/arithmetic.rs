//! Arithmetic and logic on data registers.
//!
//! Invariant: nothing here looks at memory or at a capability, and only a division by zero traps.

use super::{Done, next};
use crate::instruction::format::{Alu, AluImmediate, Ternary, Unary};
use crate::machine::Machine;
use crate::trap::Cause;

/// `rd = operation(ra, x)`.
fn alu(machine: &mut Machine, i: Alu, operation: impl Fn(u64, u64) -> u64) -> Done {
    let result = operation(machine.get_r(i.ra), machine.index(i.x));
    machine.set_r(i.rd, result);
    next()
}

/// `rd = operation(ra, x)` for divisions, which trap where there is no result.
fn divide(machine: &mut Machine, i: Alu, operation: impl Fn(u64, u64) -> Option<u64>) -> Done {
    let result = operation(machine.get_r(i.ra), machine.index(i.x))
        .ok_or_else(|| machine.trap(Cause::Divide))?;
    machine.set_r(i.rd, result);
    next()
}

/// `rd = operation(ra)`.
fn unary(machine: &mut Machine, i: Unary, operation: impl Fn(u64) -> u64) -> Done {
    let result = operation(machine.get_r(i.ra));
    machine.set_r(i.rd, result);
    next()
}

/// The low half of a word, sign-extended.
pub(super) fn sign32(word: u64) -> u64 {
    word as i32 as u64
}

pub(super) fn add(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, u64::wrapping_add)
}

pub(super) fn sub(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, u64::wrapping_sub)
}

pub(super) fn mul(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, u64::wrapping_mul)
}

pub(super) fn mulh(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| {
        ((i128::from(a as i64) * i128::from(x as i64)) >> 64) as u64
    })
}

pub(super) fn mulhu(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| {
        ((u128::from(a) * u128::from(x)) >> 64) as u64
    })
}

pub(super) fn div(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (x != 0).then(|| (a as i64).wrapping_div(x as i64) as u64)
    })
}

pub(super) fn divu(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, u64::checked_div)
}

pub(super) fn rem(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (x != 0).then(|| (a as i64).wrapping_rem(x as i64) as u64)
    })
}

pub(super) fn remu(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, u64::checked_rem)
}

pub(super) fn and(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a & x)
}

pub(super) fn or(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a | x)
}

pub(super) fn xor(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a ^ x)
}

pub(super) fn shl(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a << (x & 63))
}

pub(super) fn shr(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a >> (x & 63))
}

pub(super) fn sar(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| (a as i64 >> (x & 63)) as u64)
}

pub(super) fn rotl(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| a.rotate_left((x & 63) as u32))
}

pub(super) fn slt(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| u64::from((a as i64) < x as i64))
}

pub(super) fn sltu(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| u64::from(a < x))
}

pub(super) fn seq(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| u64::from(a == x))
}

pub(super) fn sne(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| u64::from(a != x))
}

pub(super) fn addw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| sign32(a.wrapping_add(x)))
}

pub(super) fn subw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| sign32(a.wrapping_sub(x)))
}

pub(super) fn mulw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| sign32(a.wrapping_mul(x)))
}

pub(super) fn divw(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (x as i32 != 0).then(|| (a as i32).wrapping_div(x as i32) as u64)
    })
}

pub(super) fn divuw(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (a as u32)
            .checked_div(x as u32)
            .map(|quotient| quotient as i32 as u64)
    })
}

pub(super) fn remw(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (x as i32 != 0).then(|| (a as i32).wrapping_rem(x as i32) as u64)
    })
}

pub(super) fn remuw(machine: &mut Machine, i: Alu) -> Done {
    divide(machine, i, |a, x| {
        (a as u32)
            .checked_rem(x as u32)
            .map(|rest| rest as i32 as u64)
    })
}

pub(super) fn shlw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| sign32(u64::from((a as u32) << (x & 31))))
}

pub(super) fn shrw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| sign32(u64::from(a as u32 >> (x & 31))))
}

pub(super) fn sarw(machine: &mut Machine, i: Alu) -> Done {
    alu(machine, i, |a, x| (a as i32 >> (x & 31)) as u64)
}

pub(super) fn seth(machine: &mut Machine, i: AluImmediate) -> Done {
    let result = machine.get_r(i.ra) & 0xffff_ffff | u64::from(i.imm as u32) << 32;
    machine.set_r(i.rd, result);
    next()
}

pub(super) fn clz(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| u64::from(a.leading_zeros()))
}

pub(super) fn ctz(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| u64::from(a.trailing_zeros()))
}

pub(super) fn popcnt(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| u64::from(a.count_ones()))
}

pub(super) fn bswap(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, u64::swap_bytes)
}

pub(super) fn sxb(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| a as i8 as u64)
}

pub(super) fn sxh(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| a as i16 as u64)
}

pub(super) fn sxw(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, sign32)
}

pub(super) fn zxw(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, |a| a & 0xffff_ffff)
}

pub(super) fn sel(machine: &mut Machine, i: Ternary) -> Done {
    let chosen = if machine.get_r(i.ra) != 0 { i.rb } else { i.rc };
    machine.set_r(i.rd, machine.get_r(chosen));
    next()
}
