//! `project.license` and `project.license-files` (PEP 639, and PEP 621 before it).

use std::collections::BTreeSet;
use std::path::Path;

use flit_sdk::model::{CoreMetadata, Field, LICENSE_FILE_PREFIXES, license_expression};
use flit_sdk::source_tree::{relative_path, resolve_file};
use flit_sdk::{Host, LogLevel};

use crate::findings::Findings;
use crate::license_files::{named_license_files, usual_license_files};
use crate::problem::Problem;
use crate::table::{Entry, Table, Text};

/// Sets the license expression and the license files.
pub(super) fn set_license(
    host: &dyn Host,
    source_tree: &Path,
    project: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    let mut files = BTreeSet::new();
    let license = project.get("license");
    let license_table = license.as_ref().and_then(Entry::as_table);
    match (&license, &license_table) {
        (None, _) => {}
        (Some(_), Some(table)) => {
            let classifiers = license_classifiers(project);
            files.extend(file_of_table(host, source_tree, table, &classifiers, findings));
        }
        (Some(entry), None) if entry.as_text().is_some() => {
            set_expression(entry, project, metadata, findings);
        }
        (Some(entry), None) => {
            entry.wrong_type::<()>("a string or a table", findings);
        }
    }
    match project.get("license-files") {
        Some(entry) => {
            if license_table.is_some() {
                findings.add(Problem::LicenseFilesWithTable, entry.key_span.clone());
            }
            for text in entry.texts(findings) {
                files.extend(named_license_files(source_tree, &text, findings));
            }
        }
        None => match usual_license_files(source_tree, &LICENSE_FILE_PREFIXES) {
            Ok(usual) => files.extend(usual),
            Err(source) => {
                let problem = Problem::Path { key: "license file".into(), source };
                findings.add(problem, project.span.clone());
            }
        },
    }
    metadata.set_list(Field::LicenseFile, files.into_iter().collect());
}

fn set_expression(
    entry: &Entry<'_>,
    project: &Table<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    let Some(text) = entry.text(findings) else { return };
    match license_expression(text.value) {
        Ok(expression) => metadata.set_text(Field::LicenseExpression, expression),
        Err(source) => findings.add(Problem::License { key: text.path, source }, text.span),
    }
    for (classifier, entry) in license_classifiers(project) {
        let problem = Problem::LicenseClassifier { classifier: classifier.into() };
        findings.add(problem, entry.span);
    }
}

/// The classifiers that name a license.
fn license_classifiers<'a>(project: &Table<'a>) -> Vec<(&'a str, Entry<'a>)> {
    let classifiers = project.get("classifiers").and_then(|entry| entry.as_list());
    let texts =
        classifiers.into_iter().flatten().filter_map(|entry| Some((entry.as_text()?, entry)));
    texts.filter(|(text, _)| text.starts_with("License :: ")).collect()
}

/// The older form of `license`: a table that names a file, or quotes a text.
fn file_of_table(
    host: &dyn Host,
    source_tree: &Path,
    table: &Table<'_>,
    classifiers: &[(&str, Entry<'_>)],
    findings: &mut Findings<'_>,
) -> Option<String> {
    table.check_keys(&["file", "text"], findings);
    match (table.text("file", findings), table.text("text", findings)) {
        (Some(file), None) => license_file(source_tree, &file, findings),
        (None, Some(text)) => {
            tell_that_text_is_dropped(host, text.value, classifiers);
            None
        }
        (None, None) if table.contains("file") != table.contains("text") => None,
        (None, None) | (Some(_), Some(_)) => {
            let problem = Problem::NotOneSource { table: table.path.clone() };
            findings.add(problem, table.span.clone());
            None
        }
    }
}

fn license_file(
    source_tree: &Path,
    file: &Text<'_>,
    findings: &mut Findings<'_>,
) -> Option<String> {
    let checked =
        relative_path(file.value).and_then(|path| resolve_file(source_tree, &path).map(|_| path));
    checked
        .map_err(|source| {
            findings.add(Problem::Path { key: file.path.clone(), source }, file.span.clone());
        })
        .ok()
}

/// flit never wrote the text into the metadata; nobody should learn that from an index.
///
/// Where a classifier names the license as well, nothing is lost, and an expression is only the better way.
fn tell_that_text_is_dropped(host: &dyn Host, text: &str, classifiers: &[(&str, Entry<'_>)]) {
    if classifiers.is_empty() {
        let message = "the text of `project.license` is not written into the metadata";
        host.log(LogLevel::Warning, message);
    }
    let Ok(expression) = license_expression(text) else { return };
    let mut hint = format!("write the license as an expression: `license = \"{expression}\"`");
    for (classifier, _) in classifiers {
        hint.extend([", without the classifier `", classifier, "`"]);
    }
    host.log(LogLevel::Hint, &hint);
}
