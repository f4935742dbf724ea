//! The fields of the upload form, in a fixed order.

use flit_sdk::model::{CoreMetadata, Field, FileKind, ReleaseFile};

/// A field of a form: its name and one value. A field with several values is there several times.
pub(crate) type FormField = (&'static str, String);

/// The fields of an upload: everything but the file itself.
pub(crate) fn upload_fields(file: &ReleaseFile) -> Vec<FormField> {
    let (file_type, python_version) = match &file.kind {
        FileKind::Wheel { python_tag } => ("bdist_wheel", python_tag.as_str()),
        // The only other kind that an index takes.
        FileKind::Sdist | _ => ("sdist", "source"),
    };
    let mut fields = vec![(":action", "file_upload".to_owned()), ("protocol_version", "1".into())];
    fields.extend(metadata_fields(&file.metadata));
    fields.push(("filetype", file_type.into()));
    fields.push(("pyversion", python_version.into()));
    fields.push(("sha256_digest", file.sha256.clone()));
    fields.push(("blake2_256_digest", file.blake2_256.clone()));
    if !file.attestations.is_empty() {
        fields.push(("attestations", format!("[{}]", file.attestations.join(","))));
    }
    fields
}

/// The fields of core metadata, in the order of the table.
///
/// Where a file says `UNKNOWN`, as setuptools of old did, or nothing, there is no value.
pub(crate) fn metadata_fields(metadata: &CoreMetadata) -> Vec<FormField> {
    let mut fields = Vec::new();
    for spec in Field::TABLE {
        let values = metadata.list(spec.field).iter();
        let known = values.filter(|value| !matches!(value.trim(), "" | "UNKNOWN"));
        let before = fields.len();
        fields.extend(known.map(|value| (spec.key, value.clone())));
        if spec.field == Field::RequiresPython && fields.len() == before {
            // GitLab refuses a form without it.
            fields.push((spec.key, String::new()));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: FileKind) -> ReleaseFile {
        let mut metadata = CoreMetadata::default();
        metadata.set_text(Field::MetadataVersion, "2.5");
        metadata.set_text(Field::Name, "Up.Demo");
        metadata.set_text(Field::Version, "1.0");
        metadata.set_text(Field::Keywords, "alpha,beta");
        metadata.set_text(Field::HomePage, "UNKNOWN");
        metadata.set_text(Field::License, "");
        metadata.set_list(Field::Classifier, vec!["A".into(), "B".into()]);
        metadata.set_list(Field::ImportName, vec!["up".into()]);
        metadata.set_text(Field::Description, "Über\n");
        ReleaseFile {
            path: "demo".into(),
            file_name: "up_demo-1.0-py3-none-any.whl".into(),
            kind,
            size: 1,
            sha256: "aa".into(),
            blake2_256: "bb".into(),
            metadata,
            metadata_text: String::new(),
            attestations: vec![],
        }
    }

    fn lines(file: &ReleaseFile) -> Vec<String> {
        upload_fields(file).iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn fields_come_in_the_order_of_the_table() {
        let wheel = file(FileKind::Wheel { python_tag: "py2.py3".into() });
        let expected = [
            ":action=file_upload",
            "protocol_version=1",
            "metadata_version=2.5",
            "name=Up.Demo",
            "version=1.0",
            "keywords=alpha,beta",
            "requires_python=",
            "classifiers=A",
            "classifiers=B",
            "import_name=up",
            "description=Über\n",
            "filetype=bdist_wheel",
            "pyversion=py2.py3",
            "sha256_digest=aa",
            "blake2_256_digest=bb",
        ];
        assert_eq!(lines(&wheel), expected);
    }

    #[test]
    fn an_sdist_is_of_the_source_and_attestations_are_one_json_array() {
        let mut sdist = file(FileKind::Sdist);
        sdist.attestations = vec![r#"{"version":1}"#.into(), r#"{"version":2}"#.into()];
        let lines = lines(&sdist);
        assert!(lines.contains(&"filetype=sdist".to_owned()));
        assert!(lines.contains(&"pyversion=source".to_owned()));
        assert_eq!(lines.last().unwrap(), r#"attestations=[{"version":1},{"version":2}]"#);
    }

    #[test]
    fn what_the_file_says_of_python_is_sent_once() {
        let mut wheel = file(FileKind::Sdist);
        wheel.metadata.set_text(Field::RequiresPython, ">=3.9");
        let lines = lines(&wheel);
        let of_python: Vec<_> = lines.iter().filter(|line| line.contains("python=")).collect();
        assert_eq!(of_python, ["requires_python=>=3.9"]);
    }
}
