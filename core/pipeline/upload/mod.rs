//! The upload stage: from the files of releases to what a repository says it has of them.
//!
//! Plugins make single attempts; all that needs patience or judgement is here:
//!
//! - `access`: credentials, found, asked for or minted;
//! - `look`: what the repository has;
//! - `plan`: what is to be done about each file, told by what the repository has;
//! - `transfer`: one file, retried and settled; `retry`: how often and when;
//! - `confirm`: whether the repository gives out what it was given;
//! - `journal`: what a killed run had done, for the next one to go on with.

mod access;
mod confirm;
mod error;
mod files;
mod journal;
mod look;
mod order;
mod plan;
mod release;
mod report;
mod retry;
#[cfg(test)]
mod tests;
mod token;
mod transfer;

use std::path::{Path, PathBuf};

use flit_sdk::model::{
    CiIdentity, Credentials, Existence, Finding, Project, ProjectName, Release, ReleaseFile,
    Repository, Severity, Version,
};
use flit_sdk::{Host, Plugin, Target, Uploader};
use url::Url;

use self::access::{Access, Asker};
pub(crate) use self::confirm::Verify;
pub(crate) use self::error::{Failed, UploadError};
pub(crate) use self::files::{built_before, named};
pub(crate) use self::journal::Entry;
use self::journal::Journal;
pub(crate) use self::plan::{Plan, Step};
pub(crate) use self::report::{Confirmation, FileReport, ReleaseReport};
pub(crate) use self::retry::RetryOptions;
use crate::distribution;
use crate::plugins::{Registry, steps_back};
use crate::repositories::{Configured, Prompt};

/// Whether the identity of a CI job may be traded for credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TrustedPublishing {
    /// Where no other credentials are found.
    Auto,
    /// Before all other credentials; without it nothing is published.
    Always,
    /// Not at all.
    Never,
}

/// What is done with the attestations that lie beside the files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Attestations {
    /// They are sent.
    Auto,
    /// They are sent, and a file without one is an error.
    Require,
    /// They are left out.
    No,
}

/// How to publish.
#[derive(Clone, Debug)]
pub(crate) struct UploadOptions {
    pub(crate) is_dry_run: bool,
    pub(crate) skips_existing: bool,
    pub(crate) verify: Verify,
    /// How many wheels are sent at once.
    pub(crate) jobs: usize,
    pub(crate) trusted_publishing: TrustedPublishing,
    pub(crate) attestations: Attestations,
    pub(crate) retry: RetryOptions,
    /// The CI service that this run is a job of.
    pub(crate) identity: Option<CiIdentity>,
}

impl UploadOptions {
    /// What `flit publish` does unless told otherwise.
    pub(crate) fn new(retry: RetryOptions, identity: Option<CiIdentity>) -> Self {
        Self {
            is_dry_run: false,
            skips_existing: false,
            verify: Verify::Index,
            jobs: 1,
            trusted_publishing: TrustedPublishing::Auto,
            attestations: Attestations::Auto,
            retry,
            identity,
        }
    }
}

/// Whoever shows what happens, and may be asked.
pub(crate) trait Observer: Sync {
    /// Whoever can be asked for a password.
    fn prompt(&self) -> &dyn Prompt;
    /// The host for the transfer of one file: its progress is in bytes of the file.
    fn host_of<'a>(&'a self, file: &ReleaseFile) -> Box<dyn Host + 'a>;
    /// A finding, which is not shown in any other way.
    fn finding(&self, finding: &Finding);
    /// A release is done with, one way or the other.
    fn released(&self, report: ReleaseReport);
    /// These credentials must never be shown, whoever says them.
    fn hide(&self, credentials: &Credentials);
    /// These credentials were made for this job, whose log is to be told to hide them.
    fn minted(&self, credentials: &Credentials, identity: &CiIdentity);
}

/// What came of a run.
#[derive(Debug)]
pub(crate) enum Published {
    /// Nothing was sent, as asked: what would be.
    Planned(Vec<Plan>),
    /// Each release was told to the observer.
    Done,
}

/// A repository, with the plugin that knows it.
pub(crate) struct Destination<'a> {
    pub(crate) configured: Configured,
    plugin: &'a Plugin,
    uploader: &'static dyn Uploader,
}

