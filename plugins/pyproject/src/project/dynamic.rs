//! `project.dynamic`: the fields that are not in the file.

use flit_sdk::model::{Field, ModuleKind};
use flit_sdk::nearest;

use super::KEYS;
use crate::findings::Findings;
use crate::table::{Table, Text};

/// The keys that must be static or dynamic. Both are read from the module if they are dynamic.
const REQUIRED: [&str; 2] = ["version", "description"];

/// The fields that a metadata source must supply for each key that can be dynamic.
const SUPPLIED: &[(&str, &[Field])] = &[
    ("version", &[Field::Version]),
    ("description", &[Field::Summary]),
    ("readme", &[Field::Description, Field::DescriptionContentType]),
    ("requires-python", &[Field::RequiresPython]),
    ("license", &[Field::LicenseExpression]),
    ("keywords", &[Field::Keywords]),
    ("classifiers", &[Field::Classifier]),
    ("urls", &[Field::ProjectUrl]),
    ("dependencies", &[Field::RequiresDist]),
    // What can be imported is always known from the module.
    ("import-names", &[]),
    ("import-namespaces", &[]),
];

/// What can be wrong with `project.dynamic`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DynamicProblem {
    #[error("`{name}` is neither in [project] nor in `project.dynamic`")]
    Neither { name: &'static str },
    #[error("`{name}` is in [project] and in `project.dynamic`")]
    Both { name: String },
    #[error("`{name}` cannot be dynamic")]
    Closed { name: String },
    #[error(
        "`{name}` cannot be dynamic in a package of stubs, which has no module to read it from"
    )]
    Stubs { name: String },
    #[error("`{name}` is not a key of [project] that could be dynamic")]
    Unknown { name: String, suggestion: Option<String> },
}

impl DynamicProblem {
    /// What the user could do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Neither { name } => Some(format!(
                "set `{name}`, or add \"{name}\" to `dynamic` to have it read from the module"
            )),
            Self::Both { .. } => Some("remove one of the two".into()),
            Self::Closed { .. } => Some("set it in [project], and remove it from `dynamic`".into()),
            Self::Stubs { name } => Some(format!("set `{name}` in [project]")),
            Self::Unknown { suggestion, .. } => {
                suggestion.as_ref().map(|name| format!("did you mean `{name}`?"))
            }
        }
    }
}

/// Reads which fields later sources must supply.
pub(super) fn read_dynamic(
    module_kind: ModuleKind,
    project: &Table<'_>,
    findings: &mut Findings<'_>,
) -> Vec<Field> {
    let mut dynamic = Vec::new();
    let texts = project.texts("dynamic", findings);
    for text in &texts {
        match fields(module_kind, project, text) {
            Ok(fields) => dynamic.extend_from_slice(fields),
            Err(problem) => findings.add(problem, text.span.clone()),
        }
    }
    let is_list = project.get("dynamic").is_none_or(|entry| entry.as_list().is_some());
    for name in REQUIRED {
        if is_list && !project.contains(name) && !texts.iter().any(|text| text.value == name) {
            findings.add(DynamicProblem::Neither { name }, project.span.clone());
        }
    }
    dynamic.sort_unstable();
    dynamic.dedup();
    dynamic
}

/// The fields that go with one key in `dynamic`.
fn fields(
    module_kind: ModuleKind,
    project: &Table<'_>,
    text: &Text<'_>,
) -> Result<&'static [Field], DynamicProblem> {
    let name = text.value.to_owned();
    if !KEYS.contains(&text.value) {
        let suggestion = nearest(&name, KEYS.iter().copied()).map(str::to_owned);
        return Err(DynamicProblem::Unknown { name, suggestion });
    }
    if project.contains(&name) {
        return Err(DynamicProblem::Both { name });
    }
    if module_kind == ModuleKind::Stubs && REQUIRED.contains(&text.value) {
        return Err(DynamicProblem::Stubs { name });
    }
    // The requirements of extras are in the same field.
    let is_closed = name == "dependencies" && project.contains("optional-dependencies");
    let supplied = SUPPLIED.iter().find(|(key, _)| *key == name && !is_closed);
    supplied.map(|(_, fields)| *fields).ok_or(DynamicProblem::Closed { name })
}
