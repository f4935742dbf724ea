//! Releases and their files.

use super::metadata::{core_metadata_from_record, core_metadata_to_record};
use crate::abi::ids::{self, Id};
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{FileKind, ProjectName, Release, ReleaseFile, Version};

pub(super) fn release_to_record(release: &Release) -> Record {
    let Release { name, version, files } = release;
    Record::default()
        .with(ids::release::NAME, name.as_str())
        .with(ids::release::VERSION, version.as_str())
        .with(ids::release::FILES, files.iter().map(file_to_record).collect::<Vec<Record>>())
}

pub(super) fn release_from_record(record: &Record) -> Result<Release, Malformed> {
    let name: &str = record.get(ids::release::NAME)?;
    let version: &str = record.get(ids::release::VERSION)?;
    let files: &[Record] = record.get(ids::release::FILES)?;
    Ok(Release {
        name: ProjectName::parse(name).map_err(|_| {
            Malformed::invalid(ids::release::NAME.name, name, "which is not a name")
        })?,
        version: Version::parse(version).map_err(|_| {
            Malformed::invalid(ids::release::VERSION.name, version, "which is not a version")
        })?,
        files: files.iter().map(file_from_record).collect::<Result<_, _>>()?,
    })
}

pub(super) fn file_to_record(file: &ReleaseFile) -> Record {
    let ReleaseFile {
        path,
        file_name,
        kind,
        size,
        sha256,
        blake2_256,
        metadata,
        metadata_text,
        attestations,
    } = file;
    let (kind, python_tag): (u32, _) = match kind {
        FileKind::Wheel { python_tag } => (1, Some(python_tag)),
        FileKind::Sdist => (2, None),
    };
    Record::default()
        .with(ids::release_file::PATH, path.as_path())
        .with(ids::release_file::FILE_NAME, file_name)
        .with(ids::release_file::KIND, kind)
        .with_some(ids::release_file::PYTHON_TAG, python_tag)
        .with(ids::release_file::SIZE, *size)
        .with(ids::release_file::SHA256, sha256)
        .with(ids::release_file::BLAKE2_256, blake2_256)
        .with(ids::release_file::METADATA, core_metadata_to_record(metadata))
        .with(ids::release_file::METADATA_TEXT, metadata_text)
        .with(ids::release_file::ATTESTATIONS, attestations)
}

pub(super) fn file_from_record(record: &Record) -> Result<ReleaseFile, Malformed> {
    let number: u32 = record.get(ids::release_file::KIND)?;
    let kind = match number {
        1 => FileKind::Wheel { python_tag: record.get(ids::release_file::PYTHON_TAG)? },
        2 => FileKind::Sdist,
        _ => {
            let field = ids::release_file::KIND.name;
            return Err(Malformed::invalid(field, number, "which is unknown here"));
        }
    };
    Ok(ReleaseFile {
        path: record.get(ids::release_file::PATH)?,
        file_name: record.get(ids::release_file::FILE_NAME)?,
        kind,
        size: record.get(ids::release_file::SIZE)?,
        sha256: digest(record, ids::release_file::SHA256)?,
        blake2_256: digest(record, ids::release_file::BLAKE2_256)?,
        metadata: core_metadata_from_record(record.get(ids::release_file::METADATA)?)?,
        metadata_text: record.get(ids::release_file::METADATA_TEXT)?,
        attestations: record.get(ids::release_file::ATTESTATIONS)?,
    })
}

/// A digest of 32 bytes, written as those that it is compared with.
pub(super) fn digest(record: &Record, id: Id) -> Result<String, Malformed> {
    let text: String = record.get(id)?;
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.as_bytes().iter().all(is_digit) {
        Ok(text)
    } else {
        Err(Malformed::invalid(id.name, text, "which is not 64 lowercase hexadecimal digits"))
    }
}
