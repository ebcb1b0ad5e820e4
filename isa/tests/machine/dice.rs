//! Random numbers, capabilities, instructions and registers of the kinds that find mistakes; the same in each run.

use isa::instruction::Opcode;
use isa::{Capability, Fields, Kind, Permissions, Ring, SegmentNumber};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::rig::*;

/// A stream of random numbers that is the same in each run.
pub(crate) struct Dice(TestRunner);

impl Dice {
    pub(crate) fn new() -> Dice {
        Dice(TestRunner::new_with_rng(
            Config::default(),
            TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        ))
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0.rng().next_u64()
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    pub(crate) fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    /// A number of the kinds that find mistakes: small, near a border, all ones, any.
    pub(crate) fn number(&mut self) -> u64 {
        match self.below(8) {
            0 => self.below(8),
            1 => 16 * self.below(0x300),
            2 => 0x1000 * self.below(4),
            3 => (0x1000 * self.below(4)).wrapping_sub(self.below(20)),
            4 => u64::MAX - self.below(20),
            5 => 1 << self.below(64),
            _ => self.word() >> self.below(64),
        }
    }

    /// A value that a c register of this ring might hold.
    pub(crate) fn capability(&mut self, number: u8) -> Capability {
        let segments = [
            DATA,
            OTHER,
            PLAIN,
            KERNEL,
            GATES,
            SYSTEM_DATA,
            TEXT,
            TEXT + 4,
            260,
            268,
            16,
            17,
            18,
            19,
            20,
            0,
            300,
        ];
        let segment = segments[self.below(segments.len() as u64) as usize];
        let permissions = Permissions::from_bits_retain(self.word() as u8);
        let permissions = match self.below(4) {
            0 => permissions.legal(),
            1 => RX,
            _ => ALL,
        };
        let (base, limit) = match self.below(3) {
            0 => (0, 0x3000),
            1 => (0, 0x1000),
            _ => (
                self.below(0x1000) as u32,
                0x1000 + self.below(0x1000) as u32,
            ),
        };
        let kind = match self.below(8) {
            0 => Kind::from_bits(self.word()),
            1 => Kind::Entry,
            2 => Kind::Return,
            _ => Kind::Data,
        };
        let ring = Ring::new(number)
            .unwrap_or(Ring::OUTERMOST)
            .max(Ring::from_bits(self.below(5)));
        let generation = if self.chance(20) { 1 } else { 0 };
        let fields = Fields {
            cursor: self.number() as u32,
            segment: SegmentNumber(segment),
            ring,
            generation,
            kind,
            spare: 0,
            base,
            limit,
            permissions: if segment == 0 {
                Permissions::SEAL | Permissions::UNSEAL
            } else {
                permissions
            },
        };
        let cursor = if self.chance(3) {
            fields.cursor
        } else {
            (base + self.below(0x800) as u32) / 16 * 16
        };
        let value = Capability::new(Fields { cursor, ..fields });
        Capability::restored(value.bits(), !self.chance(8))
    }

    /// A word that decodes, mostly; arithmetic, of which there is so much, less often than the rest.
    pub(crate) fn instruction(&mut self) -> u64 {
        loop {
            let opcode = Opcode::ALL[self.below(Opcode::ALL.len() as u64) as usize];
            if ["arithmetic", "float"].contains(&opcode.group()) && !self.chance(4) {
                continue;
            }
            let immediate = match self.below(4) {
                0 => 0,
                1 => self.below(32) as u32,
                2 => 8 * self.below(64) as u32,
                _ => self.number() as u32,
            };
            let registers = self.word() & 0x0f0f_0f0f_0f00;
            let wide = self.word() & 0x1f1f_1f00;
            let immediate = u64::from(immediate) << 32;
            let tries = [
                registers & 0xffff_ff00 | immediate,
                wide | immediate,
                registers & 0xff_ff00 | immediate,
            ];
            let more = [
                registers,
                registers & 0xffff_ff00,
                registers & 0xff_ff00,
                registers & 0xff00,
                0,
            ];
            let skip = self.below(3) as usize;
            for word in tries.into_iter().skip(skip).chain(more) {
                let word = word | u64::from(opcode.number());
                if Opcode::of(word).is_some() || self.chance(200) {
                    return word;
                }
            }
        }
    }

    pub(crate) fn registers(&mut self, rig: &mut Rig, number: u8) {
        rig.enter(number);
        let mut context = rig.machine.context();
        context
            .r
            .iter_mut()
            .skip(1)
            .for_each(|word| *word = self.number());
        for register in 1..15 {
            context.c[register] = match self.below(3) {
                0 => self.capability(number),
                1 => at(
                    cap(DATA, 0, 0x3000, ALL, number.max(4)),
                    16 * self.below(0x280) as u32,
                ),
                _ => at(
                    cap(OTHER, 0, 0x3000, ALL, number.max(4)),
                    0x1000 * self.below(3) as u32,
                ),
            };
        }
        rig.machine.poke_context(&context);
    }
}
