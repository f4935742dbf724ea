//! The layout: what lies where in a source tree.

use std::path::PathBuf;

/// What the discover stage found out.
///
/// All paths but `source_tree` are relative to it, with slashes, without `.` and `..`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// The absolute path of the directory that holds the configuration file.
    pub source_tree: PathBuf,
    /// The configuration file.
    pub config_path: String,
    /// What is distributed.
    pub module: Module,
    /// Files that are installed outside the module, if there are any.
    pub external_data: Option<ExternalData>,
    /// What an sdist takes along beyond the smallest set, and what it leaves out.
    pub sdist: SdistRules,
    /// The readme, if it is a file.
    pub readme_path: Option<String>,
    /// Further files that a build reads, such as one with entry points: they belong into every sdist.
    pub needed_files: Vec<String>,
}

/// The importable module or package that is distributed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Module {
    /// The import name, with dots for a module in a namespace: `zope.interface`.
    pub name: String,
    /// What kind of module it is.
    pub kind: ModuleKind,
    /// The directory that stands for the root of the wheel: empty for the source tree itself, or `src`.
    pub root: String,
    /// The module's own file or directory, root included: `src/zope/interface`.
    pub path: String,
    /// All its files in the order of the wheel: each directory's files sorted by code point, then its subdirectories.
    /// Bytecode and `__pycache__` are left out.
    pub files: Vec<SourceFile>,
}

/// What kind of module it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ModuleKind {
    /// A single file.
    File,
    /// A directory.
    Package,
    /// A directory of type stubs, `NAME-stubs` (PEP 561).
    Stubs,
}

/// A file that goes into distributions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceFile {
    /// The path relative to the source tree, with slashes.
    pub path: String,
    /// How many bytes it has; of the target if it is a link.
    pub size: u64,
    /// Whether its owner may execute it; of the target if it is a link.
    pub is_executable: bool,
    /// Whether it is a symbolic link (to a file inside the source tree).
    pub is_link: bool,
}

/// Files that are installed relative to the environment's prefix (`[tool.flit.external-data]`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExternalData {
    /// The directory that stands for the prefix.
    pub directory: String,
    /// Its files, in the same order as a module's.
    pub files: Vec<SourceFile>,
}

/// What `[tool.flit.sdist]` says: POSIX globs relative to the source tree, already normalized; `.` is the source tree
/// itself, with all that is hidden in it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SdistRules {
    /// What is taken along.
    pub include: Vec<String>,
    /// What is left out; wins over `include`.
    pub exclude: Vec<String>,
}

impl Module {
    /// The path of one of the module's files in the wheel: without the root. A path that is not below the root, which
    /// none of the module's files has, stays as it is.
    pub fn wheel_path<'a>(&self, file: &'a SourceFile) -> &'a str {
        let path = file.path.as_str();
        match path.strip_prefix(&self.root).and_then(|below| below.strip_prefix('/')) {
            Some(below) if !self.root.is_empty() => below,
            Some(_) | None => path,
        }
    }

    /// The names of the namespaces that the module lies in, outermost first: `a` and `a.b` for `a.b.c`.
    pub fn namespaces(&self) -> Vec<String> {
        self.name.match_indices('.').map(|(at, _)| self.name[..at].to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_wheel_paths_and_namespaces() {
        let mut module = Module {
            name: "a.b.c".into(),
            kind: ModuleKind::File,
            root: "src".into(),
            path: "src/a/b/c.py".into(),
            files: vec![SourceFile {
                path: "src/a/b/c.py".into(),
                size: 1,
                is_executable: false,
                is_link: false,
            }],
        };
        assert_eq!(module.wheel_path(&module.files[0]), "a/b/c.py");
        assert_eq!(module.namespaces(), ["a", "a.b"]);
        let file = module.files[0].clone();
        for (root, path) in
            [("", "src/a/b/c.py"), ("sr", "src/a/b/c.py"), ("srcs/a", "src/a/b/c.py")]
        {
            module.root = root.into();
            assert_eq!(module.wheel_path(&file), path, "root {root}");
        }
    }
}
