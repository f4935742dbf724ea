//! What can be wrong in a pyproject.toml: one variant for each kind of mistake, with what the user could do about it.

use flit_sdk::model::{EntryPointError, LicenseError, NameError, RequirementError, VersionError};
use flit_sdk::source_tree::SourceTreeError;
use flit_sdk::{ErrorKind, PluginError};

use crate::project::DynamicProblem;
use crate::toml_problem::TomlProblem;

/// A table with more keys than these is better looked up than listed.
const MAX_KEYS_TOLD: usize = 6;

/// What `[project]` has instead of the keys of `[tool.flit.metadata]`.
const OLD_KEYS: &[(&str, &str)] = &[
    ("module", "`name` in [tool.flit.module]"),
    ("dist-name", "`name`"),
    ("author", "`authors`, a list of tables with `name` and `email`"),
    ("author-email", "`authors`, a list of tables with `name` and `email`"),
    ("maintainer", "`maintainers`, a list of tables with `name` and `email`"),
    ("maintainer-email", "`maintainers`, a list of tables with `name` and `email`"),
    ("home-page", "`Homepage` in [project.urls]"),
    ("description-file", "`readme`"),
    ("requires", "`dependencies`"),
    ("requires-extra", "[project.optional-dependencies]"),
    ("dev-requires", "`dev` in [project.optional-dependencies]"),
];

