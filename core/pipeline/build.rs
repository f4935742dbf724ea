//! The build stage: from a project to its distributions.

use std::collections::BTreeSet;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::thread;

use flit_sdk::model::{Distribution, Layout, ModuleKind, Project};
use flit_sdk::{BuildRequest, Builder, Host, Plugin, PluginError, Stage, hexadecimal, nearest};
use sha2::{Digest as _, Sha256};

use super::progress::SharedProgress;
use super::staging::{Staging, StagingError};
use super::{BuildOptions, timed};
use crate::plugins::Registry;

/// How much of a file is hashed at once, in bytes.
const HASH_BUFFER: usize = 64 * 1024;

/// Why a distribution could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    /// Nobody builds this format.
    #[error("no plugin builds the format `{format}`")]
    UnknownFormat { format: String, known: Vec<&'static str> },
    /// No plugin builds anything.
    #[error("this flit has no plugin that builds distributions")]
    NoBuilder,
    /// A builder failed.
    #[error("plugin `{plugin}` failed")]
    Plugin { plugin: &'static str, source: PluginError },
    /// A builder answered with something that is no file of its own.
    #[error("plugin `{plugin}` says it built {}, which is not a file in its output directory", .path.display())]
    NoFile { plugin: &'static str, path: PathBuf },
    /// A builder's file cannot be read.
    #[error("cannot read what plugin `{plugin}` built")]
    Unreadable { plugin: &'static str, source: io::Error },
    /// Two builders gave their files the same name.
    #[error("two formats are written to the same file: {name}")]
    SameName { name: String },
    /// The user asked to stop when everything was built, but nothing had its name yet.
    #[error("stopped")]
    Cancelled,
    /// What is built would be packed by the next build.
    #[error("the output directory {} is inside `{packed}`, which is packed", .output_dir.display())]
    OutputInside { output_dir: PathBuf, packed: String },
    /// The output directory is of no use.
    #[error(transparent)]
    Staging(#[from] StagingError),
}

impl BuildError {
    /// What a plugin reported.
    pub(crate) fn plugin_error(&self) -> Option<&PluginError> {
        match self {
            Self::Plugin { source, .. } => Some(source),
            Self::UnknownFormat { .. }
            | Self::NoBuilder
            | Self::NoFile { .. }
            | Self::Unreadable { .. }
            | Self::SameName { .. }
            | Self::Cancelled
            | Self::OutputInside { .. }
            | Self::Staging(_) => None,
        }
    }

    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Plugin { plugin, source } => super::blame(plugin, source),
            Self::UnknownFormat { format, known } => {
                let suggestion = nearest(format, known.iter().copied());
                let did_you_mean = suggestion.map(|known| format!("did you mean `{known}`?"));
                let all = format!("the formats are {}", known.join(", "));
                did_you_mean.into_iter().chain([all]).collect()
            }
            Self::NoBuilder => vec!["load one with `--plugin`".into()],
            Self::Staging(error) => error.hints(),
            Self::OutputInside { .. } => vec!["name another directory with `--outdir`".into()],
            Self::NoFile { .. }
            | Self::Unreadable { .. }
            | Self::SameName { .. }
            | Self::Cancelled => vec![],
        }
    }
}

/// A builder, with the plugin that it belongs to.
pub(crate) type ChosenBuilder<'a> = (&'a Plugin, &'static dyn Builder);

/// The builders of the formats that were asked for, each once; all if none was.
pub(super) fn chosen<'a>(
    registry: &'a Registry,
    formats: &[String],
) -> Result<Vec<ChosenBuilder<'a>>, BuildError> {
    let builders = registry.builders();
    let known: Vec<_> = builders.iter().map(|(plugin, _)| plugin.name).collect();
    if let Some(format) = formats.iter().find(|format| !known.contains(&format.as_str())) {
        return Err(if known.is_empty() {
            BuildError::NoBuilder
        } else {
            BuildError::UnknownFormat { format: format.clone(), known }
        });
    }
    if builders.is_empty() {
        return Err(BuildError::NoBuilder);
    }
    let is_chosen = |name: &str| formats.is_empty() || formats.iter().any(|format| format == name);
    Ok(builders.into_iter().filter(|(plugin, _)| is_chosen(plugin.name)).collect())
}

