//! The exporting side of the upload stage.

use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::RResult;

use super::{CallingHost, asked, lowered};
use crate::abi::convert::{
    UploadQuestion, accepts_to_record, existences_to_record, findings_to_record, minting_to_record,
    outcome_to_record, receipt_to_record, session_to_record, sha256_to_record,
    wants_credentials_to_record,
};
use crate::abi::objects::{HostRef, UploadBox, UploadObject};
use crate::abi::record::Record;
use crate::error::PluginError;
use crate::host::Host;
use crate::model::Repository;
use crate::plugin::{Plugin, Stage};
use crate::upload::{Target, Uploader};

pub(in crate::abi) fn upload_object(plugin: &Plugin) -> Option<UploadBox> {
    let name = plugin.name;
    let object = ExportedUpload { name, inner: plugin.upload? };
    Some(UploadBox::from_value(object, TD_Opaque))
}

struct ExportedUpload {
    name: &'static str,
    inner: &'static dyn Uploader,
}

/// What a method of the plugin is called with: the host and the target that it takes, and what else was asked.
struct Call<'a> {
    uploader: &'static dyn Uploader,
    host: &'a dyn Host,
    target: Target<'a>,
    question: UploadQuestion<'a>,
}

impl ExportedUpload {
    /// Answers about a repository alone.
    fn tell(
        &self,
        request: &Record,
        tell: impl FnOnce(&dyn Uploader, &Repository) -> Result<Record, PluginError>,
    ) -> RResult<Record, Record> {
        lowered(self.name, Stage::Upload, || {
            let repository = UploadQuestion(request).repository().map_err(asked)?;
            tell(self.inner, &repository)
        })
    }

    /// Answers about a target.
    fn answer(
        &self,
        host: HostRef<'_>,
        request: &Record,
        answer: impl FnOnce(&Call<'_>) -> Result<Record, PluginError>,
    ) -> RResult<Record, Record> {
        lowered(self.name, Stage::Upload, || {
            let question = UploadQuestion(request);
            let repository = question.repository().map_err(asked)?;
            let credentials = question.credentials().map_err(asked)?;
            let target = Target { repository: &repository, credentials: credentials.as_ref() };
            let host = &CallingHost(host);
            answer(&Call { uploader: self.inner, host, target, question })
        })
    }
}

impl UploadObject for ExportedUpload {
    fn accepts(&self, request: Record) -> RResult<Record, Record> {
        self.tell(&request, |uploader, repository| {
            Ok(accepts_to_record(uploader.accepts(repository)?))
        })
    }

    fn wants_credentials(&self, request: Record) -> RResult<Record, Record> {
        self.tell(&request, |uploader, repository| {
            Ok(wants_credentials_to_record(uploader.wants_credentials(repository)?))
        })
    }

    fn preflight(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let release = call.question.release().map_err(asked)?;
            let findings = call.uploader.preflight(call.host, &call.target, &release)?;
            Ok(findings_to_record(&findings))
        })
    }

    fn exists(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let release = call.question.release().map_err(asked)?;
            let session = call.question.session().map_err(asked)?;
            let existences = call.uploader.exists(call.host, &call.target, session, &release)?;
            Ok(existences_to_record(&existences))
        })
    }

    fn begin(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let release = call.question.release().map_err(asked)?;
            let session = call.uploader.begin(call.host, &call.target, &release)?;
            Ok(session_to_record(&session))
        })
    }

    fn put(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let file = call.question.file().map_err(asked)?;
            let session = call.question.session().map_err(asked)?;
            let outcome = call.uploader.put(call.host, &call.target, session, &file)?;
            Ok(outcome_to_record(&outcome))
        })
    }

    fn commit(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let release = call.question.release().map_err(asked)?;
            let session = call.question.session().map_err(asked)?;
            let receipt = call.uploader.commit(call.host, &call.target, session, &release)?;
            Ok(receipt_to_record(&receipt))
        })
    }

    fn abort(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let session = call.question.session().map_err(asked)?;
            call.uploader.abort(call.host, &call.target, session)?;
            Ok(Record::default())
        })
    }

    fn downloaded_sha256(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let file = call.question.file().map_err(asked)?;
            let sha256 = call.uploader.downloaded_sha256(call.host, &call.target, &file)?;
            Ok(sha256_to_record(&sha256))
        })
    }

    fn register(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let metadata = call.question.metadata().map_err(asked)?;
            call.uploader.register(call.host, &call.target, &metadata)?;
            Ok(Record::default())
        })
    }

    fn mint(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let identity = call.question.identity().map_err(asked)?;
            let minted = call.uploader.mint(call.host, &call.target, &identity)?;
            Ok(minting_to_record(minted.as_ref()))
        })
    }

    fn burn(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record> {
        self.answer(host, &request, |call| {
            let minted = call.question.minted().map_err(asked)?;
            call.uploader.burn(call.host, &call.target, &minted)?;
            Ok(Record::default())
        })
    }
}
