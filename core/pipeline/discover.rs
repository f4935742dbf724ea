//! The discover stage: from a source tree to its layout.

use std::path::PathBuf;

use flit_sdk::model::Layout;
use flit_sdk::{DiscoverRequest, Host, LogLevel, Plugin, PluginError, Stage};

use super::timed;
use crate::plugins::{Registry, steps_back};

/// Where a project lies.
#[derive(Clone, Debug)]
pub(crate) struct SourceTree {
    /// The absolute path of the directory.
    pub(crate) path: PathBuf,
    /// The name of the configuration file in it, if the user chose one.
    pub(crate) config_name: Option<String>,
}

/// A layout, and which plugin made it.
#[derive(Debug)]
pub(super) struct Discovered {
    pub(super) layout: Layout,
    pub(super) plugin: &'static str,
}

/// Why nobody could say what lies in a source tree.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiscoverError {
    /// The directory or the file is nobody's.
    #[error("{}", nobody(.source_tree))]
    Nobody { source_tree: SourceTree, asked: Vec<Plugin> },
    /// More than one plugin takes the source tree for its own.
    #[error("several configuration files describe a project: {}", .config_paths.join(", "))]
    Ambiguous { config_paths: Vec<String>, plugins: Vec<&'static str> },
    /// A plugin recognized the source tree, but something in it is wrong.
    #[error("plugin `{plugin}` failed")]
    Plugin { plugin: &'static str, source: PluginError },
}

fn nobody(source_tree: &SourceTree) -> String {
    match &source_tree.config_name {
        Some(name) => format!("no plugin can read {name}"),
        None => "no plugin finds a configuration file of its own here".into(),
    }
}

impl DiscoverError {
    /// What a plugin reported.
    pub(crate) fn plugin_error(&self) -> Option<&PluginError> {
        match self {
            Self::Plugin { source, .. } => Some(source),
            Self::Nobody { .. } | Self::Ambiguous { .. } => None,
        }
    }

    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Nobody { asked, .. } if asked.is_empty() => {
                vec![
                    "this flit has no plugin that discovers projects: load one with `--plugin`"
                        .into(),
                ]
            }
            Self::Nobody { asked, source_tree } => {
                // What each can read is in the plugins' own words: which files those are is not for the pipeline to know.
                let readers =
                    asked.iter().map(|plugin| format!("`{}` {}", plugin.name, plugin.description));
                let mut hints: Vec<String> = readers.collect();
                if source_tree.config_name.is_none() {
                    hints
                        .push("change to the project's directory, or name it with `-C DIR`".into());
                }
                hints
            }
            Self::Ambiguous { config_paths, plugins } => vec![
                format!("choose one with `-f {}`", config_paths[0]),
                format!("the plugins {} answered", plugins.join(" and ")),
            ],
            Self::Plugin { plugin, source } => super::blame(plugin, source),
        }
    }
}

/// Asks every discover plugin; exactly one may answer, after those that yield to another have stepped back.
pub(super) fn discover(
    host: &dyn Host,
    registry: &Registry,
    source_tree: &SourceTree,
) -> Result<Discovered, DiscoverError> {
    let request = DiscoverRequest {
        source_tree: &source_tree.path,
        config_name: source_tree.config_name.as_deref(),
    };
    let mut answers: Vec<(&Plugin, Layout)> = Vec::new();
    let mut asked = Vec::new();
    let mut failed: Vec<(&Plugin, PluginError)> = Vec::new();
    for (plugin, discover) in registry.discover() {
        asked.push(*plugin);
        let answer = timed(host, Stage::Discover, plugin, || discover.discover(host, &request));
        match answer {
            Ok(Some(layout)) => answers.push((plugin, layout)),
            Ok(None) => {}
            Err(source) => failed.push((plugin, source)),
        }
    }
    // What steps back for another may be wrong too: a flit.ini that was left behind is nobody's concern.
    let answered: Vec<_> = answers.iter().map(|(plugin, _)| plugin.name).collect();
    let stays = |plugin: &Plugin| !steps_back(plugin, &answered);
    for (_, layout) in answers.iter().filter(|(plugin, _)| !stays(plugin)) {
        host.log(
            LogLevel::Info,
            &format!("{} is not used: another file leads", layout.config_path),
        );
    }
    answers.retain(|(plugin, _)| stays(plugin));
    if let Some((plugin, source)) = failed.into_iter().find(|(plugin, _)| stays(plugin)) {
        return Err(DiscoverError::Plugin { plugin: plugin.name, source });
    }
    if answers.len() > 1 {
        return Err(DiscoverError::Ambiguous {
            config_paths: answers.iter().map(|(_, layout)| layout.config_path.clone()).collect(),
            plugins: answers.iter().map(|(plugin, _)| plugin.name).collect(),
        });
    }
    match answers.pop() {
        Some((plugin, layout)) => {
            let module = &layout.module;
            if module.files.is_empty() {
                let message = format!("{} holds no files: nothing will be installed", module.path);
                host.log(LogLevel::Warning, &message);
            }
            host.log(
                LogLevel::Debug,
                &format!(
                    "{} describes {} ({} files)",
                    layout.config_path,
                    module.path,
                    module.files.len()
                ),
            );
            Ok(Discovered { layout, plugin: plugin.name })
        }
        None => Err(DiscoverError::Nobody { source_tree: source_tree.clone(), asked }),
    }
}