impl<'a> Destination<'a> {
    /// Finds the plugin that knows the repository.
    pub(crate) fn of(registry: &'a Registry, configured: Configured) -> Result<Self, UploadError> {
        let repository = &configured.repository;
        let mut found = Vec::new();
        for (plugin, uploader) in registry.uploaders() {
            let name = plugin.name;
            let knows = uploader.accepts(repository);
            if knows.map_err(|source| UploadError::Plugin { plugin: name, source })? {
                found.push((plugin, uploader));
            }
        }
        let names: Vec<_> = found.iter().map(|(plugin, _)| plugin.name).collect();
        let (yielding, preferred): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(plugin, _)| steps_back(plugin, &names));
        // Those who all step back for each other are none the wiser.
        let candidates = if preferred.is_empty() { yielding } else { preferred };
        let url = repository.url.clone();
        match candidates.as_slice() {
            [] => Err(UploadError::NoUploader { url }),
            [(plugin, uploader)] => Ok(Self { plugin, uploader: *uploader, configured }),
            several => {
                let plugins = several.iter().map(|(plugin, _)| plugin.name).collect();
                Err(UploadError::SeveralUploaders { url, plugins })
            }
        }
    }

    /// The repository as messages name it.
    pub(crate) fn shown_name(&self) -> String {
        let repository = &self.configured.repository;
        let directory = || {
            let url = Url::parse(&repository.url).ok().filter(|url| url.scheme() == "file");
            url?.to_file_path().ok()
        };
        match &repository.name {
            Some(name) => format!("`{name}`"),
            None => directory()
                .map_or_else(|| repository.url.clone(), |path| path.display().to_string()),
        }
    }

    /// The repository with its URL, for those who want to be sure.
    pub(crate) fn shown_with_url(&self) -> String {
        let shown = self.shown_name();
        match &self.configured.repository {
            Repository { name: Some(_), url, .. } => format!("{shown} ({url})"),
            Repository { name: None, .. } => shown,
        }
    }

    /// Registers a project.
    pub(crate) fn register(
        &self,
        host: &dyn Host,
        observer: &dyn Observer,
        project: &Project,
        retry: RetryOptions,
    ) -> Result<(), UploadError> {
        let asker = self.asker(observer, None, TrustedPublishing::Never, retry);
        let access = Access::obtain(host, asker, &project.name)?;
        access.call_persistently(host, "register", |uploader, target| {
            uploader.register(host, target, &project.metadata)
        })
    }

    /// What an earlier run did for this version and did not finish, if others may see some of it.
    pub(crate) fn begun(
        &self,
        directory: &Path,
        name: &ProjectName,
        version: &Version,
    ) -> Result<Option<Entry>, UploadError> {
        let entry = Journal::of(directory).entry(&self.configured.repository, name, version)?;
        Ok(entry.filter(Entry::may_be_visible))
    }

    /// Whether the repository has nothing of an unfinished release, for certain: then it may be another one. Nobody is
    /// asked for a password for this.
    pub(crate) fn has_nothing_of(
        &self,
        host: &dyn Host,
        observer: &dyn Observer,
        entry: &Entry,
        paths: &[PathBuf],
        options: &UploadOptions,
    ) -> Result<bool, UploadError> {
        if entry.has_put() || options.verify == Verify::None {
            return Ok(false);
        }
        let read = distribution::read(host, paths)?;
        let [release] = read.releases.as_slice() else { return Ok(false) };
        let asker = self.asker(observer, None, TrustedPublishing::Never, options.retry);
        let access = Access::existing(host, asker, &release.name)?;
        let existences = look::ask(host, &access, release)?;
        Ok(existences.iter().all(|existence| *existence == Existence::Absent))
    }

    /// Publishes the files at `paths`, or says what would be done.
    pub(crate) fn publish(
        &self,
        host: &dyn Host,
        observer: &dyn Observer,
        paths: &[PathBuf],
        options: &UploadOptions,
    ) -> Result<Published, UploadError> {
        let mut read = distribution::read(host, paths)?;
        attest(&mut read.releases, &mut read.findings, options.attestations);
        self.preflight(host, observer, &read.releases, read.findings)?;
        let Some(first) = read.releases.first() else { return Err(UploadError::NoFiles) };
        let identity = options.identity.as_ref();
        let asker = self.asker(observer, identity, options.trusted_publishing, options.retry);
        let access = if options.is_dry_run {
            Access::rehearsed(host, asker, &first.name)?
        } else {
            Access::obtain(host, asker, &first.name)?
        };
        let project = first.name.clone();
        let published = publish_all(host, &access, read.releases, options);
        access.burn(host);
        if let Ok(Published::Done) = &published {
            access.offer_to_keep(host, &project);
        }
        published
    }

    fn asker<'b>(
        &'b self,
        observer: &'b dyn Observer,
        identity: Option<&'b CiIdentity>,
        mode: TrustedPublishing,
        retry: RetryOptions,
    ) -> Asker<'b> {
        Asker {
            configured: &self.configured,
            identity,
            mode,
            plugin: self.plugin,
            uploader: self.uploader,
            observer,
            retry,
        }
    }

    /// Says all that is wrong with the files, and stops if any of it is an error.
    fn preflight(
        &self,
        host: &dyn Host,
        observer: &dyn Observer,
        releases: &[Release],
        mut findings: Vec<Finding>,
    ) -> Result<(), UploadError> {
        let target = Target { repository: &self.configured.repository, credentials: None };
        for release in releases {
            let found = self.uploader.preflight(host, &target, release);
            let plugin = self.plugin.name;
            findings.extend(found.map_err(|source| UploadError::Plugin { plugin, source })?);
        }
        for finding in &findings {
            observer.finding(finding);
        }
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors == 0 { Ok(()) } else { Err(UploadError::Findings { errors }) }
    }
}

