//! Guests: how one is entered, how it is left, and who is asked in between.
//!
//! `vmrun` makes the guest the leaf (`entry`); whatever ends its run stores it to its block and makes its host the leaf
//! again (`exit`); before something happens that hosts want to know of, they are asked (`offer`).
//!
//! Invariant: a host sees its guest only in the block, and only while the guest is not live. Between two steps the
//! chain can be suspended at any level and taken up again, and nothing but the hosts that did it can tell.

mod entry;
mod exit;
mod offer;

pub(super) use offer::Event;
