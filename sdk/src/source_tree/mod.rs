//! Reading source trees: where the module is, which files it has, and what no path may do.
//!
//! Everything that a source tree says is untrusted. A path that leaves the tree, by `..` or through a link, stops the
//! build, and so does a file that is no file.

mod find;
mod glob;
mod path;
mod walk;

use std::path::PathBuf;

use crate::error::{ErrorKind, PluginError};

pub use find::find_module;
pub use glob::matching_paths;
pub use path::{relative_path, resolve_file};
pub use walk::{Walk, files_below};

/// Why a source tree was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceTreeError {
    /// Nothing has the name of the module.
    #[error("no file or folder found for module `{name}`")]
    ModuleNotFound {
        /// The import name.
        name: String,
        /// All that was looked for.
        candidates: Vec<String>,
        /// Where it was looked for.
        source_tree: PathBuf,
    },
    /// More than one thing has the name of the module.
    #[error("several files or folders could be module `{name}`: {}", .candidates.join(", "))]
    AmbiguousModule {
        /// The import name.
        name: String,
        /// All that was found.
        candidates: Vec<String>,
    },
    /// A path is absolute.
    #[error("`{path}` is an absolute path")]
    AbsolutePath {
        /// The path.
        path: String,
    },
    /// A path leaves the source tree by `..`.
    #[error("`{path}` is outside the source tree")]
    OutsidePath {
        /// The path.
        path: String,
    },
    /// A path leaves the source tree through a symbolic link.
    #[error("`{path}` is a link that leads out of the source tree, to {}", .target.display())]
    OutsideLink {
        /// The path.
        path: String,
        /// Where it leads.
        target: PathBuf,
    },
    /// A symbolic link leads nowhere.
    #[error("`{path}` is a link to something that does not exist")]
    DanglingLink {
        /// The path.
        path: String,
    },
    /// Not a file that could be packed: a FIFO, a socket, a device.
    #[error("`{path}` is {what}, which cannot be packed")]
    SpecialFile {
        /// The path.
        path: String,
        /// What it is.
        what: &'static str,
    },
    /// The name of a file is not UTF-8, so no archive could carry it.
    #[error("the name of {} is not UTF-8", .path.display())]
    InvalidName {
        /// The path.
        path: PathBuf,
    },
    /// A file that was named is not there.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path.
        path: String,
    },
    /// A file that was named is a directory.
    #[error("`{path}` is not a file")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// A pattern cannot be read.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    InvalidPattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl SourceTreeError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::ModuleNotFound { candidates, source_tree, .. } => {
                Some(format!("looked for {} in {}", candidates.join(", "), source_tree.display()))
            }
            Self::AmbiguousModule { .. } => Some("rename or remove all but one of them".into()),
            Self::AbsolutePath { .. } | Self::OutsidePath { .. } => Some(
                "name a path relative to the directory of the configuration file, and inside it"
                    .into(),
            ),
            Self::OutsideLink { .. } => {
                Some("copy the file into the source tree instead of linking to it".into())
            }
            Self::DanglingLink { .. } => {
                Some("remove the link, or restore what it links to".into())
            }
            Self::SpecialFile { .. } => Some("remove it from the directory that is packed".into()),
            Self::InvalidName { .. } => Some("rename the file".into()),
            Self::Missing { .. }
            | Self::NotAFile { .. }
            | Self::InvalidPattern { .. }
            | Self::Io(_) => None,
        }
    }
}

impl From<SourceTreeError> for PluginError {
    fn from(error: SourceTreeError) -> Self {
        let kind = match error {
            SourceTreeError::Io(_) => ErrorKind::Io,
            _ => ErrorKind::InvalidProject,
        };
        let hint = error.hint();
        let error = Self::from_error(kind, &error);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}
