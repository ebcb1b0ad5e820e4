//! Images as their users see them: written, read again, damaged, and shown by other tools.

#![allow(clippy::unwrap_used)]

mod binutils;
mod hostile;
mod look_up;
mod round_trip;
mod rules;
mod sample;
