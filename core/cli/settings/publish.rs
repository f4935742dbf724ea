//! What we will do about publishing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::args::{
    PublishArgs, RegisterArgs, RepositoryArgs, TrustedPublishingWhen, VerifyHow, WhichAttestations,
};
use super::super::environment;
use super::{SettingsError, build_options, reading_options};
use crate::pipeline::upload::{
    Attestations, RetryOptions, TrustedPublishing, UploadOptions, Verify,
};
use crate::pipeline::{BuildOptions, ReadingOptions, SourceTree};
use crate::repositories::{Environment, RepositoryRequest, ci_identity, retries, retry_delay};

/// How often a request is tried again, unless `FLIT_RETRIES` says otherwise.
const DEFAULT_RETRIES: u32 = 3;

/// The wait before the first retry, unless `FLIT_RETRY_DELAY` says otherwise.
const DEFAULT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// What to publish, where to, and how.
#[derive(Debug)]
pub(in crate::cli) struct PublishTask {
    pub(in crate::cli) files: FilesToPublish,
    pub(in crate::cli) repository: RepositoryRequest,
    pub(in crate::cli) environment: Environment,
    pub(in crate::cli) options: UploadOptions,
}

/// Where the files come from.
#[derive(Debug)]
pub(in crate::cli) enum FilesToPublish {
    /// They are built.
    Build(BuildOptions),
    /// They were built before, into the output directory.
    Built(BuildOptions),
    /// They were named; patterns are resolved by whoever reads files.
    Named(Vec<PathBuf>),
}

/// What to register, and where.
#[derive(Debug)]
pub(in crate::cli) struct RegisterTask {
    pub(in crate::cli) repository: RepositoryRequest,
    pub(in crate::cli) environment: Environment,
    pub(in crate::cli) reading: ReadingOptions,
    pub(in crate::cli) retry: RetryOptions,
}

pub(super) fn publish_task(
    base: &Path,
    source_tree: &SourceTree,
    repository: Option<&str>,
    args: &PublishArgs,
) -> Result<PublishTask, SettingsError> {
    let files = if args.files.is_empty() {
        let options = build_options(base, source_tree, args.formats.clone(), &args.output)?;
        if args.no_build { FilesToPublish::Built(options) } else { FilesToPublish::Build(options) }
    } else {
        FilesToPublish::Named(args.files.iter().map(|file| base.join(file)).collect())
    };
    let environment = environment::read();
    let options = UploadOptions {
        is_dry_run: args.dry_run,
        skips_existing: args.skip_existing,
        verify: match args.verify {
            VerifyHow::None => Verify::None,
            VerifyHow::Index => Verify::Index,
            VerifyHow::Download => Verify::Download,
        },
        jobs: args.jobs.into(),
        trusted_publishing: match args.trusted_publishing {
            TrustedPublishingWhen::Auto => TrustedPublishing::Auto,
            TrustedPublishingWhen::Always => TrustedPublishing::Always,
            TrustedPublishingWhen::Never => TrustedPublishing::Never,
        },
        attestations: match args.attestations {
            WhichAttestations::Auto => Attestations::Auto,
            WhichAttestations::Require => Attestations::Require,
            WhichAttestations::No => Attestations::No,
        },
        retry: retry_options(&environment)?,
        identity: ci_identity(&environment),
    };
    let repository = repository_request(base, repository, &args.repository);
    Ok(PublishTask { files, repository, environment, options })
}

/// `flit wheel --upload`, as the first flit had it.
pub(super) fn publish_wheel_task(
    base: &Path,
    repository: Option<&str>,
    options: BuildOptions,
) -> Result<PublishTask, SettingsError> {
    let environment = environment::read();
    Ok(PublishTask {
        files: FilesToPublish::Build(options),
        repository: RepositoryRequest {
            typed: repository.map(str::to_owned),
            base: base.into(),
            ..RepositoryRequest::default()
        },
        options: UploadOptions::new(retry_options(&environment)?, ci_identity(&environment)),
        environment,
    })
}

pub(super) fn register_task(
    base: &Path,
    repository: Option<&str>,
    args: &RegisterArgs,
) -> Result<RegisterTask, SettingsError> {
    let environment = environment::read();
    Ok(RegisterTask {
        repository: repository_request(base, repository, &args.repository),
        reading: reading_options(base, &args.reading),
        retry: retry_options(&environment)?,
        environment,
    })
}

fn repository_request(
    base: &Path,
    repository: Option<&str>,
    args: &RepositoryArgs,
) -> RepositoryRequest {
    let absolute = |path: &Option<PathBuf>| path.as_ref().map(|path| base.join(path));
    RepositoryRequest {
        typed: repository.map(str::to_owned),
        index_url: args.index_url.clone(),
        pypirc: absolute(&args.pypirc),
        ca_cert: absolute(&args.ca_cert),
        client_cert: absolute(&args.client_cert),
        username: args.username.clone(),
        reads_password_from_stdin: args.password_stdin,
        allows_plain_http: args.allow_http,
        base: base.into(),
    }
}

fn retry_options(environment: &Environment) -> Result<RetryOptions, SettingsError> {
    Ok(RetryOptions {
        retries: retries(environment)?.unwrap_or(DEFAULT_RETRIES),
        delay: retry_delay(environment)?.unwrap_or(DEFAULT_RETRY_DELAY),
    })
}
