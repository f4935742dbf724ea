//! Projects.

use std::collections::BTreeMap;

use super::files::CollectedFiles;
use super::layout::{layout_from_record, layout_to_record};
use super::metadata::{
    core_metadata_from_record, core_metadata_to_record, entry_points_from_records,
    entry_points_to_records, fields_from_numbers, fields_to_numbers,
};
use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{Field, Project, ProjectName, Version};

pub(crate) fn project_to_record(project: &Project) -> Record {
    let Project {
        layout,
        name,
        version,
        metadata,
        entry_points,
        development_requires,
        origins,
        frozen,
        has_frozen_entry_points,
    } = project;
    let origins: Vec<Record> = origins
        .iter()
        .map(|(field, plugin)| {
            Record::default().with(ids::origin::FIELD, field.id()).with(ids::origin::PLUGIN, plugin)
        })
        .collect();
    Record::default()
        .with(ids::project::LAYOUT, layout_to_record(layout))
        .with(ids::project::NAME, name.as_str())
        .with(ids::project::VERSION, version.as_str())
        .with(ids::project::METADATA, core_metadata_to_record(metadata))
        .with(ids::project::ENTRY_POINTS, entry_points_to_records(entry_points))
        .with(ids::project::DEVELOPMENT_REQUIRES, development_requires)
        .with(ids::project::ORIGINS, origins)
        .with(ids::project::FROZEN, fields_to_numbers(frozen))
        .with(ids::project::HAS_FROZEN_ENTRY_POINTS, *has_frozen_entry_points)
}

pub(crate) fn project_from_record(
    record: &Record,
    files: CollectedFiles<'_>,
) -> Result<Project, Malformed> {
    let name: &str = record.get(ids::project::NAME)?;
    let version: &str = record.get(ids::project::VERSION)?;
    let mut origins = BTreeMap::new();
    for origin in record.get::<&[Record]>(ids::project::ORIGINS)? {
        if let Some(field) = Field::from_id(origin.get(ids::origin::FIELD)?) {
            origins.insert(field, origin.get(ids::origin::PLUGIN)?);
        }
    }
    Ok(Project {
        layout: layout_from_record(record.get(ids::project::LAYOUT)?, files)?,
        name: ProjectName::parse(name).map_err(|_| {
            Malformed::invalid(ids::project::NAME.name, name, "which is not a name")
        })?,
        version: Version::parse(version).map_err(|_| {
            Malformed::invalid(ids::project::VERSION.name, version, "which is not a version")
        })?,
        metadata: core_metadata_from_record(record.get(ids::project::METADATA)?)?,
        entry_points: entry_points_from_records(record.get(ids::project::ENTRY_POINTS)?)?,
        development_requires: record.get(ids::project::DEVELOPMENT_REQUIRES)?,
        origins,
        frozen: fields_from_numbers(record.get(ids::project::FROZEN)?),
        has_frozen_entry_points: record.get(ids::project::HAS_FROZEN_ENTRY_POINTS)?,
    })
}
