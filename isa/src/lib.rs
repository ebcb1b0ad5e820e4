//! The instruction set of Nestor.
