//! An uploader that remembers what it was asked, and a caller of all its methods.

use std::cell::RefCell;
use std::time::Duration;

use super::upload_nouns::{
    builder, credentials, existences, findings, identities, minted, receipt, release, repository,
};
use crate::error::{ErrorKind, PluginError};
use crate::host::Host;
use crate::model::{
    CiIdentity, CoreMetadata, Credentials, Existence, Finding, MintedCredentials, Outcome, Receipt,
    Release, ReleaseFile, Repository,
};
use crate::testing::TestHost;
use crate::upload::{Target, Uploader};

/// What an uploader was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Asked {
    repository: Repository,
    credentials: Option<Credentials>,
    releases: Vec<Release>,
    files: Vec<ReleaseFile>,
    session: String,
    metadata: CoreMetadata,
    identities: Vec<CiIdentity>,
    minted: Vec<Credentials>,
}

thread_local! {
    static ASKED: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

fn remember(target: &Target<'_>, asked: Asked) {
    let credentials = target.credentials.cloned();
    let asked = Asked { repository: target.repository.clone(), credentials, ..asked };
    ASKED.with_borrow_mut(|all| all.push(asked));
}

/// An uploader that overrides every method, and remembers what it was asked on this thread.
pub(super) struct Echo;

impl Uploader for Echo {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        remember(&Target { repository, credentials: None }, Asked::default());
        Ok(repository.name.is_some())
    }

    fn wants_credentials(&self, repository: &Repository) -> Result<bool, PluginError> {
        remember(&Target { repository, credentials: None }, Asked::default());
        Ok(repository.index_url.is_some())
    }

    fn preflight(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Finding>, PluginError> {
        remember(target, Asked { releases: vec![release.clone()], ..Asked::default() });
        Ok(findings())
    }

    fn exists(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        let releases = vec![release.clone()];
        remember(target, Asked { releases, session: session.into(), ..Asked::default() });
        Ok(existences())
    }

    fn begin(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<String, PluginError> {
        remember(target, Asked { releases: vec![release.clone()], ..Asked::default() });
        Ok("session 7".into())
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        let files = vec![file.clone()];
        remember(target, Asked { files, session: session.into(), ..Asked::default() });
        host.progress(file.size, file.size);
        match session {
            "created" => Ok(Outcome::Created),
            "identical" => Ok(Outcome::AlreadyIdentical),
            "conflict" => Ok(Outcome::Conflict { message: "there is one".into() }),
            "unknown" => Ok(Outcome::Unknown { reason: "it answered 299".into() }),
            _ => {
                let mut error = PluginError::new(ErrorKind::Unavailable, "come again").hint("wait");
                error.retry_after = Some(Duration::from_millis(1500));
                Err(error)
            }
        }
    }

    fn commit(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError> {
        let releases = vec![release.clone()];
        remember(target, Asked { releases, session: session.into(), ..Asked::default() });
        Ok(receipt())
    }

    fn abort(&self, _: &dyn Host, target: &Target<'_>, session: &str) -> Result<(), PluginError> {
        remember(target, Asked { session: session.into(), ..Asked::default() });
        Ok(())
    }

    fn downloaded_sha256(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        remember(target, Asked { files: vec![file.clone()], ..Asked::default() });
        Ok(file.sha256.clone())
    }

    fn register(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        metadata: &CoreMetadata,
    ) -> Result<(), PluginError> {
        remember(target, Asked { metadata: metadata.clone(), ..Asked::default() });
        Ok(())
    }

    fn mint(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        identity: &CiIdentity,
    ) -> Result<Option<MintedCredentials>, PluginError> {
        remember(target, Asked { identities: vec![identity.clone()], ..Asked::default() });
        Ok(Some(minted()))
    }

    fn burn(
        &self,
        _: &dyn Host,
        target: &Target<'_>,
        credentials: &Credentials,
    ) -> Result<(), PluginError> {
        remember(target, Asked { minted: vec![credentials.clone()], ..Asked::default() });
        Ok(())
    }
}

/// Calls every method, and returns what was answered and asked.
pub(super) fn called(uploader: &dyn Uploader, host: &TestHost) -> (Vec<String>, Vec<Asked>) {
    let (repository, credentials, builder) = (repository(), credentials(), builder());
    // The files must lie at the same place for whoever is compared.
    let mut release = release(&builder);
    for file in &mut release.files {
        file.path = format!("/{}", file.file_name).into();
    }
    let target = &Target { repository: &repository, credentials: Some(&credentials) };
    let nobody = &Target { credentials: None, ..*target };
    let bare = Repository { url: "x:".into(), ..Repository::default() };
    let mut answers = Vec::new();
    let mut answered = |answer: &dyn std::fmt::Debug| answers.push(format!("{answer:?}"));
    for repository in [&repository, &bare] {
        answered(&uploader.accepts(repository));
        answered(&uploader.wants_credentials(repository));
    }
    answered(&uploader.preflight(host, target, &release));
    answered(&uploader.exists(host, nobody, "", &release));
    answered(&uploader.exists(host, target, "session", &release));
    answered(&uploader.begin(host, target, &release));
    for (file, session) in
        release.files.iter().cycle().zip(["created", "identical", "conflict", "unknown", ""])
    {
        answered(&uploader.put(host, target, session, file));
    }
    answered(&uploader.commit(host, target, "session", &release));
    answered(&uploader.abort(host, target, "session"));
    answered(&uploader.downloaded_sha256(host, target, &release.files[1]));
    answered(&uploader.register(host, target, &release.files[0].metadata));
    for identity in identities() {
        let minted = uploader.mint(host, nobody, &identity);
        answered(&minted);
        if let Ok(Some(minted)) = minted {
            answered(&minted.credentials.password.expose());
        }
    }
    answered(&uploader.burn(host, target, &credentials));
    (answers, ASKED.take())
}
