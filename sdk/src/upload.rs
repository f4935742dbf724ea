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
    /// The repository. What an uploader lets its users choose is in the query of its URL, as in `s3://bucket/simple?acl=private`,
    /// until configuration has a place for it.
    pub repository: &'a Repository,
    /// Who we are there; `None` where nobody asked for credentials, or none were found.
    pub credentials: Option<&'a Credentials>,
}

/// Teaches `flit publish` a kind of repository.
///
/// Every method makes **one** attempt and reports what came of it. What to do next is the pipeline's: the order of the
/// files, retries and their delays, asking what is there when an answer was lost, confirming by hash, resuming a run that
/// was killed. So an uploader never waits to try again, and says with the [kind](ErrorKind) of its error what may be. A
/// kind means the same in all methods; what the pipeline makes of it depends on what is lost with it:
///
/// | kind | when | at [`put`](Self::put) the pipeline | at [`begin`](Self::begin) and [`commit`](Self::commit) |
/// |---|---|---|---|
/// | [`Unreachable`](ErrorKind::Unreachable) | no connection was made, so nothing was sent | tries again | tries again |
/// | [`Network`](ErrorKind::Network) | it was sent, and no answer came, or half of one | asks [`exists`](Self::exists), tries again | tries again |
/// | [`Unavailable`](ErrorKind::Unavailable) | "later", with [`retry_after`](PluginError::retry_after) if it was said | waits, asks, tries again | waits, tries again |
/// | [`SessionLost`](ErrorKind::SessionLost) | the repository does not know the session any more | begins anew, once | begins anew, once |
/// | [`Unregistered`](ErrorKind::Unregistered) | the project is to be registered first, or may be | calls [`register`](Self::register), tries once more | gives the release up |
/// | [`Unauthorized`](ErrorKind::Unauthorized) | other credentials are wanted | mints anew, once, what was minted; else stops everything | stops everything |
/// | [`Untrusted`](ErrorKind::Untrusted) | the certificate, or a redirect to elsewhere | stops everything | stops everything |
/// | [`Rejected`](ErrorKind::Rejected) | this will never be taken | asks, gives the file up | gives the release up |
/// | [`InvalidProject`](ErrorKind::InvalidProject) | the file is not what it was, or not as it should be; nothing of it is stored | gives the file up | gives the release up |
/// | [`Unsupported`](ErrorKind::Unsupported) | the repository has no such thing, or the uploader does not know its way | gives the file up | gives the release up |
/// | [`Io`](ErrorKind::Io) | a file of this machine cannot be read or written | gives the file up | gives the release up |
/// | [`Cancelled`](ErrorKind::Cancelled) | [`is_cancelled`](Host::is_cancelled) was true | stops everything; the next run goes on | the same |
/// | [`Other`](ErrorKind::Other) | none of these | gives the file up | gives the release up |
///
/// An error of [`abort`](Self::abort) is shown as a warning, whatever its kind: nothing depends on it.
///
/// # Sessions
///
/// A release is published by `begin`, one `put` for each file, and `commit`; `abort` instead of `commit` if it is given
/// up. Where a repository has no such thing as a session (the legacy upload API of PyPI), `begin` and `commit` send
/// nothing; where files become visible all at once (a static index; the sessions of PEP 694), `commit` is what does it.
/// What `begin` answers is kept by the pipeline in a file beside the distributions, and handed to later calls, also to
/// those of another process that goes on after this one was killed. So it may name a session, but never be a secret.
///
/// # Threads
///
/// Several calls of `put` may run at once, on different threads, with a host each; and `exists` and `register` beside them.
///
/// # Example
///
/// The README of this crate shows the same as a plugin that can be loaded.
///
/// ```
/// use std::io::{Read as _, Write as _};
/// use std::path::{Path, PathBuf};
///
/// use flit_sdk::model::{Existence, Outcome, PublishedFile, Receipt, Release, ReleaseFile, Repository};
/// use flit_sdk::{ErrorKind, Host, PluginError, Target, Uploader, hexadecimal};
/// use sha2::{Digest as _, Sha256};
///
/// /// Copies files into a directory that some other program watches: `drop:/path`.
/// struct DropBox;
///
/// impl Uploader for DropBox {
///     fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
///         Ok(repository.url.starts_with("drop:"))
///     }
///
///     // There are no sessions: what was put is there for everybody.
///     fn exists(&self, host: &dyn Host, target: &Target<'_>, _session: &str, release: &Release) -> Result<Vec<Existence>, PluginError> {
///         release.files.iter().map(|file| existence(host, target, file)).collect()
///     }
///
///     fn put(&self, host: &dyn Host, target: &Target<'_>, _session: &str, file: &ReleaseFile) -> Result<Outcome, PluginError> {
///         // Whoever watches the directory never sees half of a file, and runs at once never write the same one.
///         let directory = path(target, "");
///         let mut copy = tempfile::Builder::new().prefix(".drop-").tempfile_in(directory)?;
///         let sha256 = read(host, &file.path, |bytes, done| {
///             host.progress(done, file.size);
///             Ok(copy.write_all(bytes)?)
///         })?;
///         if sha256 != file.sha256 {
///             let message = format!("`{}` changed while it was published", file.file_name);
///             return Err(PluginError::new(ErrorKind::InvalidProject, message));
///         }
///         // Not `rename`: that would replace what is there.
///         match copy.persist_noclobber(path(target, &file.file_name)) {
///             Ok(_) => Ok(Outcome::Created),
///             Err(failed) if failed.error.kind() != std::io::ErrorKind::AlreadyExists => Err(failed.error.into()),
///             Err(_) => Ok(match existence(host, target, file)? {
///                 Existence::Same => Outcome::AlreadyIdentical,
///                 _ => Outcome::Conflict { message: "other bytes are there".into() },
///             }),
///         }
///     }
///
///     fn commit(&self, _: &dyn Host, _: &Target<'_>, _: &str, release: &Release) -> Result<Receipt, PluginError> {
///         let published = |file: &ReleaseFile| PublishedFile { file_name: file.file_name.clone(), url: None };
///         Ok(Receipt { files: release.files.iter().map(published).collect(), ..Receipt::default() })
///     }
/// }
///
/// fn path(target: &Target<'_>, file_name: &str) -> PathBuf {
///     Path::new(target.repository.url.trim_start_matches("drop:")).join(file_name)
/// }
///
/// fn existence(host: &dyn Host, target: &Target<'_>, file: &ReleaseFile) -> Result<Existence, PluginError> {
///     let path = path(target, &file.file_name);
///     if !fs_err::exists(&path)? {
///         return Ok(Existence::Absent);
///     }
///     let sha256 = read(host, &path, |_, _| Ok(()))?;
///     Ok(if sha256 == file.sha256 { Existence::Same } else { Existence::Other { sha256 } })
/// }
///
/// /// Reads a file piece by piece, and returns its SHA-256.
/// fn read(
///     host: &dyn Host,
///     path: &Path,
///     mut take: impl FnMut(&[u8], u64) -> Result<(), PluginError>,
/// ) -> Result<String, PluginError> {
///     let (mut file, mut hash, mut done) = (fs_err::File::open(path)?, Sha256::new(), 0);
///     let mut piece = vec![0; 1 << 16];
///     while !host.is_cancelled() {
///         let count = file.read(&mut piece)?;
///         if count == 0 {
///             return Ok(hexadecimal(&hash.finalize()));
///         }
///         done += count as u64;
///         hash.update(&piece[..count]);
///         take(&piece[..count], done)?;
///     }
///     Err(PluginError::new(ErrorKind::Cancelled, "stopped"))
/// }
/// ```
pub trait Uploader: Send + Sync {
    /// Whether this uploader knows the kind of repository; told from the repository alone, without asking it.
    ///
    /// Of two that do, one may [yield](crate::Plugin::yields_to) to the other; else the user is asked to load only one.
    ///
    /// # Errors
    ///
    /// It cannot be told. The run ends with this error, for the files shall not go to another uploader instead.
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError>;

