//! What the disassembler prints assembles to the same bits, for every
//! instruction and for words that are none.

use assembler::print;
use isa::instruction::operand::{Compare, Index, Memory, Offset, OperandKind};
use isa::instruction::value::Value;
use isa::instruction::{C, Opcode, R};
use proptest::prelude::*;

use crate::support::{self, assemble};

/// Room on both sides of the instructions, for targets.
const ROOM: usize = 65536;

/// Assembles the lines and gives their words.
fn words(lines: &[String]) -> Vec<u64> {
    let text = format!(
        ".segment boot, rx, rings(0,0,0)\n.entry start\n.space {ROOM}\nstart:\n{}\n.space {ROOM}\n",
        lines.join("\n")
    );
    let assembly = assemble(&text);
    assert_eq!(support::report(&assembly), "");
    let image = assembly.image.expect("an image");
    let segment = image.segment_named("boot").expect("the segment");
    let mut bytes = segment.bytes.clone();
    bytes.resize(usize::try_from(segment.length).expect("a small segment"), 0);
    bytes
        .chunks_exact(8)
        .skip(ROOM / 8)
        .take(lines.len())
        .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")))
        .collect()
}

fn value(kind: OperandKind, bits: u64) -> Value {
    let r = |at: u32| R::new((bits >> at) as u8 % 32).expect("a register");
    let c = |at: u32| C::new((bits >> at) as u8 % 16).expect("a register");
    let immediate = (bits >> 32) as i32;
    let index = Index {
        register: r(8),
        scale: (bits >> 16) as u8 % 5,
        immediate,
    };
    match kind {
        OperandKind::R(_) => Value::R(r(0)),
        OperandKind::C(_) => Value::C(c(0)),
        OperandKind::Index => Value::Index(index),
        OperandKind::Memory => Value::Memory(Memory { base: c(0), index }),
        OperandKind::Offset => Value::Offset(Offset {
            base: c(0),
            immediate,
        }),
        OperandKind::Compare => Value::Compare(Compare {
            register: r(0),
            immediate: immediate as i8,
        }),
        OperandKind::Target => Value::Target(i32::from(immediate as i16) / 8 * 8),
        OperandKind::Immediate => Value::Immediate(immediate),
        OperandKind::Name { rows, .. } => {
            let row = rows.get(immediate.unsigned_abs() as usize % rows.len());
            Value::Name(row.expect("a row").number)
        }
    }
}

/// An instruction with operands made of these bits.
fn instruction(opcode: Opcode, bits: u64) -> u64 {
    opcode.format().operands().iter().zip(0..).fold(
        u64::from(opcode.number()),
        |word, (operand, position)| {
            let bits = bits.rotate_left(7 * position);
            word | operand
                .place(value(operand.kind, bits))
                .expect("a value that fits")
        },
    )
}

#[test]
fn every_example_of_the_table_is_what_is_printed_of_it() {
    let examples: Vec<String> = Opcode::ALL
        .iter()
        .map(|opcode| opcode.example().to_owned())
        .collect();
    for ((word, opcode), example) in words(&examples).iter().zip(Opcode::ALL).zip(&examples) {
        assert_eq!(Opcode::of(*word), Some(*opcode), "{example}");
        let printed = print::instruction(*word);
        assert_eq!(words(&[printed]), [*word], "{example}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn printed_instructions_assemble_to_the_same_bits(bits: u64) {
        let expected: Vec<u64> = Opcode::ALL
            .iter()
            .map(|opcode| instruction(*opcode, bits.wrapping_mul(u64::from(opcode.number()) | 1)))
            .collect();
        let lines: Vec<String> = expected.iter().map(|word| print::instruction(*word)).collect();
        for (word, line) in expected.iter().zip(&lines) {
            prop_assert!(!line.starts_with('.'), "{word:#x} is an instruction");
        }
        prop_assert_eq!(words(&lines), expected);
    }

    #[test]
    fn any_word_assembles_to_the_same_bits(list in proptest::collection::vec(any::<u64>(), 1..50)) {
        let lines: Vec<String> = list
            .iter()
            .map(|word| print::instruction(*word))
            .collect();
        let inside = lines.iter().all(|line| !line.contains('$'));
        prop_assume!(inside);
        prop_assert_eq!(words(&lines), list);
    }
}

#[test]
fn a_target_that_no_segment_contains_is_printed_as_data() {
    let jump = |displacement: i32| {
        let bits = u64::from(displacement as u32) << 32;
        print::instruction(u64::from(Opcode::J.number()) | bits)
    };
    assert_eq!(jump(0), "j $");
    assert_eq!(jump(-8), "j $ - 8");
    assert_eq!(jump(1 << 20), "j $ + 1048576");
    assert_eq!(jump(4), ".dword 0x0000000400000046");
    assert_eq!(jump(1 << 28), ".dword 0x1000000000000046");
}
