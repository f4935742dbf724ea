//! A plugin: its name and what it serves, and the list of those that are linked into this image.

use std::fmt;

use crate::build::Builder;
use crate::discover::Discover;
use crate::metadata::MetadataSource;
use crate::upload::Uploader;

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// From a source tree to a layout.
    Discover,
    /// From a layout to a project.
    Metadata,
    /// From a project to a distribution.
    Build,
    /// From distributions to what a repository has of them.
    Upload,
}

impl Stage {
    /// All stages in the order in which they run.
    pub const ALL: [Self; 4] = [Self::Discover, Self::Metadata, Self::Build, Self::Upload];

    /// The name of the stage as configuration and manifests write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Metadata => "metadata",
            Self::Build => "build",
            Self::Upload => "upload",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A plugin: a constant in the plugin's crate, made from [`Plugin::new`] with the stages it serves filled in.
///
/// Always write `..Plugin::new(…)` at the end, even if every field is filled in: later versions have further fields.
///
/// ```
/// # use flit_sdk::{Discover, DiscoverRequest, Host, Plugin, PluginError, model::Layout};
/// struct Poetry;
/// # impl Discover for Poetry {
/// #     fn discover(&self, _: &dyn Host, _: &DiscoverRequest<'_>) -> Result<Option<Layout>, PluginError> { Ok(None) }
/// # }
/// pub const PLUGIN: Plugin = Plugin {
///     discover: Some(&Poetry),
///     ..Plugin::new("poetry", env!("CARGO_PKG_VERSION"), "reads [tool.poetry]")
/// };
/// ```
#[derive(Clone, Copy)]
pub struct Plugin {
    /// The name, unique in each stage: lowercase letters, digits and hyphens. For a builder it is also the name of the format.
    pub name: &'static str,
    /// The version of the plugin, for people.
    pub version: &'static str,
    /// What the plugin does, in one lowercase fragment.
    pub description: &'static str,
    /// The names of plugins that are preferred to this one: in the discover stage where both know the source tree, in the
    /// upload stage where both know the repository.
    pub yields_to: &'static [&'static str],
    /// What it does in the discover stage.
    pub discover: Option<&'static dyn Discover>,
    /// What it does in the metadata stage.
    pub metadata: Option<&'static dyn MetadataSource>,
    /// What it does in the build stage.
    pub build: Option<&'static dyn Builder>,
    /// What it does in the upload stage.
    pub upload: Option<&'static dyn Uploader>,
}

impl Plugin {
    /// A plugin that serves no stage yet.
    pub const fn new(name: &'static str, version: &'static str, description: &'static str) -> Self {
        Self {
            name,
            version,
            description,
            yields_to: &[],
            discover: None,
            metadata: None,
            build: None,
            upload: None,
        }
    }

    /// Whether the plugin serves `stage`.
    pub const fn serves(&self, stage: Stage) -> bool {
        match stage {
            Stage::Discover => self.discover.is_some(),
            Stage::Metadata => self.metadata.is_some(),
            Stage::Build => self.build.is_some(),
            Stage::Upload => self.upload.is_some(),
        }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plugin({} {})", self.name, self.version)
    }
}

/// An entry of the list of linked plugins; made by [`register!`](crate::register) alone.
#[doc(hidden)]
pub struct Linked(pub &'static Plugin);

inventory::collect!(Linked);

/// Returns the plugins that are linked into this image, sorted by name.
///
/// A plugin's crate must be named by the binary (`use the_plugin as _;`), or it is not linked at all.
pub fn registered() -> Vec<&'static Plugin> {
    let mut plugins: Vec<_> =
        inventory::iter::<Linked>.into_iter().map(|linked| linked.0).collect();
    // The order of constructors is unspecified, and differs between debug and release builds.
    plugins.sort_by_key(|plugin| plugin.name);
    plugins
}

/// Registers a plugin with the binary that its crate is linked into.
///
/// Takes the path of a constant of type [`Plugin`].
#[macro_export]
macro_rules! register {
    ($plugin:expr) => {
        const _: () = {
            // Not `PLUGIN`: that is what the constant is called, and items are not hygienic.
            static REGISTERED: $crate::Plugin = $plugin;
            $crate::expansion::inventory::submit! { $crate::expansion::Linked(&REGISTERED) }
        };
    };
}
