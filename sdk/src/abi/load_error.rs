//! Why a library could not be loaded: one line each, and a hint where there is something to do.

use std::io;

use super::manifest::{ManifestError, SDK_VERSION, TARGET};

/// Why a library could not be loaded. The path is known to whoever asked, and not repeated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is nothing.
    #[error("there is no such file")]
    Missing,
    /// There is a directory.
    #[error("it is a directory")]
    Directory,
    /// The file cannot be read, or not handed to the system's loader.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is something else.
    #[error("it is not a dynamic library")]
    NotALibrary,
    /// The file begins as a library does, but is cut off or holds nonsense.
    #[error("it is a dynamic library that is cut off or damaged")]
    Damaged,
    /// The library has no manifest.
    #[error("it is a dynamic library, but not a flit plugin")]
    NoPlugin,
    /// The manifest cannot be understood.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The library is for another processor.
    #[error("it was built for the processor {built_for}, this flit for {}", std::env::consts::ARCH)]
    OtherProcessor {
        /// The library's processor.
        built_for: String,
    },
    /// The library is for another target: operating system or C library.
    #[error("it was built for {built_for}, this flit for {TARGET}")]
    OtherTarget {
        /// The library's target.
        built_for: String,
    },
    /// The library has the interface of another major version.
    #[error("it was built with flit-sdk {sdk_version}, this flit has {SDK_VERSION}")]
    OtherVersion {
        /// The version of `flit-sdk` that the library was built with.
        sdk_version: String,
    },
    /// The interface has the right version, but not the right shape.
    #[error("it was built with a flit-sdk that does not fit: {difference}")]
    OtherLayout {
        /// The first difference.
        difference: String,
    },
    /// No panic of the library could be caught.
    #[error("it was built with `panic = \"abort\"`")]
    AbortsOnPanic,
    /// The library wants a symbol that nothing here has.
    #[error("it needs the symbol `{symbol}`, which nothing here provides")]
    UnresolvedSymbol {
        /// The symbol.
        symbol: String,
    },
    /// The library wants a newer version of a system library.
    #[error("it needs {version}, which is newer than this system")]
    NewerSystem {
        /// The version, such as `GLIBC_2.39`.
        version: String,
    },
    /// The system's loader refused the library.
    #[error("the system cannot load it: {reason}")]
    Refused {
        /// What the loader said.
        reason: String,
    },
    /// The library panicked before it could be asked anything.
    #[error("it panicked while it was loaded")]
    Panicked,
    /// What the library does is not what its manifest says.
    #[error("it disagrees with its own manifest about {about}")]
    Disagrees {
        /// What they disagree about.
        about: &'static str,
    },
}

impl LoadError {
    /// What the user could do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some("build the plugin first, or correct the path"),
            Self::Directory => Some("name the library inside it"),
            Self::NotALibrary => {
                Some("a plugin is what cargo builds from a crate of type `cdylib`")
            }
            Self::Damaged => Some("copy or build it again"),
            Self::NoPlugin => Some("a plugin is made with `flit_sdk::export!`"),
            Self::Manifest(_) => Some("build the plugin with the flit-sdk of this flit"),
            Self::OtherProcessor { .. } | Self::OtherTarget { .. } => {
                Some("take the plugin that was built for this machine")
            }
            Self::OtherVersion { .. } => {
                Some("take a flit and a plugin whose flit-sdk has the same major version")
            }
            Self::OtherLayout { .. } => Some("build the plugin with a released flit-sdk"),
            Self::AbortsOnPanic => {
                Some("remove `panic = \"abort\"` from the profile of the plugin")
            }
            Self::NewerSystem { .. } => Some("build the plugin on a system as old as this one"),
            Self::UnresolvedSymbol { .. } => {
                Some("link the library that has it into the plugin, or install it")
            }
            Self::Panicked | Self::Disagrees { .. } => {
                Some("this is a mistake in the plugin: tell its author")
            }
            Self::Io(_) | Self::Refused { .. } => None,
        }
    }

    /// Reads what the system's loader says, which it says only in words.
    pub(super) fn of_system_loader(words: &str) -> Self {
        let behind = |mark: &str| {
            words.split_once(mark).and_then(|(_, rest)| {
                rest.split([',', ' ', ')', '\n', '\'']).find(|word| !word.is_empty())
            })
        };
        if words.contains("not found (required by") {
            // glibc: version `GLIBC_2.99' not found (required by ...)
            let version = behind("version `").unwrap_or("a newer library");
            return Self::NewerSystem { version: version.into() };
        }
        // glibc; macOS; musl: "Error relocating PATH: NAME: symbol not found"
        let symbol = behind("undefined symbol: ")
            .or_else(|| behind("symbol not found in flat namespace "))
            .or_else(|| words.strip_suffix(": symbol not found")?.rsplit(": ").next());
        if let Some(symbol) = symbol {
            return Self::UnresolvedSymbol { symbol: symbol.into() };
        }
        // The path before the reason is one of a file in memory.
        let reason = match words.split_once(": ") {
            Some((path, reason)) if path.starts_with('/') => reason,
            Some(_) | None => words,
        };
        Self::Refused { reason: reason.lines().next().unwrap_or_default().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_the_system_loader() {
        for (words, error) in [
            (
                "/proc/self/fd/3: undefined symbol: no_such_thing",
                "it needs the symbol `no_such_thing`, which nothing here provides",
            ),
            (
                "/proc/self/fd/3: undefined symbol: no_such, version GCC_3.0",
                "it needs the symbol `no_such`, which nothing here provides",
            ),
            (
                "dlopen(/a/b.dylib, 0x0002): symbol not found in flat namespace '_no_such'",
                "it needs the symbol `_no_such`, which nothing here provides",
            ),
            (
                "Error relocating /proc/self/fd/3: no_such: symbol not found",
                "it needs the symbol `no_such`, which nothing here provides",
            ),
            (
                "/lib/libc.so.6: version `GLIBC_2.99' not found (required by /proc/self/fd/3)",
                "it needs GLIBC_2.99, which is newer than this system",
            ),
            (
                "/proc/self/fd/3: cannot allocate memory",
                "the system cannot load it: cannot allocate memory",
            ),
            (
                "libfoo.so.1: cannot open shared object file",
                "the system cannot load it: libfoo.so.1: cannot open shared object file",
            ),
        ] {
            assert_eq!(LoadError::of_system_loader(words).to_string(), error);
        }
    }
}
