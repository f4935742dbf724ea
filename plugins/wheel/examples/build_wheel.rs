//! Builds a wheel again and again, for profilers: `build_wheel SOURCE_TREE MODULE OUTPUT_DIR [TIMES]`.
//!
//! Prints the milliseconds of each build, the walk through the source tree included, and the size of the wheel.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use flit_plugin_wheel::PLUGIN;
use flit_sdk::BuildRequest;
use flit_sdk::source_tree::find_module;
use flit_sdk::testing::TestHost;

use crate::demo_project::demo_project;

#[path = "../tests/wheel/demo_project.rs"]
mod demo_project;

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
        let host = TestHost::default();
        let source_tree = fs_err::canonicalize(&source_tree)?;
        let module = find_module(&host, &source_tree, &module)?;
        let project = demo_project(source_tree, module);
        let request = BuildRequest {
            project: &project,
            output_dir: &PathBuf::from(&output_dir),
            timestamp: 1_451_606_400,
            use_vcs: false,
        };
        let path = builder.build(&host, &request)?;
        let elapsed = start.elapsed().as_secs_f64() * 1000.0;
        println!("{elapsed:.3} ms, {} bytes", fs_err::metadata(path)?.len());
    }
    Ok(())
}
