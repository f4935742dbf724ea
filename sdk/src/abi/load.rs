//! Loading: from a library that was read to a plugin that cannot be told from a linked one.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use abi_stable::library::{AbiHeaderRef, LibHeader, LibraryError, ROOT_MODULE_LOADER_NAME};
use abi_stable::std_types::ROption;

use super::breadcrumb::Breadcrumb;
use super::import::Objects;
use super::last_words;
use super::layout_check;
use super::library::{Inspected, inspect, open};
use super::load_error::LoadError;
use super::manifest::{Manifest, SDK_VERSION, TARGET};
use super::memory;
use super::objects::PluginModuleRef;
use crate::plugin::{Plugin, Stage};

/// Loads a plugin, which stays loaded until the process ends.
///
/// The same file may be loaded more than once. From the first time on, a plugin that ends the process is named on
/// stderr, and the process ends with 70.
///
/// # Errors
///
/// The file cannot be read or is no plugin, or one that does not fit this program; or the system refuses it. Nothing of
/// it was run then, unless the system had already loaded it.
pub fn load(path: &Path) -> Result<&'static Plugin, LoadError> {
    Library::read(path)?.load()
}

/// A library that was read but not loaded.
#[derive(Debug)]
pub struct Library {
    /// The bytes that were read, where the system has files in memory; else the file itself.
    content: std::fs::File,
    /// Where the system's loader finds `content`.
    path: PathBuf,
    manifest: Manifest,
    other_processor: Option<String>,
}

impl Library {
    /// Reads a library and its manifest; none of its code is run.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no library, is cut off, or is no flit plugin.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let file = open(path)?;
        let (content, path) = match memory::copy(file.file())? {
            Some((content, path)) => (content, path),
            None => (file.into_parts().0, path.into()),
        };
        let Inspected { manifest, other_processor } = inspect(&content)?;
        Ok(Self { content, path, manifest, other_processor })
    }

    /// What the library says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads the library that was read, whatever has become of its file.
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load(self) -> Result<&'static Plugin, LoadError> {
        self.check()?;
        last_words::install();
        let Self { content, path, manifest, .. } = self;
        // The loader knows libraries by their paths, and this one must not be had again.
        std::mem::forget(content);
        let _crumb = Breadcrumb::new(&manifest.name, &manifest.version, "loading").drop_here();
        let module = module_of(header_of(open_library(&path)?)?)?;
        plugin_of(&manifest, module)
    }

    /// Refuses what the manifest alone tells does not fit.
    fn check(&self) -> Result<(), LoadError> {
        if let Some(built_for) = &self.other_processor {
            return Err(LoadError::OtherProcessor { built_for: built_for.clone() });
        }
        let Manifest { sdk_version, target, aborts_on_panic, .. } = &self.manifest;
        if target != TARGET {
            return Err(LoadError::OtherTarget { built_for: target.clone() });
        }
        if major(sdk_version) != major(SDK_VERSION) {
            return Err(LoadError::OtherVersion { sdk_version: sdk_version.clone() });
        }
        if *aborts_on_panic {
            return Err(LoadError::AbortsOnPanic);
        }
        Ok(())
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// Hands the library to the system, which runs its constructors. It is never closed: threads of the plugin, and
/// destructors of thread-local values, may need its code as long as the process lives.
fn open_library(path: &Path) -> Result<&'static libloading::Library, LoadError> {
    let library = system_open(path.as_os_str());
    let library = library.map_err(|error| LoadError::of_system_loader(&words_of(&error)))?;
    Ok(Box::leak(Box::new(library)))
}

#[cfg(unix)]
fn system_open(path: &OsStr) -> Result<libloading::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: running a plugin's constructors is what loading means; who asks for it trusts the plugin.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL).map(Into::into) }
}

#[cfg(windows)]
fn system_open(path: &OsStr) -> Result<libloading::Library, libloading::Error> {
    // SAFETY: as above.
    unsafe { libloading::Library::new(path) }
}

fn words_of(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// Finds the header that `export!` made, and lets `abi_stable` test the calling convention.
fn header_of(library: &'static libloading::Library) -> Result<&'static LibHeader, LoadError> {
    // SAFETY: the symbol is a static, so its address is a reference; whether it refers to a header is checked next.
    let header = unsafe { library.get::<AbiHeaderRef>(ROOT_MODULE_LOADER_NAME.as_bytes()) };
    let header = *header.map_err(|_| LoadError::NoPlugin)?;
    header.upgrade().map_err(|error| match error {
        LibraryError::InvalidAbiHeader(found) => LoadError::OtherLayout {
            difference: format!("it has abi_stable {}.{}", found.abi_major, found.abi_minor),
        },
        _ => LoadError::OtherLayout { difference: "it calls functions in another way".into() },
    })
}

fn module_of(header: &'static LibHeader) -> Result<PluginModuleRef, LoadError> {
    let layout = header.layout().ok_or(LoadError::NoPlugin)?;
    layout_check::check(layout).map_err(|difference| LoadError::OtherLayout { difference })?;
    // SAFETY: the layout was just checked.
    unsafe { header.unchecked_layout::<PluginModuleRef>() }.map_err(|_| LoadError::Panicked)
}

/// The plugin with the texts of the manifest and the objects of the module.
fn plugin_of(manifest: &Manifest, module: PluginModuleRef) -> Result<&'static Plugin, LoadError> {
    let told: Result<Manifest, _> = module.manifest()().as_str().parse();
    if told.as_ref() != Ok(manifest) {
        return Err(LoadError::Disagrees { about: "itself" });
    }
    let objects = Objects {
        discover: ROption::into_option(module.discover()()),
        metadata: ROption::into_option(module.metadata()()),
        build: ROption::into_option(module.build()()),
        upload: ROption::into_option(module.upload()()),
    };
    let texts = Plugin {
        yields_to: manifest.yields_to.iter().map(|name| leaked(name)).collect::<Vec<_>>().leak(),
        ..Plugin::new(
            leaked(&manifest.name),
            leaked(&manifest.version),
            leaked(&manifest.description),
        )
    };
    let plugin = objects.into_plugin(&texts);
    let says = |stage: Stage| manifest.stages.iter().any(|name| name == stage.name());
    if Stage::ALL.iter().any(|stage| plugin.serves(*stage) != says(*stage)) {
        return Err(LoadError::Disagrees { about: "the stages it serves" });
    }
    Ok(Box::leak(Box::new(plugin)))
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

#[cfg(test)]
mod tests {
    use abi_stable::library::{CheckTypeLayout, RootModuleError, RootModuleResult};
    use abi_stable::std_types::RErr;

    use super::*;

    #[test]
    fn a_module_that_panics_while_it_is_made_is_refused() {
        extern "C" fn unwound() -> RootModuleResult {
            RErr(RootModuleError::Unwound)
        }
        // SAFETY: nothing is returned that could be something else.
        let header = unsafe {
            LibHeader::from_constructor::<PluginModuleRef>(unwound, CheckTypeLayout::Yes)
        };
        let error = module_of(Box::leak(Box::new(header))).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "it panicked while it was loaded");
    }
}
