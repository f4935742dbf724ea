//! Copies distributions into an index: whole, checked, and never over another file.

use std::io;
use std::path::Path;

use flit_sdk::Host;
use flit_sdk::model::ReleaseFile;

use crate::error::{IndexError, Result};
use crate::file_name;
use crate::hashing::{self, digest_of};
use crate::index::Index;
use crate::new_file::NewFile;

/// What came of it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Stored {
    /// The file is there now.
    New,
    /// These very bytes were there.
    Identical,
    /// Other bytes are there.
    Other {
        /// Their SHA-256.
        sha256: String,
    },
}

/// Copies a distribution into the directory of its project, which is made if there is none.
pub(crate) fn store(
    host: &dyn Host,
    index: &Index,
    project: &str,
    file: &ReleaseFile,
) -> Result<Stored> {
    file_name::check(&file.file_name)?;
    index.project(project)?;
    let path = index.join(project).join(&file.file_name);
    if !index.file(&path)? && copy(host, begun(index, project, &path)?, file, &path)? {
        return Ok(Stored::New);
    }
    let sha256 = digest_of(host, &path)?.sha256;
    Ok(if sha256 == file.sha256 { Stored::Identical } else { Stored::Other { sha256 } })
}

/// The beginnings of a file in the directory of a project. Another run that gives up its release removes the directory as
/// long as it is empty, so it may have to be made again.
fn begun(index: &Index, project: &str, path: &Path) -> Result<NewFile> {
    let failed = |source| IndexError::Write { path: path.into(), source };
    let begin = || NewFile::begin(&index.make_project(project)?).map_err(failed);
    for _ in 0..MOST_REMOVALS {
        match begin() {
            Err(IndexError::Write { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
    }
    begin()
}

/// How often others may be faster, before something else is wrong.
const MOST_REMOVALS: usize = 8;

/// Copies a distribution to `path`; the answer is `false` if another run was faster.
fn copy(host: &dyn Host, mut new_file: NewFile, file: &ReleaseFile, path: &Path) -> Result<bool> {
    let failed = |source| IndexError::Write { path: path.into(), source };
    let changed = || IndexError::Changed { path: file.path.clone() };
    host.progress(0, file.size);
    let digest = hashing::read(host, &file.path, |chunk, done| {
        if done > file.size {
            return Err(changed());
        }
        new_file.write(chunk).map_err(failed)?;
        host.progress(done, file.size);
        Ok(())
    })?;
    if digest.size != file.size || digest.sha256 != file.sha256 {
        return Err(changed());
    }
    new_file.claim(path).map_err(failed)
}
