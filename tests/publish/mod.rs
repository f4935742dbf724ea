//! Publishing: to real servers on loopback, and to one that misbehaves.

mod bad_files;
mod clients;
mod environment;
mod faults;
mod fields;
mod files;
pub(crate) mod form;
mod founding;
mod loaded;
mod memory;
mod options;
mod real_servers;
mod refused;
mod resumed;
pub(crate) mod scene;
mod scripted;
mod secrets;
mod servers;
mod static_index;
mod trusted_publishing;
mod witnesses;
