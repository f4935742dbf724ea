//! A token that the repository made for this run.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flit_sdk::model::{Credentials, MintedCredentials};

/// A token that ends sooner is replaced before it is used.
const TOO_SHORT: Duration = Duration::from_mins(3);

/// A token that is younger is not: if it seems to end, a clock is wrong.
const FRESH: Duration = Duration::from_mins(1);

/// Minted credentials, and since when we have them.
#[derive(Clone, Debug)]
pub(super) struct Token {
    minted: MintedCredentials,
    since: Instant,
}

impl Token {
    pub(super) fn new(minted: MintedCredentials) -> Self {
        Self { minted, since: Instant::now() }
    }

    pub(super) fn credentials(&self) -> Credentials {
        self.minted.credentials.clone()
    }

    pub(super) fn ends_soon(&self) -> bool {
        self.since.elapsed() > FRESH && self.ends_within(TOO_SHORT)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ends_within(Duration::ZERO)
    }

    fn ends_within(&self, time: Duration) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.minted.expires_at.is_some_and(|end| Duration::from_secs(end) < now + time)
    }
}
