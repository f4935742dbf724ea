//! Reads what the environment says of repositories and credentials.

use std::env;

use super::mask;
use crate::repositories::{Environment, secrets};

/// The variables that matter, as they are now. From here on nobody sees the secrets among them.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn read() -> Environment {
    let environment = Environment::of(env::vars_os());
    for (username, secret) in secrets(&environment) {
        mask::hide_secret(&username, secret.expose());
    }
    environment
}
