//! The composition root: the only file that names the built-in plugins.

use std::process::ExitCode;

// A dependency that nobody names is not linked: each line here makes one plugin a built-in.
use flit_plugin_flit_ini as _;
use flit_plugin_module as _;
use flit_plugin_pypi as _;
use flit_plugin_pyproject as _;
use flit_plugin_sdist as _;
use flit_plugin_simple_index as _;
use flit_plugin_wheel as _;

fn main() -> ExitCode {
    flit::main(std::env::args_os())
}
