//! Core metadata, entry points, and the fragments that metadata sources answer.

use std::collections::BTreeMap;

use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::{Read as _, Record};
use crate::metadata::Fragment;
use crate::model::{Cardinality, CoreMetadata, EntryPoints, Field};

pub(crate) fn fragment_to_record(fragment: &Fragment) -> Record {
    let Fragment {
        metadata,
        dynamic,
        open_ended,
        entry_points,
        development_requires,
        found_in_source,
    } = fragment;
    Record::default()
        .with(ids::fragment::METADATA, core_metadata_to_record(metadata))
        .with(ids::fragment::DYNAMIC, fields_to_numbers(dynamic))
        .with(ids::fragment::OPEN_ENDED, *open_ended)
        .with(ids::fragment::ENTRY_POINTS, entry_points_to_records(entry_points))
        .with(ids::fragment::DEVELOPMENT_REQUIRES, development_requires)
        .with(ids::fragment::FOUND_IN_SOURCE, *found_in_source)
}

pub(crate) fn fragment_from_record(record: &Record) -> Result<Fragment, Malformed> {
    Ok(Fragment {
        metadata: core_metadata_from_record(record.get(ids::fragment::METADATA)?)?,
        dynamic: fields_from_numbers(record.get(ids::fragment::DYNAMIC)?),
        open_ended: record.get(ids::fragment::OPEN_ENDED)?,
        entry_points: entry_points_from_records(record.get(ids::fragment::ENTRY_POINTS)?)?,
        development_requires: record.get(ids::fragment::DEVELOPMENT_REQUIRES)?,
        found_in_source: record.get(ids::fragment::FOUND_IN_SOURCE)?,
    })
}

/// Each field under its own number.
pub(super) fn core_metadata_to_record(metadata: &CoreMetadata) -> Record {
    metadata
        .fields()
        .fold(Record::default(), |record, (field, values)| record.with_number(field.id(), values))
}

/// Fields that this side does not know are left out.
pub(super) fn core_metadata_from_record(record: &Record) -> Result<CoreMetadata, Malformed> {
    let mut metadata = CoreMetadata::default();
    for (id, value) in record.numbered() {
        let Some(field) = Field::from_id(id) else { continue };
        let key = field.spec().key;
        let Some(values) = Vec::<String>::read(value) else {
            return Err(Malformed::WrongType(key));
        };
        if field.spec().cardinality == Cardinality::One && values.len() > 1 {
            return Err(Malformed::invalid(key, values.join(", "), "of which only one may exist"));
        }
        metadata.set_list(field, values);
    }
    Ok(metadata)
}

pub(super) fn fields_to_numbers(fields: &[Field]) -> Vec<u64> {
    fields.iter().map(|field| field.id().into()).collect()
}

/// Fields that this side does not know are left out.
pub(super) fn fields_from_numbers(numbers: &[u64]) -> Vec<Field> {
    numbers
        .iter()
        .filter_map(|number| u32::try_from(*number).ok())
        .filter_map(Field::from_id)
        .collect()
}

pub(super) fn entry_points_to_records(entry_points: &EntryPoints) -> Vec<Record> {
    let EntryPoints { groups } = entry_points;
    groups
        .iter()
        .map(|(group, entries)| {
            let entries: Vec<Record> = entries
                .iter()
                .map(|(name, reference)| {
                    Record::default()
                        .with(ids::entry_point::NAME, name)
                        .with(ids::entry_point::REFERENCE, reference)
                })
                .collect();
            Record::default()
                .with(ids::entry_point_group::NAME, group)
                .with(ids::entry_point_group::ENTRIES, entries)
        })
        .collect()
}

pub(super) fn entry_points_from_records(records: &[Record]) -> Result<EntryPoints, Malformed> {
    let mut entry_points = EntryPoints::default();
    for record in records {
        let mut entries = BTreeMap::new();
        for entry in record.get::<&[Record]>(ids::entry_point_group::ENTRIES)? {
            let name = entry.get(ids::entry_point::NAME)?;
            entries.insert(name, entry.get(ids::entry_point::REFERENCE)?);
        }
        entry_points.groups.insert(record.get(ids::entry_point_group::NAME)?, entries);
    }
    Ok(entry_points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_later_version_is_ignored() {
        let record =
            Record::default().with_number(9999, true).with_number(2, &["demo".to_owned()][..]);
        let metadata = core_metadata_from_record(&record).unwrap();
        assert_eq!(metadata.fields().count(), 1);
        assert_eq!(metadata.text(Field::Name), Some("demo"));
        assert_eq!(fields_from_numbers(&[9999, u64::MAX, 3]), [Field::Version]);
    }

    #[test]
    fn refuses_values_that_the_model_cannot_hold() {
        let refused = |value: crate::abi::record::Value| {
            let record = Record::default().with_number(2, value);
            core_metadata_from_record(&record).unwrap_err().to_string()
        };
        let twice = ["a".to_owned(), "b".to_owned()];
        assert_eq!(refused(twice[..].into()), "with the name `a, b`, of which only one may exist");
        assert_eq!(refused("a".into()), "with `name` of the wrong type");
    }
}
