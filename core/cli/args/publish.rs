//! What the user typed about publishing.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::{OutputArgs, ReadingArgs};

/// Options of `publish`.
#[derive(Args, Debug)]
pub(in crate::cli) struct PublishArgs {
    /// Distributions to publish as they are; without any, the project is built first
    #[arg(value_name = "FILES")]
    pub(in crate::cli) files: Vec<PathBuf>,

    /// Build nothing: publish what dist/ has of this version
    #[arg(long, conflicts_with = "files")]
    pub(in crate::cli) no_build: bool,

    /// What to build and publish, may be repeated [default: all]
    #[arg(long = "format", value_name = "FORMAT", action = ArgAction::Append, conflicts_with = "files")]
    pub(in crate::cli) formats: Vec<String>,

    /// Do everything but send: show what would happen
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,

    /// Skip files that the repository has already but lists no hash of; those with the same hash are skipped anyway
    #[arg(long)]
    pub(in crate::cli) skip_existing: bool,

    /// How to make sure that what was published is there
    #[arg(long, value_name = "HOW", default_value = "index")]
    pub(in crate::cli) verify: VerifyHow,

    /// How many wheels to send at once
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(in crate::cli) jobs: u16,

    /// When to publish as this CI job, which proves its identity, instead of with a password
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Repository options")]
    pub(in crate::cli) trusted_publishing: TrustedPublishingWhen,

    /// Whether to send the attestations that lie beside the files
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub(in crate::cli) attestations: WhichAttestations,

    #[command(flatten, next_help_heading = "Build options")]
    pub(in crate::cli) output: OutputArgs,

    #[command(flatten)]
    pub(in crate::cli) repository: RepositoryArgs,
}

/// Options of `register`.
#[derive(Args, Debug)]
pub(in crate::cli) struct RegisterArgs {
    #[command(flatten)]
    pub(in crate::cli) repository: RepositoryArgs,

    #[command(flatten)]
    pub(in crate::cli) reading: ReadingArgs,
}

/// How to get to the repository, and as whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "Repository options")]
pub(in crate::cli) struct RepositoryArgs {
    /// Where the repository's index is that pip reads, if that cannot be told from its upload URL
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) index_url: Option<String>,

    /// Read repositories from FILE instead of ~/.pypirc
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) pypirc: Option<PathBuf>,

    /// The user name [default: `__token__` on PyPI]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) username: Option<String>,

    /// Read the password or token from stdin; it can also be in `FLIT_PASSWORD`, .pypirc or a keyring
    #[arg(long)]
    pub(in crate::cli) password_stdin: bool,

    /// Trust the certificates in FILE (PEM), beside those of the system
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ca_cert: Option<PathBuf>,

    /// Show the certificate in FILE (PEM, with its key) to the server
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) client_cert: Option<PathBuf>,

    /// Send credentials over plain http even to another machine
    #[arg(long)]
    pub(in crate::cli) allow_http: bool,
}

/// How to make sure that files arrived.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum VerifyHow {
    /// Do not ask the repository what it has, neither before nor after
    None,
    /// Its index lists the same hash
    Index,
    /// Download each file and hash it
    Download,
}

/// When to use trusted publishing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum TrustedPublishingWhen {
    /// In a CI job, if there are no other credentials
    Auto,
    /// Always: without it nothing is published
    Always,
    /// Never
    Never,
}

/// Which attestations to send.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum WhichAttestations {
    /// Those that lie beside the files
    Auto,
    /// The same, and a file without one is an error
    Require,
    /// None
    No,
}
