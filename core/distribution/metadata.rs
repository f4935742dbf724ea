//! METADATA and PKG-INFO: whether they can be read, and say what the name of the file says.

use flit_sdk::model::{
    CoreMetadata, Field, MetadataVersion, ProjectName, Version, check_requirement,
    check_requires_python,
};

use super::fault::{Fault, Report, shown};

/// What a METADATA or PKG-INFO says.
#[derive(Debug)]
pub(super) struct ReadMetadata {
    pub(super) metadata: CoreMetadata,
    /// The text, byte for byte.
    pub(super) text: String,
}

/// Reads the content of the member `member` of the file whose name says `name` and `version`.
pub(super) fn read(
    content: Vec<u8>,
    member: &str,
    name: &ProjectName,
    version: &Version,
    report: &mut Report,
) -> Option<ReadMetadata> {
    let mut fault =
        |rule, message: String| report.error(Fault::new(rule, message).of_member(member));
    let text = match String::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let place = error.utf8_error().valid_up_to();
            fault("metadata.text", format!("is not UTF-8 (at byte {place})"));
            return None;
        }
    };
    match CoreMetadata::parse(&text) {
        Ok(metadata) => {
            check(&metadata, member, (name, version), report);
            Some(ReadMetadata { metadata, text })
        }
        Err(error) => {
            for problem in error.problems {
                fault("metadata.text", shown(&problem.to_string()));
            }
            None
        }
    }
}

fn check(
    metadata: &CoreMetadata,
    member: &str,
    (name, version): (&ProjectName, &Version),
    report: &mut Report,
) {
    let mut fault =
        |rule, message: String| report.error(Fault::new(rule, message).of_member(member));
    for field in [Field::MetadataVersion, Field::Name, Field::Version] {
        if !metadata.contains(field) {
            fault("metadata.required", format!("there is no `{field}`"));
        }
    }
    if let Some(text) = metadata.text(Field::MetadataVersion)
        && let Err(error) = text.parse::<MetadataVersion>()
    {
        fault("metadata.version", shown(&error.to_string()));
    }
    match metadata.text(Field::Name).map(ProjectName::parse) {
        Some(Ok(own)) if own.normalized() != name.normalized() => {
            let message = format!("the name is `{own}`, and in the file's name `{name}`");
            fault("metadata.name", message);
        }
        Some(Err(error)) => fault("metadata.name", shown(&error.to_string())),
        Some(Ok(_)) | None => {}
    }
    match metadata.text(Field::Version).map(Version::parse) {
        Some(Ok(own)) if own != *version => {
            fault(
                "metadata.version",
                format!("the version is `{own}`, and in the file's name `{version}`"),
            );
        }
        Some(Err(error)) => fault("metadata.version", shown(&error.to_string())),
        Some(Ok(_)) | None => {}
    }
    for requirement in metadata.list(Field::RequiresDist) {
        if let Err(error) = check_requirement(requirement) {
            fault("metadata.requires-dist", format!("{error}: {}", error.source));
        }
    }
    if let Some(text) = metadata.text(Field::RequiresPython)
        && let Err(error) = check_requires_python(text)
    {
        fault("metadata.requires-python", format!("{error}: {}", error.source));
    }
}
