//! The mapping between the model and the records that cross.
//!
//! Written by hand, so that the model may change while the wire does not. On the way out every struct is taken apart
//! without `..`: a new field of the model does not compile until it has a number. On the way in unknown numbers are
//! ignored, and what the model relies on is checked, for the other side may be anybody's.
mod error;
mod files;
mod layout;
mod metadata;
mod project;
mod release;
mod repository;
mod request;
mod upload_answer;
mod upload_request;

pub(super) use error::{error_from_record, error_to_record, log_level, log_level_number};
pub(super) use files::{CollectedFiles, LayoutFiles, push_files};
pub(super) use layout::{layout_from_record, layout_to_record};
pub(super) use metadata::{fragment_from_record, fragment_to_record};
pub(super) use request::{
    BuildQuestion, DiscoverQuestion, MetadataQuestion, build_request, built_from_record,
    built_to_record, discover_request, metadata_request,
};
pub(super) use upload_answer::{
    accepts_from_record, accepts_to_record, existences_from_record, existences_to_record,
    findings_from_record, findings_to_record, minting_from_record, minting_to_record,
    outcome_from_record, outcome_to_record, receipt_from_record, receipt_to_record,
    session_from_record, session_to_record, sha256_from_record, sha256_to_record,
    wants_credentials_from_record, wants_credentials_to_record,
};
pub(super) use upload_request::{
    UploadQuestion, repository_request, target_request, with_file, with_identity, with_metadata,
    with_minted, with_release, with_session,
};
