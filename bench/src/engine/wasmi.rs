//! wasmi: an interpreter of WebAssembly in Rust, with and without fuel, which is its way of counting steps.

use std::error::Error;

use super::{Engine, Run, WASM, timed};
use crate::kernel::Kernel;

pub(super) struct Wasmi {
    module: wasmi::Module,
    fuel: bool,
}

impl Wasmi {
    pub(super) fn with_fuel() -> Result<Wasmi, Box<dyn Error>> {
        Wasmi::new(true)
    }

    pub(super) fn without_fuel() -> Result<Wasmi, Box<dyn Error>> {
        Wasmi::new(false)
    }

    fn new(fuel: bool) -> Result<Wasmi, Box<dyn Error>> {
        let mut config = wasmi::Config::default();
        config.consume_fuel(fuel);
        let engine = wasmi::Engine::new(&config);
        let module = wasmi::Module::new(&engine, WASM)?;
        Ok(Wasmi { module, fuel })
    }
}

impl Engine for Wasmi {
    fn name(&self) -> &'static str {
        match self.fuel {
            true => "wasmi-fuel",
            false => "wasmi",
        }
    }

    fn run(&mut self, kernel: Kernel, amount: u64) -> Result<Run, Box<dyn Error>> {
        let mut store = wasmi::Store::new(self.module.engine(), ());
        if self.fuel {
            store.set_fuel(u64::MAX)?;
        }
        let linker = wasmi::Linker::new(self.module.engine());
        let instance = linker.instantiate_and_start(&mut store, &self.module)?;
        let procedure = instance.get_typed_func::<u64, u64>(&store, kernel.name())?;
        let (result, time) = timed(|| procedure.call(&mut store, amount));
        Ok(Run {
            result: result?,
            time,
            steps: None,
        })
    }
}
