//! What can be wrong with a module, and how it is told.

use std::path::PathBuf;

use flit_sdk::source_tree::SourceTreeError;
use flit_sdk::{ErrorKind, Location, PluginError, model};

use crate::interpreter::ImportError;

/// What the metadata stage may want of a module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Item {
    Version,
    Docstring,
}

impl Item {
    /// The name that the value is bound to.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Version => "__version__",
            Self::Docstring => "__doc__",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Version => {
                "write it as a plain string, `__version__ = \"1.0\"`, or into the configuration file"
            }
            Self::Docstring => {
                "begin the file with a docstring, or write the description into the configuration file"
            }
        }
    }
}

/// Why a module gives no version or no summary.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModuleError {
    #[error("type stubs have no docstring and no `__version__`: `{name}`")]
    Stubs { name: String },
    #[error("the package `{path}` has no `__init__.py` that could hold {}", named(*.item))]
    NoInit { path: String, item: Item },
    #[error("`{path}` is not text: it holds a null byte")]
    NullByte { path: String, location: Location },
    #[error("`{path}` names an encoding that is not known: `{encoding}`")]
    UnknownEncoding { path: String, encoding: String, location: Location },
    #[error("`{path}` is not valid {encoding}")]
    NotDecodable { path: String, encoding: String, location: Location },
    #[error("`{path}` is not valid Python: {reason}")]
    Syntax { path: String, reason: String, location: Location },
    #[error("`{path}` has no docstring to take the summary from")]
    NoDocstring { path: String },
    #[error("the docstring of `{path}` is empty")]
    EmptyDocstring { path: String, location: Option<Location> },
    #[error("`__doc__` of `{path}` is {found}, not a string")]
    DocstringNotText { path: String, found: String, location: Option<Location> },
    #[error("`{path}` defines no `__version__`")]
    NoVersion { path: String },
    #[error("`__version__` of `{path}` is empty")]
    EmptyVersion { path: String, location: Option<Location> },
    #[error("`__version__` of `{path}` is {found}, not a string")]
    VersionNotText { path: String, found: String, location: Option<Location> },
    #[error("`__version__` of `{path}` cannot be published")]
    InvalidVersion { path: String, source: model::VersionError, location: Option<Location> },
    #[error("cannot read {} of `{path}` without running code: {reason}", named(*.item))]
    Undecided { item: Item, path: String, reason: String, location: Option<Location> },
    #[error("cannot import `{path}` for {}", named(*.item))]
    Import { path: String, item: Item, source: ImportError },
    #[error(transparent)]
    SourceTree(#[from] SourceTreeError),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn named(item: Item) -> &'static str {
    match item {
        Item::Version => "`__version__`",
        Item::Docstring => "the docstring",
    }
}

impl ModuleError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io(_) => ErrorKind::Io,
            Self::Import { source, .. } => source.kind(),
            Self::Undecided { .. } => ErrorKind::Unsupported,
            Self::SourceTree(_)
            | Self::Stubs { .. }
            | Self::NoInit { .. }
            | Self::NullByte { .. }
            | Self::UnknownEncoding { .. }
            | Self::NotDecodable { .. }
            | Self::Syntax { .. }
            | Self::NoDocstring { .. }
            | Self::EmptyDocstring { .. }
            | Self::DocstringNotText { .. }
            | Self::NoVersion { .. }
            | Self::EmptyVersion { .. }
            | Self::VersionNotText { .. }
            | Self::InvalidVersion { .. } => ErrorKind::InvalidProject,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Stubs { .. } | Self::NoInit { .. } => {
                vec!["write the version and the description into the configuration file".into()]
            }
            Self::UnknownEncoding { .. } | Self::NotDecodable { .. } => vec![
                "save the file as UTF-8, or name its encoding in the first line: `# coding: latin-1`".into(),
            ],
            Self::NoDocstring { .. } | Self::EmptyDocstring { .. } | Self::DocstringNotText { .. } => {
                vec![Item::Docstring.hint().into()]
            }
            Self::NoVersion { .. } | Self::EmptyVersion { .. } | Self::VersionNotText { .. } => {
                vec![Item::Version.hint().into()]
            }
            Self::InvalidVersion { .. } => {
                vec!["versions look like `1.0`, `1.0rc1` or `1.0.post1` (PEP 440)".into()]
            }
            Self::Undecided { item, .. } => vec![
                item.hint().into(),
                "without `--no-import`, the module would be imported to find out".into(),
            ],
            Self::Import { item, source, .. } => {
                source.hint().into_iter().chain([item.hint().into()]).collect()
            }
            Self::NullByte { .. } | Self::Syntax { .. } | Self::SourceTree(_) | Self::Io(_) => {
                Vec::new()
            }
        }
    }

    /// Where the error is; the file alone has no line and is in the message.
    fn location(&self) -> Option<&Location> {
        match self {
            Self::NullByte { location, .. }
            | Self::UnknownEncoding { location, .. }
            | Self::NotDecodable { location, .. }
            | Self::Syntax { location, .. } => Some(location),
            Self::EmptyDocstring { location, .. }
            | Self::DocstringNotText { location, .. }
            | Self::EmptyVersion { location, .. }
            | Self::VersionNotText { location, .. }
            | Self::InvalidVersion { location, .. }
            | Self::Undecided { location, .. } => location.as_ref(),
            Self::Stubs { .. }
            | Self::NoInit { .. }
            | Self::NoDocstring { .. }
            | Self::NoVersion { .. }
            | Self::Import { .. }
            | Self::SourceTree(_)
            | Self::Io(_) => None,
        }
    }
}

impl From<ModuleError> for PluginError {
    fn from(error: ModuleError) -> Self {
        if let ModuleError::SourceTree(error) = error {
            // It brings a kind and hints of its own.
            return error.into();
        }
        let mut lowered = Self::from_error(error.kind(), &error);
        lowered.location = error.location().cloned();
        lowered.hints = error.hints();
        lowered
    }
}

/// A line of the file at `path`, for errors that concern how it is stored: without the text there are no columns.
pub(crate) fn whole_line(path: &str, line: u32) -> Location {
    Location { path: PathBuf::from(path), line, column: 0, length: 0 }
}
