//! `flit build`, `flit wheel` and `flit sdist`.

use flit_sdk::Host;

use super::output::Output;
use super::shown_path::ShownPaths;
use crate::error::Error;
use crate::pipeline::{self, BuildOptions, SourceTree};
use crate::plugins::Registry;

/// Builds what was asked for, and prints the path of each file.
pub(super) fn run(
    output: Output,
    host: &dyn Host,
    registry: &Registry,
    source_tree: &SourceTree,
    options: &BuildOptions,
) -> Result<(), Error> {
    let distributions = pipeline::run(host, registry, source_tree, options)?;
    let shown = ShownPaths::from_environment();
    for distribution in &distributions {
        output.distribution(distribution, &shown.path(&distribution.path))?;
    }
    Ok(())
}
