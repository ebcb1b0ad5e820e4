//! ckb-vm: an interpreter of RISC-V, its loop in assembly and in Rust, counting cycles as it does in use.

use std::error::Error;

use ckb_vm::cost_model::estimate_cycles;
use ckb_vm::machine::VERSION2;
use ckb_vm::machine::asm::{AsmCoreMachine, AsmMachine};
use ckb_vm::registers::{A0, A1};
use ckb_vm::{
    Bytes, CoreMachine, DefaultCoreMachine, DefaultMachineBuilder, DefaultMachineRunner,
    FlatMemory, ISA_A, ISA_B, ISA_IMC, ISA_MOP, SupportMachine, TraceMachine, WXorXMemory,
};

use super::{Engine, Run, timed};
use crate::kernel::Kernel;

/// The kernels, chosen by their number.
const PROGRAM: &[u8] = include_bytes!("../../kernels/kernels.rv64");

const ISA: u8 = ISA_IMC | ISA_A | ISA_B | ISA_MOP;

pub(super) struct Assembly;

impl Engine for Assembly {
    fn name(&self) -> &'static str {
        "ckb-asm"
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let core = <Box<AsmCoreMachine> as SupportMachine>::new(ISA, VERSION2, u64::MAX);
        run::<AsmMachine>(core, kernel, amount)
    }
}

pub(super) struct Rust;

impl Engine for Rust {
    fn name(&self) -> &'static str {
        "ckb-rust"
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        type Core = DefaultCoreMachine<u64, WXorXMemory<FlatMemory<u64>>>;
        let core = <Core as SupportMachine>::new(ISA, VERSION2, u64::MAX);
        run::<TraceMachine<Core>>(core, kernel, amount)
    }
}

fn run<M: DefaultMachineRunner>(
    core: M::Inner,
    kernel: Kernel,
    amount: u64,
) -> Result<Run, Box<dyn Error>>
where
    M::Inner: CoreMachine<REG = u64>,
{
    let machine = DefaultMachineBuilder::new(core)
        .instruction_cycle_func(Box::new(estimate_cycles))
        .build();
    let mut machine = M::new(machine);
    machine.load_program(&Bytes::from_static(PROGRAM), std::iter::empty())?;
    let inner = machine.inner_mut();
    inner.set_register(A0, amount);
    inner.set_register(A1, kernel.number());
    let (exit, time) = timed(|| machine.run());
    exit?;
    Ok(Run {
        result: machine.machine().registers()[A0],
        time,
        steps: None,
    })
}
