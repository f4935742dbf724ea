//! Reads the JSON form of the Simple API (PEP 691, with what PEP 700 and PEP 792 add).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::{PageError, PageFile, ProjectPage, ProjectStatus, hash};

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    files: Vec<File>,
    #[serde(rename = "project-status")]
    project_status: Option<Status>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    api_version: String,
}

/// What all versions have.
#[derive(Deserialize)]
struct Envelope {
    meta: Meta,
}

/// Only what no server may do without is asked for; a value that is odd otherwise is left alone.
#[derive(Deserialize)]
struct File {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    size: serde_json::Value,
}

#[derive(Deserialize)]
struct Status {
    status: Option<String>,
    reason: Option<String>,
}

pub(super) fn project_page(body: &[u8]) -> Result<ProjectPage, PageError> {
    let page: Page = serde_json::from_slice(body).map_err(|error| {
        // A later version may have pages of another shape: then that is what is to be said.
        let later = serde_json::from_slice(body)
            .ok()
            .and_then(|Envelope { meta }: Envelope| check_version(&meta.api_version).err());
        later.unwrap_or(PageError::Json(error))
    })?;
    check_version(&page.meta.api_version)?;
    Ok(ProjectPage {
        files: page.files.into_iter().map(page_file).collect(),
        base: None,
        status: page.project_status.and_then(|status| {
            Some(ProjectStatus { status: status.status?, reason: status.reason })
        }),
    })
}

fn page_file(file: File) -> PageFile {
    let named_hash = |(name, digits): (&String, &serde_json::Value)| hash(name, digits.as_str()?);
    PageFile {
        hashes: file.hashes.iter().filter_map(named_hash).collect(),
        file_name: file.filename,
        url: file.url,
        size: file.size.as_u64(),
    }
}

/// Refuses a major version that is not 1; a higher minor version only adds to what is known.
pub(super) fn check_version(version: &str) -> Result<(), PageError> {
    match version.split('.').next() {
        Some("1") => Ok(()),
        Some(_) | None => Err(PageError::ApiVersion { version: version.to_owned() }),
    }
}

/// Whether this is a list of projects. It may be so long that its end is missing here.
pub(super) fn is_index_root(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    ["\"meta\"", "\"api-version\""].iter().all(|key| text.contains(key))
        || text.contains("\"projects\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn a_page_is_read_and_what_is_odd_in_it_left_out() {
        let upper = SHA256.to_uppercase();
        let page = format!(
            r#"{{"meta": {{"api-version": "1.4", "_last-serial": 1}}, "name": "demo", "versions": ["1.0"],
            "project-status": {{"status": "archived", "reason": "done"}},
            "files": [
                {{"filename": "a.whl", "url": "../a.whl", "hashes": {{"md5": "AB", "sha256": "{upper}"}}, "size": 7, "yanked": "no", "core-metadata": {{}}}},
                {{"filename": "b.whl", "url": "b", "hashes": {{"sha256": "short", "x": null}}, "size": "7", "yanked": false}},
                {{"filename": "c.whl", "url": "c"}}
            ]}}"#
        );
        let page = project_page(page.as_bytes()).unwrap();
        let file = |name: &str, url: &str, hashes: &[(&str, &str)], size| PageFile {
            file_name: name.into(),
            url: url.into(),
            hashes: hashes.iter().map(|(name, hash)| ((*name).into(), (*hash).into())).collect(),
            size,
        };
        assert_eq!(
            page.files,
            [
                file("a.whl", "../a.whl", &[("md5", "ab"), ("sha256", SHA256)], Some(7)),
                file("b.whl", "b", &[], None),
                file("c.whl", "c", &[], None),
            ]
        );
        let status = ProjectStatus { status: "archived".into(), reason: Some("done".into()) };
        assert_eq!(page.status, Some(status));
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        const NO_JSON: &str = "the answer is no JSON of an index";
        const VERSION: &str =
            "the index speaks version `2.0` of the Simple API, and only version 1 is understood";
        let deep = format!(r#"{{"meta":{{"api-version":"1.0"}},"files":{}"#, "[".repeat(100_000));
        for (page, expected) in [
            ("", NO_JSON),
            ("{}", NO_JSON),
            ("[]", NO_JSON),
            ("null", NO_JSON),
            (r#"{"meta":{"api-version":"1.0"}}"#, NO_JSON),
            (r#"{"meta":{"api-version":1},"files":[]}"#, NO_JSON),
            (r#"{"meta":{"api-version":"1.0"},"files":[{"filename":"a"}]}"#, NO_JSON),
            (r#"{"meta":{"api-version":"1.0"},"files":[]"#, NO_JSON),
            (r#"{"meta":{"api-version":"2.0"},"files":[]}"#, VERSION),
            (r#"{"meta":{"api-version":"2.0"},"artifacts":[]}"#, VERSION),
            (&deep, NO_JSON),
        ] {
            let error = project_page(page.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), expected, "{page:.60}");
        }
    }

    #[test]
    fn the_root_of_an_index_is_a_list_of_projects() {
        for (body, expected) in [
            (r#"{"meta":{"api-version":"1.0"},"projects":[]}"#, true),
            (r#"{"projects":[{"name":"a"},"#, true),
            (r#"{"message":"hello"}"#, false),
            ("", false),
        ] {
            assert_eq!(is_index_root(body.as_bytes()), expected, "{body}");
        }
    }
}
