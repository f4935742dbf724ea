//! Where license files are and where they go in the wheel.

use std::path::Path;

use flit_sdk::model::{CoreMetadata, Field, MetadataVersion};
use flit_sdk::source_tree::{relative_path, source_file};

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
        let file = source_file(source_tree, &relative_path(path)?)?;
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
