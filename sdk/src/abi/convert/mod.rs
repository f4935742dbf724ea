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
mod request;

pub(super) use error::{error_from_record, error_to_record, log_level, log_level_number};
pub(super) use files::{CollectedFiles, LayoutFiles, push_files};
pub(super) use layout::{layout_from_record, layout_to_record};
pub(super) use metadata::{fragment_from_record, fragment_to_record};
pub(super) use request::{
    BuildQuestion, DiscoverQuestion, MetadataQuestion, build_request, built_from_record,
    built_to_record, discover_request, metadata_request,
};
