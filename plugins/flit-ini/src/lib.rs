//! Reads flit.ini: discovers the project and supplies its metadata.
//!
//! flit.ini is how projects were described before pyproject.toml. Its dialect is that of Python's `configparser`:
//! `dialect` sorts out the lines, `rust-ini` reads what they say, `document` holds it with its places and
//! `interpolation` follows references. On top of that `config` knows the sections and keys, and `fragment` turns them
//! into metadata. Everything that is wrong with a file is told at once, with its places: see `problem`.

mod config;
mod dialect;
mod document;
mod entry_points;
mod fragment;
mod interpolation;
mod keys;
mod problem;
#[cfg(test)]
mod python_table;
mod text_file;
mod values;

use std::path::Path;

use flit_sdk::model::{Layout, SdistRules};
use flit_sdk::source_tree::{find_module, relative_path};
use flit_sdk::{
    Discover, DiscoverRequest, Fragment, Host, Location, MetadataRequest, MetadataSource, Plugin,
    PluginError,
};

use crate::config::Config;
use crate::keys::MODULE;

/// The plugin.
pub const PLUGIN: Plugin = Plugin {
    yields_to: &["pyproject"],
    discover: Some(&FlitIni),
    metadata: Some(&FlitIni),
    ..Plugin::new("flit-ini", env!("CARGO_PKG_VERSION"), "reads flit.ini")
};

flit_sdk::register!(crate::PLUGIN);

/// The file that is looked for if none is named.
const FLIT_INI: &str = "flit.ini";

struct FlitIni;

impl Discover for FlitIni {
    fn discover(
        &self,
        host: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError> {
        let path = match request.config_name {
            Some(name) if is_ini(name) => relative_path(name)?,
            None if request.source_tree.join(FLIT_INI).symlink_metadata().is_ok() => {
                FLIT_INI.into()
            }
            Some(_) | None => return Ok(None),
        };
        let config = Config::read(request.source_tree, &path)?;
        layout(host, request.source_tree, config).map(Some)
    }
}

impl MetadataSource for FlitIni {
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError> {
        if !request.is_layout_source {
            return Ok(Fragment::default());
        }
        let source_tree = &request.layout.source_tree;
        let config = Config::read(source_tree, &request.layout.config_path)?;
        fragment::fragment(host, source_tree, config)
    }
}

fn is_ini(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("ini"))
}

fn layout(host: &dyn Host, source_tree: &Path, config: Config) -> Result<Layout, PluginError> {
    let name = config.single(MODULE).unwrap_or_default();
    let module = find_module(host, source_tree, name).map_err(|error| {
        let is_about_name = error.is_about_module_name();
        let error = PluginError::from(error);
        match config.metadata.get(MODULE).filter(|_| is_about_name) {
            Some(name) => error.at(Location::of_span(&config.path, &config.text, name.span())),
            None => error,
        }
    })?;
    Ok(Layout {
        source_tree: source_tree.into(),
        config_path: config.path,
        module,
        external_data: None,
        sdist: SdistRules::default(),
        readme_path: config.readme_path,
        needed_files: config.entry_points_path.into_iter().collect(),
    })
}
