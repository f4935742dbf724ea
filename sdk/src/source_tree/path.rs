//! Paths that configuration names: relative to the source tree, and inside it after resolving links.

use std::io;
use std::path::{Path, PathBuf};

use super::SourceTreeError;

/// Checks a path that configuration names, and returns it with slashes and without `.`, `..` and doubled slashes.
///
/// The source tree itself is the empty string. Nothing is looked up in the file system.
///
/// # Errors
///
/// The path is absolute or leads out of the source tree.
pub fn relative_path(path: &str) -> Result<String, SourceTreeError> {
    let has_drive =
        path.len() >= 2 && path.as_bytes()[0].is_ascii_alphabetic() && path.as_bytes()[1] == b':';
    if path.starts_with(['/', '\\']) || has_drive {
        return Err(SourceTreeError::AbsolutePath { path: path.into() });
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => {
                return Err(SourceTreeError::OutsidePath { path: path.into() });
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Checks that a path from [`relative_path`] is a regular file inside the source tree, and returns where it lies on disk.
///
/// # Errors
///
/// There is no such file, it is something else than a file, or a link on the way leads out of the source tree.
pub fn resolve_file(source_tree: &Path, path: &str) -> Result<PathBuf, SourceTreeError> {
    let on_disk = source_tree.join(path);
    let target = match fs_err::canonicalize(&on_disk) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_link = on_disk.is_symlink();
            let path = path.into();
            return Err(if is_link {
                SourceTreeError::DanglingLink { path }
            } else {
                SourceTreeError::Missing { path }
            });
        }
        Err(error) => return Err(error.into()),
    };
    check_inside(source_tree, path, &target)?;
    if target.is_file() {
        Ok(on_disk)
    } else {
        Err(SourceTreeError::NotAFile { path: path.into() })
    }
}

/// Checks that `target`, which `path` resolves to, is inside the source tree.
pub(super) fn check_inside(
    source_tree: &Path,
    path: &str,
    target: &Path,
) -> Result<(), SourceTreeError> {
    if target.starts_with(fs_err::canonicalize(source_tree)?) {
        Ok(())
    } else {
        Err(SourceTreeError::OutsideLink { path: path.into(), target: target.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_and_refuses() {
        for (path, normalized) in
            [("a/b", "a/b"), ("./a//b/", "a/b"), ("a/../b", "b"), (".", ""), ("a/..", "")]
        {
            assert_eq!(relative_path(path).unwrap(), normalized, "{path}");
        }
        for path in ["/a", "\\a", "C:\\a", "..", "a/../../b"] {
            assert!(relative_path(path).is_err(), "{path}");
        }
    }
}
