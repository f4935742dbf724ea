//! Attestations: the files beside a distribution, `DISTRIBUTION.KIND.attestation`, that say who made it (PEP 740).

use std::io::Read as _;
use std::path::{Path, PathBuf};

use flit_sdk::model::Finding;
use serde_json::Value;

use super::fault::{Fault, Report};
use super::selection::Selected;

const SUFFIX: &str = ".attestation";

/// How large the file of one attestation may be, in bytes; they are of a few thousand.
const LIMIT: u64 = 4 << 20;

/// The file of an attestation.
#[derive(Debug)]
pub(super) struct Sidecar {
    path: PathBuf,
    file_name: String,
    /// The name of the file that the attestation is for.
    distribution: String,
}

impl Sidecar {
    /// The path taken apart; `None` if its name is not that of an attestation.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let file_name = path.file_name()?.to_str()?;
        let distribution = file_name.strip_suffix(SUFFIX)?.rsplit_once('.')?.0;
        Some(Self {
            path: path.into(),
            file_name: file_name.into(),
            distribution: distribution.into(),
        })
    }
}

/// Gives every distribution the attestations that were named, and those that lie beside it.
pub(super) fn attach(selected: &mut [Selected], named: Vec<Sidecar>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut sidecars = named;
    let first_found = sidecars.len();
    sidecars.extend(selected.iter().flat_map(|file| beside(&file.path)));
    let mut attached: Vec<String> = Vec::new();
    for (number, sidecar) in sidecars.into_iter().enumerate() {
        let mut report = Report::new(&sidecar.file_name);
        match selected.iter_mut().find(|file| file.file_name == sidecar.distribution) {
            Some(_) if attached.contains(&sidecar.file_name) => {}
            Some(file) => {
                file.attestations.extend(text(&sidecar.path, &mut report));
                attached.push(sidecar.file_name);
            }
            None if number < first_found => {
                let message = format!("there is no `{}` to attest", sidecar.distribution);
                let hint = "name the distribution as well";
                report.error(Fault::new("attestation.orphan", message).hint(hint));
            }
            // Of a distribution that lies there too, but is not to be published.
            None => {}
        }
        findings.extend(report.into_findings());
    }
    findings
}

/// The attestations that lie in the same directory, in the order of their names.
fn beside(distribution: &Path) -> Vec<Sidecar> {
    let Some(directory) = distribution.parent() else { return vec![] };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let name = distribution.file_name().and_then(|name| name.to_str());
    // A directory that cannot be listed has nothing to show.
    let entries = fs_err::read_dir(directory).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| Sidecar::of(&entry.path()))
        .filter(|sidecar| Some(sidecar.distribution.as_str()) == name)
        .collect();
    found.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    found
}

/// The text, if it is that of an attestation as far as can be told without its keys.
fn text(path: &Path, report: &mut Report) -> Option<String> {
    let mut text = String::new();
    let is_file = fs_err::metadata(path).map(|metadata| metadata.is_file());
    let read = match is_file {
        Ok(true) => {
            fs_err::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text))
        }
        Ok(false) => Err(std::io::Error::other("not a regular file")),
        Err(error) => Err(error),
    };
    let problem = match read {
        Err(error) => Some(format!("cannot be read: {error}")),
        Ok(_) if text.len() as u64 > LIMIT => Some(format!("is larger than {} MiB", LIMIT >> 20)),
        Ok(_) => match serde_json::from_str::<Value>(&text) {
            Err(error) => Some(format!("is not JSON: {error}")),
            Ok(value) => {
                missing_key(&value).map(|key| format!("is not an attestation: it has no `{key}`"))
            }
        },
    };
    match problem {
        Some(problem) => {
            let hint = "make it anew, or move it away";
            report.error(Fault::new("attestation.content", problem).hint(hint));
            None
        }
        None => Some(text),
    }
}

fn missing_key(attestation: &Value) -> Option<&'static str> {
    ["version", "verification_material", "envelope"]
        .into_iter()
        .find(|key| attestation.get(key).is_none())
}
