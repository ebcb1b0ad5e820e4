//! Laws of the table: one encoding for each instruction, and text that the
//! manual can use.

use super::*;
use crate::trap::Cause;
use proptest::prelude::*;
use std::collections::HashSet;

#[test]
fn mnemonics_are_unique() {
    let mut seen = HashSet::new();
    for opcode in Opcode::ALL {
        assert!(seen.insert(opcode.mnemonic()), "{}", opcode.mnemonic());
        assert_eq!(Opcode::from_mnemonic(opcode.mnemonic()), Some(*opcode));
        assert_eq!(Opcode::from_number(opcode.number()), Some(*opcode));
    }
}

#[test]
fn places_of_a_format_do_not_overlap() {
    for format in Format::ALL {
        let mut used = format::OPCODE_MASK;
        for operand in format.operands() {
            assert_eq!(used & operand.mask, 0, "{format:?} {}", operand.name);
            used |= operand.mask;
        }
    }
}

#[test]
fn every_row_has_its_text() {
    for opcode in Opcode::ALL {
        let name = opcode.mnemonic();
        assert!(opcode.meaning().ends_with('.'), "{name}: meaning");
        assert!(!opcode.operation().is_empty(), "{name}: operation");
        assert!(opcode.example().starts_with(name), "{name}: example");
        for trap in opcode.traps() {
            assert!(
                trap == "access" || Cause::from_name(trap).is_some(),
                "{name}: trap {trap}"
            );
        }
    }
}

#[test]
fn zero_and_all_ones_are_illegal() {
    assert_eq!(Opcode::of(0), None);
    assert_eq!(Opcode::of(u64::MAX), None);
}

/// Packs what was unpacked, for the format of `opcode`.
fn repack(opcode: Opcode, word: u64) -> Option<u64> {
    macro_rules! formats {
        ($($name:ident)+) => {
            match opcode.format() {
                $(Format::$name => format::$name::unpack(word).map(|operands| operands.pack()),)+
            }
        };
    }
    formats!(Plain Alu AluImmediate Result Unary Binary Ternary CapabilitySelect Branch Jump Call
        Load Store LoadCapability StoreCapability Atomic AtomicCapability LoadTag StoreTag Derive
        CapabilityUnary CapabilityBinary CapabilityWords CapabilityCompare CapabilityGet Probe
        CapabilityImmediate ImmediateCapability Capability Capabilities ThreeCapabilities BlockPair
        BlockValue Block Number Io ControlRead ControlWrite)
    .map(|operands| operands | u64::from(opcode.number()))
}

proptest! {
    /// A word that decodes is the only encoding of what it decodes to.
    #[test]
    fn decoding_then_encoding_is_the_identity(
        row in 0..Opcode::ALL.len(),
        registers in any::<[u8; 3]>(),
        immediate in prop_oneof![any::<u32>(), 0u32..24],
    ) {
        let opcode = Opcode::ALL[row];
        let word = u64::from(opcode.number())
            | u64::from(registers[0] & 0x1f) << 8
            | u64::from(registers[1] & 0x1f) << 16
            | u64::from(registers[2]) << 24
            | u64::from(immediate) << 32;
        if let Some(repacked) = repack(opcode, word) {
            prop_assert_eq!(repacked, word);
            prop_assert_eq!(Opcode::of(word), Some(opcode));
        } else {
            prop_assert_eq!(Opcode::of(word), None);
        }
    }

    /// Every word is either refused or has exactly the encoding it came in.
    #[test]
    fn any_word_decodes_or_is_refused(word in any::<u64>()) {
        if let Some(opcode) = Opcode::of(word) {
            prop_assert_eq!(repack(opcode, word), Some(word));
        }
    }
}

proptest! {
    /// Any operand can be taken out of a word and put back.
    #[test]
    fn operands_come_out_and_go_back(
        row in 0..Opcode::ALL.len(),
        registers in any::<[u8; 3]>(),
        immediate in prop_oneof![any::<u32>(), 0u32..24],
    ) {
        let opcode = Opcode::ALL[row];
        let word = u64::from(opcode.number())
            | u64::from(registers[0] & 0xf) << 8
            | u64::from(registers[1] & 0xf) << 16
            | u64::from(registers[2] & 0x8f) << 24
            | u64::from(immediate) << 32;
        if Opcode::of(word).is_some() {
            let mut again = u64::from(opcode.number());
            for (operand, value) in opcode.operands(word) {
                again |= operand.place(value).unwrap_or(0);
            }
            prop_assert_eq!(again, word);
        }
    }
}
