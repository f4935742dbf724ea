//! The page of all projects, which follows from the directories that are there.

use std::collections::BTreeMap;

use flit_sdk::model::ProjectName;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use super::anchors::{Anchor, HtmlPage};
use super::{API_VERSION, check_json, html, to_json, write};
use crate::error::{IndexError, Result};
use crate::file_name::as_url;
use crate::index::{HTML_PAGE, Index, JSON_PAGE};

/// The projects of an index.
#[derive(Debug, Default)]
pub(crate) struct Root {
    /// Sorted by name.
    pub(super) projects: Vec<Project>,
}

/// A project in the list.
#[derive(Debug, Serialize)]
pub(super) struct Project {
    pub(super) name: String,
    /// Where its page is, relative or absolute.
    #[serde(skip)]
    pub(super) href: String,
}

/// The list as JSON has it.
#[derive(Serialize)]
struct Json<'a> {
    meta: BTreeMap<&'static str, &'static str>,
    projects: &'a [Project],
}

impl Root {
    /// Makes the list anew from the directories with a page, and the links of the old list that lead elsewhere.
    pub(crate) fn read(index: &Index) -> Result<Self> {
        let path = index.join(JSON_PAGE);
        if let Some(text) = index.text(&path)? {
            check_json(&path, &text)?;
        }
        let mut projects = BTreeMap::new();
        let path = index.join(HTML_PAGE);
        if let Some(text) = index.text(&path)? {
            let page = HtmlPage::parse(&text);
            if !page.is_marked && !is_list_of_projects(&page) {
                return Err(IndexError::NotAPage { path });
            }
            let elsewhere = page.anchors.into_iter().filter(leads_elsewhere);
            projects.extend(elsewhere.map(|anchor| (anchor.text, anchor.href)));
        }
        for entry in fs_err::read_dir(index.path())? {
            let Ok(name) = entry?.file_name().into_string() else { continue };
            let directory = index.join(&name);
            let has_page = [HTML_PAGE, JSON_PAGE].iter().any(|page| directory.join(page).is_file());
            if has_page && ProjectName::parse(&name).is_ok() {
                let href = format!("{}/", as_url(&name));
                projects.insert(name, href);
            }
        }
        let projects = projects.into_iter().map(|(name, href)| Project { name, href });
        Ok(Self { projects: projects.collect() })
    }

    /// Writes both pages.
    pub(crate) fn write(&self, index: &Index) -> Result<()> {
        write(&index.join(HTML_PAGE), &html::root(self))?;
        let meta = BTreeMap::from([("api-version", API_VERSION)]);
        write(&index.join(JSON_PAGE), &to_json(&Json { meta, projects: &self.projects }))
    }
}

/// Whether the directory holds something already, and no index.
pub(crate) fn looks_foreign(index: &Index) -> Result<bool> {
    if index.file(&index.join(HTML_PAGE))? || index.file(&index.join(JSON_PAGE))? {
        return Ok(false);
    }
    for entry in fs_err::read_dir(index.path())? {
        let name = entry?.file_name();
        let is_hidden = name.to_string_lossy().starts_with('.');
        if !is_hidden && !index.path().join(name).join(HTML_PAGE).is_file() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether every link shows the name of what it leads to, as lists of projects have it.
fn is_list_of_projects(page: &HtmlPage) -> bool {
    let shows_its_project = |anchor: &Anchor| {
        let path = anchor.href.split(['?', '#']).next().unwrap_or_default();
        let segments = path.trim_end_matches('/').rsplit('/');
        let name = segments.map(|name| percent_decode_str(name).decode_utf8_lossy()).next();
        let [linked, shown] = [name.as_deref().unwrap_or_default(), &anchor.text]
            .map(|name| ProjectName::parse(name).map(|name| name.normalized()));
        linked.is_ok() && linked == shown
    };
    !page.anchors.is_empty() && page.anchors.iter().all(shows_its_project)
}

fn leads_elsewhere(anchor: &Anchor) -> bool {
    Url::parse(&anchor.href).is_ok() || anchor.href.starts_with(['/', '.'])
}
