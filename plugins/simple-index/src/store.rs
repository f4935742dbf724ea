//! Copies distributions into an index: whole, checked, and never over another file.

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

/// Copies a distribution into the directory of its project.
pub(crate) fn store(
    host: &dyn Host,
    index: &Index,
    directory: &Path,
    file: &ReleaseFile,
) -> Result<Stored> {
    file_name::check(&file.file_name)?;
    let path = directory.join(&file.file_name);
    if !index.file(&path)? && copy(host, file, &path)? {
        return Ok(Stored::New);
    }
    let sha256 = digest_of(host, &path)?.sha256;
    Ok(if sha256 == file.sha256 { Stored::Identical } else { Stored::Other { sha256 } })
}

/// Copies a distribution to `path`; the answer is `false` if another run was faster.
fn copy(host: &dyn Host, file: &ReleaseFile, path: &Path) -> Result<bool> {
    let failed = |source| IndexError::Write { path: path.into(), source };
    let changed = || IndexError::Changed { path: file.path.clone() };
    let directory = path.parent().expect("a file of an index lies in a directory");
    let mut new_file = NewFile::begin(directory).map_err(failed)?;
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
