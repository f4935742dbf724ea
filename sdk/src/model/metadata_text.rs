//! Reading METADATA and PKG-INFO: from the text back to the values of the fields.
//!
//! The text is what Python's `email` package takes for a message: headers, of which a line that starts with a blank goes
//! on, and behind the first empty line the body, which is the description.

use std::collections::BTreeMap;
use std::fmt;

use super::core_metadata::{CoreMetadata, MetadataVersion};
use super::field::{Cardinality, Field};
use crate::python_text::with_universal_newlines;

/// All that is wrong with a text that was to be METADATA or PKG-INFO.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetadataTextError {
    /// What is wrong, in the order of the text; never empty.
    pub problems: Vec<MetadataTextProblem>,
}

/// One thing that is wrong with a text that was to be METADATA or PKG-INFO.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataTextProblem {
    /// A field that may occur once occurs more often.
    #[error("`{field}` occurs {count} times, and may only occur once")]
    Repeated {
        /// The field.
        field: Field,
        /// How often it occurs.
        count: usize,
    },
    /// The headers end at a line that is none: Python takes it and all that follows for the description.
    #[error("line {line} is neither a header nor empty: `{text}`")]
    NotAHeader {
        /// The line, counted from 1.
        line: usize,
        /// How it starts.
        text: String,
    },
    /// There is a body, and a header for the description as well.
    #[error("there are two descriptions: a header `Description` and a body")]
    TwoDescriptions,
}

impl fmt::Display for MetadataTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            let separator = if number == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MetadataTextError {}

/// What the tools of old wrote where they had no value.
const NO_VALUE: &str = "UNKNOWN";

/// How many characters of a line a message shows.
const SHOWN_CHARACTERS: usize = 60;

impl CoreMetadata {
    /// Reads the text of METADATA or PKG-INFO: the inverse of [`render`](Self::render).
    ///
    /// Values are taken as they are, nothing is checked but their number: no name, no version, no metadata version may be
    /// there. Headers that belong to no field are passed over, as are empty values and the word `UNKNOWN`. The field
    /// [`MetadataVersion`](Field::MetadataVersion) is the version that the text announces, whatever fields it has. Only
    /// `License-File` is passed over before 2.4: tools wrote it when there was no such field, with another meaning.
    ///
    /// ```
    /// use flit_sdk::model::{CoreMetadata, Field};
    ///
    /// let text = "Metadata-Version: 2.1\nName: demo\nLicense: One\n        Two\n\nRead me\n";
    /// let metadata = CoreMetadata::parse(text)?;
    /// assert_eq!(metadata.text(Field::License), Some("One\nTwo"));
    /// assert_eq!(metadata.text(Field::Description), Some("Read me"));
    /// # Ok::<(), flit_sdk::model::MetadataTextError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A field that may occur once occurs more often, or a line among the headers is none. All problems are told.
    pub fn parse(text: &str) -> Result<Self, MetadataTextError> {
        let text = with_universal_newlines(text.into());
        let mut problems = Vec::new();
        let (headers, body) = split(&text, &mut problems);
        let mut metadata = Self::default();
        for (field, values) in by_field(&headers) {
            if values.len() > 1 && field.spec().cardinality == Cardinality::One {
                problems.push(MetadataTextProblem::Repeated { field, count: values.len() });
            } else {
                metadata.set_list(field, values);
            }
        }
        let version = metadata.text(Field::MetadataVersion).and_then(|text| text.parse().ok());
        if version.is_some_and(|version: MetadataVersion| version < MetadataVersion::LICENSE_FILES)
        {
            metadata.set_list(Field::LicenseFile, vec![]);
        }
        // The line end behind the description is the text's, not its own.
        let body = body.strip_suffix('\n').unwrap_or(body);
        if !body.trim().is_empty() && body.trim() != NO_VALUE {
            if metadata.contains(Field::Description) {
                problems.push(MetadataTextProblem::TwoDescriptions);
            }
            metadata.set_text(Field::Description, body);
        }
        if problems.is_empty() { Ok(metadata) } else { Err(MetadataTextError { problems }) }
    }
}

