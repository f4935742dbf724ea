//! The page for authors of plugins, and the plugins that it shows.

use std::path::Path;

#[test]
fn the_readme_shows_the_plugins_that_are_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs_err::read_to_string(root.join(path)).unwrap();
    let readme = read("sdk/README.md");
    for (language, path) in [
        ("toml", "tests/plugins/hello/Cargo.toml"),
        ("rust", "tests/plugins/hello/src/lib.rs"),
        ("rust", "tests/plugins/drop/src/lib.rs"),
    ] {
        let block = format!("```{language}\n{}```\n", read(path));
        assert!(readme.contains(&block), "sdk/README.md quotes {path} as it is");
    }
}
