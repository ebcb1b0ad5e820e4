//! Which machine makes the steps: the specification or the fast engine.
//!
//! Invariant: nothing that a program or a user sees depends on the choice but how long it takes.

use clap::ValueEnum;
use isa::machine::{Machine, Stepped, Stop};
use vm::Engine;

/// Which machine makes the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// The fast engine.
    #[default]
    Fast,
    /// The executable specification: a hundred times slower, and right by definition.
    Spec,
    /// The fast engine, and after the run the specification: it is an error if they do not agree.
    Lockstep,
}

/// A machine, and what makes its steps.
pub(crate) enum Runner {
    Fast(Box<Engine>),
    Spec(Box<Machine>),
}

impl Runner {
    /// Lets the one or the other run a machine.
    pub(crate) fn new(which: Which, machine: Machine) -> Runner {
        match which {
            Which::Fast | Which::Lockstep => Runner::Fast(Box::new(Engine::new(machine))),
            Which::Spec => Runner::Spec(Box::new(machine)),
        }
    }

    /// The machine as it is now.
    pub(crate) fn machine(&self) -> &Machine {
        match self {
            Runner::Fast(engine) => engine.machine(),
            Runner::Spec(machine) => machine,
        }
    }

    /// The machine, to be changed from outside.
    pub(crate) fn machine_mut(&mut self) -> &mut Machine {
        match self {
            Runner::Fast(engine) => engine.machine_mut(),
            Runner::Spec(machine) => machine,
        }
    }

    /// The machine, where nothing else is wanted any more.
    pub(crate) fn into_machine(self) -> Machine {
        match self {
            Runner::Fast(engine) => engine.into_machine(),
            Runner::Spec(machine) => *machine,
        }
    }

    /// Makes steps, at most so many.
    pub(crate) fn run(&mut self, max_steps: u64) -> Stop {
        match self {
            Runner::Fast(engine) => engine.run(max_steps),
            Runner::Spec(machine) => machine.run(max_steps),
        }
    }

    /// Makes one step.
    ///
    /// # Errors
    /// When the machine cannot go on.
    pub(crate) fn step(&mut self) -> Result<Stepped, Stop> {
        match self {
            Runner::Fast(engine) => engine.step(),
            Runner::Spec(machine) => machine.step(),
        }
    }

    /// Makes steps, at most so many, until one of those that wait or deliver something does not please. Others may be
    /// asked about too.
    pub(crate) fn run_while(
        &mut self,
        max_steps: u64,
        mut pleases: impl FnMut(&Stepped) -> bool,
    ) -> Stop {
        match self {
            Runner::Fast(engine) => engine.run_while(max_steps, pleases),
            Runner::Spec(machine) => {
                for _ in 0..max_steps {
                    match machine.step() {
                        Ok(stepped) if pleases(&stepped) => {}
                        Ok(_) => break,
                        Err(stop) => return stop,
                    }
                }
                machine.end().cloned().map_or(Stop::Steps, Stop::Ended)
            }
        }
    }
}
