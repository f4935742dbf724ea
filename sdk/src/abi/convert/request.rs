//! What the stages are asked, and what builders answer.
//!
//! A request borrows what it is about; a question owns what a request on the other side borrows from.

use std::path::{Path, PathBuf};

use super::files::CollectedFiles;
use super::layout::{layout_from_record, layout_to_record};
use super::metadata::{
    core_metadata_from_record, core_metadata_to_record, fields_from_numbers, fields_to_numbers,
};
use super::project::{project_from_record, project_to_record};
use crate::abi::ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::build::BuildRequest;
use crate::discover::DiscoverRequest;
use crate::metadata::MetadataRequest;
use crate::model::{CoreMetadata, Field, Layout, Project};

pub(crate) fn discover_request(request: &DiscoverRequest<'_>) -> Record {
    let DiscoverRequest { source_tree, config_name } = *request;
    Record::default()
        .with(ids::discover_request::SOURCE_TREE, source_tree)
        .with_some(ids::discover_request::CONFIG_NAME, config_name)
}

pub(crate) struct DiscoverQuestion {
    source_tree: PathBuf,
    config_name: Option<String>,
}

impl DiscoverQuestion {
    pub(crate) fn from_record(record: &Record) -> Result<Self, Malformed> {
        Ok(Self {
            source_tree: record.get(ids::discover_request::SOURCE_TREE)?,
            config_name: record.find(ids::discover_request::CONFIG_NAME)?,
        })
    }

    pub(crate) fn as_request(&self) -> DiscoverRequest<'_> {
        let Self { source_tree, config_name } = self;
        DiscoverRequest { source_tree, config_name: config_name.as_deref() }
    }
}

pub(crate) fn metadata_request(request: &MetadataRequest<'_>) -> Record {
    let MetadataRequest { layout, is_layout_source, settled, wanted, python, may_run_project_code } =
        *request;
    Record::default()
        .with(ids::metadata_request::LAYOUT, layout_to_record(layout))
        .with(ids::metadata_request::IS_LAYOUT_SOURCE, is_layout_source)
        .with(ids::metadata_request::SETTLED, core_metadata_to_record(settled))
        .with(ids::metadata_request::WANTED, fields_to_numbers(wanted))
        .with_some(ids::metadata_request::PYTHON, python)
        .with(ids::metadata_request::MAY_RUN_PROJECT_CODE, may_run_project_code)
}

pub(crate) struct MetadataQuestion {
    layout: Layout,
    is_layout_source: bool,
    settled: CoreMetadata,
    wanted: Vec<Field>,
    python: Option<PathBuf>,
    may_run_project_code: bool,
}

impl MetadataQuestion {
    pub(crate) fn from_record(
        record: &Record,
        files: CollectedFiles<'_>,
    ) -> Result<Self, Malformed> {
        let settled = record.get(ids::metadata_request::SETTLED)?;
        Ok(Self {
            layout: layout_from_record(record.get(ids::metadata_request::LAYOUT)?, files)?,
            is_layout_source: record.get(ids::metadata_request::IS_LAYOUT_SOURCE)?,
            settled: core_metadata_from_record(settled)?,
            wanted: fields_from_numbers(record.get(ids::metadata_request::WANTED)?),
            python: record.find(ids::metadata_request::PYTHON)?,
            may_run_project_code: record.get(ids::metadata_request::MAY_RUN_PROJECT_CODE)?,
        })
    }

    pub(crate) fn as_request(&self) -> MetadataRequest<'_> {
        let Self { layout, is_layout_source, settled, wanted, python, may_run_project_code } = self;
        MetadataRequest {
            layout,
            is_layout_source: *is_layout_source,
            settled,
            wanted,
            python: python.as_deref(),
            may_run_project_code: *may_run_project_code,
        }
    }
}

pub(crate) fn build_request(request: &BuildRequest<'_>) -> Record {
    let BuildRequest { project, output_dir, timestamp, use_vcs } = *request;
    Record::default()
        .with(ids::build_request::PROJECT, project_to_record(project))
        .with(ids::build_request::OUTPUT_DIR, output_dir)
        .with(ids::build_request::TIMESTAMP, timestamp)
        .with(ids::build_request::USE_VCS, use_vcs)
}

pub(crate) struct BuildQuestion {
    project: Project,
    output_dir: PathBuf,
    timestamp: u64,
    use_vcs: bool,
}

impl BuildQuestion {
    pub(crate) fn from_record(
        record: &Record,
        files: CollectedFiles<'_>,
    ) -> Result<Self, Malformed> {
        Ok(Self {
            project: project_from_record(record.get(ids::build_request::PROJECT)?, files)?,
            output_dir: record.get(ids::build_request::OUTPUT_DIR)?,
            timestamp: record.get(ids::build_request::TIMESTAMP)?,
            use_vcs: record.get(ids::build_request::USE_VCS)?,
        })
    }

    pub(crate) fn as_request(&self) -> BuildRequest<'_> {
        let Self { project, output_dir, timestamp, use_vcs } = self;
        BuildRequest { project, output_dir, timestamp: *timestamp, use_vcs: *use_vcs }
    }
}

pub(crate) fn built_to_record(path: &Path) -> Record {
    Record::default().with(ids::built::PATH, path)
}

pub(crate) fn built_from_record(record: &Record) -> Result<PathBuf, Malformed> {
    record.get(ids::built::PATH)
}
