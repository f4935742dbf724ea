//! Where license files are and where they go in the wheel.

use std::path::Path;

use flit_sdk::model::{CoreMetadata, Field, MetadataVersion, SourceFile};
use flit_sdk::source_tree::{relative_path, resolve_file};

use crate::error::WheelError;
use crate::members::LicenseFile;

/// Finds the license files that the metadata lists, each once.
///
/// From core metadata 2.4 on they keep their paths, below `licenses/`; before that they are put directly into dist-info under
/// their base names.
pub(crate) fn license_files(
    source_tree: &Path,
    metadata: &CoreMetadata,
) -> Result<Vec<LicenseFile>, WheelError> {
    let keep_paths = metadata.metadata_version() >= MetadataVersion::LICENSE_FILES;
    let mut licenses: Vec<LicenseFile> = Vec::new();
    for path in metadata.list(Field::LicenseFile) {
        let file = source_file(source_tree, relative_path(path)?)?;
        if licenses.iter().any(|license| license.file.path == file.path) {
            continue;
        }
        let name = if keep_paths {
            format!("licenses/{}", file.path)
        } else {
            file.path.rsplit('/').next().unwrap_or(&file.path).to_owned()
        };
        licenses.push(LicenseFile { file, name });
    }
    Ok(licenses)
}

fn source_file(source_tree: &Path, path: String) -> Result<SourceFile, WheelError> {
    let on_disk = resolve_file(source_tree, &path)?;
    let metadata = fs_err::metadata(&on_disk).map_err(|error| WheelError::read(&path, error))?;
    let is_link = on_disk.is_symlink();
    Ok(SourceFile { path, size: metadata.len(), is_executable: is_executable(&metadata), is_link })
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}
