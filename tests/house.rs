//! The house stays in order: who may depend on whom, and how large a room may get.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a directory of the repository, relative to the root.
fn rust_files(directory: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![root().join(directory)];
    while let Some(directory) = pending.pop() {
        for entry in fs_err::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    assert!(!files.is_empty(), "{directory} has no Rust files");
    files
}

fn read(path: impl AsRef<Path>) -> String {
    fs_err::read_to_string(root().join(path)).unwrap()
}

/// The crates of this workspace that a manifest depends on, tests aside.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let table = text.split("[dependencies]").nth(1).unwrap_or_default();
    let lines = table.lines().take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| name.starts_with("flit"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn only_main_names_a_plugin() {
    for path in [rust_files("core"), rust_files("sdk/src")].concat() {
        let names_a_plugin = read(&path).contains("flit_plugin_");
        assert_eq!(names_a_plugin, path == Path::new("core/main.rs"), "{}", path.display());
    }
}

#[test]
fn plugins_depend_on_the_sdk_alone_and_the_sdk_on_nobody() {
    assert_eq!(dependencies("sdk/Cargo.toml"), BTreeSet::new());
    for plugin in fs_err::read_dir(root().join("plugins")).unwrap() {
        let name = plugin.unwrap().file_name().into_string().unwrap();
        let found = dependencies(&format!("plugins/{name}/Cargo.toml"));
        assert_eq!(found, BTreeSet::from(["flit-sdk".to_owned()]), "{name}");
    }
}

#[test]
fn only_the_boundary_names_abi_stable_or_is_unsafe() {
    for path in [rust_files("core"), rust_files("sdk/src"), rust_files("plugins")].concat() {
        let is_boundary = path.starts_with("sdk/src/abi");
        let text = read(&path);
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let crosses = code.any(|line| line.contains("abi_stable") || line.contains("unsafe {"));
        assert!(is_boundary || !crosses, "{}", path.display());
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    for path in ["core", "sdk", "plugins", "tests"].map(rust_files).concat() {
        let lines = read(&path).lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for path in ["core", "sdk", "plugins", "tests"].map(rust_files).concat() {
        assert!(read(&path).starts_with("//!"), "{}", path.display());
    }
}

#[test]
fn the_top_level_is_as_the_readme_says() {
    let expected = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "core",
        "plugins",
        "sdk",
        "target",
        "tests",
    ];
    for entry in fs_err::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with('.') || expected.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn the_number_of_locked_packages_is_raised_in_the_open() {
    let locked = read("Cargo.lock").matches("[[package]]").count();
    let budget = 360; // a hundred of them came with TLS and HTTP, half of those for other systems
    assert!(locked <= budget, "Cargo.lock has {locked} packages, and {budget} are budgeted");
}
