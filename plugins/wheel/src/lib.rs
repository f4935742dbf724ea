//! Builds wheels.
