//! The instruction set of Nestor.

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
