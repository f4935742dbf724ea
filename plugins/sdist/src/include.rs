//! The files that `include` takes along.

use std::path::Path;

use flit_sdk::source_tree::{SourceTreeError, check_inside};
use flit_sdk::{Host, LogLevel};

use crate::error::SdistError;
use crate::own_output::OwnOutput;
use crate::patterns::{Matches, matched_paths};

/// Finds the files that the patterns match, and all files below the directories that they match.
///
/// Directories that are excluded, and those of builds and version control, are not even looked into.
pub(crate) fn included_files(
    host: &dyn Host,
    source_tree: &Path,
    patterns: &[String],
    excludes: &Matches,
    own: &OwnOutput,
) -> Result<Vec<String>, SdistError> {
    let mut files = Vec::new();
    for pattern in patterns {
        let is_dist_wanted = pattern == "dist" || pattern.starts_with("dist/");
        let is_foreign = |path: &str| {
            own.is_foreign_directory(path, is_dist_wanted) || excludes.has_directory(path)
        };
        let lies_in_foreign =
            |path: &str| path.match_indices('/').any(|(at, _)| is_foreign(&path[..at]));
        for matched in matched_paths(source_tree, pattern)? {
            if lies_in_foreign(&matched.path) {
                continue;
            }
            if !matched.is_directory {
                files.push(matched.path);
            } else if !is_foreign(&matched.path) {
                // It is walked even if it is a link.
                check_inside(source_tree, &matched.path)?;
                files_below(host, source_tree, matched.path, is_foreign, &mut files)?;
            }
        }
    }
    Ok(files)
}

fn files_below(
    host: &dyn Host,
    source_tree: &Path,
    directory: String,
    is_foreign: impl Fn(&str) -> bool,
    files: &mut Vec<String>,
) -> Result<(), SdistError> {
    // With a stack of our own: a tree may be deeper than the thread's stack.
    let mut pending = vec![directory];
    while let Some(directory) = pending.pop() {
        for entry in fs_err::read_dir(source_tree.join(&directory))? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(SourceTreeError::InvalidName { path: entry.path() }.into());
            };
            let path =
                if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
            let file_type = entry.file_type()?;
            if file_type.is_dir() {
                if !is_foreign(&path) {
                    pending.push(path);
                }
            } else if file_type.is_symlink() && entry.path().is_dir() {
                if !is_foreign(&path) {
                    host.log(
                        LogLevel::Warning,
                        &format!("`{path}` is a link to a directory; what it holds is not packed"),
                    );
                }
            } else {
                files.push(path);
            }
        }
    }
    Ok(())
}
