//! Whether two file names are of the same distribution, however they spell it.

use std::collections::BTreeSet;

use flit_sdk::model::{DistributionName, FileNameError, WheelName};

/// Whether indexes list files with such a name; today's or of old.
pub(super) fn is_listed(file_name: &str) -> bool {
    !matches!(DistributionName::parse(file_name), Err(FileNameError::Suffix))
}

/// Whether both are names of one distribution: the name and the version may be spelled in several ways, and the tags of
/// a wheel may be in any order.
pub(super) fn is_same(one: &DistributionName, other: &DistributionName) -> bool {
    let is_same_format = match (one, other) {
        (DistributionName::Wheel(one), DistributionName::Wheel(other)) => {
            one.build == other.build && tags(one) == tags(other)
        }
        (DistributionName::Sdist(one), DistributionName::Sdist(other)) => {
            one.format == other.format
        }
        (DistributionName::Wheel(_), DistributionName::Sdist(_))
        | (DistributionName::Sdist(_), DistributionName::Wheel(_)) => false,
    };
    is_same_format
        && one.version() == other.version()
        && one.name().normalized() == other.name().normalized()
}

/// The tags of each part. Not their product, which may be large: what names an index lists is not ours to say.
fn tags(wheel: &WheelName) -> [BTreeSet<&str>; 3] {
    [&wheel.python_tag, &wheel.abi_tag, &wheel.platform_tag].map(|part| part.split('.').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_same(one: &str, other: &str) -> bool {
        let parse = |file_name: &str| DistributionName::parse(file_name).unwrap();
        is_same(&parse(one), &parse(other))
    }

    #[test]
    fn spellings_of_one_distribution_are_the_same() {
        for (one, other) in [
            ("foo_bar-1.0-py3-none-any.whl", "Foo.Bar-1.0-py3-none-any.whl"),
            ("foo_bar-1.0-py2.py3-none-any.whl", "foo_bar-1.0-py3.py2-none-any.whl"),
            ("foo_bar-1.0a1.tar.gz", "Foo-Bar-1.0.alpha1.tar.gz"),
            ("foo_bar-1.0.zip", "foo-bar-1.0.zip"),
        ] {
            assert!(are_same(one, other), "{other}");
        }
        let ours = "foo_bar-1.0-py3-none-any.whl";
        for other in [
            "foo_bar-1.0-1-py3-none-any.whl",
            "foo_bar-1.0.1-py3-none-any.whl",
            "foo_bar-1.0-py2-none-any.whl",
            "foo-1.0-py3-none-any.whl",
            "foo_bar-1.0.tar.gz",
        ] {
            assert!(!are_same(ours, other), "{other}");
        }
        assert!(!are_same("foo_bar-1.0.tar.gz", "foo_bar-1.0.zip"));
    }

    #[test]
    fn files_that_indexes_list_are_told_by_their_ends() {
        for name in ["a-1-py3-none-any.whl", "a-1.tar.gz", "a.zip", "a-1.egg", "a-1.tar.bz2"] {
            assert!(is_listed(name), "{name}");
        }
        for name in ["", "a", "a-1.tar.gz.asc", "a-1-py3-none-any.whl.metadata", "index.html"] {
            assert!(!is_listed(name), "{name}");
        }
    }
}
