//! The metadata stage: from a layout to a project, merged by rule from what the sources know.

use std::collections::BTreeMap;

use flit_sdk::model::{
    CoreMetadata, EntryPointError, EntryPoints, Field, Layout, Project, ProjectName, Version,
};
use flit_sdk::{
    ErrorKind, Fragment, Host, MetadataRequest, MetadataSource, Plugin, PluginError, Stage,
};

use super::discover::Discovered;
use super::field_check::{self, FieldProblem};
use super::{ReadingOptions, timed};
use crate::plugins::Registry;

/// Why the metadata could not be settled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetadataError {
    /// A source failed.
    #[error("plugin `{plugin}` failed")]
    Plugin { plugin: &'static str, source: PluginError },
    /// A source set what was not its to set.
    #[error("plugin `{plugin}` set `{what}`, which {owner} settled already")]
    Closed { plugin: &'static str, what: String, owner: String },
    /// A source set something that cannot be published.
    #[error("plugin `{plugin}` set `{field}` to something invalid")]
    Invalid { plugin: &'static str, field: Field, source: FieldProblem },
    /// Nobody set something that every project needs.
    #[error("nothing supplies {}", listed(.fields))]
    Missing { fields: Vec<Field>, asked: Vec<&'static str> },
    /// No plugin reads the metadata of a layout that was found.
    #[error("plugin `{plugin}` recognizes the project but supplies no metadata")]
    NoSource { plugin: &'static str },
}

fn listed(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ")
}

impl MetadataError {
    /// What a plugin reported.
    pub(crate) fn plugin_error(&self) -> Option<&PluginError> {
        match self {
            Self::Plugin { source, .. } => Some(source),
            Self::Closed { .. }
            | Self::Invalid { .. }
            | Self::Missing { .. }
            | Self::NoSource { .. } => None,
        }
    }

    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Plugin { plugin, source } => super::blame(plugin, source),
            Self::Closed { .. } => vec![
                "a source may only set what is open: list the field in `dynamic`, or leave out the plugin".into(),
            ],
            Self::Missing { asked, .. } => vec![format!("asked the plugins {}", asked.join(", "))],
            Self::Invalid { .. } | Self::NoSource { .. } => vec![],
        }
    }
}

/// What is settled so far.
struct Settled {
    metadata: CoreMetadata,
    entry_points: EntryPoints,
    development_requires: Vec<String>,
    origins: BTreeMap<Field, String>,
    frozen: Vec<Field>,
    has_frozen_entry_points: bool,
    /// The fields that somebody must still supply.
    dynamic: Vec<Field>,
    /// Whether fields that nobody set are open.
    is_open_ended: bool,
    /// The plugin that decided all this.
    owner: &'static str,
}

/// Asks the layout's own source, then all others in order, and merges what they know.
pub(super) fn settle(
    host: &dyn Host,
    registry: &Registry,
    found: Discovered,
    options: &ReadingOptions,
) -> Result<Project, MetadataError> {
    let Discovered { layout, plugin: owner } = found;
    let Some((plugin, source)) = registry.metadata().find(|(plugin, _)| plugin.name == owner)
    else {
        return Err(MetadataError::NoSource { plugin: owner });
    };
    let fragment = ask(host, plugin, source, &layout, None, options)?;
    let mut settled = Settled::open(owner, fragment)?;
    let mut asked = vec![owner];
    for (plugin, source) in registry.metadata().filter(|(plugin, _)| plugin.name != owner) {
        asked.push(plugin.name);
        let fragment = ask(host, plugin, source, &layout, Some(&settled), options)?;
        settled.merge(plugin.name, fragment)?;
    }
    settled.into_project(layout, asked)
}

fn ask(
    host: &dyn Host,
    plugin: &Plugin,
    source: &dyn MetadataSource,
    layout: &Layout,
    settled: Option<&Settled>,
    options: &ReadingOptions,
) -> Result<Fragment, MetadataError> {
    let nothing = CoreMetadata::default();
    let request = MetadataRequest {
        layout,
        is_layout_source: settled.is_none(),
        settled: settled.map_or(&nothing, |settled| &settled.metadata),
        wanted: settled.map_or(&[], |settled| &settled.dynamic),
        python: options.python.as_deref(),
        may_run_project_code: options.may_run_project_code,
    };
    timed(host, Stage::Metadata, plugin, || source.metadata(host, &request))
        .map_err(|source| MetadataError::Plugin { plugin: plugin.name, source })
}

impl Settled {
    /// Starts with the layout's own source, which decides what is open.
    fn open(owner: &'static str, fragment: Fragment) -> Result<Self, MetadataError> {
        let Fragment {
            metadata,
            dynamic,
            open_ended,
            entry_points,
            development_requires,
            found_in_source: _,
        } = fragment;
        check(owner, &metadata)?;
        // What an odd reference means is left to whoever wrote it into the project; that it stays on its line is not.
        check_entry_points(
            owner,
            &entry_points,
            |error| matches!(error, EntryPointError::InvalidReference { value } if !value.contains(['\n', '\r'])),
        )?;
        if let Some(field) = dynamic.iter().find(|field| metadata.contains(**field)) {
            return Err(MetadataError::Closed {
                plugin: owner,
                what: field.to_string(),
                owner: format!("`{owner}` itself"),
            });
        }
        let origins = metadata.fields().map(|(field, _)| (field, owner.to_owned())).collect();
        let frozen = Vec::new();
        let is_open_ended = open_ended;
        Ok(Self {
            metadata,
            entry_points,
            development_requires,
            origins,
            frozen,
            has_frozen_entry_points: false,
            dynamic,
            is_open_ended,
            owner,
        })
    }

    /// Adds what a later source knows.
    fn merge(&mut self, plugin: &'static str, fragment: Fragment) -> Result<(), MetadataError> {
        let Fragment {
            metadata,
            dynamic: _,    // only the layout's own source
            open_ended: _, // decides what is open
            entry_points,
            development_requires,
            found_in_source,
        } = fragment;
        check(plugin, &metadata)?;
        for (field, values) in metadata.fields() {
            let is_wanted = self.dynamic.contains(&field);
            let is_open = is_wanted || self.is_open_ended && !self.metadata.contains(field);
            if !is_open {
                let owner = self.origins.get(&field).map_or(self.owner, String::as_str);
                return Err(closed(plugin, field.to_string(), owner));
            }
            self.dynamic.retain(|wanted| *wanted != field);
            self.metadata.set_list(field, values.to_vec());
            self.origins.insert(field, plugin.into());
            if !found_in_source {
                self.frozen.push(field);
            }
        }
        self.has_frozen_entry_points |= !found_in_source && !entry_points.is_empty();
        self.merge_entry_points(plugin, entry_points)?;
        self.development_requires.extend(development_requires);
        Ok(())
    }

    fn merge_entry_points(
        &mut self,
        plugin: &'static str,
        added: EntryPoints,
    ) -> Result<(), MetadataError> {
        check_entry_points(plugin, &added, |_| false)?;
        for (group, entries) in added.groups {
            for (name, value) in entries {
                let what = format!("{group}: {name}");
                let group = self.entry_points.groups.entry(group.clone()).or_default();
                if !self.is_open_ended || group.contains_key(&name) {
                    return Err(closed(plugin, what, self.owner));
                }
                group.insert(name, value);
            }
        }
        Ok(())
    }

    /// Ends the stage: everything that must be known is known.
    fn into_project(
        self,
        layout: Layout,
        asked: Vec<&'static str>,
    ) -> Result<Project, MetadataError> {
        let mut missing = self.dynamic;
        let always = [Field::Name, Field::Version]
            .into_iter()
            .filter(|field| !self.metadata.contains(*field));
        missing.extend(always);
        missing.sort_unstable();
        missing.dedup();
        let name = self.metadata.text(Field::Name).and_then(|name| ProjectName::parse(name).ok());
        let version =
            self.metadata.text(Field::Version).and_then(|version| Version::parse(version).ok());
        let (Some(name), Some(version), []) = (name, version, missing.as_slice()) else {
            return Err(MetadataError::Missing { fields: missing, asked });
        };
        let mut metadata = self.metadata;
        metadata.set_text(Field::Version, version.as_str());
        Ok(Project {
            layout,
            name,
            version,
            metadata,
            entry_points: self.entry_points,
            development_requires: self.development_requires,
            origins: self.origins,
            frozen: self.frozen,
            has_frozen_entry_points: self.has_frozen_entry_points,
        })
    }
}

/// Checks every value of a source: whoever supplied it, an index must be able to take it.
fn check(plugin: &'static str, metadata: &CoreMetadata) -> Result<(), MetadataError> {
    for (field, values) in metadata.fields() {
        for value in values {
            field_check::check(field, value).map_err(|source| MetadataError::Invalid {
                plugin,
                field,
                source,
            })?;
        }
    }
    Ok(())
}

fn closed(plugin: &'static str, what: String, owner: &str) -> MetadataError {
    MetadataError::Closed { plugin, what, owner: format!("`{owner}`") }
}

/// Checks every entry point of a source; what `is_tolerated` says of an error decides whether it is one.
fn check_entry_points(
    plugin: &'static str,
    entry_points: &EntryPoints,
    is_tolerated: impl Fn(&EntryPointError) -> bool,
) -> Result<(), MetadataError> {
    for (group, entries) in &entry_points.groups {
        for (name, value) in entries {
            let checked =
                EntryPoints::check_group(group).and_then(|()| EntryPoints::check(name, value));
            if let Err(error) = checked
                && !is_tolerated(&error)
            {
                let source = PluginError::from_error(ErrorKind::InvalidProject, &error)
                    .context(format!("entry point `{group}: {name}` is not valid"));
                return Err(MetadataError::Plugin { plugin, source });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
