//! Entry points: those of `[scripts]` and those of a file of their own.

use std::collections::BTreeMap;
use std::path::Path;

use flit_sdk::PluginError;
use flit_sdk::model::{EntryPoints, is_dotted_identifier};

use crate::config::Config;
use crate::document::{Document, Setting};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::text_file::read_ini_file;
use crate::values::single_text;

/// The group that `[scripts]` stands for.
const GROUP_OF_SCRIPTS: &str = EntryPoints::CONSOLE_SCRIPTS;

/// Checks the settings of `[scripts]`: each `name = package.module:function`, without extras and blanks.
pub(crate) fn checked_scripts(
    settings: BTreeMap<String, Setting>,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let mut scripts = BTreeMap::new();
    for (name, setting) in settings {
        let value = single_text(&setting).to_owned();
        let is_callable = value.split_once(':').is_some_and(|(module, function)| {
            is_dotted_identifier(module) && is_dotted_identifier(function)
        });
        let kind = if !is_callable && setting.is_inherited {
            ProblemKind::InheritedScript { name, value }
        } else if !is_callable {
            ProblemKind::InvalidScript { name, value }
        } else if let Err(source) = EntryPoints::check(&name, &value) {
            ProblemKind::InvalidEntryPoint { group: GROUP_OF_SCRIPTS.into(), name, source }
        } else {
            scripts.insert(name, value);
            continue;
        };
        problems.push(Problem::new(setting.span(), kind));
    }
    scripts
}

/// Collects all entry points of a project.
pub(crate) fn entry_points(
    source_tree: &Path,
    config: &Config,
) -> Result<EntryPoints, PluginError> {
    let mut entry_points = EntryPoints::default();
    if let Some(path) = &config.entry_points_path {
        entry_points = entry_points_of_file(source_tree, path)?;
        if entry_points.groups.contains_key(GROUP_OF_SCRIPTS) && !config.scripts.is_empty() {
            let kind = ProblemKind::ScriptsConflict { path: path.clone() };
            let problem = Problem::new(config.scripts_span.clone(), kind);
            return Err(problem.into_error(&config.path, &config.text));
        }
    }
    if !config.scripts.is_empty() {
        entry_points.groups.insert(GROUP_OF_SCRIPTS.into(), config.scripts.clone());
    }
    Ok(entry_points)
}

/// Reads a file of entry points, a group in each section; those without entries are left out.
fn entry_points_of_file(source_tree: &Path, path: &str) -> Result<EntryPoints, PluginError> {
    let text = read_ini_file(source_tree, path)?;
    let mut problems = Problems::default();
    let document = Document::read(&text, &mut problems);
    let mut entry_points = EntryPoints::default();
    for section in &document.sections {
        let mut entries = BTreeMap::new();
        for (name, setting) in document.settings(section, &mut problems) {
            let value = single_text(&setting);
            if let Err(source) = EntryPoints::check(&name, value) {
                let group = section.name.clone();
                let kind = ProblemKind::InvalidEntryPoint { group, name, source };
                problems.push(Problem::new(setting.span(), kind));
            } else {
                entries.insert(name, value.to_owned());
            }
        }
        if !entries.is_empty() {
            entry_points.groups.insert(section.name.clone(), entries);
        }
    }
    problems.check(path, &text)?;
    Ok(entry_points)
}
