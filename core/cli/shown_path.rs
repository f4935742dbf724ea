//! Paths as the user would type them: relative to where the command was started, if they lie below it.

use std::env;
use std::path::{Component, Path, PathBuf};

/// Turns absolute paths into those that are shown.
#[derive(Debug)]
pub(super) struct ShownPaths {
    current_dir: Option<PathBuf>,
}

impl ShownPaths {
    /// Shows paths relative to the current directory.
    #[expect(
        clippy::disallowed_methods,
        reason = "the current directory decides how paths are shown"
    )]
    pub(super) fn from_environment() -> Self {
        Self { current_dir: env::current_dir().ok() }
    }

    /// The path as it is shown.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        let path: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
        match &self.current_dir {
            Some(current_dir) => {
                path.strip_prefix(current_dir).map(Path::to_path_buf).unwrap_or(path)
            }
            None => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_current_directory_is_shown_relative() {
        let shown = ShownPaths { current_dir: Some("/home/me".into()) };
        assert_eq!(shown.path(Path::new("/home/me/./demo/dist/a")), Path::new("demo/dist/a"));
        assert_eq!(shown.path(Path::new("/home/you/a")), Path::new("/home/you/a"));
    }
}
