//! Reads what the environment says of repositories and credentials.

use std::env;

use crate::repositories::Environment;

/// The variables that matter, as they are now.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn read() -> Environment {
    Environment::of(env::vars_os())
}
