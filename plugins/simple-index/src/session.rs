//! What a run puts into an index, so that it can be taken out again if the release is given up.

use std::collections::BTreeMap;

use flit_sdk::model::{ProjectName, Release, Repository};
use flit_sdk::{Host, LogLevel};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::file_name;
use crate::hashing::digest_of;
use crate::index::Index;
use crate::lock;
use crate::page::Pages;
use crate::publishing::metadata_path;

/// The files that were not there when the run began. The pipeline keeps it as a text.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Session {
    /// The normalized name.
    project: String,
    /// The SHA-256 of each file, by name.
    files: BTreeMap<String, String>,
}

impl Session {
    /// Notes what of the release is not there yet, and so will be ours.
    pub(crate) fn begin(repository: &Repository, release: &Release) -> Result<Self> {
        let project = release.name.normalized();
        let directory = match Index::find(repository)? {
            Some(index) => index.project(&project)?,
            None => None,
        };
        let is_there =
            |name: &str| directory.as_ref().is_some_and(|directory| directory.join(name).exists());
        let files = release.files.iter().filter(|file| !is_there(&file.file_name));
        let files = files.map(|file| (file.file_name.clone(), file.sha256.clone())).collect();
        Ok(Self { project, files })
    }

    /// The session as a text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts by text are JSON")
    }

    /// Reads a text, which may come from anywhere: what it names beside distributions of one project is left out.
    fn from_text(text: &str) -> Option<Self> {
        let mut session: Self = serde_json::from_str(text).ok()?;
        let project = ProjectName::parse(&session.project).ok()?.normalized();
        session
            .files
            .retain(|name, _| file_name::check(name).is_ok() && file_name::is_of(name, &project));
        (session.project == project).then_some(session)
    }

    /// Whether the files of a project are staged in the session that the text names.
    pub(crate) fn is_of(text: &str, project: &str) -> bool {
        Self::from_text(text).is_some_and(|session| session.project == project)
    }

    /// Takes out what was put and is on no page. A text that is no session names nothing.
    ///
    /// Somebody who asked to stop wants this all the more: it goes on.
    pub(crate) fn abort(host: &dyn Host, repository: &Repository, text: &str) -> Result<()> {
        let Some(session) = Self::from_text(text) else { return Ok(()) };
        let Some(index) = Index::find(repository)? else { return Ok(()) };
        let Some(directory) = index.project(&session.project)? else { return Ok(()) };
        let _lock = lock::wait_for(host, &index)?;
        let pages = Pages::read(&index, &directory)?;
        for (file_name, sha256) in &session.files {
            let path = directory.join(file_name);
            // Under the lock: nobody lists it between the look and the deed.
            if pages.is_on_a_page(file_name)
                || !index.file(&path)?
                || digest_of(&Unstoppable, &path)?.sha256 != *sha256
            {
                continue;
            }
            fs_err::remove_file(&path)?;
            let metadata = metadata_path(&path);
            if index.file(&metadata)? {
                fs_err::remove_file(metadata)?;
            }
        }
        // Only if it is empty.
        drop(fs_err::remove_dir(directory));
        Ok(())
    }
}

/// A host that nobody asked to stop.
#[derive(Debug)]
struct Unstoppable;

impl Host for Unstoppable {
    fn log(&self, _: LogLevel, _: &str) {}

    fn progress(&self, _: u64, _: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
