//! The uploader: what the pipeline asks, and who answers it.

use flit_sdk::model::{Existence, Finding, Outcome, Receipt, Release, ReleaseFile, Repository};
use flit_sdk::{Host, PluginError, Target, Uploader};

use crate::existence;
use crate::file_name::project_of;
use crate::hashing::digest_of;
use crate::index::{Index, is_directory};
use crate::page::Pages;
use crate::preflight;
use crate::publishing::publish;
use crate::session::Session;
use crate::store::{Stored, store};

/// Publishes into directories.
#[derive(Debug)]
pub(crate) struct SimpleIndex;

impl Uploader for SimpleIndex {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        Ok(is_directory(repository))
    }

    fn preflight(
        &self,
        _host: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Finding>, PluginError> {
        Ok(preflight::findings(target.repository, release))
    }

    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        Ok(existence::of_release(host, target.repository, session, release)?)
    }

    fn begin(
        &self,
        _host: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<String, PluginError> {
        Ok(Session::begin(target.repository, release)?.to_text())
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        let index = Index::make(target.repository)?;
        let project = project_of(file)?;
        let directory = index.join(&project);
        Ok(match store(host, &index, &project, file)? {
            Stored::New => Outcome::Created,
            Stored::Identical => Outcome::AlreadyIdentical,
            Stored::Other { sha256 } => {
                let is_listed = Pages::read(&index, &directory)?.is_on_a_page(&file.file_name);
                Outcome::Conflict { message: conflict(file, &sha256, is_listed) }
            }
        })
    }

    fn commit(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _session: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError> {
        Ok(publish(host, target.repository, release)?)
    }

    fn abort(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
    ) -> Result<(), PluginError> {
        Ok(Session::abort(host, target.repository, session)?)
    }

    fn downloaded_sha256(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        let path = existence::path(target.repository, file, &project_of(file)?)?;
        Ok(digest_of(host, &path)?.sha256)
    }
}

fn conflict(file: &ReleaseFile, sha256: &str, is_listed: bool) -> String {
    let listed = if is_listed {
        ""
    } else {
        ", though no page lists it: a run that was stopped may have left it"
    };
    format!("`{}` is there with the SHA-256 {sha256}{listed}", file.file_name)
}
