//! What a page of an index says of a project, whichever form it came in.

use std::fmt;

use flit_sdk::model::ProjectName;
use reqwest::Url;

use super::{html, json};

/// The page of a project.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct ProjectPage {
    /// The files, in the order of the page.
    pub(crate) files: Vec<PageFile>,
    /// What the links are relative to, if that is not the page itself.
    pub(crate) base: Option<String>,
    /// How the project fares, if the page says so (PEP 792).
    pub(crate) status: Option<ProjectStatus>,
}

/// A file on the page of a project.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PageFile {
    /// Its name.
    pub(crate) file_name: String,
    /// Where it can be had; relative to the page if it is not absolute.
    pub(crate) url: String,
    /// What the page gives to recognize it by: the name of an algorithm and the digits, both in lower case.
    pub(crate) hashes: Vec<(String, String)>,
    /// How many bytes it has, if the page says so.
    pub(crate) size: Option<u64>,
}

/// How a project fares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProjectStatus {
    /// `active`, `archived`, `quarantined`, `deprecated` or what will be thought of.
    pub(crate) status: String,
    /// Why.
    pub(crate) reason: Option<String>,
}

/// Why an answer is no page of an index.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// A page for people, or one of something else.
    #[error("the answer is no page of an index{}", titled(.title.as_deref()))]
    NoIndex {
        /// The title of the page.
        title: Option<String>,
    },
    /// JSON, or what calls itself so, that is not as the Simple API has it.
    #[error("the answer is no JSON of an index")]
    Json(#[source] serde_json::Error),
    /// A major version of the Simple API that does not exist yet.
    #[error(
        "the index speaks version `{version}` of the Simple API, and only version 1 is understood"
    )]
    ApiVersion {
        /// The version.
        version: String,
    },
    /// More than is read of a page.
    #[error("the page is too long")]
    TooLong,
    /// The beginning of a page.
    #[error("the page ends in the middle")]
    Cut,
}

fn titled(title: Option<&str>) -> impl fmt::Display {
    title.map(|title| format!(", but one with the title `{title}`")).unwrap_or_default()
}

/// The media types that are asked for, the best first.
pub(crate) const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// Which form a page has.
enum Form {
    Json,
    /// HTML; `is_simple_api` if its media type is only used by indexes.
    Html {
        is_simple_api: bool,
    },
}

/// What a body is, told from its media type and, where that says nothing, from its first character.
fn form(content_type: &str, body: &[u8]) -> Result<Form, PageError> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(form) = essence.strip_prefix("application/vnd.pypi.simple.") {
        return match form {
            "v1+json" => Ok(Form::Json),
            "v1+html" => Ok(Form::Html { is_simple_api: true }),
            other => Err(PageError::ApiVersion { version: other.to_owned() }),
        };
    }
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match essence.as_str() {
        "application/json" => Ok(Form::Json),
        "text/html" | "application/xhtml+xml" => Ok(Form::Html { is_simple_api: false }),
        // A file of a static index, whose server does not know what it serves.
        _ if first == Some(&b'{') => Ok(Form::Json),
        _ => Ok(Form::Html { is_simple_api: false }),
    }
}

/// Reads the page of `project`.
///
/// # Errors
///
/// It is no such page. A page without files is one if it shows in some other way that an index made it.
pub(crate) fn read_project_page(
    project: &ProjectName,
    content_type: &str,
    body: &[u8],
) -> Result<ProjectPage, PageError> {
    match form(content_type, body)? {
        Form::Json => json::project_page(body),
        Form::Html { is_simple_api } => html::project_page(project, body, is_simple_api),
    }
}

/// Whether a page is the root of an index: the list of its projects.
pub(crate) fn is_index_root(content_type: &str, body: &[u8]) -> bool {
    match form(content_type, body) {
        Ok(Form::Json) => json::is_index_root(body),
        Ok(Form::Html { is_simple_api }) => is_simple_api || html::is_index_root(body),
        Err(_) => false,
    }
}

impl ProjectPage {
    /// Where a file of the page at `page_url` can be had; without the hash that may be at the end.
    pub(crate) fn url_of(&self, file: &PageFile, page_url: &Url) -> Option<Url> {
        let base = self.base.as_ref().and_then(|base| page_url.join(base).ok());
        let mut url = base.as_ref().unwrap_or(page_url).join(&file.url).ok()?;
        url.set_fragment(None);
        Some(url)
    }
}

impl PageFile {
    /// The SHA-256 that the page gives.
    pub(crate) fn sha256(&self) -> Option<&str> {
        self.hashes.iter().find(|(name, _)| name == "sha256").map(|(_, digits)| digits.as_str())
    }
}

/// The name of an algorithm and its digits, if they can be those of a hash.
pub(crate) fn hash(name: &str, digits: &str) -> Option<(String, String)> {
    let is_hash = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let has_length = match name {
        "sha256" => digits.len() == 64,
        _ => !digits.is_empty(),
    };
    (has_length && is_hash(digits))
        .then(|| (name.to_ascii_lowercase(), digits.to_ascii_lowercase()))
}

/// What a page says to people, as one line; of a long text, the beginning.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|character| !character.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_told_from_the_media_type_or_the_first_character() {
        let project = ProjectName::parse("demo").unwrap();
        let json = r#" {"meta":{"api-version":"1.0"},"files":[]}"#;
        let html = "<title>Links for demo</title>";
        for (content_type, body, expected) in [
            ("application/vnd.pypi.simple.v1+json", json, "Ok"),
            ("application/json", json, "Ok"),
            ("application/octet-stream", json, "Ok"),
            ("", json, "Ok"),
            ("text/html; charset=utf-8", html, "Ok"),
            ("Text/HTML", html, "Ok"),
            ("binary/octet-stream", html, "Ok"),
            ("application/vnd.pypi.simple.v1+html", "", "Ok"),
            ("application/vnd.pypi.simple.v1+json", html, "the answer is no JSON of an index"),
            ("text/html", json, "the answer is no page of an index"),
            (
                "application/vnd.pypi.simple.v2+json",
                json,
                "the index speaks version `v2+json` of the Simple API, and only version 1 is understood",
            ),
        ] {
            let page = read_project_page(&project, content_type, body.as_bytes());
            let shown = page.map_or_else(|error| error.to_string(), |_| "Ok".into());
            assert_eq!(shown, expected, "{content_type} {body}");
        }
    }

    #[test]
    fn no_damage_to_a_page_is_too_much() {
        let project = ProjectName::parse("demo").unwrap();
        let json =
            r#"{"meta":{"api-version":"1.0"},"files":[{"filename":"demo-1.zip","url":"a"}]}"#;
        let html = "<base href='/a/'><meta name=x content='&#x41;'><a href='demo-1.zip#sha256=00&amp;a=b'>demo</a>";
        for page in [json, html] {
            for at in 0..page.len() {
                for damage in [&b""[..], b"\0", b"\xff", b"<", b"\"", b"&#", b"{", b"9"] {
                    let damaged = [&page.as_bytes()[..at], damage, &page.as_bytes()[at + 1..]];
                    for body in [damaged.concat(), damaged[..2].concat()] {
                        let read = read_project_page(&project, "", &body);
                        is_index_root("", &body);
                        let Ok(page) = read else { continue };
                        let page_url = "https://h.example/simple/demo/".parse().unwrap();
                        for file in &page.files {
                            drop(page.url_of(file, &page_url));
                        }
                    }
                }
            }
        }
    }
}
