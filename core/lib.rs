//! The `flit` command.
