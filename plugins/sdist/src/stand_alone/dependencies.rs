//! Requirements as `[project]` has them: those of extras in lists of their own.

use std::collections::BTreeMap;

use flit_sdk::model::CoreMetadata;
use flit_sdk::model::Field;

/// What `dependencies` and `optional-dependencies` hold.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Dependencies {
    pub(super) always: Vec<String>,
    pub(super) by_extra: BTreeMap<String, Vec<String>>,
}

impl Dependencies {
    /// Splits `Requires-Dist`.
    ///
    /// A requirement whose marker combines an extra with something else in a way that flit does not write stays as it is
    /// among those of `dependencies`: there it means the same.
    pub(super) fn split(metadata: &CoreMetadata) -> Self {
        let mut dependencies = Self::default();
        for extra in metadata.list(Field::ProvidesExtra) {
            dependencies.by_extra.entry(extra.clone()).or_default();
        }
        for requirement in metadata.list(Field::RequiresDist) {
            match requirement_of_extra(requirement) {
                Some((extra, requirement)) => {
                    dependencies.by_extra.entry(extra).or_default().push(requirement);
                }
                None => dependencies.always.push(requirement.clone()),
            }
        }
        dependencies
    }
}

/// Takes apart `REQUIREMENT ; extra == "EXTRA"` and `REQUIREMENT ; extra == "EXTRA" and (MARKER)`.
fn requirement_of_extra(requirement: &str) -> Option<(String, String)> {
    let (requirement, marker) = requirement.split_once(';')?;
    let requirement = requirement.strip_suffix(' ').unwrap_or(requirement);
    let value = marker.trim().strip_prefix("extra")?.trim_start().strip_prefix("==")?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (extra, rest) = value[1..].split_once(quote)?;
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((extra.into(), requirement.into()));
    }
    let marker = rest.strip_prefix("and")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    is_closed(marker).then(|| (extra.into(), format!("{requirement};{marker}")))
}

/// Whether each parenthesis is closed within the text, so that the pair around it belonged together.
fn is_closed(marker: &str) -> bool {
    let mut depth = 0_usize;
    for character in marker.chars() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_apart_what_flit_writes() {
        for (requirement, expected) in [
            ("a", None),
            ("a ; python_version < \"3\"", None),
            ("a ; extra == \"x\"", Some(("x", "a"))),
            ("a >=1;extra=='x-y'", Some(("x-y", "a >=1"))),
            ("a ; extra == \"x\" and ( os_name == 'nt')", Some(("x", "a; os_name == 'nt'"))),
            ("a ; extra == \"x\" and ((b) or (c))", Some(("x", "a;(b) or (c)"))),
            ("a ; extra == \"x\" and (b) or (c)", None),
            ("a ; extra == \"x\" or os_name == 'nt'", None),
            ("a ; os_name == 'nt' and extra == \"x\"", None),
            ("a ; extra == x", None),
            ("a ; extra", None),
        ] {
            let expected = expected.map(|(extra, rest)| (extra.to_owned(), rest.to_owned()));
            assert_eq!(requirement_of_extra(requirement), expected, "{requirement}");
        }
    }

    #[test]
    fn an_extra_without_requirements_is_kept() {
        let mut metadata = CoreMetadata::default();
        metadata.set_list(Field::ProvidesExtra, vec!["empty".into(), "x".into()]);
        metadata.set_list(
            Field::RequiresDist,
            vec!["a".into(), "b ; extra == \"x\"".into(), "c; extra == 'x' or a".into()],
        );
        let dependencies = Dependencies::split(&metadata);
        assert_eq!(dependencies.always, ["a", "c; extra == 'x' or a"]);
        let by_extra: Vec<_> = dependencies.by_extra.into_iter().collect();
        assert_eq!(by_extra, [("empty".into(), vec![]), ("x".into(), vec!["b".into()])]);
    }
}
