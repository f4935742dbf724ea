//! The upload stage: from the files of a release to what a repository says it has of them.

use crate::error::{ErrorKind, PluginError};
use crate::host::Host;
use crate::model::{
    CiIdentity, CoreMetadata, Credentials, Existence, Finding, MintedCredentials, Outcome, Receipt,
    Release, ReleaseFile, Repository,
};

/// Where to, and as whom.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// Who we are there; `None` where nobody asked for credentials, or none were found.
    pub credentials: Option<&'a Credentials>,
}

/// Teaches `flit publish` a kind of repository.
///
/// Every method makes **one** attempt and reports what came of it. What to do next is the pipeline's: the order of the
/// files, retries and their delays, asking what is there when an answer was lost, confirming by hash, resuming a run that
/// was killed. So an uploader never waits to try again, and says with the [kind](ErrorKind) of its error what may be:
///
/// | kind | when | the pipeline |
/// |---|---|---|
/// | [`Network`](ErrorKind::Network) | no answer, or half of one | asks [`exists`](Self::exists), tries again |
/// | [`Unavailable`](ErrorKind::Unavailable) | "later", with [`retry_after`](PluginError::retry_after) if it was said | waits, asks, tries again |
/// | [`Unauthorized`](ErrorKind::Unauthorized) | other credentials are wanted | stops everything |
/// | [`Unregistered`](ErrorKind::Unregistered) | the project is to be registered first | calls [`register`](Self::register), tries once more |
/// | [`Untrusted`](ErrorKind::Untrusted) | the certificate, or a redirect to elsewhere | stops everything |
/// | [`Rejected`](ErrorKind::Rejected) | this file will never be taken | gives the file up |
///
/// A release is published by `begin`, one `put` for each file, and `commit`; `abort` instead of `commit` if it is given
/// up. Where a repository has no such thing as a session (the legacy upload API of PyPI), `begin` and `commit` send
/// nothing; where files become visible all at once (a static index; the sessions of PEP 694), `commit` is what does it.
/// What `begin` answers is kept by the pipeline in a file beside the distributions, and handed to later calls, also to
/// those of another process that goes on after this one was killed. So it may name a session, but never be a secret.
///
/// Several calls of `put` may run at once, on different threads.
///
/// ```
/// use flit_sdk::model::{Existence, Outcome, PublishedFile, Receipt, Release, ReleaseFile, Repository};
/// use flit_sdk::{Host, PluginError, Target, Uploader};
///
/// /// Copies files into a directory that some other program watches: `drop:/path`.
/// struct DropBox;
///
/// impl DropBox {
///     fn path(target: &Target<'_>, file: &ReleaseFile) -> std::path::PathBuf {
///         let directory = target.repository.url.strip_prefix("drop:").unwrap_or_default();
///         std::path::Path::new(directory).join(&file.file_name)
///     }
/// }
///
/// impl Uploader for DropBox {
///     fn accepts(&self, repository: &Repository) -> bool {
///         repository.url.starts_with("drop:")
///     }
///
///     fn exists(&self, _: &dyn Host, target: &Target<'_>, release: &Release) -> Result<Vec<Existence>, PluginError> {
///         let existence = |file| match Self::path(target, file).exists() {
///             true => Existence::Unknown { reason: "the directory has no hashes".into() },
///             false => Existence::Absent,
///         };
///         Ok(release.files.iter().map(existence).collect())
///     }
///
///     fn put(&self, host: &dyn Host, target: &Target<'_>, _: &str, file: &ReleaseFile) -> Result<Outcome, PluginError> {
///         std::fs::copy(&file.path, Self::path(target, file))?;
///         host.progress(file.size, file.size);
///         Ok(Outcome::Created)
///     }
///
///     fn commit(&self, _: &dyn Host, _: &Target<'_>, _: &str, release: &Release) -> Result<Receipt, PluginError> {
///         let published = |file: &ReleaseFile| PublishedFile { file_name: file.file_name.clone(), url: None };
///         Ok(Receipt { page: None, files: release.files.iter().map(published).collect() })
///     }
/// }
/// ```
pub trait Uploader: Send + Sync {
    /// Whether this uploader knows the kind of repository; told from the repository alone, without asking it.
    fn accepts(&self, repository: &Repository) -> bool;

    /// Whether uploads want credentials, so that they are looked for and, on a terminal, asked for. Told from the
    /// repository alone.
    fn wants_credentials(&self, _repository: &Repository) -> bool {
        false
    }

    /// Says what the repository would refuse, before a byte is sent and without asking it. All findings at once.
    ///
    /// # Errors
    ///
    /// The check itself could not be done.
    fn preflight(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _release: &Release,
    ) -> Result<Vec<Finding>, PluginError> {
        Ok(vec![])
    }

    /// Asks what the repository has of each file, in the order of the files: the answer is as long as their list.
    ///
    /// Never answered from memory, nor from a cache if that can be helped: it settles what became of a lost answer.
    ///
    /// # Errors
    ///
    /// The repository did not answer, or not in a way that is understood. A project that it does not know is no error,
    /// but [`Existence::Absent`] for all files.
    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError>;

    /// Begins to publish a release, and returns what names the session; empty if there is no such thing.
    ///
    /// # Errors
    ///
    /// The repository refused the session or could not be reached.
    fn begin(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _release: &Release,
    ) -> Result<String, PluginError> {
        Ok(String::new())
    }

    /// Puts one file, once, and tells the progress in bytes.
    ///
    /// # Errors
    ///
    /// See the table above. The file changed while it was read: [`ErrorKind::InvalidProject`], with nothing stored.
    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError>;

    /// Ends the session: what was put is published. `release` has the files that were put, and those that the repository
    /// had already. Also called for a session that was committed before, whose answer was lost.
    ///
    /// # Errors
    ///
    /// The repository refused to publish or could not be reached.
    fn commit(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError>;

    /// Gives the session up, as far as the repository knows of one.
    ///
    /// # Errors
    ///
    /// The repository could not be told.
    fn abort(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _session: &str,
    ) -> Result<(), PluginError> {
        Ok(())
    }

    /// Downloads a published file and returns the SHA-256 of what came, in lowercase hexadecimal digits
    /// (`--verify download`).
    ///
    /// # Errors
    ///
    /// The file cannot be had; by default [`ErrorKind::Unsupported`].
    fn downloaded_sha256(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        Err(PluginError::new(
            ErrorKind::Unsupported,
            "this kind of repository cannot be downloaded from",
        ))
    }

    /// Registers the project with the repository before its first upload, as servers of old asked for (`flit register`).
    ///
    /// # Errors
    ///
    /// The repository refused, or knows no such thing: [`ErrorKind::Unsupported`], which is the default.
    fn register(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _metadata: &CoreMetadata,
    ) -> Result<(), PluginError> {
        Err(PluginError::new(
            ErrorKind::Unsupported,
            "this kind of repository needs no registration",
        ))
    }

    /// Trades the identity of a CI job for credentials (trusted publishing). `None` if the repository knows no such
    /// thing. The credentials of `target` are not used.
    ///
    /// # Errors
    ///
    /// The identity could not be had, or the repository refused it.
    fn mint(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _identity: &CiIdentity,
    ) -> Result<Option<MintedCredentials>, PluginError> {
        Ok(None)
    }

    /// Makes minted credentials worthless, now that they are not needed any more.
    ///
    /// # Errors
    ///
    /// The repository could not be told; the credentials end by themselves.
    fn burn(
        &self,
        _host: &dyn Host,
        _target: &Target<'_>,
        _credentials: &Credentials,
    ) -> Result<(), PluginError> {
        Ok(())
    }
}
