//! Instruction words, made by the formats of `isa`.

use isa::Ring;
use isa::address::GRANULE_SIZE;
use isa::instruction::format::{
    Alu, AluImmediate, BlockPair, Branch, Capabilities, CapabilityUnary, CapabilityWords,
    ControlRead, ControlWrite, Derive, Jump, Load, Plain, Store, StoreCapability, StoreTag,
};
use isa::instruction::names::ControlField;
use isa::instruction::operand::{Compare, Index, Memory, Offset};
use isa::instruction::{C, Opcode, R};

/// The data register with this number, of the low five bits.
pub(crate) fn r(number: u8) -> R {
    R::new(number % 32).unwrap_or(R::ZERO)
}

/// The capability register with this number, of the low four bits.
pub(crate) fn c(number: u8) -> C {
    C::new(number % 16).unwrap_or(C::ZERO)
}

/// An immediate alone.
pub(crate) fn number(immediate: i32) -> Index {
    index(R::ZERO, 0, immediate)
}

/// A register alone.
pub(crate) fn register(register: R) -> Index {
    index(register, 0, 0)
}

/// `register << scale + immediate`.
pub(crate) fn index(register: R, scale: u8, immediate: i32) -> Index {
    Index {
        register,
        scale,
        immediate,
    }
}

/// An instruction from its operand bits.
pub(crate) fn word(opcode: Opcode, operands: u64) -> u64 {
    u64::from(opcode.number()) | operands
}

pub(crate) fn store_capability(ca: C, base: C, index: Index) -> u64 {
    let m = Memory { base, index };
    word(Opcode::Stc, StoreCapability { ca, m }.pack())
}

/// `add r0, r0, 0`.
pub(crate) fn nop() -> u64 {
    alu(Opcode::Add, R::ZERO, R::ZERO, number(0))
}

pub(crate) fn alu(opcode: Opcode, rd: R, ra: R, x: Index) -> u64 {
    word(opcode, Alu { rd, ra, x }.pack())
}

/// A number into a register, by one instruction or two.
pub(crate) fn li(rd: R, value: u64) -> Vec<u64> {
    let low = value as u32 as i32;
    let mut words = vec![alu(Opcode::Add, rd, R::ZERO, number(low))];
    if low as i64 as u64 != value {
        let imm = (value >> 32) as i32;
        words.push(word(Opcode::Seth, AluImmediate { rd, ra: rd, imm }.pack()));
    }
    words
}

/// A capability minted through two data registers.
pub(crate) fn mint(cd: C, low: u64, high: u64, (ra, rb): (R, R)) -> Vec<u64> {
    let mut words = li(ra, low);
    words.extend(li(rb, high));
    words.push(word(Opcode::Mint, CapabilityWords { cd, ra, rb }.pack()));
    words
}

pub(crate) fn load(opcode: Opcode, rd: R, base: C, index: Index) -> u64 {
    let m = Memory { base, index };
    word(opcode, Load { rd, m }.pack())
}

pub(crate) fn store(opcode: Opcode, ra: R, base: C, index: Index) -> u64 {
    let m = Memory { base, index };
    word(opcode, Store { ra, m }.pack())
}

pub(crate) fn branch(opcode: Opcode, ra: R, immediate: i8, target: i32) -> u64 {
    let register = R::ZERO;
    let x = Compare {
        register,
        immediate,
    };
    word(opcode, Branch { ra, x, target }.pack())
}

pub(crate) fn branch_register(opcode: Opcode, ra: R, register: R, target: i32) -> u64 {
    let x = Compare {
        register,
        immediate: 0,
    };
    word(opcode, Branch { ra, x, target }.pack())
}

pub(crate) fn jump(target: i32) -> u64 {
    word(Opcode::J, Jump { target }.pack())
}

pub(crate) fn derive(opcode: Opcode, cd: C, ca: C, x: Index) -> u64 {
    word(opcode, Derive { cd, ca, x }.pack())
}

pub(crate) fn cmov(cd: C, ca: C) -> u64 {
    word(Opcode::Cmov, CapabilityUnary { cd, ca }.pack())
}

pub(crate) fn copy(ca: C, cb: C, rc: R) -> u64 {
    word(Opcode::Copy, BlockPair { ca, cb, rc }.pack())
}

pub(crate) fn setctl(field: ControlField, ra: R) -> u64 {
    word(Opcode::Setctl, ControlWrite { field, ra }.pack())
}

pub(crate) fn getctl(rd: R, field: ControlField) -> u64 {
    word(Opcode::Getctl, ControlRead { rd, field }.pack())
}

pub(crate) fn setprocess(ca: C, cb: C) -> u64 {
    word(Opcode::Setprocess, Capabilities { ca, cb }.pack())
}

pub(crate) fn sttag(ra: R, base: C) -> u64 {
    let m = Offset { base, immediate: 0 };
    word(Opcode::Sttag, StoreTag { ra, m }.pack())
}

pub(crate) fn resume() -> u64 {
    word(Opcode::Resume, Plain {}.pack())
}

/// The low word of a capability of ring 0 and generation 0 to an offset of a segment.
pub(crate) fn low(segment: u16, cursor: u64) -> u64 {
    u64::from(segment) << 32 | cursor
}

/// The high word of a capability with these permissions to the bytes up to `limit`.
pub(crate) fn high(permissions: isa::Permissions, limit: u64) -> u64 {
    u64::from(permissions.bits()) << 56 | limit << 28
}

/// What a granule's tag is as plain data, for `sttag`.
pub(crate) fn tag_word(valid: bool, label: isa::Label) -> u64 {
    u64::from(valid) | u64::from(label.0) << 8
}

/// The nearest multiple of a granule below.
pub(crate) fn granule(offset: u64) -> u64 {
    offset - offset % GRANULE_SIZE
}

/// A ring of these low bits.
pub(crate) fn ring(number: u8) -> Ring {
    Ring::from_bits(number.into())
}
