//! The metadata stage: what the document says of the project.

use flit_sdk::{ErrorKind, Fragment, Host, MetadataRequest, MetadataSource, PluginError};

use crate::Pyproject;
use crate::document::Document;
use crate::findings::Findings;
use crate::flit_tables::{FlitTables, Form};
use crate::old_tables::read_old_tables;
use crate::problem::Problem;
use crate::project::read_project;
use crate::table::Table;

impl MetadataSource for Pyproject {
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError> {
        if !request.is_layout_source {
            return Ok(Fragment::default());
        }
        let layout = request.layout;
        let name = &layout.config_path;
        let Some(document) = Document::read(&layout.source_tree, name)? else {
            let message = format!("`{name}` is no longer there");
            return Err(PluginError::new(ErrorKind::InvalidProject, message));
        };
        let root = document.parse()?;
        let mut findings = Findings::new(&document);
        let tables = FlitTables::find(&Table::root(&root), &mut findings);
        let form = tables.as_ref().map_or(&Form::None, |tables| &tables.form);
        let flit = tables.as_ref().and_then(|tables| tables.flit.as_ref());
        let fragment = match form {
            Form::Project(project) => read_project(host, layout, project, &mut findings),
            Form::Old(metadata) => read_old_tables(host, layout, metadata, flit, &mut findings),
            Form::None => return Err(Problem::NoMetadata { path: name.clone() }.lower()),
        };
        findings.result()?;
        Ok(fragment)
    }
}
