//! Nests: an image in a hypervisor, that in another, and so on, and what running it so costs.
//!
//! Invariant: the innermost machine has the same image, memory, depth, devices and arguments however many hypervisors
//! there are around it; so all that it does is the same, and what differs is the hosts' alone.

mod files;
mod measure;
mod nested;
mod plot;
mod report;
mod verdict;
mod watched;

pub use files::FILES;
pub use measure::{End, Exits, HypervisorEnd, Row, measure, measure_until};
pub use nested::{Hypervisor, Nested};
pub use plot::plot;
pub use report::{Form, KEYS};
pub use verdict::Verdict;
