//! Trove classifiers: which ones PyPI knows.

use crate::suggestion::nearest;

/// The list, with where it is from.
const LIST: &str = include_str!("classifiers.txt");

/// How a classifier starts that every index of the public is to refuse.
pub const PRIVATE_PREFIX: &str = "Private ::";

/// What the list says of a classifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Classifier {
    /// It is in use.
    Known,
    /// It was in use.
    Deprecated {
        /// What to use instead; empty if there is nothing like it.
        instead: Vec<&'static str>,
    },
    /// It is not on the list.
    Unknown {
        /// The classifier that was perhaps meant.
        nearest: Option<&'static str>,
    },
}

/// Looks a classifier up.
pub fn check(classifier: &str) -> Classifier {
    match rows().find(|(known, _)| *known == classifier) {
        Some((_, None)) => Classifier::Known,
        Some((_, Some(instead))) => Classifier::Deprecated {
            instead: instead.split(" | ").filter(|name| !name.is_empty()).collect(),
        },
        None => {
            let in_use = rows().filter(|(_, instead)| instead.is_none()).map(|(known, _)| known);
            Classifier::Unknown { nearest: nearest(classifier, in_use) }
        }
    }
}

/// The classifiers, each with what to use instead if it is deprecated.
fn rows() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    LIST.lines().filter(|line| !line.starts_with('#')).map(|line| match line.split_once(" ->") {
        Some((known, instead)) => (known, Some(instead.trim_start())),
        None => (line, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_classifiers_up() {
        let unknown = |nearest| Classifier::Unknown { nearest };
        let deprecated =
            |instead: &[&'static str]| Classifier::Deprecated { instead: instead.into() };
        for (classifier, expected) in [
            ("Programming Language :: Python :: 3", Classifier::Known),
            ("Natural Language :: Ukranian", deprecated(&["Natural Language :: Ukrainian"])),
            ("License :: OSI Approved :: Jabber Open Source License", deprecated(&[])),
            (
                "Programming Language :: Python :: 33",
                unknown(Some("Programming Language :: Python :: 3.3")),
            ),
            ("License :: OSI Aproved", unknown(Some("License :: OSI Approved"))),
            ("programming language :: python", unknown(Some("Programming Language :: Python"))),
            ("no such thing", unknown(None)),
            ("# ", unknown(None)),
            ("", unknown(None)),
        ] {
            assert_eq!(check(classifier), expected, "{classifier}");
        }
    }

    #[test]
    fn every_row_is_a_classifier() {
        assert!(rows().count() > 800);
        for (classifier, instead) in rows() {
            assert_eq!(classifier, classifier.trim());
            assert!(!classifier.is_empty() && !classifier.starts_with(PRIVATE_PREFIX));
            for instead in
                instead.into_iter().flat_map(|it| it.split(" | ")).filter(|it| !it.is_empty())
            {
                assert_eq!(check(instead), Classifier::Known, "{classifier}");
            }
        }
    }
}
