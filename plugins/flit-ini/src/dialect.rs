//! The dialect: which lines of a file are headers, options, continuations and comments, as Python's `configparser` reads them.
//!
//! `rust-ini` has no notion of indentation, keeps no places and knows other escapes, so the lines are sorted out here
//! and handed to it in a form that it and `configparser` understand alike (see [`Outline::canonical`]).

use std::ops::Range;

use flit_sdk::python_text::is_blank;

use crate::problem::{Problem, ProblemKind, Problems};

/// The headers and options of a file in order, each with its place in the text.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) sections: Vec<OutlineSection>,
    pub(crate) problems: Problems,
}

/// A header and the options below it.
#[derive(Debug)]
pub(crate) struct OutlineSection {
    /// The place of the name, between the brackets.
    pub(crate) name: Range<usize>,
    /// The number of the line, counted from 1.
    pub(crate) line: usize,
    pub(crate) options: Vec<OutlineOption>,
}

/// A key and its value.
#[derive(Debug)]
pub(crate) struct OutlineOption {
    /// The place of the key.
    pub(crate) key: Range<usize>,
    /// The number of the line of the key, counted from 1.
    pub(crate) line: usize,
    /// The place of each line of the value, without the blanks around it; empty for a blank line.
    pub(crate) lines: Vec<Range<usize>>,
}

/// A line that is neither blank nor a comment nor part of the value above it.
struct Item<'a> {
    content: &'a str,
    place: Range<usize>,
    line_number: usize,
}

impl Outline {
    /// Sorts out the lines of `text`, which ends its lines with LF.
    ///
    /// - A line that is blank or begins with `#` or `;` after its indentation is no content; a comment never ends a
    ///   value, and a blank line is part of it if more of it follows.
    /// - A line that is indented deeper than the last header or key continues the value of that key; after a header
    ///   it does not.
    /// - `[name]` is a header whatever follows the last `]` of the line.
    /// - All else is an option: the first `=` or `:` ends the key.
    pub(crate) fn read(text: &str) -> Self {
        let mut outline = Self::default();
        let mut indent = 0;
        let mut is_option_open = false;
        let mut start = 0;
        for (line_number, line) in (1..).zip(text.split('\n')) {
            let content = line.trim_matches(is_blank);
            let indentation = line.len() - line.trim_start_matches(is_blank).len();
            let place = start + indentation..start + indentation + content.len();
            let line_indent = line[..indentation].chars().count();
            start += line.len() + 1;
            if content.is_empty() {
                outline.continue_value(is_option_open, place.start..place.start);
            } else if content.starts_with(['#', ';']) {
                // Not even the end of a value.
            } else if is_option_open && line_indent > indent {
                outline.continue_value(is_option_open, place);
            } else {
                indent = line_indent;
                let item = Item { content, place, line_number };
                is_option_open = outline.read_item(item, is_option_open);
            }
        }
        outline
    }

    fn continue_value(&mut self, is_option_open: bool, place: Range<usize>) {
        let section = self.sections.last_mut();
        if let Some(option) = section.and_then(|section| section.options.last_mut())
            && is_option_open
        {
            option.lines.push(place);
        }
    }

    /// Reads a header or the line of a key; answers whether the lines that follow may continue a value.
    fn read_item(&mut self, item: Item<'_>, was_option_open: bool) -> bool {
        let Item { content, place, line_number } = item;
        if content.starts_with('[')
            && let Some(end) = content.rfind(']').filter(|end| *end > 1)
        {
            let name = place.start + 1..place.start + end;
            self.sections.push(OutlineSection { name, line: line_number, options: Vec::new() });
            return false;
        }
        let Some(section) = self.sections.last_mut() else {
            // Said once: all lines up to the first header have the same fault.
            if self.problems.is_empty() {
                self.problems.push(Problem::new(place, ProblemKind::NoSection));
            }
            return false;
        };
        let Some(delimiter) = content.find(['=', ':']) else {
            self.problems.push(Problem::new(place, ProblemKind::NoDelimiter));
            return was_option_open;
        };
        let key = content[..delimiter].trim_end_matches(is_blank);
        if key.is_empty() {
            self.problems.push(Problem::new(place, ProblemKind::EmptyKey));
            return false;
        }
        let value = content[delimiter + 1..].trim_start_matches(is_blank);
        let first_line = place.end - value.len()..place.end;
        section.options.push(OutlineOption {
            key: place.start..place.start + key.len(),
            line: line_number,
            lines: Vec::from([first_line]),
        });
        true
    }

    /// Writes the same sections and options with one line for each, names and values quoted.
    ///
    /// `rust-ini` removes the blanks around a name and around a value; the quotes keep those that belong to it: `[ a ]`
    /// is not `[a]`, and a value whose first line is empty starts with a line end.
    pub(crate) fn canonical(&self, text: &str) -> String {
        let mut canonical = String::with_capacity(text.len() + text.len() / 8);
        for section in &self.sections {
            canonical.push_str("[\"");
            push_escaped(&mut canonical, &text[section.name.clone()]);
            canonical.push_str("\"]\n");
            for option in &section.options {
                push_escaped(&mut canonical, &text[option.key.clone()]);
                canonical.push_str("=\"");
                let is_empty = |line: &&Range<usize>| line.is_empty();
                let blank = option.lines.iter().rev().take_while(is_empty).count();
                let lines = &option.lines[..option.lines.len() - blank];
                for (number, line) in lines.iter().enumerate() {
                    if number > 0 {
                        canonical.push_str("\\n");
                    }
                    push_escaped(&mut canonical, &text[line.clone()]);
                }
                canonical.push_str("\"\n");
            }
        }
        canonical
    }
}

/// Puts a backslash before every character that would mean something to `rust-ini`.
fn push_escaped(canonical: &mut String, text: &str) {
    for character in text.chars() {
        if matches!(character, '\\' | '"' | '[' | ']') {
            canonical.push('\\');
        }
        canonical.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_knows_its_place() {
        let text = " [s] rest\n  Key A = one\n\n   # no\n   two\n";
        let outline = Outline::read(text);
        let section = &outline.sections[0];
        assert_eq!(&text[section.name.clone()], "s");
        let option = &section.options[0];
        assert_eq!(&text[option.key.clone()], "Key A");
        let lines: Vec<_> = option.lines.iter().map(|line| &text[line.clone()]).collect();
        assert_eq!(lines, ["one", "", "two", ""]);
    }

    #[test]
    fn the_canonical_text_has_a_line_for_each_item() {
        let text = "[ a]b] x\nk\\[ : \"v\" = \\\n  w\n\n[d]\n[e=]\nx=";
        assert_eq!(
            Outline::read(text).canonical(text),
            "[\" a\\]b\"]\nk\\\\\\[=\"\\\"v\\\" = \\\\\\nw\"\n[\"d\"]\n[\"e=\"]\nx=\"\"\n"
        );
    }
}
