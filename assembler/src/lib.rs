//! The assembler of Nestor.
