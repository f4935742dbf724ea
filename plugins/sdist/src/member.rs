//! What an sdist is made of: members, each with a path and what it holds.

/// A member of the archive.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Member {
    /// The path relative to the source tree, with slashes.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) content: Content,
}

/// What a member holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Content {
    /// The file of the same path in the source tree.
    File {
        /// How many bytes it had when it was selected.
        size: u64,
        /// Whether its owner may execute it.
        is_executable: bool,
    },
    /// A symbolic link.
    Link {
        /// Where it leads, relative to the directory of the link.
        target: String,
    },
    /// Bytes that stand in no file.
    Generated(Vec<u8>),
}

impl Content {
    /// How many bytes it adds to the archive, headers apart.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } => *size,
            Self::Link { .. } => 0,
            Self::Generated(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }
    }
}
