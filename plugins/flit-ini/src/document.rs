//! A file of sections: `configparser`'s data model, with the place of everything.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::Range;

use ini::{Ini, ParseOption};

use crate::dialect::{Outline, OutlineOption, OutlineSection};
use crate::interpolation::{InterpolationError, interpolate};
use crate::problem::{Problem, ProblemKind, Problems};

/// The section whose options all others inherit.
const DEFAULT_SECTION: &str = "DEFAULT";

/// How many bytes the settings of a file may have beyond what stands in it, by interpolation and by inheriting; far beyond
/// any file that makes sense.
const MAX_ADDED_BYTES: usize = 1 << 20;

/// How the canonical text of an [`Outline`] is to be read.
const CANONICAL: ParseOption = ParseOption {
    enabled_quote: true,
    enabled_escape: true,
    enabled_indented_mutiline_value: false,
    enabled_preserve_key_leading_whitespace: false,
};

/// The sections of a file in order.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) sections: Vec<Section>,
    /// Where in `sections` each name is.
    index: BTreeMap<String, usize>,
    defaults: BTreeMap<String, RawOption>,
    /// How many of [`MAX_ADDED_BYTES`] are left, for all sections together.
    room_bytes: Cell<usize>,
}

/// A section as it stands in the file, without what it inherits.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    /// The place of the name, between the brackets.
    pub(crate) span: Range<usize>,
    line: usize,
    options: BTreeMap<String, RawOption>,
}

/// A value before interpolation.
#[derive(Clone, Debug)]
struct RawOption {
    text: String,
    key: Range<usize>,
    line: usize,
    lines: Vec<Range<usize>>,
}

/// A value after interpolation, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Setting {
    pub(crate) text: String,
    /// The place of the key.
    pub(crate) key: Range<usize>,
    /// The place of each line of the value as it stands in the file, blank ones included.
    pub(crate) lines: Vec<Range<usize>>,
    /// Whether it comes from `[DEFAULT]`.
    pub(crate) is_inherited: bool,
}

impl Setting {
    /// The place of the value; of the key if there is nothing.
    pub(crate) fn span(&self) -> Range<usize> {
        let start = self.lines.iter().find(|line| !line.is_empty());
        let end = self.lines.iter().rfind(|line| !line.is_empty());
        start.zip(end).map_or(self.key.clone(), |(start, end)| start.start..end.end)
    }

    /// The place of the line that is or holds `part`; of the whole value if interpolation made it.
    pub(crate) fn span_of(&self, text: &str, part: &str) -> Range<usize> {
        let lines = || self.lines.iter().filter(|line| !line.is_empty());
        let is_equal = |line: &&Range<usize>| &text[(*line).clone()] == part;
        let holds = |line: &&Range<usize>| text[(*line).clone()].contains(part);
        let line = lines().find(is_equal).or_else(|| lines().find(holds));
        line.cloned().unwrap_or_else(|| self.span())
    }
}

impl Document {
    /// Reads a file whose lines end with LF; what is wrong with it is added to `problems`.
    pub(crate) fn read(text: &str, problems: &mut Problems) -> Self {
        let mut outline = Outline::read(text);
        problems.append(std::mem::take(&mut outline.problems));
        let mut document = Self { room_bytes: Cell::new(MAX_ADDED_BYTES), ..Self::default() };
        let ini = match Ini::load_from_str_opt(&outline.canonical(text), CANONICAL) {
            Ok(ini) => ini,
            Err(error) => {
                let kind = ProblemKind::Unreadable { reason: error.msg.into_owned() };
                problems.push(Problem::new(0..0, kind));
                return document;
            }
        };
        // Both list the same items in the same order: the places come from the outline, the texts from `ini`.
        let parsed = ini.iter().filter_map(|(name, options)| Some((name?, options)));
        for (section, (quoted_name, options)) in outline.sections.into_iter().zip(parsed) {
            let name = quoted_name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
            document.add_section(name.unwrap_or(quoted_name), section, options.iter(), problems);
        }
        document
    }

    /// The section of this name, if the file has it.
    pub(crate) fn section(&self, name: &str) -> Option<&Section> {
        self.index.get(name).map(|at| &self.sections[*at])
    }

