//! The exporting side: a plugin of this image as objects that cross.

mod upload;

use abi_stable::library::{
    __call_root_module_loader, CheckTypeLayout, LibHeader, RootModuleResult,
};
use abi_stable::prefix_type::PrefixTypeTrait as _;
use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{RErr, RNone, ROk, ROption, RResult, RSome, RStr};

pub(super) use self::upload::upload_object;
use super::convert::{
    BuildQuestion, CollectedFiles, DiscoverQuestion, MetadataQuestion, built_to_record,
    error_to_record, fragment_to_record, layout_to_record, log_level_number, push_files,
};
use super::guard::guarded;
use super::malformed::Malformed;
use super::objects::{
    BuildBox, BuildObject, DiscoverBox, DiscoverObject, FileListsRef, FileSink_TO, FileSinkMut,
    HostRef, MetadataBox, MetadataObject, PluginModule, PluginModuleRef, UploadBox,
};
use super::record::Record;
use crate::build::Builder;
use crate::discover::Discover;
use crate::error::{ErrorKind, PluginError};
use crate::host::{Host, LogLevel};
use crate::metadata::MetadataSource;
use crate::plugin::{Plugin, Stage};

/// The plugin of a library; implemented by [`export!`](crate::export) alone.
pub trait Exported {
    /// The plugin.
    const PLUGIN: Plugin;
    /// The very bytes of the link section: referring to them keeps the linker from dropping it.
    const MANIFEST: &'static [u8];
}

/// What a library exports under the name that the loader looks for.
pub const fn header<P: Exported>() -> LibHeader {
    // SAFETY: `construct` returns what was made from a `PluginModuleRef`.
    unsafe { LibHeader::from_constructor::<PluginModuleRef>(construct::<P>, CheckTypeLayout::Yes) }
}

extern "C" fn construct<P: Exported>() -> RootModuleResult {
    __call_root_module_loader(|| -> PluginModuleRef {
        PluginModule {
            manifest: manifest::<P>,
            discover: discover::<P>,
            metadata: metadata::<P>,
            build: build::<P>,
            upload: upload::<P>,
        }
        .leak_into_prefix()
    })
}

extern "C" fn manifest<P: Exported>() -> RStr<'static> {
    // What the loader compares with the section: text, because the constants that it was made from are.
    std::str::from_utf8(P::MANIFEST).unwrap_or_default().into()
}

extern "C" fn discover<P: Exported>() -> ROption<DiscoverBox> {
    discover_object(&P::PLUGIN).into()
}

extern "C" fn metadata<P: Exported>() -> ROption<MetadataBox> {
    metadata_object(&P::PLUGIN).into()
}

extern "C" fn build<P: Exported>() -> ROption<BuildBox> {
    build_object(&P::PLUGIN).into()
}

extern "C" fn upload<P: Exported>() -> ROption<UploadBox> {
    upload_object(&P::PLUGIN).into()
}

pub(super) fn discover_object(plugin: &Plugin) -> Option<DiscoverBox> {
    let name = plugin.name;
    let object = ExportedDiscover { name, inner: plugin.discover? };
    Some(DiscoverBox::from_value(object, TD_Opaque))
}

pub(super) fn metadata_object(plugin: &Plugin) -> Option<MetadataBox> {
    let name = plugin.name;
    let object = ExportedMetadata { name, inner: plugin.metadata? };
    Some(MetadataBox::from_value(object, TD_Opaque))
}

pub(super) fn build_object(plugin: &Plugin) -> Option<BuildBox> {
    let name = plugin.name;
    let object = ExportedBuild { name, inner: plugin.build? };
    Some(BuildBox::from_value(object, TD_Opaque))
}

struct ExportedDiscover {
    name: &'static str,
    inner: &'static dyn Discover,
}

impl DiscoverObject for ExportedDiscover {
    fn discover(
        &self,
        host: HostRef<'_>,
        request: Record,
        mut files: FileSinkMut<'_>,
    ) -> RResult<ROption<Record>, Record> {
        lowered(self.name, Stage::Discover, || {
            let question = DiscoverQuestion::from_record(&request).map_err(asked)?;
            let layout = self.inner.discover(&CallingHost(host), &question.as_request())?;
            let Some(layout) = layout else { return Ok(RNone) };
            if push_files(&layout, &mut files) {
                Ok(RSome(layout_to_record(&layout)))
            } else {
                Err(PluginError::new(ErrorKind::Cancelled, "cancelled"))
            }
        })
    }
}

