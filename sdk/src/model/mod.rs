//! The nouns: what the stages hand to each other.

pub mod classifier;
mod core_metadata;
mod entry_points;
mod field;
mod file_name;
mod finding;
mod layout;
mod license;
mod metadata_text;
mod name;
mod project;
mod readme;
mod release;
mod repository;
mod requirement;
mod version;

pub use core_metadata::{CoreMetadata, MetadataVersion, MetadataVersionError};
pub use entry_points::{EntryPointError, EntryPoints};
pub use field::{Cardinality, Field, FieldSpec};
pub use file_name::{DistributionName, FileNameError, SdistFormat, SdistName, WheelName};
pub use finding::{Finding, Severity};
pub use layout::{ExternalData, Layout, Module, ModuleKind, SdistRules, SourceFile};
pub use license::{LICENSE_FILE_PREFIXES, LicenseError, license_expression};
pub use metadata_text::{MetadataTextError, MetadataTextProblem};
pub use name::{NameError, ProjectName, is_dotted_identifier, is_identifier, normalized_extra};
pub use project::{Distribution, Project};
pub use readme::{is_readme_content_type, readme_content_type};
pub use release::{Existence, FileKind, Outcome, PublishedFile, Receipt, Release, ReleaseFile};
pub use repository::{
    CiIdentity, Connection, Credentials, MintedCredentials, Repository, is_loopback_host,
};
pub use requirement::{
    RequirementError, RequirementReason, check_requirement, check_requires_python,
};
pub use version::{Version, VersionError};
