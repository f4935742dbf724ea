//! What is wrong with a file: all of it, collected and told as one error.

use std::ops::Range;

use flit_sdk::model::{EntryPointError, NameError, RequirementError};
use flit_sdk::{ErrorKind, Location, PluginError};

use crate::interpolation::InterpolationError;

/// How many problems of a file are collected; who has more does not read them.
const MAX_PROBLEMS: usize = 20;

/// One thing that is wrong, and where.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The place in the text of the file.
    pub(crate) span: Range<usize>,
    pub(crate) kind: ProblemKind,
}

impl Problem {
    pub(crate) fn new(span: Range<usize>, kind: ProblemKind) -> Self {
        Self { span, kind }
    }

    /// The problem as an error that points at its place in `text`, the content of the file at `path`.
    pub(crate) fn into_error(self, path: &str, text: &str) -> PluginError {
        self.kind.into_error().at(Location::of_span(path, text, self.span))
    }
}

/// What can be wrong with flit.ini and with the file of entry points.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProblemKind {
    #[error("the file starts with a byte order mark")]
    ByteOrderMark,
    #[error("this line stands before the first section header")]
    NoSection,
    #[error("this line has neither `=` nor `:`")]
    NoDelimiter,
    #[error("there is no key before the delimiter")]
    EmptyKey,
    #[error("section [{name}] is given twice, in lines {first_line} and {line}")]
    DuplicateSection { name: String, first_line: usize, line: usize },
    #[error("`{key}` is given twice in [{section}], in lines {first_line} and {line}")]
    DuplicateKey { key: String, section: String, first_line: usize, line: usize },
    #[error("the line cannot be read: {reason}")]
    Unreadable { reason: String },
    #[error("the references in `{key}` cannot be resolved")]
    Interpolation { key: String, source: InterpolationError },
    #[error("there is no section [metadata]")]
    NoMetadata,
    #[error("[{name}] is not a section of a flit configuration")]
    UnknownSection { name: String, suggestion: Option<&'static str> },
    #[error("`{key}` is not a key of [metadata]")]
    UnknownKey { key: String, suggestion: Option<&'static str> },
    #[error("[metadata] lacks {}", names(.keys))]
    MissingKeys { keys: Vec<&'static str> },
    #[error("`{key}` takes a single line")]
    SeveralLines { key: &'static str },
    #[error("`{name}` is not the name of a module that can be imported")]
    InvalidModule { name: String },
    #[error("`{key}` cannot be the name of the project")]
    InvalidName { key: &'static str, source: NameError },
    #[error("`home-page` is not a web address: `{url}`")]
    InvalidUrl { url: String },
    #[error("`requires-python` is empty")]
    EmptyRequiresPython,
    #[error("`requires-python` cannot be read")]
    InvalidRequiresPython { source: RequirementError },
    #[error("`{key}` holds a requirement that cannot be read")]
    InvalidRequirement { key: &'static str, source: RequirementError },
    #[error("`{key}` names no file")]
    NamesNoFile { key: &'static str },
    #[error("the file that `{key}` names cannot be used")]
    NamedFile { key: &'static str, source: PluginError },
    #[error("script `{name}` is not `module:function`: `{value}`")]
    InvalidScript { name: String, value: String },
    #[error("`{name}` of [scripts] comes from [DEFAULT] and is not `module:function`: `{value}`")]
    InheritedScript { name: String, value: String },
    #[error("entry point `{name}` of group `{group}` cannot be used")]
    InvalidEntryPoint { group: String, name: String, source: EntryPointError },
    #[error("commands are declared twice: in [scripts] and as `console_scripts` in {path}")]
    ScriptsConflict { path: String },
}

impl ProblemKind {
    /// What the user could do.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::ByteOrderMark => "save the file as UTF-8 without a byte order mark".into(),
            Self::NoSection => "start the file with a line `[metadata]`".into(),
            Self::NoDelimiter => {
                "write `key = value`; indent the line if it continues the value above".into()
            }
            Self::Interpolation { source: InterpolationError::BarePercent { .. }, .. } => {
                "write `%%` for a percent sign".into()
            }
            Self::UnknownSection { suggestion: Some(name), .. } => {
                format!("did you mean [{name}]?")
            }
            Self::UnknownSection { suggestion: None, .. } => {
                "sections are [metadata], [scripts] and those that start with `x-`".into()
            }
            Self::UnknownKey { suggestion: Some(key), .. } => format!("did you mean `{key}`?"),
            Self::SeveralLines { .. } => {
                "a line that is indented continues the value above it".into()
            }
            Self::InvalidModule { .. } => "name a module, not a file: `foobar`".into(),
            Self::InvalidName { key: "module", .. } => {
                "give the project a name of its own with `dist-name`".into()
            }
            Self::InvalidUrl { .. } => "start it with `https://`".into(),
            Self::EmptyRequiresPython => "name versions such as `>=3.9`, or remove the key".into(),
            Self::NamesNoFile { .. } => "name a file, or remove the key".into(),
            Self::InvalidScript { .. } => "write `name = package.module:function`".into(),
            Self::InheritedScript { .. } => {
                "every section inherits [DEFAULT]: move the key to [metadata]".into()
            }
            Self::ScriptsConflict { .. } => "declare all of them in one of the two places".into(),
            Self::EmptyKey
            | Self::DuplicateSection { .. }
            | Self::DuplicateKey { .. }
            | Self::Unreadable { .. }
            | Self::Interpolation { .. }
            | Self::NoMetadata
            | Self::UnknownKey { suggestion: None, .. }
            | Self::MissingKeys { .. }
            | Self::InvalidName { .. }
            | Self::InvalidRequiresPython { .. }
            | Self::InvalidRequirement { .. }
            | Self::NamedFile { .. }
            | Self::InvalidEntryPoint { .. } => return None,
        };
        Some(hint)
    }

    /// The problem as an error without a place.
    fn into_error(self) -> PluginError {
        let hint = self.hint();
        let message = self.to_string();
        let error = match self {
            Self::NamedFile { source, .. } => source.context(message),
            other => PluginError::from_error(ErrorKind::InvalidProject, &other),
        };
        hint.into_iter().fold(error, PluginError::hint)
    }
}

/// The problems of one file, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem, unless there are more than enough.
    pub(crate) fn push(&mut self, problem: Problem) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    pub(crate) fn append(&mut self, problems: Self) {
        problems.0.into_iter().for_each(|problem| self.push(problem));
    }

    /// Whether there are so many that looking for more is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() == MAX_PROBLEMS
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the problems are.
    #[cfg(test)]
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &ProblemKind> {
        self.0.iter().map(|problem| &problem.kind)
    }

    /// Fails if there are any: with the problem itself if it is the only one, else with a list that is placed at the
    /// first in the file.
    pub(crate) fn check(self, path: &str, text: &str) -> Result<(), PluginError> {
        let mut problems = self.0;
        problems.sort_by_key(|problem| problem.span.start);
        let count = problems.len();
        let at_least = if count == MAX_PROBLEMS { "at least " } else { "" };
        let mut errors = problems.into_iter().map(|problem| problem.into_error(path, text));
        let Some(first) = errors.next() else { return Ok(()) };
        if count == 1 {
            return Err(first);
        }
        let mut list =
            PluginError::new(first.kind, format!("{path} has {at_least}{count} problems"));
        list.location.clone_from(&first.location);
        list.causes = std::iter::once(first).chain(errors).map(|error| as_item(&error)).collect();
        Err(list)
    }
}

/// A problem on one line: `line 3: message: cause (hint)`.
fn as_item(error: &PluginError) -> String {
    let line = error.location.as_ref().map_or(0, |location| location.line);
    let mut item = format!("line {line}: {error}");
    for hint in &error.hints {
        item.extend([" (", hint, ")"]);
    }
    item
}

/// Names in backticks with commas and an `and` between them.
fn names(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
