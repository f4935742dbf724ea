//! The plugin through its traits, on source trees made on the spot.

mod files;
mod keys;
mod messages;
mod mutations;
mod support;
mod witness;
