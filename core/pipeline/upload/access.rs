//! Who we are at the repository, for as long as the run lasts: found, asked for, or minted and minted again.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flit_sdk::model::{CiIdentity, Credentials, MintedCredentials, ProjectName, Repository};
use flit_sdk::{Host, LogLevel, Plugin, Target, Uploader};

use super::error::UploadError;
use super::retry::{RetryOptions, persistently};
use super::{Observer, TrustedPublishing};
use crate::repositories::Configured;

/// Minted credentials that end sooner are replaced before they are used.
const TOO_SHORT: Duration = Duration::from_mins(3);

/// Who asks for credentials, and where.
pub(super) struct Asker<'a> {
    pub(super) configured: &'a Configured,
    pub(super) identity: Option<&'a CiIdentity>,
    pub(super) mode: TrustedPublishing,
    pub(super) plugin: &'a Plugin,
    pub(super) uploader: &'static dyn Uploader,
    pub(super) observer: &'a dyn Observer,
    pub(super) retry: RetryOptions,
}

/// The credentials of a run.
pub(super) struct Access<'a> {
    asker: Asker<'a>,
    held: Mutex<Held>,
}

/// What we have.
#[derive(Clone, Debug)]
enum Held {
    /// The repository asks for nothing.
    Nothing,
    /// Credentials of the user.
    Found(Credentials),
    /// Credentials that the repository made for this run.
    Minted(MintedCredentials),
}

impl<'a> Access<'a> {
    /// Takes what is found without asking anybody, or goes without.
    pub(super) fn existing(
        host: &dyn Host,
        asker: Asker<'a>,
        project: &ProjectName,
    ) -> Result<Self, UploadError> {
        let mut held = Held::Nothing;
        if asker.uploader.wants_credentials(&asker.configured.repository)
            && let Some(credentials) = asker.configured.find(host, project)?.credentials
        {
            asker.observer.hide(&credentials);
            held = Held::Found(credentials);
        }
        Ok(Self { asker, held: Mutex::new(held) })
    }

    /// Looks for credentials in the order that `repositories` describes: a CI identity counts where nothing was found, or
    /// before all else if trusted publishing was demanded.
    pub(super) fn obtain(
        host: &dyn Host,
        asker: Asker<'a>,
        project: &ProjectName,
    ) -> Result<Self, UploadError> {
        let held = if asker.uploader.wants_credentials(&asker.configured.repository) {
            asker.held(host, project)?
        } else {
            Held::Nothing
        };
        if let Held::Found(Credentials { source, username, .. }) = &held {
            host.log(LogLevel::Debug, &format!("credentials of `{username}` from {source}"));
        }
        Ok(Self { asker, held: Mutex::new(held) })
    }

    /// What a request sends, now. Minted credentials that are about to end are replaced.
    pub(super) fn credentials(&self, host: &dyn Host) -> Result<Option<Credentials>, UploadError> {
        let mut held = self.lock();
        match &*held {
            Held::Nothing => Ok(None),
            Held::Found(credentials) => Ok(Some(credentials.clone())),
            Held::Minted(minted) => {
                let next = if ends_soon(minted) { self.asker.mint(host) } else { Ok(None) };
                let minted = match next {
                    Ok(next) => next.unwrap_or_else(|| minted.clone()),
                    // Some services prove an identity only once: the token that we have still has minutes to live.
                    Err(_) if !has_ended(minted) => minted.clone(),
                    Err(error) => return Err(error),
                };
                let credentials = minted.credentials.clone();
                *held = Held::Minted(minted);
                Ok(Some(credentials))
            }
        }
    }

