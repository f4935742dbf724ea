//! Releases made on the spot: files with whatever bytes a test wants, described as the pipeline would.

use std::path::{Path, PathBuf};

use blake2::Blake2b256;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::hexadecimal::hexadecimal;
use crate::model::{CoreMetadata, Field, FileKind, ProjectName, Release, ReleaseFile, Version};

/// A release whose files lie in a temporary directory, removed when this is dropped.
///
/// The files hold the bytes that the test gives, not archives: an uploader has no business inside of them. What a
/// [`ReleaseFile`] says of its file is right all the same, and every file has the same metadata.
///
/// ```
/// use flit_sdk::model::Field;
/// use flit_sdk::testing::ReleaseBuilder;
///
/// let builder = ReleaseBuilder::new("De.mo", "1.0")
///     .text(Field::Summary, "shows something")
///     .list(Field::Classifier, &["Private :: Do Not Upload"])
///     .wheel("the bytes of the wheel")
///     .sdist(vec![0; 1 << 20]);
/// let release = builder.release();
/// assert_eq!(release.files[0].file_name, "de_mo-1.0-py3-none-any.whl");
/// assert_eq!(release.files[1].file_name, "de_mo-1.0.tar.gz");
/// assert_eq!(release.files[1].size, 1 << 20);
/// assert!(release.files[1].metadata_text.contains("Summary: shows something\n"));
/// ```
#[derive(Debug)]
pub struct ReleaseBuilder {
    directory: TempDir,
    name: ProjectName,
    version: Version,
    metadata: CoreMetadata,
    files: Vec<(String, FileKind)>,
}

impl ReleaseBuilder {
    /// A release without files, whose metadata is version 2.1 with a name and a version.
    ///
    /// # Panics
    ///
    /// If the name or the version is none, or there is no place for temporary files.
    pub fn new(name: &str, version: &str) -> Self {
        let mut metadata = CoreMetadata::default();
        metadata.set_text(Field::MetadataVersion, "2.1");
        metadata.set_text(Field::Name, name);
        metadata.set_text(Field::Version, version);
        Self {
            directory: TempDir::new().expect("a temporary directory can be made"),
            name: ProjectName::parse(name).expect("the name is one"),
            version: Version::parse(version).expect("the version is one"),
            metadata,
            files: Vec::new(),
        }
    }

    /// The same release with a field of metadata set to a single value.
    #[must_use]
    pub fn text(mut self, field: Field, value: &str) -> Self {
        self.metadata.set_text(field, value);
        self
    }

    /// The same release with a field of metadata set to several values.
    #[must_use]
    pub fn list(mut self, field: Field, values: &[&str]) -> Self {
        self.metadata.set_list(field, values.iter().map(ToString::to_string).collect());
        self
    }

    /// The same release with one more file: a wheel for `py3-none-any` of these bytes.
    #[must_use]
    pub fn wheel(self, content: impl AsRef<[u8]>) -> Self {
        self.wheel_for("py3-none-any", content)
    }

    /// As [`wheel`](Self::wheel), with other compatibility tags, such as `cp312-cp312-win_amd64`.
    #[must_use]
    pub fn wheel_for(self, tags: &str, content: impl AsRef<[u8]>) -> Self {
        let python_tag = tags.split('-').next().unwrap_or_default().to_owned();
        let file_name = format!("{}-{tags}.whl", self.stem());
        self.file(file_name, FileKind::Wheel { python_tag }, content.as_ref())
    }

    /// The same release with one more file: an sdist of these bytes.
    #[must_use]
    pub fn sdist(self, content: impl AsRef<[u8]>) -> Self {
        let file_name = format!("{}.tar.gz", self.stem());
        self.file(file_name, FileKind::Sdist, content.as_ref())
    }

    /// The directory that the files lie in, with all links resolved.
    ///
    /// # Panics
    ///
    /// If the directory is gone.
    pub fn path(&self) -> PathBuf {
        fs_err::canonicalize(self.directory.path()).expect("the directory exists")
    }

    /// The release, with the files in the order in which they were added, as they are on the disk now.
    ///
    /// # Panics
    ///
    /// If a file cannot be read.
    pub fn release(&self) -> Release {
        let metadata_text = self.metadata.render();
        let directory = self.path();
        Release {
            name: self.name.clone(),
            version: self.version.clone(),
            files: self
                .files
                .iter()
                .map(|(file_name, kind)| release_file(&directory, file_name, kind, &metadata_text))
                .collect(),
        }
    }

    fn stem(&self) -> String {
        format!("{}-{}", self.name.file_name_part(), self.version)
    }

    fn file(mut self, file_name: String, kind: FileKind, content: &[u8]) -> Self {
        fs_err::write(self.path().join(&file_name), content).expect("the file can be written");
        self.files.push((file_name, kind));
        self
    }
}

fn release_file(
    directory: &Path,
    file_name: &str,
    kind: &FileKind,
    metadata_text: &str,
) -> ReleaseFile {
    let path = directory.join(file_name);
    let content = fs_err::read(&path).expect("the file can be read");
    ReleaseFile {
        path,
        file_name: file_name.into(),
        kind: kind.clone(),
        size: content.len() as u64,
        sha256: hexadecimal(&Sha256::digest(&content)),
        blake2_256: hexadecimal(&Blake2b256::digest(&content)),
        metadata: CoreMetadata::parse(metadata_text).expect("what was rendered is read"),
        metadata_text: metadata_text.into(),
        attestations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_right_of_each_file() {
        let builder = ReleaseBuilder::new("De.mo", "1.0-a1")
            .list(Field::Dynamic, &["version"])
            .text(Field::Description, "Read me")
            .wheel_for("py2.py3-none-any", "abc")
            .sdist("");
        let release = builder.release();
        assert_eq!((release.name.as_str(), release.version.as_str()), ("De.mo", "1.0a1"));
        let [wheel, sdist] = &release.files[..] else { panic!("two files") };
        assert_eq!(wheel.file_name, "de_mo-1.0a1-py2.py3-none-any.whl");
        assert_eq!(wheel.kind, FileKind::Wheel { python_tag: "py2.py3".into() });
        assert_eq!((wheel.size, sdist.size), (3, 0));
        // The well-known digests of `abc` and of nothing.
        assert!(wheel.sha256.starts_with("ba7816bf8f01cfea"), "{}", wheel.sha256);
        assert!(sdist.sha256.starts_with("e3b0c44298fc1c14"), "{}", sdist.sha256);
        assert!(wheel.blake2_256.starts_with("bddd813c634239723171ef3fee98579b"));
        assert_eq!(wheel.blake2_256.len(), 64);
        assert_eq!(sdist.path, builder.path().join("de_mo-1.0a1.tar.gz"));
        assert_eq!(sdist.metadata.text(Field::MetadataVersion), Some("2.2"));
        assert_eq!(
            sdist.metadata_text,
            "Metadata-Version: 2.2\nName: De.mo\nVersion: 1.0-a1\nDynamic: version\n\nRead me\n"
        );
    }
}
