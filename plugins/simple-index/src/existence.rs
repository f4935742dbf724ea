//! What an index has of a file: what its pages say, held against the bytes on the disk.

use std::path::PathBuf;

use flit_sdk::Host;
use flit_sdk::model::{Existence, Release, ReleaseFile, Repository};

use crate::error::{IndexError, Result};
use crate::hashing::digest_of;
use crate::index::Index;
use crate::page::{Entry, Pages};
use crate::session::Session;

/// What the index has of each file of a release. Files that are staged in `session` count, though no page lists them.
pub(crate) fn of_release(
    host: &dyn Host,
    repository: &Repository,
    session: &str,
    release: &Release,
) -> Result<Vec<Existence>> {
    let absent = || vec![Existence::Absent; release.files.len()];
    let Some(index) = Index::find(repository)? else { return Ok(absent()) };
    let name = release.name.normalized();
    let Some(directory) = index.project(&name)? else { return Ok(absent()) };
    let pages = Pages::read(&index, &directory)?;
    let is_staged = Session::is_of(session, &name);
    let of_file = |file: &ReleaseFile| {
        if is_staged && pages.listed(&file.file_name).is_none() {
            return of_staged(host, &index, &name, file);
        }
        of_file(host, &index, &name, &pages, file)
    };
    release.files.iter().map(of_file).collect()
}

/// A file that is listed once the session is committed.
fn of_staged(
    host: &dyn Host,
    index: &Index,
    project: &str,
    file: &ReleaseFile,
) -> Result<Existence> {
    let path = index.join(project).join(&file.file_name);
    if index.file(&path)? && digest_of(host, &path)?.sha256 == file.sha256 {
        return Ok(Existence::Same);
    }
    of_unlisted(host, index, project, file)
}

/// What the index has of one file of a project.
pub(crate) fn of_file(
    host: &dyn Host,
    index: &Index,
    project: &str,
    pages: &Pages,
    file: &ReleaseFile,
) -> Result<Existence> {
    let Some(entry) = pages.listed(&file.file_name) else {
        return of_unlisted(host, index, project, file);
    };
    let Some(path) = entry.local_path(index, project) else {
        return Ok(of_elsewhere(entry, file));
    };
    // An entry whose file is gone is taken off the page by the next run.
    if !index.file(&path)? {
        return Ok(Existence::Absent);
    }
    let sha256 = digest_of(host, &path)?.sha256;
    if entry.sha256().is_some_and(|listed| listed != sha256) {
        let reason = "the page of the project says another SHA-256 than the file has";
        return Ok(Existence::Unknown { reason: reason.into() });
    }
    Ok(same_or_other(file, sha256))
}

/// The path of a file of the index, found through the page of its project.
pub(crate) fn path(repository: &Repository, file: &ReleaseFile, project: &str) -> Result<PathBuf> {
    let file_name = &file.file_name;
    let not_listed = || IndexError::NotListed { file_name: file_name.clone() };
    let index = Index::find(repository)?.ok_or_else(not_listed)?;
    let directory = index.project(project)?.ok_or_else(not_listed)?;
    let pages = Pages::read(&index, &directory)?;
    let entry = pages.listed(file_name).ok_or_else(not_listed)?;
    let path = entry.local_path(&index, project).ok_or_else(|| IndexError::Elsewhere {
        file_name: file_name.clone(),
        url: entry.url.clone(),
    })?;
    if index.file(&path)? { Ok(path) } else { Err(not_listed()) }
}

/// A file that no page lists is not published, whether it is there or not: then it only has to be listed.
fn of_unlisted(
    host: &dyn Host,
    index: &Index,
    project: &str,
    file: &ReleaseFile,
) -> Result<Existence> {
    let path = index.join(project).join(&file.file_name);
    if !index.file(&path)? || digest_of(host, &path)?.sha256 == file.sha256 {
        return Ok(Existence::Absent);
    }
    let reason = "it is there with other bytes, but no page lists it";
    Ok(Existence::Unknown { reason: reason.into() })
}

/// A file that the page has from elsewhere: only the page can tell.
fn of_elsewhere(entry: &Entry, file: &ReleaseFile) -> Existence {
    if let Some(sha256) = entry.sha256() {
        return same_or_other(file, sha256);
    }
    Existence::Unknown { reason: format!("the page has it from {}, without a SHA-256", entry.url) }
}

fn same_or_other(file: &ReleaseFile, sha256: String) -> Existence {
    if sha256 == file.sha256 { Existence::Same } else { Existence::Other { sha256 } }
}
