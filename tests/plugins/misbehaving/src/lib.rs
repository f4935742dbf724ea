//! A plugin that does what no plugin may, as the environment says: `FLIT_MISBEHAVE=STAGE:DEED`.
//!
//! Left alone it recognizes no source tree, knows no metadata, builds an empty file, and uploads nothing at all.

mod deeds;
mod upload;

use std::path::PathBuf;

use flit_sdk::model::{Field, Layout, Module, ModuleKind, SdistRules, SourceFile};
use flit_sdk::{
    BuildRequest, Builder, Discover, DiscoverRequest, ErrorKind, Fragment, Host, LogLevel,
    MetadataRequest, MetadataSource, Plugin, PluginError,
};

struct Misbehaving;

impl Discover for Misbehaving {
    fn discover(
        &self,
        host: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError> {
        let Some(deed) = deeds::asked("discover") else { return Ok(None) };
        let mut layout = layout(request);
        match deed.as_str() {
            "outside" => layout.module.files[0].path = "demo/../../etc/passwd".into(),
            "absolute" => layout.config_path = "/etc/passwd".into(),
            "elsewhere" => layout.module.files[0].path = "other/__init__.py".into(),
            "root" => layout.module.root = "src".into(),
            "name" => layout.module.name = "not a name".into(),
            "answer" => {}
            deed => return perform(deed, host).map(|()| None),
        }
        Ok(Some(layout))
    }
}

fn layout(request: &DiscoverRequest<'_>) -> Layout {
    let path = "demo/__init__.py".into();
    Layout {
        source_tree: request.source_tree.into(),
        config_path: "pyproject.toml".into(),
        module: Module {
            name: "demo".into(),
            kind: ModuleKind::Package,
            root: String::new(),
            path: "demo".into(),
            files: vec![SourceFile { path, size: 1, is_executable: false, is_link: false }],
        },
        external_data: None,
        sdist: SdistRules::default(),
        readme_path: None,
        needed_files: vec![],
    }
}

impl MetadataSource for Misbehaving {
    fn metadata(&self, host: &dyn Host, _: &MetadataRequest<'_>) -> Result<Fragment, PluginError> {
        let mut fragment = Fragment::default();
        match deeds::asked("metadata").as_deref() {
            None => {}
            Some("closed") => fragment.metadata.set_text(Field::Name, "somebody-else"),
            Some("invalid") => fragment.metadata.set_text(Field::Version, "not a version"),
            Some(deed) => perform(deed, host)?,
        }
        Ok(fragment)
    }
}

impl Builder for Misbehaving {
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
        let path = request.output_dir.join("demo.misbehaving");
        match deeds::asked("build").as_deref() {
            None => {}
            Some("outside") => return Ok("/etc/passwd".into()),
            Some("nested") => return Ok(request.output_dir.join("nested/demo")),
            Some("nothing") => return Ok(path),
            Some("directory") => return Ok(request.output_dir.into()),
            Some(deed) => perform(deed, host)?,
        }
        std::fs::write(&path, "")?;
        Ok(path)
    }
}

fn perform(deed: &str, host: &dyn Host) -> Result<(), PluginError> {
    match deed {
        "hang" => {
            host.log(LogLevel::Warning, "going to hang");
            while !host.is_cancelled() {
                std::hint::spin_loop();
            }
            return Err(PluginError::new(ErrorKind::Cancelled, "stopped hanging"));
        }
        "error" => {
            return Err(PluginError::new(ErrorKind::Unsupported, "cannot do `that`")
                .context("tried something")
                .hint("try something else"));
        }
        "print" => println!("{{\"this\": \"is not what a program wants to read\"}}"),
        deed => deeds::perform(deed),
    }
    Ok(())
}

const PLUGIN: Plugin = Plugin {
    discover: Some(&Misbehaving),
    metadata: Some(&Misbehaving),
    build: Some(&Misbehaving),
    upload: Some(&Misbehaving),
    ..Plugin::new("misbehaving", env!("CARGO_PKG_VERSION"), "does what no plugin may")
};

flit_sdk::export!(PLUGIN);
