//! The names of distributions: which may stand in an index, and of which version they are.

use flit_sdk::model::{DistributionName, Field, FileNameError, ProjectName, ReleaseFile};
use pep440_rs::Version;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{IndexError, Result};

/// All but what RFC 3986 calls unreserved: some servers take a `+` for a space.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name as the last part of a relative URL.
pub(crate) fn as_url(file_name: &str) -> String {
    utf8_percent_encode(file_name, ESCAPED).to_string()
}

/// Whether a link to a file of that name is one to a distribution, those of old included.
pub(crate) fn is_distribution(file_name: &str) -> bool {
    stem(file_name).is_some_and(|stem| !stem.is_empty())
}

/// Whether a distribution is of the project with this normalized name.
pub(crate) fn is_of(file_name: &str, project: &str) -> bool {
    match DistributionName::parse(file_name) {
        Ok(name) => name.name().normalized() == project,
        Err(_) => version(file_name, project).is_some(),
    }
}

/// Checks that a file of that name may be put beside a page.
pub(crate) fn check(file_name: &str) -> Result<()> {
    let refuse = |reason| Err(IndexError::FileName { file_name: file_name.into(), reason });
    if file_name.contains(|character: char| r"/\:".contains(character) || character.is_control()) {
        return refuse("it is not the name of a file");
    }
    if file_name.starts_with('.') {
        return refuse("hidden files are not served by every server");
    }
    if !is_distribution(file_name) {
        return refuse("installers do not know files of such a name");
    }
    Ok(())
}

/// The normalized name of the project that a file is of.
pub(crate) fn project_of(file: &ReleaseFile) -> Result<String> {
    let name = file.metadata.text(Field::Name).unwrap_or_default();
    match ProjectName::parse(name) {
        Ok(name) => Ok(name.normalized()),
        Err(_) => Err(IndexError::FileName {
            file_name: file.file_name.clone(),
            reason: "its metadata does not name the project",
        }),
    }
}

/// The version of the project's distribution of that name; `None` if the name does not tell.
pub(crate) fn version(file_name: &str, project: &str) -> Option<Version> {
    if let Ok(name) = DistributionName::parse(file_name)
        && name.name().normalized() == project
    {
        return name.version().as_str().parse().ok();
    }
    // Names of old: `-` stands between name and version, and also within each.
    let stem = stem(file_name)?;
    stem.match_indices('-').find_map(|(at, _)| {
        let name = ProjectName::parse(&stem[..at]).ok()?;
        if name.normalized() != project {
            return None;
        }
        let rest = &stem[at + 1..];
        let parts = rest.match_indices('-').map(|(end, _)| &rest[..end]);
        parts.chain([rest]).find_map(|part| part.parse().ok())
    })
}

/// The name without its ending; `None` if it ends as no distribution does, nor did.
fn stem(file_name: &str) -> Option<&str> {
    match DistributionName::parse(file_name) {
        Err(FileNameError::Suffix) => None,
        Err(FileNameError::Retired { suffix }) => file_name.strip_suffix(suffix),
        Ok(_) | Err(_) => {
            [".whl", ".tar.gz", ".zip"].iter().find_map(|suffix| file_name.strip_suffix(suffix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_versions() {
        for (file_name, project, expected) in [
            ("demo-1.0-py3-none-any.whl", "demo", Some("1.0")),
            ("demo-1.0.tar.gz", "demo", Some("1.0")),
            ("de_mo-1!2.0+local.1-1-py3-none-any.whl", "de-mo", Some("1!2.0+local.1")),
            ("de-mo-1.0-1.zip", "de-mo", Some("1.0")),
            ("De.Mo-2.0a1.tgz", "de-mo", Some("2.0a1")),
            ("demo-1.0-py2.7.egg", "demo", Some("1.0")),
            ("other-1.0.tar.gz", "demo", None),
            ("demo-latest.tar.gz", "demo", None),
            ("demo.tar.gz", "demo", None),
            ("demo-1.0.txt", "demo", None),
        ] {
            let found = version(file_name, project).map(|version| version.to_string());
            assert_eq!(found.as_deref(), expected, "{file_name}");
        }
    }

    #[test]
    fn refuses_names_with_the_reason() {
        let shown: Vec<_> =
            ["demo-1.0.tar.gz", ".a.whl", "../a.whl", r"a\b.whl", "index.html", ".whl"]
                .iter()
                .map(|name| check(name).map_or_else(|error| error.to_string(), |()| "good".into()))
                .collect();
        assert_eq!(
            shown,
            [
                "good",
                "`.a.whl` cannot be put into an index: hidden files are not served by every server",
                "`../a.whl` cannot be put into an index: it is not the name of a file",
                r"`a\b.whl` cannot be put into an index: it is not the name of a file",
                "`index.html` cannot be put into an index: installers do not know files of such a name",
                "`.whl` cannot be put into an index: hidden files are not served by every server",
            ]
        );
    }

    #[test]
    fn escapes_what_servers_read_otherwise() {
        assert_eq!(as_url("a_b-1!2+x.1-ü.whl"), "a_b-1%212%2Bx.1-%C3%BC.whl");
    }
}
