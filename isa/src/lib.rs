//! The instruction set of Nestor: what the machine is, stated once.
//!
//! Everything that others know of the machine derives from the tables and types here: the
//! assembler's operands and constants, the manual, the engine's dispatch, the fuzzers. Nothing
//! here does I/O, reads a clock or keeps a cache.
//!
//! Where to start reading:
//!
//! 1. [`capability`], with [`permission`] and [`ring`]: what a capability is. Its derivations,
//!    `add`, `bound`, `seal` and so on, are total functions that only ever narrow.
//! 2. [`descriptor`], [`page`], [`label`], [`address`]: segments, pages, labels, address spaces.
//! 3. [`access`]: the one rule that says whether an access may happen. Everything else asks it.
//! 4. [`trap`]: the table of what can go wrong. [`context`]: the records that machine and
//!    software share in memory, declared with [`layout`].
//! 5. [`instruction`]: the one table of instructions, and its codec.
//! 6. [`machine`]: the executable specification, which steps by the functions above. [`float`]
//!    is its arithmetic.
//! 7. [`abi`]: the numbers that programs, start-up code and tools agree on. [`manual`]: all of
//!    it as text. [`stream`]: how values stand in files.

pub mod abi;
pub mod access;
pub mod address;
pub mod capability;
pub mod context;
mod derive;
pub mod descriptor;
pub mod flags;
pub mod float;
pub mod instruction;
pub mod label;
pub mod layout;
pub mod machine;
pub mod manual;
pub mod page;
pub mod permission;
pub mod ring;
pub mod stream;
pub mod trap;

pub use access::AccessKind;
pub use address::{Address, Real, SegmentNumber};
pub use capability::{Capability, Fields, Kind, ObjectType};
pub use descriptor::{Descriptor, DescriptorFlags};
pub use label::{Label, LabelSet};
pub use page::{PageFlags, PageWord};
pub use permission::Permissions;
pub use ring::{Brackets, Ring};
pub use trap::{Cause, Causes, Trap, TrapRegister};
