//! The names of distributions: what a file says of itself before it is opened.
//!
//! See <https://packaging.python.org/en/latest/specifications/binary-distribution-format/> and
//! <https://packaging.python.org/en/latest/specifications/source-distribution-format/>.

use std::fmt;

use super::name::{NameError, ProjectName};
use super::version::{Version, VersionError};

/// The name of a distribution, taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DistributionName {
    /// Of a wheel.
    Wheel(WheelName),
    /// Of a source distribution.
    Sdist(SdistName),
}

/// The name of a wheel: `NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WheelName {
    /// The project, as the file spells it.
    pub name: ProjectName,
    /// The version.
    pub version: Version,
    /// Which build of this version it is; starts with a digit.
    pub build: Option<String>,
    /// The versions of Python: `py3`, `py2.py3`.
    pub python_tag: String,
    /// The binary interfaces of Python: `none`, `cp311`, `abi3`.
    pub abi_tag: String,
    /// The platforms: `any`, `manylinux_2_17_x86_64.manylinux2014_x86_64`.
    pub platform_tag: String,
}

/// The name of a source distribution: `NAME-VERSION.tar.gz`, or of old `NAME-VERSION.zip`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SdistName {
    /// The project, as the file spells it.
    pub name: ProjectName,
    /// The version.
    pub version: Version,
    /// What it is packed as.
    pub format: SdistFormat,
    /// The file's name without the suffix, as it is spelled: what the directory inside is called.
    pub stem: String,
}

/// What a source distribution is packed as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SdistFormat {
    /// A compressed tar, as the specification wants it.
    TarGz,
    /// A zip, from before there was a specification.
    Zip,
}

/// Why a file's name is not that of a distribution.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FileNameError {
    /// It ends as no distribution does.
    #[error("it does not end in `.whl` or `.tar.gz`")]
    Suffix,
    /// It ends as distributions did that indexes do not take any more.
    #[error("`{suffix}` is a format that is not published any more")]
    Retired {
        /// The end of the name.
        suffix: &'static str,
    },
    /// A wheel's name has too few parts or too many.
    #[error("the name of a wheel has 5 parts, or 6 with a build number, and not {count}")]
    Parts {
        /// How many it has.
        count: usize,
    },
    /// A source distribution's name has no hyphen.
    #[error("there is no `-` between a name and a version")]
    NoVersion,
    /// The first part is no name of a project.
    #[error("it does not start with the name of a project")]
    Name(#[source] NameError),
    /// There is no version where it should be.
    #[error("`{}` is not a version", .0.text)]
    Version(#[source] VersionError),
    /// The build number of a wheel does not start with a digit.
    #[error("the build number `{build}` does not start with a digit")]
    Build {
        /// The part that was to be one.
        build: String,
    },
    /// A tag of a wheel is empty or has other characters than letters, digits and `_`.
    #[error("`{tag}` is not a compatibility tag")]
    Tag {
        /// The part with all its tags.
        tag: String,
    },
}

/// Ends of names of distributions of old.
const RETIRED: [&str; 11] = [
    ".egg", ".exe", ".msi", ".rpm", ".deb", ".dmg", ".tar.bz2", ".tar.xz", ".tar.Z", ".tgz", ".tar",
];

impl DistributionName {
    /// Takes the name of a file apart.
    ///
    /// # Errors
    ///
    /// It is not the name of a wheel or a source distribution.
    pub fn parse(file_name: &str) -> Result<Self, FileNameError> {
        if let Some(stem) = file_name.strip_suffix(".whl") {
            return parse_wheel(stem).map(Self::Wheel);
        }
        for (suffix, format) in [(".tar.gz", SdistFormat::TarGz), (".zip", SdistFormat::Zip)] {
            if let Some(stem) = file_name.strip_suffix(suffix) {
                return parse_sdist(stem, format).map(Self::Sdist);
            }
        }
        let retired = RETIRED.into_iter().find(|suffix| file_name.ends_with(suffix));
        Err(retired.map_or(FileNameError::Suffix, |suffix| FileNameError::Retired { suffix }))
    }

    /// The project, as the file spells it.
    pub fn name(&self) -> &ProjectName {
        match self {
            Self::Wheel(wheel) => &wheel.name,
            Self::Sdist(sdist) => &sdist.name,
        }
    }

    /// The version.
    pub fn version(&self) -> &Version {
        match self {
            Self::Wheel(wheel) => &wheel.version,
            Self::Sdist(sdist) => &sdist.version,
        }
    }
}

impl WheelName {
    /// The tags that the three parts stand for, each `PYTHON-ABI-PLATFORM`: as many as the product of their numbers.
    pub fn tags(&self) -> impl Iterator<Item = String> {
        self.python_tag.split('.').flat_map(move |python| {
            self.abi_tag.split('.').flat_map(move |abi| {
                let platforms = self.platform_tag.split('.');
                platforms.map(move |platform| format!("{python}-{abi}-{platform}"))
            })
        })
    }
}

impl fmt::Display for SdistFormat {
    /// The suffix of the file's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TarGz => ".tar.gz",
            Self::Zip => ".zip",
        })
    }
}

