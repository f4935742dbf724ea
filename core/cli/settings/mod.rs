//! What we will do: the typed arguments, the environment and the defaults, put together in this one place.

mod publish;

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

pub(in crate::cli) use self::publish::{FilesToPublish, PublishTask, RegisterTask};
use super::args::{ColorWhen, Command, GlobalArgs, MessageFormat, OutputArgs, ReadingArgs};
use super::output::Verbosity;
use crate::pipeline::{BuildOptions, ReadingOptions, SourceTree};
use crate::plugins::{PluginRequest, SearchPath};
use crate::repositories::NumberError;

/// The time that goes into archives unless `SOURCE_DATE_EPOCH` says otherwise: 2016-01-01 00:00:00 UTC, flit's own.
const DEFAULT_TIMESTAMP: u64 = 1_451_606_400;

/// What one run will do.
#[derive(Debug)]
pub(in crate::cli) struct Settings {
    /// The project to work on.
    pub(in crate::cli) source_tree: SourceTree,
    /// The plugins to load.
    pub(in crate::cli) plugins: Vec<PluginRequest>,
    /// What was typed but means nothing any more.
    pub(in crate::cli) warnings: Vec<&'static str>,
    /// What to do.
    pub(in crate::cli) task: Task,
}

/// What to do with the project.
#[derive(Debug)]
pub(in crate::cli) enum Task {
    /// Build distributions.
    Build(BuildOptions),
    /// Publish distributions.
    Publish(Box<PublishTask>),
    /// Register the project.
    Register(Box<RegisterTask>),
    /// Show the metadata.
    Info(InfoTask),
}

/// How `flit info` shows the metadata.
#[derive(Debug)]
pub(in crate::cli) struct InfoTask {
    pub(in crate::cli) is_json: bool,
    pub(in crate::cli) is_explained: bool,
    pub(in crate::cli) reading: ReadingOptions,
}

/// How to speak; settled first, so that every error can be shown.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct OutputSettings {
    pub(in crate::cli) verbosity: Verbosity,
    pub(in crate::cli) color: ColorWhen,
    pub(in crate::cli) is_json: bool,
}

/// Why the arguments and the environment do not make sense together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// The directory of the project cannot be entered.
    #[error("cannot work in {}", .path.display())]
    Directory { path: PathBuf, source: io::Error },
    /// The configuration file is not where it should be.
    #[error("configuration file {} does not exist", .path.display())]
    NoConfigFile { path: PathBuf },
    /// A directory or a device was named as the configuration file.
    #[error("{} is not a file", .path.display())]
    NotAConfigFile { path: PathBuf },
    /// Nobody can say whether the configuration file is there.
    #[error("cannot read configuration file {}", .path.display())]
    ConfigFile { path: PathBuf, source: io::Error },
    /// The name of the configuration file cannot be packed.
    #[error("the name of the configuration file {} is not UTF-8", .path.display())]
    ConfigFileName { path: PathBuf },
    /// `SOURCE_DATE_EPOCH` is no number.
    #[error("SOURCE_DATE_EPOCH is `{value}`, which is not a number of seconds")]
    SourceDateEpoch { value: String },
    /// A variable that holds a number holds none.
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl SettingsError {
    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Directory { .. } | Self::ConfigFile { .. } | Self::ConfigFileName { .. } => {
                vec![]
            }
            Self::NotAConfigFile { path } if path.is_dir() => {
                vec!["`-C` takes the directory of a project, `-f` its configuration file".into()]
            }
            Self::NoConfigFile { .. } | Self::NotAConfigFile { .. } => {
                vec!["`-f` takes the path of a flit.ini or pyproject.toml".into()]
            }
            Self::Number(error) => vec![error.hint()],
            Self::SourceDateEpoch { .. } => {
                vec!["set it to whole seconds since 1970-01-01 UTC, or unset it".into()]
            }
        }
    }
}

/// Settles how to speak.
pub(in crate::cli) fn output_settings(global: &GlobalArgs) -> OutputSettings {
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    };
    OutputSettings {
        verbosity,
        color: global.color,
        is_json: global.message_format == MessageFormat::Json,
    }
}

/// Settles everything else.
pub(in crate::cli) fn settle(
    global: &GlobalArgs,
    command: &Command,
) -> Result<Settings, SettingsError> {
    let base = base_directory(global.directory.as_deref())?;
    let source_tree = source_tree(&base, global.config_file.as_deref())?;
    let search_path = search_path(&base);
    let repository = global.repository.as_deref();
    let plugins = global
        .plugins
        .iter()
        .map(|typed| PluginRequest::parse(typed, &base, &search_path))
        .collect();
    let task = match command {
        Command::Build(args) => {
            Task::Build(build_options(&base, &source_tree, args.formats.clone(), &args.output)?)
        }
        Command::Wheel(args) => {
            let options = build_options(&base, &source_tree, vec!["wheel".into()], &args.output)?;
            if args.upload {
                let task = publish::publish_wheel_task(&base, repository, options)?;
                Task::Publish(Box::new(task))
            } else {
                Task::Build(options)
            }
        }
        Command::Sdist(args) => {
            Task::Build(build_options(&base, &source_tree, vec!["sdist".into()], &args.output)?)
        }
        Command::Publish(args) => {
            let task = publish::publish_task(&base, &source_tree, repository, args)?;
            Task::Publish(Box::new(task))
        }
        Command::Register(args) => {
            Task::Register(Box::new(publish::register_task(&base, repository, args)?))
        }
        Command::Info(args) => Task::Info(InfoTask {
            is_json: args.json,
            is_explained: args.explain,
            reading: reading_options(&base, &args.reading),
        }),
    };
    Ok(Settings { source_tree, plugins, warnings: warnings(command), task })
}

