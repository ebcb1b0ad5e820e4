//! The operations of the engine: what decoded instructions do, and how one follows another.
//!
//! An operation is a function of the instruction, the state, what remains of the steps, and the memory; it gives the
//! instruction that is next. Two drivers carry the same functions out: [`drive`] calls each from the end of the one
//! before, where the compiler makes jumps of such calls, and else chooses by number; [`one`] carries out just one.
//!
//! What remains is kept as `s = remaining * SLOT + address of the instruction - ENOUGH`. Going to the next slot takes one
//! step and changes nothing of it; whoever goes elsewhere adds the distance, less a slot for the step. Where control goes
//! elsewhere, and behind each page, operations look whether enough remains for another page: whether `s` is above the
//! address.
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

/// With less than this remaining, operations stop where they look: the steps of a page, and of a few operations as one.
const ENOUGH: i64 = ENOUGH_STEPS as i64 * SLOT;

/// As many steps have to be there for [`drive`].
pub(crate) const ENOUGH_STEPS: u64 = 520;

/// What is kept of the steps that remain at an instruction.
#[inline(always)]
pub(crate) fn kept(ip: *const Insn, remaining: u64) -> i64 {
    remaining as i64 * SLOT + ip.addr() as i64 - ENOUGH
}

/// The steps that remain at an instruction.
#[inline(always)]
pub(crate) fn remaining(ip: *const Insn, s: i64) -> u64 {
    ((s + ENOUGH - ip.addr() as i64) / SLOT) as u64
}

/// Stops at an instruction.
#[inline(always)]
fn stop(cpu: &mut Cpu, at: *const Insn, why: Why) -> *const Insn {
    (cpu.at, cpu.why) = (at, why);
    &raw const EXIT
}

/// Goes to an operation that carries out in another way what is rare, so that what is common calls nothing.
#[inline(always)]
fn detour(cpu: &mut Cpu, at: *const Insn, way: usize) -> *const Insn {
    cpu.at = at;
    stand_in(way)
}

/// An operation that stands in for others.
#[inline(always)]
fn stand_in(way: usize) -> *const Insn {
    &raw const STAND_INS[way]
}

/// The operations that stand in for rare cases of others. Each goes on from [`Cpu::at`].
const DETOURS: [Op; 6] = [
    Op::MovedFar,
    Op::Changed,
    Op::CrossCall,
    Op::CrossReturn,
    Op::CrossJump,
    Op::Raise,
];

/// What every stop goes on with: the end of the chain.
pub(crate) static EXIT: Insn = Insn::plain(Op::Exit);

/// What detours go on with.
static STAND_INS: [Insn; DETOURS.len()] = {
    let mut stand_ins = [Insn::plain(Op::Exit); DETOURS.len()];
    let mut way = 0;
    while way < DETOURS.len() {
        stand_ins[way] = Insn::plain(DETOURS[way]);
        way += 1;
    }
    stand_ins
};

/// Whether an instruction is none of the text, but stands in for one.
pub(crate) fn stands_in(ip: *const Insn) -> bool {
    STAND_INS.as_ptr_range().contains(&ip)
}

/// The number of an operation in [`DETOURS`].
const fn way(op: Op) -> usize {
    let mut way = 0;
    while DETOURS[way] as u8 != op as u8 {
        way += 1;
    }
    way
}

/// The instruction in the next slot.
#[inline(always)]
fn next(ip: *const Insn) -> *const Insn {
    ip.wrapping_add(1)
}

