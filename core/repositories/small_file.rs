//! Reading the files of a user's configuration: small ones, and nothing that never ends.

use std::io::{self, Read as _};
use std::path::Path;

/// The most that is read of a file, in bytes: many times what anybody writes by hand.
const MOST_BYTES: u64 = 1 << 20;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmallFileError {
    /// It cannot be opened or read.
    #[error("it cannot be read: {}", reason(.0))]
    Io(io::Error),
    /// It is a directory, a pipe, a device…
    #[error("it is no regular file")]
    NotAFile,
    /// There is no end of it.
    #[error("it is larger than {MOST_BYTES} bytes")]
    TooLarge,
}

impl SmallFileError {
    /// Whether there is nothing of this name.
    pub(super) fn is_missing(&self) -> bool {
        match self {
            Self::Io(error) => error.kind() == io::ErrorKind::NotFound,
            Self::NotAFile | Self::TooLarge => false,
        }
    }
}

/// The bytes of a file. Whoever opened a pipe would wait for somebody to write into it, so that is looked at before.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SmallFileError> {
    if !fs_err::metadata(path).map_err(SmallFileError::Io)?.is_file() {
        return Err(SmallFileError::NotAFile);
    }
    let file = fs_err::File::open(path).map_err(SmallFileError::Io)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(SmallFileError::Io)?;
    if bytes.len() as u64 > MOST_BYTES { Err(SmallFileError::TooLarge) } else { Ok(bytes) }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_what_ends() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let shown = |path: &Path| match read(path) {
            Ok(bytes) => format!("{} bytes", bytes.len()),
            Err(error) => error.to_string(),
        };
        fs_err::write(path("empty"), "").unwrap();
        fs_err::write(path("most"), vec![b' '; 1 << 20]).unwrap();
        fs_err::write(path("more"), vec![b' '; (1 << 20) + 1]).unwrap();
        for (path, expected) in [
            (path("empty"), "0 bytes"),
            (path("most"), "1048576 bytes"),
            (path("more"), "it is larger than 1048576 bytes"),
            (path("gone"), "it cannot be read: there is no such file"),
            (directory.path().into(), "it is no regular file"),
        ] {
            assert_eq!(shown(&path), expected, "{}", path.display());
        }
        #[cfg(unix)]
        {
            let made = std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap();
            assert!(made.success());
            assert_eq!(shown(&path("pipe")), "it is no regular file");
            assert_eq!(shown(Path::new("/dev/zero")), "it is no regular file");
        }
    }
}
