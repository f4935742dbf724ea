//! Globs in configuration, with the meaning that Python's `glob` gives them.

use std::path::Path;

use glob::{MatchOptions, Pattern};

use super::SourceTreeError;

/// Wildcards match neither slashes nor names that start with a dot, and tell upper from lower case.
const LIKE_PYTHON: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// Finds all files and directories that `pattern` matches, sorted by code point, as paths relative to the source tree.
///
/// `*`, `?` and `[…]` match within one name and `**` any number of directories. A pattern that matches nothing gives
/// an empty list.
///
/// # Errors
///
/// The pattern cannot be read, a directory cannot be read, or a name is not UTF-8.
pub fn matching_paths(source_tree: &Path, pattern: &str) -> Result<Vec<String>, SourceTreeError> {
    let invalid = |reason| SourceTreeError::InvalidPattern { pattern: pattern.into(), reason };
    let Some(base) = source_tree.to_str() else {
        return Err(SourceTreeError::InvalidName { path: source_tree.into() });
    };
    // The path of the source tree may itself hold characters that mean something in a pattern.
    let absolute = format!("{}/{pattern}", Pattern::escape(base));
    let matches = glob::glob_with(&absolute, LIKE_PYTHON).map_err(|error| invalid(error.msg))?;
    let mut paths = Vec::new();
    for path in matches {
        let path = path.map_err(std::io::Error::from)?;
        let relative = path.strip_prefix(source_tree).unwrap_or(&path);
        match relative.to_str() {
            Some(relative) => paths.push(relative.replace(std::path::MAIN_SEPARATOR, "/")),
            None => return Err(SourceTreeError::InvalidName { path }),
        }
    }
    paths.sort_unstable();
    Ok(paths)
}
