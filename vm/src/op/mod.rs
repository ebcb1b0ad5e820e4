//! The operations of the engine: what decoded instructions do, and how one follows another.
//!
//! An operation is a function of the instruction, the state, what remains of the steps, and the memory; it gives the
//! instruction that is next. Two drivers carry the same functions out: [`drive`] calls each from the end of the one
//! before, where the compiler makes jumps of such calls, and else chooses by number; [`one`] carries out just one.
//!
//! What remains is kept as `s = remaining * SLOT + address of the instruction`. Going to the next slot takes one step and
//! changes nothing of it; whoever goes elsewhere adds the distance, less a slot for the step. Where control goes
//! elsewhere, and behind each page, operations look whether enough remains for another page.
//!
//! Invariant: an operation that stops has done nothing of its instruction, but for [`Why::Jump`], which is complete.

mod arithmetic;
mod capability;
mod control;
mod float;
mod memory;

use crate::code::{Insn, SLOT};
use crate::cpu::{Cpu, Why};

/// An operation that goes on to the next by itself.
pub(crate) type Handler = unsafe extern "sysv64" fn(*const Insn, *mut Cpu, i64, *mut u8);

/// With less than this remaining, operations stop where they look: the steps of a page, and of a pair.
const ENOUGH: i64 = 520 * SLOT;

/// As many steps have to be there for [`drive`].
pub(crate) const ENOUGH_STEPS: u64 = (ENOUGH / SLOT) as u64;

/// Stops at an instruction.
#[inline(always)]
fn stop(cpu: &mut Cpu, at: *const Insn, why: Why) -> *const Insn {
    (cpu.at, cpu.why) = (at, why);
    &raw const cpu.exit
}

/// The instruction in the next slot.
#[inline(always)]
fn next(ip: *const Insn) -> *const Insn {
    ip.wrapping_add(1)
}

/// Goes from one slot to another of the same text.
#[inline(always)]
fn go(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, target: *const Insn) -> *const Insn {
    let left = *s - ip.addr() as i64;
    *s += target.addr() as i64 - ip.addr() as i64 - SLOT;
    if left < ENOUGH {
        return stop(cpu, target, Why::Fuel);
    }
    target
}

/// Stops, for the specification to carry the instruction out.
#[inline(always)]
fn step(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    stop(cpu, ip, Why::Step)
}

/// Stops at an instruction that is not decoded.
#[inline(always)]
fn undecoded(ip: *const Insn, cpu: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    stop(cpu, ip, Why::Decode)
}

/// Goes over the slot behind a page, which is no step.
#[inline(always)]
fn page_end(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, _: *mut u8) -> *const Insn {
    *s += SLOT;
    if *s - (ip.addr() as i64) < ENOUGH {
        return stop(cpu, next(ip), Why::Fuel);
    }
    next(ip)
}

/// Ends a chain of operations.
#[inline(always)]
fn exit(ip: *const Insn, _: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    ip
}

/// Two operations as one: the second follows the first without a jump.
macro_rules! pairs {
    ($($name:ident $first:ident $second:ident, $($one:ident)::+ $($two:ident)::+;)+) => {
        /// Pairs of operations.
        #[expect(non_snake_case, reason = "they are named by their operations")]
        mod pair {
            use super::*;

            $(
                #[inline(always)]
                pub(super) unsafe fn $name(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, mem: *mut u8) -> *const Insn {
                    // SAFETY: the caller's promise; the second is in the next slot, and decoded.
                    unsafe {
                        let then = $($one)::+(ip, cpu, s, mem);
                        if then != next(ip) {
                            return then;
                        }
                        $($two)::+(then, cpu, s, mem)
                    }
                }
            )+
        }

        impl Op {
            /// The operation that does this one and then another, if there is one.
            pub(crate) fn with(self, then: Op) -> Option<Op> {
                match (self, then) {
                    $((Op::$first, Op::$second) => Some(Op::$name),)+
                    _ => None,
                }
            }

            /// Whether it makes two steps.
            pub(crate) fn is_pair(self) -> bool {
                matches!(self, $(Op::$name)|+)
            }
        }
    };
}

