//! Says what a repository would refuse, before a byte is sent.
//!
//! PyPI and TestPyPI are judged by their rules: what they refuse is an error. Other servers have rules of their own, which
//! nobody can know: there, what is wrong by the specifications is a warning, and what only PyPI does not want (local
//! versions, direct references, `Private ::` classifiers, platform tags, sizes) is nothing at all.

mod address;
mod description;
mod file;
mod link;
mod metadata;
mod platform_tag;
mod project_name;

use flit_sdk::model::{FileKind, Finding, Release, ReleaseFile, Repository, Severity};

use crate::service::Service;

/// Something that PyPI refuses, or that is wrong.
#[derive(Debug)]
struct Problem {
    rule: &'static str,
    weight: Weight,
    message: String,
    hint: Option<String>,
}

/// Who minds a problem.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Weight {
    /// PyPI refuses it by a rule of its own.
    Pypi,
    /// It is wrong by the specifications, and PyPI refuses it.
    Wrong,
    /// PyPI takes it, or may.
    Doubtful,
}

impl Weight {
    /// How bad it is for one repository; `None` if it is nothing there.
    fn severity(self, is_pypi: bool) -> Option<Severity> {
        match self {
            Self::Pypi => is_pypi.then_some(Severity::Error),
            Self::Wrong => Some(if is_pypi { Severity::Error } else { Severity::Warning }),
            Self::Doubtful => is_pypi.then_some(Severity::Warning),
        }
    }
}

impl Problem {
    fn new(weight: Weight, rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, weight, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Says what the repository would refuse of a release, all at once. What the metadata of several files share is told of
/// the first.
pub(crate) fn findings(repository: &Repository, release: &Release) -> Vec<Finding> {
    let is_pypi = is_pypi(&repository.url);
    let of_release = project_name::problems(&release.name).into_iter().chain(sdists(release));
    let of_metadata = release.files.iter().flat_map(|file| {
        let subject = format!("{}: {}", file.file_name, metadata_name(file));
        metadata::problems(&file.metadata)
            .into_iter()
            .map(move |problem| (subject.clone(), problem))
    });
    let of_files = release.files.iter().flat_map(|file| {
        let problems = file::problems(release, file);
        problems.into_iter().map(|problem| (file.file_name.clone(), problem))
    });
    let mut findings: Vec<Finding> = Vec::new();
    let all = of_release.map(|problem| (String::new(), problem)).chain(of_metadata).chain(of_files);
    for (subject, Problem { rule, weight, message, hint }) in all {
        let is_told = |it: &Finding| it.rule == rule && it.message == message;
        let is_repeated = rule.starts_with("metadata.") && findings.iter().any(is_told);
        if let Some(severity) = weight.severity(is_pypi)
            && !is_repeated
        {
            findings.push(Finding { hint, ..Finding::new(severity, rule, subject, message) });
        }
    }
    findings
}

fn metadata_name(file: &ReleaseFile) -> &'static str {
    if file.kind == FileKind::Sdist { "PKG-INFO" } else { "METADATA" }
}

/// PyPI takes one source distribution of each version.
fn sdists(release: &Release) -> Option<Problem> {
    let count = release.files.iter().filter(|file| file.kind == FileKind::Sdist).count();
    (count > 1).then(|| {
        let message =
            format!("there are {count} sdists of version {}, and PyPI takes one", release.version);
        Problem::new(Weight::Pypi, "release.sdists", message).hint("name only one of them")
    })
}

/// Whether the rules of PyPI are known to hold at this URL.
fn is_pypi(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| Service::of(&url).is_some())
}

#[cfg(test)]
mod tests;