/// A mistake in a pyproject.toml. `key` is always the full path of the key, as in `project.urls`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error(transparent)]
    Toml(#[from] TomlProblem),
    #[error(transparent)]
    Dynamic(#[from] DynamicProblem),

    #[error("`{key}` must be {expected}, not {found}")]
    WrongType { key: String, expected: &'static str, found: &'static str },
    #[error("`{key}` is not a key of [{table}]")]
    UnknownKey { key: String, table: String, known: Vec<String>, suggestion: Option<String> },
    #[error("`{key}` is missing")]
    MissingKey { key: String },
    #[error("[{table}] needs exactly one of `file` and `text`")]
    NotOneSource { table: String },

    #[error("no metadata in {path}: there is neither [project] nor [tool.flit.metadata]")]
    NoMetadata { path: String },
    #[error("[{table}] is not a table of flit")]
    UnknownTable { table: String, suggestion: Option<String> },
    #[error("[{table}] cannot be used together with {other}")]
    MixedForms { table: String, other: &'static str },
    #[error("`{key}` cannot be used together with {other}")]
    MixedKeys { key: String, other: &'static str },

    #[error("`{key}` is not valid")]
    Name { key: String, source: NameError },
    #[error("`{key}` is not valid")]
    Version { key: String, source: VersionError },
    #[error("`{key}` is not valid")]
    Requirement { key: String, source: RequirementError },
    #[error("`{key}` is not valid")]
    License { key: String, source: LicenseError },
    #[error("`{key}` is not valid")]
    EntryPoint { key: String, source: EntryPointError },
    #[error("`{key}` cannot be used")]
    Path { key: String, source: SourceTreeError },

    #[error(
        "`{key}` must start with one of text/x-rst, text/markdown and text/plain, not `{found}`"
    )]
    ContentType { key: String, found: String },
    #[error("`project.license-files` cannot be used while `project.license` is a table")]
    LicenseFilesWithTable,
    #[error("the classifier `{classifier}` repeats what `project.license` says")]
    LicenseClassifier { classifier: String },
    #[error("`{pattern}` is not a valid pattern for license files: {reason}")]
    LicensePattern { pattern: String, reason: &'static str },
    #[error("no file matches the pattern `{pattern}`")]
    NoLicenseFile { pattern: String },
    #[error("`{address}` is not an email address: {reason}")]
    Address { address: String, reason: &'static str },
    #[error("`{key}` goes over several lines")]
    SeveralLines { key: String },
    #[error("`{label}` cannot be the label of a link: {reason}")]
    LinkLabel { label: String, reason: &'static str },
    #[error("`{url}` is not a link that starts with http:// or https://")]
    LinkTarget { url: String },
    #[error("`{name}` is not a valid name for an extra")]
    ExtraName { name: String },
    #[error("the extras {} have the same name once they are normalized", told(.names))]
    ExtraClash { names: Vec<String> },
    #[error("`{value}` names no function: a command needs `module:function`")]
    CommandWithoutFunction { value: String },
    #[error("`{key}` must be a string, not a table")]
    NestedGroup { key: String, group: String },
    #[error("`{group}` cannot be the name of a group of entry points")]
    GroupName { group: String },
    #[error("commands stand in [{instead}], not in [{table}]")]
    CommandsInEntryPoints { table: String, instead: &'static str },
    #[error("`{name}` is not a valid import name")]
    ImportName { name: String },
    #[error("`{annotation}` cannot stand behind an import name: only `private` can")]
    ImportAnnotation { annotation: String },
    #[error("`{key}` says {}, but the project has {}", told(.said), told(.present))]
    ImportNames { key: String, said: Vec<String>, present: Vec<String> },

    #[error("`{name}` is not a module that can be found by its name")]
    ModuleName { name: String },
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    SdistPattern { pattern: String, reason: &'static str },
    #[error("`{path}` is the source tree itself")]
    WholeTree { path: String },
    #[error("`{path}` is not a directory")]
    NotADirectory { path: String },
}

fn told(names: &[String]) -> String {
    match names {
        [] => "none".into(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

impl Problem {
    /// The problem as an error without a place.
    pub(crate) fn lower(self) -> PluginError {
        let hints = self.hints();
        let mut error = if let Self::Path { key, source } = self {
            // It brings a kind and hints of its own.
            PluginError::from(source).context(format!("`{key}` cannot be used"))
        } else {
            PluginError::from_error(ErrorKind::InvalidProject, &self)
        };
        error.hints.extend(hints);
        for text in std::iter::once(&mut error.message).chain(&mut error.causes) {
            *text = on_one_line(text);
        }
        error
    }

    /// What the user could do about it.
    fn hints(&self) -> Vec<String> {
        let hint: String = match self {
            Self::Toml(problem) => return problem.hint().map(str::to_owned).into_iter().collect(),
            Self::Dynamic(problem) => return problem.hint().into_iter().collect(),
            Self::UnknownKey { key, table, known, suggestion } => {
                return unknown_key_hint(key, table, known, suggestion.as_deref())
                    .into_iter()
                    .collect();
            }
            Self::NoMetadata { .. } => {
                "add a [project] table with `name`, `version` and `description`".into()
            }
            Self::UnknownTable { suggestion: Some(name), .. } => format!("did you mean [{name}]?"),
            Self::UnknownTable { .. } => "tables of other tools may start with `x-`".into(),
            Self::MixedForms { other: "[project]", .. } => {
                "move what it holds into [project]".into()
            }
            Self::MixedForms { .. } | Self::MixedKeys { .. } => "remove one of the two".into(),
            Self::License { source, .. } => return license_hint(source).into_iter().collect(),
            Self::LicenseFilesWithTable => {
                "write the license as an expression, such as `license = \"MIT\"`".into()
            }
            Self::LicenseClassifier { .. } => "remove the classifier".into(),
            Self::NestedGroup { group, .. } => {
                format!("write the name of the group in quotes: {group:?}")
            }
            Self::CommandWithoutFunction { .. } => "write it as `package.module:function`".into(),
            Self::ImportNames { key, .. } => {
                format!("remove `{key}`: without it, it is filled in from the module")
            }
            Self::ModuleName { .. } => {
                "write the name as it stands in an import statement: `package.module`".into()
            }
            Self::WholeTree { .. } => "name a directory inside the source tree".into(),
            Self::WrongType { .. }
            | Self::MissingKey { .. }
            | Self::NotOneSource { .. }
            | Self::Name { .. }
            | Self::Version { .. }
            | Self::Requirement { .. }
            | Self::EntryPoint { .. }
            | Self::Path { .. }
            | Self::ContentType { .. }
            | Self::LicensePattern { .. }
            | Self::NoLicenseFile { .. }
            | Self::Address { .. }
            | Self::SeveralLines { .. }
            | Self::LinkLabel { .. }
            | Self::LinkTarget { .. }
            | Self::ExtraName { .. }
            | Self::ExtraClash { .. }
            | Self::GroupName { .. }
            | Self::CommandsInEntryPoints { .. }
            | Self::ImportName { .. }
            | Self::ImportAnnotation { .. }
            | Self::SdistPattern { .. }
            | Self::NotADirectory { .. } => return Vec::new(),
        };
        vec![hint]
    }
}

/// Values are quoted in messages, which have one line; whoever prints them sees to all other control characters.
fn on_one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\t', "\\t")
}

fn unknown_key_hint(
    key: &str,
    table: &str,
    known: &[String],
    suggestion: Option<&str>,
) -> Option<String> {
    let old = OLD_KEYS.iter().find(|(old, _)| key.strip_prefix("project.") == Some(*old));
    match (old, suggestion) {
        (Some((_, new)), _) => Some(format!("in [project] that is {new}")),
        (None, Some(name)) => Some(format!("did you mean `{name}`?")),
        (None, None) if known.len() <= MAX_KEYS_TOLD => {
            Some(format!("the keys of [{table}] are `{}`", known.join("`, `")))
        }
        (None, None) => None,
    }
}

fn license_hint(error: &LicenseError) -> Option<String> {
    match error {
        LicenseError::Invalid { suggestion: Some(name), .. } => {
            Some(format!("did you mean `{name}`?"))
        }
        LicenseError::Deprecated { replacements, .. } if !replacements.is_empty() => {
            Some(format!("write `{}`", replacements.join("` or `")))
        }
        _ => None,
    }
}
