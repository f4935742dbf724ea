//! Why an sdist could not be built.

use std::fmt::Write as _;

use flit_sdk::source_tree::SourceTreeError;
use flit_sdk::{ErrorKind, Location, PluginError};

/// How many paths a message lists.
const MOST_LISTED: usize = 20;

/// Why an sdist could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SdistError {
    /// A file cannot be packed, or a pattern not be read.
    #[error(transparent)]
    SourceTree(#[from] SourceTreeError),
    /// Reading or writing failed; the message names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Files that no build can do without are not selected.
    #[error("the sdist would lack {}", listed(paths))]
    Incomplete {
        paths: Vec<String>,
        /// One for each path: who left it out.
        reasons: Vec<String>,
    },
    /// A link would lead out of the place where the sdist is unpacked.
    #[error("`{path}` is a link to `{target}`, which is outside the sdist once it is unpacked")]
    EscapingLink { path: String, target: String },
    /// A file had another size when it was read than when it was selected.
    #[error("`{path}` changed while it was packed: it had {size} bytes")]
    Changed { path: String, size: u64 },
    /// A name that the sdist needs for a file of its own is taken.
    #[error("`{path}` cannot be packed: the sdist has a file of its own with that name")]
    NameTaken { path: String },
    /// The working copy is not what was committed.
    #[error("the source tree has untracked or deleted files: {}", listed(paths))]
    NotCommitted { paths: Vec<String>, program: &'static str },
    /// The version control program is not installed.
    #[error("cannot run `{program}`, which knows the files of this working copy")]
    NoProgram {
        program: &'static str,
        #[source]
        source: std::io::Error,
    },
    /// The version control program failed.
    #[error("`{command}` failed: {output}")]
    ProgramFailed { command: String, output: String },
    /// The pyproject.toml that values have to be written into cannot be read.
    #[error("cannot write settled values into `{path}`: {reason}")]
    InvalidToml { path: String, reason: String, location: Option<Location> },
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

/// Lists paths in backticks, but not endlessly.
pub(crate) fn listed(paths: &[String]) -> String {
    let shown: Vec<_> = paths.iter().take(MOST_LISTED).map(|path| format!("`{path}`")).collect();
    let mut text = shown.join(", ");
    if paths.len() > MOST_LISTED {
        write!(text, " and {} more", paths.len() - MOST_LISTED).expect("a string takes all");
    }
    text
}

impl From<SdistError> for PluginError {
    fn from(error: SdistError) -> Self {
        let kind = match &error {
            SdistError::SourceTree(_)
            | SdistError::Incomplete { .. }
            | SdistError::EscapingLink { .. }
            | SdistError::NameTaken { .. }
            | SdistError::NotCommitted { .. }
            | SdistError::InvalidToml { .. } => ErrorKind::InvalidProject,
            SdistError::NoProgram { .. } => ErrorKind::Unsupported,
            SdistError::Io(_) | SdistError::Changed { .. } | SdistError::ProgramFailed { .. } => {
                ErrorKind::Io
            }
            SdistError::Cancelled => ErrorKind::Cancelled,
        };
        match error {
            SdistError::SourceTree(error) => error.into(),
            error => {
                let mut lowered = Self::from_error(kind, &error);
                lowered.hints = hints(&error);
                if let SdistError::InvalidToml { location, .. } = error {
                    lowered.location = location;
                }
                lowered
            }
        }
    }
}

fn hints(error: &SdistError) -> Vec<String> {
    match error {
        SdistError::Incomplete { reasons, .. } => {
            reasons.iter().take(MOST_LISTED).cloned().collect()
        }
        SdistError::EscapingLink { .. } => {
            vec![
                "link to a path relative to the link and inside the source tree, or copy the file"
                    .into(),
            ]
        }
        SdistError::Changed { .. } => {
            vec!["build again once nothing writes into the source tree".into()]
        }
        SdistError::NameTaken { path } => vec![format!("rename `{path}`, or exclude it")],
        SdistError::NotCommitted { program, .. } => vec![
            format!(
                "commit, restore or ignore them in {program}, or exclude them with `[tool.flit.sdist] exclude`"
            ),
            "without `--use-vcs` the sdist does not depend on what is committed".into(),
        ],
        SdistError::NoProgram { program, .. } => {
            vec![format!("install `{program}`, or build without `--use-vcs`")]
        }
        SdistError::ProgramFailed { .. } => {
            vec!["without `--use-vcs` the sdist does not depend on it".into()]
        }
        SdistError::SourceTree(_)
        | SdistError::Io(_)
        | SdistError::InvalidToml { .. }
        | SdistError::Cancelled => Vec::new(),
    }
}
