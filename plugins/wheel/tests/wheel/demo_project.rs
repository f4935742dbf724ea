//! The project that wheels are built of, by tests and by the example for profilers.

use std::path::PathBuf;

use flit_sdk::model::{
    CoreMetadata, EntryPoints, Field, Layout, Module, Project, ProjectName, SdistRules, Version,
};

/// The project `Demo.Pkg` 1.0 for Python 3 with this module.
pub(crate) fn demo_project(source_tree: PathBuf, module: Module) -> Project {
    let name = ProjectName::parse("Demo.Pkg").expect("it is a name");
    let version = Version::parse("1.0").expect("it is a version");
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::MetadataVersion, "2.5");
    metadata.set_text(Field::Name, name.as_str());
    metadata.set_text(Field::Version, version.as_str());
    metadata.set_text(Field::RequiresPython, ">=3.9");
    Project {
        layout: Layout {
            source_tree,
            config_path: "pyproject.toml".into(),
            module,
            external_data: None,
            sdist: SdistRules::default(),
            readme_path: None,
            needed_files: Vec::new(),
        },
        name,
        version,
        metadata,
        entry_points: EntryPoints::default(),
        development_requires: Vec::new(),
        origins: [].into(),
        frozen: Vec::new(),
        has_frozen_entry_points: false,
    }
}
