//! Tables of a document, read with the type that is wanted; whatever has another becomes a finding with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use flit_sdk::nearest;

use crate::findings::Findings;
use crate::line_ends::has_line_end;
use crate::problem::Problem;

/// A table and the path to it.
#[derive(Clone, Debug)]
pub(crate) struct Table<'a> {
    /// The path as it would stand in a header: `project.urls`.
    pub(crate) path: String,
    /// The header, the inline table or the key that made it.
    pub(crate) span: Range<usize>,
    values: &'a DeTable<'a>,
}

/// A value in a table or a list, and the path to it.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    /// The path: `project.urls."Home page"`, `project.authors[0]`.
    pub(crate) path: String,
    /// The key; empty in a list.
    pub(crate) key: &'a str,
    /// The key, or the value in a list.
    pub(crate) key_span: Range<usize>,
    /// The value.
    pub(crate) span: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A string.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    /// The path of the entry that it was read from.
    pub(crate) path: String,
    /// What it says.
    pub(crate) value: &'a str,
    /// The string with its quotes.
    pub(crate) span: Range<usize>,
}

impl<'a> Table<'a> {
    /// The table that holds the whole document.
    pub(crate) fn root(values: &'a DeTable<'a>) -> Self {
        Self { path: String::new(), span: 0..0, values }
    }

    /// The entry of this key.
    pub(crate) fn get(&self, key: &str) -> Option<Entry<'a>> {
        let (key, value) = self.values.get_key_value(key)?;
        Some(self.entry(key, value))
    }

    /// Whether there is an entry of this key.
    pub(crate) fn contains(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// All entries, their keys sorted by code point.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        self.values.iter().map(|(key, value)| self.entry(key, value))
    }

    /// The string of this key, if there is one.
    pub(crate) fn text(&self, key: &str, findings: &mut Findings<'_>) -> Option<Text<'a>> {
        self.get(key)?.text(findings)
    }

    /// The strings of this key; none if it is absent.
    pub(crate) fn texts(&self, key: &str, findings: &mut Findings<'_>) -> Vec<Text<'a>> {
        self.get(key).map_or(Vec::new(), |entry| entry.texts(findings))
    }

    /// The table of this key, if there is one.
    pub(crate) fn table(&self, key: &str, findings: &mut Findings<'_>) -> Option<Self> {
        self.get(key)?.table(findings)
    }

    /// Finds fault with every key that is not among `known`.
    pub(crate) fn check_keys(&self, known: &[&str], findings: &mut Findings<'_>) {
        for entry in self.unknown_keys(known) {
            let suggestion = nearest(entry.key, known.iter().copied()).map(str::to_owned);
            let problem = Problem::UnknownKey {
                key: entry.path,
                table: self.path.clone(),
                known: known.iter().map(|key| (*key).to_owned()).collect(),
                suggestion,
            };
            findings.add(problem, entry.key_span);
        }
    }

    /// The entries whose keys are not among `known`.
    pub(crate) fn unknown_keys(&self, known: &[&str]) -> impl Iterator<Item = Entry<'a>> {
        self.entries().filter(|entry| !known.contains(&entry.key))
    }

    fn entry(
        &self,
        key: &'a Spanned<std::borrow::Cow<'a, str>>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Entry<'a> {
        let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let name = key.get_ref().as_ref();
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        if !name.is_empty() && name.bytes().all(is_bare) {
            path.push_str(name);
        } else {
            path.extend(["\"", &name.escape_debug().to_string(), "\""]);
        }
        Entry { path, key: name, key_span: key.span(), span: value.span(), value: value.get_ref() }
    }
}

impl<'a> Entry<'a> {
    /// The value, if it is a string.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The value, if it is a table.
    pub(crate) fn as_table(&self) -> Option<Table<'a>> {
        let span = if self.span.is_empty() { &self.key_span } else { &self.span };
        let values = self.value.as_table()?;
        Some(Table { path: self.path.clone(), span: span.clone(), values })
    }

    /// The value as a string.
    pub(crate) fn text(&self, findings: &mut Findings<'_>) -> Option<Text<'a>> {
        match self.value {
            DeValue::String(value) => {
                Some(Text { path: self.path.clone(), value, span: self.span.clone() })
            }
            _ => self.wrong_type("a string", findings),
        }
    }

    /// The value as a table.
    pub(crate) fn table(&self, findings: &mut Findings<'_>) -> Option<Table<'a>> {
        match self.as_table() {
            Some(table) => Some(table),
            None => self.wrong_type("a table", findings),
        }
    }

    /// The value as a list.
    pub(crate) fn list(&self, findings: &mut Findings<'_>) -> Option<Vec<Self>> {
        match self.as_list() {
            Some(list) => Some(list),
            None => self.wrong_type("a list", findings),
        }
    }

    /// The value, if it is a list.
    pub(crate) fn as_list(&self) -> Option<Vec<Self>> {
        let values = self.value.as_array()?;
        let entries = values.iter().enumerate().map(|(index, value)| Entry {
            path: format!("{}[{index}]", self.path),
            key: "",
            key_span: value.span(),
            span: value.span(),
            value: value.get_ref(),
        });
        Some(entries.collect())
    }

    /// The value as a list of strings. Items of another type are left out, and found fault with.
    pub(crate) fn texts(&self, findings: &mut Findings<'_>) -> Vec<Text<'a>> {
        let Some(items) = self.as_list() else {
            return self.wrong_type("a list of strings", findings).unwrap_or_default();
        };
        items.iter().filter_map(|item| item.text(findings)).collect()
    }

    /// Finds fault with the type of the value.
    pub(crate) fn wrong_type<T>(
        &self,
        expected: &'static str,
        findings: &mut Findings<'_>,
    ) -> Option<T> {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let problem = Problem::WrongType { key: self.path.clone(), expected, found };
        findings.add(problem, self.span.clone());
        None
    }
}

/// Takes strings that are one header each.
pub(crate) fn single_lines(texts: Vec<Text<'_>>, findings: &mut Findings<'_>) -> Vec<String> {
    let mut lines = Vec::with_capacity(texts.len());
    for text in texts {
        if has_line_end(text.value) {
            findings.add(Problem::SeveralLines { key: text.path }, text.span);
        } else {
            lines.push(text.value.into());
        }
    }
    lines
}