fn parse_wheel(stem: &str) -> Result<WheelName, FileNameError> {
    let parts: Vec<_> = stem.split('-').collect();
    let (name, version, build, python_tag, abi_tag, platform_tag) = match parts[..] {
        [name, version, python, abi, platform] => (name, version, None, python, abi, platform),
        [name, version, build, python, abi, platform] => {
            (name, version, Some(build), python, abi, platform)
        }
        _ => return Err(FileNameError::Parts { count: parts.len() }),
    };
    if let Some(build) = build.filter(|build| !build.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(FileNameError::Build { build: build.into() });
    }
    let is_tag = |tag: &str| {
        !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    for tag in [python_tag, abi_tag, platform_tag] {
        if !tag.split('.').all(is_tag) {
            return Err(FileNameError::Tag { tag: tag.into() });
        }
    }
    Ok(WheelName {
        name: ProjectName::parse(name).map_err(FileNameError::Name)?,
        // `-` inside of a version is written as `_`.
        version: Version::parse(&version.replace('_', "-")).map_err(FileNameError::Version)?,
        build: build.map(Into::into),
        python_tag: python_tag.into(),
        abi_tag: abi_tag.into(),
        platform_tag: platform_tag.into(),
    })
}

fn parse_sdist(stem: &str, format: SdistFormat) -> Result<SdistName, FileNameError> {
    // Names of old have hyphens, versions have none.
    let (name, version) = stem.rsplit_once('-').ok_or(FileNameError::NoVersion)?;
    Ok(SdistName {
        name: ProjectName::parse(name).map_err(FileNameError::Name)?,
        version: Version::parse(version).map_err(FileNameError::Version)?,
        format,
        stem: stem.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wheel(file_name: &str) -> WheelName {
        match DistributionName::parse(file_name) {
            Ok(DistributionName::Wheel(wheel)) => wheel,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn takes_wheels_apart() {
        let name = wheel("Foo.bar_baz-1.0_1-2b-py2.py3-none-any.whl");
        assert_eq!(name.name.normalized(), "foo-bar-baz");
        assert_eq!(name.version.as_str(), "1.0.post1");
        assert_eq!(name.build.as_deref(), Some("2b"));
        assert_eq!(name.tags().collect::<Vec<_>>(), ["py2-none-any", "py3-none-any"]);
        let name =
            wheel("a-1.0+ubuntu.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl");
        assert_eq!(name.version.as_str(), "1.0+ubuntu.1");
        assert_eq!(name.build, None);
        assert_eq!(name.tags().count(), 2);
    }

    #[test]
    fn takes_sdists_apart() {
        for (file_name, name, version, stem) in [
            ("foo_bar-1.0.tar.gz", "foo_bar", "1.0", "foo_bar-1.0"),
            ("foo-bar-1.0rc1.tar.gz", "foo-bar", "1.0rc1", "foo-bar-1.0rc1"),
            ("a-1.zip", "a", "1", "a-1"),
        ] {
            let parsed = DistributionName::parse(file_name).unwrap();
            assert_eq!((parsed.name().as_str(), parsed.version().as_str()), (name, version));
            let DistributionName::Sdist(sdist) = parsed else { panic!("{parsed:?}") };
            assert_eq!(sdist.stem, stem);
            assert_eq!(format!("{stem}{}", sdist.format), file_name);
        }
    }

    #[test]
    fn says_why_a_name_is_none() {
        for (file_name, message) in [
            ("README.md", "it does not end in `.whl` or `.tar.gz`"),
            ("", "it does not end in `.whl` or `.tar.gz`"),
            ("a-1.0.tar.bz2", "`.tar.bz2` is a format that is not published any more"),
            ("a-1.0-py3.11.egg", "`.egg` is a format that is not published any more"),
            (
                "a-1.0-py3-any.whl",
                "the name of a wheel has 5 parts, or 6 with a build number, and not 4",
            ),
            (".whl", "the name of a wheel has 5 parts, or 6 with a build number, and not 1"),
            ("a.tar.gz", "there is no `-` between a name and a version"),
            ("a-x.tar.gz", "`x` is not a version"),
            ("a-1.0.x-py3-none-any.whl", "`1.0.x` is not a version"),
            ("_a-1.0-py3-none-any.whl", "it does not start with the name of a project"),
            ("-1.0.tar.gz", "it does not start with the name of a project"),
            ("../a-1.0.tar.gz", "it does not start with the name of a project"),
            ("a-1.0-b1-py3-none-any.whl", "the build number `b1` does not start with a digit"),
            ("a-1.0-py3..py2-none-any.whl", "`py3..py2` is not a compatibility tag"),
            ("a-1.0-py3-none-any (1).whl", "`any (1)` is not a compatibility tag"),
        ] {
            let error = DistributionName::parse(file_name).unwrap_err();
            assert_eq!(error.to_string(), message, "{file_name}");
        }
    }
}
