//! Building fixture plugins, and the host that loads them, with the sdk as it is or edited.
//!
//! Each edition of the sdk is a workspace of its own below the target directory, and all of them share one target
//! directory, so that what they depend on is compiled once.

use std::collections::BTreeSet;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A sdk with some text replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edition {
    /// What its directory is called.
    pub(super) name: &'static str,
    /// What `flit-sdk` says its version is.
    pub(super) version: &'static str,
    /// What else is different.
    pub(super) edits: fn() -> Vec<Edit>,
}

/// A file below `sdk/src`, what stands there once, and what shall stand there.
pub(super) type Edit = (&'static str, &'static str, String);

impl Edition {
    /// The sdk as it is.
    pub(super) const CURRENT: Self = Self { name: "current", version: "1.0.0", edits: Vec::new };

    /// The library of the fixture plugin in `tests/plugins/NAME`.
    pub(super) fn plugin(self, name: &str) -> PathBuf {
        let package = if name == "nosdk" { name.to_owned() } else { format!("flit-plugin-{name}") };
        let stem = self.build(name, &Path::new("tests/plugins").join(name), &package);
        target_dir().join("debug").join(format!("{DLL_PREFIX}{stem}{DLL_SUFFIX}"))
    }

    /// The program in `tests/boundary/probe`.
    pub(super) fn probe(self) -> PathBuf {
        let stem = self.build("probe", Path::new("tests/boundary/probe"), "probe");
        target_dir().join("debug").join(format!("{stem}{EXE_SUFFIX}"))
    }

    /// Builds a package in the workspace of this edition, and returns the name of what was built.
    fn build(self, directory: &str, source: &Path, package: &str) -> String {
        static UP_TO_DATE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        // Cargo gives libraries no name of their own, and takes that of another edition for up to date.
        let stem = format!("{package}_{}", self.name).replace('-', "_");
        // A test that failed to build says so itself; the next one may still succeed.
        let mut up_to_date = UP_TO_DATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if up_to_date.contains(&stem) {
            return stem;
        }
        let workspace = boundary_dir().join(self.name);
        // Cargo tells packages apart by their paths within their workspaces.
        let members = workspace.join(self.name);
        copy_files(&root().join("sdk"), &members.join("sdk"), |path, text| self.edited(path, text));
        copy_files(&root().join(source), &members.join(directory), |_, text| {
            // The sdk of this workspace instead of a released one.
            text.replace("flit-sdk = \"1\"", "flit-sdk = { path = \"../sdk\" }")
                .replace("flit-sdk = { version = \"1\"", "flit-sdk = { path = \"../sdk\"")
                .replace("crate-type = ", &format!("name = {stem:?}\ncrate-type = "))
                .replace("[[bin]]\nname = \"probe\"", &format!("[[bin]]\nname = {stem:?}"))
        });
        write_if_new(&workspace.join("Cargo.toml"), &self.workspace_manifest(directory));
        fs_err::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
        // Without the network first: on all but a fresh machine everything is there.
        let offline = cargo_build(&workspace, package, &["--offline"]);
        if let Err(words) = offline.or_else(|_| cargo_build(&workspace, package, &[])) {
            panic!("`{package}` of {} cannot be built:\n{words}", self.name);
        }
        up_to_date.insert(stem.clone());
        stem
    }

    /// Makes the edits in a file below `sdk/src`.
    fn edited(self, path: &Path, mut text: String) -> String {
        for (file, old, new) in (self.edits)() {
            if path == Path::new("src").join(file) {
                assert_eq!(text.matches(old).count(), 1, "{old:?} is in {file} once");
                text = text.replace(old, &new);
            }
        }
        text
    }

    /// The workspace tables of the root, so that the sdk finds what it inherits.
    fn workspace_manifest(self, member: &str) -> String {
        let root = fs_err::read_to_string(root().join("Cargo.toml")).unwrap();
        let tables = root.split("[package]").next().unwrap();
        let lines = tables
            .lines()
            .filter(|line| !line.starts_with("flit-") && !line.starts_with("exclude"));
        let lines = lines.map(|line| match line.split(" = ").next() {
            Some("members") => format!("members = [\"{0}/sdk\", \"{0}/{member}\"]\n", self.name),
            Some("version") => format!("version = {:?}\n", self.version),
            Some(_) | None => format!("{line}\n"),
        });
        let profile = "[profile.dev]\ndebug = false\nincremental = false\n";
        lines.collect::<String>() + profile
    }
}

fn cargo_build(workspace: &Path, package: &str, options: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--package", package]).args(options);
    command.current_dir(workspace).env("CARGO_TARGET_DIR", target_dir());
    // What cargo tells the tests must not reach the cargo that they start.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Makes a directory of texts like another.
fn copy_files(from: &Path, to: &Path, edited: impl Fn(&Path, String) -> String) {
    let mut pending = vec![PathBuf::new()];
    while let Some(directory) = pending.pop() {
        remove_what_is_gone(&from.join(&directory), &to.join(&directory));
        for entry in fs_err::read_dir(from.join(&directory)).unwrap() {
            let path = directory.join(entry.unwrap().file_name());
            if from.join(&path).is_dir() {
                pending.push(path);
            } else {
                let text = fs_err::read_to_string(from.join(&path)).unwrap();
                write_if_new(&to.join(&path), &edited(&path, text));
            }
        }
    }
}

/// Removes what an earlier run copied and what has another name now: two files may be one module.
fn remove_what_is_gone(from: &Path, to: &Path) {
    for entry in fs_err::read_dir(to).into_iter().flatten() {
        let entry = entry.unwrap();
        let is_directory = entry.path().is_dir();
        let original = from.join(entry.file_name());
        if original.exists() && original.is_dir() == is_directory {
            continue;
        }
        if is_directory {
            fs_err::remove_dir_all(entry.path()).unwrap();
        } else {
            fs_err::remove_file(entry.path()).unwrap();
        }
    }
}

/// Writes a file unless it is as it shall be: cargo goes by the time of change.
fn write_if_new(path: &Path, text: &str) {
    if fs_err::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, text).unwrap();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn boundary_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("boundary")
}

fn target_dir() -> PathBuf {
    boundary_dir().join("target")
}
