//! The directory of an index: from its URL to paths that are safe to read and write.

use std::io;
use std::path::{Path, PathBuf};

use flit_sdk::model::Repository;
use url::Url;

use crate::error::{IndexError, Result};
use crate::new_file::make_directory;

/// The page for people and installers.
pub(crate) const HTML_PAGE: &str = "index.html";

/// The page with all that is known.
pub(crate) const JSON_PAGE: &str = "index.json";

/// A directory that exists, be it an index yet or not.
#[derive(Debug)]
pub(crate) struct Index {
    /// As the user knows it.
    path: PathBuf,
    /// With all links resolved.
    resolved: PathBuf,
}

/// Whether the repository is a directory.
pub(crate) fn is_directory(repository: &Repository) -> bool {
    Url::parse(&repository.url).is_ok_and(|url| url.scheme() == "file")
}

impl Index {
    /// The index of the repository; `None` if the directory does not exist.
    pub(crate) fn find(repository: &Repository) -> Result<Option<Self>> {
        Self::at(directory(repository)?)
    }

    /// The index of the repository, whose directory is made if it does not exist.
    pub(crate) fn make(repository: &Repository) -> Result<Self> {
        let path = directory(repository)?;
        if let Some(index) = Self::at(path.clone())? {
            return Ok(index);
        }
        let failed = |source| IndexError::Write { path: path.clone(), source };
        make_directory(&path).map_err(failed)?;
        Self::at(path.clone())?.ok_or(IndexError::NotADirectory { path })
    }

    fn at(path: PathBuf) -> Result<Option<Self>> {
        let found = match fs_err::symlink_metadata(&path) {
            // One of the directories above it is none.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(IndexError::NotADirectory { path });
            }
            found => if_there(found)?,
        };
        let Some(metadata) = found else { return Ok(None) };
        // The directory itself may be a link: it is what the user named.
        if metadata.is_symlink() && !path.is_dir() || !metadata.is_symlink() && !metadata.is_dir() {
            return Err(IndexError::NotADirectory { path });
        }
        let resolved = fs_err::canonicalize(&path)?;
        Ok(Some(Self { path, resolved }))
    }

    /// The directory, as the user knows it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something directly in the index.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The directory of a project; `None` if there is none.
    pub(crate) fn project(&self, normalized_name: &str) -> Result<Option<PathBuf>> {
        let path = self.join(normalized_name);
        match self.resolve(&path)? {
            None => Ok(None),
            Some(resolved) if resolved.is_dir() => Ok(Some(path)),
            Some(_) => Err(IndexError::InTheWay { path }),
        }
    }

    /// The directory of a project, made if there is none.
    pub(crate) fn make_project(&self, normalized_name: &str) -> Result<PathBuf> {
        if let Some(path) = self.project(normalized_name)? {
            return Ok(path);
        }
        let path = self.join(normalized_name);
        make_directory(&path).map_err(|source| IndexError::Write { path: path.clone(), source })?;
        Ok(path)
    }

    /// Whether there is a file at a path in the index. What is there and is no file is an error.
    pub(crate) fn file(&self, path: &Path) -> Result<bool> {
        match self.resolve(path)? {
            None => Ok(false),
            Some(resolved) if resolved.is_file() => Ok(true),
            Some(_) => Err(IndexError::NotAFile { path: path.into() }),
        }
    }

    /// The text of a file at a path in the index; `None` if there is none. Bytes that are no UTF-8 are replaced.
    pub(crate) fn text(&self, path: &Path) -> Result<Option<String>> {
        if !self.file(path)? {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&fs_err::read(path)?).into_owned()))
    }

    /// Follows all links of a path in the index; `None` if nothing is there.
    fn resolve(&self, path: &Path) -> Result<Option<PathBuf>> {
        let Some(metadata) = if_there(fs_err::symlink_metadata(path))? else {
            return Ok(None);
        };
        let leads_out = || IndexError::LeadsOut { path: path.into() };
        match fs_err::canonicalize(path) {
            Ok(resolved) if resolved.starts_with(&self.resolved) => Ok(Some(resolved)),
            Ok(_) => Err(leads_out()),
            // A link to nowhere: whoever wrote to it would make a file elsewhere.
            Err(_) if metadata.is_symlink() => Err(leads_out()),
            // Removed between the two looks.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The directory that the URL names.
fn directory(repository: &Repository) -> Result<PathBuf> {
    let no_directory = || IndexError::NoDirectoryUrl { url: repository.url.clone() };
    let url = Url::parse(&repository.url).map_err(|_| no_directory())?;
    let path = url.to_file_path().map_err(|()| no_directory())?;
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(no_directory());
    }
    // Without the slash at its end, for which a link to a directory would not be seen as one.
    Ok(path.components().collect())
}

fn if_there<T>(result: io::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
