//! The tests of the assembler: text in, image or diagnostics out.

mod broken;
mod disassemble;
mod good;
mod print;
mod reference;
mod robust;
mod run;
mod support;