    /// Whether uploads want credentials, so that they are looked for and, on a terminal, asked for. Told from the
    /// repository alone.
    ///
    /// # Errors
    ///
    /// It cannot be told.
    fn wants_credentials(&self, _repository: &Repository) -> Result<bool, PluginError> {
        Ok(false)
    }

    /// Says what the repository would refuse, before a byte is sent and without asking it. All findings at once.
    ///
    /// There are no credentials in `target` yet: nobody is asked for a password before the files are known to be good.
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
    /// `session` is what [`begin`](Self::begin) answered, and empty before it was called: files that are staged in the
    /// session count as [`Existence::Same`], although nobody else can see them.
    ///
    /// Never answered from memory, nor from a cache if that can be helped: it settles what became of a lost answer. So it
    /// is also called between several `put`s and beside them, with a release that has only some of the files.
    ///
    /// # Errors
    ///
    /// The repository did not answer, or not in a way that is understood. A project that it does not know is no error,
    /// but [`Existence::Absent`] for all files.
    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError>;

    /// Begins to publish a release, and returns what names the session; empty if there is no such thing.
    ///
    /// It may be called again after its answer was lost: what the first call began is then nobody's. It is not called if
    /// the repository has all the files.
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
    /// A file that the session holds already, byte for byte, is [`Outcome::AlreadyIdentical`].
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
    /// An uploader that has sessions is called with an empty one if all files were there: there is nothing to publish, and
    /// only the receipt is wanted.
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
