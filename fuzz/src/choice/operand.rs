//! Operands for an instruction of the table, by its format.

use isa::access::{Request, Verdict, call_rule};
use isa::address::{GRANULE_SIZE, INSTRUCTION_SIZE, PAGE_SIZE};
use isa::instruction::format::{
    self, AluImmediate, Binary, Block, BlockPair, BlockValue, Branch, Call, Capabilities,
    CapabilityBinary, CapabilityCompare, CapabilityGet, CapabilityImmediate, CapabilitySelect,
    CapabilityUnary, CapabilityWords, ControlRead, ControlWrite, Derive, Format,
    ImmediateCapability, Io, Jump, Number, Plain, Probe, Ternary, ThreeCapabilities, Unary,
};
use isa::instruction::names::{CapabilityField, ControlField, IoOperation, Named};
use isa::instruction::operand::Compare;
use isa::instruction::{C, Opcode, R};
use isa::{AccessKind, Capability, Kind};

use super::{Aim, Choice, TRIES};
use crate::chance::{choose, interesting};
use crate::code::{self, r};

impl Choice<'_, '_> {
    /// The instruction with operands by which it does what it is to do, perhaps behind others that prepare it.
    pub(super) fn operands(&mut self, opcode: Opcode) -> Option<Vec<u64>> {
        let operands = match opcode.format() {
            Format::Alu => return Some(vec![self.arithmetic(opcode)]),
            Format::AluImmediate => {
                let (rd, ra) = (self.rd(), self.any_r());
                let imm = interesting(self.author.rng) as i32;
                AluImmediate { rd, ra, imm }.pack()
            }
            Format::Result => format::Result { rd: self.rd() }.pack(),
            Format::Unary => {
                let (rd, ra) = (self.rd(), self.any_r());
                Unary { rd, ra }.pack()
            }
            Format::Binary => {
                let (rd, ra, rb) = (self.rd(), self.any_r(), self.any_r());
                Binary { rd, ra, rb }.pack()
            }
            Format::Ternary => {
                let (rd, ra, rb) = (self.rd(), self.any_r(), self.any_r());
                let rc = self.any_r();
                Ternary { rd, ra, rb, rc }.pack()
            }
            Format::Branch => self.branch()?,
            Format::Jump => Jump {
                target: self.ahead(6)?,
            }
            .pack(),
            Format::Call => self.call(opcode)?,
            Format::Capability => self.transfer(opcode)?,
            Format::CapabilityUnary => self.unary(opcode)?,
            Format::CapabilityBinary => self.binary(opcode)?,
            Format::Derive => self.derive(opcode)?,
            Format::CapabilityWords => return self.words(opcode),
            Format::CapabilitySelect => {
                let (cd, ra) = (self.cd(), self.any_r());
                let (cb, cc) = (self.any_c(), self.any_c());
                CapabilitySelect { cd, ra, cb, cc }.pack()
            }
            Format::CapabilityCompare => {
                let (rd, ca, cb) = (self.rd(), self.any_c(), self.any_c());
                CapabilityCompare { rd, ca, cb }.pack()
            }
            Format::CapabilityGet => {
                let (rd, ca) = (self.rd(), self.any_c());
                let field = self.named::<CapabilityField>();
                CapabilityGet { rd, ca, field }.pack()
            }
            Format::Probe => {
                let (rd, ca, rb) = (self.rd(), self.any_c(), self.any_r());
                let kind = self.named::<AccessKind>();
                Probe { rd, ca, rb, kind }.pack()
            }
            Format::CapabilityImmediate => self.numbered(opcode)?,
            Format::ImmediateCapability => {
                let (ca, _) = self.pointer()?;
                let imm = self.author.rng.i32(1..8);
                ImmediateCapability { ca, imm }.pack()
            }
            Format::Load
            | Format::Store
            | Format::LoadCapability
            | Format::StoreCapability
            | Format::Atomic
            | Format::AtomicCapability
            | Format::LoadTag
            | Format::StoreTag => return self.access(opcode).map(|word| vec![word]),
            Format::BlockPair | Format::BlockValue | Format::Block => return self.block(opcode),
            Format::Io => return self.io(),
            Format::Capabilities if self.aim == Aim::Complete => return None,
            Format::Capabilities => {
                let (ca, cb) = (self.any_c(), self.any_c());
                Capabilities { ca, cb }.pack()
            }
            Format::ThreeCapabilities if self.author.rng.u8(0..8) != 0 => return None,
            Format::ThreeCapabilities => {
                let (ca, cb, cc) = (self.any_c(), self.any_c(), self.any_c());
                ThreeCapabilities { ca, cb, cc }.pack()
            }
            Format::Number if self.author.rng.u8(0..3) != 0 => return None,
            Format::Number => Number {
                imm: self.author.rng.i32(0..100),
            }
            .pack(),
            Format::ControlRead => {
                let rd = self.rd();
                let field = self.named::<ControlField>();
                ControlRead { rd, field }.pack()
            }
            Format::ControlWrite if self.aim == Aim::Complete => return None,
            Format::ControlWrite => {
                let (field, ra) = (ControlField::Clock, self.any_r());
                ControlWrite { field, ra }.pack()
            }
            // What these need is made in `kernel`.
            Format::Plain if self.aim == Aim::Complete => return None,
            Format::Plain if opcode == Opcode::Wfi && self.ring() == isa::Ring::KERNEL => {
                return None;
            }
            Format::Plain => Plain {}.pack(),
        };
        Some(vec![code::word(opcode, operands)])
    }

