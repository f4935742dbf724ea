//! Errors as data: what a plugin reports, and what crosses the boundary.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

/// What the pipeline may branch on; everything else in an error is only printed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something the plugin's author did not foresee, or a kind that this side does not know.
    Other,
    /// The source tree or its configuration is wrong: the user can mend it.
    InvalidProject,
    /// The plugin cannot do what was asked.
    Unsupported,
    /// Reading or writing files failed.
    Io,
    /// A repository refused what was sent.
    Rejected,
    /// A repository wants other credentials.
    Unauthorized,
    /// The answer of a repository was lost: whether it did what was asked is not known.
    Network,
    /// The user asked to stop, and the plugin did.
    Cancelled,
    /// The plugin panicked; set by the boundary, never by a plugin.
    Panicked,
    /// A repository answered that it cannot do it now: it may be asked again.
    Unavailable,
    /// A repository wants the project to be registered first, or might: the pipeline registers it and tries once more.
    Unregistered,
    /// Who answers is not who was asked: a certificate that nobody vouches for, a redirect to elsewhere.
    Untrusted,
    /// A repository could not be reached: no connection was made, so nothing was sent.
    Unreachable,
    /// A repository does not know the session any more: the pipeline begins anew, once.
    SessionLost,
}

/// A place in a text file, for errors that can point at their cause.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The file, absolute or relative to the source tree.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters (Unicode scalar values), counted from 1; 0 if only the line is known.
    pub column: u32,
    /// How many characters are to be marked from `column` on; 0 if only the line is known.
    pub length: u32,
}

impl Location {
    /// The place of the bytes `span` of `text`, which is the content of the file at `path`.
    ///
    /// A span that goes over several lines is marked to the end of its first.
    pub fn of_span(path: impl Into<PathBuf>, text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find(['\r', '\n']).map_or(text.len(), |at| start + at);
        let end = text.floor_char_boundary(span.end.clamp(start, line_end));
        let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let lines = text[..line_start].matches('\n').count();
        Self {
            path: path.into(),
            line: u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1),
            column: count(&text[line_start..start]).saturating_add(1),
            length: count(&text[start..end]),
        }
    }
}

/// Why a plugin could not do its part.
///
/// Messages are lowercase fragments without a period, names in backticks: "cannot parse `1.x` as a version". What the
/// user could do about it is a hint, never part of the message.
///
/// ```
/// use flit_sdk::{ErrorKind, Location, PluginError};
///
/// let text = "name = demo\nversion = 1.x\n";
/// let error = PluginError::new(ErrorKind::InvalidProject, "cannot parse `1.x` as a version")
///     .at(Location::of_span("demo.ini", text, 22..25))
///     .hint("write a version such as `1.0`")
///     .context("cannot read the metadata of `demo`");
/// assert_eq!(error.to_string(), "cannot read the metadata of `demo`: cannot parse `1.x` as a version");
/// assert_eq!(error.location.map(|place| (place.line, place.column)), Some((2, 11)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PluginError {
    /// What kind of failure this is.
    pub kind: ErrorKind,
    /// What went wrong.
    pub message: String,
    /// Where, if a file is to blame.
    pub location: Option<Location>,
    /// The reasons below the message, the nearest first.
    pub causes: Vec<String>,
    /// What the user could do, one sentence fragment each.
    pub hints: Vec<String>,
    /// How long a repository wants to be left alone before it is asked again.
    pub retry_after: Option<Duration>,
}

impl PluginError {
    /// An error with a message alone.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            location: None,
            causes: Vec::new(),
            hints: Vec::new(),
            retry_after: None,
        }
    }

    /// The plugin's own error with all that it was caused by, the message first.
    pub fn from_error(kind: ErrorKind, error: &(dyn Error + 'static)) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self { causes, ..Self::new(kind, error.to_string()) }
    }

    /// The same error, pointing at `location`.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same error with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error below a message that says what was being done: the old message becomes the nearest cause.
    #[must_use]
    pub fn context(mut self, message: impl Into<String>) -> Self {
        self.causes.insert(0, std::mem::replace(&mut self.message, message.into()));
        self
    }
}

impl fmt::Display for PluginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.causes.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl Error for PluginError {}

impl From<std::io::Error> for PluginError {
    /// Takes the message as it is: use `fs_err`, so that it names the path.
    fn from(error: std::io::Error) -> Self {
        Self::from_error(ErrorKind::Io, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters_from_one() {
        let text = "ä = 1\nbö = [\n]\n";
        let place = |span| {
            let location = Location::of_span("f", text, span);
            (location.line, location.column, location.length)
        };
        assert_eq!(place(0..2), (1, 1, 1));
        assert_eq!(place(7..10), (2, 1, 2));
        assert_eq!(place(13..16), (2, 6, 1));
        assert_eq!(place(text.len()..text.len()), (4, 1, 0));
    }
}
