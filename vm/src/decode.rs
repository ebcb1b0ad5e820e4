//! From instruction words to operations.
//!
//! Invariant: what has no operation of its own, or uses a register in a way that operations do not know, is left to the
//! specification. So is every word that is no instruction.

use isa::instruction::names::{CapabilityField, Named as _};
use isa::instruction::operand::{Compare, Index};
use isa::instruction::{C, Opcode, R, format};

use crate::code::{Insn, SLOT, Shape, slot};
use crate::cpu::SINK;
use crate::op::Op;

/// Decodes the instruction `word` at an offset of a span.
pub(crate) fn decode(word: u64, at: u64, shape: &Shape) -> Insn {
    operation(word, at, shape).unwrap_or(Insn::plain(Op::Step))
}

fn insn(op: Op, a: u8, b: u8, c: u8, imm: i32) -> Insn {
    Insn {
        a,
        b,
        c,
        imm,
        ..Insn::plain(op)
    }
}

/// The operand of a data register that is written.
fn rd(register: R) -> u8 {
    match register {
        R::ZERO => SINK,
        _ => register.number(),
    }
}

/// The operand of a capability register.
fn cs(register: C) -> u8 {
    register.number() << 4
}

/// The operand of a capability register that is written. Writes to `c0` are for the specification.
fn cd(register: C) -> Option<u8> {
    (register != C::ZERO).then(|| cs(register))
}

/// The operand of a scaled register.
fn scaled(x: Index) -> u8 {
    x.scale << 5 | x.register.number()
}

/// The operation of a form of the second operand: a register, a number, or both.
fn by_index([register, number, both]: [Op; 3], x: Index) -> (Op, u8) {
    match x {
        Index {
            scale: 0,
            immediate: 0,
            ..
        } => (register, x.register.number()),
        Index {
            register: R::ZERO, ..
        } => (number, 0),
        _ => (both, scaled(x)),
    }
}

/// The operation of a form of an address: without a register, with one that counts elements, or any.
fn by_address([plain, natural, any]: [Op; 3], scale: u8, x: Index) -> (Op, u8) {
    match x {
        Index {
            register: R::ZERO, ..
        } => (plain, 0),
        _ if x.scale == scale => (natural, x.register.number()),
        _ => (any, scaled(x)),
    }
}

fn alu(ops: [Op; 3], word: u64) -> Option<Insn> {
    let i = format::Alu::unpack(word)?;
    let (op, c) = by_index(ops, i.x);
    Some(insn(op, rd(i.rd), i.ra.number(), c, i.x.immediate))
}

fn rare(op: Op, word: u64) -> Option<Insn> {
    let i = format::Alu::unpack(word)?;
    Some(insn(
        op,
        rd(i.rd),
        i.ra.number(),
        scaled(i.x),
        i.x.immediate,
    ))
}

fn unary(op: Op, word: u64) -> Option<Insn> {
    let i = format::Unary::unpack(word)?;
    Some(insn(op, rd(i.rd), i.ra.number(), 0, 0))
}

fn binary(op: Op, word: u64) -> Option<Insn> {
    let i = format::Binary::unpack(word)?;
    Some(insn(op, rd(i.rd), i.ra.number(), i.rb.number(), 0))
}

fn ternary(op: Op, word: u64) -> Option<Insn> {
    let i = format::Ternary::unpack(word)?;
    Some(insn(
        op,
        rd(i.rd),
        i.ra.number(),
        i.rb.number(),
        i.rc.number().into(),
    ))
}

fn load(ops: [Op; 3], scale: u8, word: u64) -> Option<Insn> {
    let i = format::Load::unpack(word)?;
    let (op, c) = by_address(ops, scale, i.m.index);
    Some(insn(op, rd(i.rd), cs(i.m.base), c, i.m.index.immediate))
}

