//! The uploader: which part of the plugin does what the pipeline asks.

use flit_sdk::model::{
    CiIdentity, CoreMetadata, Credentials, Existence, Finding, MintedCredentials, Outcome,
    PublishedFile, Receipt, Release, ReleaseFile, Repository,
};
use flit_sdk::{Host, PluginError, Target, Uploader};
use reqwest::Url;

use crate::service::Service;
use crate::{preflight, register, simple_api, trusted_publishing, upload};

/// Uploads over the upload API of PyPI: each file is published by its own request, so there are no sessions.
pub(crate) struct Pypi;

impl Uploader for Pypi {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        let scheme = repository.url.split(':').next().unwrap_or_default();
        Ok(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
    }

    fn wants_credentials(&self, _: &Repository) -> Result<bool, PluginError> {
        Ok(true)
    }

    fn preflight(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Finding>, PluginError> {
        Ok(preflight::findings(target.repository, release))
    }

    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        simple_api::exists(host, target, release)
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        _: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        upload::upload(host, target, file)
    }

    fn commit(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        _: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError> {
        let published =
            |file: &ReleaseFile| PublishedFile { file_name: file.file_name.clone(), url: None };
        Ok(Receipt {
            page: release_page(target.repository, release),
            files: release.files.iter().map(published).collect(),
            hint: None,
        })
    }

    fn downloaded_sha256(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        simple_api::downloaded_sha256(host, target, file)
    }

    fn register(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        metadata: &CoreMetadata,
    ) -> Result<(), PluginError> {
        register::register(host, target, metadata)
    }

    fn mint(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        identity: &CiIdentity,
    ) -> Result<Option<MintedCredentials>, PluginError> {
        trusted_publishing::mint(host, target, identity)
    }

    fn burn(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        credentials: &Credentials,
    ) -> Result<(), PluginError> {
        trusted_publishing::burn(host, target, credentials)
    }
}

/// The page of a release, where it is certain: PyPI has one for people, other servers that of their index.
fn release_page(repository: &Repository, release: &Release) -> Option<String> {
    let url = Url::parse(&repository.url).ok()?;
    let name = release.name.normalized();
    let Some(service) = Service::of(&url) else {
        return simple_api::project_page(repository, &name);
    };
    Some(format!("{}/project/{name}/{}/", service.site(), release.version))
}
