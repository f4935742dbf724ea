//! The plugin through its traits: what flit writes for the same file, and what is said about files that are wrong.

mod accepted;
mod cases;
mod discover;
mod limits;
mod metadata;
mod refused;
mod support;
