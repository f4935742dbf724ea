//! Builds source distributions.
