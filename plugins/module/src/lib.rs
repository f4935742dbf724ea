//! Reads the docstring and the version of the module without running it.
