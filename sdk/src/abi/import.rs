//! The importing side: objects that crossed as implementations of the ordinary traits.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Mutex;

use abi_stable::sabi_trait::TD_Opaque;
use abi_stable::std_types::{RErr, RNone, ROk, RResult, RSome, RStr};

use super::breadcrumb::Breadcrumb;
use super::convert::{
    CollectedFiles, LayoutFiles, build_request, built_from_record, discover_request,
    error_from_record, fragment_from_record, layout_from_record, log_level, metadata_request,
};
use super::malformed::Malformed;
use super::objects::{
    BuildBox, DiscoverBox, FileListsRef, FileSink_TO, FileSinkMut, HostApi, HostRef, MetadataBox,
};
use super::record::Record;
use crate::build::{BuildRequest, Builder};
use crate::discover::{Discover, DiscoverRequest};
use crate::error::PluginError;
use crate::host::Host;
use crate::metadata::{Fragment, MetadataRequest, MetadataSource};
use crate::model::Layout;
use crate::plugin::{Plugin, Stage};

/// The objects of a plugin, those that it has.
pub(super) struct Objects {
    pub(super) discover: Option<DiscoverBox>,
    pub(super) metadata: Option<MetadataBox>,
    pub(super) build: Option<BuildBox>,
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
        let Plugin { name, version, description, yields_to, .. } = *plugin;
        Plugin { name, version, description, yields_to, discover, metadata, build }
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
        let answer = {
            let _crumb = self.crumb.drop_here();
            call(&self.object, HostRef::from_ptr(host, TD_Opaque))
        };
        host.resume();
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

/// The host as a plugin calls it: a panic of the host waits here until the plugin has returned.
struct GuardedHost<'a> {
    host: &'a dyn Host,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl<'a> GuardedHost<'a> {
    fn new(host: &'a dyn Host) -> Self {
        Self { host, panic: Mutex::new(None) }
    }

    /// Lets the host's own panic go on, now that it cannot hit the plugin.
    fn resume(&self) {
        let payload = self.panic.lock().ok().and_then(|mut panic| panic.take());
        if let Some(payload) = payload {
            resume_unwind(payload);
        }
    }

    /// Calls the host; after a panic it is not called again, and the plugin sees `otherwise`.
    fn guarded<T>(&self, otherwise: T, call: impl FnOnce(&dyn Host) -> T) -> T {
        let has_panicked = self.panic.lock().is_ok_and(|panic| panic.is_some());
        if has_panicked {
            return otherwise;
        }
        match catch_unwind(AssertUnwindSafe(|| call(self.host))) {
            Ok(answer) => answer,
            Err(payload) => {
                // A second thread's panic is forgotten: dropping it might panic.
                match self.panic.lock() {
                    Ok(mut panic) if panic.is_none() => *panic = Some(payload),
                    Ok(_) | Err(_) => std::mem::forget(payload),
                }
                otherwise
            }
        }
    }
}

impl HostApi for GuardedHost<'_> {
    fn log(&self, level: u32, message: RStr<'_>) {
        self.guarded((), |host| host.log(log_level(level), message.as_str()));
    }

    fn progress(&self, done: u64, total: u64) {
        self.guarded((), |host| host.progress(done, total));
    }

    fn is_cancelled(&self) -> bool {
        // A host that panicked wants the plugin to come to an end.
        self.guarded(true, |host| host.is_cancelled())
    }
}
