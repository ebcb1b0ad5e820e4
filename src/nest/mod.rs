//! Nests: an image in a hypervisor, that in another, and so on, and what running it so costs.
//!
//! Invariant: the innermost machine has the same image, memory, depth, devices and arguments however many hypervisors
//! there are around it; so all that it does is the same, and what differs is the hosts' alone.

mod files;
mod measure;
mod nested;
mod plot;
mod report;

pub use files::FILES;
pub use measure::{End, Exits, Row, measure};
pub use nested::{Hypervisor, Nested};
pub use plot::plot;
pub use report::{KEYS, Verdict, json, table};
