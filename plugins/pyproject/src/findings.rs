//! Findings: what is wrong in a document, collected so that one run reports all of it.

use std::ops::Range;

use flit_sdk::PluginError;

use crate::document::Document;
use crate::problem::Problem;

/// How many findings are told beyond the first.
const MAX_FURTHER: usize = 9;

/// What is wrong in a document.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    document: &'a Document,
    errors: Vec<PluginError>,
}

impl<'a> Findings<'a> {
    /// No findings yet.
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, errors: Vec::new() }
    }

    /// Adds a problem with the bytes `span` of the document.
    pub(crate) fn add(&mut self, problem: impl Into<Problem>, span: Range<usize>) {
        self.errors.push(self.document.error(problem, span));
    }

    /// Adds an error, which gets the place of the bytes `span` unless it has one in another file.
    pub(crate) fn add_error(&mut self, mut error: PluginError, span: Range<usize>) {
        let location = self.document.location(span);
        error.location.get_or_insert(location);
        self.errors.push(error);
    }

    /// Fails with the first finding in the order of the document; the others are told as hints.
    pub(crate) fn result(mut self) -> Result<(), PluginError> {
        self.errors.sort_by_key(|error| {
            error.location.as_ref().map(|location| (location.line, location.column))
        });
        let mut errors = self.errors.into_iter();
        let Some(mut first) = errors.next() else { return Ok(()) };
        for (number, error) in errors.enumerate() {
            if number == MAX_FURTHER {
                first.hints.push("there are more errors of this kind".into());
                break;
            }
            first.hints.push(told_as_hint(&error));
        }
        Err(first)
    }
}

fn told_as_hint(error: &PluginError) -> String {
    let place = error.location.as_ref().map(|place| (place.path.display(), place.line));
    let place = place.map_or(String::new(), |(path, line)| format!("{path}:{line}: "));
    match error.hints.join("; ").as_str() {
        "" => format!("also wrong: {place}{error}"),
        hints => format!("also wrong: {place}{error} ({hints})"),
    }
}