/// Goes from one slot to another of the same text.
#[inline(always)]
fn go(ip: *const Insn, cpu: &mut Cpu, s: &mut i64, target: *const Insn) -> *const Insn {
    let few = *s < ip.addr() as i64;
    *s += target.addr() as i64 - ip.addr() as i64 - SLOT;
    if few {
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
    if *s < ip.addr() as i64 {
        return stop(cpu, next(ip), Why::Fuel);
    }
    next(ip)
}

/// Ends a chain of operations.
#[inline(always)]
fn exit(ip: *const Insn, _: &mut Cpu, _: &mut i64, _: *mut u8) -> *const Insn {
    ip
}

/// Several operations as one: a second, which can be several itself, follows the first without a jump.
macro_rules! sequences {
    ($($name:ident $first:ident $second:ident, $($one:ident)::+ $($two:ident)::+;)+) => {
        /// Operations after one another.
        #[expect(non_snake_case, reason = "they are named by their operations")]
        mod sequence {
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
            /// The operation that does this one and then those of another, if there is one.
            pub(crate) fn with(self, then: Op) -> Option<Op> {
                match (self, then) {
                    $((Op::$first, Op::$second) => Some(Op::$name),)+
                    _ => None,
                }
            }

            /// How many steps it makes.
            pub(crate) const fn steps(self) -> u64 {
                match self {
                    $(Op::$name => Op::$first.steps() + Op::$second.steps(),)+
                    _ => 1,
                }
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
            /// Each that can stand in a text or on a detour, in order.
            pub(crate) const NAMES: &[&str] = &[$(stringify!($name),)+];

            /// The function that carries it out and goes on.
            pub(crate) const fn handler(self) -> Handler {
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
    CallcAcross control::callc_across;
    RetAcross control::ret_across;
    JmpcAcross control::jmpc_across;
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

    MovedFar capability::moved_far;
    Changed memory::ldc::changed;
    CrossCall control::cross_call;
    CrossReturn control::cross_return;
    CrossJump control::cross_jump;
    Raise control::raise;

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
    CgetAddress capability::cget_address;
    CgetCursor capability::cget_cursor;
    CgetLength capability::cget_length;
    CgetTag capability::cget_tag;
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

    AddIBneR sequence::AddIBneR;
    AddIBneI sequence::AddIBneI;
    AddIBltuR sequence::AddIBltuR;
    AddIBltuI sequence::AddIBltuI;
    AddIBltR sequence::AddIBltR;
    AddIBltI sequence::AddIBltI;
    AddIBeqI sequence::AddIBeqI;
    AddIBgeuR sequence::AddIBgeuR;
    AddIBgeR sequence::AddIBgeR;
    SubIBneI sequence::SubIBneI;
    SubIBneR sequence::SubIBneR;
    SubIBeqI sequence::SubIBeqI;
    AddRBltuR sequence::AddRBltuR;
    AddRBneR sequence::AddRBneR;
    AddRBltR sequence::AddRBltR;
    AddIAddIBneR sequence::AddIAddIBneR;
    AddRAddIBneR sequence::AddRAddIBneR;
    StbNAddIBneR sequence::StbNAddIBneR;
    StNAddIBneR sequence::StNAddIBneR;
    AddIAddIBltuR sequence::AddIAddIBltuR;
    AddRAddIBltuR sequence::AddRAddIBltuR;
    StbNAddIBltuR sequence::StbNAddIBltuR;
    StNAddIBltuR sequence::StNAddIBltuR;
    AddIAddIBltR sequence::AddIAddIBltR;
    AddRAddIBltR sequence::AddRAddIBltR;
    StbNAddIBltR sequence::StbNAddIBltR;
    StNAddIBltR sequence::StNAddIBltR;
    AddIAddIBltuI sequence::AddIAddIBltuI;
    AddRAddIBltuI sequence::AddRAddIBltuI;
    StbNAddIBltuI sequence::StbNAddIBltuI;
    StNAddIBltuI sequence::StNAddIBltuI;
    AddIAddIBltI sequence::AddIAddIBltI;
    AddRAddIBltI sequence::AddRAddIBltI;
    StbNAddIBltI sequence::StbNAddIBltI;
    StNAddIBltI sequence::StNAddIBltI;
    StbNAddRBltuR sequence::StbNAddRBltuR;
    StNAddRBltuR sequence::StNAddRBltuR;
    LdbNAddR sequence::LdbNAddR;
    LdbNStbN sequence::LdbNStbN;
    LdbNBeqI sequence::LdbNBeqI;
    LdbNBneI sequence::LdbNBneI;
    LdbNStbNAddIBltuR sequence::LdbNStbNAddIBltuR;
    LdbNAddRAddIBltuR sequence::LdbNAddRAddIBltuR;
    MulRAddR sequence::MulRAddR;
    LdNLdN sequence::LdNLdN;
    AddIAddI sequence::AddIAddI;
    AddIJ sequence::AddIJ;
    AddICall sequence::AddICall;
    SubICall sequence::SubICall;
    CgetAddressBneI sequence::CgetAddressBneI;
    CgetTagBneI sequence::CgetTagBneI;
    CgetAddressBeqI sequence::CgetAddressBeqI;
    CgetTagBeqI sequence::CgetTagBeqI;
    AddRCgetAddressBneI sequence::AddRCgetAddressBneI;
    StIStI sequence::StIStI;
    LdILdI sequence::LdILdI;
    LdILdcI sequence::LdILdcI;
    LdcIAddRCgetAddressBneI sequence::LdcIAddRCgetAddressBneI;
    LdILdcIAddRCgetAddressBneI sequence::LdILdcIAddRCgetAddressBneI;
    LdcICgetAddressBneI sequence::LdcICgetAddressBneI;
    LdcICgetTagBneI sequence::LdcICgetTagBneI;
    LdcILdI sequence::LdcILdI;
    CaddIStcI sequence::CaddIStcI;
    LdICaddI sequence::LdICaddI;
    CaddIRet sequence::CaddIRet;
    AddISubICall sequence::AddISubICall;
    AddIRet sequence::AddIRet;
}

sequences! {
    AddIBneR AddI BneR, arithmetic::add::immediate control::bne::register;
    AddIBneI AddI BneI, arithmetic::add::immediate control::bne::immediate;
    AddIBltuR AddI BltuR, arithmetic::add::immediate control::bltu::register;
    AddIBltuI AddI BltuI, arithmetic::add::immediate control::bltu::immediate;
    AddIBltR AddI BltR, arithmetic::add::immediate control::blt::register;
    AddIBltI AddI BltI, arithmetic::add::immediate control::blt::immediate;
    AddIBeqI AddI BeqI, arithmetic::add::immediate control::beq::immediate;
    AddIBgeuR AddI BgeuR, arithmetic::add::immediate control::bgeu::register;
    AddIBgeR AddI BgeR, arithmetic::add::immediate control::bge::register;
    SubIBneI SubI BneI, arithmetic::sub::immediate control::bne::immediate;
    SubIBneR SubI BneR, arithmetic::sub::immediate control::bne::register;
    SubIBeqI SubI BeqI, arithmetic::sub::immediate control::beq::immediate;
    AddRBltuR AddR BltuR, arithmetic::add::register control::bltu::register;
    AddRBneR AddR BneR, arithmetic::add::register control::bne::register;
    AddRBltR AddR BltR, arithmetic::add::register control::blt::register;
    AddIAddIBneR AddI AddIBneR, arithmetic::add::immediate sequence::AddIBneR;
    AddRAddIBneR AddR AddIBneR, arithmetic::add::register sequence::AddIBneR;
    StbNAddIBneR StbN AddIBneR, memory::stb::natural sequence::AddIBneR;
    StNAddIBneR StN AddIBneR, memory::st::natural sequence::AddIBneR;
    AddIAddIBltuR AddI AddIBltuR, arithmetic::add::immediate sequence::AddIBltuR;
    AddRAddIBltuR AddR AddIBltuR, arithmetic::add::register sequence::AddIBltuR;
    StbNAddIBltuR StbN AddIBltuR, memory::stb::natural sequence::AddIBltuR;
    StNAddIBltuR StN AddIBltuR, memory::st::natural sequence::AddIBltuR;
    AddIAddIBltR AddI AddIBltR, arithmetic::add::immediate sequence::AddIBltR;
    AddRAddIBltR AddR AddIBltR, arithmetic::add::register sequence::AddIBltR;
    StbNAddIBltR StbN AddIBltR, memory::stb::natural sequence::AddIBltR;
    StNAddIBltR StN AddIBltR, memory::st::natural sequence::AddIBltR;
    AddIAddIBltuI AddI AddIBltuI, arithmetic::add::immediate sequence::AddIBltuI;
    AddRAddIBltuI AddR AddIBltuI, arithmetic::add::register sequence::AddIBltuI;
    StbNAddIBltuI StbN AddIBltuI, memory::stb::natural sequence::AddIBltuI;
    StNAddIBltuI StN AddIBltuI, memory::st::natural sequence::AddIBltuI;
    AddIAddIBltI AddI AddIBltI, arithmetic::add::immediate sequence::AddIBltI;
    AddRAddIBltI AddR AddIBltI, arithmetic::add::register sequence::AddIBltI;
    StbNAddIBltI StbN AddIBltI, memory::stb::natural sequence::AddIBltI;
    StNAddIBltI StN AddIBltI, memory::st::natural sequence::AddIBltI;
    StbNAddRBltuR StbN AddRBltuR, memory::stb::natural sequence::AddRBltuR;
    StNAddRBltuR StN AddRBltuR, memory::st::natural sequence::AddRBltuR;
    LdbNAddR LdbN AddR, memory::ldb::natural arithmetic::add::register;
    LdbNStbN LdbN StbN, memory::ldb::natural memory::stb::natural;
    LdbNBeqI LdbN BeqI, memory::ldb::natural control::beq::immediate;
    LdbNBneI LdbN BneI, memory::ldb::natural control::bne::immediate;
    LdbNStbNAddIBltuR LdbN StbNAddIBltuR, memory::ldb::natural sequence::StbNAddIBltuR;
    LdbNAddRAddIBltuR LdbN AddRAddIBltuR, memory::ldb::natural sequence::AddRAddIBltuR;
    MulRAddR MulR AddR, arithmetic::mul::register arithmetic::add::register;
    LdNLdN LdN LdN, memory::ld::natural memory::ld::natural;
    AddIAddI AddI AddI, arithmetic::add::immediate arithmetic::add::immediate;
    AddIJ AddI J, arithmetic::add::immediate control::j;
    AddICall AddI Call, arithmetic::add::immediate control::call;
    SubICall SubI Call, arithmetic::sub::immediate control::call;
    CgetAddressBneI CgetAddress BneI, capability::cget_address control::bne::immediate;
    CgetTagBneI CgetTag BneI, capability::cget_tag control::bne::immediate;
    CgetAddressBeqI CgetAddress BeqI, capability::cget_address control::beq::immediate;
    CgetTagBeqI CgetTag BeqI, capability::cget_tag control::beq::immediate;
    AddRCgetAddressBneI AddR CgetAddressBneI, arithmetic::add::register sequence::CgetAddressBneI;
    StIStI StI StI, memory::st::plain memory::st::plain;
    LdILdI LdI LdI, memory::ld::plain memory::ld::plain;
    LdcIAddRCgetAddressBneI LdcI AddRCgetAddressBneI, memory::ldc::plain sequence::AddRCgetAddressBneI;
    LdILdcIAddRCgetAddressBneI LdI LdcIAddRCgetAddressBneI, memory::ld::plain sequence::LdcIAddRCgetAddressBneI;
    LdcICgetAddressBneI LdcI CgetAddressBneI, memory::ldc::plain sequence::CgetAddressBneI;
    LdcICgetTagBneI LdcI CgetTagBneI, memory::ldc::plain sequence::CgetTagBneI;
    LdILdcI LdI LdcI, memory::ld::plain memory::ldc::plain;
    LdcILdI LdcI LdI, memory::ldc::plain memory::ld::plain;
    CaddIStcI CaddI StcI, capability::cadd::immediate memory::stc::plain;
    LdICaddI LdI CaddI, memory::ld::plain capability::cadd::immediate;
    CaddIRet CaddI Ret, capability::cadd::immediate control::ret;
    AddISubICall AddI SubICall, arithmetic::add::immediate sequence::SubICall;
    AddIRet AddI Ret, arithmetic::add::immediate control::ret;
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
        while ip != &raw const EXIT {
            // SAFETY: the caller's promise; each operation gives an instruction of the same text, or the end.
            ip = unsafe { one(ip, cpu, &mut s, mem) };
        }
        cpu.s = s;
    }
}
