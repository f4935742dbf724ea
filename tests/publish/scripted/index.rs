//! The Simple API over what the server was sent, in JSON or HTML, true or not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Answer, Request, State};

const JSON: &str = "application/vnd.pypi.simple.v1+json";

/// The page or the file at a path.
pub(super) fn page(state: &State, path: &str, request: &Request, address: SocketAddr) -> Answer {
    if let Some(content) = path.strip_prefix("/files/").and_then(|name| state.stored.get(name)) {
        return Answer::ok().body("application/octet-stream", content.clone());
    }
    let Some(project) = path.strip_prefix("/simple/") else { return Answer::new("404 Not Found") };
    let project = project.trim_end_matches('/');
    if project.is_empty() {
        return root(state, request);
    }
    let files: Vec<_> =
        state.stored.iter().filter(|(name, _)| project_of(name) == project).collect();
    if files.is_empty() {
        return Answer::new("404 Not Found").text("no such project");
    }
    let files = files.into_iter().map(|(name, content)| {
        let truth = sha256(content);
        (
            name,
            format!("http://{address}/files/{name}"),
            state.lies.get(name).cloned().unwrap_or(truth),
        )
    });
    if wants_json(state, request) {
        let files: Vec<_> = files
            .map(|(name, url, hash)| json!({"filename": name, "url": url, "hashes": {"sha256": hash}}))
            .collect();
        let page = json!({"meta": {"api-version": "1.0"}, "name": project, "files": files});
        return Answer::ok().body(JSON, page.to_string());
    }
    let mut page = String::from("<!DOCTYPE html>\n<html><body>\n");
    for (name, url, hash) in files {
        writeln!(page, "<a href=\"{url}#sha256={hash}\">{name}</a>").unwrap();
    }
    Answer::ok().html(&page)
}

/// The list of all projects.
fn root(state: &State, request: &Request) -> Answer {
    let projects: BTreeSet<_> = state.stored.keys().map(|name| project_of(name)).collect();
    if wants_json(state, request) {
        let projects: Vec<_> = projects.iter().map(|name| json!({"name": name})).collect();
        return Answer::ok()
            .body(JSON, json!({"meta": {"api-version": "1.0"}, "projects": projects}).to_string());
    }
    let links: Vec<_> =
        projects.iter().map(|name| format!("<a href=\"{name}/\">{name}</a>")).collect();
    Answer::ok()
        .html(&format!("<!DOCTYPE html>\n<html><body>\n{}\n</body></html>\n", links.join("\n")))
}

fn wants_json(state: &State, request: &Request) -> bool {
    !state.is_html_only && request.header("accept").is_some_and(|accept| accept.contains(JSON))
}

/// The normalized name of the project that a file belongs to.
fn project_of(file_name: &str) -> String {
    file_name.split('-').next().unwrap_or_default().to_lowercase().replace(['_', '.'], "-")
}

/// The SHA-256 of the bytes, in hexadecimal digits.
pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
