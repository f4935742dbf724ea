//! Finding the library of a plugin that was named.
//!
//! A directory is only searched for *named* plugins: nothing is loaded because it lies somewhere, and never anything
//! from the source tree.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The directories that hold plugins, the first one first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SearchPath {
    pub(crate) directories: Vec<PathBuf>,
}

/// A plugin that the user asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PluginRequest {
    /// By the path of its library.
    Path(PathBuf),
    /// By its name, with every place where the library could be.
    Name {
        /// The name.
        name: String,
        /// Where to look, in order.
        places: Vec<PathBuf>,
    },
}

impl PluginRequest {
    /// Reads the value of `--plugin`: what has a slash or the ending of a library is a path, relative to `base`.
    pub(crate) fn parse(typed: &OsStr, base: &Path, search_path: &SearchPath) -> Self {
        let path = Path::new(typed);
        match typed.to_str() {
            Some(name) if path.components().count() == 1 && !name.ends_with(DLL_SUFFIX) => {
                let file_name = library_file_name(name);
                let directories = search_path.directories.iter();
                Self::Name {
                    name: name.into(),
                    places: directories.map(|directory| directory.join(&file_name)).collect(),
                }
            }
            // Collecting the components takes out `.`, for a shorter message.
            Some(_) | None => Self::Path(base.join(path).components().collect()),
        }
    }
}

/// The file that cargo makes of the crate `flit-plugin-NAME`.
fn library_file_name(name: &str) -> String {
    let crate_name = format!("flit-plugin-{name}").replace('-', "_");
    format!("{DLL_PREFIX}{crate_name}{DLL_SUFFIX}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_and_paths_are_not() {
        let search_path = SearchPath { directories: vec!["/a".into(), "/b".into()] };
        let parse =
            |typed: &str| PluginRequest::parse(OsStr::new(typed), Path::new("/base"), &search_path);
        let file_name = library_file_name("git-version");
        assert_eq!(
            parse("git-version"),
            PluginRequest::Name {
                name: "git-version".into(),
                places: vec![Path::new("/a").join(&file_name), Path::new("/b").join(&file_name)],
            }
        );
        for path in ["./x", "d/x", "/x", &file_name] {
            assert_eq!(parse(path), PluginRequest::Path(Path::new("/base").join(path)), "{path}");
        }
    }
}
