//! What uploaders are asked.
//!
//! All requests are of one kind of record, in which each method writes what it has.

use super::metadata::{core_metadata_from_record, core_metadata_to_record};
use super::release::{file_from_record, file_to_record, release_from_record, release_to_record};
use super::repository::{
    credentials_from_record, credentials_to_record, identity_from_record, identity_to_record,
    repository_from_record, repository_to_record,
};
use crate::abi::ids::upload_request as ids;
use crate::abi::malformed::Malformed;
use crate::abi::record::Record;
use crate::model::{CiIdentity, CoreMetadata, Credentials, Release, ReleaseFile, Repository};
use crate::upload::Target;

/// A request about a repository alone.
pub(crate) fn repository_request(repository: &Repository) -> Record {
    Record::default().with(ids::REPOSITORY, repository_to_record(repository))
}

/// A request about a target, to which the others add.
pub(crate) fn target_request(target: &Target<'_>) -> Record {
    let Target { repository, credentials } = *target;
    repository_request(repository)
        .with_some(ids::CREDENTIALS, credentials.map(credentials_to_record))
}

pub(crate) fn with_release(request: Record, release: &Release) -> Record {
    request.with(ids::RELEASE, release_to_record(release))
}

pub(crate) fn with_file(request: Record, file: &ReleaseFile) -> Record {
    request.with(ids::FILE, file_to_record(file))
}

pub(crate) fn with_session(request: Record, session: &str) -> Record {
    request.with(ids::SESSION, session)
}

pub(crate) fn with_metadata(request: Record, metadata: &CoreMetadata) -> Record {
    request.with(ids::METADATA, core_metadata_to_record(metadata))
}

pub(crate) fn with_identity(request: Record, identity: &CiIdentity) -> Record {
    request.with(ids::IDENTITY, identity_to_record(identity))
}

pub(crate) fn with_minted(request: Record, minted: &Credentials) -> Record {
    request.with(ids::MINTED, credentials_to_record(minted))
}

/// What a request says, read part by part: each method knows which parts it has.
pub(crate) struct UploadQuestion<'a>(pub(crate) &'a Record);

impl UploadQuestion<'_> {
    pub(crate) fn repository(&self) -> Result<Repository, Malformed> {
        repository_from_record(self.0.get(ids::REPOSITORY)?)
    }

    pub(crate) fn credentials(&self) -> Result<Option<Credentials>, Malformed> {
        self.0.find(ids::CREDENTIALS)?.map(credentials_from_record).transpose()
    }

    pub(crate) fn release(&self) -> Result<Release, Malformed> {
        release_from_record(self.0.get(ids::RELEASE)?)
    }

    pub(crate) fn file(&self) -> Result<ReleaseFile, Malformed> {
        file_from_record(self.0.get(ids::FILE)?)
    }

    pub(crate) fn session(&self) -> Result<&str, Malformed> {
        self.0.get(ids::SESSION)
    }

    pub(crate) fn metadata(&self) -> Result<CoreMetadata, Malformed> {
        core_metadata_from_record(self.0.get(ids::METADATA)?)
    }

    pub(crate) fn identity(&self) -> Result<CiIdentity, Malformed> {
        identity_from_record(self.0.get(ids::IDENTITY)?)
    }

    pub(crate) fn minted(&self) -> Result<Credentials, Malformed> {
        credentials_from_record(self.0.get(ids::MINTED)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::ids::{ci_identity, release_file};
    use crate::testing::ReleaseBuilder;

    #[test]
    fn what_a_later_version_asks_is_refused_by_name() {
        let identity = identity_to_record(&CiIdentity::Buildkite { program: None });
        let later = identity.replaced(ci_identity::KIND.number, Some(99_u32.into()));
        let refused = identity_from_record(&later).unwrap_err().to_string();
        assert_eq!(refused, "with the identity.kind `99`, which is unknown here");
        let builder = ReleaseBuilder::new("demo", "1").sdist("");
        let file = file_to_record(&builder.release().files[0]);
        let later = file.replaced(release_file::KIND.number, Some(99_u32.into()));
        let refused = file_from_record(&later).unwrap_err().to_string();
        assert_eq!(refused, "with the file.kind `99`, which is unknown here");
        // But what it says beside what it always said does no harm.
        assert!(file_from_record(&file.with_number(99, true)).is_ok());
    }
}
