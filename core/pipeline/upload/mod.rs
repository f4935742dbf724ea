//! The upload stage: from the files of releases to what a repository says it has of them.
//!
//! Plugins make single attempts; all that needs patience or judgement is here:
//!
//! - `access`: credentials, found, asked for or minted;
//! - `plan`: what is to be done about each file, told by what the repository has;
//! - `transfer`: one file, retried and settled; `retry`: how often and when;
//! - `confirm`: whether the repository gives out what it was given;
//! - `journal`: what a killed run had done, for the next one to go on with.

mod access;
mod confirm;
mod error;
mod files;
mod journal;
mod plan;
mod release;
mod report;
mod retry;
#[cfg(test)]
mod tests;
mod transfer;

use std::path::{Path, PathBuf};

use flit_sdk::model::{
    CiIdentity, Credentials, Finding, Project, ProjectName, Release, ReleaseFile, Severity, Version,
};
use flit_sdk::{Host, Plugin, Target, Uploader};
use url::Url;

use self::access::{Access, Asker};
pub(crate) use self::confirm::Verify;
pub(crate) use self::error::{FailedFile, UploadError};
pub(crate) use self::files::{built_before, named};
use self::journal::Journal;
pub(crate) use self::plan::{Plan, Step};
pub(crate) use self::report::{Confirmation, FileReport, ReleaseReport};
pub(crate) use self::retry::RetryOptions;
use self::retry::persistently;
use crate::distribution;
use crate::plugins::Registry;
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

/// Whoever shows what happens, and may be asked.
pub(crate) trait Observer: Sync {
    /// Whoever can be asked for a password.
    fn prompt(&self) -> &dyn Prompt;
    /// The host for the transfer of one file: its progress is in bytes of the file.
    fn host_of<'a>(&'a self, file: &ReleaseFile) -> Box<dyn Host + 'a>;
    /// A finding, which is not shown in any other way.
    fn finding(&self, finding: &Finding);
    /// A file is done with, one way or the other.
    fn done(&self, file: &ReleaseFile, report: &FileReport);
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
    /// What became of each release.
    Done(Vec<ReleaseReport>),
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
        let knows = |(_, uploader): &(&Plugin, &'static dyn Uploader)| uploader.accepts(repository);
        let mut found: Vec<_> = registry.uploaders().filter(knows).collect();
        let plugins: Vec<_> = found.iter().map(|(plugin, _)| plugin.name).collect();
        found.retain(|(plugin, _)| !plugin.yields_to.iter().any(|other| plugins.contains(other)));
        let url = repository.url.clone();
        match found.as_slice() {
            [] => Err(UploadError::NoUploader { url }),
            [(plugin, uploader)] => Ok(Self { plugin, uploader: *uploader, configured }),
            _ => Err(UploadError::SeveralUploaders { url, plugins }),
        }
    }

    /// The repository as messages name it.
    pub(crate) fn shown_name(&self) -> String {
        let repository = &self.configured.repository;
        let directory = || Url::parse(&repository.url).ok()?.to_file_path().ok();
        match &repository.name {
            Some(name) => format!("`{name}`"),
            None => directory()
                .map_or_else(|| repository.url.clone(), |path| path.display().to_string()),
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
        let credentials = access.credentials(host)?;
        let target = Target { repository: access.repository(), credentials: credentials.as_ref() };
        persistently(host, retry, "register", || {
            self.uploader.register(host, &target, &project.metadata)
        })
        .map_err(|source| UploadError::Plugin { plugin: self.plugin.name, source })
    }

    /// The files that an earlier run began to publish and did not finish, if others may see some of them and all of them
    /// are still there: their bytes are the release, whatever a build would give now.
    pub(crate) fn unfinished(
        &self,
        host: &dyn Host,
        directory: &Path,
        name: &ProjectName,
        version: &Version,
    ) -> Option<Vec<PathBuf>> {
        let journal = Journal::of(directory);
        let entry = journal.entry(host, &self.configured.repository, name, version)?;
        let paths = entry.paths(directory);
        (entry.may_be_visible() && paths.iter().all(|path| path.is_file())).then_some(paths)
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
        let Some(first) = read.releases.first() else { return Ok(Published::Done(vec![])) };
        let identity = options.identity.as_ref();
        let asker = self.asker(observer, identity, options.trusted_publishing, options.retry);
        // A dry run asks nobody for a password and has no token made; reading an index seldom needs one.
        let access = if options.is_dry_run {
            Access::existing(host, asker, &first.name)?
        } else {
            Access::obtain(host, asker, &first.name)?
        };
        let project = first.name.clone();
        let published = publish_all(host, &access, read.releases, options);
        access.burn(host);
        if let Ok(Published::Done(_)) = &published {
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
        let entry = journal.entry(host, access.repository(), &release.name, &release.version);
        plans.push(Plan::make(host, access, release, entry.as_ref(), asks)?);
    }
    if options.is_dry_run {
        return Ok(Published::Planned(plans));
    }
    let reports = plans.into_iter().map(|plan| release::publish(host, access, plan, options));
    reports.collect::<Result<_, _>>().map(Published::Done)
}

/// Where the files of a release lie: its journal is kept there.
fn directory_of(release: &Release) -> &Path {
    release.files.first().and_then(|file| file.path.parent()).unwrap_or(Path::new("."))
}

/// Sees to the attestations as the user wants it.
fn attest(releases: &mut [Release], findings: &mut Vec<Finding>, attestations: Attestations) {
    for file in releases.iter_mut().flat_map(|release| &mut release.files) {
        match attestations {
            Attestations::Auto => {}
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
            Attestations::Require => {}
        }
    }
}
