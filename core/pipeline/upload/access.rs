//! Who we are at the repository, for as long as the run lasts: found, asked for, or minted and minted again.

use std::sync::Mutex;

use flit_sdk::model::{CiIdentity, Credentials, ProjectName, Repository};
use flit_sdk::{Host, LogLevel, Plugin, PluginError, Target, Uploader};

use super::error::UploadError;
use super::retry::{RetryOptions, persistently};
use super::token::Token;
use super::{Observer, TrustedPublishing};
use crate::repositories::{Configured, Found};

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
    Minted(Token),
}

impl Asker<'_> {
    fn wants_credentials(&self) -> Result<bool, UploadError> {
        let wants = self.uploader.wants_credentials(&self.configured.repository);
        wants.map_err(|source| self.failed(source))
    }

    /// What is found without asking anybody; nothing is looked for where nothing is wanted.
    fn found(&self, host: &dyn Host, project: &ProjectName) -> Result<Option<Found>, UploadError> {
        if !self.wants_credentials()? {
            return Ok(None);
        }
        let found = self.configured.find(host, project)?;
        if let Some(credentials) = &found.credentials {
            self.observer.hide(credentials);
        }
        Ok(Some(found))
    }

    fn failed(&self, source: PluginError) -> UploadError {
        UploadError::Plugin { plugin: self.plugin.name, source }
    }
}

impl<'a> Access<'a> {
    /// Takes what is found without asking anybody, or goes without.
    pub(super) fn existing(
        host: &dyn Host,
        asker: Asker<'a>,
        project: &ProjectName,
    ) -> Result<Self, UploadError> {
        let found = asker.found(host, project)?;
        Ok(Self::holding(asker, found))
    }

    fn holding(asker: Asker<'a>, found: Option<Found>) -> Self {
        let credentials = found.and_then(|found| found.credentials);
        let held = credentials.map_or(Held::Nothing, Held::Found);
        Self { asker, held: Mutex::new(held) }
    }

    /// As [`existing`](Self::existing), with a word about what a run that publishes would do: a dry run asks nobody for a
    /// password, and has no token made.
    pub(super) fn rehearsed(
        host: &dyn Host,
        asker: Asker<'a>,
        project: &ProjectName,
    ) -> Result<Self, UploadError> {
        if asker.mode == TrustedPublishing::Always && asker.identity.is_none() {
            return Err(asker.no_identity());
        }
        let is_trusted = asker.mode != TrustedPublishing::Never && asker.identity.is_some();
        let found = asker.found(host, project)?;
        let lacks = |found: &Found| found.credentials.is_none() && !found.is_certificate_enough;
        if !is_trusted && found.as_ref().is_some_and(lacks) {
            let message =
                "no credentials were found: a run that publishes would ask for them on a terminal";
            host.log(LogLevel::Warning, message);
        }
        Ok(Self::holding(asker, found))
    }

