//! The tests of the assembler: text in, image or diagnostics out.

mod run;
mod support;
