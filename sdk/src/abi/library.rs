//! Files of libraries: reading the manifest, and making sure that the file may be handed to the system's loader.
//!
//! The loader maps what the headers promise: a file that is cut off would end the process with `SIGBUS`. And loading
//! runs constructors. So nothing here runs anything, and nothing is loaded that was not read here.

use std::io::{self, Read, Seek};
use std::path::Path;

use fs_err::File;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::read::{ReadCache, ReadRef};
use object::{
    Architecture, File as Image, FileKind, Object as _, ObjectKind, ObjectSection as _,
    ObjectSegment as _,
};

use super::load_error::LoadError;
use super::manifest::Manifest;

/// What was found out about a library.
pub(super) struct Inspected {
    pub(super) manifest: Manifest,
    /// The processor that the library was built for, if it is another than this program's.
    pub(super) other_processor: Option<String>,
}

/// Reads what a library says of itself; none of its code is run.
///
/// A library for another processor or of another major version is read as well: only [`load`](fn@super::load) refuses it.
///
/// # Errors
///
/// The file cannot be read, is no library, is cut off, or is no flit plugin.
pub fn read_manifest(path: &Path) -> Result<Manifest, LoadError> {
    inspect(open(path)?).map(|inspected| inspected.manifest)
}

/// Opens a file that may be a library.
pub(super) fn open(path: &Path) -> Result<File, LoadError> {
    let metadata = match fs_err::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(LoadError::Missing),
        Err(error) => return Err(error.into()),
    };
    if metadata.is_dir() {
        return Err(LoadError::Directory);
    }
    if !metadata.is_file() {
        // Opening a FIFO might never return, and a device never end.
        return Err(LoadError::NotALibrary);
    }
    Ok(File::open(path)?)
}

/// Reads the headers and the manifest, and no more of the file than that.
pub(super) fn inspect(file: impl Read + Seek) -> Result<Inspected, LoadError> {
    let cache = ReadCache::new(file);
    let length = (&cache).len().map_err(|()| LoadError::Damaged)?;
    match FileKind::parse(&cache) {
        Ok(FileKind::MachOFat32) => {
            let file = MachOFatFile32::parse(&cache).map_err(|_| LoadError::Damaged)?;
            inspect_universal(&cache, file.arches())
        }
        Ok(FileKind::MachOFat64) => {
            let file = MachOFatFile64::parse(&cache).map_err(|_| LoadError::Damaged)?;
            inspect_universal(&cache, file.arches())
        }
        Ok(
            FileKind::Elf32
            | FileKind::Elf64
            | FileKind::MachO32
            | FileKind::MachO64
            | FileKind::Pe32
            | FileKind::Pe64,
        ) => inspect_image(cache.range(0, length)),
        Ok(_) | Err(_) => Err(LoadError::NotALibrary),
    }
}

/// Inspects the part of a universal library of macOS that the system would load.
fn inspect_universal(
    cache: &ReadCache<impl Read + Seek>,
    images: &[impl FatArch],
) -> Result<Inspected, LoadError> {
    let ours = images.iter().find(|image| Some(image.architecture()) == this_processor());
    let image = ours.or(images.first()).ok_or(LoadError::Damaged)?;
    let (offset, size) = image.file_range();
    inspect_image(cache.range(offset, size))
}

fn inspect_image<'a>(content: impl ReadRef<'a>) -> Result<Inspected, LoadError> {
    // What begins as a library does but cannot be read was one.
    let image = Image::parse(content).map_err(|_| LoadError::Damaged)?;
    if image.kind() != ObjectKind::Dynamic {
        return Err(LoadError::NotALibrary);
    }
    let length = content.len().map_err(|()| LoadError::Damaged)?;
    let is_whole = image.segments().all(|segment| {
        let (offset, size) = segment.file_range();
        offset.checked_add(size).is_some_and(|end| end <= length)
    });
    if !is_whole {
        return Err(LoadError::Damaged);
    }
    let section = image.section_by_name(".flit").or_else(|| image.section_by_name("__flit"));
    let text = section.ok_or(LoadError::NoPlugin)?.data().map_err(|_| LoadError::Damaged)?;
    // Windows fills sections up with zeros.
    let text = std::str::from_utf8(text).map_err(|_| LoadError::Damaged)?.trim_end_matches('\0');
    let built_for = image.architecture();
    let is_other = this_processor().is_some_and(|this| this != built_for);
    Ok(Inspected {
        manifest: text.parse()?,
        other_processor: is_other.then(|| format!("{built_for:?}").to_lowercase()),
    })
}

/// The processor of this program; `None` if it is one that nobody has tried yet, and then nothing is compared.
fn this_processor() -> Option<Architecture> {
    match std::env::consts::ARCH {
        "aarch64" => Some(Architecture::Aarch64),
        "arm" => Some(Architecture::Arm),
        "loongarch64" => Some(Architecture::LoongArch64),
        "powerpc64" => Some(Architecture::PowerPc64),
        "riscv64" => Some(Architecture::Riscv64),
        "s390x" => Some(Architecture::S390x),
        "x86" => Some(Architecture::I386),
        "x86_64" => Some(Architecture::X86_64),
        _ => None,
    }
}
