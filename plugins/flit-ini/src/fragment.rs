//! From a configuration to metadata.

use std::path::Path;

use flit_sdk::model::{CoreMetadata, Field, readme_content_type};
use flit_sdk::source_tree::{Hidden, matching_paths, read_text, resolve_file};
use flit_sdk::{Fragment, Host, LogLevel, PluginError};

use crate::config::Config;
use crate::entry_points::entry_points;
use crate::keys::{DIST_NAME, KEYS, MODULE, Shape};
use crate::values::items;

/// The version of core metadata that flit wrote for a flit.ini.
const METADATA_VERSION: &str = "1.2";

/// What flit writes where a license is not named.
const UNKNOWN: &str = "UNKNOWN";

/// The names of license files begin with one of these; the order is that of the distributions.
const LICENSE_FILES: [&str; 2] = ["COPYING*", "LICENSE*"];

/// Collects the metadata that a configuration gives. The version and the summary are the module's to tell.
pub(crate) fn fragment(
    host: &dyn Host,
    source_tree: &Path,
    config: Config,
) -> Result<Fragment, PluginError> {
    for warning in &config.warnings {
        host.log(LogLevel::Warning, &format!("{}: {warning}", config.path));
    }
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, METADATA_VERSION);
    let name = config.single(DIST_NAME).or_else(|| config.single(MODULE));
    metadata.set_text(Field::Name, name.unwrap_or_default());
    for spec in KEYS {
        if let (Some(field), Some(setting)) = (spec.field, config.metadata.get(spec.name)) {
            match spec.shape {
                Shape::Line | Shape::Text => {
                    metadata.set_text(field, config.single(spec.name).unwrap_or_default());
                }
                Shape::List => {
                    metadata.set_list(field, items(setting).map(str::to_owned).collect());
                }
            }
        }
    }
    if metadata.text(Field::License).is_none_or(str::is_empty) {
        metadata.set_text(Field::License, UNKNOWN);
    }
    metadata.set_list(Field::LicenseFile, license_files(source_tree)?);
    if let Some(path) = &config.readme_path {
        add_description(host, source_tree, path, &mut metadata)?;
    }
    let entry_points = entry_points(source_tree, &config)?;
    metadata.set_list(Field::RequiresDist, config.requires);
    Ok(Fragment {
        metadata,
        dynamic: vec![Field::Version, Field::Summary],
        open_ended: true,
        entry_points,
        development_requires: config.development_requires,
        found_in_source: true,
    })
}

/// The license files: regular files in the top directory.
fn license_files(source_tree: &Path) -> Result<Vec<String>, PluginError> {
    let mut paths = Vec::new();
    for pattern in LICENSE_FILES {
        for path in matching_paths(source_tree, pattern, Hidden::Skipped)? {
            if !source_tree.join(&path).is_dir() {
                resolve_file(source_tree, &path)?;
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

fn add_description(
    host: &dyn Host,
    source_tree: &Path,
    path: &str,
    metadata: &mut CoreMetadata,
) -> Result<(), PluginError> {
    metadata.set_text(Field::Description, read_text(source_tree, path)?);
    match readme_content_type(path) {
        // What is not said otherwise is reStructuredText, and flit never said it for a flit.ini.
        Some("text/x-rst") => {}
        Some(content_type) => metadata.set_text(Field::DescriptionContentType, content_type),
        None => {
            let message = format!(
                "`{path}` will be shown as reStructuredText: its suffix is not .rst, .md or .txt"
            );
            host.log(LogLevel::Warning, &message);
        }
    }
    Ok(())
}
