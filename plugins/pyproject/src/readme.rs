//! The readme: where it is declared, what it says and of which type it is.

use std::path::Path;

use flit_sdk::model::{CoreMetadata, Field, is_readme_content_type, readme_content_type};
use flit_sdk::python_text::with_universal_newlines;
use flit_sdk::source_tree::{SourceTreeError, read_text, relative_path};
use flit_sdk::{Host, LogLevel};

use crate::findings::Findings;
use crate::line_ends::with_lf_only;
use crate::problem::Problem;
use crate::table::{Entry, Table, Text};

/// A readme as it is declared.
#[derive(Clone, Debug)]
pub(crate) struct Readme<'a> {
    source: Source<'a>,
    /// The type that was given; by the suffix of the file if none was.
    content_type: Option<Text<'a>>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    File(Text<'a>),
    Inline(Text<'a>),
}

impl<'a> Readme<'a> {
    /// A readme that is nothing but the name of a file.
    pub(crate) fn of_file(file: Text<'a>) -> Self {
        Self { source: Source::File(file), content_type: None }
    }

    /// Reads `project.readme`: a string or a table.
    pub(crate) fn declared(entry: &Entry<'a>, findings: &mut Findings<'_>) -> Option<Self> {
        match entry.as_table() {
            Some(table) => Self::of_table(&table, findings),
            None if entry.as_text().is_some() => entry.text(findings).map(Self::of_file),
            None => entry.wrong_type("a string or a table", findings),
        }
    }

    fn of_table(table: &Table<'a>, findings: &mut Findings<'_>) -> Option<Self> {
        table.check_keys(&["content-type", "file", "text"], findings);
        if !table.contains("content-type") {
            let key = format!("{}.content-type", table.path);
            findings.add(Problem::MissingKey { key }, table.span.clone());
        }
        let content_type = table.text("content-type", findings);
        if let Some(text) = content_type.as_ref().filter(|text| !is_readme_content_type(text.value))
        {
            let found = text.value.split(';').next().unwrap_or_default().trim().into();
            let problem = Problem::ContentType { key: text.path.clone(), found };
            findings.add(problem, text.span.clone());
        }
        let source = match (table.get("file"), table.get("text")) {
            (Some(file), None) => Source::File(file.text(findings)?),
            (None, Some(text)) => Source::Inline(text.text(findings)?),
            (None, None) | (Some(_), Some(_)) => {
                let problem = Problem::NotOneSource { table: table.path.clone() };
                findings.add(problem, table.span.clone());
                return None;
            }
        };
        Some(Self { source, content_type })
    }

    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Text<'a>> {
        match &self.source {
            Source::File(file) => Some(file),
            Source::Inline(_) => None,
        }
    }

    /// Reads the readme, and sets the fields of the metadata.
    pub(crate) fn read(
        &self,
        host: &dyn Host,
        source_tree: &Path,
        metadata: &mut CoreMetadata,
        findings: &mut Findings<'_>,
    ) {
        let description = match &self.source {
            Source::Inline(text) => text.value.to_owned(),
            Source::File(file) => match read_file(source_tree, file, findings) {
                Some(description) => description,
                None => return,
            },
        };
        metadata.set_text(Field::Description, with_universal_newlines(description));
        let content_type = match (&self.content_type, &self.source) {
            (Some(text), _) => Some(with_lf_only(text.value)),
            (None, Source::File(file)) => type_by_suffix(host, file.value).map(Into::into),
            (None, Source::Inline(_)) => None,
        };
        if let Some(content_type) = content_type {
            metadata.set_text(Field::DescriptionContentType, content_type);
        }
    }
}

fn read_file(source_tree: &Path, file: &Text<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let read = relative_path(file.value).and_then(|path| read_text(source_tree, &path));
    read.map_err(|error| match error {
        // It has a place of its own in the readme.
        SourceTreeError::NotUtf8 { .. } => findings.add_error(error.into(), file.span.clone()),
        source => {
            findings.add(Problem::Path { key: file.path.clone(), source }, file.span.clone());
        }
    })
    .ok()
}

fn type_by_suffix(host: &dyn Host, path: &str) -> Option<&'static str> {
    let known = readme_content_type(path);
    if known.is_none() {
        let message = format!("the type of the readme `{path}` is not known by its suffix");
        host.log(LogLevel::Warning, &message);
        host.log(LogLevel::Hint, "the known suffixes are .rst, .md and .txt");
    }
    known
}