macro_rules! operations {
    ($($name:ident $($path:ident)::+;)+) => {
        /// The operations by number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Op { $($name,)+ Exit }

        impl Op {
            /// The function that carries it out and goes on.
            pub(crate) fn handler(self) -> Handler {
                match self {
                    $(Op::$name => chain::$name,)+
                    Op::Exit => chain::exit,
                }
            }
        }

        /// Carries out one operation, without going on.
        ///
        /// # Safety
        /// As for [`drive`].
        #[inline(always)]
        pub(crate) unsafe fn one(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, mem: *mut u8) -> *const Insn {
            // SAFETY: the caller's promise covers the instruction and what it reaches.
            unsafe {
                match (*ip).op {
                    $(Op::$name => $($path)::+(ip, cpu, s, mem),)+
                    Op::Exit => exit(ip, cpu, s, mem),
                }
            }
        }

        /// The operations, each followed by the next.
        #[expect(non_snake_case, reason = "they are named by their operations")]
        mod chain {
            use super::*;

            /// What is not done by calls in tail position never calls.
            pub(super) unsafe extern "sysv64" fn exit(_: *const Insn, cpu: *mut Cpu, s: i64, _: *mut u8) {
                // SAFETY: the state outlives the chain, and nobody else uses it meanwhile.
                unsafe { (*cpu).s = s }
            }

            $(
                pub(super) unsafe extern "sysv64" fn $name(ip: *const Insn, cpu: *mut Cpu, s: i64, mem: *mut u8) {
                    let mut s = s;
                    // SAFETY: as `one`; the instruction that an operation gives is one of the same text, or the end.
                    unsafe {
                        let next = $($path)::+(ip, &mut *cpu, &mut s, mem);
                        ((*next).handler)(next, cpu, s, mem)
                    }
                }
            )+
        }
    };
}