fn warnings(command: &Command) -> Vec<&'static str> {
    let (output, verifies_metadata) = match command {
        Command::Build(args) => (&args.output, false),
        Command::Wheel(args) => (&args.output, args.verify_metadata),
        Command::Sdist(args) => (&args.output, false),
        Command::Publish(args) => (&args.output, false),
        Command::Register(_) | Command::Info(_) => return vec![],
    };
    let setup_py =
        "`--setup-py` does nothing: every sdist carries a pyproject.toml that pip builds it with";
    let verify_metadata =
        "`--verify-metadata` does nothing: metadata is checked whenever it is published";
    let setup_py = output.legacy.setup_py.then_some(setup_py);
    setup_py.into_iter().chain(verifies_metadata.then_some(verify_metadata)).collect()
}

fn build_options(
    base: &Path,
    source_tree: &SourceTree,
    formats: Vec<String>,
    args: &OutputArgs,
) -> Result<BuildOptions, SettingsError> {
    Ok(BuildOptions {
        formats,
        output_dir: match &args.outdir {
            Some(outdir) => base.join(outdir),
            None => source_tree.path.join("dist"),
        },
        use_vcs: args.use_vcs,
        timestamp: timestamp()?,
        reading: reading_options(base, &args.reading),
    })
}

fn reading_options(base: &Path, args: &ReadingArgs) -> ReadingOptions {
    // A bare name is looked for on the path; anything else is relative to the directory we work in.
    let python = args.python.as_ref().map(|python| {
        if python.components().count() > 1 { base.join(python) } else { python.clone() }
    });
    ReadingOptions { python, may_run_project_code: !args.no_import }
}

/// The absolute directory that all relative paths start from.
#[expect(clippy::disallowed_methods, reason = "settings are where the environment is read")]
fn base_directory(typed: Option<&Path>) -> Result<PathBuf, SettingsError> {
    let failed = |path: &Path, source| SettingsError::Directory { path: path.into(), source };
    let current = env::current_dir().map_err(|source| failed(Path::new("."), source))?;
    let Some(typed) = typed else { return Ok(current) };
    let base = current.join(typed);
    // The message names the path as it was typed.
    match base.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(base),
        Ok(_) => Err(failed(typed, io::ErrorKind::NotADirectory.into())),
        Err(source) => Err(failed(typed, source)),
    }
}

/// The source tree is the directory of the configuration file, as flit has it.
fn source_tree(base: &Path, config_file: Option<&Path>) -> Result<SourceTree, SettingsError> {
    let Some(typed) = config_file else {
        return Ok(SourceTree { path: base.into(), config_name: None });
    };
    let path = base.join(typed);
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(SettingsError::NotAConfigFile { path: typed.into() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SettingsError::NoConfigFile { path: typed.into() });
        }
        Err(source) => return Err(SettingsError::ConfigFile { path: typed.into(), source }),
    }
    match (path.parent(), path.file_name().and_then(|name| name.to_str())) {
        (Some(parent), Some(name)) => {
            Ok(SourceTree { path: parent.into(), config_name: Some(name.into()) })
        }
        (None, _) | (_, None) => Err(SettingsError::ConfigFileName { path: typed.into() }),
    }
}

#[expect(clippy::disallowed_methods, reason = "settings are where the environment is read")]
fn timestamp() -> Result<u64, SettingsError> {
    match env::var_os("SOURCE_DATE_EPOCH") {
        None => Ok(DEFAULT_TIMESTAMP),
        Some(value) => value.to_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| {
            SettingsError::SourceDateEpoch { value: value.to_string_lossy().into_owned() }
        }),
    }
}

/// Where plugins are looked for by name: `FLIT_PLUGIN_PATH`, the user's data directory, the system's. Never the source
/// tree.
#[expect(clippy::disallowed_methods, reason = "settings are where the environment is read")]
fn search_path(base: &Path) -> SearchPath {
    let is_set = |value: &OsString| !value.is_empty();
    let mut directories: Vec<PathBuf> = Vec::new();
    if let Some(paths) = env::var_os("FLIT_PLUGIN_PATH").filter(is_set) {
        directories.extend(env::split_paths(&paths).map(|path| base.join(path)));
    }
    let user_data = env::var_os("XDG_DATA_HOME").filter(is_set).map(PathBuf::from).or_else(|| {
        env::var_os("HOME").filter(is_set).map(|home| PathBuf::from(home).join(".local/share"))
    });
    directories.extend(user_data.map(|path| path.join("flit/plugins")));
    directories.push("/usr/local/lib/flit/plugins".into());
    directories.push("/usr/lib/flit/plugins".into());
    SearchPath { directories }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::args::TypedArgs;
    use super::*;

    fn build(args: &[&str]) -> BuildOptions {
        let typed = TypedArgs::parse_from([&["flit"], args].concat());
        match settle(&typed.global, &typed.command.unwrap()).unwrap().task {
            Task::Build(options) => options,
            other => panic!("not a build: {other:?}"),
        }
    }

    #[test]
    fn files_go_into_dist_of_the_source_tree_unless_told_otherwise() {
        let tree = tempfile::tempdir().unwrap();
        fs_err::write(tree.path().join("flit.ini"), "").unwrap();
        let directory = tree.path().to_str().unwrap();
        assert_eq!(build(&["-C", directory, "build"]).output_dir, tree.path().join("dist"));
        assert_eq!(
            build(&["-C", directory, "build", "--outdir", "out"]).output_dir,
            tree.path().join("out")
        );
        let config = format!("{directory}/flit.ini");
        assert_eq!(build(&["-f", &config, "wheel"]).output_dir, tree.path().join("dist"));
        assert_eq!(build(&["--ini", &config, "wheel"]).formats, ["wheel"]);
    }
}