fn store(ops: [Op; 3], scale: u8, word: u64) -> Option<Insn> {
    let i = format::Store::unpack(word)?;
    let (op, c) = by_address(ops, scale, i.m.index);
    Some(insn(
        op,
        i.ra.number(),
        cs(i.m.base),
        c,
        i.m.index.immediate,
    ))
}

/// The bytes between the slots of an instruction and of one that it names, if that is in the span.
fn distance(at: u64, target: i32, shape: &Shape) -> Option<i32> {
    let to = at
        .checked_add_signed(target.into())
        .filter(|to| shape.holds(*to))?;
    i32::try_from((slot(to) as i64 - slot(at) as i64) * SLOT).ok()
}

/// The offset from the beginning of the span that a displacement leads to.
fn relative(at: u64, target: i32) -> Option<i32> {
    i32::try_from(at as i64 + i64::from(target)).ok()
}

fn branch([register, number, far]: [Op; 3], word: u64, at: u64, shape: &Shape) -> Option<Insn> {
    let i = format::Branch::unpack(word)?;
    let a = i.ra.number();
    match (distance(at, i.target, shape), i.x) {
        (
            Some(near),
            Compare {
                register: x,
                immediate: 0,
            },
        ) => Some(insn(register, a, x.number(), 0, near)),
        (
            Some(near),
            Compare {
                register: R::ZERO,
                immediate,
            },
        ) => Some(insn(number, a, 0, immediate as u8, near)),
        (_, x) => {
            let to = relative(at, i.target)?;
            Some(insn(far, a, x.register.number(), x.immediate as u8, to))
        }
    }
}

