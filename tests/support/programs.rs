//! The program in both its forms: with the built-in plugins linked, and with none linked and all of them loaded.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The built-in plugins, each also a library.
const BUILT_IN: [&str; 7] =
    ["flit-ini", "module", "pypi", "pyproject", "sdist", "simple-index", "wheel"];

/// A form of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Program {
    /// `flit` as it is installed.
    Linked,
    /// A `flit` without plugins that loads all of them from libraries.
    Loaded,
}

impl Program {
    pub(crate) const ALL: [Self; 2] = [Self::Linked, Self::Loaded];

    /// The command that starts the program.
    pub(crate) fn command(self) -> Command {
        match self {
            Self::Linked => Command::new(env!("CARGO_BIN_EXE_flit")),
            Self::Loaded => {
                let mut command = Command::new(examples_dir().join("flit-without-plugins"));
                for name in BUILT_IN {
                    command.arg("--plugin").arg(plugin_library(name));
                }
                command
            }
        }
    }
}

/// The library of a built-in plugin.
fn plugin_library(name: &str) -> PathBuf {
    examples_dir().join(format!("{DLL_PREFIX}flit_plugin_{}{DLL_SUFFIX}", name.replace('-', "_")))
}

/// Where cargo puts examples; they are brought up to date once in each run of the tests, for `cargo test -p flit` alone does
/// not build those of other packages.
fn examples_dir() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let binary = Path::new(env!("CARGO_BIN_EXE_flit"));
        let profile_dir = binary.parent().expect("the binary lies in the directory of its profile");
        let target_dir =
            profile_dir.parent().expect("the profile's directory lies in the target directory");
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["build", "--workspace", "--examples", "--quiet", "--target-dir"])
            .arg(target_dir);
        if profile_dir.ends_with("release") {
            command.arg("--release");
        }
        let status =
            command.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo can be started");
        assert!(status.success(), "the examples can be built");
        profile_dir.join("examples")
    })
}