operations! {
    Step step;
    Decode undecoded;
    PageEnd page_end;
    SpanEnd control::span_end;

    AddR arithmetic::add::register;
    AddI arithmetic::add::immediate;
    AddX arithmetic::add::scaled;
    SubR arithmetic::sub::register;
    SubI arithmetic::sub::immediate;
    SubX arithmetic::sub::scaled;
    MulR arithmetic::mul::register;
    MulI arithmetic::mul::immediate;
    MulX arithmetic::mul::scaled;
    AndR arithmetic::and::register;
    AndI arithmetic::and::immediate;
    AndX arithmetic::and::scaled;
    OrR arithmetic::or::register;
    OrI arithmetic::or::immediate;
    OrX arithmetic::or::scaled;
    XorR arithmetic::xor::register;
    XorI arithmetic::xor::immediate;
    XorX arithmetic::xor::scaled;
    ShlR arithmetic::shl::register;
    ShlI arithmetic::shl::immediate;
    ShlX arithmetic::shl::scaled;
    ShrR arithmetic::shr::register;
    ShrI arithmetic::shr::immediate;
    ShrX arithmetic::shr::scaled;
    SarR arithmetic::sar::register;
    SarI arithmetic::sar::immediate;
    SarX arithmetic::sar::scaled;
    SltR arithmetic::slt::register;
    SltI arithmetic::slt::immediate;
    SltX arithmetic::slt::scaled;
    SltuR arithmetic::sltu::register;
    SltuI arithmetic::sltu::immediate;
    SltuX arithmetic::sltu::scaled;
    AddwR arithmetic::addw::register;
    AddwI arithmetic::addw::immediate;
    AddwX arithmetic::addw::scaled;
    SubwR arithmetic::subw::register;
    SubwI arithmetic::subw::immediate;
    SubwX arithmetic::subw::scaled;
    MulhX arithmetic::mulh::scaled;
    MulhuX arithmetic::mulhu::scaled;
    DivX arithmetic::div::scaled;
    DivuX arithmetic::divu::scaled;
    RemX arithmetic::rem::scaled;
    RemuX arithmetic::remu::scaled;
    RotlX arithmetic::rotl::scaled;
    SeqX arithmetic::seq::scaled;
    SneX arithmetic::sne::scaled;
    MulwX arithmetic::mulw::scaled;
    DivwX arithmetic::divw::scaled;
    DivuwX arithmetic::divuw::scaled;
    RemwX arithmetic::remw::scaled;
    RemuwX arithmetic::remuw::scaled;
    ShlwX arithmetic::shlw::scaled;
    ShrwX arithmetic::shrw::scaled;
    SarwX arithmetic::sarw::scaled;
    Seth arithmetic::seth;
    Clz arithmetic::clz;
    Ctz arithmetic::ctz;
    Popcnt arithmetic::popcnt;
    Bswap arithmetic::bswap;
    Sxb arithmetic::sxb;
    Sxh arithmetic::sxh;
    Sxw arithmetic::sxw;
    Zxw arithmetic::zxw;
    Sel arithmetic::sel;
    Clock arithmetic::clock;

    BeqR control::beq::register;
    BneR control::bne::register;
    BltR control::blt::register;
    BgeR control::bge::register;
    BltuR control::bltu::register;
    BgeuR control::bgeu::register;
    BeqI control::beq::immediate;
    BneI control::bne::immediate;
    BltI control::blt::immediate;
    BgeI control::bge::immediate;
    BltuI control::bltu::immediate;
    BgeuI control::bgeu::immediate;
    BeqFar control::beq::far;
    BneFar control::bne::far;
    BltFar control::blt::far;
    BgeFar control::bge::far;
    BltuFar control::bltu::far;
    BgeuFar control::bgeu::far;
    J control::j;
    JFar control::j_far;
    Call control::call;
    Callc control::callc;
    Jmpc control::jmpc;
    Ret control::ret;
    Cpc control::cpc;

    LdbI memory::ldb::plain;
    LdsbI memory::ldsb::plain;
    LdhI memory::ldh::plain;
    LdshI memory::ldsh::plain;
    LdwI memory::ldw::plain;
    LdswI memory::ldsw::plain;
    LdI memory::ld::plain;
    StbI memory::stb::plain;
    SthI memory::sth::plain;
    StwI memory::stw::plain;
    StI memory::st::plain;
    LdbN memory::ldb::natural;
    LdsbN memory::ldsb::natural;
    LdhN memory::ldh::natural;
    LdshN memory::ldsh::natural;
    LdwN memory::ldw::natural;
    LdswN memory::ldsw::natural;
    LdN memory::ld::natural;
    StbN memory::stb::natural;
    SthN memory::sth::natural;
    StwN memory::stw::natural;
    StN memory::st::natural;
    LdbX memory::ldb::scaled;
    LdsbX memory::ldsb::scaled;
    LdhX memory::ldh::scaled;
    LdshX memory::ldsh::scaled;
    LdwX memory::ldw::scaled;
    LdswX memory::ldsw::scaled;
    LdX memory::ld::scaled;
    StbX memory::stb::scaled;
    SthX memory::sth::scaled;
    StwX memory::stw::scaled;
    StX memory::st::scaled;
    LdcI memory::ldc::plain;
    StcI memory::stc::plain;
    LdcX memory::ldc::scaled;
    StcX memory::stc::scaled;

    Cmov capability::cmov;
    Selc capability::selc;
    CaddR capability::cadd::register;
    CaddI capability::cadd::immediate;
    CaddX capability::cadd::scaled;
    CseekX capability::cseek;
    CboundX capability::cbound;
    CpermX capability::cperm;
    Cuntag capability::cuntag;
    Cpack capability::cpack;
    Cget capability::cget;
    Csub capability::csub;
    Csame capability::csame;

    FaddD float::fadd_d;
    FsubD float::fsub_d;
    FmulD float::fmul_d;
    FdivD float::fdiv_d;
    FsqrtD float::fsqrt_d;
    FmaD float::fma_d;
    FeqD float::feq_d;
    FltD float::flt_d;
    FleD float::fle_d;
    FaddS float::fadd_s;
    FsubS float::fsub_s;
    FmulS float::fmul_s;
    FdivS float::fdiv_s;
    FeqS float::feq_s;
    FltS float::flt_s;
    FleS float::fle_s;
    Itod float::itod;
    Utod float::utod;
    Dtoi float::dtoi;
    Dtou float::dtou;

    AddIBneR pair::AddIBneR;
    AddIBneI pair::AddIBneI;
    AddIBltuR pair::AddIBltuR;
    AddIBltuI pair::AddIBltuI;
    AddIBltR pair::AddIBltR;
    AddIBltI pair::AddIBltI;
    AddIBeqI pair::AddIBeqI;
    AddIBgeuR pair::AddIBgeuR;
    AddIBgeR pair::AddIBgeR;
    SubIBneR pair::SubIBneR;
    SubIBneI pair::SubIBneI;
    SubIBltI pair::SubIBltI;
    SubIBeqI pair::SubIBeqI;
    AddRBneR pair::AddRBneR;
    AddRBltuR pair::AddRBltuR;
    AddRBltR pair::AddRBltR;
    MulRAddR pair::MulRAddR;
    LdNLdN pair::LdNLdN;
    LdbNAddR pair::LdbNAddR;
    LdbNStbN pair::LdbNStbN;
    LdbNBeqI pair::LdbNBeqI;
    LdbNBneI pair::LdbNBneI;
    AddIAddI pair::AddIAddI;
    AddIJ pair::AddIJ;
    CgetBneI pair::CgetBneI;
    StIStI pair::StIStI;
    LdILdI pair::LdILdI;
}

