//! Integration tests of the program, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod bad_input;
mod boundary;
mod build;
mod builtins;
mod command_line;
mod credentials;
mod docs;
mod house;
mod info;
mod interruption;
mod publish;
mod support;
