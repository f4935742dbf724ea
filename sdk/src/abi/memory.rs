//! Files in memory, so that what was read is what is loaded, whatever happens to the file meanwhile.

#[cfg(target_os = "linux")]
pub(super) use linux::copy;

/// There are no files in memory here: a library is loaded from its path.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same as on Linux")]
pub(super) fn copy(
    _: &std::fs::File,
) -> std::io::Result<Option<(std::fs::File, std::path::PathBuf)>> {
    Ok(None)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io;
    use std::os::fd::{AsRawFd as _, OwnedFd};
    use std::path::PathBuf;

    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    use rustix::io::Errno;

    /// A sealed copy of a file with its path; `None` if the system has no such files.
    pub(in crate::abi) fn copy(mut file: &File) -> io::Result<Option<(File, PathBuf)>> {
        let Some(descriptor) = create()? else { return Ok(None) };
        let copy = File::from(descriptor);
        // The kernel copies by itself: nothing passes through this process.
        io::copy(&mut file, &mut &copy)?;
        let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
        fcntl_add_seals(&copy, seals)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", copy.as_raw_fd()));
        Ok(path.exists().then_some((copy, path)))
    }

    fn create() -> io::Result<Option<OwnedFd>> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let created = match memfd_create("flit-plugin", flags) {
            // A system may demand that the file can never be made executable, which only concerns programs.
            Err(Errno::ACCESS) => memfd_create("flit-plugin", flags | MemfdFlags::NOEXEC_SEAL),
            created => created,
        };
        match created {
            Ok(descriptor) => Ok(Some(descriptor)),
            Err(Errno::ACCESS | Errno::NOSYS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
