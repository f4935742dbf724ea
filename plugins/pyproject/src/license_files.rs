//! License files: those that every project has, and those that patterns name.

use std::path::Path;

use flit_sdk::source_tree::{Hidden, SourceTreeError, matching_paths, relative_path, resolve_file};

use crate::findings::Findings;
use crate::problem::Problem;
use crate::table::Text;

/// How the names of license files start in flit 3; for flit 4 see
/// [`LICENSE_FILE_PREFIXES`](flit_sdk::model::LICENSE_FILE_PREFIXES).
pub(crate) const OLD_PREFIXES: &[&str] = &["COPYING", "LICENSE", "LICENCE"];

/// Finds the license files that nobody has to name: those at the top of the source tree whose names say so.
pub(crate) fn usual_license_files(
    source_tree: &Path,
    prefixes: &[&str],
) -> Result<Vec<String>, SourceTreeError> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(source_tree)? {
        let name = entry?.file_name();
        let is_license =
            prefixes.iter().any(|prefix| name.as_encoded_bytes().starts_with(prefix.as_bytes()));
        if !is_license || !source_tree.join(&name).is_file() {
            continue;
        }
        let Some(name) = name.to_str() else {
            return Err(SourceTreeError::InvalidName { path: source_tree.join(&name) });
        };
        resolve_file(source_tree, name)?;
        found.push(name.to_owned());
    }
    Ok(found)
}

/// Finds the files that a pattern of `project.license-files` matches, of which there must be one.
pub(crate) fn named_license_files(
    source_tree: &Path,
    text: &Text<'_>,
    findings: &mut Findings<'_>,
) -> Vec<String> {
    let pattern = text.value;
    let problem = match check_pattern(pattern) {
        Err(reason) => Problem::LicensePattern { pattern: pattern.into(), reason },
        Ok(()) => match find(source_tree, pattern) {
            Ok(files) if files.is_empty() => Problem::NoLicenseFile { pattern: pattern.into() },
            Ok(files) => return files,
            Err(source) => Problem::Path { key: text.path.clone(), source },
        },
    };
    findings.add(problem, text.span.clone());
    Vec::new()
}

fn check_pattern(pattern: &str) -> Result<(), &'static str> {
    // PEP 639 has no space; flit does.
    let is_allowed =
        |character: char| character.is_alphanumeric() || "_-./*?[] ".contains(character);
    if pattern.starts_with(['/', '\\']) {
        Err("it must be relative to the source tree")
    } else if pattern.contains("..") {
        Err("it must not have `..`")
    } else if !pattern.chars().all(is_allowed) {
        Err("it may only have letters, digits, spaces and _ - . / * ? [ ]")
    } else if pattern.is_empty() || pattern.ends_with('/') {
        Err("it names no file")
    } else {
        Ok(())
    }
}

/// Finds files as Python's `pathlib` does, which is unlike its `glob`: wildcards match hidden names too, and `**` at the
/// end only directories.
fn find(source_tree: &Path, pattern: &str) -> Result<Vec<String>, SourceTreeError> {
    let normalized = relative_path(pattern)?;
    let invalid = |reason| SourceTreeError::InvalidPattern { pattern: pattern.into(), reason };
    for part in normalized.split('/') {
        if part != "**" && part.contains("**") {
            return Err(invalid("recursive wildcards must form a single path component"));
        }
    }
    if normalized.ends_with("**") {
        return Ok(Vec::new());
    }
    let mut files = matching_paths(source_tree, &normalized, Hidden::Matched)?;
    files.retain(|path| source_tree.join(path).is_file());
    for path in &files {
        resolve_file(source_tree, path)?;
    }
    Ok(files)
}
