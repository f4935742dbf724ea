//! The objects that cross the boundary: the stages, the host, and the lists of files.
//!
//! A later minor version may add methods with default bodies at the end of a trait, and fields at the end of
//! [`PluginModule`]. Everything else here is frozen with version 1.0.
#![expect(
    non_local_definitions,
    unreachable_pub,
    clippy::expl_impl_clone_on_copy,
    clippy::trivially_copy_pass_by_ref,
    clippy::used_underscore_binding,
    reason = "what the macros of `abi_stable` expand to"
)]
#![cfg_attr(not(feature = "host"), expect(dead_code, reason = "only a host reads modules"))]

use abi_stable::StableAbi;
use abi_stable::declare_root_module_statics;
use abi_stable::library::RootModule;
use abi_stable::package_version_strings;
use abi_stable::sabi_trait;
use abi_stable::sabi_types::{RMut, RRef, VersionStrings};
use abi_stable::std_types::{RBox, ROption, RResult, RStr};

use super::record::Record;

/// [`Host`](crate::Host) as a plugin sees it.
#[sabi_trait]
pub trait HostApi: Send + Sync {
    /// The levels are numbered in `log_level`.
    fn log(&self, level: u32, message: RStr<'_>);
    fn progress(&self, done: u64, total: u64);
    #[sabi(last_prefix_field)]
    fn is_cancelled(&self) -> bool;
}

/// Takes the files of a list one by one, which is as fast as any batch and can grow.
#[sabi_trait]
pub trait FileSink {
    /// Takes a file of the list of this number (see `files`); false asks to stop. Unknown lists are ignored.
    #[sabi(last_prefix_field)]
    fn push(
        &mut self,
        list: u32,
        path: RStr<'_>,
        size: u64,
        is_executable: bool,
        is_link: bool,
    ) -> bool;
}

/// Gives the files that belong to a record.
#[sabi_trait]
pub trait FileLists: Send + Sync {
    /// Pushes the files of all lists, in order.
    #[sabi(last_prefix_field)]
    fn each(&self, sink: FileSinkMut<'_>);
}

/// [`Discover`](crate::Discover): a layout or nothing.
#[sabi_trait]
pub trait DiscoverObject: Send + Sync {
    #[sabi(last_prefix_field)]
    fn discover(
        &self,
        host: HostRef<'_>,
        request: Record,
        files: FileSinkMut<'_>,
    ) -> RResult<ROption<Record>, Record>;
}

/// [`MetadataSource`](crate::MetadataSource): a fragment.
#[sabi_trait]
pub trait MetadataObject: Send + Sync {
    #[sabi(last_prefix_field)]
    fn metadata(
        &self,
        host: HostRef<'_>,
        request: Record,
        files: FileListsRef<'_>,
    ) -> RResult<Record, Record>;
}

/// [`Builder`](crate::Builder): the path of a file.
#[sabi_trait]
pub trait BuildObject: Send + Sync {
    #[sabi(last_prefix_field)]
    fn build(
        &self,
        host: HostRef<'_>,
        request: Record,
        files: FileListsRef<'_>,
    ) -> RResult<Record, Record>;
}

/// [`Uploader`](crate::Uploader): the method of the same name, whose request and answer are records.
///
/// The answer about a repository is no plain truth value, so that a panic has somewhere to go.
#[sabi_trait]
pub trait UploadObject: Send + Sync {
    fn accepts(&self, request: Record) -> RResult<Record, Record>;
    fn wants_credentials(&self, request: Record) -> RResult<Record, Record>;
    fn preflight(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn exists(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn begin(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn put(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn commit(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn abort(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn downloaded_sha256(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn register(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    fn mint(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
    #[sabi(last_prefix_field)]
    fn burn(&self, host: HostRef<'_>, request: Record) -> RResult<Record, Record>;
}

pub type HostRef<'a> = HostApi_TO<'a, RRef<'a, ()>>;
pub type FileSinkMut<'a> = FileSink_TO<'a, RMut<'a, ()>>;
pub type FileListsRef<'a> = FileLists_TO<'a, RRef<'a, ()>>;
pub type DiscoverBox = DiscoverObject_TO<'static, RBox<()>>;
pub type MetadataBox = MetadataObject_TO<'static, RBox<()>>;
pub type BuildBox = BuildObject_TO<'static, RBox<()>>;
pub type UploadBox = UploadObject_TO<'static, RBox<()>>;

/// What a library exports: its manifest, and a maker of each stage's object.
///
/// A stage that a later version adds is a further field, absent from older plugins.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = PluginModuleRef)))]
#[sabi(missing_field(option))]
pub struct PluginModule {
    pub manifest: extern "C" fn() -> RStr<'static>,
    pub discover: extern "C" fn() -> ROption<DiscoverBox>,
    pub metadata: extern "C" fn() -> ROption<MetadataBox>,
    pub build: extern "C" fn() -> ROption<BuildBox>,
    #[sabi(last_prefix_field)]
    pub upload: extern "C" fn() -> ROption<UploadBox>,
}

impl RootModule for PluginModuleRef {
    declare_root_module_statics! {PluginModuleRef}
    const BASE_NAME: &'static str = "flit_plugin";
    const NAME: &'static str = "flit plugin";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}
