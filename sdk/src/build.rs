//! The build stage: from a project to the file of one distribution.

use std::path::{Path, PathBuf};

use crate::error::PluginError;
use crate::host::Host;
use crate::model::Project;

/// What a builder is asked.
#[derive(Clone, Copy, Debug)]
pub struct BuildRequest<'a> {
    /// The project, its metadata settled. All distributions of a run are built from the same one.
    pub project: &'a Project,
    /// An empty directory of this build's own, in which the builder writes its file. The pipeline moves the file into
    /// the directory the user named after the builder returned, so nothing half-written ever has its final name.
    pub output_dir: &'a Path,
    /// The time that goes into the archive, in seconds since 1970-01-01 00:00:00 UTC: `SOURCE_DATE_EPOCH`, or else the
    /// same on every machine. Times of files are never used.
    pub timestamp: u64,
    /// Whether an sdist takes what the version control system lists, instead of the smallest set (`--use-vcs`).
    pub use_vcs: bool,
}

/// Builds distributions of one format. The name of the plugin is the name of the format (`--format`).
///
/// ```
/// use std::path::PathBuf;
/// use flit_sdk::{BuildRequest, Builder, ErrorKind, Host, PluginError};
///
/// /// Writes the list of the module's files.
/// struct Listing;
///
/// impl Builder for Listing {
///     fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
///         let files = &request.project.layout.module.files;
///         let mut text = String::new();
///         for (done, file) in (0..).zip(files) {
///             if host.is_cancelled() {
///                 return Err(PluginError::new(ErrorKind::Cancelled, "cancelled"));
///             }
///             host.progress(done, files.len() as u64);
///             text.push_str(&format!("{} {}\n", file.size, file.path));
///         }
///         let path = request.output_dir.join(format!("{}.txt", request.project.file_stem()));
///         std::fs::write(&path, text)?;
///         Ok(path)
///     }
/// }
/// ```
pub trait Builder: Send + Sync {
    /// Builds the distribution and returns the path of its file, which lies directly in `output_dir`.
    ///
    /// The same project must give the same bytes on every machine and at every time.
    ///
    /// # Errors
    ///
    /// Something that goes into the file cannot be read, or does not belong there; or the file cannot be written.
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError>;
}
