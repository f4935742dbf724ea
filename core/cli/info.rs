//! `flit info`: the settled metadata, and who set each field.

use std::fmt::Write as _;

use flit_sdk::Host;
use flit_sdk::model::{Cardinality, Field, Project};
use serde_json::{Map, Value, json};

use super::output::Output;
use super::settings::InfoTask;
use crate::error::Error;
use crate::pipeline::{self, SourceTree};
use crate::plugins::Registry;

/// Settles the metadata and prints it.
pub(super) fn run(
    output: Output,
    host: &dyn Host,
    registry: &Registry,
    source_tree: &SourceTree,
    task: &InfoTask,
) -> Result<(), Error> {
    let project = pipeline::settle(host, registry, source_tree, &task.reading)?;
    if task.is_json || output.is_json() {
        output.object(&as_json(&project))?;
    } else {
        Output::text(&as_text(&project, task.is_explained))?;
    }
    Ok(())
}

/// One header a line; the description is left out, for it would drown the rest.
fn as_text(project: &Project, is_explained: bool) -> String {
    let mut text = String::new();
    let mut line = |header: &str, value: &str, origin: Option<&str>| {
        // Writing into a string cannot fail.
        let _ = match origin {
            Some(origin) => writeln!(text, "{header}: {value}  ({origin})"),
            None => writeln!(text, "{header}: {value}"),
        };
    };
    line("Metadata-Version", &project.metadata.metadata_version().to_string(), None);
    for (field, values) in project.metadata.fields() {
        if matches!(field, Field::MetadataVersion) {
            continue;
        }
        let origin = project.origins.get(&field).filter(|_| is_explained).map(String::as_str);
        for value in values {
            let shown = if field == Field::Description {
                format!("{} lines", value.lines().count())
            } else {
                value.replace('\n', " ")
            };
            line(field.spec().header, &shown, origin);
        }
    }
    let module = &project.layout.module;
    let files = match module.files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    line("Module", &format!("{} ({}, {files})", module.name, module.path), None);
    for (group, entries) in &project.entry_points.groups {
        for (name, value) in entries {
            line("Entry-Point", &format!("{group}: {name} = {value}"), None);
        }
    }
    for requirement in &project.development_requires {
        line("Development-Requires", requirement, None);
    }
    text
}

fn as_json(project: &Project) -> Value {
    let mut metadata = Map::new();
    for (field, values) in project.metadata.fields() {
        let value = match field.spec().cardinality {
            Cardinality::One => json!(values[0]),
            Cardinality::Many => json!(values),
        };
        metadata.insert(field.spec().key.into(), value);
    }
    metadata
        .insert("metadata_version".into(), json!(project.metadata.metadata_version().to_string()));
    let origins: Map<String, Value> = project
        .origins
        .iter()
        .map(|(field, origin)| (field.spec().key.into(), json!(origin)))
        .collect();
    let layout = &project.layout;
    json!({
        "reason": "project",
        "metadata": metadata,
        "origins": origins,
        "entry_points": project.entry_points.groups,
        "development_requires": project.development_requires,
        "source_tree": layout.source_tree.to_string_lossy(),
        "config_path": layout.config_path,
        "module": {
            "name": layout.module.name,
            "path": layout.module.path,
            "files": layout.module.files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        },
    })
}
