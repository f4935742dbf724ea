//! The pages of a project as they are on the disk: ours, another tool's, or somebody's own.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use flit_sdk::{Host, LogLevel};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use super::ProjectPage;
use super::anchors::{Anchor, HtmlPage};
use super::entry::{Entry, MetadataFile, Yanked};
use crate::error::{IndexError, Result};
use crate::file_name::is_distribution;
use crate::index::{HTML_PAGE, Index, JSON_PAGE};

/// Both pages of a project, as far as there are any.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    json: Option<ProjectPage>,
    html: Option<ProjectPage>,
    /// Whether we wrote the HTML page: then there should be a JSON page too.
    html_is_ours: bool,
    /// Links of the HTML page that lead to nothing that could be installed.
    dropped: Vec<String>,
}

impl Pages {
    /// Reads the pages in the directory of a project.
    pub(crate) fn read(index: &Index, directory: &Path) -> Result<Self> {
        let mut pages = Self::default();
        let path = directory.join(JSON_PAGE);
        if let Some(text) = index.text(&path)? {
            pages.json = Some(parse_json(&path, &text)?);
        }
        let path = directory.join(HTML_PAGE);
        if let Some(text) = index.text(&path)? {
            let page = HtmlPage::parse(&text);
            let base = page.base.as_deref();
            let mut entries = ProjectPage::default();
            let mut known = HashSet::new();
            for anchor in &page.anchors {
                let Some(entry) = entry(anchor, base, directory) else {
                    pages.dropped.push(anchor.href.clone());
                    continue;
                };
                if known.insert(entry.filename.clone()) {
                    entries.files.push(entry);
                }
            }
            if entries.files.is_empty() && !page.is_marked {
                return Err(IndexError::NotAPage { path });
            }
            pages.html = Some(entries);
            pages.html_is_ours = page.is_ours;
        }
        Ok(pages)
    }

    /// The entry of a file that every page lists, if there is a page.
    ///
    /// One page alone lists it if a run of ours was killed between the two, and then it is not published.
    pub(crate) fn listed(&self, file_name: &str) -> Option<&Entry> {
        let [json, html] =
            [&self.json, &self.html].map(|page| page.as_ref().map(|page| page.entry(file_name)));
        match (json, html) {
            (Some(json), Some(html)) => json.filter(|_| html.is_some()),
            (Some(json), None) => json,
            (None, Some(html)) => html.filter(|_| !self.html_is_ours),
            (None, None) => None,
        }
    }

    /// Whether any page lists a file.
    pub(crate) fn is_on_a_page(&self, file_name: &str) -> bool {
        let mut pages = [&self.json, &self.html].into_iter().flatten();
        pages.any(|page| page.entry(file_name).is_some())
    }

    /// One page with what both say: the JSON, with what somebody wrote into the HTML alone.
    pub(crate) fn merged(self, host: &dyn Host) -> ProjectPage {
        for href in self.dropped.iter().filter(|href| !href.starts_with(['#', '?', '.'])) {
            let message =
                format!("took the link to `{href}` off a page: it leads to no distribution");
            host.log(LogLevel::Warning, &message);
        }
        let Some(mut page) = self.json else { return self.html.unwrap_or_default() };
        let places = page.files.iter().enumerate();
        let places: HashMap<_, _> =
            places.map(|(place, entry)| (entry.filename.clone(), place)).collect();
        for entry in self.html.unwrap_or_default().files {
            match places.get(&entry.filename).map(|place| &mut page.files[*place]) {
                Some(known) if known.yanked_because().is_none() && entry.yanked.is_some() => {
                    known.yanked = entry.yanked;
                }
                Some(_) => {}
                None => page.files.push(entry),
            }
        }
        page
    }
}

fn parse_json(path: &Path, text: &str) -> Result<ProjectPage> {
    check_json(path, text)?;
    serde_json::from_str(text)
        .map_err(|source| IndexError::BrokenPage { path: path.into(), source })
}

/// Checks that a text is a page of the Simple API in a version that we know.
pub(crate) fn check_json(path: &Path, text: &str) -> Result<()> {
    let value: Value = serde_json::from_str(text)
        .map_err(|source| IndexError::BrokenPage { path: path.into(), source })?;
    match value.pointer("/meta/api-version").and_then(Value::as_str) {
        Some(version) if version.starts_with("1.") => Ok(()),
        Some(version) => Err(IndexError::LaterPage { path: path.into(), version: version.into() }),
        None => Err(IndexError::NotAPage { path: path.into() }),
    }
}

/// The file that a link of a page leads to; `None` if it is no distribution.
fn entry(anchor: &Anchor, base: Option<&str>, directory: &Path) -> Option<Entry> {
    let href = rebased(&anchor.href, base, directory)?;
    let (url, fragment) = href.split_once('#').unwrap_or((&href, ""));
    let path = url.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let filename = percent_decode_str(last).decode_utf8().ok()?.into_owned();
    if !is_distribution(&filename) {
        return None;
    }
    let attribute = |name: &str| anchor.attributes.get(name).cloned();
    let mut entry = Entry {
        filename,
        url: url.into(),
        requires_python: attribute("data-requires-python"),
        core_metadata: attribute("data-core-metadata")
            .or_else(|| attribute("data-dist-info-metadata"))
            .map(|value| metadata_file(&value)),
        yanked: attribute("data-yanked").map(|reason| {
            if reason.is_empty() { Yanked::Is(true) } else { Yanked::Because(reason) }
        }),
        ..Entry::default()
    };
    if let Some((name, digits)) = digest(fragment) {
        entry.hashes.insert(name, digits);
    }
    if let Some(value) = attribute("data-gpg-sig") {
        entry.others.insert("gpg-sig".into(), (value == "true").into());
    }
    if let Some(value) = attribute("data-provenance") {
        entry.others.insert("provenance".into(), value.into());
    }
    Some(entry)
}

/// The link relative to its page, or absolute, where the page said that its links are relative to something else.
fn rebased(href: &str, base: Option<&str>, directory: &Path) -> Option<String> {
    let Some(base) = base else { return Some(href.into()) };
    let page = Url::from_directory_path(directory).ok()?;
    let url = page.join(base).ok()?.join(href).ok()?;
    if url.scheme() == "file" { page.make_relative(&url) } else { Some(url.into()) }
}

fn digest(text: &str) -> Option<(String, String)> {
    let (name, digits) = text.split('&').next()?.split_once('=')?;
    let is_digest = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| (name.to_ascii_lowercase(), digits.to_owned()))
}

fn metadata_file(value: &str) -> MetadataFile {
    digest(value)
        .map_or(MetadataFile::Is(value == "true"), |digest| MetadataFile::Hashes([digest].into()))
}
