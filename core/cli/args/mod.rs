//! What the user typed: the grammar of the command line and nothing of its meaning.

mod publish;
mod twice;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub(in crate::cli) use self::publish::{
    PublishArgs, RegisterArgs, RepositoryArgs, TrustedPublishingWhen, VerifyHow, WhichAttestations,
};
pub(in crate::cli) use self::twice::parse;

/// The command line as it was typed. Options of every flit version are taken where that version took them.
#[derive(Debug, Parser)]
#[command(
    name = "flit",
    version,
    about = "Puts Python packages and modules on PyPI",
    long_about = "Puts Python packages and modules on PyPI.\n\n\
        Describe a module or package in `flit.ini` or `pyproject.toml`, and flit builds its wheel and its sdist. \
        Every stage of the way is a plugin; no Python is needed.",
    after_help = "Examples:\n  \
        flit build                           build an sdist and a wheel into dist/\n  \
        flit build --format wheel            build only the wheel\n  \
        flit publish                         build and publish to PyPI\n  \
        flit publish --repository ./index    publish into a directory that pip and uv install from\n  \
        flit -C path/to/project info         show the metadata of a project elsewhere",
    infer_long_args = true,
    disable_help_subcommand = true
)]
pub(in crate::cli) struct TypedArgs {
    #[command(flatten)]
    pub(in crate::cli) global: GlobalArgs,
    #[command(subcommand)]
    pub(in crate::cli) command: Option<Command>,
}

/// Options that stand before or behind the command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(in crate::cli) struct GlobalArgs {
    /// Work as if flit had been started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(in crate::cli) directory: Option<PathBuf>,

    /// The configuration file: `pyproject.toml` or `flit.ini` unless given; its directory is the source tree
    #[arg(short = 'f', long = "ini-file", value_name = "FILE", global = true)]
    pub(in crate::cli) config_file: Option<PathBuf>,

    /// Load a plugin: the path of a library, or a name to look for in the plugin directories
    #[arg(long = "plugin", value_name = "PATH|NAME", global = true, action = ArgAction::Append)]
    pub(in crate::cli) plugins: Vec<OsString>,

    /// The repository to publish to: a name of `.pypirc`, a URL, or a directory [default: PyPI]
    #[arg(
        long,
        value_name = "NAME|URL|DIR",
        global = true,
        help_heading = "Repository options",
        display_order = 0
    )]
    pub(in crate::cli) repository: Option<String>,

    /// Say more: each stage with its plugin and its time
    #[arg(short, long, global = true, conflicts_with = "quiet", visible_alias = "debug")]
    pub(in crate::cli) verbose: bool,

    /// Say only what went wrong
    #[arg(short, long, global = true)]
    pub(in crate::cli) quiet: bool,

    /// When to use color
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(in crate::cli) color: ColorWhen,

    /// Show the logo
    #[arg(long, hide = true)]
    pub(in crate::cli) logo: bool,

    /// How to print what a program would read: paths, or one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "human", global = true)]
    pub(in crate::cli) message_format: MessageFormat,
}

/// When to use color.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How stdout is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum MessageFormat {
    /// The path of each built file on a line of its own
    Human,
    /// One JSON object a line, for built files, warnings and errors
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Build distributions of the project into dist/
    #[command(after_help = "Examples:\n  \
        flit build\n  \
        flit build --format wheel --outdir /tmp/wheels\n  \
        flit build --use-vcs            an sdist of all that git or hg tracks\n  \
        SOURCE_DATE_EPOCH=1700000000 flit build")]
    Build(BuildArgs),
    /// Build a wheel; the same as `build --format wheel`
    #[command(after_help = "Example:\n  flit wheel --outdir /tmp/wheels")]
    Wheel(WheelArgs),
    /// Build an sdist; the same as `build --format sdist`
    #[command(after_help = "Example:\n  flit sdist --use-vcs")]
    Sdist(OneFormatArgs),
    /// Build distributions and publish them to PyPI, or to another repository
    #[command(after_help = "Examples:\n  \
        flit publish                              build, check, and publish to PyPI\n  \
        flit publish --repository testpypi        to a repository of ~/.pypirc, or TestPyPI\n  \
        flit publish --repository ./index         to a directory, which pip and uv install from\n  \
        flit publish --dry-run                    all but sending: what would happen\n  \
        flit publish dist/*                       files that were built before\n\n\
        A run that was stopped or killed is continued by the next one: with the same bytes, and without the files that \
        are published already.")]
    Publish(Box<PublishArgs>),
    /// Register the project with a server that wants it before the first upload (PyPI does not)
    #[command(after_help = "Example:\n  flit register --repository old-server")]
    Register(RegisterArgs),
    /// Show the metadata of the project as it will be published
    #[command(after_help = "Examples:\n  \
        flit info\n  \
        flit info --explain             who set each field\n  \
        flit info --json | jq -r .metadata.version")]
    Info(InfoArgs),
}

/// Options of `build`.
#[derive(Args, Debug)]
pub(in crate::cli) struct BuildArgs {
    /// What to build, may be repeated: `wheel`, `sdist`, or the format of a loaded plugin [default: all]
    #[arg(long = "format", value_name = "FORMAT", action = ArgAction::Append)]
    pub(in crate::cli) formats: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// Options of `wheel` and `sdist`.
#[derive(Args, Debug)]
pub(in crate::cli) struct OneFormatArgs {
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// Options of `wheel`.
#[derive(Args, Debug)]
pub(in crate::cli) struct WheelArgs {
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,

    /// Publish the wheel too, as the first flit had it; today that is `publish --format wheel`
    #[arg(long, hide = true)]
    pub(in crate::cli) upload: bool,

    /// Metadata is checked whenever it is published
    #[arg(long, hide = true)]
    pub(in crate::cli) verify_metadata: bool,
}

/// How and where to build.
#[derive(Args, Debug)]
pub(in crate::cli) struct OutputArgs {
    /// Where the files go [default: dist/ in the source tree]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) outdir: Option<PathBuf>,

    /// Put into the sdist what git or Mercurial tracks, instead of the smallest set
    #[arg(long, conflicts_with = "no_use_vcs")]
    pub(in crate::cli) use_vcs: bool,

    /// Put the smallest set into the sdist: the module, the readme, licenses and the configuration (the default)
    #[arg(long)]
    pub(in crate::cli) no_use_vcs: bool,

    #[command(flatten)]
    pub(in crate::cli) legacy: LegacyArgs,

    #[command(flatten)]
    pub(in crate::cli) reading: ReadingArgs,
}

/// What scripts written for flit 2 and 3 may say.
#[derive(Args, Debug)]
pub(in crate::cli) struct LegacyArgs {
    /// No sdist has had a generated setup.py since flit 4
    #[arg(long, hide = true, conflicts_with = "no_setup_py")]
    pub(in crate::cli) setup_py: bool,

    /// The default
    #[arg(long, hide = true)]
    pub(in crate::cli) no_setup_py: bool,
}

/// How the module is read.
#[derive(Args, Debug)]
pub(in crate::cli) struct ReadingArgs {
    /// The Python to import the module with, should its version not be readable otherwise [default: python3]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) python: Option<PathBuf>,

    /// Never import the module: a version that cannot be read without running it is an error
    #[arg(long)]
    pub(in crate::cli) no_import: bool,
}

/// Options of `info`.
#[derive(Args, Debug)]
pub(in crate::cli) struct InfoArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,

    /// Say which plugin set each field
    #[arg(long)]
    pub(in crate::cli) explain: bool,

    #[command(flatten)]
    pub(in crate::cli) reading: ReadingArgs,
}
