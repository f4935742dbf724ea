//! What would be refused, told before anything is written.

use flit_sdk::model::{Finding, Release, Repository, Severity};

use crate::error::{IndexError, Result};
use crate::file_name;
use crate::index::Index;
use crate::page::{Pages, Root, looks_foreign};

/// Looks at the names of the files, and at the directory that they are for.
pub(crate) fn findings(repository: &Repository, release: &Release) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &release.files {
        if let Err(error) = file_name::check(&file.file_name) {
            findings.push(refusal("index.file-name", &file.file_name, &error));
        }
    }
    match directory_warning(repository, release) {
        Ok(warning) => findings.extend(warning),
        Err(error) => findings.push(refusal("index.directory", "", &error)),
    }
    findings
}

fn refusal(rule: &str, subject: &str, error: &IndexError) -> Finding {
    let message =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
    let finding = Finding::new(Severity::Error, rule, subject, message);
    match error.hint() {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// Reads what is to be changed; an error stops the run.
fn directory_warning(repository: &Repository, release: &Release) -> Result<Option<Finding>> {
    let Some(index) = Index::find(repository)? else { return Ok(None) };
    Root::read(&index)?;
    if let Some(directory) = index.project(&release.name.normalized())? {
        Pages::read(&index, &directory)?;
    }
    if !looks_foreign(&index)? {
        return Ok(None);
    }
    let message = format!(
        "`{}` holds other files and is no package index yet: it becomes one",
        index.path().display()
    );
    Ok(Some(
        Finding::new(Severity::Warning, "index.directory", "", message)
            .hint("a directory of its own, such as `./index`, keeps them apart"),
    ))
}
