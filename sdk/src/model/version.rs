//! Versions as PEP 440 defines them.

use std::fmt;
use std::str::FromStr as _;

/// A version, normalized by construction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version(String);

/// Why a version was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid version")]
pub struct VersionError {
    /// What was to be a version.
    pub text: String,
    /// What is wrong with it.
    #[source]
    pub source: Box<pep440_rs::VersionParseError>,
}

impl Version {
    /// Parses and normalizes a version: `v1.0-Alpha_2` becomes `1.0a2`.
    ///
    /// # Errors
    ///
    /// It is not a version that PEP 440 accepts.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        match pep440_rs::Version::from_str(text) {
            Ok(version) => Ok(Self(version.to_string())),
            Err(error) => Err(VersionError { text: text.into(), source: Box::new(error) }),
        }
    }

    /// The normalized text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_as_flit_does() {
        for (text, normalized) in [
            ("1.0", "1.0"),
            (" v1.0 ", "1.0"),
            ("1.0-Alpha_2", "1.0a2"),
            ("1.0.preview", "1.0rc0"),
            ("1.0-1", "1.0.post1"),
            ("1.0.rev2", "1.0.post2"),
            ("01.02", "1.2"),
            ("2024.01.05", "2024.1.5"),
            ("1!2.0.dev", "1!2.0.dev0"),
            ("1.0+Ubuntu-01_x", "1.0+ubuntu.1.x"),
        ] {
            assert_eq!(
                Version::parse(text).map(|version| version.0).as_deref(),
                Ok(normalized),
                "{text}"
            );
        }
        for text in ["", "1.", "1.0a1b1", "1.0.*", "1.0-1-2", "x", "١.٠"] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }
}
