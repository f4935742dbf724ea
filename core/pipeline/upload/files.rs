//! Which files are published that were built before.

use std::path::{Path, PathBuf};

use flit_sdk::model::{DistributionName, ProjectName, Version};

use super::error::UploadError;

/// The distributions of one version in `directory`, sorted; those of `formats` alone if there are any.
pub(crate) fn built_before(
    directory: &Path,
    project: (&ProjectName, &Version),
    formats: &[String],
) -> Result<Vec<PathBuf>, UploadError> {
    let unreadable = |source| UploadError::Unreadable { source };
    let nothing = || UploadError::NothingBuilt {
        directory: directory.into(),
        name: project.0.clone(),
        version: project.1.clone(),
    };
    if !directory.is_dir() {
        return Err(nothing());
    }
    let mut paths = Vec::new();
    for entry in fs_err::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let format = name.to_str().and_then(|name| format_of(name, project));
        let is_wanted = |format: &str| formats.is_empty() || formats.iter().any(|f| f == format);
        if format.is_some_and(is_wanted) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    if paths.is_empty() { Err(nothing()) } else { Ok(paths) }
}

/// The format of a file, if it is a distribution of this version.
fn format_of(file_name: &str, (name, version): (&ProjectName, &Version)) -> Option<&'static str> {
    let parsed = DistributionName::parse(file_name).ok()?;
    let is_ours = parsed.name().normalized() == name.normalized() && parsed.version() == version;
    is_ours.then_some(match parsed {
        DistributionName::Wheel(_) => "wheel",
        DistributionName::Sdist(_) => "sdist",
    })
}

/// The files that were named, patterns such as `dist/*` resolved where no shell did it. An attestation comes with the
/// file that it is for.
pub(crate) fn named(patterns: &[PathBuf]) -> Result<Vec<PathBuf>, UploadError> {
    let mut paths = Vec::new();
    for pattern in patterns {
        let text = pattern.to_str().filter(|text| text.contains(['*', '?', '[']));
        let Some(text) = text.filter(|_| !pattern.exists()) else {
            paths.push(pattern.clone());
            continue;
        };
        let no_match = || UploadError::NoMatch { pattern: pattern.clone() };
        let mut found: Vec<_> =
            glob::glob(text).map_err(|_| no_match())?.filter_map(Result::ok).collect();
        // The journal and staging directories are hidden, and what is hidden is not meant by `*`.
        found.retain(|path| {
            !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
        });
        if found.is_empty() {
            return Err(no_match());
        }
        paths.extend(found);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for name in [
            "demo-1.0-py3-none-any.whl",
            "demo-1.0.tar.gz",
            "demo-1.0.1.tar.gz",
            "demo-1.0.1-py3-none-any.whl",
            "demo-1.0.txt",
            ".flit-publish.json",
        ] {
            fs_err::write(directory.path().join(name), "").unwrap();
        }
        directory
    }

    fn project(version: &str) -> (ProjectName, Version) {
        (ProjectName::parse("Demo").unwrap(), Version::parse(version).unwrap())
    }

    fn names(paths: &[PathBuf]) -> Vec<&str> {
        paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
    }

    #[test]
    fn only_this_version_is_meant() {
        let dist = dist();
        let (name, version) = project("1.0");
        let built =
            |formats: &[String]| built_before(dist.path(), (&name, &version), formats).unwrap();
        assert_eq!(names(&built(&[])), ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]);
        assert_eq!(names(&built(&["sdist".into()])), ["demo-1.0.tar.gz"]);
    }

    #[test]
    fn nothing_built_is_told() {
        let dist = dist();
        let (name, version) = project("2.0");
        let error = built_before(dist.path(), (&name, &version), &[]).unwrap_err();
        let expected = format!("no distribution of `Demo` 2.0 in {}", dist.path().display());
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn patterns_are_resolved_without_what_is_hidden() {
        let dist = dist();
        let found = named(&[dist.path().join("*.0.*"), dist.path().join("missing.whl")]).unwrap();
        assert_eq!(names(&found).last(), Some(&"missing.whl"));
        assert!(!names(&found).contains(&".flit-publish.json"));
        let pattern = dist.path().join("*.zip");
        let error = named(std::slice::from_ref(&pattern)).unwrap_err();
        assert_eq!(error.to_string(), format!("no file matches {}", pattern.display()));
    }
}
