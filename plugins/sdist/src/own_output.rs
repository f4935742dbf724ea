//! What belongs to builds and version control rather than to the project, and is never packed.

use std::path::Path;

/// Configuration of ours, which means something only where the plugins are that it names.
const OWN_CONFIGURATION: [&str; 2] = ["flit.lock", "flit.toml"];

/// How the names of the directories begin in which runs work before they move their files: those of this run, and of
/// others that work in the same directory or were killed there.
const STAGING_PREFIX: &str = ".flit-";

/// Knows the files that earlier builds and this one made.
#[derive(Debug)]
pub(crate) struct OwnOutput {
    /// The directory that builders write into; empty if it is outside the source tree.
    build_dir: String,
    /// The directory that finished distributions are moved into; `None` if it is outside the source tree.
    distributions_dir: Option<String>,
    /// What the names of all distributions of this project begin with.
    prefix: String,
}

impl OwnOutput {
    /// `output_dir` is that of the build request: a directory inside the one that the user named, mostly in a staging
    /// directory that all formats of a run share.
    pub(crate) fn new(source_tree: &Path, output_dir: &Path, name_part: &str) -> Self {
        let inside = |path: &Path| {
            let path = fs_err::canonicalize(path).ok()?;
            let relative = path.strip_prefix(fs_err::canonicalize(source_tree).ok()?).ok()?;
            relative.to_str().map(|relative| relative.replace(std::path::MAIN_SEPARATOR, "/"))
        };
        let is_staging = |path: &&Path| {
            path.file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(STAGING_PREFIX.as_bytes()))
        };
        let build_dir = output_dir.ancestors().find(is_staging).unwrap_or(output_dir);
        Self {
            build_dir: inside(build_dir).unwrap_or_default(),
            distributions_dir: build_dir.parent().and_then(inside),
            prefix: format!("{name_part}-"),
        }
    }

    /// Whether a directory found on a walk is left out with all below it.
    pub(crate) fn is_foreign_directory(&self, path: &str, is_dist_wanted: bool) -> bool {
        let name = file_name(path);
        matches!(name, "__pycache__" | ".git" | ".hg")
            || (path == "dist" && !is_dist_wanted)
            || (!self.build_dir.is_empty() && path == self.build_dir)
            || (name.starts_with(STAGING_PREFIX) && self.is_in_distributions_dir(path))
    }

    /// Whether a file is left out.
    pub(crate) fn is_foreign_file(&self, path: &str) -> bool {
        // In a submodule or a worktree `.git` is a file, which holds a path of this machine.
        is_bytecode(path)
            || file_name(path) == ".git"
            || OWN_CONFIGURATION.contains(&path)
            || self.is_output(path)
    }

    fn is_output(&self, path: &str) -> bool {
        let name = file_name(path);
        let is_distribution = name.starts_with(&self.prefix)
            && [".tar.gz", ".whl"].iter().any(|suffix| name.ends_with(suffix));
        let is_in_build_dir = !self.build_dir.is_empty()
            && path.strip_prefix(&self.build_dir).is_some_and(|rest| rest.starts_with('/'));
        let mut directories = path.match_indices('/').map(|(at, _)| &path[..at]);
        is_in_build_dir
            || (is_distribution && self.is_in_distributions_dir(path))
            || directories.any(|directory| {
                file_name(directory).starts_with(STAGING_PREFIX)
                    && self.is_in_distributions_dir(directory)
            })
    }

    fn is_in_distributions_dir(&self, path: &str) -> bool {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        self.distributions_dir.as_deref() == Some(directory)
    }
}

/// Whether Python made the file from another one.
fn is_bytecode(path: &str) -> bool {
    path.strip_suffix(".pyc").is_some() || path.split('/').any(|part| part == "__pycache__")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::SourceTreeBuilder;

    use super::*;

    #[test]
    fn knows_what_builds_make() {
        let tree = SourceTreeBuilder::new().file("out/tmp/x", "");
        let own = OwnOutput::new(&tree.path(), &tree.path().join("out/tmp"), "demo");
        for path in [
            "out/tmp/x",
            "out/demo-1.0.tar.gz",
            "out/demo-1.0-py3-none-any.whl",
            "a/.git",
            "flit.toml",
            "a/__pycache__/b.txt",
            "a.pyc",
        ] {
            assert!(own.is_foreign_file(path), "{path}");
        }
        for path in ["out/demo-1.0.zip", "out/other-1.0.whl", "docs/demo-1.0.whl", "out/tmpx"] {
            assert!(!own.is_foreign_file(path), "{path}");
        }
        assert!(own.is_foreign_directory("dist", false) && !own.is_foreign_directory("dist", true));
        assert!(
            own.is_foreign_directory("out/tmp", true) && own.is_foreign_directory("a/.hg", true)
        );
        assert!(
            !own.is_foreign_directory("out", false) && !own.is_foreign_directory("a/dist", false)
        );
    }

    #[test]
    fn knows_the_directories_that_runs_work_in() {
        let tree = SourceTreeBuilder::new().file("dist/.flit-1/sdist/x", "");
        let own = OwnOutput::new(&tree.path(), &tree.path().join("dist/.flit-1/sdist"), "demo");
        for directory in ["dist/.flit-1", "dist/.flit-2"] {
            assert!(own.is_foreign_directory(directory, true), "{directory}");
            assert!(own.is_foreign_file(&format!("{directory}/lock")), "{directory}");
            assert!(own.is_foreign_file(&format!("{directory}/wheel/a.whl")), "{directory}");
        }
        assert!(own.is_foreign_file("dist/demo-1.0.tar.gz"));
        assert!(!own.is_foreign_directory(".flit-1", true));
        assert!(!own.is_foreign_file("dist/.flit-notes") && !own.is_foreign_file(".flit-1/a"));
    }

    #[test]
    fn output_elsewhere_and_output_into_the_tree_itself() {
        let tree = SourceTreeBuilder::new().file("tmp/x", "");
        let elsewhere = OwnOutput::new(&tree.path(), Path::new("/"), "demo");
        assert!(!elsewhere.is_foreign_file("demo-1.0.tar.gz"));
        let here = OwnOutput::new(&tree.path(), &tree.path().join("tmp"), "demo");
        assert!(here.is_foreign_file("demo-1.0.tar.gz") && here.is_foreign_directory("tmp", false));
    }
}