/// Builds all formats from one project, and gives the files their final names once all of them are complete.
pub(super) fn build(
    host: &dyn Host,
    builders: &[ChosenBuilder<'_>],
    project: &Project,
    options: &BuildOptions,
) -> Result<Vec<Distribution>, BuildError> {
    let staging = Staging::new(&options.output_dir)?;
    check_output_dir(&project.layout, &options.output_dir)?;
    let progress = SharedProgress::new(builders.len());
    let build_one = |index: usize, (plugin, builder): &ChosenBuilder<'_>| {
        let output_dir = staging.directory_for(plugin.name)?;
        let request = BuildRequest {
            project,
            output_dir: &output_dir,
            timestamp: options.timestamp,
            use_vcs: options.use_vcs,
        };
        let host = progress.host(host, index);
        let path = timed(&host, Stage::Build, plugin, || builder.build(&host, &request))
            .map_err(|source| BuildError::Plugin { plugin: plugin.name, source })?;
        distribution(plugin.name, &output_dir, path)
    };
    let mut distributions = all_at_once(builders, build_one)?;
    check_names(&distributions)?;
    if host.is_cancelled() {
        return Err(BuildError::Cancelled);
    }
    staging.publish(&mut distributions)?;
    Ok(distributions)
}

/// Refuses an output directory whose files would be part of the next build.
fn check_output_dir(layout: &Layout, output_dir: &Path) -> Result<(), BuildError> {
    let (Ok(source_tree), Ok(resolved)) =
        (fs_err::canonicalize(&layout.source_tree), fs_err::canonicalize(output_dir))
    else {
        return Ok(());
    };
    let module = Some(&layout.module).filter(|module| module.kind != ModuleKind::File);
    let data = layout.external_data.as_ref().map(|data| &data.directory);
    let mut packed = module.map(|module| &module.path).into_iter().chain(data);
    match packed.find(|packed| resolved.starts_with(source_tree.join(packed))) {
        Some(packed) => {
            Err(BuildError::OutputInside { output_dir: output_dir.into(), packed: packed.clone() })
        }
        None => Ok(()),
    }
}

/// Builds each format on a thread of its own: one writes and waits for the disk while another computes. The results, and
/// the error if there are several, come in the order of the formats.
fn all_at_once<T: Sync>(
    builders: &[T],
    build_one: impl Fn(usize, &T) -> Result<Distribution, BuildError> + Sync,
) -> Result<Vec<Distribution>, BuildError> {
    if let [only] = builders {
        return Ok(vec![build_one(0, only)?]);
    }
    let build_one = &build_one;
    thread::scope(|scope| {
        let running: Vec<_> = builders
            .iter()
            .enumerate()
            .map(|(index, builder)| scope.spawn(move || build_one(index, builder)))
            .collect();
        // A panic here is one of our own code: those of loaded plugins are errors.
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn check_names(distributions: &[Distribution]) -> Result<(), BuildError> {
    let mut names = BTreeSet::new();
    for distribution in distributions {
        let name = distribution.path.file_name().unwrap_or_default();
        if !names.insert(name) {
            return Err(BuildError::SameName { name: name.to_string_lossy().into_owned() });
        }
    }
    Ok(())
}

/// Takes a builder at its word only as far as the file bears it out.
fn distribution(
    plugin: &'static str,
    output_dir: &Path,
    path: PathBuf,
) -> Result<Distribution, BuildError> {
    let is_own = path.parent() == Some(output_dir)
        && path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| !name.starts_with('.'))
        && fs_err::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    if !is_own {
        return Err(BuildError::NoFile { plugin, path });
    }
    let (size, sha256) =
        hashed(&path).map_err(|source| BuildError::Unreadable { plugin, source })?;
    Ok(Distribution { path, format: plugin.into(), size, sha256 })
}

fn hashed(path: &Path) -> io::Result<(u64, String)> {
    let mut file = fs_err::File::open(path)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; HASH_BUFFER];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        size += read as u64;
    }
    // The bytes are on the disk before the name is.
    file.sync_all()?;
    Ok((size, hexadecimal(&hash.finalize())))
}
