//! The files that are to be read: which of the paths are distributions, and which attestations belong to them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use flit_sdk::model::{DistributionName, Finding};

use super::attestations::{self, Sidecar};
use super::fault::{Fault, Report};

/// A distribution that is there, by its name.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) path: PathBuf,
    pub(super) file_name: String,
    pub(super) name: DistributionName,
    /// How many bytes it had when it was looked at.
    pub(super) size: u64,
    /// The texts of its attestations.
    pub(super) attestations: Vec<String>,
}

/// Looks at every path, and at what lies beside it.
pub(super) fn select(paths: &[PathBuf]) -> (Vec<Selected>, Vec<Finding>) {
    let mut selected: Vec<Selected> = Vec::new();
    let mut sidecars = Vec::new();
    let mut findings = Vec::new();
    let mut seen = BTreeMap::new();
    for path in paths {
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let file_name = file_name.unwrap_or_else(|| path.display().to_string());
        let mut report = Report::new(&file_name);
        if let Some((size, resolved)) = existing(path, &mut report)
            && is_new(&mut seen, resolved, &file_name, &mut report)
        {
            if let Some(sidecar) = Sidecar::of(path) {
                sidecars.push(sidecar);
            } else if let Some(name) = distribution_name(path, &mut report) {
                let (path, attestations) = (path.clone(), vec![]);
                selected.push(Selected { path, file_name, name, size, attestations });
            }
        }
        findings.extend(report.into_findings());
    }
    findings.extend(attestations::attach(&mut selected, sidecars));
    (selected, findings)
}

/// The size of the file and where it really lies.
fn existing(path: &Path, report: &mut Report) -> Option<(u64, PathBuf)> {
    let looked = fs_err::metadata(path).and_then(|it| Ok((it, fs_err::canonicalize(path)?)));
    match looked {
        Ok((metadata, resolved)) if metadata.is_file() => Some((metadata.len(), resolved)),
        Ok((metadata, _)) if metadata.is_dir() => {
            report.error(Fault::new("file.kind", "is a directory, not a file"));
            None
        }
        Ok(_) => {
            report.error(Fault::new("file.kind", "is not a regular file"));
            None
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            report
                .error(Fault::new("file.missing", format!("there is no file {}", path.display())));
            None
        }
        Err(error) => {
            report.error(Fault::new("file.unreadable", error.to_string()));
            None
        }
    }
}

/// Whether neither the file nor another of its name was there before.
fn is_new(
    seen: &mut BTreeMap<String, PathBuf>,
    resolved: PathBuf,
    file_name: &str,
    report: &mut Report,
) -> bool {
    match seen.get(file_name) {
        None => {
            seen.insert(file_name.into(), resolved);
            true
        }
        Some(first) if *first == resolved => false,
        Some(first) => {
            let first = first.display();
            let message = format!("two files have this name; the other is {first}");
            report.error(Fault::new("file.twice", message).hint("name only one of them"));
            false
        }
    }
}

fn distribution_name(path: &Path, report: &mut Report) -> Option<DistributionName> {
    let file_name = path.file_name()?.to_str();
    match file_name.map(DistributionName::parse) {
        Some(Ok(name)) => Some(name),
        Some(Err(error)) => {
            let message = format!("not a distribution: {error}");
            let hint = "a wheel is called `NAME-VERSION-PYTHON-ABI-PLATFORM.whl`, and an sdist `NAME-VERSION.tar.gz`";
            report.error(Fault::new("file.name", message).hint(hint));
            None
        }
        None => {
            report.error(Fault::new("file.name", "not a distribution: the name is not UTF-8"));
            None
        }
    }
}
