//! Comparison with Python: texts and what `configparser` makes of them.

mod cases;

use flit_sdk::python_text::with_universal_newlines;

use crate::document::Document;
use crate::interpolation::InterpolationError;
use crate::problem::{ProblemKind, Problems};

/// What is to be seen of a text, written as `python_table.py` writes it; the exceptions that Python could raise if it
/// is wrong.
fn outcome(text: &str) -> Result<String, Vec<String>> {
    let text = with_universal_newlines(text.into());
    let mut problems = Problems::default();
    let document = Document::read(&text, &mut problems);
    let mut shown = String::new();
    for section in &document.sections {
        shown.extend(["[", &section.name, "]\n"]);
        for (key, setting) in document.settings(section, &mut problems) {
            let value = setting.text.replace('\\', "\\\\").replace('\n', "\\n");
            shown.extend([&key, "=", &value, "\n"]);
        }
    }
    if problems.is_empty() {
        Ok(shown)
    } else {
        Err(problems.kinds().map(|kind| format!("!{}", exception(kind))).collect())
    }
}

/// The exception that Python raises for it.
fn exception(kind: &ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NoSection => "MissingSectionHeaderError",
        ProblemKind::NoDelimiter | ProblemKind::EmptyKey => "ParsingError",
        ProblemKind::DuplicateSection { .. } => "DuplicateSectionError",
        ProblemKind::DuplicateKey { .. } => "DuplicateOptionError",
        ProblemKind::Interpolation { source, .. } => match source {
            InterpolationError::BarePercent { .. } | InterpolationError::BadReference { .. } => {
                "InterpolationSyntaxError"
            }
            InterpolationError::UnknownKey { .. } => "InterpolationMissingOptionError",
            InterpolationError::TooDeep => "InterpolationDepthError",
            InterpolationError::TooLong => "none",
        },
        other => panic!("not a problem of the dialect: {other}"),
    }
}

#[test]
fn every_text_is_read_as_python_reads_it() {
    for (text, expected) in cases::CASES {
        match outcome(text) {
            Ok(shown) => assert_eq!(shown, *expected, "{text:?}"),
            Err(exceptions) => {
                assert!(exceptions.iter().any(|name| name == expected), "{text:?}: {exceptions:?}");
            }
        }
    }
}
