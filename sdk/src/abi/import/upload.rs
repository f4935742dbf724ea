//! The importing side of the upload stage.

use abi_stable::std_types::RResult;

use super::{Foreign, GuardedHost};
use crate::abi::convert::{
    accepts_from_record, existences_from_record, findings_from_record, minting_from_record,
    outcome_from_record, receipt_from_record, repository_request, session_from_record,
    sha256_from_record, target_request, wants_credentials_from_record, with_file, with_identity,
    with_metadata, with_minted, with_release, with_session,
};
use crate::abi::malformed::Malformed;
use crate::abi::objects::{HostRef, UploadBox};
use crate::abi::record::Record;
use crate::error::PluginError;
use crate::host::Host;
use crate::model::{
    CiIdentity, CoreMetadata, Credentials, Existence, Finding, MintedCredentials, Outcome, Receipt,
    Release, ReleaseFile, Repository,
};
use crate::upload::{Target, Uploader};

/// A method of an uploader on the other side.
type Method = fn(&UploadBox, HostRef<'_>, Record) -> RResult<Record, Record>;

/// An uploader on the other side.
pub(super) struct ForeignUploader {
    foreign: Foreign<UploadBox>,
}

impl ForeignUploader {
    pub(super) fn new(foreign: Foreign<UploadBox>) -> Self {
        Self { foreign }
    }

    /// Asks about a repository alone.
    fn told(
        &self,
        method: fn(&UploadBox, Record) -> RResult<Record, Record>,
        repository: &Repository,
        read: fn(&Record) -> Result<bool, Malformed>,
    ) -> Result<bool, PluginError> {
        let request = repository_request(repository);
        let answer = self.foreign.call_alone(|object| method(object, request))?;
        self.read(&answer, read)
    }

    fn call(
        &self,
        host: &dyn Host,
        method: Method,
        request: Record,
    ) -> Result<Record, PluginError> {
        self.foreign.call(&GuardedHost::new(host), |object, host| method(object, host, request))
    }

    fn read<T>(
        &self,
        answer: &Record,
        read: impl FnOnce(&Record) -> Result<T, Malformed>,
    ) -> Result<T, PluginError> {
        read(answer).map_err(|malformed| self.foreign.refuse(&malformed))
    }
}

impl Uploader for ForeignUploader {
    fn accepts(&self, repository: &Repository) -> Result<bool, PluginError> {
        self.told(UploadBox::accepts, repository, accepts_from_record)
    }

    fn wants_credentials(&self, repository: &Repository) -> Result<bool, PluginError> {
        self.told(UploadBox::wants_credentials, repository, wants_credentials_from_record)
    }

    fn preflight(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<Vec<Finding>, PluginError> {
        let request = with_release(target_request(target), release);
        self.read(&self.call(host, UploadBox::preflight, request)?, findings_from_record)
    }

    fn exists(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Vec<Existence>, PluginError> {
        let request = with_release(with_session(target_request(target), session), release);
        let answer = self.call(host, UploadBox::exists, request)?;
        self.read(&answer, |answer| existences_from_record(answer, release.files.len()))
    }

    fn begin(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        release: &Release,
    ) -> Result<String, PluginError> {
        let request = with_release(target_request(target), release);
        self.read(&self.call(host, UploadBox::begin, request)?, session_from_record)
    }

    fn put(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        file: &ReleaseFile,
    ) -> Result<Outcome, PluginError> {
        let request = with_file(with_session(target_request(target), session), file);
        self.read(&self.call(host, UploadBox::put, request)?, outcome_from_record)
    }

    fn commit(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
        release: &Release,
    ) -> Result<Receipt, PluginError> {
        let request = with_release(with_session(target_request(target), session), release);
        self.read(&self.call(host, UploadBox::commit, request)?, receipt_from_record)
    }

    fn abort(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        session: &str,
    ) -> Result<(), PluginError> {
        let request = with_session(target_request(target), session);
        self.call(host, UploadBox::abort, request).map(drop)
    }

    fn downloaded_sha256(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        file: &ReleaseFile,
    ) -> Result<String, PluginError> {
        let request = with_file(target_request(target), file);
        self.read(&self.call(host, UploadBox::downloaded_sha256, request)?, sha256_from_record)
    }

    fn register(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        metadata: &CoreMetadata,
    ) -> Result<(), PluginError> {
        let request = with_metadata(target_request(target), metadata);
        self.call(host, UploadBox::register, request).map(drop)
    }

    fn mint(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        identity: &CiIdentity,
    ) -> Result<Option<MintedCredentials>, PluginError> {
        let request = with_identity(target_request(target), identity);
        self.read(&self.call(host, UploadBox::mint, request)?, minting_from_record)
    }

    fn burn(
        &self,
        host: &dyn Host,
        target: &Target<'_>,
        credentials: &Credentials,
    ) -> Result<(), PluginError> {
        let request = with_minted(target_request(target), credentials);
        self.call(host, UploadBox::burn, request).map(drop)
    }
}
