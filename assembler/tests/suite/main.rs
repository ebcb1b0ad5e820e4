//! The tests of the assembler: text in, image or diagnostics out.

mod broken;
mod good;
mod print;
mod robust;
mod run;
mod support;
