//! The patterns of `[tool.flit.sdist]`: what they match, and which of them matched.

use std::collections::HashMap;
use std::path::Path;

use flit_sdk::source_tree::{Hidden, composed, matching_paths};

use crate::error::SdistError;

/// What a list of patterns matches in a source tree.
#[derive(Debug, Default)]
pub(crate) struct Matches {
    /// Path to the pattern that matched it first, in Unicode's composed form.
    files: HashMap<String, String>,
    directories: HashMap<String, String>,
    /// The pattern that is the path of the source tree itself.
    whole_tree: Option<String>,
}

/// One path that a pattern matches, as it is spelled on disk.
#[derive(Debug)]
pub(crate) struct MatchedPath {
    pub(crate) path: String,
    pub(crate) is_directory: bool,
}

impl Matches {
    /// Looks up what the patterns match now.
    pub(crate) fn find(source_tree: &Path, patterns: &[String]) -> Result<Self, SdistError> {
        let mut matches = Self::default();
        for pattern in patterns {
            if is_whole_tree(pattern) {
                matches.whole_tree.get_or_insert_with(|| pattern.clone());
                continue;
            }
            for matched in matched_paths(source_tree, pattern)? {
                let map = if matched.is_directory {
                    &mut matches.directories
                } else {
                    &mut matches.files
                };
                let path = composed(&matched.path).into_owned();
                map.entry(path).or_insert_with(|| pattern.clone());
            }
        }
        Ok(matches)
    }

    /// The pattern that matches a file, or a directory above it.
    pub(crate) fn pattern_for_file(&self, path: &str) -> Option<&str> {
        if let Some(pattern) = &self.whole_tree {
            return Some(pattern);
        }
        if self.files.is_empty() && self.directories.is_empty() {
            return None;
        }
        let path = composed(path);
        self.files.get(path.as_ref()).or_else(|| self.pattern_above(&path)).map(String::as_str)
    }

    /// Whether a directory, or one above it, is matched.
    pub(crate) fn has_directory(&self, path: &str) -> bool {
        if self.whole_tree.is_some() {
            return true;
        }
        if self.directories.is_empty() {
            return false;
        }
        let path = composed(path);
        self.directories.contains_key(path.as_ref()) || self.pattern_above(&path).is_some()
    }

    fn pattern_above(&self, path: &str) -> Option<&String> {
        path.match_indices('/').find_map(|(at, _)| self.directories.get(&path[..at]))
    }
}

/// Whether a pattern is the path of the source tree, which stands for all in it. (`**` matches only what is not hidden.)
fn is_whole_tree(pattern: &str) -> bool {
    pattern.split('/').all(|part| matches!(part, "" | "."))
}

/// Finds what one pattern matches. The source tree itself is the empty path; `.` and `**` match it.
pub(crate) fn matched_paths(
    source_tree: &Path,
    pattern: &str,
) -> Result<Vec<MatchedPath>, SdistError> {
    let matched = matching_paths(source_tree, pattern, Hidden::Skipped)?.into_iter().map(|path| {
        let is_directory = source_tree.join(&path).is_dir();
        MatchedPath { path, is_directory }
    });
    Ok(matched.collect())
}

#[cfg(test)]
mod tests {
    use flit_sdk::testing::SourceTreeBuilder;

    use super::*;

    #[test]
    fn a_directory_stands_for_all_below_it() {
        let tree = SourceTreeBuilder::new()
            .file("a/one.py", "")
            .file("a/.hidden", "")
            .file("a/b/two.py", "")
            .file("a/b/.dots/three.py", "")
            .file("four.py", "")
            .file("cafe\u{301}.txt", "");
        let patterns = ["a/b", "four.py", "caf\u{e9}.txt", "cafe\u{301}.txt"].map(Into::into);
        let matches = Matches::find(&tree.path(), &patterns).unwrap();
        assert_eq!(matches.pattern_for_file("a/b/.dots/three.py"), Some("a/b"));
        assert_eq!(matches.pattern_for_file("a/bc"), None);
        assert_eq!(matches.pattern_for_file("four.py"), Some("four.py"));
        assert_eq!(matches.pattern_for_file("caf\u{e9}.txt"), Some("cafe\u{301}.txt"));
        assert!(matches.has_directory("a/b/.dots"));
        assert!(!matches.has_directory("a"));
    }

    #[test]
    fn the_source_tree_itself_stands_for_everything() {
        let tree = SourceTreeBuilder::new().file("a/one.py", "");
        let find = |pattern: &str| Matches::find(&tree.path(), &[pattern.into()]).unwrap();
        for pattern in [".", "", "./."] {
            let matches = find(pattern);
            assert_eq!(matches.pattern_for_file(".hidden"), Some(pattern));
            assert!(matches.has_directory(".git") && matches.has_directory(""));
        }
        let matches = find("**");
        assert_eq!(matches.pattern_for_file("a/one.py"), Some("**"));
        assert_eq!(matches.pattern_for_file(".hidden"), None);
    }
}
