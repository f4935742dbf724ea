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
    if is_absolute(path) {
        return Err(SourceTreeError::AbsolutePath { path: path.into() });
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." if parts.pop().is_none() => {
                return Err(SourceTreeError::OutsidePath { path: path.into() });
            }
            "" | "." | ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Whether a path is absolute on any system: with a slash, a backslash or the letter of a drive in front.
pub(super) fn is_absolute(path: &str) -> bool {
    let has_drive =
        path.len() >= 2 && path.as_bytes()[0].is_ascii_alphabetic() && path.as_bytes()[1] == b':';
    path.starts_with(['/', '\\']) || has_drive
}

/// The path of `name` in `directory`, which is empty for the source tree itself.
pub(super) fn joined(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
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
        Err(error) => return Err(unresolved(&on_disk, path, error)),
    };
    check_target(source_tree, path, &target)?;
    if target.is_file() {
        Ok(on_disk)
    } else {
        Err(SourceTreeError::NotAFile { path: path.into() })
    }
}

/// Why the file at `path` could not be followed to where it lies.
pub(super) fn unresolved(on_disk: &Path, path: &str, error: io::Error) -> SourceTreeError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::PermissionDenied => error.into(),
        // A link that leads to itself leads nowhere, too.
        _ if on_disk.is_symlink() => SourceTreeError::DanglingLink { path },
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SourceTreeError::Missing { path },
        _ => error.into(),
    }
}

/// Checks that what lies at `path`, a path from [`relative_path`], is inside the source tree once all links are resolved.
///
/// Unlike [`resolve_file`] this takes directories, too.
///
/// # Errors
///
/// There is nothing, or a link on the way leads out of the source tree.
pub fn check_inside(source_tree: &Path, path: &str) -> Result<(), SourceTreeError> {
    let on_disk = source_tree.join(path);
    let target =
        fs_err::canonicalize(&on_disk).map_err(|error| unresolved(&on_disk, path, error))?;
    check_target(source_tree, path, &target)
}

/// Checks that `target`, which `path` resolves to, is inside the source tree.
pub(super) fn check_target(
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
    use crate::testing::SourceTreeBuilder;

    #[test]
    fn normalizes_and_refuses() {
        for (path, normalized) in [
            ("a/b", "a/b"),
            ("./a//b/", "a/b"),
            ("a/../b", "b"),
            (".", ""),
            ("", ""),
            ("a/..", ""),
            ("..a/b..", "..a/b.."),
            ("ä/\u{1f40d}", "ä/\u{1f40d}"),
        ] {
            assert_eq!(relative_path(path).unwrap(), normalized, "{path}");
        }
        for path in ["/a", "\\a", "C:\\a", "c:a", "//", "\\\\host\\share"] {
            let error = relative_path(path).unwrap_err();
            assert_eq!(error.to_string(), format!("`{path}` is an absolute path"));
        }
        for path in ["..", "a/../../b", "../a", "./.."] {
            let error = relative_path(path).unwrap_err();
            assert_eq!(error.to_string(), format!("`{path}` is outside the source tree"));
        }
    }

    fn refused(tree: &SourceTreeBuilder, path: &str) -> String {
        resolve_file(&tree.path(), path).unwrap_err().to_string()
    }

    #[test]
    fn resolves_files_and_says_what_is_none() {
        let tree = SourceTreeBuilder::new().file("a/b", "");
        assert_eq!(resolve_file(&tree.path(), "a/b").unwrap(), tree.path().join("a/b"));
        for (path, message) in [
            ("a", "`a` is not a file"),
            ("", "`` is not a file"),
            ("a/c", "`a/c` does not exist"),
            ("c/d", "`c/d` does not exist"),
            ("a/b/c", "`a/b/c` does not exist"),
        ] {
            assert_eq!(refused(&tree, path), message);
        }
        assert!(refused(&tree, "a\0").contains("NUL"), "{}", refused(&tree, "a\0"));
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_as_long_as_they_stay_inside() {
        use crate::testing::symlink;
        let tree = SourceTreeBuilder::new().file("a/b", "").file("sub/x", "");
        let outside = SourceTreeBuilder::new().file("secret", "");
        let at = |path: &str| tree.path().join(path);
        symlink("a/b", at("file"));
        symlink(at("a"), at("directory"));
        symlink("nowhere", at("dangling"));
        symlink("itself", at("itself"));
        symlink(outside.path(), at("out"));
        symlink("../../etc/hostname-that-is-not", at("sub/above"));
        for path in ["file", "directory/b"] {
            assert_eq!(resolve_file(&tree.path(), path).unwrap(), at(path));
        }
        for (path, message) in [
            ("directory", "`directory` is not a file"),
            ("dangling", "`dangling` is a link to something that does not exist"),
            ("itself", "`itself` is a link to something that does not exist"),
            ("sub/above", "`sub/above` is a link to something that does not exist"),
        ] {
            assert_eq!(refused(&tree, path), message);
        }
        let target = outside.path().join("secret");
        let message = format!(
            "`out/secret` is a link that leads out of the source tree, to {}",
            target.display()
        );
        assert_eq!(refused(&tree, "out/secret"), message);
        assert!(check_inside(&tree.path(), "directory").is_ok());
        assert!(check_inside(&tree.path(), "gone").is_err());
        let error = check_inside(&tree.path(), "out").unwrap_err().to_string();
        assert!(error.starts_with("`out` is a link that leads out of the source tree"), "{error}");
        // A source tree that is itself reached through a link is as good as any.
        let linked = SourceTreeBuilder::new();
        symlink(tree.path(), linked.path().join("tree"));
        assert!(resolve_file(&linked.path().join("tree"), "file").is_ok());
    }
}