    /// All options of a section with those it inherits, interpolated; what is wrong with them is added to `problems`.
    pub(crate) fn settings(
        &self,
        section: &Section,
        problems: &mut Problems,
    ) -> BTreeMap<String, Setting> {
        let inherited = self.defaults.iter().filter(|(key, _)| !section.options.contains_key(*key));
        let mut settings = BTreeMap::new();
        for (key, option) in section.options.iter().chain(inherited) {
            if problems.is_full() {
                break;
            }
            let raw = |key: &str| {
                let option = section.options.get(key).or_else(|| self.defaults.get(key));
                option.map(|option| option.text.as_str())
            };
            let mut setting = Setting {
                text: String::new(),
                key: option.key.clone(),
                lines: option.lines.clone(),
                is_inherited: !section.options.contains_key(key),
            };
            let text = interpolate(&option.text, self.room_bytes.get(), raw).and_then(|text| {
                let in_file = if setting.is_inherited { 0 } else { key.len() + option.text.len() };
                let added = (key.len() + text.len()).saturating_sub(in_file);
                let left = self.room_bytes.get().checked_sub(added);
                self.room_bytes.set(left.ok_or(InterpolationError::TooLong)?);
                Ok(text)
            });
            match text {
                Ok(text) => setting.text = text,
                Err(error) => {
                    let kind = ProblemKind::Interpolation { key: key.clone(), source: error };
                    problems.push(Problem::new(setting.span(), kind));
                }
            }
            settings.insert(key.clone(), setting);
        }
        settings
    }

    /// Adds a section, or to one that is there already: what is given twice is a problem, and the first counts.
    fn add_section<'a>(
        &mut self,
        name: &str,
        outline: OutlineSection,
        parsed: impl Iterator<Item = (&'a str, &'a str)>,
        problems: &mut Problems,
    ) {
        let options = if name == DEFAULT_SECTION {
            &mut self.defaults
        } else if let Some(at) = self.index.get(name) {
            let first = &mut self.sections[*at];
            let kind = ProblemKind::DuplicateSection {
                name: name.into(),
                first_line: first.line,
                line: outline.line,
            };
            problems.push(Problem::new(outline.name, kind));
            &mut first.options
        } else {
            self.index.insert(name.into(), self.sections.len());
            let OutlineSection { name: span, line, .. } = outline;
            let options = BTreeMap::new();
            self.sections.push(Section { name: name.into(), span, line, options });
            let last = self.sections.len() - 1;
            &mut self.sections[last].options
        };
        for (option, (key, value)) in outline.options.into_iter().zip(parsed) {
            add_option(options, name, option, key, value, problems);
        }
    }
}

fn add_option(
    options: &mut BTreeMap<String, RawOption>,
    section_name: &str,
    outline: OutlineOption,
    key: &str,
    value: &str,
    problems: &mut Problems,
) {
    let OutlineOption { key: span, line, lines } = outline;
    match options.entry(key.to_lowercase()) {
        btree_map::Entry::Vacant(entry) => {
            entry.insert(RawOption { text: value.into(), key: span, line, lines });
        }
        btree_map::Entry::Occupied(entry) => {
            let kind = ProblemKind::DuplicateKey {
                key: entry.key().clone(),
                section: section_name.into(),
                first_line: entry.get().line,
                line,
            };
            problems.push(Problem::new(span, kind));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(text: &str) -> Vec<String> {
        let mut problems = Problems::default();
        let document = Document::read(text, &mut problems);
        for section in &document.sections {
            document.settings(section, &mut problems);
        }
        problems.kinds().map(|kind| format!("{kind:?}")).collect()
    }

    #[test]
    fn small_files_cannot_have_large_settings() {
        let long = "x".repeat(100_000);
        let referring = |count: usize| {
            let keys: Vec<_> = (0..count).map(|n| format!("k{n} = %(long)s")).collect();
            problems_of(&format!("[a]\nlong = {long}\n{}", keys.join("\n")))
        };
        let inheriting = |count: usize| {
            let sections: Vec<_> = (0..count).map(|n| format!("[s{n}]")).collect();
            problems_of(&format!("[DEFAULT]\nlong = {long}\n{}", sections.join("\n")))
        };
        assert_eq!((referring(9).len(), inheriting(9).len()), (0, 0));
        for problems in [referring(100), inheriting(100)] {
            assert_eq!(problems.len(), 20);
            assert!(problems[0].contains("TooLong"), "{}", problems[0]);
        }
    }
}