    fn named<T: Named>(&mut self) -> T {
        let row = choose(self.author.rng, T::ROWS).number;
        // Every row has a member.
        T::from_number(row).unwrap_or_else(|| unreachable!("{} has no {row}", T::LIST))
    }

    /// A distance forward, of up to so many instructions, within the text.
    pub(super) fn ahead(&mut self, most: i32) -> Option<i32> {
        let pc = self.machine.pc();
        let descriptor = self.machine.present(pc.segment())?;
        let end = u64::from(pc.limit().min(descriptor.length));
        let left = end.saturating_sub(pc.cursor().into()) / INSTRUCTION_SIZE;
        let most = most.min(left as i32 - 1);
        if most < 2 {
            return None;
        }
        let distance = match self.aim {
            Aim::Complete => self.author.rng.i32(1..most),
            Aim::Miss => left as i32,
        };
        Some(distance * INSTRUCTION_SIZE as i32)
    }

    fn branch(&mut self) -> Option<u64> {
        let target = self.ahead(8)?;
        let immediate = interesting(self.author.rng) as i8;
        let register = match self.author.rng.bool() {
            true => self.any_r(),
            false => R::ZERO,
        };
        let ra = self.any_r();
        let x = Compare {
            register,
            immediate,
        };
        Some(Branch { ra, x, target }.pack())
    }

    fn call(&mut self, opcode: Opcode) -> Option<u64> {
        let target = self.ahead(120)?;
        let cd = match opcode {
            Opcode::Call if self.author.rng.u8(0..4) != 0 => code::c(7),
            _ => self.cd(),
        };
        Some(Call { cd, target }.pack())
    }

    /// Whether the rule of access lets this happen at the cursor.
    fn passes_at(&self, value: &Capability, kind: AccessKind, size: u64) -> bool {
        let request = Request::new(kind, value.cursor().into(), size);
        matches!(self.machine.examine(value, &request), Verdict::Pass { .. })
    }

    /// `ret` or `jmpc`.
    fn transfer(&mut self, opcode: Opcode) -> Option<u64> {
        let (kind, wanted) = match opcode {
            Opcode::Ret => (AccessKind::Return, Kind::Return),
            _ => (AccessKind::Jump, Kind::Data),
        };
        for _ in 0..TRIES {
            let (ca, value) = self.c_of(|value| value.is_tagged() && value.kind() == wanted)?;
            if self.suits(self.passes_at(&value, kind, INSTRUCTION_SIZE)) {
                return Some(format::Capability { ca }.pack());
            }
        }
        None
    }

    /// A capability from one.
    fn unary(&mut self, opcode: Opcode) -> Option<u64> {
        let cd = self.cd();
        for _ in 0..TRIES {
            let ca = match opcode {
                Opcode::Callc => self.c_of(|value| value.kind() == Kind::Entry)?.0,
                _ => self.any_c(),
            };
            let value = self.machine.c(ca);
            let passes = match opcode {
                Opcode::Centry => value.entry().is_ok(),
                Opcode::Creturn => value.return_().is_ok(),
                Opcode::Callc => self.can_call(&value),
                _ => true,
            };
            if opcode == Opcode::Cuntag && self.author.rng.u8(0..3) != 0 {
                continue;
            }
            if self.suits(passes) || matches!(opcode, Opcode::Cmov | Opcode::Cuntag) {
                let cd = match opcode {
                    Opcode::Callc => code::c(7),
                    _ => cd,
                };
                return Some(CapabilityUnary { cd, ca }.pack());
            }
        }
        None
    }

