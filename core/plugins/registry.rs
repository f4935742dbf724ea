//! The plugins of a run: those that were loaded for it, and those that are linked into the program.

use std::path::PathBuf;

use flit_sdk::abi::{self, LoadError};
use flit_sdk::{Builder, Discover, MetadataSource, Plugin, Stage, Uploader, registered};

use super::search::PluginRequest;

/// All plugins of a run, in the order in which they are asked: loaded ones as the user named them, then linked ones by
/// name.
#[derive(Debug)]
pub(crate) struct Registry {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    plugin: Plugin,
    /// Where the library lies; `None` for a plugin that is linked.
    path: Option<PathBuf>,
}

/// Why the plugins of a run could not be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    /// A library cannot be used.
    #[error("cannot load plugin {}", .path.display())]
    Load { path: PathBuf, source: LoadError },
    /// No directory has a plugin of this name.
    #[error("no plugin `{name}` found")]
    NotFound { name: String, places: Vec<PathBuf> },
    /// Two plugins of one stage have the same name.
    #[error("two plugins are named `{name}`: {first} and {second}")]
    NameTaken { name: &'static str, first: String, second: String },
}

impl RegistryError {
    /// What the user could do.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Load { source, .. } => source.hint().map(str::to_owned).into_iter().collect(),
            Self::NotFound { places, .. } => {
                let places: Vec<_> =
                    places.iter().map(|place| place.display().to_string()).collect();
                vec![
                    format!("looked for {}", places.join(", ")),
                    "`--plugin` also takes a path: `./library`".into(),
                ]
            }
            Self::NameTaken { .. } => vec!["leave out one of them".into()],
        }
    }
}

impl Registry {
    /// Loads what is asked for, beside what is linked.
    pub(crate) fn with(requests: &[PluginRequest]) -> Result<Self, RegistryError> {
        let mut registry = Self { entries: Vec::new() };
        for request in requests {
            let path = library_path(request)?;
            match abi::load(&path) {
                Ok(plugin) => registry.add(Entry { plugin: *plugin, path: Some(path) })?,
                Err(source) => return Err(RegistryError::Load { path, source }),
            }
        }
        for plugin in registered() {
            registry.add(Entry { plugin: *plugin, path: None })?;
        }
        Ok(registry)
    }

    /// The plugins that serve the discover stage.
    pub(crate) fn discover(&self) -> impl Iterator<Item = (&Plugin, &'static dyn Discover)> {
        self.plugins().filter_map(|plugin| Some((plugin, plugin.discover?)))
    }

    /// The plugins that supply metadata.
    pub(crate) fn metadata(&self) -> impl Iterator<Item = (&Plugin, &'static dyn MetadataSource)> {
        self.plugins().filter_map(|plugin| Some((plugin, plugin.metadata?)))
    }

    /// The plugins that build distributions, sorted by the name of the format.
    pub(crate) fn builders(&self) -> Vec<(&Plugin, &'static dyn Builder)> {
        let mut builders: Vec<_> =
            self.plugins().filter_map(|plugin| Some((plugin, plugin.build?))).collect();
        builders.sort_by_key(|(plugin, _)| plugin.name);
        builders
    }

    /// The plugins that publish distributions.
    pub(crate) fn uploaders(&self) -> impl Iterator<Item = (&Plugin, &'static dyn Uploader)> {
        self.plugins().filter_map(|plugin| Some((plugin, plugin.upload?)))
    }

    fn plugins(&self) -> impl Iterator<Item = &Plugin> {
        self.entries.iter().map(|entry| &entry.plugin)
    }

    fn add(&mut self, entry: Entry) -> Result<(), RegistryError> {
        let shares_stage = |other: &Plugin| {
            Stage::ALL.iter().any(|stage| other.serves(*stage) && entry.plugin.serves(*stage))
        };
        let same = self
            .entries
            .iter()
            .find(|other| other.plugin.name == entry.plugin.name && shares_stage(&other.plugin));
        if let Some(other) = same {
            return Err(RegistryError::NameTaken {
                name: entry.plugin.name,
                first: other.place(),
                second: entry.place(),
            });
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// Whether a plugin gives way to one of those that answered as well.
pub(crate) fn steps_back(plugin: &Plugin, answered: &[&str]) -> bool {
    plugin.yields_to.iter().any(|preferred| answered.contains(preferred))
}

impl Entry {
    fn place(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "the one built into flit".into(),
        }
    }
}

fn library_path(request: &PluginRequest) -> Result<PathBuf, RegistryError> {
    match request {
        PluginRequest::Path(path) => Ok(path.clone()),
        PluginRequest::Name { name, places } => match places.iter().find(|place| place.is_file()) {
            Some(place) => Ok(place.clone()),
            None => Err(RegistryError::NotFound { name: name.clone(), places: places.clone() }),
        },
    }
}