/// A header: its name, and its value with the lines still folded.
type Header<'a> = (&'a str, Vec<&'a str>);

/// Splits the text into its headers and the body behind them.
fn split<'a>(text: &'a str, problems: &mut Vec<MetadataTextProblem>) -> (Vec<Header<'a>>, &'a str) {
    let mut headers: Vec<Header<'_>> = Vec::new();
    let mut rest = text;
    for number in 1.. {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        if line.is_empty() {
            return (headers, behind);
        }
        match (header(line), headers.last_mut()) {
            (Some((name, value)), _) => headers.push((name, vec![value])),
            (None, Some((_, lines))) if line.starts_with([' ', '\t']) => lines.push(line),
            (None, _) => {
                let text = line.chars().take(SHOWN_CHARACTERS).collect();
                problems.push(MetadataTextProblem::NotAHeader { line: number, text });
                return (headers, rest);
            }
        }
        rest = behind;
    }
    (headers, "")
}

/// The name and the first line of the value; `None` if the line starts no header.
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    // What RFC 5322 lets a name consist of.
    name.bytes().all(|byte| byte.is_ascii_graphic()).then_some((name, value))
}

/// The values of the fields, in the order of the table; names of headers may be in upper or lower case.
fn by_field(headers: &[Header<'_>]) -> BTreeMap<Field, Vec<String>> {
    let mut fields: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (name, lines) in headers {
        let known = Field::TABLE.iter().find(|spec| spec.header.eq_ignore_ascii_case(name));
        let value = unfolded(lines);
        // There are projects of that name, by accident.
        let is_value = value != NO_VALUE || known.is_some_and(|spec| spec.field == Field::Name);
        if let Some(spec) = known
            && !value.is_empty()
            && is_value
        {
            fields.entry(spec.field).or_default().push(value);
        }
    }
    fields
}

/// What stands before further lines in the texts of old tools.
const BAR: &str = "       |";
/// How far further lines are indented at most: by more, and it belongs to the value.
const INDENT: usize = 8;

/// The value of a header, with what indents its further lines taken away as Python's `importlib.metadata` does it.
fn unfolded(lines: &[&str]) -> String {
    let Some((first, further)) = lines.split_first() else { return String::new() };
    let mut value = String::from(first.trim());
    let has_bars = further.iter().all(|line| line.starts_with(BAR));
    let is_blank = |line: &str| line.trim().is_empty();
    let indent_of = |line: &&str| line.bytes().take_while(|byte| *byte == b' ').count();
    let indent = further.iter().filter(|line| !is_blank(line)).map(indent_of).min();
    let width = if has_bars { BAR.len() } else { indent.unwrap_or(INDENT).min(INDENT) };
    for line in further {
        value.push('\n');
        if has_bars || !is_blank(line) {
            value.push_str(&line[width..]);
        }
    }
    value.truncate(value.trim_end().len());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> CoreMetadata {
        CoreMetadata::parse(text).unwrap()
    }

    #[test]
    fn reads_headers_and_the_body() {
        let metadata = parse(
            "Metadata-Version: 2.1\r\nname:demo\r\nVERSION: 1.0 \r\nClassifier: A\r\nX-Own: b\r\n\
             Classifier: B\r\n\r\nRead me\r\n\r\nName: not a header\r\n",
        );
        assert_eq!(metadata.text(Field::Name), Some("demo"));
        assert_eq!(metadata.text(Field::Version), Some("1.0"));
        assert_eq!(metadata.list(Field::Classifier), ["A", "B"]);
        assert_eq!(metadata.text(Field::Description), Some("Read me\n\nName: not a header"));
    }

    #[test]
    fn the_announced_version_is_kept_although_fields_are_newer() {
        let metadata = parse("Metadata-Version: 2.1\nName: demo\nLicense-Expression: MIT\n");
        assert_eq!(metadata.text(Field::MetadataVersion), Some("2.1"));
        assert_eq!(metadata.metadata_version().to_string(), "2.4");
    }

    #[test]
    fn license_files_are_a_field_from_2_4_on() {
        let files = |version| {
            let text = format!("Metadata-Version: {version}\nLicense-File: LICENSE\n");
            parse(&text).list(Field::LicenseFile).len()
        };
        assert_eq!([files("2.1"), files("2.3"), files("2.4"), files("2.5")], [0, 0, 1, 1]);
    }

    #[test]
    fn further_lines_lose_what_indents_them() {
        for (folded, value) in [
            ("one\n        two\n", "one\ntwo"),
            ("one\n          two\n        three\n", "one\n  two\nthree"),
            ("one\n        \n        two\n", "one\n\ntwo"),
            ("one\n two\n", "one\ntwo"),
            ("one\n two\n        three\n", "one\ntwo\n       three"),
            ("one\n            two\n", "one\n    two"),
            ("one\n       |two\n       |  three\n", "one\ntwo\n  three"),
            ("one\n       |two\n       |\n", "one\ntwo"),
            ("one\n\ttwo\n", "one\n\ttwo"),
            ("\n        two\n", "\ntwo"),
            ("one   \n        \n", "one"),
        ] {
            let metadata = parse(&format!("License: {folded}Name: demo\n"));
            assert_eq!(metadata.text(Field::License), Some(value), "{folded:?}");
            assert_eq!(metadata.text(Field::Name), Some("demo"), "{folded:?}");
        }
    }

    #[test]
    fn no_value_is_none() {
        let text = "Name: UNKNOWN\nHome-page: UNKNOWN\nPlatform: UNKNOWN\nAuthor:\nSummary: \n\nUNKNOWN\n\n\n";
        let metadata = parse(text);
        assert_eq!(metadata.fields().map(|(field, _)| field).collect::<Vec<_>>(), [Field::Name]);
        assert_eq!(parse(""), CoreMetadata::default());
        assert_eq!(parse("\n\n  \n"), CoreMetadata::default());
    }

    #[test]
    fn the_description_may_be_a_header() {
        let metadata = parse("Name: demo\nDescription: Read me\n        \n         now\n");
        assert_eq!(metadata.text(Field::Description), Some("Read me\n\n now"));
    }

    #[test]
    fn tells_all_problems() {
        let message = |text: &str| CoreMetadata::parse(text).unwrap_err().to_string();
        assert_eq!(
            message("Name: a\nName: b\nVersion: 1\nSummary: c\nSummary: d\nSummary: e\n"),
            "`Name` occurs 2 times, and may only occur once; `Summary` occurs 3 times, and may only occur once"
        );
        assert_eq!(
            message("Name: a\nLicense: one\ntwo\n\nbody"),
            "line 3 is neither a header nor empty: `two`"
        );
        assert_eq!(message(" a: b\n"), "line 1 is neither a header nor empty: ` a: b`");
        assert_eq!(
            message("Description: a\n\nb"),
            "there are two descriptions: a header `Description` and a body"
        );
    }

    #[test]
    fn what_was_rendered_is_read_again() {
        let values = [
            "one",
            "one\ntwo",
            "one\n\n\n  two\n\tthree",
            "a: b",
            "ä\u{2028}ö",
            "one\nName: two",
            "| one\n| two",
        ];
        for value in values {
            for spec in Field::TABLE {
                let mut metadata = CoreMetadata::default();
                metadata.set_text(Field::MetadataVersion, "2.5");
                if spec.field != Field::MetadataVersion {
                    metadata.set_text(spec.field, value);
                }
                if spec.cardinality == Cardinality::Many {
                    metadata.set_list(spec.field, vec![value.into(), "other".into()]);
                }
                assert_eq!(parse(&metadata.render()), metadata, "{}: {value:?}", spec.header);
            }
        }
    }
}
