//! Source distributions: one directory with all the files of one version, and PKG-INFO on top.

mod contents;
mod tar_gz;
mod unpacked;

use std::fs::File;

use flit_sdk::model::{Field, SdistFormat, SdistName};

use self::contents::Contents;
use super::fault::{Fault, Report, shown};
use super::metadata::{self, ReadMetadata};
use super::work::{Cancelled, Work};
use super::zip_archive::{ReadError, ZipArchive};

const PKG_INFO: &str = "PKG-INFO";

/// Reads a source distribution and tells all that is wrong with it; `None` if it has no readable PKG-INFO.
pub(super) fn read(
    work: &Work<'_>,
    file: File,
    size: u64,
    name: &SdistName,
    report: &mut Report,
) -> Result<Option<ReadMetadata>, Cancelled> {
    let contents = match name.format {
        SdistFormat::TarGz => tar_gz::read(work, file, size, report)?,
        SdistFormat::Zip => zip(work, file, size, report)?,
    };
    let Some(mut contents) = contents else { return Ok(None) };
    let Some(top) = top_directory(&contents, name, report) else { return Ok(None) };
    let pkg_info = format!("{top}/{PKG_INFO}");
    let Some(content) = contents.take_pkg_info(&pkg_info) else {
        if !report.has_error_of(&pkg_info) {
            report.error(Fault::new("sdist.pkg-info", "is missing").of_member(&pkg_info));
        }
        return Ok(None);
    };
    let metadata = metadata::read(content, &pkg_info, &name.name, &name.version, report);
    if let Some(metadata) = &metadata {
        check_files(&contents, &top, metadata, report);
    }
    Ok(metadata)
}

/// The one directory that all members are in.
fn top_directory(contents: &Contents, name: &SdistName, report: &mut Report) -> Option<String> {
    let tops = contents.tops();
    let [top] = tops[..] else {
        let message = if tops.is_empty() {
            "there is nothing in it".into()
        } else {
            let tops: Vec<_> = tops.iter().take(5).map(|top| format!("`{}`", shown(top))).collect();
            format!("not all of it is in one directory: there are {}", tops.join(", "))
        };
        report.error(Fault::new("sdist.directory", message));
        return None;
    };
    if top != name.stem {
        let (top, expected) = (shown(top), &name.stem);
        let message =
            format!("the directory is called `{top}`, and not `{expected}` as the file is");
        let hint = "build the sdist again instead of renaming it";
        report.error(Fault::new("sdist.directory", message).hint(hint));
    }
    Some(top.into())
}

/// Checks what must be there beside PKG-INFO.
fn check_files(contents: &Contents, top: &str, metadata: &ReadMetadata, report: &mut Report) {
    for license_file in metadata.metadata.list(Field::LicenseFile) {
        let member = format!("{top}/{license_file}");
        if !contents.has(&member) {
            let fault = Fault::new("sdist.license-file", "is missing, and PKG-INFO names it");
            report.error(fault.of_member(&member));
        }
    }
    let has = |file: &str| contents.has(&format!("{top}/{file}"));
    if !has("pyproject.toml") && !has("setup.py") {
        let message = "there is neither a `pyproject.toml` nor a `setup.py`: nobody can build it";
        report.warning(Fault::new("sdist.build", message));
    }
}

/// A zip, as source distributions once were.
fn zip(
    work: &Work<'_>,
    file: File,
    size: u64,
    report: &mut Report,
) -> Result<Option<Contents>, Cancelled> {
    let Some(zip) = ZipArchive::open(work, file, size, report)? else { return Ok(None) };
    let mut contents = Contents::default();
    for member in &zip.members {
        let mut content = Vec::new();
        let is_pkg_info = contents::is_pkg_info(&member.name);
        let read = if is_pkg_info {
            zip.content(work, member).map(|read| content = read)
        } else {
            zip.read(work, member, |_| ())
        };
        match read {
            Ok(()) if is_pkg_info => contents.add_pkg_info(&member.name, content),
            Ok(()) => {}
            Err(ReadError::Cancelled(cancelled)) => return Err(cancelled),
            Err(error) => {
                let fault = Fault::new("archive.member", error.to_string());
                report.error(fault.of_member(&member.name));
            }
        }
        // Names were checked with the directory of the zip.
        contents.add(&member.name);
    }
    Ok(Some(contents))
}