    /// Looks for credentials in the order that `repositories` describes: a CI identity counts where nothing was found, or
    /// before all else if trusted publishing was demanded.
    pub(super) fn obtain(
        host: &dyn Host,
        asker: Asker<'a>,
        project: &ProjectName,
    ) -> Result<Self, UploadError> {
        let held =
            if asker.wants_credentials()? { asker.held(host, project)? } else { Held::Nothing };
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
            Held::Minted(minted) if !minted.ends_soon() => Ok(Some(minted.credentials())),
            Held::Minted(minted) => match self.asker.mint(host) {
                Ok(Some(next)) => {
                    let old = minted.credentials();
                    let credentials = next.credentials();
                    *held = Held::Minted(next);
                    self.asker.burn(host, &old);
                    Ok(Some(credentials))
                }
                // Some services prove an identity only once: the token that we have still has minutes to live.
                Ok(None) => Ok(Some(minted.credentials())),
                Err(_) if !minted.has_ended() => Ok(Some(minted.credentials())),
                Err(error) => Err(error),
            },
        }
    }

    /// Replaces credentials that the repository does not take any more, unless another transfer just did; false if they
    /// are not ours to replace.
    pub(super) fn renew(
        &self,
        host: &dyn Host,
        refused: &Credentials,
    ) -> Result<bool, UploadError> {
        let mut held = self.lock();
        let Held::Minted(minted) = &*held else { return Ok(false) };
        if minted.credentials().password != refused.password {
            return Ok(true);
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
        if let Held::Minted(token) = &*self.lock() {
            self.asker.burn(host, &token.credentials());
        }
    }

    /// Offers to keep credentials that were typed, now that the repository has taken them.
    pub(super) fn offer_to_keep(&self, host: &dyn Host, project: &ProjectName) {
        let Held::Found(credentials) = &*self.lock() else { return };
        let Asker { configured, observer, .. } = &self.asker;
        configured.offer_to_keep(host, observer.prompt(), project, credentials);
    }

    /// Calls the uploader as who we are now; what it reports is for the caller to judge.
    pub(super) fn call<T>(
        &self,
        host: &dyn Host,
        call: impl FnOnce(&dyn Uploader, &Target<'_>) -> T,
    ) -> Result<T, UploadError> {
        let credentials = self.credentials(host)?;
        let target = Target { credentials: credentials.as_ref(), ..self.asker.target() };
        Ok(call(self.asker.uploader, &target))
    }

    /// Calls the uploader until it answers, where calling again cannot do harm.
    pub(super) fn call_persistently<T>(
        &self,
        host: &dyn Host,
        what: &str,
        call: impl Fn(&dyn Uploader, &Target<'_>) -> Result<T, PluginError>,
    ) -> Result<T, UploadError> {
        let answer = self.call(host, |uploader, target| {
            persistently(host, self.retry(), what, || call(uploader, target))
        })?;
        answer.map_err(|source| self.failed(source))
    }

    /// The error of the uploader's plugin.
    pub(super) fn failed(&self, source: PluginError) -> UploadError {
        self.asker.failed(source)
    }

    pub(super) fn repository(&self) -> &'a Repository {
        &self.asker.configured.repository
    }

    pub(super) fn plugin(&self) -> &'a Plugin {
        self.asker.plugin
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
            self.identity.ok_or_else(|| self.no_identity())?;
            let reason = "the repository knows no such thing".into();
            let unsupported = UploadError::NoTrustedPublishing { reason };
            return self.mint(host)?.map(Held::Minted).ok_or(unsupported);
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

    fn no_identity(&self) -> UploadError {
        let reason = "this is no CI job that can prove its identity";
        let reason = self.configured.ci_note.unwrap_or(reason).into();
        UploadError::NoTrustedPublishing { reason }
    }

    fn burn(&self, host: &dyn Host, credentials: &Credentials) {
        if let Err(error) = self.uploader.burn(host, &self.target(), credentials) {
            let message = format!("the token of this run stays valid until it ends: {error}");
            host.log(LogLevel::Warning, &message);
        }
    }

    fn mint(&self, host: &dyn Host) -> Result<Option<Token>, UploadError> {
        let Some(identity) = self.identity else { return Ok(None) };
        // Each attempt proves the identity anew: a proof may be used once.
        let minted = persistently(host, self.retry, "mint a token", || {
            self.uploader.mint(host, &self.target(), identity)
        })
        .map_err(|source| self.failed(source))?;
        if let Some(minted) = &minted {
            self.observer.hide(&minted.credentials);
            self.observer.minted(&minted.credentials, identity);
            let message =
                format!("trusted publishing: minted a token for this {} job", identity.service());
            host.log(LogLevel::Info, &message);
        }
        Ok(minted.map(Token::new))
    }
}

fn hints_of(error: &PluginError) -> String {
    if error.hints.is_empty() { String::new() } else { format!(" ({})", error.hints.join("; ")) }
}
