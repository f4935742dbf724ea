//! What a value of core metadata must be like, whoever supplied it.

use flit_sdk::model::{
    Cardinality, Field, LicenseError, MetadataVersion, NameError, ProjectName, RequirementError,
    Version, VersionError, check_requirement, check_requires_python, is_dotted_identifier,
    license_expression,
};
use flit_sdk::source_tree::relative_path;

/// What is wrong with a value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FieldProblem {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Version(#[from] VersionError),
    #[error(transparent)]
    Requirement(#[from] RequirementError),
    #[error(transparent)]
    License(#[from] LicenseError),
    #[error("`{value}` is not {expected}")]
    Unexpected { value: String, expected: &'static str },
    #[error("`{value}` has more than one line")]
    Lines { value: String },
    #[error("the value contains the character {character:?}, which no header can carry")]
    Control { character: char },
}

/// Checks one value of one field.
pub(super) fn check(field: Field, value: &str) -> Result<(), FieldProblem> {
    if let Some(character) = value.chars().find(|character| matches!(character, '\0')) {
        return Err(FieldProblem::Control { character });
    }
    if field.spec().cardinality == Cardinality::Many && value.contains(['\n', '\r']) {
        return Err(FieldProblem::Lines { value: value.into() });
    }
    let expect = |holds: bool, expected| {
        if holds { Ok(()) } else { Err(FieldProblem::Unexpected { value: value.into(), expected }) }
    };
    match field {
        Field::Name => ProjectName::parse(value).map(drop).map_err(Into::into),
        Field::Version => Version::parse(value).map(drop).map_err(Into::into),
        Field::RequiresPython => check_requires_python(value).map_err(Into::into),
        Field::RequiresDist => check_requirement(value).map_err(Into::into),
        Field::LicenseExpression => license_expression(value).map(drop).map_err(Into::into),
        Field::MetadataVersion => {
            expect(value.parse::<MetadataVersion>().is_ok(), "a version such as 2.4")
        }
        Field::LicenseFile => expect(
            relative_path(value).is_ok_and(|path| path == value),
            "a path relative to the source tree",
        ),
        Field::ProvidesExtra => expect(ProjectName::parse(value).is_ok(), "the name of an extra"),
        Field::ImportName | Field::ImportNamespace => {
            let name = value.split(';').next().unwrap_or_default().trim_end();
            expect(
                is_dotted_identifier(name.strip_suffix("-stubs").unwrap_or(name)),
                "an import name",
            )
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_with_a_value() {
        let message = |field, value| check(field, value).map_err(|problem| problem.to_string());
        assert_eq!(message(Field::Summary, "anything\nat all"), Ok(()));
        assert_eq!(
            message(Field::Classifier, "A\nName: b").unwrap_err(),
            "`A\nName: b` has more than one line"
        );
        assert_eq!(
            message(Field::Summary, "a\0").unwrap_err(),
            "the value contains the character '\\0', which no header can carry"
        );
        assert_eq!(
            message(Field::MetadataVersion, "2").unwrap_err(),
            "`2` is not a version such as 2.4"
        );
        assert_eq!(
            message(Field::LicenseFile, "../LICENSE").unwrap_err(),
            "`../LICENSE` is not a path relative to the source tree"
        );
        assert_eq!(message(Field::ImportName, "a-b").unwrap_err(), "`a-b` is not an import name");
        assert_eq!(message(Field::ImportName, "a.b ; private"), Ok(()));
        assert_eq!(
            message(Field::ProvidesExtra, "-").unwrap_err(),
            "`-` is not the name of an extra"
        );
        assert_eq!(message(Field::Version, "x").unwrap_err(), "`x` is not a valid version");
    }
}