/// Plans all releases before a byte of the first is sent.
fn publish_all(
    host: &dyn Host,
    access: &Access<'_>,
    releases: Vec<Release>,
    options: &UploadOptions,
) -> Result<Published, UploadError> {
    let asks = options.verify != Verify::None;
    let mut plans = Vec::with_capacity(releases.len());
    for release in releases {
        let journal = Journal::of(directory_of(&release));
        let entry = journal.entry(access.repository(), &release.name, &release.version)?;
        plans.push(Plan::make(host, access, release, entry.as_ref(), asks)?);
    }
    if options.is_dry_run {
        return Ok(Published::Planned(plans));
    }
    let all = plans.len();
    let mut plans = plans.into_iter();
    let mut failed = Vec::new();
    for plan in plans.by_ref() {
        let what = plan.shown_name();
        match release::publish(host, access, plan, options) {
            Ok(report) => access.observer().released(report),
            Err(error) => {
                let stops = error.stops_everything();
                failed.push(Failed { what, error: Box::new(error) });
                if stops {
                    break;
                }
            }
        }
    }
    let untried: Vec<_> = plans.map(|plan| plan.shown_name()).collect();
    match failed.pop_if(|_| all == 1) {
        Some(only) => Err(*only.error),
        None if failed.is_empty() => Ok(Published::Done),
        None => Err(UploadError::Releases { failed, untried, all }),
    }
}

/// Where the files of a release lie: its journal is kept there.
fn directory_of(release: &Release) -> &Path {
    release.files.first().and_then(|file| file.path.parent()).unwrap_or(Path::new("."))
}

/// Sees to the attestations as the user wants it.
fn attest(releases: &mut [Release], findings: &mut Vec<Finding>, attestations: Attestations) {
    if attestations == Attestations::No {
        // Nor is what is wrong with them of any concern.
        findings.retain(|finding| !finding.rule.starts_with("attestation."));
    }
    for file in releases.iter_mut().flat_map(|release| &mut release.files) {
        match attestations {
            Attestations::No => file.attestations.clear(),
            Attestations::Require if file.attestations.is_empty() => {
                let message =
                    "there is no attestation for it, and `--attestations require` asks for one";
                let hint = format!(
                    "it would lie beside the file as `{}.publish.attestation`",
                    file.file_name
                );
                let finding =
                    Finding::new(Severity::Error, "attestation.missing", &file.file_name, message);
                findings.push(finding.hint(hint));
            }
            Attestations::Auto | Attestations::Require => {}
        }
    }
}
