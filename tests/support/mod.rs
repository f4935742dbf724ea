//! What the tests of the program share: a directory of their own, the program in both its forms, and what it answered.

mod programs;
mod sandbox;

pub(crate) use programs::Program;
pub(crate) use sandbox::{Outcome, Sandbox, demo};