    /// A call through an entry, whatever becomes of it.
    pub(super) fn call_through(&mut self, ca: C) -> u64 {
        let cd = code::c(7);
        code::word(Opcode::Callc, CapabilityUnary { cd, ca }.pack())
    }

    fn can_call(&self, value: &Capability) -> bool {
        let descriptor = self.machine.present(value.segment());
        self.passes_at(value, AccessKind::Call, INSTRUCTION_SIZE)
            && descriptor.is_some_and(|found| call_rule(self.ring(), value, &found).is_ok())
    }

    /// A capability from two, by every pair that there is.
    fn binary(&mut self, opcode: Opcode) -> Option<u64> {
        let mut pairs = Vec::new();
        for ca in C::all() {
            for cb in C::all() {
                let (value, other) = (self.machine.c(ca), self.machine.c(cb));
                let passes = match opcode {
                    Opcode::Cseal => value.seal(&other).is_ok(),
                    Opcode::Cunseal => value.unseal(&other, self.ring()).is_ok(),
                    _ => value.build(other.bits()).is_ok(),
                };
                if self.suits(passes) {
                    pairs.push((ca, cb));
                }
            }
        }
        if pairs.is_empty() {
            return None;
        }
        let (ca, cb) = *choose(self.author.rng, &pairs);
        let cd = self.cd();
        Some(CapabilityBinary { cd, ca, cb }.pack())
    }

    /// A capability from one and a number.
    fn derive(&mut self, opcode: Opcode) -> Option<u64> {
        for _ in 0..TRIES {
            let (ca, value) = self.pointer()?;
            let (base, limit) = (u64::from(value.base()), u64::from(value.limit()));
            let cursor = u64::from(value.cursor());
            let inside = self.author.rng.u64(base..=limit.max(base));
            let inside = match self.author.rng.bool() {
                true => code::granule(inside),
                false => inside,
            };
            let edge = self.author.rng.u64(0..3);
            let x = match (opcode, self.aim) {
                (Opcode::Cadd, Aim::Complete) => inside.wrapping_sub(cursor),
                (Opcode::Cadd, Aim::Miss) => (1u64 << 32).wrapping_sub(cursor).wrapping_add(edge),
                (Opcode::Cseek, Aim::Complete) => inside,
                (Opcode::Cseek, Aim::Miss) => (1 << 32) + edge,
                (Opcode::Cbound, Aim::Complete) => {
                    self.author.rng.u64(0..=limit.saturating_sub(cursor))
                }
                (Opcode::Cbound, Aim::Miss) => limit.saturating_sub(cursor) + 1 + edge,
                (Opcode::Cperm, _) => self.author.rng.u64(..) | self.author.rng.u64(..),
                (_, Aim::Complete) => self.author.rng.u64(value.ring().number().into()..8),
                (_, Aim::Miss) => u64::from(value.ring().number()).wrapping_sub(1),
            };
            let derived = match opcode {
                Opcode::Cadd => value.add(x as i64),
                Opcode::Cseek => value.seek(x),
                Opcode::Cbound => value.bound(x),
                Opcode::Cperm => value.restrict(x),
                _ => value.weaken(x),
            };
            let never_fails = opcode == Opcode::Cperm;
            let immediate = x as i32;
            if immediate as i64 as u64 != x && opcode != Opcode::Cperm {
                continue;
            }
            if self.suits(derived.is_ok()) || never_fails {
                let cd = self.cd();
                let x = code::number(immediate);
                return Some(Derive { cd, ca, x }.pack());
            }
        }
        None
    }

    /// `cpack` of anything, or `mint`.
    fn words(&mut self, opcode: Opcode) -> Option<Vec<u64>> {
        if opcode == Opcode::Mint && self.aim == Aim::Complete {
            return None;
        }
        let (cd, ra, rb) = (self.cd(), self.any_r(), self.any_r());
        let words = CapabilityWords { cd, ra, rb }.pack();
        Some(vec![code::word(opcode, words)])
    }

