//! One file of a source tree: what the file system says of it.

use std::fs::{FileType, Metadata};
use std::path::Path;

use super::SourceTreeError;
use super::path::resolve_file;
use crate::model::SourceFile;

/// Describes the file at `path`, a path from [`relative_path`](super::relative_path). A link is described by the file that
/// it leads to.
///
/// # Errors
///
/// There is no such file, it is something else than a file, or a link on the way leads out of the source tree.
pub fn source_file(source_tree: &Path, path: &str) -> Result<SourceFile, SourceTreeError> {
    let on_disk = resolve_file(source_tree, path)?;
    let metadata = fs_err::metadata(&on_disk)?;
    described(path.into(), &metadata, on_disk.is_symlink())
}

/// Describes a file from what the file system says of it.
///
/// # Errors
///
/// It is not a regular file.
pub(super) fn described(
    path: String,
    metadata: &Metadata,
    is_link: bool,
) -> Result<SourceFile, SourceTreeError> {
    if !metadata.is_file() {
        let what = kind_of_special_file(metadata.file_type());
        return Err(SourceTreeError::SpecialFile { path, what });
    }
    Ok(SourceFile { path, size: metadata.len(), is_executable: is_executable(metadata), is_link })
}

/// Whether the owner of a file may execute it; never where the system does not know.
#[cfg(unix)]
pub fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

/// Whether the owner of a file may execute it; never where the system does not know.
#[cfg(not(unix))]
pub fn is_executable(_: &Metadata) -> bool {
    false
}

/// What something is that is neither a file nor a directory nor a link, with an article: for
/// [`SpecialFile`](SourceTreeError::SpecialFile).
#[cfg(unix)]
pub fn kind_of_special_file(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    if file_type.is_fifo() {
        "a FIFO"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

/// What something is that is neither a file nor a directory nor a link, with an article: for
/// [`SpecialFile`](SourceTreeError::SpecialFile).
#[cfg(not(unix))]
pub fn kind_of_special_file(_: FileType) -> &'static str {
    "not a regular file"
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::testing::{SourceTreeBuilder, symlink};

    #[test]
    fn a_link_is_described_by_what_it_leads_to() {
        let tree = SourceTreeBuilder::new().file("a/run", "123");
        let mode = std::fs::Permissions::from_mode(0o755);
        fs_err::set_permissions(tree.path().join("a/run"), mode).unwrap();
        symlink("a/run", tree.path().join("link"));
        let described = |path: &str| source_file(&tree.path(), path).unwrap();
        let file =
            SourceFile { path: "a/run".into(), size: 3, is_executable: true, is_link: false };
        assert_eq!(described("a/run"), file);
        assert_eq!(described("link"), SourceFile { path: "link".into(), is_link: true, ..file });
        for (path, message) in
            [("a", "`a` is not a file"), ("b", "`b` does not exist"), ("/dev/null", "`/dev/null`")]
        {
            let error = source_file(&tree.path(), path).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
