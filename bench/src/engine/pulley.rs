//! Pulley: the interpreter of wasmtime, for which Cranelift compiles WebAssembly; with and without fuel.

use std::error::Error;

use super::{Engine, Run, WASM, timed};
use crate::kernel::Kernel;

pub(super) struct Pulley {
    module: wasmtime::Module,
    fuel: bool,
}

impl Pulley {
    pub(super) fn with_fuel() -> Result<Pulley, Box<dyn Error>> {
        Pulley::new(true)
    }

    pub(super) fn without_fuel() -> Result<Pulley, Box<dyn Error>> {
        Pulley::new(false)
    }

    fn new(fuel: bool) -> Result<Pulley, Box<dyn Error>> {
        let mut config = wasmtime::Config::new();
        config.target("pulley64")?.consume_fuel(fuel);
        let engine = wasmtime::Engine::new(&config)?;
        let module = wasmtime::Module::new(&engine, WASM)?;
        Ok(Pulley { module, fuel })
    }
}

impl Engine for Pulley {
    fn name(&self) -> &'static str {
        match self.fuel {
            true => "pulley-fuel",
            false => "pulley",
        }
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let mut store = wasmtime::Store::new(self.module.engine(), ());
        if self.fuel {
            store.set_fuel(u64::MAX)?;
        }
        let instance = wasmtime::Instance::new(&mut store, &self.module, &[])?;
        let procedure = instance.get_typed_func::<u64, u64>(&mut store, kernel.name())?;
        let (result, time) = timed(|| procedure.call(&mut store, amount));
        Ok(Run {
            result: result?,
            time,
            steps: None,
        })
    }
}
