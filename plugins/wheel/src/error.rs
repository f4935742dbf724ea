//! Why a wheel could not be built, and what of that crosses the boundary.

use std::io;

use flit_sdk::source_tree::SourceTreeError;
use flit_sdk::{ErrorKind, PluginError};

/// Why a wheel could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WheelError {
    /// A file of the project is not there, or may not be packed.
    #[error(transparent)]
    Source(#[from] SourceTreeError),
    /// A file of the project cannot be read.
    #[error("cannot read `{path}`")]
    Read { path: String, source: io::Error },
    /// A file is so much larger than discovery found it that it cannot be packed as planned.
    #[error("`{path}` had {expected} bytes when the build started, and has more than {actual} now")]
    Grew { path: String, expected: u64, actual: u64 },
    /// The layout says that a file is where it cannot be.
    #[error("`{path}` is not inside `{directory}`, so it has no place in the wheel")]
    Misplaced { path: String, directory: String },
    /// Two files would get the same name.
    #[error("{first} and {second} would both be `{name}` in the wheel")]
    Duplicate { name: String, first: String, second: String },
    /// A name that no zip archive can carry.
    #[error("`{start}…` is {bytes} bytes long, too long for a name in a wheel")]
    LongName { start: String, bytes: usize },
    /// The wheel cannot be written.
    #[error("cannot write the wheel")]
    Write(#[source] io::Error),
    /// The user asked to stop.
    #[error("stopped while the wheel was being built")]
    Cancelled,
}

impl WheelError {
    pub(crate) fn read(path: &str, source: impl Into<io::Error>) -> Self {
        Self::Read { path: path.into(), source: source.into() }
    }
}

impl From<WheelError> for PluginError {
    fn from(error: WheelError) -> Self {
        match error {
            WheelError::Source(error) => error.into(),
            WheelError::Read { .. } | WheelError::Grew { .. } | WheelError::Write(_) => {
                Self::from_error(ErrorKind::Io, &error)
            }
            WheelError::Duplicate { .. } => Self::from_error(ErrorKind::InvalidProject, &error)
                .hint("rename or remove one of them"),
            WheelError::Misplaced { .. } | WheelError::LongName { .. } => {
                Self::from_error(ErrorKind::InvalidProject, &error)
            }
            WheelError::Cancelled => Self::from_error(ErrorKind::Cancelled, &error),
        }
    }
}