    /// `ldk` and `getbank`.
    fn numbered(&mut self, opcode: Opcode) -> Option<u64> {
        let cd = self.cd();
        let imm = match (opcode, self.aim) {
            (Opcode::Ldk, Aim::Complete) => self.author.rng.i32(0..12),
            (Opcode::Ldk, Aim::Miss) => *choose(self.author.rng, &[-1, 12, 15, 16, 400]),
            (_, Aim::Complete) => self.author.rng.i32(0..8),
            (_, Aim::Miss) => 8,
        };
        Some(CapabilityImmediate { cd, imm }.pack())
    }

    /// A pointer whose cursor is where so many bytes can be read or stored, behind what puts it there.
    fn placed(&mut self, kind: AccessKind, size: u64, unit: u64) -> Option<(C, Vec<u64>)> {
        for _ in 0..TRIES {
            let (register, value) = self.pointer()?;
            let (base, limit) = (u64::from(value.base()), u64::from(value.limit()));
            let at = self.author.rng.u64(base..=limit.max(base));
            let at = at - at % unit;
            let piece = size.min(PAGE_SIZE - at % PAGE_SIZE);
            let request = Request::new(kind, at, piece);
            let passes = matches!(self.machine.examine(&value, &request), Verdict::Pass { .. });
            if self.suits(passes) {
                let moved = register;
                let seek = code::derive(Opcode::Cseek, moved, register, code::number(at as i32));
                return Some((moved, vec![seek]));
            }
        }
        None
    }

    /// `copy`, `fill`, `cmpb`, and those of pages.
    fn block(&mut self, opcode: Opcode) -> Option<Vec<u64>> {
        let unit = match opcode {
            Opcode::Relabel => GRANULE_SIZE,
            Opcode::Lend | Opcode::Reclaim => PAGE_SIZE,
            _ => *choose(self.author.rng, &[1, 1, 8, GRANULE_SIZE]),
        };
        let size = match self.author.rng.u8(0..8) {
            0 => 0,
            1 => self.author.rng.u64(0..9000),
            _ => self.author.rng.u64(1..200),
        };
        let size = match unit {
            1 => size,
            unit => size.next_multiple_of(unit),
        };
        let into = match opcode {
            Opcode::Cmpb => AccessKind::Read,
            _ => AccessKind::Write,
        };
        let (ca, mut words) = self.placed(into, size, unit)?;
        let rc = self.rd();
        words.extend(code::li(rc, size));
        let operands = match opcode.format() {
            Format::BlockPair => {
                let (cb, more) = self.placed(AccessKind::Read, size, unit)?;
                words.extend(more);
                BlockPair { ca, cb, rc }.pack()
            }
            Format::BlockValue => {
                let rb = self.any_r();
                if opcode == Opcode::Relabel {
                    let label = self.author.rng.u64(0..4);
                    words.extend(code::li(rb, label));
                    words.extend(code::li(rc, size));
                }
                BlockValue { ca, rb, rc }.pack()
            }
            _ => Block { ca, rc }.pack(),
        };
        words.push(code::word(opcode, operands));
        Some(words)
    }

    /// An operation of a device.
    fn io(&mut self) -> Option<Vec<u64>> {
        let operation = self.named::<IoOperation>();
        let kind = match operation {
            IoOperation::Write | IoOperation::Control => AccessKind::Output,
            _ => AccessKind::Input,
        };
        let devices: Vec<C> = C::all()
            .filter(|register| {
                let value = self.machine.c(*register);
                value.is_tagged() && self.suits(self.passes_at(&value, kind, 0))
            })
            .collect();
        if devices.is_empty() {
            return None;
        }
        let cb = *choose(self.author.rng, &devices);
        let power = self.machine.c(cb).segment() == isa::abi::device_segment(isa::abi::SLOT_POWER)?;
        if power && self.author.rng.u8(0..10) != 0 {
            return None;
        }
        let buffer = match operation {
            IoOperation::Write => AccessKind::Read,
            _ => AccessKind::Write,
        };
        let (cc, mut words) = self.placed(buffer, 32, 1)?;
        let rd = r(self.author.rng.u8(1..16));
        let count = match self.author.rng.u8(0..4) {
            0 => interesting(self.author.rng),
            _ => self.author.rng.u64(0..8),
        };
        words.extend(code::li(rd, count));
        let io = Io {
            rd,
            cb,
            cc,
            operation,
        };
        words.push(code::word(Opcode::Io, io.pack()));
        Some(words)
    }
}