pairs! {
    AddIBneR AddI BneR, arithmetic::add::immediate control::bne::register;
    AddIBneI AddI BneI, arithmetic::add::immediate control::bne::immediate;
    AddIBltuR AddI BltuR, arithmetic::add::immediate control::bltu::register;
    AddIBltuI AddI BltuI, arithmetic::add::immediate control::bltu::immediate;
    AddIBltR AddI BltR, arithmetic::add::immediate control::blt::register;
    AddIBltI AddI BltI, arithmetic::add::immediate control::blt::immediate;
    AddIBeqI AddI BeqI, arithmetic::add::immediate control::beq::immediate;
    AddIBgeuR AddI BgeuR, arithmetic::add::immediate control::bgeu::register;
    AddIBgeR AddI BgeR, arithmetic::add::immediate control::bge::register;
    SubIBneR SubI BneR, arithmetic::sub::immediate control::bne::register;
    SubIBneI SubI BneI, arithmetic::sub::immediate control::bne::immediate;
    SubIBltI SubI BltI, arithmetic::sub::immediate control::blt::immediate;
    SubIBeqI SubI BeqI, arithmetic::sub::immediate control::beq::immediate;
    AddRBneR AddR BneR, arithmetic::add::register control::bne::register;
    AddRBltuR AddR BltuR, arithmetic::add::register control::bltu::register;
    AddRBltR AddR BltR, arithmetic::add::register control::blt::register;
    MulRAddR MulR AddR, arithmetic::mul::register arithmetic::add::register;
    LdNLdN LdN LdN, memory::ld::natural memory::ld::natural;
    LdbNAddR LdbN AddR, memory::ldb::natural arithmetic::add::register;
    LdbNStbN LdbN StbN, memory::ldb::natural memory::stb::natural;
    LdbNBeqI LdbN BeqI, memory::ldb::natural control::beq::immediate;
    LdbNBneI LdbN BneI, memory::ldb::natural control::bne::immediate;
    AddIAddI AddI AddI, arithmetic::add::immediate arithmetic::add::immediate;
    AddIJ AddI J, arithmetic::add::immediate control::j;
    CgetBneI Cget BneI, capability::cget control::bne::immediate;
    StIStI StI StI, memory::st::plain memory::st::plain;
    LdILdI LdI LdI, memory::ld::plain memory::ld::plain;
}

/// Carries operations out from this one on, until one stops.
///
/// # Safety
/// `ip` is in the state's text. The text's slots stay until the state has another text. Every window in the state is
/// inside the memory whose first byte is at `mem`, which has a summary byte for each page and one more, and a validity
/// bit for each granule. At least [`ENOUGH_STEPS`] remain.
pub(crate) unsafe fn drive(ip: *const Insn, cpu: &mut Cpu, s: i64, mem: *mut u8) {
    #[cfg(tail_calls)]
    // SAFETY: the caller's promise.
    unsafe {
        ((*ip).handler)(ip, cpu, s, mem);
    }
    #[cfg(not(tail_calls))]
    {
        let (mut ip, mut s) = (ip, s);
        let end = &raw const cpu.exit;
        while ip != end {
            // SAFETY: the caller's promise; each operation gives an instruction of the same text, or the end.
            ip = unsafe { one(ip, cpu, &mut s, mem) };
        }
        cpu.s = s;
    }
}
