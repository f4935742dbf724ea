//! Pages as HTML (PEP 503): every link an installer follows, and a table that a person can read.

use std::fmt::Write as _;

use serde_json::Value;

use super::ProjectPage;
use super::anchors::GENERATOR;
use super::entry::{Entry, MetadataFile};
use super::root::Root;

/// The look of all pages, in light and in dark.
const STYLE: &str = "\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
td, th { padding: 0 2rem 0 0; text-align: left; white-space: nowrap }
th { font-weight: normal; opacity: .6 }
ul { list-style: none; padding: 0 }
a[data-yanked] { text-decoration: line-through }";

/// The page of a project.
pub(super) fn project(page: &ProjectPage) -> String {
    let name = escaped(&page.name);
    let title = format!("Links for {name}");
    let mut html = head(&title, page.api_version());
    for (key, attribute) in [("status", "project-status"), ("reason", "project-status-reason")] {
        let status = page.others.get("project-status").and_then(|status| status.get(key));
        if let Some(text) = status.and_then(Value::as_str) {
            add(
                &mut html,
                format_args!("<meta name=\"pypi:{attribute}\" content=\"{}\">\n", escaped(text)),
            );
        }
    }
    add(&mut html, format_args!("</head>\n<body>\n<h1>{title}</h1>\n<table>\n"));
    html.push_str("<tr><th>File</th><th>Size</th><th>Published</th><th>Python</th></tr>\n");
    for entry in &page.files {
        row(&mut html, entry);
    }
    html.push_str("</table>\n</body>\n</html>\n");
    html
}

/// The page of all projects.
pub(super) fn root(root: &Root) -> String {
    let mut html = head("Simple index", super::API_VERSION);
    html.push_str("</head>\n<body>\n<h1>Simple index</h1>\n<ul>\n");
    for project in &root.projects {
        let (href, name) = (escaped(&project.href), escaped(&project.name));
        add(&mut html, format_args!("<li><a href=\"{href}\">{name}</a></li>\n"));
    }
    html.push_str("</ul>\n</body>\n</html>\n");
    html
}

fn head(title: &str, api_version: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"pypi:repository-version\" content=\"{api_version}\">\n\
         <meta name=\"generator\" content=\"{GENERATOR}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style>\n"
    )
}

fn row(html: &mut String, entry: &Entry) {
    let fragment = ["sha256"]
        .into_iter()
        .chain(entry.hashes.keys().map(String::as_str))
        .find_map(|name| Some(format!("#{name}={}", entry.hashes.get(name)?)));
    let url = escaped(&format!("{}{}", entry.url, fragment.unwrap_or_default()));
    add(html, format_args!("<tr><td><a href=\"{url}\""));
    for (name, value) in attributes(entry) {
        add(html, format_args!(" {name}=\"{}\"", escaped(&value)));
    }
    add(html, format_args!(">{}</a>", escaped(&entry.filename)));
    if let Some(reason) = entry.yanked_because() {
        let separator = if reason.is_empty() { "" } else { ": " };
        add(html, format_args!(" <em>yanked{separator}{}</em>", escaped(reason)));
    }
    let size = entry.size.map(readable_size).unwrap_or_default();
    let day = entry.upload_time.as_deref().and_then(|time| time.get(..10)).unwrap_or_default();
    let python = entry.requires_python.as_deref().unwrap_or_default();
    for cell in [&size, day, python] {
        add(html, format_args!("</td><td>{}", escaped(cell)));
    }
    html.push_str("</td></tr>\n");
}

/// The attributes of the link, in a stable order.
fn attributes(entry: &Entry) -> Vec<(&'static str, String)> {
    let mut attributes = Vec::new();
    let mut add = |name, value: Option<String>| attributes.extend(value.map(|value| (name, value)));
    add("data-requires-python", entry.requires_python.clone());
    let metadata = entry.core_metadata.as_ref().and_then(|metadata| match metadata {
        MetadataFile::Is(false) => None,
        MetadataFile::Is(true) => Some("true".into()),
        MetadataFile::Hashes(hashes) => Some(
            hashes
                .iter()
                .next_back()
                .map_or("true".into(), |(name, digits)| format!("{name}={digits}")),
        ),
    });
    add("data-core-metadata", metadata.clone());
    // What clients read that are older than PEP 714.
    add("data-dist-info-metadata", metadata);
    add("data-yanked", entry.yanked_because().map(str::to_owned));
    let other = |key: &str| entry.others.get(key);
    add("data-gpg-sig", other("gpg-sig").and_then(Value::as_bool).map(|has| has.to_string()));
    add("data-provenance", other("provenance").and_then(Value::as_str).map(str::to_owned));
    attributes
}

fn readable_size(bytes: u64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| bytes >= *size) else {
        return format!("{bytes} B");
    };
    format!("{}.{} {unit}", bytes / size, bytes % size * 10 / size)
}

/// The text as content and as the value of an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

fn add(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a string takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        let shown: Vec<_> = [0, 999, 1_000, 123_456, 1_999_999, 104_857_600, 5_000_000_000]
            .map(readable_size)
            .into();
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "123.4 kB", "1.9 MB", "104.8 MB", "5.0 GB"]);
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        assert_eq!(escaped("a\"b'c<d>&e"), "a&quot;b&#39;c&lt;d&gt;&amp;e");
    }
}