fn operation(word: u64, at: u64, shape: &Shape) -> Option<Insn> {
    use Opcode as O;
    match Opcode::of(word)? {
        O::Add => alu([Op::AddR, Op::AddI, Op::AddX], word),
        O::Sub => alu([Op::SubR, Op::SubI, Op::SubX], word),
        O::Mul => alu([Op::MulR, Op::MulI, Op::MulX], word),
        O::And => alu([Op::AndR, Op::AndI, Op::AndX], word),
        O::Or => alu([Op::OrR, Op::OrI, Op::OrX], word),
        O::Xor => alu([Op::XorR, Op::XorI, Op::XorX], word),
        O::Shl => alu([Op::ShlR, Op::ShlI, Op::ShlX], word),
        O::Shr => alu([Op::ShrR, Op::ShrI, Op::ShrX], word),
        O::Sar => alu([Op::SarR, Op::SarI, Op::SarX], word),
        O::Slt => alu([Op::SltR, Op::SltI, Op::SltX], word),
        O::Sltu => alu([Op::SltuR, Op::SltuI, Op::SltuX], word),
        O::Addw => alu([Op::AddwR, Op::AddwI, Op::AddwX], word),
        O::Subw => alu([Op::SubwR, Op::SubwI, Op::SubwX], word),
        O::Mulh => rare(Op::MulhX, word),
        O::Mulhu => rare(Op::MulhuX, word),
        O::Div => rare(Op::DivX, word),
        O::Divu => rare(Op::DivuX, word),
        O::Rem => rare(Op::RemX, word),
        O::Remu => rare(Op::RemuX, word),
        O::Rotl => rare(Op::RotlX, word),
        O::Seq => rare(Op::SeqX, word),
        O::Sne => rare(Op::SneX, word),
        O::Mulw => rare(Op::MulwX, word),
        O::Divw => rare(Op::DivwX, word),
        O::Divuw => rare(Op::DivuwX, word),
        O::Remw => rare(Op::RemwX, word),
        O::Remuw => rare(Op::RemuwX, word),
        O::Shlw => rare(Op::ShlwX, word),
        O::Shrw => rare(Op::ShrwX, word),
        O::Sarw => rare(Op::SarwX, word),
        O::Clz => unary(Op::Clz, word),
        O::Ctz => unary(Op::Ctz, word),
        O::Popcnt => unary(Op::Popcnt, word),
        O::Bswap => unary(Op::Bswap, word),
        O::Sxb => unary(Op::Sxb, word),
        O::Sxh => unary(Op::Sxh, word),
        O::Sxw => unary(Op::Sxw, word),
        O::Zxw => unary(Op::Zxw, word),
        O::Sel => ternary(Op::Sel, word),
        O::Seth => {
            let i = format::AluImmediate::unpack(word)?;
            Some(insn(Op::Seth, rd(i.rd), i.ra.number(), 0, i.imm))
        }
        O::Clock => {
            let i = format::Result::unpack(word)?;
            Some(insn(Op::Clock, rd(i.rd), 0, 0, 0))
        }

        O::Beq => branch([Op::BeqR, Op::BeqI, Op::BeqFar], word, at, shape),
        O::Bne => branch([Op::BneR, Op::BneI, Op::BneFar], word, at, shape),
        O::Blt => branch([Op::BltR, Op::BltI, Op::BltFar], word, at, shape),
        O::Bge => branch([Op::BgeR, Op::BgeI, Op::BgeFar], word, at, shape),
        O::Bltu => branch([Op::BltuR, Op::BltuI, Op::BltuFar], word, at, shape),
        O::Bgeu => branch([Op::BgeuR, Op::BgeuI, Op::BgeuFar], word, at, shape),
        O::J => {
            let i = format::Jump::unpack(word)?;
            match distance(at, i.target, shape) {
                Some(near) => Some(insn(Op::J, 0, 0, 0, near)),
                None => Some(insn(Op::JFar, 0, 0, 0, relative(at, i.target)?)),
            }
        }
        O::Call => {
            let i = format::Call::unpack(word)?;
            let [b, c] = u16::try_from(at / 8).ok()?.to_le_bytes();
            Some(insn(
                Op::Call,
                cd(i.cd)?,
                b,
                c,
                distance(at, i.target, shape)?,
            ))
        }
        O::Callc => {
            let i = format::CapabilityUnary::unpack(word)?;
            Some(insn(Op::Callc, cd(i.cd)?, cs(i.ca), 0, relative(at, 8)?))
        }
        O::Jmpc => {
            let i = format::Capability::unpack(word)?;
            Some(insn(Op::Jmpc, cs(i.ca), 0, 0, 0))
        }
        O::Ret => {
            let i = format::Capability::unpack(word)?;
            Some(insn(Op::Ret, cs(i.ca), 0, 0, 0))
        }
        O::Cpc => {
            let i = format::Call::unpack(word)?;
            Some(insn(Op::Cpc, cd(i.cd)?, 0, 0, relative(at, i.target)?))
        }

        O::Ldb => load([Op::LdbI, Op::LdbN, Op::LdbX], 0, word),
        O::Ldsb => load([Op::LdsbI, Op::LdsbN, Op::LdsbX], 0, word),
        O::Ldh => load([Op::LdhI, Op::LdhN, Op::LdhX], 1, word),
        O::Ldsh => load([Op::LdshI, Op::LdshN, Op::LdshX], 1, word),
        O::Ldw => load([Op::LdwI, Op::LdwN, Op::LdwX], 2, word),
        O::Ldsw => load([Op::LdswI, Op::LdswN, Op::LdswX], 2, word),
        O::Ld => load([Op::LdI, Op::LdN, Op::LdX], 3, word),
        O::Stb => store([Op::StbI, Op::StbN, Op::StbX], 0, word),
        O::Sth => store([Op::SthI, Op::SthN, Op::SthX], 1, word),
        O::Stw => store([Op::StwI, Op::StwN, Op::StwX], 2, word),
        O::St => store([Op::StI, Op::StN, Op::StX], 3, word),
        O::Ldc => {
            let i = format::LoadCapability::unpack(word)?;
            let (op, c) = by_address([Op::LdcI, Op::LdcX, Op::LdcX], u8::MAX, i.m.index);
            Some(insn(op, cd(i.cd)?, cs(i.m.base), c, i.m.index.immediate))
        }
        O::Stc => {
            let i = format::StoreCapability::unpack(word)?;
            let (op, c) = by_address([Op::StcI, Op::StcX, Op::StcX], u8::MAX, i.m.index);
            Some(insn(op, cs(i.ca), cs(i.m.base), c, i.m.index.immediate))
        }

        O::Cmov => {
            let i = format::CapabilityUnary::unpack(word)?;
            Some(insn(Op::Cmov, cd(i.cd)?, cs(i.ca), 0, 0))
        }
        O::Selc => {
            let i = format::CapabilitySelect::unpack(word)?;
            Some(insn(
                Op::Selc,
                cd(i.cd)?,
                i.ra.number(),
                cs(i.cb),
                cs(i.cc).into(),
            ))
        }
        O::Cadd => derive([Op::CaddR, Op::CaddI, Op::CaddX], word),
        O::Cseek => derive([Op::CseekX; 3], word),
        O::Cbound => derive([Op::CboundX; 3], word),
        O::Cperm => derive([Op::CpermX; 3], word),
        O::Cuntag => {
            let i = format::CapabilityUnary::unpack(word)?;
            Some(insn(Op::Cuntag, cd(i.cd)?, cs(i.ca), 0, 0))
        }
        O::Cpack => {
            let i = format::CapabilityWords::unpack(word)?;
            Some(insn(Op::Cpack, cd(i.cd)?, i.ra.number(), i.rb.number(), 0))
        }
        O::Cget => {
            let i = format::CapabilityGet::unpack(word)?;
            let op = match i.field {
                CapabilityField::Address => Op::CgetAddress,
                CapabilityField::Cursor => Op::CgetCursor,
                CapabilityField::Length => Op::CgetLength,
                CapabilityField::Tag => Op::CgetTag,
                _ => Op::Cget,
            };
            Some(insn(op, rd(i.rd), cs(i.ca), 0, i.field.number() as i32))
        }
        O::Csub => compare(Op::Csub, word),
        O::Csame => compare(Op::Csame, word),

        O::FaddD => binary(Op::FaddD, word),
        O::FsubD => binary(Op::FsubD, word),
        O::FmulD => binary(Op::FmulD, word),
        O::FdivD => binary(Op::FdivD, word),
        O::FsqrtD => unary(Op::FsqrtD, word),
        O::FmaD => ternary(Op::FmaD, word),
        O::FeqD => binary(Op::FeqD, word),
        O::FltD => binary(Op::FltD, word),
        O::FleD => binary(Op::FleD, word),
        O::FaddS => binary(Op::FaddS, word),
        O::FsubS => binary(Op::FsubS, word),
        O::FmulS => binary(Op::FmulS, word),
        O::FdivS => binary(Op::FdivS, word),
        O::FeqS => binary(Op::FeqS, word),
        O::FltS => binary(Op::FltS, word),
        O::FleS => binary(Op::FleS, word),
        O::Itod => unary(Op::Itod, word),
        O::Utod => unary(Op::Utod, word),
        O::Dtoi => unary(Op::Dtoi, word),
        O::Dtou => unary(Op::Dtou, word),
        _ => None,
    }
}

/// A derivation by a number. Operations that have one form take `scaled` for all: a register alone is scaled by 0.
fn derive(ops: [Op; 3], word: u64) -> Option<Insn> {
    let i = format::Derive::unpack(word)?;
    let (op, _) = by_index(ops, i.x);
    Some(insn(op, cd(i.cd)?, cs(i.ca), scaled(i.x), i.x.immediate))
}

fn compare(op: Op, word: u64) -> Option<Insn> {
    let i = format::CapabilityCompare::unpack(word)?;
    Some(insn(op, rd(i.rd), cs(i.ca), cs(i.cb), 0))
}
