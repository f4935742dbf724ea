//! Requirements: those of the project itself, and those of its extras.

use std::collections::BTreeMap;

use flit_sdk::model::{
    CoreMetadata, Field, ProjectName, check_requirement, check_requires_python, normalized_extra,
};

use crate::findings::Findings;
use crate::line_ends::{has_line_end, with_lf_only};
use crate::problem::Problem;
use crate::table::{Table, Text};

/// The requirements by normalized extra. Sorted, as they are written.
pub(crate) type Extras = BTreeMap<String, Vec<String>>;

/// Sets `Requires-Dist` and `Provides-Extra`.
pub(crate) fn set_requirements(metadata: &mut CoreMetadata, base: Vec<String>, extras: &Extras) {
    let of_extras = extras.iter().flat_map(|(extra, requirements)| {
        requirements.iter().map(move |requirement| with_extra(requirement, extra))
    });
    let all = base.into_iter().chain(of_extras);
    metadata.set_list(Field::RequiresDist, all.map(with_normalized_extras).collect());
    metadata.set_list(Field::ProvidesExtra, extras.keys().cloned().collect());
}

/// Reads a list of requirements.
pub(crate) fn read_requirements(texts: Vec<Text<'_>>, findings: &mut Findings<'_>) -> Vec<String> {
    texts.into_iter().filter_map(|text| requirement(text, findings)).collect()
}

fn requirement(text: Text<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let problem = match check_requirement(text.value) {
        Ok(()) if has_line_end(text.value) => Problem::SeveralLines { key: text.path },
        Ok(()) => return Some(text.value.into()),
        Err(source) => Problem::Requirement { key: text.path, source },
    };
    findings.add(problem, text.span);
    None
}

/// Reads a table of extras.
pub(crate) fn read_extras(table: &Table<'_>, findings: &mut Findings<'_>) -> Extras {
    let mut extras = Extras::new();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in table.entries() {
        if ProjectName::parse(entry.key).is_err() {
            let problem = Problem::ExtraName { name: entry.key.into() };
            findings.add(problem, entry.key_span.clone());
        }
        let normalized = normalized_extra(entry.key);
        let same = names.entry(normalized.clone()).or_default();
        same.push(entry.key.into());
        if same.len() == 2 {
            let problem = Problem::ExtraClash { names: same.clone() };
            findings.add(problem, entry.key_span.clone());
        }
        let texts = entry.texts(findings);
        extras.insert(normalized, read_requirements(texts, findings));
    }
    extras
}

/// Reads the versions of Python that the project works with.
pub(crate) fn read_requires_python(
    text: &Text<'_>,
    metadata: &mut CoreMetadata,
    findings: &mut Findings<'_>,
) {
    if let Err(source) = check_requires_python(text.value) {
        let problem = Problem::Requirement { key: text.path.clone(), source };
        findings.add(problem, text.span.clone());
    }
    metadata.set_text(Field::RequiresPython, with_lf_only(text.value));
}

/// The requirement under the condition that the extra is asked for.
fn with_extra(requirement: &str, extra: &str) -> String {
    match requirement.split_once(';') {
        Some((name, marker)) => format!("{name} ; extra == \"{extra}\" and ({marker})"),
        None => format!("{requirement} ; extra == \"{extra}\""),
    }
}

/// Normalizes the extras in the brackets right behind the name. Brackets elsewhere are part of a URL or a marker.
fn with_normalized_extras(requirement: String) -> String {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let blanks = |rest: &str| rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let mut at = blanks(&requirement);
    at += requirement.as_bytes()[at..].iter().take_while(|byte| is_name(byte)).count();
    at += blanks(&requirement[at..]);
    let Some(rest) = requirement[at..].strip_prefix('[') else { return requirement };
    let Some((extras, rest)) = rest.split_once(']') else { return requirement };
    let extras: Vec<_> = extras.split(',').map(|extra| normalized_extra(extra.trim())).collect();
    format!("{}[{}]{rest}", &requirement[..at], extras.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_only_the_extras_behind_the_name() {
        for (text, normalized) in [
            ("a", "a"),
            ("a[B_c,d]>1", "a[b-c, d]>1"),
            (
                " a.b-C [ X.__Y ] ; python_version in '[Z]'",
                " a.b-C [x-y] ; python_version in '[Z]'",
            ),
            ("a @ https://[::1]/A[B]", "a @ https://[::1]/A[B]"),
            ("a[]", "a[]"),
            ("a[B", "a[B"),
            ("", ""),
        ] {
            assert_eq!(with_normalized_extras(text.into()), normalized);
        }
    }

    #[test]
    fn puts_the_extra_into_the_marker() {
        assert_eq!(with_extra("a>1", "x"), "a>1 ; extra == \"x\"");
        assert_eq!(with_extra("a; b or c", "x"), "a ; extra == \"x\" and ( b or c)",);
    }
}
