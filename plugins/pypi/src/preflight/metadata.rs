//! The fields of core metadata, as PyPI checks them.

use flit_sdk::model::classifier::{self, Classifier};
use flit_sdk::model::{
    CoreMetadata, Field, LicenseError, MetadataVersion, ProjectName, license_expression,
};

use super::{Problem, Weight, address, description, link};

/// The versions of core metadata that PyPI takes.
const METADATA_VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"];

/// How long a summary may be, in characters.
const MAX_SUMMARY: usize = 512;

/// The headers of old that are in no table any more, but may be dynamic.
const OLD_HEADERS: [&str; 3] = ["requires", "provides", "obsoletes"];

/// All that is wrong with the metadata of one file.
pub(super) fn problems(metadata: &CoreMetadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(version(metadata));
    problems.extend(fields_before_their_time(metadata));
    problems.extend(summary(metadata));
    problems.extend(classifiers(metadata));
    problems.extend(license(metadata));
    problems.extend(direct_references(metadata));
    problems.extend(dynamic(metadata));
    problems.extend(extras(metadata));
    problems.extend(address::problems(metadata));
    problems.extend(link::problems(metadata));
    problems.extend(description::problems(metadata));
    problems
}

/// The version of the metadata, and that of the project.
fn version(metadata: &CoreMetadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(version) = metadata.text(Field::MetadataVersion)
        && !METADATA_VERSIONS.contains(&version)
    {
        let message = format!("PyPI does not take metadata of version {version}");
        let hint =
            format!("the latest it takes is {}", METADATA_VERSIONS[METADATA_VERSIONS.len() - 1]);
        problems.push(Problem::new(Weight::Pypi, "metadata.metadata-version", message).hint(hint));
    }
    if let Some(version) = metadata.text(Field::Version)
        && let Some((public, _)) = version.split_once('+')
    {
        let message = format!("`{version}` is a local version, which PyPI does not take");
        let hint = format!("publish a public version such as `{public}`");
        problems.push(Problem::new(Weight::Pypi, "metadata.version", message).hint(hint));
    }
    problems
}

/// Fields that the announced version of core metadata does not have.
fn fields_before_their_time(metadata: &CoreMetadata) -> Vec<Problem> {
    let announced = metadata.text(Field::MetadataVersion).and_then(|text| text.parse().ok());
    let Some::<MetadataVersion>(announced) = announced else { return vec![] };
    let too_new = |field: &Field| field.spec().since > announced;
    let fields = metadata.fields().map(|(field, _)| field).filter(too_new);
    let problem = |field: Field| {
        let since = field.spec().since;
        let message =
            format!("`{field}` is of metadata {since}, and the file announces {announced}");
        let hint = "build the file again with a newer tool";
        Problem::new(Weight::Wrong, "metadata.field", message).hint(hint)
    };
    fields.map(problem).collect()
}

fn summary(metadata: &CoreMetadata) -> Option<Problem> {
    let summary = metadata.text(Field::Summary)?;
    let length = summary.chars().count();
    let message = if summary.contains('\n') {
        "`Summary` has more than one line".into()
    } else if length > MAX_SUMMARY {
        format!("`Summary` has {length} characters, and may have {MAX_SUMMARY}")
    } else {
        return None;
    };
    let hint = "say the rest in the readme";
    Some(Problem::new(Weight::Wrong, "metadata.summary", message).hint(hint))
}

fn classifiers(metadata: &CoreMetadata) -> Vec<Problem> {
    let problem = |classifier: &String| {
        let rule = "metadata.classifier";
        if classifier.starts_with(classifier::PRIVATE_PREFIX) {
            let message = format!("`{classifier}` keeps the project from being published on PyPI");
            let hint = "publish it to another repository, or take the classifier out";
            return Some(Problem::new(Weight::Pypi, rule, message).hint(hint));
        }
        match classifier::check(classifier) {
            Classifier::Known => None,
            Classifier::Deprecated { instead } => {
                let message = format!("the classifier `{classifier}` is deprecated");
                let problem = Problem::new(Weight::Pypi, rule, message);
                let names: Vec<_> = instead.iter().map(|name| format!("`{name}`")).collect();
                let hint = match names.join(" or ") {
                    names if names.is_empty() => "take it out".into(),
                    names => format!("use {names} instead"),
                };
                Some(problem.hint(hint))
            }
            Classifier::Unknown { nearest } => {
                let message = format!("`{classifier}` is not a classifier that PyPI knows");
                let problem = Problem::new(Weight::Wrong, rule, message);
                Some(match nearest {
                    Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
                    None => problem.hint("see https://pypi.org/classifiers/"),
                })
            }
        }
    };
    metadata.list(Field::Classifier).iter().filter_map(problem).collect()
}

