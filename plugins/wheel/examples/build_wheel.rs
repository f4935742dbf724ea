//! Builds a wheel again and again, for profilers: `build_wheel SOURCE_TREE MODULE OUTPUT_DIR [TIMES]`.
//!
//! Prints the milliseconds of each build, the walk through the source tree included, and the size of the wheel.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use flit_plugin_wheel::PLUGIN;
use flit_sdk::model::{
    CoreMetadata, EntryPoints, Field, Layout, Project, ProjectName, SdistRules, Version,
};
use flit_sdk::source_tree::find_module;
use flit_sdk::{BuildRequest, Host, LogLevel};

struct QuietHost;

impl Host for QuietHost {
    fn log(&self, _: LogLevel, _: &str) {}

    fn progress(&self, _: u64, _: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(source_tree), Some(module), Some(output_dir)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: build_wheel SOURCE_TREE MODULE OUTPUT_DIR [TIMES]".into());
    };
    let times = arguments.next().map_or(Ok(1), |times| times.parse())?;
    let builder = PLUGIN.build.ok_or("the plugin builds")?;
    for _ in 0..times {
        let start = Instant::now();
        let project = project(fs_err::canonicalize(&source_tree)?, &module)?;
        let request = BuildRequest {
            project: &project,
            output_dir: &PathBuf::from(&output_dir),
            timestamp: 1_451_606_400,
            use_vcs: false,
        };
        let path = builder.build(&QuietHost, &request)?;
        let elapsed = start.elapsed().as_secs_f64() * 1000.0;
        println!("{elapsed:.3} ms, {} bytes", fs_err::metadata(path)?.len());
    }
    Ok(())
}

fn project(source_tree: PathBuf, module: &str) -> Result<Project, Box<dyn Error>> {
    let name = ProjectName::parse(&module.replace('.', "-"))?;
    let version = Version::parse("1.0")?;
    let mut metadata = CoreMetadata::default();
    metadata.set_text(Field::Name, name.as_str());
    metadata.set_text(Field::Version, version.as_str());
    metadata.set_text(Field::RequiresPython, ">=3.9");
    Ok(Project {
        layout: Layout {
            module: find_module(&QuietHost, &source_tree, module)?,
            source_tree,
            config_path: "pyproject.toml".into(),
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
    })
}
