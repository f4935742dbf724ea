//! Reading source trees: where the module is, which files it has, and what no path may do.
//!
//! Everything that a source tree says is untrusted. A path that leaves the tree, by `..` or through a link, stops the
//! build, and so does a file that is no file.

mod collision;
mod file;
mod find;
mod glob;
mod path;
mod text;
mod walk;

use std::path::PathBuf;

use crate::error::{ErrorKind, Location, PluginError};

pub use collision::composed;
pub use file::{is_executable, kind_of_special_file, source_file};
pub use find::find_module;
pub use glob::{Hidden, matching_paths};
pub use path::{check_inside, relative_path, resolve_file};
pub use text::read_text;
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
    /// Two names are the same characters in different Unicode forms.
    #[error("`{first}` and `{second}` are the same name in different Unicode forms")]
    SameName {
        /// One path.
        first: String,
        /// The other.
        second: String,
    },
    /// A path is longer than the operating system can name.
    #[error("the path that starts with `{start}` is too long: {bytes} bytes")]
    PathTooLong {
        /// How the path begins.
        start: String,
        /// How long it is, from the source tree on.
        bytes: usize,
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
    /// A file that must be text is not UTF-8.
    #[error("`{}` is not UTF-8", .location.path.display())]
    NotUtf8 {
        /// Where the first byte stands that is not.
        location: Location,
        /// That byte.
        byte: u8,
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
    /// Whether the name of the module is to blame, rather than something that was found below it: only then does the
    /// place of the name in the configuration help.
    pub fn is_about_module_name(&self) -> bool {
        matches!(self, Self::ModuleNotFound { .. } | Self::AmbiguousModule { .. })
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io(_) => ErrorKind::Io,
            Self::ModuleNotFound { .. }
            | Self::AmbiguousModule { .. }
            | Self::AbsolutePath { .. }
            | Self::OutsidePath { .. }
            | Self::OutsideLink { .. }
            | Self::DanglingLink { .. }
            | Self::SpecialFile { .. }
            | Self::InvalidName { .. }
            | Self::SameName { .. }
            | Self::PathTooLong { .. }
            | Self::Missing { .. }
            | Self::NotAFile { .. }
            | Self::NotUtf8 { .. }
            | Self::InvalidPattern { .. } => ErrorKind::InvalidProject,
        }
    }

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
            Self::SameName { .. } => Some("rename one of them".into()),
            Self::PathTooLong { .. } => Some("move its directory up".into()),
            Self::NotUtf8 { byte, .. } => {
                Some(format!("the byte 0x{byte:02x} is where UTF-8 ends; save the file as UTF-8"))
            }
            Self::Missing { .. }
            | Self::NotAFile { .. }
            | Self::InvalidPattern { .. }
            | Self::Io(_) => None,
        }
    }
}

impl From<SourceTreeError> for PluginError {
    fn from(error: SourceTreeError) -> Self {
        let mut lowered = Self::from_error(error.kind(), &error);
        lowered.hints.extend(error.hint());
        if let SourceTreeError::NotUtf8 { location, .. } = error {
            lowered.location = Some(location);
        }
        lowered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_is_wrong_and_what_to_do() {
        let path = || "p".to_owned();
        let directory = PathBuf::from("/t");
        let inside =
            "name a path relative to the directory of the configuration file, and inside it";
        for (error, message, hint) in [
            (
                SourceTreeError::AbsolutePath { path: path() },
                "`p` is an absolute path",
                Some(inside),
            ),
            (
                SourceTreeError::OutsidePath { path: path() },
                "`p` is outside the source tree",
                Some(inside),
            ),
            (
                SourceTreeError::OutsideLink { path: path(), target: directory.clone() },
                "`p` is a link that leads out of the source tree, to /t",
                Some("copy the file into the source tree instead of linking to it"),
            ),
            (
                SourceTreeError::DanglingLink { path: path() },
                "`p` is a link to something that does not exist",
                Some("remove the link, or restore what it links to"),
            ),
            (
                SourceTreeError::SpecialFile { path: path(), what: "a device" },
                "`p` is a device, which cannot be packed",
                Some("remove it from the directory that is packed"),
            ),
            (
                SourceTreeError::InvalidName { path: directory },
                "the name of /t is not UTF-8",
                Some("rename the file"),
            ),
            (
                SourceTreeError::SameName { first: path(), second: "q".into() },
                "`p` and `q` are the same name in different Unicode forms",
                Some("rename one of them"),
            ),
            (
                SourceTreeError::PathTooLong { start: path(), bytes: 5000 },
                "the path that starts with `p` is too long: 5000 bytes",
                Some("move its directory up"),
            ),
            (SourceTreeError::Missing { path: path() }, "`p` does not exist", None),
            (SourceTreeError::NotAFile { path: path() }, "`p` is not a file", None),
            (
                SourceTreeError::InvalidPattern { pattern: path(), reason: "odd" },
                "`p` is not a valid pattern: odd",
                None,
            ),
        ] {
            let error = PluginError::from(error);
            assert_eq!(error.kind, ErrorKind::InvalidProject, "{error}");
            assert_eq!(error.message, message);
            assert_eq!(error.hints.first().map(String::as_str), hint);
        }
        let error = PluginError::from(SourceTreeError::from(std::io::Error::other("broken")));
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Io, "broken"));
    }
}
