//! An uploader for directories that another program watches: `drop:/path`.
#![forbid(unsafe_code)]

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use flit_sdk::model::{
    Existence, Outcome, PublishedFile, Receipt, Release, ReleaseFile, Repository,
};
use flit_sdk::{ErrorKind, Host, Plugin, PluginError, Target, Uploader, hexadecimal};
use sha2::{Digest as _, Sha256};

struct DropDirectory;

impl Uploader for DropDirectory {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        Ok(repository.url.starts_with("drop:"))
    }

    // There are no sessions: what was put is there for everybody.
    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _session: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        release.files.iter().map(|file| existence(host, target, file)).collect()
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        // Whoever watches the directory never sees half of a file, and runs at once never write the same one.
        let mut copy = tempfile::Builder::new()
            .prefix(".drop-")
            .make_in(path(target, ""), |path| fs_err::File::create_new(path))?;
        let sha256 = read(host, &file.path, |bytes, done| {
            host.progress(done, file.size);
            Ok(copy.write_all(bytes)?)
        })?;
        if sha256 != file.sha256 {
            let message = format!("`{}` changed while it was published", file.file_name);
            return Err(PluginError::new(ErrorKind::InvalidProject, message));
        }
        copy.as_file().sync_all()?;
        // Not `rename`: that would replace what is there.
        match copy.persist_noclobber(path(target, &file.file_name)) {
            Ok(_) => Ok(Outcome::Created),
            Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => {
                Err(failed.error.into())
            }
            Err(_) => Ok(match existence(host, target, file)? {
                Existence::Same => Outcome::AlreadyIdentical,
                _ => Outcome::Conflict { message: "other bytes are there".into() },
            }),
        }
    }

    fn commit(
        &self,
        _: &dyn Host,
        _: &Target<'_>,
        _session: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError> {
        let published =
            |file: &ReleaseFile| PublishedFile { file_name: file.file_name.clone(), url: None };
        Ok(Receipt { files: release.files.iter().map(published).collect(), ..Receipt::default() })
    }

    fn downloaded_sha256(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        read(host, &path(target, &file.file_name), |_, _| Ok(()))
    }
}

fn path(target: &Target<'_>, file_name: &str) -> PathBuf {
    Path::new(target.repository.url.trim_start_matches("drop:")).join(file_name)
}

fn existence(
    host: &dyn Host,
    target: &Target<'_>,
    file: &ReleaseFile,
) -> Result<Existence, PluginError> {
    let path = path(target, &file.file_name);
    if !fs_err::exists(&path)? {
        return Ok(Existence::Absent);
    }
    let sha256 = read(host, &path, |_, _| Ok(()))?;
    Ok(if sha256 == file.sha256 { Existence::Same } else { Existence::Other { sha256 } })
}

/// Reads a file piece by piece, and returns its SHA-256.
fn read(
    host: &dyn Host,
    path: &Path,
    mut take: impl FnMut(&[u8], u64) -> Result<(), PluginError>,
) -> Result<String, PluginError> {
    let (mut file, mut hash, mut done) = (fs_err::File::open(path)?, Sha256::new(), 0);
    let mut piece = vec![0; 1 << 16];
    while !host.is_cancelled() {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Ok(hexadecimal(&hash.finalize()));
        }
        done += count as u64;
        hash.update(&piece[..count]);
        take(&piece[..count], done)?;
    }
    Err(PluginError::new(ErrorKind::Cancelled, "stopped"))
}

const PLUGIN: Plugin = Plugin {
    upload: Some(&DropDirectory),
    ..Plugin::new("drop", env!("CARGO_PKG_VERSION"), "copies distributions into a directory")
};

flit_sdk::export!(PLUGIN);
