//! Distributions as files: what they are, what they say of themselves, and whether that holds together.
//!
//! Every file is read from its start to its end once for its hashes, and then member by member, without ever unpacking it:
//! neither the disk nor more than a bounded part of the memory is used, whatever the file claims to hold.

mod attestations;
mod fault;
mod files;
mod member_name;
mod metadata;
mod sdist;
mod selection;
mod wheel;
mod work;
mod zip_archive;

use std::path::PathBuf;

use flit_sdk::Host;
use flit_sdk::model::{FileKind, Finding, ProjectName, Release, ReleaseFile, Version};

use self::work::{Cancelled, Work};

/// The files of a run, read once.
#[derive(Debug, Default)]
pub(crate) struct ReadFiles {
    /// The releases that the files are of, each with its wheels first and its sdist last. A file that has no readable
    /// METADATA or PKG-INFO is in none.
    pub(crate) releases: Vec<Release>,
    /// All that is wrong with the files.
    pub(crate) findings: Vec<Finding>,
}

/// Why files cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DistributionError {
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl From<Cancelled> for DistributionError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// A file that was read, and the release that it is a part of.
#[derive(Debug)]
struct ReadFile {
    name: ProjectName,
    version: Version,
    file: ReleaseFile,
}

/// Reads and checks the files at `paths`, several at once. Paths of one and the same file count once.
pub(crate) fn read(host: &dyn Host, paths: &[PathBuf]) -> Result<ReadFiles, DistributionError> {
    let (selected, mut findings) = selection::select(paths);
    // Each byte is read twice: for the hashes, and as part of a member.
    let total = selected.iter().map(|file| 2 * file.size).sum();
    let work = Work::new(host, total);
    let mut files = Vec::new();
    for (file, faults) in files::read_all(&work, &selected)? {
        files.extend(file);
        findings.extend(faults);
    }
    Ok(ReadFiles { releases: releases(files), findings })
}

/// Puts the files of one version of one project together.
fn releases(files: Vec<ReadFile>) -> Vec<Release> {
    let mut releases: Vec<Release> = Vec::new();
    for ReadFile { name, version, file } in files {
        let is_of = |release: &&mut Release| {
            release.version == version && release.name.normalized() == name.normalized()
        };
        match releases.iter_mut().find(is_of) {
            Some(release) => release.files.push(file),
            None => releases.push(Release { name, version, files: vec![file] }),
        }
    }
    for release in &mut releases {
        release.files.sort_by(|a, b| {
            let key = |file: &ReleaseFile| (file.kind == FileKind::Sdist, file.file_name.clone());
            key(a).cmp(&key(b))
        });
    }
    releases
}

#[cfg(test)]
mod tests;
