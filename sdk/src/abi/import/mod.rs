//! The importing side: objects that crossed as implementations of the ordinary traits.

mod host;
mod upload;

use std::path::PathBuf;

use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{RErr, RNone, ROk, RResult, RSome};

use self::host::GuardedHost;
use self::upload::ForeignUploader;
use super::breadcrumb::Breadcrumb;
use super::convert::{
    CollectedFiles, LayoutFiles, build_request, built_from_record, discover_request,
    error_from_record, fragment_from_record, layout_from_record, metadata_request,
};
use super::malformed::Malformed;
use super::objects::{
    BuildBox, DiscoverBox, FileListsRef, FileSink_TO, FileSinkMut, HostApi, HostRef, MetadataBox,
    UploadBox,
};
use super::record::Record;
use crate::build::{BuildRequest, Builder};
use crate::discover::{Discover, DiscoverRequest};
use crate::error::PluginError;
use crate::host::Host;
use crate::metadata::{Fragment, MetadataRequest, MetadataSource};
use crate::model::Layout;
use crate::plugin::{Plugin, Stage};
use crate::upload::Uploader;

/// The objects of a plugin, those that it has.
pub(super) struct Objects {
    pub(super) discover: Option<DiscoverBox>,
    pub(super) metadata: Option<MetadataBox>,
    pub(super) build: Option<BuildBox>,
    pub(super) upload: Option<UploadBox>,
}

impl Objects {
    /// The plugin whose stages are these objects instead of its own. They are leaked: a loaded library stays.
    pub(super) fn into_plugin(self, plugin: &Plugin) -> Plugin {
        let crumb = |stage: Stage| Breadcrumb::new(plugin.name, plugin.version, stage.name());
        let name = plugin.name;
        let discover = self.discover.map(|object| {
            let crumb = crumb(Stage::Discover);
            &*Box::leak(Box::new(Foreign { name, crumb, object })) as &dyn Discover
        });
        let metadata = self.metadata.map(|object| {
            let crumb = crumb(Stage::Metadata);
            &*Box::leak(Box::new(Foreign { name, crumb, object })) as &dyn MetadataSource
        });
        let build = self.build.map(|object| {
            let crumb = crumb(Stage::Build);
            &*Box::leak(Box::new(Foreign { name, crumb, object })) as &dyn Builder
        });
        let upload = self.upload.map(|object| {
            let crumb = crumb(Stage::Upload);
            let foreign = Foreign { name, crumb, object };
            &*Box::leak(Box::new(ForeignUploader::new(foreign))) as &dyn Uploader
        });
        let Plugin { name, version, description, yields_to, .. } = *plugin;
        Plugin { name, version, description, yields_to, discover, metadata, build, upload }
    }
}

/// A stage of a plugin on the other side.
struct Foreign<T> {
    name: &'static str,
    crumb: &'static Breadcrumb,
    object: T,
}

impl<T> Foreign<T> {
    /// Calls the object with a host that cannot unwind into it.
    fn call<R>(
        &self,
        host: &GuardedHost<'_>,
        call: impl FnOnce(&T, HostRef<'_>) -> RResult<R, Record>,
    ) -> Result<R, PluginError> {
        let answer = self.call_alone(|object| call(object, HostRef::from_ptr(host, TD_Opaque)));
        host.resume();
        answer
    }

    /// Calls the object with no host to turn to.
    fn call_alone<R>(&self, call: impl FnOnce(&T) -> RResult<R, Record>) -> Result<R, PluginError> {
        let answer = {
            let _crumb = self.crumb.drop_here();
            call(&self.object)
        };
        match answer {
            ROk(answer) => Ok(answer),
            RErr(error) => Err(error_from_record(&error).unwrap_or_else(|bad| self.refuse(&bad))),
        }
    }

    fn refuse(&self, malformed: &Malformed) -> PluginError {
        malformed.said_by(&format!("plugin `{}` answered", self.name))
    }
}

impl Discover for Foreign<DiscoverBox> {
    fn discover(
        &self,
        host: &dyn Host,
        request: &DiscoverRequest<'_>,
    ) -> Result<Option<Layout>, PluginError> {
        let host = GuardedHost::new(host);
        let is_cancelled = || HostApi::is_cancelled(&host);
        let mut files = CollectedFiles::new(&is_cancelled);
        let answer = self.call(&host, |object, host| {
            let sink: FileSinkMut<'_> = FileSink_TO::from_ptr(&mut files, TD_Opaque);
            object.discover(host, discover_request(request), sink)
        })?;
        match answer {
            RNone => Ok(None),
            RSome(layout) => match layout_from_record(&layout, files) {
                Ok(layout) => Ok(Some(layout)),
                Err(malformed) => Err(self.refuse(&malformed)),
            },
        }
    }
}

impl MetadataSource for Foreign<MetadataBox> {
    fn metadata(
        &self,
        host: &dyn Host,
        request: &MetadataRequest<'_>,
    ) -> Result<Fragment, PluginError> {
        let files = LayoutFiles(request.layout);
        let fragment = self.call(&GuardedHost::new(host), |object, host| {
            let files = FileListsRef::from_ptr(&files, TD_Opaque);
            object.metadata(host, metadata_request(request), files)
        })?;
        fragment_from_record(&fragment).map_err(|malformed| self.refuse(&malformed))
    }
}

impl Builder for Foreign<BuildBox> {
    fn build(&self, host: &dyn Host, request: &BuildRequest<'_>) -> Result<PathBuf, PluginError> {
        let files = LayoutFiles(&request.project.layout);
        let built = self.call(&GuardedHost::new(host), |object, host| {
            let files = FileListsRef::from_ptr(&files, TD_Opaque);
            object.build(host, build_request(request), files)
        })?;
        built_from_record(&built).map_err(|malformed| self.refuse(&malformed))
    }
}
