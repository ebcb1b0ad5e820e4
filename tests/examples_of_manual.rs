//! The manual is what the machine is: its examples assemble to what they show, and the command
//! prints what is committed.

use isa::instruction::Opcode;

/// A program around one line of assembly, with room before and behind it for what it names.
fn around(example: &str) -> String {
    let room = "        nop\n".repeat(16);
    format!(".segment text, rx, rings(0,0,0)\n.entry start\n{room}start:  {example}\n{room}")
}

#[test]
fn every_example_assembles_to_its_instruction() {
    for opcode in Opcode::ALL {
        let source = around(opcode.example());
        let options = assembler::Options {
            bare: true,
            ..assembler::Options::default()
        };
        let files = vec![assembler::Source::new("example.s", source)];
        let assembly = assembler::assemble(files, &mut assembler::NoFiles, &options);
        let image = assembly.image.unwrap_or_else(|| {
            panic!("{}: {:?}", opcode.example(), assembly.diagnostics);
        });
        let text = image.segment_named("text").expect("the text");
        let word = text.bytes.get(128..136).expect("the instruction");
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        assert_eq!(Opcode::of(word), Some(*opcode), "{}", opcode.example());
    }
}
