//! Floating point: each operation is one function of [`isa::float`].

use isa::float::{double, single};

use super::arithmetic::{r, set_r};
use super::next;
use crate::code::Insn;
use crate::cpu::Cpu;

macro_rules! floats {
    ($($name:ident($($operand:ident),+): $operation:expr;)+) => {$(
        #[inline(always)]
        pub(super) unsafe fn $name(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
            // SAFETY: the caller's promise that `ip` is a decoded instruction.
            unsafe {
                let i = &*ip;
                let value = $operation($(r(cpu, i.$operand as u8)),+);
                set_r(cpu, i.a, u64::from(value));
            }
            next(ip)
        }
    )+};
}

floats! {
    fadd_d(b, c): double::add;
    fsub_d(b, c): double::sub;
    fmul_d(b, c): double::mul;
    fdiv_d(b, c): double::div;
    fsqrt_d(b): double::sqrt;
    fma_d(b, c, imm): double::fma;
    feq_d(b, c): double::eq;
    flt_d(b, c): double::lt;
    fle_d(b, c): double::le;
    fadd_s(b, c): single::add;
    fsub_s(b, c): single::sub;
    fmul_s(b, c): single::mul;
    fdiv_s(b, c): single::div;
    feq_s(b, c): single::eq;
    flt_s(b, c): single::lt;
    fle_s(b, c): single::le;
    itod(b): double::from_signed;
    utod(b): double::from_unsigned;
    dtoi(b): double::to_signed;
    dtou(b): double::to_unsigned;
}
