//! Floating point on data registers: each instruction is one function of [`crate::float`].
//!
//! Invariant: nothing here traps.

use super::{Done, next};
use crate::float::{self, double, single};
use crate::instruction::format::{Binary, Ternary, Unary};
use crate::machine::Machine;

/// `rd = operation(ra)`.
fn unary(machine: &mut Machine, i: Unary, operation: impl Fn(u64) -> u64) -> Done {
    let result = operation(machine.get_r(i.ra));
    machine.set_r(i.rd, result);
    next()
}

/// `rd = operation(ra, rb)`.
fn binary(machine: &mut Machine, i: Binary, operation: impl Fn(u64, u64) -> u64) -> Done {
    let result = operation(machine.get_r(i.ra), machine.get_r(i.rb));
    machine.set_r(i.rd, result);
    next()
}

/// `rd = operation(ra, rb)`, 1 for true.
fn compare(machine: &mut Machine, i: Binary, operation: impl Fn(u64, u64) -> bool) -> Done {
    binary(machine, i, |a, b| u64::from(operation(a, b)))
}

/// `rd = operation(ra, rb, rc)`.
fn ternary(machine: &mut Machine, i: Ternary, operation: impl Fn(u64, u64, u64) -> u64) -> Done {
    let result = operation(
        machine.get_r(i.ra),
        machine.get_r(i.rb),
        machine.get_r(i.rc),
    );
    machine.set_r(i.rd, result);
    next()
}

pub(super) fn fadd_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::add)
}

pub(super) fn fsub_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::sub)
}

pub(super) fn fmul_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::mul)
}

pub(super) fn fdiv_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::div)
}

pub(super) fn fsqrt_d(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, double::sqrt)
}

pub(super) fn fma_d(machine: &mut Machine, i: Ternary) -> Done {
    ternary(machine, i, double::fma)
}

pub(super) fn fmin_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::min)
}

pub(super) fn fmax_d(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, double::max)
}

pub(super) fn feq_d(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, double::eq)
}

pub(super) fn flt_d(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, double::lt)
}

pub(super) fn fle_d(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, double::le)
}

pub(super) fn fadd_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::add)
}

pub(super) fn fsub_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::sub)
}

pub(super) fn fmul_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::mul)
}

pub(super) fn fdiv_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::div)
}

pub(super) fn fsqrt_s(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, single::sqrt)
}

pub(super) fn fma_s(machine: &mut Machine, i: Ternary) -> Done {
    ternary(machine, i, single::fma)
}

pub(super) fn fmin_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::min)
}

pub(super) fn fmax_s(machine: &mut Machine, i: Binary) -> Done {
    binary(machine, i, single::max)
}

pub(super) fn feq_s(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, single::eq)
}

pub(super) fn flt_s(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, single::lt)
}

pub(super) fn fle_s(machine: &mut Machine, i: Binary) -> Done {
    compare(machine, i, single::le)
}

pub(super) fn itod(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, double::from_signed)
}

pub(super) fn utod(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, double::from_unsigned)
}

pub(super) fn dtoi(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, double::to_signed)
}

pub(super) fn dtou(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, double::to_unsigned)
}

pub(super) fn itos(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, single::from_signed)
}

pub(super) fn utos(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, single::from_unsigned)
}

pub(super) fn stoi(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, single::to_signed)
}

pub(super) fn stou(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, single::to_unsigned)
}

pub(super) fn stod(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, float::widen)
}

pub(super) fn dtos(machine: &mut Machine, i: Unary) -> Done {
    unary(machine, i, float::narrow)
}
