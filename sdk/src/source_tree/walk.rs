//! Walking directories: their files in a stable order, with one look at each.

use std::fs::{FileType, Metadata};
use std::path::Path;

use super::SourceTreeError;
use super::path::check_inside;
use crate::model::SourceFile;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files: each directory's files sorted by code point, then its subdirectories in turn.
    pub files: Vec<SourceFile>,
    /// Symbolic links to directories, which are not followed. Whoever walks tells the user about them.
    pub skipped_links: Vec<String>,
}

/// Finds all files below `directory`, a path from [`relative_path`](super::relative_path); `__pycache__` and `*.pyc` left out.
///
/// # Errors
///
/// A directory cannot be read, or something in it can never be packed: a link that leads out of the tree or nowhere, a
/// FIFO, a socket, a device, a name that is not UTF-8.
pub fn files_below(source_tree: &Path, directory: &str) -> Result<Walk, SourceTreeError> {
    let mut walk = Walk::default();
    // Depth first with a stack of our own: a tree may be deeper than the thread's stack.
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        let mut subdirectories = read_directory(source_tree, &directory, &mut walk)?;
        subdirectories.sort_unstable_by(|a, b| b.cmp(a));
        pending.append(&mut subdirectories);
    }
    Ok(walk)
}

/// Adds the files of one directory, sorted, and returns its subdirectories.
fn read_directory(
    source_tree: &Path,
    directory: &str,
    walk: &mut Walk,
) -> Result<Vec<String>, SourceTreeError> {
    let mut subdirectories = Vec::new();
    let first_new = walk.files.len();
    for entry in fs_err::read_dir(source_tree.join(directory))? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(SourceTreeError::InvalidName { path: entry.path() });
        };
        let file_type = entry.file_type()?;
        if name == "__pycache__" || is_bytecode(name, file_type) {
            continue;
        }
        let path =
            if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        if file_type.is_dir() {
            subdirectories.push(path);
        } else if file_type.is_symlink() {
            match linked_file(source_tree, path)? {
                Ok(file) => walk.files.push(file),
                Err(path) => walk.skipped_links.push(path),
            }
        } else if file_type.is_file() {
            walk.files.push(source_file(path, &entry.metadata()?, false));
        } else {
            return Err(special_file(path, file_type));
        }
    }
    walk.files[first_new..].sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(subdirectories)
}

fn is_bytecode(name: &str, file_type: FileType) -> bool {
    !file_type.is_dir() && Path::new(name).extension().is_some_and(|extension| extension == "pyc")
}

/// The file that a link stands for; the path back if it is a directory.
fn linked_file(
    source_tree: &Path,
    path: String,
) -> Result<Result<SourceFile, String>, SourceTreeError> {
    let Ok(target) = fs_err::canonicalize(source_tree.join(&path)) else {
        return Err(SourceTreeError::DanglingLink { path });
    };
    check_inside(source_tree, &path, &target)?;
    let metadata = fs_err::metadata(&target)?;
    if metadata.is_dir() {
        Ok(Err(path))
    } else if metadata.is_file() {
        Ok(Ok(source_file(path, &metadata, true)))
    } else {
        Err(special_file(path, metadata.file_type()))
    }
}

/// Describes a file from what the file system says of it.
pub(super) fn source_file(path: String, metadata: &Metadata, is_link: bool) -> SourceFile {
    SourceFile { path, size: metadata.len(), is_executable: is_executable(metadata), is_link }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

fn special_file(path: String, file_type: FileType) -> SourceTreeError {
    SourceTreeError::SpecialFile { path, what: kind_of_special_file(file_type) }
}

#[cfg(unix)]
fn kind_of_special_file(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if file_type.is_fifo() {
        "a FIFO"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind_of_special_file(_: FileType) -> &'static str {
    "not a regular file"
}