    /// Replaces credentials that the repository does not take any more; false if they are not ours to replace.
    pub(super) fn renew(&self, host: &dyn Host) -> Result<bool, UploadError> {
        let mut held = self.lock();
        if !matches!(&*held, Held::Minted(_)) {
            return Ok(false);
        }
        match self.asker.mint(host)? {
            Some(minted) => {
                *held = Held::Minted(minted);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Makes minted credentials worthless: they end by themselves, but sooner is better.
    pub(super) fn burn(&self, host: &dyn Host) {
        let Held::Minted(MintedCredentials { credentials, .. }) = &*self.lock() else { return };
        let target = Target { credentials: None, ..self.asker.target() };
        if let Err(error) = self.asker.uploader.burn(host, &target, credentials) {
            let message = format!("the token of this run stays valid until it ends: {error}");
            host.log(LogLevel::Warning, &message);
        }
    }

    /// Offers to keep credentials that were typed, now that the repository has taken them.
    pub(super) fn offer_to_keep(&self, host: &dyn Host, project: &ProjectName) {
        let Held::Found(credentials) = &*self.lock() else { return };
        let Asker { configured, observer, .. } = &self.asker;
        configured.offer_to_keep(host, observer.prompt(), project, credentials);
    }

    pub(super) fn repository(&self) -> &'a Repository {
        &self.asker.configured.repository
    }

    pub(super) fn plugin(&self) -> &'a Plugin {
        self.asker.plugin
    }

    pub(super) fn uploader(&self) -> &'static dyn Uploader {
        self.asker.uploader
    }

    pub(super) fn retry(&self) -> RetryOptions {
        self.asker.retry
    }

    pub(super) fn observer(&self) -> &'a dyn Observer {
        self.asker.observer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        // A thread that panicked ends the run anyway.
        self.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Asker<'_> {
    fn target(&self) -> Target<'_> {
        Target { repository: &self.configured.repository, credentials: None }
    }

    fn held(&self, host: &dyn Host, project: &ProjectName) -> Result<Held, UploadError> {
        if self.mode == TrustedPublishing::Always {
            let reason = "this is no CI job that can prove its identity";
            let reason = self.configured.ci_note.unwrap_or(reason);
            let unsupported = "the repository knows no such thing";
            let no = |reason: &str| UploadError::NoTrustedPublishing { reason: reason.into() };
            self.identity.ok_or_else(|| no(reason))?;
            return self.mint(host)?.map(Held::Minted).ok_or_else(|| no(unsupported));
        }
        let mut found = self.configured.find(host, project)?;
        if let Some(credentials) = found.credentials {
            self.observer.hide(&credentials);
            return Ok(Held::Found(credentials));
        }
        if let (TrustedPublishing::Auto, Some(identity)) = (self.mode, self.identity) {
            match self.mint(host) {
                Ok(Some(minted)) => return Ok(Held::Minted(minted)),
                Ok(None) => {
                    let service = identity.service();
                    found.tried.push(format!(
                        "trusted publishing from {service}: the repository knows no such thing"
                    ));
                }
                Err(error) => {
                    // What is said about it is the best there is to say: shown whatever comes next.
                    let reason = error.plugin_error().map_or_else(
                        || error.to_string(),
                        |error| format!("{error}{}", hints_of(error)),
                    );
                    found.tried.push(format!("trusted publishing: {reason}"));
                }
            }
        }
        if found.is_certificate_enough {
            return Ok(Held::Nothing);
        }
        let credentials = self.configured.ask(host, self.observer.prompt(), found)?;
        self.observer.hide(&credentials);
        Ok(Held::Found(credentials))
    }

    fn mint(&self, host: &dyn Host) -> Result<Option<MintedCredentials>, UploadError> {
        let Some(identity) = self.identity else { return Ok(None) };
        // Each attempt proves the identity anew: a proof may be used once.
        let minted = persistently(host, self.retry, "mint a token", || {
            self.uploader.mint(host, &self.target(), identity)
        })
        .map_err(|source| UploadError::Plugin { plugin: self.plugin.name, source })?;
        if let Some(minted) = &minted {
            self.observer.hide(&minted.credentials);
            self.observer.minted(&minted.credentials, identity);
            let message =
                format!("trusted publishing: minted a token for this {} job", identity.service());
            host.log(LogLevel::Info, &message);
        }
        Ok(minted)
    }
}

fn hints_of(error: &flit_sdk::PluginError) -> String {
    error.hints.iter().map(|hint| format!(" ({hint})")).collect()
}

fn ends_soon(minted: &MintedCredentials) -> bool {
    ends_within(minted, TOO_SHORT)
}

fn has_ended(minted: &MintedCredentials) -> bool {
    ends_within(minted, Duration::ZERO)
}

fn ends_within(minted: &MintedCredentials, time: Duration) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    minted.expires_at.is_some_and(|end| Duration::from_secs(end) < now + time)
}
