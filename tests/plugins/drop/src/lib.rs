//! An uploader for directories that another program watches: `drop:/path`.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

use flit_sdk::model::{
    Existence, Outcome, PublishedFile, Receipt, Release, ReleaseFile, Repository,
};
use flit_sdk::{ErrorKind, Host, Plugin, PluginError, Target, Uploader};
use sha2::{Digest, Sha256};

struct DropDirectory;

impl Uploader for DropDirectory {
    fn accepts(&self, repository: &Repository) -> bool {
        repository.url.starts_with("drop:")
    }

    fn exists(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        release.files.iter().map(|file| existence(target, file)).collect()
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        match existence(target, file)? {
            Existence::Absent => {}
            Existence::Same => return Ok(Outcome::AlreadyIdentical),
            _ => return Ok(Outcome::Conflict { message: "other bytes are there".into() }),
        }
        let content = fs_err::read(&file.path)?;
        if sha256(&content) != file.sha256 {
            let message = format!("`{}` changed while it was published", file.file_name);
            return Err(PluginError::new(ErrorKind::InvalidProject, message));
        }
        // Who watches the directory shall not see half of a file.
        let hidden = directory(target).join(format!(".{}", file.file_name));
        fs_err::write(&hidden, &content)?;
        fs_err::rename(&hidden, directory(target).join(&file.file_name))?;
        host.progress(file.size, file.size);
        Ok(Outcome::Created)
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
        Ok(Receipt { page: None, files: release.files.iter().map(published).collect() })
    }

    fn downloaded_sha256(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        Ok(sha256(&fs_err::read(directory(target).join(&file.file_name))?))
    }
}

fn directory(target: &Target<'_>) -> PathBuf {
    Path::new(target.repository.url.trim_start_matches("drop:")).into()
}

fn existence(target: &Target<'_>, file: &ReleaseFile) -> Result<Existence, PluginError> {
    let path = directory(target).join(&file.file_name);
    if !path.exists() {
        return Ok(Existence::Absent);
    }
    let sha256 = sha256(&fs_err::read(path)?);
    Ok(if sha256 == file.sha256 { Existence::Same } else { Existence::Other { sha256 } })
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

const PLUGIN: Plugin = Plugin {
    upload: Some(&DropDirectory),
    ..Plugin::new("drop", env!("CARGO_PKG_VERSION"), "copies distributions into a directory")
};

flit_sdk::export!(PLUGIN);
