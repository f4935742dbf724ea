//! Distributions made by hand: small, of any tag, and with whatever a test wants in them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A wheel to be made.
#[derive(Clone, Debug)]
pub(crate) struct Wheel {
    name: String,
    tag: String,
    /// What METADATA says beside name and version.
    metadata: String,
    members: Vec<(String, Vec<u8>)>,
}

impl Wheel {
    /// A wheel of version 1.0 with one module; `name` is a module's.
    pub(crate) fn new(name: &str) -> Self {
        let module = (format!("{name}.py"), b"VALUE = 1\n".to_vec());
        let metadata = "Summary: A demo\n".to_owned();
        Self { name: name.into(), tag: "py3-none-any".into(), metadata, members: vec![module] }
    }

    /// For other Pythons or platforms: `cp312-cp312-win_amd64`.
    pub(crate) fn tag(self, tag: &str) -> Self {
        Self { tag: tag.into(), ..self }
    }

    /// With more lines in METADATA.
    pub(crate) fn metadata(self, lines: &str) -> Self {
        Self { metadata: self.metadata + lines, ..self }
    }

    /// With one more member.
    pub(crate) fn member(mut self, path: &str, content: Vec<u8>) -> Self {
        self.members.push((path.into(), content));
        self
    }

    pub(crate) fn file_name(&self) -> String {
        format!("{}-1.0-{}.whl", self.name, self.tag)
    }

    /// Writes the wheel into a directory and returns its path.
    pub(crate) fn write(&self, directory: &Path) -> PathBuf {
        let path = directory.join(self.file_name());
        fs_err::create_dir_all(directory).unwrap();
        let mut zip = ZipWriter::new(fs_err::File::create(&path).unwrap());
        // Time for deflating is not what these tests are for.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let info = format!("{}-1.0.dist-info", self.name);
        let mut record = String::new();
        for (path, content) in self.members.iter().chain(&self.dist_info(&info)) {
            zip.start_file(path.as_str(), options).unwrap();
            zip.write_all(content).unwrap();
            record += &record_row(path, content);
        }
        zip.start_file(format!("{info}/RECORD"), options).unwrap();
        writeln!(zip, "{record}{info}/RECORD,,").unwrap();
        zip.finish().unwrap();
        path
    }

    fn dist_info(&self, directory: &str) -> [(String, Vec<u8>); 2] {
        let Self { name, tag, metadata, .. } = self;
        let metadata = format!("Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}");
        let wheel =
            format!("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n");
        [
            (format!("{directory}/METADATA"), metadata.into_bytes()),
            (format!("{directory}/WHEEL"), wheel.into_bytes()),
        ]
    }
}

/// What RECORD says of a member.
pub(crate) fn record_row(path: &str, content: &[u8]) -> String {
    let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(content));
    format!("{path},sha256={hash},{}\n", content.len())
}