fn license(metadata: &CoreMetadata) -> Vec<Problem> {
    let rule = "metadata.license";
    let Some(expression) = metadata.text(Field::LicenseExpression) else { return vec![] };
    let mut problems = Vec::new();
    if let Err(error) = license_expression(expression) {
        let problem = Problem::new(Weight::Wrong, rule, error.to_string());
        problems.push(match error {
            LicenseError::Invalid { suggestion: Some(name), .. } => {
                problem.hint(format!("did you mean `{name}`?"))
            }
            LicenseError::Deprecated { replacements, .. } if !replacements.is_empty() => {
                let names: Vec<_> = replacements.iter().map(|name| format!("`{name}`")).collect();
                problem.hint(format!("use {} instead", names.join(" or ")))
            }
            _ => problem.hint("see https://spdx.org/licenses/"),
        });
    }
    if metadata.contains(Field::License) {
        let message = "there are both `License` and `License-Expression`";
        problems.push(Problem::new(Weight::Wrong, rule, message).hint("leave `License` out"));
    }
    let mut classifiers = metadata.list(Field::Classifier).iter();
    if let Some(classifier) = classifiers.find(|classifier| classifier.starts_with("License ::")) {
        let message =
            format!("there are both `License-Expression` and the classifier `{classifier}`");
        problems
            .push(Problem::new(Weight::Doubtful, rule, message).hint("leave the classifier out"));
    }
    problems
}

/// Requirements that name a URL.
fn direct_references(metadata: &CoreMetadata) -> Vec<Problem> {
    let fields = [Field::RequiresDist, Field::ProvidesDist, Field::ObsoletesDist];
    let requirements = fields
        .into_iter()
        .flat_map(|field| metadata.list(field).iter().map(move |requirement| (field, requirement)));
    let is_direct = |requirement: &str| {
        let head = requirement.split(';').next().unwrap_or_default();
        let end = head.find(|c: char| "@(<>=!~".contains(c));
        end.is_some_and(|end| head[end..].starts_with('@'))
    };
    let problem = |(field, requirement): (Field, &String)| {
        let message = format!("`{field}: {requirement}` refers to a URL, which PyPI does not take");
        let hint = "require a version that is on the index";
        Problem::new(Weight::Pypi, "metadata.requires-dist", message).hint(hint)
    };
    requirements.filter(|(_, requirement)| is_direct(requirement)).map(problem).collect()
}

fn dynamic(metadata: &CoreMetadata) -> Vec<Problem> {
    let is_header = |name: &str| {
        OLD_HEADERS.contains(&name)
            || Field::TABLE.iter().any(|spec| spec.header.eq_ignore_ascii_case(name))
    };
    let never = ["name", "version", "metadata-version"];
    let problem = |name: &String| {
        let lower = name.to_ascii_lowercase();
        let message = if never.contains(&lower.as_str()) {
            format!("`Dynamic` names `{name}`, which is never dynamic")
        } else if !is_header(&lower) {
            format!("`Dynamic` names `{name}`, which is not a field")
        } else {
            return None;
        };
        Some(Problem::new(Weight::Wrong, "metadata.dynamic", message))
    };
    metadata.list(Field::Dynamic).iter().filter_map(problem).collect()
}

fn extras(metadata: &CoreMetadata) -> Vec<Problem> {
    let extras = metadata.list(Field::ProvidesExtra).iter();
    let problem = |extra: &String| {
        let message = format!("`{extra}` is not the name of an extra");
        Problem::new(Weight::Wrong, "metadata.provides-extra", message).hint(
            "use ASCII letters, digits, `.`, `-` and `_`, with a letter or digit at both ends",
        )
    };
    extras.filter(|extra| ProjectName::parse(extra).is_err()).map(problem).collect()
}
