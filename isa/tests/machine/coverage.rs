//! Every row of the table runs: the example of its manual page, in a world where it does what it is for.

use std::collections::BTreeSet;

use isa::instruction::{Class, Opcode};
use isa::machine::Stepped;
use isa::{Capability, Fields, Kind, Permissions};

use crate::rig::*;

/// The world in which the example of an instruction runs: most use the second and third registers as operands.
fn scene(opcode: Opcode) -> Rig {
    let mut rig = Rig::with_devices(b"input", vec![]);
    let privileged = matches!(opcode.class(), Class::Privileged(_));
    let number = if privileged || opcode == Opcode::Ldtag || opcode == Opcode::Sttag {
        0
    } else {
        4
    };
    rig.enter(number);
    let text = cap(TEXT + u16::from(number), 0, 0x1000, RX, number);
    let closed = |kind| {
        Capability::new(Fields {
            kind,
            ..at(text, 0x20).fields()
        })
    };
    rig.poke(|context| {
        for register in 1..16 {
            context.r[register] = 0x1000;
        }
        context.r[3] = 16;
        for register in 1..15 {
            context.c[register] = cap(DATA, 0, 0x3000, ALL, number.max(4));
        }
        context.c[15] = at(context.c[15], 0x400);
        match opcode {
            Opcode::Callc => context.c[1] = closed(Kind::Entry),
            Opcode::Ret => context.c[7] = closed(Kind::Return),
            Opcode::Jmpc => context.c[1] = at(text, 0x20),
            Opcode::Centry | Opcode::Creturn => context.c[2] = text,
            Opcode::Cseal => context.c[3] = cap(0, 4, 32, Permissions::SEAL, 4),
            Opcode::Cunseal => {
                context.c[2] = closed(Kind::Software(isa::ObjectType::FIRST));
                context.c[3] = cap(0, 4, 32, Permissions::UNSEAL, 4);
            }
            Opcode::Mint => context.r[1..3].copy_from_slice(&[data().low(), data().high()]),
            Opcode::Copy | Opcode::Cmpb => context.c[2] = other(),
            Opcode::Cadd => context.c[2] = at(context.c[2], 0x100),
            Opcode::Io => {
                context.c[2] = cap(16, 0, 0, RW, 4);
                context.r[1] = 4;
            }
            _ => {}
        }
    });
    match opcode {
        Opcode::Ldk => rig.set_granule(264 + u16::from(number), 0x30, data()),
        Opcode::Resume => {
            let context = rig.machine.context().to_bytes();
            rig.bytes(256, 0x400, &context);
        }
        Opcode::Reclaim => rig.run("lend c1, r2; cmov c1, c3; add r2, r4, 0"),
        Opcode::Wfi => {
            rig.run("add r1, r0, 1; setctl timer, r1; setctl pending, r1; setctl lines, r1")
        }
        _ => {}
    }
    rig
}

#[test]
fn every_instruction_runs() {
    let mut ran = BTreeSet::new();
    for opcode in Opcode::ALL {
        let mut rig = scene(*opcode);
        match opcode {
            Opcode::Trap => assert_eq!(rig.causes(opcode.example()), "software"),
            Opcode::Vmrun => assert_eq!(rig.causes(opcode.example()), "depth"),
            _ => {
                let pc = rig.machine.pc();
                rig.code(pc.segment().0, pc.cursor(), opcode.example());
                assert_eq!(rig.machine.step(), Ok(Stepped::Ran), "{}", opcode.example());
            }
        }
        ran.insert(opcode.number());
    }
    assert_eq!(ran.len(), Opcode::ALL.len());
}
