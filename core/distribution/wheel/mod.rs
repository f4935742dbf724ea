//! Wheels: whether what is in the file is what its name says, and what RECORD says.

mod entry_points;
mod record;
mod wheel_file;

use std::collections::{BTreeSet, HashSet};
use std::fs::File;

use flit_sdk::model::{Field, ProjectName, Version, WheelName};

use super::fault::{Fault, Report, shown};
use super::metadata::{self, ReadMetadata};
use super::work::{Cancelled, Work};
use super::zip_archive::ZipArchive;

const DIST_INFO: &str = ".dist-info";

/// Reads a wheel and tells all that is wrong with it; `None` if it has no readable METADATA.
pub(super) fn read(
    work: &Work<'_>,
    file: File,
    size: u64,
    name: &WheelName,
    report: &mut Report,
) -> Result<Option<ReadMetadata>, Cancelled> {
    let Some(zip) = ZipArchive::open(work, file, size, report)? else { return Ok(None) };
    let Some(dist_info) = dist_info(&zip, name, report) else { return Ok(None) };
    let member = |file: &str| format!("{dist_info}/{file}");

    let metadata_name = member("METADATA");
    let content = zip.text(work, &metadata_name, "wheel.metadata", report)?;
    let metadata = content.and_then(|content| {
        metadata::read(content, &metadata_name, &name.name, &name.version, report)
    });
    if let Some(metadata) = &metadata {
        check_license_files(&zip, &dist_info, metadata, report);
    }
    let wheel_name = member("WHEEL");
    if let Some(content) = zip.text(work, &wheel_name, "wheel.wheel", report)? {
        wheel_file::check(&content, &wheel_name, name, report);
    }
    let entry_points_name = member("entry_points.txt");
    if zip.member(&entry_points_name).is_some()
        && let Some(content) = zip.text(work, &entry_points_name, "wheel.entry-points", report)?
    {
        entry_points::check(&content, &entry_points_name, report);
    }
    let record_name = member("RECORD");
    if let Some(content) = zip.text(work, &record_name, "wheel.record", report)? {
        record::check(work, &zip, &content, &record_name, report)?;
    }
    Ok(metadata)
}

/// The one directory with the metadata; if there are several, the one that belongs to the file's name.
fn dist_info(zip: &ZipArchive, name: &WheelName, report: &mut Report) -> Option<String> {
    let tops = zip.members.iter().filter_map(|member| Some(member.name.split_once('/')?.0));
    let found: BTreeSet<_> = tops.filter(|top| top.ends_with(DIST_INFO)).collect();
    if found.is_empty() {
        report.error(Fault::new("wheel.dist-info", "there is no directory `*.dist-info`"));
        return None;
    }
    if found.len() > 1 {
        let all: Vec<_> = found.iter().map(|top| format!("`{top}`")).collect();
        let message = format!("there are several directories `*.dist-info`: {}", all.join(", "));
        report.error(Fault::new("wheel.dist-info", shown(&message)));
    }
    let own = found.iter().find(|top| belongs(top, name));
    if own.is_none() {
        let message =
            format!("there is no directory `*.dist-info` of `{}` {}", name.name, name.version);
        let hint = "build the wheel again instead of renaming it";
        report.error(Fault::new("wheel.dist-info", message).hint(hint));
    }
    own.or_else(|| found.iter().next()).map(|top| (*top).to_owned())
}

fn belongs(dist_info: &str, wheel: &WheelName) -> bool {
    let stem = dist_info.strip_suffix(DIST_INFO).unwrap_or(dist_info);
    let Some((name, version)) = stem.split_once('-') else { return false };
    let name = ProjectName::parse(name).map(|name| name.normalized());
    let version = Version::parse(&version.replace('_', "-"));
    name.is_ok_and(|name| name == wheel.name.normalized())
        && version.is_ok_and(|version| version == wheel.version)
}

fn check_license_files(
    zip: &ZipArchive,
    dist_info: &str,
    metadata: &ReadMetadata,
    report: &mut Report,
) {
    let license_files = metadata.metadata.list(Field::LicenseFile);
    if license_files.is_empty() {
        return;
    }
    let names: HashSet<_> = zip.members.iter().map(|member| member.name.as_str()).collect();
    for license_file in license_files {
        let member = format!("{dist_info}/licenses/{license_file}");
        if !names.contains(member.as_str()) {
            let fault = Fault::new("wheel.license-file", "is missing, and METADATA names it");
            report.error(fault.of_member(&member));
        }
    }
}