struct ExportedMetadata {
    name: &'static str,
    inner: &'static dyn MetadataSource,
}

impl MetadataObject for ExportedMetadata {
    fn metadata(
        &self,
        host: HostRef<'_>,
        request: Record,
        files: FileListsRef<'_>,
    ) -> RResult<Record, Record> {
        lowered(self.name, Stage::Metadata, || {
            let host = CallingHost(host);
            let files = collected(&files);
            let question = MetadataQuestion::from_record(&request, files).map_err(asked)?;
            let fragment = self.inner.metadata(&host, &question.as_request())?;
            Ok(fragment_to_record(&fragment))
        })
    }
}

struct ExportedBuild {
    name: &'static str,
    inner: &'static dyn Builder,
}

impl BuildObject for ExportedBuild {
    fn build(
        &self,
        host: HostRef<'_>,
        request: Record,
        files: FileListsRef<'_>,
    ) -> RResult<Record, Record> {
        lowered(self.name, Stage::Build, || {
            let host = CallingHost(host);
            let files = collected(&files);
            let question = BuildQuestion::from_record(&request, files).map_err(asked)?;
            let path = self.inner.build(&host, &question.as_request())?;
            Ok(built_to_record(&path))
        })
    }
}

/// Calls the plugin under guard, the conversions included, and lowers its error.
fn lowered<T>(
    name: &str,
    stage: Stage,
    call: impl FnOnce() -> Result<T, PluginError>,
) -> RResult<T, Record> {
    match guarded(|| format!("plugin `{name}` panicked in {stage}"), call) {
        Ok(answer) => ROk(answer),
        Err(error) => RErr(error_to_record(&error)),
    }
}

/// Takes all files, even if the user asked to stop: half of them would be another project.
fn collected(files: &FileListsRef<'_>) -> CollectedFiles<'static> {
    let mut collected = CollectedFiles::new(&|| false);
    files.each(FileSink_TO::from_ptr(&mut collected, TD_Opaque));
    collected
}

/// The error about a request that was not understood.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn asked(malformed: Malformed) -> PluginError {
    malformed.said_by("flit asked")
}

/// The host on the other side.
struct CallingHost<'a>(HostRef<'a>);

impl Host for CallingHost<'_> {
    fn log(&self, level: LogLevel, message: &str) {
        self.0.log(log_level_number(level), message.into());
    }

    fn progress(&self, done: u64, total: u64) {
        self.0.progress(done, total);
    }

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Exports a plugin from a library that is loaded at run time.
///
/// Takes the path of a constant of type [`Plugin`], and belongs into a crate of type `cdylib` that nothing
/// else is linked with: a library exports one plugin. A name or a text that a manifest cannot hold does not compile.
///
/// ```
/// # use flit_sdk::{Fragment, Host, MetadataRequest, MetadataSource, Plugin, PluginError};
/// struct Hello;
/// # impl MetadataSource for Hello {
/// #     fn metadata(&self, _: &dyn Host, _: &MetadataRequest<'_>) -> Result<Fragment, PluginError> { Ok(Fragment::default()) }
/// # }
/// const PLUGIN: Plugin = Plugin {
///     metadata: Some(&Hello),
///     ..Plugin::new("hello", "0.1.0", "greets")
/// };
/// flit_sdk::export!(PLUGIN);
/// ```
///
/// ```compile_fail,E0080
/// flit_sdk::export!(flit_sdk::Plugin::new("No Name", "0.1.0", "has a space in its name"));
/// ```
#[macro_export]
macro_rules! export {
    ($plugin:expr) => {
        const _: () = {
            // Named so that nothing of the plugin is called the same: items are not hygienic.
            struct FlitExport;

            impl $crate::expansion::Exported for FlitExport {
                const PLUGIN: $crate::Plugin = $plugin;
                const MANIFEST: &'static [u8] = &FLIT_MANIFEST;
            }

            const FLIT_LENGTH: usize = $crate::expansion::manifest_length(
                &<FlitExport as $crate::expansion::Exported>::PLUGIN,
            );

            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__flit"))]
            #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".flit"))]
            static FLIT_MANIFEST: [u8; FLIT_LENGTH] = $crate::expansion::manifest_bytes(
                &<FlitExport as $crate::expansion::Exported>::PLUGIN,
            );

            // The name that `abi_stable` gives to the root module.
            #[unsafe(no_mangle)]
            static _1as_0lib_1header_0root_bmodule_bloader: $crate::expansion::LibHeader =
                $crate::expansion::header::<FlitExport>();
        };
    };
}
