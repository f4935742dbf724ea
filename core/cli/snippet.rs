//! The line of a file that an error is about, with the place marked.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use flit_sdk::Location;

/// How much of a line is worth showing; beyond that, the place alone says more.
const LONGEST_LINE: usize = 400;

/// Renders the line with the marked place, or nothing if it cannot be shown: the file is gone or is not text.
pub(super) fn render(location: &Location, shown_path: &str) -> Option<String> {
    let text = fs_err::read_to_string(&location.path).ok()?;
    let line_index = usize::try_from(location.line).ok()?.checked_sub(1)?;
    let line = text.lines().nth(line_index)?;
    if line.chars().count() > LONGEST_LINE {
        return None;
    }
    let snippet = Snippet::source(line)
        .line_start(line_index + 1)
        .path(shown_path)
        .annotation(AnnotationKind::Primary.span(marked(location, line)));
    let group = Group::with_level(Level::ERROR).element(snippet);
    Some(Renderer::styled().render(&[group]))
}

/// The bytes of the line that are marked: all of it where no column is known.
fn marked(location: &Location, line: &str) -> Range<usize> {
    let column = usize::try_from(location.column).unwrap_or_default();
    let length = usize::try_from(location.length).unwrap_or_default();
    let Some(start) = column.checked_sub(1) else {
        let indent = line.len() - line.trim_start().len();
        return indent..line.trim_end().len().max(indent);
    };
    let byte_at = |index: usize| line.char_indices().nth(index).map_or(line.len(), |(at, _)| at);
    byte_at(start)..byte_at(start + length.max(1))
}
