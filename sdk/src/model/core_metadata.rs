//! Core metadata: the values of the fields, and the text of METADATA and PKG-INFO.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::field::{Cardinality, Field};
use crate::python_text::with_universal_newlines;

/// A version of the core metadata specification.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct MetadataVersion {
    /// The number before the dot.
    pub major: u8,
    /// The number behind the dot.
    pub minor: u8,
}

impl MetadataVersion {
    /// The first version with `License-File`, and with license files in a folder of their own (PEP 639).
    pub const LICENSE_FILES: Self = Self { major: 2, minor: 4 };
}

impl fmt::Display for MetadataVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that is no version of the core metadata specification.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a version of core metadata, such as `2.4`")]
pub struct MetadataVersionError {
    /// What was to be a version.
    pub text: String,
}

impl FromStr for MetadataVersion {
    type Err = MetadataVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (major, minor) = text.split_once('.')?;
            Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
        };
        parse().ok_or_else(|| MetadataVersionError { text: text.into() })
    }
}

/// The values of the fields of core metadata.
///
/// A field of cardinality one holds at most one value, by construction.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CoreMetadata {
    values: BTreeMap<Field, Vec<String>>,
}

impl CoreMetadata {
    /// Sets a field to a single value.
    pub fn set_text(&mut self, field: Field, value: impl Into<String>) {
        self.values.insert(field, vec![value.into()]);
    }

    /// Sets a field to several values; an empty list unsets it.
    ///
    /// # Panics
    ///
    /// If the field may occur only once and `values` has more: a mistake of the caller.
    pub fn set_list(&mut self, field: Field, values: Vec<String>) {
        assert!(
            values.len() <= 1 || field.spec().cardinality == Cardinality::Many,
            "`{field}` may occur only once"
        );
        if values.is_empty() {
            self.values.remove(&field);
        } else {
            self.values.insert(field, values);
        }
    }

    /// The value of a field that occurs once.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.values.get(&field).and_then(|values| values.first()).map(String::as_str)
    }

    /// All values of a field, in order; empty if it is unset.
    pub fn list(&self, field: Field) -> &[String] {
        self.values.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Whether the field has a value.
    pub fn contains(&self, field: Field) -> bool {
        self.values.contains_key(&field)
    }

    /// The fields that are set with their values, in the order of the table.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &[String])> {
        self.values.iter().map(|(field, values)| (*field, values.as_slice()))
    }

    /// The version that the metadata is written in: the lowest that has all fields in use, and no lower than what the
    /// field [`MetadataVersion`](Field::MetadataVersion) asks for.
    ///
    /// License files alone do not raise it: before 2.4 they were packed without being listed.
    pub fn metadata_version(&self) -> MetadataVersion {
        let floor = self.text(Field::MetadataVersion).and_then(|text| text.parse().ok());
        self.values
            .keys()
            .filter(|field| **field != Field::LicenseFile)
            .map(|field| field.spec().since)
            .chain(floor)
            .max()
            .unwrap_or(MetadataVersion { major: 1, minor: 0 })
    }

    /// Renders the text of METADATA (wheel) and PKG-INFO (sdist): UTF-8 with LF line ends.
    ///
    /// Headers come in the order of the table; further lines of a value are indented by eight spaces, as flit does. The
    /// description is the body, with a line end behind it.
    pub fn render(&self) -> String {
        let version = self.metadata_version();
        let mut text = format!("Metadata-Version: {version}\n");
        for (field, values) in self.fields() {
            let spec = field.spec();
            if matches!(field, Field::MetadataVersion | Field::Description) || spec.since > version
            {
                continue;
            }
            for value in values {
                text.push_str(spec.header);
                text.push_str(": ");
                push_folded(&mut text, value);
                text.push('\n');
            }
        }
        if let Some(description) = self.text(Field::Description) {
            text.push('\n');
            text.push_str(&with_universal_newlines(description.into()));
            text.push('\n');
        }
        text
    }
}

/// Indents all lines but the first, so that a value cannot end the header it stands in.
fn push_folded(text: &mut String, value: &str) {
    // A CR alone ends a line for whoever reads METADATA.
    for (number, line) in with_universal_newlines(value.into()).lines().enumerate() {
        if number > 0 {
            text.push_str("\n        ");
        }
        text.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> CoreMetadata {
        let mut metadata = CoreMetadata::default();
        metadata.set_text(Field::MetadataVersion, "1.2");
        metadata.set_text(Field::Name, "demo");
        metadata.set_text(Field::Version, "1.0");
        metadata
    }

    #[test]
    fn renders_headers_in_table_order_and_the_body_last() {
        let mut metadata = demo();
        metadata.set_text(Field::Description, "Read me\r\nnow");
        metadata.set_list(Field::Classifier, vec!["A".into(), "B".into()]);
        metadata.set_text(Field::Summary, "Short");
        assert_eq!(
            metadata.render(),
            "Metadata-Version: 1.2\nName: demo\nVersion: 1.0\nSummary: Short\nClassifier: A\nClassifier: B\n\
             \nRead me\nnow\n"
        );
    }

    #[test]
    fn versions_are_two_numbers() {
        assert_eq!("2.4".parse(), Ok(MetadataVersion::LICENSE_FILES));
        for text in ["", "2", "2.", "2.4.0", "2.x", "256.0"] {
            let error = text.parse::<MetadataVersion>().unwrap_err();
            let message = format!("`{text}` is not a version of core metadata, such as `2.4`");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn further_lines_of_a_value_are_indented() {
        let mut metadata = demo();
        for value in ["one\n\nName: two", "one\r\rName: two", "one\r\n\r\nName: two"] {
            metadata.set_text(Field::Summary, value);
            let folded = "Summary: one\n        \n        Name: two\n";
            assert!(metadata.render().contains(folded), "{value:?}");
        }
    }

    #[test]
    fn a_newer_field_raises_the_version_but_license_files_do_not() {
        let mut metadata = demo();
        metadata.set_list(Field::LicenseFile, vec!["LICENSE".into()]);
        assert!(!metadata.render().contains("License-File"));
        metadata.set_text(Field::LicenseExpression, "MIT");
        assert!(metadata.render().starts_with("Metadata-Version: 2.4\n"));
        assert!(metadata.render().contains("License-File: LICENSE\n"));
    }
}
