//! Makes a release visible: its metadata files, the page of its project, the list of projects.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flit_sdk::Host;
use flit_sdk::model::{
    Existence, Field, FileKind, PublishedFile, Receipt, Release, ReleaseFile, Repository,
};
use url::Url;

use crate::abandoned;
use crate::error::{IndexError, Result};
use crate::existence;
use crate::file_name::as_url;
use crate::hashing;
use crate::index::{HTML_PAGE, Index};
use crate::lock;
use crate::new_file::write_text;
use crate::page::{Entry, MetadataFile, Pages, ProjectPage, Root};
use crate::store::{Stored, store};

/// Lists the files of a release. What of them is missing is copied once more.
pub(crate) fn publish(
    host: &dyn Host,
    repository: &Repository,
    release: &Release,
) -> Result<Receipt> {
    let index = Index::make(repository)?;
    let name = release.name.normalized();
    let _lock = lock::wait_for(host, &index)?;
    let directory = index.make_project(&name)?;
    abandoned::remove(index.path());
    abandoned::remove(&directory);
    // What would be refused is refused before anything is written.
    Root::read(&index)?;
    let pages = Pages::read(&index, &directory)?;
    let mut entries = Vec::new();
    for file in &release.files {
        if !is_elsewhere(host, &index, &name, &pages, file)? {
            entries.push(stored_entry(host, &index, &name, file)?);
        }
    }
    let mut page = pages.merged(host);
    for entry in entries {
        page.put(entry);
    }
    page.follow_files(host, &index, &name);
    page.settle(&name);
    if host.is_cancelled() {
        return Err(IndexError::Cancelled);
    }
    page.write_html(&directory)?;
    // Only now, for it lists the directories that have a page.
    Root::read(&index)?.write(&index)?;
    // Last: what it lists, every other page lists too.
    page.write_json(&directory)?;
    let hint = Some(install_hint(repository, &name));
    Ok(Receipt { hint, ..receipt(&index, &directory, &name, &page, release) })
}

/// Where the metadata of a distribution lies (PEP 658).
pub(crate) fn metadata_path(path: &Path) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".metadata");
    path.into()
}

/// Whether another tool's page has these very bytes from some other place: then they stay there.
fn is_elsewhere(
    host: &dyn Host,
    index: &Index,
    name: &str,
    pages: &Pages,
    file: &ReleaseFile,
) -> Result<bool> {
    let Some(entry) = pages.listed(&file.file_name) else { return Ok(false) };
    let own_path = index.join(name).join(&file.file_name);
    Ok(entry.local_path(index, name) != Some(own_path)
        && existence::of_file(host, index, name, pages, file)? == Existence::Same)
}

/// The entry of a file that lies beside the page, as does its metadata.
fn stored_entry(host: &dyn Host, index: &Index, name: &str, file: &ReleaseFile) -> Result<Entry> {
    if let Stored::Other { sha256 } = store(host, index, name, file)? {
        return Err(IndexError::OtherBytes { file_name: file.file_name.clone(), sha256 });
    }
    let path = index.join(name).join(&file.file_name);
    let hashes = |sha256| BTreeMap::from([("sha256".to_owned(), sha256)]);
    // Not for an sdist: its metadata is but what a build is expected to say.
    let core_metadata = match &file.kind {
        FileKind::Wheel { .. } => {
            let metadata_path = metadata_path(&path);
            index.file(&metadata_path)?;
            write_text(&metadata_path, &file.metadata_text)
                .map_err(|source| IndexError::Write { path: metadata_path, source })?;
            Some(MetadataFile::Hashes(hashes(hashing::sha256(&file.metadata_text))))
        }
        _ => None,
    };
    let put_at = fs_err::metadata(&path)?.modified()?;
    Ok(Entry {
        filename: file.file_name.clone(),
        url: as_url(&file.file_name),
        hashes: hashes(file.sha256.clone()),
        requires_python: file.metadata.text(Field::RequiresPython).map(str::to_owned),
        size: Some(file.size),
        upload_time: Some(humantime::format_rfc3339_micros(put_at).to_string()),
        core_metadata,
        ..Entry::default()
    })
}

/// The directory is of use at once, and this is how.
fn install_hint(repository: &Repository, name: &str) -> String {
    let url = repository.url.trim_end_matches('/');
    format!("install it with `pip install --index-url {url} {name}`")
}

fn receipt(
    index: &Index,
    directory: &Path,
    name: &str,
    page: &ProjectPage,
    release: &Release,
) -> Receipt {
    let url = |path: PathBuf| Url::from_file_path(path).ok().map(String::from);
    let file_url = |file_name: &str| {
        let entry = page.entry(file_name)?;
        entry.local_path(index, name).map_or_else(|| Some(entry.url.clone()), url)
    };
    let published = |file: &ReleaseFile| PublishedFile {
        file_name: file.file_name.clone(),
        url: file_url(&file.file_name),
    };
    Receipt {
        page: url(directory.join(HTML_PAGE)),
        files: release.files.iter().map(published).collect(),
        hint: None,
    }
}
