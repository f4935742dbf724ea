//! A file of sections: `configparser`'s data model, with the place of everything.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::ops::Range;

use ini::{Ini, ParseOption};

use crate::dialect::{Outline, OutlineOption, OutlineSection};
use crate::interpolation::interpolate;
use crate::problem::{Problem, ProblemKind, Problems};

/// The section whose options all others inherit.
const DEFAULT_SECTION: &str = "DEFAULT";

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
        let mut document = Self::default();
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
            match interpolate(&option.text, raw) {
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
