//! Checks of single values.

use flit_sdk::model::{ProjectName, check_requirement, check_requires_python, is_identifier};
use flit_sdk::nearest;
use flit_sdk::python_text::{LINE_ENDS, is_blank};

use crate::document::Setting;
use crate::keys::{DIST_NAME, HOME_PAGE, KEYS, KeySpec, MODULE, REQUIRES_PYTHON, Shape};
use crate::problem::{Problem, ProblemKind, Problems};

/// The text of a value that is no list, without blank lines around it.
pub(crate) fn single_text(setting: &Setting) -> &str {
    setting.text.trim_matches(is_blank)
}

/// The items of a list: one on each line, blank ones left out.
pub(crate) fn items(setting: &Setting) -> impl Iterator<Item = &str> {
    let lines = setting.text.split(LINE_ENDS).map(|line| line.trim_matches(is_blank));
    lines.filter(|line| !line.is_empty())
}

/// Checks a value that is no list.
pub(crate) fn check_single(spec: &KeySpec, setting: &Setting, problems: &mut Problems) {
    let value = single_text(setting);
    let kind = if spec.shape == Shape::Line && value.contains('\n') {
        Some(ProblemKind::SeveralLines { key: spec.name })
    } else {
        match spec.name {
            MODULE => check_module(value),
            DIST_NAME => check_name(DIST_NAME, value),
            HOME_PAGE => check_url(value),
            REQUIRES_PYTHON => check_python(value),
            _ => None,
        }
    };
    if let Some(kind) = kind {
        problems.push(Problem::new(setting.span(), kind));
    }
}

/// Checks that a name is one that a project can have.
pub(crate) fn check_name(key: &'static str, name: &str) -> Option<ProblemKind> {
    let failed = ProjectName::parse(name).err();
    failed.map(|source| ProblemKind::InvalidName { key, source })
}

/// Checks the requirements of a list and returns them as they are to be written.
///
/// A bare version in parentheses, `name (1.0)`, is what flit once allowed; it becomes `name (==1.0)`, which is what it
/// meant, and a message about it is added to `warnings`.
pub(crate) fn requirements(
    key: &'static str,
    setting: &Setting,
    text: &str,
    problems: &mut Problems,
    warnings: &mut Vec<String>,
) -> Vec<String> {
    let mut requirements = Vec::new();
    for item in items(setting) {
        if problems.is_full() {
            break;
        }
        let Err(source) = check_requirement(item) else {
            requirements.push(item.into());
            continue;
        };
        if let Some(exact) = with_operator(item) {
            warnings.push(format!("`{item}` has a bare version and is read as `{exact}`"));
            requirements.push(exact);
        } else {
            let kind = ProblemKind::InvalidRequirement { key, source };
            problems.push(Problem::new(setting.span_of(text, item), kind));
        }
    }
    requirements
}

/// The key that was perhaps meant.
pub(crate) fn similar_key(key: &str) -> Option<&'static str> {
    nearest(key, KEYS.iter().map(|spec| spec.name))
}

fn check_module(name: &str) -> Option<ProblemKind> {
    if is_identifier(name) { None } else { Some(ProblemKind::InvalidModule { name: name.into() }) }
}

fn check_url(url: &str) -> Option<ProblemKind> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty()) {
        None
    } else {
        Some(ProblemKind::InvalidUrl { url: url.into() })
    }
}

fn check_python(versions: &str) -> Option<ProblemKind> {
    if versions.is_empty() {
        return Some(ProblemKind::EmptyRequiresPython);
    }
    let failed = check_requires_python(versions).err();
    failed.map(|source| ProblemKind::InvalidRequiresPython { source })
}

/// Puts `==` before a bare version in parentheses, if that makes a valid requirement.
fn with_operator(requirement: &str) -> Option<String> {
    let (name, rest) = requirement.split_once('(')?;
    let version = rest.trim_start_matches(is_blank);
    if !version.starts_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    let exact = format!("{name}(=={version}");
    check_requirement(&exact).is_ok().then_some(exact)
}
